from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_settlement import CLERK, PRODUCT_FLAGS

SUMS = SQL(
    """
        SELECT COALESCE(sum(premium) FILTER (WHERE on_it), 0) AS premium,
               COALESCE(sum(commission) FILTER (WHERE on_it), 0) AS commission,
               bool_or(NOT on_it) AS is_partial
          FROM (SELECT premium, commission,
                       CASE product WHEN 'compulsory' THEN chosen.compulsory
                                    WHEN 'commercial' THEN chosen.commercial
                                    ELSE chosen.non_motor END AS on_it
                  FROM insurance_policy WHERE entry_id = chosen.id) AS policy
    """)  # of the policies of an entry that come on the list


class InsuranceSettlement(models.Model):
    """How entries get on a settlement list: from the ledger in a few statements, whatever their number (T13)."""

    _inherit = 'insurance.settlement'

    def action_propose(self):
        """Put on the list what belongs to it: carried-over lines, what the statement names, the entries of the period.

        :return: how many lines were added
        """
        self.ensure_one()
        self._check_role(CLERK, self.env._("The policy clerk draws up settlement lists."))
        if self.state != 'draft':
            raise UserError(self.env._("%(list)s is with finance already. Add single entries from what is left out.",
                                       list=self.display_name))
        self._hold()
        return self._propose()

    def _propose(self):
        """Add the lines of every ground; see `action_propose`."""
        name = SQL.identifier('entry', self._get_date_field())
        grounds = [
            ('carried', SQL(
                """carried.id IS NOT NULL AND entry.id IN (
                       SELECT entry_id FROM insurance_settlement_line
                        WHERE company_id = %s AND insurer_id = %s AND state = 'carried')""",
                self.company_id.id, self.insurer_id.id)),
            ('statement', SQL(
                """entry.id IN (SELECT stated.entry_id FROM insurance_statement_line AS stated
                                  JOIN insurance_statement AS statement ON statement.id = stated.statement_id
                                 WHERE statement.settlement_id = %s AND stated.result <> 'duplicate')""", self.id)),
            ('period', SQL(
                "%(name)s BETWEEN %(first)s AND %(last)s"
                " AND (entry.is_signed IS NOT TRUE OR taken.entry_id IS NOT NULL)",
                name=name, first=self.date_from, last=self.date_to)),
        ]
        added = sum(self._insert_lines(origin, condition) for origin, condition in grounds)
        return added + self._propose_corrections()

    def _propose_corrections(self):
        """Put the corrections of its lines on the list, whatever their own date; called when they are registered, too.

        :return: how many lines were added
        """
        self.ensure_one()
        return self._insert_lines('correction', SQL(
            """entry.id IN (SELECT mine.entry_id FROM insurance_settlement_line AS line
                              JOIN insurance_policy AS corrected ON corrected.entry_id = line.entry_id
                              JOIN insurance_policy AS mine ON mine.corrected_policy_id = corrected.id
                             WHERE line.settlement_id = %s AND line.state <> 'carried')""",
            self.id))

    def _add_entries(self, entries):
        """Put single entries on the list that were left out; the clerk's, while the list is not closed."""
        self.ensure_one()
        self._check_role(CLERK, self.env._("The policy clerk draws up settlement lists."))
        entries.check_access('read')
        if self.state == 'closed':
            raise UserError(self.env._("%(list)s is closed: nothing is added to it.", list=self.display_name))
        self._hold()
        added = self._insert_lines('hand', SQL("entry.id IN %s", tuple(entries.ids))) if entries else 0
        if added < len(entries):
            raise UserError(self.env._(
                "%(list)s: these entries cannot be put on it: %(entries)s. They are drafts, lack a number, hold nothing"
                " that is settled here, or stand on a list.", list=self.display_name,
                entries=[entry.display_name for entry in entries - self.line_ids.entry_id],
            ))
        self.sudo().message_post(  # sudo: a note on what the method did
            body=self.env._("Added by hand: %(entries)s", entries=entries.mapped('display_name')))
        return added

    def _insert_lines(self, origin, condition):
        """Insert a line for every entry that fulfils `condition` and holds policies which no list has.

        :param str origin: why they are on the list
        :param SQL condition: on `entry`, `taken` (which of its policies stand on lists) and `carried` (its line that
            was carried over and stands nowhere yet)
        :return: how many lines
        """
        self.env.flush_all()
        flags = {product: SQL.identifier(name) for product, name in PRODUCT_FLAGS.items() if self[name]}
        free = {
            product: SQL("bool_or(policy.product = %s AND CASE WHEN carried.id IS NOT NULL THEN carried.%s"
                         " ELSE taken.%s IS NOT TRUE END)", product, flag, flag)
            if product in flags else SQL("FALSE")
            for product, flag in {name: SQL.identifier(flag) for name, flag in PRODUCT_FLAGS.items()}.items()
        }
        rows = self.env.execute_query(SQL(
            """
            INSERT INTO insurance_settlement_line (
                   settlement_id, company_id, insurer_id, entry_id, sequence, origin, with_compulsory, with_commercial,
                   with_non_motor, is_partial, carried_from_id, state, premium, commission, create_uid, write_uid,
                   create_date, write_date)
            SELECT %(list)s, %(company)s, %(insurer)s, chosen.id, %(last)s + row_number() OVER (
                       ORDER BY chosen.issue_date, chosen.number, chosen.id),
                   %(origin)s, chosen.compulsory, chosen.commercial, chosen.non_motor, sums.is_partial,
                   chosen.carried_id, 'open', sums.premium, sums.commission, %(user)s, %(user)s, %(now)s, %(now)s
              FROM (%(candidates)s) AS chosen
              JOIN LATERAL (%(sums)s) AS sums ON TRUE
             WHERE chosen.compulsory OR chosen.commercial OR chosen.non_motor
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            list=self.id, company=self.company_id.id, insurer=self.insurer_id.id, origin=origin, user=self.env.uid,
            now=self.env.cr.now(), last=max(self.line_ids.mapped('sequence'), default=0),
            candidates=self._get_candidates_sql(condition, free), sums=SUMS,
        ))
        self.env.invalidate_all(flush=False)
        return len(rows)

    def _get_candidates_sql(self, condition, free):
        """Return the SQL of the entries that may come on the list, with the policies of each that are free."""
        return SQL(
            """
            SELECT entry.id, entry.issue_date, entry.number, carried.id AS carried_id, %(compulsory)s AS compulsory,
                   %(commercial)s AS commercial, %(non_motor)s AS non_motor
              FROM insurance_ledger_entry AS entry
              JOIN insurance_policy AS policy ON policy.entry_id = entry.id
                   AND (policy.premium <> 0 OR policy.commission <> 0)
              LEFT JOIN LATERAL (
                   SELECT min(entry_id) AS entry_id, bool_or(with_compulsory) AS with_compulsory,
                          bool_or(with_commercial) AS with_commercial, bool_or(with_non_motor) AS with_non_motor
                     FROM insurance_settlement_line WHERE entry_id = entry.id
                   ) AS taken ON TRUE
              LEFT JOIN LATERAL (
                   SELECT line.* FROM insurance_settlement_line AS line
                    WHERE line.entry_id = entry.id AND line.state = 'carried' AND line.settlement_id <> %(list)s
                      AND NOT EXISTS (SELECT FROM insurance_settlement_line AS next
                                       WHERE next.carried_from_id = line.id)
                    ORDER BY line.id LIMIT 1
                   ) AS carried ON TRUE
             WHERE entry.company_id = %(company)s AND entry.insurer_id = %(insurer)s AND entry.state = 'registered'
               AND entry.has_number_missing IS NOT TRUE AND %(condition)s
             GROUP BY entry.id, carried.id
            """,
            **free, list=self.id, company=self.company_id.id, insurer=self.insurer_id.id, condition=condition,
        )
