import base64
import hashlib

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.gc import disabling_gc

from ...lib import annotate, headers, workbook
from ...lib.cells import written

BATCH = 1000
CHUNK = 1000
SAMPLES = 3


class InsuranceImport(models.Model):
    """A store's own workbook on its way into the system: uploaded, checked, previewed, written (domain 2.1, T35, T36)."""

    _name = 'insurance.import'
    _description = "Workbook Import"
    _order = 'id desc'
    _rec_name = 'filename'

    kind = fields.Selection([], string="Workbook", required=True)
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
    notices = fields.Text(readonly=True, copy=False)
    row_count = fields.Integer(string="Row Count", compute='_compute_counts')
    new_count = fields.Integer(string="New", compute='_compute_counts')
    update_count = fields.Integer(string="Updates", compute='_compute_counts')
    unchanged_count = fields.Integer(string="Unchanged", compute='_compute_counts')
    warned_count = fields.Integer(string="Warned", compute='_compute_counts')
    rejected_count = fields.Integer(string="Rejected", compute='_compute_counts')
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

    def _get_handler(self):
        return self.env[self._get_handlers().get(self.kind, 'insurance.import.handler')]

    # === CHECKING === #

    def action_check(self):
        """Read the workbook and judge every row; nothing is written but the preview.

        :raises UserError: in words, when the file cannot be read
        """
        self.ensure_one()
        self.check_access('write')
        if self.state not in ('new', 'checked'):
            raise UserError(
                self.env._("%(file)s has been imported already; upload it again to import it anew.", file=self.filename)
            )
        content = self._get_content()
        book = self._open_book(content)
        self._learn()
        self.row_ids.unlink()
        found = self._find_sheets(book)
        self._show_columns(found)
        notices = self._stage_rows(book, found)
        digest = hashlib.sha256(content).hexdigest()
        self.write(
            {
                'state': 'checked',
                'content_digest': digest,
                'notices': "\n".join(self._get_notices(book, digest) + notices) or False,
            }
        )
        if not self.row_count:
            raise UserError(self.env._("%(file)s: no rows were found below the headings.", file=self.filename))
        return True

    def _get_content(self):
        content = base64.b64decode(self.with_context(bin_size=False).content or b'')
        if not content:
            raise UserError(self.env._("Drop the workbook into the field File first."))
        return content

    def _open_book(self, content):
        try:
            return workbook.open_workbook(content)
        except workbook.WorkbookError as error:
            raise UserError(self._get_file_problem(error)) from error

    def _get_file_problem(self, error):
        """Return in words why the file is not read, and what to do."""
        _ = self.env._
        limit = f"{(error.message_args.get('limit') or 0) // 2**20} MB"
        sentences = {
            'not_workbook': _("%(file)s is no Excel workbook. Save it as .xlsx and upload it again."),
            'old_format': _("%(file)s is in the format of Excel 97-2003. Open it, save it as .xlsx and upload that."),
            'protected': _(
                "%(file)s is protected by a password. Remove the password (File, Info) and upload it again."
            ),
            'too_large': _(
                "%(file)s is larger than %(limit)s, packed or unpacked. Delete empty rows and sheets, or split it."
            ),
            'binary_format': _("%(file)s is a binary workbook (.xlsb). Save it as .xlsx and upload that."),
            'strict_format': _("%(file)s is a Strict Open XML workbook. Save it as an ordinary .xlsx and upload that."),
            'csv_text': _("%(file)s is a text file. Open it in Excel, save it as .xlsx and upload that."),
            'html_text': _(
                "%(file)s is a web page with the name of a workbook. Open it in Excel, save it as .xlsx and"
                " upload that."
            ),
            'corrupt': _("%(file)s is damaged. Open it in Excel, save it anew and upload that."),
            'no_rows': _("%(file)s holds no filled cell."),
        }
        return sentences[error.code] % {'file': self.filename or '', 'limit': limit}

    def _learn(self):
        """Remember for the store what the user corrected in the columns."""
        corrected = self.column_ids.filtered(lambda column: column.field_id != column.found_field_id)
        if corrected:
            self.env['insurance.import.synonym']._remember(
                self.company_id,
                self.kind,
                {column.heading: column.field_id for column in corrected},
            )

    def _find_sheets(self, book):
        """Find headings and columns of the workbook's sheets; keep the user's choice of sheets.

        :return: list of `(sheet, header)` to be read
        """
        Field = self.env['insurance.import.field']
        table = Field._get_synonyms(self.kind)
        decisions = self.env['insurance.import.synonym']._get_decisions(self.company_id, self.kind)
        for heading, code in decisions.items():
            if code:
                table.setdefault(code, []).append(heading)
        required = Field.search([('kind', '=', self.kind), ('is_required', '=', True)])
        needed = [*required.mapped('code'), *self._get_handler()._required_choices]
        choice = headers.choose_sheet(book, table, needed)
        if not choice:
            raise UserError(
                self.env._(
                    "%(file)s: no row of headings was recognised on any sheet. It needs at least the columns %(columns)s.",
                    file=self.filename,
                    columns=required.mapped('name'),
                )
            )
        fitting = [(choice.sheet, choice.header)] + list(choice.same_shape)
        for _sheet, header in fitting:
            self._decide(header, decisions)
        self._check_required(choice, needed)
        chosen = {sheet.name: sheet.is_used for sheet in self.sheet_ids}
        used = [
            (sheet, header)
            for sheet, header in fitting
            if chosen.get(sheet.name, sheet is choice.sheet or self._reads_all_sheets())
        ]
        self._show_sheets(book, fitting, used)
        if not used:
            raise UserError(self.env._("%(file)s: tick at least one sheet to be read.", file=self.filename))
        return used

    def _reads_all_sheets(self):
        """Tell whether workbooks of this kind spread over several sheets."""
        return False

    @api.model
    def _decide(self, header, decisions):
        """Let the store's decisions about headings win over what was recognised."""
        for column, heading in header.headings.items():
            if heading in decisions:
                code = decisions[heading]
                header.columns = {at: name for at, name in header.columns.items() if at != column and name != code}
                if code:
                    header.columns[column] = code
                header.guessed.discard(column)

    def _check_required(self, choice, needed):
        """Refuse a workbook without the columns that every row needs; of a tuple of fields one is enough."""
        missing = choice.header.missing(needed)
        if not missing:
            return
        names = {field.code: field.name for field in self.env['insurance.import.field'].search(
            [('kind', '=', self.kind)])}
        either = self.env._(" or ")
        raise UserError(self.env._(
            "%(file)s, sheet %(sheet)s: the columns %(columns)s were not recognised. Rename their headings, or add the"
            " headings your workbooks use under Configuration, Import Fields.",
            file=self.filename, sheet=choice.sheet.name,
            columns=[either.join(names.get(code, code) for code in (need if isinstance(need, tuple) else (need,)))
                     for need in missing],
        ))

    def _show_sheets(self, book, fitting, used):
        headers_by_name = {sheet.name: header for sheet, header in fitting}
        used_names = {sheet.name for sheet, _header in used}
        self.sheet_ids.unlink()
        self.env['insurance.import.sheet'].create(
            [
                {
                    'import_id': self.id,
                    'name': sheet.name,
                    'is_used': sheet.name in used_names,
                    'header_row': headers_by_name[sheet.name].row if sheet.name in headers_by_name else 0,
                    'note': False if sheet.name in headers_by_name else self.env._("Holds no such data"),
                }
                for sheet in book.sheets
            ]
        )

    def _show_columns(self, found):
        """List the columns of the sheets with what they are taken for and a few examples."""
        known = {field.code: field for field in self.env['insurance.import.field'].search([('kind', '=', self.kind)])}
        listed = {}
        for sheet, header in found:
            samples = self._get_samples(sheet, header)
            for column, heading in header.headings.items():
                field = known.get(header.columns.get(column))
                listed.setdefault(
                    heading,
                    {
                        'import_id': self.id,
                        'position': column,
                        'heading': heading,
                        'sample': " | ".join(samples.get(column, ())),
                        'field_id': field.id if field else False,
                        'found_field_id': field.id if field else False,
                        'is_guess': column in header.guessed,
                    },
                )
        self.column_ids.unlink()
        self.env['insurance.import.column'].create(list(listed.values()))

    @api.model
    def _get_samples(self, sheet, header):
        samples = {}
        for number, values in sheet.rows():
            if number <= header.row:
                continue
            if number > header.row + 3 * SAMPLES:
                break
            for column, value in enumerate(values):
                texts = samples.setdefault(column, [])
                if value is not None and len(texts) < SAMPLES and not workbook.CellError == type(value):
                    texts.append(written(value)[:30])
        return samples

    def _stage_rows(self, book, found):
        """Parse and judge every row of the sheets in chunks; return notices about the sheets."""
        handler, Row = self._get_handler(), self.env['insurance.import.row']
        session, notices, chunk = handler._begin(self), [], []

        def flush():
            handler._judge(chunk, session)
            Row._stage(self, chunk)
            chunk.clear()

        for sheet, header in found:
            for number, values in sheet.rows():
                if (
                    number <= header.row
                    or headers.is_total_row(values)
                    or headers.is_footer_row(values)
                    or (header.is_repeated_in(values))
                ):
                    continue
                chunk.append(handler._read_row(sheet.name, number, header.record(values), book.epoch, session))
                if len(chunk) >= CHUNK:
                    flush()
            if sheet.truncated_at:
                notices.append(
                    self.env._(
                        "Sheet %(sheet)s: reading stopped at row %(row)s, after 2,000 empty rows.",
                        sheet=sheet.name,
                        row=sheet.truncated_at,
                    )
                )
        flush()
        self.invalidate_recordset()
        return notices

    def _get_notices(self, book, digest):
        notices = []
        if book.has_macros:
            notices.append(self.env._("The workbook holds macros. They are not run; only the cells are read."))
        same = self.search(
            [
                ('content_digest', '=', digest),
                ('state', '=', 'done'),
                ('id', '!=', self.id),
                ('company_id', '=', self.company_id.id),
            ],
            limit=1,
        )
        if same:
            notices.append(
                self.env._(
                    "The same file was imported on %(day)s by %(user)s.",
                    day=fields.Date.to_string(same.finished_on),
                    user=same.user_id.name,
                )
            )
        guessed = self.column_ids.filtered('is_guess')
        if guessed:
            notices.append(
                self.env._("Guessed by their heading, please compare: %(columns)s.", columns=guessed.mapped('heading'))
            )
        return notices

    # === WRITING === #

    def action_import(self):
        """Start writing; the progress dialog calls `import_batch` until everything is written."""
        self.ensure_one()
        self.check_access('write')
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
            'params': {'import_id': self.id},
        }

    def import_batch(self):
        """Write the next rows, whole or not at all, and return `{'done', 'total', 'state'}`.

        May be called again after an interruption: rows that are written are not written twice.
        """
        self.ensure_one()
        self.check_access('write')
        if self.state == 'running':
            if not self.try_lock_for_update():
                raise UserError(self.env._("%(file)s is being imported in another window.", file=self.filename))
            waiting = [('import_id', '=', self.id), ('status', 'in', ('new', 'update')), ('is_done', '=', False)]
            rows = self.env['insurance.import.row'].search(waiting, limit=BATCH)
            self._apply(rows)
            rows.filtered(lambda row: row.status != 'rejected').write({'is_done': True})
            if len(rows) < BATCH:
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
            label = self.env._("Rejected") if row.status == 'rejected' else self.env._("Taken, please check")
            target[row.number] = f"{label}: {row.message}"
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
