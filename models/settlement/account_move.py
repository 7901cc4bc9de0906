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

    @api.model
    def _get_action_of_insurance(self, record, field, title):
        """Return the action that opens the invoices of `record`, or tells how they stand to who may not read them.

        :param record: the one record that is invoiced, with an `invoice_state`
        :param str field: the field of an invoice that names it
        :param str title: of the list
        """
        record.ensure_one()
        record.check_access('read')
        if not self.has_access('read'):
            label = dict(record._fields['invoice_state']._description_selection(self.env))[record.invoice_state]
            return {
                'type': 'ir.actions.client', 'tag': 'display_notification',
                'params': {'title': record.display_name, 'type': 'info', 'message': label,
                           'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'}},
            }
        return {
            'type': 'ir.actions.act_window', 'res_model': 'account.move', 'view_mode': 'list,form', 'name': title,
            'domain': [(field, '=', record.id)], 'context': {'create': False},
        }
