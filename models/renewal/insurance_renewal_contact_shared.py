from odoo import api, fields, models


class InsuranceRenewalContact(models.Model):
    """One talk about many cars of a customer: a line for each car, counted once in the workload (T19)."""

    _inherit = 'insurance.renewal.contact'

    shared_with_id = fields.Many2one(
        'insurance.renewal.contact', string="Same Talk as", readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict', help="This car was talked about together with that one: the talk counts once.",
    )
    shared_ids = fields.One2many('insurance.renewal.contact', 'shared_with_id', string="Other Cars of the Talk")

    @api.model
    def _is_guarded(self, field):
        return field.name == 'shared_with_id' or super()._is_guarded(field)

    def _find_bursts(self):
        """Look for bursts among the talks, not among the cars of one talk."""
        return super(InsuranceRenewalContact, self.filtered(lambda line: not line.shared_with_id))._find_bursts()
