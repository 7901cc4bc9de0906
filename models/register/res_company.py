from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.base.models.res_partner import _tz_get

from ...lib.weeks import DEFAULT_TIMEZONE, local_datetime, local_day

EMPTY_PHRASES = '\n'.join(
    (
        "已跟进",
        "跟进中",
        "继续跟进",
        "再联系",
        "下次再联系",
        "同上",
        "无",
        "没有",
        "无变化",
        "正常",
        "已联系",
        "已通话",
        "待跟进",
        "followed up",
        "no change",
        "same as above",
        "ok",
        "none",
        "will call again",
    )
)  # phrases that specialists really write: data, which each store edits in its settings


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_tz = fields.Selection(
        _tz_get,
        string="Store Time Zone",
        default=DEFAULT_TIMEZONE,
        required=True,
        help="Weeks, months and deadlines of the insurance desk are cut in this time zone.",
    )
    insurance_review_lag_weeks = fields.Selection(
        [('0', "Sunday of the same week"), ('1', "Sunday of the following week")],
        string="Weekly Review Due",
        default='1',
        required=True,
    )
    insurance_page_lines = fields.Integer(string="Lines per Register Page", default=20, required=True)
    insurance_allow_self_review = fields.Boolean(
        string="Allow Self-review",
        help="Lets the keeper of a book review it himself in a small store. Every print says so.",
    )
    insurance_alternate_reviewer_id = fields.Many2one(
        'res.users',
        string="Alternate Reviewer",
        help="Signs for the reviewer where he is absent or keeps the book himself, and is told of overdue"
        " reviews. Usually the general manager.",
    )
    insurance_backfill_hours = fields.Integer(
        string="Late Entry after (h)",
        default=24,
        required=True,
        help="A line entered later than this after the contact is marked as entered late.",
    )
    insurance_burst_count = fields.Integer(
        string="Burst: Lines",
        default=5,
        required=True,
        help="As many lines entered by one person within the minutes beside it are marked for the reviewer.",
    )
    insurance_burst_minutes = fields.Integer(string="Burst: Minutes", default=5, required=True)
    insurance_empty_phrases = fields.Text(
        string="Empty Phrases",
        default=EMPTY_PHRASES,
        help="One phrase a line. A text that says nothing else is marked for the reviewer.",
    )

    insurance_export_alert_rows = fields.Integer(
        string="Alert above Exported Rows",
        default=500,
        required=True,
        help="The general manager is told of an export of personal data with more rows than this (T37).",
    )

    _export_alert_rows_positive = models.Constraint(
        'CHECK (insurance_export_alert_rows >= 0)',
        "The rows above which an export alerts cannot be negative.",
    )
    _page_lines_positive = models.Constraint(
        'CHECK (insurance_page_lines BETWEEN 1 AND 100)',
        "A register page holds 1 to 100 lines.",
    )

    def _insurance_today(self):
        """Return the store's present day (date)."""
        self.ensure_one()
        return local_day(fields.Datetime.now(), self.insurance_tz)

    def _insurance_past_domain(self, name):
        """Return the domain of records of these stores whose day in the field `name` is over, by each store's clock."""
        return Domain.OR(
            Domain('company_id', '=', company.id) & Domain(name, '<', company._insurance_today()) for company in self
        )

    def _insurance_local(self, moment):
        """Return the naive UTC `moment` in the store's wall-clock time."""
        self.ensure_one()
        return local_datetime(moment, self.insurance_tz)

    @api.model
    def _has_field_access(self, field, operation):
        # The right of a store's insurance administrator to write companies is for the desk's settings alone.
        if (
            operation == 'write'
            and not self.env.su
            and not field.name.startswith('insurance_')
            and self.env.user.has_group('dealer_insurance.group_administrator')
            and not self.env.user.has_groups('base.group_erp_manager,base.group_system')
        ):
            return False
        return super()._has_field_access(field, operation)
