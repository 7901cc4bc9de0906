from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...lib.claim_money import Part, balance, composition_gap, expected_of, split, spread, unexplained

# parts: (payer, amount, received[, payee]); then stray, final, tolerance -> expected, received, difference, status
CASES = [
    ("nothing composed", [], 0, False, 0, ('0', '0', None, 'nothing')),
    ("nothing came", [('own_commercial', 1000, 0)], 0, False, 0, ('1000', '0', None, 'waiting')),
    ("first instalment", [('own_commercial', 1000, 400)], 0, False, 0, ('1000', '400', None, 'partial')),
    ("last instalment", [('own_commercial', 1000, 1000)], 0, False, 0, ('1000', '1000', '0', 'paid')),
    ("too little, said to be all", [('own_commercial', 1000, 990.01)], 0, True, 0,
     ('1000', '990.01', '-9.99', 'difference')),
    ("refused: nothing will come", [('own_commercial', 1000, 0)], 0, True, 0, ('1000', '0', '-1000', 'difference')),
    ("too much", [('own_commercial', 1000, 1000.01)], 0, False, 0, ('1000', '1000.01', '0.01', 'difference')),
    ("one cent short is short", [('own_commercial', 1000, 999.99)], 0, False, 0,
     ('1000', '999.99', None, 'partial')),
    ("within the tolerance", [('own_commercial', 1000, 999.5)], 0, False, 0.5,
     ('1000', '999.5', '-0.5', 'paid')),
    ("just beyond the tolerance", [('own_commercial', 1000, 999.49)], 0, True, 0.5,
     ('1000', '999.49', '-0.51', 'difference')),
    ("several payers, all there", [('own_commercial', 300.1, 300.1), ('other_compulsory', 2000, 2000),
                                   ('other_commercial', 700.2, 700.2)], 0, False, 0, ('3000.3', '3000.3', '0', 'paid')),
    ("0.1 + 0.2 is 0.3", [('own_commercial', 0.1, 0.1), ('other_commercial', 0.2, 0.2)], 0, False, 0,
     ('0.3', '0.3', '0', 'paid')),
    ("one payer too much, the other too little", [('own_commercial', 1000, 1100), ('own_compulsory', 100, 0)], 0,
     False, 0, ('1100', '1100', '0', 'difference')),
    ("of several payers one is still to come", [('own_commercial', 1000, 1000), ('other_compulsory', 2000, 0)], 0,
     False, 0, ('3000', '1000', None, 'partial')),
    ("who pays no insurance is not waited for", [('own_commercial', 1000, 1000), ('customer', 200, 0),
                                                 ('manufacturer', 300, 0), ('store', 50, 0)], 0, False, 0,
     ('1000', '1000', '0', 'paid')),
    ("a third party in cash is", [('third_party', 500, 0)], 0, False, 0, ('500', '0', None, 'waiting')),
    ("paid to the customer", [('own_commercial', 1000, 0, 'customer')], 0, False, 0, ('0', '0', None, 'nothing')),
    ("paid to the store though it was the customer's", [('own_commercial', 1000, 1000, 'customer')], 0, False, 0,
     ('0', '1000', '1000', 'difference')),
    ("from nobody who owed it", [('own_commercial', 1000, 1000)], 50, False, 0,
     ('1000', '1050', '50', 'difference')),
    ("the right sum from the wrong payer", [('own_commercial', 1000, 0)], 1000, False, 0,
     ('1000', '1000', '0', 'difference')),
    ("no-fault part of 100", [('own_commercial', 2900, 2900), ('other_compulsory', 100, 100)], 0, False, 0,
     ('3000', '3000', '0', 'paid')),
    ("refunded", [('own_commercial', 1000, 1000)], 0, True, 0, ('1000', '1000', '0', 'paid')),
]


