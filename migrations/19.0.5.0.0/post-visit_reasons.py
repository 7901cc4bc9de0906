"""Cars that came and left: the reasons of the list say what they ask for."""

from odoo.tools import SQL

MARKS = {'D_SA': 'is_about_advisor', 'C_LOWLOSS': 'needs_assessment'}


def migrate(cr, version):
    for code, column in MARKS.items():
        cr.execute(SQL(
            "UPDATE insurance_reason SET %s = TRUE WHERE use = 'visit_lost' AND code = %s AND company_id IS NULL",
            SQL.identifier(column), code,
        ))
