from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

LIVE = ('new', 'following', 'promised', 'returned', 'not_returned')
# Two reports are of one accident: the same number of one insurer, or one car at about one time (T8). What both name:
SAME_REPORT = SQL(
    "other.report_no = accident.report_no AND (accident.insurer_id IS NULL OR other.insurer_id IS NULL"
    " OR other.insurer_id = accident.insurer_id)"
)
SAME_CARS = (
    SQL("other.vehicle_id = accident.vehicle_id"),
    SQL("other.plate = accident.plate AND (accident.vehicle_id IS NULL OR other.vehicle_id IS NULL)"),
    SQL("other.vin = accident.vin AND (accident.vehicle_id IS NULL OR other.vehicle_id IS NULL)"),
)


class InsuranceAccident(models.Model):
    """Reports of one accident by several callers: proposed, merged with all sources kept, separated again (T8)."""

    _inherit = 'insurance.accident'

    has_duplicates = fields.Boolean(
        string="Maybe Reported Twice", compute='_compute_has_duplicates', search='_search_has_duplicates',
    )
    candidate_ids = fields.Many2many(
        'insurance.accident', string="Maybe the Same Accident", compute='_compute_has_duplicates',
    )

    _vehicle_time_idx = models.Index("(company_id, vehicle_id, accident_on) WHERE vehicle_id IS NOT NULL")
    _plate_time_idx = models.Index("(company_id, plate) WHERE plate IS NOT NULL")
    _vin_time_idx = models.Index("(company_id, vin) WHERE vin IS NOT NULL")

    @api.depends_context('uid')
    @api.depends('state')
    def _compute_has_duplicates(self):
        found = self._find_duplicates()
        for accident in self:
            others = found.get(accident.id, self.browse())
            accident.candidate_ids = others._filtered_access('read')  # some stand in a colleague's book
            accident.has_duplicates = bool(others)

    def _search_has_duplicates(self, operator, value):
        if operator != 'in':
            return NotImplemented
        pairs = self._query_pairs(SQL("accident.company_id IN %s", tuple(self.env.companies.ids)))
        twice = Domain('id', 'in', SQL("SELECT pair.one FROM (%s) pair", pairs))
        return twice if True in value else ~twice

    def _find_duplicates(self):
        """Return `{id: reports that seem to be of the same accident}`, the earliest first, in one query."""
        if not self.ids:
            return {}
        found = {}
        rows = self.env.execute_query(self._query_pairs(SQL("accident.id IN %s", tuple(self.ids))))
        for one, other in rows:
            found.setdefault(one, set()).add(other)
        return {one: self.browse(sorted(others)) for one, others in found.items()}

    @api.model
    def _query_pairs(self, which):
        """Return the SQL of `(one, other)`: ids of reports that seem to be of one accident, both ways around.

        :param which: SQL condition on `accident`, for which pairs are looked
        """
        self.flush_model()
        self.env['insurance.accident.contact'].flush_model()
        soon = SQL(
            "ABS(EXTRACT(EPOCH FROM COALESCE(accident.accident_on, accident.reported_on)"
            " - COALESCE(other.accident_on, other.reported_on))) <= 3600 * company.insurance_accident_duplicate_hours"
        )
        ways = [SAME_REPORT, *(SQL("%s AND %s", same, soon) for same in SAME_CARS)]
        return SQL(" UNION ").join(SQL(
            """SELECT accident.id AS one, other.id AS other
                 FROM insurance_accident accident
                 JOIN res_company company ON company.id = accident.company_id
                 JOIN insurance_accident other ON other.company_id = accident.company_id AND other.id <> accident.id
                  AND other.state IN %(live)s AND %(way)s
                WHERE accident.state IN %(live)s AND %(which)s
                  AND NOT EXISTS (
                      SELECT 1 FROM insurance_accident_contact said
                       WHERE said.kind = 'distinct'
                         AND (said.accident_id = accident.id AND said.other_id = other.id
                              OR said.accident_id = other.id AND said.other_id = accident.id))""",
            live=LIVE, way=way, which=which,
        ) for way in ways)

    # === DECISIONS === #

    def _merge(self, other, note=False):
        """Make the report and `other` one accident, which counts once, by the earliest report; both stay on record.

        Reports merged into either before come along.

        :return: the report that counts
        :raises UserError: when they are one already, or of different stores
        """
        self.ensure_one()
        self._check_may_decide()
        one, two = (accident.duplicate_of_id or accident for accident in (self, other))
        error = one._merge_error_message(two)
        if error:
            raise UserError(error)
        main, rest = (one | two).sorted(lambda accident: (accident.reported_on, accident.id))
        text = note or self.env._("Same accident as %(accident)s.", accident=main.display_name)
        # sudo: entries that merge and separate are made here alone
        self.env['insurance.accident.contact'].sudo().create([
            {'accident_id': accident.id, 'kind': 'merged', 'other_id': main.id, 'content': text}
            for accident in rest | rest.merged_ids
        ])
        rest._close_activities()
        return main

    def _check_may_decide(self):
        self.check_access('read')
        if not self.env.su and not self.env.user.has_group('dealer_insurance.group_claims_leader'):
            raise UserError(self.env._(
                "Reports are merged and separated by the claims team leader. Propose it instead."))

    def _merge_error_message(self, other):
        if self == other:
            return self.env._("%(accident)s is that accident already.", accident=self.display_name)
        if self.company_id != other.company_id:
            return self.env._("Reports of different stores are not merged.")
        for accident in self | other:
            if accident.is_superseded:
                return self.env._(
                    "%(accident)s was corrected by another line: merge that one.", accident=accident.display_name)
        return False

    def action_split(self):
        """Separate merged reports again: each counts by itself, with what was said of it (T8)."""
        self._check_may_decide()
        merged = self.filtered('duplicate_of_id')
        self.env['insurance.accident.contact'].sudo().create([{  # sudo: as in _merge
            'accident_id': accident.id, 'kind': 'split', 'other_id': accident.duplicate_of_id.id,
            'content': self.env._("Not the same accident as %(accident)s.",
                                  accident=accident.duplicate_of_id.display_name),
        } for accident in merged])
        return True

    def action_merge_proposed(self):
        """Merge each of the reports with those that seem to be of the same accident."""
        for accident in self.sorted(lambda one: (one.reported_on, one.id)):
            for other in accident._find_duplicates().get(accident.id, self.browse()):
                if other.duplicate_of_id != accident and accident.duplicate_of_id != other:
                    accident._merge(other)
        return True

    def _ask_leader_to_merge(self, other):
        """Remind the reviewer of the book that the two reports wait for a decision."""
        for accident in self.sudo():  # sudo: the reminder is the leader's, whoever proposes
            accident._remind(
                'dealer_insurance.mail_activity_type_accident_merge', accident.register_id.reviewer_id,
                lambda one: one.env._("Maybe the same accident as %(accident)s", accident=other.display_name))

    def action_open_merge(self):
        """Open the dialog that says which report is of the same accident."""
        self.ensure_one()
        self.check_access('read')
        others = self._find_duplicates().get(self.id, self.browse())  # also of a colleague's book: it is proposed
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Same Accident?"),
            'res_model': 'insurance.accident.merge',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_accident_id': self.id, 'default_other_id': others[:1].id},
        }
