from odoo import models


class InsuranceSalesBoard(models.Model):
    """What follows from a published board: praise for the first (R3), talks with who is behind or last (R4)."""

    _inherit = 'insurance.sales.board'

    def _after_publish(self):
        super()._after_publish()
        self._praise()
        self._prepare_coaching()

    def _praise(self):
        """Propose praise for whoever comes first; several share the place, and nobody is first with no car insured.

        :return: the new commendations
        """
        self.ensure_one()
        # sudo: rows of the board, whoever publishes it
        first = self.sudo().line_ids.filtered(
            lambda line: line.is_ranked and line.rank_rate == 1 and line.insured and line.consultant_id.active)
        return self.env['insurance.commendation']._propose(self.company_id, self.month, [{
            'consultant': line.consultant_id, 'delivered': line.delivered, 'counted': line.counted,
            'insured': line.insured,
        } for line in first])

    def _prepare_coaching(self):
        """Prepare a talk with everybody below the target rate, and with the last of the ranking.

        Below target is who has cars that count, however few; last is only who is ranked. Nobody is talked to about
        cars that are all insured, nor who left.

        :return: the new conversation sheets
        """
        self.ensure_one()
        Coaching = self.env['insurance.coaching']
        if not self.company_id.insurance_coaching:
            return Coaching
        # sudo: rows of the board, whoever publishes it
        lines = self.sudo().line_ids.filtered(lambda line: line.kind == 'consultant' and line.consultant_id.active)
        lowest = max((line.rank_rate for line in lines if line.is_ranked), default=0)
        cars = Coaching._find_cars(self.company_id, self.month)
        rows = []
        for line in lines:
            is_last = line.is_ranked and line.rank_rate == lowest > 1
            if line.insured < line.counted and (line.standing == 'behind' or is_last):
                rows.append({
                    'consultant': line.consultant_id, 'ground': 'below_target' if line.standing == 'behind' else 'last',
                    'delivered': line.delivered, 'counted': line.counted, 'insured': line.insured,
                    'target_rate': line.target_rate,
                    'deliveries': cars.get(line.consultant_id.id, self.env['insurance.delivery']),
                })
        return Coaching._prepare_talks(self.company_id, self.month, rows, self.env.user)
