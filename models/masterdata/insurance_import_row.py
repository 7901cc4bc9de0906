import json

from odoo import api, fields, models
from odoo.tools import SQL


class InsuranceImportRow(models.Model):
    """A row of an uploaded workbook: what was understood, and what became of it."""

    _name = 'insurance.import.row'
    _description = "Import Row"
    _order = 'import_id, sheet_name, number'

    _staged_columns = ('sheet_name', 'number', 'sort_key', 'title', 'subtitle', 'values', 'issues', 'status',
                       'is_warned')

    import_id = fields.Many2one('insurance.import', required=True, index=True, ondelete='cascade')
    sheet_name = fields.Char(string="Sheet")
    number = fields.Integer(string="Row", aggregator=None)
    sort_key = fields.Char(export_string_translation=False)  # decides the order of writing before sheet and row
    title = fields.Char(string="Record")
    subtitle = fields.Char(string="Person")
    values = fields.Json(
        groups='dealer_insurance.group_insurance_supervisor,dealer_insurance.group_policy_clerk,'
               'dealer_insurance.group_finance,dealer_insurance.group_hotline_operator',
    )  # who imports; ID numbers among them
    issues = fields.Json()
    message = fields.Char(string="Remarks", compute='_compute_message')
    status = fields.Selection(
        [
            ('new', "New"),
            ('update', "Update"),
            ('unchanged', "Unchanged"),
            ('rejected', "Refused"),
        ]
    )
    is_warned = fields.Boolean(string="Warned")
    is_done = fields.Boolean(string="Written")

    _status_idx = models.Index("(import_id, status, is_done)")

    @api.depends('issues')
    def _compute_message(self):
        for row in self:
            handler = row.import_id._get_handler()
            row.message = " ".join(handler._issue_message(issue) for issue in row.issues or [])

    @api.model
    def _stage(self, importing, rows):
        """Insert many judged rows (dicts of `_staged_columns`) at once.

        One statement per call: creating 20,000 rows through the ORM alone would take as long as the import may.
        """
        payload = json.dumps([{name: row.get(name) for name in self._staged_columns} for row in rows])
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO insurance_import_row (import_id, sheet_name, number, sort_key, title, subtitle, "values",
                                              issues, status, is_warned, is_done, create_uid, create_date, write_uid,
                                              write_date)
            SELECT %(importing)s, sheet_name, number, sort_key, title, subtitle, "values", issues, status, is_warned,
                   FALSE, %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
              FROM jsonb_to_recordset(%(payload)s::jsonb) AS staged(
                   sheet_name varchar, number int, sort_key varchar, title varchar, subtitle varchar,
                   "values" jsonb, issues jsonb, status varchar, is_warned boolean)
            """,
                importing=importing.id,
                user=self.env.uid,
                payload=payload,
            )
        )
        self.env['insurance.import.row'].invalidate_model()

    def _mark_done(self):
        """Note in one statement that the rows are written."""
        self.check_access('write')
        self.flush_recordset()
        self.env.cr.execute(SQL(
            """
            UPDATE insurance_import_row SET is_done = TRUE, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
             WHERE id = ANY(%s)
            """, self.env.uid, self.ids,
        ))
        self.invalidate_recordset(['is_done', 'write_uid', 'write_date'], flush=False)

    @api.autovacuum
    def _gc_imported_rows(self):
        """Drop the rows of finished imports after the store's days: they hold personal data (PIPL art. 19)."""
        for company in self.env['insurance.import'].search([('row_ids', '!=', False)]).company_id:
            limit = fields.Datetime.subtract(fields.Datetime.now(), days=company.insurance_import_keep_days)
            old = self.env['insurance.import'].search(
                [
                    ('company_id', '=', company.id),
                    ('state', 'in', ('done', 'cancelled')),
                    ('write_date', '<', limit),
                    ('row_ids', '!=', False),
                ]
            )
            old.row_ids.unlink()
            old.write({'content': False, 'result': False})
