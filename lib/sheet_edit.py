"""Put a column of texts into the raw XML of a worksheet and leave every other byte as it is.

The sheet is read in streams, twice: once to find the places, once to copy. Memory does not depend on its size.
"""

import re
from contextlib import suppress
from functools import cache
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from .sheet_scan import MAX_BLANK_ROWS

MAX_COLUMN = 16384
MAX_TEXT = 32767  # characters in a cell

_ILLEGAL = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_ESCAPE_LIKE = re.compile(r'_(?=x[0-9A-Fa-f]{4}_)')
_BLOCK = 2**18
_CONTENT_TAGS = frozenset({'v', 'f', 'is'})


@cache
def _local(tag):
    return tag.rpartition(':')[2]


@cache
def _column_number(letters):
    return column_index_from_string(letters)


class _EndOfSheet(Exception):
    """Nothing of interest follows."""


class _Places:
    """Keeps track of the row and column while a sheet's XML is parsed; attributes arrive as {name: value}.

    :ivar filled_row: the last row in which something stands
    """

    def __init__(self):
        self.row = self.column = self.filled_row = 0

    def enter(self, tag, attributes):
        """Note the start of a row or cell; column counts from 1.

        :raise _EndOfSheet: after 2,000 blank rows
        """
        if tag == 'row':
            self.row = int(attributes['r']) if 'r' in attributes else self.row + 1
            self.column = 0
            if self.row - self.filled_row > MAX_BLANK_ROWS:
                raise _EndOfSheet
        elif tag == 'c':
            place = attributes.get('r')
            self.column = _column_number(place.rstrip('0123456789')) if place else self.column + 1


