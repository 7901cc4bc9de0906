import zipfile
from io import BytesIO

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import ROLES
from .archive_common import PDF, ArchiveCase, b64

# name of the dropped file: as which document it is filed
NAMES = {
    '投保单.pdf': 'APPLICATION',
    '免责说明确认书 签字.pdf': 'EXPLANATION',
    '交强险浮动告知书.pdf': 'FLOATING',
    '交强险电子保单.pdf': 'POLICY compulsory',
    '商业险保单.pdf': 'POLICY commercial',
    'commercial policy.pdf': 'POLICY commercial',
    '保费发票.pdf': 'INVOICE',
    '发票_20261118.pdf': 'INVOICE',
    '购车发票.pdf': 'PURCHASE',
    '车船税完税证明.pdf': 'VEHICLE_TAX',
    '身份证正面.jpg.pdf': 'ID_CARD',
    '行驶证.pdf': 'REGISTRATION',
    '合格证.pdf': 'CERTIFICATE',
    '个人信息同意书.pdf': 'CONSENT',
    '授权书.pdf': 'AUTHORISATION',
    '建议书.pdf': 'PROPOSAL',
    'C:\\scans\\验车照片.pdf': 'INSPECTION',
    'IMG_20261118_1022.pdf': 'OTHER',
}


