from psycopg2.extras import Json

from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..common import PNG, DealerInsuranceCase

OTHER_VALUES = {
    'text': "Altered", 'char': "Altered", 'integer': 77, 'monetary': 123.45, 'date': '2026-11-11',
    'datetime': '2026-11-11 11:11:11',
}


class TestRegisterIntegrity(DealerInsuranceCase):
    """Whatever is altered behind the program's back, in the database itself, is found and named (invariant 3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls.make_case(cls.specialist)
        cls.first = cls.make_contact(case, when='2026-11-03 10:00', recommended_insurer_id=cls.picc.id).sudo()
        cls.second = cls.make_lost(cls.make_case(cls.specialist), when='2026-11-03 11:00').sudo()
        cls.week2 = cls.make_contact(case, when='2026-11-10 10:00').sudo()
        cls.pages = cls.first.page_id | cls.week2.page_id
        cls.book = cls.pages.register_id
        for page in cls.pages:
            cls.sign(page, remark="Checked")
        cls.page = cls.first.page_id
        cls.Finding = cls.env['insurance.register.finding']

    def tamper(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def check(self):
        """Run the check over the book and return what it found as `{(kind, page no., line no., field names)}`."""
        self.env['insurance.register.page']._check_integrity(self.book.ids)
        return {
            (found.kind, found.page_id.page_no, found.line_no, found.field_names or '')
            for found in self.Finding.search([('register_id', '=', self.book.id), ('state', '=', 'open')])
        }

    def test_nothing_altered_nothing_found(self):
        self.assertEqual(self.check(), set())
        result = self.book.with_user(self.supervisor).action_check_integrity()
        self.assertEqual(result['params']['type'], 'success')
        self.assertTrue(all(page.checked_on for page in self.pages))

    def test_reading_elsewhere_alters_nothing(self):
        """The digest does not depend on language, time zone, user, nor on names that may change."""
        self.env['res.lang']._activate_lang('zh_CN')
        self.specialist.write({'name': "Somebody Else", 'lang': 'zh_CN', 'tz': 'America/New_York'})
        self.picc.name = "Renamed Insurance"
        self.first.result_id.name = "Renamed"
        self.env.invalidate_all()
        Page = self.env['insurance.register.page'].with_user(self.specialist).with_context(lang='zh_CN')
        self.assertFalse(Page._check_integrity(self.book.ids))

    # === LINES === #

    def test_every_field_of_a_line(self):
        other_user, other_reason = self.specialist2.id, self._get_reason('contact_result', 'BROKEN').id
        names = {'line_no', 'entered_on', 'entered_by_id', 'review_state', 'review_note',
                 *self.first._register_digest_fields} - {'review_tag_ids', 'renewal_id', 'correction_of_id'}
        self.assertGreater(len(names), 25)
        for name in sorted(names):
            field = self.first._fields[name]
            if field.type == 'many2one':
                value = {'res.users': other_user, 'insurance.reason': other_reason,
                         'res.partner': self.cpic.id}[field.comodel_name]
            elif field.type == 'selection':
                value = next(key for key in field.get_values(self.env) if key != self.first[name])
            else:
                value = OTHER_VALUES[field.type]
            with self.subTest(field=name), self.env.cr.savepoint() as savepoint:
                self.tamper("UPDATE insurance_renewal_contact SET %s = %s WHERE id = %s",
                            SQL.identifier(name), value, self.first.id)
                line_no = 77 if name == 'line_no' else 1
                self.assertEqual(self.check(), {('altered', 1, line_no, name)})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_case_and_reference_of_a_line(self):
        for name, value in (('renewal_id', self.second.renewal_id.id), ('correction_of_id', self.second.id)):
            with self.subTest(field=name), self.env.cr.savepoint() as savepoint:
                self.tamper("UPDATE insurance_renewal_contact SET %s = %s WHERE id = %s",
                            SQL.identifier(name), value, self.first.id)
                self.assertEqual(self.check(), {('altered', 1, 1, name)})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_tags_of_a_line(self):
        self.tamper("INSERT INTO insurance_renewal_contact_review_tag_rel (contact_id, reason_id) VALUES (%s, %s)",
                    self.first.id, self._get_reason('review_tag', 'METHOD').id)
        self.assertEqual(self.check(), {('altered', 1, 1, 'review_tag_ids')})

    def test_emptied_and_several_fields(self):
        self.tamper("UPDATE insurance_renewal_contact SET countermeasure = NULL, lost_price = 1 WHERE id = %s",
                    self.second.id)
        self.assertEqual(self.check(), {('altered', 1, 2, 'countermeasure,lost_price')})

    def test_description_names_line_and_field(self):
        self.tamper("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.first.id)
        self.check()
        found = self.Finding.with_user(self.supervisor).search([('register_id', '=', self.book.id)])
        self.assertEqual(found.description, "Line 1: Content changed after signing")
        self.assertEqual((found.res_model, found.res_id), (self.first._name, self.first.id))

    def test_line_deleted(self):
        self.tamper("UPDATE insurance_renewal SET lost_contact_id = NULL, last_contact_id = NULL WHERE id = %s",
                    self.second.renewal_id.id)
        self.tamper("DELETE FROM insurance_renewal_task WHERE done_contact_id = %s", self.second.id)
        self.tamper("DELETE FROM insurance_renewal_contact WHERE id = %s", self.second.id)
        self.assertEqual(self.check(), {('missing', 1, 2, '')})
        found = self.Finding.search([('register_id', '=', self.book.id)])
        self.assertEqual(found.description, f"Signed line 2 (ID {self.second.id}) is gone")

    def test_line_inserted(self):
        self.tamper(
            "INSERT INTO insurance_renewal_contact (page_id, line_no, renewal_id, kind, contact_on, channel_id,"
            " result_id, content, outcome, entered_on, entered_by_id, company_id)"
            " SELECT page_id, 3, renewal_id, kind, contact_on, channel_id, result_id, content, outcome, entered_on,"
            " entered_by_id, company_id FROM insurance_renewal_contact WHERE id = %s", self.first.id,
        )
        self.assertEqual(self.check(), {('added', 1, 3, '')})

    def test_line_moved_to_another_page(self):
        self.tamper("UPDATE insurance_renewal_contact SET page_id = %s, line_no = 2 WHERE id = %s",
                    self.week2.page_id.id, self.second.id)
        self.assertEqual(self.check(), {('missing', 1, 2, ''), ('added', 2, 2, '')})

    # === SIGNATURES === #

    def test_every_field_of_a_signature(self):
        for name, value in (
            ('user_id', self.gm.id), ('signed_on', '2026-11-10 08:00:00'), ('remark', "Perfect"), ('remark', None),
            ('is_delegate', True), ('is_late', not self.page.signature_id.is_late), ('is_self_review', True),
            ('image', PNG.replace('AAA', 'BAA', 1).encode()), ('image', None), ('answers', '[["Workload?", false]]'),
            ('line_digests', '{}'), ('content_digest', 'x'), ('event', 'voided'),
        ):
            with self.subTest(field=name, value=value), self.env.cr.savepoint() as savepoint:
                self.tamper("UPDATE insurance_register_signature SET %s = %s WHERE id = %s",
                            SQL.identifier(name), value, self.page.signature_id.id)
                self.assertIn(('signature', 1, 0, ''), self.check())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_line_and_digests_altered_together(self):
        """Who alters a line and the digests beside it is found by the digest over both."""
        self.tamper("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.first.id)
        digests = {str(line.id): line._register_field_digests() for line in self.page._get_lines()}
        self.page.signature_id.invalidate_recordset()
        content = self.env['insurance.register.signature']._content_digest(self.page._get_lines())
        self.tamper("UPDATE insurance_register_signature SET line_digests = %s, content_digest = %s WHERE id = %s",
                    Json(digests), content, self.page.signature_id.id)
        self.assertEqual(self.check(), {('signature', 1, 0, '')})

    def test_digest_recomputed_breaks_the_chain(self):
        """Who also writes a fitting digest breaks the next event of the book."""
        signature = self.page.signature_id
        self.tamper("UPDATE insurance_register_signature SET remark = 'Perfect' WHERE id = %s", signature.id)
        digest = signature._digest(self.page, signature._stored_values())
        self.tamper("UPDATE insurance_register_signature SET digest = %s WHERE id = %s", digest, signature.id)
        self.assertEqual(self.check(), {('chain', 2, 0, '')})

    def test_last_digest_recomputed(self):
        signature = self.week2.page_id.signature_id
        self.tamper("UPDATE insurance_register_signature SET remark = 'Perfect' WHERE id = %s", signature.id)
        digest = signature._digest(self.week2.page_id, signature._stored_values())
        self.tamper("UPDATE insurance_register_signature SET digest = %s WHERE id = %s", digest, signature.id)
        self.assertEqual(self.check(), {('chain', 0, 0, '')})

    def test_signature_deleted(self):
        self.tamper("DELETE FROM insurance_register_signature WHERE id = %s", self.page.signature_id.id)
        found = self.check()
        self.assertIn(('chain', 2, 0, ''), found)
        self.assertIn(('signature', 1, 0, ''), found)

    def test_last_signature_deleted(self):
        self.tamper("DELETE FROM insurance_register_signature WHERE id = %s", self.week2.page_id.signature_id.id)
        self.tamper("UPDATE insurance_register_page SET state = 'open', version = 0, signed_on = NULL,"
                    " signed_by_id = NULL WHERE id = %s", self.week2.page_id.id)
        self.assertEqual(self.check(), {('chain', 0, 0, '')})

    def test_voided_signature_altered(self):
        self.page.with_user(self.gm).action_reopen("Two lines were mixed up")
        self.assertEqual(self.check(), set())
        voided = self.page.signature_ids.sorted('id')[0]
        self.tamper("UPDATE insurance_register_signature SET user_id = %s WHERE id = %s", self.gm.id, voided.id)
        self.assertEqual(self.check(), {('signature', 1, 0, '')})

    # === PAGES, BOOKS === #

    def test_state_of_a_page(self):
        unsigned = dict.fromkeys(('signature_id', 'signed_on', 'signed_by_id'))
        for values in ({'state': 'open'}, {'state': 'reopened'}, {'signature_id': None}, {'signed_by_id': None},
                       {'signed_on': '2026-01-01'}, {'iso_week': 3}, {'page_no': 9}, {'supplementary': True},
                       {'state': 'open', 'version': 0, **unsigned}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                changes = SQL(", ").join(SQL("%s = %s", SQL.identifier(name), values[name]) for name in values)
                self.tamper("UPDATE insurance_register_page SET %s WHERE id = %s", changes, self.page.id)
                found = self.check()
                self.assertEqual({(kind, names) for kind, _page, _line, names in found}, {('signature', '')})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_page_signed_without_a_signature(self):
        with self.at('2026-11-24 09:00'):
            fresh = self.make_contact(self.make_case(self.specialist)).page_id
            self.tamper("UPDATE insurance_register_page SET state = 'signed' WHERE id = %s", fresh.id)
            self.assertEqual(self.check(), {('signature', fresh.page_no, 0, '')})

    def test_book_counters(self):
        self.tamper("UPDATE insurance_register SET event_count = 1 WHERE id = %s", self.book.id)
        self.assertEqual(self.check(), {('chain', 0, 0, '')})

    def test_chain_runs_through_the_pages_of_a_book_only(self):
        signatures = self.pages.signature_id.sorted('sequence')
        self.assertEqual(signatures.mapped('sequence'), [1, 2])
        self.assertFalse(signatures[0].previous_digest)
        self.assertEqual(signatures[1].previous_digest, signatures[0].digest)
        self.assertEqual(self.book.last_digest, signatures[1].digest)
        other = self.make_contact(self.make_case(self.specialist2), when='2026-11-03 10:00').page_id.sudo()
        self.sign(other)
        self.assertEqual(other.signature_id.sequence, 1)
        self.assertFalse(other.signature_id.previous_digest)

    # === THE CHECK === #

    def test_job_finds_it_and_tells_once(self):
        self.tamper("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.first.id)
        job = self.env.ref('dealer_insurance.ir_cron_register_integrity')
        for _night in range(2):
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(self.Finding.search_count([('register_id', '=', self.book.id)]), 1)

    def test_pages_checked_longest_ago_come_first(self):
        Page = self.env['insurance.register.page']
        with self.at('2026-11-19 02:00'):
            Page._check_integrity(limit=1000)
        with self.at('2026-11-20 02:00'):
            self.tamper("UPDATE insurance_register_page SET checked_on = NULL WHERE id = %s", self.page.id)
            Page._check_integrity(limit=1)
        self.assertGreater(self.page.checked_on, self.week2.page_id.checked_on)

    def test_explained_is_not_found_again(self):
        self.tamper("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.first.id)
        self.check()
        found = self.Finding.search([('register_id', '=', self.book.id)]).with_user(self.gm)
        with self.refused("Write the explanation"):
            found.action_explain()
        found.explanation = "Data protection request, approved by the group"
        found.action_explain()
        self.assertEqual((found.state, found.explained_by_id), ('explained', self.gm))
        self.assertEqual(self.check(), set())
        self.tamper("UPDATE insurance_renewal_contact SET content = 'y' WHERE id = %s", self.first.id)
        self.assertEqual(self.check(), {('altered', 1, 1, 'content')}, "another alteration is another finding")

    def test_findings_are_not_tidied_away(self):
        self.tamper("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s", self.first.id)
        self.check()
        found = self.Finding.search([('register_id', '=', self.book.id)])
        for values in ({'state': 'explained'}, {'kind': 'chain'}, {'page_id': False}, {'explained_by_id': self.gm.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.gm, found, 'write', values)
        for user in (self.supervisor, self.specialist, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, found, 'write', {'explanation': "Nothing happened here"})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, found, 'action_explain')
        with self.refused("not deleted"):
            found.unlink()
