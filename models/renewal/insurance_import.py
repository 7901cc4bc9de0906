from odoo import api, fields, models


class InsuranceImport(models.Model):
    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('renewal_base', "Renewal base of a month")],
        ondelete={'renewal_base': 'cascade'},
        default='renewal_base',
    )

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), renewal_base='insurance.import.renewal')
