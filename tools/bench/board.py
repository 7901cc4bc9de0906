"""What opening the renewal board costs among 1,000,000 cases, beside the pipeline of Odoo's own CRM over as many leads.

Runs in a shell of Odoo (`env` is given) on a database with the addon and with crm (`-i crm`), and rolls everything back.
BENCH_CASES sets the number of cases and of leads (1000000), of 20 stores and 5 years. One and the same user reads both:
the wall of his store and its cards, then the pipeline as its kanban does (columns with sums, progress bars, the first
cards of each). Fails when the board takes longer than the pipeline.
"""
# ruff: noqa: F821

import os
import sys
import time
from datetime import date

from odoo import Command
from odoo.tools import file_open

CASES = int(os.environ.get('BENCH_CASES', 1_000_000))
STORES, YEARS, PER_STORE, RUNS = 20, 5, 6, 5
TODAY = date.today()  # noqa: DTZ011
FIRST_DAY = date(TODAY.year - YEARS + 1, 1, 1)

if 'crm.lead' not in env:
    sys.exit("this bench compares with the CRM: install it first (-i crm)")


def make_user(login, companies, *groups):
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': login, 'login': login, 'company_id': companies[0].id, 'company_ids': [Command.set(companies.ids)],
        'group_ids': [Command.set([env.ref(group).id for group in groups])],
    })


def skip_references():
    """Spare the look-ups of millions of foreign keys, where the database lets us: the rows are right."""
    env.cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if env.cr.fetchone()[0]:
        env.cr.execute("SET LOCAL session_replication_role = replica")


def fill(stores, specialists, insurer, model):
    start = time.perf_counter()
    skip_references()
    with file_open('dealer_insurance/tools/bench/board_fill.sql') as script:
        env.cr.execute(script.read(), {
            'cases': CASES, 'cars': CASES // YEARS // STORES * STORES, 'stores': stores.ids,
            'specialists': specialists.ids, 'per_store': PER_STORE, 'insurer': insurer.id, 'model': model.id,
            'first_day': FIRST_DAY, 'days': YEARS * 365, 'today': TODAY,
        })
    env.cr.execute("ANALYZE insurance_renewal")
    print(f"{CASES} cases in {time.perf_counter() - start:.0f} s")
    for store in stores:
        env['insurance.renewal.target'].create([
            {'company_id': store.id, 'month': TODAY.replace(day=1), 'cars': 300},
            *({'company_id': store.id, 'month': TODAY.replace(day=1), 'cars': 50, 'specialist_id': one.id}
              for one in specialists if one.company_id == store),
        ])


def fill_leads(stores, sellers):
    """Spread as many leads evenly over the same stores and people, and over the stages."""
    start = time.perf_counter()
    stages = env['crm.stage'].search([], order='id')
    env.cr.execute("""
        INSERT INTO crm_lead (name, type, active, stage_id, company_id, user_id, team_id, priority, probability,
                              automated_probability, expected_revenue, create_date, date_open, date_last_stage_update,
                              date_deadline)
        SELECT '客户' || g, 'opportunity', TRUE, (%(stages)s)[1 + (g / 40) %% cardinality(%(stages)s)],
               (%(stores)s)[1 + g %% cardinality(%(stores)s)],
               (%(sellers)s)[1 + (g %% cardinality(%(stores)s)) * %(per_store)s + (g / cardinality(%(stores)s)) %% %(per_store)s],
               NULL, '0', g %% 100, g %% 100, 3000 + g %% 2000, day, day, day, day::date + 30
          FROM (SELECT g, %(first_day)s::date + (g::bigint * %(days)s / %(cases)s)::int AS day
                  FROM generate_series(0, %(cases)s - 1) AS g) AS leads
        """, {'stages': stages.ids, 'stores': stores.ids, 'sellers': sellers.ids, 'per_store': PER_STORE,
              'first_day': FIRST_DAY, 'days': YEARS * 365, 'cases': CASES})
    env.cr.execute("ANALYZE crm_lead")
    print(f"{CASES} leads in {time.perf_counter() - start:.0f} s")


def measure(label, call):
    """Print the median time of a call with a cold cache, and its queries; return the seconds."""
    seconds = []
    for _run in range(RUNS + 1):  # the first one loads what a running server has loaded
        env.invalidate_all()
        before, start = env.cr.sql_log_count, time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
        queries = env.cr.sql_log_count - before
    median = sorted(seconds[1:])[RUNS // 2]
    print(f"{label}: {median * 1000:.0f} ms, {queries} queries")
    return median


def read_cards(user):
    """Read the cards of the board as its kanban does."""
    Target = env['insurance.renewal.target'].with_user(user)
    names = [node.get('name') for node in env['ir.ui.view'].browse(
        env.ref('dealer_insurance.insurance_renewal_target_view_kanban_board').id)._get_combined_arch().xpath('//field')]
    return Target.web_search_read([('company_id', '=', user.company_id.id)], {
        name: {'fields': {'display_name': {}}} if Target._fields[name].type == 'many2one' else {} for name in dict.fromkeys(names)
    }, limit=40)


def read_pipeline(user, mine=False):
    """Read the pipeline as the kanban of the CRM does when it opens."""
    Lead = env['crm.lead'].with_user(user)
    domain = [('type', '=', 'opportunity'), *([('user_id', '=', user.id)] if mine else [])]
    Lead.read_progress_bar(domain, 'stage_id', {
        'field': 'activity_state', 'colors': {'planned': 'success', 'today': 'warning', 'overdue': 'danger'},
    })
    return Lead.web_read_group(
        domain, ['stage_id'], ['expected_revenue:sum'], auto_unfold=True, unfold_read_default_limit=40,
        unfold_read_specification={
            'name': {}, 'priority': {}, 'expected_revenue': {}, 'stage_id': {'fields': {'display_name': {}}},
            'user_id': {'fields': {'display_name': {}}}, 'partner_id': {'fields': {'display_name': {}}},
            'activity_ids': {}, 'activity_state': {}, 'probability': {}, 'tag_ids': {'fields': {'display_name': {}}},
        },
    )


stores = env['res.company'].create([{'name': f"Store {number}"} for number in range(STORES)])
env.user.company_ids |= stores
specialists = env['res.users'].union(*(
    make_user(f'bench_specialist_{number}', stores[number // PER_STORE], 'dealer_insurance.group_renewal_specialist')
    for number in range(STORES * PER_STORE)))
reader = make_user('bench_supervisor', stores[0], 'dealer_insurance.group_insurance_supervisor',
                   'sales_team.group_sale_salesman_all_leads')
brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
fill(stores, specialists, env['res.partner'].search([('is_insurer', '=', True)], limit=1), model)
fill_leads(stores, specialists)
env.flush_all()
wall = measure("renewal wall of a store", lambda: env['insurance.renewal.target'].with_user(reader).get_board())
cards = measure("renewal cards of a store", lambda: read_cards(reader))
pipeline = measure("CRM pipeline of the same store", lambda: read_pipeline(reader))
print(f"wall / pipeline {wall / pipeline:.2f}, cards / pipeline {cards / pipeline:.2f}")
env.cr.rollback()
if max(wall, cards) > pipeline:
    sys.exit("the board takes longer than the pipeline of the CRM")
