import psycopg2.errors

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from ..common import ROLES, DealerInsuranceCase


class TestResCompany(DealerInsuranceCase):
    """The store's insurance administrator sets the desk and nothing else of a company (domain 3.2)."""

    def test_administrator_sets_the_desk(self):
        store = self.store.with_user(self.administrator)
        names = [name for name, field in store._fields.items() if name.startswith('insurance_') and field.store]
        self.assertGreater(len(names), 15)
        for name in names:
            field = store._fields[name]
            with self.subTest(field=name):
                self.rpc(self.administrator, store, 'write', {name: field.convert_to_write(store[name], store)})

    def test_nothing_else(self):
        for values in ({'name': "Mine"}, {'currency_id': self.env.ref('base.USD').id}, {'email': 'x@example.com'},
                       {'vat': '123'}, {'user_ids': [(4, self.plain.id)]},
                       {'name': "Mine", 'insurance_page_lines': 30}, {'logo': False}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.administrator, self.store, 'write', values)

    def test_own_store_only(self):
        with self.assertRaises(AccessError):
            self.rpc(self.administrator, self.other_store, 'write', {'insurance_page_lines': 30})

    def test_no_company_is_made_or_deleted(self):
        for method, args in (('create', ({'name': "New"},)), ('unlink', ())):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.administrator, self.store, method, *args)

    def test_nobody_else(self):
        for login in ROLES:
            if login != 'administrator':
                with self.subTest(user=login), self.assertRaises(AccessError):
                    self.rpc(getattr(self, login), self.store, 'write', {'insurance_allow_self_review': True})

    def test_settings_managers_keep_their_rights(self):
        manager = self._make_user('manager')
        manager.group_ids += self.env.ref('base.group_erp_manager')
        self.rpc(manager, self.store, 'write', {'sequence': 3})
        self.assertEqual(self.store.sequence, 3)

    def test_page_lines(self):
        for lines in (0, -1, 101):
            with (
                self.subTest(lines=lines), mute_logger('odoo.sql_db'),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self.store.insurance_page_lines = lines

    def test_today_in_the_store(self):
        with self.at('2026-11-19 07:59'):  # 23:59 of the day before in UTC
            self.assertEqual(str(self.store._insurance_today()), '2026-11-19')
        self.store.insurance_tz = 'Pacific/Honolulu'
        with self.at('2026-11-19 07:59'):
            self.assertEqual(str(self.store._insurance_today()), '2026-11-18')
