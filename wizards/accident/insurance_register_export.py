from odoo import api, models


class InsuranceRegisterExport(models.TransientModel):
    _inherit = 'insurance.register.export'

    @api.model
    def _get_default_kind(self):
        """Propose the register of reports to who reviews it, the claims team leader."""
        user = self.env.user
        reviews_renewals = user.has_groups(
            'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_general_manager')
        if user.has_group('dealer_insurance.group_claims_leader') and not reviews_renewals:
            return 'accident'
        return super()._get_default_kind()
