"""Rows per second of the renewal import beside Odoo's own load() of the same rows, in one run.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_ROWS sets the number of rows (20000), of which
load() gets a twentieth: cars, people and cases by name, as a user would import them without the importer.
"""
# ruff: noqa: F821

import base64
import io
import os
import resource
import time
from datetime import date, timedelta

import xlsxwriter

from odoo import Command

from odoo.addons.dealer_insurance.lib.identifiers import vin_check_digit

ROWS = int(os.environ.get('BENCH_ROWS', 20000))
PEER_ROWS = max(ROWS // 20, 50)
HEADINGS = ("车牌号", "车架号", "品牌车型", "初登日期", "车主", "联系电话", "使用性质", "客户类别", "上年保险公司",
            "交强险到期日", "商业险到期日", "上年交强险保费", "上年商业险保费", "续保专员", "备注")


def make_vin(number):
    vin = f"LGBZM4DE0SY{number:06d}"
    return vin[:8] + vin_check_digit(vin) + vin[9:]


def make_rows(first, count):
    start = date(2026, 12, 1)
    for number in range(first, first + count):
        yield (
            f"赣W{number:05d}", make_vin(number), f"轩逸 1.6L {number % 40}", date(2022, 5, 1), f"客户{number}",
            f"138{number:08d}", "家庭自用", ("新转续", "续转续", "间转续")[number % 3], ("人保", "平安", "太保")[number % 3],
            start + timedelta(days=number % 31), start + timedelta(days=number % 31), 950, 3120.55 + number % 100,
            f"专员{number % 4}", "备注文字",
        )


def make_workbook(rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {'constant_memory': True}) as book:
        sheet, day = book.add_worksheet("续保基盘"), book.add_format({'num_format': 'yyyy-mm-dd'})
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                else:
                    sheet.write(number, column, value)
    return base64.b64encode(buffer.getvalue())


def make_users():
    group = env.ref('dealer_insurance.group_renewal_specialist')
    for number in range(4):
        env['res.users'].with_context(no_reset_password=True).create({
            'name': f"专员{number}", 'login': f"bench{number}", 'group_ids': [Command.set(group.ids)],
        })
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': "主管", 'login': "bench_supervisor",
        'group_ids': [Command.set(env.ref('dealer_insurance.group_insurance_supervisor').ids)],
    })


def make_models():
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    env['fleet.vehicle.model'].create([{'name': f"轩逸 1.6L {number}", 'brand_id': brand.id} for number in range(40)])


def time_import(supervisor):
    importing = env['insurance.import'].with_user(supervisor).create({
        'filename': "bench.xlsx", 'content': make_workbook(make_rows(0, ROWS)),
    })
    start = time.perf_counter()
    importing.action_check()
    checked = time.perf_counter()
    importing.action_import()
    while importing.import_batch()['state'] == 'running':
        env.invalidate_all()  # as the end of a request does
    end = time.perf_counter()
    assert importing.done_count == ROWS, (importing.done_count, importing.rejected_count)
    print(f"import: {ROWS} rows, check {checked - start:.1f} s, write {end - checked:.1f} s,"
          f" together {ROWS / (end - start):.0f} rows/s")
    return ROWS / (end - start)


def time_load(count):
    """Load the same rows with Odoo's own means, every related record found by its name."""
    rows = list(make_rows(ROWS, count))  # other cars than the importer's
    start = time.perf_counter()
    quiet = {'tracking_disable': True}
    for model, fields, data in (
        ('res.partner', ['name', 'phone'], [[row[4], row[5]] for row in rows]),
        ('fleet.vehicle', ['model_id', 'license_plate', 'vin_sn', 'owner_id'],
         [[row[2], row[0], row[1], row[4]] for row in rows]),
        ('insurance.renewal', ['vehicle_id', 'partner_id', 'insurer_id', 'compulsory_expiry', 'commercial_expiry',
                               'compulsory_premium', 'commercial_premium', 'specialist_id', 'remark'],
         [[row[0], row[4], row[8], str(row[9]), str(row[10]), str(row[11]), str(row[12]), row[13], row[14]]
          for row in rows]),
    ):
        result = env[model].with_context(**quiet).load(fields, data)
        assert result['ids'], result['messages'][:3]
    seconds = time.perf_counter() - start
    print(f"load(): {count} rows, {seconds:.1f} s, {count / seconds:.0f} rows/s")
    return count / seconds


make_models()
supervisor = make_users()
theirs = time_load(PEER_ROWS)
ours = time_import(supervisor)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"import / load(): {ours / theirs:.1f}; largest memory of the process {memory:.0f} MB")
env.cr.rollback()
