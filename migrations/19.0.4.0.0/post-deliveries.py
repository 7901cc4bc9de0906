"""The cars that the insured rate counted so far become the list of deliveries (K1)."""

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Make one delivery for each car the store delivered as new, as the report counted them; nothing is made twice.

    The sale was not registered at the time: whether it was asked about insurance is not known, the ledger decides.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    source = env['insurance.reason'].search([('use', '=', 'delivery_source'), ('code', '=', 'RETAIL')], limit=1)
    cr.execute(SQL(
        """
        INSERT INTO insurance_delivery (
            company_id, vehicle_id, vehicle_model_id, partner_id, consultant_id, delivery_date, month,
            business_source_id, state, insurance_answer, is_counted, active,
            create_uid, write_uid, create_date, write_date)
        SELECT company.id, vehicle.id, vehicle.model_id, vehicle.owner_id, vehicle.seller_id, vehicle.acquisition_date,
               date_trunc('month', vehicle.acquisition_date)::date, %(source)s, 'delivered', 'open', TRUE, TRUE,
               %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM fleet_vehicle AS vehicle
     LEFT JOIN res_users AS seller ON seller.id = vehicle.seller_id
     LEFT JOIN res_users AS author ON author.id = vehicle.create_uid
          JOIN res_company AS company
               ON company.id = COALESCE(vehicle.company_id, seller.company_id, author.company_id)
         WHERE vehicle.active AND vehicle.is_bought_here AND vehicle.acquisition_date IS NOT NULL
           AND vehicle.acquisition_date <= (now() AT TIME ZONE company.insurance_tz)::date
           AND COALESCE(vehicle.first_registration_date, vehicle.acquisition_date) >= vehicle.acquisition_date - 60
           AND NOT EXISTS (SELECT FROM insurance_delivery AS known
                            WHERE known.vehicle_id = vehicle.id AND known.company_id = company.id)
        """,
        source=source.id or None, uid=SUPERUSER_ID,
    ))
    _logger.info("%s cars delivered as new are in the list of deliveries", cr.rowcount)
    env.invalidate_all()
