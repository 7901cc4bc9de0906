from odoo import api, fields, models


class InsuranceImport(models.Model):
    """The underwriting ledger among the workbooks: the policy clerk's, who keeps the ledger (R31)."""

    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('ledger', "Underwriting ledger")],
        ondelete={'ledger': 'cascade'},
    )

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), ledger='insurance.import.ledger')

    @api.model
    def _get_importers(self):
        return dict(super()._get_importers(), ledger='dealer_insurance.group_policy_clerk')
