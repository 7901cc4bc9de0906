from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date, formatLang

from ...lib.texts import says_nothing


class InsuranceRenewalContact(models.Model):
    """How contacts are reviewed: what to look at, what the review screen shows, corrections (R13-R17)."""

    _inherit = 'insurance.renewal.contact'

    def _get_review_flags(self):
        flags = super()._get_review_flags()
        for contact in self:
            flags[contact.id] += contact._get_content_flags()
        return flags

    def _get_content_flags(self):
        self.ensure_one()
        phrases = self.company_id._insurance_stock_phrases()
        flags = []
        if self.recommended_insurer_id and not self.is_certified:
            flags.append(self._flag('uncertified', self.env._("Insurer not certified"), 'danger'))
        if (
            self.outcome == 'lost'
            and not self.lost_reason_id.is_excluded
            and (
                says_nothing(self.countermeasure, phrases)
                or (self.countermeasure or '').strip() == (self.content or '').strip()
            )
        ):
            flags.append(self._flag('countermeasure', self.env._("No real countermeasure"), 'danger'))
        if self.outcome == 'continue' and not self.next_date and not self.is_superseded:
            flags.append(self._flag('next_date', self.env._("No next date"), 'warning'))
        if says_nothing(self.content, phrases):
            flags.append(self._flag('empty', self.env._("Empty phrase"), 'warning'))
        if self.is_superseded:
            flags.append(self._flag('corrected', self.env._("Corrected later"), 'info'))
        return flags

    def _get_signing_problems(self):
        problems = super()._get_signing_problems()
        for contact in self:
            missing = contact._outcome_error_message()
            if missing:
                problems.append(self.env._("Line %(number)s: %(missing)s", number=contact.line_no, missing=missing))
        return problems

    def _prepare_review_line(self):
        values = super()._prepare_review_line()
        outcomes = dict(self._fields['outcome']._description_selection(self.env))
        values.update(
            title=" ".join(filter(None, (self.plate, self.partner_id.name))),
            subtitle=" · ".join(filter(None, (self.channel_id.name, self.result_id.name))),
            body=self.content or '',
            outcome=self.outcome,
            outcome_label=outcomes[self.outcome],
            outcome_tone={'won': 'success', 'lost': 'danger'}.get(self.outcome, ''),
            record={'model': 'insurance.renewal', 'id': self.renewal_id.id},
            facts=[{'label': label, 'value': value} for label, value in self._get_facts() if value],
        )
        return values

    def _get_facts(self):
        """Return `(label, text)` of what else the line says, empty texts included."""

        def money(amount):
            return formatLang(self.env, amount, currency_obj=self.currency_id) if amount else ''

        def insurer(partner):
            return partner.insurer_short_name or partner.name or ''

        quoted = self.quote_commercial + self.quote_compulsory + self.quote_tax
        return [
            (self.env._("Recommended"), insurer(self.recommended_insurer_id)),
            (self.env._("Quote"), money(quoted)),
            (self.env._("Objection"), self.objection_id.name or ''),
            (self.env._("Next contact"), self.next_date and format_date(self.env, self.next_date)),
            (self.env._("Lost reason"), self.lost_reason_id.name or ''),
            (
                self.env._("Insured with"),
                " ".join(filter(None, (insurer(self.lost_insurer_id), money(self.lost_price)))),
            ),
            (self.lost_reason_id.detail_label or self.env._("Details"), self.lost_detail or ''),
            (self.env._("Countermeasure"), self.countermeasure or ''),
            (self.env._("Renewed with"), " ".join(filter(None, (insurer(self.won_insurer_id), self.won_policy_no)))),
        ]

    def _notify_verdict(self, verdict, note):
        if not note:
            return
        for contact in self:
            body = (
                self.env._("Line %(number)s was rejected: %(note)s")
                if verdict == 'rejected'
                else self.env._("Remark on line %(number)s: %(note)s")
            )
            contact.renewal_id.message_notify(
                partner_ids=contact.entered_by_id.partner_id.ids,
                subject=contact.page_id.display_name,
                body=Markup("<p>%s</p>") % (body % {'number': contact.line_no, 'note': note}),
            )

    def _prepare_correction_defaults(self):
        skipped = self._register_own_fields | self._register_review_fields | {'sequence', 'correction_of_id'}
        stored = [name for name in self._register_digest_fields if name not in skipped and name != 'contact_on']
        defaults = {f'default_{name}': value for name, value in self.read(stored, load='')[0].items() if name != 'id'}
        return dict(
            defaults,
            default_correction_of_id=self.id,
            insurer_short_name=True,
            default_contact_on=fields.Datetime.to_string(self.contact_on),
        )
