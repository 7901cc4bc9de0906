"""An insurer's statement of 10,000 lines against ledgers of 500,000 policies, beside bare SQL and Odoo's load().

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_LINES and BENCH_POLICIES set the numbers. From
the uploaded workbook to the exceptions on the screen: reading and judging it, writing its lines, matching them, listing
what is left; then the settlement list, what a registered entry concerns, and the findings. One line in fifty states
another premium, one in fifty another rate, one in a hundred is stated twice, one in a hundred has a number mistyped,
one in a hundred is not in our ledger. Fails above 20 seconds.
"""
# ruff: noqa: F821

import base64
import io
import os
import sys
import time
from datetime import date

import xlsxwriter

from odoo import Command
from odoo.tools import SQL, file_open

LINES = int(os.environ.get('BENCH_LINES', 10_000))
POLICIES = int(os.environ.get('BENCH_POLICIES', 500_000))
LIMIT, YEARS = 20, 5
HEADINGS = ("序号", "保单号", "批单号", "险种", "车牌号码", "车架号", "被保险人", "签单日期", "起保日期", "保费(含税)",
            "手续费比例", "手续费金额", "经办人")
NAMES = {'compulsory': "交强险", 'commercial': "商业险"}


def make_user(login, role):
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': login, 'login': login, 'group_ids': [Command.set(env.ref(f'dealer_insurance.{role}').ids)],
    })


def fill(insurers, seller):
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
    start = time.perf_counter()
    with file_open('dealer_insurance/tools/bench/ledger_fill.sql') as script:
        env.cr.execute(script.read(), {
            'entries': POLICIES // 2, 'cars': POLICIES // 2 // YEARS, 'stores': env.company.ids,
            'sellers': seller.ids, 'insurers': insurers.ids, 'model': model.id, 'first_day': date(2022, 1, 1),
            'days': YEARS * 365,
        })
    env.invalidate_all()
    print(f"{POLICIES} policies in {time.perf_counter() - start:.0f} s")


def make_rows(insurer):
    """Return the cells of the statement, its deviating lines among them."""
    stated = env.execute_query(SQL(
        """
        SELECT policy.policy_no, policy.product, vehicle.vin_sn, owner.name, entry.issue_date,
               policy.start_date, policy.premium, policy.commission_rate, policy.commission
          FROM insurance_policy policy JOIN insurance_ledger_entry entry ON entry.id = policy.entry_id
          JOIN fleet_vehicle vehicle ON vehicle.id = policy.vehicle_id
          JOIN res_partner owner ON owner.id = entry.owner_id
         WHERE policy.insurer_id = %s AND policy.company_id = %s ORDER BY entry.issue_date DESC, policy.id DESC LIMIT %s
        """, insurer.id, env.company.id, LINES,
    ))
    rows = []
    for number, (policy_no, product, vin, name, issued, start, premium, rate, commission) in enumerate(stated):
        premium, rate, commission = float(premium), float(rate), float(commission)
        if number % 50 == 10:
            premium, commission = premium + 100, commission + 100 * rate
        elif number % 50 == 20:
            rate, commission = rate - 0.01, commission - premium * 0.01
        elif number % 100 == 30:
            policy_no += 'X'
        elif number % 100 == 40:
            policy_no, vin = f'{policy_no}Y', f'LTSBENCH9TB{number:06d}'
        elif number % 100 == 50 and rows:
            rows.append([number + 1, *rows[-1][1:]])
            continue
        rows.append([number + 1, policy_no, None, NAMES[product], None, vin, name, str(issued), str(start),
                     round(premium, 2), rate, round(commission, 2), "业务员"])
    return rows


def make_workbook(rows):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        sheet.write_row(len(rows) + 1, 0, ["合计"])
    return base64.b64encode(buffer.getvalue())


def time_import(rows, insurer, user):
    """Return the seconds from the uploaded workbook to the exceptions on the screen."""
    importing = env['insurance.import'].with_user(user).create({
        'kind': 'statement', 'filename': "bench.xlsx", 'content': make_workbook(rows), 'insurer_id': insurer.id,
    })
    env.flush_all()
    start, used = time.perf_counter(), time.process_time()
    importing.action_check()
    checked = time.perf_counter()
    importing.action_import()
    importing.import_batch()
    env.flush_all()
    written = time.perf_counter()
    env.invalidate_all()
    statement = env['insurance.statement'].with_user(user).search([('import_id', '=', importing.id)])
    desk = statement._get_desk(statement)
    listed = env['insurance.statement.line'].with_user(user).web_search_read(
        [('statement_id', '=', statement.id)], {name: {} for name in ('policy_no', 'result', 'premium', 'impact')},
        limit=80)
    end = time.perf_counter()
    assert statement.line_count == len(rows) and listed['length'] >= len(rows), statement.line_count
    counts = dict(env['insurance.statement.line']._read_group(
        [('statement_id', '=', statement.id)], ['result'], ['__count']))
    print(f"{len(rows)} lines: check {checked - start:.1f} s, write and match {written - checked:.1f} s,"
          f" show {end - written:.1f} s ({len(desk['queue'])} exceptions), of which Python worked"
          f" {time.process_time() - used:.1f} s; {counts}")
    return statement, end - start, checked - start


