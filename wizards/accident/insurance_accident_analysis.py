import io

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from ...lib.percent import percent
from ...lib.xlsx_out import Column, new_workbook, write_table
from ..register.insurance_export import HEAD_ROW

PUSHED = ('INSURER_PUSH',)  # reasons not returned: the insurer sent the car elsewhere (domain 6.5)
SENT_AWAY = ('A_ASSESS',)  # reasons why a car left: told to have the loss assessed elsewhere (R48)
MAX_CARS = 5000  # of a workbook
LOOKS_BACK = 10  # until this day of a month, last month is what one talks about
COUNTS = ('reported', 'noticed', 'returned', 'excluded', 'pushed', 'gone', 'open')
MONEY = ('estimate', 'assessed', 'difference', 'premium')


class InsuranceAccidentAnalysis(models.TransientModel):
    """Accident cars and premium per insurer, for the talk with the insurers: what each sent, and what it sent away.

    Screen, print and workbook show the same rows. Premium is that of the ledger (K18), cars are the facts of the
    return rate (K13) and the register of cars that left (R50).
    """

    _name = 'insurance.accident.analysis'
    _description = "Accident Analysis for Insurers"
    _inherit = ['insurance.export']

    company_id = fields.Many2one('res.company', string="Store", required=True, default=lambda self: self.env.company)
    insurer_id = fields.Many2one('res.partner', string="Only this Insurer", domain=[('is_insurer', '=', True)],
                                 help="For the meeting with one insurer: its own figures and cars alone.")
    with_plates = fields.Boolean(string="With Plates", default=True,
                                 help="Names the cars by plate; without it by the insurer's report number alone.")
    preview = fields.Html(compute='_compute_preview', sanitize=False, export_string_translation=False)

    @api.model
    def default_get(self, fields):
        """Propose the month that is talked about: the last one in its first days, later the present one."""
        values = super().default_get(fields)
        today = self.env.company._insurance_today()
        if today.day <= LOOKS_BACK:
            first = today + relativedelta(months=-1, day=1)
            proposed = {'date_from': first, 'date_to': first + relativedelta(day=31)}
            values.update({name: day for name, day in proposed.items() if name in fields})
        return values

    @api.depends('company_id', 'date_from', 'date_to', 'insurer_id', 'with_plates')
    def _compute_preview(self):
        for wizard in self:
            ready = wizard.company_id and wizard.date_from and wizard.date_to and wizard.date_from <= wizard.date_to
            wizard.preview = ready and wizard.company_id in self.env.companies and self.env['ir.qweb']._render(
                'dealer_insurance.insurance_accident_analysis_tables', {'analysis': wizard._get_analysis()})

    # === FIGURES === #

    def _get_analysis(self):
        """Return what screen, print and workbook show.

        :return: dict of `title`, `period`, `store`, `insurer`, `rows` (a dict per insurer with `label`, `COUNTS`,
            `low` (cars lost to a low assessment), `away` (cars that left to be assessed elsewhere), `MONEY`,
            `policies`, and the texts that the tables show), `total`, `cars` (`kind`, `day`, `plate`, `report_no`,
            `insurer`, `estimate`, `assessed`, `difference`, `words`) and `is_provisional`
        """
        self.ensure_one()
        found = {}
        for query in (self._get_reports_query(), self._get_visits_query(), self._get_premium_query()):
            for values in self.env.execute_query_dict(query):
                insurer = values.pop('insurer_id') or 0
                found.setdefault(insurer, {}).update(values)
        if self.insurer_id:
            found = {self.insurer_id.id: found.get(self.insurer_id.id, {})}
        names = self._get_names([insurer for insurer in found if insurer])
        rows = [self._prepare_row(names.get(insurer) or self.env._("Insurer unknown"), values)
                for insurer, values in found.items()]
        rows.sort(key=lambda row: (-row['reported'], -row['premium'], row['label']))
        total = self._prepare_row(self.env._("Total"), {
            name: sum(row[name] for row in rows) for name in (*COUNTS, *MONEY, 'low', 'away', 'policies')})
        return {
            'title': self._get_title(), 'store': self.company_id.name, 'period': f"{self.date_from} – {self.date_to}",
            'insurer': self.insurer_id and (names.get(self.insurer_id.id) or self.insurer_id.name), 'rows': rows,
            'total': total, 'cars': self._get_cars(), 'is_provisional': bool(total['open']),
            'with_plates': self.with_plates,
        }

    @api.model
    def _get_names(self, ids):
        return {insurer.id: insurer.insurer_short_name or insurer.name
                for insurer in self.env['res.partner'].browse(ids)}

    def _get_reports_query(self):
        """Return the query of the reports by insurer."""
        Accident = self.env['insurance.accident']
        Accident.check_access('read')
        return SQL(
            """
            SELECT fact.insurer_id, count(*) AS reported, count(*) FILTER (WHERE source.code = 'INSURER') AS noticed,
                   count(*) FILTER (WHERE fact.is_returned) AS returned,
                   count(*) FILTER (WHERE fact.is_excluded) AS excluded,
                   count(*) FILTER (WHERE fact.is_not_returned AND reason.code IN %(pushed)s) AS pushed,
                   count(*) FILTER (WHERE fact.is_not_returned) AS gone, count(*) FILTER (WHERE fact.is_open) AS open
              FROM (%(facts)s) AS fact
         LEFT JOIN insurance_reason AS source ON source.id = fact.source_id
         LEFT JOIN insurance_reason AS reason ON reason.id = fact.reason_id
          GROUP BY fact.insurer_id
            """,
            pushed=PUSHED, facts=Accident._get_facts_query(self.company_id.ids, self.date_from, self.date_to),
        )

    def _get_visits_query(self):
        """Return the query of the cars that left for good because of the insurer; none of it is restricted (T38)."""
        Visit = self.env['insurance.lost.visit']
        Visit.check_access('read')
        Visit.flush_model()
        return SQL(
            """
            SELECT visit.insurer_id, count(*) FILTER (WHERE reason.needs_assessment) AS low,
                   count(*) FILTER (WHERE reason.code IN %(away)s) AS away,
                   COALESCE(sum(visit.own_estimate) FILTER (WHERE reason.needs_assessment), 0) AS estimate,
                   COALESCE(sum(visit.insurer_amount) FILTER (WHERE reason.needs_assessment), 0) AS assessed,
                   COALESCE(sum(visit.difference) FILTER (WHERE reason.needs_assessment), 0) AS difference
              FROM insurance_lost_visit AS visit
              JOIN res_company AS company ON company.id = visit.company_id
              JOIN insurance_reason AS reason ON reason.id = visit.reason_id
             WHERE NOT COALESCE(visit.is_superseded, FALSE) AND NOT COALESCE(visit.is_restricted, FALSE)
               AND visit.state IN ('improving', 'improved', 'recorded', 'lost') AND %(days)s
          GROUP BY visit.insurer_id
            """,
            away=SENT_AWAY, days=self.env['insurance.accident.arrival']._get_days_sql(
                'visit', 'arrived_on', self.company_id, self.date_from, self.date_to),
        )

    def _get_premium_query(self):
        """Return the query of the premium placed with each insurer (K18): sums only, without vehicle tax."""
        for name in ('insurance.ledger.entry', 'insurance.policy'):
            self.env[name].flush_model()
        return SQL(
            """
            SELECT entry.insurer_id, sum(policy.premium) AS premium,
                   sum(CASE entry.entry_type WHEN 'policy' THEN 1 WHEN 'cancellation' THEN -1 ELSE 0 END) AS policies
              FROM insurance_policy AS policy
              JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id
             WHERE entry.state = 'registered' AND entry.company_id = %s AND entry.issue_date BETWEEN %s AND %s
          GROUP BY entry.insurer_id
            """,
            self.company_id.id, self.date_from, self.date_to,
        )

    def _prepare_row(self, label, values):
        row = {name: int(values.get(name) or 0) for name in (*COUNTS, 'low', 'away', 'policies')}
        row.update({name: float(values.get(name) or 0) for name in MONEY})
        base = row['reported'] - row['excluded']
        return {
            **row, 'label': label, 'elsewhere': row['pushed'] + row['away'],
            'rate': row['returned'] / base if base else None, 'rate_text': percent(row['returned'], base),
            'difference_text': self._to_money(row['difference']) if row['low'] else '',
            'estimate_text': self._to_money(row['estimate']) if row['low'] else '',
            'assessed_text': self._to_money(row['assessed']) if row['low'] else '',
            'premium_text': self._to_money(row['premium']) if row['premium'] else '',
        }

    def _to_money(self, amount):
        return formatLang(self.env, amount, digits=0)

    # === CARS === #

    def _get_cars(self):
        """Return the cars to talk about: sent elsewhere, and lost to a low assessment; with the user's own rights."""
        return [*self._get_pushed_cars(), *self._get_left_cars()]

    def _get_pushed_cars(self):
        ids = [accident for (accident,) in self.env.execute_query(SQL(
            "SELECT fact.id FROM (%s) AS fact JOIN insurance_reason AS reason ON reason.id = fact.reason_id"
            " WHERE fact.is_not_returned AND reason.code IN %s ORDER BY fact.day, fact.id LIMIT %s",
            self.env['insurance.accident']._get_facts_query(self.company_id.ids, self.date_from, self.date_to),
            PUSHED, MAX_CARS,
        ))]
        accidents = self.env['insurance.accident'].search([('id', 'in', ids)], order='reported_on, id')
        if self.insurer_id:
            accidents = accidents.filtered(lambda accident: accident.insurer_id == self.insurer_id)
        names = self._get_names(accidents.insurer_id.ids)
        return [{
            'kind': self.env._("Sent elsewhere"), 'day': self._get_day(accident.reported_on),
            'plate': self.with_plates and (accident.plate or accident.vin or ''), 'report_no': accident.report_no or '',
            'insurer': names.get(accident.insurer_id.id, ''), 'estimate': None, 'assessed': None, 'difference': None,
            'words': accident.reason_text or accident.reason_id.name,
        } for accident in accidents]

    def _get_left_cars(self):
        visits = self.env['insurance.lost.visit'].search([
            ('id', 'in', [visit for (visit,) in self.env.execute_query(SQL(
                "SELECT visit.id FROM insurance_lost_visit AS visit JOIN res_company AS company"
                " ON company.id = visit.company_id JOIN insurance_reason AS reason ON reason.id = visit.reason_id"
                " WHERE NOT COALESCE(visit.is_superseded, FALSE) AND NOT COALESCE(visit.is_restricted, FALSE)"
                " AND visit.state IN ('improving', 'improved', 'recorded', 'lost')"
                " AND (reason.needs_assessment OR reason.code IN %s) AND %s LIMIT %s",
                SENT_AWAY, self.env['insurance.accident.arrival']._get_days_sql(
                    'visit', 'arrived_on', self.company_id, self.date_from, self.date_to), MAX_CARS,
            ))]),
        ], order='arrived_on, id')
        if self.insurer_id:
            visits = visits.filtered(lambda visit: visit.insurer_id == self.insurer_id)
        names = self._get_names(visits.insurer_id.ids)
        return [{
            'kind': self.env._("Assessed too low") if visit.needs_assessment else self.env._("Assessed elsewhere"),
            'day': self._get_day(visit.arrived_on), 'plate': self.with_plates and (visit.plate or ''),
            'report_no': visit.report_no or '', 'insurer': names.get(visit.insurer_id.id, ''),
            'estimate': visit.own_estimate, 'assessed': visit.insurer_amount or None,
            'difference': visit.difference if visit.insurer_amount else None, 'words': visit.damage,
        } for visit in visits]

    def _get_day(self, moment):
        return self.company_id._insurance_local(moment).date()

    # === ACTIONS === #

    def _get_title(self):
        title = self.env._("Accident Analysis")  # by itself: terms inside an f-string are not collected
        return f"{title} {self.company_id.name} {self.date_from} – {self.date_to}"

    def _check_store(self):
        """Refuse a store that is not among the user's present ones, whatever the form sent."""
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("%(store)s is not one of the stores you work in now. Choose it above first.",
                                       store=self.company_id.name))

    def action_print(self):
        self.ensure_one()
        self._check_store()
        return self.env.ref('dealer_insurance.report_insurance_accident_analysis_action').report_action(self)

    def action_export(self):
        """Make the workbook with the same rows, log it, and return the action that downloads it."""
        self.ensure_one()
        self._check_store()
        analysis = self._get_analysis()
        if not analysis['rows']:
            raise UserError(self.env._("Nothing was reported or placed in %(store)s from %(start)s to %(end)s.",
                                       store=self.company_id.name, start=self.date_from, end=self.date_to))
        title = self._get_title()
        self._log_export(title, {self.company_id: len(analysis['cars'])})
        return self._deliver(self._make_workbook(title, analysis), f"{title}.xlsx")

    def _prepare_analysis_prints(self):
        """Return the analyses as the print shows them, with who printed them and when."""
        self.check_access('read')
        now, prints = fields.Datetime.now(), []
        for wizard in self:
            wizard._check_store()
            moment = wizard.company_id._insurance_local(now).strftime('%Y-%m-%d %H:%M')
            prints.append(dict(wizard._get_analysis(), printed=self.env._(
                "Printed by %(user)s on %(moment)s", user=self.env.user.name, moment=moment)))
        return prints

    # === WORKBOOK === #

    def _make_workbook(self, title, analysis):
        """Return the workbook (bytes): a sheet with the insurers, one with the cars."""
        buffer = io.BytesIO()
        workbook, formats = new_workbook(buffer)
        with workbook:
            for name, (columns, rows) in (
                (self.env._("Insurers"), self._prepare_insurer_table(analysis)),
                (self.env._("Cars"), self._prepare_car_table(analysis)),
            ):
                sheet = self._add_marked_sheet(workbook, formats, name, title, len(rows))
                write_table(sheet, formats, HEAD_ROW, columns, rows)
        return buffer.getvalue()

    def _prepare_insurer_table(self, analysis):
        _ = self.env._
        columns = [
            Column(_("Insurer")), Column(_("Reported Accidents"), 'int'), Column(_("Told by the Insurer"), 'int'),
            Column(_("Returned Cars"), 'int'), Column(_("Return Rate (net)"), 'rate'),
            Column(_("Sent elsewhere by the Insurer"), 'int'), Column(_("Assessed elsewhere"), 'int'),
            Column(_("Not Returned"), 'int'), Column(_("Open Reports"), 'int'),
            Column(_("Lost to Low Assessment"), 'int'), Column(_("Our Estimate"), 'money'),
            Column(_("Insurer's Assessment"), 'money'), Column(_("Estimate above Assessment"), 'money'),
            Column(_("Policies"), 'int'), Column(_("Premium Placed"), 'money'),
        ]
        names = ('label', 'reported', 'noticed', 'returned', 'rate', 'pushed', 'away', 'gone', 'open', 'low',
                 'estimate', 'assessed', 'difference', 'policies', 'premium')
        return columns, [[row[name] for name in names] for row in (*analysis['rows'], analysis['total'])]

    def _prepare_car_table(self, analysis):
        _ = self.env._
        plates = [Column(_("Plate"))] if self.with_plates else []
        columns = [
            Column(_("Kind of Loss")), Column(_("Date"), 'date'), *plates, Column(_("Insurer's Report No.")),
            Column(_("Insurer")), Column(_("Our Estimate"), 'money'), Column(_("Insurer's Assessment"), 'money'),
            Column(_("Estimate above Assessment"), 'money'), Column(_("In Words"), 'wrap', 50),
        ]
        return columns, [[
            car['kind'], car['day'], *([car['plate']] if self.with_plates else []), car['report_no'], car['insurer'],
            car['estimate'], car['assessed'], car['difference'], car['words'],
        ] for car in analysis['cars']]
