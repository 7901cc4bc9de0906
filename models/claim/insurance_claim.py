from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...lib import identifiers
from ...lib.weeks import utc_moment

CLERK = 'dealer_insurance.group_claims_clerk'
ADVISOR = 'dealer_insurance.group_service_advisor'
LEADER = 'dealer_insurance.group_claims_leader'
FINANCE = 'dealer_insurance.group_finance'
MANAGER = 'dealer_insurance.group_general_manager'
MONEY = ','.join((CLERK, ADVISOR, LEADER, FINANCE, MANAGER, 'dealer_insurance.group_insurance_supervisor'))
STATES = [
    ('draft', "Claim Draft"),
    ('dispatched', "Dispatched"),
    ('repaired', "Repaired"),
    ('settled', "Settled"),
    ('submitted', "Documents Submitted"),
    ('partial', "Paid in Part"),
    ('paid', "Claim Paid"),
    ('difference', "Difference in Handling"),
    ('closed', "Claim Closed"),
    ('self_claim', "Customer Claims Himself"),
    ('refused', "Refused by the Insurer"),
    ('total_loss', "Total Loss"),
    ('cancelled', "Claim Cancelled"),
]
ROLES = [('own', "Insured Car"), ('third', "Third-party Car")]
ACCIDENT_TYPES = [('single', "One Car"), ('double', "Two Parties"), ('multiple', "Several Parties")]
LIABILITIES = [('100', "Full, 100 %"), ('70', "Main, 70 %"), ('50', "Equal, 50 %"), ('30', "Minor, 30 %"),
               ('0', "None, 0 %")]
LOSS_KINDS = [
    ('vehicle', "Damage to the Car"), ('property', "Damage to Property"), ('injury', "Injury"), ('glass', "Glass"),
    ('scratch', "Scratches"), ('flood', "Flood"), ('theft', "Theft"),
]
MODES = [
    ('direct', "Insurer pays the Store"), ('customer', "Customer claims himself"),
    ('customer_advances', "Customer advances"), ('third_advances', "Third Party advances"),
]
PAYEES = [('store', "The Store"), ('customer', "The Customer"), ('third', "The Third Party")]


