from odoo import fields, models

from ...models.settlement.insurance_settlement_left_out import GROUNDS


class InsuranceSettlementLeftOut(models.TransientModel):
    """An entry that is not on a settlement list, as its reader sees it, and why."""

    _name = 'insurance.settlement.left.out'
    _description = "Entry Left out of a Settlement List"
    _order = 'id'

    settlement_id = fields.Many2one('insurance.settlement', required=True, readonly=True, ondelete='cascade')
    entry_id = fields.Many2one('insurance.ledger.entry', string="Ledger Entry", required=True, readonly=True,
                               ondelete='cascade')
    currency_id = fields.Many2one(related='settlement_id.currency_id')
    list_state = fields.Selection(related='settlement_id.state', string="State of the List")
    issue_date = fields.Date(related='entry_id.issue_date')
    start_date = fields.Date(related='entry_id.start_date')
    plate = fields.Char(related='entry_id.plate')
    premium_total = fields.Monetary(related='entry_id.premium_total')
    ground = fields.Selection(GROUNDS, string="Why not on It", required=True, readonly=True)
    explanation = fields.Char(readonly=True)

    def action_add(self):
        """Put the entries on the list by hand."""
        for settlement, rows in self.grouped('settlement_id').items():
            settlement._add_entries(rows.entry_id)
        return self[:1].settlement_id.action_view_left_out()
