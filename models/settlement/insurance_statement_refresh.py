from odoo import api, models
from odoo.tools import SQL


class InsuranceStatement(models.Model):
    """Results that follow the ledger: what is registered is compared with the lines that it may concern, at once."""

    _inherit = 'insurance.statement'

    @api.model
    def _match_registered(self, entries):
        """Match the lines of open statements that these registered entries may concern, and only those.

        In sudo only. Without such lines it costs one query for each store and insurer; where somebody imports or
        matches statements of the insurer just now, that matching is left to do it.
        """
        for (company, insurer), some in entries.grouped(lambda entry: (entry.company_id, entry.insurer_id)).items():
            self.env.flush_all()
            concerned = self._sql_concerned(company, insurer, some.vehicle_id)
            if (self.env.execute_query(SQL("SELECT EXISTS (%s)", concerned))[0][0]
                    and self._try_lock_matching(company, insurer)):
                self._match(company, insurer, concerned)

    @api.model
    def _sql_concerned(self, company, insurer, vehicles):
        """Return the query of the ids of the open lines about these vehicles: all that can take part in their match.

        By VIN, plate, the numbers of their policies, or the policy matched; and whatever states the same numbers, so
        that duplicates and cancellations are judged together.
        """
        return SQL(
            """
            WITH policy AS MATERIALIZED (
                SELECT id, policy_no FROM insurance_policy
                 WHERE vehicle_id IN %(vehicles)s AND company_id = %(company)s AND insurer_id = %(insurer)s
            ), car AS MATERIALIZED (
                SELECT vin_sn, license_plate FROM fleet_vehicle WHERE id IN %(vehicles)s
            ), told AS MATERIALIZED (
                SELECT line.id, line.policy_key FROM car JOIN insurance_statement_line AS line ON line.vin = car.vin_sn
                   AND line.company_id = %(company)s AND line.insurer_id = %(insurer)s
                 UNION
                SELECT line.id, line.policy_key FROM car JOIN insurance_statement_line AS line
                    ON line.vin IS NULL AND line.plate = car.license_plate
                   AND line.company_id = %(company)s AND line.insurer_id = %(insurer)s
                 UNION
                SELECT line.id, line.policy_key FROM policy JOIN insurance_statement_line AS line
                    ON line.policy_id = policy.id
                 UNION
                SELECT line.id, line.policy_key FROM policy JOIN insurance_statement_line AS line
                    ON line.policy_key = policy.policy_no
                   AND line.company_id = %(company)s AND line.insurer_id = %(insurer)s
            ), concerned AS (
                SELECT id FROM told
                 UNION
                SELECT line.id FROM told JOIN insurance_statement_line AS line ON line.policy_key = told.policy_key
                   AND line.company_id = %(company)s AND line.insurer_id = %(insurer)s
            )
            SELECT concerned.id FROM concerned JOIN insurance_statement_line AS line ON line.id = concerned.id
              JOIN insurance_statement AS statement ON statement.id = line.statement_id AND statement.state = 'open'
            """,
            vehicles=tuple(vehicles.ids), company=company.id, insurer=insurer.id,
        )
