from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class InsuranceTariffFactor(models.Model):
    """How compulsory premiums float with accidents in some provinces, from a day on (domain 5.4)."""

    _name = 'insurance.tariff.factor'
    _description = "Floating Factors of Compulsory Premiums"
    _order = 'date_from desc, name'

    name = fields.Char(string="Scheme", required=True, translate=True)
    date_from = fields.Date(string="Valid from", required=True)
    date_to = fields.Date(string="Valid until", help="Empty: until further notice.")
    state_ids = fields.Many2many(
        'res.country.state',
        string="Provinces",
        domain=[('country_id.code', '=', 'CN')],
        help="Empty: everywhere else, that is where no other scheme holds.",
    )
    line_ids = fields.One2many('insurance.tariff.factor.line', 'tariff_id', string="Factors", copy=True)
    note = fields.Text(translate=True)
    active = fields.Boolean(default=True)

    _period_ordered = models.Constraint(
        'CHECK (date_to IS NULL OR date_from <= date_to)',
        "A tariff ends after it begins.",
    )

    @api.constrains('state_ids', 'date_from', 'date_to', 'active')
    def _check_overlap(self):
        for tariff in self.filtered('active'):
            domain = self._domain_valid(tariff.date_from, tariff.date_to) & Domain('id', '!=', tariff.id)
            if tariff.state_ids:
                domain &= Domain('state_ids', 'in', tariff.state_ids.ids)
            else:
                domain &= Domain('state_ids', '=', False)
            other = self.search(domain, limit=1)
            if other:
                places = (tariff.state_ids & other.state_ids).mapped('name') or [self.env._("everywhere else")]
                raise ValidationError(
                    self.env._(
                        "%(tariff)s: %(other)s is valid from %(start)s for %(places)s. End it, or take the provinces"
                        " out of it.",
                        tariff=tariff.name,
                        other=other.name,
                        start=other.date_from,
                        places=', '.join(places),
                    )
                )

    @api.model
    def _domain_valid(self, first, last=None):
        """As :meth:`InsuranceTariffCompulsory._domain_valid`."""
        return self.env['insurance.tariff.compulsory']._domain_valid(first, last)

    # === BUSINESS METHODS === #

    @api.model
    def _get_factor(self, history, state, day):
        """Return how the premium floats: the factor (-0.3 is 30 % off) and on what ground.

        :param history: 'a1' to 'a6'; 'none' or False for a new car, which does not float
        :param state: province (res.country.state)
        :param day: date on which the policy begins
        :return: (float or None, text); without a factor the text says what is missing
        """
        if not history or history == 'none':
            return 0.0, self.env._("new car")
        if not state:
            return None, self.env._(
                "Enter the province: the factor of compulsory insurance depends on it. The store's is in its settings."
            )
        valid = self._domain_valid(day, day)
        tariff = self.search(valid & Domain('state_ids', 'in', state.ids), limit=1) or self.search(
            valid & Domain('state_ids', '=', False), limit=1
        )
        line = tariff.line_ids.filtered(lambda factor: factor.history == history)[:1]
        if not line:
            return None, self.env._(
                "No factor of compulsory insurance is valid in %(state)s on %(day)s for this accident history."
                " Enter the insurer's premium, or complete the tariff.",
                state=state.name,
                day=day,
            )
        return line.factor, line.display_name
