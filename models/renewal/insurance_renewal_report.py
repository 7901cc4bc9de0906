from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...lib.weeks import local_day
from .insurance_renewal_gate import SUPERVISORS

REPORT_STATES = [('draft', "Being Written"), ('submitted', "Submitted"), ('received', "Taken in"),
                 ('returned', "Returned")]
WRITABLE = ('draft', 'returned')
TELLING = 3  # cases that the summary tells
LEAST_TEXT = 10  # characters of analysis and measures


class InsuranceRenewalReport(models.Model):
    """The written summary of a specialist's lost cases of a month, for the supervisor (R9, domain 2.10).

    The system counts, the specialist explains, another person takes it in. Until it is submitted the numbers follow
    the cases; then they stay as they were.
    """

    _name = 'insurance.renewal.report'
    _description = "Monthly Lost Summary"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'month desc, company_id, specialist_id, id'
    _mail_post_access = 'read'  # who takes it in may answer below it

    _guarded_fields = frozenset({
        'company_id', 'specialist_id', 'month', 'due_date', 'state', 'line_ids', 'reason_line_ids',
        'insurer_line_ids', 'lost_count', 'previous_lost_count', 'late_discovery_count', 'price_gap', 'gap_count',
        'submitted_on', 'resubmitted_on', 'return_count', 'received_by_id', 'received_on', 'remark',
    })
    _author_fields = frozenset({'analysis', 'measures', 'telling_contact_ids'})

    company_id = fields.Many2one('res.company', string="Store", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    specialist_id = fields.Many2one('res.users', string="Specialist", required=True, readonly=True, index=True)
    month = fields.Date(string="First Day of the Month", required=True, readonly=True)
    period = fields.Char(string="Month", compute='_compute_period')
    due_date = fields.Date(string="Due on", required=True, readonly=True)
    state = fields.Selection(REPORT_STATES, required=True, default='draft', readonly=True, tracking=True, index=True)
    line_ids = fields.One2many('insurance.renewal.report.line', 'report_id', string="Counts", readonly=True)
    reason_line_ids = fields.One2many('insurance.renewal.report.line', 'report_id', string="By Reason", readonly=True,
                                      domain=[('kind', '=', 'reason')])
    insurer_line_ids = fields.One2many('insurance.renewal.report.line', 'report_id', string="By Insurer",
                                       readonly=True, domain=[('kind', '=', 'insurer')])
    lost_count = fields.Integer(string="Lost Cases", readonly=True)
    previous_lost_count = fields.Integer(string="Lost the Month before", readonly=True)
    late_discovery_count = fields.Integer(string="Thereof Found out Late", readonly=True)
    price_gap = fields.Monetary(
        string="Average Price Gap", readonly=True, aggregator=None,
        help="Our newest quote (commercial and compulsory, without vehicle tax) less the competitor's price, over the"
        " cases where both are known.",
    )
    gap_count = fields.Integer(string="Cases with Price Gap", readonly=True)
    telling_contact_ids = fields.Many2many(
        'insurance.renewal.contact', 'insurance_renewal_report_contact_rel', 'report_id', 'contact_id',
        string="Telling Cases",
        help="Up to three cases of the month that show why customers leave. Proposed; choose others if they say more.",
    )
    candidate_ids = fields.Many2many('insurance.renewal.contact', compute='_compute_candidate_ids',
                                     export_string_translation=False)
    analysis = fields.Text(help="What the reasons have in common, and what you saw behind them.")
    measures = fields.Text(string="Proposed Measures", help="What you and the store should do next month.")
    submitted_on = fields.Datetime(string="Submitted on", readonly=True, copy=False)
    resubmitted_on = fields.Datetime(string="Submitted again on", readonly=True, copy=False)
    return_count = fields.Integer(string="Times Returned", readonly=True, copy=False)
    is_late = fields.Boolean(string="Submitted Late", compute='_compute_is_late', store=True,
                             help="First submitted after the day it was due (K27).")
    is_overdue = fields.Boolean(string="Summary Overdue", compute='_compute_is_overdue', search='_search_is_overdue')
    is_mine = fields.Boolean(compute='_compute_is_mine', export_string_translation=False)
    received_by_id = fields.Many2one('res.users', string="Taken in by", readonly=True, copy=False)
    received_on = fields.Datetime(string="Taken in on", readonly=True, copy=False)
    remark = fields.Text(string="Supervisor's Remark", readonly=True, copy=False)

    _report_uniq = models.UniqueIndex(
        "(company_id, specialist_id, month)", "This specialist already has a summary of the month.",
    )
    _month_first_day = models.Constraint(
        'CHECK (EXTRACT(DAY FROM month) = 1)', "A month is given by its first day.",
    )

    # === COMPUTE === #

    @api.depends('month')
    def _compute_period(self):
        for report in self:
            report.period = report.month.strftime('%Y-%m') if report.month else ''

    @api.depends_context('lang')
    @api.depends('month', 'specialist_id')
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("Lost Summary %(month)s %(specialist)s", month=report.period,
                                             specialist=report.specialist_id.name or '')

    @api.depends('submitted_on', 'due_date')
    def _compute_is_late(self):
        for report in self:
            report.is_late = bool(report.submitted_on) and report.due_date < local_day(
                report.submitted_on, report.company_id.insurance_tz)

    @api.depends('state', 'due_date')
    def _compute_is_overdue(self):
        for report in self:
            report.is_overdue = report.state == 'draft' and report.due_date < report.company_id._insurance_today()

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        overdue = self.env.companies._insurance_past_domain('due_date') & Domain('state', '=', 'draft')
        return overdue if True in value else ~overdue

    @api.depends_context('uid')
    @api.depends('specialist_id')
    def _compute_is_mine(self):
        for report in self:
            report.is_mine = report.specialist_id == self.env.user

    @api.depends('specialist_id', 'month')
    def _compute_candidate_ids(self):
        for report in self:
            report.candidate_ids = report.sudo()._find_cases().lost_contact_id  # sudo: ids for a list, rules still hold

    # === CONSTRAINTS AND CRUD === #

    @api.constrains('telling_contact_ids')
    def _check_telling(self):
        for report in self.sudo():  # sudo: the case may have changed hands since
            if len(report.telling_contact_ids) > TELLING:
                raise ValidationError(self.env._("%(report)s tells at most %(count)s cases.",
                                                 report=report.display_name, count=TELLING))
            foreign = report.telling_contact_ids - report._find_cases().lost_contact_id
            if foreign:
                raise ValidationError(self.env._(
                    "%(contacts)s: choose lines with which a case of this month and specialist was lost.",
                    contacts=foreign.mapped('display_name'),
                ))

    def write(self, vals):
        if self._author_fields & vals.keys() and not self.env.su:
            for report in self:
                if report.state not in WRITABLE:
                    raise UserError(self.env._(
                        "%(report)s is submitted and stays as it is. The supervisor can return it.",
                        report=report.display_name,
                    ))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Lost summaries are kept: %(report)s.", report=self[:1].display_name))

    # === FLOW === #

    def _submitting_error_message(self):
        """Return why the present user cannot submit the summary, or False."""
        self.ensure_one()
        if self.specialist_id != self.env.user:
            return self.env._("%(report)s is submitted by %(specialist)s.", report=self.display_name,
                              specialist=self.specialist_id.name)
        if self.state not in WRITABLE:
            return self.env._("%(report)s is already submitted.", report=self.display_name)
        if not self.lost_count:
            return False
        short = [
            self._fields[name]._description_string(self.env) for name in ('analysis', 'measures')
            if len((self[name] or '').strip()) < LEAST_TEXT
        ]
        if short:
            return self.env._("%(report)s: write at least %(least)s characters under %(fields)s.",
                              report=self.display_name, least=LEAST_TEXT, fields=short)
        wanted = min(TELLING, self.lost_count)
        if len(self.telling_contact_ids) < wanted:
            return self.env._("%(report)s: choose %(count)s telling cases.", report=self.display_name, count=wanted)
        return False

    def action_submit(self):
        """Hand the summaries to the supervisor with the numbers as they now are; from then on they stay.

        :raises UserError: naming the summary and what is missing
        """
        self.check_access('write')
        for report in self:
            if report.state == 'draft':
                report.sudo()._refresh()  # sudo: the system counts, the author does not
            error = report._submitting_error_message()
            if error:
                raise UserError(error)
            now = fields.Datetime.now()
            again = bool(report.submitted_on)
            # sudo: state and stamps are written by no role; the author was checked above
            report.sudo().write({'state': 'submitted', 'resubmitted_on' if again else 'submitted_on': now})
            report._after_submit()
        return True

    def _receiving_error_message(self):
        """Return why the present user can neither take the summary in nor return it, or False."""
        self.ensure_one()
        if not self.env.user.has_groups(SUPERVISORS):
            return self.env._("Lost summaries are taken in by the insurance supervisor.")
        if self.specialist_id == self.env.user:
            return self.env._("%(report)s is your own; somebody else has to take it in.", report=self.display_name)
        if self.state != 'submitted':
            return self.env._("%(report)s is not submitted, or already taken in.", report=self.display_name)
        return False

    def action_receive(self, remark=False):
        """Take the summaries in (R9): by somebody else than their author, with a remark if there is one to make."""
        self._decide({'state': 'received', 'received_by_id': self.env.uid, 'received_on': fields.Datetime.now(),
                      'remark': (remark or '').strip() or False})
        for report in self:
            report._after_receive()
        return True

    def action_return(self, remark):
        """Give the summaries back to their authors, who read in `remark` what is missing; the numbers stay."""
        remark = (remark or '').strip()
        if len(remark) < 2:
            raise UserError(self.env._("Say what is missing; the author of the summary reads it."))
        self._decide({'state': 'returned', 'remark': remark})
        for report in self:
            report.sudo().return_count += 1  # sudo: as in _decide
            report._after_return()
        return True

    def _decide(self, values):
        self.check_access('read')
        for report in self:
            error = report._receiving_error_message()
            if error and not self.env.user.has_groups(SUPERVISORS):
                raise AccessError(error)
            if error:
                raise UserError(error)
        self.sudo().write(values)  # sudo: what the supervisor decides is written by no role; checked above

    def action_open_receive(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Take in a Lost Summary"),
            'res_model': 'insurance.renewal.report.receive', 'view_mode': 'form', 'target': 'new',
            'context': {'default_report_id': self.id},
        }

    def action_view_cases(self):
        """Show the cases that the summary counts."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Lost Cases"), 'res_model': 'insurance.renewal',
            'view_mode': 'list,form,pivot,graph', 'domain': list(self._get_cases_domain()),
            'context': {'insurer_short_name': True},
        }
