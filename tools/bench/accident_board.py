"""What the accident board of a month costs among 1,000,000 reports, beside the bare SQL.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_REPORTS (1000000) sets the size, of 20 stores
and five years. The bare SQL counts the same month by reason, insurer, source and person with response classes, the
trend of twelve months, arrivals and losses. Fails when the board takes more than three times as long, or shows other
numbers.
"""
# ruff: noqa: F821

import os
import sys
import time
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import SQL, file_open

REPORTS = int(os.environ.get('BENCH_REPORTS', 1_000_000))
STORES, OPERATORS, RUNS, LIMIT = 20, 60, 10, 3.0
LOCAL = "AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai'"
MONTH = f"""
    WITH fact AS MATERIALIZED (
         SELECT accident.*, reason.is_excluded,
                accident.state = 'returned' AND returned_on <= reported_on + INTERVAL '30 days' AS came,
                (SELECT count(*) FROM unnest(ARRAY[3, 5, 15, 30]) AS one(minutes) WHERE minutes < contact_minutes) AS slower
           FROM insurance_accident AS accident
      LEFT JOIN insurance_reason AS reason ON reason.id = accident.reason_id
          WHERE accident.company_id = %(company)s AND state NOT IN ('merged', 'corrected')
            AND reported_on >= %(first)s::date - 1 AND reported_on < %(last)s::date + 2
            AND (reported_on {LOCAL})::date BETWEEN %(first)s AND %(last)s)
  SELECT CASE WHEN state = 'not_returned' THEN reason_id END, insurer_id, source_id, operator_id, slower, count(*),
         count(*) FILTER (WHERE came), count(*) FILTER (WHERE is_excluded)
    FROM fact
GROUP BY GROUPING SETS ((), (1), (2), (3), (4), (4, 5))
"""
TREND = f"""
  SELECT date_trunc('month', (reported_on {LOCAL})::date)::date, count(*),
         count(*) FILTER (WHERE state = 'returned' AND returned_on <= reported_on + INTERVAL '30 days')
    FROM insurance_accident
   WHERE company_id = %(company)s AND state NOT IN ('merged', 'corrected')
     AND reported_on >= %(start)s::date - 1 AND reported_on < %(last)s::date + 2
     AND (reported_on {LOCAL})::date BETWEEN %(start)s AND %(last)s
GROUP BY 1 ORDER BY 1
"""
ARRIVALS = f"""
  SELECT (SELECT count(*) FROM insurance_accident WHERE company_id = %(company)s AND state = 'returned'
             AND returned_on >= %(first)s::date - 1 AND returned_on < %(last)s::date + 2
             AND (returned_on {LOCAL})::date BETWEEN %(first)s AND %(last)s),
         (SELECT jsonb_agg(one) FROM (
                 SELECT reason_id, count(*), count(*) FILTER (WHERE state = 'lost') FROM insurance_lost_visit
                  WHERE company_id = %(company)s AND arrived_on >= %(first)s::date - 1
                    AND arrived_on < %(last)s::date + 2
                    AND (arrived_on {LOCAL})::date BETWEEN %(first)s AND %(last)s GROUP BY 1) AS one)
"""


def fill(stores):
    start = time.perf_counter()
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
    operators = env['res.users'].with_context(no_reset_password=True).create([{
        'name': f"Bench {number}", 'login': f'bench_{number}', 'company_id': stores[number % STORES].id,
        'company_ids': [Command.set(stores[number % STORES].ids)],
    } for number in range(OPERATORS)])
    Reason = env['insurance.reason']
    env.flush_all()
    env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if env.cr.fetchone()[0]:  # spare the look-ups of millions of foreign keys: the rows are right
        env.cr.execute("SET LOCAL session_replication_role = replica")
    with file_open('dealer_insurance/tools/bench/accident_board.sql') as script:
        env.cr.execute(script.read(), {
            'stores': stores.ids, 'reports': REPORTS, 'operators': operators.ids,
            'vehicle': env['fleet.vehicle'].create({'model_id': model.id}).id,
            'insurers': env['res.partner'].search([('is_insurer', '=', True)], limit=6).ids,
            'reasons': Reason.search([('use', '=', 'accident_not_returned')]).ids,
            'visit_reasons': Reason.search([('use', '=', 'visit_lost'), ('is_restricted', '=', False)]).ids,
            'source': Reason._get_by_code('accident_source', 'INSURER').id,
        })
    env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
    env.invalidate_all()
    print(f"{REPORTS} reports in {time.perf_counter() - start:.0f} s")


def read_bare(store, first):
    values = {'company': store.id, 'first': first, 'last': first + relativedelta(day=31),
              'start': first - relativedelta(months=11)}
    rows = []
    for query in (MONTH, TREND, ARRIVALS):
        env.cr.execute(SQL(query, **values))
        rows.append(env.cr.fetchall())
    return rows


def compare(store, first):
    """Read the board both ways, print the ratio, and stop when the numbers differ; return the ratio."""
    board = env['insurance.accident.board']
    calls = (lambda: read_bare(store, first), lambda: board.get_board(store.id, first.isoformat()))
    seconds = [[], []]
    for _run in range(RUNS):
        for call, taken in zip(calls, seconds, strict=True):
            env.invalidate_all()
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    bare, ours = map(min, seconds)
    (month, trend, _arrivals), shown = read_bare(store, first), calls[1]()
    total = next(row for row in month if row[0:5] == (None,) * 5 and row[5] == shown['totals']['reports'])
    if (total[6] != shown['totals']['returned'] or [row[1] for row in trend] != shown['trend']['reports']
            or [row[2] for row in trend] != shown['trend']['returned']):
        sys.exit(f"{store.name} {first}: the board differs from the bare SQL")
    print(f"{store.name} {first}: {total[5]} reports, board {ours * 1000:.1f} ms, bare {bare * 1000:.1f} ms,"
          f" ratio {ours / bare:.2f}")
    return ours / bare


stores = env['res.company'].create([{'name': f"Store {number}"} for number in range(STORES)])
env.user.company_ids |= stores
env.user.group_ids |= env.ref('dealer_insurance.group_general_manager')
fill(stores)
ratios = [compare(store, date(2023, month, 1)) for store, month in ((stores[0], 3), (stores[7], 6))]
# a month in which all stores together reported: every report of a year in one store
env.cr.execute(SQL("UPDATE insurance_accident SET company_id = %s WHERE company_id IN %s AND reported_on >= '2024-01-01'"
                   " AND reported_on < '2025-01-01'", stores[1].id, tuple(stores.ids)))
env.cr.execute("ANALYZE insurance_accident")
ratios.append(compare(stores[1], date(2024, 12, 1)))
env.cr.rollback()
if max(ratios) > LIMIT:
    sys.exit(f"the board takes {max(ratios):.2f} times as long as the bare SQL, more than {LIMIT}")
