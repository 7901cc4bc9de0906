from unittest.mock import patch

from odoo.exceptions import AccessError

from .archive_common import PDF
from .proposal_common import ProposalCase


class TestInsuranceArchiveRecord(ProposalCase):
    """Documents that the system holds itself are ticked when the entry is filed: signed proposals, approvals."""

    def make_sale(self, letter=True, signed=True, benefit=0):
        """Return the entry of a proposal from its acceptance to the ledger, registered by the clerk."""
        proposal = self.draft(vin=self.make_vin(700))
        if benefit:
            self.give(proposal.plan_ids, benefit)
            proposal._ask_approval("A loyal customer").with_user(self.gm).action_approve()
        proposal.action_send()
        letters = [(f'{proposal.name}.pdf', PDF)] if letter else []
        with patch.object(type(proposal), '_render_signed_letter', lambda _self: letters):
            if signed:
                self.accept(proposal)
            else:
                self.consent(proposal)
                proposal._accept(proposal.plan_ids)
        proposal.action_make_entry()
        entry = proposal.sudo().entry_ids.with_user(self.clerk)
        entry.write({'compulsory_no': 'PDZA202677', 'commercial_no': 'PDAA202677'})
        entry.action_register()
        return entry.sudo()

    def get_document(self, entry, code):
        return entry.archive_id.document_ids.filtered(lambda one: one.type_id.code == code)

    def test_signed_letter_is_filed(self):
        entry = self.make_sale()
        document = self.get_document(entry, 'PROPOSAL')
        self.assertRecordValues(document, [{'state': 'present', 'is_recorded': True, 'file_count': 1,
                                            'received_by_id': self.clerk.id}])
        self.assertIn(entry.proposal_id.name, document.note)
        self.assertEqual(document.attachment_ids.raw, PDF)
        self.assertEqual(entry.proposal_id.signed_letter_id.res_model, 'insurance.proposal', "the chatter has its own")
        self.assertEqual(set(entry.archive_id.document_ids.filtered(lambda one: one.state == 'present')), {document})
        shown = self.rpc(self.clerk, entry.archive_id, 'get_documents')['documents']
        self.assertEqual([one['name'] for one in shown if one['is_recorded']], ["Proposal"])

    def test_signed_without_a_print(self):
        document = self.get_document(self.make_sale(letter=False), 'PROPOSAL')
        self.assertRecordValues(document, [{'state': 'present', 'is_recorded': True, 'file_count': 0}])

    def test_accepted_by_word_is_no_document(self):
        document = self.get_document(self.make_sale(signed=False), 'PROPOSAL')
        self.assertRecordValues(document, [{'state': 'missing', 'is_recorded': False}])

    def test_approval(self):
        entry = self.make_sale(benefit=300)
        document = self.get_document(entry, 'APPROVAL')
        self.assertRecordValues(document, [{'state': 'present', 'is_recorded': True, 'file_count': 0}])
        self.assertEqual(document.note, entry.proposal_id.approval_ids.name)

    def test_withdrawn_stays_withdrawn(self):
        entry = self.make_sale()
        self.get_document(entry, 'PROPOSAL').with_user(self.clerk)._withdraw("The signature is not his")
        self.assertRecordValues(self.get_document(entry, 'PROPOSAL'), [{'state': 'missing'}])
        entry.with_user(self.clerk).commercial_premium += 0.01  # the folder follows
        self.assertRecordValues(self.get_document(entry, 'PROPOSAL'), [{'state': 'missing', 'is_recorded': False}])

    def test_nobody_ticks_it_by_hand(self):
        document = self.get_document(self.make_sale(signed=False), 'PROPOSAL')
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, document, 'write', {'is_recorded': True})
        proposal = self.draft()
        with self.assertRaises(AccessError):
            self.rpc(self.consultant, proposal, 'write', {'signed_letter_id': 1})
