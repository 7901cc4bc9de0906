from collections import Counter, defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...lib.accident_clock import read_classes
from ..accident.insurance_lost_visit import LOST_STATES
from ..accident.insurance_register_lost_visit import CONFIDANTS

TREND_MONTHS = 12
TOP = 6
SUMS = SQL(
    "count(*), count(*) FILTER (WHERE fact.is_returned), count(*) FILTER (WHERE fact.is_open),"
    " count(*) FILTER (WHERE fact.is_excluded), count(*) FILTER (WHERE fact.is_not_returned)"
)
NAMES = ('reports', 'returned', 'open', 'excluded', 'not_returned')


class InsuranceAccidentBoard(models.AbstractModel):
    """The tables of the accident board: sums of the facts, read in a few queries over months."""

    _inherit = 'insurance.accident.board'

    @api.model
    def _read_board_rows(self, company, first, last):
        """Return `totals`, and the rows of `reasons`, `insurers`, `sources` and `people` of the month, in one query."""
        ends = list(read_classes(company.insurance_accident_classes))
        found = defaultdict(dict)
        for kinds, reason, insurer, source, person, place, *sums in self.env.execute_query(SQL(
            """
            SELECT GROUPING(why, insurer_id, source_id, operator_id, place), why, insurer_id, source_id,
                   operator_id, place, %(sums)s
              FROM (SELECT fact.*, CASE WHEN is_not_returned THEN reason_id END AS why,
                           CASE WHEN contact_minutes IS NOT NULL THEN (
                                SELECT count(*) FROM unnest(%(ends)s::int[]) AS one(minutes)
                                 WHERE one.minutes < contact_minutes) END AS place
                      FROM (%(facts)s) AS fact) AS fact
          GROUP BY GROUPING SETS ((), (why), (insurer_id), (source_id), (operator_id), (operator_id, place))
            """,
            sums=SUMS, ends=ends, facts=self.env['insurance.accident']._get_facts_query(company.ids, first, last),
        )):
            row = dict(zip(NAMES, sums, strict=True))
            keys = {0b11111: ('totals', False), 0b01111: ('reasons', reason), 0b10111: ('insurers', insurer),
                    0b11011: ('sources', source), 0b11101: ('people', person), 0b11100: ('classes', (person, place))}
            table, key = keys[kinds]
            found[table][key] = row
        return {
            'totals': found['totals'].get(False) or dict.fromkeys(NAMES, 0),
            'reasons': self._prepare_reasons(found['reasons'], 'not_returned'),
            'insurers': self._prepare_rows('res.partner', found['insurers'], self.env._("Insurer unknown"))[:TOP],
            'sources': self._prepare_rows('insurance.reason', found['sources'], ''),
            'people': self._prepare_people(found['people'], found['classes'], len(ends)),
        }

    @api.model
    def _prepare_rows(self, model, rows, unknown):
        """Return the rows with id and label, the most frequent first."""
        records = self.env[model].browse([key for key in rows if key])
        labels = {record.id: record.insurer_short_name or record.name if model == 'res.partner' else record.name
                  for record in records}
        return sorted(
            ({'id': key or 0, 'label': labels.get(key) or unknown, **row, 'rate': self._get_net_rate(row)}
             for key, row in rows.items()),
            key=lambda row: (-row['reports'], row['label']),
        )

    @api.model
    def _get_net_rate(self, row):
        base = row['reports'] - row['excluded']
        return row['returned'] / base if base else None

    @api.model
    def _prepare_reasons(self, rows, name):
        """Return the reasons with `code` (of the figure), `label`, `count` and `share`, the most frequent first."""
        rows = {key: row[name] for key, row in rows.items() if row[name]}
        total = sum(rows.values())
        reasons = {reason.id: reason for reason in self.env['insurance.reason'].browse([key for key in rows if key])}
        return [{
            'id': key or 0, 'label': reasons[key].name if key else self.env._("No reason given"),
            'code': f'K14_{reasons[key].code}' if key and not reasons[key].company_id else '',
            'count': count, 'share': count / total,
        } for key, count in sorted(rows.items(), key=lambda item: (-item[1], item[0] or 0))][:TOP]

    @api.model
    def _prepare_people(self, rows, classes, slowest):
        """Return the operators with their reports, rate, and how many first contacts fell into each class."""
        people = self._prepare_rows('res.users', rows, self.env._("Nobody named"))
        counts = defaultdict(Counter)
        for (person, place), row in classes.items():
            if place is not None:
                counts[person or 0][place] += row['reports']
        return [{**row, 'classes': [counts[row['id']][place] for place in range(slowest + 1)]} for row in people]

    # === TREND === #

    @api.model
    def _get_board_trend(self, company, first):
        """Return the last twelve months: lists of `labels`, `months`, `reports`, `returned` and `rate`.

        Closed months stand as they were frozen.
        """
        start = first - relativedelta(months=TREND_MONTHS - 1)
        months = [start + relativedelta(months=number) for number in range(TREND_MONTHS)]
        now = {month: (reports, returned, reports - excluded) for month, reports, returned, _open, excluded, _gone
               in self.env.execute_query(SQL(
                   "SELECT date_trunc('month', fact.day)::date, %s FROM (%s) AS fact GROUP BY 1", SUMS,
                   self.env['insurance.accident']._get_facts_query(
                       company.ids, start, first + relativedelta(day=31)),
               ))}
        frozen = self._get_frozen_trend(company, start, first)
        rows = [frozen.get(month) or now.get(month, (0, 0, 0)) for month in months]
        return {
            'labels': [f'{month:%y-%m}' for month in months], 'months': [month.isoformat() for month in months],
            'reports': [row[0] for row in rows], 'returned': [row[1] for row in rows],
            'rate': [row[1] / row[2] if row[2] else None for row in rows],
            'is_frozen': [month in frozen for month in months],
        }

    @api.model
    def _get_frozen_trend(self, company, first, last):
        """Return `{month: (reports, returned, base of the net rate)}` of the closed months."""
        rows = defaultdict(lambda: [0, 0, 0])
        for month, code, numerator, denominator in self.env['insurance.kpi.value']._read_group([
            ('company_id', '=', company.id), ('month', '>=', first), ('month', '<=', last),
            ('code', 'in', ['K13', 'K13_gross']), ('specialist_id', '=', False), ('adjusts_month', '=', False),
        ], ['month:day', 'code'], ['numerator:sum', 'denominator:sum']):
            if code == 'K13':
                rows[month][1:] = [int(numerator or 0), int(denominator or 0)]
            else:
                rows[month][0] = int(denominator or 0)
        return {month: tuple(row) for month, row in rows.items()}

    # === CARS THAT LEFT === #

    @api.model
    def _get_board_losses(self, company, first, last):
        """Return why cars of the month left for good, the most frequent reasons first.

        Restricted reasons are named to those who read restricted entries; others see them among "Other" (T38).
        """
        sees = self.env.user.has_groups(CONFIDANTS)
        # sudo: sums for who may read the board
        Visit, Arrival = self.env['insurance.lost.visit'].sudo(), self.env['insurance.accident.arrival']
        Visit.flush_model()
        counts = Counter()
        for reason, is_restricted, count in self.env.execute_query(SQL(
            "SELECT visit.reason_id, visit.is_restricted, count(*) FROM insurance_lost_visit AS visit"
            " JOIN res_company AS company ON company.id = visit.company_id"
            " WHERE NOT COALESCE(visit.is_superseded, FALSE) AND visit.state IN %s AND %s GROUP BY 1, 2",
            LOST_STATES, Arrival._get_days_sql('visit', 'arrived_on', company, first, last),
        )):
            counts[reason if sees or not is_restricted else False] += count
        names = {reason.id: reason.name for reason in self.env['insurance.reason'].sudo().browse(  # sudo: as above
            [key for key in counts if key])}
        total = sum(counts.values())
        return [{'id': key or 0, 'label': names.get(key) or self.env._("Other reasons"), 'count': count,
                 'share': count / total}
                for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0] or 0))][:TOP]
