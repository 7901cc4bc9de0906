from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_statement import CLERK, FINANCE

WHOLE = 10_000_000  # more rows than a workbook holds


class InsuranceImport(models.Model):
    """Statements of insurers among the workbooks: clerk's and finance's, of one insurer each (R34)."""

    _inherit = 'insurance.import'

    kind = fields.Selection(
        selection_add=[('statement', "Insurer's statement")],
        ondelete={'statement': 'cascade'},
    )
    insurer_id = fields.Many2one(
        'res.partner', string="Insurer", domain=[('is_insurer', '=', True)], ondelete='restrict',
        help="Whose statement it is. What you correct in its columns is remembered for this insurer.",
    )
    vendor_number = fields.Char(string="Insurer's Number", help="The number that the insurer gave its statement.")
    statement_ids = fields.One2many('insurance.statement', 'import_id', string="Statements")

    @api.model
    def _get_handlers(self):
        return dict(super()._get_handlers(), statement='insurance.import.statement')

    @api.model
    def _get_importers(self):
        return dict(super()._get_importers(), statement=f'{CLERK},{FINANCE}')

    @api.model
    def _get_judged_fields(self):
        return super()._get_judged_fields() | {'insurer_id'}

    def _get_batch_size(self):
        """A statement is written in one piece: a process that dies leaves nothing of it behind."""
        return WHOLE if self.kind == 'statement' else super()._get_batch_size()

    def _get_mapping_insurer(self):
        return self.insurer_id if self.kind == 'statement' else super()._get_mapping_insurer()

    def import_batch(self):
        """As for every workbook; rows that somebody else has imported since are left out, with the reason."""
        if self.kind == 'statement' and self.state == 'running':
            # sudo: the lock is no data
            self.env['insurance.statement'].sudo()._lock_matching(self.company_id, self.insurer_id)
            self._leave_out_known()
        return super().import_batch()

    def _leave_out_known(self):
        """Mark rows as on file that have come on file since the workbook was checked."""
        handler = self._get_handler()
        self.env['insurance.import.row'].flush_model()
        read = self.env.execute_query(SQL(
            """
            SELECT sheet_name, number, jsonb_path_query_array("values", '$.lines[*].fingerprint')
              FROM insurance_import_row WHERE import_id = %s AND status = 'new' AND is_done IS NOT TRUE
             ORDER BY sheet_name, number
            """, self.id,
        ))
        known = handler._find_known(read, self)
        if known and len(known) * 2 >= len(read):
            handler._mark(self, known, 'unchanged', handler._issue('stated_on_file', 'info'))

    def _apply(self, rows):
        """A statement is written whole or not at all."""
        if self.kind != 'statement':
            return super()._apply(rows)
        return self._get_handler()._apply(rows, self) if rows else None

    def action_view_statement(self):
        """Open what became of the workbook."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.statement', 'view_mode': 'form',
            'res_id': self.statement_ids[:1].id, 'views': [(False, 'form')],
        }
