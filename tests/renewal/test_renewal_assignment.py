from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .generate_common import RenewalGenerateCase


class RenewalAssignmentCase(RenewalGenerateCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.specialist | cls.specialist2

    @classmethod
    def make_rule(cls, kind, users=None, **vals):
        return cls.env['insurance.renewal.assign.rule'].with_user(cls.supervisor).create({
            'company_id': cls.store.id, 'kind': kind, 'user_ids': [Command.set(users.ids if users else [])], **vals,
        })


@tagged('post_install', '-at_install')
class TestRenewalAssignRule(RenewalAssignmentCase):

    def test_without_rules_cases_wait(self):
        self.make_expiring(salesperson_id=self.specialist.id)
        self.assertFalse(self.generate().specialist_id)

    def test_keeps_last_years_specialist(self):
        entry, sold_by, unknown = (self.make_expiring() for _number in range(3))
        self.make_case(self.specialist2, expiry='2025-12-09', vehicle_id=entry.vehicle_id.id)
        sold_by.salesperson_id = self.specialist
        unknown.salesperson_id = self.consultant
        self.make_rule('keep_last')
        by_car = {case.vehicle_id: case for case in self.generate() if case.source == 'policy'}
        self.assertEqual(by_car[entry.vehicle_id].specialist_id, self.specialist2)
        self.assertEqual(by_car[sold_by.vehicle_id].specialist_id, self.specialist)
        self.assertFalse(by_car[unknown.vehicle_id].specialist_id)
        self.assertEqual([by_car[row.vehicle_id].state for row in (entry, unknown)], ['new', 'unassigned'])
        self.assertTrue(by_car[entry.vehicle_id].assigned_on)
        self.assertFalse(by_car[unknown.vehicle_id].assigned_on)

    def test_who_left_keeps_nothing(self):
        entry = self.make_expiring()
        self.make_case(self.specialist2, expiry='2025-12-09', vehicle_id=entry.vehicle_id.id)
        self.make_rule('keep_last')
        self.specialist2.active = False
        self.assertFalse(self.generate().filtered('source_entry_id').specialist_id)

    def test_first_rule_decides(self):
        other = self.env['fleet.vehicle.model'].create({'name': "Van", 'brand_id': self.brand.id})
        van = self.make_expiring(vehicle_id=self.make_vehicle(model_id=other.id).id)
        near = self.make_expiring(vehicle_id=self.make_vehicle(owner_id=self.make_owner(city="东湖区").id).id)
        rest = self.make_expiring()
        self.make_rule('by_model', self.specialist, model_ids=[Command.set(other.ids)], sequence=1)
        self.make_rule('by_area', self.specialist2, area="西湖区、东湖", sequence=2)
        self.make_rule('by_model', self.specialist, brand_ids=[Command.set(self.brand.ids)], sequence=3)
        by_car = {case.vehicle_id: case.specialist_id for case in self.generate()}
        self.assertEqual([by_car[row.vehicle_id] for row in (van, near, rest)],
                         [self.specialist, self.specialist2, self.specialist])

    def test_balance(self):
        for _number in range(3):
            self.make_case(self.specialist)
        for _number in range(5):
            self.make_expiring()
        self.make_rule('balance')
        made = self.generate().filtered('source_entry_id')
        counts = [len(made.filtered(lambda case, user=user: case.specialist_id == user)) for user in self.both]
        self.assertEqual(counts, [1, 4])  # 3 + 1 and 4

    def test_group_customers_stay_together(self):
        company = self.make_owner(is_company=True)
        cars = [self.make_vehicle(owner_id=self.make_owner(parent_id=company.id).id) for _number in range(4)]
        for car in cars:
            self.make_expiring(vehicle_id=car.id)
        self.make_rule('balance')
        made = self.generate()
        self.assertEqual(made.customer_group_id, company)
        self.assertEqual(len(made.specialist_id), 1)

    def test_other_stores_staff_gets_nothing(self):
        self.make_expiring()
        self.make_rule('balance', self.other_specialist)
        self.assertFalse(self.generate().specialist_id)

    def test_button(self):
        cases = self.make_case() | self.make_case() | self.make_case(self.specialist2)
        self.make_rule('balance', self.specialist)
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, cases, 'action_apply_rules')
        self.rpc(self.supervisor, cases, 'action_apply_rules')
        self.assertEqual(cases.mapped('specialist_id'), self.both)
        self.assertEqual(cases.mapped('state'), ['new'] * 3)
        self.assertEqual(cases[2].specialist_id, self.specialist2)

    def test_incomplete_rules(self):
        with self.assertRaises(ValidationError):
            self.make_rule('by_model')
        with self.assertRaises(ValidationError):
            self.make_rule('by_area', area=" , ")


