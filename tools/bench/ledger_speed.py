"""Which indexes the ledger's lists and look-ups use among 1,000,000 policies, and what registering an entry costs then.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_POLICIES sets the number of policies (1000000),
in half as many entries of 20 stores and 5 years. Fails when a list reads one of the big tables from end to end.
"""
# ruff: noqa: F821

import os
import re
import sys
import time
from datetime import UTC, date, datetime, timedelta

from odoo import Command
from odoo.tools import SQL, file_open

POLICIES = int(os.environ.get('BENCH_POLICIES', 1_000_000))
STORES, YEARS, SELLERS, PAGE = 20, 5, 40, 80
REGISTERED = 40  # entries registered one by one for the ratio
BIG = ('insurance_ledger_entry', 'insurance_policy')
FIRST_DAY = date(2022, 1, 1)


def make_user(login, role, companies):
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': login, 'login': login, 'company_id': companies[0].id, 'company_ids': [Command.set(companies.ids)],
        'group_ids': [Command.set(env.ref(f'dealer_insurance.{role}').ids)],
    })


def make_model():
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    return env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})


def fill(model, stores, insurers, sellers):
    entries = POLICIES // 2
    start = time.perf_counter()
    with file_open('dealer_insurance/tools/bench/ledger_fill.sql') as script:
        env.cr.execute(script.read(), {
            'entries': entries, 'cars': entries // YEARS // STORES * STORES, 'stores': stores.ids,
            'sellers': sellers.ids, 'insurers': insurers.ids, 'model': model.id, 'first_day': FIRST_DAY,
            'days': YEARS * 365,
        })
    env.invalidate_all()
    print(f"{POLICIES} policies, {entries} entries in {time.perf_counter() - start:.0f} s")


# === Registering === #


def prepare_entry(number, model, insurer):
    owner = env['res.partner'].create({'name': f"Bench {number}"})
    vehicle = env['fleet.vehicle'].create({
        'model_id': model.id, 'vin_sn': f'LTSBENCH1TB{number:06d}', 'owner_id': owner.id,
    })
    day = datetime.now(UTC).date() - timedelta(days=1)
    return {
        'insurer_id': insurer.id, 'vehicle_id': vehicle.id, 'issue_date': day, 'business_type': 'r_ren',
        'policy_ids': [Command.create({
            'product': product, 'policy_no': f'BENCH{product}{number}', 'start_date': day, 'premium': 1000,
        }) for product in ('compulsory', 'commercial')],
    }


