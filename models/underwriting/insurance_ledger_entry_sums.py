from odoo import fields, models
from odoo.tools import SQL


class InsuranceLedgerEntry(models.Model):
    """The running total of the paper ledger: what a page carries over to the next."""

    _inherit = 'insurance.ledger.entry'

    premium_to_date = fields.Monetary(
        string="Running Total", compute='_compute_premium_to_date',
        help="Premium of the ledger from its first row to this one.",
    )

    def _compute_premium_to_date(self):
        self.flush_model(['ledger_id', 'number', 'premium_total'])
        ledgers = self.ledger_id
        totals = dict(self.env.execute_query(SQL(
            """
            SELECT id, sum(premium_total) OVER (PARTITION BY ledger_id ORDER BY number)
              FROM insurance_ledger_entry WHERE ledger_id IN %s
            """, tuple(ledgers.ids)))) if ledgers else {}
        for entry in self:
            entry.premium_to_date = totals.get(entry.id, 0)
