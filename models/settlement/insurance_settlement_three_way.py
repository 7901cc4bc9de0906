from odoo import fields, models
from odoo.tools import SQL

from ..underwriting.insurance_ledger_entry import ENTRY_TYPES
from ..underwriting.insurance_policy import PRODUCTS
from .insurance_settlement import COMMISSION
from .insurance_settlement_line import LINE_STATES
from .insurance_settlement_marks import TOLERANCE
from .insurance_settlement_money import INVOICE_STATES

STANDINGS = [
    ('agrees', "Both Agree"), ('differs', "Commission Differs"), ('ledger', "In the Ledger only"),
    ('statement', "On a Statement only"),
]

OFF = SQL(
    """
        SELECT COALESCE(stated.premium, 0) - COALESCE(policy.premium, 0)
               - COALESCE(sum(premium), 0) AS premium,
               COALESCE(stated.commission, 0) - COALESCE(policy.commission, 0)
               - COALESCE(sum(commission), 0) AS commission
          FROM insurance_policy WHERE corrected_policy_id = policy.id
    """)  # what is stated of `policy` less ours, corrections included


class InsuranceSettlementThreeWay(models.Model):
    """Ledger, insurer's statement and money received beside each other, policy by policy (R34, R35).

    One row for each policy of a registered entry, endorsements and cancellations with their signed amounts, and one for
    each stated line that no policy of ours answers. A correction after a statement counts for the row that it corrects.
    What is received of a list is spread over its policies by what was settled for each.
    """

    _name = 'insurance.settlement.three.way'
    _description = "Ledger, Statement and Money"
    _auto = False
    _order = 'day desc, id desc'
    _rec_name = 'policy_no'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    day = fields.Date(string="Issued", readonly=True)
    entry_id = fields.Many2one('insurance.ledger.entry', string="Ledger Entry", readonly=True)
    entry_type = fields.Selection(ENTRY_TYPES, string="Kind", readonly=True)
    product = fields.Selection(PRODUCTS, readonly=True)
    policy_no = fields.Char(string="Policy No.", readonly=True)
    vin = fields.Char(string="VIN", readonly=True)
    salesperson_id = fields.Many2one('res.users', string="Salesperson", readonly=True)
    standing = fields.Selection(STANDINGS, string="Ledger and Statement", readonly=True)
    settlement_id = fields.Many2one('insurance.settlement', string="Settlement List", readonly=True)
    line_state = fields.Selection(LINE_STATES, string="State of the Line", readonly=True)
    money_state = fields.Selection(INVOICE_STATES, string="Money", readonly=True)
    ledger_premium = fields.Monetary(string="Premium in the Ledger", readonly=True)
    stated_premium = fields.Monetary(string="Premium Stated", readonly=True)
    ledger_commission = fields.Monetary(string="Commission in the Ledger", readonly=True, groups=COMMISSION)
    stated_commission = fields.Monetary(string="Commission Stated", readonly=True, groups=COMMISSION)
    difference = fields.Monetary(string="Stated less Ledger", readonly=True, groups=COMMISSION)
    settled_commission = fields.Monetary(string="Settled on a List", readonly=True, groups=COMMISSION)
    received_commission = fields.Monetary(string="Received from the Insurer", readonly=True, groups=COMMISSION,
                                          help="The list's share of money received, by what was settled.")

    _depends = {
        'insurance.ledger.entry': ['state', 'issue_date', 'company_id', 'insurer_id', 'salesperson_id'],
        'insurance.policy': ['premium', 'commission', 'policy_no', 'product', 'entry_id', 'vehicle_id',
                             'corrected_policy_id'],
        'insurance.statement': ['settlement_id'],
        'insurance.statement.line': ['policy_id', 'premium', 'commission', 'result'],
        'insurance.settlement': ['state'],
        'insurance.settlement.line': ['state', 'entry_id', 'with_compulsory', 'with_commercial', 'with_non_motor'],
        'account.move': ['state', 'insurance_settlement_id'],
    }

    @property
    def _table_query(self):
        money = self.env['insurance.settlement']._get_money_sql(SQL("move.insurance_settlement_id IS NOT NULL"))
        return SQL("%s UNION ALL %s", self._select_policies(money), self._select_strays())

    def _select_policies(self, money):
        """Return the SQL of the policies of the ledgers with what is stated, settled and received of each."""
        return SQL(
            """
            SELECT policy.id::bigint * 2 AS id, entry.company_id, company.currency_id, entry.insurer_id,
                   entry.issue_date AS day, entry.id AS entry_id, entry.entry_type, policy.product, policy.policy_no,
                   vehicle.vin_sn AS vin, entry.salesperson_id, line.settlement_id, line.state AS line_state,
                   CASE WHEN list.state = 'closed' THEN COALESCE(money.state, 'none') END AS money_state,
                   policy.premium AS ledger_premium, stated.premium AS stated_premium,
                   policy.commission AS ledger_commission, stated.commission AS stated_commission,
                   CASE WHEN policy.corrected_policy_id IS NULL THEN off.commission ELSE 0 END AS difference,
                   CASE WHEN policy.corrected_policy_id IS NOT NULL THEN 'agrees'
                        WHEN stated.count = 0 THEN 'ledger'
                        WHEN abs(off.commission) <= %(tolerance)s AND abs(off.premium) <= %(tolerance)s THEN 'agrees'
                        ELSE 'differs' END AS standing,
                   settled.amount AS settled_commission,
                   round(settled.amount * money.received / NULLIF(money.invoiced, 0), 2) AS received_commission
              FROM insurance_policy AS policy
              JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id
              JOIN res_company AS company ON company.id = entry.company_id
              JOIN fleet_vehicle AS vehicle ON vehicle.id = entry.vehicle_id
              LEFT JOIN insurance_settlement_line AS line ON line.entry_id = entry.id AND line.state <> 'carried'
                   AND CASE policy.product WHEN 'compulsory' THEN line.with_compulsory
                            WHEN 'commercial' THEN line.with_commercial ELSE line.with_non_motor END
              LEFT JOIN insurance_settlement AS list ON list.id = line.settlement_id
              LEFT JOIN (%(money)s) AS money ON money.settlement_id = list.id
              LEFT JOIN LATERAL (
                   SELECT sum(premium) AS premium, sum(commission) AS commission, count(*) AS count
                     FROM insurance_statement_line
                    WHERE policy_id = policy.id AND result <> 'duplicate'
                   ) AS stated ON TRUE
              LEFT JOIN LATERAL (%(off)s) AS off ON TRUE
              LEFT JOIN LATERAL (
                   SELECT CASE WHEN list.state <> 'closed' OR line.state <> 'signed' THEN NULL
                               WHEN EXISTS (SELECT FROM insurance_statement WHERE settlement_id = list.id)
                               THEN COALESCE(stated.commission, 0) ELSE policy.commission END AS amount
                   ) AS settled ON list.id IS NOT NULL
             WHERE entry.state = 'registered' AND (policy.premium <> 0 OR policy.commission <> 0)
            """, tolerance=TOLERANCE, money=money, off=OFF)

    def _select_strays(self):
        """Return the SQL of what is stated and answers no policy of ours, or repeats another line."""
        return SQL(
            """
            SELECT stated.id::bigint * 2 + 1, stated.company_id, company.currency_id, stated.insurer_id,
                   stated.issue_date, NULL, NULL, stated.product, stated.policy_no, stated.vin, NULL,
                   statement.settlement_id, NULL, NULL, NULL, stated.premium, NULL, stated.commission,
                   stated.commission, 'statement', NULL, NULL
              FROM insurance_statement_line AS stated
              JOIN insurance_statement AS statement ON statement.id = stated.statement_id
              JOIN res_company AS company ON company.id = stated.company_id
             WHERE stated.policy_id IS NULL OR stated.result = 'duplicate'
            """)
