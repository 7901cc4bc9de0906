from io import BytesIO

from odoo import fields, models

from ...lib.xlsx_out import new_workbook, write_table
from ..register.insurance_export import HEAD_ROW

PAGES_WIDE = 2


class InsuranceSettlementExport(models.TransientModel):
    """A settlement list as a workbook; lines carried over stand on a sheet of their own, so that sums are right."""

    _name = 'insurance.settlement.export'
    _description = "Export a Settlement List"
    _inherit = ['insurance.export']

    settlement_id = fields.Many2one('insurance.settlement', required=True, readonly=True, ondelete='cascade')

    def action_export(self):
        """Make the workbook, log it, and return the action that downloads it."""
        self.ensure_one()
        settlement = self.settlement_id
        name = f"{self.env._('Settlement List')} {settlement.display_name}"
        rows = settlement._get_print_rows()
        self._log_export(name, {settlement.company_id: len(rows)}, settlement.insurer_id)
        return self._deliver(self._make_workbook(name, rows), f"{name}.xlsx")

    def _make_workbook(self, title, rows):
        """Return the bytes of the workbook."""
        columns = self.settlement_id._get_workbook_columns()
        sheets = {
            self.env._("Settlement List"): [row for row in rows if row['state'] != 'carried'],
            self.env._("Carried over"): [row for row in rows if row['state'] == 'carried'],
        }
        target = BytesIO()
        workbook, formats = new_workbook(target)
        with workbook:
            for number, (name, shown) in enumerate(sheets.items()):
                if shown or not number:
                    sheet = self._add_marked_sheet(workbook, formats, name, title, len(shown), PAGES_WIDE)
                    write_table(sheet, formats, HEAD_ROW, list(columns.values()), (
                        [row.get(column) for column in columns] for row in shown
                    ), totals=(self.env._("Total"), self.env._("Shown by the Filter")))
        return target.getvalue()
