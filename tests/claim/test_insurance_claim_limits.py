from datetime import date
from io import BytesIO

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, ValidationError

from .claim_common import ClaimCase

KIND = 'dealer_insurance.mail_activity_type_claim_limit'


class TestInsuranceClaimLimits(ClaimCase):
    """What insurers owe by when (5.7): dates, to-dos told once, what is late by the store's day, dunning letters."""

    def submit_both(self, **vals):
        return self.submit(('own_commercial', 700), ('own_compulsory', 300), **vals)

    def get_limits(self, claim):
        return {cost.payer: (cost.limit_kind, cost.limit_due_on) for cost in claim.sudo().cost_ids}

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_claim_limits').method_direct_trigger()
        self.env.invalidate_all()

    def test_each_payer_has_its_own_limit(self):
        claim = self.submit_both()
        self.assertEqual(self.get_limits(claim), {
            'own_commercial': ('decision', date(2026, 12, 18)), 'own_compulsory': ('decision', date(2026, 11, 23))})
        self.assertEqual((claim.limit_kind, claim.limit_due_on), ('decision', date(2026, 11, 23)))
        with self.at('2026-11-20 09:00'):
            claim.with_user(self.claims_clerk).action_insurer_approved()
        self.assertEqual(self.get_limits(claim), dict.fromkeys(
            ('own_commercial', 'own_compulsory'), ('payment', date(2026, 11, 30))))
        self.pay(claim)
        self.assertFalse(claim.limit_due_on)

    def test_days_are_settings_and_old_dates_stay(self):
        before = self.submit_both()
        self.env.flush_all()
        self.store.write({'insurance_claim_compulsory_days': 7, 'insurance_claim_payment_days': 15})
        after = self.submit_both()
        self.assertEqual((before.limit_due_on, after.limit_due_on), (date(2026, 11, 23), date(2026, 11, 25)))

    def test_list_of_documents_and_added_documents(self):
        claim = self.settle(('own_commercial', 700), ('own_compulsory', 300))
        clerk = claim.with_user(self.claims_clerk)
        clerk.applied_on = '2026-11-18'
        self.assertEqual(self.get_limits(claim)['own_compulsory'], ('list', date(2026, 11, 19)))
        self.assertEqual(self.get_limits(claim)['own_commercial'], (False, False))
        clerk.list_received_on = '2026-11-18'
        self.assertFalse(claim.limit_due_on)
        self.tick_documents(claim)
        clerk.action_submit()
        with self.at('2026-11-21 10:00'):
            clerk.action_supplement_documents()
        self.assertEqual(claim.limit_due_on, date(2026, 11, 26))

    def test_wrong_dates_are_refused(self):
        clerk = self.submit_both().with_user(self.claims_clerk)
        for vals, message in (({'applied_on': '2026-11-19'}, "not in the future"),
                              ({'list_received_on': '2026-11-18'}, "first when the claim was filed"),
                              ({'applied_on': '2026-11-18', 'list_received_on': '2026-11-17'}, "came before")):
            with self.subTest(vals=vals), self.refused(message, ValidationError):
                clerk.write(vals)
        with self.assertRaises(AccessError):
            clerk.with_user(self.finance).write({'applied_on': '2026-11-18'})
        with self.assertRaises(AccessError):
            clerk.write({'limit_due_on': '2026-12-31'})

    def test_refusal_notice(self):
        claim = self.submit_both()
        claim.with_user(self.claims_clerk).action_refuse("Driver had no licence", '2026-11-18')
        self.assertEqual((claim.limit_kind, claim.limit_due_on), ('notice', date(2026, 11, 21)))
        claim.with_user(self.claims_clerk).action_note_refusal_notice('2026-11-18')
        self.assertFalse(claim.limit_due_on)

    def test_late_by_the_day_of_the_store(self):
        claim = self.submit_both()
        Claim = self.env['insurance.claim'].with_user(self.claims_clerk)
        for moment, is_late in (('2026-11-23 23:59', False), ('2026-11-24 00:01', True)):
            with self.subTest(moment=moment), self.at(moment):
                self.env.invalidate_all()
                self.assertEqual(claim.is_overdue, is_late)
                self.assertEqual(claim in Claim.search([('is_overdue', '=', True)]), is_late)
                self.assertEqual(claim in Claim.search([('is_overdue', '=', False)]), not is_late)

    def test_clerk_is_told_once_and_no_longer_when_it_is_kept(self):
        claim = self.submit_both()
        self.run_job()
        self.assertFalse(claim.activity_ids)
        with self.at('2026-11-24 01:00'):
            self.run_job()
            self.run_job()
            todo = claim.activity_ids
            self.assertEqual((len(todo), todo.user_id, todo.date_deadline),
                             (1, self.claims_clerk, date(2026, 11, 23)))
            claim.with_user(self.claims_clerk).action_insurer_approved()
            self.run_job()
            self.assertFalse(claim.activity_ids)
        with self.at('2026-12-05 01:00'):
            self.run_job()
            self.assertEqual(claim.activity_ids.date_deadline, date(2026, 12, 4))

    def test_owed_and_ageing(self):
        claim = self.submit_both()
        Owed = self.env['insurance.claim.owed'].with_user(self.claims_clerk)
        with self.at('2026-12-10 09:00'):
            self.env.invalidate_all()
            rows = Owed.search([('claim_id', '=', claim.id)])
            self.assertEqual({row.payer: (row.days, row.bucket, row.open_amount) for row in rows},
                             {'own_compulsory': (17, '30', 300), 'own_commercial': (0, 'current', 700)})
            self.assertEqual(Owed._read_group([('claim_id', '=', claim.id), ('days', '>', 0)], ['insurer_id'],
                                              ['open_amount:sum']), [(self.picc, 300)])
        for role in ('advisor', 'hotline', 'group_manager', 'plain'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                Owed.with_user(getattr(self, role)).search([])

    def dun(self, claim):
        Owed = self.env['insurance.claim.owed'].with_user(self.claims_clerk)
        action = Owed.search([('claim_id', '=', claim.id)]).action_dun()
        return self.env['insurance.claim.dunning'].with_user(self.claims_clerk).search(action['domain'])

    def test_dunning(self):
        claim = self.submit_both()
        with self.refused("None of the rows chosen is late"):
            self.dun(claim)
        with self.at('2026-12-10 09:00'):
            self.env.invalidate_all()
            letter = self.dun(claim)
            self.assertRecordValues(letter, [{'insurer_id': self.picc.id, 'level': '1', 'amount': 300,
                                              'reply_by': date(2026, 12, 17), 'state': 'draft'}])
            self.assertEqual(self.dun(claim), letter)
            self.assertFalse(claim.dunned_on)
            self.rpc(self.claims_clerk, letter, 'action_send')
            self.assertEqual((claim.dunned_on, claim.dunning_level), (date(2026, 12, 10), 1))
            self.check_files(letter)
            with self.refused("stays as it is"):
                letter.note = "Changed"
            with self.refused("stays as it is"):
                letter.line_ids.note = "Changed"
            with self.refused("sent already"):
                letter.action_send()
            with self.refused("stays"):
                letter.unlink()
            second = self.dun(claim)
            self.assertEqual(second.level, '2')
            letter.action_withdraw()
            self.assertFalse(claim.dunned_on)
            self.pay(claim)
            with self.refused("has changed"):
                second.action_send()

    def check_files(self, letter):
        self.assertIn(b'300', letter.letter_id.raw)
        sheet = openpyxl.load_workbook(BytesIO(letter.workbook_id.raw)).active
        rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        self.assertIn("Test Store East: Reminder", rows[0][0])
        self.assertEqual(rows[3][-2:], [17, 300])

    def test_who_duns(self):
        claim = self.submit_both()
        with self.at('2026-12-10 09:00'):
            self.env.invalidate_all()
            letter = self.dun(claim)
            for role in ('gm', 'supervisor'):
                with self.subTest(role=role), self.refused("claims desk or finance"):
                    self.rpc(getattr(self, role), letter, 'action_send')
            with self.assertRaises(AccessError):
                self.rpc(self.claims_clerk, letter, 'write', {'state': 'sent'})
            with self.refused("does not owe", ValidationError):
                self.env['insurance.claim.dunning'].with_user(self.claims_clerk).create({
                    'insurer_id': self.paic.id, 'line_ids': [Command.create({'cost_id': letter.line_ids.cost_id.id})]})
