"""Write our own workbooks with xlsxwriter: lists that print well, in which text is text and never a formula.

:func:`annotate` and :func:`annotate_sheets` hand back the workbooks of others with reasons beside their rows.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import xlsxwriter
from xlsxwriter.utility import xl_range

from .annotate import Notes, annotate, annotate_sheets
from .sheet_edit import MAX_TEXT

__all__ = ['Column', 'Notes', 'add_sheet', 'annotate', 'annotate_sheets', 'new_workbook', 'sheet_title', 'write_table']

A4 = 9
MIN_WIDTH, MAX_WIDTH = 6, 50  # characters of half width
_MEASURED_ROWS = 200
_DAY_0 = date(1899, 12, 30).toordinal()  # of Excel's calendar, right from March 1900 on

_BASE = {'font_size': 10, 'valign': 'vcenter'}
_BODY = {**_BASE, 'border': 1, 'border_color': '#BFBFBF'}
_TOTAL = {**_BODY, 'bold': True, 'bg_color': '#F2F2F2'}
_FORMATS = {
    'title': {'bold': True, 'font_size': 14, 'valign': 'vcenter'},
    'note': {**_BASE, 'font_color': '#595959'},
    'head': {**_BODY, 'bold': True, 'bg_color': '#D9E2F3', 'align': 'center', 'text_wrap': True},
    'text': {**_BODY, 'num_format': '@'},
    'wrap': {**_BODY, 'num_format': '@', 'text_wrap': True},
    'date': {**_BODY, 'num_format': 'yyyy-mm-dd', 'align': 'center'},
    'datetime': {**_BODY, 'num_format': 'yyyy-mm-dd hh:mm', 'align': 'center'},
    'money': {**_BODY, 'num_format': '#,##0.00'},
    'int': {**_BODY, 'num_format': '0'},
    'rate': {**_BODY, 'num_format': '0.0#%'},
    'factor': {**_BODY, 'num_format': '0.00##'},
    'total': {**_TOTAL},
    'total_money': {**_TOTAL, 'num_format': '#,##0.00'},
    'total_int': {**_TOTAL, 'num_format': '0'},
}
_WIDTHS = {'date': 11, 'datetime': 17}  # of the values; the heading may be wider
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ILLEGAL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')


@dataclass(slots=True)
class Column:
    """A column of a table.

    :ivar title: its heading
    :ivar kind: text, wrap (text over several lines), date, datetime, money, int, rate, factor
    :ivar width: in characters of half width; None to fit the contents
    :ivar total: whether its money or int values are added up below the table
    """

    title: str
    kind: str = 'text'
    width: float | None = None
    total: bool = False


def new_workbook(target, streaming=False):
    """Open a workbook to write to.

    :param target: path or binary file; complete when the workbook is closed (it is a context manager)
    :param streaming: write each row away as the next begins, so that any number takes the same memory; sheets are then
        written one after the other and each from top to bottom
    :return: (xlsxwriter Workbook, {name: format}) with the formats title, note, head and those of the column kinds
    """
    workbook = xlsxwriter.Workbook(
        target,
        {
            'in_memory': not streaming,
            'constant_memory': streaming,
            'strings_to_formulas': False,
            'strings_to_urls': False,
            'strings_to_numbers': False,
            'nan_inf_to_errors': True,
        },
    )
    return workbook, {name: workbook.add_format(properties) for name, properties in _FORMATS.items()}


def sheet_title(name, taken=()):
    """Return a name that Excel allows for a sheet: 1–31 characters, none of ``[]:*?/\\``, unlike those taken."""
    base = _FORBIDDEN_IN_TITLE.sub(' ', name or '').strip("' ")[:31] or 'Sheet'
    used, title, number = {other.lower() for other in taken}, base, 1
    while title.lower() in used or title.lower() == 'history':
        number += 1
        suffix = f' ({number})'
        title = base[: 31 - len(suffix)] + suffix
    return title


def add_sheet(workbook, name, pages_wide=1):
    """Add a sheet for A4 across, fitted to the width of so many pages, with page numbers; return it."""
    sheet = workbook.add_worksheet(sheet_title(name, [other.get_name() for other in workbook.worksheets()]))
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.set_footer('&C&P / &N')
    return sheet


def write_table(sheet, formats, row, columns, rows, freeze=True, totals=()):
    """Write a table: headings with a filter, repeated on every printed page, and its rows.

    Nothing is interpreted: text beginning with ``=`` stays text. The rows are taken one by one and not kept.

    :param sheet: worksheet of :func:`add_sheet`
    :param formats: of :func:`new_workbook`
    :param int row: of the headings, from 0
    :param columns: list of Column
    :param rows: iterable of sequences: str, date, datetime (store time, without time zone), Decimal, float, int; None,
        False and '' leave the cell blank
    :param freeze: whether the headings stay in sight
    :param totals: `(label, label)` of two rows below the table: what its total columns add up to, and what they add up
        to of the rows that the filter leaves; empty for none
    :return: the row (from 0) after the last one
    :raise TypeError: for a value that its column cannot hold
    """
    for index, column in enumerate(columns):
        sheet.write_string(row, index, column.title, formats['head'])
    widths = [max(_text_width(column.title), _WIDTHS.get(column.kind, 0)) for column in columns]
    last, sums = _write_rows(sheet, formats, row, columns, rows, widths)
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(index, index, column.width or min(max(width + 2, MIN_WIDTH), MAX_WIDTH))
    sheet.autofilter(row, 0, last, len(columns) - 1)
    sheet.repeat_rows(row)
    if freeze:
        sheet.freeze_panes(row + 1, 0)
    if totals and last > row:
        span = (row + 1, last)
        for label, function in zip(totals, ('SUM(', 'SUBTOTAL(109,'), strict=True):
            last += 1
            _write_totals(sheet, formats, last, columns, span, sums, label, function)
    return last + 1


def _write_rows(sheet, formats, row, columns, rows, widths):
    """Write the rows below the headings in `row`, and widen `widths` to the first of them.

    :return: the last row, and the sums by index of the columns with a total
    """
    writers = [_WRITERS[column.kind](sheet, formats[column.kind], column.kind) for column in columns]
    sums = {index: 0 for index, column in enumerate(columns) if column.total}
    rows, last = iter(rows), row
    for measured in (islice(rows, _MEASURED_ROWS), rows):
        for values in measured:
            last += 1
            for index, (write, value) in enumerate(zip(writers, values, strict=True)):
                write(last, index, value)
            for index in sums:
                sums[index] += values[index] or 0
            if measured is not rows:
                for index, (column, value) in enumerate(zip(columns, values, strict=True)):
                    widths[index] = max(widths[index], _value_width(column.kind, value))
    return last, sums


def _write_totals(sheet, formats, row, columns, span, sums, label, function):
    """Write formulas over the rows `span` (first, last) into `row`, each with the value it has in `sums`."""
    for index, column in enumerate(columns):
        if column.total:
            area = xl_range(span[0], index, span[1], index)
            value = round(sums[index], 2)
            sheet.write_formula(row, index, f'={function}{area})', formats[f'total_{column.kind}'], value)
        else:
            sheet.write_string(row, index, '' if index else label, formats['total'])


# === Cells: None, False and '' leave one blank === #


def _text_writer(sheet, cell_format, _kind):
    def write(row, column, value):
        if value is None or value is False or value == '':
            sheet.write_blank(row, column, None, cell_format)
        else:
            sheet.write_string(row, column, _ILLEGAL.sub('', str(value))[:MAX_TEXT], cell_format)
    return write


def _date_writer(sheet, cell_format, kind):
    def write(row, column, value):
        if value is None or value is False or value == '':
            sheet.write_blank(row, column, None, cell_format)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, cell_format)
        elif isinstance(value, date):
            sheet.write_number(row, column, value.toordinal() - _DAY_0, cell_format)
        else:
            raise TypeError(f"{value!r} in a column of kind {kind}")
    return write


def _number_writer(sheet, cell_format, kind):
    def write(row, column, value):
        if value is None or value is False or value == '':
            sheet.write_blank(row, column, None, cell_format)
        elif isinstance(value, str):
            raise TypeError(f"{value!r} in a column of kind {kind}")
        else:
            sheet.write_number(row, column, value, cell_format)
    return write


_WRITERS = {
    'text': _text_writer, 'wrap': _text_writer, 'date': _date_writer, 'datetime': _date_writer,
    'money': _number_writer, 'int': _number_writer, 'rate': _number_writer,
    'factor': _number_writer,
}


def _text_width(text):
    """Return the width of a text's longest line; a Chinese character counts two."""
    return max(
        (
            sum(2 if unicodedata.east_asian_width(character) in 'WF' else 1 for character in line)
            for line in str(text).split('\n')
        ),
        default=0,
    )


def _value_width(kind, value):
    if value is None or kind == 'wrap' or kind in _WIDTHS:
        return 0
    return len(f'{value:,.2f}') if kind == 'money' else _text_width(value)
