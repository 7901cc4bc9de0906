from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError

from .insurance_claim import CLERK, FINANCE, LEADER, MONEY
from .insurance_claim_owed import OWED

STATES = [('draft', "Letter Draft"), ('sent', "Letter Sent"), ('withdrawn', "Withdrawn")]
LEVELS = [('1', "Reminder"), ('2', "Second Reminder"), ('3', "Last Reminder")]
DUNNERS = f'{CLERK},{LEADER},{FINANCE}'


class InsuranceClaimDunning(models.Model):
    """A dunning letter to an insurer 《催款函》: claims, amounts and days late, kept as it was sent (5.7)."""

    _name = 'insurance.claim.dunning'
    _description = "Dunning Letter"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard', 'insurance.numbered']
    _order = 'date desc, id desc'
    _rec_names_search = ['name', 'insurer_id.name']
    _check_company_auto = True

    _number_prefix = 'LPCK'
    _guarded_fields = frozenset({'name', 'state', 'sent_by_id', 'sent_on', 'letter_id', 'workbook_id'})

    name = fields.Char(string="Letter No.", readonly=True, copy=False, index='trigram')
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, tracking=True,
                                 domain=[('is_insurer', '=', True)])
    date = fields.Date(string="Letter of", required=True, tracking=True,
                       default=lambda self: self.env.company._insurance_today())
    reply_by = fields.Date(string="Answer by", compute='_compute_reply_by', store=True, readonly=False, required=True,
                           precompute=True)
    level = fields.Selection(LEVELS, string="Dunning Level", compute='_compute_level', store=True, readonly=False,
                             required=True, precompute=True, tracking=True,
                             help="One more than the highest of its claims.")
    note = fields.Text(string="Text of our own", help="Printed above the table.")
    line_ids = fields.One2many('insurance.claim.dunning.line', 'dunning_id', string="Claims Dunned")
    claim_count = fields.Integer(string="Claims", compute='_compute_totals', store=True)
    amount = fields.Monetary(string="Amount dunned", compute='_compute_totals', store=True, groups=MONEY)
    state = fields.Selection(STATES, required=True, default='draft', readonly=True, copy=False, tracking=True,
                             index=True)
    sent_by_id = fields.Many2one('res.users', string="Sent by", readonly=True, copy=False)
    sent_on = fields.Datetime(string="Sent on", readonly=True, copy=False)
    letter_id = fields.Many2one('ir.attachment', string="Letter", readonly=True, copy=False)
    workbook_id = fields.Many2one('ir.attachment', string="Letter as Workbook", readonly=True, copy=False)

    _name_uniq = models.UniqueIndex("(company_id, name) WHERE name IS NOT NULL", "This letter number is taken.")
    _company_date_idx = models.Index("(company_id, date DESC, id DESC)")

    # === COMPUTE === #

    @api.depends('name', 'insurer_id')
    def _compute_display_name(self):
        for letter in self:
            insurer = letter.insurer_id.insurer_short_name or letter.insurer_id.name
            letter.display_name = " ".join(filter(None, (letter.name, insurer)))

    @api.depends('date', 'company_id')
    def _compute_reply_by(self):
        for letter in self:
            letter.reply_by = letter.date and letter.date + timedelta(
                days=letter.company_id.insurance_claim_reply_days)

    @api.depends('line_ids.claim_id')
    def _compute_level(self):
        for letter in self:
            before = max(letter.line_ids.claim_id.mapped('dunning_level'), default=0)
            if letter.state == 'draft' or not letter.level:
                letter.level = str(min(before + 1, len(LEVELS)))

    @api.depends('line_ids.amount')
    def _compute_totals(self):
        for letter in self:
            letter.claim_count = len(letter.line_ids.claim_id)
            letter.amount = sum(letter.line_ids.mapped('amount'))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        for letter in letters:
            # sudo: numbers are given, not typed
            letter.sudo().name = self._next_number(letter.company_id, letter.date)
        return letters

    def write(self, vals):
        kept = {'company_id', 'insurer_id', 'date', 'reply_by', 'level', 'note', 'line_ids'}
        if kept & vals.keys() and not self.env.su and any(letter.state != 'draft' for letter in self):
            raise UserError(self.env._("%(letter)s was sent and stays as it is. Draft another one.",
                                       letter=self[:1].display_name))
        return super().write(vals)

    def copy(self, default=None):
        raise UserError(self.env._("Dunning letters are not copied: draft one from what is owed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for letter in self:
            if letter.state != 'draft':
                raise UserError(self.env._("%(letter)s was sent and stays.", letter=letter.display_name))

    # === BUSINESS === #

    @api.model
    def _draft(self, company, insurer, costs):
        """Return a new draft to `insurer` with the late parts `costs`; an open draft to it is filled up instead."""
        self._check_dunner()
        letter = self.search([('company_id', '=', company.id), ('insurer_id', '=', insurer.id),
                              ('state', '=', 'draft')], limit=1) or self.create(
                                  {'company_id': company.id, 'insurer_id': insurer.id})
        letter._add_costs(costs)
        return letter

    def _add_costs(self, costs):
        new = costs - self.line_ids.cost_id
        self.write({'line_ids': [Command.create({'cost_id': cost.id}) for cost in new]})

    def action_propose(self):
        """Put everything on the letter with which the insurer is late."""
        for letter in self:
            letter._check_dunner()
            rows = self.env['insurance.claim.owed'].search([
                ('company_id', '=', letter.company_id.id), ('insurer_id', '=', letter.insurer_id.id),
                ('due_on', '<', letter.company_id._insurance_today())])
            if not rows:
                raise UserError(self.env._("%(insurer)s is late with nothing.", insurer=letter.insurer_id.name))
            letter._add_costs(rows.cost_id)
        return True

    def action_send(self):
        """Freeze the letter: print it, keep print and workbook, note date and level on its claims."""
        for letter in self:
            letter._check_dunner()
            letter._hold()
            if letter.state != 'draft':
                raise UserError(self.env._("%(letter)s was sent already.", letter=letter.display_name))
            letter._check_lines()
            # sudo: that it was sent, by whom and when is not typed
            letter.sudo().write({'state': 'sent', 'sent_by_id': self.env.uid, 'sent_on': fields.Datetime.now()})
            letter._keep_files()
            letter._note_on_claims()
        return True

    def action_withdraw(self):
        """Take a letter back that should not have gone out: its claims count as not dunned by it."""
        for letter in self:
            letter._check_dunner()
            letter._hold()
            if letter.state != 'sent':
                raise UserError(self.env._("%(letter)s was not sent.", letter=letter.display_name))
            letter.sudo().state = 'withdrawn'  # sudo: as above
        return True

    def _check_lines(self):
        """Refuse what is not owed any more, by naming it."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("%(letter)s has no claims: press Propose.", letter=self.display_name))
        paid = self.line_ids.filtered(lambda line: line.claim_id.state not in OWED
                                      or line.currency_id.compare_amounts(line.cost_id.open_amount, line.amount))
        if paid:
            raise UserError(self.env._(
                "%(letter)s: what these claims owe has changed, take them out and propose anew: %(claims)s.",
                letter=self.display_name, claims=[line.claim_id.display_name for line in paid]))

    def _check_dunner(self):
        self.check_access('read')
        if self.env.user._is_superuser() or not self.env.user.has_groups(DUNNERS):
            raise UserError(self.env._("The claims desk or finance duns insurers."))

    def _hold(self):
        """Keep everybody else from sending the letter until the end of the transaction.

        :raises LockError: while a colleague does
        """
        try:
            self.sudo().lock_for_update(allow_referencing=True)  # sudo: the lock is the method's, not the reader's
        except LockError as error:
            raise LockError(self.env._("%(letter)s: a colleague is working on it at this moment.",
                                       letter=self.display_name)) from error
        self.invalidate_recordset()

    def _note_on_claims(self):
        label = dict(self._fields['level']._description_selection(self.env))[self.level]
        for claim in self.line_ids.claim_id:
            # sudo: a note of who dunned, on claims that finance only reads
            claim.sudo().message_post(body=self.env._(
                "%(insurer)s was dunned with %(letter)s: %(level)s", insurer=self.insurer_id.name, letter=self.name,
                level=label))

    # === ACTIONS === #

    def _get_action(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_claim_dunning_action')
        action.update(domain=[('id', 'in', self.ids)], context={})
        if len(self) == 1:
            action.update(res_id=self.id, views=[(False, 'form')])
        return action

    def action_view_claims(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'insurance.claim', 'view_mode': 'list,form',
                'name': self.display_name, 'domain': [('id', 'in', self.line_ids.claim_id.ids)],
                'context': {'create': False}}
