from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_diversion_look import HORIZON


class InsuranceDiversion(models.Model):
    """Crossing (b): a car delivered some days ago with neither a policy in the ledger nor a reason (R34)."""

    _inherit = 'insurance.diversion'

    @api.model
    def _cross_deliveries(self, company):
        """Return one candidate for each delivery; always weak: most are answers that nobody entered."""
        today = company._insurance_today()
        average = self._get_average_commission(company)['new']
        return [{
            'key': str(row['id']), 'grade': 'weak',
            'ground': 'contradicts' if row['insurance_answer'] == 'here' else 'unanswered',
            'vehicle': row['vehicle_id'], 'insurer': None, 'car': row['car'], 'stake': average, 'is_estimate': True,
            'persons': {row['consultant_id']} - {None},
            'facts': {
                'code': 'delivery_contradicts' if row['insurance_answer'] == 'here' else 'delivery_unanswered',
                'car': row['car'], 'delivered_on': fields.Date.to_string(row['delivery_date']),
                'days': company.insurance_diversion_delivery_days,
            },
            'evidence': [{
                'code': 'delivery_waiting', 'model': 'insurance.delivery', 'id': row['id'],
                'token': f"delivery {row['id']}",
                'facts': {'delivered_on': fields.Date.to_string(row['delivery_date']), 'person': row['consultant']},
            }],
        } for row in self.env.execute_query_dict(self._sql_waiting_deliveries(company, today))]

    @api.model
    def _sql_waiting_deliveries(self, company, today):
        return SQL(
            """
            SELECT delivery.id, delivery.vehicle_id, delivery.delivery_date, delivery.consultant_id,
                   delivery.insurance_answer, COALESCE(vehicle.license_plate, vehicle.vin_sn) AS car,
                   seller.name AS consultant
              FROM insurance_delivery AS delivery
              JOIN fleet_vehicle AS vehicle ON vehicle.id = delivery.vehicle_id
              LEFT JOIN res_users ON res_users.id = delivery.consultant_id
              LEFT JOIN res_partner AS seller ON seller.id = res_users.partner_id
             WHERE delivery.company_id = %(company)s AND delivery.is_counted AND delivery.delivery_date < %(latest)s
               AND (delivery.delivery_date >= %(earliest)s OR delivery.vehicle_id IN %(followed)s)
               AND (delivery.insurance_answer IN ('here', 'open') OR delivery.uninsured_reason_id IS NULL)
               AND NOT EXISTS (
                   SELECT FROM insurance_ledger_entry AS entry
                    WHERE entry.vehicle_id = delivery.vehicle_id AND entry.company_id = delivery.company_id
                      AND entry.state = 'registered' AND entry.entry_type = 'policy'
                      AND entry.issue_date >= delivery.delivery_date - %(before)s)
             ORDER BY delivery.id
            """,
            company=company.id, latest=today - timedelta(days=company.insurance_diversion_delivery_days),
            earliest=today - timedelta(days=HORIZON), before=company.insurance_insured_days_before,
            followed=self._get_followed_vehicles(company, 'delivery'),
        )
