from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

READER = 'dealer_insurance.group_commission_reader'
FINANCE = 'dealer_insurance.group_finance'
VERIFIERS = f'{FINANCE},dealer_insurance.group_general_manager'
FINANCE_CODES = ('K20', 'K20_compulsory', 'K20_commercial', 'K20_non_motor', 'K21', 'K30')
LIVE = ('open', 'confirmed')  # findings that count
AGE = 30  # days after its closing from which a list should have been paid


class InsuranceKpi(models.AbstractModel):
    """What insurers pay for the business: K20 commission rate, K21 share received. For readers of commission only.

    K30, what may have been written past the store, is for finance and the general manager only, and never by person.
    """

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        definitions = super()._get_definitions()
        if not self.env.su and not self.env.user.has_group(READER):
            return definitions
        rate = {'unit': 'ratio', 'version': 1, 'method': '_compute_commission_rate', 'rows': '_rows_commission_rate'}
        names = {'compulsory': _("Commission Rate, compulsory"), 'commercial': _("Commission Rate, commercial"),
                 'non_motor': _("Commission Rate, non-motor")}
        findings = {
            'K30': {'unit': 'count', 'version': 1, 'method': '_compute_findings', 'rows': '_rows_findings',
                    'name': _("Suspected Diversions, to be Verified"),
                    'parts': (_("To be verified or confirmed"), _("All of the month")),
                    'formula': _("findings of the month that are neither explained nor ended by themselves")},
        } if self.env.su or self.env.user.has_groups(VERIFIERS) else {}
        return {
            **definitions,
            'K20': {**rate, 'name': _("Commission Rate"),
                    'formula': _("commission ÷ what it is paid on (premium with or without VAT, by agreement); by date"
                                 " of issue")},
            **{f'K20_{product}': {**rate, 'name': name, 'options': {'product': product},
                                  'formula': _("commission ÷ what it is paid on, of this kind of policy")}
               for product, name in names.items()},
            'K21': {'unit': 'ratio', 'version': 1, 'method': '_compute_received', 'rows': '_rows_received',
                    'name': _("Commission Received"),
                    'formula': _("received ÷ confirmed, of the lists that were closed 30 days before")},
            **findings,
        }

    @api.model
    def _get_values(self, companies, first, last, by_specialist=False, codes=None):
        """Give finance the store's figures of what is its own, though it manages nobody."""
        values = super()._get_values(companies, first, last, by_specialist, codes)
        if self._sees_everybody() or by_specialist or not self.env.user.has_group(FINANCE):
            return values
        definitions, stores = self._get_definitions(), companies & self.env.companies
        for code in FINANCE_CODES:
            if stores and (codes is None or code in codes):
                values[code] = getattr(self, definitions[code]['method'])(
                    stores, first, last, **definitions[code].get('options', {}))
        return values

    # === K20 === #

    @api.model
    def _compute_commission_rate(self, companies, first, last, by_specialist=False, product=None):
        """Return commission and its base of the policies issued in the days given; a salesperson is the specialist."""
        self.env['insurance.policy'].flush_model()
        self.env['insurance.ledger.entry'].flush_model()
        totals = defaultdict(lambda: [0, 0])
        for company, user, commission, base in self.env.execute_query(SQL(
            """
            SELECT entry.company_id, %(user)s, sum(COALESCE(policy.commission, 0)),
                   sum(CASE WHEN policy.commission_basis = 'net'
                            THEN policy.premium / (1 + COALESCE(policy.vat_rate, 0)::numeric) ELSE policy.premium END)
              FROM insurance_policy AS policy
              JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id
             WHERE entry.state = 'registered' AND entry.company_id IN %(companies)s
               AND entry.issue_date BETWEEN %(first)s AND %(last)s AND %(product)s
             GROUP BY 1, 2
            """, user=SQL("entry.salesperson_id") if by_specialist else SQL("NULL::int"),
            companies=tuple(companies.ids), first=first, last=last,
            product=SQL("policy.product = %s", product) if product else SQL("TRUE"),
        )) if companies else ():
            sums = totals[company, user or False]
            sums[0] += commission or 0
            sums[1] += base or 0
        return {key: (float(commission), round(float(base), 2)) for key, (commission, base) in totals.items()}

    @api.model
    def _rows_commission_rate(self, part, company, first, last, user, product=None):
        domain = [('company_id', 'in', company.ids), ('entry_id.state', '=', 'registered'),
                  ('entry_id.issue_date', '>=', first), ('entry_id.issue_date', '<=', last)]
        if product:
            domain.append(('product', '=', product))
        if user:
            domain.append(('entry_id.salesperson_id', '=', user.id))
        return 'insurance.policy', domain

    # === K21 === #

    @api.model
    def _get_aged_lists(self, companies, first, last):
        """Return the lists whose 30th day after closing, by the store's clock, falls in the days given."""
        lists = self.env['insurance.settlement'].search([
            ('company_id', 'in', companies.ids), ('state', '=', 'closed'),
            ('closed_on', '>=', first - timedelta(days=AGE + 1)), ('closed_on', '<=', last - timedelta(days=AGE - 1)),
        ])
        return lists.filtered(lambda settlement: first <= (
            settlement.company_id._insurance_local(settlement.closed_on).date() + timedelta(days=AGE)) <= last)

    @api.model
    def _compute_received(self, companies, first, last, by_specialist=False):
        """Return what was received and what was confirmed; lists belong to the store, to no specialist."""
        totals = defaultdict(lambda: [0, 0])
        for settlement in self._get_aged_lists(companies, first, last):
            sums = totals[settlement.company_id.id, False]
            sums[0] += settlement.amount_received
            invoiced = settlement.invoice_state not in ('none', 'draft', 'reversed')
            sums[1] += settlement.amount_invoiced if invoiced else settlement.settled_commission
        return {key: tuple(sums) for key, sums in totals.items()}

    @api.model
    def _rows_received(self, part, company, first, last, user):
        return 'insurance.settlement', [('id', 'in', self._get_aged_lists(company, first, last).ids)]

    # === K30 === #

    @api.model
    def _compute_findings(self, companies, first, last, by_specialist=False):
        """Return what is to be verified or was confirmed, and all findings of the month; of persons, never."""
        if by_specialist:
            return {}
        domain = [('company_id', 'in', companies.ids), ('found_on', '>=', first), ('found_on', '<=', last)]
        totals = defaultdict(lambda: [0, 0])
        for company, state, count in self.env['insurance.diversion']._read_group(
            domain, ['company_id', 'state'], ['__count'],
        ):
            totals[company.id, False][0] += count if state in LIVE else 0
            totals[company.id, False][1] += count
        return {key: tuple(sums) for key, sums in totals.items()}

    @api.model
    def _rows_findings(self, part, company, first, last, user):
        domain = [('company_id', '=', company.id), ('found_on', '>=', first), ('found_on', '<=', last)]
        if part == 'numerator':
            domain.append(('state', 'in', LIVE))
        return 'insurance.diversion', domain
