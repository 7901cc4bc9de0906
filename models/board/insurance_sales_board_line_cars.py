from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

CARD_MONTHS = 6  # in the chart of a card, its own month the last one
STORE_READERS = (
    'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_general_manager,'
    'dealer_insurance.group_policy_clerk,dealer_insurance.group_group_manager'
)  # who reads the deliveries of everybody
PARTS = {
    'delivered': SQL("TRUE"),
    'counted': SQL("car.counted = 1"),
    'insured': SQL("car.counted = 1 AND car.commercial = 1"),
    'uninsured': SQL("car.counted = 1 AND car.commercial = 0"),
}  # which cars stand behind a number


class InsuranceSalesBoardLine(models.Model):
    """The chart of a row, and the cars and proposals behind its numbers as they stand today (R2)."""

    _inherit = 'insurance.sales.board.line'

    trend = fields.Json(compute='_compute_trend', export_string_translation=False)
    can_open = fields.Boolean(compute='_compute_can_open', export_string_translation=False)

    # === COMPUTE === #

    @api.depends('company_id', 'kind', 'subject_id', 'month')
    def _compute_trend(self):
        """Set the months up to the row's own: dicts of `month`, `delivered`, `target` and `rate` (None: nothing)."""
        placed = self.filtered('month')
        found = {}
        if placed:
            months = placed.mapped('month')
            for row in self.search_fetch([
                ('company_id', 'in', placed.company_id.ids), ('kind', 'in', list(set(placed.mapped('kind')))),
                ('subject_id', 'in', list(set(placed.mapped('subject_id')))), ('month', '<=', max(months)),
                ('month', '>=', min(months) - relativedelta(months=CARD_MONTHS - 1)),
            ], ['company_id', 'kind', 'subject_id', 'month', 'delivered', 'target_cars', 'counted', 'insured']):
                found[row._get_trend_key(row.month)] = row
        for line in self:
            months = [line.month - relativedelta(months=back)
                      for back in reversed(range(CARD_MONTHS))] if line.month else []
            rows = [(month, found.get(line._get_trend_key(month))) for month in months]
            line.trend = [{
                'month': f'{month:%Y-%m}', 'delivered': row.delivered if row else None,
                'target': row.target_cars if row else None,
                'rate': row.insured / row.counted if row and row.counted else None,
            } for month, row in rows]

    @api.depends('consultant_id')
    @api.depends_context('uid')
    def _compute_can_open(self):
        sees_all = self.env.su or self.env.user.has_groups(STORE_READERS)
        for line in self:
            line.can_open = sees_all or line.consultant_id == self.env.user

    # === ACTIONS === #

    def action_view_delivered(self):
        return self._action_view_cars('delivered')

    def action_view_counted(self):
        return self._action_view_cars('counted')

    def action_view_insured(self):
        return self._action_view_cars('insured')

    def action_view_uninsured(self):
        return self._action_view_cars('uninsured')

    def action_view_proposals(self):
        """Open the proposals counted in this row, the first of each customer and car."""
        self._check_can_open()
        proposals = self.env['insurance.proposal']
        proposals._flush_facts()
        conditions = [SQL("offer.company_id = %s", self.company_id.id)]
        if self.kind == 'consultant':
            conditions.append(SQL("offer.user_id = %s", self.subject_id))
        elif self.kind == 'team':
            members = self.board_id.line_ids.filtered(lambda line: line.team_id == self.team_id).consultant_id
            conditions.append(SQL("offer.user_id IN %s", tuple(members.ids) or (0,)))
        facts = proposals._get_facts_sql(self.company_id, self.month, self.month + relativedelta(day=31))
        rows = self.env.execute_query(SQL("SELECT offer.id FROM (%s) AS offer WHERE %s", facts,
                                          SQL(" AND ").join(conditions)))
        return self._action_view('insurance.proposal', [row[0] for row in rows], self.env._("proposals"))

    # === BUSINESS === #

    def _get_trend_key(self, month):
        return self.company_id.id, self.kind, self.subject_id, month

    def _check_can_open(self):
        self.ensure_one()
        self.check_access('read')
        if not self.can_open:
            raise AccessError(self.env._("The cars of colleagues are not shown: open your own row."))

    def _action_view_cars(self, part):
        """Return the action with the cars behind a number; the user's rules decide which of them are seen."""
        self._check_can_open()
        deliveries = self.env['insurance.delivery']
        deliveries._flush_facts()
        condition = None
        if self.kind == 'consultant':
            condition = (SQL("delivery.consultant_id = %s", self.subject_id) if self.subject_id
                         else SQL("delivery.consultant_id IS NULL"))
        elif self.kind == 'team':
            condition = SQL("delivery.team_id = %s", self.subject_id)
        facts = deliveries._get_facts_sql(self.company_id, self.month, self.month + relativedelta(day=31), condition)
        rows = self.env.execute_query(SQL("SELECT car.id FROM (%s) AS car WHERE %s", facts, PARTS[part]))
        labels = {'delivered': self.env._("delivered"), 'counted': self.env._("count for the rate"),
                  'insured': self.env._("insured commercially"), 'uninsured': self.env._("not insured commercially")}
        return self._action_view('insurance.delivery', [row[0] for row in rows], labels[part])

    def _action_view(self, model, ids, label):
        title = self.env._("%(who)s %(month)s: %(what)s", who=self.display_name, month=self.month_text, what=label)
        return {
            'type': 'ir.actions.act_window', 'name': title, 'res_model': model, 'view_mode': 'list,kanban,form',
            'views': [(False, 'list'), (False, 'kanban'), (False, 'form')], 'domain': [('id', 'in', ids)],
            'context': {'create': False, 'allowed_company_ids': list(dict.fromkeys(
                [*self.env.companies.ids, self.company_id.id]))},
        }
