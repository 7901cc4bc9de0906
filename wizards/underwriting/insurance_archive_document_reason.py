from odoo import fields, models


class InsuranceArchiveDocumentReason(models.TransientModel):
    """Asks why a document of a folder is not needed, or why it or one of its files is withdrawn."""

    _name = 'insurance.archive.document.reason'
    _description = "Reason beside an Archive Document"

    document_id = fields.Many2one('insurance.archive.document', required=True, ondelete='cascade')
    mode = fields.Selection(
        [('not_needed', "Not needed"), ('withdraw', "Withdraw"), ('withdraw_file', "Withdraw a file")], required=True,
    )
    attachment_id = fields.Integer(export_string_translation=False)
    file_name = fields.Char(string="File", readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.mode == 'not_needed':
            self.document_id._set_not_needed(self.reason)
        elif self.mode == 'withdraw_file':
            self.document_id._withdraw_file(self.attachment_id, self.reason)
        else:
            self.document_id._withdraw(self.reason)
        return {'type': 'ir.actions.act_window_close'}
