from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from ..common import DealerInsuranceCase

FORM = 'dealer_insurance.insurance_ledger_entry_view_form'
GRID = 'dealer_insurance.insurance_ledger_entry_view_list_grid'


class TestInsuranceLedgerEntry(DealerInsuranceCase):
    """A row of the ledger from the draft to its number (R31, T30, T33, K19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allow_benefits()

    # === DRAFTS AND REGISTRATION === #

    def test_draft_and_registered(self):
        entry = self.make_entry(registered=False)
        self.assertEqual((entry.state, entry.clerk_id, entry.owner_id), ('draft', self.clerk,
                                                                         entry.vehicle_id.owner_id))
        self.assertEqual((entry.applicant_id, entry.insured_id), (entry.owner_id, entry.owner_id))
        entry.with_user(self.clerk).action_register()
        self.assertEqual((entry.state, entry.registered_by_id, entry.number), ('registered', self.clerk, 1))
        self.assertEqual((entry.vehicle_count, entry.start_date.isoformat(), entry.end_date.isoformat()),
                         (1, '2026-11-20', '2027-11-19'))
        with self.refused("is registered and stays"):
            entry.with_user(self.clerk).unlink()
        with self.refused("correct the row, or take the entry back"):
            entry.policy_ids[0].with_user(self.clerk).unlink()

    def test_each_problem_is_named(self):
        cases = {
            "It has no policy": {'policy_ids': [Command.clear()]},
            "lies in the future": {'issue_date': '2026-11-19'},
            "start and end are missing": {'start_date': False, 'end_date': False},
            "enter the policy number, or the application number": {'policy_no': False},
            "the premium is missing": {'premium': 0},
        }
        for sentence, vals in cases.items():
            with self.subTest(sentence=sentence):
                entry = self.make_entry(self.prepare_policy(), registered=False)
                record = entry if vals.keys() & {'policy_ids', 'issue_date'} else entry.policy_ids
                record.with_user(self.clerk).write(vals)
                with self.refused(sentence):
                    entry.with_user(self.clerk).action_register()
                self.assertEqual(entry.state, 'draft')

    def test_vehicle_problems_are_named(self):
        entry = self.make_entry(vehicle_id=self.make_vehicle(vin_sn=False).id, registered=False)
        with self.refused("The vehicle has no VIN"):
            entry.with_user(self.clerk).action_register()
        entry = self.make_entry(self.prepare_policy(), vehicle_tax=420, registered=False)
        with self.refused("Vehicle tax is collected with the compulsory policy"):
            entry.with_user(self.clerk).action_register()
        entry = self.make_entry(registered=False)
        entry.with_user(self.clerk).business_type = False
        with self.refused("business type is missing"):
            entry.with_user(self.clerk).action_register()

    def test_a_pile_names_every_row_that_is_not_ready(self):
        good = self.make_entry(registered=False)
        bad = [self.make_entry(self.prepare_policy(premium=0), registered=False) for _bad in range(2)]
        with self.refused(f"(?s){bad[0].plate}.*premium is missing.*{bad[1].plate}.*premium is missing"):
            (good | bad[0] | bad[1]).with_user(self.clerk).action_register()
        self.assertEqual(good.state, 'draft')

    def test_only_the_clerk_enters_and_registers(self):
        draft = self.make_entry(registered=False)
        for name in ('supervisor', 'finance', 'gm', 'consultant', 'specialist', 'administrator'):
            user = getattr(self, name)
            with self.subTest(role=name), self.assertRaises(AccessError):
                self.rpc(user, draft, 'action_register')
            with self.subTest(role=name), self.assertRaises(AccessError):
                self.rpc(user, draft.browse(), 'create', {'insurer_id': self.picc.id,
                                                          'vehicle_id': draft.vehicle_id.id})
        self.assertEqual(draft.state, 'draft')

    def test_stamps_are_not_typed(self):
        entry = self.make_entry(registered=False)
        for name, value in (('state', 'registered'), ('number', 9), ('registered_by_id', self.gm.id),
                            ('vehicle_count', 5), ('signature_id', False), ('import_digest', 'x'),
                            ('premium_total', 1), ('history_type', 'new')):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.rpc(self.clerk, entry, 'write', {name: value})
        for context in ({'default_state': 'registered'}, {'default_number': 7}, {'default_is_signed': True}):
            with self.subTest(context=context), self.assertRaises(AccessError):
                self.rpc(self.clerk, entry.browse(), 'create', {
                    'insurer_id': self.picc.id, 'vehicle_id': self.make_vehicle().id}, context=context)

    def test_a_registered_row_keeps_store_and_kind(self):
        both = self._make_user('both_clerk', 'group_policy_clerk')
        both.company_ids += self.other_store
        entry = self.make_entry(user=both)
        for values in ({'company_id': self.other_store.id}, {'entry_type': 'cancellation'}):
            with self.subTest(values=values), self.refused("store, kind and the entry it changes stay"):
                entry.with_user(both).write(values)

    # === REFILING === #

    def test_moves_to_the_ledger_of_another_insurer_or_year(self):
        entry = self.make_entry()
        old = entry.ledger_id
        entry.with_user(self.clerk).insurer_id = self.paic
        self.assertEqual((entry.ledger_id.insurer_id, entry.number), (self.paic, 1))
        self.assertIn("Moved from", entry.message_ids.mapped('body')[0] + ''.join(entry.message_ids.mapped('body')))
        entry.with_user(self.clerk).issue_date = '2025-12-30'
        self.assertEqual((entry.ledger_id.year, entry.number), (2025, 1))
        self.assertEqual(self.make_entry().ledger_id, old)
        with self.refused("lies in the future"):
            entry.with_user(self.clerk).issue_date = '2026-12-01'

    def test_stays_with_its_insurer_once_it_was_changed(self):
        entry = self.make_entry()
        change = self.make_follow_up(entry, 'endorsement', 'PLATE')
        for row in (entry, change):
            with self.refused("its insurer and its vehicle stay"):
                row.with_user(self.clerk).insurer_id = self.paic
        entry.with_user(self.clerk).write({'insurer_id': self.picc.id, 'remark': "Same insurer"})

    # === NUMBERS === #

    def test_application_number_alone(self):
        entry = self.make_entry(self.prepare_policy(policy_no=False, application_no='A 1'))
        self.assertEqual((entry.policy_ids.status, entry.policy_ids.application_no), ('pending', 'A1'))
        self.assertTrue(entry.has_number_missing)
        self.assertIn("policy number is missing", entry.warnings)
        entry.with_user(self.clerk).commercial_no = 'pdaa 1'
        self.assertEqual((entry.policy_ids.policy_no, entry.policy_ids.status), ('PDAA1', 'valid'))
        self.assertFalse(entry.has_number_missing)
        with self.refused("enter the policy number"):
            entry.policy_ids.with_user(self.clerk).write({'policy_no': False, 'application_no': False})

    def test_number_is_unique_with_its_insurer(self):
        entry = self.make_entry(self.prepare_policy(policy_no='PDAA1'))
        with self.refused(f"PDAA1 already: {entry.ledger_id.display_name}"):
            self.make_entry(self.prepare_policy(policy_no='pdaa-1'))
        draft = self.make_entry(self.prepare_policy(), registered=False)
        with self.refused("PDAA1 already"):
            draft.policy_ids.with_user(self.clerk).policy_no = 'PDAA 1'
        elsewhere = self.make_entry(self.prepare_policy(policy_no='PDAA1'), insurer_id=self.paic.id)
        self.assertEqual(elsewhere.state, 'registered')

    def test_number_of_another_store_tells_no_more(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        theirs = self.make_entry(self.prepare_policy(policy_no='PDAA1'), user=clerk)
        with self.refused("PDAA1 already: in another store"):
            self.make_entry(self.prepare_policy(policy_no='PDAA1'))
        with self.assertRaises(ValidationError) as error:
            self.make_entry(self.prepare_policy(policy_no='PDAA1'))
        for secret in (theirs.plate, theirs.owner_id.name, self.other_store.name):
            self.assertNotIn(secret, str(error.exception))

    def test_number_of_a_row_taken_back_is_free_again(self):
        wrong = self.make_entry(self.prepare_policy(policy_no='PDAA1'))
        self.make_follow_up(wrong, reason='MISTAKE')
        right = self.make_entry(self.prepare_policy(policy_no='PDAA1'))
        self.assertEqual((wrong.policy_ids.status, right.policy_ids.status), ('cancelled', 'valid'))
        with self.refused("PDAA1 already"):
            self.make_entry(self.prepare_policy(policy_no='PDAA1'))

    def test_finds_by_any_number_and_plate(self):
        entry = self.make_entry(self.prepare_policy('compulsory', 950, policy_no='PDZA1'),
                                self.prepare_policy(policy_no='PDAA1', application_no='APP7'))
        Entry = self.env['insurance.ledger.entry'].with_user(self.clerk)
        for name, value in (('policy_no', 'APP7'), ('policy_no', 'PDZA1'), ('commercial_no', 'PDAA'),
                            ('compulsory_no', 'PDZA1'), ('plate', entry.plate)):
            self.assertEqual(Entry.search([(name, 'ilike', value)]), entry.with_user(self.clerk), (name, value))
        self.assertFalse(Entry.search([('compulsory_no', '=', 'PDAA1')]))

    # === MONEY === #

    def test_vehicle_tax_is_never_premium(self):
        entry = self.make_entry(vehicle_tax=420, vehicle_tax_arrears=100, vehicle_tax_late_fee=5)
        self.assertRecordValues(entry, [{
            'compulsory_premium': 950, 'commercial_premium': 3000, 'premium_total': 3950, 'vehicle_tax_total': 525,
            'amount_due': 4475,
        }])
        self.make_rate_card({'product': 'compulsory', 'rate': 0.04}, {'product': 'vehicle_tax', 'rate': 0.03})
        taxed, untaxed = self.make_entry(vehicle_tax=420), self.make_entry()
        self.assertEqual(taxed.commission_total, untaxed.commission_total)

    def test_discount_rate(self):
        kind = self._get_reason('benefit_type', 'STORED_VALUE').id
        for policies, amount, rate in (
            ((self.prepare_policy('compulsory', 950), self.prepare_policy(premium=3000)), 300, 0.1),
            ((self.prepare_policy('compulsory', 950),), 95, 0.1),
            ((self.prepare_policy(premium=3000), self.prepare_policy('non_motor', 200)), 0, 0),
        ):
            entry = self.make_entry(*policies, benefit_ids=[Command.create({'type_id': kind, 'amount': amount})])
            self.assertAlmostEqual(entry.discount_rate, rate)
            self.assertEqual(entry.amount_due, entry.premium_total)  # a gift is no money off
            self.assertEqual(entry.benefit_cost, amount)

    def test_rebate_in_money_is_refused(self):
        cash = {'type_id': self._get_reason('benefit_type', 'CASH').id, 'amount': 300}
        with self.refused("a rebate in money, which the store does not allow"):
            self.make_entry(benefit_ids=[Command.create(cash)])
        self.store.insurance_allow_cash_rebate = True
        entry = self.make_entry(benefit_ids=[Command.create(cash)])
        self.assertEqual((entry.discount_total, entry.amount_due), (300, 3650))
        with self.refused("cannot be negative"):
            self.make_entry(benefit_ids=[Command.create(dict(cash, amount=-1))])

    def test_benefits_given_later_need_approval_as_well(self):
        kind = self._get_reason('benefit_type', 'GIFT').id
        entry = self.make_entry(benefit_ids=[Command.create({'type_id': kind, 'amount': 1000})])
        with self.refused("more than what was granted"):
            self.rpc(self.clerk, entry.benefit_ids, 'write', {'amount': 1001})
        with self.refused("more than what was granted"):
            self.rpc(self.clerk, entry, 'write', {'benefit_ids': [Command.create({'type_id': kind, 'amount': 1})]})

    def test_coverages_add_up_to_the_premium(self):
        lines = [('VCI-A', 0, 1800), ('VCI-B', 2000000, 1200)]
        coverages = [Command.create({
            'coverage_id': self.env['insurance.coverage'].search([('code', '=', code)]).id, 'limit': limit,
            'premium': premium,
        }) for code, limit, premium in lines]
        entry = self.make_entry(self.prepare_policy(premium=3000.01, coverage_ids=coverages))
        self.assertEqual((entry.policy_ids.third_party_limit, entry.policy_ids.has_damage), (2000000, True))
        with self.refused("the coverages add up to"):
            self.make_entry(self.prepare_policy(premium=3000.02, coverage_ids=coverages))
        with self.refused("the coverages add up to"):
            entry.policy_ids.coverage_ids[0].with_user(self.clerk).premium = 1700

    def test_start_on_the_29th_of_february(self):
        entry = self.make_entry(self.prepare_policy(start='2024-02-29'), issue_date='2024-02-20')
        self.assertEqual(entry.end_date.isoformat(), '2025-02-27')

    # === TYPING INTO THE ROW === #

    def type_row(self, vehicle=None, view=FORM, **columns):
        vehicle = vehicle or self.make_vehicle()
        with Form(self.env['insurance.ledger.entry'].with_user(self.clerk), view) as form:
            form.insurer_id = self.picc
            form.vehicle_id = vehicle
            for name, value in columns.items():
                setattr(form, name, value)
        return form.record.sudo()

    def test_typed_columns_make_policies(self):
        for view in (FORM, GRID):
            with self.subTest(view=view):
                entry = self.type_row(
                    view=view, compulsory_no=f'PDZA{len(view)}', compulsory_start='2026-12-01', compulsory_premium=950,
                    vehicle_tax=420, commercial_no=f'PDAA{len(view)}', commercial_premium=3120.55,
                    third_party_limit=2000000,
                )
                self.assertRecordValues(entry.policy_ids.sorted('sequence'), [
                    {'product': 'compulsory', 'premium': 950, 'policy_no': f'PDZA{len(view)}'},
                    {'product': 'commercial', 'premium': 3120.55, 'policy_no': f'PDAA{len(view)}'},
                ])
                for policy in entry.policy_ids:  # the other policy begins with the first
                    self.assertEqual((policy.start_date.isoformat(), policy.end_date.isoformat()),
                                     ('2026-12-01', '2027-11-30'))
                entry.with_user(self.clerk).action_register()
                self.assertEqual(entry.premium_total, 4070.55)

    def test_compulsory_alone_makes_one_policy(self):
        entry = self.type_row(compulsory_no='PDZA1', compulsory_start='2026-12-01', compulsory_premium=950)
        self.assertEqual(entry.policy_ids.mapped('product'), ['compulsory'])
        entry.with_user(self.clerk).action_register()

    def test_columns_show_at_once_what_they_make(self):
        with Form(self.env['insurance.ledger.entry'].with_user(self.clerk), FORM) as form:
            form.insurer_id = self.picc
            form.vehicle_id = self.make_vehicle()
            form.compulsory_start = '2026-12-01'
            self.assertEqual(str(form.compulsory_end), '2027-11-30')
            form.compulsory_premium = 950
            form.vehicle_tax = 420
            form.commercial_premium = 3000
            self.assertEqual((str(form.commercial_start), form.premium_total, form.amount_due),
                             ('2026-12-01', 3950, 4370))
            form.compulsory_no = 'PDZA1'
            form.commercial_start = '2026-12-11'
            self.assertEqual((str(form.commercial_end), form.compulsory_no), ('2027-12-10', 'PDZA1'))
            form.commercial_end = '2027-06-30'  # a short term is typed over
            with form.policy_ids.edit(0) as policy:
                self.assertEqual(policy.product, 'compulsory')
                policy.premium = 900
            self.assertEqual((form.compulsory_premium, form.compulsory_no, form.premium_total), (900, 'PDZA1', 3900))
        self.assertEqual(form.record.commercial_end.isoformat(), '2027-06-30')
        self.assertEqual(len(form.record.policy_ids), 2)

    def test_columns_change_policies(self):
        entry = self.type_row(compulsory_no='PDZA1', compulsory_start='2026-12-01', compulsory_premium=950)
        policy = entry.policy_ids
        with Form(entry.with_user(self.clerk), FORM) as form:
            form.compulsory_start = '2026-12-05'
            form.compulsory_premium = 900
        self.assertEqual(entry.policy_ids, policy)
        self.assertEqual((policy.premium, policy.end_date.isoformat()), (900, '2027-12-04'))
        self.rpc(self.clerk, entry, 'write', {'compulsory_start': '2026-12-06', 'commercial_premium': 1000})
        self.assertEqual(policy.end_date.isoformat(), '2027-12-05')
        self.assertEqual(entry.policy_ids.mapped('premium'), [900, 1000])

    def test_cleared_columns_take_a_policy_out_of_a_draft(self):
        entry = self.type_row(compulsory_start='2026-12-01', compulsory_premium=950, commercial_premium=3000)
        empty = {'commercial_no': False, 'commercial_start': False, 'commercial_end': False, 'commercial_premium': 0}
        self.rpc(self.clerk, entry, 'write', empty)
        self.assertEqual(entry.policy_ids.mapped('product'), ['compulsory'])
        registered = self.make_entry()
        with self.refused("start and end are missing"):
            registered.with_user(self.clerk).write(empty)

    def test_two_non_motor_policies_are_not_added_into_one(self):
        entry = self.make_entry(self.prepare_policy('compulsory', 950), self.prepare_policy('non_motor', 200),
                                self.prepare_policy('non_motor', 99), registered=False)
        self.assertEqual(entry.non_motor_premium, 299)
        with Form(entry.with_user(self.clerk), FORM) as form:
            form.compulsory_premium = 900
        self.assertEqual(entry.policy_ids.mapped('premium'), [900, 200, 99])
        entry.with_user(self.clerk).non_motor_premium = 349
        self.assertEqual(entry.policy_ids.mapped('premium'), [900, 250, 99])

    # === THE NEXT YEAR === #

    def test_renewed_from_last_year(self):
        with self.at('2025-11-20 10:00'):
            entry = self.make_entry(self.prepare_policy('compulsory', 950, '2025-12-01'),
                                    self.prepare_policy('commercial', 3000, '2025-12-11'), vehicle_tax=420)
        action = self.rpc(self.clerk, entry, 'action_renew')
        draft = entry.browse(action['res_id'])
        self.assertEqual(draft.policy_ids.mapped(lambda policy: (policy.product, policy.start_date.isoformat())),
                         [('compulsory', '2026-12-01'), ('commercial', '2026-12-11')])
        self.assertFalse(any(draft.policy_ids.mapped('policy_no')) or draft.premium_total)
        self.assertEqual((draft.applicant_id, draft.previous_entry_id), (entry.applicant_id, entry))
        entry.vehicle_id.owner_id = self.make_owner()
        sold = entry.browse(self.rpc(self.clerk, entry, 'action_renew')['res_id'])
        self.assertEqual((sold.owner_id, sold.applicant_id), (entry.vehicle_id.owner_id, entry.vehicle_id.owner_id))

    # === THE CAR === #

    def test_car_is_found_by_plate_former_plate_and_vin(self):
        vehicle = self.make_vehicle(license_plate="赣A12345")
        vehicle.license_plate = "赣B67890"
        Vehicle = self.env['fleet.vehicle'].with_user(self.clerk).with_context(show_vin=True)
        for typed in ("赣B67890", "b67890", "赣B·67890", "赣A12345", vehicle.vin_sn, vehicle.vin_sn[-8:].lower()):
            with self.subTest(typed=typed):
                self.assertEqual(Vehicle.name_search(typed), [(vehicle.id, f"赣B67890 · {vehicle.vin_sn}")])
        plain = self._make_user('fleet_only')
        plain.group_ids += self.env.ref('fleet.fleet_group_user')
        self.assertTrue(self.env['fleet.vehicle'].with_user(plain).name_search("赣A12345"))

    def test_new_car_from_what_was_typed(self):
        Vehicle = self.env['fleet.vehicle'].with_user(self.clerk)
        view = 'dealer_insurance.fleet_vehicle_view_form_quick'
        vin = self.make_vin(999)
        for typed, expected in (("赣A54321", ("赣A54321", False)), (vin.lower(), (False, vin))):
            with self.subTest(typed=typed):
                form = Form(Vehicle.with_context(default_license_plate=typed), view)
                self.assertEqual((form.license_plate, form.vin_sn), expected)
                form.vin_sn = vin if typed != vin.lower() else self.make_vin(998)
                form.model_id = self.model
                form.owner_id = self.make_owner()
                self.assertEqual(form.save().owner_id, form.owner_id)

    def test_other_store_is_out_of_reach(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        entry = self.make_entry()
        for method, args in (('read', (['remark'],)), ('write', ({'remark': "x"},)), ('action_register', ()),
                             ('action_follow_up', ()), ('action_renew', ()), ('action_sign', ())):
            with self.subTest(method=method), self.assertRaises(UserError):
                self.rpc(clerk, entry, method, *args)
