from odoo import api, fields, models
from odoo.tools import SQL

from ..renewal.insurance_renewal import CLOSED

# How far a case has come and how willing the customer is: only the order matters, not the distances
STATE_STEPS = {
    'issuing': 6, 'appointment': 5, 'quoted': 4, 'quote_requested': 3, 'following': 2, 'new': 1, 'unassigned': 0,
    'dormant': 0,
}
INTENTION_STEPS = {'high': 3, 'medium': 2, 'low': 0}
INTENTION_UNKNOWN = 1


class InsuranceRenewal(models.Model):
    """Which open cases of a month are the nearest to being renewed: the list that closes the gap to its target."""

    _inherit = 'insurance.renewal'

    closeness = fields.Integer(
        string="Closeness", compute='_compute_closeness',
        help="How near the case is to a renewal, 0 to 9: from its state (issuing, appointment, quoted …) and the"
             " customer's intention. An order for the day's work, not a probability.",
    )

    @api.depends('state', 'intention')
    def _compute_closeness(self):
        for case in self:
            case.closeness = -1 if case.state in CLOSED else STATE_STEPS.get(case.state, 0) + INTENTION_STEPS.get(
                case.intention, INTENTION_UNKNOWN,
            )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Order by :attr:`closeness` as it is computed, though it is not stored."""
        if field_name != 'closeness':
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        state = self._field_to_sql(alias, 'state', query)
        intention = self._field_to_sql(alias, 'intention', query)
        return SQL(
            "CASE WHEN %s IN %s THEN -1 ELSE %s + %s END %s", state, CLOSED, self._steps_to_sql(state, STATE_STEPS, 0),
            self._steps_to_sql(intention, INTENTION_STEPS, INTENTION_UNKNOWN), direction,
        )

    @api.model
    def _steps_to_sql(self, column, steps, otherwise):
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", key, step) for key, step in steps.items())
        return SQL("(CASE %s %s ELSE %s END)", column, whens, otherwise)
