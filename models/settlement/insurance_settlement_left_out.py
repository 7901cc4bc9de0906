from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_date

from .insurance_settlement import PRODUCT_FLAGS

YEAR = timedelta(days=366)  # how far back entries that no list has are still looked for
GROUNDS = [
    ('draft', "Still a draft"),
    ('number', "Policy number missing"),
    ('listed', "On another list"),
    ('product', "Product settled elsewhere"),
    ('zero', "Nothing to settle"),
    ('signed', "Signed without a list"),
    ('basis', "Other date decides"),
    ('earlier', "Earlier, on no list"),
    ('free', "Not proposed yet"),
]


class InsuranceSettlement(models.Model):
    """Which entries of the period are not on the list, and why, in words (T13)."""

    _inherit = 'insurance.settlement'

    def _get_left_out(self):
        """Return the entries one could look for on the list and that are not on it.

        Those that were issued or begin in the period, and those of the year before that no list has.

        :return: list of `(entry, ground, sentence)`; a ground is a key of :data:`GROUNDS`
        """
        self.ensure_one()
        self.check_access('read')
        rows = self._read_left_out()
        entries = self.env['insurance.ledger.entry'].browse([row[0] for row in rows])
        readable = set(entries._filtered_access('read').ids)
        return [
            (entry, ground, self._explain_left_out(entry, ground, list_name))
            for entry, (entry_id, ground, list_name) in zip(entries, rows, strict=True) if entry_id in readable
        ]

    def _explain_left_out(self, entry, ground, list_name):
        """Return the sentence that says why `entry` is not on the list."""
        _ = self.env._
        if ground == 'draft':
            return _("It is a draft: register it, then propose again.")
        if ground == 'number':
            return _("A policy number is missing: enter it, then propose again.")
        if ground == 'listed':
            return _("It stands on list %(list)s.", list=list_name or '—')
        if ground == 'product':
            return _("Its policies are of products that are settled on another list.")
        if ground == 'zero':
            return _("It has neither premium nor commission.")
        if ground == 'signed':
            return _("Finance signed it in the ledger without a list. Add it by hand if the insurer owes it.")
        if ground == 'earlier':
            return _("It belongs to an earlier period (%(day)s), and no list has it. Add it by hand.",
                     day=format_date(self.env, entry[self._get_date_field()] or entry.issue_date))
        if ground == 'basis' and self.basis == 'start':
            return _("Issued in the period, but it begins on %(day)s, and the start date decides.",
                     day=format_date(self.env, entry.start_date) if entry.start_date else '?')
        if ground == 'basis':
            return _("It begins in the period, but it was issued on %(day)s, and the signing date decides.",
                     day=format_date(self.env, entry.issue_date))
        return _("It belongs on the list: propose again.")

    def _read_left_out(self):
        """Return `(entry id, ground, name of the list it is on)` of the entries left out, in the ledger's order."""
        self.env.flush_all()
        return self.env.execute_query(SQL(
            """
            SELECT entry.id,
                   CASE WHEN entry.state <> 'registered' THEN 'draft'
                        WHEN parts.settled > 0 AND parts.taken = parts.settled THEN 'listed'
                        WHEN entry.has_number_missing THEN 'number'
                        WHEN parts.settled = 0 AND parts.other > 0 THEN 'product'
                        WHEN parts.settled = 0 THEN 'zero'
                        WHEN entry.is_signed AND parts.lists IS NULL THEN 'signed'
                        WHEN %(day)s BETWEEN %(first)s AND %(last)s THEN 'free'
                        WHEN entry.issue_date BETWEEN %(first)s AND %(last)s
                             OR entry.start_date BETWEEN %(first)s AND %(last)s THEN 'basis'
                        ELSE 'earlier' END AS ground,
                   parts.lists
              FROM insurance_ledger_entry AS entry
              JOIN LATERAL (%(parts)s) AS parts ON TRUE
             WHERE entry.company_id = %(company)s AND entry.insurer_id = %(insurer)s
               AND NOT EXISTS (SELECT FROM insurance_settlement_line AS line
                                WHERE line.entry_id = entry.id AND line.settlement_id = %(list)s)
               AND (entry.issue_date BETWEEN %(first)s AND %(last)s OR entry.start_date BETWEEN %(first)s AND %(last)s
                    OR entry.issue_date BETWEEN %(oldest)s AND %(first)s AND entry.state = 'registered'
                       AND entry.is_signed IS NOT TRUE)
               AND (entry.issue_date BETWEEN %(first)s AND %(last)s OR entry.start_date BETWEEN %(first)s AND %(last)s
                    OR parts.settled > parts.taken)
             ORDER BY entry.issue_date, entry.number, entry.id
            """,
            day=SQL.identifier('entry', self._get_date_field()), first=self.date_from, last=self.date_to,
            oldest=self.date_from - YEAR, company=self.company_id.id, insurer=self.insurer_id.id, list=self.id,
            parts=self._get_parts_sql(),
        ))

    def _get_parts_sql(self):
        """Return the SQL of how many policies of `entry` the list would settle, and how many lists have already."""
        mine = SQL("policy.product IN %s AND (policy.premium <> 0 OR policy.commission <> 0)",
                   tuple(self._get_products()))
        taken = SQL(" OR ").join(
            SQL("(policy.product = %s AND line.%s)", product, SQL.identifier(name))
            for product, name in PRODUCT_FLAGS.items())
        return SQL(
            """
            SELECT count(*) FILTER (WHERE %(mine)s) AS settled,
                   count(*) FILTER (WHERE NOT (%(mine)s) AND policy.premium <> 0) AS other,
                   count(*) FILTER (WHERE %(mine)s AND line.id IS NOT NULL) AS taken,
                   string_agg(DISTINCT other_list.name, ', ') AS lists
              FROM insurance_policy AS policy
              LEFT JOIN insurance_settlement_line AS line
                     ON line.entry_id = entry.id AND line.state <> 'carried' AND (%(taken)s)
              LEFT JOIN insurance_settlement AS other_list ON other_list.id = line.settlement_id
             WHERE policy.entry_id = entry.id
            """, mine=mine, taken=taken,
        )

    def action_view_left_out(self):
        """Show what is not on the list, with the reason of each."""
        self.ensure_one()
        left_out = self.env['insurance.settlement.left.out'].create([
            {'settlement_id': self.id, 'entry_id': entry.id, 'ground': ground, 'explanation': sentence}
            for entry, ground, sentence in self._get_left_out()
        ])
        nothing = Markup('<p class="o_view_nocontent_smiling_face">%s</p>') % self.env._("Nothing is left out")
        return {
            'type': 'ir.actions.act_window', 'res_model': left_out._name, 'view_mode': 'list', 'help': nothing,
            'name': self.env._("Not on %(list)s", list=self.display_name), 'domain': [('id', 'in', left_out.ids)],
            'context': {'create': False, 'search_default_group_ground': 1},
        }
