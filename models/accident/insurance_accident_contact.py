from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_accident import PICKUP_WAYS

KINDS = [
    ('reached', "Talked to the Customer"),
    ('unreached', "Not Reached"),
    ('promised', "Promised to Come"),
    ('returned', "Car Has Come"),
    ('not_returned', "Does Not Come"),
    ('reopened', "Taken Up Again"),
    ('noted', "Note"),
    ('proposed', "Proposed as the Same Accident"),
    ('merged', "Merged as the Same Accident"),
    ('split', "Separated Again"),
    ('distinct', "Not the Same Accident"),
]
TALKS = [kind for kind in KINDS if kind[0] in (
    'reached', 'unreached', 'promised', 'not_returned', 'returned', 'noted')]  # what is chosen from after a talk
NEXT_HOURS = {'reached': 2, 'unreached': 0.5}  # proposed for the next action
DECIDED = frozenset({'merged', 'split'})  # made by `_merge` and `action_split` alone, which keep the reports consistent
LEADERS = DECIDED | {'distinct'}
PAIRS = LEADERS | {'proposed'}  # speak of another report
ADVISORS = frozenset({'returned'})  # the return fields are the receptionist's (domain 3.2)


class InsuranceAccidentContact(models.Model):
    """What happened about a reported accident after the report, one entry each: only ever added (R38, R45).

    An entry is dated and names its author. `page_version` says how often the page of the report had been signed when
    the entry was made: signature number n covers the entries with a smaller one, so that later ones leave what was
    signed as it was.
    """

    _name = 'insurance.accident.contact'
    _description = "Accident Follow-up"
    _inherit = ['insurance.guard']
    _order = 'accident_id, id'
    _rec_name = 'content'

    _guarded_fields = frozenset({
        'user_id', 'entered_on', 'page_version', 'record_model', 'record_id', 'is_automatic',
    })

    accident_id = fields.Many2one(
        'insurance.accident', string="Accident Report", required=True, index=True, ondelete='restrict',
    )
    company_id = fields.Many2one(related='accident_id.company_id', store=True, index=True)
    kind = fields.Selection(KINDS, string="What Happened", required=True, default='reached')
    talk = fields.Selection(TALKS, string="Outcome of the Talk", compute='_compute_talk', readonly=False)
    contact_on = fields.Datetime(string="Time", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        'res.users', string="By", required=True, readonly=True, index=True, default=lambda self: self.env.uid,
        ondelete='restrict',
    )
    entered_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    content = fields.Text(string="What Was Said")
    next_action_on = fields.Datetime(string="Next Action on")
    promised_on = fields.Datetime(string="Comes on")
    pickup_way = fields.Selection(PICKUP_WAYS, string="How it Comes")
    returned_on = fields.Datetime(string="Came on")
    advisor_id = fields.Many2one('res.users', string="Received by", index='btree_not_null', ondelete='restrict')
    reason_id = fields.Many2one(
        'insurance.reason', string="Reason", index='btree_not_null', ondelete='restrict',
        domain=[('use', '=', 'accident_not_returned'), ('is_group', '=', False)],
    )
    other_id = fields.Many2one(
        'insurance.accident', string="Other Report", index='btree_not_null', ondelete='restrict',
    )
    record_model = fields.Char(readonly=True)
    record_id = fields.Many2oneReference(string="Arrival", model_field='record_model', readonly=True)
    is_automatic = fields.Boolean(string="By Itself", readonly=True)
    page_version = fields.Integer(required=True, readonly=True, default=0, aggregator=None)

    @api.depends('kind')
    def _compute_talk(self):
        talks = dict(TALKS)
        for contact in self:
            contact.talk = contact.kind if contact.kind in talks else False

    @api.onchange('talk')
    def _onchange_talk(self):
        if self.talk:
            self.kind = self.talk
        hours = NEXT_HOURS.get(self.kind)
        self.next_action_on = hours and fields.Datetime.now() + timedelta(hours=hours)
        if self.kind == 'returned' and not self.returned_on:
            self.returned_on = fields.Datetime.now()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(['accident_id', 'kind'])  # what decides who may enter this, also from the context
        vals_list = [{**defaults, **vals} for vals in vals_list]
        error = self._author_error_message({vals['kind'] for vals in vals_list})
        if error:
            raise UserError(error)
        reports = {vals['accident_id'] for vals in vals_list if vals.get('accident_id')}
        accidents = self.env['insurance.accident'].browse(reports)
        accidents._check_access_to_follow_up()
        # sudo: the page is consulted, whoever adds the entry; an entry and a signature at the same moment must not
        # both succeed without knowing of each other
        accidents.sudo()._touch_pages()
        versions = {accident.id: accident.page_id.version for accident in accidents.sudo()}  # sudo: as above
        contacts = super().create(vals_list)
        # sudo: who, when and under which signature is nobody's to write
        for contact in contacts.sudo():
            super(InsuranceAccidentContact, contact).write({
                'user_id': self.env.uid, 'entered_on': fields.Datetime.now(),
                'page_version': versions[contact.accident_id.id],
            })
        # sudo: reminders are the leader's and the manager's, whoever ends their cause
        contacts.sudo().accident_id._settle_reminders()
        return contacts

    @api.model
    def _author_error_message(self, kinds):
        """Return why the present user may not make entries of these kinds, or False."""
        user = self.env.user
        if self.env.su:
            return False
        leads = user.has_group('dealer_insurance.group_claims_leader')
        if kinds & (DECIDED if leads else LEADERS):
            return self.env._("Reports are merged and separated by the claims team leader. Propose it instead.")
        if not leads and not user.has_group('dealer_insurance.group_hotline_operator') and kinds - ADVISORS:
            return self.env._("You enter that the car has come; what was said on the telephone is the hotline's.")
        return False

    def write(self, vals):
        stored = {name for name in vals if self._fields[name].store and self._fields[name].type != 'one2many'}
        if stored - {'company_id'}:
            raise UserError(self.env._("Follow-ups are not changed afterwards. Add another one that says it better."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Follow-ups are never deleted. Add another one that says it better."))

    # === CONSTRAINTS === #

    @api.constrains(
        'kind', 'contact_on', 'content', 'next_action_on', 'promised_on', 'returned_on', 'reason_id', 'other_id')
    def _check_content(self):
        for contact in self.sudo():  # sudo: whoever may add the entry, the report and the lists are consulted
            problem = contact._content_error_message()
            if problem:
                raise ValidationError(self.env._(
                    "%(accident)s: %(problem)s", accident=contact.accident_id.display_name, problem=problem,
                ))

    def _content_error_message(self):
        """Return what is missing for this kind of entry, or False (R45, domain 6.5)."""
        self.ensure_one()
        soon = fields.Datetime.now() + timedelta(minutes=5)
        if self.contact_on > soon:
            return self.env._("a follow-up lies in the past; plan the next one as Next Action.")
        if self.kind == 'returned' and (not self.returned_on or self.returned_on > soon):
            return self.env._("enter when the car came.")
        if self.kind == 'promised' and not self.promised_on:
            return self.env._("enter when the customer comes.")
        if self.kind == 'not_returned':
            return self._reason_error_message()
        accident, other = self.accident_id, self.other_id
        if self.kind in PAIRS and (not other or other == accident or other.company_id != accident.company_id):
            return self.env._("choose another report of this store.")
        return False

    def _reason_error_message(self):
        if not self.reason_id:
            return self.env._("enter the reason why the car does not come.")
        if self.reason_id.use != 'accident_not_returned' or self.reason_id.is_group:
            return self.env._("%(reason)s is no reason of this list.", reason=self.reason_id.name)
        if not (self.content or '').strip():
            return self.env._("say in words why the car does not come.")
        return False
