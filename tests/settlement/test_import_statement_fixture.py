import io
from collections import Counter
from datetime import date

import openpyxl

from odoo.tests import tagged

from ..import_common import FIXTURES
from .statement_common import RANKS, StatementFixtureCase

PARTS = ('product', 'policy_no', 'premium', 'rate', 'commission')
OURS = ('ledger_premium', 'ledger_rate', 'ledger_commission', 'premium_difference', 'commission_difference')


def rated(value):
    return f'{float(value):.4f}'


@tagged('post_install', '-at_install')
class TestImportStatementFixture(StatementFixtureCase):
    """Two insurers' real statements: every line ends as their truth says, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = {code: cls.import_fixture(code) for code in ('PICC', 'PAIC')}

    def each(self):
        for code, truth in self.truth['workbooks'].items():
            with self.subTest(insurer=code):
                yield self.statements[code], truth, code

    def get_rows(self, statement):
        """Return `{row number: its lines}`."""
        return statement.line_ids.sorted('id').grouped('row_number')

    def test_every_line_ends_as_in_the_truth(self):
        for statement, truth, _code in self.each():
            rows = self.get_rows(statement)
            self.assertEqual(len(rows), truth['counts']['rows'])
            found = {number: max(lines.mapped('result'), key=RANKS.index) for number, lines in rows.items()}
            self.assertEqual(found, {line['row']: line['result'] for line in truth['lines']})
            self.assertEqual(Counter(found.values()), truth['results'])
            self.assertEqual({number: set(lines.mapped('kind')) for number, lines in rows.items()},
                             {line['row']: {line['kind']} for line in truth['lines']})

    def test_amounts_equal_truth(self):
        for statement, truth, _code in self.each():
            rows = self.get_rows(statement)
            for expected in truth['lines']:
                lines = rows[expected['row']]
                self.assertEqual(len(lines), len(expected['policies']))
                for line, policy in zip(lines, expected['policies'], strict=True):
                    self.assertEqual(
                        (line.product, line.policy_key, f'{line.premium:.2f}', rated(line.rate),
                         f'{line.commission:.2f}'),
                        (policy['product'], policy['policy_no'], policy['premium'], rated(policy['rate']),
                         policy['commission']))
                    self.check_our_side(line, policy)

    def check_our_side(self, line, policy):
        if not policy['ledger']:
            self.assertFalse(line.policy_id)
            self.assertEqual(bool(line.origin_policy_id), 'still_carried_by' in policy)
            return
        self.assertEqual(
            (f'{line.our_premium:.2f}', rated(line.our_rate), f'{line.our_commission:.2f}',
             f'{line.premium_difference:.2f}', f'{line.commission_difference:.2f}'),
            tuple(rated(policy[name]) if name == 'ledger_rate' else policy[name] for name in OURS))
        self.assertEqual(line.policy_id.policy_no, line.policy_key)
        self.assertEqual(line.entry_id, line.policy_id.entry_id)
        self.assertEqual(line.matched_by, 'number')

    def test_totals_equal_truth(self):
        for statement, truth, _code in self.each():
            totals = truth['totals']
            self.assertEqual(len(set(statement.line_ids.mapped('row_number'))), totals['lines'])
            self.assertEqual(f'{statement.stated_premium:.2f}', totals['premium'])
            self.assertEqual(f'{statement.stated_commission:.2f}', totals['commission'])
            self.assertEqual(statement.line_count, len(statement.line_ids))

    def test_what_the_insurer_left_out(self):
        for statement, truth, code in self.each():
            missing = statement._get_missing(
                self.store, self._get_insurer(code), date(2026, 10, 1), date(2026, 10, 31))
            self.assertEqual(
                {(policy.product, policy.policy_no, f'{policy.premium:.2f}', f'{policy.commission:.2f}')
                 for policy in missing},
                {(policy['product'], policy['policy_no'], policy['premium'], policy['commission'])
                 for policy in truth['missing_in_statement']})
            self.assertEqual((statement.date_from, statement.date_to), (date(2026, 10, 1), date(2026, 10, 31)))
            self.assertEqual(statement.missing_count, len(truth['missing_in_statement']))

    def test_duplicates_name_the_line_they_repeat(self):
        for statement, truth, _code in self.each():
            rows = self.get_rows(statement)
            for line in truth['lines']:
                if line['result'] == 'duplicate':
                    self.assertEqual(rows[line['row']].duplicate_of_id.mapped('row_number'), [line['first_row']] * len(
                        rows[line['row']].duplicate_of_id))
                    self.assertTrue(all(rows[line['row']].mapped('duplicate_of_id')))

    def test_columns_are_recognised(self):
        for statement, truth, _code in self.each():
            columns = next(iter(truth['sheets'].values()))['columns']
            known = {column.heading: column.field_id.code or None for column in statement.import_id.column_ids}
            self.assertEqual(known, {heading: code if code != 'no' else None for heading, code in columns.items()})

    def test_untidy_cells_are_understood(self):
        lines = ('保单号', '车架号', '车架号码', '车牌号码', '号牌', '签单日期', '出单日期')
        names = {'policy_no': 'policy_key', 'vin': 'vin', 'plate': 'plate', 'issue_date': 'issue_date'}
        compared = Counter()
        for statement, truth, _code in self.each():
            columns = next(iter(truth['sheets'].values()))['columns']
            rows = self.get_rows(statement)
            for kind, cells in truth['messy'].items():
                for cell in cells:
                    if cell['column'] in lines:
                        found = rows[cell['row']][0][names[columns[cell['column']]]]
                        self.assertEqual(str(found or ''), str(cell['means'] or ''), (kind, cell['row']))
                        compared[kind] += 1
        self.assertGreater(sum(compared.values()), 20)

    def test_nothing_was_refused_or_warned(self):
        for statement, truth, _code in self.each():
            importing = statement.import_id
            self.assertEqual((importing.row_count, importing.rejected_count, importing.warned_count),
                             (truth['counts']['rows'], 0, 0), importing.problem_row_ids.mapped('message'))

    def test_same_statement_twice_adds_nothing(self):
        """Not even when it was saved anew: its lines tell, not the bytes of the file."""
        lines = self.env['insurance.statement.line'].search_count([])
        content = (FIXTURES / 'statement_PICC_2026-10.xlsx').read_bytes()
        for again in (content, self.save_anew(content)):
            importing = self.check_statement(content=again)
            self.assertEqual((importing.new_count, importing.unchanged_count), (0, 393))
            self.run_import(importing)
            self.assertFalse(importing.statement_ids)
        self.assertEqual(self.env['insurance.statement.line'].search_count([]), lines)

    def test_findings_equal_truth(self):
        """With the store's deliveries and base on file: strong ones exactly those of the truth, and the weak ones."""
        for kind, name, user in (('delivery', 'deliveries_2026-10', self.clerk),
                                 ('renewal_base', 'renewal_base_2026-12', self.supervisor)):
            importing = self.upload((FIXTURES / f'{name}.xlsx').read_bytes(), user=user, kind=kind)
            importing.action_check()
            self.run_import(importing)
        self.env['insurance.diversion']._look(self.store)
        found = self.env['insurance.diversion'].search([('company_id', '=', self.store.id)])
        stated = found.filtered(lambda finding: finding.kind == 'statement')
        self.assertEqual(found.filtered(lambda finding: finding.grade == 'strong'),
                         stated.filtered(lambda finding: finding.grade == 'strong'))
        expected, actual = set(), set()
        for statement, truth, code in self.each():
            expected |= {(code, finding['vin'], finding['evidence'], finding['strength'], tuple(finding['rows']))
                         for finding in truth['findings']}
            for finding in stated.filtered(lambda finding, code=code: finding.insurer_id.insurer_code == code):
                lines = self.env['insurance.statement.line'].browse(finding.evidence_ids.filtered(
                    lambda row: row.code == 'line').mapped('res_id'))
                self.assertEqual(lines.statement_id, statement)
                self.assertAlmostEqual(finding.stake, sum(lines.mapped('commission')), 2)
                actual.add((code, lines[0].vin, finding.ground, finding.grade,
                            tuple(sorted(set(lines.mapped('row_number'))))))
        self.assertEqual(actual, expected)
        self.assertEqual(self.env['insurance.diversion']._look(self.store), dict.fromkeys(
            ('found', 'changed', 'ended'), 0))

    @staticmethod
    def save_anew(content):
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active['A1'] = "打印两次"
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    def test_impact_is_the_money(self):
        """What is stated twice or not in our ledger counts whole, the rest with its difference."""
        for statement, _truth, _code in self.each():
            for line in statement.line_ids:
                whole = line.result in ('duplicate', 'not_in_ledger', 'cancellation_not_in_ledger')
                self.assertEqual(line.impact, line.commission if whole else line.commission_difference)
            left = statement.line_ids.filtered('is_exception')
            self.assertEqual(statement.exception_count, len(left))
            self.assertEqual(left, statement.line_ids.filtered(lambda line: line.result not in (
                'agreed', 'tail_difference', 'cancellation_agreed')))
