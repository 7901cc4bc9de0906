import psycopg2.errors

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..common import DealerInsuranceCase


class TestInsuranceRenewalContact(DealerInsuranceCase):
    """Contacts: what must be said, and what they do to the case (R6, R8, R14, R16, R17, domain 6.2-6.4)."""

    def setUp(self):
        super().setUp()
        self.case = self.make_case(self.specialist)

    def lost_reason(self, **vals):
        return self.env['insurance.reason'].create({
            'use': 'renewal_lost', 'code': f'T{len(vals)}{"".join(vals)}'.upper(), 'name': "Test reason", **vals,
        })

    # === WHO MAY LOG === #

    def test_own_cases_only(self):
        foreign = self.make_case(self.specialist2)
        for user in (self.specialist, self.consultant, self.clerk, self.gm, self.administrator, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.make_contact(foreign, user=user)
        with self.assertRaises(AccessError):
            self.make_contact(foreign, user=self.other_specialist)
        self.assertFalse(foreign.contact_ids)

    def test_only_the_author_edits(self):
        contact = self.make_contact(self.case)
        for user in (self.specialist2, self.supervisor, self.gm):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, contact, 'write', {'content': "Rewritten by another"})
        contact.content = "Rewritten by the author himself"

    def test_numbered_within_the_case(self):
        first, second = self.make_contact(self.case, when='2026-11-17 10:00'), self.make_contact(self.case)
        other = self.make_contact(self.make_case(self.specialist))
        self.assertEqual((first.sequence, second.sequence, other.sequence), (1, 2, 1))
        self.case.with_user(self.supervisor).specialist_id = self.specialist2
        self.assertEqual(self.make_contact(self.case).sequence, 3)

    # === TEXT, LISTS === #

    def test_content_says_something(self):
        for content in ("ok", "    x    ", "1234"):
            with self.subTest(content=content), self.refused("at least 5 characters", ValidationError):
                self.make_contact(self.case, content=content)

    def test_only_what_is_in_the_list(self):
        wrong = {
            'result_id': self._get_reason('objection', 'PRICE').id,
            'channel_id': self._get_reason('contact_result', 'QUOTED').id,
            'objection_id': self._get_reason('renewal_lost', 'PRICE').id,
            'recommended_insurer_id': self.case.partner_id.id,
        }
        for name, value in wrong.items():
            with self.subTest(field=name), self.refused("is not in the list of", ValidationError):
                self.make_contact(self.case, **{name: value})
        for name, value in (('result_id', self._get_reason('contact_result', 'CONNECTED').id),
                            ('lost_reason_id', self._get_reason('renewal_lost', 'H_PRICE').id)):
            with self.subTest(heading=name), self.refused("is not in the list of", ValidationError):
                self.make_lost(self.case, **{name: value})

    def test_amounts_are_not_negative(self):
        for name in ('quote_commercial', 'quote_compulsory', 'quote_tax', 'lost_price', 'won_premium'):
            with (
                self.subTest(field=name), mute_logger('odoo.sql_db'),
                self.assertRaises(psycopg2.errors.CheckViolation),
            ):
                self.make_contact(self.case, **{name: -1})

    # === DATES === #

    def test_contact_lies_in_the_past(self):
        with self.refused("lies in the past", ValidationError):
            self.make_contact(self.case, when='2026-11-18 10:06')
        self.make_contact(self.case, when='2026-11-18 10:04')  # the clocks differ

    def test_next_date_after_the_contact(self):
        with self.refused("comes after this one", ValidationError):
            self.make_contact(self.case, when='2026-11-18 00:30', next_date='2026-11-18')  # the 17th in UTC
        contact = self.make_contact(self.case, when='2026-11-18 00:30', next_date='2026-11-19')
        self.assertEqual(str(self.case.next_contact_date), '2026-11-19')
        with self.refused("comes after this one", ValidationError):
            contact.next_date = '2026-11-17'

    def test_next_date_within_the_grace(self):
        with self.refused("later than", ValidationError):
            self.make_contact(self.case, next_date='2027-03-21')  # expiry 2026-12-20 and 90 days
        self.make_contact(self.case, next_date='2027-03-20')

    def test_next_date_is_proposed(self):
        Contact = self.env['insurance.renewal.contact'].with_user(self.specialist)
        self.env['insurance.renewal.milestone'].search([('company_id', '=', False)]).active = False
        for days, proposed in ((7, '2026-11-25'), (3, '2026-11-20')):  # the 21st is a Saturday
            self.store.insurance_next_contact_days = days
            form = Form(Contact.with_context(default_renewal_id=self.case.id),
                        'dealer_insurance.insurance_renewal_contact_view_form')
            self.assertEqual(str(form.next_date), proposed)
        form.outcome = 'won'
        self.assertFalse(form.next_date)
        self.assertFalse(self.make_contact(self.case).next_date, "only the form proposes")

    # === LOST === #

    def test_lost_needs_a_reason(self):
        with self.refused("the reason why it is lost", ValidationError):
            self.make_lost(self.case, lost_reason_id=False)

    def test_what_reasons_ask_for(self):
        given = {'needs_insurer': 'lost_insurer_id', 'needs_price': 'lost_price', 'needs_date': 'lost_known_on',
                 'needs_detail': 'lost_detail'}
        complete = {'lost_insurer_id': self.picc.id, 'lost_price': 2900, 'lost_known_on': '2026-11-17',
                    'lost_detail': "Sister works at an agency"}
        empty = dict.fromkeys(complete, False)
        for flag, name in given.items():
            reason = self.lost_reason(**{flag: True})
            with self.subTest(flag=flag), self.refused("also asks for", ValidationError):
                self.make_lost(self.case, **{**complete, name: False, 'lost_reason_id': reason.id})
            case = self.make_case(self.specialist)
            self.make_lost(case, **{**empty, name: complete[name], 'lost_reason_id': reason.id})
            self.assertEqual(case.state, 'lost')
        with self.refused("also asks for", ValidationError):
            reason = self.lost_reason(needs_detail=True, code='D2')
            self.make_lost(self.case, lost_detail="   ", lost_reason_id=reason.id)
        self.make_lost(self.case, **dict(empty, lost_reason_id=self.lost_reason().id))

    def test_lost_needs_a_countermeasure(self):
        """R17: the grievance alone is no record; what was done about it belongs beside it."""
        for countermeasure in (False, "none", "   called   "):
            with self.subTest(countermeasure=countermeasure), self.refused("countermeasure", ValidationError):
                self.make_lost(self.case, countermeasure=countermeasure)
        contact = self.make_lost(self.case)
        with self.refused("countermeasure", ValidationError):
            contact.countermeasure = "nothing"

    def test_leaving_the_base_needs_none(self):
        self.make_lost(self.case, countermeasure=False, lost_known_on='2026-11-17',
                       lost_reason_id=self._get_reason('renewal_lost', 'SOLD').id)
        self.assertEqual(self.case.state, 'invalid')

    def test_case_takes_over_the_loss(self):
        contact = self.make_lost(self.case, when='2026-11-18 00:30')  # the 17th in UTC
        case = self.case.with_user(self.specialist)
        self.assertEqual((case.state, case.lost_contact_id), ('lost', contact))
        self.assertEqual((case.lost_reason_id.code, case.lost_insurer_id, case.lost_price), ('PRICE', self.paic, 3000))
        self.assertEqual(str(case.closed_on), '2026-11-18')
        self.assertFalse(case.next_contact_date or contact.next_date)

    # === WON === #

    def test_won_needs_insurer_and_number(self):
        for values in ({'won_insurer_id': False}, {'won_policy_no': False}, {'won_policy_no': '  '}):
            with self.subTest(values=values), self.refused("policy or application number", ValidationError):
                self.make_won(self.case, **values)
        contact = self.make_won(self.case)
        self.assertEqual((self.case.state, self.case.won_contact_id, self.case.won_insurer_id),
                         ('won', contact, self.picc))

    # === WHAT FOLLOWS FOR THE CASE === #

    def test_results_move_the_case(self):
        for code, state in (('INTERESTED', 'following'), ('QUOTED', 'quoted'), ('APPT', 'appointment'),
                            ('NO_ANSWER', 'appointment'), ('APPT_ISSUE', 'issuing')):
            self.make_contact(self.case, result_id=self._get_reason('contact_result', code).id)
            self.assertEqual(self.case.state, state, code)

    def test_unassigned_case_is_not_worked_on(self):
        case = self.make_case()
        with self.refused("needs a specialist first"):
            self.make_contact(case, user=self.supervisor)

    def test_newest_contact_speaks(self):
        newest = self.make_contact(self.case, when='2026-11-17 15:00', intention='high', next_date='2026-11-30')
        self.make_contact(self.case, when='2026-11-17 10:00', intention='low', next_date='2026-11-20')
        self.assertEqual((self.case.last_contact_id, self.case.intention), (newest, 'high'))
        self.assertEqual((str(self.case.next_contact_date), self.case.contact_count), ('2026-11-30', 2))

    def test_outcome_before_the_newest_contact(self):
        self.make_contact(self.case, when='2026-11-17 15:00')
        with self.refused("has a later contact"):
            self.make_lost(self.case, when='2026-11-17 10:00')
        self.assertEqual(self.case.state, 'following')

    def test_closed_case_takes_no_contact(self):
        for close in (self.make_lost, self.make_won):
            case = self.make_case(self.specialist)
            close(case, when='2026-11-17 10:00')
            for user in (self.specialist, self.supervisor):
                with self.subTest(state=case.state, user=user.login), self.refused("is closed"):
                    self.make_contact(case, user=user)

    def test_outcome_edited_before_signing(self):
        contact = self.make_won(self.case)
        contact.write({'outcome': 'lost', 'lost_reason_id': self._get_reason('renewal_lost', 'PRICE').id,
                       'lost_price': 2900, 'lost_insurer_id': self.paic.id,
                       'countermeasure': "Matched the offer, he had already paid"})
        self.assertEqual((self.case.state, self.case.lost_contact_id), ('lost', contact))
        self.assertFalse(self.case.won_contact_id)
        contact.write({'outcome': 'continue', 'next_date': '2026-11-30'})
        self.assertEqual((self.case.state, self.case.closed_on), ('following', False))

    # === WIN-BACK === #

    def test_win_back_is_the_supervisors(self):
        self.make_lost(self.case, when='2026-11-17 10:00')
        with self.assertRaises(AccessError):
            self.make_contact(self.case, kind='win_back')
        with self.assertRaises(AccessError):
            self.make_contact(self.case, user=self.specialist2, kind='win_back')
        contact = self.make_contact(self.case, user=self.supervisor, kind='win_back', next_date='2026-11-30')
        self.assertEqual((self.case.state, str(self.case.next_contact_date)), ('following', '2026-11-30'))
        self.assertFalse(self.case.lost_contact_id or self.case.closed_on)
        self.assertEqual(contact.register_id.custodian_id, self.supervisor)
        self.make_contact(self.case)  # and the specialist goes on

    def test_win_back_only_of_lost_cases(self):
        for case in (self.case, self.make_case(self.specialist)):
            if case != self.case:
                self.make_won(case, when='2026-11-17 10:00')
            with self.subTest(state=case.state), self.refused("is not lost"):
                self.make_contact(case, user=self.supervisor, kind='win_back')

    def test_win_back_won(self):
        self.make_lost(self.case, when='2026-11-17 10:00')
        contact = self.make_won(self.case, user=self.supervisor, kind='win_back')
        self.assertEqual((self.case.state, self.case.won_contact_id), ('won', contact))

    def test_win_back_with_a_quote(self):
        self.make_lost(self.case, when='2026-11-17 10:00')
        self.make_contact(self.case, user=self.supervisor, kind='win_back',
                          result_id=self._get_reason('contact_result', 'QUOTED').id)
        self.assertEqual(self.case.state, 'following')

    def test_kind_is_not_changed_later(self):
        self.make_lost(self.case, when='2026-11-17 10:00')
        contact = self.make_contact(self.case, user=self.supervisor, kind='win_back')
        for values in ({'kind': 'contact'}, {'renewal_id': self.make_case(self.specialist).id}, {'sequence': 1}):
            with self.subTest(values=values), self.assertRaises(UserError):
                contact.write(values)

    # === CERTIFIED INSURERS === #

    def test_certified_on_the_day_of_the_contact(self):
        agreement = self.env['insurance.insurer.agreement'].search([
            ('company_id', '=', self.store.id), ('insurer_id', '=', self.picc.id)])
        agreement.write({'date_from': '2026-11-17', 'date_to': '2026-11-17'})
        for when, certified in (('2026-11-16 23:59', False), ('2026-11-17 00:00', True), ('2026-11-17 23:59', True),
                                ('2026-11-18 00:00', False)):
            contact = self.make_contact(self.case, when=when, recommended_insurer_id=self.picc.id)
            self.assertEqual(contact.is_certified, certified, when)
        self.assertFalse(self.make_contact(self.case).is_certified)

    def test_certified_in_this_store(self):
        self.assertFalse(self.make_contact(self.make_case(self.other_specialist),
                                           recommended_insurer_id=self.picc.id).is_certified)

    def test_uncertified_may_be_refused(self):
        self.make_contact(self.case, recommended_insurer_id=self.cpic.id)
        self.store.insurance_block_uncertified = True
        with self.refused("has no valid agreement", ValidationError):
            self.make_contact(self.case, recommended_insurer_id=self.cpic.id)
        self.make_contact(self.case, recommended_insurer_id=self.picc.id)
