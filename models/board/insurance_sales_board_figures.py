from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

SECOND_TIER = 'SECOND_TIER'  # code of the business source
SUMS = ('delivered', 'delivered_retail', 'delivered_second_tier', 'delivered_other', 'counted', 'insured',
        'insured_any', 'compulsory_only', 'uninsured_count', 'premium_total', 'premium_commercial', 'third_party_count',
        'third_party_base', 'non_motor_count')
WRITTEN = ('company_id', 'month', 'position', 'consultant_id', 'team_id', 'target_cars', 'target_rate', *SUMS,
           'uninsured_reasons', 'proposal_count', 'proposal_won', 'is_ranked', 'rank_rate', 'rank_sales')
# The joins of the queries stand in the right order for any number of cars: to look for a better one, or to compile
# them, takes longer than to count a month
AS_WRITTEN = SQL("SET LOCAL jit = off; SET LOCAL join_collapse_limit = 1; SET LOCAL from_collapse_limit = 1")
AS_USUAL = SQL(
    "SET LOCAL jit TO DEFAULT; SET LOCAL join_collapse_limit TO DEFAULT; SET LOCAL from_collapse_limit TO DEFAULT")


class InsuranceSalesBoard(models.Model):
    """How the rows of a board come about: one query that adds up the facts of the deliveries, ranks and writes them."""

    _inherit = 'insurance.sales.board'

    def _refresh(self):
        """Count the running boards among these anew, all of a store in one statement.

        Published ones are left alone, and so is one that somebody else counts at this moment. Rows keep their ids;
        those of people without cars, target and proposals go.
        """
        self.env.flush_all()
        live = self._lock_live()
        for company in live.company_id:
            boards = live.filtered(lambda board, company=company: board.company_id == company)
            self.env.cr.execute(SQL("%s; %s; %s", AS_WRITTEN, boards._get_upsert_sql(), AS_USUAL))
        self.env['insurance.sales.board.line'].invalidate_model()
        live.invalidate_recordset(['line_ids'])
        live.write({'refreshed_on': fields.Datetime.now()})

    def _lock_live(self):
        """Return those of these boards that are running, locked until the end of the transaction."""
        if not self:
            return self
        self.env.cr.execute(SQL(
            "SELECT id FROM insurance_sales_board WHERE id IN %s AND state = 'live' ORDER BY id FOR UPDATE SKIP LOCKED",
            tuple(self.ids),
        ))
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _get_upsert_sql(self):
        """Return the statement that writes the rows of these boards, all of one store."""
        columns = SQL(', ').join(SQL.identifier(name) for name in WRITTEN)
        return SQL(
            """
            WITH fresh AS (%(rows)s),
                 gone AS (DELETE FROM insurance_sales_board_line AS line
                           WHERE line.board_id IN %(boards)s
                             AND NOT EXISTS (SELECT FROM fresh WHERE fresh.board_id = line.board_id
                                                AND fresh.kind = line.kind AND fresh.subject_id = line.subject_id))
            INSERT INTO insurance_sales_board_line AS line (board_id, kind, subject_id, %(columns)s, create_uid,
                                                            create_date, write_uid, write_date)
            SELECT board_id, kind, subject_id, %(columns)s, %(user)s, %(now)s, %(user)s, %(now)s FROM fresh
                ON CONFLICT (board_id, kind, subject_id) DO UPDATE
               SET (%(columns)s, write_date) = (%(excluded)s, excluded.write_date)
             WHERE (%(old)s) IS DISTINCT FROM (%(excluded)s)
            """,
            rows=self._get_rows_sql(), boards=tuple(self.ids), columns=columns, user=self.env.uid,
            now=fields.Datetime.now(),
            old=SQL(', ').join(SQL.identifier('line', name) for name in WRITTEN),
            excluded=SQL(', ').join(SQL.identifier('excluded', name) for name in WRITTEN),
        )

    def _get_rows_sql(self):
        """Return the query of the rows of these boards (of one store) as of now: the columns of the lines.

        Consultants without a rate of their own aim at the store's; a store without a target aims at the sum of its
        consultants. Cars of nobody have a row of their own, so that the consultants add up to the store.
        """
        first = min(self.mapped('month'))
        last = max(self.mapped('month')) + relativedelta(day=31)
        return SQL(
            """
            WITH board AS (SELECT id AS board_id, company_id, month FROM insurance_sales_board WHERE id IN %(boards)s),
                 fact AS (%(facts)s), car AS MATERIALIZED (%(cars)s), aim AS MATERIALIZED (%(aims)s),
                 sums AS MATERIALIZED (%(sums)s), person AS MATERIALIZED (%(people)s),
                 why AS MATERIALIZED (%(reasons)s), subject AS MATERIALIZED (%(subjects)s),
                 counted_row AS (%(counted)s)
            SELECT counted_row.*,
                   CASE WHEN is_ranked THEN rank() OVER (
                       PARTITION BY board_id, is_ranked
                       ORDER BY insured::float8 / NULLIF(counted, 0) DESC, delivered DESC, premium_total DESC) END::int
                       AS rank_rate,
                   CASE WHEN kind = 'consultant' AND subject_id > 0 AND delivered > 0 THEN rank() OVER (
                       PARTITION BY board_id, kind, subject_id > 0 ORDER BY delivered DESC) END::int AS rank_sales
              FROM counted_row
            """,
            boards=tuple(self.ids), facts=self.env['insurance.delivery']._get_facts_sql(self.company_id, first, last),
            cars=self._get_cars_sql(), aims=self._get_aims_sql(), sums=self._get_sums_sql(),
            people=self._get_people_sql(first, last), reasons=self._get_reasons_sql(),
            subjects=self._get_subjects_sql(), counted=self._get_counted_sql(),
        )

    @api.model
    def _get_cars_sql(self):
        """Return the query of the cars of the boards, split by business source, with why they are not insured."""
        return SQL(
            """
            SELECT board.board_id, fact.consultant_id, fact.team_id, fact.counted, fact.commercial, fact.any_policy,
                   fact.compulsory_only, fact.non_motor, fact.third_party, fact.third_party_2m, fact.premium,
                   fact.premium_commercial,
                   CASE WHEN source.code = %(second_tier)s THEN 'second_tier' WHEN source.is_excluded THEN 'other'
                        ELSE 'retail' END AS source,
                   CASE WHEN fact.counted = 0 OR fact.commercial = 1 THEN NULL
                        WHEN fact.uninsured_reason_id IS NOT NULL THEN fact.uninsured_reason_id::text
                        WHEN fact.compulsory_only = 1 THEN 'compulsory_only'
                        WHEN fact.insurance_answer = 'here' THEN 'contradicts' ELSE 'open' END AS reason
              FROM fact
              JOIN board USING (company_id, month)
         LEFT JOIN insurance_reason AS source ON source.id = fact.business_source_id
            """,
            second_tier=SECOND_TIER,
        )

    @api.model
    def _get_aims_sql(self):
        """Return the query of the targets of the boards; the store's has no consultant."""
        return SQL(
            """
            SELECT board.board_id, target.consultant_id, target.cars, NULLIF(target.insured_rate, 0) AS rate
              FROM insurance_sales_target AS target
              JOIN board USING (company_id, month)
            """,
        )

    def _get_people_sql(self, first, last):
        """Return the query of the consultants of the boards: who delivered, aims at something, or made proposals.

        They stand in the team for which they delivered most cars; without any, in the one they belong to now.
        """
        return SQL(
            """
            SELECT seen.board_id, seen.consultant_id, COALESCE(max(seen.team_id), (
                       SELECT min(team.id)
                         FROM insurance_sales_team AS team
                         JOIN insurance_sales_team_member_rel AS member ON member.team_id = team.id
                        WHERE team.active AND team.company_id IN %(companies)s
                          AND member.user_id = seen.consultant_id)) AS team_id,
                   max(seen.cars) AS cars, max(seen.rate) AS rate, sum(seen.proposals) AS proposals,
                   sum(seen.won) AS won
              FROM (SELECT board_id, consultant_id, mode() WITHIN GROUP (ORDER BY team_id) AS team_id,
                           NULL::int AS cars, NULL::numeric AS rate, NULL::bigint AS proposals, NULL::bigint AS won
                      FROM car
                  GROUP BY board_id, consultant_id
                 UNION ALL SELECT board_id, consultant_id, NULL, cars, rate, NULL, NULL FROM aim
                            WHERE consultant_id IS NOT NULL
                 UNION ALL SELECT board.board_id, proposal.user_id, NULL, NULL, NULL, 1, proposal.won
                             FROM (%(proposals)s) AS proposal
                             JOIN board USING (company_id, month)) AS seen
          GROUP BY seen.board_id, seen.consultant_id
            """,
            companies=tuple(self.company_id.ids),
            proposals=self.env['insurance.proposal']._get_facts_sql(self.company_id, first, last),
        )

    @api.model
    def _get_sums_sql(self):
        """Return the query that adds the cars up: per store, team and consultant, all at once."""
        return SQL(
            """
            SELECT board_id, %(kind)s AS kind, %(subject)s AS subject_id, count(*) AS delivered,
                   count(*) FILTER (WHERE source = 'retail') AS delivered_retail,
                   count(*) FILTER (WHERE source = 'second_tier') AS delivered_second_tier,
                   count(*) FILTER (WHERE source = 'other') AS delivered_other,
                   sum(counted) AS counted, sum(counted * commercial) AS insured,
                   sum(counted * any_policy) AS insured_any, sum(counted * compulsory_only) AS compulsory_only,
                   sum(counted * (1 - commercial)) AS uninsured_count, sum(counted * premium) AS premium_total,
                   sum(counted * premium_commercial) AS premium_commercial,
                   sum(counted * third_party_2m) AS third_party_count, sum(counted * third_party) AS third_party_base,
                   sum(counted * any_policy * non_motor) AS non_motor_count
              FROM car
          GROUP BY GROUPING SETS ((board_id), (board_id, team_id), (board_id, consultant_id))
            HAVING GROUPING(team_id) = 1 OR team_id IS NOT NULL
            """,
            kind=self._get_kind_sql(), subject=self._get_subject_sql(),
        )

    @api.model
    def _get_reasons_sql(self):
        """Return the query of why cars are not insured, with the labels of today: a frozen board keeps them (T45)."""
        return SQL(
            """
            SELECT board_id, kind, subject_id, jsonb_agg(jsonb_build_object(
                       'key', counts.key, 'name', reason.name, 'count', counts.cars)
                       ORDER BY counts.cars DESC, counts.key) AS uninsured_reasons
              FROM (SELECT board_id, %(kind)s AS kind, %(subject)s AS subject_id, reason AS key, count(*) AS cars
                      FROM car
                     WHERE reason IS NOT NULL
                  GROUP BY GROUPING SETS ((board_id, reason), (board_id, team_id, reason),
                                          (board_id, consultant_id, reason))
                    HAVING GROUPING(team_id) = 1 OR team_id IS NOT NULL) AS counts
         LEFT JOIN insurance_reason AS reason ON reason.id::text = counts.key
          GROUP BY board_id, kind, subject_id
            """,
            kind=self._get_kind_sql(), subject=self._get_subject_sql(),
        )

    @api.model
    def _get_kind_sql(self):
        return SQL("CASE WHEN GROUPING(consultant_id) = 0 THEN 'consultant' WHEN GROUPING(team_id) = 0 THEN 'team'"
                   " ELSE 'store' END")

    @api.model
    def _get_subject_sql(self):
        return SQL("CASE WHEN GROUPING(consultant_id) = 0 THEN COALESCE(consultant_id, 0)"
                   " WHEN GROUPING(team_id) = 0 THEN team_id ELSE 0 END")

    @api.model
    def _get_subjects_sql(self):
        """Return the query of whom the rows are of, with what they aim at and their proposals."""
        return SQL(
            """
            SELECT board_id, 'consultant' AS kind, COALESCE(consultant_id, 0) AS subject_id, 2 AS position,
                   consultant_id, team_id, cars AS target_cars, rate AS target_rate, proposals, won
              FROM person
         UNION ALL
            SELECT board_id, 'team', team.team_id, 1, NULL::int, team.team_id, sum(cars), NULL, sum(proposals), sum(won)
              FROM (SELECT board_id, subject_id AS team_id FROM sums WHERE kind = 'team'
                     UNION SELECT board_id, team_id FROM person) AS team
         LEFT JOIN person USING (board_id, team_id)
             WHERE team.team_id IS NOT NULL
          GROUP BY board_id, team.team_id
         UNION ALL
            SELECT board.board_id, 'store', 0, 0, NULL, NULL, COALESCE(NULLIF(max(store.cars), 0), sum(person.cars)),
                   max(store.rate), sum(proposals), sum(won)
              FROM board
         LEFT JOIN person ON person.board_id = board.board_id
         LEFT JOIN aim AS store ON store.board_id = board.board_id AND store.consultant_id IS NULL
          GROUP BY board.board_id
            """,
        )

    def _get_counted_sql(self):
        """Return the query of the rows before they are ranked, in the order `_get_rows_sql` hands them on."""
        sums = SQL(', ').join(SQL("COALESCE(sums.%(name)s, 0) AS %(name)s", name=SQL.identifier(name)) for name in SUMS)
        return SQL(
            """
            SELECT subject.board_id, subject.kind, subject.subject_id, board.company_id, board.month, subject.position,
                   subject.consultant_id, subject.team_id, COALESCE(subject.target_cars, 0) AS target_cars,
                   COALESCE(subject.target_rate, max(subject.target_rate) FILTER (WHERE subject.kind = 'store')
                       OVER (PARTITION BY subject.board_id), 0) AS target_rate, %(sums)s, why.uninsured_reasons,
                   COALESCE(subject.proposals, 0) AS proposal_count, COALESCE(subject.won, 0) AS proposal_won,
                   subject.kind = 'consultant' AND subject.subject_id > 0
                       AND COALESCE(sums.counted, 0) >= (
                           SELECT insurance_rank_minimum FROM res_company WHERE id = %(company)s) AS is_ranked
              FROM subject
              JOIN board ON board.board_id = subject.board_id
         LEFT JOIN sums ON sums.board_id = subject.board_id AND sums.kind = subject.kind
                       AND sums.subject_id = subject.subject_id
         LEFT JOIN why ON why.board_id = subject.board_id AND why.kind = subject.kind
                      AND why.subject_id = subject.subject_id
            """,
            sums=sums, company=self.company_id.id,
        )
