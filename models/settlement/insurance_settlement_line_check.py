from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_settlement import COMMISSION

MARKS = [('matches', "Matches"), ('differs', "Differs"), ('missing', "Insurer left It out"), ('none', "No Statement")]
NOTHING = (0, 0, 0, 0, 'none', True)


class InsuranceSettlementLine(models.Model):
    """What the insurer states for a line, and whether that matches: a mark for the checker, who still signs (R32)."""

    _inherit = 'insurance.settlement.line'

    statement_line_ids = fields.Many2many('insurance.statement.line', string="Stated by the Insurer",
                                          compute='_compute_statement_line_ids')
    stated_premium = fields.Monetary(string="Premium Stated", compute='_compute_stated')
    stated_commission = fields.Monetary(string="Commission Stated", compute='_compute_stated', groups=COMMISSION)
    premium_difference = fields.Monetary(string="Difference in Premium", compute='_compute_stated',
                                         help="Stated less ours, corrections on this list included.")
    difference = fields.Monetary(string="Difference in Commission", compute='_compute_stated', groups=COMMISSION,
                                 help="Stated less ours, corrections on this list included.")
    mark = fields.Selection(MARKS, string="Against the Statement", compute='_compute_stated', search='_search_mark')
    is_explained = fields.Boolean(
        string="Difference Explained", compute='_compute_stated',
        help="It matches, or finance accepted the difference with a reason, here or on the statement.",
    )

    def _compute_statement_line_ids(self):
        lines = self.env['insurance.statement.line'].search([
            ('statement_id.settlement_id', 'in', self.settlement_id.ids), ('entry_id', 'in', self.entry_id.ids),
        ])
        by_key = lines.grouped(lambda line: (line.statement_id.settlement_id, line.entry_id))
        for line in self:
            line.statement_line_ids = by_key.get((line.settlement_id, line.entry_id), lines.browse())

    def _get_reason_text(self):
        """Return why a difference was accepted or the line returned, for print and workbook, or False."""
        self.ensure_one()
        reason, note = (self.accepted_reason_id, self.accepted_note) if self.accepted_reason_id else (
            (self.returned_reason_id, self.returned_note) if self.state == 'returned' else (False, False))
        return reason and " – ".join(filter(None, (reason.name, note)))

    def _read_stated(self):
        """Return what is stated of these lines.

        :return: `{line id: (premium, commission, residual premium, residual commission, mark, is it handled)}`
        """
        if not self.ids:
            return {}
        sql = self.env['insurance.settlement']._get_marks_sql(SQL("line.id IN %s", tuple(self.ids)))
        return {row[0]: row[1:] for row in self.env.execute_query(sql)}

    @api.depends('premium', 'commission', 'accepted_reason_id', 'settlement_id.statement_ids')
    def _compute_stated(self):
        stated = self._read_stated()
        may_read = self._has_field_access(self._fields['commission'], 'read')
        for line in self:
            premium, commission, more_premium, more, mark, is_handled = stated.get(line._origin.id, NOTHING)
            is_stated = mark != 'none'
            line.stated_premium = premium or 0
            line.premium_difference = more_premium if is_stated else 0
            line.mark = mark
            line.is_explained = mark in ('matches', 'none') or is_handled or bool(line.accepted_reason_id)
            if may_read:
                line.stated_commission = commission or 0
                line.difference = more if is_stated else 0

    def _search_mark(self, operator, value):
        if operator != 'in':
            return NotImplemented
        sql = self.env['insurance.settlement']._get_marks_sql(
            SQL("line.company_id IN %s", tuple(self.env.companies.ids)))
        return Domain('id', 'in', SQL(
            "(SELECT line_id FROM (%s) AS marks WHERE mark IN %s)", sql, tuple(value) or ('',)))