def time_match(statement):
    start = time.perf_counter()
    # sudo: as importing does it; results are written by no role
    statement.sudo()._match(statement.company_id, statement.insurer_id)
    env.flush_all()
    print(f"matching again, nothing changed: {time.perf_counter() - start:.2f} s")


def time_bare(rows, insurer):
    """Return the seconds that PostgreSQL needs to take in the same rows and to join them with the policies."""
    start = time.perf_counter()
    env.cr.execute(SQL(
        "CREATE TEMP TABLE bare (policy_no varchar, vin varchar, premium numeric, commission numeric) ON COMMIT DROP"))
    for first in range(0, len(rows), 1000):
        part = rows[first:first + 1000]
        env.cr.execute(SQL("INSERT INTO bare VALUES %s", SQL(", ").join(
            SQL("(%s, %s, %s, %s)", row[1], row[5], row[9], row[11]) for row in part)))
    env.cr.execute(SQL(
        """
        SELECT count(*) FILTER (WHERE policy.id IS NULL), count(*) FILTER (WHERE policy.premium <> bare.premium),
               sum(bare.commission - policy.commission)
          FROM bare LEFT JOIN insurance_policy policy ON policy.policy_no = bare.policy_no
           AND policy.insurer_id = %s AND policy.company_id = %s
        """, insurer.id, env.company.id,
    ))
    env.cr.fetchall()
    seconds = time.perf_counter() - start
    print(f"bare SQL, rows inserted and joined: {seconds:.2f} s")
    return seconds


def time_load(statement, rows):
    """Return the seconds that Odoo's load() needs for the same rows, without matching anything."""
    fields = ['statement_id/.id', 'kind', 'handling', 'fingerprint', 'policy_no', 'policy_key', 'vin', 'plate',
              'insured_name', 'issue_date', 'start_date', 'premium', 'rate', 'commission', 'salesperson_name']
    data = [[statement.id, 'original', 'none', f'bench{number}', row[1], row[1], row[5], row[4], row[6], row[7], row[8],
             row[9], row[10], row[11], row[12]] for number, row in enumerate(rows)]
    start = time.perf_counter()
    result = env['insurance.statement.line'].load(fields, data)
    env.flush_all()
    assert result['ids'], result['messages'][:3]
    seconds = time.perf_counter() - start
    print(f"load() of the same rows, not matched: {seconds:.1f} s")
    return seconds


def time_propose(statement, user):
    """Print the seconds in which the settlement list of the statement is drawn up, and the same choice in bare SQL."""
    settlement = env['insurance.settlement'].with_user(user).create({
        'insurer_id': statement.insurer_id.id, 'date_from': statement.date_from, 'date_to': statement.date_to,
    })
    env.flush_all()
    start = time.perf_counter()
    added = settlement.action_propose()
    env.flush_all()
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    env.cr.execute(SQL(
        """
        CREATE TEMP TABLE bare_list ON COMMIT DROP AS
        SELECT entry.id, sum(policy.premium) AS premium, sum(policy.commission) AS commission
          FROM insurance_ledger_entry entry JOIN insurance_policy policy ON policy.entry_id = entry.id
         WHERE entry.company_id = %s AND entry.insurer_id = %s AND entry.state = 'registered'
           AND entry.issue_date BETWEEN %s AND %s
         GROUP BY entry.id
        """, env.company.id, statement.insurer_id.id, statement.date_from, statement.date_to,
    ))
    bare = time.perf_counter() - start
    print(f"settlement list of {added} lines drawn up: {seconds:.2f} s; bare SQL of the same entries: {bare:.2f} s")


def time_registering(statement):
    """Print the milliseconds that registering an entry takes to compare the lines it concerns."""
    entry = env['insurance.ledger.entry'].search([
        ('insurer_id', '=', statement.insurer_id.id), ('vehicle_id.vin_sn', '=', statement.line_ids[:1].vin)], limit=1)
    entry.fetch(['company_id', 'insurer_id', 'vehicle_id'])
    env.flush_all()
    start = time.perf_counter()
    env['insurance.statement']._match_registered(entry)
    print(f"lines that one registered entry concerns, compared: {(time.perf_counter() - start) * 1000:.0f} ms")


def time_findings():
    """Print the seconds of a look for findings in the store."""
    start = time.perf_counter()
    counts = env['insurance.diversion']._look(env.company)
    env.flush_all()
    print(f"look for findings: {time.perf_counter() - start:.2f} s; {counts}")


insurers = env['res.partner'].search([('insurer_code', 'in', ('PICC', 'PAIC'))])
finance, clerk = make_user("bench_finance", 'group_finance'), make_user("bench_clerk", 'group_policy_clerk')
for one in insurers:
    if not env['insurance.insurer.agreement'].search_count([('insurer_id', '=', one.id)]):
        env['insurance.insurer.agreement'].create({'insurer_id': one.id, 'date_from': '2022-01-01'})
fill(insurers, clerk)
lines = make_rows(insurers[0])
made, ours, reading = time_import(lines, insurers[0], finance)
time_match(made)
bare = time_bare(lines, insurers[0])
time_propose(made, clerk)
time_registering(made)
time_findings()
loaded = time_load(made, lines)
print(f"together {ours:.1f} s, {ours / (reading + bare):.1f} times reading the workbook and the bare SQL;"
      f" load() {loaded / ours:.1f} times as long as all of it")
env.cr.rollback()
if ours > LIMIT:
    sys.exit(f"{ours:.1f} s: more than {LIMIT} s")
