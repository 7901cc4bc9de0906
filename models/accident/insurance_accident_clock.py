from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.accident_clock import class_of, minutes_between, read_classes
from .insurance_accident_outcome import OPEN_STATES

CONTACT_REMINDER = 'dealer_insurance.mail_activity_type_accident_contact'
PROMISE_REMINDER = 'dealer_insurance.mail_activity_type_accident_promise'
MANAGER_REMINDER = 'dealer_insurance.mail_activity_type_accident_manager'
ESCALATED = 200  # reports looked at in one run
ESCALATION_DAYS = 7  # older ones are the weekly review's


class InsuranceAccident(models.Model):
    """The response clock: minutes to the first talk and to the promise to come, day and night (R38, domain 5.7)."""

    _inherit = 'insurance.accident'

    contact_minutes = fields.Integer(
        string="Minutes to First Contact", compute='_compute_minutes', store=True, aggregator='avg',
    )
    promise_minutes = fields.Integer(
        string="Minutes to Promise", compute='_compute_minutes', store=True, aggregator='avg',
    )
    clock = fields.Char(compute='_compute_clock')
    is_late = fields.Boolean(string="Overdue", compute='_compute_clock', search='_search_is_late')

    @api.depends('reported_on', 'first_contact_on', 'promise_given_on')
    def _compute_minutes(self):
        for accident in self:
            accident.contact_minutes = minutes_between(accident.reported_on, accident.first_contact_on)
            accident.promise_minutes = minutes_between(accident.reported_on, accident.promise_given_on)

    @api.depends('state', 'first_contact_on', 'promise_given_on', 'next_action_on')
    def _compute_clock(self):
        now = fields.Datetime.now()
        for accident in self:
            accident.is_late = accident._is_late_at(now)
            accident.clock = accident._get_clock(now)

    def _is_late_at(self, now):
        """Tell whether the talk, the promise or the next action is overdue."""
        if self.state not in OPEN_STATES or not self.reported_on:
            return False
        company = self.company_id
        if not self.first_contact_on:
            return now > self.reported_on + timedelta(minutes=company.insurance_accident_contact_minutes)
        if not self.next_action_on and not self.promised_on:
            return now > self.reported_on + timedelta(minutes=company.insurance_accident_promise_minutes)
        return bool(self.next_action_on and self.next_action_on < now)

    def _get_clock(self, now):
        """Return what the clock of an open report says in words; of others how fast the first contact was."""
        if not self.reported_on:
            return False
        if self.state in OPEN_STATES and not self.first_contact_on:
            return self.env._("Waits for %(time)s", time=self._say_minutes(minutes_between(self.reported_on, now)))
        if self.state in OPEN_STATES and self.next_action_on:
            if self.next_action_on < now:
                late = self._say_minutes(minutes_between(self.next_action_on, now))
                return self.env._("Overdue by %(time)s", time=late)
            return self.env._("Due in %(time)s", time=self._say_minutes(minutes_between(now, self.next_action_on)))
        if not self.first_contact_on:
            return False
        return self.env._("First contact after %(time)s", time=self._say_minutes(self.contact_minutes))

    @api.model
    def _say_minutes(self, minutes):
        days, rest = divmod(minutes, 1440)
        hours, minutes = divmod(rest, 60)
        if days:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if hours:
            return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
        return self.env._("%(minutes)s min", minutes=minutes)

    def _search_is_late(self, operator, value):
        if operator != 'in':
            return NotImplemented
        now = fields.Datetime.now()
        late = Domain.OR(self._get_late_domain(company, now) for company in self.env.companies)
        return late if True in value else ~late

    @api.model
    def _get_late_domain(self, company, now):
        """Return the domain of `_is_late_at` for one store."""
        silent = now - timedelta(minutes=company.insurance_accident_contact_minutes)
        undecided = now - timedelta(minutes=company.insurance_accident_promise_minutes)
        nothing_planned = Domain('next_action_on', '=', False) & Domain('promised_on', '=', False)
        return Domain('company_id', '=', company.id) & Domain('state', 'in', OPEN_STATES) & Domain.OR([
            Domain('first_contact_on', '=', False) & Domain('reported_on', '<', silent),
            Domain('first_contact_on', '!=', False) & nothing_planned & Domain('reported_on', '<', undecided),
            Domain('first_contact_on', '!=', False) & Domain('next_action_on', '<', now),
        ])

    def _get_response_class(self):
        """Return the position of the report's response class in its store, None while nobody was talked to."""
        self.ensure_one()
        minutes = self.contact_minutes if self.first_contact_on else None
        return class_of(minutes, read_classes(self.company_id.insurance_accident_classes))

    # === ESCALATION === #

    def _remind(self, activity_type, user, get_summary):
        """Give `user` a reminder of each report, unless one of this kind waits there already.

        :param get_summary: function of the report, in the user's language, that returns the words of the reminder
        """
        kind = self.env.ref(activity_type)
        for accident in self:
            if user and kind not in accident.activity_ids.activity_type_id:
                accident.activity_schedule(
                    activity_type, date_deadline=accident.company_id._insurance_today(), user_id=user.id,
                    summary=get_summary(accident.with_context(lang=user.lang)),
                )

    def _settle_reminders(self):
        """Take back the reminders of reports that somebody has acted on since."""
        kinds = [self.env.ref(kind) for kind in (CONTACT_REMINDER, PROMISE_REMINDER, MANAGER_REMINDER)]
        self.activity_ids.filtered(
            lambda one: not self.browse(one.res_id).is_late and one.activity_type_id in kinds).unlink()

    @api.model
    def _cron_escalate(self):
        """Tell the leader of what is overdue, and the general manager when that did not help; run every few minutes.

        Running it again changes nothing: a reminder is given once for a talk, once for a promise, once to the
        manager. What was entered a day late or more had its time long ago, and disturbs nobody at night.
        """
        now = fields.Datetime.now()
        for company in self.env['insurance.register'].search([('kind', '=', 'accident')]).company_id:
            late = self.search(self._get_escalation_domain(company, now), limit=ESCALATED, order='reported_on')
            self.env['ir.cron']._commit_progress(remaining=len(late))
            for accident in late:
                accident = accident.try_lock_for_update()
                if accident:
                    accident._escalate(now)
                if not self.env['ir.cron']._commit_progress(1):
                    return

    @api.model
    def _get_escalation_domain(self, company, now):
        """Return the reports of the store whose clock is over and for which somebody is still to be told."""
        told = Domain('activity_ids.activity_type_id', '=', self.env.ref(MANAGER_REMINDER).id)
        fresh = now - timedelta(days=ESCALATION_DAYS)
        return (self._get_late_domain(company, now) & Domain('is_backfilled', '=', False)
                & Domain('reported_on', '>=', fresh) & ~told)

    def _escalate(self, now):
        """Tell who is to be told of this report by now."""
        self.ensure_one()
        company = self.company_id
        leader = self.register_id.reviewer_id or company.insurance_accident_reviewer_id
        limit = company.insurance_accident_promise_minutes if not self.next_action_on else 0
        since = self.next_action_on or self.reported_on
        if not self.first_contact_on:
            since, limit = self.reported_on, company.insurance_accident_contact_minutes

        def get_summary(accident):
            clock = accident._get_clock(now)
            if not accident.first_contact_on:
                return accident.env._("Nobody has talked to the customer: %(clock)s", clock=clock)
            return accident.env._("No promise to come yet, the next action is overdue: %(clock)s", clock=clock)

        self._remind(PROMISE_REMINDER if self.first_contact_on else CONTACT_REMINDER, leader, get_summary)
        if minutes_between(since, now) > limit + company.insurance_accident_manager_minutes:
            self._remind(MANAGER_REMINDER, company.insurance_alternate_reviewer_id, get_summary)
