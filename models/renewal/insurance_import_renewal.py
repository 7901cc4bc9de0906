import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal

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
USE_TYPES = {
    '家庭自用': 'private',
    '家用': 'private',
    '私家车': 'private',
    '非营业个人': 'private',
    '非营运个人': 'private',
    '个人': 'private',
    '家庭自用汽车': 'private',
    '自用': 'private',
    '企业非营业': 'company',
    '非营业企业': 'company',
    '企业': 'company',
    '公司': 'company',
    '公户': 'company',
    '企业自用': 'company',
    '机关': 'authority',
    '机关非营业': 'authority',
    '党政机关': 'authority',
    '事业团体': 'authority',
    '机关/事业团体': 'authority',
    '出租租赁': 'taxi',
    '出租': 'taxi',
    '租赁': 'taxi',
    '营业出租租赁': 'taxi',
    '城市公交': 'city_bus',
    '公路客运': 'coach',
    '营业货车': 'truck_commercial',
    '非营业货车': 'truck',
    '网约车': 'ride_hailing',
    '预约出租': 'ride_hailing',
    '网约车(预约出租)': 'ride_hailing',
}
NEEDED_PREMIUMS = ('compulsory_premium', 'commercial_premium', 'vehicle_tax')


class InsuranceImportRenewal(models.AbstractModel):
    """The renewal base of a month: one row, one car whose policies expire."""

    _name = 'insurance.import.renewal'
    _inherit = 'insurance.import.handler'
    _description = "Import of Renewal Bases"

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
        specialists = self.env['res.users'].search(
            [
                ('all_group_ids', 'in', self.env.ref('dealer_insurance.group_renewal_specialist').id),
                ('company_ids', 'in', company.id),
            ]
        )
        return dict(
            super()._begin(importing),
            insurers=self.env['res.partner']._get_insurers_by_name(),
            specialists={identifiers.normalise_person(user.name): user.id for user in specialists},
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
    def _judge_vehicle(self, row, unreadable):
        issues = []
        problem = 'vin' not in unreadable and identifiers.vin_problem(row.get('vin'))
        if problem:
            issues.append(self._issue(f'vin_{problem}', value=row.get('vin') or ''))
        elif row.get('vin') and not identifiers.vin_check_digit_ok(row['vin']):
            issues.append(self._issue('vin_check_digit', 'warn', value=row['vin']))
        if row.get('plate') and identifiers.plate_problem(row['plate']):
            issues.append(self._issue('plate_malformed', value=row['plate']))
        if row.get('phone') and not identifiers.phone_kind(row['phone']):
            issues.append(self._issue('phone_invalid', 'warn', value=row['phone']))
        if not row.get('owner') and not row.get('insured'):
            issues.append(self._issue('owner_missing'))
        return issues

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
        issues = []
        if row.get('insurer'):
            insurer = session['insurers'].get(identifiers.normalise_company(row['insurer']))
            if insurer:
                row['insurer_id'] = insurer.id
            else:
                issues.append(self._issue('insurer_unknown', value=row['insurer']))
        for code, key, table, label in (
            ('specialist', 'specialist_id', session['specialists'], 'specialist_unknown'),
            ('customer_class', 'customer_class', CUSTOMER_CLASSES, 'class_unknown'),
            ('use', 'use', USE_TYPES, 'use_unknown'),
        ):
            text = row.pop(code, None)
            if not text:
                continue
            known = table.get(text) or (table.get(text.lower()) if code == 'use' else None)
            known = known or (text.lower() if text.lower() in table.values() else None)
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
    def _is_rejected(self, row):
        return any(issue['level'] == 'reject' for issue in row['issues'])

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
    def _find_foreign_vehicles(self, vins, company):
        # sudo: the VIN is unique in the database, so vehicles that only other stores see matter too
        return set(
            self.env['fleet.vehicle']
            .sudo()
            .search_fetch(
                [
                    ('vin_sn', 'in', vins),
                    ('company_id', 'not in', (False, company.id)),
                ],
                ['vin_sn'],
            )
            .mapped('vin_sn')
        )

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

    @api.model
    def _digest(self, row):
        """Return the fingerprint of a row's content: the same row imported again changes nothing."""
        return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:32]

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            vin_missing=_("The VIN is missing."),
            vin_length=_("VIN %(value)s does not have 17 characters."),
            vin_illegal_character=_("VIN %(value)s has a character that no VIN has (I, O, Q or a sign)."),
            vin_duplicate=_("VIN %(value)s stands in row %(row)s already."),
            vin_check_digit=_("The check digit of VIN %(value)s does not agree; compare it with the licence."),
            plate_malformed=_("Plate %(value)s is no Chinese plate."),
            phone_invalid=_("Phone number %(value)s cannot be dialled."),
            owner_missing=_("Neither owner nor insured is given."),
            expiry_missing=_("Neither the compulsory nor the commercial policy's expiry is given."),
            expiry_far=_("Expiry %(value)s is years away; is it the start date?"),
            premium_negative=_("%(value)s is negative."),
            insurer_unknown=_("Insurer %(value)s is not known; add the spelling under Master Data, Insurers."),
            specialist_unknown=_("%(value)s is no renewal specialist of the store; the case is not assigned."),
            class_unknown=_("Customer class %(value)s is not known; it is left empty."),
            use_unknown=_("Use %(value)s is not known; it is left empty."),
            policy_number_taken=_("Policy number %(value)s belongs to another car, in row %(row)s."),
            policy_number_on_file=_("Policy number %(value)s belongs to the car %(reason)s on file."),
            vehicle_elsewhere=_("Car %(value)s belongs to another store of the group."),
            case_closed=_("The case on file is closed and stays as it is."),
        )

    @api.model
    def _get_field_labels(self):
        fields = self.env['insurance.import.field'].search([('kind', '=', 'renewal_base')])
        return {field.code: field.name for field in fields}

    @api.model
    def _to_json(self, value):
        return format(value, 'f') if isinstance(value, Decimal) else super()._to_json(value)
