from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare

from ...lib.money import share

MONTHS = 12
ENERGY_OF_FUEL = {
    'electric': 'electric',
    'hydrogen': 'electric',
    'plug_in_hybrid_diesel': 'plug_in',
    'plug_in_hybrid_gasoline': 'plug_in',
    'full_hybrid': 'hybrid',
}  # by the vehicle's fuel type; every other one is 'fuel'


class InsuranceTariffVehicleTax(models.Model):
    """A year's vehicle tax of one band of displacement, in one province or generally (domain 5.6).

    It is collected together with the compulsory premium and never premium (T33).
    """

    _name = 'insurance.tariff.vehicle.tax'
    _description = "Vehicle Tax Tariff"
    _order = 'state_id, energy, displacement_from, date_from desc'

    state_id = fields.Many2one(
        'res.country.state',
        string="Province",
        index=True,
        ondelete='restrict',
        domain=[('country_id.code', '=', 'CN')],
        help="Empty: wherever the province has no tariff of its own here.",
    )
    date_from = fields.Date(string="Valid from", required=True)
    date_to = fields.Date(string="Valid until", help="Empty: until further notice.")
    energy = fields.Selection(
        [
            ('fuel', "Fuel"),
            ('hybrid', "Hybrid, not plug-in"),
            ('plug_in', "Plug-in hybrid"),
            ('electric', "Electric or fuel cell"),
        ],
        required=True,
        default='fuel',
        help="Hybrids without a line of their own are taxed as fuel cars.",
    )
    displacement_from = fields.Float(string="Above (l)", digits=(4, 1), help="Exclusive.")
    displacement_to = fields.Float(string="Up to (l)", digits=(4, 1), help="Inclusive; 0: and more.")
    seats_to = fields.Integer(string="Seats up to", default=9, help="Inclusive; 0: any number.")
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.ref('base.CNY'), readonly=True
    )
    amount = fields.Monetary(string="Tax per Year", required=True)
    note = fields.Char(translate=True)
    active = fields.Boolean(default=True)

    _period_ordered = models.Constraint(
        'CHECK (date_to IS NULL OR date_from <= date_to)',
        "A tariff ends after it begins.",
    )
    _band_ordered = models.Constraint(
        'CHECK (displacement_from >= 0 AND (displacement_to = 0 OR displacement_from < displacement_to))',
        "The upper end of the displacement is above the lower one.",
    )
    _amount_positive = models.Constraint('CHECK (amount >= 0)', "A tax is not below 0.")

    @api.depends('state_id', 'energy', 'displacement_from', 'displacement_to')
    @api.depends_context('lang')
    def _compute_display_name(self):
        labels = dict(self._fields['energy']._description_selection(self.env))
        for tariff in self:
            parts = [tariff.state_id.name or self.env._("general tariff"), labels.get(tariff.energy, '')]
            if tariff.displacement_to:
                parts.append(f'{tariff.displacement_from:.1f}–{tariff.displacement_to:.1f} L')
            elif tariff.displacement_from:
                parts.append(f'> {tariff.displacement_from:.1f} L')
            tariff.display_name = ', '.join(parts)

    @api.constrains(
        'state_id', 'date_from', 'date_to', 'energy', 'displacement_from', 'displacement_to', 'seats_to', 'active'
    )
    def _check_overlap(self):
        for tariff in self.filtered('active'):
            domain = (
                self.env['insurance.tariff.compulsory']._domain_valid(tariff.date_from, tariff.date_to)
                & Domain('id', '!=', tariff.id)
                & Domain('state_id', '=', tariff.state_id.id)
                & Domain('energy', '=', tariff.energy)
                & Domain('seats_to', '=', tariff.seats_to)
            )
            for other in self.search(domain):
                if tariff._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "%(tariff)s: %(other)s is valid from %(start)s for the same cars. End it first.",
                            tariff=tariff.display_name,
                            other=other.display_name,
                            start=other.date_from,
                        )
                    )

    def _overlaps(self, other):
        """Tell whether some displacement is in both bands."""
        return (not other.displacement_to or self.displacement_from < other.displacement_to) and (
            not self.displacement_to or other.displacement_from < self.displacement_to
        )

    # === BUSINESS METHODS === #

    @api.model
    def _quote(self, state, displacement, vehicle_or_fuel_type, seats, day, months=MONTHS):
        """Work out the vehicle tax of a calendar year.

        :param state: province (res.country.state), may be empty
        :param displacement: litres; not needed for electric cars
        :param vehicle_or_fuel_type: fleet.vehicle or key of a fuel type
        :param seats: number of seats, 0 when unknown
        :param day: date for which the tariff is looked up
        :param months: months of the year that are taxed; for a new car see :meth:`_get_months`
        :return: dict with `amount` (False when it cannot be said) and `text`: how it was worked out or what is
            missing, in the user's language
        """
        fuel_type = vehicle_or_fuel_type
        if isinstance(vehicle_or_fuel_type, models.BaseModel):
            fuel_type = vehicle_or_fuel_type.fuel_type
        energy = ENERGY_OF_FUEL.get(fuel_type, 'fuel')
        if not displacement and energy in ('fuel', 'hybrid'):
            return {'amount': False, 'text': self.env._("Enter the displacement to work out the vehicle tax.")}
        tariff = self._get_tariff(state, displacement, energy, seats, day)
        if not tariff:
            text = self.env._(
                "No vehicle tax for %(litres)s l and %(seats)s seats is known on %(day)s. Enter it, or complete the"
                " tariff of your province.",
                litres=f'{displacement or 0:.1f}',
                seats=seats or '–',
                day=day,
            )
            return {'amount': False, 'text': text}
        amount = share(tariff.amount, months, MONTHS, tariff.currency_id.rounding)
        return {'amount': amount, 'text': tariff._get_text(energy, amount, months)}

    @api.model
    def _get_tariff(self, state, displacement, energy, seats, day):
        """Return the tariff of a car: of its province, else the general one; of its energy, else for fuel."""
        candidates = self.search(
            self.env['insurance.tariff.compulsory']._domain_valid(day, day)
            & Domain('state_id', 'in', [False, *state.ids])
            & Domain('energy', 'in', [energy, 'fuel'] if energy == 'hybrid' else [energy])
        ).filtered(lambda tariff: tariff._includes(displacement, seats))
        return candidates.sorted(lambda tariff: (not tariff.state_id, tariff.energy != energy, not tariff.seats_to))[:1]

    def _includes(self, displacement, seats):
        """Tell whether the band is for a car of this displacement (litres) and size."""
        self.ensure_one()
        if self.seats_to and seats and seats > self.seats_to:
            return False
        if self.displacement_from and float_compare(displacement or 0, self.displacement_from, precision_digits=3) <= 0:
            return False
        return (
            not self.displacement_to or float_compare(displacement or 0, self.displacement_to, precision_digits=3) <= 0
        )

    def _get_text(self, energy, amount, months):
        """Return how `amount` was worked out, in the user's language."""
        self.ensure_one()
        _ = self.env._
        parts = [f'{self.display_name}: {self.currency_id.format(self.amount)}']
        if self.amount and months != MONTHS:
            parts.append(
                _(
                    "%(months)s of 12 months: %(amount)s",
                    months=months,
                    amount=self.currency_id.format(amount),
                )
            )
        if energy == 'hybrid' and self.energy == 'fuel':
            parts.append(_("half of it if the model is listed as fuel-saving: check"))
        if self.note:
            parts.append(self.note)
        return '; '.join(parts)

    @api.model
    def _get_months(self, acquired):
        """Return the months taxed in the year in which a car is bought: from the month of its purchase on."""
        return MONTHS + 1 - acquired.month
