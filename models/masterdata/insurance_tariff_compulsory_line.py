from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .fleet_vehicle import USE_TYPES


class InsuranceTariffCompulsoryLine(models.Model):
    """The basic premium of cars of one use with so many seats."""

    _name = 'insurance.tariff.compulsory.line'
    _description = "Basic Compulsory Premium"
    _order = 'tariff_id, use_type, seats_from'

    tariff_id = fields.Many2one(
        'insurance.tariff.compulsory', string="Tariff", required=True, index=True, ondelete='cascade'
    )
    use_type = fields.Selection(USE_TYPES, string="Use", required=True)
    seats_from = fields.Integer(string="Seats from", required=True, default=1)
    seats_to = fields.Integer(string="Seats to", help="Inclusive; 0: and more.")
    currency_id = fields.Many2one(related='tariff_id.currency_id')
    amount = fields.Monetary(string="Basic Premium", required=True)
    note = fields.Char(translate=True)
    active = fields.Boolean(default=True)

    _seats_ordered = models.Constraint(
        'CHECK (seats_from > 0 AND (seats_to = 0 OR seats_from <= seats_to))',
        "The highest number of seats is not below the lowest.",
    )
    _amount_positive = models.Constraint('CHECK (amount >= 0)', "A premium is not below 0.")

    @api.depends('tariff_id.name', 'use_type', 'seats_from', 'seats_to')
    @api.depends_context('lang')
    def _compute_display_name(self):
        uses = dict(self._fields['use_type']._description_selection(self.env))
        for line in self:
            if line.seats_to:
                text = self.env._(
                    "%(tariff)s, %(use)s, %(first)s to %(last)s seats",
                    tariff=line.tariff_id.name,
                    use=uses.get(line.use_type, ''),
                    first=line.seats_from,
                    last=line.seats_to,
                )
            else:
                text = self.env._(
                    "%(tariff)s, %(use)s, %(first)s seats and more",
                    tariff=line.tariff_id.name,
                    use=uses.get(line.use_type, ''),
                    first=line.seats_from,
                )
            line.display_name = text

    @api.constrains('tariff_id', 'use_type', 'seats_from', 'seats_to', 'active')
    def _check_overlap(self):
        for line in self.filtered('active'):
            for other in line.tariff_id.line_ids - line:
                if other.use_type == line.use_type and line._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "%(line)s and %(other)s are for the same cars. Change the seats.",
                            line=line.display_name,
                            other=other.display_name,
                        )
                    )

    def _overlaps(self, other):
        """Tell whether some number of seats is in both lines."""
        return (not other.seats_to or self.seats_from <= other.seats_to) and (
            not self.seats_to or other.seats_from <= self.seats_to
        )

    def _includes(self, use_type, seats):
        """Tell whether the line is for a car of this use and size."""
        self.ensure_one()
        return self.use_type == use_type and self.seats_from <= seats and (not self.seats_to or seats <= self.seats_to)
