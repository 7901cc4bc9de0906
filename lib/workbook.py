"""Open a workbook that somebody uploaded, safely, and read its sheets row by row in little memory.

The file may be anything: it is judged by its bytes, never by its name, and its size is checked before anything is
unpacked. Errors carry codes; whoever calls has the sentences.
"""

import io
import warnings
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape

from .cells import ERROR_CODES, FORMULA_WITHOUT_VALUE, CellError
from .sheet_scan import MAX_BLANK_ROWS, FormulaScan, scan_markup
from .xlsx_package import read_package

# openpyxl warns once per cell with an impossible date, and of every extension it leaves out; neither is news here.
warnings.filterwarnings('ignore', category=UserWarning, module=r'openpyxl\.')

MAX_BYTES = 20 * 2**20
MAX_UNCOMPRESSED = 512 * 2**20
MAX_LOADED_PART = 64 * 2**20  # of what is read as a whole: texts, styles

# Codes of WorkbookError; message_args hold size and limit (bytes) for too_large, else nothing.
ERRORS = (
    'not_workbook',  # no spreadsheet at all: a picture, a PDF, a Word document, LibreOffice's .ods
    'old_format',  # .xls of Excel 97–2003, or WPS .et
    'protected',  # encrypted: needs a password to open
    'too_large',  # before or after unpacking
    'binary_format',  # .xlsb
    'strict_format',  # .xlsx saved as "Strict Open XML Spreadsheet"
    'csv_text',  # text with commas or tabs
    'html_text',  # a web page or XML named .xls, as many systems export
    'corrupt',  # a damaged workbook
    'no_rows',  # a workbook without a single filled cell
)

_OLE = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
_BIFF = (b'\x09\x00', b'\x09\x02', b'\x09\x04')
_HEAD = 2**16
_DOCTYPE = (b'<!DOCTYPE', b'<!ENTITY', '<!DOCTYPE'.encode('utf-16-le'), '<!DOCTYPE'.encode('utf-16-be'))
_WIDE_BOM = (b'\xff\xfe', b'\xfe\xff')


class WorkbookError(Exception):
    """The file cannot be read as a workbook.

    :ivar code: one of :data:`ERRORS`
    :ivar message_args: values for the sentence, by name
    """

    def __init__(self, code, **message_args):
        super().__init__(code, message_args)
        self.code = code
        self.message_args = message_args


class Merge(NamedTuple):
    """A merged area: Excel's row numbers (from 1), column indexes (from 0), both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Row:
    """A filled row. Unpacks to (number, values).

    :ivar number: Excel's row number
    :ivar values: cells from column A to the last filled one; None where blank, CellError where Excel shows an error
    """

    number: int
    values: list

    def __iter__(self):
        return iter((self.number, self.values))

    @property
    def formula_without_value(self):
        """Indexes of the columns whose formula was never calculated."""
        return [column for column, value in enumerate(self.values) if value is FORMULA_WITHOUT_VALUE]


# === Judging the file === #


def _refuse_other_formats(content):
    """Raise WorkbookError unless the content starts like a zip."""
    if content.startswith(b'PK\x03\x04'):
        return
    if content.startswith(_OLE):
        if 'EncryptedPackage'.encode('utf-16-le') in content:
            raise WorkbookError('protected')
        is_sheet = any(name.encode('utf-16-le') + b'\0\0' in content for name in ('Workbook', 'Book'))
        raise WorkbookError('old_format' if is_sheet else 'not_workbook')
    if content[:2] in _BIFF and len(content) > 8 and content[3] == 0:
        raise WorkbookError('old_format')
    raise WorkbookError(_text_kind(content) or 'not_workbook')


def _text_kind(content):
    """Return 'csv_text' or 'html_text' when the content is text, else None."""
    if not content or content.startswith((b'%PDF', b'{\\rtf')):
        return None
    wide = content.startswith(_WIDE_BOM)
    if not wide and b'\0' in content:
        return None
    for encoding in ('utf-16',) if wide else ('utf-8-sig', 'gb18030'):
        try:
            text = content.decode(encoding).lstrip()
        except UnicodeDecodeError:
            continue
        return 'html_text' if text.startswith('<') else 'csv_text'
    return None


def _refuse_size(size, limit):
    if size > limit:
        raise WorkbookError('too_large', size=size, limit=limit)


def _check_archive(archive, max_uncompressed):
    """Judge the zip by its directory, before anything is unpacked.

    The sizes there can be trusted: zipfile reads no part beyond the size its entry states.
    """
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise WorkbookError('protected')
    if 'xl/workbook.bin' in names:
        raise WorkbookError('binary_format')
    if '[Content_Types].xml' not in names or not any(name.startswith('xl/') for name in names):
        raise WorkbookError('not_workbook')
    _refuse_size(sum(entry.file_size for entry in entries), max_uncompressed)
    for entry in entries:
        if not entry.filename.endswith(('.xml', '.rels')):
            continue
        if '/worksheets/' in entry.filename:  # read in streams: its head will do here, scan_markup sees the rest
            with archive.open(entry) as stream:
                head = stream.read(_HEAD)
        else:
            _refuse_size(entry.file_size, MAX_LOADED_PART)
            head = archive.read(entry)
        if any(mark in head for mark in _DOCTYPE):
            raise WorkbookError('corrupt')  # an Excel file declares no entities


def open_workbook(content, max_bytes=MAX_BYTES, max_uncompressed=MAX_UNCOMPRESSED):
    """Open an uploaded workbook (.xlsx, .xlsm, .xltx, .xltm).

    :param bytes content: the file
    :param int max_bytes: largest file accepted
    :param int max_uncompressed: largest sum of its unpacked parts, in bytes
    :return: Book
    :raise WorkbookError: with a code of :data:`ERRORS`
    """
    _refuse_size(len(content), max_bytes)
    _refuse_other_formats(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check_archive(archive, max_uncompressed)
        package = read_package(archive)
        if package.strict:
            raise WorkbookError('strict_format')
        source = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        book = Book(archive, package, source)
    except WorkbookError:
        raise
    except Exception as error:  # whatever a damaged file makes zipfile, expat or openpyxl stumble over
        raise WorkbookError('corrupt') from error
    if not any(sheet.is_filled() for sheet in book.sheets):
        raise WorkbookError('no_rows')
    return book


# === The open workbook === #


class Book:
    """An open workbook.

    :ivar sheets: list of Sheet in the order of the tabs, hidden ones last
    :ivar has_macros: it holds macros; they are never run, and :func:`.annotate.annotate` leaves them out
    :ivar epoch: day 0 of serial numbers, for :func:`.values.parse_date`
    """

    def __init__(self, archive, package, source):
        self.has_macros = package.has_macros
        self.epoch = source.epoch
        parts = sorted(package.sheets, key=lambda part: part.state != 'visible')
        self.sheets = [Sheet(archive, part, source[part.name]) for part in parts]

    def sheet(self, name):
        """Return the sheet of that name; KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


