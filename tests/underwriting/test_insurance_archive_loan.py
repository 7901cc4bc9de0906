from odoo.exceptions import AccessError

from .archive_common import ArchiveCase


class TestLoans(ArchiveCase):
    """Paper files lent with a due date, a reminder and a history."""

    def setUp(self):
        super().setUp()
        self.archive = self.make_entry().archive_id

    def lend(self, **vals):
        return self.env['insurance.archive.loan'].with_user(self.clerk).create({
            'archive_id': self.archive.id, 'borrower_id': self.specialist.id, 'due_on': '2026-11-25', **vals,
        })

    def test_lent_and_returned(self):
        loan = self.lend()
        self.assertEqual(
            (self.archive.is_lent, self.archive.borrower_id, str(self.archive.loan_due_on), loan.lent_by_id,
             str(loan.lent_on)),
            (True, self.specialist, '2026-11-25', self.clerk, '2026-11-18'))
        reminder = self.archive.activity_ids
        self.assertEqual((reminder.user_id, str(reminder.date_deadline)), (self.clerk, '2026-11-25'))
        loan.due_on = '2026-12-01'
        self.assertEqual((str(self.archive.loan_due_on), str(reminder.date_deadline)), ('2026-12-01', '2026-12-01'))
        with self.at('2026-11-30 10:00'):
            self.archive.with_user(self.clerk).action_return()
        self.assertEqual((self.archive.is_lent, self.archive.loan_due_on, str(loan.returned_on), loan.returned_to_id),
                         (False, False, '2026-11-30', self.clerk))
        self.assertFalse(self.archive.activity_ids)
        history = "".join(self.archive.message_ids.mapped('body'))
        for text in ("Lent to Specialist until 2026-11-25", "Due back on 2026-12-01", "Specialist returned the folder"):
            self.assertIn(text, history)

    def test_overdue_is_searched_not_stored(self):
        self.lend()
        overdue = [('loan_due_on', '<', 'today'), ('id', '=', self.archive.id)]
        with self.at('2026-11-25 10:00'):
            self.assertFalse(self.archive.search(overdue))
        with self.at('2026-11-26 10:00'):
            self.assertTrue(self.archive.search(overdue))

    def test_one_borrower_at_a_time(self):
        self.lend()
        with self.refused("lent to Specialist"):
            self.lend(borrower_id=self.leader.id)
        with self.refused("lent to Specialist"):
            self.archive.with_user(self.clerk).action_lend()

    def test_dates(self):
        with self.refused("due back after"):
            self.lend(due_on='2026-11-17')
        with self.refused("still to come"):
            self.lend(lent_on='2026-11-19')

    def test_history_stays(self):
        loan = self.lend()
        with self.refused("stays as it is"):
            self.rpc(self.clerk, loan, 'write', {'borrower_id': self.leader.id})
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, loan, 'write', {'returned_on': '2026-11-18'})
        loan.action_return()
        with self.refused("is history"):
            loan.note = "Something else"
        with self.refused("never deleted"):
            loan.sudo().unlink()
        with self.refused("is not lent"):
            self.archive.with_user(self.clerk).action_return()
        self.lend()
        self.assertEqual(len(self.archive.loan_ids), 2)

    def test_who_lends(self):
        for login in ('specialist', 'supervisor', 'gm', 'finance', 'leader', 'administrator'):
            with self.subTest(role=login), self.assertRaises(AccessError):
                self.rpc(getattr(self, login), self.env['insurance.archive.loan'], 'create', {
                    'archive_id': self.archive.id, 'borrower_id': self.specialist.id, 'due_on': '2026-11-25'})


class TestRetention(ArchiveCase):
    """Documents past their retention are listed for the clerk, never deleted (PIPL art. 19)."""

    def setUp(self):
        super().setUp()
        self.archive = self.make_entry(start='2019-11-20', issue_date='2019-11-18', business_type='r_ren').archive_id
        self.young = self.make_entry().archive_id
        for code in ('INVOICE', 'ID_CARD', 'PROPOSAL'):
            self.upload(self.archive, code)
            self.upload(self.young, code)
        self.get_document(self.archive, 'ID_CARD').type_id.keep_years = 2
        self.get_document(self.archive, 'PROPOSAL').type_id.keep_years = 10

    def test_until_when(self):
        days = {code: str(self.get_document(self.archive, code).retention_until)
                for code in ('INVOICE', 'ID_CARD', 'PROPOSAL')}
        self.assertEqual(days, {'INVOICE': '2025-11-19', 'ID_CARD': '2022-11-19', 'PROPOSAL': '2030-11-19'})
        self.assertEqual(str(self.archive.retention_until), '2030-11-19')
        self.store.insurance_archive_keep_years = 8
        self.assertEqual(str(self.get_document(self.archive, 'INVOICE').retention_until), '2028-11-19')
        Document = self.env['insurance.archive.document']
        both = self.archive.document_ids | self.young.document_ids
        for day in ('2022-11-19', '2022-11-20', '2028-11-19', '2028-11-20', '2031-01-01'):
            with self.subTest(day=day):
                found = Document.search([('id', 'in', both.ids), ('retention_until', '<', day)])
                expected = both.filtered(lambda one, day=day: str(one.retention_until) < day)
                self.assertEqual(set(found.ids), set(expected.ids))

    def test_nightly_list(self):
        Document = self.env['insurance.archive.document']
        listed = [('archive_id', 'in', (self.archive | self.young).ids), ('retention_listed_on', '!=', False)]
        Document._cron_list_past_retention()
        found = Document.search(listed)
        self.assertEqual(set(found.type_id.mapped('code')), {'INVOICE', 'ID_CARD'})
        self.assertEqual((found.archive_id, set(found.mapped('active')), found.mapped('file_count')),
                         (self.archive, {True}, [1, 1]))
        todo = self.archive.activity_ids
        self.assertEqual((todo.user_id, todo.summary), (self.clerk, "2 documents are past their retention"))
        with self.at('2031-01-01 10:00'):
            Document._cron_list_past_retention()
        self.assertEqual(self.archive.activity_ids.summary, "4 documents are past their retention")
        self.assertEqual(len(self.archive.activity_ids), 1)
        self.assertTrue(all(self.env['ir.attachment'].search([
            ('res_model', '=', Document._name), ('res_id', 'in', found.ids)]).mapped('file_size')))
