from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang, groupby

from ...lib.paper import PrintCell, PrintColumn, compose

MAX_PRINTED = 2000  # entries of one print, which is a minute's work; the year of a large store is printed by months
AMOUNTS = {
    'compulsory_premium': 'compulsory_premium', 'vehicle_tax_total': 'vehicle_tax',
    'commercial_premium': 'commercial_premium', 'non_motor_premium': 'non_motor', 'premium_total': 'premium_total',
    'discount': 'discount', 'received': 'received', 'commission': 'commission',
}  # column: cell of the form in which its totals stand
LABELLED = 6  # cells before the first amount, over which the label of a total runs


class InsuranceLedgerEntry(models.Model):
    """The paper form of the ledger, 《承保台帐》 (domain 2.5): values only, the report's templates draw them."""

    _inherit = 'insurance.ledger.entry'

    def _prepare_ledger_prints(self):
        """Return the selected entries as printed, ledger by ledger; see `_prepare_ledger_print`."""
        self.check_access('read')
        if len(self) > MAX_PRINTED:
            self._raise_too_many()
        rows = self._get_print_rows([('id', 'in', self.ids)])
        rows.sort(key=lambda row: (row['company_id'], row['insurer_id'], row['issue_date'].year, row['ledger_id'] or 0))
        return [
            self._prepare_ledger_print(list(of_ledger), self._prepare_selection_heading(*key))
            for key, of_ledger in groupby(
                rows, lambda row: (row['company_id'], row['insurer_id'], row['issue_date'].year, row['ledger_id']))
        ]

    @api.model
    def _raise_too_many(self):
        raise UserError(self.env._(
            "These are more than %(limit)s entries, too many for one print. Print month by month.", limit=MAX_PRINTED,
        ))

    @api.model
    def _prepare_selection_heading(self, company_id, insurer_id, year, ledger_id):
        ledger = self.env['insurance.ledger'].browse(ledger_id or ())
        return self._prepare_print_heading(
            self.env['res.company'].browse(company_id), self.env['res.partner'].browse(insurer_id), ledger, year,
            self.env._("Selected entries: not the whole ledger"),
        )

    @api.model
    def _prepare_print_heading(self, company, insurer, ledger, year, extent):
        """Return the head of the form: store, insurer, year, who keeps the ledger, and what this print covers."""
        businesses = dict(ledger._fields['business']._description_selection(self.env))
        people = ledger.sudo()  # sudo: the name of who keeps the ledger, who may have left the store
        return {
            'store': company.sudo().name, 'insurer': insurer.sudo().name,  # sudo: names on the cover, no secret
            'year': str(year), 'business': ledger.business not in (False, 'all') and businesses[ledger.business],
            'manager': people.manager_id.name, 'extent': extent,
            'printed': self.env._(
                "Printed by %(user)s on %(moment)s", user=self.env.user.name,
                moment=company._insurance_local(fields.Datetime.now()).strftime('%Y-%m-%d %H:%M'),
            ),
        }

    # === ROWS === #

    @api.model
    def _get_print_rows(self, domain):
        """Return the rows of a print as dicts by column, in the order of the paper."""
        names = [
            'id', 'company_id', 'insurer_id', 'ledger_id', 'no', 'kind', 'entry_type', 'issue_date', 'month',
            'business_type', 'plate', 'vin', 'owner', 'insured', 'compulsory_no', 'compulsory_start', 'compulsory_end',
            'compulsory_premium', 'vehicle_tax_total', 'commercial_no', 'commercial_start', 'commercial_end',
            'commercial_premium', 'third_party_limit', 'non_motor_premium', 'premium_total', 'discount',
            'discount_rate',
            'received', 'salesperson', 'clerk', 'signed_by', 'signed_on', 'origin_no', 'vehicle_count', 'reason',
            *(('commission',) if self._may_read_commission() else ()),
        ]
        return [dict(zip(names, row, strict=True)) for row in self._stream_ledger_rows(domain, names)]

    @api.model
    def _get_print_columns(self):
        """Return what stands in which cell of the form, as a list of :class:`~..lib.paper.PrintColumn`."""
        money = [PrintColumn(name, kind='money', cell=cell) for name, cell in AMOUNTS.items()]
        return [
            PrintColumn('place', cell='no'),
            PrintColumn('issue_date', kind='date', cell='issue_date'),
            PrintColumn('mark', cell='business_type', tone='danger'),
            PrintColumn('business_type', cell='business_type'),
            PrintColumn('reason', cell='business_type', tone='muted'),
            PrintColumn('plate', cell='vehicle', tone='strong'),
            PrintColumn('vin', cell='vehicle', tone='fine'),
            PrintColumn('owner', cell='people'),
            PrintColumn('other_insured', cell='people', tone='muted'),
            PrintColumn('compulsory_no', cell='compulsory', tone='fine'),
            PrintColumn('compulsory_period', kind='period', cell='compulsory', tone='muted'),
            PrintColumn('commercial_no', cell='commercial', tone='fine'),
            PrintColumn('commercial_period', kind='period', cell='commercial', tone='muted'),
            PrintColumn('third_party_limit', kind='limit', cell='limit'),
            *money,
            PrintColumn('discount_rate', kind='rate', cell='discount', tone='muted'),
            PrintColumn('salesperson', cell='people_here'),
            PrintColumn('clerk', cell='people_here', tone='muted'),
            PrintColumn('signed_by', cell='finance', tone='strong'),
            PrintColumn('signed_on', kind='date', cell='finance', tone='muted'),
        ]

    @api.model
    def _get_print_cells(self):
        """Return the ruled columns of the form, as a list of :class:`~..lib.paper.PrintCell`, 280 mm together."""
        _ = self.env._
        commission = [PrintCell('commission', _("Commission"), 14)] if self._may_read_commission() else []
        return [
            PrintCell('no', _("No."), 8),
            PrintCell('issue_date', _("Issued"), 13.5),
            PrintCell('business_type', _("Business Type"), 13),
            PrintCell('vehicle', _("Plate, VIN"), 23),
            PrintCell('people', _("Owner, Insured"), 17 if commission else 25),
            PrintCell('compulsory', _("Compulsory: No., Period"), 26.5),
            PrintCell('compulsory_premium', _("Compulsory Premium"), 14.5),
            PrintCell('vehicle_tax', _("Vehicle Tax"), 12.5),
            PrintCell('commercial', _("Commercial: No., Period"), 26.5),
            PrintCell('commercial_premium', _("Commercial Premium"), 15),
            PrintCell('limit', _("Third-party Limit"), 12),
            PrintCell('non_motor', _("Non-motor"), 12),
            PrintCell('premium_total', _("Premium without Tax"), 15.5),
            PrintCell('discount', _("Discount, Rate"), 12.5),
            PrintCell('received', _("Received"), 15),
            *commission,
            PrintCell('people_here', _("Salesperson, Clerk"), 13 if commission else 16),
            PrintCell('finance', _("Settled (Finance)"), 15.5 if commission else 18),
        ]

    @api.model
    def _prepare_print_row(self, row):
        """Return the values of a row by print column: what changes another row is marked and says which."""
        mark = False
        if row['kind'] != 'policy':
            mark = self.env._("%(kind)s of No. %(number)s", kind=row['entry_type'], number=row['origin_no'] or '—')
        return {
            **row, 'mark': mark, 'place': row['no'] or self.env._("Draft"),
            'reason': mark and row['reason'],
            'other_insured': row['insured'] != row['owner'] and row['insured'],
            **{f'{product}_period': row[f'{product}_start'] and (row[f'{product}_start'], row[f'{product}_end'])
               for product in ('compulsory', 'commercial')},
        }

    @api.model
    def _print_text(self, column, value):
        """Return `value` as it is printed."""
        if column.kind == 'money':
            return formatLang(self.env, value, digits=2)
        if column.kind == 'limit':
            return formatLang(self.env, value, digits=0)
        if column.kind == 'date':
            return f'{value:%Y-%m-%d}'
        if column.kind == 'period':
            return '–'.join(f'{day:%Y-%m-%d}' for day in value if day)
        if column.kind == 'rate':
            return f'{100 * value:.1f} %'
        return str(value)

    # === THE FORM === #

    @api.model
    def _prepare_ledger_print(self, rows, heading, earlier=()):
        """Return one ledger as printed: heading, ruled columns, months with their rows and totals, and the end.

        :param list rows: of `_get_print_rows`, one ledger's
        :param dict heading: of `_prepare_print_heading`
        :param earlier: rows of the same ledger before these, which the running totals begin with
        """
        columns, cells = self._get_print_columns(), self._get_print_cells()
        running = self._add_up(earlier)
        months = []
        for month, of_month in groupby(rows, lambda row: row['month']):
            of_month = list(of_month)
            sums = self._add_up(of_month)
            running = {name: running[name] + value for name, value in sums.items()}
            months.append({
                'lines': [
                    dict(compose(columns, cells, self._prepare_print_row(row), self._print_text), kind=row['kind'])
                    for row in of_month
                ],
                'totals': [
                    self._prepare_total(cells, sums, self.env._("Total of %(month)s", month=month)),
                    self._prepare_total(cells, running, self.env._("Running total")),
                ],
            })
        total = self._add_up(rows)
        return {
            **heading, 'cells': cells, 'labelled': LABELLED, 'months': months,
            'total': self._prepare_total(cells, total, self.env._("Grand total")),
            'with_tax': self.env._("Premium with vehicle tax: %(amount)s", amount=formatLang(
                self.env, total['premium_total'] + total['vehicle_tax_total'], digits=2)),
        }

    @api.model
    def _add_up(self, rows):
        """Return the sums of `rows`, and how many entries and vehicles they are (a cancellation takes back, T7)."""
        names = ['vehicle_count', *(name for name in AMOUNTS if name != 'commission' or self._may_read_commission())]
        sums = {name: sum(row[name] or 0 for row in rows) for name in names}
        base = sum(row['commercial_premium'] or row['premium_total'] or 0 for row in rows)  # K19
        return {**sums, 'entry_count': len(rows), 'discount_base': base}

    @api.model
    def _prepare_total(self, cells, sums, label):
        """Return the row of a total: its label, how many it adds up, and a list of texts for each cell after these."""
        texts = {
            cell: [formatLang(self.env, sums[name], digits=2)]
            for name, cell in AMOUNTS.items() if sums.get(name)
        }
        if sums['discount'] and sums['discount_base'] > 0:
            texts['discount'].append(f"{100 * sums['discount'] / sums['discount_base']:.1f} %")
        return {
            'label': label,
            'counts': self.env._("%(entries)s entries, %(vehicles)s vehicles", entries=sums['entry_count'],
                                 vehicles=sums['vehicle_count']),
            'cells': [texts.get(cell.name, []) for cell in cells[LABELLED:]],
        }