class TestUpload(ArchiveCase):
    """Files get into a folder through one door, which sorts them and says clearly what it refuses."""

    def setUp(self):
        super().setUp()
        self.entry = self.make_entry(business_type='new')
        self.archive = self.entry.archive_id

    def put(self, name, content=None, user=None, **kwargs):
        return self.rpc(user or self.clerk, self.archive, 'upload_file', name, content or self.make_file(), **kwargs)

    def filed_as(self, result):
        document = self.env['insurance.archive.document'].browse(result['document_id'])
        return ' '.join(filter(None, (document.type_id.code, document.policy_id.product)))

    def test_kind_by_name(self):
        for name, expected in NAMES.items():
            with self.subTest(name=name):
                result = self.put(name)
                self.assertEqual(self.filed_as(result), expected)
                self.assertEqual((result['is_guessed'], result['is_unknown']), (True, expected == 'OTHER'))

    def test_kind_by_policy_number(self):
        policy = self.entry.policy_ids.filtered(lambda one: one.product == 'commercial')
        self.assertEqual(self.filed_as(self.put(f'{policy.policy_no}_20261118.pdf')), 'POLICY commercial')
        self.assertEqual(self.filed_as(self.put('保单.pdf')), 'POLICY compulsory', "the one that is missing")

    def test_kind_as_chosen(self):
        document = self.get_document(self.archive, 'PROPOSAL')
        result = self.put('保费发票.pdf', document_id=document.id)
        self.assertEqual((result['document_id'], result['is_guessed']), (document.id, False))
        self.assertEqual((document.state, document.file_count, document.received_by_id, str(document.received_on)),
                         ('present', 1, self.clerk, '2026-11-18'))
        kind = self.env.ref('dealer_insurance.insurance_document_type_vehicle_tax')
        self.assertEqual(self.filed_as(self.put('x.pdf', type_id=kind.id)), 'VEHICLE_TAX')

    def test_several_files_of_one_document(self):
        front, back = self.put('身份证正面.pdf'), self.put('身份证反面.pdf')
        self.assertEqual(front['document_id'], back['document_id'])
        self.assertEqual(self.get_document(self.archive, 'ID_CARD').file_count, 2)
        self.assertEqual(self.archive.present_count, 1)

    def test_types(self):
        package = BytesIO()
        with zipfile.ZipFile(package, 'w') as stream:
            stream.writestr('OFD.xml', '<ofd/>')
        archive = BytesIO()
        with zipfile.ZipFile(archive, 'w') as stream:
            stream.writestr('virus.exe', 'x')
        for name, content, mimetype in (
            ('a.pdf', self.make_file(), 'application/pdf'),
            ('a.jpg', self.make_image('JPEG'), 'image/jpeg'),
            ('a.png', self.make_image('PNG'), 'image/png'),
            ('发票.ofd', b64(package.getvalue()), 'application/ofd'),
        ):
            with self.subTest(name=name):
                result = self.put(name, content)
                file = self.env['ir.attachment'].search([
                    ('res_model', '=', 'insurance.archive.document'), ('res_id', '=', result['document_id']),
                    ('name', '=', name)])
                self.assertEqual((file.mimetype, file.public), (mimetype, False))
        for name, raw in (
            ('policy.pdf', b'MZ\x90\x00' + b'\0' * 200), ('page.pdf', b'<html><script>alert(1)</script></html>'),
            ('drawing.jpg', b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'), ('list.pdf', b'plain words'),
            ('scans.pdf', archive.getvalue()),
        ):
            with self.subTest(refused=name), self.refused(f"{name} is none of the types"):
                self.put(name, b64(raw))

    def test_sizes(self):
        self.store.insurance_archive_max_size = 1
        limit = 1024 * 1024
        self.put('fits.pdf', b64(PDF + b' ' * (limit - len(PDF))))
        with self.refused("large.pdf has 1.00 Mb; files up to 1.00 Mb"):
            self.put('large.pdf', b64(PDF + b'x' * (limit - len(PDF) + 1)))
        for content in ('', '*not base64*', False):
            with self.subTest(content=content), self.refused("void.pdf is empty"):
                self.archive.with_user(self.clerk).upload_file('void.pdf', content)

    def test_twice(self):
        content = self.make_file()
        self.put('保费发票.pdf', content)
        with self.refused("copy.pdf is in the folder already, as Premium invoice"):
            self.put('copy.pdf', content)
        self.make_entry().archive_id.with_user(self.clerk).upload_file('copy.pdf', content)

    def test_document_of_another_folder(self):
        other = self.make_entry().archive_id.document_ids[0]
        with self.refused("no longer in the folder"):
            self.put('x.pdf', document_id=other.id)

    def test_only_the_clerk_files(self):
        document = self.get_document(self.archive, 'INVOICE')
        for login in ROLES:
            if login == 'clerk':
                continue
            with self.subTest(role=login), self.assertRaises(AccessError):
                self.put('x.pdf', user=getattr(self, login), document_id=document.id)
        self.assertFalse(document.file_count)

    # === WHAT IS FILED STAYS === #

    def test_files_are_not_deleted_nor_replaced(self):
        file = self.upload(self.archive, 'INVOICE')
        other = self.get_document(self.archive, 'PROPOSAL')
        for values in ({'raw': PDF}, {'datas': b64(PDF)}, {'public': True}, {'access_token': 'x'}, {'name': 'y.pdf'},
                       {'res_id': other.id}, {'res_model': 'res.partner', 'res_id': self.entry.owner_id.id}):
            with self.subTest(values=values), self.refused("stay as they are"):
                self.rpc(self.clerk, file, 'write', values)
        for user in (self.clerk, self.gm):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, file, 'unlink')
        with self.refused("never deleted"):
            file.unlink()
        with self.refused("never deleted"):
            self.get_document(self.archive, 'INVOICE').unlink()

    def test_no_other_door_for_files(self):
        document = self.get_document(self.archive, 'INVOICE')
        Attachment = self.env['ir.attachment']
        for record in (document, self.archive):
            values = {'name': 'x.pdf', 'raw': PDF, 'res_model': record._name, 'res_id': record.id}
            with self.subTest(model=record._name), self.refused("Drop the file onto the documents"):
                self.rpc(self.clerk, Attachment, 'create', values)
            loose = Attachment.with_user(self.clerk).create({'name': 'x.pdf', 'raw': PDF})
            with self.subTest(model=record._name, door='write'), self.refused("Drop the file onto the documents"):
                self.rpc(self.clerk, loose, 'write', {'res_model': record._name, 'res_id': record.id})

    def test_moved_to_another_document(self):
        file = self.upload(self.archive, 'PROPOSAL', "wrong.pdf")
        wrong, right = self.get_document(self.archive, 'PROPOSAL'), self.get_document(self.archive, 'INVOICE')
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, wrong, 'move_file', file.id, right.id)
        self.rpc(self.clerk, wrong, 'move_file', file.id, right.id)
        self.assertEqual((wrong.state, wrong.file_count, right.state, right.file_count), ('missing', 0, 'present', 1))
        self.assertIn("wrong.pdf moved from Proposal to Premium invoice", self.archive.message_ids[0].body)
        with self.refused("no longer among"):
            self.rpc(self.clerk, wrong, 'move_file', file.id, right.id)
        with self.refused("no longer in the folder"):
            self.rpc(self.clerk, right, 'move_file', file.id, self.make_entry().archive_id.document_ids[0].id)

    def test_withdrawn_with_a_reason(self):
        first, second = self.upload(self.archive, 'ID_CARD', "a.pdf"), self.upload(self.archive, 'ID_CARD', "b.pdf")
        document = self.get_document(self.archive, 'ID_CARD')
        wizard = self.env['insurance.archive.document.reason'].with_user(self.clerk)
        wizard.create({'document_id': document.id, 'mode': 'withdraw_file', 'attachment_id': first.id,
                       'reason': "Card of another customer"}).action_confirm()
        withdrawn = document.with_context(active_test=False).browse(first.res_id)
        self.assertEqual((withdrawn.active, withdrawn.withdrawn_reason, withdrawn.withdrawn_by_id, document.file_count),
                         (False, "Card of another customer", self.clerk, 1))
        wizard.create({'document_id': document.id, 'mode': 'withdraw_file', 'attachment_id': second.id,
                       'reason': "Unreadable copy"}).action_confirm()
        self.assertEqual((document.active, second.res_id), (False, document.id))
        anew = self.get_document(self.archive, 'ID_CARD')
        self.assertEqual((anew.state, anew.is_required), ('missing', True))
        self.assertTrue(first.exists() and second.exists())
        with self.refused("stay as they are"):
            self.rpc(self.clerk, document, 'write', {'note': "x"})
        with self.refused("stay as they are"):
            self.rpc(self.clerk, document, 'write', {'active': True})
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, anew, 'write', {'active': False})

    def test_stamps_are_not_written_by_hand(self):
        document = self.get_document(self.archive, 'INVOICE')
        for values in ({'file_count': 1}, {'state': 'present'}, {'need': 'optional'}, {'received_by_id': self.clerk.id},
                       {'not_needed_reason': "x"}, {'is_required': False}, {'retention_listed_on': '2026-01-01'}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.clerk, document, 'write', values)
        with self.refused("stays what it is"):
            self.rpc(self.clerk, document, 'write', {'type_id': self.get_document(self.archive, 'PROPOSAL').type_id.id})