def last_filled_column(stream, first_row):
    """Return the last column (from 1) that holds anything in first_row or below; 0 for none."""
    places, last = _Places(), 0

    def start(tag, attributes):
        nonlocal last
        tag = _local(tag)
        if tag in _CONTENT_TAGS:
            places.filled_row = places.row
            if places.row >= first_row and places.column > last:
                last = places.column
        else:
            places.enter(tag, attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with suppress(_EndOfSheet):
        parser.ParseFile(stream)
    return last


def _text_cell(prefix, column, row, style, text):
    """Return the XML of a text cell. Text it stays, whatever it begins with."""
    text = _ESCAPE_LIKE.sub('_x005F_', _ILLEGAL.sub('', text.replace('\r\n', '\n')))[:MAX_TEXT]
    styled = '' if style is None else f' s="{style}"'
    return (
        f'<{prefix}c r="{get_column_letter(column)}{row}"{styled} t="inlineStr"><{prefix}is>'
        f'<{prefix}t xml:space="preserve">{escape(text)}</{prefix}t></{prefix}is></{prefix}c>'
    )


class ColumnEdits:
    """Finds the edits that put texts into one column.

    :param int column: the column, from 1
    :param texts: {row: (text, style index or None)}
    :param float width: of the column, in characters
    :param int clear_from: row from which other cells of the column go, None to let them stand
    """

    def __init__(self, column, texts, width, clear_from=None):
        self._column, self._texts, self._width, self._clear_from = column, texts, width, clear_from
        self._left = set(texts)
        self._places = _Places()
        self._edits = []  # [start, end or None, text], in the order of the file
        self._open = False  # the last edit has no end yet
        self._prefix = ''
        self._row_tag = self._row_start = self._cell_start = None
        self._columns = self._columns_start = None

    def find(self, stream):
        """Return [(start byte, end byte, bytes)] for :func:`apply_edits`.

        :raise ValueError: when a row of the texts is not in the sheet
        """
        self._parser = parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.DefaultHandler = lambda _data: self._close(parser.CurrentByteIndex)
        with suppress(_EndOfSheet):
            parser.ParseFile(stream)
        if self._left:
            raise ValueError(f"rows not in the sheet: {sorted(self._left)}")
        return [(start, end, text.encode('ascii', 'xmlcharrefreplace')) for start, end, text in self._edits]

    def _edit(self, start, end, text):
        """Note that the bytes from start to end become text; end None: up to what the parser meets next."""
        self._edits.append([start, end, text])
        self._open = end is None

    def _close(self, index):
        if self._open and index > self._edits[-1][0]:
            self._edits[-1][1] = index
            self._open = False

    def _start(self, full_tag, attribute_list):
        index = self._parser.CurrentByteIndex
        self._close(index)
        tag = _local(full_tag)
        if tag in _CONTENT_TAGS:
            self._places.filled_row = self._places.row
            return
        attributes = dict(zip(attribute_list[::2], attribute_list[1::2], strict=True))
        self._places.enter(tag, attributes)
        if tag == 'c':
            self._start_cell(index)
        elif tag == 'row':
            self._start_row(index, full_tag, attributes)
        elif tag == 'dimension':
            self._edit(index, None, self._dimension(full_tag, attributes))
        elif tag == 'cols':
            self._columns, self._columns_start = [], index
        elif tag == 'col' and self._columns is not None:
            self._columns.append(attributes)
        elif tag == 'sheetData' and self._columns is None:
            self._prefix = full_tag[: -len('sheetData')]
            self._columns = []
            self._edit(index, index, self._column_widths())

    def _end(self, full_tag):
        index = self._parser.CurrentByteIndex
        self._close(index)
        tag = _local(full_tag)
        if tag == 'c' and self._cell_start is not None:
            self._edit(self._cell_start, None, self._take_cell())
            self._cell_start = None
        elif tag == 'row' and self._places.row in self._left:
            if index == self._row_start:  # <row …/>
                self._edits[-1][2] = f'{self._row_tag}{self._take_cell()}</{full_tag}>'
            else:
                self._edit(index, index, self._take_cell())
        elif tag == 'cols':
            self._prefix = full_tag[: -len('cols')]
            self._edit(self._columns_start, None, self._column_widths())

    def _start_row(self, index, full_tag, attributes):
        self._prefix = full_tag[: -len('row')]
        if not self._left and self._clear_from is None:
            raise _EndOfSheet
        if self._places.row in self._left:
            self._row_start, self._row_tag = index, self._opening(full_tag, attributes)
            self._edit(index, None, self._row_tag)

    def _start_cell(self, index):
        row, column = self._places.row, self._places.column
        if column == self._column and (row in self._left or self._clear_from is not None and row >= self._clear_from):
            self._cell_start = index
        elif column > self._column and row in self._left:
            self._edit(index, index, self._take_cell())

    def _take_cell(self):
        row = self._places.row
        if row not in self._left:
            return ''
        self._left.remove(row)
        text, style = self._texts[row]
        return _text_cell(self._prefix, self._column, row, style, text)

    @staticmethod
    def _opening(tag, attributes):
        """Return the start tag of a row without its spans, a hint that no longer holds."""
        kept = ''.join(f' {name}={quoteattr(value)}' for name, value in attributes.items() if name != 'spans')
        return f'<{tag}{kept}>'

    def _dimension(self, tag, attributes):
        try:
            left, top, right, bottom = range_boundaries(attributes['ref'])
        except (KeyError, ValueError, TypeError):
            return ''  # a hint only: left out
        right, bottom = max(right, self._column), max(bottom, *self._texts)
        area = f'{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}'
        return f'<{tag} ref="{area}"/>'

    def _column_widths(self):
        """Return the <cols> element with the column's own width cut into it."""
        column, rows = self._column, []
        for attributes in self._columns:
            first, last = int(attributes['min']), int(attributes['max'])
            for low, high in ((first, min(last, column - 1)), (max(first, column + 1), last)):
                if low <= high:
                    rows.append((low, {**attributes, 'min': str(low), 'max': str(high)}))
        rows.append((column, {'min': str(column), 'max': str(column), 'width': str(self._width), 'customWidth': '1'}))
        cells = ''.join(
            f'<{self._prefix}col' + ''.join(f' {name}={quoteattr(value)}' for name, value in attributes.items()) + '/>'
            for _low, attributes in sorted(rows, key=lambda row: row[0])
        )
        return f'<{self._prefix}cols>{cells}</{self._prefix}cols>'


def apply_edits(source, target, edits):
    """Copy a binary stream, with the edits of :meth:`ColumnEdits.find` made."""
    position = 0
    for start, end, text in edits:
        _copy(source, target, start - position)
        _copy(source, None, end - start)
        target.write(text)
        position = end
    _copy(source, target, None)


def _copy(source, target, size):
    """Copy size bytes (all that is left for None); without a target, skip them."""
    while size is None or size > 0:
        block = source.read(_BLOCK if size is None else min(size, _BLOCK))
        if not block:
            return
        if target:
            target.write(block)
        if size is not None:
            size -= len(block)
