from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.rates import Rate
from .fleet_vehicle import USE_TYPES

PRODUCTS = [
    ('compulsory', "Compulsory"),
    ('commercial', "Commercial"),
    ('non_motor', "Non-motor"),
    ('vehicle_tax', "Vehicle tax"),
]


class InsuranceRateCardLine(models.Model):
    """The commission rate of a product, for the policies that its dimensions describe (T10)."""

    _name = 'insurance.rate.card.line'
    _description = "Commission Rate"
    _inherit = ['insurance.guard']
    _order = 'card_id, sequence, id'

    _scope_fields = frozenset({'card_id'})
    _dimension_fields = ('business', 'use_type', 'energy', 'is_transferred', 'has_damage')

    card_id = fields.Many2one('insurance.rate.card', string="Rate Card", required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    product = fields.Selection(PRODUCTS, required=True, default='commercial')
    business = fields.Selection(
        [('any', "Any business"), ('new', "New cars"), ('renewal', "Renewals")], required=True, default='any'
    )
    use_type = fields.Selection(USE_TYPES, string="Use", help="Empty: any use.")
    energy = fields.Selection(
        [('any', "Any energy"), ('fuel', "Fuel"), ('nev', "New energy")], required=True, default='any'
    )
    is_transferred = fields.Selection(
        [('any', "Any"), ('yes', "Transferred"), ('no', "Not transferred")],
        string="Change of Owner",
        required=True,
        default='any',
    )
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    limit_from = fields.Monetary(string="Third Party from", help="Lowest third-party limit; 0: any.")
    limit_to = fields.Monetary(string="Third Party to", help="Highest third-party limit, inclusive; 0: and more.")
    has_damage = fields.Selection(
        [('any', "Any"), ('yes', "With own damage"), ('no', "Without own damage")],
        string="Own Damage",
        required=True,
        default='any',
    )
    rate = fields.Float(required=True, digits=(6, 5), aggregator='avg')
    note = fields.Char(help="For instance the campaign.")
    active = fields.Boolean(default=True)

    _rate_range = models.Constraint('CHECK (rate >= 0 AND rate <= 1)', "A rate lies between 0 and 100 %.")
    _limits_ordered = models.Constraint(
        'CHECK (limit_from >= 0 AND (limit_to = 0 OR limit_from <= limit_to))',
        "The highest limit is not below the lowest.",
    )

    @api.depends('card_id.company_id')
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = (line.card_id.company_id or self.env.company).currency_id

    @api.depends('card_id.name', 'product', 'limit_from', 'limit_to', 'note', *_dimension_fields)
    @api.depends_context('lang')
    def _compute_display_name(self):
        for line in self:
            parts = [line._get_choice('product')]
            parts += [line._get_choice(name) for name in self._dimension_fields if line[name] and line[name] != 'any']
            if line.limit_from or line.limit_to:
                parts.append(
                    self.env._(
                        "third party %(first)s to %(last)s",
                        first=f'{line.limit_from:,.0f}',
                        last=f'{line.limit_to:,.0f}' if line.limit_to else '∞',
                    )
                )
            if line.note:
                parts.append(line.note)
            line.display_name = f"{line.card_id.name}: {', '.join(parts)}"

    def _get_choice(self, name):
        """Return the label of what is chosen in selection field `name`."""
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], '')

    @api.constrains('card_id', 'product', 'limit_from', 'limit_to', 'rate', 'active', *_dimension_fields)
    def _check_contradiction(self):
        """Refuse two rates for the same policies on the same day: nobody could say which applies (T10)."""
        for card in self.card_id:
            found = {}
            for line in card._get_parallel().line_ids.sorted(lambda line: (line in self, line.id)):
                if not line.active:
                    continue
                other = found.setdefault(line._get_dimensions(), line)
                if other.rate != line.rate and card in (other | line).card_id:
                    raise ValidationError(
                        self.env._(
                            "%(line)s has another rate in %(other)s. Correct one of them, or end the other card first.",
                            line=line.display_name,
                            other=other.card_id.name,
                        )
                    )

    def _get_dimensions(self):
        """Return what the line is meant for, as something to compare."""
        self.ensure_one()
        return (self.product, self.limit_from, self.limit_to, *(self[name] or None for name in self._dimension_fields))

    def _get_rate(self, is_own, date_from, date_to):
        """Return the line as a :class:`lib.rates.Rate`."""
        self.ensure_one()
        return Rate(
            key=self.id,
            is_own=is_own,
            date_from=date_from,
            date_to=date_to,
            rate=self.rate,
            business=self.business,
            use_type=self.use_type or None,
            energy=self.energy,
            is_transferred=self.is_transferred,
            limit_from=self.limit_from,
            limit_to=self.limit_to,
            has_damage=self.has_damage,
        )

    # === CRUD === #

    def write(self, vals):
        before = {line: line.rate for line in self} if 'rate' in vals else {}
        result = super().write(vals)
        for line, rate in before.items():
            if line.rate != rate:
                line.card_id.message_post(
                    body=self.env._(
                        "%(line)s: %(old)s %% before, %(new)s %% now",
                        line=line.display_name,
                        old=f'{rate * 100:.6g}',
                        new=f'{line.rate * 100:.6g}',
                    )
                )
        return result
