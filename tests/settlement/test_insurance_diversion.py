from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError

from ..access_matrix import EVERYBODY
from .diversion_common import DiversionCase


class TestInsuranceDiversionStatement(DiversionCase):
    """Crossing (a), and how any finding is worked, comes back and ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle = cls.make_vehicle()

    def test_grades(self):
        cars = [self.make_vehicle() for _number in range(5)]
        self.deliver(vehicle=cars[0], answer='elsewhere', reason='PRICE')
        self.make_case(self.specialist, vehicle_id=cars[1].id)
        self.deliver(vehicle=cars[2], answer='here')
        self.deliver(vehicle=cars[3], answer='elsewhere', reason='PRICE', day='2024-01-10')
        for number, car in enumerate(cars, 1):
            self.state_unknown(car, f'PDAA20269900000000{number:02d}')
        self.look()
        self.assertEqual(
            [(finding.ground, finding.grade) for car in cars for finding in self.find('statement', vehicle_id=car.id)],
            [('delivery_uninsured', 'strong'), ('renewal_base', 'strong'), ('delivered', 'weak'), ('unknown', 'weak'),
             ('unknown', 'weak')])

    def test_car_that_no_fleet_knows(self):
        self.state_unknown(self.vehicle, 车架号=self.make_vin(990001), 车牌号码=None)
        self.look()
        finding = self.find('statement')
        self.assertEqual((finding.vehicle_id.id, finding.car, finding.grade), (False, self.make_vin(990001), 'weak'))

    def test_other_store_has_it(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        entry = self.make_entry(user=clerk)
        self.state_unknown(entry.vehicle_id, entry.policy_ids[1].policy_no)
        self.look()
        self.assertEqual((self.find('statement').ground, self.find('statement').grade), ('other_store', 'weak'))

    def test_sentence_persons_and_money(self):
        delivery = self.deliver(vehicle=self.vehicle, answer='elsewhere', reason='PRICE')
        line = self.state_unknown(self.vehicle, 经办人=self.specialist.name)
        self.look()
        finding = self.find('statement')
        self.assertIn("states 1 policies of", finding.headline)
        self.assertIn("11/02/2026", finding.headline)
        self.env['res.lang']._activate_lang('zh_CN')
        self.assertIn("2026", finding.with_context(lang='zh_CN').headline)
        self.assertEqual(finding.person_ids, self.consultant | self.specialist)
        self.assertEqual((finding.stake, finding.is_estimate), (line.commission, False))
        self.assertEqual({(row.code, row.res_model, row.res_id) for row in finding.evidence_ids}, {
            ('line', 'insurance.statement.line', line.id), ('delivery_uninsured', 'insurance.delivery', delivery.id)})
        stated = finding.evidence_ids.filtered(lambda row: row.code == 'line').with_user(self.finance)
        self.assertEqual(stated.action_open()['res_id'], line.id)
        self.assertIn("PDAA2026990000000001", stated.sentence)

    def test_records_that_finance_does_not_read(self):
        case = self.make_case(self.specialist, vehicle_id=self.vehicle.id)
        self.state_unknown(self.vehicle)
        self.look()
        row = self.find('statement').evidence_ids.filtered(lambda row: row.code == 'case')
        self.assertEqual(row.with_user(self.gm).action_open()['res_id'], case.id)
        with self.refused("Your role does not read the record itself"):
            row.with_user(self.finance).action_open()

    def test_looked_at_twice_changes_nothing(self):
        self.state_unknown(self.vehicle)
        self.assertEqual(self.look(), (1, 0, 0))
        self.assertEqual(self.look(), (0, 0, 0))
        self.assertEqual(len(self.find('statement').step_ids), 1)

    def test_new_evidence_of_an_open_finding(self):
        self.state_unknown(self.vehicle)
        self.look()
        finding = self.find('statement')
        with self.at('2026-11-20 09:00'):
            self.state_unknown(self.vehicle, 'PDZA2026990000000002', 险种="交强险", 手续费金额=30)
            self.assertEqual(self.look(), (0, 1, 0))
        self.assertEqual((finding.found_on, finding.changed_on), (date(2026, 11, 18), date(2026, 11, 20)))
        self.assertEqual((len(finding.evidence_ids), finding.stake), (2, 596.04))
        self.assertEqual(finding.step_ids.sorted('id').mapped('what'), ['found', 'changed'])

    def test_explained_does_not_come_back_unless_something_is_new(self):
        self.state_unknown(self.vehicle)
        self.look()
        finding = self.find('statement')
        finding.with_user(self.finance).action_explain(self.explained.id, "Entered by the clerk on the next day")
        self.assertEqual((finding.state, finding.worked_by_id, finding.reason_id),
                         ('explained', self.finance, self.explained))
        self.assertEqual(self.look(), (0, 0, 0))
        self.state_unknown(self.vehicle, 'PDZA2026990000000002', 险种="交强险")
        self.assertEqual(self.look(), (1, 0, 0))
        again = self.find('statement', state='open')
        self.assertEqual(again.previous_id, finding)
        with self.refused("came back with new evidence"):
            finding.with_user(self.finance).action_reopen()

    def test_confirmed_and_taken_back(self):
        self.state_unknown(self.vehicle)
        self.look()
        finding = self.find('statement').with_user(self.gm)
        finding.action_confirm(self.confirmed.id, "Admitted by the seller in a talk on Monday")
        self.assertEqual(self.look(), (0, 0, 0))
        finding.action_reopen()
        self.assertEqual((finding.state, finding.reason_id.id, finding.worked_by_id.id), ('open', False, False))
        self.assertEqual(finding.step_ids.sorted('id').mapped('what'), ['found', 'confirmed', 'reopened'])
        self.assertIn("Admitted", finding.step_ids.sorted('id')[1].note)

    def test_ends_by_itself_when_the_policy_is_registered(self):
        self.state_unknown(self.vehicle)
        self.look()
        finding = self.find('statement')
        self.make_entry(self.prepare_policy(policy_no='PDAA2026990000000001', start='2026-11-05'),
                        vehicle_id=self.vehicle.id, issue_date='2026-11-03')
        self.assertEqual((finding.state, finding.ended_on), ('ended', date(2026, 11, 18)))
        self.assertEqual(finding.step_ids.sorted('id')[-1].what, 'ended')
        self.assertTrue(all(finding.evidence_ids.mapped('gone_on')))

    def test_ends_by_itself_when_the_statement_was_closed_before(self):
        line = self.state_unknown(self.vehicle)
        self.look()
        reason = self._get_reason('settlement_difference', 'RATE')
        line.with_user(self.finance).action_claim(reason.id)
        line.statement_id.with_user(self.finance).action_done()
        self.assertEqual(self.look(), (0, 0, 0))
        self.make_entry(self.prepare_policy(policy_no='PDAA2026990000000001', start='2026-11-05'),
                        vehicle_id=self.vehicle.id, issue_date='2026-11-03')
        self.assertEqual(self.find('statement').state, 'ended')

    def test_worked_with_reason_and_note(self):
        self.state_unknown(self.vehicle)
        self.look()
        finding = self.find('statement').with_user(self.finance)
        price = self._get_reason('settlement_difference', 'PREMIUM')
        for reason in (price, self.confirmed, self.env['insurance.reason']):
            with self.refused("choose an outcome"):
                finding.action_explain(reason.id, "Something was found out")
        with self.refused("write down what was found out"):
            finding.action_explain(self.explained.id, " ok ")
        finding.action_explain(self.explained.id, "Something was found out")
        with self.refused("not open any more"):
            finding.action_confirm(self.confirmed.id, "Something else was found out")

    def test_dialog(self):
        self.state_unknown(self.vehicle)
        self.look()
        finding = self.find('statement').with_user(self.finance)
        action = finding.action_open_confirm()
        self.env[action['res_model']].with_user(self.finance).with_context(action['context']).create({
            'reason_id': self.confirmed.id, 'note': "Admitted by the seller"}).action_close()
        self.assertEqual(finding.state, 'confirmed')


class TestInsuranceDiversionAccess(DiversionCase):
    """Finance and the general manager of the store, never the person concerned; nobody else by any door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle = cls.make_vehicle()
        cls.delivery = cls.deliver(vehicle=cls.vehicle, answer='elsewhere', reason='PRICE')
        cls.state_unknown(cls.vehicle)
        cls.look()
        cls.finding = cls.find('statement')
        cls.all = (cls.finding, cls.finding.evidence_ids, cls.finding.step_ids)

    def test_who_reads(self):
        for role in (*EVERYBODY, 'other_gm', 'other_supervisor'):
            for records in self.all:
                with self.subTest(role=role, model=records._name):
                    user = getattr(self, role)
                    self.assertEqual(records.with_user(user).has_access('read'), role in ('finance', 'gm'))
                    if role not in ('finance', 'gm'):
                        for method, args in (('read', (['display_name'],)), ('export_data', (['id'],)),
                                             ('web_read', ({'display_name': {}},))):
                            with self.assertRaises(UserError):
                                self.rpc(user, records, method, *args)

    def test_other_doors(self):
        for role in ('supervisor', 'clerk', 'group_manager', 'consultant', 'administrator'):
            user = getattr(self, role)
            with self.subTest(role=role):
                for method, args in (('search_read', ([],)), ('name_search', ()), ('search_count', ([],)),
                                     ('formatted_read_group', ([], ['kind'], ['__count'])),
                                     ('action_look_again', ())):
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.Finding, method, *args)
                for method, args in (('action_explain', (self.explained.id, "It is nothing")),
                                     ('action_open_explain', ()), ('action_reopen', ())):
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.finding, method, *args)
        menu = self.env.ref('dealer_insurance.insurance_diversion_menu')
        for role, sees in (('finance', True), ('gm', True), ('supervisor', False), ('clerk', False),
                           ('group_manager', False)):
            visible = self.env['ir.ui.menu'].with_user(getattr(self, role))._visible_menu_ids()
            self.assertEqual(menu.id in visible, sees, role)

    def test_nobody_writes_by_hand(self):
        for user in (self.finance, self.gm):
            for vals in ({'state': 'explained'}, {'grade': 'weak'}, {'note': "x"}, {'person_ids': [Command.clear()]}):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.finding, 'write', vals)
            with self.assertRaises(AccessError):
                self.rpc(user, self.finding, 'unlink')
        with self.refused("not deleted"):
            self.finding.unlink()

    def test_person_concerned_neither_sees_nor_works(self):
        manager = self._make_user('selling_gm', 'group_general_manager')
        self.finding.person_ids = [Command.link(manager.id)]
        self.assertFalse(self.Finding.with_user(manager).search([]))
        for records in self.all:
            self.assertFalse(records.with_user(manager).has_access('read'))
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.finding.with_user(manager).action_explain(self.explained.id, "It was nothing")

    def test_person_concerned_is_not_told_how_many(self):
        manager = self._make_user('looking_gm', 'group_general_manager')
        facts = {'code': 'delivery_unanswered', 'car': "Z1", 'delivered_on': '2026-11-01', 'days': 7}

        def look(user, key):
            candidate = {
                'key': key, 'grade': 'weak', 'ground': 'unanswered', 'vehicle': None, 'insurer': None, 'car': "Z1",
                'stake': 0, 'is_estimate': True, 'persons': {manager.id}, 'facts': facts, 'evidence': [
                    {'code': 'delivery_waiting', 'model': 'insurance.delivery', 'id': 1, 'token': key, 'facts': {}}],
            }
            crossings = {'share': lambda company: [candidate]}
            with patch.object(self.registry['insurance.diversion'], '_get_crossings', lambda finding: crossings):
                return self.Finding.with_user(user).sudo()._look(self.store)['found']

        self.assertEqual(look(manager, 'one'), 0)
        self.assertEqual(look(self.finance, 'two'), 1)
        self.assertEqual(self.Finding.search_count([('key', 'in', ('one', 'two')), ('kind', '=', 'share')]), 2)

    def test_nothing_is_sent(self):
        """No followers, messages or activities: there is no way for it to reach the person concerned."""
        for name in ('message_ids', 'message_follower_ids', 'activity_ids'):
            self.assertNotIn(name, self.Finding._fields)
        mails = self.env['mail.mail'].search_count([])
        notified = self.env['mail.notification'].search_count([])
        self.finding.with_user(self.finance).action_confirm(self.confirmed.id, "Admitted by the seller")
        self.assertEqual(self.env['mail.mail'].search_count([]), mails)
        self.assertEqual(self.env['mail.notification'].search_count([]), notified)

    def test_figure(self):
        Kpi = self.env['insurance.kpi']
        month = (date(2026, 11, 1), date(2026, 11, 30))
        for role in ('finance', 'gm'):
            values = Kpi.with_user(getattr(self, role))._get_values(self.store, *month, codes=['K30'])
            self.assertEqual(values['K30'], {(self.store.id, False): (1, 1)})
        for role in ('supervisor', 'clerk', 'group_manager', 'consultant', 'specialist'):
            self.assertNotIn('K30', Kpi.with_user(getattr(self, role))._get_definitions())
        self.finding.with_user(self.finance).action_explain(self.explained.id, "Entered late by the clerk")
        values = Kpi.with_user(self.gm)._get_values(self.store, *month, codes=['K30'])
        self.assertEqual(values['K30'], {(self.store.id, False): (0, 1)})
        self.assertEqual(Kpi.with_user(self.gm)._get_values(self.store, *month, True, codes=['K30']), {'K30': {}})

    def test_frozen_figure(self):
        close = self.env['insurance.month.close'].create({'company_id': self.store.id, 'month': '2026-11-01'})
        with self.at('2026-12-02 10:00'):
            close.with_user(self.supervisor).action_close()
        Value = self.env['insurance.kpi.value']
        frozen = Value.search([('close_id', '=', close.id), ('code', '=', 'K30')])
        self.assertEqual((frozen.numerator, frozen.specialist_id.id), (1, False))
        for role in ('finance', 'gm'):
            self.assertTrue(Value.with_user(getattr(self, role)).search([('code', '=', 'K30')]), role)
        for role in ('supervisor', 'group_manager', 'specialist'):
            self.assertFalse(Value.with_user(getattr(self, role)).search([('code', '=', 'K30')]), role)
        seen = Value.with_user(self.finance).search([('close_id', '=', close.id)]).mapped('code')
        self.assertLessEqual(set(seen), {'K20', 'K20_compulsory', 'K20_commercial', 'K20_non_motor', 'K21', 'K30'})
