from odoo import Command
from odoo.exceptions import AccessError

from ..common import DealerInsuranceCase


class TestInsuranceLedgerCommission(DealerInsuranceCase):
    """The rate is found once, kept with the policy, and stays what it was (T10, T40, K20)."""

    def setUp(self):
        super().setUp()
        self.allow_benefits()
        self.agreement = self.env['insurance.insurer.agreement'].search([
            ('company_id', '=', self.store.id), ('insurer_id', '=', self.picc.id)])
        self.agreement.write({'commission_basis': 'net', 'vat_rate': 0.06})
        self.card = self.make_rate_card(
            {'product': 'compulsory', 'rate': 0.04}, {'product': 'commercial', 'rate': 0.2},
            {'product': 'non_motor', 'rate': 0.25},
        )

    def line(self, product):
        return self.card.line_ids.filtered(lambda line: line.product == product)

    def test_rate_of_every_product(self):
        entry = self.make_entry(
            self.prepare_policy('compulsory', 950), self.prepare_policy(premium=3120.55),
            self.prepare_policy('non_motor', 200), vehicle_tax=420,
        )
        self.assertRecordValues(entry.policy_ids, [
            {'commission_rate': 0.04, 'commission_base': 896.23, 'commission': 35.85},
            {'commission_rate': 0.2, 'commission_base': 2943.92, 'commission': 588.78},
            {'commission_rate': 0.25, 'commission_base': 188.68, 'commission': 47.17},
        ])
        self.assertEqual(entry.commission_total, 671.80)
        self.assertEqual(entry.policy_ids[1].rate_line_id, self.line('commercial'))
        self.assertIn("Test Card", entry.policy_ids[1].rate_note)

    def test_gross_and_net(self):
        net = self.make_entry(self.prepare_policy(premium=1060))
        self.agreement.commission_basis = 'gross'
        gross = self.make_entry(self.prepare_policy(premium=1060))
        self.assertEqual((net.commission_total, gross.commission_total), (200, 212))
        self.assertEqual((net.policy_ids.commission_basis, gross.policy_ids.commission_basis), ('net', 'gross'))

    def test_half_a_fen_is_rounded_up(self):
        self.agreement.commission_basis = 'gross'
        self.line('commercial').rate = 0.125
        for premium, commission in ((0.04, 0.01), (100.20, 12.53), (100.19, 12.52), (1000.44, 125.06)):
            with self.subTest(premium=premium):  # 0.005, 12.525, 12.52375, 125.055
                entry = self.make_entry(self.prepare_policy(premium=premium))
                self.assertEqual(entry.commission_total, commission)
                taken_back = self.make_follow_up(entry, reason='MISTAKE')
                self.assertEqual(taken_back.commission_total, -commission)

    def test_margin_is_what_is_left(self):
        kind = self._get_reason('benefit_type', 'GIFT').id
        entry = self.make_entry(self.prepare_policy(premium=1060), benefit_ids=[
            Command.create({'type_id': kind, 'amount': 100, 'cost': 60})])
        self.assertEqual((entry.discount_total, entry.benefit_cost, entry.margin), (100, 60, 140))

    # === KEPT === #

    def test_card_changed_later_changes_nothing(self):
        entry = self.make_entry(self.prepare_policy(premium=1060))
        self.line('commercial').rate = 0.3
        self.agreement.commission_basis = 'gross'
        self.assertEqual((entry.policy_ids.commission_rate, entry.commission_total), (0.2, 200))
        entry.with_user(self.clerk).commercial_premium = 2120  # a corrected premium keeps the rate it was sold with
        self.assertEqual((entry.policy_ids.commission_rate, entry.commission_total), (0.2, 400))
        self.assertEqual(self.make_entry(self.prepare_policy(premium=1060)).policy_ids.commission_rate, 0.3)

    def test_rate_of_the_day_of_issue(self):
        self.card.date_to = '2026-11-10'
        self.make_rate_card({'product': 'commercial', 'rate': 0.15}, date_from='2026-11-11', name="Campaign")
        for day, rate in (('2026-11-10', 0.2), ('2026-11-11', 0.15)):
            entry = self.make_entry(self.prepare_policy(), issue_date=day)
            self.assertEqual(entry.policy_ids.commission_rate, rate, day)
        entry.with_user(self.clerk).issue_date = '2026-11-10'
        self.assertEqual(entry.policy_ids.commission_rate, 0.2)

    def test_what_the_rate_depends_on(self):
        self.line('commercial').unlink()
        self.card.line_ids = [Command.create({'product': 'commercial', **vals}) for vals in (
            {'rate': 0.1}, {'rate': 0.12, 'business': 'new'}, {'rate': 0.14, 'energy': 'nev'},
            {'rate': 0.16, 'limit_from': 2000000}, {'rate': 0.18, 'is_transferred': 'yes'},
        )]
        entry = self.make_entry(self.prepare_policy())
        self.assertEqual(entry.policy_ids.commission_rate, 0.1)
        for values, rate in (
            ({'business_type': 'new'}, 0.12), ({'business_type': 'first', 'is_new_energy': True}, 0.14),
            ({'is_new_energy': False, 'third_party_limit': 3000000}, 0.16),
            ({'third_party_limit': 0, 'is_transferred': True}, 0.18), ({'is_transferred': False}, 0.1),
        ):
            with self.subTest(values=values):
                self.rpc(self.clerk, entry, 'write', values)
                self.assertEqual(entry.policy_ids.commission_rate, rate)
        coverage = self.env['insurance.coverage'].search([('code', '=', 'VCI-B')])
        self.rpc(self.clerk, entry.policy_ids.coverage_ids, 'create', {
            'policy_id': entry.policy_ids.id, 'coverage_id': coverage.id, 'limit': 2000000, 'premium': 3000})
        self.assertEqual(entry.policy_ids.commission_rate, 0.16)

    def test_two_rates_that_fit_equally_well(self):
        self.card.line_ids = [
            Command.create({'product': 'commercial', 'rate': 0.22, 'business': 'new', 'note': "New cars"}),
            Command.create({'product': 'commercial', 'rate': 0.24, 'energy': 'nev', 'note': "Electric cars"}),
        ]
        entry = self.make_entry(self.prepare_policy(), business_type='new', is_new_energy=True, registered=False)
        with self.refused("(?s)Two rates fit equally well.*New cars.*/.*Electric cars"):
            entry.with_user(self.clerk).action_register()
        self.assertEqual((entry.state, entry.number), ('draft', 0))

    def test_no_rate_is_no_commission_and_says_so(self):
        entry = self.make_entry(insurer_id=self.paic.id)
        self.assertEqual((entry.state, entry.commission_total), ('registered', 0))
        self.assertIn("Complete the rate card", entry.policy_ids[0].rate_note)

    def test_signed_rows_are_not_rated_again(self):
        entry = self.make_entry(self.prepare_policy(premium=1060))
        entry.with_user(self.finance).action_sign()
        self.line('commercial').rate = 0.3
        entry._apply_rates()
        self.assertEqual(entry.policy_ids.commission_rate, 0.2)

    # === WHO SEES IT === #

    def test_rates_are_not_typed_nor_seen(self):
        entry = self.make_entry(self.prepare_policy(), salesperson_id=self.consultant.id)
        for name, value in (('commission_rate', 0.5), ('rate_line_id', False), ('commission_basis', 'gross'),
                            ('vat_rate', 0), ('rate_note', "x"), ('commission', 1)):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.rpc(self.clerk, entry.policy_ids, 'write', {name: value})
        hidden = {'commission_total': entry, 'margin': entry, 'benefit_cost': entry, 'commission': entry.policy_ids,
                  'commission_rate': entry.policy_ids, 'rate_note': entry.policy_ids,
                  'commission_total ledger': entry.ledger_id}
        for name, record in hidden.items():
            field = name.split()[0]
            for role in ('consultant', 'supervisor', 'leader', 'advisor'):
                user = getattr(self, role)
                with self.subTest(field=name, role=role), self.assertRaises(AccessError):
                    self.rpc(user, record, 'read', [field])
                if record._fields[field].store:
                    with self.subTest(field=name, role=role, door='search'), self.assertRaises(AccessError):
                        self.rpc(user, record.browse(), 'search', [(field, '>', 0)])
            self.rpc(self.finance, record, 'read', [field])
        gift = self.env['insurance.benefit'].create({
            'entry_id': entry.id, 'type_id': self._get_reason('benefit_type', 'GIFT').id, 'amount': 10})
        with self.assertRaises(AccessError):
            self.rpc(self.consultant, gift, 'read', ['cost'])
        self.assertEqual(self.rpc(self.consultant, gift, 'read', ['amount'])[0]['amount'], 10)
