import json
from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.json import json_default

from .test_insurance_renewal_target import TargetCase

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


class CloseCase(TargetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env['insurance.renewal'].concat(*(
            cls.make_case(specialist, '2026-10-20') for specialist in (cls.specialist, cls.specialist, cls.specialist2)
        ))
        policy = cls.prepare_policy(premium=3000, start='2026-11-18')
        cls.entry = cls.make_entry(policy, vehicle_id=cls.cases[0].vehicle_id.id)

    def close(self, month='2026-10-01', user=None):
        close = self.env['insurance.month.close'].with_user(user or self.supervisor).create({
            'company_id': self.store.id, 'month': month})
        close.action_close()
        return close

    def value(self, close, code, user=None, adjusts=False):
        """Return `(numerator, denominator)` of one row of the closing, or None."""
        rows = (close.adjustment_ids if adjusts else close.value_ids).filtered(
            lambda row: row.code == code and row.specialist_id.id == (user.id if user else False)
            and row.adjusts_month == adjusts)
        return (rows.numerator, rows.denominator) if rows else None


@tagged('post_install', '-at_install')
class TestMonthClose(CloseCase):
    """Closing freezes; what changes later stands beside it (domain 4)."""

    def test_freezes_store_and_specialists(self):
        close = self.close('2026-10-31')
        self.assertEqual((close.month, close.state, close.closed_by_id), (OCTOBER[0], 'closed', self.supervisor))
        self.assertEqual(self.value(close, 'K3'), (1, 3))
        self.assertEqual(self.value(close, 'K3', self.specialist), (1, 2))
        self.assertEqual(self.value(close, 'K3', self.specialist2), (0, 1))
        row = close.value_ids.filtered(lambda value: value.code == 'K3' and not value.specialist_id)
        self.assertEqual((row.version, row.result), (1, "33.3%"))
        self.assertTrue(row.name and row.formula)

    def test_every_figure_of_the_store_is_frozen(self):
        close = self.close()
        values = self.env['insurance.kpi']._get_values(self.store, *OCTOBER)
        self.assertEqual({row.code for row in close.value_ids if not row.specialist_id},
                         {code for code, rows in values.items() if (self.store.id, False) in rows})

    def test_later_change_is_the_next_closings(self):
        october = self.close()
        self.make_follow_up(self.entry)
        with self.at('2026-12-03 10:00'):
            november = self.close('2026-11-01')
        self.assertEqual(self.value(october, 'K3'), (1, 3))
        self.assertEqual(self.value(november, 'K3', adjusts=OCTOBER[0]), (-1, 0))
        self.assertEqual(self.value(november, 'K3', self.specialist, adjusts=OCTOBER[0]), (-1, 0))
        self.assertIsNone(self.value(november, 'K3', self.specialist2, adjusts=OCTOBER[0]))
        self.assertEqual(self.value(november, 'K3c', adjusts=OCTOBER[0]), (-3000, 0))
        with self.at('2027-01-03 10:00'):
            december = self.close('2026-12-01')
        self.assertFalse(december.adjustment_ids)

    def test_adjusted_twice(self):
        self.close()
        self.renew(self.cases[2], '2026-11-18')
        with self.at('2026-12-03 10:00'):
            november = self.close('2026-11-01')
            self.make_follow_up(self.entry)
            self.make_lost(self.cases[1])
        with self.at('2027-01-03 10:00'):
            december = self.close('2026-12-01')
        self.assertEqual(self.value(november, 'K3', adjusts=OCTOBER[0]), (1, 0))
        self.assertEqual(self.value(december, 'K3', adjusts=OCTOBER[0]), (-1, 0))
        self.assertEqual(self.value(december, 'K5', adjusts=OCTOBER[0]), (1, 0))

    def test_another_formula_is_no_change(self):
        self.close()
        Kpi = self.env.registry['insurance.kpi']
        original = Kpi._get_definitions
        self.patch(Kpi, '_get_definitions', lambda model: {
            code: dict(definition, version=2) for code, definition in original(model).items()})
        self.make_follow_up(self.entry)
        with self.at('2026-12-03 10:00'):
            november = self.close('2026-11-01')
        self.assertFalse(november.adjustment_ids)

    def test_last_year_is_what_was_frozen(self):
        self.close()
        self.make_follow_up(self.entry)
        target = self.make_target('2027-10-01')
        self.assertEqual((target.last_year_cars, target.last_year_rate_text), (1, "33.3%"))

    def test_board_reads_what_was_frozen(self):
        target, own = self.make_target('2026-11-01'), self.make_target('2026-11-01', self.specialist)
        for case in self.cases:
            case.commercial_expiry = '2026-11-20'
        with self.at('2026-12-03 10:00'):
            self.close('2026-11-01')
            self.make_follow_up(self.entry)
            (target + own).invalidate_recordset()
            for row, figures in ((target, (True, 1, 3, 3, 2, 3000, 1, 0)), (own, (True, 1, 2, 2, 1, 3000, 1, 0))):
                self.assertEqual(figures, tuple(row[name] for name in (
                    'is_frozen', 'actual_cars', 'due_net', 'due_gross', 'open_count', 'actual_premium',
                    'expected_cars', 'adjusted_cars')))
        with self.at('2027-01-04 10:00'):
            self.close('2026-12-01')
            target.invalidate_recordset()
            self.assertEqual((target.actual_cars, target.adjusted_cars), (1, -1))

    def test_refused(self):
        with self.refused("not over yet"):
            self.close('2026-11-01')
        close = self.close()
        with self.refused("already closed"):
            close.action_close()
        with self.assertRaises(UniqueViolation), mute_logger('odoo.sql_db'):
            self.close('2026-10-15')
        with self.refused("one after the other"):
            self.close('2026-09-01')

    def test_who_closes(self):
        close = self.env['insurance.month.close'].with_user(self.supervisor).create({'month': '2026-10-01'})
        for user in (self.specialist, self.clerk, self.group_manager, self.other_gm):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.rpc(user, close, 'action_close')
        self.rpc(self.gm, close, 'action_close')
        self.assertEqual(close.closed_by_id, self.gm)

    def test_closed_for_good(self):
        close = self.close()
        for records in (close, close.sudo()):
            for vals in ({'state': 'open'}, {'month': '2026-09-01'}, {'closed_on': False}):
                with self.subTest(vals), self.assertRaises(UserError):
                    records.write(vals)
        with self.refused("is kept"):
            close.sudo().unlink()
        close.remark = "Two cancellations are still to come"

    def test_figures_are_not_changed(self):
        value = self.close().value_ids[0].sudo()
        with self.refused("not changed"):
            value.numerator = 9
        with self.refused("are kept"):
            value.unlink()
        for user in (self.supervisor, self.gm, self.specialist):
            for operation in ('create', 'write', 'unlink'):
                self.assertFalse(value.with_user(user).has_access(operation))

    def test_who_reads_which_figures(self):
        close = self.close()
        Value = self.env['insurance.kpi.value']
        everybody = Value.search([('close_id', '=', close.id)])
        own = Value.with_user(self.specialist).search([])
        self.assertEqual(own.specialist_id, self.specialist)
        self.assertTrue(own.filtered(lambda value: not value.specialist_id))
        for user in (self.supervisor, self.gm, self.group_manager):
            self.assertEqual(Value.with_user(user).search([('close_id', '=', close.id)]), everybody)
        for user in (self.other_supervisor, self.other_gm, self.other_specialist):
            self.assertFalse(Value.with_user(user).search([]))

    def test_rows_behind_a_frozen_figure(self):
        close = self.close()
        value = close.value_ids.filtered(lambda row: row.code == 'K3' and row.specialist_id == self.specialist)
        action = self.rpc(self.supervisor, value, 'action_view_rows')
        self.assertEqual(self.env[action['res_model']].search(action['domain']), self.cases[0])
        action = self.rpc(self.supervisor, value, 'action_view_base')
        self.assertEqual(self.env[action['res_model']].search(action['domain']), self.cases[:2])
        self.assertTrue(json.dumps(action, default=json_default))

    def test_forged_cohorts_are_not_frozen(self):
        """What a browser puts into the context never reaches a frozen figure."""
        close = self.env['insurance.month.close'].with_user(self.supervisor).create({'month': '2026-10-01'})
        forged = {str((self.store, *OCTOBER)): {}}
        close.with_context(insurance_cohorts=forged).action_close()
        self.assertEqual(self.value(close, 'K3'), (1, 3))


@tagged('post_install', '-at_install')
class TestMonthCloseReminder(CloseCase):
    """Last month is listed by itself, and somebody is reminded on the working day set."""

    def test_reminder(self):
        Close = self.env['insurance.month.close']
        for _again in range(2):
            Close._cron_remind()
        close = Close.search([('company_id', '=', self.store.id)])
        self.assertEqual((close.month, close.state), (OCTOBER[0], 'open'))
        self.assertEqual(close.activity_ids.user_id, self.supervisor)
        close.with_user(self.supervisor).action_close()
        self.assertFalse(close.activity_ids)

    def test_working_day(self):
        """1 November 2026 is a Sunday: the third working day is Wednesday the 4th, after a holiday the 5th."""
        close = self.env['insurance.month.close'].create({'company_id': self.store.id, 'month': '2026-10-01'})
        self.assertEqual(close._get_deadline(), date(2026, 11, 4))
        self.env['resource.calendar.leaves'].create({
            'name': "Holiday", 'company_id': self.store.id, 'calendar_id': self.store.resource_calendar_id.id,
            'date_from': self.utc('2026-11-03 00:00'), 'date_to': self.utc('2026-11-03 23:59'),
        })
        self.assertEqual(close._get_deadline(), date(2026, 11, 5))
        self.store.insurance_close_day = 1
        self.assertEqual(close._get_deadline(), date(2026, 11, 2))
