from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.claim_money import INSURERS
from .insurance_claim import MONEY
from .insurance_claim_clock import LIMIT_KINDS
from .insurance_claim_cost import PAYERS

BUCKETS = [
    ('none', "No Limit runs"), ('current', "Within the Limit"), ('10', "Late 1 to 10 Days"),
    ('30', "Late 11 to 30 Days"), ('90', "Late 31 to 90 Days"), ('older', "Late more than 90 Days"),
]
OWED = ('settled', 'submitted', 'partial', 'difference')


class InsuranceClaimOwed(models.Model):
    """What insurers owe the store by when: a row for each part of a claim's cost that is not paid (5.7, T24).

    Days are counted to today's date of the row's own store, so nothing of it is stored.
    """

    _name = 'insurance.claim.owed'
    _description = "Owed by Insurers"
    _auto = False
    _order = 'days desc, id desc'
    _rec_name = 'claim_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    claim_id = fields.Many2one('insurance.claim', string="Claim", readonly=True)
    cost_id = fields.Many2one('insurance.claim.cost', string="Part of the Cost", readonly=True)
    payer = fields.Selection(PAYERS, string="Borne by", readonly=True)
    plate = fields.Char(string="Plate", readonly=True)
    report_no = fields.Char(string="Report No.", readonly=True)
    advisor_id = fields.Many2one('res.users', string="Service Advisor", readonly=True)
    submitted_on = fields.Date(string="Documents Submitted on", readonly=True)
    approved_on = fields.Date(string="Approved by the Insurer on", readonly=True)
    limit_kind = fields.Selection(LIMIT_KINDS, string="Insurer owes", readonly=True)
    due_on = fields.Date(string="Due by", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator='max')
    waiting_days = fields.Integer(string="Days since Submission", readonly=True, aggregator='max')
    bucket = fields.Selection(BUCKETS, string="Age", readonly=True)
    expected_amount = fields.Monetary(string="Expected Receipts", readonly=True, groups=MONEY)
    received_amount = fields.Monetary(string="Actual Receipts", readonly=True, groups=MONEY)
    open_amount = fields.Monetary(string="Still to Come", readonly=True, groups=MONEY)
    dunned_on = fields.Date(string="Dunned on", readonly=True)
    dunning_level = fields.Integer(string="Dunning Level", readonly=True, aggregator='max')

    _depends = {
        'insurance.claim': ['state', 'company_id', 'plate', 'report_no', 'advisor_id', 'submitted_on', 'approved_on',
                            'dunned_on', 'dunning_level'],
        'insurance.claim.cost': ['payer', 'payer_id', 'expected_amount', 'received_amount', 'open_amount',
                                 'limit_kind', 'limit_due_on'],
        'res.company': ['currency_id', 'insurance_tz'],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT owed.*, CASE WHEN due_on IS NULL THEN 'none' WHEN late <= 0 THEN 'current' WHEN late <= 10 THEN '10'
                                WHEN late <= 30 THEN '30' WHEN late <= 90 THEN '90' ELSE 'older' END AS bucket,
                   GREATEST(late, 0) AS days
              FROM (
                   SELECT cost.id, cost.id AS cost_id, claim.id AS claim_id, claim.company_id, company.currency_id,
                          cost.payer_id AS insurer_id, cost.payer, claim.plate, claim.report_no, claim.advisor_id,
                          claim.submitted_on, claim.approved_on, cost.limit_kind, cost.limit_due_on AS due_on,
                          today.day - cost.limit_due_on AS late, today.day - claim.submitted_on AS waiting_days,
                          cost.expected_amount, cost.received_amount, cost.open_amount, claim.dunned_on,
                          claim.dunning_level
                     FROM insurance_claim_cost AS cost
                     JOIN insurance_claim AS claim ON claim.id = cost.claim_id
                     JOIN res_company AS company ON company.id = claim.company_id
                     JOIN LATERAL (
                          SELECT (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE
                                  COALESCE(company.insurance_tz, 'UTC'))::date AS day
                          ) AS today ON TRUE
                    WHERE cost.open_amount <> 0 AND cost.open_amount > 0 AND cost.payer IN %(insurers)s
                      AND cost.payer_id IS NOT NULL AND claim.state IN %(states)s
                   ) AS owed
            """, now=fields.Datetime.now(), insurers=tuple(sorted(INSURERS)), states=OWED)

    # === ACTIONS === #

    @api.readonly
    def action_open_claim(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'insurance.claim', 'res_id': self.claim_id.id,
                'view_mode': 'form', 'views': [(False, 'form')]}

    def action_dun(self):
        """Draft a dunning letter to each insurer of the rows chosen that are late, and open the letters."""
        late = self.filtered(lambda row: row.days > 0)
        if not late:
            raise UserError(self.env._("None of the rows chosen is late: there is nothing to dun yet."))
        Dunning = self.env['insurance.claim.dunning']
        letters = Dunning.browse()
        for (company, insurer), rows in late.grouped(lambda row: (row.company_id, row.insurer_id)).items():
            letters |= Dunning._draft(company, insurer, rows.cost_id)
        return letters._get_action()
