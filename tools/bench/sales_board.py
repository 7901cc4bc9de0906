"""What counting a sales board costs among 200,000 deliveries and 1,000,000 policies, beside the bare SQL.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_POLICIES (1000000) and BENCH_DELIVERIES
(200000) set the sizes, of 20 stores. The bare SQL counts the same columns per consultant, team and store, with ranks
and reasons, but without proposals, and writes nothing. Fails when counting the board of a month takes more than twice
as long, or shows other numbers.
"""
# ruff: noqa: F821

import os
import sys
import time
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import SQL, file_open

POLICIES = int(os.environ.get('BENCH_POLICIES', 1_000_000))
DELIVERIES = int(os.environ.get('BENCH_DELIVERIES', 200_000))
STORES, YEARS, SELLERS, RUNS, LIMIT = 20, 5, 160, 15, 2.0
FIRST_DAY = date(2022, 1, 1)
NUMBERS = ('delivered', 'counted', 'insured', 'insured_any', 'premium_total', 'third_party_count', 'non_motor_count')
BARE = """
    WITH policy AS (
         SELECT delivery.id, policy.product, policy.third_party_limit, policy.premium + CASE
                    WHEN policy.status = 'endorsed' THEN COALESCE((
                         SELECT sum(change.premium) FROM insurance_policy AS change
                           JOIN insurance_ledger_entry AS changing
                             ON changing.id = change.entry_id AND changing.state = 'registered'
                          WHERE change.origin_policy_id = policy.id), 0) ELSE 0 END AS premium
           FROM insurance_delivery AS delivery
           JOIN insurance_ledger_entry AS entry
             ON entry.vehicle_id = delivery.vehicle_id AND entry.company_id = delivery.company_id
            AND entry.state = 'registered' AND entry.entry_type = 'policy'
            AND entry.issue_date BETWEEN delivery.delivery_date - 30 AND delivery.delivery_date + 3
           JOIN insurance_policy AS policy ON policy.entry_id = entry.id AND policy.status <> 'cancelled'
          WHERE delivery.company_id = %(company)s AND delivery.delivery_date BETWEEN %(first)s AND %(last)s),
         issued AS (
         SELECT id, bool_or(product = 'commercial') AS commercial, bool_or(product <> 'non_motor') AS motor,
                bool_or(product = 'non_motor') AS non_motor, sum(premium) AS premium,
                sum(premium) FILTER (WHERE product = 'commercial') AS premium_commercial,
                max(third_party_limit) FILTER (WHERE product = 'commercial') AS third_party
           FROM policy GROUP BY id),
         car AS MATERIALIZED (
         SELECT delivery.*, issued.commercial, issued.motor, issued.non_motor, issued.premium, issued.third_party,
                issued.premium_commercial, source.code AS source, source.is_excluded,
                CASE WHEN delivery.is_counted AND issued.commercial IS NOT TRUE
                     THEN COALESCE(delivery.uninsured_reason_id::text, delivery.insurance_answer) END AS reason
           FROM insurance_delivery AS delivery
      LEFT JOIN issued ON issued.id = delivery.id
      LEFT JOIN insurance_reason AS source ON source.id = delivery.business_source_id
          WHERE delivery.active AND delivery.state IN ('delivered', 'completed')
            AND delivery.company_id = %(company)s AND delivery.delivery_date BETWEEN %(first)s AND %(last)s),
         why AS (
         SELECT consultant_id, team_id, jsonb_agg(jsonb_build_object('key', reason, 'count', cars) ORDER BY cars DESC)
             AS reasons
           FROM (SELECT consultant_id, team_id, reason, count(*) AS cars FROM car WHERE reason IS NOT NULL
               GROUP BY GROUPING SETS ((reason), (team_id, reason), (consultant_id, reason))) AS one
       GROUP BY consultant_id, team_id),
         total AS (
         SELECT consultant_id, team_id, count(*) AS delivered, count(*) FILTER (WHERE is_counted) AS counted,
                count(*) FILTER (WHERE is_counted AND commercial) AS insured,
                count(*) FILTER (WHERE is_counted AND motor) AS insured_any,
                sum(premium) FILTER (WHERE is_counted) AS premium_total,
                count(*) FILTER (WHERE is_counted AND third_party >= 2000000) AS third_party_count,
                count(*) FILTER (WHERE is_counted AND motor AND non_motor) AS non_motor_count,
                count(*) FILTER (WHERE is_counted AND third_party > 0) AS third_party_base,
                sum(premium_commercial) FILTER (WHERE is_counted) AS premium_commercial,
                count(*) FILTER (WHERE source = 'SECOND_TIER') AS second_tier,
                count(*) FILTER (WHERE is_excluded AND source <> 'SECOND_TIER') AS other
           FROM car
       GROUP BY GROUPING SETS ((), (team_id), (consultant_id)))
  SELECT total.*, target.cars, target.insured_rate, why.reasons,
         rank() OVER (PARTITION BY total.consultant_id IS NULL ORDER BY insured::float8 / NULLIF(counted, 0) DESC,
                      delivered DESC, premium_total DESC) AS rank_rate,
         rank() OVER (PARTITION BY total.consultant_id IS NULL ORDER BY delivered DESC) AS rank_sales
    FROM total
    LEFT JOIN insurance_sales_target AS target ON target.company_id = %(company)s AND target.month = %(first)s
          AND target.consultant_id = total.consultant_id
    LEFT JOIN why ON why.consultant_id IS NOT DISTINCT FROM total.consultant_id
          AND why.team_id IS NOT DISTINCT FROM total.team_id
"""


