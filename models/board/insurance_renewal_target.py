from odoo import fields, models


class InsuranceRenewalTarget(models.Model):
    """What became of a target: the actual beside it, last year's, and what is to be expected (R20, R22, domain 2.4).

    Nothing of it is stored: running months are counted when they are looked at, closed ones read what was frozen.
    """

    _inherit = 'insurance.renewal.target'

    is_frozen = fields.Boolean(string="Month Closed", compute='_compute_actuals')
    due_gross = fields.Integer(string="Due (gross)", compute='_compute_actuals')
    due_net = fields.Integer(string="Due", compute='_compute_actuals')
    actual_cars = fields.Integer(string="Renewed Cars", compute='_compute_actuals')
    actual_premium = fields.Monetary(string="Renewed Premium", compute='_compute_actuals')
    actual_rate = fields.Float(string="Renewal Rate", digits=(5, 4), compute='_compute_actuals', aggregator=None)
    achieved_rate = fields.Float(string="Target Reached", digits=(5, 4), compute='_compute_actuals', aggregator=None)
    lost_count = fields.Integer(string="Lost Cases", compute='_compute_actuals')
    invalid_count = fields.Integer(string="Cases out of the Base", compute='_compute_actuals')
    open_count = fields.Integer(string="Open Cases", compute='_compute_actuals')
    r_new_cars = fields.Integer(string="First Renewals", compute='_compute_actuals')
    r_ren_cars = fields.Integer(string="Repeat Renewals", compute='_compute_actuals')
    r_gap_cars = fields.Integer(string="Interrupted Renewals", compute='_compute_actuals')
    r_pot_cars = fields.Integer(string="Potential Customers Won", compute='_compute_actuals')
    adjusted_cars = fields.Integer(
        string="Later Renewals", compute='_compute_actuals',
        help="What changed in a closed month afterwards, as the next months' closings recorded it.",
    )
    last_year_cars = fields.Integer(string="Renewed Last Year", compute='_compute_actuals')
    last_year_rate = fields.Float(string="Rate Last Year", digits=(5, 4), compute='_compute_actuals', aggregator=None)
    expected_cars = fields.Integer(
        string="Expected Cars", compute='_compute_actuals',
        help="Renewed cars plus open cases by how many of such cases were renewed in the last twelve months.",
    )
    gap_cars = fields.Integer(string="Cars Missing", compute='_compute_actuals')
    actual_rate_text = fields.Char(compute='_compute_actuals', export_string_translation=False)
    achieved_rate_text = fields.Char(compute='_compute_actuals', export_string_translation=False)
    last_year_rate_text = fields.Char(compute='_compute_actuals', export_string_translation=False)

    def _compute_actuals(self):
        for target in self:
            target.update(target._get_empty_actuals())

    def _get_empty_actuals(self):
        names = [name for name, field in self._fields.items() if field.compute == '_compute_actuals']
        return dict.fromkeys(names, False)
