from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class InsuranceAccessLog(models.Model):
    """Who saw or took out personal data, when and why (domain: PIPL art. 51, T37)."""

    _name = 'insurance.access.log'
    _description = "Access to Personal Data"
    _order = 'id desc'

    user_id = fields.Many2one('res.users', required=True, index=True)
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True)
    moment = fields.Datetime(string="Time", required=True, index=True)
    kind = fields.Selection([('reveal', "Identity shown"), ('export', "Export")], required=True)
    what = fields.Char(required=True)
    res_model = fields.Char(string="Record Model", export_string_translation=False)
    res_id = fields.Many2oneReference(string="Record ID", model_field='res_model')
    row_count = fields.Integer(string="Rows")
    reason = fields.Char()

    @api.model
    def _log(self, kind, what, records=None, row_count=0, reason=False):
        """Write one entry for the present user; the caller has checked the right."""
        # sudo: nobody may write the log by hand
        return self.sudo().with_context(clean_context(self.env.context)).create(
            {
                'user_id': self.env.uid,
                'company_id': self.env.company.id,
                'moment': fields.Datetime.now(),
                'kind': kind,
                'what': what,
                'row_count': row_count,
                'reason': reason,
                'res_model': records._name if records is not None else False,
                'res_id': records.id if records is not None and len(records) == 1 else False,
            }
        )

    def write(self, vals):
        raise UserError(self.env._("The access log is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The access log is never deleted."))