def make_sellers(stores):
    return env['res.users'].with_context(no_reset_password=True).create([{
        'name': f"Bench {number}", 'login': f'bench_{number}', 'company_id': stores[number % STORES].id,
        'company_ids': [Command.set(stores[number % STORES].ids)],
        'group_ids': [Command.set(env.ref('dealer_insurance.group_sales_consultant').ids)],
    } for number in range(SELLERS)])


def skip_references():
    """Spare the look-ups of millions of foreign keys, where the database lets us: the rows are right."""
    env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if env.cr.fetchone()[0]:
        env.cr.execute("SET LOCAL session_replication_role = replica")


def fill(stores):
    start = time.perf_counter()
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
    sellers = make_sellers(stores)
    find = env['insurance.reason']._get_by_code
    env.flush_all()
    skip_references()
    with file_open('dealer_insurance/tools/bench/ledger_fill.sql') as script:
        env.cr.execute(script.read(), {
            'entries': POLICIES // 2, 'cars': DELIVERIES, 'stores': stores.ids, 'sellers': sellers.ids,
            'insurers': env['res.partner'].search([('is_insurer', '=', True)], limit=6).ids, 'model': model.id,
            'first_day': FIRST_DAY, 'days': YEARS * 365,
        })
    with file_open('dealer_insurance/tools/bench/sales_board.sql') as script:
        env.cr.execute(script.read(), {
            'stores': stores.ids, 'deliveries': DELIVERIES, 'retail': find('delivery_source', 'RETAIL').id,
            'second_tier': find('delivery_source', 'SECOND_TIER').id,
            'reasons': env['insurance.reason'].search([('use', '=', 'delivery_uninsured')]).ids,
        })
    env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
    env.invalidate_all()
    print(f"{DELIVERIES} deliveries, {POLICIES} policies in {time.perf_counter() - start:.0f} s")


def measure(*calls):
    """Return the shortest seconds of each call with a cold cache of the ORM; the calls take turns."""
    seconds = [[] for _call in calls]
    for _run in range(RUNS):
        for call, taken in zip(calls, seconds, strict=True):
            env.invalidate_all()
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in seconds]


def read_bare(board):
    env.cr.execute(SQL(BARE, company=board.company_id.id, first=board.month, last=board.month + relativedelta(day=31)))
    return env.cr.fetchall()


def compare(board):
    """Count a board both ways, print the ratio, and stop when the numbers differ; return the ratio."""
    bare, ours = measure(lambda: read_bare(board), board._refresh)
    expected = {(row[0], row[1]): tuple(float(value or 0) for value in row[2:9]) for row in read_bare(board)}
    found = {(line.consultant_id.id or None, line.team_id.id if line.kind == 'team' else None):
             tuple(float(line[name]) for name in NUMBERS) for line in board.line_ids}
    if expected != found:
        sys.exit(f"{board.display_name}: the board differs from the bare SQL")
    print(f"{board.display_name}: {board.delivered} cars, board {ours * 1000:.1f} ms, bare {bare * 1000:.1f} ms,"
          f" ratio {ours / bare:.2f}")
    return ours / bare


stores = env['res.company'].create([{'name': f"Store {number}"} for number in range(STORES)])
env.user.company_ids |= stores
fill(stores)
Board = env['insurance.sales.board']
ratios = [compare(Board.create({'company_id': store.id, 'month': date(2023, month, 1)}))
          for store, month in ((stores[0], 3), (stores[7], 6))]
# a month in which all stores together would have delivered: every car of the year in one store and month
env.cr.execute(SQL(
    "UPDATE insurance_ledger_entry SET company_id = %s, issue_date = '2023-09-10' WHERE business_type = 'new'"
    " AND company_id IN %s", stores[1].id, tuple(stores.ids)))
env.cr.execute(SQL(
    "UPDATE insurance_delivery SET company_id = %s, delivery_date = '2023-09-11', month = '2023-09-01'"
    " WHERE company_id IN %s", stores[1].id, tuple(stores.ids)))
env.cr.execute("ANALYZE insurance_delivery, insurance_ledger_entry")
ratios.append(compare(Board.create({'company_id': stores[1].id, 'month': date(2023, 9, 1)})))
env.cr.rollback()
if max(ratios) > LIMIT:
    sys.exit("counting the board takes more than twice the bare SQL")
