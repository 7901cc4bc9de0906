from odoo import api, models

from ...lib.cells import ImpossibleValue


class InsuranceImportHandler(models.AbstractModel):
    """How the rows of one kind of workbook are understood and written; one concrete model per kind.

    Rows pass through three steps, each in batches: `_parse` (one row by itself), `_judge` (rows against each other and
    the database), `_apply` (writing). Rows are dicts with `number`, `values` (JSON-able) and `issues`.
    """

    _name = 'insurance.import.handler'
    _description = "Import of one Kind of Workbook"

    _kind = None  # of the workbook
    _reads_all_sheets = False  # workbooks of this kind spread over several sheets
    _parsers = {}  # {field code: function of the cell}; dates get the workbook's epoch as second argument
    _date_fields = frozenset()
    _advice_fields = frozenset()  # an unreadable cell of these is left out with a remark, the row is kept
    _required_choices = ()  # tuples of codes of which the workbook needs one, beside the required fields
    _title_fields = ()  # codes shown to recognise a row by
    _subtitle_fields = ()

    @api.model
    def _begin(self, importing):
        """Return what the handler remembers while it goes through a workbook (a dict)."""
        return {'importing': importing, 'company': importing.company_id}

    @api.model
    def _issue(self, code, level='reject', **args):
        return {'code': code, 'level': level, 'args': {key: str(value)[:200] for key, value in args.items()}}

    @api.model
    def _parse(self, record, epoch, session):
        """Read the cells of one row.

        :param dict record: `{field code: cell}`
        :return: `(values, issues)`
        """
        values, issues = {}, []
        for code, cell in record.items():
            parser = self._parsers.get(code)
            if not parser:
                continue
            try:
                values[code] = parser(cell, epoch) if code in self._date_fields else parser(cell)
            except ImpossibleValue as error:
                level = 'warn' if code in self._advice_fields else 'reject'
                issues.append(self._issue(error.code, level, value=error.value, field=code))
        return values, issues

    @api.model
    def _read_row(self, sheet_name, number, record, epoch, session):
        """Return the staged form of one row of the workbook."""
        values, issues = self._parse(record, epoch, session)
        values = {code: self._to_json(value) for code, value in values.items() if value not in (None, '')}
        return {
            'sheet_name': sheet_name,
            'number': number,
            'values': values,
            'issues': issues,
            'title': " ".join(str(values[code]) for code in self._title_fields if values.get(code)),
            'subtitle': " ".join(str(values[code]) for code in self._subtitle_fields if values.get(code)),
        }

    @api.model
    def _to_json(self, value):
        return value if isinstance(value, (int, str)) else str(value)

    @api.model
    def _settle(self, rows):
        """Give rows with a reason against them the status rejected, and mark the warned ones."""
        for row in rows:
            levels = {issue['level'] for issue in row['issues']}
            row['is_warned'] = 'warn' in levels
            if 'reject' in levels:
                row['status'] = 'rejected'

    @api.model
    def _judge(self, rows, session):
        """Judge parsed rows against each other and the database; set `status` and add to `issues`."""

    @api.model
    def _end(self, session):
        """Say what can only be said once the whole workbook has been read."""

    @api.model
    def _apply(self, rows, importing):
        """Write `rows` (records of `insurance.import.row`) whose status is new or update."""

    # === WORDS === #

    @api.model
    def _issue_message(self, issue):
        """Return the sentence for an issue, in the user's language."""
        args = dict(issue.get('args') or {})
        sentence = self._get_sentences().get(issue['code'], issue['code'])
        field = args.get('field')
        text = sentence % {'value': '', 'row': '', 'sheet': '', 'reason': '', **args}
        label = self._get_field_labels().get(field) if field else None
        return self.env._("%(field)s: %(problem)s", field=label, problem=text) if label else text

    @api.model
    def _get_field_labels(self):
        return {field.code: field.name for field in self.env['insurance.import.field'].search(
            [('kind', '=', self._kind)])}

    @api.model
    def _get_sentences(self):
        """Return `{issue code: sentence}`; %(value)s and others stand for the arguments."""
        _ = self.env._
        return {
            'cell_error': _("the cell shows the error %(value)s; correct the formula or type the value."),
            'formula_without_value': _(
                "the formula was never calculated; open the workbook in Excel, save it and upload it again."
            ),
            'date_impossible': _("%(value)s is no day of the calendar."),
            'date_order': _("%(value)s can be read in more than one way; write 2026-12-05."),
            'date_unknown': _("%(value)s is no date; write 2026-12-05."),
            'time_unknown': _("%(value)s has no readable time; write 2026-12-05 14:30."),
            'number_unknown': _("%(value)s is no number."),
            'number_not_whole': _("%(value)s is no whole number."),
            'rate_range': _("%(value)s is no rate; write 20%% or 0.2."),
            'limit_unit': _("%(value)s is too small for a limit in yuan; write 2000000."),
            'yes_no_unknown': _("%(value)s is neither yes nor no."),
            'digits_lost': _(
                "%(value)s was typed as a number and has lost its last digits; format the cell as text"
                " and type it anew."
            ),
            'refused': _("Not written: %(reason)s"),
        }
