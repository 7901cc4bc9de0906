from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_claim import LOSS_KINDS, MODES, MONEY, ROLES, STATES

STEPS = ('assess_days', 'submit_days', 'pay_days', 'cycle_days')
SHARES = {'median': 0.5, 'p90': 0.9}
OVER = ('closed', 'cancelled', 'self_claim', 'refused', 'total_loss')


class InsuranceClaimStatistics(models.Model):
    """One row per claim: output, money expected and received, differences, and how long it took (K22 to K24).

    The columns median and P90 are worked out anew for every group (`percentile_cont`): the median of two months is not
    the mean of their medians. Claims that are not paid have no cycle time; their age stands apart, to today's date of
    the row's own store.
    """

    _name = 'insurance.claim.statistics'
    _description = "Claims Statistics"
    _auto = False
    _order = 'dispatched_on desc, id desc'
    _rec_name = 'claim_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    claim_id = fields.Many2one('insurance.claim', string="Claim", readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    advisor_id = fields.Many2one('res.users', string="Service Advisor", readonly=True)
    state = fields.Selection(STATES, string="Stage", readonly=True)
    role = fields.Selection(ROLES, string="Car is the", readonly=True)
    is_insured_here = fields.Boolean(string="Insured Here", readonly=True)
    loss_kind = fields.Selection(LOSS_KINDS, string="Kind of Damage", readonly=True)
    claim_mode = fields.Selection(MODES, string="How it is Claimed", readonly=True)
    dispatched_on = fields.Date(string="Dispatched on", readonly=True)
    sheet_date = fields.Date(string="Settlement Sheet of", readonly=True)
    paid_on = fields.Date(string="Paid in Full on", readonly=True)
    total_amount = fields.Monetary(string="Settlement Total", readonly=True, groups=MONEY)
    expected_amount = fields.Monetary(string="Expected Receipts", readonly=True, groups=MONEY)
    received_amount = fields.Monetary(string="Actual Receipts", readonly=True, groups=MONEY)
    open_amount = fields.Monetary(string="Still to Come", readonly=True, groups=MONEY)
    short_amount = fields.Monetary(string="Too Little came", readonly=True, groups=MONEY,
                                   help="Differences of claims that were paid too little (K23); never set off against"
                                   " what others paid too much.")
    over_amount = fields.Monetary(string="Too Much came", readonly=True, groups=MONEY)
    assess_days = fields.Integer(string="Report to Assessment (days)", readonly=True, aggregator='avg')
    submit_days = fields.Integer(string="Assessment to Submission (days)", readonly=True, aggregator='avg')
    pay_days = fields.Integer(string="Submission to Payment (days)", readonly=True, aggregator='avg')
    cycle_days = fields.Integer(string="Report to Payment (days)", readonly=True, aggregator='avg')
    cycle_days_median = fields.Float(string="Report to Payment, median", readonly=True, aggregator='avg', digits=(8, 1))
    cycle_days_p90 = fields.Float(string="Report to Payment, P90", readonly=True, aggregator='avg', digits=(8, 1))
    pay_days_median = fields.Float(string="Submission to Payment, median", readonly=True, aggregator='avg',
                                   digits=(8, 1))
    pay_days_p90 = fields.Float(string="Submission to Payment, P90", readonly=True, aggregator='avg', digits=(8, 1))
    open_days = fields.Integer(string="Age of Open Claims (days)", readonly=True, aggregator='max')

    _depends = {
        'insurance.claim': [
            'company_id', 'insurer_id', 'advisor_id', 'state', 'role', 'is_insured_here', 'loss_kind', 'claim_mode',
            'dispatched_on', 'sheet_date', 'total_amount', 'expected_amount', 'received_amount', 'open_amount',
            'difference_amount', 'reported_on', 'assessed_on', 'submitted_on', 'paid_on',
        ],
        'res.company': ['currency_id', 'insurance_tz'],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT claim.id, claim.id AS claim_id, claim.company_id, company.currency_id, claim.insurer_id,
                   claim.advisor_id, claim.state, claim.role, claim.is_insured_here, claim.loss_kind, claim.claim_mode,
                   claim.dispatched_on, claim.sheet_date, claim.paid_on, claim.total_amount, claim.expected_amount,
                   claim.received_amount, claim.open_amount, LEAST(claim.difference_amount, 0) AS short_amount,
                   GREATEST(claim.difference_amount, 0) AS over_amount,
                   claim.assessed_on - claim.reported_on AS assess_days,
                   claim.submitted_on - claim.assessed_on AS submit_days,
                   claim.paid_on - claim.submitted_on AS pay_days,
                   claim.paid_on - claim.reported_on AS cycle_days,
                   claim.paid_on - claim.reported_on AS cycle_days_median,
                   claim.paid_on - claim.reported_on AS cycle_days_p90,
                   claim.paid_on - claim.submitted_on AS pay_days_median,
                   claim.paid_on - claim.submitted_on AS pay_days_p90,
                   CASE WHEN claim.paid_on IS NULL AND claim.state NOT IN %(over)s THEN
                        (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(company.insurance_tz, 'UTC'))::date
                        - claim.reported_on END AS open_days
              FROM insurance_claim AS claim
              JOIN res_company AS company ON company.id = claim.company_id
             WHERE claim.state NOT IN ('draft', 'cancelled')
            """, over=OVER, now=fields.Datetime.now())

    def _read_group_select(self, aggregate_spec, query):
        """Work medians and P90 out for the rows of each group instead of averaging them."""
        name, _colon, function = aggregate_spec.partition(':')
        step, _underscore, kind = name.rpartition('_')
        if function == 'avg' and kind in SHARES and step in STEPS:
            self._check_field_access(self._fields[name], 'read')
            return SQL("percentile_cont(%s) WITHIN GROUP (ORDER BY %s)", SHARES[kind],
                       self._field_to_sql(self._table, step, query))
        return super()._read_group_select(aggregate_spec, query)

    @api.readonly
    def action_open_claim(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'insurance.claim', 'res_id': self.claim_id.id,
                'view_mode': 'form', 'views': [(False, 'form')]}
