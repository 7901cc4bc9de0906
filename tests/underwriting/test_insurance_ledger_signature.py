from psycopg2.errors import ForeignKeyViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


class TestInsuranceLedgerSignature(DealerInsuranceCase):
    """结算对帐: finance signs row by row; what is signed is frozen for everybody, and a change is found (R32, T1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allow_benefits()
        cls.make_rate_card({'product': 'commercial', 'rate': 0.2})
        coverage = cls.env['insurance.coverage'].search([('code', '=', 'VCI-A')])
        cls.entry = cls.make_entry(
            cls.prepare_policy('compulsory', 950),
            cls.prepare_policy(coverage_ids=[Command.create({'coverage_id': coverage.id, 'premium': 3000})]),
            benefit_ids=[Command.create({'type_id': cls._get_reason('benefit_type', 'GIFT').id, 'amount': 100})],
            payment_line_ids=[Command.create({'amount': 3950})], vehicle_tax=420,
        )

    def sign_entry(self, entry=None, user=None):
        return self.rpc(user or self.finance, entry or self.entry, 'action_sign')

    # === SIGNING === #

    def test_finance_signs_a_row(self):
        other = self.make_entry()
        self.sign_entry()
        signature = self.entry.signature_id
        self.assertRecordValues(signature, [{'event': 'signed', 'user_id': self.finance.id, 'sequence': 1,
                                             'previous_digest': False, 'company_id': self.store.id}])
        self.assertEqual((self.entry.is_signed, self.entry.signed_by_id, other.is_signed), (True, self.finance, False))
        self.sign_entry(other)
        self.assertEqual((other.signature_id.sequence, other.signature_id.previous_digest), (2, signature.digest))
        elsewhere = self.make_entry(insurer_id=self.paic.id)
        self.sign_entry(elsewhere)
        self.assertEqual((elsewhere.signature_id.sequence, elsewhere.signature_id.previous_digest), (1, False))

    def test_one_row_at_a_time(self):
        with self.assertRaises(ValueError):
            (self.entry | self.make_entry()).with_user(self.finance).action_sign()

    def test_who_does_not_sign(self):
        for role in ('clerk', 'gm', 'supervisor', 'group_manager', 'administrator', 'consultant', 'plain'):
            with self.subTest(role=role), self.assertRaises(UserError):
                self.sign_entry(user=getattr(self, role))
        with self.refused("Only finance signs"):
            self.entry.action_sign()  # the superuser
        other = self._make_user('other_finance', 'group_finance', self.other_store)
        with self.assertRaises(AccessError):
            self.sign_entry(user=other)
        self.assertFalse(self.entry.is_signed)

    def test_one_does_not_sign_ones_own_entry(self):
        both = self._make_user('both', 'group_policy_clerk')
        both.group_ids += self.env.ref('dealer_insurance.group_finance')
        entered = self.make_entry(user=both)
        registered = self.make_entry(registered=False)
        registered.with_user(both).action_register()
        kept = self.make_entry(clerk_id=both.id)
        for entry in (entered, registered, kept):
            with self.refused("you entered it yourself"):
                self.sign_entry(entry, both)
        self.sign_entry(entered)
        self.store.insurance_allow_self_review = True
        self.sign_entry(registered, both)
        self.assertTrue(entered.is_signed and registered.is_signed)

    def test_what_cannot_be_signed(self):
        draft = self.make_entry(registered=False)
        with self.refused("is not registered yet"):
            self.sign_entry(draft)
        pending = self.make_entry(self.prepare_policy(policy_no=False, application_no='A1'))
        with self.refused("a policy number is missing"):
            self.sign_entry(pending)
        self.sign_entry()
        with self.refused("is signed already"):
            self.sign_entry()

    def test_signature_is_not_written_by_hand(self):
        signature = self.entry.signature_id.browse()
        for user in (self.clerk, self.finance, self.gm, self.administrator):
            for values in ({'signature_id': 1}, {'is_signed': True}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.rpc(user, self.entry, 'write', values)
            with self.subTest(user=user.login, method='create'), self.assertRaises(UserError):
                self.rpc(user, signature, 'create', {'entry_id': self.entry.id, 'user_id': user.id})
        self.sign_entry()
        with self.refused("not given by hand"):
            signature.sudo().create({'entry_id': self.entry.id})
        with self.refused("never changed"):
            self.entry.signature_id.sudo().write({'user_id': self.gm.id})
        with self.refused("never deleted"):
            self.entry.signature_id.sudo().unlink()

    # === FROZEN === #

    def get_changes(self):
        """Return `(record, method, arguments)` of every kind of change below the signed entry."""
        entry, policy = self.entry, self.entry.policy_ids[1]
        coverage, benefit, line = policy.coverage_ids, entry.benefit_ids, entry.payment_line_ids
        changes = [
            (record, 'write', (values,)) for record, values in (
                (entry, {'remark': "x"}), (entry, {'issue_date': '2026-11-17'}), (entry, {'insurer_id': self.paic.id}),
                (entry, {'vehicle_tax': 0}), (entry, {'commercial_premium': 1}),
                (entry, {'owner_id': self.gm.partner_id.id}),
                (entry, {'salesperson_id': self.consultant.id}), (entry, {'insurer_paid_on': '2026-11-18'}),
                (entry, {'policy_ids': [Command.update(policy.id, {'premium': 1})]}),
                (entry, {'policy_ids': [Command.delete(policy.id)]}), (entry, {'benefit_ids': [Command.clear()]}),
                (policy, {'premium': 1}), (policy, {'policy_no': 'X1'}), (policy, {'coverage_ids': [Command.clear()]}),
                (coverage, {'limit': 5}), (benefit, {'amount': 5}), (line, {'amount': 5}),
                (line, {'reference': "x"}), (line.payment_id, {'amount': 5000}), (line.payment_id, {'method': 'cash'}),
                (line.payment_id, {'payer_id': self.gm.partner_id.id}), (line.payment_id, {'reference': "x"}),
            )
        ]
        changes += [(record, 'unlink', ()) for record in (entry, policy, coverage, benefit, line, line.payment_id)]
        return changes + [
            (policy.browse(), 'create', ({'entry_id': entry.id, 'product': 'non_motor', 'premium': 5},)),
            (coverage.browse(), 'create', ({'policy_id': policy.id, 'coverage_id': coverage.coverage_id.id},)),
            (benefit.browse(), 'create', ({'entry_id': entry.id, 'type_id': benefit.type_id.id, 'amount': 5},)),
        ]

    def test_frozen_through_every_door(self):
        self.sign_entry()
        before = self.entry._get_signed_content()
        doors = {
            'clerk by RPC': lambda record, method, args: self.rpc(self.clerk, record, method, *args),
            'administrator by RPC': lambda record, method, args: self.rpc(self.administrator, record, method, *args),
            'general manager by RPC': lambda record, method, args: self.rpc(self.gm, record, method, *args),
            'clerk in sudo': lambda record, method, args: getattr(record.with_user(self.clerk).sudo(), method)(*args),
            'superuser': lambda record, method, args: getattr(record, method)(*args),
        }
        for door, call in doors.items():
            for record, method, args in self.get_changes():
                with self.subTest(door=door, model=record._name, method=method, args=args):
                    with self.assertRaises(UserError), self.cr.savepoint():
                        call(record, method, args)
                    self.env.invalidate_all()
        self.assertEqual(self.entry._get_signed_content(), before)
        self.assertFalse(self.entry.signature_id._get_deviations())

    def test_refusal_names_row_and_signer(self):
        self.sign_entry()
        with self.refused(f"{self.entry.display_name} was checked and signed by Finance on 11/18/2026 and is frozen"):
            self.rpc(self.clerk, self.entry, 'write', {'remark': "x"})

    def test_frozen_for_imported_files(self):
        self.sign_entry()
        self.env['ir.model.data'].create({
            'module': '__test__', 'name': 'signed_entry', 'model': 'insurance.ledger.entry', 'res_id': self.entry.id})
        result = self.entry.browse().with_user(self.clerk).load(['id', 'remark'], [['__test__.signed_entry', "x"]])
        self.assertFalse(result['ids'])
        self.assertIn("is frozen", result['messages'][0]['message'])
        self.assertFalse(self.entry.remark)

    def test_parts_do_not_move_below_a_signed_row(self):
        other = self.make_entry(self.prepare_policy('non_motor', 200), registered=False, benefit_ids=[
            Command.create({'type_id': self.entry.benefit_ids.type_id.id, 'amount': 7})])
        self.sign_entry()
        for part in (other.policy_ids, other.benefit_ids):
            with self.subTest(model=part._name), self.refused("stays there"):
                part.with_user(self.clerk).entry_id = self.entry

    def test_what_goes_on(self):
        """A signed row is delivered, talked about, endorsed; and money may still come in."""
        self.sign_entry()
        self.rpc(self.clerk, self.entry, 'write', {
            'delivered_on': '2026-11-18', 'delivery_id': self._get_reason('policy_delivery', 'ELECTRONIC').id})
        self.rpc(self.clerk, self.entry, 'message_post', body="Handed over")
        self.rpc(self.clerk, self.entry.payment_line_ids, 'create', {'entry_id': self.entry.id, 'amount': 420})
        self.assertEqual((self.entry.amount_received, self.entry.amount_due), (4370, 4370))
        self.assertFalse(self.entry.signature_id._get_deviations())
        row = self.make_follow_up(self.entry, 'endorsement', 'PLATE')
        self.assertEqual((row.state, self.entry.is_signed), ('registered', True))
        self.entry.vehicle_id.license_plate = "赣A12345"
        self.assertNotEqual(self.entry.plate, "赣A12345")

    # === REOPENING === #

    def reopen(self, user, reason="The plate is wrong on the policy"):
        wizard = self.env['insurance.ledger.unsign'].with_user(user).create({'entry_id': self.entry.id,
                                                                             'reason': reason})
        return self.rpc(user, wizard, 'action_unsign')

    def test_general_manager_reopens_with_a_reason(self):
        self.sign_entry()
        signature = self.entry.signature_id
        with self.refused("say why"):
            self.reopen(self.gm, " no ")
        self.reopen(self.gm)
        self.assertFalse(self.entry.signature_id or self.entry.is_signed)
        voided = signature.search([('entry_id', '=', self.entry.id)]) - signature
        self.assertRecordValues(voided, [{'event': 'voided', 'user_id': self.gm.id, 'previous_digest': signature.digest,
                                          'remark': "The plate is wrong on the policy"}])
        self.assertIn("The plate is wrong", ''.join(self.entry.message_ids.mapped('body')))
        self.rpc(self.clerk, self.entry, 'write', {'plate': "赣A12345"})
        self.sign_entry()
        self.assertEqual((self.entry.signature_id.sequence, self.entry.plate), (3, "赣A12345"))
        self.assertFalse(self.entry.signature_id.search([])._get_deviations())

    def test_nobody_else_reopens(self):
        self.sign_entry()
        for role in ('finance', 'clerk', 'supervisor', 'group_manager', 'administrator'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.reopen(getattr(self, role))
            with self.subTest(role=role, door='method'), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.entry, 'action_unsign', "A good reason")
        other_gm = self.other_gm
        with self.assertRaises(AccessError):
            self.rpc(other_gm, self.entry, 'action_unsign', "A good reason")
        self.assertTrue(self.entry.is_signed)

    def test_only_signed_rows_are_reopened(self):
        with self.refused("is not signed"):
            self.reopen(self.gm)

    # === INTEGRITY === #

    def change(self, query, **params):
        self.env.flush_all()
        self.cr.execute(query, params)
        self.env.invalidate_all()

    def find(self):
        """Return what the nightly check tells the general manager of the entry."""
        self.env['insurance.ledger.signature']._cron_check_integrity()
        return '\n'.join(self.entry.activity_ids.mapped('summary'))

    def test_changes_in_the_database_are_found_and_named(self):
        policy = self.entry.policy_ids[1]
        for query, record, label in (
            ("UPDATE insurance_ledger_entry SET vehicle_tax = 1 WHERE id = %(id)s", self.entry, "Vehicle Tax"),
            ("UPDATE insurance_ledger_entry SET insurer_paid_on = '2026-01-01' WHERE id = %(id)s", self.entry,
             "Paid to Insurer on"),
            ("UPDATE insurance_ledger_entry SET number = 99 WHERE id = %(id)s", self.entry, "No."),
            ("UPDATE insurance_policy SET premium = 1 WHERE id = %(id)s", policy, "Policies: Premium"),
            ("UPDATE insurance_policy SET commission_rate = 0.9 WHERE id = %(id)s", policy, "Policies: Rate"),
            ("UPDATE insurance_policy SET ncd_factor = 0.5 WHERE id = %(id)s", policy, "Policies: NCD"),
            ("UPDATE insurance_policy_coverage SET \"limit\" = 7 WHERE id = %(id)s", policy.coverage_ids,
             "Coverages: Limit"),
            ("UPDATE insurance_benefit SET cost = 7 WHERE id = %(id)s", self.entry.benefit_ids, "Benefits: Cost"),
            ("UPDATE insurance_customer_payment SET method = 'cash' WHERE id = %(id)s",
             self.entry.payment_line_ids.payment_id, "Customer Payments: Method"),
            ("DELETE FROM insurance_policy_coverage WHERE id = %(id)s", policy.coverage_ids,
             "Coverages: a row is missing"),
            ("DELETE FROM insurance_benefit WHERE id = %(id)s", self.entry.benefit_ids, "Benefits: a row is missing"),
            ("DELETE FROM insurance_customer_payment_line WHERE id = %(id)s", self.entry.payment_line_ids,
             "Customer Payments: a row is missing"),
            ("DELETE FROM insurance_policy_coverage WHERE policy_id = %(id)s;"
             "DELETE FROM insurance_archive_document WHERE policy_id = %(id)s;"
             "DELETE FROM insurance_policy WHERE id = %(id)s", policy, "Policies: a row is missing"),
            ("INSERT INTO insurance_benefit (entry_id, type_id, amount) SELECT entry_id, type_id, 5"
             " FROM insurance_benefit"
             " WHERE id = %(id)s", self.entry.benefit_ids, "Benefits: a row was added"),
        ):
            with self.subTest(query=query):
                savepoint = self.cr.savepoint()
                self.sign_entry()
                self.assertFalse(self.find())
                self.change(query, id=record.id)
                self.assertIn("Changed after signing", self.find())
                self.assertIn(label, self.find())
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_changes_of_the_signatures_themselves_are_found(self):
        entries = self.entry | self.make_entry() | self.make_entry()
        table = "insurance_ledger_signature"
        for query, sentence in (
            (f"UPDATE {table} SET user_id = {self.gm.id} WHERE entry_id = %(id)s", "Signature 1 was changed"),
            (f"UPDATE {table} SET signed_on = '2026-01-01' WHERE entry_id = %(id)s", "Signature 1 was changed"),
            (f"UPDATE {table} SET content = '{{}}' WHERE entry_id = %(id)s", "Signature 1 was changed"),
            ("UPDATE insurance_ledger_entry SET signature_id = NULL, is_signed = false WHERE id = %(id)s",
             "does not bear the signature"),
        ):
            with self.subTest(query=query):
                savepoint = self.cr.savepoint()
                for entry in entries:
                    self.sign_entry(entry)
                self.change(query, id=self.entry.id)
                self.assertIn(sentence, self.find())
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_deleted_signatures_are_found(self):
        entries = self.entry | self.make_entry() | self.make_entry()
        delete = "DELETE FROM insurance_ledger_signature WHERE sequence = %(at)s AND ledger_id = %(ledger)s"
        unbind = "UPDATE insurance_ledger_entry SET signature_id = NULL WHERE number = %(at)s"
        unbind += " AND ledger_id = %(ledger)s"
        for sequence, sentence in (
            (2, "The signature before no. 3 was changed or is missing"),
            (3, "The last signature of the ledger was changed or is missing"),
        ):
            with self.subTest(sequence=sequence):
                savepoint = self.cr.savepoint()
                for entry in entries:
                    self.sign_entry(entry)
                with mute_logger('odoo.sql_db'), self.assertRaises(ForeignKeyViolation), self.cr.savepoint():
                    self.change(delete, at=sequence, ledger=self.entry.ledger_id.id)
                self.change(unbind, at=sequence, ledger=self.entry.ledger_id.id)
                self.change(delete, at=sequence, ledger=self.entry.ledger_id.id)
                self.find()
                told = '\n'.join(entries.activity_ids.mapped('summary'))
                self.assertIn(sentence, told)
                notice = self.rpc(self.finance, self.entry.ledger_id, 'action_check_signatures')['params']
                self.assertEqual(notice['type'], 'danger')
                self.assertIn(sentence, notice['message'])
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_general_manager_is_told_once(self):
        self.sign_entry()
        self.change("UPDATE insurance_ledger_entry SET vehicle_tax = 1 WHERE id = %(id)s", id=self.entry.id)
        self.find()
        self.find()
        self.assertEqual(self.entry.activity_ids.user_id, self.gm)
        self.assertEqual(len(self.entry.activity_ids), 1)

    def test_check_does_not_cost_a_query_for_each_row(self):
        counts = []
        for number in (2, 12):
            entries = self.env['insurance.ledger.entry'].union(*(self.make_entry() for _row in range(number)))
            for entry in entries:
                self.sign_entry(entry)
            signatures = entries.signature_id
            signatures._get_deviations()
            before = self.cr.sql_log_count
            self.assertFalse(signatures._get_deviations())
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2, counts)
