from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

LIVE = [('state', 'not in', ('draft', 'cancelled'))]


class InsuranceKpi(models.AbstractModel):
    """The figures of claims: K16 and K17 repair referral, K22 and K23 money and differences, K24 duration.

    The specialist of a claim is its service advisor; referral is the store's alone.
    """

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        return {**super()._get_definitions(), **self._get_referral_definitions(), **self._get_claim_definitions()}

    @api.model
    def _get_referral_definitions(self):
        _ = self.env._
        rate = {'unit': 'ratio', 'version': 1, 'method': '_compute_referral', 'rows': '_rows_referral'}
        output = {'unit': 'ratio', 'version': 1, 'method': '_compute_referral_output', 'rows': '_rows_referral_output',
                  'parts': (_("claims with output"), _("policies issued"))}
        return {
            'K16': {**rate, 'name': _("Referral Rate"),
                    'parts': (_("cars insured here and repaired here"), _("the insurers' counts")),
                    'formula': _("cars insured through the store and dispatched here ÷ claims of such cars by the"
                                 " insurer's own list; insurers without a list are left out on both sides")},
            'K16_own': {**rate, 'name': _("Referral Rate, own count"), 'options': {'own': True},
                        'parts': (_("cars insured here and repaired here"), _("accidents known to the hotline")),
                        'formula': _("cars insured through the store and dispatched here ÷ accidents of such cars that"
                                     " the hotline knows or that came without a call")},
            'K17': {**output, 'name': _("Output per Premium"),
                    'formula': _("settlement totals ÷ motor premium issued; tax and third-party cars as the store has"
                                 " set")},
            'K17_gross': {**output, 'name': _("Output per Premium, with tax"),
                          'options': {'net': False, 'third': False},
                          'formula': _("settlement totals of insured cars with tax ÷ motor premium issued")},
            'K17_net': {**output, 'name': _("Output per Premium, without tax"),
                        'options': {'net': True, 'third': False},
                        'formula': _("settlement totals of insured cars without tax ÷ motor premium issued")},
            'K17_third': {**output, 'name': _("Output per Premium, with third-party cars"),
                          'options': {'net': False, 'third': True},
                          'formula': _("settlement totals with tax, third-party cars included ÷ motor premium issued")},
        }

    @api.model
    def _get_claim_definitions(self):
        _ = self.env._
        money = {'version': 1, 'method': '_compute_claim_money', 'rows': '_rows_claim_money'}
        days = {'unit': 'count', 'version': 1, 'method': '_compute_claim_days', 'rows': '_rows_claim_days',
                'parts': (_("claims paid"), _("claims paid"))}
        return {
            'K22': {**money, 'unit': 'money', 'name': _("Claim Receipts expected"),
                    'formula': _("what insurers and third parties owe the store, by date of the settlement sheet")},
            'K23': {**money, 'unit': 'money', 'options': {'what': 'difference'},
                    'name': _("Difference of Claim Receipts"),
                    'formula': _("received less expected, of claims of which nothing more is to come; negative: too"
                                 " little")},
            'K23_rate': {**money, 'unit': 'ratio', 'options': {'what': 'rate'}, 'name': _("Difference Rate of Claims"),
                         'formula': _("differences, too little and too much added up ÷ expected, of these claims")},
            'K24_median': {**days, 'name': _("Claim Duration, median"), 'options': {'share': 0.5},
                           'formula': _("days from report to payment, of claims paid in the month; half took no"
                                        " longer")},
            'K24_p90': {**days, 'name': _("Claim Duration, P90"), 'options': {'share': 0.9},
                        'formula': _("days from report to payment, of claims paid in the month; nine of ten took no"
                                     " longer")},
        }

    # === K16, K17 === #

    @api.model
    def _compute_referral(self, companies, first, last, by_specialist=False, own=False):
        """Return cars repaired here and claims counted, by the insurer's list or by our own count."""
        if by_specialist:
            return {}
        totals = defaultdict(lambda: [0, 0])
        # sudo: sums over claims and policies, of stores that the user may see
        for (company, _insurer), row in self.env['insurance.claim'].sudo()._count_referral(
                companies, first, last).items():
            if own or row['has_figure']:
                totals[company, False][0] += row['cars' if own else 'cars_listed']
                totals[company, False][1] += row['own_count'] if own else row['reported']
        return {key: tuple(sums) for key, sums in totals.items() if any(sums)}

    @api.model
    def _rows_referral(self, part, company, first, last, user, own=False):
        Figure = self.env['insurance.claim.insurer.figure'].sudo()  # sudo: which insurers sent a list
        span = [('company_id', 'in', company.ids), ('month', '>=', first), ('month', '<=', last)]
        if part == 'numerator':
            domain = [*LIVE, ('company_id', 'in', company.ids), ('dispatched_on', '>=', first),
                      ('dispatched_on', '<=', last), ('role', '=', 'own'), ('is_insured_here', '=', True)]
            insurers = Figure.search(span).insurer_id
            return 'insurance.claim', domain + ([] if own else [('insurer_id', 'in', insurers.ids)])
        if not own:
            return 'insurance.claim.insurer.figure', span
        # sudo: which accidents count is worked out over policies
        ids = [row[0] for row in self.env.execute_query(SQL(
            "SELECT accident_id FROM (%s) AS accident WHERE accident_id IS NOT NULL",
            self.env['insurance.claim'].sudo()._get_own_accidents_sql(company, first, last)))]
        return 'insurance.accident', [('id', 'in', ids)]

    @api.model
    def _compute_referral_output(self, companies, first, last, by_specialist=False, net=None, third=None):
        """Return output and premium; without options as each store has set it."""
        if by_specialist:
            return {}
        totals, Claim = defaultdict(lambda: [0, 0]), self.env['insurance.claim'].sudo()  # sudo: as above
        stores = {company.id: company.sudo() for company in companies}
        for (company_id, _insurer), row in Claim._count_referral(companies, first, last).items():
            store = stores[company_id]
            sums = totals[company_id, False]
            sums[0] += Claim._get_output(
                store, row, store.insurance_referral_net if net is None else net,
                store.insurance_referral_third if third is None else third)
            sums[1] += row['premium']
        return {key: (round(output, 2), round(premium, 2)) for key, (output, premium) in totals.items()
                if output or premium}

    @api.model
    def _rows_referral_output(self, part, company, first, last, user, net=None, third=None):
        if part == 'denominator':
            return 'insurance.policy', [
                ('company_id', 'in', company.ids), ('entry_id.state', '=', 'registered'),
                ('product', '!=', 'non_motor'), ('entry_id.issue_date', '>=', first),
                ('entry_id.issue_date', '<=', last)]
        # sudo: a setting of the store, for who reads the figure
        with_third = company.sudo().insurance_referral_third if third is None else third
        domain = [*LIVE, ('company_id', 'in', company.ids), ('sheet_date', '>=', first), ('sheet_date', '<=', last),
                  ('settled_on', '!=', False), ('insurer_id', '!=', False)]
        return 'insurance.claim', domain + ([] if with_third else [('role', '=', 'own')])

    # === K22, K23 === #

    @api.model
    def _compute_claim_money(self, companies, first, last, by_specialist=False, what='expected'):
        """Return expected money, or differences of the claims that are judged, by date of the settlement sheet."""
        self.env['insurance.claim'].flush_model()
        rows = self.env.execute_query(SQL(
            """SELECT company_id, %(user)s, sum(expected_amount), sum(difference_amount) FILTER (WHERE is_judged),
                      sum(abs(difference_amount)) FILTER (WHERE is_judged),
                      sum(expected_amount) FILTER (WHERE is_judged)
                 FROM insurance_claim
                WHERE company_id IN %(companies)s AND sheet_date BETWEEN %(first)s AND %(last)s
                  AND settled_on IS NOT NULL AND state NOT IN ('draft', 'cancelled') GROUP BY 1, 2""",
            user=self._get_advisor_sql(by_specialist), companies=tuple(companies.ids), first=first, last=last,
        )) if companies else ()
        picked = {'expected': lambda row: (row[2], 0), 'difference': lambda row: (row[3], row[5]),
                  'rate': lambda row: (row[4], row[5])}[what]
        return {(row[0], row[1] or False): tuple(round(float(number or 0), 2) for number in picked(row))
                for row in rows}

    @api.model
    def _rows_claim_money(self, part, company, first, last, user, what='expected'):
        domain = [*LIVE, ('company_id', 'in', company.ids), ('sheet_date', '>=', first), ('sheet_date', '<=', last),
                  ('settled_on', '!=', False)]
        if what != 'expected':
            domain.append(('is_judged', '=', True))
            if part == 'numerator':
                domain.append(('difference_amount', '!=', 0))
        return 'insurance.claim', domain + ([('advisor_id', '=', user.id)] if user else [])

    # === K24 === #

    @api.model
    def _compute_claim_days(self, companies, first, last, by_specialist=False, share=0.5):
        """Return the days and the number of the claims paid in the days given."""
        self.env['insurance.claim'].flush_model()
        rows = self.env.execute_query(SQL(
            """SELECT company_id, %(user)s, percentile_cont(%(share)s) WITHIN GROUP (ORDER BY paid_on - reported_on),
                      count(*)
                 FROM insurance_claim
                WHERE company_id IN %(companies)s AND paid_on BETWEEN %(first)s AND %(last)s
                  AND state NOT IN ('draft', 'cancelled') GROUP BY 1, 2""",
            user=self._get_advisor_sql(by_specialist), share=share, companies=tuple(companies.ids), first=first,
            last=last)) if companies else ()
        return {(company, user or False): (days or 0, count) for company, user, days, count in rows}

    @api.model
    def _rows_claim_days(self, part, company, first, last, user, share=0.5):
        domain = [*LIVE, ('company_id', 'in', company.ids), ('paid_on', '>=', first), ('paid_on', '<=', last)]
        return 'insurance.claim', domain + ([('advisor_id', '=', user.id)] if user else [])

    @api.model
    def _get_advisor_sql(self, by_specialist):
        return SQL("advisor_id") if by_specialist else SQL("NULL::int")
