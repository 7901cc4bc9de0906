from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .archive_common import ArchiveCase

EVERY = {'APPLICATION', 'EXPLANATION', 'INVOICE', 'CONSENT', 'PROPOSAL'}
TERM = {'FLOATING', 'POLICY compulsory', 'POLICY commercial'}
# case: facts of the entry, and the documents that form 2.6 asks for at once
CASES = {
    'new car, no plates yet': (
        {'business_type': 'new', 'vehicle': {'license_plate': False}},
        EVERY | TERM | {'ID_CARD', 'PURCHASE', 'CERTIFICATE'}),
    'new car with a temporary plate': (
        {'business_type': 'new', 'vehicle': {'license_plate': '赣A临123', 'is_plate_temporary': True}},
        EVERY | TERM | {'ID_CARD', 'PURCHASE', 'CERTIFICATE'}),
    'new car with its plates': (
        {'business_type': 'new'}, EVERY | TERM | {'ID_CARD', 'PURCHASE', 'CERTIFICATE', 'REGISTRATION'}),
    'renewal of a customer of last year': (
        {'business_type': 'r_ren'}, EVERY | TERM | {'ID_CARD', 'REGISTRATION'}),
    'renewal with the commercial policy only': (
        {'business_type': 'r_ren', 'products': ('commercial',)},
        EVERY | {'POLICY commercial', 'ID_CARD', 'REGISTRATION'}),
    'renewal with three policies': (
        {'business_type': 'r_ren', 'products': ('compulsory', 'commercial', 'non_motor')},
        EVERY | TERM | {'POLICY non_motor', 'ID_CARD', 'REGISTRATION'}),
    'back after an interruption': (
        {'business_type': 'r_gap'}, EVERY | TERM | {'ID_CARD', 'REGISTRATION', 'INSPECTION'}),
    'first policy here, from another insurer': (
        {'business_type': 'first'}, EVERY | TERM | {'ID_CARD', 'REGISTRATION', 'INSPECTION'}),
    'somebody else applies': (
        {'business_type': 'r_ren', 'agent': True}, EVERY | TERM | {'ID_CARD', 'REGISTRATION', 'AUTHORISATION'}),
    'company, renewal': (
        {'business_type': 'r_ren', 'company': True},
        EVERY | TERM | {'LICENCE', 'REGISTRATION', 'AUTHORISATION', 'PURCHASE', 'CERTIFICATE'}),
    'company, new car without plates': (
        {'business_type': 'new', 'company': True, 'vehicle': {'license_plate': False}},
        EVERY | TERM | {'LICENCE', 'AUTHORISATION', 'PURCHASE', 'CERTIFICATE'}),
    'benefits were given': (
        {'business_type': 'r_ren', 'benefit': 100}, EVERY | TERM | {'ID_CARD', 'REGISTRATION', 'APPROVAL'}),
}


