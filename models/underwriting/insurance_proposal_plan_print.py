from odoo import models
from odoo.tools import formatLang

from ...lib.capital_amount import capital_amount


class InsuranceProposalPlan(models.Model):
    """What the customer reads of a plan; its values for the store stay out (domain 5.8)."""

    _inherit = 'insurance.proposal.plan'

    def _prepare_letter_plan(self):
        """Return the heading and foot of the plan's column: names, mark, total in figures and capitals, benefits."""
        self.ensure_one()
        insurer = self.insurer_id.sudo()  # sudo: names only, for the customer
        accepted = self.proposal_id.accepted_plan_id
        mark = 'recommended' if self.is_recommended and not accepted else ''
        return {
            'id': self.id,
            'name': self.name,
            'title': self._get_letter_title(),
            'insurer': insurer.name,
            'insurer_short_name': insurer.insurer_short_name or insurer.name,
            'hotline': insurer.insurer_hotline,
            'mark': 'accepted' if accepted == self else mark,
            'is_faint': bool(accepted) and accepted != self,
            'total': formatLang(self.env, self.total, digits=2),
            'capital': self.currency_id.name == 'CNY' and capital_amount(self.total),
            'benefits': self._get_letter_benefits(),
        }

    def _get_letter_title(self):
        """Return the name of the plan without its insurer, below whose name it stands."""
        insurer = self.insurer_id.sudo()  # sudo: as above
        for name in (insurer.insurer_short_name, insurer.name):
            rest = name and (self.name or '').removeprefix(name).strip()
            if rest:
                return rest
        return dict(self._fields['level']._description_selection(self.env)).get(self.level)

    def _get_letter_benefits(self):
        """Return the benefits by name. Money is never promised, not even where a store records it (domain 5.8)."""
        benefits = self.benefit_ids.filtered(lambda benefit: not benefit.type_id.is_cash)
        return [benefit.name or benefit.type_id.name for benefit in benefits]

    def _prepare_letter_cell(self, coverage):
        """Return limit, deductible and premium of a coverage, or None where the plan does not have it."""
        line = self.line_ids.filtered(lambda one: one.coverage_id == coverage)[:1]
        if not line:
            return None
        return {
            'limit': coverage._format_limit(line.limit),
            'deductible': line.deductible and f'{line.deductible * 100:.4g} %',
            'premium': formatLang(self.env, line.premium, digits=2),
        }
