from odoo import Command

from .sales_common import SalesKpiCase


class SalesBoardCase(SalesKpiCase):
    """A showroom of two consultants in a team, one more without cars, and the board of October 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant3 = cls._make_user('consultant3', 'group_sales_consultant')
        cls.team = cls.env['insurance.sales.team'].create({
            'name': "Team East", 'company_id': cls.store.id,
            'member_ids': [Command.set((cls.consultant + cls.consultant2).ids)],
        })
        cls.Board, cls.Line = cls.env['insurance.sales.board'], cls.env['insurance.sales.board.line']
        cls.store.insurance_rank_minimum = 1

    def make_cars(self, consultant, insured, uninsured, day='2026-10-15'):
        cars = [self.make_car(day, consultant) for _car in range(insured + uninsured)]
        for car in cars[:insured]:
            self.insure(car, day=day)
        return cars

    def make_board(self, month='2026-10-01'):
        return self.Board.create({'company_id': self.store.id, 'month': month})

    def row(self, board, kind='store', subject=None):
        board.invalidate_recordset()
        return board.line_ids.filtered(
            lambda line: line.kind == kind and line.subject_id == (subject.id if subject else 0))

    def publish(self, board, day='2026-11-02 10:00'):
        with self.at(day):
            board.with_user(self.supervisor).action_publish()
        return board
