from odoo.exceptions import AccessError

from ..underwriting.archive_common import ArchiveCase


class TestLastYearsFolder(ArchiveCase):
    """Last year's folder is one click away from the renewal case (R36)."""

    def setUp(self):
        super().setUp()
        self.last = self.make_entry(start='2025-12-21', issue_date='2025-12-18', salesperson_id=self.consultant.id)
        vehicle = self.last.vehicle_id
        self.case = self.make_case(self.specialist, '2026-12-20', vehicle_id=vehicle.id)

    def test_opens_the_folder_that_expires(self):
        older = self.make_entry(start='2024-12-21', issue_date='2024-12-18', vehicle=self.last.vehicle_id)
        newer = self.make_entry(start='2026-12-21', vehicle=self.last.vehicle_id)
        self.assertEqual(len((self.last | older | newer).archive_id), 3)
        for user in (self.specialist, self.supervisor, self.gm):
            with self.subTest(user=user.login):
                action = self.rpc(user, self.case, 'action_view_last_archive')
                self.assertEqual((action['res_model'], action['res_id']),
                                 ('insurance.archive', self.last.archive_id.id))
                [values] = self.rpc(user, self.last.archive_id, 'web_read', {'name': {}, 'missing_text': {}})
                self.assertTrue(values['missing_text'])

    def test_specialist_reads_the_folders_of_his_cases_only(self):
        archive = self.last.archive_id
        self.assertTrue(archive.with_user(self.specialist).has_access('read'))
        self.assertFalse(archive.with_user(self.specialist2).has_access('read'))
        self.case.specialist_id = self.specialist2
        self.env.invalidate_all()
        self.assertFalse(archive.with_user(self.specialist).has_access('read'))
        self.assertTrue(archive.with_user(self.specialist2).has_access('read'))

    def test_no_folder(self):
        case = self.make_case(self.specialist)
        self.assertFalse(case.last_archive_id)
        with self.refused("no folder"):
            self.rpc(self.specialist, case, 'action_view_last_archive')

    def test_not_the_folder_of_another_store(self):
        elsewhere = self.make_case(self.other_specialist, '2026-12-20', vehicle_id=self.last.vehicle_id.id)
        self.assertFalse(elsewhere.last_archive_id)
        with self.assertRaises(AccessError):
            self.rpc(self.other_specialist, self.last.archive_id, 'read', ['name'])

    def test_from_the_vehicle(self):
        action = self.rpc(self.clerk, self.last.vehicle_id, 'action_view_insurance_archives')
        self.assertEqual(action['res_id'], self.last.archive_id.id)
        self.make_entry(start='2026-12-21', vehicle=self.last.vehicle_id)
        action = self.rpc(self.clerk, self.last.vehicle_id, 'action_view_insurance_archives')
        self.assertEqual(action['domain'], [('vehicle_id', '=', self.last.vehicle_id.id)])
        self.assertEqual(self.last.vehicle_id.with_user(self.clerk).insurance_archive_count, 2)
