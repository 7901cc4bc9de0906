from odoo import api, fields, models


class InsuranceRegister(models.Model):
    """The hotline's book: kept by one operator or shared by all, reviewed by the claims team leader (R40-R42)."""

    _inherit = 'insurance.register'

    kind = fields.Selection(
        selection_add=[('accident', "Accident report register")],
        ondelete={'accident': 'cascade'},
    )

    @api.model
    def _get_line_models(self):
        return dict(super()._get_line_models(), accident='insurance.accident')

    @api.model
    def _get_default_reviewer(self, kind, company):
        if kind == 'accident' and company.insurance_accident_reviewer_id:
            return company.insurance_accident_reviewer_id
        return super()._get_default_reviewer(kind, company)
