from odoo import api, models
from odoo.tools import SQL

HIGH_LIMIT = 2_000_000  # yuan: the third-party limit whose share the board shows (form 2.3)
FACT_MODELS = ('insurance.delivery', 'insurance.ledger.entry', 'insurance.policy', 'res.company')


class InsuranceDelivery(models.Model):
    """What the ledgers say of each car handed over: the one query that report, key figures and board add up (K1)."""

    _inherit = 'insurance.delivery'

    @api.model
    def _flush_facts(self):
        """Write to the database what `_get_facts_sql` reads."""
        for name in FACT_MODELS:
            self.env[name].flush_model()

    @api.model
    def _get_facts_sql(self, companies=None, first=None, last=None, condition=None):
        """Return the query of the cars handed over and not taken back, one row each.

        A car stands in its row once, whatever was issued for it: sums of its noughts and ones cannot exceed the
        number of cars. The columns:

        - `id`, `company_id`, `month`, `delivery_date`, `consultant_id`, `team_id`, `vehicle_id`, `vehicle_model_id`,
          `business_source_id`, `insurance_answer`, `uninsured_reason_id` of the delivery
        - `counted` 1 for retail, the denominator of K1; else 0. What follows is told of every car: a figure of K1 adds
          up the rows with `counted = 1` alone
        - `commercial`, `any_policy` (compulsory or commercial), `compulsory_only`, `non_motor`: 1 when a policy of the
          kind was issued within the store's days around the delivery and is not cancelled
        - `third_party` 1 when a commercial policy has third-party cover, `third_party_2m` 1 when for 2 m or more
        - `premium`, `premium_commercial`: in force, of these policies with their endorsements, without vehicle tax
        - `insurer_id` of the commercial policy, else of the compulsory one

        :param companies: stores; all when left out
        :param first: first and `last` day (dates) of the delivery; open when left out
        :param condition: further SQL on `delivery`
        """
        return SQL(
            """
            SELECT delivery.id, delivery.company_id, delivery.month, delivery.delivery_date, delivery.consultant_id,
                   delivery.team_id, delivery.vehicle_id, delivery.vehicle_model_id, delivery.business_source_id,
                   delivery.insurance_answer, delivery.uninsured_reason_id,
                   COALESCE(delivery.is_counted, FALSE)::int AS counted, %(measures)s
              FROM insurance_delivery AS delivery
              JOIN res_company AS company ON company.id = delivery.company_id
         LEFT JOIN insurance_ledger_entry AS entry ON %(window)s
         LEFT JOIN insurance_policy AS policy ON policy.entry_id = entry.id AND policy.status <> 'cancelled'
             WHERE %(chosen)s
          GROUP BY delivery.id
            """,
            measures=self._get_measures_sql(), window=self._get_window_sql(),
            chosen=self._get_chosen_sql(companies, first, last, condition),
        )

    @api.model
    def _get_chosen_sql(self, companies, first, last, condition):
        """Return the condition of the deliveries that `_get_facts_sql` tells of."""
        conditions = [SQL("delivery.active"), SQL("delivery.state IN ('delivered', 'completed')"), condition]
        if companies is not None:
            conditions.append(SQL("delivery.company_id IN %s", tuple(companies.ids) or (0,)))
        if first:
            conditions.append(SQL("delivery.delivery_date >= %s", first))
        if last:
            conditions.append(SQL("delivery.delivery_date <= %s", last))
        return SQL(" AND ").join(filter(None, conditions))

    @api.model
    def _get_window_sql(self):
        """Return the condition that an `entry` counts for a `delivery` of a `company` (K1)."""
        return self.env['insurance.new.car.report']._get_issued_condition()

    @api.model
    def _get_measures_sql(self):
        """Return the columns of `_get_facts_sql` that are worked out from the policies of a delivery."""
        commercial, motor = SQL("policy.product = 'commercial'"), SQL("policy.product <> 'non_motor'")
        return SQL(
            """
            (count(policy.id) FILTER (WHERE %(commercial)s) > 0)::int AS commercial,
            (count(policy.id) FILTER (WHERE %(motor)s) > 0)::int AS any_policy,
            (count(policy.id) FILTER (WHERE %(motor)s) > 0 AND count(policy.id) FILTER (WHERE %(commercial)s) = 0)::int
                AS compulsory_only,
            (count(policy.id) FILTER (WHERE policy.product = 'non_motor') > 0)::int AS non_motor,
            (COALESCE(max(policy.third_party_limit) FILTER (WHERE %(commercial)s), 0) > 0)::int AS third_party,
            (COALESCE(max(policy.third_party_limit) FILTER (WHERE %(commercial)s), 0) >= %(high)s)::int
                AS third_party_2m,
            COALESCE(sum(%(premium)s), 0) AS premium,
            COALESCE(sum(%(premium)s) FILTER (WHERE %(commercial)s), 0) AS premium_commercial,
            (array_agg(entry.insurer_id ORDER BY policy.product <> 'commercial', policy.product = 'non_motor',
                       policy.id) FILTER (WHERE policy.id IS NOT NULL))[1] AS insurer_id
            """,
            commercial=commercial, motor=motor, high=HIGH_LIMIT, premium=self._get_premium_sql(),
        )

    @api.model
    def _get_premium_sql(self):
        """Return what a `policy` costs with its registered endorsements (`insurance.policy.premium_now`)."""
        return SQL(
            """
            COALESCE(policy.premium, 0) + CASE WHEN policy.status = 'endorsed' THEN COALESCE((
                SELECT sum(change.premium)
                  FROM insurance_policy AS change
                  JOIN insurance_ledger_entry AS changing ON changing.id = change.entry_id
                 WHERE change.origin_policy_id = policy.id AND changing.state = 'registered'), 0) ELSE 0 END
            """,
        )
