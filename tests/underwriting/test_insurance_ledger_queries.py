from lxml import etree

from odoo import Command

from ..common import DealerInsuranceCase


class TestInsuranceLedgerQueries(DealerInsuranceCase):
    """The number of queries does not depend on the number of rows (invariant 9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allow_benefits()
        cls.make_rate_card({'product': 'commercial', 'rate': 0.2})

    def make_drafts(self, count):
        gift = self._get_reason('benefit_type', 'GIFT').id
        return self.env['insurance.ledger.entry'].union(*(
            self.make_entry(registered=False, salesperson_id=self.consultant.id, payment_line_ids=[
                Command.create({'amount': 100})], benefit_ids=[Command.create({'type_id': gift, 'amount': 10})])
            for _draft in range(count)
        ))

    def count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def specification(self, name, kind, user):
        """Return what the browser asks for of each row of the view."""
        view = self.env.ref(f'dealer_insurance.{name}')
        Model = self.env[view.model].with_user(user)
        nodes = etree.fromstring(Model.get_view(view.id, kind)['arch']).xpath('//field[not(ancestor::field)]')
        return {node.get('name'): {'fields': {'display_name': {}}} if Model._fields[node.get('name')].relational else {}
                for node in nodes}

    def read(self, name, kind, user, records):
        Model = records.browse().with_user(user)
        specification = self.specification(name, kind, user)

        def call():
            rows = Model.web_search_read([('id', 'in', records.ids)], specification, limit=80)['records']
            self.assertEqual(len(rows), len(records))

        for _warming in range(2):
            self.count(call)
        return self.count(call)

    def test_lists(self):
        entries = self.make_drafts(20)
        entries.with_user(self.clerk).action_register()
        for name, kind in (('insurance_ledger_entry_view_list', 'list'), ('insurance_ledger_entry_view_list_grid',
                                                                          'list'),
                           ('insurance_ledger_entry_view_kanban', 'kanban')):
            for user in (self.clerk, self.consultant, self.finance):
                with self.subTest(view=name, user=user.login):
                    few, many = self.read(name, kind, user, entries[:2]), self.read(name, kind, user, entries)
                    self.assertEqual(few, many)
                    self.assertLessEqual(many, 25)
        policies, payments = entries.policy_ids, entries.payment_line_ids.payment_id
        for name, records in (('insurance_policy_view_list', policies), ('insurance_customer_payment_view_list',
                                                                         payments)):
            with self.subTest(view=name):
                few, many = (self.read(name, 'list', self.finance, rows) for rows in (records[:2], records))
                self.assertEqual(few, many)
                self.assertLessEqual(many, 15)

    def test_commission_is_not_even_asked_for(self):
        hidden = {'commission_total', 'margin', 'benefit_cost', 'commission', 'commission_rate', 'cost', 'rate_note'}
        views = self.env['ir.ui.view'].search([
            ('model', 'in', ('insurance.ledger.entry', 'insurance.policy', 'insurance.ledger')),
            ('type', 'in', ('list', 'kanban', 'form', 'pivot'))])
        seen = set()
        for view in views:
            for user in (self.consultant, self.specialist, self.supervisor, self.clerk):
                arch = self.env[view.model].with_user(user).get_view(view.id, view.type)['arch']
                names = {node.get('name') for node in etree.fromstring(arch).iter('field')} & hidden
                if user == self.clerk:
                    seen |= names
                else:
                    with self.subTest(view=view.name, user=user.login):
                        self.assertFalse(names)
        self.assertGreaterEqual(seen, {'commission_total', 'margin', 'commission', 'commission_rate', 'cost'})

    def test_ledgers(self):
        for insurer in (self.picc, self.paic, self.cpic):
            self.make_entry(insurer_id=insurer.id)
        ledgers = self.env['insurance.ledger'].search([('company_id', '=', self.store.id)])
        few, many = (self.read('insurance_ledger_view_kanban', 'kanban', self.finance, rows)
                     for rows in (ledgers[:1], ledgers))
        self.assertEqual(few, many)

    def test_registration(self):
        """What a further row costs does not grow with the pile."""
        counts = {}
        for number in (1, 1, 20):
            drafts = self.make_drafts(number)
            counts[number] = self.count(drafts.with_user(self.clerk).action_register)
        self.assertLessEqual(counts[20] - counts[1], 19 * 4, counts)
