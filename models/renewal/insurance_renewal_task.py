from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceRenewalTask(models.Model):
    """A contact that is due: planned by the specialist, demanded by a milestone, or the first one (K6).

    Tasks are kept by the system; no role writes them. An effective contact fulfils those that are due by then, and a
    plan made before it; a call that reached nobody fulfils none.
    """

    _name = 'insurance.renewal.task'
    _description = "Due Contact"
    _order = 'due_date, id'

    renewal_id = fields.Many2one('insurance.renewal', string="Case", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', string="Store", required=True)
    user_id = fields.Many2one('res.users', string="Responsible", index='btree_not_null', ondelete='restrict')
    due_date = fields.Date(string="Contact Due on", required=True)
    kind = fields.Selection(
        [('planned', "Planned Contact"), ('milestone', "Milestone"), ('first', "First Contact")], required=True,
    )
    state = fields.Selection(
        [('open', "Pending"), ('done', "Done"), ('dropped', "Dropped")], required=True, default='open',
    )
    promised = fields.Boolean(string="Call-back Promised")
    planned_contact_id = fields.Many2one(
        'insurance.renewal.contact', string="Planned with", index='btree_not_null', ondelete='restrict',
    )
    done_contact_id = fields.Many2one(
        'insurance.renewal.contact', string="Done with", index='btree_not_null', ondelete='restrict',
    )
    done_on = fields.Date(string="Done on")
    tried_on = fields.Date(string="First Tried on", help="Day of the first contact, whether or not it reached anybody.")
    is_on_time = fields.Boolean(string="On Time", compute='_compute_is_on_time', store=True)
    is_tried_on_time = fields.Boolean(string="Tried on Time", compute='_compute_is_on_time', store=True)

    _once = models.UniqueIndex("(renewal_id, kind, due_date)", "This contact is due already.")
    _company_due_idx = models.Index("(company_id, due_date)")
    _user_open_idx = models.Index("(user_id, due_date) WHERE state = 'open'")

    @api.depends('renewal_id', 'due_date')
    def _compute_display_name(self):
        for task in self:
            case = task.renewal_id.sudo()  # sudo: the name of the case, for who may read what is due about it
            task.display_name = f'{case.display_name} {task.due_date}'

    @api.depends('due_date', 'done_on', 'tried_on')
    def _compute_is_on_time(self):
        for task in self:
            task.is_on_time = bool(task.done_on and task.done_on <= task.due_date)
            task.is_tried_on_time = bool(task.tried_on and task.tried_on <= task.due_date)

    # === WHAT A CONTACT DOES === #

    @api.model
    def _follow_contacts(self, contacts):
        """Fulfil what the contacts fulfil, and make due what they plan. Repeating it changes nothing."""
        former = contacts.correction_of_id
        tasks = self.search(
            Domain('renewal_id', 'in', contacts.renewal_id.ids)
            & (Domain('kind', 'in', ('planned', 'first')) | Domain('state', '=', 'open')
               | Domain('done_contact_id', 'in', (contacts | former).ids))
        )
        by_case = tasks.grouped('renewal_id')
        planned = []
        for contact in contacts.sorted(lambda line: (line.contact_on, line.id)):
            of_case = by_case.get(contact.renewal_id, self.browse())
            of_case._fulfil(contact)
            planned += of_case._plan(contact)
        self.create(planned)

    def _fulfil(self, contact):
        """Mark the tasks of a case that `contact` fulfils as done."""
        said = contact | contact.correction_of_id
        day = contact.company_id._insurance_local(contact.contact_on).date()
        self.filtered(lambda task: task.done_contact_id in said).write(
            {'state': 'open', 'done_contact_id': False, 'done_on': False}
        )
        self.filtered(
            lambda task: task.kind == 'first' and task.state != 'dropped' and (not task.tried_on or task.tried_on > day)
        ).write({'tried_on': day})
        if contact.is_effective and not contact.is_superseded:
            self.filtered(lambda task: task._is_fulfilled_by(contact, said, day)).write(
                {'state': 'done', 'done_contact_id': contact.id, 'done_on': day}
            )

    def _is_fulfilled_by(self, contact, said, day):
        self.ensure_one()
        if self.state != 'open' or self.planned_contact_id in said:
            return False
        if self.due_date <= day or self.kind == 'first':
            return True
        return self.kind == 'planned' and self.planned_contact_id.contact_on < contact.contact_on

    def _plan(self, contact):
        """Move the plan of `contact` to its next date; return the values of the task it needs, if any."""
        case, company = contact.renewal_id, contact.company_id
        if case.last_contact_id != contact:
            return []
        said = contact | contact.correction_of_id
        mine = self.filtered(
            lambda task: task.kind == 'planned' and task.state == 'open' and task.planned_contact_id in said
            and task.due_date >= company._insurance_today()  # what is missed already stays missed
        )
        day = contact.next_date if contact.outcome == 'continue' else False
        (mine.filtered(lambda task: task.due_date != day)).write({'state': 'dropped'})
        if not day:
            return []
        values = {
            'planned_contact_id': contact.id, 'promised': contact.is_promised, 'state': 'open',
            'user_id': (case.specialist_id or contact.entered_by_id).id,
        }
        same = self.filtered(lambda task: task.kind == 'planned' and task.due_date == day)
        if same:
            same.write(dict(values, done_on=False, done_contact_id=False))
            return []
        return [dict(values, renewal_id=case.id, company_id=company.id, kind='planned', due_date=day)]

    # === WHAT THE CASE DOES === #

    @api.model
    def _drop_pending(self, cases):
        """Drop what is not overdue yet: the cases ended, or nobody works on them any more (K6)."""
        for company, of_store in cases.grouped('company_id').items():
            self.search([
                ('renewal_id', 'in', of_store.ids), ('state', '=', 'open'),
                ('due_date', '>=', company._insurance_today()),
            ]).write({'state': 'dropped'})

    @api.model
    def _hand_over(self, cases):
        """Give what is not overdue yet to the cases' new specialists; what was missed stays with who missed it."""
        for company, of_store in cases.grouped('company_id').items():
            pending = self.search([
                ('renewal_id', 'in', of_store.ids), ('state', '=', 'open'),
                ('due_date', '>=', company._insurance_today()),
            ])
            first = pending.filtered(lambda task: task.kind == 'first' and not task.tried_on)
            first.write({'state': 'dropped'})  # the time to make the first contact begins anew
            for task in pending - first:
                task.user_id = task.renewal_id.specialist_id
        self._plan_first(cases)

    @api.model
    def _move_first(self, cases):
        """Let first contacts that are not overdue follow the cases' new expiry; what was missed stays missed."""
        for company, of_store in cases.grouped('company_id').items():
            pending = self.search([
                ('renewal_id', 'in', of_store.ids), ('kind', '=', 'first'), ('state', '=', 'open'),
                ('tried_on', '=', False), ('due_date', '>=', company._insurance_today()),
            ])
            pending.write({'state': 'dropped'})
            self._plan_first(pending.renewal_id, not_before=company._insurance_next_working_day())
