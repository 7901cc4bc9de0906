from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_settlement import COMMISSION


class InsuranceSettlement(models.Model):
    """The sums of a list: ours, the insurer's, what lies between them, and how far the check is."""

    _inherit = 'insurance.settlement'

    line_count = fields.Integer(string="Line Count", compute='_compute_counts')
    unsigned_count = fields.Integer(string="Not Signed yet", compute='_compute_counts')
    returned_count = fields.Integer(string="Lines Returned", compute='_compute_counts')
    carried_count = fields.Integer(string="Lines Carried over", compute='_compute_counts')
    differing_count = fields.Integer(string="Lines not Explained", compute='_compute_totals')
    our_premium = fields.Monetary(string="Our Premium", compute='_compute_totals')
    our_commission = fields.Monetary(string="Our Commission", compute='_compute_totals', groups=COMMISSION)
    stated_premium = fields.Monetary(string="Stated Premium", compute='_compute_totals')
    stated_commission = fields.Monetary(string="Stated Commission", compute='_compute_totals', groups=COMMISSION)
    difference = fields.Monetary(string="Commission Difference", compute='_compute_totals', groups=COMMISSION,
                                 help="Commission that the statements add up to, less ours.")
    accepted_difference = fields.Monetary(
        string="Explained Difference", compute='_compute_totals', groups=COMMISSION,
        help="Of it: accepted on lines of the list, or within the tolerance.",
    )
    settled_commission = fields.Monetary(string="Settled Commission", compute='_compute_totals', groups=COMMISSION,
                                         help="What the insurer owes, fixed when the list was closed.")

    def _compute_counts(self):
        groups = self.env['insurance.settlement.line']._read_group(
            [('settlement_id', 'in', self.ids)], ['settlement_id', 'state'], ['__count'])
        counts = defaultdict(lambda: defaultdict(int))
        for settlement, state, count in groups:
            counts[settlement.id][state] = count
        for settlement in self:
            by_state = counts[settlement._origin.id]
            settlement.line_count = sum(by_state.values()) - by_state['carried']
            settlement.unsigned_count = by_state['open'] + by_state['returned']
            settlement.returned_count = by_state['returned']
            settlement.carried_count = by_state['carried']

    @api.depends_context('uid')
    def _compute_totals(self):
        sums, stated = self._read_sums(), self._read_stated_sums()
        may_read = self._has_field_access(self._fields['our_commission'], 'read')
        for settlement in self:
            key = settlement._origin.id
            premium, commission, settled, differing, explained = sums.get(key, (0, 0, 0, 0, 0))
            stated_premium, stated_commission = stated.get(key, (0, 0))
            settlement.our_premium = premium
            settlement.stated_premium = stated_premium
            settlement.differing_count = differing
            if may_read:
                settlement.our_commission = commission
                settlement.stated_commission = stated_commission
                settlement.difference = stated_commission - commission if key in stated else 0
                settlement.accepted_difference = explained if key in stated else 0
                settlement.settled_commission = settled if settlement.state == 'closed' else 0

    def _read_sums(self):
        """Return `{list id: (premium, commission, settled, lines not explained, difference explained)}`."""
        if not self.ids:
            return {}
        condition = SQL("line.settlement_id IN %s AND line.state <> 'carried'", tuple(self.ids))
        return {row[0]: tuple(value or 0 for value in row[1:]) for row in self.env.execute_query(SQL(
            """
            SELECT line.settlement_id, sum(line.premium), sum(line.commission), sum(line.settled_commission),
                   count(*) FILTER (WHERE marks.mark IN ('differs', 'missing') AND line.accepted_reason_id IS NULL
                                    AND NOT marks.is_handled),
                   sum(marks.residual_commission) FILTER (
                       WHERE marks.mark = 'matches' OR line.accepted_reason_id IS NOT NULL OR marks.is_handled)
              FROM insurance_settlement_line AS line
              JOIN (%s) AS marks ON marks.line_id = line.id
             GROUP BY line.settlement_id
            """, self._get_marks_sql(condition)))}

    def _read_stated_sums(self):
        """Return `{list id: (premium, commission)}` of what the attached statements add up to."""
        # sudo: the totals of a list are no secret to who reads it; the commission is given to who may read it only
        groups = self.env['insurance.statement'].sudo()._read_group(
            [('settlement_id', 'in', self.ids)], ['settlement_id'], ['stated_premium:sum', 'stated_commission:sum'])
        return {settlement.id: (premium or 0, commission or 0) for settlement, premium, commission in groups}
