from base64 import b64encode

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import AccidentCase


class TestAccidentDoors(AccidentCase):
    """What a role can reach by calling the server itself, beside the screens of the accident desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Contact, cls.Accident = cls.env['insurance.accident.contact'], cls.env['insurance.accident']
        cls.other_hotline = cls._make_user('other_hotline', 'group_hotline_operator', company=cls.other_store)
        cls.far = cls.make_accident(user=cls.other_hotline, company_id=cls.other_store.id, damage="Elsewhere")
        for user in (cls.hotline, cls.hotline2):
            cls.env['insurance.register'].create({
                'kind': 'accident', 'company_id': cls.store.id, 'sharing': 'personal', 'custodian_id': user.id,
                'reviewer_id': cls.leader.id})
        cls.own = cls.make_accident(plate='赣Z70001')
        cls.colleagues = cls.make_accident(plate='赣Z70001', user=cls.hotline2, damage="Seen by nobody else")
        cls.env.flush_all()
        cls.env.invalidate_all()

    def put(self, user, accident, kind, context=None, **vals):
        values = {'accident_id': accident.id, 'content': "Said so", **vals}
        if kind:
            values['kind'] = kind
        return self.rpc(user, self.Contact, 'create', values, context=context or {})

    # === READING === #

    def test_books_of_colleagues(self):
        self.assertNotEqual(self.own.register_id, self.colleagues.register_id)
        for method, args in (('read', (['damage'],)), ('export_data', (['damage'],)), ('web_read', ({'damage': {}},)),
                             ('action_correct', ()), ('action_open_merge', ()),
                             ('message_post', ())):
            for accident in (self.colleagues, self.far):
                with self.subTest(method=method, accident=accident), self.assertRaises(UserError):
                    self.rpc(self.hotline, accident, method, *args)
        self.assertEqual(self.rpc(self.hotline, self.Accident, 'search', []), self.own.ids)
        self.assertFalse(self.rpc(self.hotline, self.Contact, 'search', [
            ('accident_id.damage', 'ilike', "nobody else")]))

    def test_proposed_of_a_colleague_s_book(self):
        """That it seems to be reported already is said; what the colleague wrote is not shown."""
        [values] = self.rpc(self.hotline, self.own, 'web_read', {
            'has_duplicates': {}, 'candidate_ids': {'fields': {'display_name': {}}}})
        self.assertEqual((values['has_duplicates'], values['candidate_ids']), (True, []))
        [values] = self.rpc(self.leader, self.own, 'web_read', {'candidate_ids': {'fields': {'display_name': {}}}})
        self.assertEqual([one['id'] for one in values['candidate_ids']], self.colleagues.ids)
        action = self.rpc(self.hotline, self.own, 'action_open_merge')
        self.assertEqual(action['context']['default_other_id'], self.colleagues.id)
        Merge = self.env['insurance.accident.merge']
        wizard = Merge.browse(self.rpc(self.hotline, Merge, 'create', {}, context=action['context']))
        [values] = self.rpc(self.hotline, wizard, 'read', ['other_damage', 'other_caller', 'other_place'])
        self.assertFalse(values['other_damage'] or values['other_caller'] or values['other_place'])
        self.rpc(self.hotline, wizard, 'action_propose')
        self.assertEqual(self.own.activity_ids.user_id, self.leader)

    def test_reports_of_another_store_through_the_dialog(self):
        Merge = self.env['insurance.accident.merge']
        wizard = Merge.browse(self.rpc(self.hotline, Merge, 'create', {
            'accident_id': self.own.id, 'other_id': self.far.id}))
        [values] = self.rpc(self.hotline, wizard, 'read', ['other_damage'])
        self.assertFalse(values['other_damage'])
        with self.refused("another report of this store"):
            self.rpc(self.hotline, wizard, 'action_propose')

    def test_import_screen(self):
        """Who imports one kind of workbook opens its form without the right to read what others make of theirs."""
        importing = self.env['insurance.import'].with_user(self.hotline).create({
            'kind': 'accident', 'filename': 'reports.xlsx', 'content': b64encode(b'PK')})
        self.env.invalidate_all()
        self.assertEqual(Form(importing).kind, 'accident')

    # === WRITING === #

    def test_stamps_and_outcome_are_not_written(self):
        forged = (
            {'state': 'returned'}, {'contact_minutes': 1}, {'first_contact_on': '2026-11-18 00:00:00'},
            {'entered_on': '2026-11-01 00:00:00'}, {'entered_by_id': self.hotline2.id}, {'line_no': 9},
            {'duplicate_of_id': self.colleagues.id}, {'is_superseded': True}, {'review_state': 'accepted'},
            {'returned_on': '2026-11-18 00:00:00'}, {'company_id': self.other_store.id},
            {'correction_of_id': self.colleagues.id},
        )
        for vals in forged:
            for user in (self.hotline, self.leader):
                with self.subTest(vals=vals, user=user.login), self.assertRaises(UserError):
                    self.rpc(user, self.own, 'write', vals)
            with self.subTest(vals=vals, door='create'), self.assertRaises(UserError):
                self.rpc(self.hotline, self.Accident, 'create', {**self.prepare_accident(), **vals})
            with self.subTest(vals=vals, door='context'), self.assertRaises(UserError):
                self.rpc(self.hotline, self.Accident, 'create', self.prepare_accident(),
                         context={f'default_{name}': value for name, value in vals.items()})

    def test_follow_ups_are_not_forged(self):
        for vals in ({'user_id': self.leader.id}, {'entered_on': '2026-11-01 00:00:00'}, {'page_version': 5},
                     {'is_automatic': True}, {'record_model': 'res.users', 'record_id': 1}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.put(self.hotline, self.own, 'reached', **vals)
            with self.subTest(vals=vals, door='context'), self.assertRaises(UserError):
                self.put(self.hotline, self.own, 'noted', {f'default_{name}': value for name, value in vals.items()})
            contact = self.make_contact(self.own, 'noted')
            with self.subTest(vals=vals, door='write'), self.assertRaises(UserError):
                self.rpc(self.leader, contact, 'write', vals)
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.rpc(self.hotline, self.Contact, 'create', {'kind': 'noted'})

    def test_kind_through_the_context(self):
        """The dialogs pass the kind of an entry as a default of the context: that must not spare it the gate."""
        for kind in ('merged', 'split', 'distinct'):
            for given, context in ((kind, {}), (None, {'default_kind': kind})):
                with self.subTest(kind=kind, context=context), self.refused("by the claims team leader"):
                    self.put(self.hotline, self.own, given, context, other_id=self.colleagues.id)
        with self.refused("is the hotline's"):
            self.put(self.advisor, self.own, None, {'default_kind': 'promised'}, promised_on='2026-11-19 02:00:00')
        with self.assertRaises(AccessError):
            self.rpc(self.hotline, self.Contact, 'create', {'kind': 'noted'},
                     context={'default_accident_id': self.colleagues.id})

    def test_merging_goes_through_the_button(self):
        """Entries that merge made by hand could hide an accident from the figures: each as the other's duplicate."""
        for one, other in ((self.own, self.colleagues), (self.colleagues, self.own), (self.own, self.own)):
            with self.subTest(one=one, other=other), self.refused("by the claims team leader"):
                self.put(self.leader, one, 'merged', other_id=other.id)
        with self.refused("another report"):
            self.put(self.leader, self.own, 'distinct', other_id=self.own.id)
        for user in (self.hotline, self.advisor, self.supervisor, self.gm, self.claims_clerk):
            for method in ('action_merge_proposed', 'action_split'):
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, self.own | self.colleagues, method)
        self.rpc(self.leader, self.colleagues, 'action_merge_proposed')
        self.assertEqual(sorted((self.own | self.colleagues).mapped('state')), ['following', 'merged'])

    # === CORRECTIONS === #

    def test_corrections_take_nobody_s_report_away(self):
        values = self.prepare_accident(plate='赣Z70001')
        for accident in (self.colleagues, self.far):
            for context in ({}, {'default_correction_of_id': accident.id}):
                given = {} if context else {'correction_of_id': accident.id}
                with self.subTest(accident=accident, context=context), self.assertRaises(AccessError):
                    self.rpc(self.hotline, self.Accident, 'create', {**values, **given}, context=context)
        with self.refused("not signed yet"):
            self.rpc(self.hotline, self.Accident, 'create', {**values, 'correction_of_id': self.own.id})

    def correct(self, accident, **vals):
        context = self.rpc(self.hotline, accident, 'action_correct')['context']
        return self.Accident.browse(self.rpc(self.hotline, self.Accident, 'create', vals, context=context))

    def test_what_a_correction_takes_over(self):
        """Corrected twice: follow-ups, merged reports and the visit that answered it stay with the accident."""
        car = self.make_vehicle()
        with self.at('2026-11-11 10:00'):
            first = self.make_accident(vehicle_id=car.id, source_id=self.by_insurer.id)
        with self.at('2026-11-11 10:04'):
            self.make_contact(first)
        with self.at('2026-11-11 11:00'):
            again = self.make_accident(vehicle_id=car.id)
            again.with_user(self.leader)._merge(first)
        with self.at('2026-11-12 09:00'):
            visit = self.env['insurance.lost.visit'].with_user(self.advisor).create({
                'vehicle_id': car.id, 'insurer_id': self.picc.id, 'damage': "Front bumper", 'own_estimate': 6500,
                'reason_id': self._get_reason('visit_lost', 'E_PARTS').id, 'advisor_id': self.advisor.id,
                'content': "The lamp takes four weeks, too long for him"}).sudo()
        self.assertEqual(visit.accident_id, first)
        self.sign(first.page_id, self.leader)
        second = self.correct(first, place="Right Road")
        self.sign(second.page_id, self.leader)
        third = self.correct(second, place="Right Road 7")
        self.env.invalidate_all()
        self.assertEqual((first | second).mapped('state'), ['corrected', 'corrected'])
        self.assertEqual((third.state, third.contact_minutes, again.duplicate_of_id, visit.accident_id),
                         ('returned', 4, third, third))
        with self.refused("already corrected"):
            self.rpc(self.hotline, self.Accident, 'create', {
                **self.prepare_accident(), 'correction_of_id': second.id})
        arrivals = self.env['insurance.accident.arrival'].with_user(self.leader).search([('vehicle_id', '=', car.id)])
        self.assertEqual((arrivals.accident_id, arrivals.is_lost), (third, True))

    def test_correction_of_a_merged_line(self):
        with self.at('2026-11-11 10:00'):
            first = self.make_accident(plate='赣Z70002')
            again = self.make_accident(plate='赣Z70002')
            again.with_user(self.leader)._merge(first)
            self.give_up(first)
        self.sign(first.page_id, self.leader)
        newer = self.correct(again, place="Right Road")
        self.env.invalidate_all()
        self.assertEqual((newer.state, newer.duplicate_of_id, again.state), ('merged', first, 'corrected'))
        figures = self.Accident._get_return_figures(
            self.store.ids, self.store._insurance_today().replace(day=1), self.store._insurance_today())
        self.assertEqual((figures['accidents'], figures['reports']), (3, 4))
