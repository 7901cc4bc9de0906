"""Give an uploaded workbook back as it came, with one more column that says why rows were not taken.

Only what must change is changed, in the XML itself: all sheets, styles, formulas, pictures, filters and comments of
the original stay, text that looks like a formula stays text, and memory does not depend on the number of rows.
Macros are left out; the result is always an .xlsx.
"""

import copy
import io
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from .cells import fold
from .sheet_edit import MAX_COLUMN, ColumnEdits, apply_edits, last_filled_column
from .workbook import open_workbook
from .xlsx_package import read_package, relationships_path

CONTENT_TYPES = '[Content_Types].xml'
WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'
REASON_WIDTH = 48  # characters

_FILLS = {'heading': 'FFBFBFBF', 'rejected': 'FFFFC7CE', 'warned': 'FFFFEB9C'}
_TEXT_FORMAT = '49'  # "@": what is typed over stays text
_MACRO_PARTS = (
    'vbaproject.bin',
    'vbaprojectsignature.bin',
    'vbaprojectsignatureagile.bin',
    'vbaprojectsignaturev3.bin',
    'vbadata.xml',
    'vbaproject.bin.rels',
)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


@dataclass(slots=True)
class Notes:
    """What to write beside the rows of one sheet.

    :ivar header_row: Excel's number of the heading row
    :ivar rejected: {row number: reason}
    :ivar warned: {row number: remark} of rows that were taken all the same
    """

    header_row: int
    rejected: dict
    warned: dict = field(default_factory=dict)


def annotate(content, sheet_name, header_row, rejected, heading, target=None, warned=None, **limits):
    """Return the workbook with the reasons beside the rows of one sheet; see :func:`annotate_sheets`."""
    return annotate_sheets(content, {sheet_name: Notes(header_row, rejected, warned or {})}, heading, target, **limits)


def annotate_sheets(content, notes, heading, target=None, **limits):
    """Write the workbook anew with a column of reasons at the right of the sheets named.

    A column that already has this heading is emptied and used again, so that a workbook may go back and forth.

    :param bytes content: the workbook
    :param notes: {sheet name: Notes}
    :param str heading: of the new column
    :param target: path or binary file to write to; None to return the bytes
    :param limits: max_bytes, max_uncompressed as for :func:`.workbook.open_workbook`
    :return: bytes without a target, else None
    :raise WorkbookError: when the content is no workbook
    :raise KeyError: for a sheet that is not there
    :raise ValueError: for a row that is not there, or when the sheet has no room at its right
    """
    book = open_workbook(content, **limits)
    output = io.BytesIO() if target is None else target
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        package = read_package(source)
        paths = {part.name: part.path for part in package.sheets}
        changed = _without_macros(source, package)
        styles = {}
        if package.styles:
            changed[package.styles], styles = _add_styles(source.read(package.styles))
        edits = {
            paths[name]: _find_edits(source, paths[name], book.sheet(name), note, heading, styles)
            for name, note in notes.items()
        }
        with zipfile.ZipFile(output, 'w', zipfile.ZIP_DEFLATED) as archive:
            _write_parts(source, archive, changed, edits)
    return output.getvalue() if target is None else None


def _write_parts(source, archive, changed, edits):
    """Copy the parts of a zip. changed: {path: bytes, None to leave out}; edits: {path: edits}."""
    written = set()
    for entry in source.infolist():
        path = entry.filename
        if path in written or entry.is_dir() or changed.get(path, b'') is None:
            continue
        written.add(path)
        copied = zipfile.ZipInfo(path, entry.date_time)
        copied.compress_type = zipfile.ZIP_DEFLATED
        if path in changed:
            archive.writestr(copied, changed[path])
            continue
        with source.open(entry) as stream, archive.open(copied, 'w') as copy_stream:
            apply_edits(stream, copy_stream, edits.get(path, ()))


# === The sheet === #


