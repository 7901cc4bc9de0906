from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .insurance_renewal import OPEN

# What decides to whom a case goes: `key` is the caller's, `last_ids` who dealt with the car before, best first
AllotRow = namedtuple('AllotRow', 'key model_id brand_id area group_id last_ids')


class InsuranceRenewalAssignRule(models.Model):
    """To whom new cases go by themselves: the first rule that finds somebody decides.

    All cars of a group customer go to one person, whatever rule found the first of them (T19).
    """

    _name = 'insurance.renewal.assign.rule'
    _description = "Assignment Rule of Renewal Cases"
    _order = 'company_id, sequence, id'

    name = fields.Char(string="Label", compute='_compute_name')
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [('keep_last', "Last year's specialist keeps the car"), ('by_model', "By brand or model"),
         ('by_area', "By area of the customer"), ('balance', "Whoever has the fewest open cases")],
        string="Rule", required=True, default='keep_last',
    )
    brand_ids = fields.Many2many('fleet.vehicle.model.brand', 'insurance_renewal_assign_rule_brand_rel', 'rule_id',
                                 'brand_id', string="Brands")
    model_ids = fields.Many2many('fleet.vehicle.model', 'insurance_renewal_assign_rule_model_rel', 'rule_id',
                                 'model_id', string="Models")
    area = fields.Char(string="Areas", help="Provinces, cities or districts of the address, separated by commas.")
    user_ids = fields.Many2many(
        'res.users', 'insurance_renewal_assign_rule_user_rel', 'rule_id', 'user_id', string="Specialists",
        domain=lambda self: [('all_group_ids', 'in', self.env.ref('dealer_insurance.group_renewal_specialist').id)],
        help="Empty: all specialists of the store. Among several, whoever has the fewest open cases.",
    )

    user_text = fields.Char(string="Allotted to", compute='_compute_user_text')

    @api.depends('user_ids.name')
    @api.depends_context('lang')
    def _compute_user_text(self):
        for rule in self:
            rule.user_text = ", ".join(rule.user_ids.mapped('name')) or self.env._("All specialists of the store")

    @api.depends('kind')
    def _compute_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for rule in self:
            rule.name = labels.get(rule.kind)

    @api.constrains('kind', 'brand_ids', 'model_ids', 'area')
    def _check_complete(self):
        for rule in self:
            if rule.kind == 'by_model' and not (rule.brand_ids or rule.model_ids):
                raise ValidationError(self.env._("Name the brands or models whose cases the rule gives away."))
            if rule.kind == 'by_area' and not rule._get_areas():
                raise ValidationError(self.env._("Name the areas whose cases the rule gives away."))

    def _get_areas(self):
        return [part.strip() for part in (self.area or '').replace(',', ',').replace('、', ',').split(',')
                if part.strip()]

    # === ALLOTTING === #

    @api.model
    def _get_specialists(self, company):
        """Return the renewal specialists that work in the store."""
        group = self.env.ref('dealer_insurance.group_renewal_specialist')
        # sudo: who works in the store, whoever asks
        return self.env['res.users'].sudo().search(
            [('all_group_ids', 'in', group.id), ('company_ids', 'in', company.id), ('share', '=', False)], order='id')

    @api.model
    def _allot(self, company, rows, leaving=None, is_complete=False):
        """Choose the specialist of each car by the rules of the store.

        :param rows: list of :class:`AllotRow`
        :param leaving: user who gets none
        :param is_complete: what no rule decides goes to whoever has the fewest open cases
        :return: `{key: user id}` of those for whom somebody was found
        """
        staff = set(self._get_specialists(company).ids) - set(leaving.ids if leaving else ())
        # sudo: the rules of the store hold, whoever starts the assignment
        rules = self.sudo().search([('company_id', '=', company.id)])
        choices = [rule._get_choice(staff) for rule in rules]
        if is_complete:
            choices.append(('balance', frozenset(), frozenset(), (), sorted(staff)))
        if not (staff and choices and rows):
            return {}
        loads, holders = self._get_loads(company, staff), self._get_group_holders(company, rows, staff)
        result = {}
        for row in rows:
            user = holders.get(row.group_id) or next(
                filter(None, (self._choose(choice, row, loads) for choice in choices)), None)
            if not user:
                continue
            result[row.key] = user
            loads[user] += 1
            if row.group_id:
                holders[row.group_id] = user
        return result

    def _get_choice(self, staff):
        """Return the rule as plain values `(kind, model ids, brand ids, areas, user ids)` for many cars."""
        self.ensure_one()
        users = sorted(staff & set(self.user_ids.ids)) if self.user_ids else sorted(staff)
        return self.kind, frozenset(self.model_ids.ids), frozenset(self.brand_ids.ids), self._get_areas(), users

    @api.model
    def _choose(self, choice, row, loads):
        """Return the user to whom a rule gives a car, or None."""
        kind, models_, brands, areas, users = choice
        if kind == 'keep_last':
            return next((user for user in row.last_ids if user in users), None)
        if kind == 'by_model' and row.model_id not in models_ and row.brand_id not in brands:
            return None
        if kind == 'by_area' and not any(area in row.area for area in areas):
            return None
        return min(users, key=loads.__getitem__, default=None)

    @api.model
    def _get_loads(self, company, staff):
        # sudo: how many cases each has, whoever starts the assignment
        counts = dict(self.env['insurance.renewal'].sudo()._read_group(
            [('company_id', '=', company.id), ('state', 'in', OPEN), ('specialist_id', 'in', list(staff))],
            ['specialist_id'], ['__count'],
        ))
        return {**dict.fromkeys(staff, 0), **{user.id: count for user, count in counts.items()}}

    @api.model
    def _get_group_holders(self, company, rows, staff):
        """Return `{group customer id: user id}` of those who have open cases of these customers already."""
        groups = {row.group_id for row in rows if row.group_id}
        found = self.env['insurance.renewal'].sudo()._read_group(  # sudo: as above
            [('company_id', '=', company.id), ('state', 'in', OPEN), ('specialist_id', 'in', list(staff)),
             ('customer_group_id', 'in', list(groups))],
            ['customer_group_id', 'specialist_id'], ['__count'], order='__count',
        ) if groups else ()
        return {group.id: user.id for group, user, _count in found}  # the one with the most comes last
