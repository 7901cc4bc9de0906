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


class InsuranceImportHandlerVehicle(models.AbstractModel):
    """Writing the people and cars of a workbook's rows, each in one batch."""

    _inherit = 'insurance.import.handler.vehicle'

    @api.model
    def _hold_environments(self):
        """Return the environments in which amounts are rounded and names put together.

        While somebody holds them they are found again; otherwise they are built anew for every value of every record,
        which takes longer than the sums themselves.
        """
        # sudo: nothing is read or written here; it is how the fields of the framework look up a currency
        system = self.sudo()
        contexts = ({'prefetch_fields': False}, {'prefetch_fields': False, 'mail_post_autofollow_author_skip': True})
        return [system.with_context({}).env, system.env, *(system.with_context(**context).env for context in contexts)]

    @api.model
    def _find_vehicles(self, data):
        return self.env['fleet.vehicle']._get_by_vin([row['vin'] for row in data])

    # === PEOPLE === #

    @api.model
    def _resolve_people(self, wanted, vehicles, company):
        """Return `{key: partner}` of the people named in a workbook; unknown ones are created.

        The same person is who has the same name and the same ID or phone number, or who owned the same car already.

        :param wanted: `{key: (VIN, name, phone or '', ID number or '')}`
        :param vehicles: `{VIN: vehicle}` on file
        """
        people = {}
        for key, (vin, name, _phone, _number) in wanted.items():
            owner = vehicles[vin].owner_id if vin in vehicles else None
            if owner and identifiers.normalise_person(owner.name) == name:
                people[key] = owner
        missing = {key: person for key, person in wanted.items() if key not in people}
        found = self._find_people(missing.values(), company)
        self._create_people(missing.values(), found, company)
        people.update((key, found[self._get_person_keys(*person)[0]]) for key, person in missing.items())
        return people

    @api.model
    def _get_person_keys(self, vin, name, phone, number=''):
        """Return what tells a person, the surest first.

        Without any number nobody is taken for somebody else of the same name: only the car tells.
        """
        keys = [(name, kind, value) for kind, value in (('number', number), ('phone', phone)) if value]
        return keys or [(name, 'vin', vin)]

    @api.model
    def _find_people(self, wanted, company):
        """Return `{key of a person: partner}` of those on file."""
        names = {name for _vin, name, _phone, _number in wanted}
        numbers = {number for *_person, number in wanted if number}
        own = Domain('name', 'in', list(names)) & Domain('company_id', 'in', (False, company.id))
        found = {}
        for partner in reversed(self.env['res.partner'].search_fetch(own & Domain('phone', '!=', False),
                                                                     ['name', 'phone'])):
            found[partner.name, 'phone', identifiers.normalise_phone(partner.phone)] = partner
        if numbers:
            # sudo: the clear number is compared here and shown to nobody
            Partner = self.env['res.partner'].sudo()
            for partner in reversed(Partner.search(own & Domain('insurance_id_number', 'in', list(numbers)))):
                found[partner.name, 'number', partner.insurance_id_number] = partner.with_env(self.env)
        return found

    @api.model
    def _create_people(self, wanted, found, company):
        """Create the people that are not found; `found` then has everybody under each of his keys."""
        new, keys_of_new = [], []
        taken = {}  # key -> position in `new`
        for vin, name, phone, number in wanted:
            keys = self._get_person_keys(vin, name, phone, number)
            partner = next((found[key] for key in keys if key in found), None)
            if partner is not None:
                for key in keys:
                    found.setdefault(key, partner)
                continue
            position = next((taken[key] for key in keys if key in taken), None)
            if position is None:
                position = len(new)
                new.append(self._prepare_person_values(name, phone, number, company))
                keys_of_new.append([])
            keys_of_new[position] += keys
            for key in keys:
                taken.setdefault(key, position)
        Partner = self.env['res.partner']
        Partner.check_access('create')
        if any(number for *_person, number in wanted):
            Partner = Partner.sudo()  # sudo: the clear number is written with the person and read by no role
        made = self._create_many(Partner, new, alike=('is_company',), ahead=('complete_name', 'phone_sanitized'))
        for partner, keys in zip(made, keys_of_new, strict=True):
            for key in keys:
                found.setdefault(key, partner.with_env(self.env))

    @api.model
    def _prepare_person_values(self, name, phone, number, company):
        values = {
            'name': name,
            'phone': phone or False,
            'is_company': bool(COMPANY_WORDS.search(name)),
            'lang': company.partner_id.lang,
            'company_id': False,
        }
        if number:
            values.update(insurance_id_number=number, insurance_id_type=identifiers.id_number_kind(number))
        return values

    @api.model
    def _update_phone(self, partner, phone):
        if phone and partner.phone != phone and (not partner.phone or identifiers.phone_kind(phone)):
            partner.phone = phone

    # === VEHICLES === #

    @api.model
    def _write_vehicles(self, data, vehicles, owners, company):
        """Bring the cars in line with their rows, creating unknown ones.

        :param data: rows (dicts)
        :param vehicles: `{VIN: vehicle}` on file; the new ones are added to it
        :param owners: partners, one for each row
        :return: `vehicles`
        """
        vehicle_models = self._resolve_models({row['model'] for row in data if row.get('model')}, company)
        state = self.env.ref('fleet.fleet_vehicle_state_registered', raise_if_not_found=False)
        new, later = {}, []
        for row, owner in zip(data, owners, strict=True):
            values = self._prepare_vehicle_values(row, owner, vehicle_models)
            if row['vin'] in vehicles or row['vin'] in new:
                later.append((row, values))
                continue
            new[row['vin']] = dict(
                values,
                vin_sn=row['vin'],
                company_id=False,
                contract_date_start=False,
                state_id=state.id if state else False,
                model_id=values.get('model_id') or vehicle_models[''].id,
            )
        created = self._create_many(
            self.env['fleet.vehicle'], list(new.values()), alike=('model_id',), ahead=('name',))
        vehicles.update(zip(new, created, strict=True))
        for row, values in later:
            self._update_vehicle(vehicles[row['vin']], values, row)
        return vehicles

    @api.model
    def _update_vehicle(self, vehicle, values, row):
        """Write what a row says otherwise about a car on file than the file does."""
        changed = {
            name: value
            for name, value in values.items()
            if vehicle._fields[name].convert_to_write(vehicle[name], vehicle) != value
        }
        if changed:
            vehicle.write(changed)

    @api.model
    def _prepare_vehicle_values(self, row, owner, vehicle_models):
        """Return what the row says about the car, blank cells left out."""
        values = {
            'license_plate': row.get('plate'),
            'owner_id': owner.id,
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
        # sudo: who imports a workbook names models in it without being fleet's manager
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
