from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

SAME_DAYS = 30  # proposals to one customer for one car within so many days are one (K28)
FACT_MODELS = ('insurance.proposal', 'insurance.ledger.entry', 'insurance.policy')


class InsuranceProposal(models.Model):
    """What became of the proposals for new cars: the one query that key figure and board add up (K28)."""

    _inherit = 'insurance.proposal'

    @api.model
    def _flush_facts(self):
        """Write to the database what `_get_facts_sql` reads."""
        for name in FACT_MODELS:
            self.env[name].flush_model()

    @api.model
    def _get_facts_sql(self, companies, first, last):
        """Return the query of the proposals for new cars handed over from `first` to `last` (dates), one row each.

        All proposals and versions to one customer for one car count once, in the month and for the consultant of the
        first, as long as no more than 30 days lie between them. It is won when a policy came of any of them: one
        registered from it, or one of the same car issued within 30 days, not cancelled. The columns: `id` (the first),
        `company_id`, `user_id`, `month`, `won` (0 or 1).
        """
        return SQL(
            """
            SELECT (array_agg(step.id ORDER BY step.date, step.id))[1] AS id, step.company_id,
                   (array_agg(step.user_id ORDER BY step.date, step.id))[1] AS user_id,
                   date_trunc('month', min(step.date)::timestamp)::date AS month, max(%(won)s::int) AS won
              FROM (%(steps)s) AS step
          GROUP BY step.company_id, step.partner_id, step.car, step.round
            HAVING min(step.date) BETWEEN %(first)s AND %(last)s
            """,
            won=self._get_won_sql(), steps=self._get_steps_sql(companies, first), first=first, last=last,
        )

    @api.model
    def _get_steps_sql(self, companies, first):
        """Return the query of all proposals handed over, with the `round` of the customer and car each belongs to.

        Those of 30 days before `first` are read too: what continues them began then. A car is known by its vehicle,
        that of any version; before it has one, by its model.
        """
        return SQL(
            """
            SELECT proposal.*,
                   sum(proposal.begins) OVER (
                       PARTITION BY proposal.company_id, proposal.partner_id, proposal.car
                       ORDER BY proposal.date, proposal.id) AS round
              FROM (
                SELECT given.*,
                       CASE WHEN given.date - lag(given.date) OVER (
                           PARTITION BY given.company_id, given.partner_id, given.car ORDER BY given.date, given.id
                       ) <= %(days)s THEN 0 ELSE 1 END AS begins
                  FROM (
                    SELECT id, company_id, user_id, partner_id, date, sent_on,
                           max(vehicle_id) OVER chain AS vehicle_id,
                           COALESCE('car ' || max(vehicle_id) OVER chain, 'model ' || model_id, name) AS car
                      FROM insurance_proposal
                     WHERE scene = 'new' AND company_id IN %(companies)s AND date >= %(since)s
                    WINDOW chain AS (PARTITION BY company_id, name)) AS given
                 WHERE given.sent_on IS NOT NULL) AS proposal
            """,
            days=SAME_DAYS, companies=tuple(companies.ids) or (0,), since=first - timedelta(days=SAME_DAYS),
        )

    @api.model
    def _get_won_sql(self):
        """Return the condition that a policy in force came of a `step`."""
        return SQL(
            """
            (EXISTS (SELECT FROM insurance_ledger_entry AS entry
                       JOIN insurance_policy AS policy ON policy.entry_id = entry.id AND policy.status <> 'cancelled'
                      WHERE entry.proposal_id = step.id AND entry.state = 'registered'
                        AND entry.entry_type = 'policy')
             OR EXISTS (SELECT FROM insurance_ledger_entry AS entry
                          JOIN insurance_policy AS policy
                            ON policy.entry_id = entry.id AND policy.status <> 'cancelled'
                         WHERE entry.vehicle_id = step.vehicle_id AND entry.company_id = step.company_id
                           AND entry.state = 'registered' AND entry.entry_type = 'policy'
                           AND entry.issue_date BETWEEN step.date AND step.date + %s))
            """,
            SAME_DAYS,
        )
