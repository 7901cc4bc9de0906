from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, formatLang

from ...lib.texts import says_nothing


class InsuranceLostVisit(models.Model):
    """How entries are reviewed: what to look at, what the review screen shows, corrections."""

    _inherit = 'insurance.lost.visit'

    def _get_signing_problems(self):
        """Return what keeps a page from being signed: improvements without measure, person or day (R49-R51)."""
        problems = []
        for visit in self.filtered(lambda visit: not visit.is_superseded):
            missing = [
                self._fields[name]._description_string(self.env)
                for name in ('improvement', 'responsible_id', 'improvement_due') if not visit[name]
            ]
            if visit.handling == 'improve' and missing:
                problems.append(self.env._(
                    "Line %(number)s, %(visit)s, is recorded for improvement. Still missing: %(missing)s.",
                    number=visit.line_no, visit=visit.display_name, missing=missing,
                ))
        return problems

    def _get_review_flags(self):
        flags = super()._get_review_flags()
        for visit in self:
            flags[visit.id] += visit._get_content_flags()
        return flags

    def _get_content_flags(self):
        self.ensure_one()
        flags = []
        if self.is_restricted:
            flags.append(self._flag('restricted', self.env._("Restricted: claims leader and general manager only"),
                                    'danger'))
        if self.is_about_advisor:
            flags.append(self._flag('about_advisor', self.env._("About the service advisor"), 'warning'))
        if says_nothing(self.content, self.company_id._insurance_stock_phrases()):
            flags.append(self._flag('content', self.env._("Says nothing"), 'warning'))
        if self._is_below_estimate():
            flags.append(self._flag('assessment', self.env._("Assessed below our estimate"), 'info'))
        if self.is_late_outcome:
            flags.append(self._flag('late_outcome', self.env._("Outcome overdue"), 'danger'))
        elif self.is_overdue:
            flags.append(self._flag('overdue', self.env._("Follow-up overdue"), 'warning'))
        return flags

    def _prepare_review_line(self):
        values = super()._prepare_review_line()
        states = dict(self._fields['state']._description_selection(self.env))
        values.update(
            title=" ".join(filter(None, (self.plate, self.partner_id.name))),
            subtitle=" · ".join(filter(None, (self.reason_id.name, self.advisor_id.name))),
            body=self.content or '',
            outcome=self.state,
            outcome_label=states[self.state],
            outcome_tone={'returned': 'success', 'tracking': ''}.get(self.state, 'danger'),
            record={'model': self._name, 'id': self.id},
            facts=[{'label': label, 'value': value} for label, value in self._get_facts() if value],
        )
        return values

    def _get_facts(self):
        """Return `(label, text)` of what else the line says, empty texts included."""

        def money(amount):
            return formatLang(self.env, amount, currency_obj=self.currency_id) if amount else ''

        def day(value):
            return value and format_date(self.env, value)

        insurer = self.insurer_id
        return [
            (self.env._("Insurer"), insurer.insurer_short_name or insurer.name),
            (self.env._("Damage"), self.damage),
            (self.env._("Our estimate"), money(self.own_estimate)),
            (self.env._("Insurer's assessment"), " ".join(filter(None, (money(self.insurer_amount), self.assessor)))),
            (self.env._("Estimate above assessment"), money(self.difference)),
            (self.env._("Reason in words"), self.reason_detail),
            (self.env._("Next follow-up"), day(self.follow_date)),
            (self.env._("Last follow-up"), self.contact_ids[:1].content),
            (self.env._("Improvement"), self.improvement),
            (self.env._("Responsible"), " ".join(filter(None, (
                self.responsible_id.sudo().name, day(self.improvement_due))))),  # sudo: the name of a colleague
        ]

    def _notify_verdict(self, verdict, note):
        """Tell the author; of a restricted entry only that there is something, the words stay where they are."""
        for visit in self if note else ():
            if visit.is_restricted:
                body = self.env._("Line %(number)s was looked at by the reviewer: please talk to him.")
            elif verdict == 'rejected':
                body = self.env._("Line %(number)s was rejected: %(note)s")
            else:
                body = self.env._("Remark on line %(number)s: %(note)s")
            visit.message_notify(
                partner_ids=visit.entered_by_id.partner_id.ids,
                subject=visit.page_id.display_name,
                body=Markup("<p>%s</p>") % (body % {'number': visit.line_no, 'note': note}),
            )

    def _prepare_correction_defaults(self):
        skipped = self._register_own_fields | self._register_review_fields | {
            'correction_of_id', 'is_restricted', 'is_about_advisor', 'arrived_on'}
        stored = [name for name in self._register_digest_fields if name not in skipped]
        defaults = {f'default_{name}': value for name, value in self.read(stored, load='')[0].items() if name != 'id'}
        return dict(
            defaults,
            default_correction_of_id=self.id,
            default_arrived_on=fields.Datetime.to_string(self.arrived_on),
        )
