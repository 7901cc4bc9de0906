from tempfile import TemporaryFile

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib.xlsx_out import new_workbook, write_table
from ..register.insurance_export import HEAD_ROW

MAX_ROWS = 1_000_000  # of a sheet; the format itself ends a little above
PAGES_WIDE = 4


class InsuranceClaimExport(models.TransientModel):
    """The claims ledger of a period as a workbook, in the stages of the paper form (2.9); marked and logged (T37)."""

    _name = 'insurance.claim.export'
    _description = "Export the Claims Ledger"
    _inherit = ['insurance.export']

    insurer_ids = fields.Many2many('res.partner', 'insurance_claim_export_insurer_rel', 'export_id', 'insurer_id',
                                   string="Certain Insurers", domain="[('is_insurer', '=', True)]",
                                   help="Empty: all insurers.")

    def action_export(self):
        """Make the workbook, log it, and return the action that downloads it.

        :raises UserError: when the period holds no claim, or too many for a sheet
        """
        self.ensure_one()
        counts = dict(self.env['insurance.claim']._read_group(self._get_domain(), ['company_id'], ['__count']))
        total = sum(counts.values())
        if not total:
            raise UserError(self.env._("You may read no claim from %(start)s to %(end)s. Choose another period or"
                                       " insurer.", start=self.date_from, end=self.date_to))
        if total > MAX_ROWS:
            raise UserError(self.env._("More than %(limit)s claims, more than a sheet holds. Choose a shorter period.",
                                       limit=MAX_ROWS))
        name = f"{self.env._('Claims Ledger')} {self.date_from} – {self.date_to}"
        self._log_export(name, counts, self.insurer_ids)
        with TemporaryFile() as target:
            self._write_workbook(target, name, total)
            target.seek(0)
            return self._deliver(target.read(), f"{name}.xlsx")

    def _get_domain(self):
        domain = Domain([('state', '!=', 'draft'), ('dispatched_on', '>=', self.date_from),
                         ('dispatched_on', '<=', self.date_to)])
        return domain & Domain('insurer_id', 'in', self.insurer_ids.ids) if self.insurer_ids else domain

    def _write_workbook(self, target, title, count):
        """Write the workbook into the binary file `target`, row by row; a band above the headings names the stages."""
        Claim = self.env['insurance.claim']
        stages = Claim._get_ledger_columns()
        columns = {name: column for part in stages.values() for name, column in part.items()}
        workbook, formats = new_workbook(target, streaming=True)
        with workbook:
            sheet = self._add_marked_sheet(workbook, formats, self.env._("Claims Ledger"), title, count, PAGES_WIDE)
            place = 0
            for stage, part in stages.items():
                sheet.write_string(HEAD_ROW, place, stage, formats['head'])
                for index in range(place + 1, place + len(part)):
                    sheet.write_blank(HEAD_ROW, index, None, formats['head'])
                place += len(part)
            write_table(sheet, formats, HEAD_ROW + 1, list(columns.values()),
                        Claim._stream_ledger_rows(self._get_domain(), list(columns)),
                        totals=(self.env._("Total"), self.env._("Shown by the Filter")))
