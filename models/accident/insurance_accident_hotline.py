from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib import identifiers
from ...lib.accident_message import read_message
from ...lib.weeks import utc_moment
from ..renewal.insurance_renewal import OPEN as OPEN_RENEWALS

FIELDS = frozenset({
    'reported_on', 'source_id', 'is_missed_call', 'plate', 'vin', 'vehicle_text', 'vehicle_id', 'caller_name',
    'caller_relation', 'caller_phone', 'insurer_id', 'policy_no_compulsory', 'policy_no_commercial', 'report_no',
    'accident_on', 'place', 'accident_type', 'liability', 'is_injury', 'is_police_called', 'is_drivable', 'needs_tow',
    'damage', 'case_nature', 'surveyor_name', 'surveyor_phone', 'survey_place', 'is_insurer_reminded', 'expected_on',
    'pickup_way', 'message', 'remark', 'client_key',
})  # what the screen sends
MOMENTS = ('reported_on', 'accident_on', 'expected_on')
RECENT_DAYS = 14  # of earlier reports that are shown with a car


class InsuranceAccident(models.Model):
    """The hotline's screen: a car found while the customer speaks, a report sent when there is a signal (T42)."""

    _inherit = 'insurance.accident'

    @api.model
    @api.readonly
    def get_hotline(self):
        """Return what the screen needs, and keeps for when there is no signal.

        :return: `{'store', 'tz', 'sources': [{'id', 'name', 'code'}], 'insurers': [{'id', 'name', 'hotline'}],
            'script', 'injury_script', 'types', 'ways', 'open': [reports as of `_prepare_card`]}`
        """
        self.check_access('read')
        company = self.env.company
        sources = self.env['insurance.reason'].search([
            ('use', '=', 'accident_source'), ('company_id', 'in', (False, company.id)), ('is_group', '=', False)])
        insurers = self.env['res.partner'].search([('is_insurer', '=', True)])
        fields_get = self.fields_get(['accident_type', 'pickup_way'], ['selection'])
        return {
            'store': company.name,
            'tz': company.insurance_tz,
            'sources': [{'id': one.id, 'name': one.name, 'code': one.code} for one in sources],
            'insurers': [{
                'id': one.id, 'name': one.insurer_short_name or one.name, 'hotline': one.insurer_hotline or '',
            } for one in insurers],
            'script': company.insurance_accident_script or '',
            'injury_script': company.insurance_accident_injury_script or '',
            'types': fields_get['accident_type']['selection'],
            'ways': fields_get['pickup_way']['selection'],
            'open': self._get_waiting_cards(),
        }

    @api.model
    def _get_waiting_cards(self):
        """Return the open reports of the user's books, the most urgent first."""
        waiting = self.search([('state', 'in', ('new', 'following', 'promised')),
                               ('company_id', '=', self.env.company.id)], order='next_action_on, id', limit=30)
        waiting.fetch(['plate', 'vin', 'state', 'reported_on', 'source_id', 'next_action_on', 'caller_phone'])
        return [accident._prepare_card() for accident in waiting]

    def _prepare_card(self):
        states = dict(self._fields['state']._description_selection(self.env))
        local = self.company_id._insurance_local
        return {
            'id': self.id, 'car': self.plate or self.vin or '', 'state': self.state, 'state_label': states[self.state],
            'time': local(self.reported_on).strftime('%m-%d %H:%M'), 'source': self.source_id.name,
            'clock': self.clock or '', 'is_late': self.is_late, 'caller': self.caller_name or '',
        }

    # === THE CAR === #

    @api.model
    @api.readonly
    def find_cars(self, text):
        """Return the cars that a fragment of plate or VIN may mean, with all the operator asks for.

        :return: list of `{'id', 'plate', 'vin', 'model', 'owner', 'phone' (masked unless the role sees it in full),
            'policies': [{'product', 'insurer_id', 'insurer', 'hotline', 'policy_no', 'until'}], 'renewal': {'expiry',
            'specialist'} or False, 'reports': [cards of the last days], 'is_ours' (insured through the store)}`
        """
        self.check_access('read')
        cars = self.env['fleet.vehicle']._find_by_fragment(text)
        policies, renewals, reports = self._get_policies(cars), self._get_renewals(cars), self._get_recent(cars)
        return [{
            'id': car.id, 'plate': car.license_plate or '', 'vin': car.vin_sn or '', 'model': car.model_id.name or '',
            'owner': car.owner_id.name or '', 'phone': self._get_phone(car.owner_id),
            'policies': policies.get(car, []), 'renewal': renewals.get(car, False), 'reports': reports.get(car, []),
            'is_ours': bool(policies.get(car)),
        } for car in cars]

    @api.model
    def _get_phone(self, owner):
        return (owner.insurance_phone_masked if owner._hides_phones() else owner.phone) or ''

    @api.model
    def _get_policies(self, cars):
        """Return `{car: policies in force today}` of the store's ledgers, of all its insurers."""
        today = self.env.company._insurance_today()
        # sudo: operators do not read the ledgers; number, insurer and end of a policy is all that is told
        policies = self.env['insurance.policy'].sudo().search([
            ('vehicle_id', 'in', cars.ids), ('company_id', '=', self.env.company.id), ('entry_type', '=', 'policy'),
            ('status', '!=', 'cancelled'), ('product', '!=', 'non_motor'), ('entry_id.state', '=', 'registered'),
            ('start_date', '<=', today), ('end_date', '>=', today),
        ])
        products = dict(policies._fields['product']._description_selection(self.env))
        found = {}
        for policy in policies:
            insurer = policy.insurer_id
            found.setdefault(policy.vehicle_id.with_env(self.env), []).append({
                'product': policy.product, 'label': products[policy.product], 'insurer_id': insurer.id,
                'insurer': insurer.insurer_short_name or insurer.name, 'hotline': insurer.insurer_hotline or '',
                'policy_no': policy.policy_no or '', 'until': fields.Date.to_string(policy.end_date),
            })
        return found

    @api.model
    def _get_renewals(self, cars):
        """Return `{car: open renewal case}`: the operator says that somebody will call, not what about."""
        # sudo: operators do not read cases; when the policy ends and who cares for it is all that is told
        cases = self.env['insurance.renewal'].sudo().search([
            ('vehicle_id', 'in', cars.ids), ('company_id', '=', self.env.company.id), ('state', 'in', OPEN_RENEWALS),
        ], order='reference_expiry desc')
        return {case.vehicle_id.with_env(self.env): {
            'expiry': fields.Date.to_string(case.reference_expiry), 'specialist': case.specialist_id.name or '',
        } for case in cases}

    @api.model
    def _get_recent(self, cars):
        """Return `{car: cards of its reports of the last days}`: perhaps this accident is reported already (T8)."""
        since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        # sudo: the report may stand in a colleague's book; that it exists must be said at once
        reports = self.sudo().search([
            ('company_id', '=', self.env.company.id), ('reported_on', '>=', since), ('vehicle_id', 'in', cars.ids),
            ('state', 'not in', ('merged', 'corrected')),
        ])
        found = {}
        for report in reports:
            found.setdefault(report.vehicle_id.with_env(self.env), []).append(
                dict(report._prepare_card(), operator=report.operator_id.name or '', caller=''))
        return found

    @api.model
    @api.readonly
    def find_reports(self, plate=None, vin=None, report_no=None):
        """Return cards of recent reports of an unknown car or a report number: said while the operator types."""
        self.check_access('read')
        plate, vin = identifiers.normalise_plate(plate), identifiers.normalise_vin(vin)
        number = identifiers.normalise_policy_no(report_no)
        named = [Domain(name, '=', value) for name, value in
                 (('plate', plate), ('vin', vin), ('report_no', number)) if value]
        if not named:
            return []
        since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        # sudo: as in _get_recent
        found = self.sudo().search(
            Domain('company_id', '=', self.env.company.id) & Domain('reported_on', '>=', since) & Domain.OR(named),
            limit=5)
        return [dict(one._prepare_card(), operator=one.operator_id.name or '', caller='') for one in found]

    # === A PASTED MESSAGE === #

    @api.model
    @api.readonly
    def read_hotline_message(self, text):
        """Return what an insurer's message says, for the operator to look at.

        :return: `{'values': {field: value; moments as store-local texts, `insurer_id`}, 'found': [{'field', 'label',
            'text'}], 'rest', 'cars': as of `find_cars`}`
        """
        self.check_access('create')
        now = self.env.company._insurance_local(fields.Datetime.now())
        read = read_message((text or '')[:5000], now)
        values = dict(read['values'])
        insurer = values.pop('insurer', None)
        if insurer:
            known = self.env['res.partner']._get_insurers_by_name().get(identifiers.normalise_company(insurer))
            values['insurer_id'] = known.id if known else False
        for name in MOMENTS:
            if values.get(name):
                values[name] = values[name].strftime('%Y-%m-%dT%H:%M')
        labels = {name: field['string'] for name, field in self.fields_get(
            [name for name in FIELDS if name in self._fields], ['string']).items()}
        cars = self.find_cars(values.get('vin') or values.get('plate') or '')
        return {
            'values': values, 'rest': read['rest'], 'cars': cars,
            'found': [{'field': name, 'label': labels.get('insurer_id' if name == 'insurer' else name, name),
                       'text': words} for name, words in read['found']],
        }

    # === A REPORT === #

    @api.model
    def register_report(self, values):
        """Write down what the screen sent; sent again after a lost answer, it is found and not written twice.

        :param dict values: fields of the report; moments as the store's wall clock (`2026-11-18T21:40`)
        :return: `{'id', 'name', 'page', 'duplicates': [cards], 'is_new', 'lag' (minutes from report to entry)}`
        """
        foreign = set(values) - FIELDS
        if foreign:
            raise UserError(self.env._("The screen sends %(names)s, which is no field of a report. Reload the page.",
                                       names=sorted(foreign)))
        self.check_access('create')
        accident = self._find_sent(values.get('client_key'))
        is_new = not accident
        if is_new:
            company = self.env.company
            moments = {name: utc_moment(fields.Datetime.to_datetime(values[name].replace('T', ' ')[:16] + ':00'),
                                        company.insurance_tz)
                       for name in MOMENTS if values.get(name)}
            clean = {name: value for name, value in values.items() if value not in (None, '')}
            accident = self.create({**clean, **moments, 'company_id': company.id})
        others = accident._find_duplicates().get(accident.id, self.browse()).sudo()  # sudo: as in _get_recent
        return {
            'id': accident.id, 'name': accident.display_name, 'is_new': is_new,
            'page': accident.page_id.sudo().display_name,  # sudo: the place of one's own line
            'line': accident.line_no, 'lag': int((accident.entered_on - accident.reported_on).total_seconds() // 60),
            'duplicates': [dict(other._prepare_card(), operator=other.operator_id.name or '') for other in others],
        }

    @api.model
    def _find_sent(self, key):
        """Return the report that a device sent before under this key, only where its user may see it."""
        return self.search([('client_key', '=', key)], limit=1) if key else self.browse()
