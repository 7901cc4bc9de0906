import psycopg2.errors

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


class TestInsuranceReason(DealerInsuranceCase):
    """Coded lists keep their meaning: codes stay, entries are archived (T45)."""

    def make(self, user=None, **vals):
        return self.env['insurance.reason'].with_user(user or self.supervisor).create({
            'use': 'renewal_lost', 'code': 'OWN', 'name': "Our own reason", 'company_id': self.store.id, **vals,
        })

    def test_code_and_use_stay(self):
        reason = self.make()
        for values in ({'code': 'OTHER'}, {'use': 'objection'}):
            with self.subTest(values=values), self.refused("stays as it is"):
                reason.write(values)
        reason.write({'code': 'OWN', 'use': 'renewal_lost', 'name': "Renamed"})
        self.assertEqual(reason.name, "Renamed")

    def test_archived_not_deleted(self):
        reason = self.make()
        with self.refused("archived, not deleted"):
            reason.sudo().unlink()
        reason.action_archive()
        self.assertFalse(reason.active)
        with self.refused("archived, not deleted"):
            self._get_reason('renewal_lost', 'PRICE').unlink()

    def test_archived_stays_on_records(self):
        case = self.make_case(self.specialist)
        reason = self.make()
        contact = self.make_lost(case, lost_reason_id=reason.id)
        reason.action_archive()
        self.env.invalidate_all()
        self.assertEqual((contact.lost_reason_id, case.lost_reason_id), (reason, reason))

    def test_two_levels(self):
        heading, other_use = self.make(code='H', is_group=True), self.make(use='objection', code='H', is_group=True)
        child = self.make(code='C', parent_id=heading.id)
        for values in ({'parent_id': child.id}, {'parent_id': other_use.id},
                       {'parent_id': heading.id, 'is_group': True}):
            with self.subTest(values=values), self.refused("two levels", ValidationError):
                self.make(code='X', **values)

    def test_code_once_per_list_and_store(self):
        self.make()
        self.make(use='objection')
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.make()
        shared = self._get_reason('renewal_lost', 'PRICE')
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
            shared.copy({'code': 'PRICE'})

    def test_store_goes_before_everybody(self):
        Reason = self.env['insurance.reason'].with_user(self.specialist)
        shared = Reason._get_by_code('renewal_lost', 'PRICE')
        own = self.make(code='PRICE')
        self.assertEqual(Reason._get_by_code('renewal_lost', 'PRICE'), own)
        self.assertEqual(Reason.with_user(self.other_specialist)._get_by_code('renewal_lost', 'PRICE'), shared)

    def test_found_by_code(self):
        Reason = self.env['insurance.reason'].with_user(self.specialist)
        found = Reason.name_search('TELESALES', [('use', '=', 'renewal_lost')])
        self.assertEqual([reason_id for reason_id, _name in found], self._get_reason('renewal_lost', 'TELESALES').ids)

    def test_who_keeps_which_list(self):
        shared = self._get_reason('renewal_lost', 'PRICE')
        own = self.make()
        for user in (self.specialist, self.clerk, self.gm, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, own, 'write', {'sequence': 5})
        for user in (self.supervisor, self.leader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, shared, 'write', {'sequence': 5})
        self.rpc(self.group_manager, shared, 'write', {'sequence': 5})
        with self.assertRaises(AccessError):
            self.rpc(self.leader, own, 'write', {'sequence': 5})
        self.make(user=self.leader, use='visit_lost')
        with self.assertRaises(AccessError):
            self.rpc(self.other_supervisor, own, 'read', ['name'])
