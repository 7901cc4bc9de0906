from odoo import Command
from odoo.exceptions import AccessError, UserError

from ..common import DealerInsuranceCase


class TestRegister(DealerInsuranceCase):
    """The book: its cover, its keeper and reviewer, opening and closing (R7-R10, R40-R42, T12, T23)."""

    def setUp(self):
        super().setUp()
        self.contact = self.make_contact(self.make_case(self.specialist), when='2026-11-10 10:00')
        self.page = self.contact.page_id.with_env(self.env)
        self.book = self.page.register_id

    def make_book(self, user=None, **vals):
        return self.env['insurance.register'].with_user(user or self.supervisor).create({
            'kind': 'renewal', 'custodian_id': self.specialist2.id, 'reviewer_id': self.supervisor.id, **vals,
        })

    # === TWO PEOPLE === #

    def test_keeper_is_not_reviewer(self):
        with self.refused("Supervisor writes in this book"):
            self.make_book(custodian_id=self.supervisor.id)

    def test_member_is_not_reviewer(self):
        with self.refused("Supervisor writes in this book"):
            self.make_book(sharing='shared', member_ids=[Command.set(self.supervisor.ids)])

    def test_member_is_not_delegate(self):
        book = self.make_book(sharing='shared', delegate_ids=[Command.create({
            'user_id': self.gm.id, 'date_from': '2026-11-18', 'date_to': '2026-11-30',
        })])
        with self.refused("Gm writes in this book"):
            book.member_ids = self.gm

    def test_reviewer_has_a_reviewing_role(self):
        for user in (self.specialist, self.finance, self.administrator, self.clerk):
            with self.subTest(user=user.login), self.refused("no role that reviews"):
                self.make_book(reviewer_id=user.id)

    def test_people_of_the_store(self):
        with self.assertRaises(UserError):
            self.make_book(reviewer_id=self.other_supervisor.id)

    def test_self_review_in_small_stores(self):
        self.store.insurance_allow_self_review = True
        book = self.make_book(custodian_id=self.supervisor.id)
        self.assertEqual(book.custodian_id, book.reviewer_id)

    # === COVER === #

    def test_cover_of_a_used_book(self):
        for values in ({'custodian_id': self.specialist2.id}, {'year': 2025}, {'company_id': self.other_store.id}):
            with self.subTest(values=values), self.refused("holds pages"):
                self.book.write(values)
        self.book.with_user(self.supervisor).write({
            'custodian_id': self.specialist.id, 'reviewer_id': self.gm.id,
        })
        self.assertEqual(self.book.reviewer_id, self.gm)

    def test_cover_of_an_unused_book(self):
        book = self.make_book()
        book.custodian_id = self.specialist
        book.year = 2027
        self.assertEqual((book.custodian_id, book.year), (self.specialist, 2027))

    def test_who_writes_books(self):
        for user in (self.specialist, self.gm, self.group_manager, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.book, 'write', {'reviewer_id': self.gm.id})

    def test_leader_does_not_take_over_a_renewal_book(self):
        """A claims leader of the same store is neither reviewer nor delegate of a renewal book by his own doing."""
        with self.assertRaises(AccessError):
            self.rpc(self.leader, self.book, 'write', {'reviewer_id': self.leader.id})
        with self.assertRaises(AccessError):
            self.rpc(self.leader, self.env['insurance.register.delegate'], 'create', {
                'register_id': self.book.id, 'user_id': self.leader.id,
                'date_from': '2026-01-01', 'date_to': '2026-12-31',
            })
        self.assertFalse(self.env['insurance.register.page'].with_user(self.leader).search([('id', '=', self.page.id)]))

    def test_delegate_of_another_store(self):
        with self.assertRaises(UserError):
            self.rpc(self.other_supervisor, self.env['insurance.register.delegate'], 'create', {
                'register_id': self.book.id, 'user_id': self.other_supervisor.id,
                'date_from': '2026-01-01', 'date_to': '2026-12-31',
            })

    # === OPEN AND CLOSED === #

    def test_closing(self):
        book = self.book.with_user(self.supervisor)
        with self.refused("still has unsigned pages: .*page 1"):
            book.action_close()
        self.sign(self.page)
        book.action_close()
        self.assertEqual((book.state, str(book.closed_on)), ('closed', '2026-11-18'))
        following = self.make_contact(self.make_case(self.specialist)).register_id
        self.assertNotEqual(following, book)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, book, 'action_close')

    def test_closing_counts_pages_that_the_closer_does_not_see(self):
        """The administrator sees books, not pages; the clerk sees them too and may not close."""
        for user in (self.administrator, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, self.book, 'action_close')
        self.assertEqual(self.book.state, 'open')

    def test_opened_again(self):
        self.sign(self.page)
        book = self.book.with_user(self.supervisor)
        book.action_close()
        book.action_reopen()
        self.assertEqual((book.state, book.closed_on), ('open', False))
        self.assertEqual(self.make_contact(self.make_case(self.specialist)).register_id, book)

    def test_unused_book_may_go(self):
        self.make_book().sudo().unlink()
        with self.refused("holds pages and cannot be deleted"):
            self.book.unlink()
