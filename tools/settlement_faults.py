"""Two people at once, and a process that is killed, in settling: real processes that commit, are held up and killed.

Why a script and not a test: tests run in one transaction that never commits, so that they can only pretend (see
tests/settlement/test_insurance_settlement_flow.py and test_insurance_statement.py).

    python tools/settlement_faults.py <the command that opens a shell of Odoo on a database of its own> ...

Two sign the same line; one closes a list while another signs; two import the same statement; a process is killed by
SIGKILL while it imports, and the import is repeated. Fails unless one wins, the other reads why, and nothing is left of
what was killed. What it makes stays in the database: drop it.
"""

import os
import re
import signal
import subprocess
import sys
import time

HOLD = 20  # seconds for which the first one keeps its transaction open: longer than a shell takes to start
FILL = """
import base64, io, openpyxl
from odoo import Command
from odoo.addons.dealer_insurance.lib.identifiers import vin_check_digit
store = env['res.company'].create({'name': "Faults", 'currency_id': env.company.currency_id.id})
def user(login, role):
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': login, 'login': f'faults_{login}', 'company_id': store.id,
        'company_ids': [Command.set(store.ids)],
        'group_ids': [Command.set(env.ref(f'dealer_insurance.{role}').ids)]})
clerk, finance, second = (user('clerk', 'group_policy_clerk'), user('finance', 'group_finance'),
                          user('second', 'group_finance'))
insurer = env['res.partner'].search([('insurer_code', '=', 'PICC')], limit=1)
env['insurance.insurer.agreement'].create({
    'insurer_id': insurer.id, 'date_from': '2020-01-01', 'company_id': store.id})
brand = env['fleet.vehicle.model.brand'].create({'name': "Brand"})
model = env['fleet.vehicle.model'].create({'name': "Model", 'brand_id': brand.id})
today = store._insurance_today()
book = openpyxl.Workbook()
book.active.append(["保单号", "险种", "被保险人", "签单日期", "保费(含税)", "手续费比例", "手续费金额"])
for number in range(ROWS):
    book.active.append([f"PDAAFAULTS{number:08d}", "商业险", "Owner", str(today), 3000, 0.2, 566.04])
for number in range(2):
    vin = f'LTSZZTDE0TA{990000 + number}'
    vehicle = env['fleet.vehicle'].create({
        'model_id': model.id, 'license_plate': f"赣Z{number:05d}", 'company_id': False,
        'vin_sn': vin[:8] + vin_check_digit(vin) + vin[9:],
        'owner_id': env['res.partner'].create({'name': "Owner", 'phone': f"1380000{number:04d}"}).id})
    env['insurance.ledger.entry'].with_user(clerk).create({
        'insurer_id': insurer.id, 'company_id': store.id, 'vehicle_id': vehicle.id, 'policy_ids': [Command.create({
            'product': 'commercial', 'premium': 3000, 'start_date': today, 'policy_no': f"PDAAFAULTS9{number:08d}",
        })]}).action_register()
settlement = env['insurance.settlement'].with_user(clerk).create({
    'insurer_id': insurer.id, 'company_id': store.id, 'date_from': today.replace(day=1), 'date_to': today})
settlement.action_propose()
settlement.action_submit()
content = io.BytesIO()
book.save(content)
for number in range(3):
    env['insurance.import'].with_user(finance).create({
        'kind': 'statement', 'filename': f"faults{number}.xlsx", 'insurer_id': insurer.id,
        'content': base64.b64encode(content.getvalue())}).action_check()
env.cr.commit()
print("FILLED", flush=True)
"""
KNOWN = """
import time
finance, second = (env['res.users'].search([('login', '=', f'faults_{name}')]) for name in ('finance', 'second'))
settlement = env['insurance.settlement'].search([('create_uid.login', '=', 'faults_clerk')], limit=1)
imports = env['insurance.import'].search([('create_uid', '=', finance.id), ('kind', '=', 'statement')], order='id')
def attempt(call):
    try:
        call()
    except Exception as error:
        print("REFUSED", str(error).replace(chr(10), ' '), flush=True)
    else:
        print("DONE", flush=True)
        time.sleep(SECONDS)
        env.cr.commit()
"""
SIGN = "attempt(lambda: settlement.line_ids[0].with_user(USER).action_sign())\n"
CLOSE = "attempt(lambda: settlement.with_user(USER).action_close())\n"
IMPORT = """
def run(importing):
    if importing.state != 'running':
        importing.action_import()
    while importing.import_batch()['state'] == 'running':
        pass
attempt(lambda: run(imports[NUMBER].with_user(finance)))
"""
COUNT = """
print("COUNT", len(settlement.line_ids.filtered('signed_by_id')), settlement.state != 'closed',
      env['insurance.statement.line'].search_count([('policy_key', '=like', 'PDAAFAULTS0%')]),
      env['insurance.statement'].search_count([('import_id', 'in', imports.ids)]), flush=True)
"""


