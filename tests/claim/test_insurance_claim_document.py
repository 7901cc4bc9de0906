from odoo.exceptions import AccessError, UserError

from .claim_common import ClaimCase


class TestInsuranceClaimDocument(ClaimCase):
    """The checklist by kind of case, what blocks the submission, restricted papers (6.9, T43)."""

    def codes(self, claim, **by):
        return set(claim.sudo().document_ids.filtered_domain([(name, '=', value) for name, value in by.items()])
                   .type_id.mapped('code'))

    def test_checklist_by_case(self):
        plain = self.dispatch()
        self.assertEqual(self.codes(plain, is_missing=True), {
            'CLAIM_FORM', 'ID_CARD', 'DRIVING_LICENCE', 'VEHICLE_LICENCE', 'PHOTOS', 'ASSESSMENT', 'SETTLEMENT_SHEET',
            'INVOICE', 'AUTHORISATION'})
        rich = self.dispatch(accident_type='double', loss_kind='injury', tow_fee=300, is_subrogated=True,
                             has_property_damage=True)
        self.assertGreaterEqual(self.codes(rich), {'LIABILITY_LETTER', 'MEDICAL_RECORD', 'TOW_INVOICE', 'SUBROGATION',
                                                   'PROPERTY_VOUCHER', 'OTHER_COMPULSORY'})
        self.assertEqual(self.codes(rich, is_medical=True), {'MEDICAL_RECORD', 'MEDICAL_INVOICE', 'DISABILITY',
                                                             'MEDIATION'})

    def test_case_changes(self):
        claim = self.dispatch(accident_type='double')
        claim.write({'accident_type': 'single', 'payee': 'customer'})
        claim.write({'assessment_ids': [(0, 0, {'labour': 1000})]})
        claim.action_repaired()
        self.compose(claim, ('own_commercial', 900), ('other_compulsory', 100, self.paic.id))
        claim.action_settle()
        self.assertFalse(self.codes(claim, is_required=True) & {'LIABILITY_LETTER', 'AUTHORISATION'})

    def test_blocking(self):
        claim = self.settle()
        with self.refused("Document “Claim application”"):
            claim.with_user(self.claims_clerk).action_submit()
        documents = claim.with_user(self.claims_clerk).document_ids.filtered('is_missing')
        documents[1:].write({'is_paper': True})
        with self.refused("Say why"):
            documents[0]._set_not_needed("no")
        with self.assertRaises(UserError):
            documents[0].with_user(self.advisor)._set_not_needed("The insurer has it")
        documents[0]._set_not_needed("The insurer has it")
        claim.with_user(self.claims_clerk).action_submit()
        self.assertEqual((claim.state, claim.submitted_by_id), ('submitted', self.claims_clerk))
        documents[0].action_needed_again()
        self.assertEqual(claim.missing_count, 1)

    def test_marks_are_data(self):
        kind = self.env.ref('dealer_insurance.insurance_claim_document_type_photos').with_user(self.leader)
        kind.is_blocking = False
        self.assertNotIn('PHOTOS', self.codes(self.dispatch(), is_missing=True))
        with self.refused("stays as it is"):
            kind.code = 'X'
        with self.assertRaises(AccessError):
            kind.with_user(self.advisor).is_blocking = True
        with self.assertRaises(UserError):
            kind.sudo().unlink()

    def test_files(self):
        claim = self.dispatch()
        document = claim.document_ids[:1].with_user(self.claims_clerk)
        file = self.make_file(self.claims_clerk)
        document.attachment_ids = file
        self.assertEqual((document.state, document.file_count, document.received_by_id, file.res_id),
                         ('present', 1, self.claims_clerk, document.id))
        self.assertTrue(file.with_user(self.advisor).has_access('read'))
        self.assertFalse(file.with_user(self.specialist).has_access('read'))
        with self.refused("Files of a claim stay"):
            document.attachment_ids = [(5,)]
        with self.refused("never deleted"):
            file.unlink()
        strange = self.make_file(self.finance, "other.png")
        with self.assertRaises(UserError):
            document.sudo(False).attachment_ids = [(4, strange.id)]

    def test_medical_papers(self):
        claim = self.dispatch(loss_kind='injury')
        medical = claim.sudo().document_ids.filtered('is_medical')
        file = self.make_file(self.claims_clerk)
        medical[:1].with_user(self.claims_clerk).attachment_ids = file
        for role, may in (('claims_clerk', True), ('leader', True), ('gm', True), ('advisor', False),
                          ('finance', False), ('supervisor', False), ('hotline', False), ('specialist', False)):
            user = getattr(self, role)
            with self.subTest(role=role):
                self.env.invalidate_all()
                self.assertEqual(bool(self.env['insurance.claim.document'].with_user(user).search(
                    [('id', 'in', medical.ids)]) if self.env['insurance.claim.document'].with_user(user).has_access(
                        'read') else False), may)
                self.assertEqual(file.with_user(user).has_access('read'), may)
