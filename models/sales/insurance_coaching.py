from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.percent import percent

GROUNDS = [('below_target', "Below the Target Rate"), ('last', "Last of the Ranking")]
STATES = [('prepared', "Talk Prepared"), ('held', "Talk Held"), ('dropped', "Not Needed")]
COACHES = ('dealer_insurance.group_insurance_supervisor', 'dealer_insurance.group_general_manager')
ACTIVITY, CHECK = (f'dealer_insurance.mail_activity_type_coaching{suffix}' for suffix in ('', '_check'))
LEAST_TEXT = 5  # characters of causes, measures and outcome


class InsuranceCoaching(models.Model):
    """The talk with a consultant whose insured rate is below target or the last of the month (R4).

    The published board prepares it: figures, the cars that are not insured, and questions to ask. The coach writes
    down causes and measures and looks later at what became of them. It holds nothing up: a talk that is not needed is
    dropped. The consultant reads his own sheet once the talk was held.
    """

    _name = 'insurance.coaching'
    _description = "Coaching"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'month desc, company_id, consultant_id, id'
    _check_company_auto = True

    _guarded_fields = frozenset({
        'company_id', 'month', 'consultant_id', 'ground', 'delivered', 'counted', 'insured', 'target_rate',
        'delivery_ids', 'state', 'held_on',
    })

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True,
                                 default=lambda self: self.env.company)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    month_text = fields.Char(string="Month and Year", compute='_compute_month_text')
    # no check_company: who changed stores since the month is talked to all the same
    consultant_id = fields.Many2one('res.users', string="Sales Consultant", required=True, index=True, readonly=True)
    ground = fields.Selection(GROUNDS, string="Why Coaching", required=True, readonly=True)
    delivered = fields.Integer(string="Delivered", readonly=True, help="Of every business source.")
    counted = fields.Integer(string="Cars that Count", readonly=True, help="The denominator of the insured rate (K1).")
    insured = fields.Integer(string="Insured Commercially", readonly=True, help="With a commercial policy (K1).")
    rate = fields.Float(string="Insured Rate", compute='_compute_rate', digits=(5, 4))
    target_rate = fields.Float(string="Target Insured Rate", readonly=True, digits=(5, 4), aggregator=None)
    delivery_ids = fields.Many2many('insurance.delivery', 'insurance_coaching_delivery_rel', 'coaching_id',
                                    'delivery_id', string="Cars without Insurance", readonly=True)
    delivery_count = fields.Integer(string="Number of Cars without Insurance", compute='_compute_delivery_count',
                                    compute_sudo=True)
    questions = fields.Text(string="Questions to Ask")
    coach_id = fields.Many2one(
        'res.users', index=True, string="Talk Led by", check_company=True, tracking=True,
        domain=lambda self: [('all_group_ids', 'in', [self.env.ref(group).id for group in COACHES])],
    )
    causes = fields.Text(string="Causes Found")
    measures = fields.Text(string="Measures Agreed")
    due_date = fields.Date(string="Measures Looked at on", tracking=True)
    state = fields.Selection(STATES, string="Stage of the Talk", required=True, default='prepared', readonly=True,
                             copy=False, index=True, tracking=True)
    held_on = fields.Date(string="Talk Held on", readonly=True, copy=False)
    outcome = fields.Text(string="What Became of It", copy=False,
                          help="Written when the measures are looked at, after the talk.")

    _month_uniq = models.UniqueIndex("(company_id, month, consultant_id)",
                                     "This consultant already has a conversation sheet of the month.")
    _two_people = models.Constraint("CHECK (coach_id <> consultant_id)",
                                    "Nobody coaches himself: choose another coach.")
    _held_stamped = models.Constraint("CHECK ((state = 'held') = (held_on IS NOT NULL))",
                                      "A talk that was held has its day.")

    # === COMPUTE === #

    @api.depends('month', 'consultant_id')
    def _compute_display_name(self):
        for talk in self:
            name = talk.consultant_id.sudo().name or ''  # sudo: the name of a colleague
            talk.display_name = f'{talk.month:%Y-%m} {name}' if talk.month else name

    @api.depends('month')
    def _compute_month_text(self):
        for talk in self:
            talk.month_text = talk.month and f'{talk.month:%Y-%m}'

    @api.depends('insured', 'counted')
    def _compute_rate(self):
        for talk in self:
            talk.rate = talk.insured / talk.counted if talk.counted else 0

    @api.depends('delivery_ids')
    def _compute_delivery_count(self):
        for talk in self:
            talk.delivery_count = len(talk.delivery_ids)

    # === CONSTRAINTS AND CRUD === #

    @api.constrains('coach_id')
    def _check_coach(self):
        for talk in self:
            if talk.coach_id and not any(talk.coach_id.has_group(group) for group in COACHES):
                raise ValidationError(self.env._(
                    "%(talk)s: the talk is led by an insurance supervisor or the general manager, not by %(user)s.",
                    talk=talk.display_name, user=talk.coach_id.name))

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        result = super().write(vals)
        if {'coach_id', 'due_date', 'outcome'} & vals.keys():
            self._remind()
        return result

    def _check_editable(self, vals):
        """Refuse changes of a talk that is over; what became of a talk that was held is added to it."""
        added = {'outcome', 'due_date', 'message_follower_ids', 'activity_ids'}
        for talk in self:
            if talk.state == 'dropped' or talk.state == 'held' and vals.keys() - added:
                raise UserError(talk._get_over_message())
            if 'outcome' in vals and talk.state == 'prepared' and vals['outcome']:
                raise UserError(self.env._("%(talk)s: hold the talk first; what became of it is written afterwards.",
                                           talk=talk.display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Conversation sheets are dropped, not deleted: %(talk)s.",
                                   talk=self[:1].display_name))

    # === PREPARING === #

    @api.model
    def _find_cars(self, company, month):
        """Return the cars of a month that are not insured as K1 counts them: `{user id: deliveries}`."""
        # sudo: a board that is published looks them up for all consultants
        Delivery = self.env['insurance.delivery'].sudo()
        Delivery._flush_facts()
        rows = self.env.execute_query(SQL(
            """
            SELECT fact.consultant_id, array_agg(fact.id ORDER BY fact.delivery_date, fact.id)
              FROM (%s) AS fact
             WHERE fact.counted = 1 AND fact.commercial = 0 AND fact.consultant_id IS NOT NULL
          GROUP BY fact.consultant_id
            """,
            Delivery._get_facts_sql(company, month, month + relativedelta(day=31)),
        ))
        return {user: Delivery.browse(ids) for user, ids in rows}

    @api.model
    def _prepare_talks(self, company, month, rows, coach):
        """Prepare the conversation sheets of a month; who has one gets no second one.

        :param month: date, its first day
        :param rows: list of dicts `consultant` (user), `ground`, `delivered`, `counted`, `insured` (cars),
            `target_rate` (ratio, 0 where there is none) and `deliveries` (those not insured)
        :param coach: user; somebody else takes the talk where he would talk to himself
        :return: the new sheets
        """
        # sudo: a board that is published prepares them; no role writes their figures
        Coaching = self.sudo()
        found = Coaching.search([('company_id', '=', company.id), ('month', '=', month)]).consultant_id
        questions = self._get_questions(company)
        talks = Coaching.create([{
            'company_id': company.id, 'month': month, 'consultant_id': row['consultant'].id,
            **{name: row[name] for name in ('ground', 'delivered', 'counted', 'insured', 'target_rate')},
            'delivery_ids': [Command.set(row['deliveries'].ids)], 'questions': questions,
            'coach_id': self._choose_coach(company, row['consultant'], coach).id,
        } for row in rows if row['consultant'] not in found])
        talks._remind()
        return talks.sudo(self.env.su)

    @api.model
    def _choose_coach(self, company, consultant, wished):
        """Return who leads the talk: the one wished for, else a reviewer of the store; nobody where none may."""
        reviewers = company.insurance_renewal_reviewer_id | company.insurance_alternate_reviewer_id
        for user in wished | reviewers:
            may = user.active and company in user.company_ids and any(user.has_group(group) for group in COACHES)
            if may and user != consultant:
                return user
        return self.env['res.users']

    @api.model
    def _get_questions(self, company):
        return company.insurance_coaching_questions or '\n'.join((
            self.env._("What does the customer hear about insurance, and when in the sale?"),
            self.env._("Which of these cars could still have been won, and how?"),
            self.env._("Did every customer get a written proposal before the handover?"),
            self.env._("Which reason comes up most often, and what is the answer to it?"),
            self.env._("What help is needed from the insurance desk?"),
        ))

    # === ACTIONS === #

    def _get_over_message(self):
        self.ensure_one()
        return self.env._("%(talk)s is over and stays as it is.", talk=self.display_name)

    def _hold_error_message(self):
        """Return why the talk cannot be closed as held, or False."""
        self.ensure_one()
        if self.state != 'prepared':
            return self._get_over_message()
        if self.env.user == self.consultant_id:
            return self.env._("%(talk)s: nobody coaches himself. The coach closes the talk.", talk=self.display_name)
        if not self.coach_id:
            return self.env._("%(talk)s: choose who led the talk.", talk=self.display_name)
        if any(len((self[name] or '').strip()) < LEAST_TEXT for name in ('causes', 'measures')):
            return self.env._("%(talk)s: write down the causes found and the measures agreed.", talk=self.display_name)
        if not self.due_date or self.due_date < self.company_id._insurance_today():
            return self.env._("%(talk)s: enter a day from today on which the measures are looked at.",
                              talk=self.display_name)
        return False

    def action_hold(self):
        """Close the talks as held today, each with its causes and measures; the consultant now reads the sheet (R4)."""
        self.check_access('write')
        for talk in self:
            error = talk._hold_error_message()
            if error:
                raise UserError(error)
            # sudo: state and day are written by no role
            talk.sudo().write({'state': 'held', 'held_on': talk.company_id._insurance_today()})
            talk.message_subscribe(talk.consultant_id.partner_id.ids)
        self._remind()
        return True

    def action_drop(self):
        """Close the talks as not needed."""
        self.check_access('write')
        for talk in self.filtered(lambda one: one.state != 'prepared'):
            raise UserError(talk._get_over_message())
        self.sudo().write({'state': 'dropped'})  # sudo: as above
        self._remind()
        return True

    def action_view_cars(self):
        """List the cars of the sheet that the present user may see."""
        self.ensure_one()
        # sudo: which cars is on the sheet; the list shows those of them that the user may see
        domain = Domain('id', 'in', self.sudo().delivery_ids.ids)
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Cars without Insurance"),
            'res_model': 'insurance.delivery', 'view_mode': 'list,kanban,form', 'domain': list(domain),
            'context': {'create': False},
        }

    # === REMINDERS === #

    def _remind(self):
        """Keep one reminder for the coach: of the talk, and once it was held, of the measures until their outcome."""
        # sudo: the reminder is the coach's, who may be somebody else
        talks = self.sudo()
        talks.activity_unlink([ACTIVITY, CHECK])
        kind = self.env.ref(ACTIVITY).sudo()
        for talk in talks.filtered('coach_id'):
            if talk.state == 'prepared':
                talk.activity_schedule(ACTIVITY, kind._get_date_deadline(), user_id=talk.coach_id.id,
                                       summary=talk.display_name, automated=True)
            elif talk.state == 'held' and not talk.outcome:
                talk.activity_schedule(CHECK, talk.due_date, user_id=talk.coach_id.id, summary=talk.display_name,
                                       automated=True)

    # === PRINT === #

    def _prepare_sheet(self):
        """Return what the printed sheet shows beside the record: rates as text and the rows of the cars.

        :return: dict of `rate`, `target` and `cars`, a list of dicts `day`, `car`, `customer`, `answer`, `reason`
        """
        self.ensure_one()
        # sudo: the sheet names the cars to whoever may read it, the coach and the consultant of the cars
        cars = self.sudo().delivery_ids.sorted(lambda delivery: (delivery.delivery_date, delivery.id))
        answers = dict(cars._fields['insurance_answer']._description_selection(self.env))
        return {
            'name': self.consultant_id.sudo().name,  # sudo: names of colleagues
            'coach': self.coach_id.sudo().name or '', 'month': f'{self.month:%Y-%m}',
            'rate': percent(self.insured, self.counted),
            'target': percent(self.target_rate, 1) if self.target_rate else '—',
            'cars': [{
                'day': delivery.delivery_date, 'car': delivery.vehicle_id.license_plate or (delivery.vin or '')[-8:],
                'model': delivery.vehicle_model_id.name or '', 'customer': delivery.partner_id.name or '',
                'answer': answers.get(delivery.insurance_answer, ''),
                'reason': ', '.join(filter(None, (delivery.uninsured_reason_id.name, delivery.uninsured_note))),
            } for delivery in cars],
        }