def start(command, code, seconds=0):
    """Start a shell that runs `code` and then keeps its transaction open for some seconds."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )
    process.stdin.write(KNOWN.replace('SECONDS', str(seconds)) + code)
    process.stdin.close()
    return process


def wait_for(process, *words):
    """Return the next line of the process that begins with one of the words; an empty text when it ends before."""
    return next((line.strip() for line in process.stdout if line.startswith(words)), '')


def count(command):
    """Return the lines signed, and what there is of the statement: lines and statements."""
    line = wait_for(start(command, COUNT), "COUNT")
    return tuple(int(number) for number in re.findall(r'\d+', line.replace('True', '').replace('False', '')))


def race(command, name, first, second):
    """Let `second` try while the transaction of `first` is open; return what the second reads."""
    leading = start(command, first, HOLD)
    begun = wait_for(leading, "DONE", "REFUSED")
    following = start(command, second)
    answer = wait_for(following, "DONE", "REFUSED")
    leading.wait(), following.wait()
    print(f"{name}: the first {begun}; the second {answer}")
    if begun != "DONE" or not answer.startswith("REFUSED"):
        sys.exit(f"{name}: not one winner.")


def kill_import(command):
    """Start an import, kill it after its lines are written and before it commits."""
    process = start(command, IMPORT.replace('NUMBER', '0'), 60)
    wait_for(process, "DONE")
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)  # the processes this one started, by their group
    process.wait()


def main(command):
    rows = int(os.environ.get('FAULTS_ROWS', 500))
    filling = subprocess.run(command, input=FILL.replace('ROWS', str(rows)), capture_output=True, text=True)
    if "FILLED" not in filling.stdout:
        sys.exit(filling.stderr[-2000:])
    sign = SIGN.replace('USER', 'finance'), SIGN.replace('USER', 'second')
    race(command, "two sign a line", *sign)
    race(command, "close while another signs", SIGN.replace('[0]', '[1]').replace('USER', 'finance'),
         CLOSE.replace('USER', 'second'))
    kill_import(command)
    signed, lines, statements = count(command)
    print(f"killed while importing: {lines} lines, {statements} statements; {signed} lines signed")
    if (signed, lines, statements) != (2, 0, 0):
        sys.exit("Something is left of the import, or a signature is missing.")
    race(command, "two import a statement", IMPORT.replace('NUMBER', '0'), IMPORT.replace('NUMBER', '1'))
    again = start(command, IMPORT.replace('NUMBER', '1'))
    answer = wait_for(again, "DONE", "REFUSED")
    again.wait()
    signed, lines, statements = count(command)
    print(f"imported again: {answer}; {lines} lines, {statements} statements")
    if (lines, statements) != (rows, 1):
        sys.exit("The statement is on file more than once, or not whole.")


if __name__ == '__main__':
    main(sys.argv[1:])
