import io
import zipfile

import openpyxl

from odoo.tests import BaseCase, tagged

from ...lib import workbook

SHEET_XML = 'xl/worksheets/sheet1.xml'
MAIN_NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'


@tagged('post_install', '-at_install')
class LibCase(BaseCase):
    """Tests of the pure library: no database, workbooks made on the spot."""

    @staticmethod
    def make_workbook(sheets, prepare=None):
        """Return the bytes of a workbook.

        :param sheets: {name: [rows]}, a row being a list of cells
        :param prepare: called with the openpyxl workbook before it is saved
        """
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        if prepare:
            prepare(book)
        return LibCase.save(book)

    @staticmethod
    def save(book):
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    @staticmethod
    def rezip(content, changes=None, added=None):
        """Return a zip with parts changed by `changes` ({path: function from bytes to bytes}) and parts added."""
        buffer, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(content))
        with source, zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                change = (changes or {}).get(entry.filename, lambda data: data)
                target.writestr(entry.filename, change(source.read(entry)))
            for path, data in (added or {}).items():
                target.writestr(path, data)
        return buffer.getvalue()

    @classmethod
    def with_sheet_xml(cls, sheet_data, after=''):
        """Return a workbook of one sheet whose XML inside <sheetData>, and after it, is given."""
        xml = f'<worksheet xmlns="{MAIN_NAMESPACE}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>'
        return cls.rezip(cls.make_workbook({'Sheet': [['x']]}), {SHEET_XML: lambda _data: xml.encode()})

    @staticmethod
    def read_part(content, path):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(path)

    @staticmethod
    def rows_of(content, sheet_name=None):
        """Return {row number: values} of a sheet, the first one without a name."""
        book = workbook.open_workbook(content)
        return dict(book.sheet(sheet_name).rows() if sheet_name else book.sheets[0].rows())

    def assertRefused(self, error_class, code, function, *args, **kwargs):
        """Check that a call raises the library's error with that code; return the error."""
        with self.assertRaises(error_class) as caught:
            function(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return caught.exception
