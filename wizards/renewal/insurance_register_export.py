import io
from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib.weeks import utc_moment, week_of
from ...lib.xlsx_out import Column, new_workbook, write_table
from ..register.insurance_export import HEAD_ROW

MAX_LINES = 20000  # half a year of a store; a workbook of more is slow to make and to open


class InsuranceRegisterExport(models.TransientModel):
    """A register's lines and pages of a period as a workbook; every export is logged (T37).

    What the user may not read is not in the workbook. Only who made an export can download it.
    """

    _name = 'insurance.register.export'
    _description = "Export a Register"
    _inherit = ['insurance.export']

    kind = fields.Selection(
        selection=lambda self: self.env['insurance.register']._fields['kind']._description_selection(self.env),
        string="Register", required=True, default=lambda self: self._get_default_kind(),
    )
    register_ids = fields.Many2many(
        'insurance.register', string="Certain Books", domain="[('kind', '=', kind)]", context={'active_test': False},
        help="Empty: all books that you may read.",
    )

    @api.model
    def _get_default_kind(self):
        return next(iter(self.env['insurance.register']._get_line_models()), False)

    @api.model
    def default_get(self, fields):
        """Propose books and period of the pages selected in their list."""
        values = super().default_get(fields)
        if self.env.context.get('active_model') == 'insurance.register.page' and self.env.context.get('active_ids'):
            pages = self.env['insurance.register.page'].browse(self.env.context['active_ids'])
            values.update(
                kind=pages[0].kind, register_ids=[Command.set(pages.register_id.ids)],
                date_from=min(pages.mapped('week_start')), date_to=max(pages.mapped('week_start')) + timedelta(days=6),
            )
        return values

    # === ACTION === #

    def action_export(self):
        """Make the workbook, log it, and return the action that downloads it.

        :raises UserError: when the period holds no line, or too many for one workbook
        """
        self.ensure_one()
        pages = self._find_pages()
        lines = self._find_lines(pages)
        if not lines:
            raise UserError(self.env._(
                "You may read no line of the %(register)s from %(start)s to %(end)s. Choose another period or book.",
                register=self._get_kind_label(), start=self.date_from, end=self.date_to,
            ))
        self._log_export(
            f"{self._get_kind_label()} {self.date_from} – {self.date_to}",
            {company: len(of_company) for company, of_company in lines.grouped('company_id').items()},
            self.register_ids,
        )
        return self._deliver(
            self._make_workbook(pages, lines), f"{self._get_kind_label()} {self.date_from} {self.date_to}.xlsx",
        )

    def _get_kind_label(self):
        return dict(self._fields['kind']._description_selection(self.env))[self.kind]

    def _find_pages(self):
        """Return the pages, in the order of the paper, whose week touches the period."""
        monday = week_of(self.date_from).monday
        domain = Domain([
            ('kind', '=', self.kind), ('week_start', '>=', monday), ('week_start', '<=', self.date_to),
        ])
        if self.register_ids:
            domain &= Domain('register_id', 'in', self.register_ids.ids)
        return self.env['insurance.register.page'].search(domain)._sorted_for_print()

    def _find_lines(self, pages):
        """Return the lines on `pages` that fell into the period by their store's clock, in the order of the paper."""
        Line = pages[:1]._get_line_model()
        date_field = Line._register_date_field
        if not pages or not date_field:
            return Line
        domain = Domain.OR(
            Domain('page_id', 'in', of_company.ids)
            & Domain(date_field, '>=', self._to_utc(self.date_from, company))
            & Domain(date_field, '<', self._to_utc(self.date_to + timedelta(days=1), company))
            for company, of_company in pages.grouped('company_id').items()
        )
        count = Line.search_count(domain, limit=MAX_LINES + 1)
        if count > MAX_LINES:
            raise UserError(self.env._("These are more than %(limit)s lines. Choose a shorter period or fewer books.",
                                       limit=MAX_LINES))
        position = {page: index for index, page in enumerate(pages)}
        return Line.search(domain).sorted(lambda line: (position[line.page_id], line.line_no))

    @api.model
    def _to_utc(self, day, company):
        return utc_moment(datetime.combine(day, time()), company.insurance_tz)

    # === WORKBOOK === #

    def _make_workbook(self, pages, lines):
        """Return the workbook (bytes): one sheet with the lines, one with the pages and their signatures."""
        buffer = io.BytesIO()
        workbook, formats = new_workbook(buffer)
        with workbook:
            self._write_sheet(workbook, formats, self.env._("Register"), *self._prepare_line_table(lines))
            self._write_sheet(
                workbook, formats, self.env._("Pages and Signatures"), *self._prepare_page_table(pages),
            )
        return buffer.getvalue()

    def _write_sheet(self, workbook, formats, name, columns, rows):
        title = f"{self._get_kind_label()} {self.date_from} – {self.date_to}"
        sheet = self._add_marked_sheet(workbook, formats, name, title, len(rows))
        write_table(sheet, formats, HEAD_ROW, columns, rows)

    def _prepare_line_table(self, lines):
        """Return `(columns, rows)` of the sheet of lines: where each stands, and all that the register says of it."""
        shown = [column for column in lines._get_print_columns() if column.label]
        columns = [
            Column(self.env._("Store")), Column(self.env._("Book No.")), Column(self.env._("Keeper")),
            Column(self.env._("Week")), Column(self.env._("Page"), 'int'),
            *(Column(column.label, column.kind, 40 if column.kind == 'wrap' else None) for column in shown),
        ]
        places = {page: self._prepare_place(page) for page in lines.page_id}
        rows = []
        for line in lines:
            row = line._prepare_print_row()
            rows.append([*places[line.page_id], *(row.get(column.name) or None for column in shown)])
        return columns, rows

    @api.model
    def _prepare_place(self, page):
        people = page.sudo()  # sudo: names of store and keeper, who may have left it
        return [
            people.company_id.name, page.register_id.name, people.custodian_id.name,
            f'{page.iso_year}-W{page.iso_week:02d}', page.page_no,
        ]

    def _prepare_page_table(self, pages):
        """Return `(columns, rows)` of the sheet of pages: when each was due, who signed it and when."""
        columns = [
            Column(self.env._("Store")),
            Column(self.env._("Book No.")),
            Column(self.env._("Keeper")),
            Column(self.env._("Week")),
            Column(self.env._("Page"), 'int'),
            Column(self.env._("Monday"), 'date'),
            Column(self.env._("Supplementary")),
            Column(self.env._("Lines"), 'int'),
            Column(self.env._("Reviewer")),
            Column(self.env._("Review Due"), 'date'),
            Column(self.env._("State")),
            Column(self.env._("Signed by")),
            Column(self.env._("For the Reviewer")),
            Column(self.env._("Signed on"), 'datetime'),
            Column(self.env._("Signed Late")),
            Column(self.env._("Self-review")),
            Column(self.env._("Version"), 'int'),
            Column(self.env._("Reviewer's Remark"), 'wrap', 40),
            Column(self.env._("Voided Signatures"), 'wrap', 40),
            Column(self.env._("Digest"), width=20),
        ]
        return columns, [self._prepare_page_row(page) for page in pages]

    def _prepare_page_row(self, page):
        signature, yes = page.signature_id, self.env._("Yes")
        states = dict(page._fields['state']._description_selection(self.env))
        return [
            *self._prepare_place(page), page.week_start, page.supplementary and yes, page.line_count,
            page.sudo().reviewer_id.name, page.deadline,  # sudo: names only, as in _prepare_place
            states[page.state], page.sudo().signed_by_id.name, signature.is_delegate and yes,
            page.signed_on and page.company_id._insurance_local(page.signed_on), signature.is_late and yes,
            signature.is_self_review and yes, page.version or None, signature.remark,
            "\n".join(page._get_print_voided()), signature.digest,
        ]
