from odoo import Command

from ..import_common import ImportCase


class ImportLedgerCase(ImportCase):
    """Importing underwriting ledgers as the policy clerk, as the screen does it."""

    LEDGER_HEADINGS = (
        "出单日期", "业务类型", "业务来源", "车牌号", "车架号", "厂牌型号", "车主", "被保险人", "证件号码", "联系电话",
        "保险公司",
        "交强险保单号", "交强险起期", "交强险止期", "交强险保费", "车船税", "商业险保单号", "商业险起期", "商业险止期",
        "商业险保费",
        "三者险保额", "非车险保单号", "非车险保费", "批单号", "优惠金额", "实收金额", "业务员", "出单员",
        "交强险手续费率",
        "商业险手续费率", "非车险手续费率", "备注",
    )

    @classmethod
    def make_ledger_row(cls, number, **cells):
        """Return the cells of a good row under :attr:`LEDGER_HEADINGS`, some of them replaced by heading."""
        row = dict(zip(cls.LEDGER_HEADINGS, (
            "2026-11-10", "续转续", "续保电话邀约", f"赣Z{number:05d}", cls.make_vin(600000 + number), "轩逸 1.6L",
            f"客户{number}", f"客户{number}", None, f"1390000{number:04d}", "人保",
            f"PDZA2026{number:012d}", "2026-12-06", "2027-12-05", 950, 360,
            f"PDAA2026{number:012d}", "2026-12-06", "2027-12-05", 3120.55, "200万",
            None, None, None, 100, 4330.55, cls.specialist.name, cls.clerk.name, 0.04, 0.18, None, None,
        ), strict=True))
        return [*(row | cells).values()]

    @classmethod
    def make_change_row(cls, number, kind, premium, **cells):
        """Return an endorsement or cancellation of the commercial policy of row `number`."""
        empty = dict.fromkeys((
            "交强险保单号", "交强险起期", "交强险止期", "交强险保费", "车船税", "非车险保单号", "非车险保费",
            "交强险手续费率",
        ))
        return cls.make_ledger_row(number, **{
            **empty, "出单日期": "2026-11-14", "业务类型": kind, "商业险保费": premium, "优惠金额": 0,
            "实收金额": premium,
            "批单号": f"EDAA2026{number:012d}", **cells,
        })

    @classmethod
    def upload_ledger(cls, *rows, user=None, content=None, **options):
        content = content or cls.make_workbook(rows, **{
            'headings': cls.LEDGER_HEADINGS, 'sheet': "人保", **options,
        })
        return cls.upload(content, user=user or cls.clerk, filename="台帐.xlsx", kind='ledger')

    @classmethod
    def check_ledger(cls, *rows, **options):
        importing = cls.upload_ledger(*rows, **options)
        importing.action_check()
        return importing

    @classmethod
    def import_ledger(cls, *rows, **options):
        """Check and write; nothing that passed the check may be refused while writing."""
        importing = cls.check_ledger(*rows, **options)
        expected = importing.new_count + importing.update_count
        cls.run_import(importing)
        refused = importing.row_ids.filtered(lambda row: row.status == 'rejected')
        assert importing.done_count == expected, refused.mapped('message')
        return importing

    @classmethod
    def find_entries(cls, number=None, **values):
        """Return the imported entries of the store, of the car of row `number` only, oldest first."""
        domain = [('company_id', '=', cls.store.id)]
        if number is not None:
            domain.append(('vehicle_id.vin_sn', '=', cls.make_vin(600000 + number)))
        return cls.env['insurance.ledger.entry'].search(
            domain + [(name, '=', value) for name, value in values.items()], order='number, id')

    @classmethod
    def make_staff(cls, names):
        cls.env['res.users'].with_context(no_reset_password=True).create([{
            'name': name, 'login': f'staff_{number}', 'company_id': cls.store.id,
            'company_ids': [Command.set(cls.store.ids)],
            'group_ids': [Command.set(cls.env.ref('dealer_insurance.group_sales_consultant').ids)],
        } for number, name in enumerate(names)])
