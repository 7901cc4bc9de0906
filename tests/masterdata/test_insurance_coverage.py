import psycopg2.errors

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase

CHINESE = {'lang': 'zh_CN'}


class TestInsuranceCoverage(DealerInsuranceCase):
    """The coverages that come with the addon and how one's own are kept (domain 5.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Coverage = cls.env['insurance.coverage']

    def get(self, code):
        return self.Coverage.search([('code', '=', code)])

    def make(self, **vals):
        return self.Coverage.create({'code': 'OWN', 'name': "Own add-on", **vals})

    def test_the_trades_list(self):
        self.assertEqual(
            self.Coverage.search([('kind', 'in', ('compulsory', 'main'))]).mapped('code'),
            ['TCI', 'VCI-A', 'VCI-B', 'VCI-D3', 'VCI-D4'],
        )
        self.assertEqual(
            set(self.Coverage.search([('kind', '=', 'addon')]).mapped('code')),
            {'M3', 'W', 'X', 'L', 'R', 'X1', 'D2', 'RS', 'HOL', 'DP-B', 'DP-D3', 'DP-D4', 'SV1', 'SV2', 'SV3', 'SV4',
             'EG', 'CP1', 'CP2'},
        )
        for addon in self.Coverage.search([('kind', '=', 'addon')]):
            self.assertTrue(addon.main_ids, addon.code)

    def test_menus(self):
        ten_thousands = [limit.amount / 10000 for limit in self.get('VCI-B').limit_ids]
        self.assertEqual(ten_thousands, [10, 15, 20, 30, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000])
        self.assertEqual(self.get('L').limit_ids.mapped('amount'), [2000, 5000, 10000, 20000])
        self.assertEqual(self.get('M3').limit_ids.mapped('amount'), [5, 10, 15, 20])

    def test_offered_by_energy(self):
        fuel, nev = self.Coverage._get_offered(False), self.Coverage._get_offered(True)
        self.assertEqual(set((fuel - nev).mapped('code')), {'X1'})
        self.assertEqual(set((nev - fuel).mapped('code')), {'EG', 'CP1', 'CP2'})

    def test_names_by_energy(self):
        damage = self.get('VCI-A')
        self.assertEqual(damage._get_label(), damage.name)
        self.assertEqual(damage._get_label(is_new_energy=True), damage.nev_name)
        self.assertNotEqual(damage.name, damage.nev_name)
        self.assertEqual(damage._get_label(is_new_energy=True, short=True), damage.short_name)
        scratches = self.get('L')
        self.assertEqual(scratches._get_label(is_new_energy=True), scratches.name)

    def test_limits_as_printed(self):
        for code, limit, english, chinese in (
            ('VCI-B', 2_000_000, '2,000,000', '200万'), ('VCI-B', 15_000, '15,000', '1.5万'),
            ('VCI-B', 10_000_000, '10,000,000', '1000万'), ('L', 2000, '2,000', '2,000'), ('M3', 5, '5 %', '5 %'),
            ('VCI-A', 119_800, '119,800', '11.98万'), ('VCI-A', 119_800.5, '119,800.50', '119,800.50'),
            ('VCI-B', 0, '', ''), ('SV1', 3, '', ''),
        ):
            with self.subTest(code=code, limit=limit):
                coverage = self.get(code)
                self.assertEqual(coverage._format_limit(limit), english)
                self.assertEqual(coverage.with_context(**CHINESE)._format_limit(limit), chinese)
        self.assertIn('10,000', self.get('VCI-D4')._format_limit(10_000))
        self.assertIn('1万', self.get('VCI-D4').with_context(**CHINESE)._format_limit(10_000))
        self.assertIn('90', self.get('R')._format_limit(90))

    def test_problems(self):
        damage, third, scratches, grid = map(self.get, ('VCI-A', 'VCI-B', 'L', 'EG'))
        self.assertIn(damage.name, scratches._get_problem(2000, third | scratches, False))
        self.assertFalse(scratches._get_problem(2000, damage | scratches, False))
        self.assertIn("not offered", grid._get_problem(0, damage | grid, False))
        self.assertFalse(grid._get_problem(0, damage | grid, True))
        self.assertIn("not offered", self.get('X1')._get_problem(0, damage, True))
        days = self.get('R')
        self.assertFalse(days._get_problem(90, damage | days, False))
        self.assertIn("between 0 and 90", days._get_problem(91, damage | days, False))
        self.assertIn("between 0", third._get_problem(-1, third, False))

    def test_social_insurance_addons_need_their_own_main(self):
        third, driver, passengers = map(self.get, ('VCI-B', 'VCI-D3', 'VCI-D4'))
        for code, main in (('DP-B', third), ('DP-D3', driver), ('DP-D4', passengers)):
            addon = self.get(code)
            for chosen in (third, driver, passengers):
                with self.subTest(code=code, chosen=chosen.code):
                    self.assertEqual(bool(addon._get_problem(10000, addon | chosen, False)), chosen != main)

    def test_only_addons_are_attached_to_mains(self):
        for vals in ({'kind': 'main', 'main_ids': self.get('VCI-A').ids}, {'main_ids': self.get('W').ids}):
            with self.subTest(vals=vals), self.refused("only an add-on is attached", ValidationError):
                self.make(**vals)

    def test_codes_stay(self):
        coverage = self.make()
        with self.refused("stays as it is"):
            coverage.code = 'OTHER'
        coverage.write({'code': 'OWN', 'name': "Renamed"})
        with self.refused("archived, not deleted"):
            coverage.unlink()
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make()

    def test_codes_of_insurers(self):
        Map = self.env['insurance.coverage.map']
        known = Map._get_coverages(self.picc)
        self.assertEqual((known['051051'], known['051074']), (self.get('VCI-B'), self.get('TCI')))
        self.assertFalse(Map._get_coverages(self.paic))
        values = {'insurer_id': self.paic.id, 'external_code': '051051', 'coverage_id': self.get('VCI-A').id}
        Map.with_user(self.supervisor).create(values)
        self.assertEqual(Map._get_coverages(self.paic), {'051051': self.get('VCI-A')})
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
            Map.create(values)

    def test_who_keeps_the_list(self):
        coverage = self.get('W')
        for user in (self.specialist, self.consultant, self.clerk, self.finance, self.gm, self.administrator):
            with self.subTest(user=user.login):
                self.assertTrue(self.rpc(user, coverage, 'read', ['name', 'limit_ids']))
                with self.assertRaises(AccessError):
                    self.rpc(user, coverage, 'write', {'reason_text': "Mine"})
        for user in (self.supervisor, self.group_manager):
            self.rpc(user, coverage, 'write', {'reason_text': "Potholes"})
            self.rpc(user, self.get('VCI-B').limit_ids[0], 'write', {'active': False})
            with self.assertRaises(AccessError):
                self.rpc(user, self.get('VCI-B').limit_ids[0], 'unlink')
