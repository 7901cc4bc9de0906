import random

from odoo import Command
from odoo.tests import tagged

from .statement_common import StatementCase

SPREAD = {'premium': "保费(含税)", 'commission': "手续费金额", 'rate': "手续费比例", 'number': "保单号",
          'vin': "车架号", 'plate': "车牌号码", 'endorsement': "批单号"}


@tagged('post_install', '-at_install')
class TestInsuranceStatementMatch(StatementCase):
    """Which line is which policy, and how it ends: whatever the order, the spelling and the files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rate()
        cls.entry = cls.make_entry(issue_date='2026-11-03')
        cls.compulsory, cls.commercial = cls.entry.policy_ids.sorted('sequence')

    def state(self, policy, **cells):
        """Import one line that states `policy` with other cells, and return it."""
        return self.import_statement(self.make_stated_row(
            policy, **{SPREAD[name]: value for name, value in cells.items()})).line_ids

    def assert_result(self, line, result, policy=None, **values):
        self.assertEqual((line.result, line.policy_id), (result, policy or self.env['insurance.policy']))
        for name, value in values.items():
            self.assertEqual(line[name], value, name)

    # === RESULTS === #

    def test_agreed(self):
        line = self.state(self.commercial)
        self.assert_result(line, 'agreed', self.commercial, matched_by='number', is_exception=False, impact=0)
        self.assertEqual((line.our_premium, line.our_commission), (3000, 566.04))

    def test_tolerance_is_the_agreement_s(self):
        self.assertEqual(self.state(self.commercial, commission=566.09).result, 'tail_difference')
        self.assertEqual(self.state(self.compulsory, commission=35.91).result, 'rate_differs')
        self.env['insurance.insurer.agreement'].search([('insurer_id', '=', self.picc.id)]).tolerance = 1
        self.get_lines(self.compulsory).statement_id.with_user(self.finance).action_match()
        self.assertEqual(self.get_lines(self.compulsory).result, 'tail_difference')

    def test_premium_differs(self):
        line = self.state(self.commercial, premium=3100, commission=584.91)
        self.assert_result(line, 'premium_differs', self.commercial, premium_difference=100, is_exception=True)
        self.assertEqual((line.commission_difference, line.impact), (18.87, 18.87))

    def test_rate_differs_by_what_is_paid_not_by_what_is_written(self):
        line = self.state(self.commercial, commission=509.43)
        self.assert_result(line, 'rate_differs', self.commercial)
        line = self.state(self.compulsory, rate=0.05)
        self.assert_result(line, 'agreed', self.compulsory)

    def test_both_differ(self):
        line = self.state(self.commercial, premium=3100, commission=400)
        self.assert_result(line, 'both_differ', self.commercial)

    def test_stated_twice_in_another_file(self):
        first = self.state(self.commercial)
        second = self.state(self.commercial, commission=560)
        self.assert_result(first, 'agreed', self.commercial)
        self.assert_result(second, 'duplicate', self.commercial, duplicate_of_id=first, impact=560)

    def test_stated_once_more_after_the_first_is_closed(self):
        """The closed line stays what it was, even where the new one agrees better."""
        first = self.state(self.commercial, commission=560)
        first.with_user(self.finance).action_accept(self._get_reason('settlement_difference', 'RATE').id)
        first.statement_id.with_user(self.finance).action_done()
        second = self.state(self.commercial)
        self.assert_result(first, 'rate_differs', self.commercial)
        self.assert_result(second, 'duplicate', self.commercial, duplicate_of_id=first)

    def test_not_in_ledger(self):
        line = self.state(self.commercial, number='PDAA999999999999', vin=self.make_vin(777777), plate=None)
        self.assert_result(line, 'not_in_ledger', impact=566.04, our_premium=0, premium_difference=3000)

    def test_draft_is_not_in_the_ledger(self):
        draft = self.make_entry(registered=False)
        self.assert_result(self.state(draft.policy_ids[:1]), 'not_in_ledger')

    # === BY THE CAR === #

    def test_number_mistyped_car_and_money_tell(self):
        line = self.state(self.commercial, number='PDAA999999999999')
        self.assert_result(line, 'agreed', self.commercial, matched_by='vehicle')

    def test_plate_tells_where_no_vin_is_stated(self):
        line = self.state(self.commercial, number=None, vin=None)
        self.assert_result(line, 'agreed', self.commercial, matched_by='vehicle')

    def test_car_does_not_tell_where_two_policies_fit(self):
        """Nor where the one that fits is stated by its number already."""
        self.make_entry(self.prepare_policy(), vehicle_id=self.entry.vehicle_id.id, issue_date='2026-11-03')
        self.assert_result(self.state(self.commercial, number='PDAA999999999999'), 'not_in_ledger')
        self.state(self.compulsory)
        self.assert_result(self.state(self.compulsory, number='PDZA999999999999'), 'not_in_ledger')

    def test_another_premium_is_another_policy(self):
        line = self.state(self.commercial, number='PDAA999999999999', premium=3000.06)
        self.assert_result(line, 'not_in_ledger')

    # === CHANGES === #

    def test_endorsement_meets_our_row_of_it(self):
        change = self.make_follow_up(self.entry, 'endorsement', 'COVERAGE_UP', ['commercial'],
                                     premiums={'commercial': 200}).sudo()
        line = self.state(change.policy_ids)
        self.assert_result(line, 'agreed', change.policy_ids, kind='endorsement')
        again = self.state(change.policy_ids, endorsement='OTHER0000001', premium=70, commission=13.21)
        self.assert_result(again, 'not_in_ledger', kind='endorsement', origin_policy_id=self.commercial)

    def test_cancellation_that_our_ledger_does_not_have(self):
        line = self.state(self.commercial, endorsement='E0000000001', premium=-3000, commission=-566.04)
        self.assert_result(line, 'cancellation_not_in_ledger', kind='cancellation', impact=-566.04,
                           origin_policy_id=self.commercial)

    def test_cancellation_meets_our_row_of_it(self):
        change = self.make_follow_up(self.entry, products=['commercial']).sudo()
        line = self.state(change.policy_ids)
        self.assert_result(line, 'cancellation_agreed', change.policy_ids, kind='cancellation')
        self.assertEqual(self.state(self.commercial).result, 'agreed')

    def test_kind_stated_in_words(self):
        """A policy taken back in part is no endorsement where the insurer calls it a cancellation."""
        row = self.make_stated_row(self.commercial, **{
            "批单号": 'E0000000002', "保费(含税)": -1200, "手续费金额": -226.42})
        content = self.make_workbook([[*row, "退保"]], headings=[*self.STATED, "业务类型"], sheet="Sheet1")
        line = self.import_statement(content=content).line_ids
        self.assert_result(line, 'cancellation_not_in_ledger', kind='cancellation', stated_kind='cancellation')

    # === OTHER INSURERS AND STORES === #

    def test_never_across_insurers_or_stores(self):
        row = self.make_stated_row(self.commercial)
        self.assert_result(self.import_statement(row, insurer=self.paic).line_ids, 'not_in_ledger')
        self.finance.company_ids = [Command.link(self.other_store.id)]
        importing = self.upload_statement(row, user=self.finance)
        importing.sudo().company_id = self.other_store
        self.finance.company_id = self.other_store
        importing = importing.with_context(allowed_company_ids=self.other_store.ids)
        importing.action_check()
        self.run_import(importing)
        self.assert_result(importing.sudo().statement_ids.line_ids, 'not_in_ledger')

    # === PROPERTIES === #

    def make_world(self, dice):
        """Return rows of a statement, as dicts, some of which deviate from the ledger."""
        rows = []
        for number in range(8):
            entry = self.make_entry(issue_date=f'2026-11-{number + 2:02d}')
            for policy in entry.policy_ids:
                row = dict(zip(self.STATED, self.make_stated_row(policy), strict=True))
                fate = dice.randrange(7)
                if fate == 0:
                    row["保费(含税)"] += 120
                elif fate == 1:
                    row["手续费金额"] -= 7
                elif fate == 2:
                    rows.append(dict(row))
                elif fate == 3:
                    row["保单号"] = f'PDAX{dice.randrange(10**12):012d}'
                rows.append(row)
            if dice.randrange(3) == 0:
                policy = entry.policy_ids[-1:]
                back = dict(zip(self.STATED, self.make_stated_row(policy), strict=True))
                back.update({"批单号": f'E{policy.policy_no}', "保费(含税)": -policy.premium,
                             "手续费金额": -policy.commission})
                rows.append(back)
        return rows

    def spoil(self, row, dice):
        """Write a row otherwise, with the same meaning."""
        def spell(text):
            if not text:
                return text
            text = dice.choice((str.lower, str.upper))(text)
            at = dice.randrange(1, len(text))
            return dice.choice((text, f' {text}', f'{text[:at]} {text[at:]}', f'{text[:at]}-{text[at:]}'))

        row = dict(row)
        for heading in ("保单号", "批单号", "车架号"):
            row[heading] = spell(row[heading])
        row["保费(含税)"] = dice.choice((row["保费(含税)"], f'¥{row["保费(含税)"]}', str(row["保费(含税)"])))
        day = row["签单日期"]
        row["签单日期"] = dice.choice((day, day.replace('-', '/'), day.replace('-', '')))
        return row

    def get_outcome(self, rows, files):
        """Import rows as so many files, and return how the lines end, whichever order they stand in."""
        savepoint = self.env.cr.savepoint()
        for number in range(files):
            part = [[*row.values()] for row in rows[number::files]]
            self.import_statement(*part, filename=f'{number}.xlsx')
        lines = self.env['insurance.statement.line'].search([('company_id', '=', self.store.id)])
        outcome = sorted(
            (line.policy_key, line.product, line.policy_id.id or 0, line.origin_policy_id.id or 0, line.kind,
             line.matched_by or '', line.result, line.premium_difference, line.commission_difference, line.impact)
            for line in lines)
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        return outcome

    def test_order_spelling_and_files_make_no_difference(self):
        dice = random.Random(20261103)
        for _world in range(2):
            rows = self.make_world(dice)
            expected = self.get_outcome(rows, 1)
            self.assertEqual(len(expected), len(rows))
            self.assertGreater(len({outcome[6] for outcome in expected}), 3)
            for files in (1, 2, 3):
                mixed = [self.spoil(row, dice) for row in rows]
                dice.shuffle(mixed)
                with self.subTest(files=files):
                    self.assertEqual(self.get_outcome(mixed, files), expected)

    def test_matching_again_changes_nothing(self):
        rows = self.make_world(random.Random(7))
        statement = self.import_statement(*([*row.values()] for row in rows))
        self.env.flush_all()
        self.env.cr.execute("SELECT id, xmin FROM insurance_statement_line ORDER BY id")
        before = self.env.cr.fetchall()
        statement.with_user(self.finance).action_match()
        self.env.cr.execute("SELECT id, xmin FROM insurance_statement_line ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), before)
