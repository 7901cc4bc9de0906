from odoo import fields, models
from odoo.tools import SQL

from ..masterdata.fleet_vehicle import USE_TYPES
from .insurance_document_type import PRODUCTS
from .insurance_ledger_entry import BUSINESS_TYPES, ENTRY_TYPES

COLUMNS = ('company_id', 'insurer_id', 'entry_type', 'issue_date', 'business_type', 'channel_id', 'salesperson_id',
           'vehicle_id', 'use_type', 'is_new_energy', 'state', 'discount_total', 'vehicle_count', 'renewal_count')


class InsuranceUnderwritingReport(models.Model):
    """One row per policy of the ledgers: renewal volume and volume per insurer (R37, K18).

    Endorsements and cancellations are rows of their own day with signed amounts, so that sums come out right (T7).
    Vehicles, renewals and discounts stand once per ledger entry, on its commercial policy if there is one.
    """

    _name = 'insurance.underwriting.report'
    _description = "Underwriting Statistics"
    _auto = False
    _order = 'issue_date desc, id desc'
    _rec_name = 'entry_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    entry_id = fields.Many2one('insurance.ledger.entry', string="Ledger Entry", readonly=True)
    entry_type = fields.Selection(ENTRY_TYPES, string="Kind", readonly=True)
    issue_date = fields.Date(readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    product = fields.Selection(PRODUCTS, readonly=True)
    business_type = fields.Selection(BUSINESS_TYPES, readonly=True)
    channel_id = fields.Many2one('insurance.reason', string="Business Channel", readonly=True)
    salesperson_id = fields.Many2one('res.users', string="Salesperson", readonly=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", readonly=True)
    car_count = fields.Integer(
        string="Different Cars", readonly=True, aggregator='count_distinct',
        help="Each car once, however many policies and insurers it has; cars with cancelled policies are left out.",
    )
    vehicle_model_id = fields.Many2one('fleet.vehicle.model', string="Model", readonly=True)
    use_type = fields.Selection(USE_TYPES, string="Use", readonly=True)
    is_new_energy = fields.Boolean(string="New Energy", readonly=True)
    premium = fields.Monetary(readonly=True, help="Without vehicle tax (T33); cancellations take it back.")
    policy_count = fields.Integer(string="Policies", readonly=True, help="Cancelled ones are taken back.")
    vehicle_count = fields.Integer(
        string="Vehicles", readonly=True,
        help="Ledger entries: a car with policies of two insurers counts with each. Cancelled ones are taken back.",
    )
    renewal_count = fields.Integer(string="Renewals", readonly=True, help="Vehicles renewed; first policies left out.")
    discount = fields.Monetary(readonly=True)
    commission = fields.Monetary(readonly=True, groups='dealer_insurance.group_commission_reader')

    _depends = {
        'insurance.policy': ['entry_id', 'product', 'premium', 'sequence', 'commission', 'status'],
        'insurance.ledger.entry': list(COLUMNS),
        'fleet.vehicle': ['model_id'],
        'res.company': ['currency_id'],
    }

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
            SELECT policy.id, entry.id AS entry_id, entry.company_id, company.currency_id, entry.entry_type,
                   entry.issue_date, entry.insurer_id, policy.product, entry.business_type, entry.channel_id,
                   entry.salesperson_id, entry.vehicle_id, vehicle.model_id AS vehicle_model_id, entry.use_type,
                   entry.is_new_energy, policy.premium, policy.commission,
                   CASE WHEN entry.entry_type = 'policy' AND policy.status <> 'cancelled' THEN entry.vehicle_id END
                   AS car_count,
                   CASE entry.entry_type WHEN 'policy' THEN 1 WHEN 'cancellation' THEN -1 ELSE 0 END AS policy_count,
                   CASE WHEN main.id = policy.id THEN entry.vehicle_count ELSE 0 END AS vehicle_count,
                   CASE WHEN main.id = policy.id THEN entry.renewal_count ELSE 0 END AS renewal_count,
                   CASE WHEN main.id = policy.id THEN entry.discount_total ELSE 0 END AS discount
            """,
        )

    def _from(self):
        return SQL(
            """
              FROM insurance_policy AS policy
              JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id
              JOIN res_company AS company ON company.id = entry.company_id
              JOIN fleet_vehicle AS vehicle ON vehicle.id = entry.vehicle_id
              JOIN LATERAL (
                   SELECT id FROM insurance_policy AS own WHERE own.entry_id = entry.id
                    ORDER BY own.product <> 'commercial', own.sequence, own.id LIMIT 1
                   ) AS main ON TRUE
            """,
        )

    def _where(self):
        return SQL(" WHERE entry.state = 'registered'")
