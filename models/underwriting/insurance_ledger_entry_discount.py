from odoo import models
from odoo.tools import SQL


class InsuranceLedgerEntry(models.Model):
    """The discount rate of many entries is the quotient of their sums, not the average of their rates (K19)."""

    _inherit = 'insurance.ledger.entry'

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != 'discount_rate:avg':
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields['discount_rate'], 'read')
        names = ('discount_total', 'commercial_premium', 'premium_total')
        discount, commercial, total = (self._field_to_sql(self._table, name, query) for name in names)
        return SQL(
            # more cancelled than sold: as little a rate as of nothing sold
            "SUM(%(discount)s) / NULLIF(GREATEST(SUM(COALESCE(NULLIF(%(commercial)s, 0), %(total)s)), 0), 0)",
            discount=discount, commercial=commercial, total=total,
        )
