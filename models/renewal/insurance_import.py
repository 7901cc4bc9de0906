from odoo import api, fields, models


class InsuranceImport(models.Model):
    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('renewal_base', "Renewal base of a month")],
        ondelete={'renewal_base': 'cascade'},
    )

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), renewal_base='insurance.import.renewal')

    @api.model
    def _get_importers(self):
        return dict(super()._get_importers(), renewal_base='dealer_insurance.group_insurance_supervisor')
