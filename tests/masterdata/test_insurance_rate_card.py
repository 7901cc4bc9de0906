from datetime import date, timedelta

import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase

DAY = date(2026, 11, 18)
NEW = {'business': 'new', 'use_type': 'private', 'third_party_limit': 2_000_000, 'has_damage': True}

ROUNDED_TWICE = (100.0, 0.25, 23.58, 23.59)  # premium, rate, its commission, what a rounded base would give


class RateCardCase(DealerInsuranceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Card = cls.env['insurance.rate.card']

    def make(self, *lines, user=None, **vals):
        """Return a card of the store and PICC for 2026 with lines given as dicts, commercial unless they say more."""
        return self.Card.with_user(user or self.supervisor).create({
            'name': "PICC 2026", 'insurer_id': self.picc.id, 'company_id': self.store.id, 'date_from': '2026-01-01',
            'date_to': '2026-12-31', 'line_ids': [Command.create(line) for line in lines], **vals,
        })

    def match(self, facts=None, product='commercial', day=DAY, company=None, insurer=None):
        line, text = self.Card._match(company or self.store, insurer or self.picc, day, product, facts or {})
        self.assertTrue(text)
        return line.rate or False


class TestInsuranceRateCard(RateCardCase):
    """Which commission rate a policy gets (T10)."""

    def test_products(self):
        self.make({'rate': 0.2}, {'product': 'compulsory', 'rate': 0.04}, {'product': 'non_motor', 'rate': 0.25})
        for product, rate in (('commercial', 0.2), ('compulsory', 0.04), ('non_motor', 0.25), ('vehicle_tax', False)):
            with self.subTest(product=product):
                self.assertEqual(self.match(product=product), rate)

    def test_most_specific_wins(self):
        self.make(
            {'rate': 0.1}, {'rate': 0.12, 'business': 'new'}, {'rate': 0.14, 'business': 'new', 'energy': 'nev'},
            {'rate': 0.16, 'business': 'new', 'energy': 'nev', 'limit_from': 2_000_000},
            {'rate': 0.05, 'is_transferred': 'yes', 'business': 'renewal'},
        )
        for facts, rate in (
            ({}, 0.1), ({'business': 'renewal'}, 0.1), (NEW, 0.12), ({**NEW, 'is_new_energy': True}, 0.16),
            ({**NEW, 'is_new_energy': True, 'third_party_limit': 1_999_999}, 0.14),
            ({'business': 'renewal', 'is_transferred': True}, 0.05),
            ({'business': None, 'use_type': False, 'third_party_limit': None, 'is_new_energy': None}, 0.1),
        ):
            with self.subTest(facts=facts):
                self.assertEqual(self.match(facts), rate)

    def test_text_names_the_line(self):
        card = self.make({'rate': 0.12, 'business': 'new', 'note': "Spring campaign"})
        line, text = self.Card._match(self.store, self.picc, DAY, 'commercial', NEW)
        self.assertEqual(line, card.line_ids)
        self.assertEqual(text, "PICC 2026: Commercial, New cars, Spring campaign")

    def test_none(self):
        self.make({'rate': 0.12, 'business': 'new'})
        line, text = self.Card._match(self.store, self.picc, DAY, 'commercial', {'business': 'renewal'})
        self.assertFalse(line)
        self.assertIn("No rate of 人保 for Commercial on 2026-11-18", text)
        self.assertFalse(self.match(NEW, insurer=self.paic))

    def test_ambiguous(self):
        self.make({'rate': 0.12, 'business': 'new'}, {'rate': 0.14, 'use_type': 'private'})
        with self.refused("2026-11-18: PICC 2026: Commercial, New cars / PICC 2026: Commercial, Private"):
            self.match(NEW)
        self.assertEqual(self.match({**NEW, 'use_type': 'company'}), 0.12)

    def test_equally_specific_with_the_same_rate(self):
        self.make({'rate': 0.12, 'business': 'new'}, {'rate': 0.12, 'use_type': 'private'})
        self.assertEqual(self.match(NEW), 0.12)

    def test_days_of_issue(self):
        self.make({'rate': 0.1}, date_from='2026-01-01', date_to='2026-11-17', name="Until November")
        self.make({'rate': 0.2}, date_from='2026-11-18', date_to=False, name="From then on")
        for day, rate in (('2025-12-31', False), ('2026-01-01', 0.1), ('2026-11-17', 0.1), ('2026-11-18', 0.2),
                          ('2036-01-01', 0.2)):
            with self.subTest(day=day):
                self.assertEqual(self.match(day=date.fromisoformat(day)), rate)

    def test_campaign_beside_the_card(self):
        self.make({'rate': 0.1})
        self.make({'rate': 0.18, 'business': 'new'}, name="Campaign", date_from='2026-11-01', date_to='2026-11-30')
        self.assertEqual(self.match(NEW), 0.18)
        self.assertEqual(self.match({'business': 'renewal'}), 0.1)
        self.assertEqual(self.match(NEW, day=date(2026, 12, 1)), 0.1)

    def test_store_before_group(self):
        self.make({'rate': 0.3, 'business': 'new', 'energy': 'fuel'}, {'rate': 0.25, 'product': 'non_motor'},
                  user=self.group_manager, company_id=False, name="Group")
        self.assertEqual(self.match(NEW), 0.3)
        own = self.make({'rate': 0.1})
        self.assertEqual(self.match(NEW), 0.1)
        self.assertEqual(self.match(NEW, product='non_motor'), 0.25)
        self.assertEqual(self.match(NEW, company=self.other_store), 0.3)
        own.action_archive()
        self.assertEqual(self.match(NEW), 0.3)

    def test_archived_line(self):
        card = self.make({'rate': 0.1}, {'rate': 0.2, 'business': 'new'})
        card.line_ids[1].active = False
        self.env.invalidate_all()
        self.assertEqual(self.match(NEW), 0.1)
        self.Card = self.Card.with_context(active_test=False)
        self.assertEqual(self.match(NEW), 0.1)

    def test_same_policies_two_rates(self):
        card = self.make({'rate': 0.1}, {'rate': 0.2, 'business': 'new'})
        with self.refused("PICC 2026: Commercial has another rate in PICC 2026", ValidationError):
            card.line_ids.create({'card_id': card.id, 'rate': 0.11})
        with self.refused("has another rate in PICC 2026", ValidationError):
            self.make({'rate': 0.21, 'business': 'new'}, name="Second", date_from='2026-12-31', date_to=False)
        with self.refused("has another rate", ValidationError):
            card.line_ids[1].business = 'any'
        following = self.make({'rate': 0.21, 'business': 'new'}, name="2027", date_from='2027-01-01', date_to=False)
        with self.refused("has another rate", ValidationError):
            following.date_from = '2026-12-31'
        self.make({'rate': 0.3, 'business': 'new'}, company_id=self.other_store.id, user=self.other_supervisor)
        self.make({'rate': 0.3}, insurer_id=self.paic.id)
        self.make({'rate': 0.1}, name="Same rate")

    def test_what_cannot_be(self):
        for line in ({'rate': 1.01}, {'rate': -0.01}, {'rate': 0.1, 'limit_from': 2, 'limit_to': 1}):
            refused = self.assertRaises(psycopg2.errors.CheckViolation)
            with self.subTest(line=line), mute_logger('odoo.sql_db'), refused, self.env.cr.savepoint():
                self.make(line)

    def test_changes_are_noted(self):
        card = self.make({'rate': 0.1})
        card.line_ids.rate = 0.125
        self.assertIn("PICC 2026: Commercial: 10 % before, 12.5 % now", card.message_ids[0].body)
        count = len(card.message_ids)
        card.line_ids.write({'rate': 0.125})
        self.assertEqual(len(card.message_ids), count)


class TestMatchMany(RateCardCase):
    """Files with thousands of rows."""

    def request(self, facts, day=DAY, insurer=None, product='commercial'):
        return {'insurer': insurer or self.picc, 'day': day, 'product': product, 'facts': facts}

    def test_in_order(self):
        self.make({'rate': 0.1}, {'rate': 0.2, 'business': 'new'}, {'rate': 0.04, 'product': 'compulsory'})
        self.make({'rate': 0.15}, insurer_id=self.paic.id)
        requests = [
            self.request(NEW), self.request({}), self.request({}, insurer=self.paic), self.request(NEW),
            self.request(NEW, product='compulsory'), self.request(NEW, day=date(2025, 1, 1)),
            self.request(NEW, insurer=self.cpic),
        ]
        found = self.Card._match_many(self.store, requests)
        self.assertEqual([line.rate or False for line, text in found], [0.2, 0.1, 0.15, 0.2, 0.04, False, False])
        self.assertTrue(all(text for line, text in found))
        self.assertEqual(self.Card._match_many(self.store, []), [])

    def test_ambiguous_rows_do_not_stop_the_others(self):
        self.make({'rate': 0.12, 'business': 'new'}, {'rate': 0.14, 'use_type': 'private'})
        requests = [self.request(NEW), self.request({'business': 'new'})]
        with self.refused("Two rates fit equally well"):
            self.Card._match_many(self.store, requests)
        (none, problem), (line, _ground) = self.Card._match_many(self.store, requests, raise_ambiguous=False)
        self.assertFalse(none)
        self.assertIn("Two rates fit equally well", problem)
        self.assertEqual(line.rate, 0.12)

    def test_queries_do_not_grow(self):
        for insurer in (self.picc, self.paic, self.cpic):
            self.make(
                {'rate': 0.1}, {'rate': 0.12, 'business': 'new'}, {'rate': 0.05, 'product': 'compulsory'},
                {'rate': 0.2, 'business': 'renewal', 'energy': 'nev', 'limit_from': 1_000_000},
                insurer_id=insurer.id, name=insurer.insurer_code,
            )
        insurers = (self.picc, self.paic, self.cpic)
        requests = [
            self.request(
                {'business': 'new' if number % 2 else 'renewal', 'third_party_limit': 10_000 * (number % 300),
                 'is_new_energy': number % 5 == 0},
                DAY - timedelta(days=number % 300), insurers[number % 3],
                'compulsory' if number % 7 == 0 else 'commercial',
            )
            for number in range(10_000)
        ]
        for count in (10, 10_000):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(8):
                found = self.Card._match_many(self.store, requests[:count])
            self.assertEqual(len(found), count)
            self.assertTrue(all(line for line, text in found))


class TestCommission(RateCardCase):
    """How much it is: of the premium with or without VAT, rounded once (K20, T40)."""

    def commission(self, premium, rate, basis='gross', vat_rate=0.06):
        return self.Card._get_commission(premium, rate, basis, vat_rate, self.store.currency_id)

    def test_commission(self):
        for premium, rate, basis, expected in (
            (3120.55, 0.2, 'gross', 624.11), (3120.55, 0.2, 'net', 588.78), (950, 0.04, 'gross', 38),
            (950, 0.04, 'net', 35.85), (200, 0.25, 'net', 47.17), (0, 0.2, 'net', 0), (3120.55, 0, 'gross', 0),
            (100.25, 0.1, 'gross', 10.03), (-100.25, 0.1, 'gross', -10.03), (-3120.55, 0.2, 'net', -588.78),
        ):
            with self.subTest(premium=premium, rate=rate, basis=basis):
                self.assertEqual(self.commission(premium, rate, basis), expected)

    def test_other_vat(self):
        self.assertEqual(self.commission(1090, 0.2, 'net', 0.09), 200)
        self.assertEqual(self.commission(1000, 0.2, 'net', 0), 200)

    def test_base_is_for_the_screen(self):
        CNY = self.store.currency_id
        self.assertEqual(self.Card._get_commission_base(3120.55, 'net', 0.06, CNY), 2943.92)
        self.assertEqual(self.Card._get_commission_base(3120.55, 'gross', 0.06, CNY), 3120.55)
        premium, rate, exactly, from_rounded = ROUNDED_TWICE
        base = self.Card._get_commission_base(premium, 'net', 0.06, CNY)
        self.assertEqual(self.commission(base, rate), from_rounded)
        self.assertEqual(self.commission(premium, rate, 'net'), exactly)

    def test_agreement(self):
        agreement = self.env['insurance.insurer.agreement'].search([], limit=1)
        self.assertEqual(agreement.vat_rate, 0.06)
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.CheckViolation):
            agreement.vat_rate = 1
            agreement.flush_recordset()


