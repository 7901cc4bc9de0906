"""How long 100,000 expiring sets of policies take to become cases, and how that compares with a bare INSERT ... SELECT.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_CARS sets the number of cars (100000), each with
a compulsory and a commercial policy that end within the next 90 days. Fails above 60 s, above three times the bare
statement, when a car gets no case or two, or when a second run of the job makes any.
"""
# ruff: noqa: F821

import os
import sys
import time
from datetime import timedelta

from odoo.tools import SQL, file_open

CARS = int(os.environ.get('BENCH_CARS', 100_000))
DAYS, RUNS = 90, 3
LIMIT, RATIO = 60, 3  # seconds, times

BARE = """
    INSERT INTO insurance_renewal (
           company_id, active, vehicle_id, partner_id, insured_id, applicant_id, insurer_id, compulsory_insurer_id,
           compulsory_no, compulsory_expiry, compulsory_premium, commercial_no, commercial_expiry, commercial_premium,
           vehicle_tax, reference_expiry, customer_class, source, source_entry_id, consent_ground, state, contact_count,
           is_new_owner, is_multi_year, create_uid, write_uid, create_date, write_date)
    SELECT e.company_id, TRUE, e.vehicle_id, e.owner_id, e.insured_id, e.applicant_id, cm.insurer_id, cp.insurer_id,
           cp.policy_no, cp.end_date, cp.premium, cm.policy_no, cm.end_date, cm.premium, e.vehicle_tax, cm.end_date,
           'r_ren', 'policy', e.id, 'contract', 'unassigned', 0, FALSE, FALSE, 1, 1, now(), now()
      FROM insurance_ledger_entry e
      JOIN insurance_policy cm ON cm.entry_id = e.id AND cm.product = 'commercial'
      JOIN insurance_policy cp ON cp.entry_id = e.id AND cp.product = 'compulsory'
     WHERE e.company_id = %s
"""


def fill(store):
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
    insurers = env['res.partner'].search([('is_insurer', '=', True)], limit=8)
    start = time.perf_counter()
    with file_open('dealer_insurance/tools/bench/ledger_fill.sql') as script:
        env.cr.execute(script.read(), {
            'entries': CARS, 'cars': CARS, 'stores': store.ids, 'sellers': env.user.ids, 'insurers': insurers.ids,
            'model': model.id, 'first_day': store._insurance_today() - timedelta(days=374), 'days': DAYS,
        })
    env.invalidate_all()
    print(f"{CARS} cars with two policies each in {time.perf_counter() - start:.0f} s")


def count(store):
    return env.execute_query(SQL(
        "SELECT count(*), count(DISTINCT vehicle_id) FROM insurance_renewal WHERE company_id = %s", store.id))[0]


def timed(statement):
    """Return the seconds of `statement()` and what it left behind, which is taken back."""
    with env.cr.savepoint() as savepoint:
        start = time.perf_counter()
        statement()
        env.flush_all()
        seconds = time.perf_counter() - start
        found = count(store)
        savepoint.rollback()
    env.invalidate_all(flush=False)
    return seconds, found


store = env['res.company'].create({'name': "Bench", 'currency_id': env.company.currency_id.id})
store.insurance_case_lead_days = DAYS
fill(store)
Case = env['insurance.renewal']
bare, ours = [], []
for _run in range(RUNS):
    bare.append(timed(lambda: env.cr.execute(SQL(BARE, store.id)))[0])
    seconds, found = timed(lambda: Case._generate(store))
    ours.append(seconds)
ratio = min(ours) / min(bare)
print(f"bare INSERT ... SELECT {min(bare):.1f} s, the job {min(ours):.1f} s (worst {max(ours):.1f} s): {ratio:.2f} times")
print(f"{found[0]} cases of {found[1]} cars")
Case._generate(store)
start = time.perf_counter()
again = Case._generate(store)
print(f"again: {again} cases in {time.perf_counter() - start:.1f} s")
env.cr.rollback()
if max(ours) > LIMIT or ratio > RATIO or found != (CARS, CARS) or again:
    sys.exit("Too slow, or not one case for each car.")
