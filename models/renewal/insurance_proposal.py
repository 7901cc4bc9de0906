from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceProposal(models.Model):
    """Proposals made for a renewal case."""

    _inherit = 'insurance.proposal'

    renewal_id = fields.Many2one('insurance.renewal', string="Renewal Case", index='btree_not_null', readonly=True,
                                 ondelete='restrict')

    @api.constrains('renewal_id', 'vehicle_id')
    def _check_renewal(self):
        for proposal in self.filtered('renewal_id'):
            case = proposal.renewal_id
            if case.company_id != proposal.company_id or case.vehicle_id != proposal.vehicle_id:
                raise ValidationError(
                    self.env._(
                        "%(proposal)s is not about the vehicle of the case %(case)s. Make it from the right case.",
                        proposal=proposal.display_name,
                        case=case.display_name,
                    )
                )
