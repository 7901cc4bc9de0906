from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DealerInsuranceCase


class TestBackDoors(DealerInsuranceCase):
    """What a role can reach by calling the server itself, beside the screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_case(cls.specialist)
        cls.colleagues = cls.make_case(cls.specialist2)
        cls.elsewhere = cls.make_case(cls.other_specialist, vehicle_id=cls.colleagues.vehicle_id.id)
        cls.foreign = cls.make_contact(cls.colleagues, when='2026-11-10 10:00').sudo()
        cls.far = cls.make_contact(cls.elsewhere, when='2026-11-10 10:00').sudo()
        cls.env.flush_all()
        cls.env.invalidate_all()

    # === READING AROUND THE RULES === #

    def test_cases_through_vehicle_and_customer(self):
        vehicle = self.colleagues.vehicle_id
        for user, seen in ((self.specialist, []), (self.specialist2, self.colleagues.ids),
                           (self.supervisor, self.colleagues.ids), (self.other_supervisor, self.elsewhere.ids),
                           (self.finance, None), (self.hotline, None)):
            specification = {'renewal_ids': {'fields': {'state': {}, 'remark': {}}}}
            with self.subTest(user=user.login):
                if seen is None:
                    with self.assertRaises(AccessError):
                        self.rpc(user, vehicle, 'web_read', specification)
                else:
                    [values] = self.rpc(user, vehicle, 'web_read', specification)
                    self.assertEqual([case['id'] for case in values['renewal_ids']], seen)
                    [values] = self.rpc(user, vehicle, 'read', ['renewal_ids'])
                    self.assertEqual(values['renewal_ids'], seen)

    def test_conditions_on_cases_of_others(self):
        """A condition that reaches through a relation is no oracle about cases one may not read."""
        Vehicle, Partner = self.env['fleet.vehicle'], self.env['res.partner']
        vehicle = self.colleagues.vehicle_id
        for domain in ([('renewal_ids.specialist_id', '=', self.specialist2.id)],
                       [('renewal_ids.state', '!=', 'lost')], [('renewal_ids.contact_ids.content', 'ilike', 'quote')],
                       [('renewal_ids', 'any', [('commercial_premium', '>=', 0)])]):
            with self.subTest(domain=domain):
                found = self.rpc(self.specialist, Vehicle, 'search', domain)
                self.assertNotIn(vehicle.id, found)
                self.assertIn(vehicle.id, self.rpc(self.supervisor, Vehicle, 'search', domain))
        with self.assertRaises(AccessError):
            self.rpc(self.hotline, Vehicle, 'search', [('renewal_ids.state', '=', 'lost')])
        self.assertNotIn(vehicle.owner_id.id, self.rpc(self.specialist, Partner, 'search', [
            ('insured_vehicle_ids.renewal_ids.state', '!=', 'lost')]))

    def test_pages_of_others(self):
        page, book = self.foreign.page_id, self.foreign.register_id
        for method, args in (('get_review_page', ()), ('read', (['signed_by_id'],)), ('action_sign', ({},)),
                             ('action_view_lines', ()), ('web_read', ({'line_count': {}},))):
            with self.subTest(method=method), self.assertRaises(UserError):
                self.rpc(self.specialist, page, method, *args)
            with self.subTest(method=method, store='other'), self.assertRaises(UserError):
                self.rpc(self.other_supervisor, page, method, *args)
        for method in ('action_check_integrity', 'action_close', 'action_reopen'):
            with self.subTest(method=method), self.assertRaises(UserError):
                self.rpc(self.specialist, book, method)
        queue = self.rpc(self.specialist, page.browse(), 'get_review_queue', page.ids)
        self.assertFalse(queue['books'])

    def test_lines_of_others(self):
        for user in (self.specialist, self.other_supervisor, self.administrator, self.clerk):
            for method, args in (('read', (['content'],)), ('action_review_line', ('accepted',)),
                                 ('action_correct', ()), ('export_data', (['content'],)), ('copy', ())):
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, self.foreign, method, *args)

    def test_messages_of_others(self):
        message = self.colleagues.message_post(body="Wants to be called after work", message_type='comment')
        Message = self.env['mail.message']
        for user in (self.specialist, self.other_supervisor, self.administrator, self.finance):
            with self.subTest(user=user.login):
                self.assertFalse(self.rpc(user, Message, 'search', [('id', '=', message.id)]))
                with self.assertRaises(AccessError):
                    self.rpc(user, self.colleagues, 'message_post', body="Hello")
        self.assertTrue(self.rpc(self.supervisor, Message, 'search', [('id', '=', message.id)]))
        with self.assertRaises(AccessError):
            self.rpc(self.gm, self.colleagues, 'message_post', body="Readers do not write")

    def test_planned_calls_of_others(self):
        self.make_contact(self.colleagues, next_date='2026-11-25')
        call = self.env['mail.activity'].search([('res_model', '=', 'insurance.renewal'),
                                                 ('res_id', '=', self.colleagues.id)])
        self.assertTrue(call)
        for user in (self.specialist, self.other_supervisor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, call, 'action_feedback')
            self.assertFalse(self.rpc(user, call.browse(), 'search', [('id', '=', call.id)]))

    # === WRITING AROUND THE SCREENS === #

    def test_contacts_put_on_foreign_cases(self):
        Contact = self.env['insurance.renewal.contact']
        for case in (self.colleagues, self.elsewhere):
            values = self.prepare_contact(case)
            with self.subTest(case=case), self.assertRaises(AccessError):
                self.rpc(self.specialist, Contact, 'create', values)
            del values['renewal_id']
            with self.subTest(case=case, door='context'), self.assertRaises(AccessError):
                self.rpc(self.specialist, Contact, 'create', values, context={'default_renewal_id': case.id})
            with self.subTest(case=case, door='case'), self.assertRaises(AccessError):
                self.rpc(self.specialist, case, 'write', {'contact_ids': [Command.create(values)]})
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.own, 'write', {'contact_ids': [Command.link(self.foreign.id)]})

    def test_closed_case_through_the_context(self):
        """The dialog passes the case as a default of the context: that must not spare it the gate."""
        self.make_lost(self.own)
        values = self.prepare_contact(self.own)
        del values['renewal_id']
        Contact = self.env['insurance.renewal.contact']
        for context in ({}, {'default_kind': 'win_back'}, {'default_correction_of_id': self.foreign.id}):
            context['default_renewal_id'] = self.own.id
            with self.subTest(context=context), self.assertRaises(UserError):
                self.rpc(self.specialist, Contact, 'create', values, context=context)
        self.env['ir.default'].with_user(self.specialist).set(
            'insurance.renewal.contact', 'kind', 'win_back', user_id=self.specialist.id)
        with self.assertRaises(UserError):
            self.rpc(self.specialist, Contact, 'create', values, context={'default_renewal_id': self.own.id})
        self.assertEqual(self.own.state, 'lost')

    def test_case_taken_from_a_colleague(self):
        for values in ({'specialist_id': self.specialist.id}, {'state': 'quoted'}, {'active': False}, {'remark': "x"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.specialist, self.colleagues, 'write', values)

    def test_case_moved_to_the_other_store(self):
        both = self._make_user('both_stores', 'group_insurance_supervisor')
        both.company_ids += self.other_store
        self.make_contact(self.own)
        with self.refused("its vehicle and store stay"):
            self.rpc(both, self.own, 'write', {'company_id': self.other_store.id})
        with self.assertRaises(UserError):
            self.rpc(self.supervisor, self.make_case(self.specialist), 'write', {'company_id': self.other_store.id})

    def test_copies_carry_no_outcome(self):
        self.make_lost(self.own)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.own, 'copy')
        [copy_id] = self.rpc(self.supervisor, self.own, 'copy', {'commercial_expiry': '2027-12-20'})
        copy = self.own.browse(copy_id)
        self.assertIn(copy.state, ('unassigned', 'new'))
        self.assertFalse(copy.lost_contact_id or copy.closed_on or copy.contact_ids or copy.lost_reason_id)

    def test_store_of_a_book_or_agreement(self):
        agreement = self.env['insurance.insurer.agreement'].search([('company_id', '=', self.store.id)], limit=1)
        with self.assertRaises(UserError):
            self.rpc(self.supervisor, agreement, 'write', {'company_id': self.other_store.id})
        own = self.env['insurance.reason'].create({
            'use': 'renewal_lost', 'code': 'OWN', 'name': "Own", 'company_id': self.store.id})
        question = self.env['insurance.register.check'].create({
            'kind': 'renewal', 'name': "Ours?", 'company_id': self.store.id})
        for record in (own, question):
            for company in (self.other_store.id, False):
                with self.subTest(model=record._name, company=company), self.assertRaises(UserError):
                    self.rpc(self.supervisor, record, 'write', {'company_id': company})
        book = self.foreign.register_id
        delegation = self.env['insurance.register.delegate'].create({
            'register_id': self.make_contact(self.own, user=self.supervisor).register_id.id, 'user_id': self.leader.id,
            'date_from': '2026-11-18', 'date_to': '2026-11-30'})
        delegation.register_id.sudo().reviewer_id = self.leader
        with self.assertRaises(UserError):
            self.rpc(self.leader, delegation, 'write', {'register_id': book.id})
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, agreement.browse(), 'create', {
                'company_id': self.other_store.id, 'insurer_id': self.cpic.id, 'date_from': '2026-01-01'})
        with self.assertRaises(UserError):
            self.rpc(self.supervisor, self.env['insurance.register'], 'create', {
                'kind': 'renewal', 'company_id': self.other_store.id, 'custodian_id': self.other_gm.id,
                'reviewer_id': self.other_supervisor.id})

    def test_handover_stays_in_the_history(self):
        """The reason why a case changed hands is not taken out of its history again (R8, R13)."""
        self.env['insurance.renewal.assign'].with_user(self.supervisor).create({
            'renewal_ids': [Command.set(self.own.ids)], 'specialist_id': self.specialist2.id,
            'reason': "Complained about",
        }).action_assign()
        message = self.own.message_ids.filtered(lambda one: "Complained about" in (one.body or ''))
        self.assertTrue(message)
        for user in (self.supervisor, self.specialist2):
            for method, args in (('unlink', ()), ('write', ({'body': "Nothing"},))):
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, message, method, *args)

    # === PRIVATE METHODS === #

    def test_machinery_is_not_called_from_outside(self):
        calls = {
            'insurance.renewal.contact': ('_stamp', '_place_on_pages', '_apply_to_cases', '_register_canonical'),
            'insurance.register.page': ('_place', '_take', '_open', '_check_integrity', '_cron_remind'),
            'insurance.register': ('_open_book', '_get_writers_book', '_get_signers'),
            'insurance.register.signature': ('_prepare_event', '_digest'),
            'insurance.register.finding': ('_record',),
            'insurance.access.log': ('_log',),
            'insurance.renewal': ('_complete_new', '_sync_call_activities', '_prepare_assignment'),
            'fleet.vehicle': ('_get_by_vin', '_keep_history'),
            'res.partner': ('_get_insurers_by_name', '_hides_phones'),
            'res.users': ('_get_insurance_signature', '_check_own_signature'),
        }
        for model, methods in calls.items():
            for method in methods:
                with self.subTest(model=model, method=method), self.assertRaises(AccessError):
                    self.rpc(self.supervisor, self.env[model], method)

    def test_plain_users_see_nothing(self):
        for name, model in self.env.registry.items():
            if name.startswith('insurance.') and not model._abstract:
                for method, args in (('search', ([],)), ('search_count', ([],)), ('create', ({},))):
                    with self.subTest(model=name, method=method), self.assertRaises(UserError):
                        self.rpc(self.plain, self.env[name], method, *args)


@tagged('post_install', '-at_install')
class TestGeneralManager(DealerInsuranceCase):
    """The general manager reads everything of his store and enters nothing but what is his to decide."""

    def test_no_entries(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case)
        for records, method, args in (
            (case, 'write', ({'remark': "x"},)),
            (case.browse(), 'create', ({},)),
            (contact, 'write', ({'content': "x"},)),
            (contact.browse(), 'create', (self.prepare_contact(case),)),
            (contact.register_id, 'write', ({'name': "x"},)),
        ):
            with self.subTest(model=records._name, method=method), self.assertRaises(AccessError):
                self.rpc(self.gm, records, method, *args)
