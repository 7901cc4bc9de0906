"""Rows per second of the ledger import beside Odoo's own load() of the same rows, in one run.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_ROWS sets the number of rows (10000), of which
load() gets a twentieth: people, cars, entries with two policies and a payment each, and their registration. One row in
fifty cancels a policy further up.
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

ROWS = int(os.environ.get('BENCH_ROWS', 10000))
PEER_ROWS = max(ROWS // 20, 50)
SHEETS = ("人保", "平安", "太保")
HEADINGS = ("出单日期", "业务类型", "业务来源", "车牌号", "车架号", "厂牌型号", "车主", "联系电话", "保险公司", "交强险保单号",
            "交强险起期", "交强险止期", "交强险保费", "车船税", "商业险保单号", "商业险起期", "商业险止期", "商业险保费",
            "三者险保额", "批单号", "优惠金额", "实收金额", "业务员", "出单员", "交强险手续费率", "商业险手续费率", "备注")
FIRST = date(2026, 1, 1)


def make_vin(number):
    vin = f"LGBZM4DE0SY{number:06d}"
    return vin[:8] + vin_check_digit(vin) + vin[9:]


def make_row(number):
    day = FIRST + timedelta(days=number * 300 // max(ROWS, 1) % 300)
    start, end = day + timedelta(days=20), day + timedelta(days=384)
    premium = 3120.55 + number % 100
    return [
        day, ("新保", "新转续", "续转续", "间转续")[number % 4], "续保电话邀约", f"赣W{number:05d}", make_vin(number),
        f"轩逸 1.6L {number % 40}", f"客户{number}", f"138{number:08d}", SHEETS[number % 3], f"PDZA2026{number:014d}",
        start, end, 950, 360, f"PDAA2026{number:014d}", start, end, premium, "200万", None, 100,
        round(premium + 950 + 360 - 100, 2), f"专员{number % 4}", "出单员", 0.04, 0.18, "备注文字",
    ]


def make_change(row, number):
    """Return the cancellation of the commercial policy of a row."""
    blank = {"交强险保单号", "交强险起期", "交强险止期", "交强险保费", "车船税", "交强险手续费率", "优惠金额"}
    values = [None if heading in blank else value for heading, value in zip(HEADINGS, row, strict=True)]
    for heading, value in (("业务类型", "退保"), ("商业险保费", -row[17]), ("实收金额", -row[17]),
                           ("批单号", f"EDAA2026{number:014d}"), ("备注", "客户改投")):
        values[HEADINGS.index(heading)] = value
    return values


def make_rows(first, count):
    """Yield the rows; every fiftieth takes back the commercial policy of the third row before it, of its insurer."""
    rows = []
    for number in range(first, first + count):
        changed = number % 50 == 49 and len(rows) > 3
        rows.append(make_change(rows[-3], number) if changed else make_row(number))
        yield rows[-1]


def make_workbook(rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        day = book.add_format({'num_format': 'yyyy-mm-dd'})
        sheets = {name: [book.add_worksheet(name), 0] for name in SHEETS}
        for sheet, _last in sheets.values():
            sheet.write_row(0, 0, HEADINGS)
        for row in rows:
            place = sheets[row[8]]
            place[1] += 1
            for column, value in enumerate(row):
                if isinstance(value, date):
                    place[0].write_datetime(place[1], column, value, day)
                elif value is not None:
                    place[0].write(place[1], column, value)
    return base64.b64encode(buffer.getvalue())


def make_user(name, login, group):
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': name, 'login': login, 'group_ids': [Command.set(env.ref(f'dealer_insurance.{group}').ids)],
    })


def make_masterdata():
    for number in range(4):
        make_user(f"专员{number}", f"bench{number}", 'group_renewal_specialist')
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    env['fleet.vehicle.model'].create([{'name': f"轩逸 1.6L {number}", 'brand_id': brand.id} for number in range(40)])
    Agreement = env['insurance.insurer.agreement']
    for insurer in env['res.partner']._get_insurers_by_name().values():
        if not Agreement.search_count([('insurer_id', '=', insurer.id), ('company_id', '=', env.company.id)]):
            Agreement.create({'insurer_id': insurer.id, 'date_from': '2025-01-01', 'commission_basis': 'net'})
    return make_user("出单员", "bench_clerk", 'group_policy_clerk')


def time_import(clerk):
    importing = env['insurance.import'].with_user(clerk).create({
        'kind': 'ledger', 'filename': "bench.xlsx", 'content': make_workbook(make_rows(0, ROWS)),
    })
    start = time.perf_counter()
    importing.action_check()
    checked = time.perf_counter()
    importing.action_import()
    while importing.import_batch()['state'] == 'running':
        env.flush_all()
        env.invalidate_all()  # as the end of a request does
    env.flush_all()
    end = time.perf_counter()
    assert importing.done_count == ROWS, (importing.done_count, importing.rejected_count)
    print(f"import: {ROWS} rows, check {checked - start:.1f} s, write {end - checked:.1f} s,"
          f" together {ROWS / (end - start):.0f} rows/s")
    return ROWS / (end - start)


def time_load(count, clerk):
    """Load the same rows with Odoo's own means, every related record found by its name, and register them."""
    rows = [make_row(number) for number in range(ROWS, ROWS + count)]  # other cars than the importer's
    quiet = env(user=clerk, context=dict(env.context, tracking_disable=True))
    start = time.perf_counter()
    entry_ids = []
    for model, fields, data in (
        ('res.partner', ['name', 'phone'], [[row[6], row[7]] for row in rows]),
        ('fleet.vehicle', ['model_id', 'license_plate', 'vin_sn', 'owner_id'],
         [[row[5], row[3], row[4], row[6]] for row in rows]),
        ('insurance.ledger.entry',
         ['vehicle_id', 'insurer_id', 'issue_date', 'vehicle_tax', 'salesperson_id', 'remark', 'policy_ids/product',
          'policy_ids/policy_no', 'policy_ids/start_date', 'policy_ids/premium', 'policy_ids/third_party_limit'],
         [line for row in rows for line in (
             [row[3], row[8], str(row[0]), row[13], row[22], row[26], 'compulsory', row[9], str(row[10]), row[12], 0],
             ['', '', '', '', '', '', 'commercial', row[14], str(row[15]), row[17], 2000000],
         )]),
    ):
        result = quiet[model].load(fields, data)
        assert result['ids'], result['messages'][:3]
        entry_ids = result['ids']
    entries = quiet['insurance.ledger.entry'].browse(entry_ids)
    quiet['insurance.customer.payment.line'].create([
        {'entry_id': entry.id, 'amount': row[21]} for entry, row in zip(entries, rows, strict=True)
    ])
    entries.action_register()
    env.flush_all()
    seconds = time.perf_counter() - start
    print(f"load() and registration: {count} rows, {seconds:.1f} s, {count / seconds:.0f} rows/s")
    return count / seconds


clerk = make_masterdata()
ours = time_import(clerk)
theirs = time_load(PEER_ROWS, clerk) if not os.environ.get('BENCH_ALONE') else None
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"import / load(): {ours / theirs:.1f}" if theirs else "import alone", f"; largest memory {memory:.0f} MB")
env.cr.rollback()
