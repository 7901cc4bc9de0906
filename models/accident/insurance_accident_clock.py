from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...lib.accident_clock import class_of, minutes_between, read_classes
from .insurance_accident_outcome import OPEN_STATES


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
