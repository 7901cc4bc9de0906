from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_diversion_look import HORIZON
from .insurance_diversion_statement import UNINSURED


class InsuranceDiversion(models.Model):
    """Crossing (c): a car seen with a policy of a cooperating insurer that is not in the ledger (T14).

    Of interest where the policy is dated around our delivery of the car or our last quote for it. What was seen comes
    from other rooms (`insurance.diversion.sighting`).
    """

    _inherit = 'insurance.diversion'

    @api.model
    def _cross_sightings(self, company):
        """Return one candidate for each insurer and car."""
        average = self._get_average_commission(company)
        candidates = {}
        for row in self.env.execute_query_dict(self._sql_seen(company)):
            key = f"{row['insurer_id']} {row['vehicle_id']}"
            found = candidates.setdefault(key, self._judge_seen(key, row, average))
            found['evidence'].append(self._get_seen_evidence(row))
        for candidate in candidates.values():
            candidate['evidence'] += candidate.pop('context')
        return [*candidates.values()]

    @api.model
    def _judge_seen(self, key, row, average):
        is_strong = row['insurance_answer'] in UNINSURED or bool(row['case_id'])
        near = 'delivery' if row['is_near_delivery'] else 'quote'
        context = self._get_car_evidence(row, {'delivery', 'case'})
        if row['offer_model']:
            context.append(self._get_offer_evidence(row))
        return {
            'key': key, 'grade': 'strong' if is_strong else 'weak', 'ground': 'delivery_uninsured' if
            row['insurance_answer'] in UNINSURED else 'renewal_base' if row['case_id'] else 'delivered' if
            row['delivery_id'] else 'seen',
            'vehicle': row['vehicle_id'], 'insurer': row['insurer_id'], 'car': row['car'], 'is_estimate': True,
            'stake': average['new' if near == 'delivery' else 'renewal'],
            'persons': {row['consultant_id'], row['specialist_id'], row['offerer_id']} - {None},
            'facts': {
                'code': f'sighting_{near}', 'car': row['car'], 'insurer': row['insurer'],
                'day_on': fields.Date.to_string(row['day']),
                'delivered_on': fields.Date.to_string(row['delivery_date']) or None,
                'offered_on': fields.Date.to_string(row['offered_on']) or None,
            },
            'evidence': [], 'context': context,
        }

    @api.model
    def _get_seen_evidence(self, row):
        """Return the evidence that a sighting is; another record that saw the same policy says nothing new."""
        return {
            'code': 'sighting', 'model': 'insurance.diversion.sighting', 'id': row['sighting_id'],
            'token': f"policy {row['policy_no'] or row['day']}",
            'facts': {
                'seen_on': fields.Date.to_string(row['seen_on']), 'source': row['source_name'],
                'policy_no': row['policy_no'], 'insurer': row['insurer'],
                'issued_on': fields.Date.to_string(row['issue_date']) or None,
                'start_on': fields.Date.to_string(row['start_date']) or None,
            },
        }

    @api.model
    def _get_offer_evidence(self, row):
        """Return the evidence that an offer of ours is: a proposal, or a quote in a contact."""
        is_quote = row['offer_model'] == 'insurance.renewal.contact'
        code = 'quote' if is_quote else 'proposal_accepted' if row['is_accepted'] else 'proposal'
        return {
            'code': code, 'model': row['offer_model'], 'id': row['offer_id'],
            'token': f"offer {row['offer_model']} {row['offer_id']}",
            'facts': {
                'offered_on': fields.Date.to_string(row['offered_on']), 'person': row['offerer'],
                'name': row['offer_name'], 'insurer': row.get('offer_insurer') or row['insurer'],
                'quote_amount': float(row['quote_amount'] or 0),
            },
        }

    # === SQL === #

    @api.model
    def _sql_offers(self, company):
        """Return the query of our offers: proposals handed over, and quotes in contacts, by the store's clock.

        One row for each offer and insurer offered; a quote without a recommended insurer stands for any of them.
        """
        return SQL(
            """
            SELECT 'insurance.proposal' AS offer_model, proposal.id AS offer_id, proposal.name AS offer_name,
                   proposal.vehicle_id, proposal.renewal_id, proposal.date AS offered_on,
                   proposal.user_id AS offerer_id, proposal.state = 'accepted' AS is_accepted, plan.insurer_id,
                   plan.total AS quote_amount
              FROM insurance_proposal AS proposal
              JOIN insurance_proposal_plan AS plan ON plan.proposal_id = proposal.id
             WHERE proposal.company_id = %(company)s AND proposal.vehicle_id IS NOT NULL
               AND proposal.sent_on IS NOT NULL
               AND (proposal.accepted_plan_id IS NULL OR proposal.accepted_plan_id = plan.id)
             UNION ALL
            SELECT 'insurance.renewal.contact', contact.id, NULL, renewal.vehicle_id, renewal.id,
                   (contact.contact_on AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date, contact.create_uid, FALSE,
                   contact.recommended_insurer_id,
                   COALESCE(contact.quote_commercial, 0) + COALESCE(contact.quote_compulsory, 0)
              FROM insurance_renewal_contact AS contact
              JOIN insurance_renewal AS renewal ON renewal.id = contact.renewal_id
             WHERE contact.company_id = %(company)s AND contact.is_superseded IS NOT TRUE
               AND COALESCE(contact.quote_commercial, 0) + COALESCE(contact.quote_compulsory, 0) > 0
            """, company=company.id, tz=company.insurance_tz)

    @api.model
    def _sql_unknown_sightings(self, company):
        """Return the query of the sightings of cooperating insurers' policies that no ledger of ours has."""
        return SQL(
            """
            SELECT sighting.*, COALESCE(sighting.issue_date, sighting.start_date) AS day
              FROM insurance_diversion_sighting AS sighting
             WHERE sighting.company_id = %(company)s AND sighting.active
               AND COALESCE(sighting.issue_date, sighting.start_date) IS NOT NULL
               AND EXISTS (
                   SELECT FROM insurance_insurer_agreement AS agreement
                    WHERE agreement.company_id = sighting.company_id AND agreement.insurer_id = sighting.insurer_id
                      AND agreement.active
                      AND COALESCE(sighting.issue_date, sighting.start_date) BETWEEN agreement.date_from
                          AND COALESCE(agreement.date_to, 'infinity'::date))
               AND NOT EXISTS (
                   SELECT FROM insurance_policy AS policy
                     JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id AND entry.state = 'registered'
                    WHERE policy.policy_no = sighting.policy_no AND policy.insurer_id = sighting.insurer_id)
               AND NOT EXISTS (
                   SELECT FROM insurance_policy AS policy
                     JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id AND entry.state = 'registered'
                    WHERE policy.vehicle_id = sighting.vehicle_id AND policy.insurer_id = sighting.insurer_id
                      AND policy.entry_type = 'policy'
                      AND (policy.start_date = sighting.start_date OR entry.issue_date = sighting.issue_date
                           OR sighting.policy_no IS NULL
                              AND COALESCE(sighting.start_date, sighting.issue_date)
                                  BETWEEN policy.start_date - 90 AND policy.end_date))
            """, company=company.id)

    @api.model
    def _sql_seen(self, company):
        """Return the query of those sightings that lie around our delivery of the car or our last offer for it."""
        return SQL(
            """
            SELECT seen.id AS sighting_id, seen.vehicle_id, seen.insurer_id, seen.policy_no, seen.start_date,
                   seen.issue_date, seen.seen_on, seen.source_name, seen.day,
                   COALESCE(insurer.insurer_short_name, insurer.name) AS insurer,
                   COALESCE(vehicle.license_plate, vehicle.vin_sn) AS car,
                   delivery.id AS delivery_id, delivery.delivery_date, delivery.consultant_id,
                   delivery.insurance_answer, delivery.uninsured_reason_id, delivery.id IS NOT NULL AS is_near_delivery,
                   renewal.id AS case_id, renewal.reference_expiry, renewal.specialist_id, offer.offer_model,
                   offer.offer_id, offer.offer_name, offer.offered_on, offer.offerer_id, offer.is_accepted,
                   offer.quote_amount, offer_insurer.name AS offer_insurer, consultant.name AS consultant,
                   specialist.name AS specialist, offerer.name AS offerer
              FROM (%(seen)s) AS seen
              JOIN fleet_vehicle AS vehicle ON vehicle.id = seen.vehicle_id
              JOIN res_partner AS insurer ON insurer.id = seen.insurer_id
              LEFT JOIN LATERAL (%(deliveries)s) AS delivery ON TRUE
              LEFT JOIN LATERAL (%(last_offer)s) AS offer ON TRUE
              LEFT JOIN LATERAL (
                   SELECT own.id, own.reference_expiry, own.specialist_id FROM insurance_renewal AS own
                    WHERE own.vehicle_id = seen.vehicle_id AND own.company_id = seen.company_id AND own.active
                      AND own.state <> 'invalid'
                    ORDER BY abs(own.reference_expiry - seen.day), own.id DESC LIMIT 1
                   ) AS renewal ON TRUE
              LEFT JOIN res_partner AS offer_insurer ON offer_insurer.id = offer.insurer_id
              LEFT JOIN (%(people)s) AS consultant ON consultant.id = delivery.consultant_id
              LEFT JOIN (%(people)s) AS specialist ON specialist.id = renewal.specialist_id
              LEFT JOIN (%(people)s) AS offerer ON offerer.id = offer.offerer_id
             WHERE (delivery.id IS NOT NULL OR offer.offer_id IS NOT NULL)
               AND (seen.seen_on >= %(earliest)s OR seen.vehicle_id IN %(followed)s)
             ORDER BY seen.insurer_id, seen.vehicle_id, seen.id
            """,
            seen=self._sql_unknown_sightings(company), deliveries=self._sql_near_delivery(company),
            last_offer=self._sql_last_offer(company), people=self._sql_people(),
            earliest=company._insurance_today() - timedelta(days=HORIZON),
            followed=self._get_followed_vehicles(company, 'sighting'),
        )

    @api.model
    def _sql_near_delivery(self, company):
        """Return the query of our delivery of the car `seen` around which its policy is dated."""
        return SQL(
            """
            SELECT own.* FROM insurance_delivery AS own
             WHERE own.vehicle_id = seen.vehicle_id AND own.company_id = seen.company_id AND own.active
               AND own.state <> 'returned'
               AND (seen.issue_date BETWEEN own.delivery_date - %(days)s AND own.delivery_date + %(days)s
                    OR seen.start_date BETWEEN own.delivery_date - %(days)s AND own.delivery_date + %(days)s)
             ORDER BY own.delivery_date DESC LIMIT 1
            """, days=company.insurance_diversion_days)

    @api.model
    def _sql_last_offer(self, company):
        """Return the query of our last offer for the car `seen` before its policy, the insurer's own first."""
        return SQL(
            """
            SELECT made.* FROM (%(offers)s) AS made
             WHERE made.vehicle_id = seen.vehicle_id
               AND seen.day BETWEEN made.offered_on - %(days)s AND made.offered_on + %(quote_days)s
             ORDER BY made.offered_on DESC, made.insurer_id = seen.insurer_id DESC NULLS LAST, made.offer_id DESC
             LIMIT 1
            """, offers=self._sql_offers(company), days=company.insurance_diversion_days,
            quote_days=company.insurance_diversion_quote_days)

    @api.model
    def _sql_people(self):
        return SQL("SELECT res_users.id, person.name FROM res_users"
                   " JOIN res_partner AS person ON person.id = res_users.partner_id")
