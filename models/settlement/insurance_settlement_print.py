from odoo import api, fields, models
from odoo.tools import formatLang

from ...lib.paper import PrintCell, PrintColumn, compose
from ...lib.xlsx_out import Column
from ..underwriting.insurance_ledger_entry_print import LABELLED

MONEY = (
    'compulsory_premium', 'commercial_premium', 'non_motor_premium', 'premium', 'commission', 'stated', 'difference',
)
SECRET = frozenset({'commission', 'stated', 'difference'})  # columns for who may read commission


class InsuranceSettlement(models.Model):
    """The settlement list as form 《结算清单》 and as workbook: one preparation of rows for both (R32, R35)."""

    _inherit = 'insurance.settlement'

    # === ROWS === #

    def _get_print_rows(self):
        """Return the lines as dicts by column, in the order of the list; amounts as numbers, days as dates."""
        self.ensure_one()
        line_labels = self.line_ids._fields['state']._description_selection(self.env)
        kinds = dict(self.env['insurance.ledger.entry']._fields['entry_type']._description_selection(self.env))
        states, marks = dict(line_labels), dict(self.line_ids._fields['mark']._description_selection(self.env))
        may_read = self._has_field_access(self._fields['our_commission'], 'read')
        rows = []
        for line in self.line_ids:
            entry = line.entry_id
            row = {
                'number': line.sequence, 'issue_date': entry.issue_date, 'kind': entry.entry_type,
                'entry_type': kinds[entry.entry_type], 'plate': entry.plate, 'vin': entry.vin,
                'insured': entry.insured_id.name or entry.owner_id.name,
                'salesperson': entry.salesperson_id.name or entry.salesperson_name, 'premium': line.premium,
                'mark': marks[line.mark] if line.state != 'carried' else False, 'state': line.state,
                'state_label': states[line.state], 'reason': line._get_reason_text(),
                'signed_by': line.signed_by_id.name if line.state == 'signed' else False,
                'signed_on': self.company_id._insurance_local(line.signed_on).date() if line.signed_on else False,
            }
            for policy in line._get_policies():
                row[f'{policy.product}_no'] = policy.endorsement_no or policy.policy_no
                row[f'{policy.product}_premium'] = row.get(f'{policy.product}_premium', 0) + policy.premium
            if may_read:
                row.update(commission=line.commission, stated=line.stated_commission, difference=line.difference)
            rows.append(row)
        return rows

    @api.model
    def _add_up(self, rows):
        """Return the sums of the lines that count on the list: all but those carried over."""
        counted = [row for row in rows if row['state'] != 'carried']
        return {name: self.currency_id.round(sum(row.get(name) or 0 for row in counted)) for name in MONEY}

    # === THE FORM === #

    def _get_print_columns(self):
        """Return what stands in which cell of the form, as a list of :class:`~..lib.paper.PrintColumn`."""
        return [
            PrintColumn('number', cell='number'),
            PrintColumn('issue_date', kind='date', cell='issue_date'),
            PrintColumn('entry_mark', cell='issue_date', tone='danger'),
            PrintColumn('plate', cell='vehicle', tone='strong'),
            PrintColumn('vin', cell='vehicle', tone='fine'),
            PrintColumn('insured', cell='insured'),
            PrintColumn('compulsory_no', cell='compulsory', tone='fine'),
            PrintColumn('commercial_no', cell='commercial', tone='fine'),
            PrintColumn('non_motor_no', cell='commercial', tone='fine'),
            *(PrintColumn(name, kind='money', cell=name) for name in MONEY),
            PrintColumn('mark', cell='check'),
            PrintColumn('reason', cell='check', tone='muted'),
            PrintColumn('signed_by', cell='finance', tone='strong'),
            PrintColumn('signed_on', kind='date', cell='finance', tone='muted'),
            PrintColumn('carried', cell='finance', tone='muted'),
        ]

    def _get_print_cells(self):
        """Return the ruled columns of the form, as a list of :class:`~..lib.paper.PrintCell`, 280 mm together."""
        _ = self.env._
        may_read = self._has_field_access(self._fields['our_commission'], 'read')
        cells = [
            PrintCell('number', _("No."), 8), PrintCell('issue_date', _("Issued"), 15),
            PrintCell('vehicle', _("Plate, VIN"), 26), PrintCell('insured', _("Insured"), 20),
            PrintCell('compulsory', _("Compulsory: No."), 29), PrintCell('commercial', _("Commercial: No."), 29),
            PrintCell('compulsory_premium', _("Compulsory Premium"), 17),
            PrintCell('commercial_premium', _("Commercial Premium"), 17),
            PrintCell('non_motor_premium', _("Non-motor"), 13), PrintCell('premium', _("Premium in All"), 18),
        ]
        if may_read:
            cells += [PrintCell('commission', _("Our Commission"), 17), PrintCell('stated', _("Stated by Insurer"), 17),
                      PrintCell('difference', _("Commission Difference"), 14)]
        return [*cells, PrintCell('check', _("Check, Reason"), 22 if may_read else 40),
                PrintCell('finance', _("Settled (Finance)"), 18 if may_read else 48)]

    def _prepare_settlement_print(self):
        """Return the list as printed: heading, ruled columns, lines and total; the templates draw them."""
        self.ensure_one()
        self.check_access('read')
        _ = self.env._
        columns, cells, rows = self._get_print_columns(), self._get_print_cells(), self._get_print_rows()
        shown = {cell.name for cell in cells}
        columns = [column for column in columns if column.cell in shown]
        sums = self._add_up(rows)
        people = self.sudo()  # sudo: names of who submitted and closed it, who may have left the store
        local = self.company_id._insurance_local
        return {
            'store': people.company_id.name, 'insurer': people.insurer_id.name, 'name': self.name,
            'period': self._get_period_text(), 'scope': self.scope_text, 'vendor_numbers': self.vendor_numbers,
            'cells': cells, 'labelled': LABELLED,
            'lines': [dict(compose(columns, cells, self._prepare_print_row(row), self._print_text),
                           kind=row['kind'], state=row['state']) for row in rows],
            'total': {
                'label': _("Total of the list"),
                'cells': [[self._print_text(PrintColumn(cell.name, kind='money'), sums[cell.name])]
                          if cell.name in sums else [] for cell in cells[LABELLED:]],
            },
            'submitted': people.submitted_on and f"{people.submitted_by_id.name} {local(people.submitted_on):%Y-%m-%d}",
            'closed': people.closed_on and f"{people.closed_by_id.name} {local(people.closed_on):%Y-%m-%d}",
            'without_statement': self.no_statement_note,
            'self_review': self.company_id.insurance_allow_self_review,
            'reopened': self.reopened_count and _("Reopened %(count)s times", count=self.reopened_count),
            'printed': _("Printed by %(user)s on %(moment)s", user=self.env.user.name,
                         moment=local(fields.Datetime.now()).strftime('%Y-%m-%d %H:%M')),
        }

    def _prepare_print_row(self, row):
        """Return the values of a line by print column: what is no policy is marked, empty amounts stay blank."""
        return {
            **row, 'entry_mark': row['kind'] != 'policy' and row['entry_type'],
            'carried': row['state'] in ('carried', 'returned') and row['state_label'],
        }

    @api.model
    def _print_text(self, column, value):
        """Return `value` as it is printed."""
        if column.kind == 'money':
            return formatLang(self.env, value, digits=2)
        return f'{value:%Y-%m-%d}' if column.kind == 'date' else str(value)

    # === THE WORKBOOK === #

    def _get_workbook_columns(self):
        """Return `{name: Column}` of the workbook, in the order of the form; commissions for who may read them."""
        _ = self.env._
        columns = {
            'number': Column(_("No."), 'int'), 'issue_date': Column(_("Issued"), 'date'),
            'entry_type': Column(_("Kind")), 'plate': Column(_("Plate")), 'vin': Column(_("VIN")),
            'insured': Column(_("Insured")), 'compulsory_no': Column(_("Compulsory No.")),
            'compulsory_premium': Column(_("Compulsory Premium"), 'money', total=True),
            'commercial_no': Column(_("Commercial No.")),
            'commercial_premium': Column(_("Commercial Premium"), 'money', total=True),
            'non_motor_no': Column(_("Non-motor No.")),
            'non_motor_premium': Column(_("Non-motor"), 'money', total=True),
            'premium': Column(_("Premium in All"), 'money', total=True),
            'commission': Column(_("Our Commission"), 'money', total=True),
            'stated': Column(_("Stated by Insurer"), 'money', total=True),
            'difference': Column(_("Commission Difference"), 'money', total=True),
            'mark': Column(_("Against the Statement")), 'reason': Column(_("Reason"), 'wrap'),
            'state_label': Column(_("State")), 'signed_by': Column(_("Settled by")),
            'signed_on': Column(_("Settled on"), 'date'), 'salesperson': Column(_("Salesperson")),
        }
        may_read = self._has_field_access(self._fields['our_commission'], 'read')
        return {name: column for name, column in columns.items() if may_read or name not in SECRET}

    def action_export(self):
        """Make the workbook of the list, log that, and return the action that downloads it (T37)."""
        self.ensure_one()
        self.check_access('read')
        return self.env['insurance.settlement.export'].create({
            'settlement_id': self.id, 'date_from': self.date_from, 'date_to': self.date_to,
        }).action_export()
