from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Domain

COMMISSION = 'dealer_insurance.group_commission_reader'
CLERK = 'dealer_insurance.group_policy_clerk'
FINANCE = 'dealer_insurance.group_finance'
MANAGER = 'dealer_insurance.group_general_manager'
STATES = [('draft', "Being Drawn up"), ('submitted', "With Finance"), ('closed', "List Closed")]
BASES = [('issue', "By signing date"), ('start', "By start date")]
PRODUCT_FLAGS = {
    'compulsory': 'with_compulsory', 'commercial': 'with_commercial', 'non_motor': 'with_non_motor',
}  # on lists and their lines
SCOPE = frozenset({
    'insurer_id', 'date_from', 'date_to', 'basis', 'company_id', *PRODUCT_FLAGS.values(),
})  # what decides the lines


class InsuranceSettlement(models.Model):
    """A settlement list 《结算清单》: what an insurer owes the store for a period (R32, R35).

    The clerk proposes and submits it, finance checks and signs it line by line and closes it, the general manager
    alone reopens it.
    """

    _name = 'insurance.settlement'
    _description = "Settlement List"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard', 'insurance.numbered']
    _order = 'date_from desc, id desc'
    _rec_names_search = ['name', 'insurer_id.name']
    _check_company_auto = True

    _number_prefix = 'JSQD'
    _mail_post_access = 'read'
    _guarded_fields = frozenset({
        'name', 'state', 'submitted_by_id', 'submitted_on', 'closed_by_id', 'closed_on', 'reopened_count', 'line_ids',
        'no_statement_note', 'no_statement_by_id',
    })

    name = fields.Char(string="List No.", readonly=True, copy=False, index='trigram')
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, tracking=True,
                                 domain=[('is_insurer', '=', True)])
    agreement_id = fields.Many2one('insurance.insurer.agreement', string="Agreement",
                                   compute='_compute_agreement_id')
    date_from = fields.Date(string="From", required=True, tracking=True, default=lambda self: self._default_month())
    date_to = fields.Date(string="Until", required=True, tracking=True,
                          default=lambda self: self._default_month() + relativedelta(day=31))
    basis = fields.Selection(BASES, string="Counted by", required=True, compute='_compute_terms', store=True,
                             readonly=False, precompute=True, tracking=True,
                             help="Which date of an entry decides whether it belongs to the period (T13).")
    with_compulsory = fields.Boolean(string="Compulsory Policies", compute='_compute_terms', store=True,
                                     readonly=False, precompute=True)
    with_commercial = fields.Boolean(string="Commercial Policies", compute='_compute_terms', store=True,
                                     readonly=False, precompute=True)
    with_non_motor = fields.Boolean(string="Non-motor Policies", compute='_compute_terms', store=True,
                                    readonly=False, precompute=True)
    scope_text = fields.Char(string="What is on It", compute='_compute_scope_text')
    state = fields.Selection(STATES, required=True, default='draft', readonly=True, copy=False, index=True,
                             tracking=True)
    submitted_by_id = fields.Many2one('res.users', string="Submitted by", readonly=True, copy=False)
    submitted_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one('res.users', string="List Closed by", readonly=True, copy=False)
    closed_on = fields.Datetime(string="List Closed on", readonly=True, copy=False)
    reopened_count = fields.Integer(string="Times Reopened", readonly=True, copy=False, aggregator=None)
    no_statement_note = fields.Char(string="Settled without Statement", readonly=True, copy=False,
                                    help="Why finance accepts the list though the insurer sent no statement.")
    no_statement_by_id = fields.Many2one('res.users', string="Accepted without Statement by", readonly=True,
                                         copy=False)
    line_ids = fields.One2many('insurance.settlement.line', 'settlement_id', string="Lines of the List", copy=False)
    note = fields.Text(string="Remark")

    _company_insurer_idx = models.Index("(company_id, insurer_id, date_from)")
    _some_product = models.Constraint('CHECK (with_compulsory OR with_commercial OR with_non_motor)',
                                      "Say which products are settled on the list.")
    _period_ordered = models.Constraint('CHECK (date_from <= date_to)', "The period of a list ends after it begins.")
    _name_uniq = models.UniqueIndex("(company_id, name) WHERE name IS NOT NULL", "This list number is taken.")

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_month(self):
        """Return the first day of last month, which is settled next."""
        return self.env.company._insurance_today().replace(day=1) - relativedelta(months=1)

    @api.depends('name', 'insurer_id', 'date_from', 'date_to')
    def _compute_display_name(self):
        for settlement in self:
            insurer = settlement.insurer_id
            settlement.display_name = " ".join(filter(None, (
                settlement.name, insurer.insurer_short_name or insurer.name, settlement._get_period_text())))

    def _get_period_text(self):
        """Return the period, a whole month as such."""
        first, last = self.date_from, self.date_to
        if not first or not last:
            return ''
        if first.day == 1 and last == first + relativedelta(day=31):
            return f'{first:%Y-%m}'
        return f'{first} – {last}'

    @api.depends('company_id', 'insurer_id', 'date_from', 'date_to')
    def _compute_agreement_id(self):
        # sudo: which agreement holds is no secret, its terms are
        found = self.env['insurance.insurer.agreement'].sudo().search([
            ('company_id', 'in', self.company_id.ids), ('insurer_id', 'in', self.insurer_id.ids),
        ], order='date_from desc').grouped(lambda agreement: (agreement.company_id, agreement.insurer_id))
        found_none = self.env['insurance.insurer.agreement']
        for settlement in self:
            of_insurer = found.get((settlement.company_id, settlement.insurer_id), found_none)
            valid = (
                agreement for agreement in of_insurer
                if settlement.date_to and agreement.date_from <= settlement.date_to
                and not (agreement.date_to and settlement.date_from and agreement.date_to < settlement.date_from)
            )
            settlement.agreement_id = next(valid, of_insurer[:1])

    @api.depends('company_id', 'insurer_id', 'date_to')
    def _compute_terms(self):
        for settlement in self:
            agreement = settlement.agreement_id.sudo()  # sudo: as in `_compute_agreement_id`
            settlement.basis = agreement.statement_basis or settlement.basis or 'issue'
            settled = agreement._get_settled_products()
            for product, name in PRODUCT_FLAGS.items():
                settlement[name] = product in settled

    @api.depends('insurer_id', 'date_from', 'date_to', 'basis', *PRODUCT_FLAGS.values())
    def _compute_scope_text(self):
        labels = dict(self.env['insurance.policy']._fields['product']._description_selection(self.env))
        for settlement in self:
            values = {
                'insurer': settlement.insurer_id.insurer_short_name or settlement.insurer_id.name or '…',
                'first': settlement.date_from or '…', 'last': settlement.date_to or '…',
                'products': [labels[product] for product in settlement._get_products()],
            }
            settlement.scope_text = self.env._(
                "Policies, endorsements and cancellations of %(insurer)s that take effect from %(first)s to %(last)s"
                " (start date); products: %(products)s.", **values,
            ) if settlement.basis == 'start' else self.env._(
                "Policies, endorsements and cancellations of %(insurer)s issued from %(first)s to %(last)s"
                " (signing date); products: %(products)s.", **values,
            )

    @api.constrains('insurer_id')
    def _check_insurer(self):
        for settlement in self:
            if not settlement.insurer_id.is_insurer:
                raise ValidationError(self.env._(
                    "%(partner)s is no insurer. Choose one from the list.", partner=settlement.insurer_id.name))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        settlements = super().create(vals_list)
        for settlement in settlements:
            number = self._next_number(settlement.company_id, settlement.date_from)
            # sudo: numbers are given, not typed
            settlement.sudo().write({'name': number})
        return settlements

    def write(self, vals):
        if SCOPE & vals.keys():
            for settlement in self:
                settlement._check_scope_free(vals)
        return super().write(vals)

    def _check_scope_free(self, vals):
        """Refuse another insurer, period or basis once lines were taken by the present ones."""
        changed = any(
            self._fields[name].convert_to_write(self[name], self) != self._fields[name].convert_to_write(
                self._fields[name].convert_to_cache(vals[name], self), self)
            for name in SCOPE & vals.keys()
        )
        if changed and (self.state != 'draft' or self.line_ids):
            raise UserError(self.env._(
                "%(list)s has lines already: insurer, period and basis stay. Delete the draft, or take its lines off,"
                " and propose anew.", list=self.display_name,
            ))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for settlement in self:
            if settlement.state != 'draft' or settlement.submitted_on:
                raise UserError(self.env._(
                    "%(list)s was submitted and stays. Carry its lines over to the next list instead.",
                    list=settlement.display_name,
                ))

    # === TOOLS === #

    def _check_role(self, group, message):
        """Refuse who does not have the role, the system included: lists are people's work."""
        self.check_access('read')
        if self.env.user._is_superuser() or not self.env.user.has_groups(group):
            raise AccessError(message)

    def _hold(self):
        """Keep everybody else from signing or closing the list until the end of the transaction.

        :raises LockError: while a colleague does
        """
        self.ensure_one()
        try:
            self.sudo().lock_for_update(allow_referencing=True)  # sudo: the lock is the method's, not the reader's
        except LockError as error:
            raise LockError(self.env._(
                "%(list)s: a colleague is signing or closing it at this moment. Look again in a few seconds.",
                list=self.display_name,
            )) from error
        self.invalidate_recordset()
        self.line_ids.invalidate_recordset()

    def _get_products(self):
        """Return the products that are settled on the list."""
        self.ensure_one()
        return [product for product, name in PRODUCT_FLAGS.items() if self[name]]

    def _get_date_field(self):
        """Return the field of an entry that decides the period."""
        self.ensure_one()
        return 'start_date' if self.basis == 'start' else 'issue_date'

    def _get_period_domain(self):
        """Return the domain of the entries of insurer, store and period."""
        name = self._get_date_field()
        return (Domain('company_id', '=', self.company_id.id) & Domain('insurer_id', '=', self.insurer_id.id)
                & Domain(name, '>=', self.date_from) & Domain(name, '<=', self.date_to))
