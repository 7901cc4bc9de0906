from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import AccidentCase


class TestAccidentReview(AccidentCase):
    """The weekly page of the hotline's book: who signs it, and what it takes (R42, R45, R46)."""

    def page_of_week(self, **vals):
        """Return a report of last week, and its page."""
        with self.at('2026-11-11 10:00'):
            accident = self.make_accident(**vals)
        return accident, accident.page_id

    def test_neither_come_nor_explained(self):
        accident, page = self.page_of_week()
        with self.refused("Line 1: the next action was due"):
            self.sign(page, self.leader)
        self.make_contact(accident, next_action_on=False)
        with self.refused("no next action is planned"):
            self.sign(page, self.leader)
        self.give_up(accident, 'WAIT_PARTS', next_action_on=self.utc('2026-11-20 10:00'))
        self.assertState(accident, 'following')
        self.sign(page, self.leader)
        self.assertEqual((page.state, page.signed_by_id), ('signed', self.leader))

    def test_explained_or_returned(self):
        with self.at('2026-11-11 10:00'):
            one, two, three = (self.make_accident() for _number in range(3))
            self.give_up(one)
            self.make_contact(two, 'returned')
            three.with_user(self.leader)._merge(two)
        self.sign(one.page_id, self.leader)
        self.assertEqual(len(one.page_id._get_lines()), 3)

    def test_signed_explained_and_back_after_all(self):
        """An explained car that comes late is recorded, and does not count as returned after 30 days (K13)."""
        accident, page = self.page_of_week()
        self.give_up(accident)
        self.sign(page, self.leader)
        with self.at('2026-12-20 10:00'):
            self.make_contact(accident, 'returned', user=self.advisor)
            self.assertState(accident, 'returned')
            self.assertFalse(page._check_integrity(page.register_id.ids))
        figures = self.env['insurance.accident']._get_return_figures(
            self.store.ids, date(2026, 11, 1), date(2026, 11, 30))
        self.assertEqual((figures['accidents'], figures['returned'], figures['returned_late']), (1, 0, 1))

    def test_reopened_and_signed_again(self):
        """What came after the first signature is covered by the second."""
        accident, page = self.page_of_week()
        self.give_up(accident)
        self.sign(page, self.leader)
        late = self.make_contact(accident, 'returned')
        self.assertEqual(late.page_version, 1)
        page.with_user(self.gm).action_reopen("Plate was misread")
        self.sign(page, self.leader)
        self.assertFalse(page._check_integrity(page.register_id.ids))
        self.env.flush_all()
        self.env.cr.execute("UPDATE insurance_accident_contact SET returned_on = returned_on - interval '1 day'"
                            " WHERE id = %s", late.ids)
        self.env.invalidate_all()
        found = page._check_integrity(page.register_id.ids)
        self.assertEqual((found.kind, found._get_field_labels()), ('altered', ["Follow-ups"]))

    def test_entry_put_in_behind_the_signature(self):
        accident, page = self.page_of_week()
        self.give_up(accident)
        self.sign(page, self.leader)
        later = self.make_contact(accident, 'noted')
        self.assertFalse(page._check_integrity(page.register_id.ids))
        self.env.flush_all()
        self.env.cr.execute("UPDATE insurance_accident_contact SET page_version = 0 WHERE id = %s", later.ids)
        self.env.invalidate_all()
        self.assertTrue(page._check_integrity(page.register_id.ids))

    def test_who_signs(self):
        accident, page = self.page_of_week()
        self.give_up(accident)
        for user in (self.hotline, self.advisor, self.supervisor, self.claims_clerk):
            with self.assertRaises(UserError):  # or an AccessError, which is one
                self.sign(page, user)
        with self.refused("who writes|cannot review", ValidationError):
            page.register_id.reviewer_id = self.hotline

    def test_car_of_a_signed_line_becomes_known(self):
        accident, page = self.page_of_week(plate='赣Z90001')
        self.give_up(accident)
        self.sign(page, self.leader)
        car, other = self.make_vehicle(), self.make_vehicle()
        accident.with_user(self.hotline).vehicle_id = car
        with self.assertRaises(AccessError):
            accident.with_user(self.hotline).vehicle_id = other
        self.assertFalse(page._check_integrity(page.register_id.ids))

    def test_correction(self):
        accident, page = self.page_of_week(place="Wrong Road")
        self.make_contact(accident, 'returned')
        self.sign(page, self.leader)
        action = accident.with_user(self.hotline).action_correct()
        line = self.env['insurance.accident'].with_user(self.hotline).with_context(**action['context']).create(
            {'place': "Right Road"}).sudo()
        self.assertEqual((line.correction_of_id, line.page_id.supplementary), (accident, True))
        self.assertEqual((accident.state, line.state), ('corrected', 'returned'))
        self.assertEqual((line.plate, line.reported_on, line.place),
                         (accident.plate, accident.reported_on, "Right Road"))
        with self.refused("enter it there"):
            self.make_contact(accident)
        figures = self.env['insurance.accident']._get_return_figures(
            self.store.ids, date(2026, 11, 1), date(2026, 11, 30))
        self.assertEqual((figures['accidents'], figures['returned']), (1, 1))

    def test_review_screen_and_paper(self):
        accident, page = self.page_of_week(is_injury=True, is_insurer_reminded=False)
        self.give_up(accident, content="无")
        shown = page.with_user(self.leader).get_review_page()
        line, = shown['groups'][0]['days'][0]['lines']
        self.assertIn(accident.plate, line['title'])
        self.assertLessEqual({'injury', 'reminder', 'empty'}, {flag['code'] for flag in line['flags']})
        self.assertEqual(len(shown['questions']), 3)
        paper = accident.with_user(self.leader)._prepare_print_lines()[0]
        self.assertIn("Front bumper", str(paper))

    def test_export(self):
        accident, page = self.page_of_week()
        wizard = self.env['insurance.register.export'].with_user(self.leader).create(
            {'date_from': '2026-11-09', 'date_to': '2026-11-15'})
        self.assertEqual(wizard.kind, 'accident')
        self.assertTrue(wizard.action_export())
        other = self.env['insurance.register.export'].with_user(self.leader).create(
            {'date_from': '2026-11-09', 'date_to': '2026-11-15', 'kind': 'renewal'})
        with self.refused("may read no line"):
            other.action_export()
        self.assertEqual(accident.page_id, page)


