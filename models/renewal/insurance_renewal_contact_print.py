from odoo import api, models

from ...lib.paper import BELOW, PrintCell, PrintColumn


class InsuranceRenewalContact(models.Model):
    """The columns of the follow-up register, on paper and in the workbook (domain 2.1)."""

    _inherit = 'insurance.renewal.contact'

    @api.model
    def _get_print_cells(self):
        number, happened, review = super()._get_print_cells()
        _ = self.env._
        return [
            number,
            happened,
            PrintCell('plate', _("Plate"), 17.5),
            PrintCell('customer', _("Customer"), 17),
            PrintCell('model', _("Model"), 21.5),
            PrintCell('expiry', _("Expiry"), 16.5),
            PrintCell('way', _("Channel / Result"), 21),
            PrintCell('content', _("Content"), 56),
            PrintCell('insurer', _("Recommended Insurer"), 18.5),
            PrintCell('quote', _("Quote"), 23),
            PrintCell('next', _("Next Contact"), 18.5),
            PrintCell('outcome', _("Outcome"), 17),
            review,
        ]

    @api.model
    def _get_print_content_columns(self):
        return [*self._get_print_case_columns(), *self._get_print_talk_columns(), *self._get_print_outcome_columns()]

    @api.model
    def _get_print_case_columns(self):
        _ = self.env._
        return [
            PrintColumn('plate', _("Plate"), cell='plate'),
            PrintColumn('vin', _("VIN")),
            PrintColumn('customer', _("Customer"), cell='customer'),
            PrintColumn('model', _("Model"), cell='model'),
            PrintColumn('expiry', _("Expiry"), 'date', 'expiry'),
            PrintColumn('sequence', _("Contact No."), 'int'),
            PrintColumn('win_back', _("Win-back"), cell='way', tone='strong'),
            PrintColumn('channel', _("Channel"), cell='way'),
            PrintColumn('result', _("Result"), cell='way'),
        ]

    @api.model
    def _get_print_talk_columns(self):
        _ = self.env._
        return [
            PrintColumn('content', _("Content"), 'wrap', 'content'),
            PrintColumn('objection', _("Objection"), cell='content', caption=_("Objection:"), tone='muted'),
            PrintColumn('corrects', _("Corrects"), cell='content', caption=_("Corrects:"), tone='strong'),
            PrintColumn('corrected_by', _("Corrected by"), cell='content', caption=_("Corrected by:"), tone='muted'),
            PrintColumn('insurer', _("Recommended Insurer"), cell='insurer'),
            PrintColumn('uncertified', _("Not Certified"), cell='insurer', tone='danger'),
            PrintColumn('quote_commercial', _("Quoted Commercial"), 'money', 'quote', _("Comm.")),
            PrintColumn('quote_compulsory', _("Quoted Compulsory"), 'money', 'quote', _("Compuls.")),
            PrintColumn('quote_tax', _("Quoted Vehicle Tax"), 'money', 'quote', _("Tax")),
            PrintColumn('next_date', _("Next Contact"), 'date', 'next'),
            PrintColumn('appointment_on', _("Appointment"), 'date', 'next', _("Appointment:"), 'muted'),
            PrintColumn('arrived_on', _("Arrived"), 'datetime', 'next', _("Arrived:"), 'muted'),
            PrintColumn('intention', _("Intention"), cell='outcome', caption=_("Intention:"), tone='muted'),
        ]

    @api.model
    def _get_print_outcome_columns(self):
        _ = self.env._
        return [
            PrintColumn('going_on', cell='outcome', tone='muted'),
            PrintColumn('ended', cell='outcome', tone='strong'),
            PrintColumn('outcome', _("Outcome")),
            PrintColumn('lost_reason', _("Lost Reason"), cell=BELOW, caption=_("Lost reason:")),
            PrintColumn('lost_insurer', _("Insured with"), cell=BELOW, caption=_("Insured with:")),
            PrintColumn('lost_price', _("Competitor's Price"), 'money', BELOW, _("Competitor's price:")),
            PrintColumn('lost_known_on', _("Known since"), 'date', BELOW, _("Known since:")),
            PrintColumn('lost_detail', _("Details"), cell=BELOW, caption=_("Details:")),
            PrintColumn('countermeasure', _("Countermeasure"), 'wrap', BELOW, _("Countermeasure:")),
            PrintColumn('won_insurer', _("Renewed with"), cell=BELOW, caption=_("Renewed with:")),
            PrintColumn('won_policy_no', _("Policy or Application No."), cell=BELOW, caption=_("Policy No.:")),
            PrintColumn('won_premium', _("New Premium"), 'money', BELOW, _("New premium:")),
            PrintColumn('improve', _("To Improve"), cell='review', caption=_("To improve:")),
        ]

    def _prepare_print_content(self):
        # sudo: who may read the line knows the car and the customer, also when the case has changed hands since
        case = self.renewal_id.sudo()
        return {
            'plate': case.plate, 'vin': case.vin, 'customer': case.partner_id.name,
            'model': case.vehicle_model_id.name, 'expiry': case.reference_expiry,
            'sequence': self.sequence,
            'win_back': self.kind == 'win_back' and self.env._("Win-back"),
            'channel': self.channel_id.name, 'result': self.result_id.name,
            'content': self.content, 'objection': self.objection_id.name,
            'corrects': self.correction_of_id.sudo()._print_place(),
            'corrected_by': self.correction_ids.sudo()._print_place(),
            'insurer': self._print_insurer(self.recommended_insurer_id),
            'uncertified': bool(self.recommended_insurer_id) and not self.is_certified and self.env._("Not certified"),
            'quote_commercial': self.quote_commercial, 'quote_compulsory': self.quote_compulsory,
            'quote_tax': self.quote_tax,
            'next_date': self.next_date, 'appointment_on': self.appointment_on,
            'arrived_on': self.arrived_on and self.company_id._insurance_local(self.arrived_on),
            'intention': self._print_choice('intention'),
            **self._prepare_print_outcome(),
        }

    def _prepare_print_outcome(self):
        outcome = self._print_choice('outcome')
        return {
            'going_on': self.outcome == 'continue' and outcome,
            'ended': self.outcome != 'continue' and outcome,
            'outcome': outcome,
            'lost_reason': self.lost_reason_id.name, 'lost_insurer': self._print_insurer(self.lost_insurer_id),
            'lost_price': self.lost_price, 'lost_known_on': self.lost_known_on, 'lost_detail': self.lost_detail,
            'countermeasure': self.countermeasure,
            'won_insurer': self._print_insurer(self.won_insurer_id), 'won_policy_no': self.won_policy_no,
            'won_premium': self.won_premium,
            'improve': ", ".join(self.review_tag_ids.mapped('name')),
        }

    def _print_choice(self, name):
        """Return the label of the selection field's value, or None."""
        return dict(self._fields[name]._description_selection(self.env)).get(self[name])

    @api.model
    def _print_insurer(self, insurer):
        return insurer.insurer_short_name or insurer.name

    def _print_place(self):
        """Return where the lines stand in the register, as `page 3 line 7`."""
        return ", ".join(
            self.env._("page %(page)s line %(line)s", page=line.page_id.page_no, line=line.line_no) for line in self
        )
