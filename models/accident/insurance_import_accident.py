from odoo import api, models

from ...lib import accident_words, identifiers, values
from ...lib.ledger_words import bare, look_up
from ...lib.weeks import utc_moment


class InsuranceImportAccident(models.AbstractModel):
    """The hotline's workbook: one row, one report, and what became of it (R38-R45).

    Rows become lines of the operator's book like those typed; who answered stands on each. A row that is on file
    already only adds what it says about the outcome.
    """

    _name = 'insurance.import.accident'
    _inherit = 'insurance.import.handler.vehicle'
    _description = "Import of Accident Reports"

    _kind = 'accident'
    _parsers = {
        **dict.fromkeys(('report_time', 'accident_time', 'expected_time', 'return_time'), values.parse_datetime),
        **dict.fromkeys(
            ('source', 'relation', 'model', 'insurer', 'place', 'accident_type', 'liability', 'damage', 'surveyor',
             'pickup', 'reason', 'reason_text', 'remark'), values.parse_text),
        **dict.fromkeys(
            ('injury', 'drivable', 'police', 'tow', 'reminded', 'returned'), values.parse_bool),
        **dict.fromkeys(('operator', 'caller'), identifiers.normalise_person),
        **dict.fromkeys(('phone', 'surveyor_phone'), identifiers.normalise_phone),
        **dict.fromkeys(('report_no', 'compulsory_no', 'commercial_no'), identifiers.normalise_policy_no),
        'plate': identifiers.normalise_plate,
        'vin': identifiers.normalise_vin,
    }
    _date_fields = frozenset({'report_time', 'accident_time', 'expected_time', 'return_time'})
    _advice_fields = frozenset({
        'operator', 'caller', 'relation', 'phone', 'model', 'report_no', 'compulsory_no', 'commercial_no', 'place',
        'accident_type', 'liability', 'injury', 'drivable', 'police', 'tow', 'reminded', 'damage', 'surveyor',
        'surveyor_phone', 'pickup', 'expected_time', 'remark',
    })
    _required_choices = (('plate', 'vin'),)
    _title_fields = ('plate', 'vin')
    _subtitle_fields = ('report_time', 'caller')

    @api.model
    def _begin(self, importing):
        company = importing.company_id
        Reason = self.env['insurance.reason']
        return dict(
            super()._begin(importing),
            operators=self._get_users_by_name(company),
            sources={code: Reason._get_by_code('accident_source', code).id
                     for code in set(accident_words.SOURCES.values())},
            reasons=self._get_reasons(company),
            keys={},  # what tells a report from others -> number of the row that has it
        )

    @api.model
    def _get_reasons(self, company):
        """Return `{code or bare label: id}` of the reasons why cars do not come, as the store knows them."""
        reasons = self.env['insurance.reason'].search([
            ('use', '=', 'accident_not_returned'), ('company_id', 'in', (False, company.id)), ('is_group', '=', False),
        ])
        words = {}
        for code, _name in self.env['res.lang'].get_installed():
            words.update((bare(reason.name), reason.id) for reason in reasons.with_context(lang=code))
        return words | {reason.code: reason.id for reason in reasons}

    # === ONE ROW === #

    @api.model
    def _parse(self, record, epoch, session):
        row, issues = super()._parse(record, epoch, session)
        unreadable = {issue['args'].get('field') for issue in issues}
        issues += self._judge_car(row, unreadable)
        if not row.get('report_time') and 'report_time' not in unreadable:
            issues.append(self._issue('report_time_missing'))
        issues += self._judge_names(row, session)
        issues += self._judge_outcome(row, session)
        for code in self._date_fields & row.keys():
            if row[code]:
                row[code] = row[code].strftime('%Y-%m-%d %H:%M')
        return row, issues

    @api.model
    def _judge_car(self, row, unreadable):
        """Judge plate and VIN; a report needs one of them (2.7)."""
        if not row.get('plate') and not row.get('vin') and not {'plate', 'vin'} & unreadable:
            return [self._issue('vehicle_unidentified')]
        issues = self._judge_vehicle(dict(row, owner='-'), unreadable)
        return [issue for issue in issues if issue['code'] != 'vin_missing']

    @api.model
    def _judge_names(self, row, session):
        issues = self._judge_insurer(row, session)
        word = row.pop('source', None)
        if word and bare(word) in accident_words.WALK_INS:
            issues.append(self._issue('walk_in', value=word))
        code = look_up(accident_words.SOURCES, word or '客户来电')
        row['source_id'] = session['sources'].get(code)
        if not row['source_id']:
            issues.append(self._issue('source_unknown', value=word))
        if row.get('operator'):
            row['operator_id'] = session['operators'].get(row['operator'])
        for name, table in (('accident_type', accident_words.ACCIDENT_TYPES), ('pickup', accident_words.PICKUP_WAYS),
                            ('liability', accident_words.LIABILITIES)):
            if row.get(name):
                known = look_up(table, row[name])
                if not known:
                    issues.append(self._issue('word_unknown', 'info', value=row[name]))
                row[name] = known
        return issues

    @api.model
    def _judge_outcome(self, row, session):
        """Say what became of the car: `outcome` is 'returned', 'not_returned' or nothing, `reason_id` why."""
        issues = []
        text = row.pop('reason', None)
        if row.pop('returned', None) and row.get('return_time'):
            row['outcome'] = 'returned'
        elif text:
            reason = session['reasons'].get(bare(text)) or session['reasons'].get(
                look_up(accident_words.REASONS, text))
            if not reason:
                issues.append(self._issue('reason_other', 'info', value=text))
                reason = session['reasons'].get('OTHER')
            row.update(outcome='not_returned', reason_id=reason, reason_text=row.get('reason_text') or text)
        if row.get('accident_time') and row.get('report_time') and row['accident_time'] > row['report_time']:
            issues.append(self._issue('accident_after_report', value=row['accident_time']))
        return issues

    # === ROWS AGAINST EACH OTHER AND THE DATABASE === #

    @api.model
    def _judge(self, rows, session):
        self._settle(rows)
        rows = [row for row in rows if row.get('status') != 'rejected']
        on_file = self._find_on_file([row['values'] for row in rows], session['company'])
        for row in rows:
            data = row['values']
            key = self._get_key(data)
            first = session['keys'].setdefault(key, row['number'])
            accident = on_file.get(key)
            row['status'] = 'new'
            if first != row['number']:
                row['issues'].append(self._issue('row_twice', row=first))
            elif accident:
                row['status'] = 'update' if self._adds_outcome(accident, data) else 'unchanged'
        self._settle(rows)

    @api.model
    def _get_key(self, data):
        """Return what tells a report from others: when it came, about which car, from whom."""
        return data['report_time'], data.get('plate') or '', data.get('vin') or '', data['source_id']

    @api.model
    def _find_on_file(self, data, company):
        """Return `{key: report}` of the store's reports of these moments."""
        if not data:
            return {}
        moments = [self._to_utc(row['report_time'], company) for row in data]
        found = self.env['insurance.accident'].search([
            ('company_id', '=', company.id), ('reported_on', 'in', moments),
        ])
        return {
            (company._insurance_local(one.reported_on).strftime('%Y-%m-%d %H:%M'), one.plate or '', one.vin or '',
             one.source_id.id): one for one in found
        }

    @api.model
    def _to_utc(self, text, company):
        return utc_moment(values.parse_datetime(text), company.insurance_tz) if text else False

    @api.model
    def _adds_outcome(self, accident, data):
        """Tell whether the row knows more of the car than the report on file."""
        outcome = data.get('outcome')
        if not outcome or accident.state == outcome or accident.state in ('merged', 'corrected', 'returned'):
            return False
        return accident.reason_id.id != data.get('reason_id') or outcome == 'returned'

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            vehicle_unidentified=_("Neither plate nor VIN is given; one of them is needed."),
            report_time_missing=_("The time of the report is missing."),
            walk_in=_("%(value)s: a car that simply drove in is not registered here, it belongs to the claims."),
            source_unknown=_("Source %(value)s is not known; write customer's call or insurer's notice."),
            word_unknown=_("%(value)s is not known; it is left empty."),
            reason_other=_("Reason %(value)s is not in the list; it is kept in words under Other."),
            accident_after_report=_("The accident of %(value)s lies after its report."),
            row_twice=_("The same report stands in row %(row)s already."),
        )
