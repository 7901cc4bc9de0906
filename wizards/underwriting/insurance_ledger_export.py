from dataclasses import replace
from tempfile import TemporaryFile

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib.headers import GUESS, Synonyms
from ...lib.xlsx_out import Column, new_workbook, write_table
from ..register.insurance_export import HEAD_ROW

MAX_ROWS = 1_000_000  # of a sheet; the format itself ends a little above
PAGES_WIDE = 3
SAME = {'premium': 'premium_total'}  # what importers read one by one stands in the ledger as a sum


class InsuranceLedgerExport(models.TransientModel):
    """The ledgers of a period as a workbook, one sheet for each insurer, in the order of its list (R35).

    Any number of entries takes the same memory. What the user may not read is not in the workbook; the export is
    marked and logged (T37).
    """

    _name = 'insurance.ledger.export'
    _description = "Export Ledgers"
    _inherit = ['insurance.export']

    insurer_ids = fields.Many2many('res.partner', string="Certain Insurers", domain="[('is_insurer', '=', True)]",
                                   context={'active_test': False}, help="Empty: all insurers.")

    @api.model
    def default_get(self, fields):
        """Propose insurers and period of the ledgers or entries selected in their list."""
        values = super().default_get(fields)
        model, ids = self.env.context.get('active_model'), self.env.context.get('active_ids')
        if ids and model == 'insurance.ledger':
            ledgers = self.env[model].browse(ids)
            years = ledgers.mapped('year')
            values.update(date_from=f'{min(years)}-01-01', date_to=f'{max(years)}-12-31',
                          insurer_ids=[Command.set(ledgers.insurer_id.ids)])
        elif ids and model == 'insurance.ledger.entry':
            [(first, last, insurers)] = self.env[model]._read_group(
                [('id', 'in', ids)], [], ['issue_date:min', 'issue_date:max', 'insurer_id:recordset'])
            if first:
                values.update(date_from=first, date_to=last, insurer_ids=[Command.set(insurers.ids)])
        return values

    # === ACTION === #

    def action_export(self):
        """Make the workbook, log it, and return the action that downloads it.

        :raises UserError: when the period holds no entry, or too many for a sheet
        """
        self.ensure_one()
        by_insurer, by_store = self._count_rows()
        if not by_insurer:
            raise UserError(self.env._(
                "You may read no ledger entry from %(start)s to %(end)s. Choose another period or insurer.",
                start=self.date_from, end=self.date_to,
            ))
        crowded = next((insurer for insurer, count in by_insurer.items() if count > MAX_ROWS), None)
        if crowded:
            raise UserError(self.env._(
                "%(insurer)s has more than %(limit)s entries, more than a sheet holds. Choose a shorter period.",
                insurer=self._get_insurer_name(crowded), limit=MAX_ROWS,
            ))
        title = self.env._("Underwriting Ledger")  # by itself: inside an f-string it is not collected for translation
        name = f"{title} {self.date_from} – {self.date_to}"
        self._log_export(name, by_store, self.insurer_ids)
        with TemporaryFile() as target:
            self._write_workbook(target, name, by_insurer, len(by_store) > 1)
            target.seek(0)
            return self._deliver(target.read(), f"{name}.xlsx")

    def _get_domain(self):
        domain = Domain([
            ('state', '=', 'registered'), ('issue_date', '>=', self.date_from), ('issue_date', '<=', self.date_to),
        ])
        return domain & Domain('insurer_id', 'in', self.insurer_ids.ids) if self.insurer_ids else domain

    def _count_rows(self):
        """Return how many entries the user may read, by insurer and by store."""
        by_insurer, by_store = {}, {}
        for insurer, company, count in self.env['insurance.ledger.entry']._read_group(
                self._get_domain(), ['insurer_id', 'company_id'], ['__count']):
            by_insurer[insurer] = by_insurer.get(insurer, 0) + count
            by_store[company] = by_store.get(company, 0) + count
        return by_insurer, by_store

    @api.model
    def _get_insurer_name(self, insurer):
        return insurer.insurer_short_name or insurer.name

    # === WORKBOOK === #

    def _write_workbook(self, target, title, by_insurer, has_stores):
        """Write the workbook into the binary file `target`, row by row.

        :param dict by_insurer: number of rows, by insurer
        :param bool has_stores: whether rows of several stores stand together
        """
        workbook, formats = new_workbook(target, streaming=True)
        totals = (self.env._("Total"), self.env._("Shown by the Filter"))
        orders = self._get_list_orders(list(by_insurer))
        with workbook:
            for insurer, count in by_insurer.items():
                sheet = self._add_marked_sheet(
                    workbook, formats, self._get_insurer_name(insurer), f"{insurer.name} {title}", count, PAGES_WIDE)
                columns, rows = self._prepare_table(insurer, orders.get(insurer, ()), has_stores)
                write_table(sheet, formats, HEAD_ROW, columns, rows, totals=totals)

    def _prepare_table(self, insurer, order, has_stores):
        """Return `(columns, rows)` of an insurer's sheet; rows are yielded one by one.

        :param order: headings of the insurer's list, which come first; those that say nothing to us stay empty
        """
        known = {
            name: column for name, column in self._get_columns().items() if has_stores or name != 'store'
        }
        listed = self._match_headings(order, known)
        taken = {name for _heading, name in listed}
        columns, names = [], []
        for heading, name in [*listed, *((None, name) for name in known if name not in taken)]:
            column = known.get(name) or Column(heading)
            columns.append(replace(column, title=heading or column.title))
            names.append(name or 'blank')
        rows = self.env['insurance.ledger.entry']._stream_ledger_rows(
            self._get_domain() & Domain('insurer_id', '=', insurer.id), names)
        return columns, rows

    # === ORDER OF THE INSURER'S LIST === #

    @api.model
    def _get_list_orders(self, insurers):
        """Return `{insurer: [heading, ...]}` of the latest agreements that say how the insurer's list is laid out."""
        # sudo: how a list is laid out is no secret, the terms of an agreement are
        agreements = self.env['insurance.insurer.agreement'].sudo().search([
            ('insurer_id', 'in', [insurer.id for insurer in insurers]), ('list_headings', '!=', False),
            ('company_id', 'in', self.env.companies.ids),
        ], order='date_from')
        return {agreement.insurer_id: agreement._get_list_headings() for agreement in agreements}

    @api.model
    def _match_headings(self, headings, known):
        """Return `[(heading, column name or None), ...]`: which column stands under each heading of an insurer's list.

        :param dict known: Column by name
        """
        # sudo: headings known from imports are no secret
        synonyms = dict(self.env['insurance.import.field'].sudo()._get_synonyms('ledger')) if headings else {}
        for name, column in known.items():
            synonyms[name] = [*synonyms.get(name, ()), column.title]
        judge, listed, taken = Synonyms(synonyms), [], set()
        for heading in headings:
            match = judge.match(heading)
            name = match and match.grade > GUESS and SAME.get(match.field, match.field)
            listed.append((heading, name if name in known and name not in taken else None))
            taken.add(name)
        return listed

    # === COLUMNS === #

    @api.model
    def _get_columns(self):
        """Return `{name: Column}` of all that a row of the ledger has, in the order of the paper (domain 2.5)."""
        _ = self.env._
        label = self._get_label
        return {
            'month': Column(_("Month")),
            'store': Column(label('company_id')),
            'no': Column(label('number'), 'int'),
            'entry_type': Column(label('entry_type')),
            'issue_date': Column(label('issue_date'), 'date'),
            'business_type': Column(label('business_type')),
            'channel': Column(label('channel_id')),
            **self._get_vehicle_columns(),
            'owner': Column(label('owner_id')),
            'applicant': Column(label('applicant_id')),
            'insured': Column(label('insured_id')),
            **self._get_policy_columns(),
            'premium_total': Column(_("Premium without Tax"), 'money', total=True),
            'with_tax': Column(_("Premium with Tax"), 'money', total=True),
            'discount': Column(label('discount_total'), 'money', total=True),
            'discount_rate': Column(label('discount_rate'), 'rate'),
            'due': Column(label('amount_due'), 'money', total=True),
            'received': Column(label('amount_received'), 'money', total=True),
            'vehicle_count': Column(label('vehicle_count'), 'int', total=True),
            'salesperson': Column(label('salesperson_id')),
            'clerk': Column(label('clerk_id')),
            **self._get_commission_columns(),
            'signed_by': Column(_("Settled by")),
            'signed_on': Column(_("Settled on"), 'datetime'),
            'origin_no': Column(_("Changes No."), 'int'),
            'endorsement_no': Column(_("Endorsement No.")),
            'reason': Column(label('reason_id')),
            'reason_note': Column(label('reason_note'), 'wrap', 30),
            'remark': Column(label('remark'), 'wrap', 30),
        }

    @api.model
    def _get_label(self, name, model='insurance.ledger.entry'):
        return self.env[model]._fields[name]._description_string(self.env)

    @api.model
    def _get_vehicle_columns(self):
        label = self._get_label
        return {
            'plate': Column(label('plate')),
            'vin': Column(label('vin')),
            'engine_no': Column(self.env._("Engine No.")),
            'model': Column(label('vehicle_model_id')),
            'first_registration': Column(self.env._("First Registration"), 'date'),
            'use': Column(label('use_type')),
            'is_new_energy': Column(label('is_new_energy')),
            'is_transferred': Column(label('is_transferred')),
        }

    @api.model
    def _get_policy_columns(self):
        _ = self.env._
        label = self._get_label
        return {
            'compulsory_no': Column(label('compulsory_no')),
            'compulsory_start': Column(label('compulsory_start'), 'date'),
            'compulsory_end': Column(label('compulsory_end'), 'date'),
            'compulsory_factor': Column(label('floating_factor', 'insurance.policy'), 'factor'),
            'compulsory_premium': Column(_("Compulsory Premium"), 'money', total=True),
            'vehicle_tax': Column(label('vehicle_tax'), 'money', total=True),
            'vehicle_tax_arrears': Column(label('vehicle_tax_arrears'), 'money', total=True),
            'vehicle_tax_late_fee': Column(label('vehicle_tax_late_fee'), 'money', total=True),
            'commercial_no': Column(label('commercial_no')),
            'commercial_start': Column(label('commercial_start'), 'date'),
            'commercial_end': Column(label('commercial_end'), 'date'),
            'commercial_standard': Column(label('standard_premium', 'insurance.policy'), 'money', total=True),
            'ncd_factor': Column(label('ncd_factor', 'insurance.policy'), 'factor'),
            'autonomy_factor': Column(label('autonomy_factor', 'insurance.policy'), 'factor'),
            'commercial_premium': Column(_("Commercial Premium"), 'money', total=True),
            'third_party_limit': Column(label('third_party_limit'), 'money'),
            'non_motor_name': Column(_("Non-motor Product")),
            'non_motor_no': Column(label('non_motor_no')),
            'non_motor_premium': Column(_("Non-motor Premium"), 'money', total=True),
        }

    @api.model
    def _get_commission_columns(self):
        """Return the columns of rates and commissions for who may read them."""
        _ = self.env._
        if not self.env['insurance.ledger.entry']._may_read_commission():
            return {}
        return {
            'compulsory_rate': Column(_("Compulsory Commission Rate"), 'rate'),
            'compulsory_commission': Column(_("Compulsory Commission"), 'money', total=True),
            'commercial_rate': Column(_("Commercial Commission Rate"), 'rate'),
            'commercial_commission': Column(_("Commercial Commission"), 'money', total=True),
            'non_motor_rate': Column(_("Non-motor Commission Rate"), 'rate'),
            'non_motor_commission': Column(_("Non-motor Commission"), 'money', total=True),
            'commission': Column(_("Commission in All"), 'money', total=True),
            'benefit_cost': Column(self._get_label('benefit_cost'), 'money', total=True),
            'margin': Column(self._get_label('margin'), 'money', total=True),
        }
