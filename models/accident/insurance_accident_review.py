from markupsafe import Markup

from odoo import fields, models

from ...lib.texts import says_nothing
from .insurance_accident_outcome import OPEN_STATES


class InsuranceAccident(models.Model):
    """How reports are reviewed and signed: explained, returned, or in progress with a next action (R45, R46)."""

    _inherit = 'insurance.accident'

    # === SIGNING === #

    def _get_signing_problems(self):
        problems = super()._get_signing_problems()
        now = fields.Datetime.now()
        for accident in self:
            problem = accident._signing_error_message(now)
            if problem:
                problems.append(self.env._("Line %(number)s: %(problem)s", number=accident.line_no, problem=problem))
        return problems

    def _signing_error_message(self, now):
        """Return why the line cannot be signed, or False: it is neither returned, nor explained, nor in progress."""
        self.ensure_one()
        if self.state in OPEN_STATES:
            if not self.next_action_on:
                return self.env._("the car has not come, no reason is given, and no next action is planned.")
            if self.next_action_on < now:
                return self.env._("the next action was due; enter what became of it.")
        if self.state == 'not_returned' and not (self.reason_id and (self.reason_text or '').strip()):
            return self.env._("enter the reason why the car does not come, and say it in words.")
        return False

    # === FLAGS === #

    def _get_review_flags(self):
        flags = super()._get_review_flags()
        now = fields.Datetime.now()
        twice = self._find_duplicates()
        for accident in self:
            flags[accident.id] += accident._get_content_flags(now, accident.id in twice)
        return flags

    def _get_content_flags(self, now, is_twice):
        self.ensure_one()
        company, flags = self.company_id, []
        if self._signing_error_message(now):
            flags.append(self._flag('unexplained', self.env._("Neither come nor explained"), 'danger'))
        if is_twice:
            flags.append(self._flag('twice', self.env._("Maybe reported twice"), 'danger'))
        if self.first_contact_on and self.contact_minutes > company.insurance_accident_contact_minutes:
            flags.append(self._flag('slow', self.env._("First contact too late"), 'warning'))
        if self.state == 'not_returned' and says_nothing(self.reason_text, company._insurance_stock_phrases()):
            flags.append(self._flag('empty', self.env._("Reason says nothing"), 'warning'))
        if not self.is_insurer_reminded and self.source_id.code == 'CUSTOMER':
            flags.append(self._flag('reminder', self.env._("Not told of the 48 h"), 'warning'))
        if self.is_injury:
            flags.append(self._flag('injury', self.env._("Somebody hurt"), 'info'))
        if self.state == 'merged':
            flags.append(self._flag('merged', self.env._("Merged"), 'info'))
        if self.is_superseded:
            flags.append(self._flag('corrected', self.env._("Corrected later"), 'info'))
        return flags

    # === REVIEW SCREEN === #

    def _prepare_review_line(self):
        values = super()._prepare_review_line()
        states = dict(self._fields['state']._description_selection(self.env))
        tones = {'returned': 'success', 'not_returned': 'danger'}
        values.update(
            # sudo: the owner's name, for who may read the report
            title=" ".join(filter(None, (self.plate or self.vin, self.partner_id.sudo().name or self.caller_name))),
            subtitle=" · ".join(filter(None, (self.source_id.name, self._get_insurer_name(), self.place))),
            body=self.damage or '',
            outcome=self.state,
            outcome_label=states[self.state],
            outcome_tone=tones.get(self.state, ''),
            record={'model': self._name, 'id': self.id},
            facts=[{'label': label, 'value': value} for label, value in self._get_facts() if value],
        )
        return values

    def _get_insurer_name(self):
        return self.insurer_id.insurer_short_name or self.insurer_id.name

    def _get_facts(self):
        """Return `(label, text)` of what else the line says, empty texts included."""

        def moment(value):
            return value and self.company_id._insurance_local(value).strftime('%m-%d %H:%M')

        reason = " ".join(filter(None, (self.reason_id.name, self.reason_text)))
        last = self.sudo().contact_ids.sorted('id')[-1:]  # sudo: a delegate reviews lines of a desk he does not see
        return [
            (self.env._("First contact"), self.first_contact_on and self._say_minutes(self.contact_minutes)),
            (self.env._("Comes on"), moment(self.promised_on)),
            (self.env._("Next action"), moment(self.next_action_on)),
            (self.env._("Came on"), moment(self.returned_on)),
            (self.env._("Reason"), reason),
            (self.env._("Report No."), self.report_no),
            # sudo: the name of the other report, also in a colleague's book
            (self.env._("Same accident as"), self.duplicate_of_id.sudo().display_name),
            (self.env._("Last follow-up"), last.content),
        ]

    def _notify_verdict(self, verdict, note):
        if not note:
            return
        for accident in self:
            body = (
                self.env._("Line %(number)s was rejected: %(note)s") if verdict == 'rejected'
                else self.env._("Remark on line %(number)s: %(note)s")
            )
            accident.message_notify(
                partner_ids=accident.entered_by_id.partner_id.ids,
                subject=accident.page_id.display_name,
                body=Markup("<p>%s</p>") % (body % {'number': accident.line_no, 'note': note}),
            )

    def _prepare_correction_defaults(self):
        stored = [name for name in self._register_digest_fields if name != 'correction_of_id']
        values = self.read([*stored, 'vehicle_id', 'partner_id'], load='')[0]
        return {f'default_{name}': fields.Datetime.to_string(value) if self._fields[name].type == 'datetime' and value
                else value for name, value in values.items() if name != 'id'} | {'default_correction_of_id': self.id}
