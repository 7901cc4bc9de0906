from odoo import fields, models


class InsuranceReason(models.Model):
    """Where a report of an accident came from (R43); walk-ins and bought leads are no such source (R44)."""

    _inherit = 'insurance.reason'

    use = fields.Selection(
        selection_add=[('accident_source', "Accident report: source")],
        ondelete={'accident_source': 'cascade'},
    )
