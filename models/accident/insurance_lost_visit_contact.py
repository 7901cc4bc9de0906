from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

LEAST_CONTENT = 5  # characters


class InsuranceLostVisitContact(models.Model):
    """What happened to a car that left afterwards: a follow-up, its outcome, an improvement that is done (R48).

    Each entry has its own date and author and is only ever added: the line of the register may be signed long before.
    """

    _name = 'insurance.lost.visit.contact'
    _description = "Follow-up of a Car that Left"
    _inherit = ['insurance.guard']
    _order = 'contact_on desc, id desc'

    _guarded_fields = frozenset({'user_id'})

    visit_id = fields.Many2one('insurance.lost.visit', string="Visit", required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='visit_id.company_id', store=True, index=True)
    contact_on = fields.Datetime(string="Time", required=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', string="Followed up by", required=True, readonly=True, index=True,
                              default=lambda self: self.env.uid, ondelete='restrict')
    outcome = fields.Selection(
        [('continue', "Goes on"), ('returned', "Came back for repair"), ('lost', "Finally lost"),
         ('done', "Improvement done")],
        string="What Became of it", required=True, default='continue',
    )
    content = fields.Text(string="What was Said or Done", required=True)
    next_date = fields.Date(string="Next Follow-up")

    def _compute_display_name(self):
        for contact in self:
            visit = contact.visit_id
            contact.display_name = self.env._("Follow-up of %(visit)s", visit=visit.display_name)

    # === CONSTRAINTS === #

    @api.constrains('contact_on', 'content', 'outcome', 'next_date')
    def _check_content(self):
        for contact in self:
            problem = contact._content_error_message()
            if problem:
                raise ValidationError(
                    self.env._("%(visit)s: %(problem)s", visit=contact.visit_id.display_name, problem=problem))

    def _content_error_message(self):
        """Return what is missing or wrong, or False."""
        self.ensure_one()
        visit, company = self.visit_id, self.company_id
        if not visit.arrived_on <= self.contact_on <= fields.Datetime.now() + timedelta(minutes=5):
            return self.env._("a follow-up lies between the visit and now.")
        if len((self.content or '').strip()) < LEAST_CONTENT:
            return self.env._("say what was said or done in at least %(least)s characters.", least=LEAST_CONTENT)
        if self.outcome != 'continue':
            return self.next_date and self.env._("an outcome has no next follow-up.")
        day = company._insurance_local(self.contact_on).date()
        if not self.next_date or self.next_date <= day or self.next_date > visit.close_by:
            return self.env._(
                "enter the next follow-up, after this one and not later than %(latest)s, by when the outcome is due.",
                latest=fields.Date.to_string(visit.close_by),
            )
        return False

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(['visit_id', 'outcome'])
        vals_list = [{**defaults, **vals} for vals in vals_list]
        visits = self.env['insurance.lost.visit'].browse({vals.get('visit_id') for vals in vals_list} - {None, False})
        visits.check_access('read')
        visits.sudo().lock_for_update()  # sudo: who follows a car up need not edit its entry
        for vals in vals_list:
            visit = visits.browse(vals.get('visit_id'))
            error = visit and visit.sudo()._follow_up_error_message(vals.get('outcome'))
            if error:
                raise UserError(error)
        contacts = super().create(vals_list)
        # sudo: state and reminders of the visit follow from the entry, whoever makes it
        contacts.visit_id.sudo()._sync_activities()
        return contacts

    def write(self, vals):
        raise UserError(self.env._("A follow-up is not changed afterwards: %(contact)s. Enter another one.",
                                   contact=self[:1].display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Follow-ups are never deleted: %(contact)s.", contact=self[:1].display_name))

    def copy(self, default=None):
        raise UserError(self.env._("A follow-up is not copied."))

    # === BUSINESS === #

    def _move_to(self, visit):
        """Let the follow-ups belong to the entry that corrects theirs; in sudo, no user writes them."""
        super().write({'visit_id': visit.id})

    def _forget(self, words):
        """Replace what the follow-ups say by `words`: the end of a restricted entry (T38)."""
        if self:
            self.env.cr.execute(SQL(
                "UPDATE insurance_lost_visit_contact SET content = %s WHERE id IN %s", words, tuple(self.ids)))
            self.invalidate_recordset(['content'])
