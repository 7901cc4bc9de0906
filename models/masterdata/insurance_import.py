import base64

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.gc import disabling_gc

from ...lib import annotate

BATCH = 2000


class InsuranceImport(models.Model):
    """A store's own workbook on its way into the system: uploaded, checked, previewed, written (T35, T36)."""

    _name = 'insurance.import'
    _description = "Workbook Import"
    _order = 'id desc'
    _rec_name = 'filename'

    kind = fields.Selection([], string="Workbook", required=True, default=lambda self: self._get_default_kind())
    company_id = fields.Many2one(
        'res.company',
        string="Store",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one('res.users', string="Imported by", default=lambda self: self.env.user, readonly=True)
    content = fields.Binary(string="File", attachment=True, copy=False)
    filename = fields.Char(string="File Name")
    content_digest = fields.Char(readonly=True, copy=False, export_string_translation=False)
    consent_ground = fields.Selection(
        [('contract', "Contract with the store"), ('consent', "Customer's consent"), ('service', "Service customer")],
        string="Ground for Calling",
        required=True,
        default='contract',
        help="On which ground these customers may be called. Bought or borrowed lists may not be imported (T36).",
    )
    state = fields.Selection(
        [
            ('new', "Uploaded"),
            ('checked', "Checked"),
            ('running', "Being Written"),
            ('done', "Done"),
            ('cancelled', "Cancelled"),
        ],
        default='new',
        required=True,
        readonly=True,
        copy=False,
    )
    sheet_ids = fields.One2many('insurance.import.sheet', 'import_id', string="Sheets")
    column_ids = fields.One2many('insurance.import.column', 'import_id', string="Columns")
    row_ids = fields.One2many('insurance.import.row', 'import_id', string="Rows")
    problem_row_ids = fields.One2many(
        'insurance.import.row', 'import_id', string="Refused and Warned Rows",
        domain=['|', ('status', '=', 'rejected'), ('is_warned', '=', True)],
    )
    notices = fields.Text(readonly=True, copy=False)
    row_count = fields.Integer(string="Row Count", compute='_compute_counts')
    new_count = fields.Integer(string="New", compute='_compute_counts')
    update_count = fields.Integer(string="Updates", compute='_compute_counts')
    unchanged_count = fields.Integer(string="Unchanged", compute='_compute_counts')
    warned_count = fields.Integer(string="Warned", compute='_compute_counts')
    rejected_count = fields.Integer(string="Refused", compute='_compute_counts')
    done_count = fields.Integer(string="Written", compute='_compute_counts')
    result = fields.Binary(string="Workbook with Remarks", attachment=True, readonly=True, copy=False)
    result_name = fields.Char(readonly=True, copy=False)
    finished_on = fields.Datetime(readonly=True, copy=False)

    def _compute_counts(self):
        groups = self.env['insurance.import.row']._read_group(
            [('import_id', 'in', self.ids)],
            ['import_id', 'status', 'is_warned', 'is_done'],
            ['__count'],
        )
        counters = (
            'row_count',
            'new_count',
            'update_count',
            'unchanged_count',
            'warned_count',
            'rejected_count',
            'done_count',
        )
        totals = {importing.id: dict.fromkeys(counters, 0) for importing in self}
        for importing, status, is_warned, is_done, count in groups:
            total = totals[importing.id]
            total['row_count'] += count
            total[f'{status}_count'] += count
            if is_warned and status != 'rejected':
                total['warned_count'] += count
            if is_done:
                total['done_count'] += count
        for importing in self:
            importing.update(totals.get(importing.id) or totals.get(importing._origin.id) or dict.fromkeys(counters, 0))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_kinds({vals.get('kind') or self._get_default_kind() for vals in vals_list})
        return super().create(vals_list)

    def write(self, vals):
        if 'kind' in vals:
            self._check_kinds([vals['kind']])
        if any(vals.get(name) for name in self._get_judged_fields()):
            self._begin_anew()
        return super().write(vals)

    @api.model
    def _get_judged_fields(self):
        """Return the fields on which the judgement of the rows rests."""
        return {'kind', 'company_id', 'content'}

    def _begin_anew(self):
        """Have a workbook checked again that is exchanged after its check; refuse where rows are written already."""
        for importing in self:
            if importing.state in ('running', 'done'):
                raise UserError(self.env._(
                    "%(file)s is imported, or being imported: it stays as it was. Upload the other workbook anew.",
                    file=importing.filename))
        self.filtered(lambda importing: importing.state == 'checked').state = 'new'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_written(self):
        for importing in self:
            if importing.state in ('running', 'done'):
                raise UserError(self.env._("%(file)s has been imported and stays on record.", file=importing.filename))

    # === KINDS === #

    @api.model
    def _get_handlers(self):
        """Return the model that understands the rows, by kind of workbook."""
        return {}

    @api.model
    def _get_importers(self):
        """Return the groups whose members import a kind of workbook, by kind: xmlids separated by commas."""
        return {}

    @api.model
    def _get_default_kind(self):
        """Return the first kind of workbook that the user imports, what is his alone before what others import too."""
        importers = sorted(self._get_importers().items(), key=lambda item: item[1].count(','))
        return next((kind for kind, groups in importers if self.env.user.has_groups(groups)), False)

    @api.model
    def _check_kinds(self, kinds):
        """Refuse kinds of workbooks that are another role's to import, in words."""
        importers = self._get_importers()
        for kind in kinds:
            groups = importers.get(kind)
            if not self.env.su and not (groups and self.env.user.has_groups(groups)):
                labels = dict(self._fields['kind']._description_selection(self.env))
                # sudo: the name of a role is no secret
                roles = [self.env.ref(group).sudo().name for group in groups.split(',')] if groups else []
                role = self.env._(" or ").join(roles) or self.env._("nobody")
                raise AccessError(self.env._(
                    "You are not allowed to import the workbook %(kind)s: that is for %(role)s.",
                    kind=labels.get(kind, kind), role=role,
                ))

    def _get_mapping_insurer(self):
        """Return the insurer for whose workbooks the meaning of headings is remembered; none: for the store's own."""
        return self.env['res.partner']

    def _get_handler(self):
        return self.env[self._get_handlers().get(self.kind, 'insurance.import.handler')]

    # === WRITING === #

    def action_import(self):
        """Start writing; the progress dialog calls `import_batch` until everything is written."""
        self.ensure_one()
        self.check_access('write')
        self._check_kinds(self.mapped('kind'))
        if self.state not in ('checked', 'running'):
            raise UserError(self.env._("Check %(file)s first.", file=self.filename))
        if self.column_ids.filtered(lambda column: column.field_id != column.found_field_id):
            raise UserError(self.env._("You changed the meaning of columns: check the workbook again first."))
        self.state = 'running'
        return {
            'type': 'ir.actions.client',
            'tag': 'dealer_insurance.import_progress',
            'target': 'new',
            'name': self.env._("Importing"),
            'params': {'import_id': self.id, 'done': self.done_count, 'total': self.new_count + self.update_count},
        }

    @api.model
    def _get_batch_size(self):
        return BATCH

    def import_batch(self):
        """Write the next rows, whole or not at all, and return `{'done', 'total', 'state'}`.

        May be called again after an interruption: rows that are written are not written twice.
        """
        self.ensure_one()
        self.check_access('write')
        self._check_kinds(self.mapped('kind'))
        if self.state == 'running':
            if not self.try_lock_for_update():
                raise UserError(self.env._("%(file)s is being imported in another window.", file=self.filename))
            waiting = [('import_id', '=', self.id), ('status', 'in', ('new', 'update')), ('is_done', '=', False)]
            rows = self.env['insurance.import.row'].search(
                waiting, order='sort_key, sheet_name, number', limit=self._get_batch_size())
            self._apply(rows)
            rows.filtered(lambda row: row.status != 'rejected')._mark_done()
            if len(rows) < self._get_batch_size():
                self._finish()
            self.invalidate_recordset()
        return {
            'done': self.done_count,
            'state': self.state,
            'total': self.new_count + self.update_count,
        }

    def _apply(self, rows):
        """Write rows together; where one is refused, each by itself, so that only that one is left out."""
        refusals = (UserError, psycopg2.IntegrityError)
        handler = self._get_handler()
        try:
            with self.env.cr.savepoint(), disabling_gc():  # a thousand records at once: collecting finds nothing
                handler._apply(rows, self)
            return
        except refusals:
            self.env.invalidate_all()
        for row in rows:
            try:
                with self.env.cr.savepoint():
                    handler._apply(row, self)
            except refusals as error:
                reason = self._sql_error_to_message(error) if isinstance(error, psycopg2.Error) else str(error)
                row.write(
                    {'status': 'rejected', 'issues': [*(row.issues or []), handler._issue('refused', reason=reason)]}
                )

    def _finish(self):
        self.write({'state': 'done', 'finished_on': fields.Datetime.now()})
        if self.rejected_count or self.warned_count:
            self._make_result()

    def _make_result(self):
        """Write the workbook anew with the reason beside every rejected row and the remark beside warned ones."""
        heading = self.env._("Import result")
        notes = {sheet.name: annotate.Notes(sheet.header_row, {}, {}) for sheet in self.sheet_ids if sheet.is_used}
        rows = self.row_ids.filtered(lambda row: row.status == 'rejected' or row.is_warned)
        for row in rows:
            target = notes[row.sheet_name].rejected if row.status == 'rejected' else notes[row.sheet_name].warned
            label = self.env._("Refused") if row.status == 'rejected' else self.env._("Taken, please check")
            target[row.number] = self.env._("%(field)s: %(problem)s", field=label, problem=row.message)
        content = annotate.annotate_sheets(self._get_content(), notes, heading)
        stem = (self.filename or 'import').rsplit('.', 1)[0]
        self.write(
            {'result': base64.b64encode(content), 'result_name': self.env._("%(name)s - result.xlsx", name=stem)}
        )

    def action_make_result(self):
        """Give back the checked workbook with its remarks, before anything is written."""
        self.ensure_one()
        self._make_result()
        return {
            'type': 'ir.actions.act_url',
            'target': 'self',
            'url': f'/web/content/insurance.import/{self.id}/result?download=true&filename={self.result_name}',
        }

    def action_cancel(self):
        self.filtered(lambda importing: importing.state in ('new', 'checked')).state = 'cancelled'

    def action_view_rows(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_import_row_action')
        return dict(action, domain=[('import_id', '=', self.id)])
