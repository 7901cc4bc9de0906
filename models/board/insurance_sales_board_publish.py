from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .insurance_sales_board_adjustment import MEASURES
from .insurance_sales_board_figures import AS_USUAL, AS_WRITTEN

MONTHS_BACK = 12  # how long what changes in a published month is still told
PUBLISHER = 'dealer_insurance.group_insurance_supervisor'


class InsuranceSalesBoard(models.Model):
    """Publishing the board of a month (R2): it is frozen, and what changed in earlier ones is told on it (T41)."""

    _inherit = 'insurance.sales.board'

    # === ACTIONS === #

    def action_publish(self):
        """Count these boards for the last time and freeze them, with who and when; the first is praised (R3, R4).

        :raises AccessError: for anybody but the supervisor; UserError: before the last day of the month, after a later
            month, or twice
        """
        self.check_access('read')
        if not self.env.su and not self.env.user.has_group(PUBLISHER):
            raise AccessError(self.env._("The insurance supervisor publishes the board."))
        for board in self.sorted('month'):
            error = board._publishing_error_message()
            if error:
                raise UserError(error)
            frozen = board.sudo()  # sudo: rows and stamps are written by nobody but these methods
            frozen._refresh()
            frozen._check_locked()
            frozen.write({'state': 'published', 'published_by_id': self.env.uid, 'published_on': fields.Datetime.now()})
            frozen._adjust()
            frozen.activity_feedback(['mail.mail_activity_data_todo'])
            frozen._after_publish()

    # === BUSINESS === #

    def _publishing_error_message(self):
        """Return why the board cannot be published, or False."""
        self.ensure_one()
        if self.state == 'published':
            return self.env._("%(board)s is already published.", board=self.display_name)
        last = self.month + relativedelta(day=31)
        if self.company_id._insurance_today() < last:
            return self.env._("%(board)s can be published from %(day)s, the last day of the month.",
                              board=self.display_name, day=fields.Date.to_string(last))
        # sudo: that a later month is published, whoever may read it
        later = self.sudo().search([('company_id', '=', self.company_id.id), ('month', '>', self.month),
                                    ('state', '=', 'published')], order='month', limit=1)
        if later:
            return self.env._("%(later)s is already published; boards are published one after the other.",
                              later=later.display_name)
        return False

    def _check_locked(self):
        """Refuse to publish what another user publishes at this moment."""
        if not self._lock_live():
            raise UserError(self.env._("%(board)s is being counted by somebody else: publish it again in a moment.",
                                       board=self.display_name))

    def _after_publish(self):
        """Do what follows from a board that was published; praise and coaching extend this."""
        self.ensure_one()

    def _adjust(self):
        """Tell on this board what changed in the boards published before, beyond what was told already (T41)."""
        self.ensure_one()
        earlier = self.search([
            ('company_id', '=', self.company_id.id), ('state', '=', 'published'), ('month', '<', self.month),
            ('month', '>=', self.month - relativedelta(months=MONTHS_BACK)),
        ])
        if not earlier:
            return
        self.env.flush_all()
        self.env.cr.execute(AS_WRITTEN)
        self.env.cr.execute(earlier._get_differences_sql())
        rows = self.env.cr.fetchall()
        self.env.cr.execute(AS_USUAL)
        self.env['insurance.sales.board.adjustment'].create([
            {'board_id': self.id, 'month': month, 'kind': kind, 'subject_id': subject, 'measure': measure,
             'consultant_id': subject or False if kind == 'consultant' else False,
             'team_id': subject if kind == 'team' else False, 'before': before, 'after': after}
            for month, kind, subject, measure, before, after in rows
        ])

    def _get_differences_sql(self):
        """Return the query of what differs: month, kind, subject_id, measure, known until now, counted now."""
        return SQL(
            """
            SELECT board.month, raw.kind, raw.subject_id, raw.measure, COALESCE(told.after, raw.frozen), raw.now
              FROM (SELECT COALESCE(old.board_id, fresh.board_id) AS board_id, COALESCE(old.kind, fresh.kind) AS kind,
                           COALESCE(old.subject_id, fresh.subject_id) AS subject_id, number.measure,
                           round(COALESCE(number.frozen, 0)::numeric, 2) AS frozen,
                           round(COALESCE(number.now, 0)::numeric, 2) AS now
                      FROM (SELECT * FROM insurance_sales_board_line WHERE board_id IN %(boards)s) AS old
                 FULL JOIN (%(rows)s) AS fresh ON fresh.board_id = old.board_id AND fresh.kind = old.kind
                                              AND fresh.subject_id = old.subject_id
                CROSS JOIN LATERAL (VALUES %(numbers)s) AS number (measure, frozen, now)) AS raw
              JOIN insurance_sales_board AS board ON board.id = raw.board_id
         LEFT JOIN LATERAL (SELECT round(earlier.after::numeric, 2) AS after
                              FROM insurance_sales_board_adjustment AS earlier
                             WHERE earlier.company_id = board.company_id AND earlier.month = board.month
                               AND earlier.kind = raw.kind AND earlier.subject_id = raw.subject_id
                               AND earlier.measure = raw.measure
                          ORDER BY earlier.id DESC LIMIT 1) AS told ON TRUE
             WHERE COALESCE(told.after, raw.frozen) <> raw.now
          ORDER BY board.month, raw.kind DESC, raw.subject_id, raw.measure
            """,
            boards=tuple(self.ids), rows=self._get_rows_sql(),
            numbers=SQL(', ').join(
                SQL("(%s, old.%s::numeric, fresh.%s::numeric)", name, SQL.identifier(name), SQL.identifier(name))
                for name, _label in MEASURES),
        )
