from odoo import models

from ...lib.percent import EMPTY, percent

REASONS = 3  # of a row, the most frequent ones


class InsuranceSalesBoardLine(models.Model):
    """A row of the sales board on paper."""

    _inherit = 'insurance.sales.board.line'

    def _prepare_print_row(self, has_premium):
        """Return the columns of form 2.3 as text."""
        self.ensure_one()
        premiums = {}
        if has_premium:
            average = f'{self.premium_total / self.insured_any:,.0f}' if self.insured_any else EMPTY
            premiums = {'premium': f'{self.premium_total:,.0f}', 'commercial': f'{self.premium_commercial:,.0f}',
                        'average': average}
        return {
            'name': self.display_name, 'team': self.team_id.name or '' if self.kind == 'consultant' else '',
            'rank': str(self.rank_rate) if self.is_ranked else EMPTY, 'rank_sales': str(self.rank_sales or EMPTY),
            'target': str(self.target_cars or EMPTY), 'reached': percent(self.delivered, self.target_cars),
            **{name: str(self[name]) for name in (
                'delivered', 'delivered_retail', 'delivered_second_tier', 'delivered_other', 'counted', 'insured',
                'insured_any', 'compulsory_only', 'proposal_count', 'uninsured_count')},
            'rate': percent(self.insured, self.counted), 'any_rate': percent(self.insured_any, self.counted),
            'aim': percent(self.target_rate, 1) if self.target_rate else EMPTY, 'standing': self.standing,
            'high_limit': percent(self.third_party_count, self.third_party_base),
            'non_motor': percent(self.non_motor_count, self.insured_any),
            'converted': percent(self.proposal_won, self.proposal_count),
            'reasons': ', '.join(f'{label} {cars}' for label, cars in self._get_uninsured()[:REASONS]),
            'follow': '', **premiums,
        }
