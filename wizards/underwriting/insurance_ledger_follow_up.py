from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class InsuranceLedgerFollowUp(models.TransientModel):
    """Prepares an endorsement or a cancellation of an entry: which policies, from when, how much (T7, T31, 5.13)."""

    _name = 'insurance.ledger.follow.up'
    _description = "Endorse or Cancel an Entry"

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, readonly=True)
    company_id = fields.Many2one(related='entry_id.company_id')
    currency_id = fields.Many2one(related='entry_id.currency_id')
    kind = fields.Selection(
        [('endorsement', "Endorsement"), ('cancellation', "Cancellation")], required=True, default='endorsement',
    )
    day = fields.Date(string="Issued on", required=True, default=lambda self: self.env.company._insurance_today())
    effective_date = fields.Date(string="Takes Effect on", required=True,
                                 default=lambda self: self.env.company._insurance_today())
    reason_id = fields.Many2one('insurance.reason', string="Reason", required=True,
                                domain="[('use', '=', kind), ('is_group', '=', False)]")
    is_correction = fields.Boolean(related='reason_id.is_correction')
    reason_note = fields.Char(string="Details")
    line_ids = fields.One2many('insurance.ledger.follow.up.line', 'wizard_id', string="Policies",
                               compute='_compute_line_ids', store=True, readonly=False)
    tax_refund = fields.Monetary(string="Vehicle Tax Taken Back", compute='_compute_tax_refund', store=True,
                                 readonly=False, help="Only when the entry itself was wrong.")

    @api.depends('entry_id')
    def _compute_line_ids(self):
        for wizard in self:
            policies = wizard.entry_id.policy_ids.filtered(lambda policy: policy.status != 'cancelled')
            wizard.line_ids = [Command.clear()] + [Command.create({'policy_id': policy.id}) for policy in policies]

    @api.depends('kind', 'is_correction')
    def _compute_tax_refund(self):
        for wizard in self:
            taken_back = wizard.kind == 'cancellation' and wizard.is_correction
            wizard.tax_refund = wizard.entry_id.vehicle_tax_total if taken_back else 0

    @api.onchange('kind')
    def _onchange_kind(self):
        self.reason_id = False

    def action_prepare(self):
        """Make the draft of the new row and open it; it counts once it is registered."""
        self.ensure_one()
        lines = self.line_ids.filtered('is_included')
        if not lines:
            raise UserError(self.env._("%(entry)s: tick at least one policy.", entry=self.entry_id.display_name))
        values = self.entry_id._prepare_follow_up(self.kind, self.day, self.reason_id)
        values.update(
            reason_note=self.reason_note,
            vehicle_tax=-self.tax_refund if self.kind == 'cancellation' else 0,
            benefit_ids=self._prepare_benefits(lines),
        )
        # sudo: kind and origin of a row are not typed; the right to make rows is asked for first
        self.env['insurance.ledger.entry'].check_access('create')
        draft = self.env['insurance.ledger.entry'].sudo().create(values)
        # sudo: as above, which policy is changed is not typed
        self.env['insurance.policy'].sudo().create([line._prepare_policy(draft) for line in lines])
        return draft.with_env(self.env)._get_form_action()

    def _prepare_benefits(self, lines):
        """Return the commands that take back the benefits of a row which should never have been."""
        if self.kind != 'cancellation' or not self.is_correction or lines != self.line_ids:
            return []
        return [Command.create({
            'type_id': benefit.type_id.id, 'name': benefit.name, 'amount': -benefit.amount, 'cost': -benefit.cost,
            'is_deducted': benefit.is_deducted,
        }) for benefit in self.entry_id.benefit_ids]
