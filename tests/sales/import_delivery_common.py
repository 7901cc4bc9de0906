from odoo import Command

from ..import_common import ImportCase


class ImportDeliveryCase(ImportCase):
    """Importing lists of deliveries as the policy clerk, as the screen does it."""

    DELIVERY_HEADINGS = (
        "交车日期", "车架号", "车型", "客户姓名", "联系电话", "销售顾问", "业务来源", "是否投保", "未投保原因", "备注",
    )

    @classmethod
    def make_delivery_row(cls, number, **cells):
        """Return the cells of a good row under :attr:`DELIVERY_HEADINGS`, some of them replaced by heading."""
        row = dict(zip(cls.DELIVERY_HEADINGS, (
            "2026-11-10", cls.make_vin(700000 + number), "轩逸 1.6L", f"客户{number}", f"1370000{number:04d}",
            cls.consultant.name, "展厅零售", "是", None, None,
        ), strict=True))
        return [*(row | cells).values()]

    @classmethod
    def check_deliveries(cls, *rows, user=None, content=None, **options):
        content = content or cls.make_workbook(rows, **{
            'headings': cls.DELIVERY_HEADINGS, 'sheet': "交车清单", **options,
        })
        importing = cls.upload(content, user=user or cls.clerk, filename="交车清单.xlsx", kind='delivery')
        importing.action_check()
        return importing

    @classmethod
    def import_deliveries(cls, *rows, **options):
        """Check and write; nothing that passed the check may be refused while writing."""
        importing = cls.check_deliveries(*rows, **options)
        expected = importing.new_count + importing.update_count
        cls.run_import(importing)
        refused = importing.row_ids.filtered(lambda row: row.status == 'rejected')
        assert importing.done_count == expected, refused.mapped('message')
        return importing

    @classmethod
    def find_deliveries(cls, number=None):
        """Return the deliveries of the store, of the car of row `number` only."""
        domain = [('company_id', '=', cls.store.id)]
        if number is not None:
            domain.append(('vehicle_id.vin_sn', '=', cls.make_vin(700000 + number)))
        return cls.env['insurance.delivery'].search(domain)

    @classmethod
    def make_consultants(cls, names):
        return cls.env['res.users'].with_context(no_reset_password=True).create([{
            'name': name, 'login': f'sales_{number}', 'company_id': cls.store.id,
            'company_ids': [Command.set(cls.store.ids)],
            'group_ids': [Command.set(cls.env.ref('dealer_insurance.group_sales_consultant').ids)],
        } for number, name in enumerate(names)])