class TestFolders(ArchiveCase):
    """Folders make themselves: one per vehicle and policy year (R36, T4)."""

    def test_made_at_registration(self):
        entry = self.make_entry(register=False)
        self.assertFalse(entry.archive_id)
        entry.with_user(self.clerk).action_register()
        archive = entry.archive_id
        self.assertEqual(
            (archive.vehicle_id, archive.company_id, archive.partner_id, archive.insurer_id, archive.salesperson_id,
             archive.custodian_id, archive.policy_year, archive.name),
            (entry.vehicle_id, self.store, entry.owner_id, self.picc, self.specialist, self.clerk, 2026, '2026-00001'))
        self.assertEqual((str(archive.date_from), str(archive.date_to)), ('2026-11-20', '2027-11-19'))
        self.assertEqual(self.make_entry().archive_id.name, '2026-00002')

    def test_numbers_run_per_store_and_year(self):
        self.make_entry()
        elsewhere = self.make_entry(company_id=self.other_store.id, salesperson_id=False)
        next_year = self.make_entry(start='2027-01-05')
        self.assertEqual((elsewhere.archive_id.name, next_year.archive_id.name), ('2026-00001', '2027-00001'))

    def test_two_insurers_share_a_folder(self):
        first = self.make_entry(('compulsory',), insurer=self.paic)
        second = self.make_entry(('commercial',), first.vehicle_id, start='2027-02-01')
        archive = first.archive_id
        self.assertEqual(second.archive_id, archive)
        self.assertEqual(archive.insurer_id, self.picc)
        self.assertEqual((str(archive.date_from), str(archive.date_to)), ('2026-11-20', '2028-01-31'))
        self.assertEqual(len(self.get_document(archive, 'POLICY')), 2)

    def test_half_a_year_decides(self):
        first = self.make_entry()
        at_limit = self.make_entry(('commercial',), first.vehicle_id, start='2027-05-19')  # 180 days
        self.assertEqual(at_limit.archive_id, first.archive_id)
        other = self.make_entry()
        beyond = self.make_entry(('commercial',), other.vehicle_id, start='2027-05-20')
        self.assertNotEqual(beyond.archive_id, other.archive_id)

    def test_next_year_is_another_folder(self):
        this_year = self.make_entry(start='2025-11-20', issue_date='2025-11-18')
        next_year = self.make_entry(vehicle=this_year.vehicle_id)
        self.assertNotEqual(this_year.archive_id, next_year.archive_id)
        elsewhere = self.make_entry(vehicle=this_year.vehicle_id, company_id=self.other_store.id, salesperson_id=False)
        self.assertNotIn(elsewhere.archive_id, this_year.archive_id | next_year.archive_id)

    def test_follow_ups_join_the_entry_they_change(self):
        entry = self.make_entry()
        endorsement = self.make_follow_up(entry, 'endorsement', {'commercial': 120})
        cancellation = self.make_follow_up(entry, 'cancellation', {'compulsory': -800, 'commercial': -2900})
        archive = entry.archive_id
        self.assertEqual((endorsement | cancellation).archive_id, archive)
        self.assertEqual(self.get_document(archive, 'ENDORSEMENT').entry_id, endorsement)
        self.assertEqual(self.get_document(archive, 'CANCELLATION').entry_id, cancellation)
        self.assertEqual(str(archive.date_from), '2026-11-20')

    def test_entry_put_right_before_it_is_signed(self):
        entry = self.make_entry(business_type='r_ren')
        archive = entry.archive_id
        self.assertTrue(self.get_document(archive, 'ID_CARD').is_required)
        entry.owner_id = self.make_owner(is_company=True, name="Test Logistics Ltd")
        self.assertEqual((archive.partner_id, archive.is_company_owner), (entry.owner_id, True))
        self.assertTrue(self.get_document(archive, 'LICENCE').is_required)
        self.assertEqual(self.get_document(archive, 'ID_CARD').need, 'optional')
        entry.policy_ids.filtered(lambda one: one.product == 'compulsory').start_date = '2026-11-25'
        entry.policy_ids.filtered(lambda one: one.product == 'commercial').start_date = '2026-11-24'
        self.assertEqual((str(archive.date_from), str(archive.date_to)), ('2026-11-24', '2027-11-24'))
        other = self.make_vehicle()
        entry.vehicle_id = other
        self.assertEqual(entry.archive_id.vehicle_id, other)

    def test_nobody_makes_moves_or_deletes_a_folder(self):
        archive = self.make_entry().archive_id
        for user in (self.clerk, self.supervisor, self.gm, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, archive.browse(), 'create', {
                    'vehicle_id': archive.vehicle_id.id, 'company_id': self.store.id, 'name': "X", 'number': 9,
                    'policy_year': 2026, 'date_from': '2026-01-01', 'date_to': '2026-12-31',
                })
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.rpc(user, archive, 'unlink')
        for field, value in (('vehicle_id', self.make_vehicle().id), ('completeness', 1), ('is_complete', True),
                             ('company_id', self.other_store.id), ('date_to', '2030-01-01'), ('number', 7)):
            with self.subTest(field=field), self.assertRaises(AccessError):
                self.rpc(self.clerk, archive, 'write', {field: value})
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, archive.entry_ids, 'write', {'archive_id': False})
        with self.refused("never deleted"):
            archive.unlink()
        with self.refused("make themselves"):
            archive.copy()
        archive.with_user(self.clerk).write({'shelf': "C 3, box 12", 'custodian_id': self.clerk.id})

    def test_thousands_at_once(self):
        """A batch takes no more queries than its rows: the folders are found in one, made and noted in one go."""
        def batch(count):
            vehicles = self.env['fleet.vehicle'].create([
                {'model_id': self.model.id, 'vin_sn': self.make_vin(600000 + self._serial * 100 + number)}
                for number in range(count)
            ])
            type(self)._serial += 1
            entries = self.env['insurance.ledger.entry'].create([
                {'company_id': self.store.id, 'insurer_id': self.picc.id, 'vehicle_id': vehicle.id,
                 'owner_id': self.make_owner().id, 'issue_date': '2026-11-18', 'business_type': 'r_ren',
                 'state': 'registered'} for vehicle in vehicles
            ])
            self.env['insurance.policy'].create([
                {'entry_id': entry.id, **self.prepare_policy(product)}
                for entry in entries for product in ('compulsory', 'commercial')
            ])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env['insurance.archive']._file(entries)
            self.env.flush_all()
            self.assertEqual(len(entries.archive_id), count)
            return self.cr.sql_log_count - before

        batch(3)
        few, many = batch(10), batch(60)
        self.assertLessEqual(many - few, 40, (few, many))  # inserts go by the hundred


