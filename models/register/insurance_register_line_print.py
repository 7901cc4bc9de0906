from odoo import api, fields, models
from odoo.tools import formatLang

from ...lib.paper import PrintCell, PrintColumn, compose


class InsuranceRegisterLine(models.AbstractModel):
    """What the paper form and the workbook show of a line: one source for both.

    A concrete model adds its columns by `_get_print_content_columns` and `_prepare_print_content`, and places them
    on the form by `_get_print_cells`.
    """

    _inherit = 'insurance.register.line'

    @api.model
    def _get_print_columns(self):
        """Return the columns of the register, as a list of :class:`~..lib.paper.PrintColumn`."""
        return [
            PrintColumn('line_no', self.env._("Line"), 'int', 'line_no'),
            PrintColumn('happened', self._get_print_date_label(), 'datetime', 'happened'),
            PrintColumn('entered_on', self.env._("Entered on"), 'datetime'),
            PrintColumn('late', self.env._("Entered Late")),
            PrintColumn(
                'late_entry', kind='datetime', cell='happened', caption=self.env._("Entered Late"), tone='muted',
            ),
            PrintColumn('entered_by', self.env._("Entered by")),
            PrintColumn('other_writer', cell='happened', tone='muted'),
            *self._get_print_content_columns(),
            PrintColumn('verdict', self.env._("Review"), cell='review', tone='strong'),
            PrintColumn('review_note', self.env._("Reviewer's Remark"), 'wrap', 'review'),
        ]

    @api.model
    def _get_print_date_label(self):
        return self._fields[self._register_date_field]._description_string(self.env)

    @api.model
    def _get_print_content_columns(self):
        """Return the columns between those of the mechanism."""
        return []

    @api.model
    def _get_print_cells(self):
        """Return the ruled columns of the form, as a list of :class:`~..lib.paper.PrintCell`."""
        return [
            PrintCell('line_no', self.env._("No."), 8),
            PrintCell('happened', self._get_print_date_label(), 20.5),
            PrintCell('review', self.env._("Reviewer's Remark"), 23),
        ]

    def _prepare_print_row(self):
        """Return the values of the line by column name: texts, store-local datetimes, dates and numbers."""
        self.ensure_one()
        company = self.company_id
        entered = company._insurance_local(self.entered_on)
        person = self.entered_by_id.sudo().name  # sudo: the name of a colleague, who may have left the store
        verdicts = dict(self._fields['review_state']._description_selection(self.env))
        return {
            'line_no': self.line_no,
            'happened': company._insurance_local(self[self._register_date_field]),
            'entered_on': entered,
            'late': self.is_backfilled and self.env._("Entered late"),
            'late_entry': self.is_backfilled and entered,
            'entered_by': person,
            'other_writer': self.entered_by_id != self.register_id.custodian_id and person,
            'verdict': verdicts.get(self.review_state),
            'review_note': self.review_note,
            **self._prepare_print_content(),
        }

    def _prepare_print_content(self):
        """Return the values of the columns of `_get_print_content_columns`."""
        return {}

    def _prepare_print_lines(self):
        """Return the lines as they stand on the form; see :func:`~..lib.paper.compose`."""
        columns, cells = self._get_print_columns(), self._get_print_cells()
        return [compose(columns, cells, line._prepare_print_row(), self._print_text) for line in self]

    @api.model
    def _print_text(self, column, value):
        """Return `value` as it is printed; the year of a line's time stands in the heading of the page."""
        if column.kind == 'datetime':
            return value.strftime('%m-%d %H:%M')
        if column.kind == 'date':
            return fields.Date.to_string(value)
        if column.kind == 'money':
            return formatLang(self.env, value, digits=2)
        return str(value)
