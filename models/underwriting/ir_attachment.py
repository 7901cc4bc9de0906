from odoo import api, models
from odoo.exceptions import UserError

DOCUMENT = 'insurance.archive.document'
CLOSED = frozenset({DOCUMENT, 'insurance.archive'})  # records that take no attachments beside the archive's own upload


class IrAttachment(models.Model):
    """Files of the underwriting archive stay what and where they are; who may read them follows the document."""

    _inherit = 'ir.attachment'

    _insurance_kept_fields = frozenset({
        'raw', 'datas', 'db_datas', 'store_fname', 'checksum', 'mimetype', 'name', 'type', 'url', 'public',
        'access_token', 'res_model', 'res_id', 'res_field', 'company_id',
    })

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_insurance_target()
        return attachments

    def write(self, vals):
        if self._insurance_kept_fields & vals.keys() and not self.env.su and self._get_insurance_files():
            raise UserError(self.env._(
                "Files of the insurance desk stay as they are. Withdraw the file, or file another one beside it.",
            ))
        result = super().write(vals)
        if {'res_model', 'res_id'} & vals.keys():
            self._check_insurance_target()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_insurance_files(self):
        if self._get_insurance_files():
            raise UserError(self.env._(
                "Files of the insurance desk are never deleted. Withdraw the file with a reason, or say in the note"
                " what is wrong.",
            ))

    def _get_insurance_files(self):
        """Return those that belong to archive documents."""
        return self.sudo().filtered(lambda one: one.res_model == DOCUMENT and one.res_id)  # sudo: where it belongs

    def _check_insurance_target(self):
        """Refuse files put onto folders and their documents beside the upload, which checks and sorts them."""
        if not self.env.su and any(one.res_model in CLOSED and one.res_id for one in self.sudo()):  # sudo: as above
            raise UserError(self.env._(
                "Drop the file onto the documents of the folder: there it is sorted, and read by whom it concerns.",
            ))
