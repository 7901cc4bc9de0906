from odoo import api, fields, models

from ...lib import identifiers
from ..masterdata.insurance_import_handler_vehicle_apply import SILENT

CURRENT = frozenset({'acquisition_date', 'is_bought_here', 'seller_id'})  # what the delivery itself decides of its car


class InsuranceImportDelivery(models.AbstractModel):
    """Writing the rows of a list of deliveries: people, cars, deliveries, each in one batch."""

    _inherit = 'insurance.import.delivery'

    @api.model
    def _apply(self, rows, importing):
        handler = self.with_context(**SILENT)
        data = [row.values for row in rows]
        company = importing.company_id
        vehicles = handler._find_vehicles(data)
        people = handler._resolve_people(
            {row['vin']: (row['vin'], row['customer'], row.get('phone') or '', '') for row in data}, vehicles, company)
        customers = [people[row['vin']] for row in data]
        for row, customer in zip(data, customers, strict=True):
            if not customer.phone:
                self._update_phone(customer, row.get('phone'))
        foreign = handler._get_foreign_sources()
        for row in data:
            row['bought_here'] = row.get('source_id') not in foreign or None
        vehicles = handler._write_vehicles(data, vehicles, customers, company)
        handler._write_deliveries(data, vehicles, people, company)

    @api.model
    def _get_foreign_sources(self):
        """Return the ids of the business sources of cars that no customer bought here."""
        return set(self.env['insurance.reason'].search([
            ('use', '=', 'delivery_source'), ('is_excluded', '=', True), ('code', '!=', 'SECOND_TIER')]).ids)

    # === CARS === #

    @api.model
    def _prepare_vehicle_values(self, row, owner, vehicle_models):
        """Return what the row says of its car, as `fleet.vehicle._take_over_delivery` does for a single delivery."""
        values = super()._prepare_vehicle_values(row, owner, vehicle_models)
        if row['bought_here']:
            values['acquisition_date'] = fields.Date.to_date(row['delivery_date'])
            if row.get('consultant_id'):
                values['seller_id'] = row['consultant_id']
        return values

    @api.model
    def _update_vehicle(self, vehicle, values, row):
        """Fill in what is not known of a car on file: its ledgers tell more of it than the list of deliveries."""
        kept = {name: value for name, value in values.items() if name in CURRENT or not vehicle[name]}
        return super()._update_vehicle(vehicle, kept, row)

    # === DELIVERIES === #

    @api.model
    def _write_deliveries(self, data, vehicles, people, company):
        Delivery = self.env['insurance.delivery']
        on_file = self._find_deliveries(company, [row['vin'] for row in data])
        new = []
        for row in data:
            values = self._prepare_delivery_values(row, vehicles[row['vin']], people[row['vin']])
            delivery = on_file.get(row['vin'])
            if not delivery or self._is_over(delivery, row):
                new.append(dict(values, company_id=company.id, state='delivered', active=True))
            elif self._differs(delivery, row):
                delivery.check_access('write')
                # sudo: step, fingerprint and the name as written are written by no user, see `_guarded_fields`
                delivery.sudo().write(self._get_changes(delivery, values))
        Delivery.check_access('create')
        # sudo: as above
        self._create_many(Delivery.sudo(), new, alike=('insurance_answer',))

    @api.model
    def _prepare_delivery_values(self, row, vehicle, customer):
        return {
            'vehicle_id': vehicle.id,
            'partner_id': customer.id,
            'delivery_date': fields.Date.to_date(row['delivery_date']),
            'consultant_id': row.get('consultant_id', False),
            'consultant_name': row.get('consultant', False),
            'business_source_id': row.get('source_id', False),
            'insurance_answer': row['answer'],
            'intended_insurer_id': row.get('insurer_id', False),
            'uninsured_reason_id': row.get('reason_id', False),
            'uninsured_note': row.get('note', False),
            'remark': row.get('remark', False),
            'import_digest': self._digest(row),
        }

    @api.model
    def _get_changes(self, delivery, values):
        """Return what a row changes in a delivery on file; what people entered themselves is kept."""
        kept = set()
        if delivery.insurance_answer != 'open':
            kept |= {'insurance_answer', 'intended_insurer_id', 'uninsured_reason_id', 'uninsured_note'}
        written = identifiers.normalise_person(delivery.consultant_id.name or '')
        if not values['consultant_id'] or delivery.consultant_id and written != delivery.consultant_name:
            kept.add('consultant_id')
        changes = {name: value for name, value in values.items() if name not in kept and value}
        if delivery.state == 'sold':
            changes['state'] = 'delivered'
        return {name: value for name, value in changes.items()
                if delivery._fields[name].convert_to_write(delivery[name], delivery) != value}