class TestFolderBudgets(ArchiveCase):
    """Lists and the screen of a folder take the same number of queries however much there is (invariant 9)."""

    def count(self, call):
        for _warming in range(2):
            call()
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        return self.cr.sql_log_count - before

    def test_list(self):
        archives = self.env['insurance.archive'].union(*(self.make_entry().archive_id for _number in range(24)))
        for user in (self.clerk, self.specialist):
            Archive = self.env['insurance.archive'].with_user(user)
            arch = etree.fromstring(Archive.get_view(False, 'list')['arch'])
            names = [node.get('name') for node in arch.xpath('./field')]
            specification = {
                name: {'fields': {'display_name': {}}} if Archive._fields[name].relational else {} for name in names
            }
            counts = [
                self.count(lambda limit=limit, model=Archive, fields=specification: model.web_search_read(
                    [('id', 'in', archives.ids)], fields, limit=limit))
                for limit in (6, 24)
            ]
            with self.subTest(user=user.login):
                self.assertEqual(*counts)
                self.assertLessEqual(counts[1], 30)

    def test_screen(self):
        small, large = self.make_entry(('commercial',)).archive_id, self.make_entry().archive_id
        for document in large.document_ids:
            for _number in range(3):
                large.with_user(self.clerk).upload_file("scan.pdf", self.make_file(), document.id)
        few, many = (
            self.count(lambda archive=archive: archive.with_user(self.clerk).get_documents())
            for archive in (small, large)
        )
        self.assertLessEqual(many - few, 2, (few, many))


