from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_claim import MONEY
from .insurance_claim_clock import LIMIT_KINDS


class InsuranceClaimDunningLine(models.Model):
    """What an insurer owes for a part of a claim, as a dunning letter says it."""

    _name = 'insurance.claim.dunning.line'
    _description = "Claim on a Dunning Letter"
    _inherit = ['insurance.guard']
    _order = 'dunning_id, due_on, id'

    dunning_id = fields.Many2one('insurance.claim.dunning', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='dunning_id.company_id', store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    dunning_state = fields.Selection(related='dunning_id.state', string="State of the Letter", store=True)
    cost_id = fields.Many2one('insurance.claim.cost', string="Part of the Cost", required=True, index=True,
                              ondelete='restrict', domain="[('open_amount', '>', 0)]")
    claim_id = fields.Many2one(related='cost_id.claim_id', string="Claim", store=True, index=True, precompute=True)
    # as they stood when the letter was written
    amount = fields.Monetary(string="Amount owed", compute='_compute_owed', store=True, precompute=True, groups=MONEY)
    limit_kind = fields.Selection(LIMIT_KINDS, string="Insurer owes", compute='_compute_owed', store=True,
                                  precompute=True)
    due_on = fields.Date(string="Due by", compute='_compute_owed', store=True, precompute=True)
    days = fields.Integer(string="Days Overdue", compute='_compute_days', help="By the date of the letter.")
    plate = fields.Char(related='claim_id.plate', string="Plate")
    report_no = fields.Char(related='claim_id.report_no', string="Report No.")
    insurer_claim_no = fields.Char(related='claim_id.insurer_claim_no', string="Insurer's Claim No.")
    submitted_on = fields.Date(related='claim_id.submitted_on', string="Documents Submitted on")
    note = fields.Char()

    _cost_uniq = models.UniqueIndex("(dunning_id, cost_id)", "This part of a claim is on the letter already.")

    @api.depends('cost_id')
    def _compute_owed(self):
        for line in self:
            cost = line.cost_id
            line.amount, line.due_on, line.limit_kind = cost.open_amount, cost.limit_due_on, cost.limit_kind

    @api.depends('due_on', 'dunning_id.date')
    def _compute_days(self):
        for line in self:
            line.days = max((line.dunning_id.date - line.due_on).days, 0) if line.due_on else 0

    @api.depends('claim_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.claim_id.display_name

    @api.constrains('cost_id', 'dunning_id')
    def _check_payer(self):
        for line in self:
            if line.cost_id.payer_id != line.dunning_id.insurer_id or line.cost_id.company_id != line.company_id:
                raise ValidationError(self.env._(
                    "%(claim)s: %(insurer)s does not owe this part of it.", claim=line.claim_id.display_name,
                    insurer=line.dunning_id.insurer_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def _check_draft(self):
        for line in self:
            if line.dunning_id.state != 'draft':
                raise UserError(self.env._("%(letter)s was sent and stays as it is. Draft another one.",
                                           letter=line.dunning_id.display_name))
