from odoo import api, models


class InsuranceKpi(models.AbstractModel):
    """How far the confirmed targets were reached (K12): in cars, in premium, and against what was confirmed first."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        aim = {'unit': 'ratio', 'version': 1, 'method': '_compute_target', 'rows': '_rows_target'}
        return {
            **super()._get_definitions(),
            'K12': {**aim, 'name': _("Target Reached (cars)"), 'options': {'aim': 'cars'},
                    'formula': _("renewed cars ÷ confirmed target")},
            'K12_premium': {**aim, 'name': _("Target Reached (premium)"), 'options': {'aim': 'premium'},
                            'formula': _("premium of the renewed ÷ confirmed target")},
            'K12_original': {**aim, 'name': _("First Target Reached (cars)"), 'options': {'aim': 'original_cars'},
                             'formula': _("renewed cars ÷ the target as it was first confirmed")},
        }

    @api.model
    def _compute_target(self, companies, first, last, by_specialist=False, aim='cars'):
        """Return what was renewed ÷ the confirmed target; without a target there is nothing to divide by."""
        measured = 'premium' if aim == 'premium' else 'renewed'
        targets = self._get_aims(companies, first, last, by_specialist, aim)
        totals = self._sum_cohorts(companies, first, last, by_specialist)
        return {key: (totals[key][measured] if key in totals else 0, targets.get(key, 0))
                for key in {**totals, **targets}}

    @api.model
    def _get_aims(self, companies, first, last, by_specialist, aim):
        # sudo: targets count, for who may see the figure
        groups = self.env['insurance.renewal.target'].sudo()._read_group(
            [*self._get_aims_domain(companies, first, last), ('specialist_id', '!=' if by_specialist else '=', False)],
            ['company_id', 'specialist_id'], [f'{aim}:sum'])
        return {(company.id, user.id or False): total for company, user, total in groups}

    @api.model
    def _get_aims_domain(self, companies, first, last):
        return [('company_id', 'in', companies.ids), ('state', '=', 'confirmed'), ('month', '>=', first),
                ('month', '<=', last)]

    @api.model
    def _rows_target(self, part, company, first, last, user, aim='cars'):
        if part == 'numerator':
            return self._rows_cohort(part, company, first, last, user)
        return 'insurance.renewal.target', [
            *self._get_aims_domain(company, first, last), ('specialist_id', '=', user.id if user else False)]
