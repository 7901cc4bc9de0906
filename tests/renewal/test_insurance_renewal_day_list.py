from odoo.exceptions import AccessError

from ..common import DealerInsuranceCase


class TestInsuranceRenewalDayList(DealerInsuranceCase):
    """Whom a specialist contacts today: each case once, in the right section."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service_type = cls.env['fleet.service.type'].create({'name': "Repair", 'category': 'service'})

    def make_planned(self, day, specialist=None, **vals):
        case = self.make_case(specialist or self.specialist)
        self.make_contact(case, when='2026-11-11 10:00', **{'next_date': day, **vals})
        return case

    def bring_in(self, case, state='running'):
        return self.env['fleet.vehicle.log.services'].create({
            'vehicle_id': case.vehicle_id.id, 'service_type_id': self.service_type.id, 'state': state,
            'company_id': case.company_id.id,
        })

    def get(self, user=None, *args):
        return self.rpc(user or self.specialist, self.env['insurance.renewal'], 'get_day_list', *args)

    def rows(self, listed):
        return {row['id']: (section['key'], row) for section in listed['sections'] for row in section['rows']}

    def sections(self, listed):
        return {section['key']: {row['id'] for row in section['rows']} for section in listed['sections']}

    def test_sections(self):
        overdue, today, later = map(self.make_planned, ('2026-11-16', '2026-11-18', '2026-11-19'))
        busy = self._get_reason('contact_result', 'BUSY').id
        promised = self.make_planned('2026-11-17', result_id=busy)
        in_workshop = self.make_planned('2026-12-01')
        self.bring_in(in_workshop)
        self.bring_in(later, 'done')
        new = self.make_case(self.specialist)
        colleagues = self.make_planned('2026-11-18', self.specialist2)
        lost = self.make_planned('2026-11-18')
        self.make_lost(lost)
        sections = self.sections(self.get())
        self.assertEqual(sections, {
            'overdue': {overdue.id}, 'today': {today.id}, 'promised': {promised.id}, 'workshop': {in_workshop.id},
            'new': {new.id},
        })
        self.assertNotIn(colleagues.id, set().union(*sections.values()))

    def test_first_contact_due(self):
        case = self.make_case(self.specialist)
        with self.at('2026-11-20 09:00'):
            self.assertEqual(self.sections(self.get())['today'], {case.id})
        with self.at('2026-11-21 09:00'):
            section, row = self.rows(self.get())[case.id]
        self.assertEqual((section, row['late'], row['due']), ('overdue', 1, '2026-11-20'))

    def test_milestone_before_the_plan(self):
        case = self.make_case(self.specialist, '2026-12-23')
        self.make_contact(case, next_date='2026-12-01')
        with self.at('2026-11-23 00:30'):
            self.env['insurance.renewal.task']._plan_store(self.store)  # T-30
            self.assertEqual(self.sections(self.get())['today'], {case.id})

    def test_who_was_called_leaves_the_list(self):
        reached, missed = self.make_planned('2026-11-16'), self.make_planned('2026-11-16')
        self.make_contact(reached, next_date='2026-11-25')
        self.make_contact(missed, next_date='2026-11-19', result_id=self._get_reason('contact_result', 'NO_ANSWER').id)
        self.assertFalse(self.rows(self.get()))
        with self.at('2026-11-19 09:00'):
            self.assertEqual(self.sections(self.get())['today'], {missed.id})

    def test_each_case_once(self):
        case = self.make_case(self.specialist)
        self.bring_in(case)
        with self.at('2026-11-21 09:00'):
            listed = self.get()
            section, row = self.rows(listed)[case.id]
        self.assertEqual((section, row['in_workshop']), ('overdue', True))
        self.assertEqual(sum(section['count'] for section in listed['sections']), 1)

    def test_row(self):
        owner = self.make_owner(name="Lin Mei", phone='13800001234')
        case = self.make_case(self.specialist, '2026-12-20',
                              vehicle_id=self.make_vehicle(owner_id=owner.id, license_plate='赣Z00077').id)
        for day in ('2026-11-10 15:10', '2026-11-11 14:40', '2026-11-12 09:00'):
            self.make_contact(case, when=day, next_date='2026-11-18', intention='high')
        _section, row = self.rows(self.get())[case.id]
        self.assertEqual(
            {name: row[name] for name in ('plate', 'name', 'customer_class', 'intention', 'days', 'expiry', 'due',
                                          'words_on', 'best_time', 'specialist', 'do_not_call')},
            {'plate': '赣Z00077', 'name': "Lin Mei", 'customer_class': "Potential customer", 'intention': "High",
             'days': 32, 'expiry': '2026-12-20', 'due': '2026-11-18', 'words_on': '2026-11-12',
             'best_time': '14:00–16:00', 'specialist': '', 'do_not_call': False})
        self.assertNotIn('13800001234', str(self.get(self.supervisor)), "nobody's number in clear")
        self.assertTrue(row['phone'].endswith('1234'))
        self.assertTrue(row['words'].startswith("Talked about the renewal"))

    def test_best_time_from_a_colleagues_case(self):
        past = self.make_case(self.specialist2, '2025-12-20')
        self.make_contact(past, when='2026-11-10 19:10')
        case = self.make_case(self.specialist, vehicle_id=past.vehicle_id.id)
        self.assertEqual(self.rows(self.get())[case.id][1]['best_time'], '18:00–20:00')

    # === WHO SEES WHAT === #

    def test_supervisor_chooses_a_specialist(self):
        own, others = self.make_planned('2026-11-18'), self.make_planned('2026-11-18', self.specialist2)
        elsewhere = self.make_planned('2026-11-18', self.other_specialist)
        everybody = self.get(self.supervisor)
        self.assertEqual(self.sections(everybody)['today'], {own.id, others.id})
        self.assertNotIn(elsewhere.id, self.rows(everybody))
        self.assertEqual({row['specialist'] for _section, row in self.rows(everybody).values()},
                         {self.specialist.name, self.specialist2.name})
        self.assertEqual({person['id'] for person in everybody['people']}, {self.specialist.id, self.specialist2.id})
        chosen = self.get(self.supervisor, self.specialist2.id)
        self.assertEqual((self.sections(chosen)['today'], chosen['user_id']), ({others.id}, self.specialist2.id))
        self.assertEqual((everybody['can_log'], self.get(self.gm)['can_log']), (True, False))

    def test_deputy_works_through_both_lists(self):
        own, absent = self.make_planned('2026-11-16'), self.make_planned('2026-11-18', self.specialist2)
        busy = self.make_case(self.specialist2)
        self.make_contact(busy, when='2026-11-11 10:00', next_date='2026-11-17',
                          result_id=self._get_reason('contact_result', 'BUSY').id)
        self.env['insurance.renewal.cover'].with_user(self.supervisor).create({
            'user_id': self.specialist2.id, 'deputy_id': self.specialist.id, 'date_from': '2026-11-18',
            'date_to': '2026-11-20',
        })
        rows = self.rows(self.get())
        self.assertEqual({case_id: (section, row['specialist']) for case_id, (section, row) in rows.items()}, {
            own.id: ('overdue', ''), absent.id: ('today', self.specialist2.name),
            busy.id: ('promised', self.specialist2.name),
        })
        with self.at('2026-11-21 09:00'):
            self.assertEqual(set(self.rows(self.get())), {own.id})

    def test_in_hand_elsewhere(self):
        case = self.make_planned('2026-11-18')
        self.make_case(self.other_specialist, '2026-12-21', vehicle_id=case.vehicle_id.id)
        self.assertEqual(self.rows(self.get())[case.id][1]['elsewhere'], self.other_store.name)

    def test_specialists_see_their_own_list_only(self):
        self.make_planned('2026-11-18', self.specialist2)
        self.assertEqual(self.get()['people'], [])
        for user_id in (self.specialist2.id, False):
            with self.assertRaises(AccessError):
                self.get(self.specialist, user_id)
        for user in (self.clerk, self.consultant, self.plain):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.get(user)

    def test_queries_do_not_grow(self):
        counts = []
        for number in (3, 3, 20):
            for _row in range(number):
                self.make_planned('2026-11-18')
                self.make_case(self.specialist)
            self.env.flush_all()
            self.get()
            before = self.cr.sql_log_count
            self.get()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[1], counts)
        self.assertLessEqual(counts[2], 45)