def _find_edits(source, path, sheet, note, heading, styles):
    """Return the edits of one sheet: the heading and its reasons."""
    header = next((values for number, values in sheet.rows() if number == note.header_row), None)
    if header is None:
        raise ValueError(f"no row {note.header_row} in {sheet.name}")
    column = next(
        (column for column, value in enumerate(header, 1) if isinstance(value, str) and fold(value) == fold(heading)),
        None,
    )
    clear_from = None if column is None else note.header_row
    if column is None:
        with source.open(path) as stream:
            filled = last_filled_column(stream, note.header_row)
        spanned = max((merge.last_column + 1 for merge in sheet.merges if merge.last_row >= note.header_row), default=0)
        column = (filled if spanned >= MAX_COLUMN else max(filled, spanned)) + 1
    if column > MAX_COLUMN:
        raise ValueError(f"no free column in {sheet.name}")
    texts = {row: (text, styles.get('warned')) for row, text in note.warned.items()}
    texts.update({row: (text, styles.get('rejected')) for row, text in note.rejected.items()})
    texts[note.header_row] = (heading, styles.get('heading'))
    with source.open(path) as stream:
        return ColumnEdits(column, texts, REASON_WIDTH, clear_from).find(stream)


# === Styles === #


def _append(parent, tag, attributes=()):
    return etree.SubElement(parent, etree.QName(parent, tag), dict(attributes))


def _add_styles(xml):
    """Return the styles part with the cell formats of our column added, and {kind: index of its format}."""
    root = etree.fromstring(xml, _PARSER)
    fonts, fills, formats = (root.find(etree.QName(root, tag).text) for tag in ('fonts', 'fills', 'cellXfs'))
    if fonts is None or not len(fonts) or fills is None or formats is None:
        return xml, {}
    bold = copy.deepcopy(fonts[0])
    if bold.find(etree.QName(root, 'b').text) is None:
        bold.insert(0, bold.makeelement(etree.QName(root, 'b')))
    fonts.append(bold)
    styles = {}
    for kind, colour in _FILLS.items():
        pattern = _append(_append(fills, 'fill'), 'patternFill', {'patternType': 'solid'})
        _append(pattern, 'fgColor', {'rgb': colour})
        _append(pattern, 'bgColor', {'indexed': '64'})
        cell_format = _append(
            formats,
            'xf',
            {
                'numFmtId': _TEXT_FORMAT,
                'fontId': str(len(fonts) - 1 if kind == 'heading' else 0),
                'fillId': str(len(fills) - 1),
                'borderId': '0',
                'xfId': '0',
                'applyNumberFormat': '1',
                'applyFont': '1',
                'applyFill': '1',
                'applyAlignment': '1',
            },
        )
        _append(cell_format, 'alignment', {'vertical': 'top', 'wrapText': '1'})
        styles[kind] = len(formats) - 1
    for group in (fonts, fills, formats):
        group.set('count', str(len(group)))
    return _serialise(root), styles


def _serialise(root):
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', standalone=True)


# === Macros === #


def _without_macros(source, package):
    """Return {path: bytes or None} of the parts that change for the workbook to be a plain .xlsx."""
    dropped = [name for name in source.namelist() if name.lower().rpartition('/')[2] in _MACRO_PARTS]
    types = etree.fromstring(source.read(CONTENT_TYPES), _PARSER)
    for element in list(types):
        part = (element.get('PartName') or '').lstrip('/')
        if part == package.workbook:
            element.set('ContentType', WORKBOOK_TYPE)
        elif part in dropped or 'vbaProject' in element.get('ContentType', ''):
            types.remove(element)
    changed = {CONTENT_TYPES: _serialise(types), **dict.fromkeys(dropped)}
    if dropped:
        path = relationships_path(package.workbook)
        relations = etree.fromstring(source.read(path), _PARSER)
        for element in list(relations):
            if element.get('Type', '').rpartition('/')[2].startswith('vbaProject'):
                relations.remove(element)
        changed[path] = _serialise(relations)
    return changed
