from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_statement_line import AGREED

WRITTEN = (
    'policy_id', 'entry_id', 'origin_policy_id', 'matched_by', 'kind', 'duplicate_of_id', 'our_premium',
    'our_commission', 'our_rate', 'premium_difference', 'commission_difference', 'result', 'impact', 'handling',
    'is_exception',
)
FORGOTTEN = ('handling_reason_id', 'handling_note', 'handled_by_id', 'handled_on')  # where the amounts have changed


class InsuranceStatement(models.Model):
    """Matching of an insurer's lines with the store's ledgers, all open lines of an insurer together, in SQL.

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
        if not self._try_lock_matching(company, insurer):
            raise UserError(self.env._(
                "Somebody is importing or matching statements of %(insurer)s at this moment. Try again in a minute.",
                insurer=insurer.display_name,
            ))

    @api.model
    def _try_lock_matching(self, company, insurer):
        """Take the lock of :meth:`_lock_matching` if nobody has it; tell whether it is ours."""
        key = f'insurance.statement {company.id} {insurer.id}'
        got, = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", key))[0]
        if got:
            # Compiling the long queries that follow takes PostgreSQL many times as long as running them
            self.env.cr.execute(SQL("SET LOCAL jit TO off"))
        return got

    @api.model
    def _match(self, company, insurer, concerned=None):
        """Match every line of the insurer's open statements with the store's ledgers, and say how they agree.

        What somebody matched by hand stays matched. What somebody accepted or asked back is open again when the
        amounts have changed since. In sudo only: results are written by nothing else.

        :param concerned: SQL of the ids of the only lines to match, closed in itself (`_sql_concerned`)
        """
        self._lock_matching(company, insurer)
        self.env.flush_all()
        for name, query in (
            ('open_line', self._sql_lines(company, insurer, concerned)),
            ('numbered', self._sql_numbered(company, insurer)),
            ('matched', self._sql_matches(company, insurer)), ('origin', self._sql_origin()),
        ):
            self._keep(name, query)
        self.env.cr.execute(self._sql_update(company))
        self.env.invalidate_all()
        self.search([('company_id', '=', company.id), ('insurer_id', '=', insurer.id), ('state', '=', 'open')]).write(
            {'matched_on': fields.Datetime.now()})

    @api.model
    def _sql_update(self, company):
        """Return the statement that writes the lines whose result is another than before."""
        names = [SQL.identifier(name) for name in WRITTEN]
        forgotten = [SQL.identifier(name) for name in FORGOTTEN]
        return SQL(
            """
            WITH %(sides)s, %(figures)s, %(firsts)s, %(results)s
            UPDATE insurance_statement_line line
               SET %(written)s, %(forgotten)s, exposure = abs(found.impact), write_date = now() AT TIME ZONE 'UTC',
                   write_uid = %(user)s
              FROM found
             WHERE found.id = line.id AND (%(before)s) IS DISTINCT FROM (%(after)s)
            """,
            sides=self._sql_sides(company), figures=self._sql_figures(), firsts=self._sql_firsts(),
            results=self._sql_results(), user=self.env.uid,
            written=SQL(", ").join(SQL("%s = found.%s", name, name) for name in names),
            forgotten=SQL(", ").join(
                SQL("%s = CASE WHEN NOT found.is_reset THEN line.%s END", name, name) for name in forgotten),
            before=SQL(", ").join(SQL("line.%s", name) for name in names),
            after=SQL(", ").join(SQL("found.%s", name) for name in names),
        )

    @api.model
    def _keep(self, name, query):
        """Keep the rows of a query under a name until the transaction ends, counted: PostgreSQL plans by that."""
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
        self.env.cr.execute(SQL("ANALYZE pg_temp.%s", table))

    @api.model
    def _sql_lines(self, company, insurer, concerned=None):
        """Return `open_line`: all lines or those `concerned`, with the tolerance agreed upon for their day."""
        return SQL(
            """
            WITH agreement AS MATERIALIZED (
                SELECT date_from, COALESCE(date_to, 'infinity'::date) AS date_to, tolerance
                  FROM insurance_insurer_agreement
                 WHERE company_id = %(company)s AND insurer_id = %(insurer)s AND active
            )
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
                 WHERE line.company_id = %(company)s AND line.insurer_id = %(insurer)s AND %(concerned)s
            """,
            company=company.id, insurer=insurer.id,
            concerned=SQL("line.id IN (%s)", concerned) if concerned else SQL("TRUE"),
        )

    @api.model
    def _sql_registered(self, company, insurer):
        return SQL(
            "JOIN insurance_ledger_entry entry ON entry.id = policy.entry_id AND entry.state = 'registered'"
            " AND entry.company_id = %s AND entry.insurer_id = %s", company.id, insurer.id,
        )

    @api.model
    def _sql_numbered(self, company, insurer):
        """Return `numbered`: our policies, endorsements and cancellations with the numbers stated."""
        return SQL(
            """
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
            """,
            company=company.id, insurer=insurer.id, ours=self._sql_registered(company, insurer),
        )

    @api.model
    def _sql_origin(self):
        """Return `origin`: the policy of ours that a stated endorsement or cancellation is about."""
        return SQL(
            """
                SELECT DISTINCT ON (line_id) line_id, policy_id
                  FROM numbered WHERE is_change AND entry_type = 'policy'
                 ORDER BY line_id, distance, days, policy_id
            """)

    @api.model
    def _sql_matches(self, company, insurer):
        """Return `matched`: each line's policy and how it was found."""
        return SQL(
            """
            WITH original AS (
                SELECT DISTINCT ON (line_id) line_id, policy_id
                  FROM numbered WHERE entry_type = 'policy' AND NOT is_change
                 ORDER BY line_id, distance, days, policy_id
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
                SELECT line_id, policy_id FROM change UNION ALL SELECT line_id, policy_id FROM original
            ), seeking AS MATERIALIZED (
                SELECT * FROM open_line line
                 WHERE NOT is_change AND matched_by IS DISTINCT FROM 'hand'
                   AND NOT EXISTS (SELECT FROM by_number WHERE line_id = line.id)
            ), %(near)s, by_vehicle AS (
                SELECT line_id, min(policy_id) AS policy_id FROM near WHERE NOT EXISTS (
                    SELECT FROM by_number WHERE by_number.policy_id = near.policy_id)
                 GROUP BY line_id HAVING count(*) = 1)
                SELECT id AS line_id, policy_id, 'hand' AS matched_by FROM open_line WHERE matched_by = 'hand'
                 UNION ALL
                SELECT line_id, by_number.policy_id, 'number' FROM by_number JOIN open_line line ON line.id = line_id
                 WHERE line.matched_by IS DISTINCT FROM 'hand'
                 UNION ALL
                SELECT line_id, policy_id, 'vehicle' FROM by_vehicle
            """, near=self._sql_near(company, insurer),
        )

    @api.model
    def _sql_near(self, company, insurer):
        """Return `near`: our policies of the car of a line whose number we do not have, of its day and premium."""
        return SQL(
            """
            near AS (
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
            )
            """,
            company=company.id, insurer=insurer.id, ours=self._sql_registered(company, insurer),
        )

    @api.model
    def _sql_sides(self, company):
        """Return `side`: each line with our side of it, corrections of it included."""
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
            )
            """,
            places=company.currency_id.decimal_places,
        )

    @api.model
    def _sql_figures(self):
        """Return `figure`: the differences of each line, its kind, and what says the same as it does."""
        return SQL(
            """
            stated AS (
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
            """)

    @api.model
    def _sql_firsts(self):
        """Return `ranked`: each line with the one that counts of those that say the same; what is closed stays so."""
        return SQL(
            """
            closed AS (
                SELECT found.same, min(found.id) AS id FROM (
                    SELECT figure.same, done.id, done.statement_id
                      FROM figure JOIN insurance_statement_line done ON done.policy_id = figure.found_id
                       AND done.duplicate_of_id IS NULL
                     UNION ALL
                    SELECT figure.same, done.id, done.statement_id
                      FROM figure JOIN insurance_statement_line done ON done.policy_key = figure.policy_key
                       AND done.company_id = figure.company_id AND done.insurer_id = figure.insurer_id
                       AND done.duplicate_of_id IS NULL AND done.policy_id IS NULL
                       AND done.product IS NOT DISTINCT FROM figure.product
                       AND (done.kind <> 'original') = figure.is_change
                       AND done.endorsement_no IS NOT DISTINCT FROM figure.endorsement_no
                       AND (NOT figure.is_change OR figure.endorsement_no IS NOT NULL
                            OR done.premium = figure.premium)
                     WHERE figure.found_id IS NULL
                ) found JOIN insurance_statement statement
                    ON statement.id = found.statement_id AND statement.state = 'done'
                 GROUP BY found.same
            ), ranked AS (
                SELECT figure.*, COALESCE(closed.id, first_value(figure.id) OVER alike) AS first_id
                  FROM figure LEFT JOIN closed ON closed.same = figure.same
                WINDOW alike AS (PARTITION BY figure.same
                                 ORDER BY abs(off_premium), abs(off_commission), figure.premium, figure.commission,
                                          figure.fingerprint, figure.list_id, figure.row_number, figure.id)
            )
            """)

    @api.model
    def _sql_results(self):
        """Return `found`: how each line ends."""
        return SQL(
            """
            judged AS (
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
                SELECT id, found_id AS policy_id, found_entry_id AS entry_id, origin_id AS origin_policy_id,
                       found_by AS matched_by, found_kind AS kind, NULLIF(first_id, id) AS duplicate_of_id,
                       ours AS our_premium, our_money AS our_commission, found_rate AS our_rate,
                       off_premium AS premium_difference, off_commission AS commission_difference,
                       verdict AS result, money AS impact, is_reset,
                       CASE WHEN is_reset THEN 'none' ELSE handling END AS handling,
                       verdict NOT IN %(agreed)s AND (is_reset OR handling = 'none') AS is_exception
                  FROM weighed
            )
            """,
            agreed=tuple(sorted(AGREED)),
        )
