from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_statement_line import AGREED


class InsuranceStatement(models.Model):
    """Matching of an insurer's lines with the store's ledgers, all open lines of the insurer in one statement of SQL.

    In this order: the policy number; else the car (VIN, or plate where no VIN is stated) with product, a day and the
    premium, where exactly one policy fits. Never across insurers or stores. How the lines are spread over files and in
    which order they stand makes no difference.
    """

    _inherit = 'insurance.statement'

    @api.model
    def _lock_matching(self, company, insurer):
        """Hold off others who import or match statements of this insurer until the transaction ends.

        :raises UserError: where somebody is at it
        """
        key = f'insurance.statement {company.id} {insurer.id}'
        got, = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", key))[0]
        if not got:
            raise UserError(self.env._(
                "Somebody is importing or matching statements of %(insurer)s at this moment. Try again in a minute.",
                insurer=insurer.display_name,
            ))

    @api.model
    def _match(self, company, insurer):
        """Match every line of the insurer's open statements with the store's ledgers, and say how they agree.

        What somebody matched by hand stays matched. What somebody accepted or asked back is open again when the
        amounts have changed since. In sudo only: results are written by nothing else.
        """
        self._lock_matching(company, insurer)
        self.env.flush_all()
        self.env.execute_query(SQL(
            """
            WITH %(lines)s, %(matches)s, %(figures)s, %(results)s
            UPDATE insurance_statement_line line
               SET policy_id = found.policy_id, entry_id = found.entry_id, origin_policy_id = found.origin_id,
                   matched_by = found.matched_by, kind = found.kind, duplicate_of_id = found.duplicate_of_id,
                   our_premium = found.our_premium, our_commission = found.our_commission, our_rate = found.our_rate,
                   premium_difference = found.premium_difference,
                   commission_difference = found.commission_difference,
                   result = found.result, impact = found.impact, exposure = abs(found.impact),
                   handling = found.handling, is_exception = found.is_exception,
                   handling_reason_id = CASE WHEN found.is_reset THEN NULL ELSE line.handling_reason_id END,
                   handling_note = CASE WHEN found.is_reset THEN NULL ELSE line.handling_note END,
                   handled_by_id = CASE WHEN found.is_reset THEN NULL ELSE line.handled_by_id END,
                   handled_on = CASE WHEN found.is_reset THEN NULL ELSE line.handled_on END,
                   write_date = now() AT TIME ZONE 'UTC', write_uid = %(user)s
              FROM found
             WHERE found.id = line.id
               AND (line.policy_id, line.entry_id, line.origin_policy_id, line.matched_by, line.kind,
                    line.duplicate_of_id, line.our_premium, line.our_commission, line.our_rate,
                    line.premium_difference, line.commission_difference, line.result, line.impact, line.handling,
                    line.is_exception)
                   IS DISTINCT FROM
                   (found.policy_id, found.entry_id, found.origin_id, found.matched_by, found.kind,
                    found.duplicate_of_id, found.our_premium, found.our_commission, found.our_rate,
                    found.premium_difference, found.commission_difference, found.result, found.impact, found.handling,
                    found.is_exception)
            RETURNING line.id
            """,
            lines=self._sql_lines(company, insurer), matches=self._sql_matches(company, insurer),
            figures=self._sql_figures(company), results=self._sql_results(), user=self.env.uid,
        ))
        self.env.invalidate_all()
        self.search([('company_id', '=', company.id), ('insurer_id', '=', insurer.id), ('state', '=', 'open')]).write(
            {'matched_on': fields.Datetime.now()})

    @api.model
    def _sql_lines(self, company, insurer):
        """Return `open_line`: the lines to be matched, with the tolerance agreed upon for their day."""
        return SQL(
            """
            agreement AS MATERIALIZED (
                SELECT date_from, COALESCE(date_to, 'infinity'::date) AS date_to, tolerance
                  FROM insurance_insurer_agreement
                 WHERE company_id = %(company)s AND insurer_id = %(insurer)s AND active
            ), open_line AS MATERIALIZED (
                SELECT line.*, statement.id AS list_id,
                       line.endorsement_no IS NOT NULL OR line.premium < 0
                           OR COALESCE(line.stated_kind, 'original') <> 'original' AS is_change,
                       COALESCE((
                           SELECT agreement.tolerance FROM agreement
                            ORDER BY COALESCE(line.issue_date, line.start_date)
                                     BETWEEN agreement.date_from AND agreement.date_to DESC NULLS LAST,
                                     agreement.date_from DESC
                            LIMIT 1
                       ), 0) AS tolerance
                  FROM insurance_statement_line line
                  JOIN insurance_statement statement ON statement.id = line.statement_id AND statement.state = 'open'
                 WHERE line.company_id = %(company)s AND line.insurer_id = %(insurer)s
            )
            """,
            company=company.id, insurer=insurer.id,
        )

    @api.model
    def _sql_matches(self, company, insurer):
        """Return `matched` (line, its policy and how it was found) and `origin` (what a stated change is about)."""
        ours = SQL(
            "JOIN insurance_ledger_entry entry ON entry.id = policy.entry_id AND entry.state = 'registered'"
            " AND entry.company_id = %s AND entry.insurer_id = %s", company.id, insurer.id,
        )
        return SQL(
            """
            numbered AS MATERIALIZED (
                SELECT line.id AS line_id, line.is_change, line.endorsement_no AS stated_endorsement,
                       policy.id AS policy_id, policy.entry_type, policy.endorsement_no,
                       abs(policy.premium - line.premium) AS distance, line.tolerance,
                       abs(entry.issue_date - line.issue_date) AS days
                  FROM open_line line
                  JOIN insurance_policy policy ON policy.policy_no = line.policy_key
                   AND policy.insurer_id = %(insurer)s AND policy.company_id = %(company)s
                   AND policy.corrected_policy_id IS NULL
                   AND (line.product IS NULL OR policy.product = line.product)
                  %(ours)s
            ), original AS (
                SELECT DISTINCT ON (line_id) line_id, policy_id
                  FROM numbered WHERE entry_type = 'policy'
                 ORDER BY line_id, distance, days, policy_id
            ), origin AS (
                SELECT original.* FROM original JOIN open_line line ON line.id = original.line_id
                 WHERE line.is_change
            ), candidate AS (
                SELECT DISTINCT ON (line_id) line_id, policy_id, distance, stated_endorsement
                  FROM numbered
                 WHERE is_change AND entry_type <> 'policy'
                   AND (endorsement_no = stated_endorsement OR endorsement_no IS NULL OR stated_endorsement IS NULL
                        OR distance <= tolerance)
                 ORDER BY line_id, (endorsement_no = stated_endorsement) DESC NULLS LAST, distance, policy_id
            ), change AS (
                SELECT line_id, policy_id FROM (
                    SELECT candidate.*, first_value(stated_endorsement) OVER (
                               PARTITION BY policy_id ORDER BY distance, stated_endorsement, line_id) AS best
                      FROM candidate) ranked
                 WHERE stated_endorsement IS NOT DISTINCT FROM best
            ), by_number AS (
                SELECT line_id, policy_id FROM change
                 UNION ALL
                SELECT original.line_id, original.policy_id FROM original JOIN open_line line
                    ON line.id = original.line_id WHERE NOT line.is_change
            ), seeking AS MATERIALIZED (
                SELECT * FROM open_line line
                 WHERE NOT is_change AND matched_by IS DISTINCT FROM 'hand'
                   AND NOT EXISTS (SELECT FROM by_number WHERE line_id = line.id)
            ), near AS (
                SELECT seeking.id AS line_id, policy.id AS policy_id
                  FROM seeking JOIN fleet_vehicle vehicle ON vehicle.vin_sn = seeking.vin
                  JOIN insurance_policy policy ON policy.vehicle_id = vehicle.id AND policy.entry_type = 'policy'
                   AND policy.company_id = %(company)s AND policy.insurer_id = %(insurer)s
                   AND policy.product = seeking.product AND abs(policy.premium - seeking.premium) <= seeking.tolerance
                  %(ours)s AND (entry.issue_date = seeking.issue_date OR policy.start_date = seeking.start_date)
                 UNION
                SELECT seeking.id, policy.id
                  FROM seeking JOIN insurance_policy policy ON policy.entry_type = 'policy'
                   AND policy.company_id = %(company)s AND policy.insurer_id = %(insurer)s
                   AND policy.product = seeking.product AND abs(policy.premium - seeking.premium) <= seeking.tolerance
                  %(ours)s AND entry.plate = seeking.plate
                   AND (entry.issue_date = seeking.issue_date OR policy.start_date = seeking.start_date)
                 WHERE seeking.vin IS NULL AND seeking.plate IS NOT NULL
            ), by_vehicle AS (
                SELECT line_id, min(policy_id) AS policy_id FROM near
                 WHERE NOT EXISTS (SELECT FROM by_number WHERE by_number.policy_id = near.policy_id)
                 GROUP BY line_id HAVING count(*) = 1
            ), matched AS MATERIALIZED (
                SELECT id AS line_id, policy_id, 'hand' AS matched_by FROM open_line WHERE matched_by = 'hand'
                 UNION ALL
                SELECT line_id, by_number.policy_id, 'number' FROM by_number JOIN open_line line ON line.id = line_id
                 WHERE line.matched_by IS DISTINCT FROM 'hand'
                 UNION ALL
                SELECT line_id, policy_id, 'vehicle' FROM by_vehicle
            )
            """,
            company=company.id, insurer=insurer.id, ours=ours,
        )

    @api.model
    def _sql_figures(self, company):
        """Return `figure`: our side of each line, corrections made for it included, and the differences."""
        return SQL(
            """
            correction AS (
                SELECT policy.corrected_policy_id AS policy_id, sum(policy.premium) AS premium,
                       sum(policy.commission) AS commission
                  FROM insurance_policy policy
                  JOIN insurance_ledger_entry entry ON entry.id = policy.entry_id AND entry.state = 'registered'
                 WHERE policy.corrected_policy_id IN (SELECT policy_id FROM matched)
                 GROUP BY policy.corrected_policy_id
            ), side AS (
                SELECT line.*, matched.policy_id AS found_id, matched.matched_by AS found_by,
                       policy.entry_id AS found_entry_id, policy.entry_type AS found_type,
                       origin.policy_id AS origin_id, policy.commission_rate AS found_rate,
                       COALESCE(policy.premium, 0) + COALESCE(correction.premium, 0) AS ours,
                       COALESCE(policy.commission, 0) + COALESCE(correction.commission, 0) AS our_money,
                       round(line.premium * COALESCE(policy.commission_rate, 0) / CASE
                           WHEN policy.commission_basis = 'net' THEN 1 + COALESCE(policy.vat_rate, 0) ELSE 1 END,
                           %(places)s) AS expected,
                       carried.premium AS carried_premium, COALESCE(carried.premium, 0) + COALESCE((
                           SELECT sum(changing.premium) FROM insurance_policy changing
                             JOIN insurance_ledger_entry entry ON entry.id = changing.entry_id
                              AND entry.state = 'registered'
                            WHERE changing.origin_policy_id = carried.id), 0) AS carried_now
                  FROM open_line line
                  LEFT JOIN matched ON matched.line_id = line.id
                  LEFT JOIN insurance_policy policy ON policy.id = matched.policy_id
                  LEFT JOIN correction ON correction.policy_id = matched.policy_id
                  LEFT JOIN origin ON origin.line_id = line.id AND matched.line_id IS NULL
                  LEFT JOIN insurance_policy carried ON carried.id = origin.policy_id
            ), stated AS (
                SELECT policy_key, product, premium FROM open_line WHERE NOT is_change AND policy_key IS NOT NULL
            ), figure AS MATERIALIZED (
                SELECT side.*, side.premium - ours AS off_premium, side.commission - our_money AS off_commission,
                       CASE
                           WHEN found_id IS NOT NULL
                           THEN CASE found_type WHEN 'policy' THEN 'original' ELSE found_type END
                           WHEN NOT is_change THEN 'original'
                           WHEN stated_kind IN ('endorsement', 'cancellation') THEN stated_kind
                           WHEN premium < 0 AND (
                               abs(premium + carried_premium) <= tolerance OR abs(premium + carried_now) <= tolerance
                               OR EXISTS (SELECT FROM stated WHERE stated.policy_key = side.policy_key
                                             AND stated.product IS NOT DISTINCT FROM side.product
                                             AND abs(stated.premium + side.premium) <= tolerance)
                           ) THEN 'cancellation' ELSE 'endorsement' END AS found_kind,
                       CASE
                           WHEN found_id IS NOT NULL THEN 'policy ' || found_id
                           WHEN policy_key IS NULL THEN 'line ' || fingerprint
                           ELSE concat_ws(' ', policy_key, COALESCE(product, '-'), is_change,
                                          COALESCE(endorsement_no, CASE WHEN is_change THEN premium::varchar END))
                       END AS same
                  FROM side
            )
            """,
            places=company.currency_id.decimal_places,
        )

    @api.model
    def _sql_results(self):
        """Return `found`: how each line ends, the best of those that say the same counted, the others duplicates."""
        return SQL(
            """
            closed AS (
                SELECT DISTINCT ON (figure.same) figure.same, done.id
                  FROM figure JOIN insurance_statement_line done ON done.company_id = figure.company_id
                   AND done.insurer_id = figure.insurer_id AND done.duplicate_of_id IS NULL
                   AND CASE WHEN figure.found_id IS NOT NULL THEN done.policy_id = figure.found_id
                       ELSE done.policy_id IS NULL AND done.policy_key = figure.policy_key
                            AND done.product IS NOT DISTINCT FROM figure.product
                            AND (done.kind <> 'original') = figure.is_change
                            AND done.endorsement_no IS NOT DISTINCT FROM figure.endorsement_no
                            AND (NOT figure.is_change OR figure.endorsement_no IS NOT NULL
                                 OR done.premium = figure.premium) END
                  JOIN insurance_statement statement ON statement.id = done.statement_id AND statement.state = 'done'
                 ORDER BY figure.same, done.id
            ), ranked AS (
                SELECT figure.*, COALESCE(closed.id, first_value(figure.id) OVER alike) AS first_id
                  FROM figure LEFT JOIN closed ON closed.same = figure.same
                WINDOW alike AS (PARTITION BY figure.same
                                 ORDER BY abs(off_premium), abs(off_commission), figure.premium, figure.commission,
                                          figure.fingerprint, figure.list_id, figure.row_number, figure.id)
            ), judged AS (
                SELECT ranked.*, CASE
                           WHEN first_id <> id THEN 'duplicate'
                           WHEN found_id IS NULL AND found_kind = 'cancellation' THEN 'cancellation_not_in_ledger'
                           WHEN found_id IS NULL THEN 'not_in_ledger'
                           WHEN abs(off_premium) > tolerance THEN
                               CASE WHEN abs(commission - expected) > tolerance THEN 'both_differ'
                                    ELSE 'premium_differs' END
                           WHEN abs(off_commission) > tolerance THEN 'rate_differs'
                           WHEN found_kind = 'cancellation' THEN 'cancellation_agreed'
                           WHEN off_premium <> 0 OR off_commission <> 0 THEN 'tail_difference'
                           ELSE 'agreed' END AS verdict
                  FROM ranked
            ), weighed AS (
                SELECT judged.*, CASE WHEN verdict IN ('duplicate', 'not_in_ledger', 'cancellation_not_in_ledger')
                                      THEN commission ELSE off_commission END AS money,
                       handling IN ('accepted', 'claimed')
                       AND (result, premium_difference, commission_difference)
                           IS DISTINCT FROM (verdict, off_premium, off_commission)
                       OR handling = 'correction' AND correction_entry_id IS NULL AS is_reset
                  FROM judged
            ), found AS (
                SELECT id, found_id AS policy_id, found_entry_id AS entry_id, origin_id, found_by AS matched_by,
                       found_kind AS kind, NULLIF(first_id, id) AS duplicate_of_id, ours AS our_premium,
                       our_money AS our_commission, found_rate AS our_rate, off_premium AS premium_difference,
                       off_commission AS commission_difference, verdict AS result, money AS impact, is_reset,
                       CASE WHEN is_reset THEN 'none' ELSE handling END AS handling,
                       verdict NOT IN %(agreed)s AND (is_reset OR handling = 'none') AS is_exception
                  FROM weighed
            )
            """,
            agreed=tuple(sorted(AGREED)),
        )
