from odoo import fields, models


class InsuranceRenewalTargetRevision(models.Model):
    """One change of a confirmed target: old, new, who and why (R21). Rows are only ever added."""

    _name = 'insurance.renewal.target.revision'
    _description = "Revision of a Renewal Target"
    _order = 'id desc'
    _rec_name = 'reason'

    target_id = fields.Many2one('insurance.renewal.target', string="Target", required=True, index=True, readonly=True,
                                ondelete='restrict')
    company_id = fields.Many2one(related='target_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    month = fields.Date(related='target_id.month')
    specialist_id = fields.Many2one(related='target_id.specialist_id')
    old_cars = fields.Integer(string="Cars before", readonly=True)
    new_cars = fields.Integer(string="Cars after", readonly=True)
    old_premium = fields.Monetary(string="Premium before", readonly=True)
    new_premium = fields.Monetary(string="Premium after", readonly=True)
    old_rate = fields.Float(string="Rate before", digits=(5, 4), readonly=True, aggregator=None)
    new_rate = fields.Float(string="Rate after", digits=(5, 4), readonly=True, aggregator=None)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one('res.users', string="Revised by", required=True, readonly=True)
    revised_on = fields.Datetime(string="Revised on", required=True, readonly=True, default=fields.Datetime.now)