class Sheet:
    """A worksheet of an open Book.

    :ivar name: as on the tab
    :ivar hidden: the tab is hidden
    :ivar truncated_at: row at which reading stopped for good because 2,000 blank rows came in a row, else None; known
        when :meth:`rows` has run through
    """

    def __init__(self, archive, part, source):
        self.name = part.name
        self.hidden = part.state != 'visible'
        self.truncated_at = None
        self._archive = archive
        self._path = part.path
        self._source = source
        self._source.reset_dimensions()  # what programs write there is often wrong
        self._merges = None
        self._uncalculated = {}

    @property
    def merges(self):
        """The merged areas, a list of Merge."""
        self._scan()
        return self._merges

    def is_filled(self):
        """Tell whether the sheet has a filled cell."""
        return any(True for _number, _values in self._filled_rows())

    def rows(self):
        """Yield a Row for every filled row, from the top.

        Rows that are empty, coloured or hold only blanks are left out. Formulas give their last calculated value. The
        text or date of an area merged downwards stands in each of its filled rows (an owner of three policies);
        numbers stay in the first row only, where they count once. Of other merged areas the first cell has the value.

        :raise WorkbookError: corrupt, when the sheet breaks off in the middle
        """
        self._scan()
        downward = defaultdict(list)
        for merge in self._merges:
            if merge.first_column == merge.last_column and merge.last_row > merge.first_row:
                downward[merge.first_row].append(merge)
        running = {}  # column -> (last row, value)
        for number, values in self._filled_rows():
            if running:
                running = {column: run for column, run in running.items() if run[0] >= number}
                self._fill_down(values, running)
            for merge in downward.get(number, ()):
                value = values[merge.first_column] if merge.first_column < len(values) else None
                if value is not None and not isinstance(value, (int, float)):
                    running[merge.first_column] = (merge.last_row, value)
            yield Row(number, values)

    @staticmethod
    def _fill_down(values, running):
        for column, (_last_row, value) in running.items():
            if column >= len(values):
                values.extend([None] * (column + 1 - len(values)))
            if values[column] is None:
                values[column] = value

    def _filled_rows(self):
        """Yield (number, values) of filled rows as the file has them; blank ends cut off."""
        self.truncated_at = None
        blank = 0
        try:
            for number, cells in enumerate(self._source.iter_rows(values_only=True), 1):
                values = [_clean(value) for value in cells]
                for column in self._uncalculated.get(number, ()):
                    values.extend([None] * (column + 1 - len(values)))
                    values[column] = FORMULA_WITHOUT_VALUE
                while values and values[-1] is None:
                    values.pop()
                if values:
                    blank = 0
                    yield number, values
                    continue
                blank += 1
                if blank >= MAX_BLANK_ROWS:
                    self.truncated_at = number
                    return
        except GeneratorExit:
            raise
        except Exception as error:  # see open_workbook
            raise WorkbookError('corrupt') from error

    def _scan(self):
        """Look through the raw sheet once for what reading in streams does not tell: merged areas, formulas."""
        if self._merges is not None:
            return
        try:
            with self._archive.open(self._path) as stream:
                has_formulas, references = scan_markup(stream)
            self._merges = [
                Merge(top, left - 1, bottom, right - 1)
                for left, top, right, bottom in map(range_boundaries, references)
            ]
            if has_formulas:
                with self._archive.open(self._path) as stream:
                    self._uncalculated = FormulaScan().run(stream)
        except WorkbookError:
            raise
        except Exception as error:  # see open_workbook
            raise WorkbookError('corrupt') from error


def _clean(value):
    """Return a cell of openpyxl as the rest of the library expects it."""
    if isinstance(value, str):
        if not value or value.isspace():
            return None
        if value[0] == '#' and value in ERROR_CODES:
            return CellError(value)
        if '_x' in value:
            return unescape(value)  # a line break may be written _x000D_
    return value
