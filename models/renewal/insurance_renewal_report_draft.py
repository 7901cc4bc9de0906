from collections import Counter

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from .insurance_renewal_gate import SUPERVISORS
from .insurance_renewal_report import TELLING

WRITE = 'dealer_insurance.mail_activity_type_lost_report'
RECEIVE = 'dealer_insurance.mail_activity_type_lost_report_receive'


class InsuranceRenewalReport(models.Model):
    """How the summaries draft themselves, and whom they remind (R9)."""

    _inherit = 'insurance.renewal.report'

    # === WHO AND WHAT === #

    def _get_cases_domain(self, months=0):
        """Return the domain of the cases that the summary counts, or of as many months later."""
        self.ensure_one()
        first = self.month + relativedelta(months=months)
        last = first + relativedelta(months=1, days=-1)
        lost = self.env['insurance.renewal']._get_lost_domain(self.company_id, first, last)
        return lost & Domain('specialist_id', '=', self.specialist_id.id)

    def _find_cases(self, months=0):
        return self.env['insurance.renewal'].search(self._get_cases_domain(months))

    @api.model
    def _get_owing(self, company, month):
        """Return the users who owe the store a summary of `month`.

        Specialists who had cases before it ended, or, where the past was imported, have cases lost in it.
        """
        last = month + relativedelta(months=1, days=-1)
        role = self.env.ref('dealer_insurance.group_renewal_specialist')
        Case = self.env['insurance.renewal']
        with_cases = Case._read_group(
            Domain([('company_id', '=', company.id), ('assigned_on', '<=', last)])
            | Case._get_lost_domain(company, month, last),
            ['specialist_id'],
        )
        users = self.env['res.users'].union(*(user for (user,) in with_cases))
        return users.filtered(lambda user: user.active and role in user.all_group_ids)

    # === DRAFTING === #

    @api.model
    def _draft(self, company, month, specialists=None):
        """Make the summaries of `month` that are missing, count those not yet submitted anew, and return them all.

        :param company: the store, one
        :param month: first day (date)
        :param specialists: only theirs; everybody who owes one when left out
        :return: the summaries, in sudo
        """
        # sudo: the system counts and drafts; context defaults of a client have no part in it
        mechanism = self.sudo().with_context(clean_context(self.env.context))
        owing = mechanism._get_owing(company, month)
        if specialists is not None:
            owing &= specialists
        domain = [('company_id', '=', company.id), ('month', '=', month), ('specialist_id', 'in', owing.ids)]
        reports = mechanism.search(domain)
        due = month + relativedelta(months=1, day=company.insurance_lost_report_day)
        new = mechanism.create([
            {'company_id': company.id, 'specialist_id': user.id, 'month': month, 'due_date': due}
            for user in owing - reports.specialist_id
        ])
        drafts = (reports | new).filtered(lambda report: report.state == 'draft')
        for report in drafts:
            report._refresh()
        new._remind(WRITE, lambda report: report.specialist_id)
        return reports | new

    @api.model
    def _get_last_month(self, company):
        """Return the first day of the month that ended last in the store."""
        return company._insurance_today() + relativedelta(months=-1, day=1)

    @api.model
    def _cron_draft(self):
        """Daily: draft last month's summaries, on the 1st or as soon as the job runs again; twice does no harm."""
        stores = self.env['insurance.renewal'].sudo()._read_group(
            [('specialist_id', '!=', False)], ['company_id'])  # sudo: the job works for all stores
        for (company,) in stores:
            self._draft(company, self._get_last_month(company))

    def action_draft(self):
        """Draft last month's summaries of the present store: one's own, for a supervisor those of everybody."""
        company = self.env.company
        month = self._get_last_month(company)
        everybody = self.env.user.has_groups(SUPERVISORS)
        if not everybody and not self.env.user.has_group('dealer_insurance.group_renewal_specialist'):
            raise UserError(self.env._("Lost summaries are written by renewal specialists."))
        reports = self._draft(company, month, None if everybody else self.env.user)
        if not reports:
            raise UserError(self.env._(
                "Nobody had renewal cases in %(store)s before %(month)s ended: there is nothing to sum up.",
                store=company.name, month=month.strftime('%Y-%m'),
            ))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Monthly Lost Summaries"), 'res_model': self._name,
            'view_mode': 'list,form', 'domain': [('id', 'in', reports.ids)],
        }

    def action_refresh(self):
        """Count the cases anew, as every night until the summary is submitted."""
        self.check_access('write')
        for report in self:
            if report.state != 'draft':
                raise UserError(self.env._("%(report)s is submitted: its numbers stay.", report=report.display_name))
        for report in self.sudo():  # sudo: the system counts, the author does not
            report._refresh()
        return True

    # === COUNTING === #

    def _refresh(self):
        """Count the cases of the month and of the month before, and propose telling cases where there are none."""
        self.ensure_one()
        cases = self._find_cases()
        before = self._find_cases(months=-1)
        gaps = cases._get_price_gaps()
        lines = [
            Command.create({'kind': kind, f'{kind}_id': record.id, **counts})
            for kind, name in (('reason', 'lost_reason_id'), ('insurer', 'lost_insurer_id'))
            for record, counts in self._count(name, cases, before, gaps)
        ]
        telling = self.telling_contact_ids & cases.lost_contact_id
        self.write({
            'line_ids': [Command.clear(), *lines],
            'lost_count': len(cases), 'previous_lost_count': len(before),
            'late_discovery_count': len(cases.filtered('is_late_discovery')),
            'price_gap': sum(gaps.values()) / len(gaps) if gaps else 0, 'gap_count': len(gaps),
            'telling_contact_ids': [Command.set((telling or self._propose_telling(cases, gaps)).ids)],
        })

    @api.model
    def _count(self, name, cases, before, gaps):
        """Return `[(record, values of its line)]` by the field `name`, the most frequent first."""
        now, past = Counter(case[name] for case in cases), Counter(case[name] for case in before)
        rows = []
        for record in sorted({*now, *past}, key=lambda record: (-now[record], -past[record], record.id or 0)):
            own = [gap for case, gap in gaps.items() if case[name] == record]
            rows.append((record, {
                'count': now[record], 'share': now[record] / len(cases) if cases else 0,
                'previous_count': past[record],
                'price_gap': sum(own) / len(own) if own else 0, 'gap_count': len(own),
            }))
        return rows

    @api.model
    def _propose_telling(self, cases, gaps):
        """Return up to three contacts that tell the month: the dearest case of each frequent reason, then the rest."""
        def weight(case):
            return (abs(gaps.get(case, 0)), case.commercial_premium, len(case.countermeasure or ''), -case.id)

        frequent = [reason for reason, _count in Counter(case.lost_reason_id for case in cases).most_common(TELLING)]
        chosen = [
            max((case for case in cases if case.lost_reason_id == reason), key=weight) for reason in frequent
        ]
        others = sorted((case for case in cases if case not in chosen), key=weight, reverse=True)
        return cases.browse([case.id for case in (chosen + others)[:TELLING]]).lost_contact_id

    # === REMINDERS === #

    def _remind(self, activity_type, get_user):
        """Plan an activity on each summary for the user that `get_user(report)` returns, if any."""
        model = self.env['ir.model']._get(self._name)
        # sudo: the reminder may be for somebody else, in whose language it is written
        self.env['mail.activity'].sudo().create([{
            'res_model_id': model.id, 'res_id': report.id, 'user_id': user.id,
            'activity_type_id': self.env.ref(activity_type).id, 'date_deadline': report.due_date,
            'summary': report.with_context(lang=user.lang).display_name, 'automated': True,
        } for report in self if (user := get_user(report))])

    def _get_receiver(self):
        """Return who is asked to take the summary in: the reviewer of the renewal registers, else the alternate."""
        company = self.company_id.sudo()  # sudo: names of the store's settings
        candidates = company.insurance_renewal_reviewer_id, company.insurance_alternate_reviewer_id
        return next((user for user in candidates if user and user != self.specialist_id), self.env['res.users'])

    def _after_submit(self):
        # sudo: reminders are addressed to different people
        self.sudo().activity_feedback([WRITE], feedback=self.env._("Submitted by %(user)s", user=self.env.user.name))
        self._remind(RECEIVE, lambda report: report._get_receiver())

    def _after_receive(self):
        self.sudo().activity_feedback(
            [RECEIVE], feedback=self.env._("Taken in by %(user)s", user=self.env.user.name))  # sudo: as above
        if self.remark:
            self._tell_author(self.env._("Your lost summary was taken in with a remark: %(remark)s",
                                         remark=self.remark))

    def _after_return(self):
        self.sudo().activity_feedback(
            [RECEIVE], feedback=self.env._("Returned by %(user)s", user=self.env.user.name))  # sudo: as above
        self._remind(WRITE, lambda report: report.specialist_id)
        self._tell_author(self.env._("Your lost summary was returned: %(remark)s", remark=self.remark))

    def _tell_author(self, text):
        # sudo: nobody but its author writes a summary, and a message counts as writing
        self.sudo().message_notify(
            partner_ids=self.specialist_id.partner_id.ids, subject=self.display_name,
            body=Markup("<p>%s</p>") % text, author_id=self.env.user.partner_id.id,
        )
