from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

LEAST_OUTCOME = 5  # characters


class InsuranceTraining(models.Model):
    """A training or coaching that follows from tagged register lines: who, what, when, and what came of it (R15)."""

    _name = 'insurance.training'
    _description = "Training"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'planned_on desc, id desc'
    _check_company_auto = True

    _guarded_fields = frozenset({'state', 'held_on'})

    name = fields.Char(string="Subject", required=True, tracking=True)
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    tag_ids = fields.Many2many('insurance.reason', 'insurance_training_tag_rel', 'training_id', 'reason_id',
                               string="To Improve", domain=[('use', '=', 'review_tag')])
    specialist_ids = fields.Many2many('res.users', 'insurance_training_specialist_rel', 'training_id', 'user_id',
                                      string="Participants", check_company=True)
    contact_ids = fields.Many2many('insurance.renewal.contact', 'insurance_training_contact_rel', 'training_id',
                                   'contact_id', string="Register Lines", copy=False)
    contact_count = fields.Integer(string="Lines behind it", compute='_compute_contact_count')
    planned_on = fields.Date(string="Planned for", required=True, tracking=True)
    trainer_id = fields.Many2one('res.users', string="Trainer", required=True, index=True, check_company=True,
                                 default=lambda self: self.env.user, tracking=True)
    plan = fields.Text(string="What is Trained")
    state = fields.Selection([('planned', "Planned"), ('done', "Held"), ('cancelled', "Called off")], required=True,
                             default='planned', readonly=True, tracking=True, index=True)
    held_on = fields.Date(string="Held on", readonly=True, copy=False)
    outcome = fields.Text(string="Result of the Training", copy=False,
                          help="What was practised and agreed, and when it is looked at again.")

    _held_when_done = models.Constraint(
        "CHECK ((state = 'done') = (held_on IS NOT NULL))", "A training that was held has its day.",
    )

    # === COMPUTE === #

    def _compute_contact_count(self):
        for training in self:
            training.contact_count = len(training.contact_ids)

    # === CONSTRAINTS AND CRUD === #

    @api.constrains('tag_ids', 'contact_ids', 'company_id')
    def _check_lines(self):
        for training in self.sudo():  # sudo: the participants of a training read it, not all of its lines
            if training.tag_ids.filtered(lambda tag: tag.use != 'review_tag'):
                raise ValidationError(self.env._("%(training)s: choose what is to be improved from the list offered.",
                                                 training=training.name))
            if training.contact_ids.company_id - training.company_id:
                raise ValidationError(self.env._("%(training)s: its register lines are those of %(store)s.",
                                                 training=training.name, store=training.company_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        trainings = super().create(vals_list)
        trainings._invite()
        return trainings

    def write(self, vals):
        closed = self.filtered(lambda training: training.state != 'planned')
        if closed and not self.env.su and vals.keys() - {'message_follower_ids', 'activity_ids'}:
            raise UserError(self.env._("%(training)s is over and stays as it is. Plan a new one.",
                                       training=closed[0].name))
        result = super().write(vals)
        if {'planned_on', 'trainer_id', 'specialist_ids'} & vals.keys():
            self._invite()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Trainings are called off, not deleted: %(training)s.", training=self[:1].name))

    # === ACTIONS === #

    def _done_error_message(self):
        """Return why the training cannot be closed as held, or False."""
        self.ensure_one()
        if self.state != 'planned':
            return self.env._("%(training)s is over and stays as it is. Plan a new one.", training=self.name)
        if not self.specialist_ids:
            return self.env._("%(training)s: enter who took part.", training=self.name)
        if self.planned_on > self.company_id._insurance_today():
            return self.env._("%(training)s is planned for %(day)s; move it to the day on which it was held.",
                              training=self.name, day=self.planned_on)
        if len((self.outcome or '').strip()) < LEAST_OUTCOME:
            return self.env._("%(training)s: write what came of it.", training=self.name)
        return False

    def action_done(self):
        """Close the trainings as held on the day they were planned for; each needs its result."""
        self.check_access('write')
        for training in self:
            error = training._done_error_message()
            if error:
                raise UserError(error)
            # sudo: state and day are written by no role
            training.sudo().write({'state': 'done', 'held_on': training.planned_on})
            training._close_activities()
        return True

    def action_cancel(self):
        """Call off the trainings; their register lines can be gathered anew."""
        self.check_access('write')
        for training in self:
            if training.state != 'planned':
                raise UserError(self.env._("%(training)s is over and stays as it is. Plan a new one.",
                                           training=training.name))
        self.sudo().write({'state': 'cancelled'})  # sudo: as above
        self._close_activities()
        return True

    def action_view_lines(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Register Lines"),
            'res_model': 'insurance.renewal.contact', 'view_mode': 'list,form',
            'domain': [('id', 'in', self.contact_ids.ids)], 'context': {'insurer_short_name': True},
        }

    # === REMINDERS === #

    def _invite(self):
        """Keep one reminder for the trainer on the planned day, and make the participants followers."""
        kind = 'dealer_insurance.mail_activity_type_training'
        model = self.env['ir.model']._get(self._name)
        planned = self.filtered(lambda training: training.state == 'planned')
        # sudo: the reminder is the trainer's, who may be somebody else
        planned.sudo().activity_unlink([kind])
        self.env['mail.activity'].sudo().create([{
            'res_model_id': model.id, 'res_id': training.id, 'user_id': training.trainer_id.id,
            'activity_type_id': self.env.ref(kind).id, 'date_deadline': training.planned_on,
            'summary': training.name, 'automated': True,
        } for training in planned])
        for training in planned:
            training.message_subscribe(training.specialist_ids.partner_id.ids)

    def _close_activities(self):
        self.sudo().activity_unlink(['dealer_insurance.mail_activity_type_training'])  # sudo: as above

    # === GATHERING === #

    @api.model
    def _find_tagged(self, company, first, last, tags=None, specialists=None):
        """Return the reviewed lines with tags, of `first` to `last` by the store's clock, that no training takes up.

        :param tags: with one of these; any tag when left out or empty
        :param specialists: entered by them; by anybody when left out or empty
        """
        start, end = company._insurance_span(first, last)
        domain = [
            ('company_id', '=', company.id), ('contact_on', '>=', start), ('contact_on', '<', end),
            ('review_tag_ids', 'in', tags.ids) if tags else ('review_tag_ids', '!=', False),
        ]
        if specialists:
            domain.append(('entered_by_id', 'in', specialists.ids))
        contacts = self.env['insurance.renewal.contact'].search(domain, order='contact_on, id')
        taken = self.search([('contact_ids', 'in', contacts.ids), ('state', '!=', 'cancelled')]).contact_ids
        return contacts - taken

    @api.model
    def _prepare_gathered(self, company, contacts, planned_on, trainer):
        """Return the values of the training that takes up `contacts`."""
        tags, people = contacts.review_tag_ids, contacts.entered_by_id
        return {
            'name': self.env._("Training: %(tags)s", tags=", ".join(tags.mapped('name'))),
            'company_id': company.id, 'planned_on': planned_on, 'trainer_id': trainer.id,
            'tag_ids': [Command.set(tags.ids)], 'specialist_ids': [Command.set(people.ids)],
            'contact_ids': [Command.set(contacts.ids)],
            'plan': "\n".join(
                self.env._("%(tag)s: %(count)s lines of %(people)s", tag=tag.name, count=len(of_tag),
                           people=", ".join(of_tag.entered_by_id.mapped('name')))
                for tag in tags for of_tag in [contacts.filtered(lambda line, tag=tag: tag in line.review_tag_ids)]
            ),
        }
