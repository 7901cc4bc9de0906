import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.gc import disabling_gc

from ...lib import headers, workbook
from ...lib.cells import CellError, written

CHUNK = 1000
SAMPLES = 3


class InsuranceImport(models.Model):
    """Reading and judging the uploaded workbook: sheets, columns, every row; nothing is written but the preview."""

    _inherit = 'insurance.import'

    def action_check(self):
        """Read the workbook and judge every row; nothing is written but the preview.

        :raises UserError: in words, when the file cannot be read
        """
        self.ensure_one()
        self.check_access('write')
        self._check_kinds(self.mapped('kind'))
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
        with disabling_gc():  # many small things that refer to no other: collecting finds nothing
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
                self._get_mapping_insurer(),
            )

    def _find_sheets(self, book):
        """Find headings and columns of the workbook's sheets; keep the user's choice of sheets.

        :return: list of `(sheet, header)` to be read
        """
        Field = self.env['insurance.import.field']
        table = Field._get_synonyms(self.kind)
        decisions = self.env['insurance.import.synonym']._get_decisions(
            self.company_id, self.kind, self._get_mapping_insurer())
        for heading, code in decisions.items():
            if code:
                table.setdefault(code, []).append(heading)
        required = Field.search([('kind', '=', self.kind), ('is_required', '=', True)])
        needed = [*required.mapped('code'), *self._get_handler()._required_choices]
        choice = headers.choose_sheet(book, table, needed)
        if not choice:
            raise UserError(
                self.env._(
                    "%(file)s: no row of headings was recognised on any sheet. It needs at least the columns"
                    " %(columns)s.",
                    file=self.filename,
                    columns=self._name_columns(needed),
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
            if chosen.get(sheet.name, sheet is choice.sheet or self._get_handler()._reads_all_sheets)
        ]
        self._show_sheets(book, fitting, used)
        if not used:
            raise UserError(self.env._("%(file)s: tick at least one sheet to be read.", file=self.filename))
        return used

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
        raise UserError(self.env._(
            "%(file)s, sheet %(sheet)s: the columns %(columns)s were not recognised. Rename their headings, or add the"
            " headings your workbooks use under Configuration, Import Fields.",
            file=self.filename, sheet=choice.sheet.name, columns=self._name_columns(missing),
        ))

    def _name_columns(self, needed):
        """Return the labels of fields that a workbook needs; of a tuple of fields one is enough."""
        names = {field.code: field.name for field in self.env['insurance.import.field'].search(
            [('kind', '=', self.kind)])}
        either = self.env._(" or ")
        return [either.join(names.get(code, code) for code in (need if isinstance(need, tuple) else (need,)))
                for need in needed]

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
                if value is not None and len(texts) < SAMPLES and not isinstance(value, CellError):
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
        handler._end(session)
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
                    day=fields.Date.to_string(self.company_id._insurance_local(same.finished_on).date()),
                    user=same.user_id.name,
                )
            )
        guessed = self.column_ids.filtered('is_guess')
        if guessed:
            notices.append(
                self.env._("Guessed by their heading, please compare: %(columns)s.", columns=guessed.mapped('heading'))
            )
        return notices
