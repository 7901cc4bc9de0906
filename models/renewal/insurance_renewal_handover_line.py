from odoo import fields, models


class InsuranceRenewalHandoverLine(models.Model):
    """A case on the receipt of a handover, as it was on the day."""

    _name = 'insurance.renewal.handover.line'
    _description = "Case Handed over"
    _order = 'specialist_id, reference_expiry, id'

    handover_id = fields.Many2one('insurance.renewal.handover', required=True, index=True, readonly=True,
                                  ondelete='cascade')
    company_id = fields.Many2one(related='handover_id.company_id', store=True, index=True)
    renewal_id = fields.Many2one('insurance.renewal', string="Case", required=True, index=True, readonly=True,
                                 ondelete='restrict')
    plate = fields.Char(readonly=True)
    customer_name = fields.Char(string="Customer", readonly=True)
    reference_expiry = fields.Date(string="Expiry", readonly=True)
    next_contact_date = fields.Date(string="Next Contact", readonly=True)
    specialist_id = fields.Many2one('res.users', string="Goes to", required=True, index=True, readonly=True,
                                    ondelete='restrict')
