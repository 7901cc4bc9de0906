"""The few facts about an .xlsx package (a zip of XML parts) that openpyxl does not tell when it reads in streams."""

import posixpath
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

STRICT_NAMESPACE = 'http://purl.oclc.org/ooxml/'
_DOCUMENT_RELATIONSHIP = '/officeDocument'
_DEFAULT_WORKBOOK = 'xl/workbook.xml'


class PackageError(Exception):
    """The zip is no workbook, or its parts do not hang together."""


@dataclass(slots=True)
class SheetPart:
    """A worksheet: its name, 'visible' / 'hidden' / 'veryHidden', and the path of its part in the zip."""

    name: str
    state: str
    path: str


@dataclass(slots=True)
class Package:
    """Where the parts of a workbook lie in its zip.

    :ivar workbook: path of the workbook part
    :ivar styles: path of the styles part, or None
    :ivar strict: saved as "Strict Open XML", whose namespaces openpyxl does not read
    """

    workbook: str
    styles: str | None = None
    strict: bool = False
    has_macros: bool = False
    sheets: list[SheetPart] = field(default_factory=list)


def local_name(tag):
    """Return an element's name without its namespace."""
    return tag.rpartition('}')[2]


def relationships_path(path):
    """Return the path of the part that lists the relationships of the part at path."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, '_rels', name + '.rels')


def _relationships(archive, path):
    """Return {id: (type, target path)} of the part at path ('' for the package itself)."""
    try:
        root = ElementTree.fromstring(archive.read(relationships_path(path)))
    except KeyError:
        return {}
    folder = posixpath.dirname(path)
    return {
        relation.get('Id'): (
            relation.get('Type', ''),
            posixpath.normpath(posixpath.join('/', folder, relation.get('Target', ''))).lstrip('/'),
        )
        for relation in root
        if relation.get('TargetMode') != 'External'
    }


def read_package(archive):
    """Return the Package of an open ZipFile.

    :raise PackageError: when it holds no workbook part or the part is not readable
    """
    try:
        workbook = next(
            (target for kind, target in _relationships(archive, '').values() if kind.endswith(_DOCUMENT_RELATIONSHIP)),
            _DEFAULT_WORKBOOK,
        )
        root = ElementTree.fromstring(archive.read(workbook))
        related = _relationships(archive, workbook)
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise PackageError(str(error)) from error
    if local_name(root.tag) != 'workbook':
        raise PackageError(root.tag)
    names = set(archive.namelist())
    package = Package(workbook, strict=STRICT_NAMESPACE in root.tag)
    package.has_macros = any(name.lower().endswith('vbaproject.bin') or '/macrosheets/' in name for name in names)
    package.styles = next(
        (target for kind, target in related.values() if kind.endswith('/styles') and target in names), None
    )
    for element in root.iter():
        if local_name(element.tag) != 'sheet':
            continue
        relation_id = next((value for key, value in element.items() if local_name(key) == 'id' and key != 'id'), None)
        kind, target = related.get(relation_id, ('', ''))
        if kind.endswith('/worksheet') and target in names:
            package.sheets.append(SheetPart(element.get('name'), element.get('state', 'visible'), target))
    return package
