"""Lay out the lines of a register on a paper form: pure functions, no ORM."""

import unicodedata
from math import ceil
from typing import NamedTuple

CHARACTER = 1.3  # mm that a character of half width takes in the print
SMALL_CHARACTER = 1.15  # of muted text
TEXT_ROW = 3.0  # mm that a row of text takes
PADDING = 1.4  # mm above and below the text of a cell together
MARGIN = 1.8  # mm left and right of it together
BLANK_ROW = 6.9  # mm of an empty line of the form
SHEET = 174  # mm of a sheet between its heading and its lower margin
REVIEW = 25  # mm of the signature with up to four rows of answers beside it
REVIEW_ROW = 4.1  # mm of each further row
BELOW = 'below'  # cell of the strip under a line, over the width of the sheet


class PrintColumn(NamedTuple):
    """A column of a register: in the workbook, on paper, or both.

    :ivar name: its key in a row of values
    :ivar label: heading in the workbook; empty: not in the workbook
    :ivar kind: text, wrap (long text), date, datetime, money, int
    :ivar cell: name of the cell of the form that shows it; empty: not on paper
    :ivar caption: printed before the value on paper, where a cell holds several values
    :ivar tone: of the value on paper: '', strong, muted or danger
    """

    name: str
    label: str = ''
    kind: str = 'text'
    cell: str = ''
    caption: str = ''
    tone: str = ''


class PrintCell(NamedTuple):
    """A ruled column of the form; `width` in mm, together 280 at most."""

    name: str
    label: str
    width: float


def compose(columns, cells, row, to_text):
    """Return a line of the form: what stands in each cell, and in the strip below.

    :param columns: list of :class:`PrintColumn`
    :param cells: list of :class:`PrintCell`
    :param dict row: values by column name; empty ones (None, False, '') are left out
    :param to_text: function of column and value that returns the text
    :return: `{'cells': [[piece, ...], ...], 'below': [piece, ...], 'height': mm}`; a piece is a dict of text,
        caption, tone and solid (not to be broken over two rows)
    """
    pieces = {}
    for column in columns:
        value = row.get(column.name)
        if column.cell and value not in (None, False, ''):
            piece = {
                'text': to_text(column, value), 'caption': _spaced(column.caption), 'tone': column.tone,
                'solid': column.kind not in ('text', 'wrap'),
            }
            pieces.setdefault(column.cell, []).append(piece)
    line = {'cells': [pieces.get(cell.name, []) for cell in cells], 'below': pieces.get(BELOW, [])}
    return dict(line, height=_line_height(line, cells))


def blank_count(heights, capacity, review_rows=0):
    """Return how many empty lines fill up the sheet of a form for `capacity` lines.

    :param heights: mm of each line
    :param review_rows: rows of answers, remark and notes under the lines
    """
    free = SHEET - REVIEW - max(0, review_rows - 4) * REVIEW_ROW - sum(heights)
    return max(0, min(int(free // BLANK_ROW), capacity - len(heights)))


def _spaced(caption):
    """Return the caption with a blank after it, unless it has none or ends with a full-width colon."""
    return caption if caption.endswith('：') or not caption else f'{caption} '


def _line_height(line, cells):
    rows = max((
        sum(_text_rows(piece, cell.width) for piece in pieces)
        for pieces, cell in zip(line['cells'], cells, strict=True)), default=1)
    height = rows * TEXT_ROW + PADDING
    if line['below']:
        text = '  '.join(f"{piece['caption']}{piece['text']}" for piece in line['below'])
        strip = {'caption': '', 'tone': '', 'text': text}
        height += _text_rows(strip, sum(cell.width for cell in cells)) * TEXT_ROW + PADDING
    return height


def _text_rows(piece, width):
    character = SMALL_CHARACTER if piece['tone'] == 'muted' else CHARACTER
    return sum(
        max(1, ceil(_text_width(text) * character / (width - MARGIN)))
        for text in (piece['caption'] + piece['text']).split('\n'))


def _text_width(text):
    return sum(2 if unicodedata.east_asian_width(character) in 'WF' else 1 for character in text)
