from odoo import fields, models


class InsurancePolicy(models.Model):
    """The claims in which a policy of the ledger pays."""

    _inherit = 'insurance.policy'

    claim_line_ids = fields.One2many('insurance.claim.policy', 'policy_id', string="Named in Claims")
    claim_count = fields.Integer(string="Number of Claims", compute='_compute_claim_count')

    def _compute_claim_count(self):
        Line, counts = self.env['insurance.claim.policy'], {}
        if Line.has_access('read'):
            counts = dict(Line._read_group([('policy_id', 'in', self.ids)], ['policy_id'], ['claim_id:count_distinct']))
        for policy in self:
            policy.claim_count = counts.get(policy, 0)

    def action_view_claims(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_claim_action')
        return dict(action, domain=[('policy_ids.policy_id', '=', self.id)], context={})
