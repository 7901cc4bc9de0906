from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...lib.money import floated


class InsuranceTariffCompulsory(models.Model):
    """The state's basic premiums of compulsory insurance, from a day on (domain 5.3)."""

    _name = 'insurance.tariff.compulsory'
    _description = "Compulsory Premium Tariff"
    _order = 'date_from desc, id desc'

    name = fields.Char(string="Label", required=True, translate=True)
    date_from = fields.Date(string="Valid from", required=True)
    date_to = fields.Date(string="Valid until", help="Empty: until further notice.")
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.ref('base.CNY'), readonly=True
    )
    line_ids = fields.One2many('insurance.tariff.compulsory.line', 'tariff_id', string="Basic Premiums", copy=True)
    note = fields.Text(translate=True)
    active = fields.Boolean(default=True)

    _period_ordered = models.Constraint(
        'CHECK (date_to IS NULL OR date_from <= date_to)',
        "A tariff ends after it begins.",
    )

    @api.constrains('date_from', 'date_to', 'active')
    def _check_overlap(self):
        for tariff in self.filtered('active'):
            domain = self._domain_valid(tariff.date_from, tariff.date_to) & Domain('id', '!=', tariff.id)
            other = self.search(domain, limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(tariff)s: %(other)s is valid from %(start)s. End it first.",
                        tariff=tariff.name,
                        other=other.name,
                        start=other.date_from,
                    )
                )

    @api.model
    def _domain_valid(self, first, last=None):
        """Return the domain of what is valid on some day from `first` to `last`; without `last`, for ever."""
        domain = Domain('date_to', '=', False) | Domain('date_to', '>=', first)
        return domain & Domain('date_from', '<=', last) if last else domain

    # === BUSINESS METHODS === #

    @api.model
    def _quote(self, use_type, seats, history, state, day):
        """Work out the year's premium of compulsory insurance (domain 5.3, 5.4).

        :param use_type: key of the vehicle's use
        :param seats: number of seats
        :param history: key of the accident history, 'a1' to 'a6'; 'none' or False for a new car
        :param state: province (res.country.state) in which the car is insured; may be empty for a new car
        :param day: date on which the policy begins
        :return: dict with `amount` (False when it cannot be said), `basic` (False or the basic premium),
            `factor` (-0.3 is 30 % off) and `text`: how it was worked out or what is missing, in the user's language
        """
        line, text = self._get_basic(use_type, seats, day)
        if not line:
            return {'amount': False, 'basic': False, 'factor': 0.0, 'text': text}
        Factor = self.env['insurance.tariff.factor']
        factor, ground = Factor._get_factor(history, state, day)
        if factor is None:
            return {'amount': False, 'basic': line.amount, 'factor': 0.0, 'text': ground}
        currency = line.currency_id
        amount = floated(line.amount, factor, currency.rounding)
        text = self.env._(
            "%(amount)s. Basic premium: %(line)s. Floating: %(ground)s.",
            amount=self._get_formula(line, factor, amount),
            line=line.display_name,
            ground=ground,
        )
        if line.note:
            text = f'{text} {line.note}'
        return {'amount': amount, 'basic': line.amount, 'factor': factor, 'text': text}

    @api.model
    def _get_basic(self, use_type, seats, day):
        """Return the line for a car and '', or none and what is missing."""
        none = self.env['insurance.tariff.compulsory.line']
        if not use_type or not seats:
            return none, self.env._("Enter the use of the car and its seats to work out the compulsory premium.")
        tariff = self.search(self._domain_valid(day, day), limit=1)
        if not tariff:
            return none, self.env._("No tariff of compulsory premiums is valid on %(day)s. Enter one.", day=day)
        line = tariff.line_ids.filtered(lambda basic: basic._includes(use_type, seats))
        if line:
            return line, ''
        labels = dict(none._fields['use_type']._description_selection(self.env))
        text = self.env._(
            "%(tariff)s has no premium for %(use)s with %(seats)s seats. Enter the insurer's, or complete the tariff.",
            tariff=tariff.name,
            use=labels.get(use_type, use_type),
            seats=seats,
        )
        return none, text

    @api.model
    def _get_formula(self, line, factor, amount):
        """Return how `amount` comes from the basic premium: '¥ 950.00 × (1 − 10 %) = ¥ 855.00'."""
        result = line.currency_id.format(amount)
        if not factor:
            return result
        change = f'{"−" if factor < 0 else "+"} {abs(factor) * 100:.6g} %'
        return f'{line.currency_id.format(line.amount)} × (1 {change}) = {result}'
