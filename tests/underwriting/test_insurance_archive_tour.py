from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .archive_common import ArchiveCase


@tagged('post_install', '-at_install')
class TestArchiveTour(ArchiveCase, HttpCase):
    """The clerk drops files onto a folder in a browser."""

    freeze_time = None  # the browser lives in the present

    def test_drop_files(self):
        archive = self.make_entry(business_type='r_ren', issue_date='2026-01-05').archive_id
        with mute_logger('odoo.http'):  # the refused file
            self.start_tour(f'/odoo/underwriting-archive/{archive.id}', 'dealer_insurance_archive',
                            login=self.clerk.login)
        self.assertEqual(archive.present_count, 4)
        found = {one.type_id.code: one.file_count for one in archive.document_ids if one.file_count}
        self.assertEqual(found, {'APPLICATION': 1, 'INVOICE': 1, 'REGISTRATION': 1, 'FLOATING': 1})
        withdrawn = self.env['insurance.archive.document'].search([
            ('archive_id', '=', archive.id), ('active', '=', False)])
        self.assertEqual((withdrawn.type_id.code, withdrawn.withdrawn_reason, withdrawn.file_count),
                         ('PROPOSAL', "Proposal of another customer", 1))
