from odoo import models
from odoo.fields import Domain

from .insurance_ledger_entry_print import MAX_PRINTED


class InsuranceLedger(models.Model):
    """A ledger on paper: the whole year, or a month of it with the totals since January."""

    _inherit = 'insurance.ledger'

    def _prepare_ledger_prints(self, month=0):
        """Return the ledgers as printed; see `_prepare_ledger_print` of the entries.

        :param int month: 1 to 12; 0 for the whole year
        :raises UserError: when these are too many entries for one print
        """
        self.check_access('read')
        Entry = self.env['insurance.ledger.entry']
        domain = Domain('ledger_id', 'in', self.ids)
        if month:
            domain &= Domain('issue_date.month_number', '=', month)
        if Entry.search_count(domain, limit=MAX_PRINTED + 1) > MAX_PRINTED:
            Entry._raise_too_many()
        return [ledger._prepare_ledger_print(month) for ledger in self.sorted(lambda ledger: (
            ledger.company_id.id, ledger.year, ledger.insurer_id.id, ledger.business))]

    def _prepare_ledger_print(self, month):
        Entry = self.env['insurance.ledger.entry']
        rows = Entry._get_print_rows([('ledger_id', '=', self.id)])
        position = f'{self.year}-{month:02d}'
        heading = Entry._prepare_print_heading(
            self.company_id, self.insurer_id, self, self.year, self._get_extent(month, len(rows)),
        )
        if not month:
            return Entry._prepare_ledger_print(rows, heading)
        return Entry._prepare_ledger_print(
            [row for row in rows if row['month'] == position], heading,
            [row for row in rows if row['month'] < position],
        )

    def _get_extent(self, month, row_count):
        """Say what the print covers, and what is missing from it for the present user."""
        # sudo: how many entries there are is no secret; who sees only the own sales is told so
        hidden = self.env['insurance.ledger.entry'].sudo().search_count([('ledger_id', '=', self.id)]) - row_count
        if hidden:
            return self.env._("%(count)s more entries are not shown to %(user)s", count=hidden, user=self.env.user.name)
        if month:
            return self.env._("Month %(month)s", month=f'{self.year}-{month:02d}')
        return self.env._("Whole year")
