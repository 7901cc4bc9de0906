from odoo import api, fields, models


class InsuranceImport(models.Model):
    """The hotline's own workbook among those that can be imported: the operator's who keeps it (R40, R41)."""

    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('accident', "Accident reports")],
        ondelete={'accident': 'cascade'},
    )

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), accident='insurance.import.accident')

    @api.model
    def _get_importers(self):
        return dict(super()._get_importers(), accident='dealer_insurance.group_hotline_operator')
