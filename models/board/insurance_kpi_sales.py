from collections import Counter, defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_kpi_cohort import CohortMemo

SUMS = {
    'delivered': SQL("count(*)"),
    'counted': SQL("sum(fact.counted)"),
    'commercial': SQL("sum(fact.counted * fact.commercial)"),
    'any_policy': SQL("sum(fact.counted * fact.any_policy)"),
    'compulsory_only': SQL("sum(fact.counted * fact.compulsory_only)"),
}  # what is added up of the cars handed over; whatever is insured is summed over the cars that count alone


class InsuranceKpi(models.AbstractModel):
    """The figures of the showroom: new-car insured rate K1, deliveries against target K2, proposals won K28."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        insured = {'unit': 'ratio', 'version': 1, 'method': '_compute_insured', 'rows': '_rows_insured',
                   'parts': (_("insured cars"), _("retail cars delivered"))}
        return {
            **super()._get_definitions(),
            'K1': {**insured, 'name': _("New-car Insured Rate"),
                   'formula': _("retail cars of the month with a commercial policy of the store in force ÷ retail cars"
                                " delivered")},
            'K1_any': {**insured, 'name': _("New-car Rate with any Policy"), 'options': {'kind': 'any_policy'},
                       'formula': _("retail cars with a compulsory or commercial policy in force ÷ retail cars"
                                    " delivered")},
            'K1_compulsory': {**insured, 'name': _("New Cars with Compulsory only"), 'unit': 'count',
                              'options': {'kind': 'compulsory_only'},
                              'formula': _("retail cars delivered with a compulsory policy and no commercial one")},
            'K2': {'unit': 'ratio', 'version': 1, 'method': '_compute_deliveries', 'rows': '_rows_deliveries',
                   'parts': (_("all cars delivered"), _("delivery targets")),
                   'name': _("Deliveries against Target"), 'formula': _("cars delivered ÷ delivery target")},
            'K28': {'unit': 'ratio', 'version': 1, 'method': '_compute_proposals', 'rows': '_rows_proposals',
                    'parts': (_("proposals that became a policy"), _("proposals handed over")),
                    'name': _("New-car Proposals Won"),
                    'formula': _("proposals for new cars that became a policy ÷ proposals handed over; those to one"
                                 " customer for one car within 30 days are one")},
        }

    # === DELIVERIES === #

    @api.model
    def _get_delivery_sums(self, companies, first, last, by_specialist):
        """Return what was delivered: `{(company_id, user_id or False): counter of SUMS}`, in one query.

        A store that keeps a list of deliveries at all has its row also for days without any: what is entered later
        for a closed month is then a change of that month (T41).
        """
        memo = self.env.context.get('insurance_cohorts')
        memo = memo if isinstance(memo, CohortMemo) else {}
        key = ('deliveries', companies, first, last, by_specialist)
        if key not in memo:
            memo[key] = self._read_delivery_sums(companies, first, last, by_specialist)
        return memo[key]

    @api.model
    def _read_delivery_sums(self, companies, first, last, by_specialist):
        # sudo: counted, for who may see the figure
        Delivery = self.env['insurance.delivery'].sudo()
        sums = defaultdict(Counter)
        Delivery._flush_facts()
        if not by_specialist:
            sums.update(((company, False), Counter()) for (company,) in self.env.execute_query(SQL(
                "SELECT id FROM res_company WHERE id IN %s"
                " AND EXISTS (SELECT FROM insurance_delivery WHERE company_id = res_company.id)", tuple(companies.ids),
            )))
        for company, user, *numbers in self.env.execute_query(SQL(
            "SELECT fact.company_id, %s, %s FROM (%s) AS fact GROUP BY 1, 2",
            SQL("fact.consultant_id") if by_specialist else SQL("NULL::int"), SQL(", ").join(SUMS.values()),
            Delivery._get_facts_sql(companies, first, last),
        )):
            sums[company, user or False] = Counter(dict(zip(SUMS, map(int, numbers), strict=True)))
        return sums

    @api.model
    def _compute_insured(self, companies, first, last, by_specialist=False, kind='commercial'):
        """Return the insured ÷ the retail cars delivered in these days (K1); of a count, the cars over all of them."""
        return {key: (row[kind], row['counted'])
                for key, row in self._get_delivery_sums(companies, first, last, by_specialist).items()
                if row['counted'] or not by_specialist}

    @api.model
    def _rows_insured(self, part, company, first, last, user, kind='commercial'):
        domain = self._get_deliveries_domain(company, first, last, user) & Domain('is_counted', '=', True)
        if part == 'numerator':
            Delivery = self.env['insurance.delivery']
            Delivery._flush_facts()
            ids = [delivery for (delivery,) in self.env.execute_query(SQL(
                "SELECT fact.id FROM (%s) AS fact WHERE fact.counted = 1 AND fact.%s = 1",
                Delivery._get_facts_sql(company, first, last), SQL.identifier(kind),
            ))]
            domain &= Domain('id', 'in', ids)
        return 'insurance.delivery', list(domain)

    @api.model
    def _get_deliveries_domain(self, company, first, last, user):
        domain = (Domain('company_id', '=', company.id) & Domain('state', 'in', ['delivered', 'completed'])
                  & Domain('delivery_date', '>=', first) & Domain('delivery_date', '<=', last))
        return domain & Domain('consultant_id', '=', user.id) if user else domain

    # === TARGET === #

    @api.model
    def _compute_deliveries(self, companies, first, last, by_specialist=False):
        """Return the cars delivered ÷ those aimed at in the months of these days (K2)."""
        aims = self.env['insurance.sales.target']._get_aims(companies, first, last, by_specialist)
        sums = self._get_delivery_sums(companies, first, last, by_specialist)
        return {key: (sums[key]['delivered'] if key in sums else 0, aims.get(key, 0)) for key in {**sums, **aims}}

    @api.model
    def _rows_deliveries(self, part, company, first, last, user):
        if part == 'numerator':
            return 'insurance.delivery', list(self._get_deliveries_domain(company, first, last, user))
        return 'insurance.sales.target', [
            ('company_id', '=', company.id), ('month', '>=', first.replace(day=1)), ('month', '<=', last),
            *([('consultant_id', '=', user.id)] if user else []),
        ]

    # === PROPOSALS === #

    @api.model
    def _compute_proposals(self, companies, first, last, by_specialist=False):
        """Return the proposals for new cars that were won ÷ those handed over first in these days (K28)."""
        # sudo: counted, for who may see the figure
        Proposal = self.env['insurance.proposal'].sudo()
        Proposal._flush_facts()
        rows = self.env.execute_query(SQL(
            "SELECT fact.company_id, %s, sum(fact.won), count(*) FROM (%s) AS fact GROUP BY 1, 2",
            SQL("fact.user_id") if by_specialist else SQL("NULL::int"),
            Proposal._get_facts_sql(companies, first, last),
        ))
        return {(company, user or False): (int(won), given) for company, user, won, given in rows}

    @api.model
    def _rows_proposals(self, part, company, first, last, user):
        Proposal = self.env['insurance.proposal']
        Proposal._flush_facts()
        rows = self.env.execute_query(SQL(
            "SELECT fact.id FROM (%s) AS fact WHERE %s AND %s", Proposal._get_facts_sql(company, first, last),
            SQL("fact.won = 1") if part == 'numerator' else SQL("TRUE"),
            SQL("fact.user_id = %s", user.id) if user else SQL("TRUE"),
        ))
        return 'insurance.proposal', [('id', 'in', [proposal for (proposal,) in rows])]
