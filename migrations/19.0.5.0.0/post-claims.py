"""Which handlings of a difference in a claim ask the general manager (6.7)."""

from odoo.tools import SQL


def migrate(cr, version):
    """Mark the two handlings of the list; stores decide about theirs."""
    cr.execute(SQL(
        "UPDATE insurance_reason SET needs_approval = TRUE"
        " WHERE use = 'claim_handling' AND code IN ('STORE', 'BAD_DEBT') AND needs_approval IS NULL"
    ))
