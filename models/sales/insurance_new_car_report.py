from odoo import models
from odoo.tools import SQL


class InsuranceNewCarReport(models.Model):
    """The statistics of new cars stand on the list of deliveries (R37, K1)."""

    _inherit = 'insurance.new.car.report'

    _depends = {
        'insurance.delivery': ['active', 'company_id', 'consultant_id', 'delivery_date', 'is_counted', 'vehicle_id',
                               'vehicle_model_id'],
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
