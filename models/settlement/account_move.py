from odoo import api, fields, models


class AccountMove(models.Model):
    """An invoice to an insurer knows its settlement list."""

    _inherit = 'account.move'

    insurance_settlement_id = fields.Many2one('insurance.settlement', string="Settlement List", readonly=True,
                                              copy=False, index='btree_not_null', ondelete='restrict')

    @api.model
    def _has_field_access(self, field, operation):
        # An invoice is tied to its list when it is made from it; nobody ties another one to it
        if field.name == 'insurance_settlement_id' and operation == 'write' and not self.env.su:
            return False
        return super()._has_field_access(field, operation)
