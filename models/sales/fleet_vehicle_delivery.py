from odoo import fields, models


class FleetVehicle(models.Model):
    """What a delivery says of the car."""

    _inherit = 'fleet.vehicle'

    delivery_ids = fields.One2many('insurance.delivery', 'vehicle_id', string="Deliveries")

    def _take_over_delivery(self, delivery):
        """Keep on the car that this store delivered it as new, on which day and by whom; for whom it was not, nothing.

        A car that left for another store or became a demonstrator was not bought here.
        """
        self.ensure_one()
        source = delivery.business_source_id
        if source.is_excluded and source.code != 'SECOND_TIER':
            return
        vals = {'is_bought_here': True, 'acquisition_date': delivery.delivery_date}
        if delivery.consultant_id:
            vals['seller_id'] = delivery.consultant_id.id
        self._keep_delivery(vals)

    def _take_back_delivery(self, delivery):
        """Forget the delivery of a car that came back: the store may hand it over to somebody else."""
        self.ensure_one()
        if self.is_bought_here and self.acquisition_date == delivery.delivery_date:
            self._keep_delivery({'is_bought_here': False, 'acquisition_date': False, 'seller_id': False})

    def _keep_delivery(self, vals):
        changes = {
            name: value for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changes:
            # sudo: who hands a car over does not keep the vehicles
            self.sudo().write(changes)
