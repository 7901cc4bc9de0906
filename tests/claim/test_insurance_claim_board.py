from io import BytesIO

import openpyxl

from odoo.exceptions import AccessError

from .claim_common import ClaimCase


class TestInsuranceClaimBoard(ClaimCase):
    """Board, statistics, key figures, referral sheet, case sheet and workbook of the claims."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.short = cls.submit(('own_commercial', 1000))
        with cls.at('2026-11-28 10:00'):
            cls.receive(cls.picc, 900, {'claim_id': cls.short.id, 'amount': 900, 'is_final': True})
        cls.full = cls.paid(('own_commercial', 500), ('customer', 100))
        cls.over = cls.submit(('own_commercial', 300))
        cls.receive(cls.picc, 320, (cls.over, 320))
        cls.running = cls.submit(('own_commercial', 2000, cls.picc.id), vehicle_id=cls.make_vehicle().id)
        cls.third = cls.submit(('other_commercial', 400, cls.paic.id), role='third',
                               vehicle_id=cls.make_vehicle().id, insurer_id=cls.paic.id)
        cls.env.flush_all()

    def get_board(self, user=None, **kwargs):
        return self.rpc(user or self.leader, self.env['insurance.claim.board'], 'get_board', self.store.id,
                        '2026-11-01', **kwargs)

    def test_board(self):
        with self.at('2026-11-28 12:00'):
            board = self.get_board()
            total = board['total']
            self.assertEqual((total['output'], total['expected'], total['received'], total['short'], total['over']),
                             (4300, 4200, 1720, -100, 20))
            self.assertEqual({row['name']: row['output'] for row in board['insurers']}, {
                self.picc.insurer_short_name: 3900, self.paic.insurer_short_name: 400})
            self.assertEqual(total['days']['count'], 3)
            self.assertEqual((total['days']['cycle']['median'], total['days']['cycle']['p90']), (1, 9))
            self.assertEqual(sum(row['claims'] for row in board['ages']), 2)
            self.assertEqual(board['months'][-1]['output'], 4300)

    def test_who_sees_the_board(self):
        for role in ('leader', 'finance', 'supervisor', 'gm', 'group_manager'):
            with self.subTest(role=role):
                self.assertEqual(self.get_board(getattr(self, role))['total']['output'], 4300)
        self.assertFalse(self.get_board(self.group_manager)['can_open'])
        colleague = self._make_user('advisor2', 'group_service_advisor')
        self.assertEqual(self.get_board(colleague)['total']['output'], 0)
        self.assertEqual(self.get_board(self.advisor)['total']['output'], 4300)
        for role in ('hotline', 'consultant', 'plain', 'clerk'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.get_board(getattr(self, role))
        with self.refused("not one of yours", AccessError):
            self.get_board(self.other_gm)
        with self.refused("reads the sums only"):
            self.rpc(self.group_manager, self.env['insurance.claim.board'], 'get_board_action', self.store.id,
                     '2026-11-01', 'output')

    def test_doors_open_what_is_counted(self):
        for part, expected in (('output', 5), ('difference', 2), ('paid', 3), ('open', 2), ('late', 0)):
            with self.subTest(part=part):
                action = self.rpc(self.leader, self.env['insurance.claim.board'], 'get_board_action', self.store.id,
                                  '2026-11-01', part)
                self.assertEqual(self.env['insurance.claim'].with_user(self.leader).search_count(action['domain']),
                                 expected)

    def test_queries_do_not_grow(self):
        Board = self.env['insurance.claim.board'].with_user(self.leader)
        Board.get_board(self.store.id, '2026-11-01')

        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Board.get_board(self.store.id, '2026-11-01')
            return self.cr.sql_log_count - before

        few = count()
        for amount in (100, 200, 300):
            self.submit(('own_commercial', amount, self.picc.id), vehicle_id=self.make_vehicle().id)
        self.env.flush_all()
        self.assertLessEqual(count(), few)
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            Board.get_board(self.store.id, '2026-11-01')

    def test_median_of_every_group(self):
        Statistics = self.env['insurance.claim.statistics'].with_user(self.leader)
        [(insurer, median, p90, short)] = Statistics._read_group(
            [('paid_on', '!=', False)], ['insurer_id'],
            ['cycle_days_median:avg', 'cycle_days_p90:avg', 'short_amount:sum'])
        self.assertEqual((insurer, median, p90, short), (self.picc, 1, 9, -100))
        self.assertEqual(Statistics.with_user(self.advisor).search_count([]), 5)
        with self.assertRaises(AccessError):
            Statistics.with_user(self.group_manager).search([])

    def get_figures(self, *codes, **options):
        values = self.env['insurance.kpi'].sudo()._get_values(
            self.store, self.utc('2026-11-01 08:00').date(), self.utc('2026-11-30 08:00').date(), codes=codes,
            **options)
        return {code: rows.get((self.store.id, False)) for code, rows in values.items()}

    def test_money_and_time(self):
        self.assertEqual(self.get_figures('K22', 'K23', 'K23_rate', 'K24_median', 'K24_p90'), {
            'K22': (4200, 0), 'K23': (-80, 1800), 'K23_rate': (120, 1800), 'K24_median': (1, 3), 'K24_p90': (9, 3)})

    def test_referral(self):
        self.assertIsNone(self.get_figures('K16')['K16'])
        self.env['insurance.claim.insurer.figure'].with_user(self.claims_clerk).create({
            'insurer_id': self.picc.id, 'month': '2026-11-18', 'reported_count': 5, 'stated_count': 2})
        figures = self.get_figures('K16', 'K16_own', 'K17', 'K17_gross', 'K17_net', 'K17_third')
        self.assertEqual((figures['K16'], figures['K16_own']), ((3, 5), (3, 3)))
        self.assertEqual({code: row[0] for code, row in figures.items() if code.startswith('K17')}, {
            'K17': 3900, 'K17_gross': 3900, 'K17_net': 3451.33, 'K17_third': 4300})
        self.store.write({'insurance_referral_net': True, 'insurance_referral_third': True})
        self.assertEqual(self.get_figures('K17')['K17'][0], 3805.31)

    def test_referral_rows_are_what_is_counted(self):
        Kpi = self.env['insurance.kpi']
        days = self.utc('2026-11-01 08:00').date(), self.utc('2026-11-30 08:00').date()
        for code, part, count in (('K16_own', 'numerator', 3), ('K17_third', 'numerator', 5), ('K22', 'numerator', 5),
                                  ('K23', 'numerator', 2), ('K24_p90', 'numerator', 3)):
            with self.subTest(code=code):
                model, domain = Kpi._get_rows_domain(code, part, self.store, *days)
                self.assertEqual(self.env[model].search_count(domain), count)

    def test_referral_sheet(self):
        sheet = self.env['insurance.claim.referral'].with_user(self.leader).create(
            {'date_from': '2026-11-01', 'date_to': '2026-11-30'})
        rows = {row['name']: row for row in sheet._prepare_sheet()['rows']}
        row = rows[self.picc.insurer_short_name]
        self.assertEqual((row['cars'], row['reported'], row['rate'], row['rate_own']), ('3', '—', '—', '100.0%'))
        # a list of one month alone is not held against the cars of another
        self.env['insurance.claim.insurer.figure'].with_user(self.claims_clerk).create({
            'insurer_id': self.picc.id, 'month': '2026-10-01', 'reported_count': 2})
        sheet.date_from = '2026-10-01'
        [longer] = [row for row in sheet._prepare_sheet()['rows'] if row['name'] == self.picc.insurer_short_name]
        self.assertEqual((longer['cars'], longer['reported'], longer['rate']), ('3', '2', '0.0%'))
        self.assertEqual((row['output_gross'], row['output_net']), ('3,900.00', '3,451.33'))
        self.assertEqual(rows[self.paic.insurer_short_name]['cars_third'], '1')
        html = self.env['ir.actions.report']._render_qweb_html(
            'dealer_insurance.report_insurance_claim_referral', sheet.ids)[0]
        self.assertIn(b'3,451.33', html)

    def test_case_sheet(self):
        self.close(self.full, note="All in order")
        html = self.env['ir.actions.report'].with_user(self.leader)._render_qweb_html(
            'dealer_insurance.report_insurance_claim_sheet', self.full.ids)[0].decode()
        for text in (self.full.name, "All in order", "600.00", self.leader.name):
            self.assertIn(text, html)
        hotline = self.full.with_user(self.hotline)._prepare_case_sheet()
        self.assertFalse(hotline['costs'] or hotline['receipts'])

    def test_workbook(self):
        export = self.env['insurance.claim.export'].with_user(self.finance).create(
            {'date_from': '2026-11-01', 'date_to': '2026-11-30'})
        export.action_export()
        sheet = openpyxl.load_workbook(BytesIO(self.read_file(export)), data_only=True).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[2][0], "1 Basic Information")
        head = rows[3]
        self.assertEqual([row[head.index("Claim No.")] for row in rows[4:9]],
                         (self.short | self.full | self.over | self.running | self.third).mapped('name'))
        self.assertEqual(rows[4][head.index("Own Commercial Insurance")], 1000)
        self.assertEqual(rows[9][head.index("Settlement Total")], 4300)
        log = self.env['insurance.access.log'].search([], order='id desc', limit=1)
        self.assertEqual((log.kind, log.row_count, log.user_id), ('export', 5, self.finance))

    def read_file(self, export):
        return self.env['ir.attachment'].sudo().search([
            ('res_model', '=', export._name), ('res_id', '=', export.id), ('res_field', '=', 'file')]).raw

    def test_insurers_counts(self):
        Figure = self.env['insurance.claim.insurer.figure'].with_user(self.claims_clerk)
        figure = Figure.create({'insurer_id': self.picc.id, 'month': '2026-10-20', 'reported_count': 5})
        self.assertEqual(str(figure.month), '2026-10-01')
        with self.refused("has not begun"):
            Figure.create({'insurer_id': self.picc.id, 'month': '2026-12-20', 'reported_count': 5})
        with self.refused("corrected, not deleted"):
            figure.sudo().unlink()