@tagged('post_install', '-at_install')
class TestAssignmentBudget(RenewalAssignmentCase):
    """What rules and handovers ask the database does not grow with the cars."""

    MARGIN = 12  # queries that depend on who gets cars, and on the days of their calls, not on how many

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rule('keep_last', sequence=1)
        cls.make_rule('by_model', cls.specialist2, model_ids=[Command.set(cls.model.ids)], sequence=2)
        cls.make_rule('by_area', area="东湖", sequence=3)
        cls.make_rule('balance', sequence=4)

    def make_cases(self, number, specialist=None):
        return self.env['insurance.renewal'].union(*(
            self.make_case(specialist, vehicle_id=self.make_vehicle(
                owner_id=self.make_owner(city="东湖区", is_company=bool(index % 3)).id).id)
            for index in range(number)
        ))

    def count(self, call):
        """Return how many queries `call` takes, what it leaves to be written included, with a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_choosing(self):
        """Two or forty cars: the same look-ups."""
        counts = []
        for number in (2, 2, 40):  # the first warms up
            cases = self.make_cases(number).with_user(self.supervisor)
            counts.append(self.count(lambda cases=cases: self.assertEqual(len(cases._allot_by_rules()), len(cases))))
        self.assertEqual(counts[1], counts[2], counts)
        self.assertLessEqual(counts[2], 25)

    def test_assigning(self):
        counts = []
        for number in (2, 2, 22):
            cases = self.make_cases(number).with_user(self.supervisor)
            counts.append(self.count(cases.action_apply_rules))
            self.assertTrue(all(cases.mapped('specialist_id')))
        self.assertLessEqual(counts[2] - counts[1], self.MARGIN, counts)

    def test_handing_over(self):
        counts = []
        for number in (2, 2, 22):
            leaver = self._make_user(f'leaver{len(counts)}', 'group_renewal_specialist')
            cases = self.make_cases(number, leaver)
            for case in cases:
                self.make_contact(case, next_date='2026-11-25')
            wizard = self.env['insurance.renewal.leave'].with_user(self.supervisor).create({
                'company_id': self.store.id, 'user_id': leaver.id, 'reason': "Leaves the store"})
            mails = self.env['mail.mail'].search_count([])
            counts.append(self.count(wizard.action_share))
            self.assertNotIn(leaver, cases.specialist_id)
            self.assertEqual(cases.activity_ids.mapped('user_id'), cases.specialist_id)
            self.assertEqual(self.env['mail.mail'].search_count([]), mails, "no mail for each car")
        self.assertLessEqual(counts[2] - counts[1], self.MARGIN, counts)

    def test_receipt(self):
        """The receipt and its print read as much for twenty cases as for two."""
        counts = []
        for number in (2, 2, 20):
            leaver = self._make_user(f'leaver{len(counts)}', 'group_renewal_specialist')
            self.make_cases(number, leaver)
            receipt = self.env['insurance.renewal.handover'].browse(
                self.env['insurance.renewal.leave'].with_user(self.supervisor).create({
                    'company_id': self.store.id, 'user_id': leaver.id, 'reason': "Leaves the store",
                }).action_share()['res_id'])
            counts.append(self.count(lambda receipt=receipt: self.env['ir.actions.report'].with_user(
                self.supervisor)._render_qweb_html('dealer_insurance.report_insurance_renewal_handover', receipt.ids)))
        self.assertLessEqual(abs(counts[2] - counts[1]), 3, counts)


@tagged('post_install', '-at_install')
class TestRenewalCover(RenewalAssignmentCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.make_case(cls.specialist)
        cls.strange = cls.make_case(cls.other_specialist)

    @classmethod
    def make_cover(cls, user=None, deputy=None, first='2026-11-18', last='2026-11-20', **vals):
        return cls.env['insurance.renewal.cover'].with_user(cls.supervisor).create({
            'company_id': cls.store.id, 'user_id': (user or cls.specialist).id,
            'deputy_id': (deputy or cls.specialist2).id, 'date_from': first, 'date_to': last, **vals,
        })

    def sees(self, user):
        self.env.invalidate_all()
        return self.env['insurance.renewal'].with_user(user).search([('id', 'in', (self.case | self.strange).ids)])

    def test_deputy_works_the_cases(self):
        self.assertFalse(self.sees(self.specialist2))
        self.make_cover()
        self.assertEqual(self.sees(self.specialist2), self.case)
        contact = self.make_contact(self.case, user=self.specialist2)
        self.assertEqual(contact.register_id.custodian_id, self.specialist2)
        self.assertEqual(self.case.specialist_id, self.specialist)
        self.rpc(self.specialist2, self.case, 'write', {'remark': "Calls back on Friday"})
        self.rpc(self.specialist2, self.case.vehicle_id, 'write', {'engine_no': 'HR16 1'})
        self.assertEqual(self.sees(self.specialist), self.case)
        self.assertTrue(self.case.with_user(self.specialist2).is_covered)
        self.assertFalse(self.case.with_user(self.specialist).is_covered)

    def test_only_on_its_days(self):
        """From the first to the last day of the store, without anything being written at either."""
        self.make_cover(first='2026-11-19', last='2026-11-20')
        for moment, seen in (('2026-11-18 23:59', False), ('2026-11-19 00:01', True), ('2026-11-20 23:59', True),
                             ('2026-11-21 00:01', False)):
            with self.subTest(moment=moment), self.at(moment):
                self.assertEqual(bool(self.sees(self.specialist2)), seen)
                if not seen:
                    with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                        self.make_contact(self.case, user=self.specialist2)

    def test_ended_early(self):
        cover = self.make_cover()
        self.assertTrue(self.sees(self.specialist2))
        with self.at('2026-11-19 09:00'):
            cover.date_to = '2026-11-18'
            self.assertFalse(self.sees(self.specialist2))

    def test_one_store_only(self):
        """Who works in two stores is covered in the one that the cover is for."""
        self.specialist.company_ids = [Command.link(self.other_store.id)]
        self.specialist2.company_ids = [Command.link(self.other_store.id)]
        west = self.make_case()
        west.write({'company_id': self.other_store.id})
        west.specialist_id = self.specialist
        self.make_cover()
        Case = self.env['insurance.renewal'].with_user(self.specialist2)
        found = Case.with_context(allowed_company_ids=(self.store + self.other_store).ids).search(
            [('specialist_id', '=', self.specialist.id)])
        self.assertEqual(found, self.case)

    def test_who_makes_them(self):
        with self.assertRaises(AccessError):
            self.env['insurance.renewal.cover'].with_user(self.specialist2).create({
                'user_id': self.specialist.id, 'deputy_id': self.specialist2.id, 'date_to': '2026-12-31'})
        cover = self.make_cover()
        for user in (self.specialist, self.specialist2):
            self.assertTrue(cover.with_user(user).has_access('read'))
            self.assertFalse(cover.with_user(user).has_access('write'))
        self.assertFalse(cover.with_user(self.other_supervisor).has_access('read'))

    def test_wrong_covers(self):
        for vals in ({'deputy': self.consultant}, {'last': '2026-11-17'}, {'deputy': self.specialist}):
            with self.subTest(vals=vals), self.assertRaises(Exception) as caught, mute_logger('odoo.sql_db'), \
                    self.env.cr.savepoint():
                self.make_cover(**vals)
            self.assertNotIsInstance(caught.exception, AccessError)


@tagged('post_install', '-at_install')
class TestRenewalLeave(RenewalAssignmentCase):

    def make_wizard(self, user=None, **vals):
        return self.env['insurance.renewal.leave'].with_user(user or self.supervisor).create({
            'company_id': self.store.id, 'user_id': self.specialist.id, 'reason': "Leaves the store", **vals,
        })

    def share(self, **vals):
        wizard = self.make_wizard(**vals)
        return self.env['insurance.renewal.handover'].browse(wizard.action_share()['res_id'])

    def test_by_the_rules(self):
        self._make_user('specialist3', 'group_renewal_specialist')
        cases = self.env['insurance.renewal'].union(*(self.make_case(self.specialist) for _number in range(4)))
        self.make_contact(cases[0], next_date='2026-11-25')
        closed = self.make_case(self.specialist)
        self.make_won(closed)
        self.make_rule('keep_last')
        receipt = self.share()
        self.assertNotIn(self.specialist, cases.specialist_id)
        self.assertEqual(len(cases.specialist_id), 2)
        self.assertEqual(closed.specialist_id, self.specialist)
        self.assertEqual(receipt.line_ids.renewal_id, cases)
        self.assertEqual({line.renewal_id: line.specialist_id for line in receipt.line_ids},
                         {case: case.specialist_id for case in cases})
        self.assertEqual((receipt.done_by_id, receipt.line_count), (self.supervisor, 4))
        self.assertEqual(receipt.book_ids, cases[0].contact_ids.register_id)
        self.assertIn("Leaves the store", cases[1].message_ids[0].body)
        self.env.invalidate_all()
        self.assertEqual(cases[0].activity_ids.user_id, cases[0].specialist_id)

    def test_to_one_person(self):
        case = self.make_case(self.specialist)
        for successor in (self.env['res.users'], self.specialist, self.consultant, self.other_specialist):
            with self.subTest(successor=successor.login), self.refused("another renewal specialist"):
                self.share(mode='person', specialist_id=successor.id)
        receipt = self.share(mode='person', specialist_id=self.specialist2.id)
        self.assertEqual(case.specialist_id, self.specialist2)
        self.assertEqual(receipt._get_totals(), [(self.specialist2, 1)])

    def test_counts_the_cases_of_who_leaves(self):
        self.make_case()
        self.make_case(self.specialist)
        Wizard = self.env['insurance.renewal.leave'].with_user(self.supervisor)
        nobody = self.env['res.users']
        self.assertEqual([Wizard.new({'user_id': user.id}).case_count for user in (nobody, self.specialist)], [0, 1])

    def test_refused(self):
        with self.refused("no open case"):
            self.share()
        self.make_case(self.specialist)
        with self.refused("why"):
            self.share(reason=" ")
        with self.assertRaises(AccessError):
            self.make_wizard(self.specialist)
        self.specialist2.active = False
        with self.refused("no other"):
            self.share()

    def test_receipt_stays(self):
        self.make_case(self.specialist)
        receipt = self.share()
        for user in (self.supervisor, self.gm):
            with self.assertRaises(AccessError):
                receipt.line_ids.with_user(user).write({'specialist_id': self.specialist.id})
        self.assertFalse(receipt.with_user(self.other_supervisor).has_access('read'))
        html = self.env['ir.actions.report']._render_qweb_html(
            'dealer_insurance.report_insurance_renewal_handover', receipt.ids)[0].decode()
        self.assertIn(self.specialist2.name, html)
        self.assertIn(receipt.line_ids.plate, html)


@tagged('post_install', '-at_install')
class TestInHandElsewhere(RenewalAssignmentCase):

    def test_names_the_store_only(self):
        """T34: the other store's name, nothing of its case or customer."""
        case = self.make_case(self.specialist)
        self.assertFalse(case.with_user(self.specialist).elsewhere_note)
        other = self.make_case(self.other_specialist, vehicle_id=case.vehicle_id.id)
        self.env.invalidate_all()
        seen = case.with_user(self.specialist)
        self.assertEqual(seen.elsewhere_note, self.other_store.name)
        self.assertEqual(seen.vehicle_id.insurance_elsewhere_note, self.other_store.name)
        with self.assertRaises(AccessError):
            other.with_user(self.specialist).read(['state'])
        self.make_won(other)
        self.env.invalidate_all()
        self.assertFalse(seen.elsewhere_note)

    def test_query_budget(self):
        cases = self.env['insurance.renewal'].union(*(self.make_case(self.specialist) for _number in range(12)))
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            cases.sudo().mapped('elsewhere_note')
