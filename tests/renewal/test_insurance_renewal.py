import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ...models.renewal.insurance_renewal import CLOSED, OPEN
from ..common import DealerInsuranceCase

WORKED = [state for state in OPEN if state != 'unassigned']
ALLOWED = {
    **{state: {*WORKED, *CLOSED} for state in OPEN},
    'won': {'following', 'lost', 'invalid'},
    'lost': {'following', 'won', 'invalid'},
    'invalid': {'following', 'won', 'lost'},
}  # what the business lets follow on what, written down once more on purpose


class TestInsuranceRenewal(DealerInsuranceCase):
    """The case: one vehicle and expiry, its states, who holds it (domain 2.1, 6.3, R8, R13)."""

    # === IDENTITY AND EXPIRY === #

    def test_one_case_per_vehicle_and_expiry(self):
        case = self.make_case(self.specialist)
        for specialist in (self.specialist, self.specialist2, None):
            with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.UniqueViolation):
                self.make_case(specialist, vehicle_id=case.vehicle_id.id)
        self.make_case(self.specialist, vehicle_id=case.vehicle_id.id, expiry='2027-12-20')
        other_store = self.make_case(self.other_specialist, vehicle_id=case.vehicle_id.id)
        self.assertEqual(other_store.reference_expiry, case.reference_expiry)

    def test_commercial_expiry_decides(self):
        case = self.make_case(self.specialist, expiry='2026-12-20', compulsory_expiry='2026-11-30')
        self.assertEqual(str(case.reference_expiry), '2026-12-20')
        case.with_user(self.specialist).commercial_expiry = False
        self.assertEqual(str(case.reference_expiry), '2026-11-30')

    def test_some_expiry_is_needed(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.CheckViolation):
            self.make_case(self.specialist, expiry=False)

    def test_no_negative_premium(self):
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.errors.CheckViolation):
            self.make_case(self.specialist, commercial_premium=-1)

    def test_days_to_expiry_in_store_time(self):
        case = self.make_case(self.specialist, expiry='2026-11-20')
        for moment, days, color in (('2026-11-13 23:59', 7, 1), ('2026-11-12 23:59', 8, 2), ('2026-11-20 00:30', 0, 1),
                                    ('2026-11-21 00:30', -1, 1), ('2026-09-01 12:00', 80, 0)):
            with self.at(moment):
                case.invalidate_recordset(['days_to_expiry', 'expiry_color'])
                self.assertEqual((case.days_to_expiry, case.expiry_color), (days, color), moment)

    def test_search_by_days_to_expiry(self):
        near = self.make_case(self.specialist, expiry='2026-12-18')
        far = self.make_case(self.specialist, expiry='2026-12-19')
        found = self.env['insurance.renewal'].with_user(self.specialist).search([('days_to_expiry', '<=', 30)])
        self.assertIn(near, found)
        self.assertNotIn(far, found)

    # === STATES === #

    def test_gate(self):
        """Every pair of states, against the table above; the outcomes need their contact."""
        contact = self.make_contact(self.make_case(self.specialist))
        outcome = {'won': 'won_contact_id', 'lost': 'lost_contact_id', 'invalid': 'lost_contact_id'}
        self.env.flush_all()
        for source in ALLOWED:
            case = self.make_case(self.specialist)
            for target in (*OPEN, *CLOSED):
                if target == source:
                    continue
                case.flush_recordset()
                self.env.cr.execute("UPDATE insurance_renewal SET state = %s WHERE id = %s", [source, case.id])
                case.invalidate_recordset()
                values = {'state': target, **({outcome[target]: contact.id} if target in outcome else {})}
                with self.subTest(source=source, target=target):
                    if target in ALLOWED[source]:
                        case.write(values)
                        self.assertEqual(case.state, target)
                    else:
                        with self.refused("cannot become"):
                            case.write(values)

    def test_specialist_moves_an_open_case(self):
        case = self.make_case(self.specialist).with_user(self.specialist)
        for state in ('following', 'quote_requested', 'quoted', 'appointment', 'issuing', 'dormant', 'following'):
            case.state = state
            self.assertEqual(case.state, state)
        with self.refused("cannot become"):
            case.state = 'unassigned'

    def test_no_outcome_by_hand(self):
        case = self.make_case(self.specialist).with_user(self.specialist)
        contact = self.make_contact(case)
        for state, hint in (('won', "press Won"), ('lost', "press Lost"), ('invalid', "press Lost")):
            with self.subTest(state=state), self.refused(hint):
                case.state = state
        for values in ({'state': 'lost', 'lost_contact_id': contact.id},
                       {'state': 'won', 'won_contact_id': contact.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                case.write(values)
        self.assertEqual(case.state, 'following')

    def test_no_closed_case_reopened_by_hand(self):
        case = self.make_case(self.specialist)
        self.make_lost(case)
        for user in (self.specialist, self.supervisor):
            with self.subTest(user=user.login), self.refused("is closed"):
                case.with_user(user).state = 'following'
        self.assertEqual(case.state, 'lost')

    def test_new_case_is_open(self):
        values = {'vehicle_id': self.make_vehicle().id, 'partner_id': self.make_owner().id,
                  'commercial_expiry': '2026-12-20', 'company_id': self.store.id}
        Case = self.env['insurance.renewal'].with_user(self.supervisor)
        for closed in CLOSED:
            with self.subTest(state=closed), self.refused("A new case is open"):
                Case.create(dict(values, state=closed))
            with self.subTest(state=closed, door='context'), self.refused("A new case is open"):
                Case.with_context(default_state=closed).create(values)
        self.env['ir.default'].with_user(self.supervisor).set('insurance.renewal', 'state', 'won', user_id=True)
        with self.refused("A new case is open"):
            Case.create(values)

    def test_results_stored_on_the_case_are_not_written(self):
        case = self.make_case(self.specialist)
        contact = self.make_contact(case)
        reason = self._get_reason('renewal_lost', 'PRICE')
        for values in ({'assigned_on': '2026-01-01'}, {'next_contact_date': '2027-01-01'}, {'contact_count': 9},
                       {'last_contact_on': '2026-11-18 01:00:00'}, {'last_contact_id': contact.id},
                       {'lost_contact_id': contact.id}, {'won_contact_id': contact.id}, {'closed_on': '2026-11-18'},
                       {'lost_reason_id': reason.id}, {'lost_insurer_id': self.picc.id},
                       {'won_insurer_id': self.picc.id}, {'reference_expiry': '2027-06-30'}):
            for user in (self.specialist, self.supervisor):
                with self.subTest(values=values, user=user.login), self.assertRaises(UserError):
                    self.rpc(user, case, 'write', values)

    # === ASSIGNING === #

    def test_born_assigned_or_not(self):
        self.assertEqual(self.make_case().state, 'unassigned')
        case = self.make_case(self.specialist)
        self.assertEqual((case.state, str(case.assigned_on)), ('new', '2026-11-18'))

    def test_first_assignment(self):
        case = self.make_case()
        with self.at('2026-11-19 00:30'):
            case.with_user(self.supervisor).specialist_id = self.specialist
        self.assertEqual((case.state, str(case.assigned_on)), ('new', '2026-11-19'))

    def test_only_supervisors_assign(self):
        case = self.make_case(self.specialist)
        for user in (self.specialist, self.specialist2, self.clerk, self.administrator, self.consultant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, case, 'write', {'specialist_id': self.specialist2.id})
        self.assertEqual(case.specialist_id, self.specialist)

    def test_specialist_of_the_store(self):
        with self.assertRaises(UserError):
            self.make_case().with_user(self.supervisor).specialist_id = self.other_specialist

    def test_worked_case_keeps_a_specialist(self):
        case = self.make_case(self.specialist)
        with self.refused("needs a specialist"):
            case.with_user(self.supervisor).specialist_id = False

    def wizard(self, cases, specialist, reason=False, user=None):
        return self.env['insurance.renewal.assign'].with_user(user or self.supervisor).create({
            'renewal_ids': [Command.set(cases.ids)], 'specialist_id': specialist.id, 'reason': reason,
        })

    def test_wizard(self):
        first, taken = self.make_case(), self.make_case(self.specialist2)
        with self.refused("Say why"):
            self.wizard(first | taken, self.specialist).action_assign()
        self.assertEqual(first.state, 'unassigned')
        self.wizard(first | taken, self.specialist, "Too many calls for one").action_assign()
        self.assertEqual((first | taken).mapped('specialist_id'), self.specialist)
        self.assertEqual((first.state, taken.state), ('new', 'new'))
        self.assertIn("Handed over to Specialist: Too many calls for one", taken.message_ids[:1].body)
        self.assertNotIn("Handed over", first.message_ids[:1].body or '')

    def test_wizard_leaves_those_who_stay(self):
        stays = self.make_case(self.specialist)
        with self.at('2026-11-25 10:00'):
            self.wizard(stays | self.make_case(), self.specialist).action_assign()
        self.assertEqual(str(stays.assigned_on), '2026-11-18')

    def test_wizard_refuses_closed_cases(self):
        case = self.make_case(self.specialist)
        self.make_lost(case)
        with self.refused("closed cases are not handed over"):
            self.wizard(case, self.specialist2, "Holiday").action_assign()

    def test_wizard_is_the_supervisors(self):
        case = self.make_case()
        for user in (self.specialist, self.clerk, self.administrator):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.wizard(case, self.specialist, user=user)
        with self.assertRaises(AccessError):
            self.wizard(case, self.other_specialist, user=self.other_supervisor).action_assign()
        self.assertFalse(case.specialist_id)

    def test_only_the_supervisor_archives(self):
        case = self.make_case(self.specialist)
        for method, args in (('action_archive', ()), ('write', ({'active': False},))):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.specialist, case, method, *args)
        self.rpc(self.supervisor, case, 'action_archive')
        self.assertFalse(case.active)

    def test_worked_case_is_not_deleted(self):
        case = self.make_case(self.specialist)
        self.make_contact(case)
        with self.refused("archive it instead"):
            case.unlink()
        self.make_case().unlink()

    # === PLANNED CALLS === #

    def calls(self, case):
        return self.env['mail.activity'].search(
            Domain('res_model', '=', case._name) & Domain('res_id', '=', case.id)
        )

    def test_one_call_per_case(self):
        case = self.make_case(self.specialist)
        self.assertFalse(self.calls(case))
        self.make_contact(case, when='2026-11-17 10:00', next_date='2026-11-24')
        call = self.calls(case)
        self.assertEqual((call.user_id, str(call.date_deadline)), (self.specialist, '2026-11-24'))
        contact = self.make_contact(case, next_date='2026-11-26')
        self.assertEqual(self.calls(case), call)
        self.assertEqual(str(call.date_deadline), '2026-11-26')
        contact.next_date = '2026-11-27'
        self.assertEqual((self.calls(case), str(call.date_deadline)), (call, '2026-11-27'))

    def test_call_moves_with_the_case(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, next_date='2026-11-24')
        self.assertEqual(self.calls(case).user_id, self.specialist)
        self.wizard(case, self.specialist2, "Holiday").action_assign()
        self.assertEqual(self.calls(case).user_id, self.specialist2)

    def test_call_ends_with_the_case(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-17 10:00', next_date='2026-11-24')
        self.assertTrue(self.calls(case))
        self.make_lost(case)
        self.assertFalse(self.calls(case))
