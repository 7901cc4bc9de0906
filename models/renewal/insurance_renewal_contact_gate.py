from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .insurance_renewal import CLOSED
from .insurance_renewal_gate import SUPERVISORS

STATE_BY_RESULT = {
    'QUOTED': 'quoted',
    'APPT': 'appointment',
    'APPT_ISSUE': 'issuing',
}  # result codes that move an open case on (domain 6.2, 6.3)


class InsuranceRenewalContact(models.Model):
    """Who may log which contact, and what it does to its case."""

    _inherit = 'insurance.renewal.contact'

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        # what decides who may log this is known before, also where it is given as a default of the context
        defaults = self.default_get(['renewal_id', 'kind', 'correction_of_id'])
        vals_list = [{**defaults, **vals} for vals in vals_list]
        cases = self.env['insurance.renewal'].browse(
            {vals['renewal_id'] for vals in vals_list if vals.get('renewal_id')}
        )
        # sudo: contacts are counted, whoever may read them
        counts = dict(self.sudo()._read_group([('renewal_id', 'in', cases.ids)], ['renewal_id'], ['__count']))
        numbered = []
        for vals in vals_list:
            case = cases.browse(vals.get('renewal_id'))
            self._check_may_log(case, vals)
            counts[case] = counts.get(case, 0) + 1
            numbered.append(dict(vals, sequence=counts[case]))
        contacts = super().create(numbered)
        contacts._apply_to_cases()
        contacts._check_outcome_applies()
        return contacts

    @api.model
    def _check_may_log(self, case, vals):
        """Refuse contacts of a closed case, and win-backs by anybody but the supervisor (R16)."""
        if not case:
            return
        case.check_access('read')
        supervisor = self.env.su or self.env.user.has_groups(SUPERVISORS)
        if vals.get('kind') == 'win_back' and not supervisor:
            raise AccessError(self.env._("Win-back contacts are the supervisor's."))
        if vals.get('correction_of_id'):
            self.browse(vals['correction_of_id'])._check_may_correct(case, supervisor)
        elif vals.get('kind') == 'win_back' and case.state not in ('lost', 'invalid'):
            raise UserError(self.env._("%(case)s is not lost; log an ordinary contact.", case=case.display_name))
        elif vals.get('kind') != 'win_back' and case.state in CLOSED:
            raise UserError(
                self.env._(
                    "%(case)s is closed. Only the supervisor can open it again, with a win-back contact.",
                    case=case.display_name,
                )
            )

    def _check_may_correct(self, case, supervisor):
        """Refuse a correction of what is not signed, already corrected or somebody else's."""
        self.check_access('read')
        if not self.is_frozen or self.renewal_id != case:
            raise UserError(self.env._("Only a signed line of the same case is corrected by a new line."))
        if not supervisor and self.entered_by_id != self.env.user:
            raise AccessError(self.env._("A signed line is corrected by its author or by the supervisor."))
        if self.is_superseded:
            raise UserError(
                self.env._(
                    "Line %(number)s of %(page)s is already corrected: correct the newer line.",
                    number=self.line_no,
                    page=self.page_id.display_name,
                )
            )

    def _check_outcome_applies(self):
        """Refuse an outcome that a later contact of the case makes void; only the system records such a past."""
        for contact in self if not self.env.su else ():
            if contact.outcome != 'continue' and not contact.correction_of_id:
                case = contact.renewal_id.sudo()  # sudo: the case may have left the author's hands
                if case.last_contact_id.id != contact.id:
                    raise UserError(
                        self.env._(
                            "%(case)s has a later contact: log the outcome with a time after it.",
                            case=case.display_name,
                        )
                    )

    def write(self, vals):
        if {'renewal_id', 'kind', 'correction_of_id', 'sequence'} & vals.keys():
            raise UserError(self.env._("Case and kind of a contact are never changed."))
        result = super().write(vals)
        if {'outcome', 'result_id', 'next_date', 'intention', 'arrived_on'} & vals.keys():
            self._apply_to_cases()
        return result

    def _apply_to_cases(self):
        """Carry over to the case what its newest contact says: state, intention, outcome, planned call."""
        # sudo: outcome and state follow from the contact, whose writer was checked; nobody sets them by hand, and the
        # author of a line may answer its rejection after the case was handed over
        contacts = self.sudo()
        untouched = contacts.renewal_id
        for contact in contacts.sorted('id'):
            case = contact.renewal_id
            if contact.is_superseded or case.last_contact_id != contact:
                continue
            case.write(contact._prepare_case_values())
            untouched -= case
        untouched._sync_call_activities()

    def _prepare_case_values(self):
        self.ensure_one()
        case = self.renewal_id
        values = {'intention': self.intention} if self.intention and self.intention != case.intention else {}
        if self.outcome == 'lost':
            target = 'invalid' if self.lost_reason_id.is_excluded else 'lost'
            values.update(state=target, lost_contact_id=self.id, won_contact_id=False)
        elif self.outcome == 'won':
            values.update(state='won', won_contact_id=self.id, lost_contact_id=False)
        else:
            keep = case.state not in (*CLOSED, 'unassigned', 'new', 'dormant')
            target = case.state if keep else 'following'  # what was closed is first of all followed up again
            if case.state not in CLOSED:
                target = STATE_BY_RESULT.get(self.result_id.code, target)
            values.update(state=target, lost_contact_id=False, won_contact_id=False)
        values['closed_on'] = (
            self.company_id._insurance_local(self.contact_on).date() if self.outcome != 'continue' else False
        )
        return values
