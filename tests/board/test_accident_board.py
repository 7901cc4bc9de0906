import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError

from ..accident.common import AccidentCase
from ..accident.visit_common import LostVisitCase
from ..claim.claim_common import ClaimCase


class AccidentBoardCase(LostVisitCase, AccidentCase):
    """Reports and arrivals of November: what the board, the statistics and the analysis count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['insurance.month.close'].search([]).unlink()
        insured = {'insurer_id': cls.picc.id}
        cls.open = cls.make_accident(when='2026-11-17 09:00', **insured)
        cls.returned = cls.make_accident(when='2026-11-10 09:00', source_id=cls.by_insurer.id, **insured)
        cls.make_contact(cls.returned, 'returned', when='2026-11-11 09:00', advisor_id=cls.advisor.id)
        cls.pushed = cls.make_accident(when='2026-11-10 10:00', report_no="R0001", **insured)
        cls.give_up(cls.pushed, 'INSURER_PUSH')
        cls.total = cls.make_accident(when='2026-11-10 11:00', insurer_id=cls.paic.id)
        cls.give_up(cls.total, 'TOTAL')
        cls.low = cls.make_visit('C_LOWLOSS', vehicle_id=cls.make_vehicle().id)
        cls.tracked = cls.make_visit('A_ASK', vehicle_id=cls.make_vehicle().id)
        cls.fraud = cls.make_visit('B_FRAUD', vehicle_id=cls.make_vehicle().id, user=cls.advisor2)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def values(self, code, user=None, **kwargs):
        values = self.env['insurance.kpi'].with_user(user or self.gm)._get_values(
            self.store, date(2026, 11, 1), date(2026, 11, 30), codes=[code], **kwargs)
        return values[code]

    def board(self, user=None, month=False):
        return self.rpc(user or self.leader, self.env['insurance.accident.board'], 'get_board', self.store.id, month)


class TestAccidentBoard(AccidentBoardCase):
    """Return rate K13, reasons K14, losses at the store K15, reviews K26 and response, frozen with the month."""

    # === FIGURES === #

    def test_return_rate(self):
        key = (self.store.id, False)
        self.assertEqual(self.values('K13')[key], (1, 3))
        self.assertEqual(self.values('K13_gross')[key], (1, 4))
        self.assertEqual(self.values('K13_open')[key], (1, 4))

    def test_reasons(self):
        key = (self.store.id, False)
        self.assertEqual(self.values('K14_INSURER_PUSH')[key], (1, 2))
        self.assertEqual(self.values('K14_TOTAL')[key], (1, 2))
        self.assertEqual(self.values('K14_PRICE')[key], (0, 2))

    def test_losses(self):
        """Arrivals: one returned report, three walk-ins; a tracked car is no loss before its outcome is known."""
        key = (self.store.id, False)
        self.assertEqual(self.values('K15')[key], (2, 4))
        self.follow(self.tracked, 'lost')
        self.assertEqual(self.values('K15')[key], (3, 4))
        self.assertEqual(self.values('K15', by_specialist=True)[self.store.id, self.advisor.id], (3, 4))

    def test_reported_car_that_left_is_one_arrival(self):
        car = self.make_vehicle()
        self.make_accident(when='2026-11-17 09:00', vehicle_id=car.id, plate=car.license_plate)
        self.make_visit('E_PARTS', vehicle_id=car.id)
        self.assertEqual(self.values('K15')[self.store.id, False], (3, 5))

    def test_response_classes(self):
        people = self.values('response_1', by_specialist=True)
        self.assertEqual(people[self.store.id, self.hotline.id][1], 4)
        total = sum(self.values(f'response_{place}')[self.store.id, False][0] for place in range(1, 6))
        self.assertLessEqual(total, 4)
        self.assertGreater(total, 0)

    def test_rows_behind_figures(self):
        kpi = self.env['insurance.kpi'].with_user(self.leader)
        first, last = date(2026, 11, 1), date(2026, 11, 30)
        for code in ('K13', 'K13_gross', 'K13_open', 'K14_INSURER_PUSH', 'K15', 'response_1', 'response_5'):
            pair = self.values(code)[self.store.id, False]
            for place, part in enumerate(('numerator', 'denominator')):
                with self.subTest(code=code, part=part):
                    model, domain = kpi._get_rows_domain(code, part, self.store, first, last)
                    self.assertEqual(self.env[model].with_user(self.leader).search_count(domain), pair[place])

    def test_reviews_by_register(self):
        page = self.tracked.page_id
        with self.at('2026-12-01 09:00'):
            values = self.env['insurance.kpi'].with_user(self.gm)._get_values(
                self.store, date(2026, 11, 1), date(2026, 11, 30), codes=['K26', 'K26_visit', 'K26_accident'])
        self.assertFalse(values['K26'])
        self.assertEqual(values['K26_visit'][self.store.id, False][0], 0)
        self.assertTrue(page.deadline <= date(2026, 11, 30))

    # === BOARD === #

    def test_board(self):
        board = self.board()
        self.assertEqual(board['totals'], {'reports': 4, 'returned': 1, 'open': 1, 'excluded': 1, 'not_returned': 2})
        self.assertEqual(board['figures']['K13']['text'], "33.3%")
        self.assertTrue(board['is_provisional'] and not board['is_frozen'])
        self.assertEqual({row['code'] for row in board['reasons']}, {'K14_INSURER_PUSH', 'K14_TOTAL'})
        self.assertEqual(board['trend']['reports'][-1], 4)
        self.assertEqual([row['reports'] for row in board['insurers']], [3, 1])
        [person] = board['people']
        self.assertEqual((person['id'], sum(person['classes'])),
                         (self.hotline.id, sum(row.first_contact_on is not False for row in (
                             self.open, self.returned, self.pushed, self.total))))
        self.assertEqual(board['class_names'][-1], "> 30 min")

    def test_board_by_role(self):
        for user in (self.leader, self.supervisor, self.gm, self.group_manager):
            with self.subTest(user=user.login):
                self.assertEqual(self.board(user)['totals']['reports'], 4)
        self.assertFalse(self.board(self.group_manager)['can_open'])
        for user in (self.hotline, self.advisor, self.claims_clerk, self.clerk, self.administrator, self.plain):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.board(user)
        with self.assertRaises(AccessError):
            self.board(self.other_supervisor)
        with self.refused("no month"):
            self.board(month='November')

    def test_restricted_reason_is_not_named_to_others(self):
        fraud = self.fraud.reason_id.name
        self.assertIn(fraud, [row['label'] for row in self.board(self.leader)['losses']])
        for user in (self.supervisor, self.group_manager):
            labels = {row['label']: row['count'] for row in self.board(user)['losses']}
            self.assertNotIn(fraud, labels)
            self.assertEqual(sum(labels.values()), 2)
        arrivals = self.env['insurance.accident.arrival']
        cars = self.fraud.vehicle_id
        self.assertEqual(self.rpc(self.supervisor, arrivals, 'search_count', [('vehicle_id', '=', cars.id)]), 0)
        self.assertEqual(self.rpc(self.leader, arrivals, 'search_count', [('vehicle_id', '=', cars.id)]), 1)
        with self.assertRaises(AccessError):
            self.rpc(self.group_manager, arrivals, 'search_count', [])

    def test_restricted_visit_of_a_reported_car(self):
        """Of a car that was reported the arrival is known; that it was lost with such an entry is not told."""
        car = self.make_vehicle()
        self.make_accident(when='2026-11-17 09:00', vehicle_id=car.id, plate=car.license_plate)
        self.make_visit('B_FRAUD', vehicle_id=car.id)
        for user, lost in ((self.supervisor, False), (self.leader, True)):
            [row] = self.rpc(user, self.env['insurance.accident.arrival'], 'search_read', [
                ('vehicle_id', '=', car.id)], ['is_lost', 'is_restricted'])
            self.assertEqual((row['is_lost'], row['is_restricted']), (lost, lost))

    def test_closed_month_stays(self):
        with self.at('2026-12-03 09:00'):
            close = self.env['insurance.month.close'].with_user(self.supervisor).create({'month': '2026-11-01'})
            close.action_close()
            codes = set(close.sudo().value_ids.mapped('code'))
            self.assertLessEqual({'K13', 'K13_gross', 'K13_open', 'K14_INSURER_PUSH', 'K15', 'response_1'}, codes)
            for user, sees in ((self.specialist, False), (self.supervisor, True), (self.group_manager, True)):
                found = self.rpc(user, self.env['insurance.kpi.value'], 'search_count', [
                    ('code', 'in', ['K13', 'K15', 'K14_TOTAL', 'response_1'])])
                self.assertEqual(bool(found), sees)
            self.make_contact(self.open, 'returned', when='2026-12-02 09:00')
            board = self.board(month='2026-11-15')
            self.assertTrue(board['is_frozen'])
            self.assertEqual((board['figures']['K13']['text'], board['trend']['returned'][-1]), ("33.3%", 1))
            self.assertEqual(self.values('K13')[self.store.id, False], (2, 3))

    def test_month_closed_before_there_was_a_desk(self):
        """Nothing of the desk was frozen: what stands above the tables is counted like them."""
        with self.at('2026-12-03 09:00'):
            close = self.env['insurance.month.close'].with_user(self.supervisor).create({'month': '2026-11-01'})
            close.action_close()
            self.env.flush_all()
            self.env.cr.execute("DELETE FROM insurance_kpi_value WHERE close_id = %s", [close.id])
            self.env.invalidate_all()
            board = self.board(month='2026-11-15')
        self.assertFalse(board['is_frozen'])
        self.assertEqual(board['figures']['K13']['text'], "33.3%")

    def test_doors(self):
        action = self.rpc(self.leader, self.env['insurance.accident.board'], 'get_board_action', self.store.id,
                          '2026-11-01', 'K13')
        self.assertEqual(action['domain'], [['id', 'in', self.returned.ids]] if isinstance(action['domain'][0], list)
                         else [('id', 'in', self.returned.ids)])
        with self.assertRaises(UserError):
            self.rpc(self.group_manager, self.env['insurance.accident.board'], 'get_board_action', self.store.id,
                     '2026-11-01', 'K13')
        with self.assertRaises(AccessError):
            self.rpc(self.hotline, self.env['insurance.accident.board'], 'get_board_action', self.store.id,
                     '2026-11-01', 'K13')

    def test_query_count(self):
        Board = self.env['insurance.accident.board'].with_user(self.leader)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Board.get_board(self.store.id)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(6):
            self.make_accident(user=self.hotline2, insurer_id=self.cpic.id)
            self.make_visit('E_PARTS', vehicle_id=self.make_vehicle().id, user=self.advisor2)
        self.assertLessEqual(count(), few + 1)

    # === STATISTICS AND ANALYSIS === #

    def test_report(self):
        Report = self.env['insurance.accident.report'].with_user(self.leader)
        [(_store, count, returned, net)] = Report._read_group(
            [('company_id', '=', self.store.id)], ['company_id'],
            ['report_count:sum', 'returned_count:sum', 'net_rate:avg'])
        self.assertEqual((count, returned, round(net, 4)), (4, 1, 0.3333))
        for user in (self.hotline, self.advisor, self.group_manager):
            with self.assertRaises(AccessError):
                self.rpc(user, Report, 'search_count', [])

    def make_analysis(self, user=None, **vals):
        return self.env['insurance.accident.analysis'].with_user(user or self.leader).create({
            'date_from': '2026-11-01', 'date_to': '2026-11-30', **vals})

    def test_analysis(self):
        self.make_entry()
        analysis = self.make_analysis()._get_analysis()
        [picc] = [row for row in analysis['rows'] if row['reported'] == 3]
        self.assertEqual((picc['noticed'], picc['returned'], picc['pushed'], picc['gone'], picc['open']),
                         (1, 1, 1, 1, 1))
        self.assertEqual((picc['low'], picc['difference'], picc['premium'], picc['policies']), (1, 2700, 3950, 2))
        self.assertEqual(analysis['total']['reported'], 4)
        self.assertEqual([car['report_no'] for car in analysis['cars']], ["R0001", ''])
        self.assertNotIn("older damage", str(analysis))
        alone = self.make_analysis(insurer_id=self.paic.id)._get_analysis()
        self.assertEqual([row['reported'] for row in alone['rows']], [1])
        self.assertFalse(alone['cars'])

    def test_analysis_workbook(self):
        wizard = self.make_analysis(with_plates=False)
        analysis = wizard._get_analysis()
        book = openpyxl.load_workbook(io.BytesIO(wizard._make_workbook("Analysis", analysis)))
        text = str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])
        self.assertIn("R0001", text)
        self.assertNotIn(self.pushed.plate, text)
        self.assertTrue(wizard.action_export())

    def test_analysis_print(self):
        [shown] = self.make_analysis()._prepare_analysis_prints()
        html = str(self.env['ir.qweb']._render('dealer_insurance.insurance_accident_analysis_tables', {
            'analysis': shown}))
        self.assertIn("R0001", html)
        self.assertIn("2,700.00", html)
        self.assertIn("Leader", shown['printed'])

    def test_analysis_of_other_stores(self):
        with self.assertRaises(UserError):
            self.make_analysis(company_id=self.other_store.id).action_print()
        with self.assertRaises(AccessError):
            self.make_analysis(user=self.advisor)


class TestArrivalsOfClaims(LostVisitCase, AccidentCase, ClaimCase):
    """A claim is an arrival when the car came without a call and had not left before (R44, K15)."""

    def count(self):
        return self.env['insurance.accident.arrival'].search_count([
            ('company_id', '=', self.store.id), ('day', '>=', '2026-11-01'), ('day', '<=', '2026-11-30')])

    def test_walk_in_counts_once_it_is_dispatched(self):
        before = self.count()
        claim = self.make_claim()
        self.assertEqual(self.count(), before)
        claim.action_dispatch()
        self.assertEqual(self.count(), before + 1)
        [row] = self.env['insurance.accident.arrival'].search_read(
            [('vehicle_id', '=', self.vehicle.id)], ['source', 'is_lost', 'day'])
        self.assertEqual((row['source'], row['is_lost'], row['day']), ('walk_in', False, date(2026, 11, 18)))

    def test_reported_car_counts_by_its_report(self):
        self.make_accident(when='2026-11-17 09:00', vehicle_id=self.vehicle.id, plate=self.vehicle.license_plate)
        claim = self.dispatch()
        self.assertTrue(claim.accident_id)
        self.assertEqual(self.count(), 1)

    def test_report_closed_by_hand_before_the_claim(self):
        report = self.make_accident(
            when='2026-11-16 09:00', vehicle_id=self.vehicle.id, plate=self.vehicle.license_plate)
        self.make_contact(report, 'returned', when='2026-11-17 10:00', advisor_id=self.advisor.id)
        claim = self.dispatch()
        self.assertEqual(claim.accident_id, report)
        self.assertEqual(self.count(), 1)
        other = self.dispatch()  # a second claim of the car is not of the same report
        self.assertFalse(other.accident_id)

    def test_car_that_left_and_came_back_counts_by_its_visit(self):
        self.make_visit('A_ASK', vehicle_id=self.vehicle.id)
        self.dispatch()
        self.assertEqual(self.count(), 1)
