from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import human_size

from ...lib import identifiers


class InsuranceArchiveDocument(models.Model):
    """The files of a document."""

    _inherit = 'insurance.archive.document'

    def _prepare_screen(self, files):
        """Return this document as `InsuranceArchive.get_documents` describes it."""
        self.ensure_one()
        return {
            'id': self.id,
            'name': self.display_name,
            'hint': self.type_id.note or '',
            **{name: self[name] for name in (
                'state', 'need', 'is_required', 'is_sensitive', 'is_paper', 'is_recorded',
            )},
            'note': self.not_needed_reason or self.note or '',
            'files': [
                {'id': file.id, 'name': file.name, 'mimetype': file.mimetype, 'checksum': file.checksum,
                 'size': human_size(file.file_size)}
                for file in files
            ],
        }

    def _has_number_in(self, name):
        """Tell whether the file name holds the number of this document's policy."""
        policy = self.policy_id.sudo()  # sudo: compared, not shown
        bare = identifiers.normalise_policy_no(name) or ''
        numbers = (policy.policy_no, policy.application_no)
        return any(number and len(number) >= 8 and number in bare for number in numbers)

    def _count_files(self):
        # sudo: counted, not written by hand; as the attachments of a document the user files into
        counts = dict(self.env['ir.attachment'].sudo()._read_group(
            [('res_model', '=', self._name), ('res_id', 'in', self.ids)], ['res_id'], ['__count'],
        ))
        for document in self.sudo():  # sudo: as above
            document.file_count = counts.get(document.id, 0)

    def move_file(self, attachment_id, document_id=False, type_id=False):
        """Put a file of this document under another one of the folder, as when its kind was guessed wrongly.

        :param int document_id: the other document, or
        :param int type_id: a kind that is not in the folder's list yet
        """
        self.ensure_one()
        self.check_access('write')
        if not self.active:
            raise UserError(self.env._("Withdrawn documents stay as they are."))
        attachment = self._get_file(attachment_id)
        target = self.archive_id._get_target(attachment.name, document_id, type_id)
        target.check_access('write')
        # sudo: files of the archive are moved by this method only
        attachment.sudo().res_id = target.id
        (self | target)._count_files()
        target._stamp_received()
        self.archive_id._log_document(self.env._(
            "%(file)s moved from %(old)s to %(new)s.", file=attachment.name, old=self.display_name,
            new=target.display_name,
        ))

    def _get_file(self, attachment_id):
        attachment = self.env['ir.attachment'].search([
            ('id', '=', attachment_id), ('res_model', '=', self._name), ('res_id', '=', self.id),
        ])
        if not attachment:
            raise UserError(self.env._("This file is no longer among %(document)s. Load the page again.",
                                       document=self.display_name))
        return attachment

    def _withdraw_file(self, attachment_id, reason):
        """Take one file out of the document with a reason; it stays in the archive as a withdrawn document.

        :param str reason: at least five characters
        """
        self.ensure_one()
        self.check_access('write')
        attachment, reason = self._get_file(attachment_id), self._check_reason(reason)
        if self.file_count == 1 and not self.is_paper and not self.is_recorded:
            self._withdraw(reason)
            return
        # sudo: what a button decides is not written by hand
        withdrawn = self.sudo().create({
            'archive_id': self.archive_id.id, 'type_id': self.type_id.id, 'entry_id': self.entry_id.id,
            'policy_id': self.policy_id.id, 'active': False, 'withdrawn_reason': reason,
            'withdrawn_by_id': self.env.uid, 'withdrawn_on': fields.Datetime.now(),
            'received_by_id': self.received_by_id.id, 'received_on': self.received_on,
        })
        attachment.sudo().res_id = withdrawn.id  # sudo: files of the archive are moved by its methods only
        (self | withdrawn)._count_files()
        self.archive_id._log_document(self.env._(
            "%(file)s withdrawn from %(document)s: %(reason)s", file=attachment.name, document=self.display_name,
            reason=reason,
        ))
