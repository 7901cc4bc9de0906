from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_claim import CLERK

STATES = [('missing', "Missing"), ('present', "Document is there"), ('not_needed', "Not needed")]


class InsuranceClaimDocument(models.Model):
    """A line of a claim's checklist of documents: asked for by the kind of case, there, or not needed for a reason."""

    _name = 'insurance.claim.document'
    _description = "Claim Document"
    _inherit = ['insurance.guard']
    _order = 'claim_id, type_sequence, id'
    _rec_name = 'type_id'

    _guarded_fields = frozenset({
        'is_required', 'is_blocking', 'is_medical', 'received_by_id', 'received_on', 'not_needed_reason',
        'file_count', 'file_digest',
    })

    claim_id = fields.Many2one('insurance.claim', string="Claim", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='claim_id.company_id', store=True, index=True, precompute=True)
    advisor_id = fields.Many2one(related='claim_id.advisor_id')
    type_id = fields.Many2one('insurance.claim.document.type', string="Kind of Document", required=True, index=True,
                              ondelete='restrict')
    type_sequence = fields.Integer(related='type_id.sequence', store=True, precompute=True,
                                   export_string_translation=False)
    is_required = fields.Boolean(string="Asked for", readonly=True)
    # marks of the kind as they were when it was asked for: later changes of the list are for later claims
    is_blocking = fields.Boolean(string="Blocks Submission", readonly=True)
    is_medical = fields.Boolean(string="Medical", readonly=True, index=True)
    is_paper = fields.Boolean(string="On Paper")
    attachment_ids = fields.Many2many('ir.attachment', 'insurance_claim_document_file_rel', 'document_id',
                                      'attachment_id', string="Files", copy=False)
    file_count = fields.Integer(string="File Count", readonly=True, copy=False, aggregator=None)
    file_digest = fields.Char(readonly=True, copy=False, export_string_translation=False)
    state = fields.Selection(STATES, compute='_compute_state', store=True, precompute=True)
    is_missing = fields.Boolean(string="Blocks", compute='_compute_state', store=True, precompute=True,
                                help="Asked for, not there, and the claim waits for it.")
    received_by_id = fields.Many2one('res.users', string="Received by", readonly=True, copy=False)
    received_on = fields.Date(string="Received on", readonly=True, copy=False)
    not_needed_reason = fields.Char(string="Why not needed", readonly=True, copy=False)
    note = fields.Char()

    _type_uniq = models.UniqueIndex("(claim_id, type_id)", "This kind of document is on the claim's list already.")
    _missing_idx = models.Index("(company_id, type_id) WHERE is_missing")

    @api.depends('is_paper', 'file_count', 'not_needed_reason', 'is_required', 'is_blocking')
    def _compute_state(self):
        for document in self:
            if document.is_paper or document.file_count:
                document.state = 'present'
            else:
                document.state = 'not_needed' if document.not_needed_reason else 'missing'
            document.is_missing = document.is_required and document.is_blocking and document.state == 'missing'

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents.claim_id._check_part_writable('documents')
        for document in documents:
            kind = document.type_id
            # sudo: the marks of the kind are not typed
            document.sudo().write({'is_blocking': kind.is_blocking, 'is_medical': kind.is_medical})
        documents._after_files()
        return documents

    def write(self, vals):
        if vals.keys() & {'claim_id', 'type_id'} and not self.env.su:
            raise UserError(self.env._("A document stays what it is and where it is."))
        self.claim_id._check_part_writable('documents')
        before = {document.id: document.attachment_ids for document in self}
        result = super().write(vals)
        if 'attachment_ids' in vals and any(before[document.id] - document.attachment_ids for document in self):
            raise UserError(self.env._(
                "Files of a claim stay. Add the right file beside the wrong one and say so in the note."))
        if {'attachment_ids', 'is_paper'} & vals.keys():
            self._after_files()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if any(document.claim_id.state != 'draft' for document in self):
            raise UserError(self.env._("Documents of a claim are never deleted. Say why they are not needed."))

    def _after_files(self):
        """Bind the files to their document, count them, and note who received it first."""
        for document in self:
            files = document.attachment_ids
            # sudo: who uploaded a file may not write it any more once it is bound; stamps are not typed
            stray = files.sudo().filtered(lambda one, document=document: (one.res_model, one.res_id) != (
                document._name, document.id))
            if any(one.create_uid != self.env.user and not self.env.su for one in stray):
                raise UserError(self.env._("%(document)s: upload the file itself.", document=document.display_name))
            stray.write({'res_model': document._name, 'res_id': document.id, 'public': False})
            # sudo: checksums of files and the stamps are nobody's to write; who may attach was checked before
            values = {'file_count': len(files),
                      'file_digest': ' '.join(sorted(files.sudo().mapped('checksum'))) or False}
            if (files or document.is_paper) and not document.received_on:
                values.update(received_by_id=self.env.uid, received_on=document.company_id._insurance_today())
            # sudo: as above
            document.sudo().write(values)

    # === BUSINESS === #

    def _set_not_needed(self, reason):
        """Note why a document is not asked for in this case; the claims clerk's."""
        for document in self:
            document.claim_id._check_role(CLERK, self.env._("The claims clerk says which documents a claim needs."))
            if document.state == 'present':
                raise UserError(self.env._("%(document)s is there already.", document=document.display_name))
            # sudo: what a button decides is not typed
            document.sudo().not_needed_reason = document.claim_id._check_reason(reason)
        return True

    def action_needed_again(self):
        for document in self:
            document.claim_id._check_role(CLERK, self.env._("The claims clerk says which documents a claim needs."))
            document.sudo().not_needed_reason = False  # sudo: as above
        return True

    def action_received(self):
        """Tick the paper off."""
        return self.write({'is_paper': True})
