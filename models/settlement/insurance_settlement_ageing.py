from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_settlement import COMMISSION
from .insurance_settlement_money import INVOICE_STATES

BUCKETS = [
    ('current', "Not Due"), ('30', "1 to 30 Days"), ('60', "31 to 60 Days"), ('90', "61 to 90 Days"),
    ('older', "More than 90 Days"),
]


class InsuranceSettlementAgeing(models.Model):
    """Since when insurers owe what was settled: a row for each closed list that is not received in full (K21).

    Counted from the day the invoice is due; a list that nobody invoiced yet, from the day it was closed. By the
    present day of each row's store, so nothing of it is stored.
    """

    _name = 'insurance.settlement.ageing'
    _description = "Commission Outstanding"
    _auto = False
    _order = 'days desc, id'
    _rec_name = 'settlement_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    settlement_id = fields.Many2one('insurance.settlement', string="Settlement List", readonly=True)
    month = fields.Date(string="Period from", readonly=True)
    invoice_state = fields.Selection(INVOICE_STATES, string="Money", readonly=True)
    due_date = fields.Date(string="Money Due on", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, aggregator='max')
    bucket = fields.Selection(BUCKETS, string="Overdue", readonly=True)
    confirmed = fields.Monetary(string="Amount Confirmed", readonly=True, groups=COMMISSION)
    received = fields.Monetary(string="Amount Received", readonly=True, groups=COMMISSION)
    outstanding = fields.Monetary(string="Amount Outstanding", readonly=True, groups=COMMISSION)

    _depends = {
        'insurance.settlement': ['state', 'closed_on', 'company_id', 'insurer_id', 'date_from'],
        'insurance.settlement.line': ['settled_commission', 'state'],
        'account.move': ['state', 'insurance_settlement_id', 'amount_residual_signed'],
    }

    @property
    def _table_query(self):
        Settlement = self.env['insurance.settlement']
        return SQL(
            """
            SELECT aged.*, CASE WHEN days <= 0 THEN 'current' WHEN days <= 30 THEN '30' WHEN days <= 60 THEN '60'
                                WHEN days <= 90 THEN '90' ELSE 'older' END AS bucket
              FROM (
                   SELECT list.id, list.id AS settlement_id, list.company_id, company.currency_id, list.insurer_id,
                          list.date_from AS month, COALESCE(money.state, 'none') AS invoice_state, due.day AS due_date,
                          GREATEST((%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE
                                    COALESCE(company.insurance_tz, 'UTC'))::date - due.day, 0) AS days,
                          amounts.confirmed, COALESCE(money.received, 0) AS received, amounts.outstanding
                     FROM insurance_settlement AS list
                     JOIN res_company AS company ON company.id = list.company_id
                     LEFT JOIN (%(money)s) AS money ON money.settlement_id = list.id
                     JOIN LATERAL (
                          SELECT COALESCE(sum(settled_commission), 0) AS settled FROM insurance_settlement_line
                           WHERE settlement_id = list.id
                          ) AS lines ON TRUE
                     JOIN LATERAL (
                          SELECT COALESCE(CASE WHEN money.posted > 0 AND money.state <> 'reversed'
                                               THEN money.invoiced END, lines.settled) AS confirmed,
                                 COALESCE(CASE WHEN money.posted > 0 AND money.state <> 'reversed'
                                               THEN money.outstanding END, lines.settled) AS outstanding
                          ) AS amounts ON TRUE
                     JOIN LATERAL (
                          SELECT COALESCE(money.due, (list.closed_on AT TIME ZONE 'UTC' AT TIME ZONE
                                                      COALESCE(company.insurance_tz, 'UTC'))::date) AS day
                          ) AS due ON TRUE
                    WHERE list.state = 'closed' AND amounts.outstanding <> 0
                   ) AS aged
            """, now=fields.Datetime.now(),
            money=Settlement._get_money_sql(SQL("move.insurance_settlement_id IS NOT NULL")))

    @api.readonly
    def action_open_list(self):
        """Open the settlement list of the row."""
        self.ensure_one()
        return self.settlement_id._get_form_action()