def time_registering(first, clerk, model, insurer):
    """Return the seconds that a clerk's entry takes from the typed values to its number in the ledger."""
    values = [prepare_entry(first + number, model, insurer) for number in range(REGISTERED)]
    env.flush_all()
    seconds = []
    for vals in values:
        env.invalidate_all()
        start = time.perf_counter()
        env['insurance.ledger.entry'].with_user(clerk).create(vals).action_register()
        env.flush_all()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[len(seconds) // 2]


# === Queries === #


def explain(label, select):
    """Print plan and time of a query; return whether it reads a big table from end to end."""
    env.flush_all()
    env.cr.execute(SQL("EXPLAIN (ANALYZE, COSTS OFF, SUMMARY ON) %s", select))
    plan = "\n".join(line for [line] in env.cr.fetchall())
    indexes = re.findall(r'(?:Scan|Scan Backward) (?:using |on )(\w+?(?:_idx|_index|_uniq|_pkey|_product))\b', plan)
    seconds = float(re.search(r'Execution Time: ([\d.]+)', plan).group(1)) / 1000
    scans = [table for table in re.findall(r'Seq Scan on (\w+)', plan) if table in BIG]
    print(f"{label}: {seconds * 1000:.1f} ms, {', '.join(dict.fromkeys(indexes)) or 'no index'}"
          f"{''.join(f', READS ALL OF {table}' for table in scans)}")
    if scans or os.environ.get('BENCH_PLANS'):
        print(plan)
    return bool(scans)


def listed(user, model, domain, order=None, limit=PAGE):
    """Return the query that a list of `user` makes, with the record rules."""
    Model = env[model].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    return Model._search(domain, order=order or Model._order, limit=limit).select()


def get_queries(clerk, manager, seller):
    """Yield `(label, is a list, query)` of what people ask the ledger every day."""
    Entry = env['insurance.ledger.entry']
    entry = Entry.search([('company_id', '=', clerk.company_id.id), ('state', '=', 'registered')], limit=1, offset=500)
    number, name = entry.policy_ids[0].policy_no, 'insurance.ledger.entry'
    unsigned = [('is_signed', '=', False), ('state', '=', 'registered')]
    yield "entries of a store", True, listed(clerk, name, [])
    yield "entries of all stores", True, listed(manager, name, [])
    yield "entries of a salesperson", True, listed(seller, name, [])
    yield "entries of a ledger", True, listed(clerk, name, [('ledger_id', '=', entry.ledger_id.id)])
    yield "entries of a ledger, a month", True, listed(clerk, name, [
        ('ledger_id', '=', entry.ledger_id.id), ('issue_date', '>=', entry.issue_date.replace(day=1)),
        ('issue_date', '<=', entry.issue_date)])
    yield "drafts of a store", True, listed(clerk, name, [('state', '=', 'draft')])
    yield "not signed, a store", True, listed(clerk, name, unsigned)
    yield "not signed, a ledger", True, listed(clerk, name, [*unsigned, ('ledger_id', '=', entry.ledger_id.id)])
    yield "a number is missing", True, listed(clerk, name, [('has_number_missing', '=', True)])
    yield "policy number, whole", True, listed(clerk, name, [('policy_no', '=', number)])
    yield "policy number, part", True, listed(clerk, name, [('policy_no', 'ilike', number[-10:])])
    yield "search box", True, listed(clerk, name, Entry._search_display_name('ilike', entry.plate[-6:]))
    yield "plate, part", True, listed(clerk, name, [('plate', 'ilike', entry.plate[-5:])])
    yield "earlier policies of a car", True, listed(clerk, name, [
        ('vehicle_id', '=', entry.vehicle_id.id), ('company_id', '=', entry.company_id.id), ('entry_type', '=', 'policy'),
        ('state', '=', 'registered'), ('start_date', '!=', False)], 'start_date desc, id desc', None)
    yield "policies of a store", True, listed(clerk, 'insurance.policy', [])
    yield "policies of a store by their end", True, listed(
        clerk, 'insurance.policy', [('entry_type', '=', 'policy')], 'end_date desc')
    yield "policies that end in a month", True, listed(clerk, 'insurance.policy', [
        ('entry_type', '=', 'policy'), ('end_date', '>=', entry.end_date),
        ('end_date', '<', entry.end_date + timedelta(days=30))])
    yield "policies, number in part", True, listed(clerk, 'insurance.policy', [('policy_no', 'ilike', number[-10:])])
    yield "is the number taken", True, env['insurance.policy']._search([
        ('entry_type', '=', 'policy'), ('insurer_id', 'in', entry.insurer_id.ids), ('policy_no', 'in', [number])]).select()
    query = Entry.with_user(clerk)._search([])
    yield "monthly totals of a store", False, SQL(
        "SELECT ledger_id, date_trunc('month', issue_date), count(*), sum(premium_total), sum(discount_total)"
        " FROM %s WHERE %s GROUP BY 1, 2", query.from_clause, query.where_clause)


stores = env['res.company'].create([{'name': f"Store {number}"} for number in range(STORES)])
env.user.company_ids |= stores
insurers = env['res.partner'].search([('is_insurer', '=', True)], limit=5)
clerk = make_user('bench_clerk', 'group_policy_clerk', stores[0])
manager = make_user('bench_manager', 'group_group_manager', stores)
sellers = env['res.users'].union(*(
    make_user(f'bench_seller{number}', 'group_sales_consultant', stores[number % STORES]) for number in range(SELLERS)))
model = make_model()
time_registering(0, clerk, model, insurers[0])  # to have everything loaded
empty = time_registering(1000, clerk, model, insurers[0])
fill(model, stores, insurers, sellers)
failed = [label for label, is_list, query in get_queries(clerk, manager, sellers[0]) if explain(label, query) and is_list]
full = time_registering(2000, clerk, model, insurers[0])
print(f"registering an entry: {empty * 1000:.0f} ms at 0 policies, {full * 1000:.0f} ms at {POLICIES};"
      f" ratio {full / empty:.2f}")
env.cr.rollback()
if failed:
    sys.exit(f"lists that read a whole table: {', '.join(failed)}")
