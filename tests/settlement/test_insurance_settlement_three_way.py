from datetime import date

from odoo.exceptions import AccessError

from .settlement_common import SettlementMoneyCase


class TestInsuranceSettlementThreeWay(SettlementMoneyCase):
    """Ledger, statement and money beside each other, what is outstanding, and the figures K20 and K21."""

    def read_rows(self, *names, user=None):
        rows = self.env['insurance.settlement.three.way'].with_user(user or self.finance).search(
            [('company_id', '=', self.store.id)], order='policy_no, id')
        return [tuple(row[name] for name in names) for row in rows]

    def test_policy_by_policy(self):
        compulsory, commercial = self.make_entry(
            self.prepare_policy('compulsory', 950, policy_no='A1'),
            self.prepare_policy(policy_no='B1')).policy_ids
        self.make_entry(self.prepare_policy(policy_no='C1'))
        settlement = self.make_list(submit=True)
        self.make_statement(compulsory, commercial, settlement=settlement, commission=38.02)
        stray = self.make_statement(commercial, policy_no='D1', policy_key='D1', vin=False)
        self.assertEqual(self.read_rows('policy_no', 'standing', 'ledger_commission', 'stated_commission',
                                        'difference', 'settled_commission'), [
            ('A1', 'agrees', 38, 38.02, 0.02, 0), ('B1', 'agrees', 600, 600, 0, 0),
            ('C1', 'ledger', 600, 0, -600, 0), ('D1', 'statement', 0, 600, 600, 0)])
        line, missing = settlement.line_ids
        self.sign_lines(line)
        self.rpc(self.finance, missing, 'action_next_list')
        self.close_list(settlement)
        self.receive(self.post_invoice(settlement), 319.01)
        self.assertEqual(self.read_rows('policy_no', 'settled_commission', 'received_commission', 'money_state'), [
            ('A1', 38.02, 19.01, 'partial'), ('B1', 600, 300, 'partial'), ('C1', 0, 0, False), ('D1', 0, 0, False)])
        self.assertFalse(stray.settlement_id)

    def test_corrections_count_for_what_they_correct(self):
        entry = self.make_entry(self.prepare_policy(policy_no='B1'))
        settlement = self.make_list(submit=True)
        self.make_statement(entry.policy_ids, settlement=settlement, commission=540)
        self.assertEqual(self.read_rows('standing'), [('differs',)])
        entry.with_user(self.clerk)._make_settlement_correction(
            entry.policy_ids, 0, -60, "18 % for renewals").action_register()
        self.assertEqual(self.read_rows('ledger_commission', 'standing', 'difference'), [
            (600, 'agrees', 0), (-60, 'agrees', 0)])

    def test_outstanding_by_age(self):
        settlement = self.make_closed()
        Ageing = self.env['insurance.settlement.ageing'].with_user(self.finance)
        fields = ('invoice_state', 'outstanding', 'days', 'bucket')
        with self.at('2026-12-18 12:00'):
            self.assertEqual([tuple(row[name] for name in fields) for row in Ageing.search([])],
                             [('none', 638, 30, '30')])
        invoice = self.post_invoice(settlement)
        self.receive(invoice, 100)
        with self.at('2027-02-18 12:00'):
            self.env.invalidate_all()
            row = Ageing.search([])
            self.assertEqual([row[name] for name in fields], ['partial', 538, 92, 'older'])
            self.assertEqual(Ageing._read_group([], ['bucket'], ['outstanding:sum']), [('older', 538)])
        self.receive(invoice, 538)
        self.assertFalse(Ageing.search([]))

    def test_each_store_has_its_own_day(self):
        """19:00 in Shanghai on the 18th is still the 17th in a store 14 hours behind, also seen from elsewhere."""
        self.make_closed()
        Ageing = self.env['insurance.settlement.ageing']
        for tz, days in (('Asia/Shanghai', 30), ('America/Los_Angeles', 29)):
            self.store.insurance_tz = tz
            self.env.invalidate_all()
            with self.at('2026-12-18 12:00'):
                row = Ageing.with_company(self.other_store).search([('company_id', '=', self.store.id)])
                self.assertEqual(((row.due_date - self.store._insurance_today()).days, row.days), (-row.days, row.days))
                self.assertIn(row.days, (days, days + 1))

    def test_rights(self):
        self.make_closed()
        for model in ('insurance.settlement.three.way', 'insurance.settlement.ageing'):
            for role in ('supervisor', 'consultant', 'specialist', 'administrator', 'leader'):
                with self.subTest(model=model, role=role), self.assertRaises(AccessError):
                    self.rpc(getattr(self, role), self.env[model], 'search_read', [])
            other = self._make_user(f'other_{model[-3:]}', 'group_finance', self.other_store)
            self.assertFalse(self.env[model].with_user(other).search([]))

    # === KEY FIGURES === #

    def get_values(self, user, *codes, first=date(2026, 11, 1), last=date(2026, 11, 30), by_specialist=False):
        return self.env['insurance.kpi'].with_user(user)._get_values(self.store, first, last, by_specialist, codes)

    def test_commission_rate(self):
        entry = self.make_entry(salesperson_id=self.consultant.id)
        self.make_follow_up(entry, products=['commercial'], effective_date='2026-11-18', day='2026-11-18')
        store = (self.store.id, False)
        values = self.get_values(self.gm, 'K20', 'K20_compulsory', 'K20_commercial', 'K20_non_motor')
        self.assertEqual(values, {'K20': {store: (38, 950)}, 'K20_compulsory': {store: (38, 950)},
                                  'K20_commercial': {store: (0, 0)}, 'K20_non_motor': {}})
        by_person = self.get_values(self.gm, 'K20', by_specialist=True)
        self.assertEqual(by_person, {'K20': {(self.store.id, self.consultant.id): (38, 950)}})

    def test_share_received(self):
        settlement = self.make_closed()  # on 18 November: looked at from 18 December on
        invoice = self.post_invoice(settlement)
        self.receive(invoice, 319)
        november, december = (date(2026, 11, 1), date(2026, 11, 30)), (date(2026, 12, 1), date(2026, 12, 31))
        self.assertEqual(self.get_values(self.gm, 'K21', first=november[0], last=november[1]), {'K21': {}})
        self.assertEqual(self.get_values(self.gm, 'K21', first=december[0], last=december[1]),
                         {'K21': {(self.store.id, False): (319, 638)}})

    def test_figures_are_for_readers_of_commission(self):
        self.make_entry()
        for role in ('supervisor', 'specialist', 'consultant'):
            self.assertFalse(self.get_values(getattr(self, role), 'K20', 'K21'))
        close = self.env['insurance.month.close'].with_user(self.supervisor).create({'month': '2026-10-01'})
        close.action_close()
        Value = self.env['insurance.kpi.value']
        frozen = [('close_id', '=', close.id), ('code', '=like', 'K2%')]
        self.env['insurance.month.close'].flush_model()
        Value.sudo().create([{'close_id': close.id, 'company_id': self.store.id, 'month': '2026-10-01', 'code': code,
                              'version': 1, 'numerator': 1, 'denominator': 2} for code in ('K20', 'K20_commercial',
                                                                                           'K21')])
        self.assertEqual(len(Value.with_user(self.gm).search(frozen)), 3)
        self.assertFalse(Value.with_user(self.supervisor).search(frozen))
