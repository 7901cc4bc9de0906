"""What the specialists have planned before due contacts were kept becomes due as planned (K6)."""

import logging

from odoo.tools import SQL

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Make one planned contact due for each open case with a next contact date; nothing is made twice."""
    cr.execute(SQL(
        """
        INSERT INTO insurance_renewal_task (
            renewal_id, company_id, user_id, due_date, kind, state, promised, is_on_time, is_tried_on_time,
            planned_contact_id, create_uid, write_uid, create_date, write_date)
        SELECT id, company_id, specialist_id, next_contact_date, 'planned', 'open', false, false, false,
               last_contact_id, 1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM insurance_renewal
         WHERE active AND next_contact_date IS NOT NULL AND specialist_id IS NOT NULL
           AND state NOT IN ('won', 'lost', 'invalid')
            ON CONFLICT DO NOTHING
        """
    ))
    _logger.info("%s planned contacts of open renewal cases are due as planned", cr.rowcount)
