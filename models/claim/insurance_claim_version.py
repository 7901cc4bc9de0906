from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceClaimVersion(models.Model):
    """What stage 2 said before a revision, who revised it and why (T25). Written by the revision alone."""

    _name = 'insurance.claim.version'
    _description = "Earlier Version of a Settlement"
    _order = 'claim_id, number desc'

    claim_id = fields.Many2one('insurance.claim', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='claim_id.company_id', store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    number = fields.Integer(string="Version", required=True, aggregator=None)
    reason = fields.Char(string="Why Revised", required=True)
    user_id = fields.Many2one('res.users', string="Revised by", required=True)
    revised_on = fields.Datetime(string="Revised on", required=True)
    total_amount = fields.Monetary(string="Settlement Total before")
    expected_amount = fields.Monetary(string="Expected before")
    summary = fields.Text(string="As it was", help="The composition of cost before the revision.")
    content = fields.Json(groups=fields.NO_ACCESS)  # phone numbers and medical papers are in it

    _number_uniq = models.UniqueIndex("(claim_id, number)", "Another revision came between; try again.")

    @api.depends('number')
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._("Version %(number)s", number=version.number)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Versions are kept by the revision, not written by hand."))
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("An earlier version is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An earlier version is never deleted."))
