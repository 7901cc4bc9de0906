from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain

from ...lib import identifiers, values

SAME_CYCLE = timedelta(days=180)  # a case of the same car whose expiry is nearer than this is the same renewal
FORESEEABLE = timedelta(days=3 * 366)  # an expiry further away than this is a slip of the pen

CUSTOMER_CLASSES = {
    '新转续': 'r_new',
    '首年续保': 'r_new',
    '次新车': 'r_new',
    '新保转续保': 'r_new',
    '续转续': 'r_ren',
    '续保转续保': 'r_ren',
    '多年续保': 'r_ren',
    '间转续': 'r_gap',
    '间隔续保': 'r_gap',
    '断保': 'r_gap',
    '回流': 'r_gap',
    '潜转续': 'r_pot',
    '潜在客户': 'r_pot',
    '在修不在保': 'r_pot',
    '潜客': 'r_pot',
    '首次': 'first',
    '首次投保': 'first',
}  # what stores write (domain 6.1) and the codes
NEEDED_PREMIUMS = ('compulsory_premium', 'commercial_premium', 'vehicle_tax')


class InsuranceImportRenewal(models.AbstractModel):
    """The renewal base of a month: one row, one car whose policies expire."""

    _name = 'insurance.import.renewal'
    _inherit = 'insurance.import.handler.vehicle'
    _description = "Import of Renewal Bases"

    _kind = 'renewal_base'
    _parsers = {
        'vin': identifiers.normalise_vin,
        'plate': identifiers.normalise_plate,
        'model': values.parse_text,
        'engine_no': values.parse_text,
        'first_registration': values.parse_date,
        'owner': identifiers.normalise_person,
        'insured': identifiers.normalise_person,
        'phone': identifiers.normalise_phone,
        'use': values.parse_text,
        'customer_class': values.parse_text,
        'bought_here': values.parse_bool,
        'insurer': values.parse_text,
        'compulsory_no': identifiers.normalise_policy_no,
        'compulsory_expiry': values.parse_date,
        'commercial_no': identifiers.normalise_policy_no,
        'commercial_expiry': values.parse_date,
        'compulsory_premium': values.parse_money,
        'commercial_premium': values.parse_money,
        'vehicle_tax': values.parse_money,
        'claims': values.parse_int,
        'privilege': values.parse_text,
        'specialist': identifiers.normalise_person,
        'remark': values.parse_text,
    }
    _date_fields = frozenset({'first_registration', 'compulsory_expiry', 'commercial_expiry'})
    _advice_fields = frozenset(
        {
            'first_registration',
            'bought_here',
            'claims',
            'phone',
            'engine_no',
            'use',
            'privilege',
            'customer_class',
            'specialist',
            'remark',
            'model',
        }
    )
    _required_choices = (('compulsory_expiry', 'commercial_expiry'),)
    _title_fields = ('plate', 'vin')
    _subtitle_fields = ('owner',)

    @api.model
    def _begin(self, importing):
        company = importing.company_id
        return dict(
            super()._begin(importing),
            specialists=self._get_users_by_name(company, ('dealer_insurance.group_renewal_specialist',)),
            vins={},  # VIN -> number of the accepted row that has it
            policies={},  # (insurer id, policy number) -> (VIN, row number)
            today=company._insurance_today(),
        )

    # === ONE ROW === #

    @api.model
    def _parse(self, record, epoch, session):
        row, issues = super()._parse(record, epoch, session)
        unreadable = {issue['args'].get('field') for issue in issues}
        issues += self._judge_vehicle(row, unreadable) + self._judge_dates(row, unreadable, session)
        for code in NEEDED_PREMIUMS:
            if row.get(code) is not None and row[code] < 0:
                issues.append(self._issue('premium_negative', value=row[code], field=code))
        issues += self._judge_names(row, session)
        return row, issues

    @api.model
    def _judge_dates(self, row, unreadable, session):
        expiries = [row[code] for code in ('compulsory_expiry', 'commercial_expiry') if row.get(code)]
        if not expiries and not unreadable & {'compulsory_expiry', 'commercial_expiry'}:
            return [self._issue('expiry_missing')]
        return [
            self._issue('expiry_far', 'warn', value=expiry)
            for expiry in expiries
            if abs(expiry - session['today']) > FORESEEABLE
        ]

    @api.model
    def _judge_names(self, row, session):
        """Replace what is written for insurer, specialist, class and use by what it stands for."""
        issues = self._judge_insurer(row, session) + self._judge_use(row)
        for code, key, table, label in (
            ('specialist', 'specialist_id', session['specialists'], 'specialist_unknown'),
            ('customer_class', 'customer_class', CUSTOMER_CLASSES, 'class_unknown'),
        ):
            text = row.pop(code, None)
            if not text:
                continue
            known = table.get(text) or (text.lower() if text.lower() in table.values() else None)
            if known:
                row[key] = known
            else:
                issues.append(self._issue(label, 'warn', value=text))
        return issues

    # === ROWS AGAINST EACH OTHER AND THE DATABASE === #

    @api.model
    def _judge(self, rows, session):
        for row in rows:
            self._judge_in_file(row, session)
        self._judge_policies_taken([row for row in rows if not self._is_rejected(row)], session)
        self._settle(rows)
        self._judge_against_cases([row for row in rows if row.get('status') != 'rejected'], session)
        self._settle(rows)

    @api.model
    def _judge_in_file(self, row, session):
        """Refuse a car or a policy number that an accepted row above has already (same car, or another one)."""
        if self._is_rejected(row):
            return
        data = row['values']
        first = session['vins'].get(data['vin'])
        if first:
            row['issues'].append(self._issue('vin_duplicate', value=data['vin'], row=first))
            return
        keys = self._get_policy_keys(data)
        for key in keys:
            holder = session['policies'].get(key)
            if holder and holder[0] != data['vin']:
                row['issues'].append(self._issue('policy_number_taken', value=key[1], row=holder[1]))
                return
        session['vins'][data['vin']] = row['number']
        session['policies'].update((key, (data['vin'], row['number'])) for key in keys)

    @api.model
    def _get_policy_keys(self, data):
        return [(data.get('insurer_id'), data[code]) for code in ('compulsory_no', 'commercial_no') if data.get(code)]

    @api.model
    def _judge_policies_taken(self, rows, session):
        """Refuse policy numbers that the store already knows from another car of the same insurer."""
        numbers = {number for row in rows for _insurer, number in self._get_policy_keys(row['values'])}
        if not numbers:
            return
        cases = self.env['insurance.renewal'].search_fetch(
            Domain('company_id', '=', session['company'].id)
            & (Domain('compulsory_no', 'in', numbers) | Domain('commercial_no', 'in', numbers)),
            ['insurer_id', 'compulsory_no', 'commercial_no', 'vehicle_id'],
        )
        holders = {}
        for case in cases:
            for number in (case.compulsory_no, case.commercial_no):
                holders.setdefault((case.insurer_id.id, number), case.vehicle_id.vin_sn)
        for row in rows:
            for key in self._get_policy_keys(row['values']):
                holder = holders.get((key[0] or False, key[1]))
                if holder and holder != row['values']['vin']:
                    row['issues'].append(self._issue('policy_number_on_file', value=key[1], reason=holder))

    @api.model
    def _judge_against_cases(self, rows, session):
        """Tell new rows from updates and from what is on file unchanged."""
        cases = self._find_cases(session['company'], [row['values'] for row in rows])
        foreign = self._find_foreign_vehicles([row['values']['vin'] for row in rows], session['company'])
        for row in rows:
            case = cases.get(row['values']['vin'])
            if row['values']['vin'] in foreign:
                row['issues'].append(self._issue('vehicle_elsewhere', value=row['values']['vin']))
            elif not case:
                row['status'] = 'new'
            elif case.import_digest == self._digest(row['values']):
                row['status'] = 'unchanged'
            elif not case.is_open:
                row['status'] = 'unchanged'
                row['issues'].append(self._issue('case_closed', 'info'))
            else:
                row['status'] = 'update'

    @api.model
    def _find_cases(self, company, data):
        """Return `{VIN: case}` of the cases on file for these rows' cars and renewal cycles, in two queries."""
        expiries = {row['vin']: self._get_reference(row) for row in data}
        cases = self.env['insurance.renewal'].search(
            [
                ('company_id', '=', company.id),
                ('vehicle_id.vin_sn', 'in', list(expiries)),
            ]
        )
        found = {}
        for case in cases:
            vin = case.vehicle_id.vin_sn
            distance = abs(case.reference_expiry - expiries[vin])
            if distance <= SAME_CYCLE and (vin not in found or distance < found[vin][0]):
                found[vin] = (distance, case)
        return {vin: case for vin, (_distance, case) in found.items()}

    @api.model
    def _get_reference(self, row):
        return date.fromisoformat(row.get('commercial_expiry') or row['compulsory_expiry'])

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            vin_duplicate=_("VIN %(value)s stands in row %(row)s already."),
            expiry_missing=_("Neither the compulsory nor the commercial policy's expiry is given."),
            expiry_far=_("Expiry %(value)s is years away; is it the start date?"),
            specialist_unknown=_("%(value)s is no renewal specialist of the store; the case is not assigned."),
            class_unknown=_("Customer class %(value)s is not known; it is left empty."),
            case_closed=_("The case on file is closed and stays as it is."),
        )
