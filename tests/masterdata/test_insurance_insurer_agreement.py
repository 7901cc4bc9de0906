from datetime import date

import psycopg2.errors

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ...lib.identifiers import normalise_company
from ..common import DealerInsuranceCase


class TestInsuranceInsurerAgreement(DealerInsuranceCase):
    """With which insurers the store works, from when to when (R14)."""

    def make(self, date_from, date_to=False, user=None, **vals):
        return self.env['insurance.insurer.agreement'].with_user(user or self.supervisor).create({
            'insurer_id': self.cpic.id, 'company_id': self.store.id, 'date_from': date_from, 'date_to': date_to, **vals,
        })

    def test_certified_on_a_day(self):
        Agreement = self.env['insurance.insurer.agreement'].with_user(self.specialist)
        self.make('2026-03-01', '2026-06-30')
        days = (('2026-02-28', False), ('2026-03-01', True), ('2026-06-30', True), ('2026-07-01', False))
        for day, certified in days:
            found = Agreement._get_certified(self.store, date.fromisoformat(day))
            self.assertEqual(self.cpic in found, certified, day)
            self.assertEqual(found - self.cpic, self.picc + self.paic)
        self.assertFalse(Agreement._get_certified(self.other_store, date(2026, 5, 1)))

    def test_no_overlap(self):
        self.make('2026-03-01', '2026-06-30')
        for period in (('2026-06-30',), ('2026-01-01', '2026-03-01'), ('2026-04-01', '2026-05-01'), ('2026-01-01',)):
            with self.subTest(period=period), self.refused("another agreement runs from 2026-03-01", ValidationError):
                self.make(*period)
        following = self.make('2026-07-01')
        self.make('2026-01-01', '2026-02-28')
        with self.refused("another agreement", ValidationError):
            following.date_from = '2026-06-30'

    def test_other_store_other_insurer_archived(self):
        first = self.make('2026-03-01')
        self.make('2026-03-01', user=self.other_supervisor, company_id=self.other_store.id)
        self.make('2026-03-01', insurer_id=self._get_insurer('CLPC').id)
        first.action_archive()
        self.make('2026-03-01')
        with self.refused("another agreement", ValidationError):
            first.action_unarchive()

    def test_ends_after_it_begins(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.CheckViolation):
            self.make('2026-03-02', '2026-03-01')

    def test_who_keeps_the_list(self):
        agreement = self.make('2026-03-01')
        for user in (self.specialist, self.consultant, self.clerk, self.finance, self.gm, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, agreement, 'write', {'date_to': '2026-12-31'})
        for user in (self.supervisor, self.group_manager):
            self.rpc(user, agreement, 'write', {'note': "Renewed by telephone"})
        with self.assertRaises(AccessError):
            self.rpc(self.other_supervisor, agreement, 'read', ['note'])


class TestInsurers(DealerInsuranceCase):
    """Insurers are known by a code that stays, and matched however workbooks spell them."""

    def test_spellings(self):
        by_name = self.env['res.partner'].with_user(self.specialist)._get_insurers_by_name()
        for spelling, insurer in (
            ('PICC', self.picc), ('picc', self.picc), ('人保', self.picc), ('人保财险', self.picc),
            ('中国人保', self.picc),
            ('中国人民财产保险股份有限公司', self.picc), ('中国人民财产保险股份有限公司江西省分公司', self.picc),
            ('ＰＩＣＣ', self.picc), ('平安', self.paic), (' 平安 财险 ', self.paic), ('太平洋保险', self.cpic),
        ):
            with self.subTest(spelling=spelling):
                self.assertEqual(by_name.get(normalise_company(spelling)), insurer)
        self.assertNotIn(normalise_company('某某保险'), by_name)

    def test_new_spelling(self):
        self.picc.with_user(self.supervisor).insurer_other_names = "人保财险，人保车险、PICC财险"
        by_name = self.env['res.partner']._get_insurers_by_name()
        for spelling in ('人保财险', '人保车险', 'PICC财险'):
            self.assertEqual(by_name[spelling], self.picc)

    def test_code_is_needed_and_stays(self):
        with self.refused("needs a code", ValidationError):
            self.make_owner(is_insurer=True)
        with self.refused("stays as it is"):
            self.picc.insurer_code = 'PICC2'
        self.picc.insurer_code = 'PICC'

    def test_code_is_unique(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make_owner(is_insurer=True, insurer_code='PICC')

    def test_who_keeps_insurers(self):
        owner = self.make_owner()
        for user in (self.specialist, self.consultant, self.clerk, self.advisor, self.leader, self.hotline):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.picc, 'write', {'name': "My Insurer"})
                with self.assertRaises(AccessError):
                    self.rpc(user, owner.browse(), 'create', {'name': "Mine", 'is_insurer': True, 'insurer_code': 'M'})
                with self.assertRaises(AccessError):
                    self.rpc(user, owner, 'write', {'is_insurer': True, 'insurer_code': 'M'})
        self.rpc(self.supervisor, self.picc, 'write', {'insurer_hotline': '95518'})