class TestRateCardAccess(RateCardCase):
    """Rates are commission: those who see commission and the supervisor, who keeps them (domain 3.2)."""

    def test_who_reads(self):
        card = self.make({'rate': 0.1})
        for user in (self.clerk, self.finance, self.gm, self.group_manager, self.supervisor):
            self.assertEqual(self.rpc(user, card.line_ids, 'read', ['rate'])[0]['rate'], 0.1)
        for user in (self.specialist, self.consultant, self.hotline, self.advisor, self.leader, self.claims_clerk,
                     self.administrator, self.plain):
            for records in (card, card.line_ids):
                with self.subTest(user=user.login, records=records), self.assertRaises(AccessError):
                    self.rpc(user, records, 'read', ['display_name'])

    def test_matched_for_everybody_read_by_few(self):
        self.make({'rate': 0.1})
        self.env.invalidate_all()
        line, _text = self.Card.with_user(self.specialist)._match(self.store, self.picc, DAY, 'commercial', {})
        self.assertTrue(line)
        with self.assertRaises(AccessError):
            self.assertTrue(line.rate)

    def test_who_writes(self):
        card = self.make({'rate': 0.1})
        for user in (self.clerk, self.finance, self.gm):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, card.line_ids, 'write', {'rate': 0.5})
        self.rpc(self.supervisor, card.line_ids, 'write', {'rate': 0.11})
        self.rpc(self.group_manager, card.line_ids, 'write', {'rate': 0.12})
        for user in (self.supervisor, self.group_manager):
            for records in (card, card.line_ids):
                with self.assertRaises(AccessError):
                    self.rpc(user, records, 'unlink')

    def test_the_groups_card(self):
        card = self.make({'rate': 0.1}, user=self.group_manager, company_id=False)
        self.assertTrue(self.rpc(self.supervisor, card, 'read', ['name']))
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, card.line_ids, 'write', {'rate': 0.5})
        with self.assertRaises(AccessError):
            self.make(company_id=False, name="Mine for all")
        own = self.make({'rate': 0.2, 'business': 'new'}, name="Own")
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, own, 'write', {'company_id': False})
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, own.line_ids, 'write', {'card_id': card.id})

    def test_the_other_stores_card(self):
        card = self.make({'rate': 0.1}, user=self.other_supervisor, company_id=self.other_store.id)
        for user in (self.supervisor, self.clerk, self.gm):
            for records in (card, card.line_ids):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    self.rpc(user, records, 'read', ['display_name'])
