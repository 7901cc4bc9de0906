from odoo import api, fields, models

IMPORTERS = 'dealer_insurance.group_policy_clerk,dealer_insurance.group_insurance_supervisor'


class InsuranceImport(models.Model):
    """The list of deliveries among the workbooks: the clerk's who completes them, and the supervisor's (R37)."""

    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('delivery', "List of deliveries")],
        ondelete={'delivery': 'cascade'},
    )

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), delivery='insurance.import.delivery')

    @api.model
    def _get_importers(self):
        return dict(super()._get_importers(), delivery=IMPORTERS)
