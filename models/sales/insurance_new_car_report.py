from odoo import fields, models
from odoo.tools import SQL


class InsuranceNewCarReport(models.Model):
    """One row per new car delivered: was it insured through the store? The new-car insured rate (R37, K1).

    Rows are the deliveries, so the rate is an average of noughts and ones: it cannot exceed 100 %, and there is none
    where nothing was delivered. A car counts in the month of its delivery, whenever its policy was issued within the
    window of the store's settings.
    """

    _name = 'insurance.new.car.report'
    _description = "New-car Insured Rate"
    _auto = False
    _order = 'delivery_date desc, id desc'
    _rec_name = 'vehicle_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", readonly=True)
    vehicle_model_id = fields.Many2one('fleet.vehicle.model', string="Model", readonly=True)
    seller_id = fields.Many2one('res.users', string="Sales Consultant", readonly=True)
    delivery_date = fields.Date(string="Delivered on", readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True,
                                 help="Of the commercial policy, else of the compulsory one.")
    delivered_count = fields.Integer(string="Delivered", readonly=True)
    insured_count = fields.Integer(string="Insured", readonly=True, help="With a commercial policy.")
    insured_any_count = fields.Integer(string="Any Policy", readonly=True)
    compulsory_only_count = fields.Integer(string="Compulsory only", readonly=True)
    insured_rate = fields.Float(
        string="Insured Rate", readonly=True, aggregator='avg', digits=(5, 1),
        help="Delivered cars with a commercial policy that was issued through the store within the window around the"
        " delivery and is not cancelled ÷ delivered cars (K1).",
    )
    insured_any_rate = fields.Float(
        string="Rate with any Policy", readonly=True, aggregator='avg', digits=(5, 1),
        help="The same with any policy, compulsory only included.",
    )

    _depends = {
        'insurance.delivery': ['active', 'company_id', 'consultant_id', 'delivery_date', 'is_counted', 'vehicle_id',
                               'vehicle_model_id'],
        'insurance.ledger.entry': ['vehicle_id', 'company_id', 'state', 'entry_type', 'issue_date', 'insurer_id'],
        'insurance.policy': ['entry_id', 'product', 'status'],
        'res.company': ['insurance_insured_days_before', 'insurance_insured_days_after'],
    }

    @property
    def _table_query(self):
        """Return the facts of the cars that count: one text for statistics, key figures and board."""
        return SQL(
            """
            SELECT fact.id, fact.company_id, fact.vehicle_id, fact.vehicle_model_id, fact.consultant_id AS seller_id,
                   fact.delivery_date, fact.insurer_id, 1 AS delivered_count, fact.commercial AS insured_count,
                   fact.any_policy AS insured_any_count, fact.compulsory_only AS compulsory_only_count,
                   fact.commercial::numeric AS insured_rate, fact.any_policy::numeric AS insured_any_rate
              FROM (%s) AS fact
            """,
            self.env['insurance.delivery']._get_facts_sql(condition=SQL("delivery.is_counted")),
        )

    def _get_issued(self):
        """Return the query of what was issued for a `delivery` of a `company`: one row of noughts and ones."""
        return SQL(
            """
            SELECT COALESCE(max((policy.product = 'commercial')::int), 0) AS commercial,
                   LEAST(count(policy.id) FILTER (WHERE policy.product <> 'non_motor'), 1)::int AS any_policy,
                   (array_agg(entry.insurer_id ORDER BY policy.product <> 'commercial', policy.id))[1] AS insurer_id
              FROM insurance_ledger_entry AS entry
              JOIN insurance_policy AS policy ON policy.entry_id = entry.id AND policy.status <> 'cancelled'
             WHERE %s
            """, self._get_issued_condition(),
        )

    def _get_issued_condition(self):
        """Return the condition that an `entry` was issued for a `delivery` of a `company` and counts for it (K1)."""
        return SQL(
            """
            entry.vehicle_id = delivery.vehicle_id AND entry.company_id = delivery.company_id
            AND entry.state = 'registered' AND entry.entry_type = 'policy'
            AND entry.issue_date BETWEEN delivery.delivery_date - company.insurance_insured_days_before
                                     AND delivery.delivery_date + company.insurance_insured_days_after
            """,
        )
