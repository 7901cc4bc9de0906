from odoo.exceptions import UserError
from odoo.tools import SQL


def pre_init_hook(env):
    """Write the VINs of an existing fleet the one way; name those that two active vehicles share.

    A vehicle is its VIN: the unique index of this addon can only be made when no VIN stands twice.
    """
    env.cr.execute(SQL(
        """
        UPDATE fleet_vehicle
           SET vin_sn = upper(regexp_replace(vin_sn, '[[:space:]-]', '', 'g'))
         WHERE vin_sn <> upper(regexp_replace(vin_sn, '[[:space:]-]', '', 'g'))
        """,
    ))
    twice = env.execute_query(SQL(
        """
        SELECT vin_sn, string_agg(COALESCE(license_plate, name, id::text), ', ' ORDER BY id)
          FROM fleet_vehicle
         WHERE active AND vin_sn <> ''
         GROUP BY vin_sn HAVING count(*) > 1
         ORDER BY vin_sn LIMIT 20
        """,
    ))
    if twice:
        raise UserError(env._(
            "Some active vehicles of your fleet have the same chassis number. Archive or correct them, then install"
            " Dealer Insurance again:\n%(vehicles)s",
            vehicles="\n".join(f"{vin}: {plates}" for vin, plates in twice),
        ))
