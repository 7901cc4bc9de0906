import re

from odoo import api, models
from odoo.tools import SQL

from ...lib import identifiers

SHORTEST = 4  # characters; the last four of a plate find a car
SHORTEST_WITHIN = 5  # in the middle of a plate or VIN
CANDIDATES = 40  # looked at by each way, before those of other stores are left out
NO_CHARACTER = re.compile('[^A-Z0-9\u4e00-\u9fff]')


class FleetVehicle(models.Model):
    """A car found while the customer is on the telephone: by any end of its plate or VIN, among a million (T16).

    The beginning (with and without the province) and the end of a plate or VIN are looked up in ordinary indexes, which
    every PostgreSQL has; what stands in the middle in the trigram indexes, where the database has them.
    """

    _inherit = 'fleet.vehicle'

    _insurance_vin_start_idx = models.Index("(vin_sn text_pattern_ops)")
    _insurance_vin_end_idx = models.Index("(reverse(vin_sn) text_pattern_ops)")
    _insurance_plate_start_idx = models.Index("(license_plate text_pattern_ops)")
    _insurance_plate_letter_idx = models.Index("(substr(license_plate, 2) text_pattern_ops)")
    _insurance_plate_end_idx = models.Index("(reverse(license_plate) text_pattern_ops)")

    @api.model
    def _find_by_fragment(self, text, limit=8):
        """Return the active cars whose plate (present, else former) or VIN has `text` at an end or, failing that,
        within; at most `limit`, none for less than four characters."""
        fragment = NO_CHARACTER.sub('', (identifiers.normalise_plate(text) or '').upper())
        if len(fragment) < SHORTEST:
            return self.browse()
        self.flush_model(['vin_sn', 'license_plate', 'active'])
        self.env['insurance.vehicle.plate'].flush_model()
        found = self._visible(self._query_ends(fragment))
        if len(found) < limit and self.env.registry.has_trigram and len(fragment) >= SHORTEST_WITHIN:
            found |= self._visible(self._query_within(fragment))
        return found[:limit]

    def _visible(self, query):
        """Return the cars of the ids that `query` selects, as far as the user may see them, in its order."""
        return self.browse([found for found, in self.env.execute_query(query)])._filtered_access('read')

    @api.model
    def _query_ends(self, fragment):
        """Return the SQL of ids, plates before VINs, ends before beginnings, what the car carries before the past."""
        end, start = f'{fragment[::-1]}%', f'{fragment}%'
        ways = [
            SQL("SELECT id, 1 AS rank FROM fleet_vehicle WHERE active AND reverse(license_plate) LIKE %s", end),
            SQL("SELECT id, 2 FROM fleet_vehicle WHERE active AND license_plate LIKE %s", start),
            SQL("SELECT id, 3 FROM fleet_vehicle WHERE active AND substr(license_plate, 2) LIKE %s", start),
            SQL("SELECT id, 4 FROM fleet_vehicle WHERE active AND reverse(vin_sn) LIKE %s", end),
            SQL("SELECT id, 5 FROM fleet_vehicle WHERE active AND vin_sn LIKE %s", start),
            SQL("SELECT former.vehicle_id, 6 FROM insurance_vehicle_plate former"
                " JOIN fleet_vehicle car ON car.id = former.vehicle_id AND car.active"
                " WHERE reverse(former.plate) LIKE %s", end),
        ]
        parts = [SQL("(%s LIMIT %s)", way, CANDIDATES) for way in ways]
        return SQL("SELECT id FROM (%s) found GROUP BY id ORDER BY MIN(rank), id LIMIT %s",
                   SQL(" UNION ALL ").join(parts), CANDIDATES)

    @api.model
    def _query_within(self, fragment):
        """Return the SQL of ids of cars that have the fragment anywhere, by the trigram indexes."""
        pattern = f'%{fragment}%'
        plate, vin = (
            SQL("unaccent(%s)", SQL.identifier(name)) if self.env.registry.has_unaccent else SQL.identifier(name)
            for name in ('license_plate', 'vin_sn'))
        return SQL(
            "SELECT id FROM ("
            "(SELECT id FROM fleet_vehicle WHERE active AND %(plate)s ILIKE %(pattern)s LIMIT %(limit)s)"
            " UNION (SELECT id FROM fleet_vehicle WHERE active AND %(vin)s ILIKE %(pattern)s LIMIT %(limit)s)) found"
            " ORDER BY id LIMIT %(limit)s", plate=plate, vin=vin, pattern=pattern, limit=CANDIDATES,
        )
