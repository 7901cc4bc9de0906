from odoo import api, models

from ...lib import identifiers


class InsuranceAccident(models.Model):
    """Which car of ours a report speaks of."""

    _inherit = 'insurance.accident'

    @api.model
    def _find_vehicles(self, identities):
        """Return `{(plate, VIN): car}` for normalised plates and VINs, None for what is missing.

        The VIN decides; without it the plate that a car carries now, else the one it carried last (T16). A plate that
        two cars carry says nothing.
        """
        vins = {vin for _plate, vin in identities if vin}
        plates = {plate for plate, vin in identities if plate and not vin}
        # sudo: whose car it is must be found before anything of it is shown; the operator may see every car anyway
        Vehicle = self.env['fleet.vehicle'].sudo()
        by_vin = {car.vin_sn: car for car in Vehicle.search([('vin_sn', 'in', list(vins))])} if vins else {}
        now, before = {}, {}
        if plates:
            for car in Vehicle.search([('license_plate', 'in', list(plates))]):
                now.setdefault(car.license_plate, Vehicle.browse())
                now[car.license_plate] |= car
            # sudo: who finds the car by its plate finds it by its former plate, too
            former = self.env['insurance.vehicle.plate'].sudo().search(
                [('plate', 'in', list(plates - now.keys()))], order='date_to, id')
            before = {plate.plate: plate.vehicle_id for plate in former if plate.vehicle_id.active}
        found = {}
        for plate, vin in identities:
            car = by_vin.get(vin) if vin else now.get(plate) or before.get(plate)
            if car and len(car) == 1:
                found[plate, vin] = car.with_env(self.env)
        return found

    @api.model
    def _identify(self, vals):
        """Return `vals` with the car that its plate or VIN names, and with both of a car that was chosen."""
        if vals.get('vehicle_id'):
            vehicle = self.env['fleet.vehicle'].browse(vals['vehicle_id'])
            known = {'plate': vehicle.license_plate, 'vin': vehicle.vin_sn}
            return dict({name: value for name, value in known.items() if value and not vals.get('plate')
                         and not vals.get('vin')}, **vals)
        plate, vin = vals.get('plate'), vals.get('vin')
        if vin and identifiers.vin_problem(vin):
            return vals
        vehicle = self._find_vehicles([(plate, vin)]).get((plate, vin)) if plate or vin else None
        return dict(vals, vehicle_id=vehicle.id) if vehicle else vals
