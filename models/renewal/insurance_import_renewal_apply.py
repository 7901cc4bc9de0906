import re

from odoo import api, models
from odoo.fields import Domain

from ...lib import identifiers

COMPANY_WORDS = re.compile(
    '公司|集团|工厂|[厂店局所院站社]$|中心|学校|医院|银行|政府|委员会|合作社|事务所|协会|经营部|工作室|商行|分部|项目部',
)
SILENT = {
    'tracking_disable': True,
    'mail_create_nolog': True,
    'mail_create_nosubscribe': True,
    'mail_notrack': True,
    '_partners_skip_fields_sync': True,
}  # thousands of imported records need no log entry each, the import itself is on record; and people without a parent
# have nothing to take over from one


class InsuranceImportRenewal(models.AbstractModel):
    """Writing the rows of a renewal base: people, cars, cases, each in one batch."""

    _inherit = 'insurance.import.renewal'

    @api.model
    def _apply(self, rows, importing):
        handler = self.with_context(**SILENT)
        data = {row.id: row.values for row in rows}
        company = importing.company_id
        vehicles = handler._find_vehicles(data.values())
        people = handler._resolve_people(data.values(), vehicles, company)
        vehicles = handler._write_vehicles(data.values(), vehicles, people, company)
        handler._write_cases(data.values(), vehicles, people, importing)

    @api.model
    def _find_vehicles(self, data):
        return self.env['fleet.vehicle']._get_by_vin([row['vin'] for row in data])

    # === PEOPLE === #

    @api.model
    def _resolve_people(self, data, vehicles, company):
        """Return `{(VIN, role): partner}` for owner and insured of every row; unknown people are created.

        The same person is who has the same name and the same phone, or who owned the same car already.
        """
        wanted = {}
        for row in data:
            owner = row.get('owner') or row['insured']
            wanted[row['vin'], 'owner'] = (owner, row.get('phone') or '')
            insured = row.get('insured') or owner
            wanted[row['vin'], 'insured'] = (insured, row.get('phone') or '' if insured == owner else '')
        people = {}
        for (vin, role), (name, _phone) in wanted.items():
            owner = vehicles[vin].owner_id if vin in vehicles else None
            if owner and identifiers.normalise_person(owner.name) == name:
                people[vin, role] = owner
        open_keys = {key: person for key, person in wanted.items() if key not in people}
        found = self._find_people({name for name, _phone in open_keys.values()}, company)
        self._create_people(open_keys, found, company)
        for (vin, role), (name, phone) in open_keys.items():
            people[vin, role] = found[self._person_key(vin, name, phone)]
        self._update_phones(data, people)
        return people

    @api.model
    def _person_key(self, vin, name, phone):
        """Without a phone number nobody is taken for somebody else of the same name: only the car tells."""
        return (name, phone or vin)

    @api.model
    def _find_people(self, names, company):
        partners = self.env['res.partner'].search_fetch(
            Domain('name', 'in', list(names))
            & Domain('company_id', 'in', (False, company.id))
            & Domain('phone', '!=', False),
            ['name', 'phone'],
        )
        return {(partner.name, identifiers.normalise_phone(partner.phone)): partner for partner in reversed(partners)}

    @api.model
    def _create_people(self, wanted, found, company):
        new = {}
        for (vin, _role), (name, phone) in wanted.items():
            key = self._person_key(vin, name, phone)
            if key not in found:
                new.setdefault(
                    key,
                    {
                        'name': name,
                        'phone': phone or False,
                        'is_company': bool(COMPANY_WORDS.search(name)),
                        'lang': company.partner_id.lang,
                        'company_id': False,
                    },
                )
        people = self._create_many(self.env['res.partner'], list(new.values()), alike=('is_company',))
        found.update(zip(new, people, strict=True))

    @api.model
    def _update_phones(self, data, people):
        for row in data:
            partner, phone = people[row['vin'], 'owner'], row.get('phone')
            if phone and partner.phone != phone and (not partner.phone or identifiers.phone_kind(phone)):
                partner.phone = phone

    # === VEHICLES === #

    @api.model
    def _write_vehicles(self, data, vehicles, people, company):
        vehicle_models = self._resolve_models({row['model'] for row in data if row.get('model')}, company)
        state = self.env.ref('fleet.fleet_vehicle_state_registered', raise_if_not_found=False)
        new = []
        for row in data:
            vehicle = vehicles.get(row['vin'])
            values = self._prepare_vehicle_values(row, people, vehicle_models)
            if not vehicle:
                new.append(
                    dict(
                        values,
                        vin_sn=row['vin'],
                        company_id=False,
                        contract_date_start=False,
                        state_id=state.id if state else False,
                        model_id=values.get('model_id') or vehicle_models[''].id,
                    )
                )
                continue
            changed = {
                name: value
                for name, value in values.items()
                if vehicle._fields[name].convert_to_write(vehicle[name], vehicle) != value
            }
            if changed:
                vehicle.write(changed)
        for vehicle in self._create_many(self.env['fleet.vehicle'], new, alike=('model_id',)):
            vehicles[vehicle.vin_sn] = vehicle
        return vehicles

    @api.model
    def _prepare_vehicle_values(self, row, people, vehicle_models):
        """Return what the row says about the car, blank cells left out."""
        values = {
            'license_plate': row.get('plate'),
            'owner_id': people[row['vin'], 'owner'].id,
            'first_registration_date': row.get('first_registration'),
            'acquisition_date': row.get('first_registration'),
            'use_type': row.get('use'),
            'engine_no': row.get('engine_no'),
            'is_bought_here': row.get('bought_here'),
            'model_id': vehicle_models[row['model']].id if row.get('model') else None,
        }
        return {name: self._to_field(name, value) for name, value in values.items() if value is not None}

    @api.model
    def _to_field(self, name, value):
        field = self.env['fleet.vehicle']._fields[name]
        return field.to_date(value) if field.type == 'date' else value

    @api.model
    def _resolve_models(self, names, company):
        """Return `{name as written: fleet.vehicle.model}`; unknown models are created under the store's brand."""
        Model = self.env['fleet.vehicle.model'].with_context(active_test=False)
        known = {}
        for model in Model.search_fetch([], ['name', 'brand_id']):
            known.setdefault(self._model_key(model.name), model)
            known.setdefault(self._model_key(f"{model.brand_id.name}{model.name}"), model)
        brand = company.insurance_vehicle_brand_id or self._get_default_brand()
        missing = {}
        for name in names:
            if self._model_key(name) not in known:
                missing.setdefault(self._model_key(name), {'name': name, 'brand_id': brand.id, 'vehicle_type': 'car'})
        if self._model_key(self.env._("Model not given")) not in known:
            missing[self._model_key(self.env._("Model not given"))] = {
                'name': self.env._("Model not given"),
                'brand_id': brand.id,
                'vehicle_type': 'car',
            }
        # sudo: a specialist's supervisor names models in his workbook without being fleet's manager
        known.update(zip(missing, Model.sudo().create(list(missing.values())), strict=True))
        found = {name: known[self._model_key(name)] for name in names}
        return dict(found, **{'': known[self._model_key(self.env._("Model not given"))]})

    @api.model
    def _model_key(self, name):
        return ''.join((name or '').lower().split())

    @api.model
    def _get_default_brand(self):
        Brand = self.env['fleet.vehicle.model.brand']
        name = self.env._("Brand not given")
        return Brand.search([('name', '=', name)], limit=1) or Brand.sudo().create({'name': name})  # sudo: as above

    # === CASES === #

    @api.model
    def _write_cases(self, data, vehicles, people, importing):
        cases = self._find_cases(importing.company_id, data)
        new = []
        for row in data:
            values = self._prepare_case_values(row, vehicles, people)
            case = cases.get(row['vin'])
            if not case:
                new.append(self.env['insurance.renewal']._complete_new(dict(
                    values, company_id=importing.company_id.id, consent_ground=importing.consent_ground,
                )))
            elif case.is_open and case.import_digest != values['import_digest']:
                case.write(self._get_changes(case, values))
        self._create_many(self.env['insurance.renewal'], new, alike=('state',))

    @api.model
    def _get_changes(self, case, values):
        changed = {
            name: value
            for name, value in values.items()
            if case._fields[name].convert_to_write(case[name], case) != value
        }
        if case.specialist_id and changed.get('specialist_id'):
            changed.pop('specialist_id')  # who works on the case is decided in the system (R8)
        return changed

    @api.model
    def _prepare_case_values(self, row, vehicles, people):
        owner, insured = people[row['vin'], 'owner'], people[row['vin'], 'insured']
        values = {
            'vehicle_id': vehicles[row['vin']].id,
            'partner_id': owner.id,
            'insured_id': insured.id,
            'specialist_id': row.get('specialist_id'),
            'customer_class': row.get('customer_class'),
            'insurer_id': row.get('insurer_id'),
            'compulsory_no': row.get('compulsory_no'),
            'compulsory_expiry': row.get('compulsory_expiry'),
            'commercial_no': row.get('commercial_no'),
            'commercial_expiry': row.get('commercial_expiry'),
            'claim_count': row.get('claims'),
            'last_privilege': row.get('privilege'),
            'remark': row.get('remark'),
            'import_digest': self._digest(row),
            **{
                code: float(row[code])
                for code in ('compulsory_premium', 'commercial_premium', 'vehicle_tax')
                if row.get(code)
            },
        }
        fields = self.env['insurance.renewal']._fields
        return {
            name: fields[name].to_date(value) if fields[name].type == 'date' else value
            for name, value in values.items()
            if value is not None
        }
