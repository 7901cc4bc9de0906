from odoo import models


class InsuranceSalesBoardLine(models.Model):
    """A row of the board on the wall."""

    _inherit = 'insurance.sales.board.line'

    def _get_wall_figures(self):
        """Return the figures of one row as plain values, without premiums; rates are None with nothing to divide by."""
        self.ensure_one()

        def ratio(part, whole):
            return part / whole if whole else None

        return {
            'id': self.consultant_id.id, 'name': self.display_name, 'team': self.team_id.name or '',
            'rank': self.rank_rate if self.is_ranked else None, 'standing': self.standing,
            'delivered': self.delivered, 'target': self.target_cars or None,
            'reached': ratio(self.delivered, self.target_cars),
            'counted': self.counted, 'insured': self.insured, 'rate': ratio(self.insured, self.counted),
            'any_rate': ratio(self.insured_any, self.counted), 'compulsory_only': self.compulsory_only,
            'aim': self.target_rate or None, 'uninsured': self.uninsured_count,
            'high_limit': ratio(self.third_party_count, self.third_party_base),
            'non_motor': ratio(self.non_motor_count, self.insured_any),
            'proposals': self.proposal_count, 'won': self.proposal_won,
            'converted': ratio(self.proposal_won, self.proposal_count),
        }
