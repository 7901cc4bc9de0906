from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceLedgerPrint(models.TransientModel):
    """Which ledgers to print, for the whole year or one month (R29)."""

    _name = 'insurance.ledger.print'
    _description = "Print Ledgers"

    ledger_ids = fields.Many2many('insurance.ledger', string="Ledgers", required=True,
                                  default=lambda self: self._get_default_ledgers())
    month = fields.Selection(
        [(str(number), str(number)) for number in range(1, 13)], help="Empty: the whole year.",
        export_string_translation=False, default=lambda self: str(self.env.company._insurance_today().month),
    )

    @api.model
    def _get_default_ledgers(self):
        if self.env.context.get('active_model') != 'insurance.ledger':
            return False
        return self.env.context.get('active_ids')

    def action_print(self):
        """Return the action that prints the ledgers."""
        self.ensure_one()
        if not self.ledger_ids:
            raise UserError(self.env._("Choose a ledger to print."))
        return dict(
            self.env.ref('dealer_insurance.report_insurance_ledger_month_action').report_action(self, config=False),
            close_on_report_download=True,
        )

    def _prepare_ledger_prints(self):
        """Return the ledgers as printed; the report asks for it."""
        return [sheet for wizard in self for sheet in wizard.ledger_ids._prepare_ledger_prints(int(wizard.month or 0))]
