import base64
import json

from odoo import Command
from odoo.tests import tagged

from ..import_common import FIXTURES, ImportCase
from .sales_common import OCTOBER


@tagged('post_install', '-at_install')
class TestInsuranceKpiSalesFixture(ImportCase):
    """A store's real October: the insured rate of every consultant and the store is what its truth says (K1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.truth = json.loads((FIXTURES / 'deliveries_2026-10.json').read_text())
        cls.people = cls.env['res.users'].with_context(no_reset_password=True).create([{
            'name': name, 'login': f'sales_{number}', 'company_id': cls.store.id,
            'company_ids': [Command.set(cls.store.ids)],
            'group_ids': [Command.set(cls.env.ref('dealer_insurance.group_sales_consultant').ids)],
        } for number, name in enumerate(cls.truth['staff']['consultants'])])
        cls.names = {user.id: user.name for user in cls.people}

    def load(self, *kinds):
        for kind in kinds:
            name = {'delivery': 'deliveries_2026-10.xlsx', 'ledger': 'ledger_2026-10.xlsx'}[kind]
            importing = self.env['insurance.import'].with_user(self.clerk).create({
                'kind': kind, 'filename': name, 'content': base64.b64encode((FIXTURES / name).read_bytes())})
            importing.action_check()
            self.run_import(importing)

    def get_figures(self):
        """Return `{name or 'store': {counts and rates as the truth has them}}`."""
        Kpi = self.env['insurance.kpi'].with_user(self.supervisor)
        figures = {}
        for by_specialist in (True, False):
            values = Kpi._get_values(self.store, *OCTOBER, by_specialist, codes=['K1', 'K1_any', 'K1_compulsory'])
            for key, (commercial, counted) in values['K1'].items():
                any_policy = values['K1_any'][key][0]
                self.assertEqual(values['K1_compulsory'][key], (any_policy - commercial, counted))
                figures[self.names[key[1]] if by_specialist else 'store'] = {
                    'delivered_retail': counted, 'insured_with_commercial': commercial, 'insured_any': any_policy,
                    'rate': Kpi._format(commercial, counted).rstrip('%'),
                    'rate_any': Kpi._format(any_policy, counted).rstrip('%'),
                }
        return figures

    def check_truth(self):
        truth = self.truth['insured_rate']
        self.assertEqual(self.get_figures(), {'store': truth['store'], **truth['consultants']})

    def check_rows(self):
        """The cars that count as not insured are those the truth names."""
        rows = {row.values['vin']: row.number for row in self.env['insurance.import.row'].search([
            ('import_id.kind', '=', 'delivery'), ('import_id.company_id', '=', self.store.id),
            ('status', '!=', 'rejected')])}
        Kpi, Delivery = self.env['insurance.kpi'], self.env['insurance.delivery']
        cars = [Delivery.search(Kpi._get_rows_domain('K1', part, self.store, *OCTOBER)[1])
                for part in ('denominator', 'numerator')]
        bare = {rows[delivery.vin] for delivery in cars[0] - cars[1]}
        self.assertEqual(bare, {line['row'] for line in self.truth['insured_rate']['not_counted']})
        report = self.env['insurance.new.car.report']._read_group(
            [('company_id', '=', self.store.id)], [], ['delivered_count:sum', 'insured_count:sum',
                                                       'insured_any_count:sum'])
        store = self.truth['insured_rate']['store']
        self.assertEqual(report, [(store['delivered_retail'], store['insured_with_commercial'], store['insured_any'])])

    def test_deliveries_then_ledger(self):
        self.load('delivery', 'ledger')
        self.check_truth()
        self.check_rows()

    def test_ledger_then_deliveries(self):
        self.load('ledger', 'delivery')
        self.check_truth()
        self.check_rows()
