"""Look through the raw XML of a worksheet for what openpyxl does not tell when it reads in streams."""

import re
from collections import defaultdict
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple

MAX_BLANK_ROWS = 2000  # as many blank rows on end are the end of a sheet

_BLOCK = 2**18
_WIDE_BOM = (b'\xff\xfe', b'\xfe\xff')
_MAX_MARKUP = 2**20  # no tag and no text of a cell is as long
_MARKS = re.compile(rb'<(?:\w+:)?(?:(f)[\s>/]|mergeCell\s[^>]*?\bref\s*=\s*["\']([A-Z0-9:]+)["\']|(!DOCTYPE|!ENTITY))')


def scan_markup(stream):
    """Return (has formulas, references of merged areas) of a sheet's XML, by looking at its tags only.

    :raise ValueError: for markup that no workbook has
    """
    has_formulas, references, rest = False, [], b''
    while block := stream.read(_BLOCK):
        if block.startswith(_WIDE_BOM):
            raise ValueError("not in UTF-8")
        block = rest + block
        cut = block.rfind(b'>') + 1
        for formula, reference, doctype in _MARKS.findall(block, 0, cut):
            if doctype:
                raise ValueError("DOCTYPE")
            has_formulas = has_formulas or bool(formula)
            if reference:
                references.append(reference.decode())
        rest = block[cut:]
        if len(rest) > _MAX_MARKUP:
            raise ValueError("endless tag or text")
    return has_formulas, references


class FormulaScan:
    """Find the formulas without a calculated value, as programs leave them that write workbooks without Excel."""

    def __init__(self):
        self.missing = defaultdict(list)
        self._row = self._column = 0
        self._formula = self._value = self._in_value = False

    def run(self, stream):
        """Return {row number: [column indexes]} of a sheet's XML."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(stream)
        return dict(self.missing)

    def _start(self, tag, attributes):
        tag = tag.rpartition(':')[2]
        if tag == 'c':
            place = attributes.get('r')
            self._column = coordinate_to_tuple(place)[1] if place else self._column + 1
            self._formula = False
            self._value = attributes.get('t') == 'str'  # text, and be it empty
        elif tag == 'row':
            self._row = int(attributes['r']) if 'r' in attributes else self._row + 1
            self._column = 0
        elif tag == 'f':
            self._formula = True
        elif tag == 'v':
            self._in_value = True

    def _text(self, text):
        if self._in_value and text:
            self._value = True

    def _end(self, tag):
        tag = tag.rpartition(':')[2]
        if tag == 'v':
            self._in_value = False
        elif tag == 'c' and self._formula and not self._value:
            self.missing[self._row].append(self._column - 1)
