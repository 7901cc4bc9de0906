from odoo import fields, models
from odoo.tools import SQL


class InsuranceNewCarReport(models.Model):
    """One row per new car delivered: was it insured through the store? The new-car insured rate (R37, K1).

    Rows are the deliveries, so the rate is an average of noughts and ones: it cannot exceed 100 %, and there is none
    where nothing was delivered. A car counts in the month of its delivery, whenever its policy was issued within the
    window of the store's settings. Deliveries are what `_get_deliveries` selects.
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
        'fleet.vehicle': ['active', 'is_bought_here', 'acquisition_date', 'first_registration_date', 'company_id',
                          'seller_id', 'model_id'],
        'insurance.ledger.entry': ['vehicle_id', 'company_id', 'state', 'entry_type', 'issue_date', 'insurer_id'],
        'insurance.policy': ['entry_id', 'product', 'status'],
        'res.company': ['insurance_insured_days_before', 'insurance_insured_days_after'],
        'res.users': ['company_id'],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT delivery.*, issued.insurer_id, 1 AS delivered_count,
                   issued.commercial AS insured_count, issued.any_policy AS insured_any_count,
                   issued.any_policy - issued.commercial AS compulsory_only_count,
                   issued.commercial::numeric AS insured_rate, issued.any_policy::numeric AS insured_any_rate
              FROM (%s) AS delivery
              JOIN res_company AS company ON company.id = delivery.company_id
              JOIN LATERAL (%s) AS issued ON TRUE
            """,
            self._get_deliveries(), self._get_issued(),
        )

    def _get_deliveries(self):
        """Return the query of the denominator: id, company_id, vehicle_id, vehicle_model_id, seller_id, delivery_date.

        Here: the vehicles that the store delivered as new; one registered long before was not new.
        """
        return SQL(
            """
            SELECT vehicle.id, COALESCE(vehicle.company_id, seller.company_id, author.company_id) AS company_id,
                   vehicle.id AS vehicle_id, vehicle.model_id AS vehicle_model_id, vehicle.seller_id,
                   vehicle.acquisition_date AS delivery_date
              FROM fleet_vehicle AS vehicle
         LEFT JOIN res_users AS seller ON seller.id = vehicle.seller_id
         LEFT JOIN res_users AS author ON author.id = vehicle.create_uid
             WHERE vehicle.active AND vehicle.is_bought_here AND vehicle.acquisition_date IS NOT NULL
               AND COALESCE(vehicle.first_registration_date, vehicle.acquisition_date)
                   >= vehicle.acquisition_date - 60
            """,
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
