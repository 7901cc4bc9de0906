import hashlib
import json

import psycopg2

from odoo import api, models
from odoo.tools import SQL

STATED = SQL("""
    stated_kind varchar, product varchar, policy_no varchar, policy_key varchar, endorsement_no varchar, vin varchar,
    plate varchar, insured varchar, issue_date date, start_date date, premium numeric, net_premium numeric,
    rate numeric, commission numeric, vehicle_tax numeric, salesperson varchar, remark varchar, fingerprint varchar
""")  # what a staged line of a statement holds


class InsuranceImportStatement(models.AbstractModel):
    """Writing a statement: all of its lines in one statement of SQL, matched at once; or nothing at all."""

    _inherit = 'insurance.import.statement'

    @api.model
    def _dump(self, value):
        return json.dumps(value)

    @api.model
    def _apply(self, rows, importing):
        # sudo: statements and their lines are written by imports and the matching only
        Statement = self.env['insurance.statement'].sudo()
        Statement._lock_matching(importing.company_id, importing.insurer_id)
        self.env.flush_all()
        statement = Statement.create(self._prepare_statement(importing))
        try:
            self._insert_lines(rows, statement)
            self._sum_up(statement)
            statement.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            # Somebody else's import of the same lines ended while this one waited: from the top, seeing them
            raise psycopg2.errors.SerializationFailure() from error
        Statement._match(importing.company_id, importing.insurer_id)

    @api.model
    def _prepare_statement(self, importing):
        return {
            'company_id': importing.company_id.id, 'insurer_id': importing.insurer_id.id, 'import_id': importing.id,
            'name': importing.filename or importing.kind, 'vendor_number': importing.vendor_number,
        }

    @api.model
    def _insert_lines(self, rows, statement):
        """Insert a line for each policy of the staged rows."""
        self.env.execute_query(SQL(
            """
            WITH stated AS (
                SELECT row.sheet_name, row.number, entry.position, line.*,
                       row_number() OVER (PARTITION BY line.fingerprint
                                          ORDER BY row.sheet_name, row.number, entry.position) AS turn
                  FROM insurance_import_row row
                 CROSS JOIN LATERAL jsonb_array_elements(row."values" -> 'lines') WITH ORDINALITY
                            AS entry(line, position)
                 CROSS JOIN LATERAL jsonb_to_record(entry.line) AS line(%(columns)s)
                 WHERE row.id = ANY(%(rows)s)
            ), filed AS (
                SELECT fingerprint, max(occurrence) AS occurrence FROM insurance_statement_line
                 WHERE company_id = %(company)s AND insurer_id = %(insurer)s
                   AND fingerprint IN (SELECT fingerprint FROM stated)
                 GROUP BY fingerprint
            )
            INSERT INTO insurance_statement_line (
                statement_id, company_id, insurer_id, sheet_name, row_number, kind, stated_kind, product, policy_no,
                policy_key, endorsement_no, vin, plate, insured_name, issue_date, start_date, premium, net_premium,
                rate, commission, vehicle_tax, salesperson_name, remark, fingerprint, occurrence, handling,
                is_exception, create_uid, create_date, write_uid, write_date)
            SELECT %(statement)s, %(company)s, %(insurer)s, sheet_name, number, COALESCE(stated_kind, 'original'),
                   stated_kind, product, policy_no, policy_key, endorsement_no, vin, plate, insured, issue_date,
                   start_date, premium, net_premium, rate, COALESCE(commission, 0), COALESCE(vehicle_tax, 0),
                   salesperson, remark, stated.fingerprint, COALESCE(filed.occurrence, 0) + turn, 'none', FALSE,
                   %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
              FROM stated LEFT JOIN filed ON filed.fingerprint = stated.fingerprint
             ORDER BY sheet_name, number, position
            RETURNING id
            """,
            rows=rows.ids, statement=statement.id, company=statement.company_id.id, insurer=statement.insurer_id.id,
            user=self.env.uid, columns=STATED,
        ))
        self.env['insurance.statement.line'].invalidate_model()
        statement.invalidate_recordset()

    @api.model
    def _sum_up(self, statement):
        """Write sums, months and fingerprint of a statement from its lines."""
        agreement = self.env['insurance.insurer.agreement']._get_for_day(
            statement.company_id, statement.insurer_id, statement.company_id._insurance_today())
        by_start = agreement.sudo().statement_basis == 'start'  # sudo: which day counts is no secret
        found = self.env.execute_query(SQL(
            "SELECT fingerprint, %s, premium, commission FROM insurance_statement_line WHERE statement_id = %s",
            SQL("COALESCE(start_date, issue_date)") if by_start else SQL("COALESCE(issue_date, start_date)"),
            statement.id,
        ))
        fingerprints, days, premiums, commissions = zip(*found, strict=True)
        first, last = statement._get_months([day for day in days if day])
        statement.write({
            'content_digest': hashlib.sha256("".join(sorted(fingerprints)).encode()).hexdigest(),
            'date_from': first, 'date_to': last, 'line_count': len(found),
            'stated_premium': sum(premiums), 'stated_commission': sum(commissions),
        })
