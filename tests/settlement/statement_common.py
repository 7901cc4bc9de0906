import json
from datetime import date

from ..import_common import FIXTURES
from ..underwriting.import_ledger_common import ImportLedgerCase

RANKS = ('agreed', 'tail_difference', 'cancellation_agreed', 'premium_differs', 'rate_differs', 'both_differ',
         'duplicate', 'not_in_ledger', 'cancellation_not_in_ledger')


class StatementCase(ImportLedgerCase):
    """Insurers' statements as finance imports them, against a ledger that the clerk keeps."""

    STATED = ("保单号", "批单号", "险种", "车牌号码", "车架号", "被保险人", "签单日期", "起保日期", "保费(含税)",
              "手续费比例", "手续费金额", "经办人")

    @classmethod
    def make_stated_row(cls, policy, **cells):
        """Return the cells of a line that states `policy` as our ledger has it, some of them replaced by heading."""
        entry = policy.entry_id
        row = dict(zip(cls.STATED, (
            policy.policy_no, policy.endorsement_no or None, "交强险" if policy.product == 'compulsory' else "商业险",
            entry.plate or None, entry.vin, entry.insured_id.name, str(entry.issue_date),
            str(policy.start_date) if policy.start_date else None, policy.premium, policy.commission_rate,
            policy.commission, None,
        ), strict=True))
        return [*(row | cells).values()]

    @classmethod
    def upload_statement(cls, *rows, user=None, content=None, insurer=None, filename="结算清单.xlsx", **options):
        content = content or cls.make_workbook(rows, headings=cls.STATED, sheet="Sheet1", **options)
        return cls.upload(content, user=user or cls.finance, filename=filename, kind='statement',
                          insurer_id=(insurer or cls.picc).id)

    @classmethod
    def check_statement(cls, *rows, **options):
        importing = cls.upload_statement(*rows, **options)
        importing.action_check()
        return importing

    @classmethod
    def import_statement(cls, *rows, **options):
        """Check and write a statement; return it, in the superuser's env."""
        importing = cls.run_import(cls.check_statement(*rows, **options))
        return importing.sudo().statement_ids

    @classmethod
    def get_lines(cls, policy):
        return cls.env['insurance.statement.line'].search([('policy_id', '=', policy.id)], order='id')

    @classmethod
    def rate(cls, **rates):
        """Give PICC's policies these rates: compulsory, commercial; 4 % and 20 % by default."""
        cls.env['insurance.insurer.agreement'].search([
            ('company_id', '=', cls.store.id), ('insurer_id', '=', cls.picc.id)]).commission_basis = 'net'
        return cls.make_rate_card(*(
            {'product': product, 'rate': rate}
            for product, rate in {'compulsory': 0.04, 'commercial': 0.2, **rates}.items()))


class StatementFixtureCase(StatementCase):
    """The store's October: its ledger is on file, the statements of two insurers are to be imported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        truth = json.loads((FIXTURES / 'ledger_2026-10.json').read_text())
        cls.truth = json.loads((FIXTURES / 'statements_2026-10.json').read_text())
        cls.make_staff(name for names in truth['staff'].values() for name in names)
        cls.env['insurance.insurer.agreement'].search([('company_id', '=', cls.store.id)]).unlink()
        cls.env['insurance.insurer.agreement'].create([{
            'company_id': cls.store.id, 'insurer_id': cls._get_insurer(insurer['code']).id,
            'date_from': date(2026, 1, 1),
            'commission_basis': 'net' if insurer['commission_basis'] == 'net_of_vat' else 'gross',
        } for insurer in truth['insurers']])
        cls.import_ledger(content=(FIXTURES / 'ledger_2026-10.xlsx').read_bytes())

    @classmethod
    def import_fixture(cls, code, **options):
        content = (FIXTURES / f'statement_{code}_2026-10.xlsx').read_bytes()
        return cls.import_statement(content=content, insurer=cls._get_insurer(code), **options)
