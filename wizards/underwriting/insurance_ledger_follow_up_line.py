from odoo import api, fields, models


class InsuranceLedgerFollowUpLine(models.TransientModel):
    _name = 'insurance.ledger.follow.up.line'
    _description = "Policy to Endorse or Cancel"

    wizard_id = fields.Many2one('insurance.ledger.follow.up', required=True, ondelete='cascade')
    currency_id = fields.Many2one(related='wizard_id.currency_id')
    policy_id = fields.Many2one('insurance.policy', required=True, readonly=True)
    is_included = fields.Boolean(string="Change", default=True)
    endorsement_no = fields.Char(string="Endorsement No.")
    premium_now = fields.Monetary(related='policy_id.premium_now')
    premium = fields.Monetary(
        string="Difference", compute='_compute_premium', store=True, readonly=False,
        help="Added to the premium; a cancellation takes back, by days not used unless you type another amount.",
    )

    @api.depends('wizard_id.kind', 'wizard_id.effective_date', 'wizard_id.is_correction', 'policy_id')
    def _compute_premium(self):
        for line in self:
            wizard = line.wizard_id
            line.premium = -line._get_refund(wizard) if wizard.kind == 'cancellation' else 0

    def _get_refund(self, wizard):
        """Return what is paid back: all before the policy begins, then by the days that are left (domain 5.13)."""
        policy, day = self.policy_id, wizard.effective_date
        paid = policy.premium_now
        if wizard.is_correction or not policy.start_date or not policy.end_date or not day or day <= policy.start_date:
            return paid
        total = (policy.end_date - policy.start_date).days + 1
        left = max((policy.end_date - day).days + 1, 0)
        return policy.currency_id.round(paid * left / total)

    def _prepare_policy(self, entry):
        """Return the values of the changed policy; a row that was wrong is taken back for the whole period."""
        policy, wizard = self.policy_id, self.wizard_id
        start = policy.start_date if wizard.is_correction else wizard.effective_date
        if policy.end_date:
            start = min(start or policy.end_date, policy.end_date)
        return {
            'entry_id': entry.id, 'origin_policy_id': policy.id, 'product': policy.product, 'premium': self.premium,
            'policy_no': policy.policy_no, 'application_no': policy.application_no,
            'endorsement_no': self.endorsement_no, 'product_name': policy.product_name,
            'start_date': start, 'end_date': policy.end_date,
            'third_party_limit': policy.third_party_limit, 'has_damage': policy.has_damage,
        }
