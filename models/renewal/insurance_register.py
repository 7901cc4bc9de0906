from odoo import api, fields, models


class InsuranceRegister(models.Model):
    _inherit = 'insurance.register'

    kind = fields.Selection(
        selection_add=[('renewal', "Renewal follow-up register")],
        ondelete={'renewal': 'cascade'},
    )

    @api.model
    def _get_line_models(self):
        return dict(super()._get_line_models(), renewal='insurance.renewal.contact')

    @api.model
    def _get_default_reviewer(self, kind, company):
        if kind == 'renewal' and company.insurance_renewal_reviewer_id:
            return company.insurance_renewal_reviewer_id
        return super()._get_default_reviewer(kind, company)
