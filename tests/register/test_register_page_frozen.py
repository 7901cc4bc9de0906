import json

import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import SQL, mute_logger

from ..common import DealerInsuranceCase

REFUSALS = {'insurance.reason': UserError, **dict.fromkeys(
    ('res.partner', 'fleet.vehicle', 'res.users'), psycopg2.errors.ForeignKeyViolation,
)}
FROZEN = "was signed by Supervisor on 2026-11-24 and cannot be changed"


class SignedPageCase(DealerInsuranceCase):
    """A page with two lines, signed on Tuesday, 24 November."""

    def setUp(self):
        super().setUp()
        self.case = self.make_case(self.specialist)
        self.contact = self.make_contact(self.case, when='2026-11-17 10:00')
        self.other_line = self.make_contact(self.make_case(self.specialist), when='2026-11-17 11:00')
        self.page = self.contact.page_id.with_env(self.env)
        freezer = self.at('2026-11-24 09:00')
        freezer.start()
        self.addCleanup(freezer.stop)
        self.sign(self.page)


class TestRegisterPageFrozen(SignedPageCase):
    """Signed means frozen, for everyone, through every door (invariant 3, T1)."""

    def setUp(self):
        super().setUp()
        self.system = self._make_user('system')
        self.system.group_ids += self.env.ref('base.group_system')
        self.system.group_ids += self.env.ref('dealer_insurance.group_administrator')
        self.env.flush_all()
        self.before = self.contact._register_canonical()

    def assertFrozen(self):
        self.env.invalidate_all()
        self.assertEqual(self.contact.sudo()._register_canonical(), self.before)
        self.assertEqual(self.page.state, 'signed')

    def test_write_names_page_and_signer(self):
        with self.refused(f"Line 1 of .*W47 · page 1 {FROZEN}"):
            self.contact.content = "Something nicer"
        self.assertFrozen()

    def test_every_stored_field(self):
        contact = self.contact.sudo()
        stamps = contact._register_own_fields | {'renewal_id', 'kind', 'correction_of_id', 'sequence'}
        tried = 0
        for name, field in contact._fields.items():
            if not field.store or name in ('id', 'create_uid', 'create_date', 'write_uid', 'write_date'):
                continue
            value = field.convert_to_write(contact[name], contact)
            with self.subTest(field=name), self.refused("never changed" if name in stamps else FROZEN):
                contact.write({name: value})
            tried += 1
        self.assertGreater(tried, 40)
        self.assertFrozen()

    def test_rpc_by_every_role(self):
        for user in (self.specialist, self.supervisor, self.gm, self.administrator, self.system):
            for method in ('write', 'web_save'):
                args = [{'content': "Forged content"}] + ([{}] if method == 'web_save' else [])
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, self.contact, method, *args)
        self.assertFrozen()

    def test_form(self):
        form = Form(self.contact.with_user(self.specialist), 'dealer_insurance.insurance_renewal_contact_view_form')
        with self.assertRaises(AssertionError):  # the field is read-only on the screen
            form.content = "Something nicer"
        self.assertFrozen()

    def test_import(self):
        Contact = self.contact.with_user(self.specialist).browse()
        result = Contact.load(['.id', 'content'], [[str(self.contact.id), "Imported content"]])
        self.assertFalse(result['ids'])
        self.assertRegex(result['messages'][0]['message'], FROZEN)
        self.assertFrozen()

    def test_superuser_sudo_and_jobs(self):
        for env in (self.env, self.env(user=self.env.ref('base.user_root'), su=True), self.contact.sudo().env):
            with self.refused(FROZEN):
                self.contact.with_env(env).write({'content': "Written by the system"})
        with self.enter_registry_test_mode():
            job = self.env['ir.cron'].create({
                'name': "Touch a line", 'model_id': self.env['ir.model']._get_id(self.contact._name), 'state': 'code',
                'code': f"try:\n    model.browse({self.contact.id}).write({{'content': 'By a job'}})\n"
                        "except UserError as error:\n    log(str(error))",
            })
            job.method_direct_trigger()
        self.assertFrozen()

    def test_context_is_no_key(self):
        context = dict.fromkeys(('tracking_disable', 'import_file', 'install_mode', 'force', 'skip_readonly_check',
                                 'bypass', 'default_page_id', 'active_test'), True)
        with self.refused(FROZEN):
            self.contact.with_context(**context).write({'content': "With a key"})
        self.assertFrozen()

    def test_mixed_write_changes_nothing(self):
        fresh = self.make_contact(self.make_case(self.specialist))
        with self.refused(FROZEN):
            (fresh + self.contact).write({'content': "Both at once"})
        self.assertNotEqual(fresh.content, "Both at once")
        self.assertFrozen()

    def test_commands_on_the_case(self):
        for command in (Command.update(self.contact.id, {'content': "Through the case"}),
                        Command.delete(self.contact.id), Command.unlink(self.contact.id),
                        Command.clear(), Command.set([])):
            with self.subTest(command=command), self.assertRaises(UserError):
                self.case.with_user(self.specialist).write({'contact_ids': [command]})
            with self.subTest(command=command, su=True), self.assertRaises(UserError):
                self.case.write({'contact_ids': [command]})
        self.assertFrozen()

    def test_commands_on_the_page(self):
        signature = self.page.signature_id
        for command in (Command.delete(signature.id), Command.update(signature.id, {'remark': "x"}), Command.clear()):
            with self.subTest(command=command), self.assertRaises(UserError):
                self.page.write({'signature_ids': [command]})
        self.assertEqual(self.page.signature_ids, signature)
        self.assertFrozen()

    # === DELETING, COPYING, ARCHIVING === #

    def test_nothing_is_deleted(self):
        signature = self.page.signature_id
        for records in (self.contact.sudo(), self.page, signature, self.page.register_id, self.case):
            with self.subTest(model=records._name), self.assertRaises(UserError):
                records.unlink()
        fresh = self.make_contact(self.make_case(self.specialist))
        with self.refused("never deleted"):
            fresh.sudo().unlink()
        self.assertFrozen()

    def test_no_deletion_reaches_a_line(self):
        """Deleting what a line refers to must not empty the reference behind the line's back."""
        insurer = self.env['res.partner'].create({'name': "New Insurer", 'is_insurer': True, 'insurer_code': 'NEW'})
        line = self.make_contact(self.make_case(self.specialist), recommended_insurer_id=insurer.id)
        for record in (insurer, self.case.vehicle_id, self.case.partner_id, self.specialist, self.contact.result_id):
            with (
                self.subTest(model=record._name), mute_logger('odoo.sql_db'),
                self.assertRaises(REFUSALS[record._name]),
            ):
                record.unlink()
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(line.recommended_insurer_id, insurer)
        self.assertFrozen()

    def test_copy_is_a_new_line(self):
        copy = self.contact.copy()
        self.assertNotEqual((copy.page_id, copy.line_no), (self.contact.page_id, self.contact.line_no))
        self.assertEqual(copy.entered_on, self.utc('2026-11-24 09:00'))
        self.assertTrue(copy.page_id.supplementary)
        self.assertFalse(copy.is_frozen or copy.review_state)
        self.assertFrozen()

    def test_archiving_the_case_leaves_its_lines(self):
        self.case.with_user(self.supervisor).action_archive()
        self.assertFrozen()
        self.assertEqual(self.page._get_lines(), (self.contact + self.other_line).sudo())

    def test_case_keeps_vehicle_and_store(self):
        """A signed line names car and customer through its case: they are not exchanged below it."""
        other = self.make_vehicle()
        for user in (self.specialist, self.supervisor, self.env.user):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.case.with_user(user).vehicle_id = other
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.case.with_user(user).company_id = self.other_store
        self.assertEqual(self.contact.vehicle_id, self.case.vehicle_id)

    # === PAGE AND BOOK === #

    def test_page_is_not_written(self):
        for values in ({'iso_week': 46}, {'deadline': '2027-01-01'}, {'state': 'open'}, {'signature_id': False},
                       {'page_no': 7}, {'supplementary': True}, {'signed_on': False}, {'version': 0}):
            with self.subTest(values=values), self.refused("A register page is not edited"):
                self.page.write(values)
            with self.subTest(values=values), self.assertRaises(UserError):
                self.rpc(self.gm, self.page, 'write', values)
        self.assertFrozen()

    def test_counters_of_the_book_are_not_written(self):
        book = self.page.register_id
        for values in ({'event_count': 0}, {'last_digest': 'x'}, {'last_page_no': 0}, {'name': 'X'},
                       {'state': 'closed'}, {'opened_on': '2020-01-01'}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.rpc(self.supervisor, book, 'write', values)

    def test_signature_is_not_written(self):
        signature = self.page.signature_id
        with self.refused("never changed"):
            signature.write({'remark': "Perfect"})
        for user in (self.supervisor, self.gm, self.system):
            with self.assertRaises(UserError):
                self.rpc(user, signature, 'write', {'remark': "Perfect"})


class TestRegisterPageRace(DealerInsuranceCase):
    """An edit and a signature at the same moment: both write the page row, so one of them is tried again."""

    def get_row_version(self, page):
        self.env.flush_all()
        return self.env.execute_query(SQL("SELECT ctid::text FROM insurance_register_page WHERE id = %s", page.id))

    def test_edit_and_signature_both_write_the_page(self):
        contact = self.make_contact(self.make_case(self.specialist), when='2026-11-10 10:00')
        page = contact.page_id.with_env(self.env)
        entered = self.get_row_version(page)
        contact.content = "Asked again for the quote, wants it in writing"
        edited = self.get_row_version(page)
        self.assertNotEqual(entered, edited)
        self.sign(page)
        self.assertNotEqual(edited, self.get_row_version(page))


@tagged('post_install', '-at_install')
class TestRegisterPageFrozenHttp(DealerInsuranceCase, HttpCase):
    """The same through the web server, as the least role."""

    def test_rpc_over_http(self):
        contact = self.make_contact(self.make_case(self.specialist), when='2026-11-10 10:00')
        self.sign(contact.page_id)
        self.authenticate(self.specialist.login, self.specialist.login)
        with mute_logger('odoo.http'):
            response = self.url_open(
                '/web/dataset/call_kw/insurance.renewal.contact/write',
                data=json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': 'call', 'params': {
                    'model': 'insurance.renewal.contact', 'method': 'write',
                    'args': [[contact.id], {'content': "Over the wire"}], 'kwargs': {},
                }}),
                headers={'Content-Type': 'application/json'},
            ).json()
        self.assertEqual(response['error']['data']['name'], 'odoo.exceptions.UserError')
        self.assertRegex(response['error']['data']['message'], "was signed by Supervisor")
        self.env.invalidate_all()
        self.assertNotEqual(contact.content, "Over the wire")
