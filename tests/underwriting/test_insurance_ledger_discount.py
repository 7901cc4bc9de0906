from odoo import Command
from odoo.tests import tagged

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestInsuranceLedgerDiscount(DealerInsuranceCase):
    """K19: Σ discount ÷ Σ commercial premium; an entry without a commercial policy counts with its whole premium."""

    def enter(self, premiums, discount):
        gift = self._get_reason('benefit_type', 'GIFT')
        return self.env['insurance.ledger.entry'].create({
            'insurer_id': self.picc.id, 'vehicle_id': self.make_vehicle().id, 'salesperson_id': self.specialist.id,
            'policy_ids': [Command.create({'product': product, 'premium': premium})
                           for product, premium in premiums.items()],
            'benefit_ids': [Command.create({'type_id': gift.id, 'amount': discount})] if discount else [],
        })

    def test_rate_of_an_entry(self):
        for premiums, discount, rate in (
            ({'compulsory': 950, 'commercial': 3000}, 300, 0.1),
            ({'compulsory': 950}, 95, 0.1),
            ({'compulsory': 950, 'commercial': 3000}, 0, 0),
            ({}, 0, 0),
        ):
            with self.subTest(premiums=premiums):
                self.assertAlmostEqual(self.enter(premiums, discount).discount_rate, rate)

    def test_rate_of_a_group_is_weighted(self):
        self.enter({'compulsory': 950, 'commercial': 1000}, 200)
        self.enter({'compulsory': 950, 'commercial': 9000}, 0)
        self.enter({'compulsory': 1000}, 20)
        [[_person, rate]] = self.env['insurance.ledger.entry'].with_user(self.supervisor)._read_group(
            [('salesperson_id', '=', self.specialist.id)], ['salesperson_id'], ['discount_rate:avg'])
        self.assertAlmostEqual(rate, 220 / 11000)

    def test_nothing_sold_has_no_rate(self):
        self.enter({}, 0)
        [[_person, rate]] = self.env['insurance.ledger.entry'].with_user(self.supervisor)._read_group(
            [('salesperson_id', '=', self.specialist.id)], ['salesperson_id'], ['discount_rate:avg'])
        self.assertFalse(rate)

    def test_more_cancelled_than_sold_has_no_rate(self):
        self.allow_benefits()
        entry = self.make_entry(salesperson_id=self.specialist.id)
        self.make_follow_up(entry, products=['commercial'])
        gift = self._get_reason('benefit_type', 'GIFT')
        self.env['insurance.ledger.entry'].search([('entry_type', '=', 'cancellation'),
                                                   ('origin_id', '=', entry.id)]).write({
            'benefit_ids': [Command.create({'type_id': gift.id, 'amount': 50})]})
        [[_kind, rate]] = self.env['insurance.ledger.entry'].with_user(self.supervisor)._read_group(
            [('origin_id', '=', entry.id)], ['entry_type'], ['discount_rate:avg'])
        self.assertFalse(rate)