@tagged('post_install', '-at_install')
class TestRestricted(ArchiveCase, HttpCase):
    """Who reads which documents, and that their files follow: screens, lists and download (matrix 3.2, PIPL)."""

    CODES = ('POLICY', 'INVOICE', 'PROPOSAL', 'ID_CARD', 'CONSENT')
    OPEN = {'POLICY', 'INVOICE', 'PROPOSAL'}
    READS = {
        'clerk': OPEN | {'ID_CARD', 'CONSENT'}, 'supervisor': OPEN | {'ID_CARD', 'CONSENT'},
        'gm': OPEN | {'ID_CARD', 'CONSENT'}, 'specialist': OPEN, 'leader': OPEN, 'finance': {'INVOICE'},
        'advisor': {'POLICY'},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entry = cls.make_entry(('commercial',))
        cls.archive = cls.entry.archive_id
        cls.files = {}
        for code in cls.CODES:
            document = cls.archive.document_ids.filtered(lambda one, code=code: one.type_id.code == code)
            result = cls.archive.with_user(cls.clerk).upload_file(f'{code}.pdf', cls.make_file(), document.id)
            cls.files[code] = cls.env['ir.attachment'].search([
                ('res_model', '=', document._name), ('res_id', '=', result['document_id'])])
        cls.env.flush_all()
        cls.env.invalidate_all()

    EVERYBODY = (*ROLES, 'plain', 'other_specialist', 'other_supervisor', 'other_gm')

    def test_documents(self):
        documents = self.archive.document_ids.filtered('file_count')
        for login in self.EVERYBODY:
            user = getattr(self, login)
            expected = self.READS.get(login, set())
            with self.subTest(role=login):
                found = {one.type_id.code for one in documents if one.with_user(user).has_access('read')}
                self.assertEqual(found, expected)
                if login in self.READS:
                    shown = self.rpc(user, self.archive, 'get_documents')
                    self.assertEqual({one['files'][0]['name'][:-4] for one in shown['documents'] if one['files']},
                                     expected)
                    self.assertEqual(shown['can_write'], login == 'clerk')
                    self.assertEqual(len(shown['documents']) + shown['hidden'], len(self.archive.document_ids))
                else:
                    with self.assertRaises(AccessError):
                        self.rpc(user, self.archive, 'get_documents')

    def test_files(self):
        Attachment = self.env['ir.attachment']
        ids = [file.id for file in self.files.values()]
        for login in self.EVERYBODY:
            user, expected = getattr(self, login), self.READS.get(login, set())
            with self.subTest(role=login):
                found = self.rpc(user, Attachment, 'search', [('id', 'in', ids)])
                self.assertEqual(set(found), {self.files[code].id for code in expected})
                for code, file in self.files.items():
                    if code not in expected:
                        with self.assertRaises(AccessError):
                            self.rpc(user, file, 'read', ['datas'])

    def test_download(self):
        for login in ('clerk', 'specialist', 'specialist2', 'finance', 'advisor', 'consultant', 'administrator',
                      'plain'):
            user, expected = getattr(self, login), self.READS.get(login, set())
            self.authenticate(user.login, user.login)
            for code, file in self.files.items():
                for url in (f'/web/content/{file.id}', f'/web/content/{file.id}?download=true',
                            f'/web/image/{file.id}'):
                    with self.subTest(role=login, code=code, url=url), mute_logger('odoo.http'):
                        response = self.url_open(url)
                        is_read = response.status_code == 200 and response.content.startswith(b'%PDF')
                        self.assertEqual(is_read, code in expected)
        self.logout()
        for code, file in self.files.items():
            with self.subTest(role='nobody', code=code):
                self.assertNotIn(b'%PDF', self.url_open(f'/web/content/{file.id}').content)

    def test_identity_right_alone_opens_no_folder(self):
        """The right to see identity data opens restricted kinds only where the folder may be read."""
        self.specialist2.group_ids += self.env.ref('dealer_insurance.group_identity_reader')
        self.specialist.group_ids += self.env.ref('dealer_insurance.group_identity_reader')
        documents = self.archive.document_ids
        self.assertFalse(documents.with_user(self.specialist2)._filtered_access('read'))
        self.assertEqual(documents.with_user(self.specialist)._filtered_access('read'), documents)

    def test_folders(self):
        sold = self.make_entry(salesperson_id=self.consultant.id).archive_id
        for login in self.EVERYBODY:
            user = getattr(self, login)
            for archive, extra in ((self.archive, 'specialist'), (sold, 'consultant')):
                with self.subTest(role=login, folder=extra):
                    expected = login in ('clerk', 'supervisor', 'gm', 'finance', 'leader', 'advisor', extra)
                    self.assertEqual(archive.with_user(user).has_access('read'), expected)
                    self.assertEqual(archive.with_user(user).has_access('write'), login == 'clerk')

    def test_missing_list_names_restricted_kinds(self):
        """That an ID card is missing is no secret: whoever has to bring it reads it in the list."""
        other = self.make_entry(('commercial',)).archive_id
        self.assertIn("ID card", other.with_user(self.specialist).missing_text)
