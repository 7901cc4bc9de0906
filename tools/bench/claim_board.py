"""What the claims board and the list of what insurers owe cost among 1,000,000 claims, beside the bare SQL.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_CLAIMS (1000000) sets the size, of 20 stores.
The bare SQL works out the sums, medians, ages and late parts of a store and month, and reads the first page of the list.
Fails when the board or the list takes more than twice as long, or shows another sum.
"""
# ruff: noqa: F821

import os
import sys
import time

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import SQL, file_open

CLAIMS = int(os.environ.get('BENCH_CLAIMS', 1_000_000))
STORES, DAYS, ADVISORS, RUNS, LIMIT = 20, 1095, 8, 9, 2.0
PAGE = 80
MONEY = """
    SELECT {group} count(*), sum(total_amount), sum(expected_amount), sum(received_amount), sum(open_amount),
           sum(LEAST(difference_amount, 0)), sum(GREATEST(difference_amount, 0))
      FROM insurance_claim WHERE company_id = %(store)s AND sheet_date BETWEEN %(first)s AND %(last)s
       AND settled_on IS NOT NULL AND state NOT IN ('draft', 'cancelled') {tail}"""
TIME = """
    SELECT {group} percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY assessed_on - reported_on),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY submitted_on - assessed_on),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY paid_on - submitted_on),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY paid_on - reported_on), count(*)
      FROM insurance_claim WHERE company_id = %(store)s AND paid_on BETWEEN %(first)s AND %(last)s
       AND state NOT IN ('draft', 'cancelled') {tail}"""
SETS = "GROUP BY GROUPING SETS ((), (insurer_id), (advisor_id))"
BARE = [
    MONEY.format(group="insurer_id, advisor_id,", tail=SETS), TIME.format(group="insurer_id, advisor_id,", tail=SETS),
    MONEY.format(group="date_trunc('month', sheet_date),", tail="GROUP BY 1").replace('%(first)s', '%(year)s'),
    """SELECT date_trunc('month', paid_on), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY paid_on - reported_on)
         FROM insurance_claim WHERE company_id = %(store)s AND paid_on BETWEEN %(year)s AND %(last)s
          AND state NOT IN ('draft', 'cancelled') GROUP BY 1""",
    """SELECT width_bucket(%(today)s::date - reported_on - 1, ARRAY[7, 15, 30, 60]), count(*), sum(open_amount)
         FROM insurance_claim WHERE company_id = %(store)s AND state NOT IN ('closed', 'cancelled', 'draft',
              'self_claim', 'refused', 'total_loss') AND paid_on IS NULL GROUP BY 1""",
    """SELECT count(DISTINCT claim.id), sum(cost.open_amount) FROM insurance_claim AS claim
         JOIN insurance_claim_cost AS cost ON cost.claim_id = claim.id
        WHERE claim.company_id = %(store)s AND claim.limit_due_on < %(today)s AND cost.limit_due_on < %(today)s
          AND claim.state IN ('settled', 'submitted', 'partial', 'difference') AND cost.open_amount > 0""",
]
BARE_LIST = """
    SELECT cost.id, claim.name, claim.plate, cost.payer_id, %(today)s::date - cost.limit_due_on AS late, cost.open_amount
      FROM insurance_claim_cost AS cost JOIN insurance_claim AS claim ON claim.id = cost.claim_id
     WHERE cost.open_amount > 0 AND claim.company_id = %(store)s
       AND claim.state IN ('settled', 'submitted', 'partial', 'difference') ORDER BY late DESC, cost.id DESC LIMIT 80"""


def skip_references():
    """Spare the look-ups of millions of foreign keys, where the database lets us: the rows are right."""
    env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if env.cr.fetchone()[0]:
        env.cr.execute("SET LOCAL session_replication_role = replica")


def fill(stores):
    start = time.perf_counter()
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
    vehicle = env['fleet.vehicle'].create({'model_id': model.id, 'license_plate': "赣Z99999"})
    advisors = env['res.users'].with_context(no_reset_password=True).create([{
        'name': f"Bench {number}", 'login': f'bench_{number}', 'company_id': stores[0].id,
        'company_ids': [Command.set(stores.ids)],
        'group_ids': [Command.set(env.ref('dealer_insurance.group_service_advisor').ids)]} for number in range(ADVISORS)])
    env.flush_all()
    skip_references()
    with file_open('dealer_insurance/tools/bench/claim_board.sql') as script:
        env.cr.execute(script.read(), {
            'claims': CLAIMS, 'stores': stores.ids, 'advisors': advisors.ids, 'vehicle': vehicle.id, 'days': DAYS,
            'insurers': env['res.partner'].search([('is_insurer', '=', True)], limit=5).ids,
            'last_day': stores[0]._insurance_today(),
        })
    env.cr.execute("SET LOCAL session_replication_role = DEFAULT")
    env.invalidate_all()
    print(f"{CLAIMS} claims in {time.perf_counter() - start:.0f} s")


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


def count_queries(call):
    env.invalidate_all()
    before = env.cr.sql_log_count
    call()
    return env.cr.sql_log_count - before


def main():
    stores = env['res.company'].create([{'name': f"Bench {number}", 'insurance_tz': 'Asia/Shanghai'}
                                        for number in range(STORES)])
    env.user.company_ids += stores
    fill(stores)
    store = stores[0]
    leader = env['res.users'].with_context(no_reset_password=True).create({
        'name': "Leader", 'login': 'bench_leader', 'company_id': store.id, 'company_ids': [Command.set(store.ids)],
        'group_ids': [Command.set(env.ref('dealer_insurance.group_claims_leader').ids)]})
    today = store._insurance_today()
    first = today.replace(day=1) - relativedelta(months=3)
    values = {'store': store.id, 'first': first, 'last': first + relativedelta(day=31), 'today': today,
              'year': first - relativedelta(months=11)}
    Board = env['insurance.claim.board'].with_user(leader).with_company(store)
    Owed = env['insurance.claim.owed'].with_user(leader).with_company(store)
    names = ['claim_id', 'plate', 'insurer_id', 'days', 'open_amount']

    def bare():
        return [env.execute_query(SQL(query, **values)) for query in BARE]

    calls = {
        'board': (lambda: Board.get_board(store.id, str(first)), bare),
        'list': (lambda: Owed.search_fetch([], names, limit=PAGE),
                 lambda: env.execute_query(SQL(BARE_LIST, **values))),
    }
    failed = []
    for name, (ours, theirs) in calls.items():
        seconds = measure(ours, theirs)
        factor = seconds[0] / seconds[1]
        print(f"{name}: {seconds[0] * 1000:.0f} ms, bare SQL {seconds[1] * 1000:.0f} ms, {factor:.2f} times,"
              f" {count_queries(ours)} queries")
        if factor > LIMIT:
            failed.append(name)
    total = next(row for row in bare()[0] if row[0] is None and row[1] is None)
    if abs(Board.get_board(store.id, str(first))['total']['output'] - float(total[3])) > 0.01:
        failed.append("sum of the board")
    env.cr.rollback()
    if failed:
        sys.exit(f"too slow or wrong: {', '.join(failed)}")


main()