class InsuranceClaim(models.Model):
    """A case of the claims e-ledger 《理赔电子台帐》: a car repaired at an insurer's cost, to the last yuan.

    This file: who and what, and the accident (stage 1, R53). The settlement sheet, the money, the way of a claim and
    its closing are in files of their own.
    """

    _name = 'insurance.claim'
    _description = "Insurance Claim"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard', 'insurance.numbered']
    _order = 'dispatched_on desc, id desc'
    _rec_names_search = ['name', 'plate', 'vin', 'report_no', 'order_no']
    _check_company_auto = True

    _number_prefix = 'LPTZ'
    _mail_post_access = 'read'

    # Basic information
    name = fields.Char(string="Claim No.", readonly=True, copy=False, index='trigram')
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection(STATES, string="Stage", required=True, default='draft', readonly=True, copy=False,
                             tracking=True, group_expand='_group_expand_state')
    dispatched_on = fields.Date(string="Dispatched on", required=True, tracking=True, copy=False,
                                default=lambda self: self.env.company._insurance_today(),
                                help="The day on which the workshop got the order (R53).")
    dispatch_due_on = fields.Datetime(string="Stage 1 due", compute='_compute_dispatch_due_on', store=True,
                                      help="24:00 of the day of dispatch, by the clock of the store.")
    entered_on = fields.Datetime(string="Stage 1 entered on", readonly=True, copy=False)
    entered_by_id = fields.Many2one('res.users', string="Entered by", readonly=True, copy=False,
                                    index='btree_not_null')
    is_late = fields.Boolean(string="Entered Late", compute='_compute_is_late', store=True)
    late_days = fields.Integer(string="Days Late", compute='_compute_is_late', store=True, aggregator='avg')
    order_no = fields.Char(string="Work Order", index='trigram', tracking=True)
    advisor_id = fields.Many2one('res.users', string="Service Advisor", required=True, index=True, tracking=True,
                                 check_company=True, default=lambda self: self._default_advisor_id())
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, index=True, tracking=True,
                                 ondelete='restrict')
    # as they were when the claim was entered: what is signed does not follow the car
    plate = fields.Char(string="Plate", compute='_compute_plate', store=True, precompute=True, index='trigram')
    vin = fields.Char(string="VIN", compute='_compute_plate', store=True, precompute=True, index='trigram')
    vehicle_model_id = fields.Many2one(related='vehicle_id.model_id', string="Model")
    mileage = fields.Integer(string="Mileage (km)", aggregator=None)
    owner_id = fields.Many2one('res.partner', string="Owner", compute='_compute_owner_id', store=True, readonly=False,
                               precompute=True, index='btree_not_null')
    insured_id = fields.Many2one('res.partner', string="Insured", compute='_compute_owner_id', store=True,
                                 readonly=False, precompute=True, index='btree_not_null')
    sender_name = fields.Char(string="Brought by")
    sender_phone = fields.Char(string="Phone of who brought it", groups='dealer_insurance.group_full_phone')
    sender_relation = fields.Selection(
        [('owner', "Owner himself"), ('family', "Family"), ('driver', "Driver"), ('other', "Somebody Else")],
        string="Is the", default='owner',
    )
    role = fields.Selection(ROLES, string="Car is the", required=True, default='own', tracking=True,
                            help="A third-party car is insured elsewhere and paid by the other side (T27).")
    is_insured_here = fields.Boolean(string="Insured Here", compute='_compute_is_insured_here', store=True)
    # Accident information
    policy_ids = fields.One2many('insurance.claim.policy', 'claim_id', string="Policies of the Claim", copy=False)
    insurer_id = fields.Many2one('res.partner', string="Insurer", compute='_compute_insurer_id', store=True,
                                 readonly=False, index='btree_not_null', domain=[('is_insurer', '=', True)],
                                 tracking=True)
    report_no = fields.Char(string="Report No.", index='trigram', tracking=True, copy=False)
    insurer_claim_no = fields.Char(string="Insurer's Claim No.", tracking=True, copy=False)
    accident_on = fields.Datetime(string="Accident on", tracking=True)
    accident_place = fields.Char(string="Place of the Accident")
    accident_course = fields.Text(string="Course of the Accident")
    accident_type = fields.Selection(ACCIDENT_TYPES, string="Kind of Accident", default='single')
    liability = fields.Selection(LIABILITIES, string="Liability of this Car", tracking=True)
    loss_kind = fields.Selection(LOSS_KINDS, string="Kind of Damage", default='vehicle')
    has_property_damage = fields.Boolean(string="Others' Property Damaged")
    has_injury = fields.Boolean(string="Somebody Injured", compute='_compute_has_injury', store=True, readonly=False,
                                tracking=True, help="Medical papers are restricted, and nothing is offered (T43).")
    is_subrogated = fields.Boolean(string="Subrogation", tracking=True,
                                   help="The own insurer pays first and takes recourse (Insurance Law art. 60).")
    other_plate = fields.Char(string="Plate of the Other Side")
    surveyor = fields.Char(string="Surveyor")
    assessor = fields.Char(string="Loss Assessor")
    assessment_method = fields.Selection(
        [('onsite', "On the Spot"), ('store', "At the Store"), ('centre', "Assessment Centre"), ('remote', "Remote")],
        string="Assessed",
    )
    deductible_rate = fields.Float(string="Deductible (%)", digits=(5, 4), aggregator=None)
    deductible_amount = fields.Monetary(string="Deductible Amount")
    not_covered = fields.Char(string="Not Covered")
    tow_fee = fields.Monetary(string="Towing")
    claim_mode = fields.Selection(MODES, string="How it is Claimed", required=True, default='direct', tracking=True)
    payee = fields.Selection(PAYEES, string="Paid to", compute='_compute_payee', store=True, readonly=False,
                             required=True, precompute=True, tracking=True)
    note = fields.Text(string="Remark")

    _name_uniq = models.UniqueIndex("(company_id, name) WHERE name IS NOT NULL", "This claim number is taken.")
    _company_dispatched_idx = models.Index("(company_id, dispatched_on DESC, id DESC)")
    _advisor_dispatched_idx = models.Index("(advisor_id, dispatched_on DESC, id DESC)")
    _open_idx = models.Index("(company_id, state, dispatched_on) WHERE state NOT IN ('closed', 'cancelled')")
    _order_dispatched_idx = models.Index("(dispatched_on DESC, id DESC)")
    _insurer_open_idx = models.Index("(company_id, insurer_id, dispatched_on) WHERE state IN ('settled', 'submitted',"
                                     " 'partial', 'difference', 'refused')")
    _amounts_positive = models.Constraint(
        'CHECK (deductible_amount >= 0 AND tow_fee >= 0 AND mileage >= 0 AND deductible_rate BETWEEN 0 AND 1)',
        "Mileage, deductible and towing of a claim cannot be negative, and the deductible is at most 100 %.",
    )

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_advisor_id(self):
        return self.env.user if self.env.user.has_group(ADVISOR) else self.env['res.users']

    @api.depends('name', 'plate')
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = " ".join(filter(None, (claim.name, claim.plate or (claim.vin or '')[-8:])))

    @api.depends('dispatched_on', 'company_id')
    def _compute_dispatch_due_on(self):
        for claim in self:
            midnight = datetime.combine(claim.dispatched_on + timedelta(days=1), time.min) \
                if claim.dispatched_on else False
            claim.dispatch_due_on = midnight and utc_moment(midnight, claim.company_id.insurance_tz)

    @api.depends('entered_on', 'dispatch_due_on')
    def _compute_is_late(self):
        for claim in self:
            claim.is_late = bool(claim.entered_on and claim.dispatch_due_on
                                 and claim.entered_on >= claim.dispatch_due_on)
            claim.late_days = (
                (claim.company_id._insurance_local(claim.entered_on).date() - claim.dispatched_on).days
                if claim.is_late else 0
            )

    @api.depends('vehicle_id')
    def _compute_plate(self):
        for claim in self:
            claim.plate, claim.vin = claim.vehicle_id.license_plate, claim.vehicle_id.vin_sn

    @api.depends('vehicle_id')
    def _compute_owner_id(self):
        for claim in self:
            claim.owner_id = claim.vehicle_id.owner_id or claim.owner_id
            claim.insured_id = claim.insured_id or claim.owner_id

    @api.depends('policy_ids.policy_id', 'policy_ids.side', 'role')
    def _compute_is_insured_here(self):
        for claim in self:
            own = claim.policy_ids.filtered(lambda policy: policy.side == 'own')
            claim.is_insured_here = bool(own.policy_id)

    @api.depends('policy_ids.insurer_id', 'policy_ids.side', 'role')
    def _compute_insurer_id(self):
        """Propose who pays: for a third-party car the insurer of the other side, commercial before compulsory."""
        for claim in self:
            side = 'own' if claim.role == 'own' else 'other'
            paying = claim.policy_ids.filtered(lambda policy, side=side: policy.side == side)
            claim.insurer_id = paying.sorted('product')[:1].insurer_id or claim.insurer_id

    @api.depends('loss_kind')
    def _compute_has_injury(self):
        for claim in self:
            claim.has_injury = claim.has_injury or claim.loss_kind == 'injury'

    @api.depends('claim_mode')
    def _compute_payee(self):
        payees = {'customer': 'customer', 'customer_advances': 'customer', 'third_advances': 'third'}
        for claim in self:
            claim.payee = payees.get(claim.claim_mode, 'store')

    @api.model
    def _group_expand_state(self, states, _domain):
        """Return the columns of the board: the usual stages in their order, and others where there are claims."""
        usual = {'draft', 'dispatched', 'repaired', 'settled', 'submitted', 'partial', 'paid', 'difference'}
        return [state for state, _label in STATES if state in usual or state in states]

    # === CONSTRAINTS === #

    @api.constrains('accident_on', 'dispatched_on')
    def _check_dates(self):
        now = fields.Datetime.now()
        for claim in self:
            day = claim.accident_on and claim.company_id._insurance_local(claim.accident_on).date()
            if claim.accident_on and claim.accident_on > now:
                raise ValidationError(self.env._("%(claim)s: the accident is in the future.",
                                                 claim=claim.display_name))
            if day and claim.dispatched_on and day > claim.dispatched_on:
                raise ValidationError(self.env._(
                    "%(claim)s: the accident was on %(day)s, after the day of dispatch.", claim=claim.display_name,
                    day=day))
            if claim.dispatched_on and claim.dispatched_on > claim.company_id._insurance_today():
                raise ValidationError(self.env._("%(claim)s: the day of dispatch is in the future.",
                                                 claim=claim.display_name))

    @api.constrains('insurer_id')
    def _check_insurer(self):
        for claim in self:
            if claim.insurer_id and not claim.insurer_id.is_insurer:
                raise ValidationError(self.env._("%(partner)s is no insurer. Choose one from the list.",
                                                 partner=claim.insurer_id.name))

    # === CRUD === #

    @api.model
    def _clean(self, vals):
        """Return `vals` with numbers and plates written the one way in which they are compared."""
        cleaners = {'report_no': identifiers.normalise_policy_no, 'insurer_claim_no': identifiers.normalise_policy_no,
                    'other_plate': identifiers.normalise_plate}
        cleaned = {name: clean(vals[name]) or False for name, clean in cleaners.items() if vals.get(name)}
        return dict(vals, **cleaned) if cleaned else vals

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create([self._clean(vals) for vals in vals_list])
        for claim in claims:
            # sudo: numbers and who entered the claim are not typed
            claim.sudo().write({
                'name': self._next_number(claim.company_id, claim.dispatched_on), 'entered_by_id': self.env.uid,
            })
            if not claim.policy_ids:
                claim._propose_policies()
        return claims

    def copy(self, default=None):
        raise UserError(self.env._("Claims are not copied: each accident has a case of its own."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for claim in self:
            if claim.state != 'draft' or claim.entered_on:
                raise UserError(self.env._("%(claim)s was dispatched and stays. Cancel it with a reason.",
                                           claim=claim.display_name))

    # === POLICIES === #

    def _get_accident_day(self):
        """Return the store's day of the accident, the day of dispatch while it is not known."""
        self.ensure_one()
        return (self.company_id._insurance_local(self.accident_on).date() if self.accident_on else self.dispatched_on)

    def _find_policies(self):
        """Return the motor policies of the ledger that were in force for the car on the day of the accident."""
        self.ensure_one()
        day = self._get_accident_day()
        return self.env['insurance.policy'].search([
            ('vehicle_id', '=', self.vehicle_id.id), ('entry_type', '=', 'policy'), ('start_date', '<=', day),
            ('end_date', '>=', day), ('status', '!=', 'cancelled'), ('product', '!=', 'non_motor'),
            ('company_id', '=', self.company_id.id),
        ], order='product, start_date desc')

    def _propose_policies(self):
        """Put the policies in force on the claim that it does not have yet."""
        self.ensure_one()
        known = self.policy_ids.policy_id
        self.env['insurance.claim.policy'].create([
            {'claim_id': self.id, 'side': 'own', 'product': policy.product, 'policy_id': policy.id}
            for policy in self._find_policies() - known
        ])

    def action_propose_policies(self):
        """Take the policies of the ledger that were in force on the day of the accident."""
        self.ensure_one()
        self.check_access('write')
        before = len(self.policy_ids)
        self._propose_policies()
        if len(self.policy_ids) == before:
            raise UserError(self.env._(
                "%(claim)s: the ledger has no other policy of the car in force on %(day)s. Type its number.",
                claim=self.display_name, day=self._get_accident_day()))
        return True
