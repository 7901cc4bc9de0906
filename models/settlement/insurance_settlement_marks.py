from odoo import models
from odoo.tools import SQL

from .insurance_statement_line import AGREED

TOLERANCE = 0.05  # where no agreement says another


class InsuranceSettlement(models.Model):
    """What the insurers' statements say of the lines of lists, in one query (T32)."""

    _inherit = 'insurance.settlement'

    def _get_marks_sql(self, condition):
        """Return the SQL of what is stated for lines of lists: one row for each line.

        Columns: `line_id`, `stated_premium`, `stated_commission` (None where nothing is stated), `residual_premium`,
        `residual_commission` (stated less ours less what corrections on the same list put right), `mark`, and
        `is_handled`: all that differs was accepted, or asked back, where the statement was worked.

        :param SQL condition: on `line`
        """
        self.env['insurance.settlement.line'].flush_model()
        self.env['insurance.policy'].flush_model()
        self.env['insurance.statement.line'].flush_model()
        self.env['insurance.statement'].flush_model()
        return SQL(
            """
            SELECT judged.line_id, sum(judged.stated_premium) AS stated_premium,
                   sum(judged.stated_commission) AS stated_commission,
                   sum(judged.residual_premium) AS residual_premium,
                   sum(judged.residual_commission) AS residual_commission,
                   CASE WHEN NOT bool_or(judged.has_statement) THEN 'none'
                        WHEN bool_and(judged.is_correction OR judged.is_zero) THEN 'matches'
                        WHEN NOT bool_or(judged.stated_count > 0) THEN 'missing'
                        WHEN bool_and(judged.is_correction OR judged.is_zero OR judged.stated_count > 0
                                      AND abs(judged.residual_premium) <= judged.tolerance
                                      AND abs(judged.residual_commission) <= judged.tolerance) THEN 'matches'
                        ELSE 'differs' END AS mark,
                   bool_and(judged.is_correction OR judged.is_zero OR judged.stated_count > 0
                            AND judged.unhandled_count = 0) AS is_handled
              FROM (%s) AS judged
             GROUP BY judged.line_id
            """, self._get_judged_sql(condition))

    def _get_judged_sql(self, condition):
        """Return the SQL of the policies of lines beside what is stated of each."""
        return SQL(
            """
            SELECT line.id AS line_id, stated.premium AS stated_premium, stated.commission AS stated_commission,
                   stated.count AS stated_count, stated.unhandled_count,
                   policy.corrected_policy_id IS NOT NULL AS is_correction,
                   policy.premium = 0 AND COALESCE(policy.commission, 0) = 0 AS is_zero,
                   CASE WHEN policy.corrected_policy_id IS NULL
                        THEN COALESCE(stated.premium, 0) - COALESCE(policy.premium, 0) - corrected.premium
                        ELSE 0 END AS residual_premium,
                   CASE WHEN policy.corrected_policy_id IS NULL
                        THEN COALESCE(stated.commission, 0) - COALESCE(policy.commission, 0) - corrected.commission
                        ELSE 0 END AS residual_commission,
                   statements.count > 0 AS has_statement, COALESCE(agreement.tolerance, %(tolerance)s) AS tolerance
              FROM insurance_settlement_line AS line
              JOIN insurance_settlement AS list ON list.id = line.settlement_id
              JOIN insurance_policy AS policy ON policy.entry_id = line.entry_id
                   AND CASE policy.product WHEN 'compulsory' THEN line.with_compulsory
                            WHEN 'commercial' THEN line.with_commercial ELSE line.with_non_motor END
              LEFT JOIN LATERAL (%(stated)s) AS stated ON TRUE
              LEFT JOIN LATERAL (
                   SELECT COALESCE(sum(own.premium), 0) AS premium, COALESCE(sum(own.commission), 0) AS commission
                     FROM insurance_policy AS own
                     JOIN insurance_settlement_line AS beside ON beside.entry_id = own.entry_id
                    WHERE own.corrected_policy_id = policy.id AND beside.settlement_id = list.id
                      AND beside.state <> 'carried'
                   ) AS corrected ON TRUE
              LEFT JOIN LATERAL (
                   SELECT count(*) AS count FROM insurance_statement WHERE settlement_id = list.id
                   ) AS statements ON TRUE
              LEFT JOIN LATERAL (
                   SELECT tolerance FROM insurance_insurer_agreement
                    WHERE company_id = list.company_id AND insurer_id = list.insurer_id AND active
                      AND date_from <= list.date_to
                    ORDER BY date_from DESC LIMIT 1
                   ) AS agreement ON TRUE
             WHERE %(condition)s
            """, tolerance=TOLERANCE, condition=condition, stated=self._get_stated_sql())

    def _get_stated_sql(self):
        """Return the SQL of what the statements attached to `list` state of `policy`, added up."""
        return SQL(
            """
            SELECT sum(stated.premium) AS premium, sum(stated.commission) AS commission, count(*) AS count,
                   count(*) FILTER (WHERE stated.result NOT IN %s
                                    AND stated.handling NOT IN ('accepted', 'claimed')) AS unhandled_count
              FROM insurance_statement_line AS stated
              JOIN insurance_statement AS statement ON statement.id = stated.statement_id
             WHERE stated.policy_id = policy.id AND stated.result <> 'duplicate' AND statement.settlement_id = list.id
            """, tuple(AGREED))
