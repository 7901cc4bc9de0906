from itertools import product

from odoo import api, fields, models

from .insurance_renewal import CUSTOMER_CLASSES

INTENTIONS = [('high', "High"), ('medium', "Medium"), ('low', "Low")]


class InsuranceRenewalMilestone(models.Model):
    """One of the days before (or after) the expiry on which a customer is contacted (domain 5.9).

    The milestones of the same store, customer class and intention are one set. A case follows one set only, the most
    specific that fits it: the store's own before the general ones, then those of its class, then of its intention.
    """

    _name = 'insurance.renewal.milestone'
    _description = "Contact Milestone"
    _inherit = ['insurance.guard']
    _order = 'company_id, customer_class, intention, days_before desc, id'

    company_id = fields.Many2one('res.company', string="Store", index=True, help="Empty: all stores.")
    customer_class = fields.Selection(CUSTOMER_CLASSES, help="Empty: all customers.")
    intention = fields.Selection(INTENTIONS, help="Empty: whatever the intention is.")
    days_before = fields.Integer(
        string="Days before Expiry", required=True, aggregator=None, help="Negative: days after the expiry.",
    )
    active = fields.Boolean(default=True)
    scope_text = fields.Char(string="Applies to", compute='_compute_scope_text')

    _once = models.UniqueIndex(
        "(COALESCE(company_id, 0), COALESCE(customer_class, ''), COALESCE(intention, ''), days_before) WHERE active",
        "This milestone is in the set already.",
    )
    _days_sensible = models.Constraint(
        'CHECK (days_before BETWEEN -365 AND 365)', "A milestone lies within a year of the expiry.",
    )

    @api.depends('days_before')
    def _compute_display_name(self):
        for milestone in self:
            sign = '-' if milestone.days_before >= 0 else '+'
            milestone.display_name = f'T{sign}{abs(milestone.days_before)}'

    @api.depends('customer_class', 'intention')
    @api.depends_context('lang')
    def _compute_scope_text(self):
        classes, intentions = (dict(self._fields[name]._description_selection(self.env))
                               for name in ('customer_class', 'intention'))
        for milestone in self:
            milestone.scope_text = " · ".join((
                classes.get(milestone.customer_class) or self.env._("All customers"),
                intentions.get(milestone.intention) or self.env._("Any intention"),
            ))

    @api.model
    def _get_plans(self, companies):
        """Return `{(company id, customer class or False, intention or False): days}` for whatever a case can be.

        `days` is the tuple of days before the expiry of the set that such a case follows, the earliest first.
        """
        # sudo: the cadence is the same, whoever works on the case
        rows = self.sudo().search_fetch(
            [('company_id', 'in', [*companies.ids, False])],
            ['company_id', 'customer_class', 'intention', 'days_before'],
        )
        sets = {}
        for row in rows:
            sets.setdefault((row.company_id.id, row.customer_class, row.intention), []).append(row.days_before)
        classes = [False, *(code for code, _label in CUSTOMER_CLASSES)]
        intentions = [False, *(code for code, _label in INTENTIONS)]
        return {
            case: self._choose_set(sets, *case) for case in product(companies.ids, classes, intentions)
        }

    @api.model
    def _choose_set(self, sets, *case):
        """Return the days of the most specific of `sets` for a case; see `_get_plans`."""
        for masked in product((True, False), repeat=3):
            key = tuple(value if is_kept else False for value, is_kept in zip(case, masked, strict=True))
            if key in sets:
                return tuple(sorted(sets[key], reverse=True))
        return ()
