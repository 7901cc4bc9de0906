from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sales_board_common import SalesBoardCase


@tagged('post_install', '-at_install')
class TestInsuranceSalesBoardPublish(SalesBoardCase):
    """A published board stays as it is; what changes later stands on a later one (R2, T41)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cars = [cls.make_car(consultant=cls.consultant) for _car in range(4)]
        for car in cls.cars[:3]:
            cls.insure(car)
        cls.board = cls.Board.create({'company_id': cls.store.id, 'month': '2026-10-01'})

    def take_back(self, car):
        car.with_user(self.clerk)._take_back(car.delivery_date, self._get_reason('delivery_returned', 'CUSTOMER'))

    def adjustments(self, board, kind='store'):
        return {(f'{row.month:%Y-%m}', row.measure): (row.before, row.after)
                for row in board.adjustment_ids.filtered(lambda row: row.kind == kind)}

    def test_who_and_when(self):
        for role in ('consultant', 'specialist', 'clerk', 'gm', 'group_manager'):
            with self.refused("supervisor publishes", AccessError):
                self.board.with_user(getattr(self, role)).action_publish()
        with self.assertRaises(AccessError):
            self.board.with_user(self.other_supervisor).action_publish()
        with self.at('2026-10-30 23:59'), self.refused("from 2026-10-31, the last day"):
            self.board.with_user(self.supervisor).action_publish()
        self.publish(self.board, '2026-10-31 00:10')
        self.assertRecordValues(self.board, [{
            'state': 'published', 'published_by_id': self.supervisor.id, 'published_on': self.utc('2026-10-31 00:10'),
        }])
        with self.refused("already published"):
            self.board.with_user(self.supervisor).action_publish()

    def test_last_count_is_at_publishing(self):
        self.insure(self.cars[3])
        self.publish(self.board)
        self.assertEqual(self.row(self.board).insured, 4)

    def test_frozen(self):
        self.publish(self.board)
        self.take_back(self.cars[0])
        self.board.with_user(self.supervisor).action_refresh()
        self.Board._cron_refresh()
        self.board.with_user(self.gm).action_view_lines()
        line = self.row(self.board)
        self.assertEqual((line.insured, line.counted), (3, 4))
        for records in (line, line.sudo()):
            with self.refused("published and stays"):
                records.sudo().write({'insured': 1})
        with self.refused("published and stays"):
            line.unlink()
        with self.refused("published and is kept"):
            self.board.unlink()
        with self.refused("published and stays"):
            self.Line.create({'board_id': self.board.id, 'kind': 'team', 'subject_id': 987654})
        self.board.with_user(self.supervisor).comment = "Said at the meeting"
        for values in ({'state': 'live'}, {'published_by_id': self.gm.id}, {'refreshed_on': False}):
            with self.assertRaises(AccessError):
                self.rpc(self.supervisor, self.board, 'write', values)

    def test_state_is_not_made_by_hand(self):
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.Board, 'create', [{'month': '2026-09-01', 'state': 'published'}])
        with self.assertRaises(AccessError):
            self.rpc(self.supervisor, self.board, 'write', {'line_ids': [Command.clear()]})

    def test_reasons_keep_their_words(self):
        reason = self._get_reason('delivery_uninsured', 'RELATIVE')
        self.cars[3].write({'insurance_answer': 'elsewhere', 'uninsured_reason_id': reason.id})
        self.publish(self.board)
        words = reason.name
        reason.name = "Something quite different"
        self.assertEqual(self.row(self.board).uninsured_text, f"{words} 1")

    def test_months_one_after_the_other(self):
        september = self.make_board('2026-09-01')
        self.publish(self.board)
        with self.refused("2026-10 .* is already published; boards are published one after"):
            september.with_user(self.supervisor).action_publish()

    def test_what_changed_stands_on_the_next_board(self):
        self.publish(self.board)
        self.take_back(self.cars[0])
        moved = self.cars[3]
        moved.consultant_id = self.consultant2
        november = self.publish(self.make_board('2026-11-01'), '2026-12-01 09:00')
        self.assertEqual(self.adjustments(november), {
            ('2026-10', 'delivered'): (4, 3), ('2026-10', 'counted'): (4, 3), ('2026-10', 'insured'): (3, 2),
            ('2026-10', 'insured_any'): (3, 2), ('2026-10', 'premium_total'): (3000, 2000),
            ('2026-10', 'premium_commercial'): (3000, 2000),
        })
        people = november.adjustment_ids.filtered(lambda row: row.kind == 'consultant' and row.measure == 'counted')
        self.assertEqual({row.consultant_id: (row.before, row.after) for row in people},
                         {self.consultant: (4, 2), self.consultant2: (0, 1)})
        # told once: the next board tells what is new only
        self.take_back(self.cars[1])
        with self.at('2026-12-10 09:00'):
            december = self.make_board('2026-12-01')
        self.publish(december, '2027-01-02 09:00')
        self.assertEqual(self.adjustments(december)['2026-10', 'insured'], (2, 1))
        with self.at('2027-01-10 09:00'):
            january = self.make_board('2027-01-01')
        self.publish(january, '2027-02-01 09:00')
        self.assertFalse(january.adjustment_ids)

    def test_adjustments_without_premiums_for_sellers(self):
        self.publish(self.board)
        self.take_back(self.cars[0])
        november = self.publish(self.make_board('2026-11-01'), '2026-12-01 09:00')
        Adjustment = self.env['insurance.sales.board.adjustment']
        for role in ('consultant', 'specialist'):
            seen = Adjustment.with_user(getattr(self, role)).search([('board_id', '=', november.id)])
            self.assertTrue(seen)
            self.assertFalse(seen.filtered(lambda row: row.measure.startswith('premium')), role)
        for role in ('clerk', 'gm'):
            seen = Adjustment.with_user(getattr(self, role)).search([('measure', '=', 'premium_total')])
            self.assertEqual(len(seen), 3)  # store, team, consultant
        row = november.adjustment_ids[:1]
        with self.refused("not changed"):
            row.write({'after': 1})
        with self.refused("are kept"):
            row.unlink()

    def test_other_stores_are_left_alone(self):
        other = self.Board.create({'company_id': self.other_store.id, 'month': '2026-10-01'})
        self.publish(self.board)
        self.assertEqual(other.state, 'live')
        self.assertEqual(self.row(other).delivered, 0)
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.Board.create({'company_id': self.store.id, 'month': '2026-10-20'})
