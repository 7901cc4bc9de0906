"""Time and memory of the ledger export beside xlsxwriter alone writing the same cells, in one run.

Runs in a shell of Odoo (`env` is given) and rolls everything back. BENCH_ENTRIES sets the number of entries (100000).
Fails when the export takes more than 1.5 times as long.
"""
# ruff: noqa: F821

import os
import resource
import sys
import time
from datetime import date, datetime
from tempfile import TemporaryFile
from unittest.mock import patch

import xlsxwriter

from odoo import Command
from odoo.tools import file_open

from odoo.addons.dealer_insurance.lib import xlsx_out

ENTRIES = int(os.environ.get('BENCH_ENTRIES', 100_000))
ROUNDS = 2
LIMIT = 1.5


def make_user(login, role):
    return env['res.users'].with_context(no_reset_password=True).create({
        'name': login, 'login': login, 'group_ids': [Command.set(env.ref(f'dealer_insurance.{role}').ids)],
    })


def fill(seller):
    brand = env['fleet.vehicle.model.brand'].create({'name': "东风日产"})
    model = env['fleet.vehicle.model'].create({'name': "轩逸 1.6L", 'brand_id': brand.id})
    env.flush_all()
    with file_open('dealer_insurance/tools/bench/ledger_fill.sql') as script:
        env.cr.execute(script.read(), {
            'entries': ENTRIES, 'cars': ENTRIES // 2, 'stores': env.company.ids, 'sellers': seller.ids,
            'insurers': env['res.partner'].search([('is_insurer', '=', True)], limit=5).ids, 'model': model.id,
            'first_day': date(2025, 1, 1), 'days': 700,
        })
    env.invalidate_all()


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def time_export(user, last_day):
    """Return the seconds that the export takes, the memory in MB, and the size of the workbook in bytes."""
    wizard = env['insurance.ledger.export'].with_user(user).create({'date_from': '2025-01-01', 'date_to': last_day})
    start = time.perf_counter()
    wizard.action_export()
    seconds, used = time.perf_counter() - start, memory()
    return seconds, used, len(wizard.file) * 3 // 4


def get_cells(user):
    """Return the columns and rows of each sheet, as the export gives them to the writer."""
    sheets = []

    def keep(sheet, formats, row, columns, rows, **options):
        sheets.append((sheet.get_name(), columns, list(rows)))

    wizard = env['insurance.ledger.export'].with_user(user).create({'date_from': '2025-01-01', 'date_to': '2027-01-01'})
    with patch('odoo.addons.dealer_insurance.wizards.underwriting.insurance_ledger_export.write_table', keep):
        wizard.action_export()
    return sheets


def time_plain(sheets):
    """Return the seconds that xlsxwriter takes for the same cells in memory, with the same formats."""
    start = time.perf_counter()
    with TemporaryFile() as target:
        book = xlsxwriter.Workbook(target, {'constant_memory': True, 'strings_to_urls': False})
        formats = {name: book.add_format(properties) for name, properties in xlsx_out._FORMATS.items()}
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(name)
            kinds = [formats[column.kind] for column in columns]
            for number, row in enumerate(rows, 3):
                for column, value in enumerate(row):
                    if value is None:
                        sheet.write_blank(number, column, None, kinds[column])
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value, kinds[column])
                    elif isinstance(value, (date, datetime)):
                        sheet.write_datetime(number, column, value, kinds[column])
                    else:
                        sheet.write_number(number, column, value, kinds[column])
        book.close()
    return time.perf_counter() - start


clerk = make_user('bench_clerk', 'group_policy_clerk')
fill(clerk)
_seconds, before, _size = time_export(clerk, '2025-03-12')  # a tenth, to have everything loaded
seconds, after, size = time_export(clerk, '2027-01-01')
ours = [seconds]
cells = get_cells(clerk)
count = sum(len(columns) * len(rows) for _name, columns, rows in cells)
plain = []
for _round in range(ROUNDS):  # in turns: a busy machine slows both down
    plain.append(time_plain(cells))
    ours.append(time_export(clerk, '2027-01-01')[0])
ratio = min(ours) / min(plain)
print(f"export: {ENTRIES} entries, {count} cells, {size / 2**20:.1f} MB, {min(ours):.1f} s;"
      f" xlsxwriter alone {min(plain):.1f} s; ratio {ratio:.2f} (at most {LIMIT})")
print(f"largest memory of the process {before:.0f} MB after a tenth of the rows, {after:.0f} MB after all of them")
env.cr.rollback()
if ratio > LIMIT:
    sys.exit("the export is too slow")