class TestCompleteness(ArchiveCase):
    """Which documents a folder asks for, and how complete it is (form 2.6, K29)."""

    def make_case_entry(self, facts):
        facts = dict(facts)
        owner = self.make_owner(is_company=facts.pop('company', False))
        vehicle = self.make_vehicle(owner_id=owner.id, **facts.pop('vehicle', {}))
        if facts.pop('agent', False):
            facts['applicant_id'] = self.make_owner().id
        benefit = facts.pop('benefit', 0)
        entry = self.make_entry(vehicle=vehicle, register=False, products=facts.pop(
            'products', ('compulsory', 'commercial')), **facts)
        entry.write(facts)
        if benefit:
            kind = self.env['insurance.reason'].search([
                ('use', '=', 'benefit_type'), ('is_cash', '=', False), ('is_group', '=', False)], limit=1)
            self.env['insurance.benefit'].create({'entry_id': entry.id, 'type_id': kind.id, 'amount': benefit})
            approval = entry.with_user(self.clerk)._ask_approval("Competitor offers the same")
            approval.with_user(approval.approver_id).action_approve()
        entry.action_register()
        return entry

    def test_required_documents(self):
        for case, (facts, expected) in CASES.items():
            with self.subTest(case=case):
                archive = self.make_case_entry(facts).archive_id
                found = {
                    ' '.join(filter(None, (one.type_id.code, one.policy_id.product)))
                    for one in archive.document_ids if one.is_required
                }
                self.assertEqual(found, expected)
                held = len(expected & {'APPROVAL'})  # given here, so the system has it
                self.assertEqual((archive.required_count, archive.present_count, archive.is_complete),
                                 (len(expected), held, False))

    def test_change_of_insurer_and_gap(self):
        """Photographs of the car after a gap or from another insurer, not when nothing changes."""
        for case, start, insurer, expected in (
            ('next day, same insurer', '2026-11-20', self.picc, False),
            ('next day, another insurer', '2026-11-20', self.paic, True),
            ('a day without cover', '2026-11-21', self.picc, True),
        ):
            with self.subTest(case=case):
                last = self.make_entry(start='2025-11-20', issue_date='2025-11-18')
                entry = self.make_entry(vehicle=last.vehicle_id, start=start, insurer=insurer)
                self.assertEqual(entry.previous_entry_id, last)
                self.assertEqual(bool(self.get_document(entry.archive_id, 'INSPECTION').is_required), expected)

    def test_completeness_counts_what_is_there(self):
        archive = self.make_case_entry({'business_type': 'r_ren'}).archive_id
        required = archive.document_ids.filtered('is_required')
        self.assertEqual(len(required), 10)
        self.upload(archive, 'INVOICE')
        self.get_document(archive, 'PROPOSAL').with_user(self.clerk).is_paper = True
        self.assertEqual((archive.present_count, archive.completeness), (2, 0.2))
        self.assertNotIn("Premium invoice", archive.missing_text)
        self.assertIn("Policy (Compulsory)", archive.missing_text)
        for document in required.filtered(lambda one: one.state == 'missing'):
            archive.with_user(self.clerk).upload_file("x.pdf", self.make_file(), document.id)
        self.assertEqual((archive.completeness, archive.is_complete, archive.complete_rate, archive.missing_text),
                         (1, True, 1, False))
        archive.with_user(self.clerk).upload_file("车船税完税.pdf", self.make_file())
        self.assertEqual((archive.required_count, archive.completeness), (10, 1))

    def test_new_car_gets_its_plates(self):
        """Stored completeness follows the plates, not the calendar."""
        entry = self.make_case_entry({'business_type': 'new', 'vehicle': {'license_plate': False}})
        archive = entry.archive_id
        before = archive.required_count
        self.assertEqual(self.get_document(archive, 'REGISTRATION').need, 'later')
        with self.at('2027-11-01 09:00'):
            archive.with_user(self.clerk).action_update_documents()
            self.assertEqual(archive.required_count, before)
        entry.vehicle_id.license_plate = '赣A12345'
        self.assertEqual(archive.required_count, before + 1)
        self.assertIn("Driving licence", archive.missing_text)

    def test_not_needed_with_a_reason(self):
        archive = self.make_case_entry({'business_type': 'r_ren'}).archive_id
        document = self.get_document(archive, 'PROPOSAL')
        wizard = self.env['insurance.archive.document.reason'].with_user(self.clerk)
        with self.refused("Say why"):
            wizard.create({'document_id': document.id, 'mode': 'not_needed', 'reason': " no "}).action_confirm()
        wizard.create({
            'document_id': document.id, 'mode': 'not_needed', 'reason': "Came by telephone"}).action_confirm()
        self.assertEqual((document.state, archive.required_count), ('not_needed', 9))
        self.assertIn("Came by telephone", archive.message_ids[0].body)
        document.with_user(self.clerk).action_needed_again()
        self.assertEqual((document.state, archive.required_count), ('missing', 10))
        self.upload(archive, 'PROPOSAL')
        with self.refused("in the folder already"):
            wizard.create({
                'document_id': document.id, 'mode': 'not_needed', 'reason': "Came by telephone"}).action_confirm()

    def test_own_kind_of_a_store(self):
        kind = self.env['insurance.document.type'].with_user(self.supervisor).create({
            'code': 'GPS', 'name': "GPS form", 'need_new': 'yes', 'need_renewal': 'yes',
            'company_id': self.store.id, 'sequence': 5,
        })
        here = self.make_case_entry({'business_type': 'r_ren'}).archive_id
        elsewhere = self.make_entry(company_id=self.other_store.id, salesperson_id=False).archive_id
        self.assertIn(kind, here.document_ids.type_id)
        self.assertNotIn(kind, elsewhere.document_ids.type_id)
        shared = self.env.ref('dealer_insurance.insurance_document_type_invoice')
        with self.assertRaises(AccessError):
            shared.with_user(self.supervisor).need_new = 'no'
        with self.refused("archived, not deleted"):
            kind.sudo().unlink()
        with self.refused("stays as it is"):
            kind.sudo().code = 'GPS2'
        with self.refused("name the group"):
            kind.sudo().is_sensitive = True

    def test_search_for_what_is_missing(self):
        archive = self.make_case_entry({'business_type': 'r_ren'}).archive_id
        other = self.make_case_entry({'business_type': 'new'}).archive_id
        both = archive | other
        Archive = self.env['insurance.archive'].with_user(self.clerk)
        kind = self.get_document(archive, 'INVOICE').type_id
        domain = [('id', 'in', both.ids), ('missing_type_ids', 'in', kind.ids)]
        self.assertEqual(Archive.search(domain), both.sorted('id', reverse=True))
        self.upload(archive, 'INVOICE')
        self.assertEqual(Archive.search(domain), other)

    def test_lookup(self):
        entry = self.make_case_entry({'business_type': 'r_ren'})
        archive, vehicle = entry.archive_id, entry.vehicle_id
        self.make_entry()
        old = vehicle.license_plate
        vehicle.license_plate = '赣A77777'
        Archive = self.env['insurance.archive'].with_user(self.clerk)
        for text in ('a7777', old, vehicle.vin_sn[-6:], entry.policy_ids[0].policy_no[-8:], vehicle.owner_id.name,
                     archive.name):
            with self.subTest(text=text):
                self.assertEqual(Archive.search([('lookup', 'ilike', text)]), archive)

    def test_form_as_the_clerk(self):
        archive = self.make_case_entry({'business_type': 'r_ren'}).archive_id
        with Form(archive.with_user(self.clerk)) as form:
            form.shelf = "C 3"
        self.assertEqual(archive.shelf, "C 3")
