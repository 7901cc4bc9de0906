from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Keep the customer classes there were as those of the workbooks, then work out those of the open cases.

    Source and group customer of the cases are computed with their columns.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.flush_all()
    cr.execute(SQL(
        "UPDATE insurance_renewal SET imported_class = customer_class"
        " WHERE imported_class IS NULL AND customer_class IS NOT NULL",
    ))
    env.invalidate_all()
    for (company_id,) in env.execute_query(SQL("SELECT DISTINCT company_id FROM insurance_renewal")):
        env['insurance.renewal']._refresh_classes(env['res.company'].browse(company_id))
