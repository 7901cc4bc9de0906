from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...lib import identifiers
from .insurance_lost_visit import LEVELS
from .insurance_register_lost_visit import CONFIDANTS

LEAST_CONTENT = 10  # characters (domain 2.8)


class InsuranceLostVisit(models.Model):
    """What an entry about a car that left must say, and who may enter it (domain 2.8, R48-R51)."""

    _inherit = 'insurance.lost.visit'

    # === CONSTRAINTS === #

    @api.constrains(
        'arrived_on', 'vehicle_id', 'partner_id', 'phone', 'insurer_id', 'insurer_amount', 'assessor', 'reason_id',
        'reason_detail', 'content', 'damage',
    )
    def _check_content(self):
        for visit in self.sudo():  # sudo: the author may not read what he enters afterwards (T38)
            problem = visit._content_error_message()
            if problem:
                raise ValidationError(self.env._("%(visit)s: %(problem)s", visit=visit.display_name, problem=problem))

    def _content_error_message(self):
        """Return what is missing or wrong in the entry, or False."""
        self.ensure_one()
        reason = self.reason_id
        _ = self.env._
        checks = (
            (self.arrived_on > fields.Datetime.now() + timedelta(minutes=5), _("the car cannot have come in future.")),
            (not self.vehicle_id, _("enter the car, by plate or VIN.")),
            (not self.partner_id, _("enter the customer.")),
            (not identifiers.phone_kind(self.phone), _("enter a phone number at which the customer is reached.")),
            (not self.insurer_id.is_insurer, _("choose the insurer from the list.")),
            (reason.use != 'visit_lost' or reason.is_group, _("choose the reason from the list.")),
            (reason.needs_detail and not (self.reason_detail or '').strip(), _("say the reason in words.")),
            (reason.needs_assessment and not (self.insurer_amount and (self.assessor or '').strip()),
             _("enter the insurer's assessment and the assessor: they are the argument with the insurer.")),
            (len((self.content or '').strip()) < LEAST_CONTENT,
             _("say what happened in at least %(least)s characters.", least=LEAST_CONTENT)),
            (not (self.damage or '').strip(), _("describe the accident and the damage.")),
        )
        return not self.anonymised_on and next((text for is_wrong, text in checks if is_wrong), False)

    @api.constrains('handling', 'reason_id', 'next_date', 'arrived_on')
    def _check_handling(self):
        for visit in self.sudo():  # sudo: as above
            problem = visit._handling_error_message()
            if problem:
                raise ValidationError(self.env._("%(visit)s: %(problem)s", visit=visit.display_name, problem=problem))

    def _handling_error_message(self):
        """Return why the visit cannot be handled so, or False; handling goes up only, from improve to track (R48)."""
        self.ensure_one()
        if LEVELS[self.handling] < LEVELS[self.reason_id.handling or 'none']:
            return self.env._(
                "the reason %(reason)s asks for more than that. Handling is only raised, never lowered.",
                reason=self.reason_id.name,
            )
        if self.handling != 'track':
            return False
        day = self.company_id._insurance_local(self.arrived_on).date()
        if not self.next_date:
            return self.env._("a car that is tracked needs the date of the next follow-up.")
        if self.next_date < day or self.next_date > self.close_by:
            return self.env._(
                "the follow-up lies between the visit and %(latest)s, by when the outcome is due.",
                latest=fields.Date.to_string(self.close_by),
            )
        return False

    @api.constrains('advisor_id', 'reason_id', 'responsible_id')
    def _check_people(self):
        """Refuse entries about oneself, and people responsible who must not know of the entry (R51, T38)."""
        for visit in self.sudo():  # sudo: as above
            author = visit.entered_by_id or self.env.user
            if visit.is_about_advisor and visit.advisor_id in (author, visit.responsible_id):
                raise ValidationError(self.env._(
                    "%(visit)s: an entry about an advisor is made, and dealt with, by somebody else: the claims team"
                    " leader, a colleague or a claims clerk.", visit=visit.display_name,
                ))
            responsible = visit.responsible_id
            if visit.is_restricted and responsible and not responsible.has_groups(CONFIDANTS):
                raise ValidationError(self.env._(
                    "%(visit)s: %(user)s does not read restricted entries and cannot be responsible for one.",
                    visit=visit.display_name, user=responsible.name,
                ))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(['correction_of_id'])  # what decides who may enter this, also from the context
        vals_list = [self._clean_vals({**defaults, **vals}) for vals in vals_list]
        for vals in vals_list:
            if vals.get('correction_of_id'):
                self.browse(vals['correction_of_id'])._check_may_correct(vals)
        visits = super(InsuranceLostVisit, self.with_context(mail_create_nosubscribe=True)).create(vals_list)
        visits = visits.with_env(self.env)
        # sudo: the author of a restricted entry does not write it; what follows is the mechanism's
        for visit in visits.sudo():
            visit._take_over_follow_ups()
            visit._note_arrival()
            visit._seal()
        # sudo: reminders are made by the entry, whoever it reminds
        visits.sudo()._sync_activities()
        return visits

    def _check_may_correct(self, vals):
        """Refuse a correction of what is not signed, already corrected, of another car or somebody else's (T1)."""
        self.check_access('read')
        leader = self.env.su or self.env.user.has_group('dealer_insurance.group_claims_leader')
        if not self.is_frozen:
            raise UserError(self.env._("%(visit)s is not signed yet: edit it directly.", visit=self.display_name))
        if not leader and self.entered_by_id != self.env.user:
            raise AccessError(self.env._("A signed entry is corrected by its author or the claims team leader."))
        if self.is_superseded:
            raise UserError(self.env._("%(visit)s is already corrected: correct the newer entry.",
                                       visit=self.display_name))
        if vals.get('company_id', self.company_id.id) != self.company_id.id:
            raise UserError(self.env._("%(visit)s is corrected in its own store.", visit=self.display_name))

    def write(self, vals):
        if {'company_id', 'correction_of_id'} & vals.keys():
            raise UserError(self.env._("Store and correction of an entry are never changed."))
        result = super().write(self._clean_vals(vals))
        if vals.keys() - self._register_free_fields - self._register_review_fields:
            for visit in self.sudo():  # sudo: as in create
                visit._seal()
            self.sudo()._sync_activities()
        return result

    def copy(self, default=None):
        raise UserError(self.env._("An entry of the register is not copied; enter the next visit."))
