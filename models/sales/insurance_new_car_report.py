from odoo import models
from odoo.tools import SQL


class InsuranceNewCarReport(models.Model):
    """The statistics of new cars stand on the list of deliveries (R37, K1)."""

    _inherit = 'insurance.new.car.report'

    _depends = {
        'insurance.delivery': ['active', 'company_id', 'consultant_id', 'delivery_date', 'is_counted', 'vehicle_id',
                               'vehicle_model_id'],
    }

    def _get_deliveries(self):
        return SQL(
            """
            SELECT car.id, car.company_id, car.vehicle_id, car.vehicle_model_id, car.consultant_id AS seller_id,
                   car.delivery_date
              FROM insurance_delivery AS car
             WHERE car.is_counted
            """,
        )
