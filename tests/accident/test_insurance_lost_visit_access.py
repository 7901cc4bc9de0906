from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .visit_common import LostVisitCase

SPOKEN = "Spoke with the customer"


class TestInsuranceLostVisitAccess(LostVisitCase):
    """Who reads and enters what; restricted entries leak through no door (domain 3.2, R49, R51, T38)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain_visit = cls.make_visit('E_PARTS')
        cls.fraud = cls.make_visit(
            'B_FRAUD', user=cls.advisor, content="Asked to add older damage to the estimate; refused")
        cls.about = cls.make_visit('D_SA', user=cls.advisor2, advisor_id=cls.advisor.id)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def seen(self, user):
        return set(self.rpc(user, self.env['insurance.lost.visit'], 'search', []))

    def test_rows_by_role(self):
        plain, fraud, about = self.plain_visit.id, self.fraud.id, self.about.id
        for user, ids in (
            (self.advisor, {plain, fraud}), (self.advisor2, {about}), (self.leader, {plain, fraud, about}),
            (self.gm, {plain, fraud, about}), (self.supervisor, {plain, about}), (self.claims_clerk, set()),
            (self.other_supervisor, set()), (self.other_gm, set()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.seen(user), ids)
        for user in (self.hotline, self.specialist, self.consultant, self.clerk, self.finance, self.group_manager,
                     self.administrator, self.plain):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.seen(user)

    def test_author_reads_restricted_until_signed(self):
        with self.assertRaises(AccessError):
            self.rpc(self.advisor, self.fraud, 'write', {'content': "Nothing of that kind was said"})
        for visit in (self.plain_visit, self.fraud):
            self.improve(visit)
        self.sign_visit(self.fraud)
        self.assertEqual(self.seen(self.advisor), {self.plain_visit.id})
        for method, args in (('read', (['content'],)), ('export_data', (['content'],)),
                             ('web_read', ({'damage': {}},))):
            with self.subTest(method=method), self.assertRaises(UserError):
                self.rpc(self.advisor, self.fraud, method, *args)
        with self.assertRaises(AccessError):
            self.rpc(self.advisor, self.env['insurance.lost.visit.contact'], 'create', {
                'visit_id': self.fraud.id, 'content': "Called him again", 'next_date': '2026-11-20'})

    def test_no_door_to_restricted_ones(self):
        vehicle = self.fraud.vehicle_id
        Visit, Vehicle = self.env['insurance.lost.visit'], self.env['fleet.vehicle']
        self.assertEqual(len(self.rpc(self.supervisor, Visit, 'web_search_read', [], {'content': {}})['records']), 2)
        self.assertEqual(self.rpc(self.supervisor, Visit, 'search_count', [('is_restricted', '=', True)]), 0)
        groups = self.rpc(self.supervisor, Visit, 'formatted_read_group', [], ['reason_id'], ['__count'])
        self.assertEqual(sum(group['__count'] for group in groups), 2)
        self.assertNotIn(self.fraud.reason_id.id, [group['reason_id'][0] for group in groups])
        [values] = self.rpc(self.supervisor, vehicle, 'read', ['lost_visit_count', 'lost_visit_ids'])
        self.assertEqual((values['lost_visit_count'], set(values['lost_visit_ids'])),
                         (2, {self.plain_visit.id, self.about.id}))
        for domain in ([('lost_visit_ids.is_restricted', '=', True)],
                       [('lost_visit_ids', 'any', [('content', 'ilike', 'older damage')])]):
            self.assertFalse(self.rpc(self.supervisor, Vehicle, 'search', domain))
            self.assertTrue(self.rpc(self.leader, Vehicle, 'search', domain))
        self.assertNotIn("fraud", self.fraud.display_name.lower())
        for user in (self.hotline, self.clerk):
            [values] = self.rpc(user, vehicle, 'read', ['lost_visit_count'])
            self.assertEqual(values['lost_visit_count'], 0)

    def test_messages_and_followers(self):
        message = self.fraud.message_post(body=SPOKEN, message_type='comment')
        self.assertFalse(self.rpc(self.supervisor, message.browse(), 'search', [('id', '=', message.id)]))
        self.fraud.message_subscribe((self.supervisor | self.advisor | self.leader).partner_id.ids)
        self.assertEqual(self.fraud.message_partner_ids, self.leader.partner_id)
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.fraud, 'message_post', body="Hello")

    def test_reviewers_are_confidants(self):
        book = self.fraud.register_id
        for field in ('reviewer_id', 'custodian_id'):
            if field == 'reviewer_id':
                with self.refused("restricted entries"):
                    book.sudo().reviewer_id = self.supervisor
        with self.refused("restricted entries"):
            self.env['insurance.register.delegate'].create({
                'register_id': book.id, 'user_id': self.supervisor.id, 'date_from': '2026-11-18',
                'date_to': '2026-11-30'})
            book._check_two_people()
        self.assertNotIn(self.supervisor, book._get_signers(self.store._insurance_today()))

    def test_responsible_of_a_restricted_one(self):
        with self.refused("does not read restricted entries", ValidationError):
            self.improve(self.fraud, responsible_id=self.advisor.id)

    def test_no_trace_on_the_hotline(self):
        """The report that a visit closes tells that the car came: not which entry it became."""
        traces = []
        for code in ('B_FRAUD', 'E_PARTS'):
            car = self.make_vehicle()
            report = self.env['insurance.accident'].with_user(self.hotline).create({
                'vehicle_id': car.id, 'plate': car.license_plate, 'insurer_id': self.picc.id,
                'accident_type': 'single', 'caller_name': "Caller", 'caller_phone': '13900000001'})
            visit = self.make_visit(code, vehicle_id=car.id)
            self.assertEqual((report.sudo().state, visit.accident_id), ('returned', report.sudo()))
            [contact] = report.sudo().contact_ids.filtered(lambda contact: contact.kind == 'returned')
            traces.append((contact.record_model, contact.record_id == car.id))
            self.assertNotIn('lost', contact.content)
        self.assertEqual(set(traces), {('fleet.vehicle', True)})

    # === ABOUT AN ADVISOR === #

    def test_about_oneself(self):
        with self.refused("by somebody else", ValidationError):
            self.make_visit('D_SA', user=self.advisor, advisor_id=self.advisor.id)
        with self.refused("by somebody else", ValidationError):
            self.plain_visit.with_user(self.advisor).write({
                'reason_id': self._get_reason('visit_lost', 'D_SA').id})
        self.assertNotIn(self.about.id, self.seen(self.advisor))
        for method, args in (('read', (['content'],)), ('write', ({'content': "That is not what happened"},))):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.advisor, self.about, method, *args)
        both = self._make_user('both', 'group_service_advisor')
        both.group_ids = [Command.link(self.env.ref('dealer_insurance.group_claims_leader').id)]
        own = self.make_visit('D_SA', user=self.advisor2, advisor_id=both.id)
        self.assertNotIn(own.id, self.seen(both))
        for user in (self.leader, self.claims_clerk):
            self.make_visit('D_SA', user=user, advisor_id=self.advisor2.id)

    def test_stamps_and_marks_are_not_written(self):
        Visit = self.env['insurance.lost.visit']
        for vals in ({'state': 'returned'}, {'is_restricted': False}, {'page_id': 1}, {'entered_by_id': self.gm.id},
                     {'anonymised_on': '2026-11-18 00:00:00'}, {'closed_on': '2026-11-18'}, {'is_superseded': True}):
            for user in (self.advisor, self.leader):
                with self.subTest(vals=vals, user=user.login), self.assertRaises(UserError):
                    self.rpc(user, self.plain_visit, 'write', vals)
            with self.subTest(vals=vals, door='create'), self.assertRaises(UserError):
                self.rpc(self.advisor, Visit, 'create', {**self.prepare_visit(), **vals})
        with self.assertRaises(UserError):
            self.rpc(self.leader, self.plain_visit, 'unlink')
        with self.assertRaises(UserError):
            self.rpc(self.leader, self.plain_visit, 'copy')

    def test_other_store(self):
        values = self.prepare_visit(company_id=self.other_store.id)
        with self.assertRaises(UserError):
            self.rpc(self.advisor, self.env['insurance.lost.visit'], 'create', values)

    # === RETENTION === #

    def test_forgotten_after_the_time(self):
        for visit in (self.plain_visit, self.fraud):
            self.improve(visit)
        self.follow(self.fraud, 'done', user=self.leader, content="Explained the rules to him")
        self.fraud.message_post(body=SPOKEN)
        self.sign_visit(self.fraud)
        register = self.fraud.register_id
        self.assertFalse(self.env['insurance.register.page']._check_integrity(register.ids))
        with self.at('2027-11-01 10:00'), self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_visit_forget').method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.fraud.anonymised_on)
        with self.at('2027-12-01 10:00'), self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_visit_forget').method_direct_trigger()
        self.env.invalidate_all()
        fraud = self.fraud
        self.assertTrue(fraud.anonymised_on)
        self.assertFalse(fraud.vehicle_id or fraud.partner_id or fraud.phone or fraud.seal_salt or fraud.improvement)
        self.assertEqual({fraud.content, fraud.damage, *fraud.contact_ids.mapped('content')}, {"***"})
        self.assertFalse([body for body in fraud.message_ids.mapped('body') if body])
        self.assertTrue(fraud.reason_id and fraud.insurer_id and fraud.own_estimate)
        self.assertTrue(self.plain_visit.vehicle_id)
        self.assertFalse(self.env['insurance.register.page']._check_integrity(register.ids))
        self.env.cr.execute("UPDATE insurance_lost_visit SET content = 'Other words' WHERE id = %s", [fraud.id])
        self.assertTrue(self.env['insurance.register.page']._check_integrity(register.ids))
