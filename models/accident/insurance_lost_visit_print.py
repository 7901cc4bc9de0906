from odoo import api, models

from ...lib.paper import BELOW, PrintCell, PrintColumn


class InsuranceLostVisit(models.Model):
    """The columns of the register of cars that came and left, on paper and in the workbook (domain 2.8)."""

    _inherit = 'insurance.lost.visit'

    @api.model
    def _get_print_cells(self):
        number, happened, review = super()._get_print_cells()
        return [
            number,
            happened,
            PrintCell('plate', self.env._("Plate"), 18.5),
            PrintCell('customer', self.env._("Customer"), 24),
            PrintCell('insurer', self.env._("Insurer"), 20),
            PrintCell('damage', self.env._("Accident and Damage"), 37),
            PrintCell('money', self.env._("Estimate / Assessment"), 23),
            PrintCell('advisor', self.env._("Service Advisor"), 16),
            PrintCell('reason', self.env._("Why it Left"), 30),
            PrintCell('handling', self.env._("How it is Handled"), 20),
            PrintCell('state', self.env._("What Became of it"), 20),
            PrintCell('review', self.env._("Reviewer's Remark"), 43),
        ]

    @api.model
    def _get_print_content_columns(self):
        return [*self._get_print_car_columns(), *self._get_print_loss_columns(), *self._get_print_follow_columns()]

    @api.model
    def _get_print_car_columns(self):
        _ = self.env._
        return [
            PrintColumn('plate', _("Plate"), cell='plate', tone='strong'),
            PrintColumn('model', _("Model"), cell='plate', tone='muted'),
            PrintColumn('vin', _("VIN")),
            PrintColumn('customer', _("Customer"), cell='customer'),
            PrintColumn('visitor', _("Who Came"), cell='customer', caption=_("Came:"), tone='muted'),
            PrintColumn('phone', _("Phone"), cell='customer', tone='muted'),
            PrintColumn('insurer', _("Insurer"), cell='insurer'),
            PrintColumn('insured_here', _("Insured Here"), cell='insurer', tone='muted'),
            PrintColumn('report_no', _("Insurer's Report No."), cell='insurer', tone='muted'),
        ]

    @api.model
    def _get_print_loss_columns(self):
        _ = self.env._
        return [
            PrintColumn('damage', _("Accident and Damage"), 'wrap', 'damage'),
            PrintColumn('own_estimate', _("Our Estimate"), 'money', 'money'),
            PrintColumn('insurer_amount', _("Insurer's Assessment"), 'money', 'money', _("Assessed:")),
            PrintColumn('assessor', _("Insurer's Assessor"), cell='money', tone='muted'),
            PrintColumn('difference', _("Estimate above Assessment"), 'money', 'money', _("Difference:"), 'danger'),
            PrintColumn('advisor', _("Service Advisor"), cell='advisor'),
            PrintColumn('reason', _("Why it Left"), cell='reason'),
            PrintColumn('reason_detail', _("Reason in Words"), cell='reason', tone='muted'),
            PrintColumn('restricted', _("Restricted Entry"), cell='reason', tone='danger'),
            PrintColumn('handling', _("How it is Handled"), cell='handling'),
            PrintColumn('next_date', _("Planned Follow-up"), 'date', 'handling', tone='muted'),
        ]

    @api.model
    def _get_print_follow_columns(self):
        _ = self.env._
        return [
            PrintColumn('state', _("What Became of it"), cell='state', tone='strong'),
            PrintColumn('closed_on', _("Outcome on"), 'date', 'state', tone='muted'),
            PrintColumn('content', _("What Happened"), 'wrap', BELOW, _("What happened:")),
            PrintColumn('follow_ups', _("Follow-ups"), 'wrap', BELOW, _("Follow-ups:")),
            PrintColumn('improvement', _("Improvement"), 'wrap', BELOW, _("Improvement:")),
            PrintColumn('responsible', _("Responsible"), cell=BELOW, caption=_("Responsible:")),
            PrintColumn('improvement_due', _("To be Done by"), 'date', BELOW, _("Until:")),
            PrintColumn('corrects', _("Corrects"), cell=BELOW, caption=_("Corrects:"), tone='strong'),
            PrintColumn('corrected_by', _("Corrected by"), cell=BELOW, caption=_("Corrected by:"), tone='muted'),
        ]

    def _prepare_print_content(self):
        insurer, see_phone = self.insurer_id, self.env.su or self._has_field_access(self._fields['phone'], 'read')
        people = self.sudo()  # sudo: names of colleagues, who may have left the store
        return {
            'plate': self.plate, 'model': self.vehicle_model_id.name, 'vin': self.vin,
            'customer': self.partner_id.name, 'visitor': self.visitor, 'phone': see_phone and self.phone,
            'insurer': insurer.insurer_short_name or insurer.name,
            'insured_here': self.is_insured_here and self.env._("Insured here"),
            'report_no': self.report_no, 'damage': self.damage,
            'own_estimate': self.own_estimate, 'insurer_amount': self.insurer_amount, 'assessor': self.assessor,
            'difference': self._is_below_estimate() and self.difference,
            'advisor': people.advisor_id.name, 'reason': self.reason_id.name, 'reason_detail': self.reason_detail,
            'restricted': self.is_restricted and self.env._("Restricted"),
            'handling': self._print_choice('handling'), 'next_date': self.next_date,
            'state': self._print_choice('state'), 'closed_on': self.closed_on, 'content': self.content,
            'follow_ups': self._print_follow_ups(),
            'improvement': self.improvement, 'responsible': people.responsible_id.name,
            'improvement_due': self.improvement_due,
            'corrects': self.correction_of_id.sudo()._print_place(),  # sudo: only where it stands
            'corrected_by': self.correction_ids.sudo()._print_place(),  # sudo: as above
        }

    def _print_follow_ups(self):
        company = self.company_id
        return "; ".join(
            f"{company._insurance_local(contact.contact_on):%m-%d} {contact.content}"
            for contact in self.contact_ids.sorted('contact_on')
        )

    def _print_choice(self, name):
        """Return the label of the selection field's value, or None."""
        return dict(self._fields[name]._description_selection(self.env)).get(self[name])

    def _print_place(self):
        """Return where the lines stand in the register, as `page 3 line 7`."""
        return ", ".join(
            self.env._("page %(page)s line %(line)s", page=line.page_id.page_no, line=line.line_no) for line in self
        )
