from odoo import api, fields, models

from .insurance_statement import CLERK, FINANCE

WHOLE = 10_000_000  # more rows than a workbook holds


class InsuranceImport(models.Model):
    """Statements of insurers among the workbooks: clerk's and finance's, of one insurer each (R34)."""

    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('statement', "Insurer's statement")],
        ondelete={'statement': 'cascade'},
    )
    insurer_id = fields.Many2one(
        'res.partner', string="Insurer", domain=[('is_insurer', '=', True)], ondelete='restrict',
        help="Whose statement it is. What you correct in its columns is remembered for this insurer.",
    )
    vendor_number = fields.Char(string="Insurer's Number", help="The number that the insurer gave its statement.")
    statement_ids = fields.One2many('insurance.statement', 'import_id', string="Statements")

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), statement='insurance.import.statement')

    @api.model
    def _get_importers(self):
        return dict(super()._get_importers(), statement=f'{CLERK},{FINANCE}')

    def _get_batch_size(self):
        """A statement is written in one piece: a process that dies leaves nothing of it behind."""
        return WHOLE if self.kind == 'statement' else super()._get_batch_size()

    def action_view_statement(self):
        """Open what became of the workbook."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.statement', 'view_mode': 'form',
            'res_id': self.statement_ids[:1].id, 'views': [(False, 'form')],
        }
