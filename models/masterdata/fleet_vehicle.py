from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib import identifiers

USE_TYPES = [
    ('private', "Private"),
    ('company', "Company, non-commercial"),
    ('authority', "Authority or institution"),
    ('taxi', "Taxi or rental"),
    ('city_bus', "City bus"),
    ('coach', "Coach"),
    ('truck_commercial', "Commercial goods"),
    ('truck', "Non-commercial goods"),
    ('ride_hailing', "Ride hailing"),
]

NEW_ENERGY = frozenset({'electric', 'hydrogen', 'plug_in_hybrid_diesel', 'plug_in_hybrid_gasoline'})


class FleetVehicle(models.Model):
    """The insured car: known by its VIN, whatever plate it carries and whoever owns it (invariant 1, T16, T17)."""

    _inherit = 'fleet.vehicle'
    _rec_names_search = ['name', 'driver_id.name', 'license_plate', 'vin_sn']

    _insurance_clean_fields = {'vin_sn': identifiers.normalise_vin, 'license_plate': identifiers.normalise_plate}

    vin_sn = fields.Char(index='trigram')
    license_plate = fields.Char(index='trigram')
    engine_no = fields.Char(string="Engine No.")
    owner_id = fields.Many2one('res.partner', string="Owner", index='btree_not_null', tracking=True)
    first_registration_date = fields.Date(string="First Registration")
    use_type = fields.Selection(USE_TYPES, string="Use")
    displacement = fields.Float(string="Displacement (l)", digits=(4, 1))
    is_new_energy = fields.Boolean(string="New Energy", compute='_compute_is_new_energy', store=True, readonly=False)
    is_bought_here = fields.Boolean(string="Bought Here", help="This store delivered the car as new.")
    seller_id = fields.Many2one('res.users', string="Sales Consultant", index='btree_not_null')
    service_advisor_id = fields.Many2one('res.users', string="Service Advisor")
    is_plate_temporary = fields.Boolean(string="Temporary Plate")
    plate_valid_until = fields.Date(string="Temporary Plate until")
    vin_warning = fields.Char(string="VIN Check", compute='_compute_vin_warning')
    plate_history_ids = fields.One2many('insurance.vehicle.plate', 'vehicle_id', string="Former Plates")
    owner_history_ids = fields.One2many('insurance.vehicle.owner', 'vehicle_id', string="Former Owners")

    _insurance_vin_uniq = models.UniqueIndex(
        "(vin_sn) WHERE active AND vin_sn IS NOT NULL AND vin_sn <> ''",
        "Another active vehicle has this VIN.",
    )

    @api.depends('vin_sn')
    def _compute_vin_warning(self):
        for vehicle in self:
            doubtful = vehicle.vin_sn and not identifiers.vin_check_digit_ok(vehicle.vin_sn)
            vehicle.vin_warning = doubtful and self.env._(
                "The check digit of the VIN does not agree: compare it with the licence.",
            )

    @api.depends('fuel_type')
    def _compute_is_new_energy(self):
        for vehicle in self:
            vehicle.is_new_energy = vehicle.fuel_type in NEW_ENERGY

    # === CONSTRAINTS === #

    @api.constrains('vin_sn', 'active')
    def _check_vin(self):
        labels = {
            'length': self.env._("a VIN has 17 characters"),
            'illegal_character': self.env._("a VIN has digits and capitals, but no I, O or Q"),
        }
        for vehicle in self:
            problem = vehicle.vin_sn and vehicle.vehicle_type != 'bike' and identifiers.vin_problem(vehicle.vin_sn)
            if problem:
                raise ValidationError(
                    self.env._(
                        "VIN %(vin)s: %(problem)s.",
                        vin=vehicle.vin_sn,
                        problem=labels.get(problem, problem),
                    )
                )

    def _check_vins_free(self, vins):
        """Refuse VINs that occur twice in `vins` or that another active vehicle than these has.

        Asked before writing: the database would refuse them too, without saying which.
        """
        if not vins:
            return
        # sudo: the VIN is unique in the database, also against vehicles of other stores
        holders = self.sudo().search([('vin_sn', 'in', vins), ('id', 'not in', self.ids)], limit=1)
        if holders or len(set(vins)) < len(vins):
            taken = holders.vin_sn or next(vin for vin in vins if vins.count(vin) > 1)
            raise ValidationError(
                self.env._(
                    "Another active vehicle has the VIN %(vin)s. Look it up instead of entering it again.",
                    vin=taken,
                )
            )

    @api.constrains('license_plate', 'is_plate_temporary')
    def _check_plate(self):
        for vehicle in self:
            if (
                vehicle.license_plate
                and vehicle.vehicle_type != 'bike'
                and not vehicle.is_plate_temporary
                and identifiers.plate_problem(vehicle.license_plate)
            ):
                raise ValidationError(
                    self.env._(
                        "Plate %(plate)s is not a Chinese plate. Correct it, or tick Temporary Plate.",
                        plate=vehicle.license_plate,
                    )
                )

    # === CRUD === #

    @api.model
    def _insurance_clean(self, vals):
        """Return `vals` with VIN and plate written the one way in which they are compared."""
        cleaned = {
            name: clean(vals[name]) or False for name, clean in self._insurance_clean_fields.items() if vals.get(name)
        }
        return dict(vals, **cleaned) if cleaned else vals

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._insurance_clean(vals) for vals in vals_list]
        self._check_vins_free([vals['vin_sn'] for vals in vals_list if vals.get('vin_sn') and vals.get('active', True)])
        return super().create(vals_list)

    def write(self, vals):
        vals = self._insurance_clean(vals)
        if {'vin_sn', 'active'} & vals.keys():
            active = self.filtered(lambda vehicle: vals.get('active', vehicle.active))
            vins = [vals.get('vin_sn', vehicle.vin_sn) for vehicle in active]
            self._check_vins_free([vin for vin in vins if vin])
        if 'license_plate' in vals:
            self._keep_history('license_plate', vals['license_plate'])
        if 'owner_id' in vals:
            self._keep_history('owner_id', vals['owner_id'])
        return super().write(vals)

    def _keep_history(self, name, value):
        """Remember the plate or the owner that is about to be replaced."""
        today = self.env.company._insurance_today()
        changing = self.filtered(
            lambda vehicle: (
                vehicle[name]
                and self._fields[name].convert_to_write(
                    vehicle[name],
                    vehicle,
                )
                != value
            )
        )
        if not changing:
            return
        # sudo: history writes itself; whoever may change the vehicle need not be able to write its past
        if name == 'owner_id':
            self.env['insurance.vehicle.owner'].sudo().create(
                [
                    {'vehicle_id': vehicle.id, 'partner_id': vehicle.owner_id.id, 'date_to': today}
                    for vehicle in changing
                ]
            )
        else:
            self.env['insurance.vehicle.plate'].sudo().create(
                [
                    {
                        'vehicle_id': vehicle.id,
                        'plate': vehicle.license_plate,
                        'date_to': today,
                        'is_temporary': vehicle.is_plate_temporary,
                    }
                    for vehicle in changing
                ]
            )

    @api.model
    def _get_by_vin(self, vins):
        """Return `{VIN: vehicle}` of the active vehicles with these normalised VINs, in one query."""
        return {vehicle.vin_sn: vehicle for vehicle in self.search([('vin_sn', 'in', list(vins))])}
