from collections import Counter, defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

LEAD = {'61': (61, None), '31': (31, 60), '15': (15, 30), '0': (0, 14), 'after': (None, -1)}  # days before expiry, K11
RENEWED = ('renewed',)
OFFERED = ('sent', 'accepted', 'declined')  # states of a proposal the customer has seen


class InsuranceKpi(models.AbstractModel):
    """The renewal figures K3–K5, K9 and K11, by the month in which the policy of last year expires."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        cohort = {'unit': 'ratio', 'version': 1, 'method': '_compute_cohort', 'rows': '_rows_cohort'}
        return {
            **super()._get_definitions(),
            'K3': {**cohort, 'name': _("Renewal Rate"), 'formula': _("renewed ÷ due, without those out of the base")},
            'K3_gross': {**cohort, 'name': _("Renewal Rate (gross)"), 'options': {'base': 'gross'},
                         'formula': _("renewed ÷ due, with those out of the base and left out of it")},
            **{f'K3b_{kind}': {**cohort, 'name': name, 'options': {'kind': kind},
                               'formula': _("renewed ÷ due of this customer class")}
               for kind, name in self._get_class_names().items()},
            'K3c': {'unit': 'ratio', 'version': 1, 'method': '_compute_premium', 'rows': '_rows_cohort',
                    'name': _("Premium Renewal Rate"),
                    'formula': _("premium of the renewed ÷ last year's premium of the due")},
            'K4': {'unit': 'ratio', 'version': 1, 'method': '_compute_issued', 'rows': '_rows_issued',
                   'name': _("Renewals against Last Year"),
                   'formula': _("renewals issued ÷ renewals issued in the same days of last year")},
            'K5': {**cohort, 'name': _("Lost Rate"), 'options': {'counted': ['lost']},
                   'formula': _("lost ÷ due")},
            'K5_open': {**cohort, 'name': _("Open Share"), 'options': {'counted': ['open', 'unproven']},
                        'formula': _("open ÷ due; due = renewed + came back late + lost + open")},
            'K5_late': {**cohort, 'name': _("Came back Late"), 'options': {'counted': ['regained']},
                        'formula': _("won with a policy that begins after the grace ÷ due")},
            'K5_invalid': {**cohort, 'name': _("Share out of the Base"),
                           'options': {'counted': ['invalid'], 'base': 'cases'},
                           'formula': _("sold, scrapped, wrong data and the like ÷ all cases")},
            'K9': {'unit': 'ratio', 'version': 1, 'method': '_compute_quoted', 'rows': '_rows_quoted',
                   'name': _("Quoted Rate"), 'formula': _("due with at least one quote ÷ due")},
            **{f'K11_{lead}': {'unit': 'ratio', 'version': 1, 'method': '_compute_lead', 'rows': '_rows_lead',
                               'options': {'lead': lead},
                               'name': name, 'formula': _("renewed by the days from issue to expiry ÷ renewed")}
               for lead, name in self._get_lead_names().items()},
        }

    @api.model
    def _get_class_names(self):
        _ = self.env._
        return {
            'r_new': _("First Renewal Rate"), 'r_ren': _("Repeat Renewal Rate"),
            'r_gap': _("Interrupted Renewal Rate"), 'r_pot': _("Potential Customer Rate"),
        }

    @api.model
    def _get_lead_names(self):
        _ = self.env._
        return {
            '61': _("Issued 61 Days or more before"), '31': _("Issued 31 to 60 Days before"),
            '15': _("Issued 15 to 30 Days before"), '0': _("Issued in the Last 14 Days"),
            'after': _("Issued after the Expiry"),
        }

    # === COHORTS === #

    @api.model
    def _sum_cohorts(self, companies, first, last, by_specialist):
        """Return the cohorts of the days given, months added up: `{(company_id, user_id or False): counter}`."""
        totals = defaultdict(Counter)
        for (company, user, _month), row in self._get_cohorts(companies, first, last).items():
            totals[company, user if by_specialist else False].update(row)
        if not by_specialist:
            for (company, _month), (gross, _net) in self.env['insurance.renewal']._count_base(
                companies, first, last).items():
                totals[company, False]['gross'] += gross
        else:
            for row in totals.values():  # what was left out of the base never had a specialist
                row['gross'] = row['cases']
        return totals

    @api.model
    def _compute_cohort(self, companies, first, last, by_specialist=False, counted=RENEWED, base='net', kind=None):
        """Return cars of some outcomes ÷ cars due (K3, K3b, K5); `kind` limits both to a customer class."""
        suffix = f'_{kind}' if kind else ''
        names = [f'{outcome}{suffix}' for outcome in counted if outcome != 'unproven']  # these are among the open ones
        return {key: (sum(row[name] for name in names), row[f'{base}{suffix}'])
                for key, row in self._sum_cohorts(companies, first, last, by_specialist).items()}

    @api.model
    def _rows_cohort(self, part, company, first, last, user, counted=RENEWED, base='net', kind=None):
        domain = self._get_due_domain(company, first, last, user)
        if kind:
            domain &= Domain('customer_class', '=', kind)
        if part == 'numerator':
            domain &= Domain('outcome', 'in', list(counted))
        elif base == 'net':
            domain &= Domain('state', '!=', 'invalid')
        return 'insurance.renewal', list(domain)

    @api.model
    def _get_due_domain(self, company, first, last, user=None):
        """Return the cases of a store, and of a specialist if given, that expire in the days given."""
        domain = (Domain('company_id', '=', company.id) & Domain('reference_expiry', '>=', first)
                  & Domain('reference_expiry', '<=', last))
        return domain & Domain('specialist_id', '=', user.id) if user else domain

    @api.model
    def _compute_premium(self, companies, first, last, by_specialist=False):
        """Return the premium of the renewed ÷ last year's premium of the due (K3c)."""
        return {key: (row['premium'], row['premium_due'])
                for key, row in self._sum_cohorts(companies, first, last, by_specialist).items()}

    # === QUOTES AND LEAD === #

    @api.model
    def _read_cases(self, companies, first, last, by_specialist, columns):
        """Return rows of `columns` (SQL) per store or specialist over the cases that expire in the days given."""
        self._flush_tables()
        return self.env.execute_query(SQL(
            """WITH store AS MATERIALIZED (%s)
               SELECT cohort.company_id, %s AS specialist_id, %s FROM (%s) AS cohort GROUP BY 1, 2""",
            self._get_stores_sql(companies), SQL("cohort.specialist_id") if by_specialist else SQL("NULL::int"),
            columns, self._get_cases_sql(companies, first, last),
        ))

    @api.model
    def _compute_quoted(self, companies, first, last, by_specialist=False):
        """Return the cases with a quote ÷ due (K9): a contact that names one, or a proposal that was sent."""
        rows = self._read_cases(companies, first, last, by_specialist, SQL(
            """COUNT(*) FILTER (WHERE cohort.outcome <> 'invalid' AND EXISTS (
                   SELECT FROM insurance_renewal_contact AS contact
                    WHERE contact.renewal_id = cohort.id AND contact.is_superseded IS NOT TRUE
                      AND COALESCE(contact.quote_commercial, 0) + COALESCE(contact.quote_compulsory, 0) > 0
                   UNION ALL SELECT FROM insurance_proposal AS proposal
                    WHERE proposal.renewal_id = cohort.id AND proposal.state IN %s)),
               COUNT(*) FILTER (WHERE cohort.outcome <> 'invalid')""", OFFERED,
        ))
        return {(company, user or False): (quoted, due) for company, user, quoted, due in rows}

    @api.model
    def _rows_quoted(self, part, company, first, last, user):
        domain = self._get_due_domain(company, first, last, user) & Domain('state', '!=', 'invalid')
        if part == 'numerator':
            quote = Domain('quote_commercial', '>', 0) | Domain('quote_compulsory', '>', 0)
            told = Domain('contact_ids', 'any', list(quote & Domain('is_superseded', '=', False)))
            domain &= told | Domain('proposal_ids.state', 'in', list(OFFERED))
        return 'insurance.renewal', list(domain)

    @api.model
    def _compute_lead(self, companies, first, last, by_specialist=False, lead='61'):
        """Return the renewed whose policy was issued so many days before the expiry ÷ all renewed (K11)."""
        rows = self._read_cases(companies, first, last, by_specialist, SQL(
            "COUNT(*) FILTER (WHERE %s), COUNT(*) FILTER (WHERE cohort.outcome = 'renewed')", self._get_lead_sql(lead),
        ))
        return {(company, user or False): (issued, renewed) for company, user, issued, renewed in rows}

    @api.model
    def _get_lead_sql(self, lead):
        """Return the condition of a renewed case of the cohort that was issued so many days before the expiry."""
        least, most = LEAD[lead]
        days = SQL("cohort.reference_expiry - COALESCE(cohort.issue_date, cohort.closed_on)")
        return SQL(
            "cohort.outcome = 'renewed' AND %s AND %s",
            SQL("TRUE") if least is None else SQL("%s >= %s", days, least),
            SQL("TRUE") if most is None else SQL("%s <= %s", days, most),
        )

    @api.model
    def _rows_lead(self, part, company, first, last, user, lead='61'):
        if part == 'denominator':
            return self._rows_cohort('numerator', company, first, last, user)
        self._flush_tables()
        ids = [case for (case,) in self.env.execute_query(SQL(
            "WITH store AS MATERIALIZED (%s) SELECT cohort.id FROM (%s) AS cohort WHERE %s",
            self._get_stores_sql(company), self._get_cases_sql(company, first, last), self._get_lead_sql(lead),
        ))]
        return 'insurance.renewal', list(self._get_due_domain(company, first, last, user) & Domain('id', 'in', ids))

    # === ISSUED === #

    @api.model
    def _compute_issued(self, companies, first, last, by_specialist=False):
        """Return renewals issued ÷ those issued a year before (K4); a store that is new has no last year."""
        now, before = (self._count_issued(companies, start, end, by_specialist) for start, end in (
            (first, last), self._get_days_last_year(first, last)))
        return {key: (now.get(key, 0), before.get(key, 0)) for key in {**now, **before}}

    @api.model
    def _get_days_last_year(self, first, last):
        """Return the same days a year before; months stay whole, also where one of them ends on 29 February."""
        year = relativedelta(years=1)
        whole = (last + relativedelta(days=1)).day == 1
        return first - year, last - year + (relativedelta(day=31) if whole else relativedelta())

    @api.model
    def _count_issued(self, companies, first, last, by_specialist):
        Entry = self.env['insurance.ledger.entry'].sudo()  # sudo: counted, for who may see the figure
        groups = Entry._read_group(
            self._get_issued_domain(companies, first, last), ['company_id', 'salesperson_id'], ['__count'])
        counts = Counter()
        for company, user, count in groups:
            counts[company.id, user.id if by_specialist else False] += count
        return counts

    @api.model
    def _get_issued_domain(self, companies, first, last):
        """Return the registered renewals of the days given that nothing cancelled (T7)."""
        return (
            Domain('company_id', 'in', companies.ids) & Domain('state', '=', 'registered')
            & Domain('entry_type', '=', 'policy') & Domain('renewal_count', '>', 0)
            & Domain('issue_date', '>=', first) & Domain('issue_date', '<=', last)
            & Domain('follow_up_ids', 'not any', [('state', '=', 'registered'), ('vehicle_count', '<', 0)])
        )

    @api.model
    def _rows_issued(self, part, company, first, last, user):
        days = (first, last) if part == 'numerator' else self._get_days_last_year(first, last)
        domain = self._get_issued_domain(company, *days)
        return 'insurance.ledger.entry', list(domain & Domain('salesperson_id', '=', user.id) if user else domain)
