from odoo import Command, fields
from odoo.exceptions import AccessError, UserError

from ..common import DealerInsuranceCase


class TestRegisterLineStamps(DealerInsuranceCase):
    """Page, entry time, author and review of a line are the mechanism's: nobody writes them by hand (R13, T1)."""

    def setUp(self):
        super().setUp()
        self.foreign = self.make_contact(self.make_case(self.specialist2))
        self.case = self.make_case(self.specialist)
        self.Contact = self.env['insurance.renewal.contact']
        self.forged = {
            'page_id': self.foreign.page_id.id, 'line_no': 15, 'entered_on': '2026-11-01 08:00:00',
            'entered_by_id': self.specialist2.id, 'review_state': 'accepted', 'review_note': "Excellent",
            'reviewed_by_id': self.supervisor.id, 'reviewed_on': '2026-11-17 08:00:00',
            'review_tag_ids': [Command.set(self._get_reason('review_tag', 'METHOD').ids)],
            'is_backfilled': False, 'is_superseded': True, 'is_connected': False, 'sequence': 99,
            'company_id': self.other_store.id,
        }
        self.old = '2026-11-16 08:00'  # two days ago: entered late

    def assertStamped(self, contact):
        self.assertEqual(contact.register_id.custodian_id, self.specialist)
        self.assertEqual((contact.entered_by_id, contact.entered_on), (self.specialist, fields.Datetime.now()))
        self.assertEqual((contact.line_no, contact.sequence), (1, 1))
        self.assertTrue(contact.is_backfilled)
        self.assertTrue(contact.is_connected)
        self.assertFalse(contact.is_superseded)
        self.assertEqual(contact.company_id, self.store)
        self.assertFalse(any(contact[name] for name in ('review_state', 'review_note', 'reviewed_by_id',
                                                         'reviewed_on', 'review_tag_ids')))

    def test_values_given(self):
        for name, value in self.forged.items():
            if name == 'sequence':
                continue  # counted anew whatever is given
            with self.subTest(field=name), self.assertRaises(UserError):
                self.rpc(self.specialist, self.Contact, 'create',
                         dict(self.prepare_contact(self.case, self.old), **{name: value}))
        contact = self.Contact.browse(self.rpc(
            self.specialist, self.Contact, 'create', dict(self.prepare_contact(self.case, self.old), sequence=99),
        ))
        self.assertStamped(contact)

    def test_context_defaults(self):
        values = self.prepare_contact(self.case, self.old)
        for name, value in self.forged.items():
            if name == 'sequence':
                continue
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.rpc(self.specialist, self.Contact, 'create', values, context={f'default_{name}': value})
        contact = self.Contact.browse(self.rpc(
            self.specialist, self.Contact, 'create', values, context={'default_sequence': 99},
        ))
        self.assertStamped(contact)

    def test_context_does_not_reach_book_and_page(self):
        """The first line opens book and page in sudo: the client's context must not furnish them."""
        context = {
            'default_supplementary': True, 'default_line_count': 15, 'default_checked_on': '2026-11-17 08:00:00',
            'default_sharing': 'shared', 'default_member_ids': [Command.set(self.specialist2.ids)],
            'default_delegate_ids': [Command.create({
                'user_id': self.leader.id, 'date_from': '2026-01-01', 'date_to': '2026-12-31',
            })],
        }
        contact = self.Contact.browse(self.rpc(
            self.specialist, self.Contact, 'create', self.prepare_contact(self.case, self.old), context=context,
        ))
        page, book = contact.page_id, contact.register_id
        self.assertFalse(page.supplementary or page.checked_on)
        self.assertEqual(page.line_count, 1)
        self.assertEqual(book.sharing, 'personal')
        self.assertFalse(book.member_ids or book.delegate_ids)

    def test_stored_user_defaults(self):
        for name in ('review_state', 'is_superseded'):
            self.env['ir.default'].with_user(self.specialist).set(
                self.Contact._name, name, self.forged[name], user_id=self.specialist.id)
        contact = self.make_contact(self.case, when=self.old)
        self.assertStamped(contact)

    def test_through_the_case(self):
        values = self.prepare_contact(self.case, self.old)
        del values['renewal_id']
        self.case.with_user(self.specialist).write({'contact_ids': [Command.create(values)]})
        self.assertStamped(self.case.contact_ids)
        for name in ('page_id', 'entered_on', 'entered_by_id', 'review_state', 'is_backfilled'):
            with self.subTest(field=name), self.assertRaises(UserError):
                self.case.with_user(self.specialist).write({
                    'contact_ids': [Command.create(dict(values, **{name: self.forged[name]}))],
                })

    def test_written_later(self):
        contact = self.make_contact(self.case, when=self.old)
        for name, value in self.forged.items():
            with self.subTest(field=name), self.assertRaises(UserError):
                self.rpc(self.specialist, contact, 'write', {name: value})
            if name not in ('page_id', 'sequence'):
                continue
            with self.subTest(field=name, su=True), self.refused("never changed"):
                contact.sudo().write({name: value})
        self.assertStamped(contact)

    def test_import(self):
        result = self.Contact.with_user(self.specialist).load(
            ['renewal_id/.id', 'contact_on', 'channel_id/.id', 'result_id/.id', 'content', 'entered_on'],
            [[str(self.case.id), '2026-11-16 00:00:00', str(self._get_reason('contact_channel', 'PHONE').id),
              str(self._get_reason('contact_result', 'QUOTED').id), "Imported contact", '2026-11-16 00:01:00']],
        )
        self.assertFalse(result['ids'])
        self.assertFalse(self.case.contact_ids)

    def test_reviewing_a_foreign_page(self):
        """Only who may sign the page says anything about its lines."""
        for user in (self.specialist, self.specialist2, self.administrator, self.leader, self.consultant,
                     self.other_supervisor):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, self.foreign, 'action_review_line', 'accepted')
        self.assertFalse(self.foreign.sudo().review_state)
        self.rpc(self.supervisor, self.foreign, 'action_review_line', 'accepted', 'Well done')
        line = self.foreign.sudo()
        self.assertEqual((line.review_state, line.review_note, line.reviewed_by_id),
                         ('accepted', 'Well done', self.supervisor))

    def test_rejection_needs_a_note_and_is_told(self):
        line = self.foreign.with_user(self.supervisor)
        with self.refused("Say what is wrong"):
            line.action_review_line('rejected', '  ')
        line.action_review_line('rejected', "No offer was made")
        message = self.env['mail.message'].search([('model', '=', 'insurance.renewal'),
                                                   ('res_id', '=', self.foreign.renewal_id.id)], limit=1)
        self.assertIn("No offer was made", message.body)
        self.assertEqual(message.partner_ids, self.specialist2.partner_id)
        self.assertEqual(message.author_id, self.supervisor.partner_id)

    def test_tags_of_the_review(self):
        tag = self._get_reason('review_tag', 'METHOD')
        line = self.foreign.with_user(self.supervisor)
        with self.refused("from the list"):
            line.action_review_line('accepted', False, self._get_reason('objection', 'PRICE').ids)
        line.action_review_line('rejected', "Ask what hurts the customer", tag.ids)
        self.assertEqual(line.review_tag_ids, tag)

    def test_rejected_line_of_a_case_handed_over(self):
        """The author answers a rejection although the case is no longer his."""
        contact = self.foreign
        contact.with_user(self.supervisor).action_review_line('rejected', "Which insurer?")
        contact.renewal_id.with_user(self.supervisor).specialist_id = self.specialist
        self.env.invalidate_all()
        contact.with_user(self.specialist2).content = "Offered the package of PICC for 3,200"
        self.assertEqual(contact.review_state, 'answered')
        with self.assertRaises(AccessError):
            contact.with_user(self.specialist).content = "Not mine"
