import io
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...lib.xlsx_out import Column, new_workbook, write_table
from ..register.insurance_export import HEAD_ROW

MAX_CASES = 20000  # of a workbook; more are slow to make and to open
LOOKS_BACK = 10  # until this day of a month, last month is what one analyses
ONE_DAY, ONE_YEAR = timedelta(days=1), relativedelta(years=1)


class InsuranceRenewalAnalysis(models.TransientModel):
    """Why the store lost renewals in a period, for the talk with the insurers (R6).

    Reasons and winners now, in the period before and a year ago; what grew, who differs from the store, which two
    reasons cover most. Screen, print and workbook show the same tables.
    """

    _name = 'insurance.renewal.analysis'
    _description = "Lost Analysis"
    _inherit = ['insurance.export']

    company_id = fields.Many2one('res.company', string="Store", required=True, default=lambda self: self.env.company)
    for_insurer = fields.Boolean(
        string="Goes to an Insurer",
        help="Leaves out plates and the names of our people: insurers need the reasons and prices only.",
    )
    preview = fields.Html(compute='_compute_preview', sanitize=False, export_string_translation=False)

    @api.model
    def default_get(self, fields):
        """Propose the month that is being analysed: the last one in its first days, later the present one."""
        values = super().default_get(fields)
        today = self.env.company._insurance_today()
        if today.day <= LOOKS_BACK:
            first = today + relativedelta(months=-1, day=1)
            proposed = {'date_from': first, 'date_to': today.replace(day=1) - ONE_DAY}
            values.update({name: day for name, day in proposed.items() if name in fields})
        return values

    @api.depends('company_id', 'date_from', 'date_to', 'for_insurer')
    def _compute_preview(self):
        for wizard in self:
            ready = wizard.company_id and wizard.date_from and wizard.date_to and wizard.date_from <= wizard.date_to
            wizard.preview = ready and self.env['ir.qweb']._render(
                'dealer_insurance.insurance_renewal_analysis_tables', {'analysis': wizard._get_analysis()})

    # === PERIODS === #

    def _get_periods(self):
        """Return `{'now', 'previous', 'year'}: (first, last)`: whole months are compared with whole months."""
        first, last = self.date_from, self.date_to
        following = last + ONE_DAY
        if first.day == 1 and following.day == 1:
            months = (following.year - first.year) * 12 + following.month - first.month
            return {
                'now': (first, last),
                'previous': (first - relativedelta(months=months), first - ONE_DAY),
                'year': (first - ONE_YEAR, following - ONE_YEAR - ONE_DAY),
            }
        return {
            'now': (first, last),
            'previous': (first - (following - first), first - ONE_DAY),
            'year': (first - ONE_YEAR, last - ONE_YEAR),
        }

    def _get_domain(self, period='now'):
        return self.env['insurance.renewal']._get_lost_domain(self.company_id, *self._get_periods()[period])

    def _get_title(self):
        title = self.env._("Lost Analysis")  # by itself: terms inside an f-string are not collected for translation
        return f"{title} {self.company_id.name} {self.date_from} – {self.date_to}"

    # === ACTIONS === #

    def _check_store(self):
        """Refuse a store that is not among the user's present ones, whatever the form sent."""
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("%(store)s is not one of the stores you work in now. Choose it above first.",
                                       store=self.company_id.name))

    def action_print(self):
        self.ensure_one()
        self._check_store()
        return self.env.ref('dealer_insurance.report_insurance_renewal_analysis_action').report_action(self)

    def action_export(self):
        """Make the workbook, log it, and return the action that downloads it.

        :raises UserError: when the period holds no lost case, or too many for a workbook
        """
        self.ensure_one()
        self._check_store()
        analysis = self._get_analysis()
        count = analysis['count']
        if not count:
            raise UserError(self.env._("No renewal was lost in %(store)s from %(start)s to %(end)s.",
                                       store=self.company_id.name, start=self.date_from, end=self.date_to))
        if count > MAX_CASES:
            raise UserError(self.env._("These are more than %(limit)s lost cases. Choose a shorter period.",
                                       limit=MAX_CASES))
        title = self._get_title()
        self._log_export(title, {self.company_id: count})
        return self._deliver(self._make_workbook(title, analysis), f"{title}.xlsx")

    def action_view_cases(self):
        """Show the cases behind the analysis."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Lost Cases"), 'res_model': 'insurance.renewal',
            'view_mode': 'list,form,pivot,graph', 'domain': list(self._get_domain()),
            'context': {'insurer_short_name': True},
        }

    # === WORKBOOK === #

    def _make_workbook(self, title, analysis):
        """Return the workbook (bytes): a sheet for each table, and one with the cases."""
        buffer = io.BytesIO()
        workbook, formats = new_workbook(buffer)
        cases = self._prepare_case_table()
        tables = [
            (self.env._("Findings"), [Column(self.env._("Finding"), 'wrap', 100)],
             [[sentence] for sentence in analysis['sentences']]),
            (self.env._("Reasons"), *self._prepare_count_table(
                self.env._("Lost Reason"), analysis['reasons'], True)),
            (self.env._("Won by Insurer"), *self._prepare_count_table(
                self.env._("Lost to"), analysis['insurers'], False)),
            *([] if self.for_insurer else [
                (self.env._("Specialists"), *self._prepare_specialist_table(analysis['specialists']))]),
            (self.env._("Cases"), *cases),
        ]
        with workbook:
            for name, columns, rows in tables:
                sheet = self._add_marked_sheet(workbook, formats, name, title, analysis['count'])
                write_table(sheet, formats, HEAD_ROW, columns, rows)
        return buffer.getvalue()

    def _prepare_count_table(self, label, rows, with_group):
        _ = self.env._
        columns = [
            Column(label), *([Column(_("Group of Reasons")), Column(_("Avoidable"))] if with_group else []),
            Column(_("Lost Cases"), 'int'), Column(_("Share of Lost Cases"), 'rate'),
            Column(_("Period before"), 'int'), Column(_("Up or Down"), 'int'), Column(_("A Year ago"), 'int'),
            Column(_("Average Price Gap"), 'money'), Column(_("Cases with Price Gap"), 'int'),
        ]
        return columns, [[
            row['label'], *([row['group'], row['controllable']] if with_group else []), row['count'], row['share'],
            row['previous'], row['change'], row['year'], row['gap'], row['gap_count'],
        ] for row in rows]

    def _prepare_specialist_table(self, rows):
        _ = self.env._
        columns = [
            Column(_("Specialist")), Column(_("Lost Cases"), 'int'), Column(_("Share of Lost Cases"), 'rate'),
            Column(_("Most Unlike the Store in")), Column(_("Own Share"), 'rate'), Column(_("Store's Share"), 'rate'),
            Column(_("Differs")),
        ]
        return columns, [[
            row['label'], row['count'], row['share'], row['reason'], row['own_share'], row['store_share'],
            row['differs'] and _("Yes"),
        ] for row in rows]

    def _prepare_case_table(self):
        """Return `(columns, rows)` of the cases; what identifies people is not in it, plates and staff on demand."""
        _ = self.env._
        cases = self.env['insurance.renewal'].search(self._get_domain(), order='closed_on, id')
        gaps, named = cases._get_price_gaps(), not self.for_insurer
        columns = [
            Column(_("Lost on"), 'date'), *([Column(_("Plate")), Column(_("Specialist"))] if named else []),
            Column(_("Model")), Column(_("Expiry"), 'date'), Column(_("Last Insurer")), Column(_("Lost Reason")),
            Column(_("Lost to")), Column(_("Competitor's Price"), 'money'), Column(_("Price Gap"), 'money'),
            Column(_("Found out Late")), Column(_("Countermeasure"), 'wrap', 40),
        ]
        rows = []
        for case in cases:
            rows.append([
                case.closed_on, *([case.plate, case.specialist_id.name] if named else []),
                case.vehicle_model_id.display_name, case.reference_expiry, self._get_short_name(case.insurer_id),
                case.lost_reason_id.name, self._get_short_name(case.lost_insurer_id), case.lost_price or None,
                gaps.get(case), case.is_late_discovery and _("Yes"), case.countermeasure,
            ])
        return columns, rows

    @api.model
    def _get_short_name(self, insurer):
        return insurer.insurer_short_name or insurer.name
