from odoo import api, fields, models


class InsuranceProposal(models.Model):
    """The plans side by side: one source for the screen, the print and the customer's page."""

    _inherit = 'insurance.proposal'

    comparison_html = fields.Html(string="Comparison", compute='_compute_comparison_html', sanitize=False)

    @api.depends(
        'plan_ids.name', 'plan_ids.insurer_id', 'plan_ids.sequence', 'plan_ids.total', 'plan_ids.is_recommended',
        'plan_ids.discount_total', 'plan_ids.line_ids.limit', 'plan_ids.line_ids.premium',
        'plan_ids.line_ids.deductible', 'plan_ids.line_ids.coverage_id',
    )  # fmt: skip
    def _compute_comparison_html(self):
        for proposal in self:
            proposal.comparison_html = bool(proposal.plan_ids) and self.env['ir.qweb']._render(
                'dealer_insurance.insurance_proposal_comparison',
                {'table': proposal._get_comparison(), 'money': proposal.currency_id.format},
            )

    def _get_comparison(self):
        """Return the plans side by side.

        :return: dict with `plans` (recordset, in order) and `rows`: dicts with `label`, `kind` ('section',
            'coverage', 'money', 'total' or 'text') and `cells`, one per plan: False where a plan does not have it, else
            dict(limit, deductible, premium, why) for a coverage, an amount for money, a text for text
        """
        self.ensure_one()
        _ = self.env._
        plans = self.plan_ids.sorted(lambda plan: (plan.sequence, plan._origin.id or 0))
        rows = [self._compare_money(_("Compulsory insurance"), plans, 'compulsory_premium')]
        chosen = plans.line_ids.coverage_id.sorted(lambda one: (one.sequence, one.id))
        for label, kinds, total in (
            (_("Commercial insurance"), ('main', 'addon'), 'commercial_premium'),
            (_("Non-motor insurance"), ('non_motor',), 'non_motor_premium'),
        ):
            coverages = chosen.filtered(lambda one, kinds=kinds: one.kind in kinds)
            if coverages:
                rows += [self._compare_coverage(coverage, plans) for coverage in coverages]
                rows.append(self._compare_money(label, plans, total))
        rows.append(self._compare_money(_("Premiums together"), plans, 'premium_total'))
        rows.append(self._compare_money(_("Vehicle tax"), plans, 'vehicle_tax'))
        rows.append(self._compare_money(_("To pay"), plans, 'total', kind='total'))
        if any(plans.benefit_ids):
            texts = [
                ', '.join(benefit.name or benefit.type_id.name or '' for benefit in plan.benefit_ids) for plan in plans
            ]
            rows.append({'label': _("The store adds"), 'kind': 'text', 'cells': [text or False for text in texts]})
        return {'plans': plans, 'rows': rows}

    def _compare_money(self, label, plans, name, kind='money'):
        return {'label': label, 'kind': kind, 'cells': [plan[name] or False for plan in plans]}

    def _compare_coverage(self, coverage, plans):
        cells = []
        for plan in plans:
            line = plan.line_ids.filtered(lambda one: one.coverage_id == coverage)[:1]
            cells.append(bool(line) and {
                'limit': line.limit_text,
                'deductible': f'{line.deductible * 100:.4g} %' if line.deductible else False,
                'premium': line.premium,
                'why': line.why,
            })
        label = coverage._get_label(self.is_new_energy, short=True)
        return {'label': label, 'kind': 'coverage', 'coverage': coverage, 'cells': cells}
