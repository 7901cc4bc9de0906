from odoo import api, models

from ...lib.paper import BELOW, PrintCell, PrintColumn


class InsuranceAccident(models.Model):
    """The columns of the register of reports, on paper and in the workbook (domain 2.7)."""

    _inherit = 'insurance.accident'

    @api.model
    def _get_print_cells(self):
        number, happened, review = super()._get_print_cells()
        return [
            number,
            happened,
            PrintCell('source', self.env._("Source"), 17),
            PrintCell('caller', self.env._("Caller"), 25),
            PrintCell('car', self.env._("Car"), 30),
            PrintCell('insurer', self.env._("Insurer / Report No."), 29),
            PrintCell('accident', self.env._("Accident"), 40),
            PrintCell('ask', self.env._("Hurt / Drives / 48 h"), 15),
            PrintCell('expected', self.env._("Expected at"), 18),
            PrintCell('came', self.env._("Came"), 18),
            PrintCell('reason', self.env._("Reason Not Returned"), 35),
            review,
        ]

    @api.model
    def _get_print_content_columns(self):
        return [*self._get_print_report_columns(), *self._get_print_accident_columns(),
                *self._get_print_outcome_columns()]

    @api.model
    def _get_print_report_columns(self):
        return [
            PrintColumn('source', self.env._("Source"), cell='source'),
            PrintColumn('operator', self.env._("Taken by"), cell='source', tone='muted'),
            PrintColumn('caller', self.env._("Caller"), cell='caller'),
            PrintColumn('relation', self.env._("Relation to the Owner"), cell='caller', tone='muted'),
            PrintColumn('phone', self.env._("Phone"), cell='caller'),
            PrintColumn('plate', self.env._("Plate"), cell='car', tone='strong'),
            PrintColumn('vin', self.env._("VIN"), cell='car'),
            PrintColumn('model', self.env._("Model"), cell='car', tone='muted'),
            PrintColumn('owner', self.env._("Owner")),
            PrintColumn('insurer', self.env._("Insurer"), cell='insurer'),
            PrintColumn('report_no', self.env._("Insurer's Report No."), cell='insurer'),
            PrintColumn('policy_no_compulsory', self.env._("Compulsory Policy No.")),
            PrintColumn('policy_no_commercial', self.env._("Commercial Policy No.")),
        ]

    @api.model
    def _get_print_accident_columns(self):
        return [
            PrintColumn('accident_on', self.env._("Accident on"), 'datetime', 'accident'),
            PrintColumn('place', self.env._("Place of Accident"), cell='accident'),
            PrintColumn('accident_type', self.env._("Kind of Accident"), cell='accident', tone='muted'),
            PrintColumn('liability', self.env._("Liability (first view)"), cell='accident', tone='muted'),
            PrintColumn('damage', self.env._("Damage and Course"), 'wrap', 'accident'),
            PrintColumn('injury', self.env._("Somebody Hurt"), cell='ask', tone='danger'),
            PrintColumn('drivable', self.env._("Can Be Driven"), cell='ask'),
            PrintColumn('reminded', self.env._("Told of the 48 h"), cell='ask'),
            PrintColumn('surveyor', self.env._("Surveyor")),
            PrintColumn('expected_on', self.env._("Expected at the Store"), 'datetime', 'expected'),
            PrintColumn('pickup', self.env._("How it Comes"), cell='expected', tone='muted'),
        ]

    @api.model
    def _get_print_outcome_columns(self):
        return [
            PrintColumn('state', self.env._("State"), cell='came'),
            PrintColumn('returned_on', self.env._("Came on"), 'datetime', 'came', tone='strong'),
            PrintColumn('minutes', self.env._("Minutes to First Contact"), 'int'),
            PrintColumn('next_action_on', self.env._("Next Action"), 'datetime', 'came', self.env._("Next:"), 'muted'),
            PrintColumn('reason', self.env._("Reason Not Returned"), cell='reason', tone='strong'),
            PrintColumn('reason_text', self.env._("Why it Did Not Come"), 'wrap', 'reason'),
            PrintColumn('follow_ups', self.env._("Follow-ups"), 'wrap', BELOW, self.env._("Follow-ups:")),
            PrintColumn('same', self.env._("Same Accident as"), cell=BELOW, caption=self.env._("Same accident as:")),
            PrintColumn('corrects', self.env._("Corrects"), cell=BELOW, caption=self.env._("Corrects:"), tone='strong'),
            PrintColumn('remark', self.env._("Remark"), 'wrap', BELOW, self.env._("Remark:")),
        ]

    def _prepare_print_content(self):
        def local(moment):
            return moment and self.company_id._insurance_local(moment)

        def choice(name):
            return dict(self._fields[name]._description_selection(self.env)).get(self[name])

        # sudo: who reads the line sees the names on it, also of colleagues who left and of other desks' lists
        line = self.sudo()
        drives = self.env._("drives") if line.is_drivable else self.env._("does not drive")
        return {
            'source': line.source_id.name, 'operator': line.operator_id.name or line.operator_name,
            'caller': line.caller_name, 'relation': line.caller_relation, 'phone': line.caller_phone,
            'plate': line.plate, 'vin': line.vin, 'model': line.vehicle_id.model_id.name or line.vehicle_text,
            'owner': line.partner_id.name,
            'insurer': line._get_insurer_name(), 'report_no': line.report_no,
            'policy_no_compulsory': line.policy_no_compulsory, 'policy_no_commercial': line.policy_no_commercial,
            'accident_on': local(line.accident_on), 'place': line.place, 'accident_type': choice('accident_type'),
            'liability': choice('liability'), 'damage': line.damage,
            'injury': line.is_injury and self.env._("hurt"), 'drivable': drives,
            'reminded': line.is_insurer_reminded and self.env._("told"), 'surveyor': line.surveyor_name,
            'expected_on': local(line.promised_on or line.expected_on), 'pickup': choice('pickup_way'),
            'state': choice('state'), 'returned_on': local(line.returned_on),
            'minutes': line.contact_minutes if line.first_contact_on else None,
            'next_action_on': local(line.next_action_on),
            'reason': line.reason_id.name, 'reason_text': line.reason_text,
            'follow_ups': line._get_follow_ups_to_print(), 'same': line.duplicate_of_id.display_name or None,
            'corrects': line.correction_of_id.page_id.display_name if line.correction_of_id else None,
            'remark': line.remark,
        }

    def _get_follow_ups_to_print(self):
        """Return the talks in one text, those told in columns of their own left out."""
        told = ('reached', 'unreached', 'promised', 'noted', 'reopened')
        talks = self.contact_ids.filtered(lambda one: one.kind in told)
        kinds = dict(self.env['insurance.accident.contact']._fields['kind']._description_selection(self.env))
        return "; ".join(
            " ".join(filter(None, (
                self.company_id._insurance_local(talk.contact_on).strftime('%m-%d %H:%M'), kinds[talk.kind],
                talk.content))) for talk in talks.sorted('id')
        )
