import base64
import binascii
import io
import posixpath
import zipfile

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import human_size
from odoo.tools.mimetypes import guess_mimetype

MIMETYPES = {
    'application/pdf': "PDF",
    'image/jpeg': "JPEG",
    'image/png': "PNG",
    'image/webp': "WebP",
    'application/ofd': "OFD",
}  # what the archive takes: e-policies, e-invoices, scans and photographs
PRODUCT_WORDS = {
    'compulsory': ('交强', 'compulsory', 'jqx', 'tci'),
    'commercial': ('商业', 'commercial', 'syx', 'vci'),
    'non_motor': ('非车', '驾乘', '意外', 'nonmotor', 'non_motor'),
}
OTHER = 'OTHER'


class InsuranceArchive(models.Model):
    """How files get into a folder: what is refused, and as which document a file is filed."""

    _inherit = 'insurance.archive'

    # === FOR THE SCREEN === #

    @api.readonly
    def get_documents(self):
        """Return what the folder's screen shows: its documents with their files, as far as the user may read them.

        :return: dict(documents=[dict(id, name, state, need, is_required, is_sensitive, is_paper, note, files)],
            hidden (int, documents the user may not read), can_write (bool), kinds=[dict(id, name)] not in the list yet,
            max_size (bytes)); a file is dict(id, name, mimetype, checksum, size)
        """
        self.ensure_one()
        self.check_access('read')
        documents = self.document_ids
        files = self.env['ir.attachment'].search(
            [('res_model', '=', documents._name), ('res_id', 'in', documents.ids)], order='id',
        ).grouped('res_id')
        return {
            'documents': [document._prepare_screen(files.get(document.id, ())) for document in documents],
            # sudo: how many there are is no secret; what they are is in the list of missing ones anyway
            'hidden': len(self.sudo().document_ids) - len(documents),
            'can_write': documents.has_access('write') and self.has_access('write'),
            'kinds': [
                {'id': kind.id, 'name': kind.name} for kind in self._get_kinds() - documents.type_id
                if kind.entry_type == 'policy' and not kind.per_policy
            ],
            'max_size': self._get_max_size(),
        }

    def upload_file(self, name, content, document_id=False, type_id=False):
        """File one uploaded file in this folder.

        :param str name: name of the file; says what it is, unless a document or kind is given
        :param str content: its content, base64
        :param int document_id: the document of this folder that the file belongs to
        :param int type_id: or the kind (insurance.document.type)
        :return: dict(document_id, name, is_guessed, is_unknown): as what the file was filed
        :raises UserError: naming the file, when it is empty, too large, of another type, or in the folder already
        """
        self.ensure_one()
        self.check_access('write')
        name = posixpath.basename((name or '').replace('\\', '/')).strip()[-200:] or self.env._("Unnamed file")
        raw, mimetype = self._check_file(name, content)
        document = self._get_target(name, document_id, type_id)
        document.check_access('write')
        # sudo: files of the archive come in here only, where they were checked
        self.env['ir.attachment'].sudo().with_context(image_no_postprocess=True).create({
            'name': name, 'raw': raw, 'mimetype': mimetype, 'res_model': document._name, 'res_id': document.id,
            'company_id': self.company_id.id,
        })
        document._count_files()
        document._stamp_received()
        return {
            'document_id': document.id, 'name': document.display_name,
            'is_guessed': not (document_id or type_id), 'is_unknown': document.type_id.code == OTHER,
        }

    # === CHECKS === #

    def _get_max_size(self):
        """Return the largest file that the store takes, in bytes."""
        return self.company_id.insurance_archive_max_size * 1024 * 1024

    def _check_file(self, name, content):
        """Return `(bytes, mimetype)` of a file that the archive takes; see `upload_file` for what it refuses."""
        try:
            raw = base64.b64decode(content or '', validate=True)
        except (binascii.Error, ValueError):
            raw = b''
        if not raw:
            raise UserError(self.env._("%(file)s is empty. Scan or photograph it again.", file=name))
        if len(raw) > self._get_max_size():
            raise UserError(self.env._(
                "%(file)s has %(size)s; files up to %(limit)s are taken. Scan it in a lower resolution.",
                file=name, size=human_size(len(raw)), limit=human_size(self._get_max_size()),
            ))
        mimetype = self._get_mimetype(raw)
        if mimetype not in MIMETYPES:
            raise UserError(self.env._(
                "%(file)s is none of the types that the archive takes (%(types)s). Save it as PDF or photograph it.",
                file=name, types=list(MIMETYPES.values()),
            ))
        self._check_not_filed(name, raw)
        return raw, mimetype

    @api.model
    def _get_mimetype(self, raw):
        """Return the type of a file by its content, whatever its name says."""
        mimetype = guess_mimetype(raw)
        if raw.startswith(b'PK\x03\x04'):  # the invoices of the tax office are OFD, a package of XML
            try:
                with zipfile.ZipFile(io.BytesIO(raw)) as package:
                    mimetype = 'application/ofd' if 'OFD.xml' in package.namelist() else mimetype
            except zipfile.BadZipFile:
                return 'application/octet-stream'
        return mimetype

    def _check_not_filed(self, name, raw):
        """Refuse a file that the folder has already."""
        Attachment = self.env['ir.attachment'].sudo()  # sudo: also among the documents the user may not read
        # sudo: as above
        documents = self.env['insurance.archive.document'].sudo().search([('archive_id', '=', self.id)])
        twin = Attachment.search([
            ('res_model', '=', documents._name), ('res_id', 'in', documents.ids),
            ('checksum', '=', Attachment._compute_checksum(raw)),
        ], limit=1)
        if twin:
            raise UserError(self.env._(
                "%(file)s is in the folder already, as %(document)s.", file=name,
                document=documents.browse(twin.res_id).display_name,
            ))

    # === FILING === #

    def _get_target(self, name, document_id, type_id):
        """Return the document that a file belongs to; one of an optional kind is listed when it comes."""
        Document = self.env['insurance.archive.document']
        if document_id:
            document = Document.browse(document_id).exists()
            if document.archive_id != self or not document.active:
                raise UserError(self.env._("This document is no longer in the folder. Load the page again."))
            return document
        documents = Document.search([('archive_id', '=', self.id)])
        by_number = documents.filtered(lambda document: document._has_number_in(name))
        if by_number and not type_id:
            return by_number[0]
        kinds = self._get_kinds()
        kind = kinds.browse(type_id) or kinds._guess(kinds, name) or kinds.filtered(lambda one: one.code == OTHER)[:1]
        candidates = documents.filtered(lambda document: document.type_id == kind)
        return self._choose_candidate(candidates, name) or Document.create({'archive_id': self.id, 'type_id': kind.id})

    def _get_kinds(self):
        """Return the kinds of documents that the folder's store uses."""
        return self.env['insurance.document.type'].search([('company_id', 'in', [False, self.company_id.id])])

    @api.model
    def _choose_candidate(self, candidates, name):
        """Return the document of a kind that `name` speaks of: by product; else the first that is missing; else any."""
        lowered = name.lower()
        named = candidates.filtered(lambda document: any(
            word in lowered for word in PRODUCT_WORDS.get(document.policy_id.sudo().product, ())  # sudo: product alone
        ))
        missing = candidates.filtered(lambda document: document.state != 'present')
        return (named & missing or named or missing or candidates)[:1]

    def _log_document(self, text):
        """Note in the folder's history what became of a document."""
        self.message_post(body=text)
