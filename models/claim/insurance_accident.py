from odoo import fields, models


class InsuranceAccident(models.Model):
    """The claims that came of a hotline report."""

    _inherit = 'insurance.accident'

    claim_ids = fields.One2many('insurance.claim', 'accident_id', string="Claims")
    claim_count = fields.Integer(string="Number of Claims", compute='_compute_claim_count')

    def _compute_claim_count(self):
        Claim, counts = self.env['insurance.claim'], {}
        if Claim.has_access('read'):
            counts = dict(Claim._read_group([('accident_id', 'in', self.ids)], ['accident_id'], ['__count']))
        for accident in self:
            accident.claim_count = counts.get(accident, 0)

    def action_view_claims(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_claim_action')
        return dict(action, domain=[('accident_id', '=', self.id)], context={})
