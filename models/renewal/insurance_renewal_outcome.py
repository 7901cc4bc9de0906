from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

EARLY_DAYS = 90  # a policy that begins so many days before the expiry still renews it (K3)
OUTCOMES = [
    ('open', "Still Open"),
    ('unproven', "Won, not in the Ledger"),
    ('renewed', "Renewed in Time"),
    ('regained', "Came back after the Grace"),
    ('lost', "Lost Case"),
    ('invalid', "Out of the Base"),
]


class InsuranceRenewal(models.Model):
    """What a case counts as in the key figures (K3, K5): one definition for figures, boards and lists."""

    _inherit = 'insurance.renewal'

    outcome = fields.Selection(
        OUTCOMES, string="Counts as", compute='_compute_outcome', search='_search_outcome',
        help="Renewed: a policy of the ledger begins between 90 days before the expiry and the end of the grace."
        " Before the store kept its ledger here, the specialist's contact counts.",
    )

    @api.depends('state', 'won_entry_id.start_date', 'reference_expiry', 'closed_on')
    def _compute_outcome(self):
        self._flush_outcome()
        found = dict(self.env.execute_query(SQL(
            "SELECT renewal.id, %s FROM insurance_renewal AS renewal WHERE renewal.id IN %s",
            self._get_outcome_sql('renewal'), tuple(self.ids) or (0,),
        )))
        for case in self:
            case.outcome = found.get(case._origin.id, 'open')

    def _search_outcome(self, operator, value):
        if operator != 'in':
            return NotImplemented
        wanted = tuple(item for item in value if item) or ('',)
        self._flush_outcome()
        return Domain.custom(to_sql=lambda model, alias, query: SQL(
            "(%s IN %s)", model.env['insurance.renewal']._get_outcome_sql(alias), wanted,
        ))

    @api.model
    def _flush_outcome(self):
        for name in (self._name, 'insurance.ledger.entry', 'res.company'):
            self.env[name].flush_model()

    @api.model
    def _get_outcome_sql(self, alias, start=None, grace=None, ledger_since=None):
        """Return the SQL expression of the outcome of the case in the table `alias`.

        :param start: SQL of the first day of the policy that won the case; looked up per case when left out
        :param grace: SQL of the store's days of grace; looked up per case when left out
        :param ledger_since: SQL of the day of the store's first entry of the ledger; looked up when left out
        """
        def of(column):
            return SQL.identifier(alias, column)

        start = start or SQL("(SELECT start_date FROM insurance_ledger_entry WHERE id = %s)", of('won_entry_id'))
        grace = grace or SQL(
            "(SELECT insurance_renewal_grace_days FROM res_company WHERE id = %s)", of('company_id'))
        since = ledger_since or self._get_ledger_since_sql(of('company_id'))
        return SQL(
            """CASE WHEN %(state)s IN ('lost', 'invalid') THEN %(state)s
                    WHEN %(state)s <> 'won' THEN 'open'
                    WHEN %(entry)s IS NOT NULL THEN
                         CASE WHEN %(start)s BETWEEN %(expiry)s - %(early)s AND %(expiry)s + %(grace)s
                              THEN 'renewed' ELSE 'regained' END
                    WHEN %(closed)s >= %(since)s THEN 'unproven'
                    WHEN %(closed)s > %(expiry)s + %(grace)s THEN 'regained'
                    ELSE 'renewed' END""",
            state=of('state'), entry=of('won_entry_id'), start=start, expiry=of('reference_expiry'),
            early=EARLY_DAYS, grace=grace, closed=of('closed_on'), since=since,
        )

    @api.model
    def _get_ledger_since_sql(self, company):
        """Return the SQL of the day of the first registered entry of the store `company` (SQL of its id)."""
        return SQL(
            "(SELECT issue_date FROM insurance_ledger_entry WHERE company_id = %s AND state = 'registered'"
            " ORDER BY issue_date LIMIT 1)",
            company,
        )
