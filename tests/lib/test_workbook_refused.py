import io
import zipfile

import xlsxwriter

from odoo.tests import tagged

from ...lib import workbook
from ...lib.workbook import WorkbookError, open_workbook
from .common import SHEET_XML, LibCase

OLE = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(504)


def utf16(name):
    return name.encode('utf-16-le') + b'\0\0'


@tagged('post_install', '-at_install')
class TestLibWorkbookRefused(LibCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {'in_memory': True}) as book:  # like Excel, it has a part for texts
            sheet = book.add_worksheet()
            sheet.write_row('A1', ['车架号', '备注'])
            sheet.write_row('A2', ['LGBH52E00RY000001', 'x'])
        cls.content = buffer.getvalue()

    def check(self, code, content, **limits):
        self.assertIn(code, workbook.ERRORS)
        return self.assertRefused(WorkbookError, code, open_workbook, content, **limits)

    def test_no_workbook(self):
        for content in (
            b'',
            b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
            b'%PDF-1.7 text only',
            b'{\\rtf1 text}',
            OLE + utf16('WordDocument'),
            b'PK\x05\x06' + bytes(18),
            bytes(100),
        ):
            self.check('not_workbook', content)
        for names in (['word/document.xml', '[Content_Types].xml'], ['content.xml', 'mimetype'], ['a.csv']):
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, 'w') as archive:
                for name in names:
                    archive.writestr(name, b'<x/>')
            self.check('not_workbook', buffer.getvalue())

    def test_old_format(self):
        for content in (OLE + utf16('Workbook'), OLE + utf16('Book'), b'\x09\x04\x06\x00\x00\x00\x10\x00' + bytes(20)):
            self.check('old_format', content)

    def test_protected(self):
        self.check('protected', OLE + utf16('EncryptionInfo') + utf16('EncryptedPackage'))
        encrypted = bytearray(self.content)
        for signature, offset in ((b'PK\x03\x04', 6), (b'PK\x01\x02', 8)):
            place = encrypted.find(signature)
            encrypted[place + offset] |= 1
        self.check('protected', bytes(encrypted))

    def test_binary_format(self):
        self.check('binary_format', self.rezip(self.content, added={'xl/workbook.bin': b'x'}))

    def test_strict_format(self):
        strict = (
            b'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
            b'http://purl.oclc.org/ooxml/spreadsheetml/main',
        )
        self.check('strict_format', self.rezip(self.content, {'xl/workbook.xml': lambda xml: xml.replace(*strict)}))

    def test_text(self):
        for content in (
            b'vin,plate\nLGBH52E00RY000001,x\n',
            '车架号,车牌号\n'.encode(),
            '\ufeff车架号\t车牌号\n'.encode(),
            '车架号,车牌号\n'.encode('gb18030'),
            '车架号\t车牌号\n'.encode('utf-16'),
        ):
            self.check('csv_text', content)
        for content in (
            b'<html><table><tr><td>x</td></tr></table></html>',
            '\n <table><tr><td>车架号</td></tr></table>'.encode('gb18030'),
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        ):
            self.check('html_text', content)

    def test_too_large(self):
        error = self.check('too_large', self.content, max_bytes=1000)
        self.assertEqual(error.message_args, {'size': len(self.content), 'limit': 1000})
        error = self.check('too_large', self.content, max_uncompressed=5000)
        self.assertEqual(error.message_args['limit'], 5000)
        self.assertGreater(error.message_args['size'], 5000)

    def test_zip_bomb(self):
        """A small file that would unpack to very much is refused before it is unpacked."""
        bomb = self.rezip(self.content, added={'xl/media/image1.png': bytes(80 * 2**20)})
        self.assertLess(len(bomb), 2**20)
        self.check('too_large', bomb, max_uncompressed=64 * 2**20)
        texts = self.rezip(self.content, {'xl/sharedStrings.xml': lambda xml: xml + b' ' * (65 * 2**20)})
        self.check('too_large', texts)

    def test_understated_size(self):
        """The directory understates a part: no more than it states is read, and the file counts as damaged."""
        size = len(self.read_part(self.content, SHEET_XML))
        lying = self.content.replace(size.to_bytes(4, 'little'), (size // 2).to_bytes(4, 'little'))
        self.assertNotEqual(lying, self.content)
        self.check('corrupt', lying)

    def test_corrupt(self):
        self.check('corrupt', self.content[: len(self.content) // 2])
        self.check('corrupt', b'PK\x03\x04' + bytes(100))
        for path, change in (
            ('xl/workbook.xml', lambda xml: xml[:200]),
            ('xl/workbook.xml', lambda xml: b'<x/>'),
            ('xl/styles.xml', lambda xml: xml[:-20]),
            ('xl/sharedStrings.xml', lambda xml: xml[:-20]),
            ('[Content_Types].xml', lambda xml: b''),
            (SHEET_XML, lambda xml: b'no xml'),
        ):
            with self.subTest(path=path):
                self.assertNotEqual(self.rezip(self.content), self.rezip(self.content, {path: change}))
                self.check('corrupt', self.rezip(self.content, {path: change}))

    def test_entities(self):
        """No part of an Excel file declares entities; one that does means harm."""
        evil = b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        for path in ('xl/workbook.xml', 'xl/sharedStrings.xml', 'xl/styles.xml', SHEET_XML):
            with self.subTest(path=path):
                self.check('corrupt', self.rezip(self.content, {path: lambda xml: xml.replace(b'?>', evil, 1)}))
        hidden = b'?><!--' + b'x' * 2**17 + b'-->' + evil[2:]
        book = open_workbook(self.rezip(self.content, {SHEET_XML: lambda xml: xml.replace(b'?>', hidden, 1)}))
        self.assertRefused(WorkbookError, 'corrupt', lambda: list(book.sheets[0].rows()))

    def test_breaks_off_in_the_middle(self):
        content = self.make_workbook({'Sheet': [[row, '备注'] for row in range(3000)]})
        broken = self.rezip(content, {SHEET_XML: lambda xml: xml[: len(xml) * 2 // 3]})
        book = open_workbook(broken)
        self.assertRefused(WorkbookError, 'corrupt', lambda: list(book.sheets[0].rows()))

    def test_no_rows(self):
        self.check('no_rows', self.make_workbook({'Sheet': [], 'Sheet2': [[' ', '\u3000']]}))