class TestAccidentRecords(AccidentCase):
    """Own book, shared book, colleague, other store (R40, domain 3.2)."""

    def test_own_and_shared_books(self):
        own = self.make_accident()
        self.assertTrue(own.with_user(self.hotline).has_access('write'))
        self.assertFalse(own.with_user(self.hotline2).has_access('read'))
        for user in (self.leader, self.advisor, self.claims_clerk, self.supervisor, self.gm):
            self.assertTrue(own.with_user(user).has_access('read'), user.name)
        for user in (self.advisor, self.claims_clerk, self.supervisor, self.gm):
            self.assertFalse(own.with_user(user).has_access('write'), user.name)
        for user in (self.group_manager, self.specialist, self.clerk, self.finance, self.other_gm, self.plain):
            self.assertFalse(own.with_user(user).has_access('read'), user.name)
        self.assertEqual(own.with_user(self.advisor).is_frozen, False)
        own.register_id.write({'sharing': 'shared', 'member_ids': [(4, self.hotline2.id)]})
        self.assertTrue(own.with_user(self.hotline2).has_access('write'))
        contact = self.make_contact(own, user=self.hotline2)
        self.assertEqual(contact.user_id, self.hotline2)

    def test_back_doors(self):
        accident = self.make_accident()
        line = accident.with_user(self.hotline)
        for name, value in (('returned_on', '2026-11-18 02:00:00'), ('state', 'returned'), ('page_id', False),
                            ('contact_minutes', 1), ('entered_on', '2026-01-01 00:00:00'), ('reason_id', False),
                            ('duplicate_of_id', accident.id), ('company_id', self.other_store.id)):
            with self.assertRaises(UserError, msg=name):
                self.rpc(self.hotline, line, 'write', {name: value})
        Contact = self.env['insurance.accident.contact']
        with self.assertRaises(UserError):
            self.rpc(self.hotline, Contact, 'create', [{
                'accident_id': accident.id, 'kind': 'noted', 'user_id': self.hotline2.id}])
        with self.assertRaises(UserError):
            self.rpc(self.hotline, Contact, 'create', [{
                'accident_id': accident.id, 'kind': 'noted', 'page_version': 5}])
        with self.assertRaises(UserError):
            self.rpc(self.leader, accident, 'unlink')
