from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_diversion_look import HORIZON


class InsuranceDiversion(models.Model):
    """Crossing (d): we offered an insurer, the case was lost, and the same insurer appears (R34).

    It appears with a line of its statement or a policy seen elsewhere, that our ledger does not have (strong), or as
    the one that the customer says he went to (weak: customers do go to the insurer itself).
    """

    _inherit = 'insurance.diversion'

    @api.model
    def _cross_lost_cases(self, company):
        """Return one candidate for each lost case and insurer."""
        average = self._get_average_commission(company)['renewal']
        candidates = {}
        for row in self.env.execute_query_dict(self._sql_lost_offers(company)):
            key = f"{row['case_id']} {row['insurer_id']}"
            found = candidates.setdefault(key, self._judge_lost(key, row, average))
            self._add_appearance(found, row)
        return [*candidates.values()]

    @api.model
    def _judge_lost(self, key, row, average):
        """Return the candidate of a lost case, without how the insurer appeared."""
        return {
            'key': key, 'grade': 'weak', 'ground': 'lost_to', 'vehicle': row['vehicle_id'],
            'insurer': row['insurer_id'], 'car': row['car'], 'stake': average, 'is_estimate': True,
            'persons': {row['specialist_id'], row['offerer_id'], row['loser_id']} - {None},
            'facts': {
                'code': 'lost_case_lost_to', 'car': row['car'], 'insurer': row['insurer'],
                'offered_on': fields.Date.to_string(row['offered_on']),
                'lost_on': fields.Date.to_string(row['closed_on']),
            },
            'evidence': [self._get_offer_evidence(row), {
                'code': 'case_lost', 'model': 'insurance.renewal', 'id': row['case_id'],
                'token': f"lost {row['case_id']} {row['lost_insurer_id'] or ''}".strip(),
                'facts': {'lost_on': fields.Date.to_string(row['closed_on']), 'person': row['specialist'],
                          'coded_reason': row['lost_reason_id'], 'insurer': row['lost_insurer']},
            }],
        }

    @api.model
    def _add_appearance(self, candidate, row):
        """Add a line of a statement or a sighting to a candidate: it is strong then."""
        if row['line_id']:
            line = {name[5:]: value for name, value in row.items() if name.startswith('line_')}
            candidate['evidence'].append(self._get_line_evidence(line))
        elif row['sighting_id']:
            candidate['evidence'].append(self._get_seen_evidence(row))
        else:
            return
        candidate.update(grade='strong', ground='renewal_base')
        candidate['facts']['code'] = 'lost_case_seen'

    @api.model
    def _sql_lost_offers(self, company):
        """Return the query of lost cases, our last offer of each insurer and how that insurer appeared after it.

        A row for each line and each sighting; one with neither where the case was lost to the insurer itself.
        """
        return SQL(
            """
            WITH %(offered)s, unknown AS (%(unknown)s)
            SELECT lost.id AS case_id, lost.vehicle_id, lost.closed_on, lost.specialist_id, lost.lost_reason_id,
                   lost.lost_insurer_id, offered.insurer_id, offered.offer_model, offered.offer_id, offered.offer_name,
                   offered.offered_on, offered.offerer_id, offered.is_accepted, offered.quote_amount,
                   contact.create_uid AS loser_id, COALESCE(insurer.insurer_short_name, insurer.name) AS insurer,
                   COALESCE(lost_to.insurer_short_name, lost_to.name) AS lost_insurer,
                   COALESCE(vehicle.license_plate, vehicle.vin_sn) AS car, specialist.name AS specialist,
                   offerer.name AS offerer, line.id AS line_id, line.policy_key AS line_policy_key,
                   line.policy_no AS line_policy_no, line.product AS line_product, line.premium AS line_premium,
                   line.commission AS line_commission, line.row_number AS line_row_number,
                   line.salesperson_name AS line_salesperson, statement.name AS line_statement,
                   COALESCE(line.issue_date, line.start_date) AS line_issued_on, sighting.id AS sighting_id,
                   sighting.policy_no, sighting.start_date, sighting.issue_date, sighting.seen_on,
                   sighting.source_name, sighting.day
              FROM lost JOIN offered ON offered.case_id = lost.id
              JOIN fleet_vehicle AS vehicle ON vehicle.id = lost.vehicle_id
              JOIN res_partner AS insurer ON insurer.id = offered.insurer_id
              LEFT JOIN res_partner AS lost_to ON lost_to.id = lost.lost_insurer_id
              LEFT JOIN insurance_renewal_contact AS contact ON contact.id = lost.lost_contact_id
              LEFT JOIN (%(people)s) AS specialist ON specialist.id = lost.specialist_id
              LEFT JOIN (%(people)s) AS offerer ON offerer.id = offered.offerer_id
              LEFT JOIN LATERAL (%(appeared)s) AS appeared ON TRUE
              LEFT JOIN insurance_statement_line AS line ON line.id = appeared.line_id
              LEFT JOIN insurance_statement AS statement ON statement.id = line.statement_id
              LEFT JOIN unknown AS sighting ON sighting.id = appeared.sighting_id
             WHERE (line.id IS NOT NULL OR sighting.id IS NOT NULL
                    OR lost.lost_insurer_id = offered.insurer_id AND %(cooperating)s)
               AND NOT (%(written)s)
             ORDER BY lost.id, offered.insurer_id, line.id, sighting.id
            """,
            offered=self._sql_offered(company), unknown=self._sql_unknown_sightings(company),
            people=self._sql_people(), appeared=self._sql_appeared(company), cooperating=self._sql_cooperating(),
            written=self._sql_written(company))

    @api.model
    def _sql_offered(self, company):
        """Return `lost`, the lost cases, and `offered`, our last offer of each insurer before each was lost."""
        return SQL(
            """
            lost AS (
                SELECT renewal.* FROM insurance_renewal AS renewal
                 WHERE renewal.company_id = %(company)s AND renewal.active AND renewal.state = 'lost'
                   AND (renewal.closed_on >= %(earliest)s OR renewal.vehicle_id IN %(followed)s)
            ), offered AS (
                SELECT DISTINCT ON (lost.id, insurer_id) lost.id AS case_id, offer.*
                  FROM lost JOIN (%(offers)s) AS offer ON offer.vehicle_id = lost.vehicle_id
                   AND offer.offered_on <= lost.closed_on AND offer.offered_on >= lost.reference_expiry - 180
                 WHERE offer.insurer_id IS NOT NULL
                 ORDER BY lost.id, insurer_id, offer.is_accepted DESC, offer.offered_on DESC, offer.offer_id DESC
            )
            """,
            company=company.id, earliest=company._insurance_today() - timedelta(days=HORIZON),
            followed=self._get_followed_vehicles(company, 'lost_case'), offers=self._sql_offers(company),
        )

    @api.model
    def _sql_appeared(self, company):
        """Return the query of the lines and the sightings with which the insurer `offered` appeared afterwards."""
        return SQL(
            """
            SELECT one.id AS line_id, NULL::int AS sighting_id FROM insurance_statement_line AS one
             WHERE one.company_id = lost.company_id AND one.insurer_id = offered.insurer_id
               AND one.vin = vehicle.vin_sn AND one.result = 'not_in_ledger'
               AND COALESCE(one.issue_date, one.start_date) >= offered.offered_on - %(days)s
             UNION ALL
            SELECT NULL, one.id FROM unknown AS one
             WHERE one.vehicle_id = lost.vehicle_id AND one.insurer_id = offered.insurer_id
               AND one.day >= offered.offered_on - %(days)s
            """, days=company.insurance_diversion_days)

    @api.model
    def _sql_written(self, company):
        """Return the condition that the insurer `offered` is in a ledger for the car after all."""
        return SQL(
            """
            EXISTS (SELECT FROM insurance_ledger_entry AS entry
                     WHERE entry.vehicle_id = lost.vehicle_id AND entry.insurer_id = offered.insurer_id
                       AND entry.state = 'registered' AND entry.entry_type = 'policy'
                       AND entry.issue_date >= offered.offered_on - %s)
            """, company.insurance_diversion_days)

    @api.model
    def _sql_cooperating(self):
        """Return the condition that the store had an agreement with the insurer `offered` when the case was lost."""
        return SQL(
            """
            EXISTS (SELECT FROM insurance_insurer_agreement AS agreement
                     WHERE agreement.company_id = lost.company_id AND agreement.insurer_id = offered.insurer_id
                       AND agreement.active AND lost.closed_on BETWEEN agreement.date_from
                           AND COALESCE(agreement.date_to, 'infinity'::date))
            """)
