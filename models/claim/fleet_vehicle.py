from odoo import fields, models


class FleetVehicle(models.Model):
    """The claims of a car, and whether somebody was hurt in one that is still open (T43)."""

    _inherit = 'fleet.vehicle'

    claim_ids = fields.One2many('insurance.claim', 'vehicle_id', string="Claims")
    claim_count = fields.Integer(string="Number of Claims", compute='_compute_claim_count')
    has_open_injury = fields.Boolean(string="Injury Case open", compute='_compute_has_open_injury',
                                     help="Somebody was hurt: nothing is offered to the customer meanwhile.")

    def _compute_claim_count(self):
        Claim, counts = self.env['insurance.claim'], {}
        if Claim.has_access('read'):
            counts = dict(Claim._read_group([('vehicle_id', 'in', self.ids)], ['vehicle_id'], ['__count']))
        for vehicle in self:
            vehicle.claim_count = counts.get(vehicle, 0)

    def _compute_has_open_injury(self):
        # sudo: that there is such a case, so that whoever calls the customer offers nothing; no more of it
        hurt = self.env['insurance.claim'].sudo()._read_group([
            ('vehicle_id', 'in', self.ids), ('has_injury', '=', True), ('state', 'not in', ('closed', 'cancelled')),
        ], ['vehicle_id'])
        ids = {vehicle.id for vehicle, in hurt}
        for vehicle in self:
            vehicle.has_open_injury = vehicle.id in ids

    def action_view_claims(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_claim_action')
        return dict(action, domain=[('vehicle_id', '=', self.id)], context={'default_vehicle_id': self.id})
