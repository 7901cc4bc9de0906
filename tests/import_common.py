import base64
import io
from pathlib import Path

import openpyxl

from odoo import Command

from .common import DealerInsuranceCase

FIXTURES = Path(__file__).parent / 'fixtures'


class ImportCase(DealerInsuranceCase):
    """Importing workbooks as the supervisor, as the screen does it."""

    HEADINGS = (
        "车牌号", "车架号", "品牌车型", "车主", "联系电话", "上年保险公司", "交强险保单号", "交强险到期日",
        "商业险到期日", "上年商业险保费", "续保专员", "备注",
    )

    @classmethod
    def make_row(cls, number, **cells):
        """Return the cells of a good row under :attr:`HEADINGS`, some of them replaced by heading."""
        row = dict(zip(cls.HEADINGS, (
            f"赣Z{number:05d}", cls.make_vin(500000 + number), "轩逸 1.6L", f"客户{number}", f"1390000{number:04d}",
            "人保", f"PDZA2025{number:012d}", "2026-12-05", "2026-12-05", 3120.55, cls.specialist.name, "备注",
        ), strict=True))
        return [*(row | cells).values()]

    @classmethod
    def make_workbook(cls, rows, headings=None, title=None, sheet="续保基盘", more=()):
        """Return the bytes of a workbook; `more` is `(sheet name, rows)` of further sheets."""
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for row in ([title] if title else []), list(headings or cls.HEADINGS), *rows:
            if row:
                page.append(row)
        for name, other in more:
            extra = book.create_sheet(name)
            for row in other:
                extra.append(row)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    @classmethod
    def upload(cls, content, user=None, filename="base.xlsx", **vals):
        return cls.env['insurance.import'].with_user(user or cls.supervisor).create({
            'kind': 'renewal_base', 'filename': filename, 'content': base64.b64encode(content), **vals,
        })

    @classmethod
    def run_import(cls, importing):
        """Write everything, batch by batch, as the progress dialog does."""
        importing.action_import()
        while importing.import_batch()['state'] == 'running':
            pass
        return importing

    @classmethod
    def import_rows(cls, *rows, **options):
        importing = cls.upload(cls.make_workbook(rows, **options))
        importing.action_check()
        return cls.run_import(importing)

    @classmethod
    def find_case(cls, vin):
        return cls.env['insurance.renewal'].search([('vehicle_id.vin_sn', '=', vin)])

    @staticmethod
    def get_codes(importing, level):
        """Return `{issue code: [row numbers]}` of the checked rows."""
        found = {}
        for row in importing.row_ids:
            for issue in row.issues or []:
                if issue['level'] == level:
                    found.setdefault(issue['code'], []).append(row.number)
        return {code: sorted(numbers) for code, numbers in found.items()}

    @classmethod
    def make_specialists(cls, names):
        return [cls.env['res.users'].with_context(no_reset_password=True).create({
            'name': name, 'login': f'import_{number}', 'company_id': cls.store.id,
            'company_ids': [Command.set(cls.store.ids)],
            'group_ids': [Command.set(cls.env.ref('dealer_insurance.group_renewal_specialist').ids)],
        }) for number, name in enumerate(names)]
