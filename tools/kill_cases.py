"""Kill the job that makes cases, at random moments and for good, and count what the runs after it leave behind.

Why a script and not a test: tests run in one transaction that never commits, so that they can only pretend to die (see
tests/renewal/test_renewal_generate.py). Here a process of its own commits, is killed by SIGKILL in the middle of the
job, and another one goes on where it stopped.

    python tools/kill_cases.py <the command that opens a shell of Odoo on a database of its own> ...

KILL_CARS sets the number of cars (20000), KILL_TIMES how often the job is killed (6), KILL_SECONDS the latest moment of
a kill (4). Fails when a car has two cases or none, when the job was never stopped halfway, or when a last run makes any
case. The cars stay in the database: drop it.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time

CARS = int(os.environ.get('KILL_CARS', 20_000))
TIMES = int(os.environ.get('KILL_TIMES', 6))
STORE = "env['res.company'].search([('name', '=', 'Kill')])"

FILL = f"""
from datetime import timedelta
from odoo.tools import file_open
store = env['res.company'].create({{'name': "Kill", 'currency_id': env.company.currency_id.id}})
env['res.company'].search([('id', '!=', store.id)]).insurance_case_lead_days = 0
store.insurance_case_lead_days = 300
brand = env['fleet.vehicle.model.brand'].create({{'name': "Brand"}})
model = env['fleet.vehicle.model'].create({{'name': "Model", 'brand_id': brand.id}})
insurers = env['res.partner'].search([('is_insurer', '=', True)], limit=8)
with file_open('dealer_insurance/tools/bench/ledger_fill.sql') as script:
    env.cr.execute(script.read(), {{
        'entries': {CARS}, 'cars': {CARS}, 'stores': store.ids, 'sellers': env.user.ids, 'insurers': insurers.ids,
        'model': model.id, 'first_day': store._insurance_today() - timedelta(days=364), 'days': 290,
    }})
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
print("FILLED", flush=True)
"""
JOB = """
print("JOB", flush=True)
env['insurance.renewal']._cron_generate()
env.cr.commit()
print("DONE", flush=True)
"""
COUNT = f"""
env.cr.execute(
    "SELECT count(*), count(DISTINCT vehicle_id), count(DISTINCT (vehicle_id, reference_expiry)),"
    " (SELECT count(*) FROM insurance_policy p WHERE p.company_id = %(store)s AND p.product = 'commercial'"
    "   AND NOT EXISTS (SELECT FROM insurance_renewal c"
    "                    WHERE c.vehicle_id = p.vehicle_id AND c.company_id = p.company_id))"
    "  FROM insurance_renewal WHERE company_id = %(store)s", {{'store': {STORE}.id}})
print("COUNT", *env.cr.fetchone(), flush=True)
"""


def start(command, code):
    """Start a shell that runs `code`; it reads from a pipe, as a script."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )
    process.stdin.write(code)
    process.stdin.close()
    return process


def wait_for(process, word):
    """Wait until the process prints a line that begins with `word`, and return the line; None when it ends before."""
    return next((line for line in process.stdout if line.startswith(word)), None)


def run(command, code, word):
    process = start(command, code)
    line = wait_for(process, word)
    process.stdout.read()
    if process.wait() or line is None:
        sys.exit(f"The shell failed before {word}.")
    return line


def count(command):
    """Return the cases of the store, their cars, their cars by expiry, and the cars without a case."""
    return tuple(map(int, re.findall(r'\d+', run(command, COUNT, "COUNT"))))


def kill_job(command, seconds):
    """Start the job, kill it after so many seconds, and tell whether it was still running."""
    process = start(command, JOB)
    wait_for(process, "JOB")
    time.sleep(seconds)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)  # the processes this one started, by their group
    process.wait()
    return running


def main(command):
    run(command, FILL, "FILLED")
    halfway, longest = 0, float(os.environ.get('KILL_SECONDS', 4))
    for number in range(TIMES):
        seconds = random.uniform(0.2, longest)  # noqa: S311
        running = kill_job(command, seconds)
        cases, cars, pairs, missing = count(command)
        print(f"{number + 1}. {'killed' if running else 'ended'} after {seconds:.2f} s: {cases} cases of {cars} cars,"
              f" {missing} without")
        halfway += running and 0 < cases < CARS
        if not cases == cars == pairs or cars + missing != CARS:
            sys.exit("A car has two cases.")
    run(command, JOB, "DONE")
    complete = count(command)
    run(command, JOB, "DONE")
    again = count(command)
    print(f"whole run: {complete[0]} cases of {complete[1]} cars, {complete[3]} without; again: {again[0]} cases")
    if complete != (CARS, CARS, CARS, 0) or again != complete:
        sys.exit("Not one case for each car.")
    if not halfway:
        sys.exit("The job was never stopped halfway: take more cars, or other moments.")


if __name__ == '__main__':
    main(sys.argv[1:])
