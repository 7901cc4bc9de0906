from datetime import timedelta

from odoo import api, fields, models

from .insurance_archive_document_record import APPROVAL, PROPOSAL
from .insurance_archive_folder import LAPSED

FILED_AT_ONCE = 2000
DECIDING = frozenset({
    'vehicle_id', 'owner_id', 'applicant_id', 'salesperson_id', 'insurer_id', 'business_type', 'issue_date',
    'benefit_ids',
    'policy_ids',
})  # what the folder's heading and the documents it asks for follow


class InsuranceLedgerEntry(models.Model):
    """The entry's folder in the underwriting archive; it is found or made when the entry is registered."""

    _inherit = 'insurance.ledger.entry'

    archive_id = fields.Many2one(
        'insurance.archive', string="Folder", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
    )

    @api.model
    def _is_guarded(self, field):
        return field.name == 'archive_id' or super()._is_guarded(field)

    _unfiled_idx = models.Index("(id) WHERE archive_id IS NULL AND state = 'registered'")

    def _after_register(self):
        result = super()._after_register()
        imported = self.filtered('import_digest')
        self.env['insurance.archive']._file(self - imported)
        (self - imported)._tick_recorded()
        if imported:  # they come by thousands, and their folders need not be there at once
            # sudo: the job is the system's
            self.env.ref('dealer_insurance.ir_cron_ledger_archive').sudo()._trigger()
        return result

    @api.model
    def _cron_file_imported(self):
        """Put imported entries into their folders, some thousands at a time."""
        domain = [('state', '=', 'registered'), ('archive_id', '=', False)]
        waiting = self.search(domain, order='id', limit=FILED_AT_ONCE)  # follow-ups come after what they change
        self.env['insurance.archive']._file(waiting)
        if waiting.filtered('archive_id') and self.search_count(domain, limit=1):
            self.env.ref('dealer_insurance.ir_cron_ledger_archive')._trigger()

    def _after_policy_change(self, policies, is_rated=True):
        result = super()._after_policy_change(policies, is_rated)
        self._refresh_archive()
        return result

    def _after_benefit_change(self):
        result = super()._after_benefit_change()
        self._refresh_archive()
        return result

    def write(self, vals):
        result = super().write(vals)
        if DECIDING & vals.keys():
            self._refresh_archive()
        return result

    def _refresh_archive(self):
        """Let the folders follow entries that changed after their registration."""
        # sudo: folders keep themselves, see `_file`
        filed = self.sudo().filtered('archive_id')
        moved = filed.filtered(lambda entry: entry.vehicle_id != entry.archive_id.vehicle_id)
        if moved:
            self.env['insurance.archive']._file(moved)
        archives = filed.archive_id
        archives._update_header()
        archives._sync_documents()
        filed._tick_recorded()

    def _tick_recorded(self):
        """Tick the documents of the folders that the system holds: signed proposals, approvals of benefits (R36)."""
        # sudo: as in `_refresh_archive`
        for entry in self.sudo().filtered(lambda one: one.proposal_id or one.approval_ids):
            proposal = entry.proposal_id
            if proposal.signature:
                note = self.env._("%(proposal)s, signed by %(name)s", proposal=proposal.name, name=proposal.signed_by)
                entry._get_system_documents(PROPOSAL)._record(note, proposal.signed_letter_id)
            approvals = (entry.approval_ids | proposal.approval_ids).filtered(lambda one: one.state == 'approved')
            if approvals and entry.benefit_ids:
                entry._get_system_documents(APPROVAL)._record(self.env._(", ").join(approvals.mapped('name')))

    def _get_system_documents(self, code):
        """Return the missing documents of a kind (code) in the folder; none where one was withdrawn."""
        self.ensure_one()
        documents = self.env['insurance.archive.document'].with_context(active_test=False).search([
            ('archive_id', '=', self.archive_id.id), ('type_id.code', '=', code),
        ])
        return documents if all(documents.mapped('active')) else documents.browse()

    def action_view_archive(self):
        self.ensure_one()
        return self.archive_id._get_open_action()

    # === WHAT THE FOLDER ASKS === #

    def _get_archive_start(self):
        """Return the first day of the policies, or the day of issue where none is known."""
        self.ensure_one()
        return self.start_date or self.issue_date

    def _get_archive_end(self):
        """Return the last day of the policies, or a year after they begin where none is known."""
        self.ensure_one()
        return self.end_date or self.env['insurance.policy']._get_end(self._get_archive_start())

    def _is_company_owned(self):
        self.ensure_one()
        return self.owner_id.is_company or self.owner_id.insurance_id_type == 'uscc'

    def _is_lapsed_or_changed(self):
        """Tell whether cover had a gap before this entry, or came from another insurer (脱保, 转保)."""
        self.ensure_one()
        if self.business_type == 'new':
            return False
        previous = self.previous_entry_id
        if self.business_type in LAPSED or not previous:
            return self.business_type in LAPSED
        if previous.end_date and self.start_date and previous.end_date + timedelta(days=1) < self.start_date:
            return True
        insurers = previous.insurer_id | previous.archive_id.entry_ids.insurer_id
        return self.insurer_id not in insurers
