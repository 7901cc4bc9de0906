from odoo import api, fields, models

ACCIDENT_HISTORY = [
    ('a1', "A1: one year without accident"),
    ('a2', "A2: two years without accident"),
    ('a3', "A3: three or more years without accident"),
    ('a4', "A4: one accident at fault, nobody killed"),
    ('a5', "A5: two or more accidents at fault, nobody killed"),
    ('a6', "A6: accident at fault with a person killed"),
]


class InsuranceTariffFactorLine(models.Model):
    """The factor of one accident history."""

    _name = 'insurance.tariff.factor.line'
    _description = "Floating Factor"
    _order = 'tariff_id, history'

    tariff_id = fields.Many2one(
        'insurance.tariff.factor', string="Scheme", required=True, index=True, ondelete='cascade'
    )
    history = fields.Selection(ACCIDENT_HISTORY, string="Accident History", required=True)
    factor = fields.Float(digits=(5, 4), help="-30 %: the premium is 30 % lower.")

    _history_uniq = models.Constraint('UNIQUE (tariff_id, history)', "The scheme has a factor for this history.")
    _factor_range = models.Constraint('CHECK (factor > -1 AND factor <= 5)', "A factor lies between -99 % and 500 %.")

    @api.depends('tariff_id.name', 'history')
    @api.depends_context('lang')
    def _compute_display_name(self):
        labels = dict(self._fields['history']._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.tariff_id.name}, {labels.get(line.history, '')}"