@tagged('-at_install', 'post_install')
class TestClaimMoney(BaseCase):
    """The arithmetic of a claim's money, as a table (K22, K23, T9, T24)."""

    def test_balance(self):
        for label, rows, stray, final, tolerance, (expected, received, difference, status) in CASES:
            with self.subTest(label):
                parts = [Part(payer, amount, payee[0] if payee else 'store', came)
                         for payer, amount, came, *payee in rows]
                found = balance(parts, stray, is_final=final, tolerance=tolerance)
                self.assertEqual((found.expected, found.received, found.status),
                                 (Decimal(expected), Decimal(received), status))
                self.assertEqual(found.difference, None if difference is None else Decimal(difference))

    def test_customer_claims_himself(self):
        found = balance([Part('own_commercial', 1000), Part('customer', 200)], self_claimed=True)
        self.assertEqual((found.expected, found.status), (0, 'nothing'))
        self.assertEqual(expected_of(Part('own_commercial', 1000), self_claimed=True), 0)

    def test_by_part(self):
        found = balance([Part('own_commercial', 1000, 'store', 1100), Part('own_compulsory', 100)], is_final=True)
        self.assertEqual(found.by_part, (Decimal(100), Decimal(-100)))

    def test_composition(self):
        for total, amounts, gap in (
            (1000, [1000], 0), (1000, [999.99], '0.01'), (1000, [1000.01], '-0.01'), (0.3, [0.1, 0.2], 0),
            (1000, [], 1000), (0, [], 0), (100, [33.33, 33.33, 33.34], 0), (1.005, [1.01], 0),
        ):
            with self.subTest(total=total, amounts=amounts):
                self.assertEqual(composition_gap(total, amounts), Decimal(gap))

    def test_currency_without_cents(self):
        self.assertEqual(composition_gap(100, [33.4, 33.4, 33.4], step=1), 1)
        self.assertEqual(balance([Part('own_commercial', 100.4, 'store', 100)], step=1).status, 'paid')

    def test_unexplained(self):
        for difference, amounts, tolerance, rest in (
            (-300, [-300], 0, 0), (-300, [-200], 0, -100), (-300, [-200, -100], 0, 0), (50, [], 0, 50),
            (-300, [-299.5], 0.5, 0), (0, [], 0, 0), (-0.3, [-0.1, -0.2], 0, 0), (0, [-100, 100], 0, 0),
        ):
            with self.subTest(difference=difference, amounts=amounts):
                self.assertEqual(unexplained(difference, amounts, tolerance), rest)

    def test_spread(self):
        for amount, wanted, given, rest in (
            (1000, [400, 600], [400, 600], 0), (1000, [400, 900], [400, 600], 0), (1000, [400], [400], 600),
            (1000, [], [], 1000), (0.3, [0.1, 0.2], ['0.1', '0.2'], 0), (1000, [-50, 300], [0, 300], 700),
            (-80, [100, -50, -40], [0, -50, -30], 0), (-80, [-50], [-50], -30),
        ):
            with self.subTest(amount=amount, wanted=wanted):
                self.assertEqual(spread(amount, wanted), ([Decimal(one) for one in given], rest))

    def test_split(self):
        limits = {'property_limit': 2000, 'no_fault_limit': 100}
        for total, liability, has_other, shares in (
            (5000, 100, False, {'own_commercial': 5000}),
            (5000, 100, True, {'other_compulsory': 100, 'own_commercial': 4900}),
            (5000, 70, True, {'other_compulsory': 2000, 'own_commercial': 2100, 'other_commercial': 900}),
            (5000, 50, True, {'other_compulsory': 2000, 'own_commercial': 1500, 'other_commercial': 1500}),
            (5000, 0, True, {'other_compulsory': 2000, 'other_commercial': 3000}),
            (1800, 30, True, {'other_compulsory': 1800}),
            (80, 100, True, {'other_compulsory': 80}),
            (2000.01, 50, True, {'other_compulsory': 2000, 'own_commercial': Decimal('0.01')}),
        ):
            with self.subTest(total=total, liability=liability):
                found = split(total, liability, has_other=has_other, **limits)
                self.assertEqual(found, shares)
                self.assertEqual(sum(found.values()), Decimal(str(total)))
