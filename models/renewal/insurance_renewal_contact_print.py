from odoo import api, models

from ...lib.paper import BELOW, PrintCell, PrintColumn


class InsuranceRenewalContact(models.Model):
    """The columns of the follow-up register, on paper and in the workbook (domain 2.1)."""

    _inherit = 'insurance.renewal.contact'

    @api.model
    def _get_print_cells(self):
        number, happened, review = super()._get_print_cells()
        return [
            number,
            happened,
            PrintCell('plate', self.env._("Plate"), 17.5),
            PrintCell('customer', self.env._("Customer"), 16),
            PrintCell('model', self.env._("Model"), 21.5),
            PrintCell('expiry', self.env._("Expiry"), 16.5),
            PrintCell('way', self.env._("Channel / Result"), 29.5),
            PrintCell('content', self.env._("Content"), 49.5),
            PrintCell('insurer', self.env._("Recommended Insurer"), 18.5),
            PrintCell('quote', self.env._("Quote (C/T/V)"), 24),
            PrintCell('next', self.env._("Next Contact"), 18.5),
            PrintCell('outcome', self.env._("Outcome"), 17),
            review,
        ]

    @api.model
    def _get_print_content_columns(self):
        return [*self._get_print_case_columns(), *self._get_print_talk_columns(), *self._get_print_outcome_columns()]

    @api.model
    def _get_print_case_columns(self):
        return [
            PrintColumn('plate', self.env._("Plate"), cell='plate'),
            PrintColumn('vin', self.env._("VIN")),
            PrintColumn('customer', self.env._("Customer"), cell='customer'),
            PrintColumn('model', self.env._("Model"), cell='model'),
            PrintColumn('expiry', self.env._("Expiry"), 'date', 'expiry'),
            PrintColumn('sequence', self.env._("Contact No."), 'int'),
            PrintColumn('win_back', self.env._("Win-back"), cell='way', tone='strong'),
            PrintColumn('channel', self.env._("Channel"), cell='way'),
            PrintColumn('result', self.env._("Result"), cell='way'),
        ]

    @api.model
    def _get_print_talk_columns(self):
        return [
            PrintColumn('content', self.env._("Content"), 'wrap', 'content'),
            PrintColumn(
                'objection', self.env._("Objection"), cell='content', caption=self.env._("Objection:"), tone='muted',
            ),
            PrintColumn(
                'corrects', self.env._("Corrects"), cell='content', caption=self.env._("Corrects:"), tone='strong',
            ),
            PrintColumn(
                'corrected_by', self.env._("Corrected by"), cell='content', caption=self.env._("Corrected by:"),
                tone='muted',
            ),
            PrintColumn('insurer', self.env._("Recommended Insurer"), cell='insurer'),
            PrintColumn('uncertified', self.env._("Not Certified"), cell='insurer', tone='danger'),
            PrintColumn('quotes', cell='quote'),
            PrintColumn('quote_commercial', self.env._("Quoted Commercial"), 'money'),
            PrintColumn('quote_compulsory', self.env._("Quoted Compulsory"), 'money'),
            PrintColumn('quote_tax', self.env._("Quoted Vehicle Tax"), 'money'),
            PrintColumn('next_date', self.env._("Next Contact"), 'date', 'next'),
            PrintColumn(
                'appointment_on', self.env._("Appointment"), 'date', 'next', self.env._("Appointment:"), 'muted',
            ),
            PrintColumn('arrived_on', self.env._("Arrived"), 'datetime', 'next', self.env._("Arrived:"), 'muted'),
            PrintColumn(
                'intention', self.env._("Intention"), cell='outcome', caption=self.env._("Intention:"), tone='muted',
            ),
        ]

    @api.model
    def _get_print_outcome_columns(self):
        return [
            PrintColumn('going_on', cell='outcome', tone='muted'),
            PrintColumn('ended', cell='outcome', tone='strong'),
            PrintColumn('outcome', self.env._("Outcome")),
            PrintColumn('lost_reason', self.env._("Lost Reason"), cell=BELOW, caption=self.env._("Lost reason:")),
            PrintColumn('lost_insurer', self.env._("Insured with"), cell=BELOW, caption=self.env._("Insured with:")),
            PrintColumn(
                'lost_price', self.env._("Competitor's Price"), 'money', BELOW, self.env._("Competitor's price:"),
            ),
            PrintColumn('lost_known_on', self.env._("Known since"), 'date', BELOW, self.env._("Known since:")),
            PrintColumn('lost_detail', self.env._("Details"), cell=BELOW, caption=self.env._("Details:")),
            PrintColumn('countermeasure', self.env._("Countermeasure"), 'wrap', BELOW, self.env._("Countermeasure:")),
            PrintColumn('won_insurer', self.env._("Renewed with"), cell=BELOW, caption=self.env._("Renewed with:")),
            PrintColumn(
                'won_policy_no', self.env._("Policy or Application No."), cell=BELOW, caption=self.env._("Policy No.:"),
            ),
            PrintColumn('won_premium', self.env._("New Premium"), 'money', BELOW, self.env._("New premium:")),
            PrintColumn('improve', self.env._("To Improve"), cell='review', caption=self.env._("To improve:")),
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
            'quotes': self._print_quotes(),
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

    def _print_quotes(self):
        """Return the quoted amounts in the order of the column's heading, or an empty text."""
        amounts = (self.quote_commercial, self.quote_compulsory, self.quote_tax)
        return " / ".join(f"{amount:,.2f}" if amount else "–" for amount in amounts) if any(amounts) else ''

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
