from odoo import api, fields, models

from ..masterdata.fleet_vehicle import USE_TYPES

ENTRY_TYPES = [('policy', "Policy"), ('endorsement', "Endorsement"), ('cancellation', "Cancellation")]
BUSINESS_TYPES = [
    ('new', "New business"),
    ('r_new', "First renewal"),
    ('r_ren', "Repeat renewal"),
    ('r_gap', "Interrupted renewal"),
    ('r_pot', "Potential customer"),
    ('first', "First policy here"),
]
PAYMENT_MODES = [
    ('pay_first', "Issued on payment"), ('customer', "Customer pays the insurer"), ('store', "Store pays the insurer"),
]
COMMISSION = 'dealer_insurance.group_commission_reader'


class InsuranceLedgerEntry(models.Model):
    """A row of the underwriting ledger: one vehicle, one insurer, one occasion (承保台帐, R29–R35).

    Endorsements and cancellations are rows of their own with signed amounts, tied to the entry they change (T7, T31).
    """

    _name = 'insurance.ledger.entry'
    _description = "Ledger Entry"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'issue_date desc, id desc'
    _rec_names_search = ['plate', 'vehicle_id.vin_sn', 'owner_id.name', 'policy_ids.policy_no']
    _check_company_auto = True

    _guarded_fields = frozenset({
        'ledger_id', 'number', 'state', 'registered_by_id', 'registered_on', 'signature_id', 'vehicle_count',
        'import_digest', 'origin_id', 'salesperson_name', 'entry_type', 'proposal_id', 'proposal_plan_id',
    })

    company_id = fields.Many2one('res.company', string="Store", required=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    ledger_id = fields.Many2one('insurance.ledger', string="Ledger", index='btree_not_null', readonly=True, copy=False,
                                ondelete='restrict')
    number = fields.Integer(string="No.", readonly=True, copy=False, aggregator=None)
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, tracking=True,
                                 domain=[('is_insurer', '=', True)])
    entry_type = fields.Selection(ENTRY_TYPES, required=True, default='policy', readonly=True, tracking=True)
    state = fields.Selection([('draft', "Draft"), ('registered', "Registered")], required=True, default='draft',
                             readonly=True, copy=False, tracking=True)
    issue_date = fields.Date(required=True, tracking=True, copy=False,
                             default=lambda self: self.env.company._insurance_today(),
                             help="Day on which the insurer issued it.")
    signing_date = fields.Date(help="Day on which the customer applied, when it differs.", copy=False)
    registered_by_id = fields.Many2one('res.users', string="Registered by", readonly=True, copy=False)
    registered_on = fields.Datetime(readonly=True, copy=False)
    # Vehicle and people, as they were on the day
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, index=True, ondelete='restrict',
                                 tracking=True)
    vin = fields.Char(related='vehicle_id.vin_sn', string="VIN")
    vehicle_model_id = fields.Many2one(related='vehicle_id.model_id', string="Model")
    plate = fields.Char(compute='_compute_from_vehicle', store=True, readonly=False, precompute=True, index='trigram')
    use_type = fields.Selection(USE_TYPES, string="Use", compute='_compute_from_vehicle', store=True, readonly=False,
                                precompute=True)
    is_new_energy = fields.Boolean(compute='_compute_from_vehicle', store=True, readonly=False, precompute=True)
    is_transferred = fields.Boolean(string="Transferred Car", help="Bought second-hand within the last year.")
    owner_id = fields.Many2one('res.partner', string="Owner", required=True, index=True,
                               compute='_compute_from_vehicle', store=True, readonly=False, precompute=True)
    applicant_id = fields.Many2one('res.partner', string="Applicant", index='btree_not_null',
                                   compute='_compute_people', store=True, readonly=False, precompute=True)
    insured_id = fields.Many2one('res.partner', string="Insured", index='btree_not_null',
                                 compute='_compute_people', store=True, readonly=False, precompute=True)
    phone_masked = fields.Char(related='owner_id.insurance_phone_masked', string="Phone")
    # Business
    business_type = fields.Selection(BUSINESS_TYPES, compute='_compute_business_type', store=True, readonly=False,
                                     tracking=True)
    is_type_chosen = fields.Boolean(help="The business type was chosen against what the history says.", copy=False,
                                    export_string_translation=False)
    history_type = fields.Selection(BUSINESS_TYPES, string="By History", compute='_compute_history', store=True)
    previous_entry_id = fields.Many2one('insurance.ledger.entry', string="Last Year's Entry",
                                        compute='_compute_history', store=True, index='btree_not_null')
    business_ground = fields.Char(string="Why this Type", compute='_compute_business_ground')
    channel_id = fields.Many2one('insurance.reason', string="Business Channel",
                                 domain="[('use', '=', 'business_channel')]")
    salesperson_id = fields.Many2one('res.users', string="Salesperson", tracking=True,
                                     help="Consultant or specialist to whom the sale counts.")
    salesperson_name = fields.Char(string="Salesperson as Written", readonly=True, copy=False)
    clerk_id = fields.Many2one('res.users', string="Clerk", default=lambda self: self._get_default_clerk(), copy=False)
    # Policies and money
    policy_ids = fields.One2many('insurance.policy', 'entry_id', string="Policies", copy=True)
    start_date = fields.Date(string="From", compute='_compute_period', store=True)
    end_date = fields.Date(string="Until", compute='_compute_period', store=True)
    premium_total = fields.Monetary(string="Premium", compute='_compute_premiums', store=True, tracking=True,
                                    help="All policies, without vehicle tax (T33).")
    vehicle_tax = fields.Monetary(string="Vehicle Tax")
    vehicle_tax_arrears = fields.Monetary(string="Tax Arrears")
    vehicle_tax_late_fee = fields.Monetary(string="Late Fee")
    vehicle_tax_total = fields.Monetary(string="Tax in All", compute='_compute_tax', store=True, precompute=True)
    benefit_ids = fields.One2many('insurance.benefit', 'entry_id', string="Benefits", copy=False)
    discount_total = fields.Monetary(string="Discount", compute='_compute_benefits', store=True)
    discount_rate = fields.Float(
        string="Discount Rate", compute='_compute_discount_rate', store=True, aggregator='avg',
        help="Benefits ÷ commercial premium; without a commercial policy ÷ all premium (K19).",
    )
    benefit_cost = fields.Monetary(compute='_compute_benefits', store=True, groups=COMMISSION)
    commission_total = fields.Monetary(string="Commission", compute='_compute_commission', store=True,
                                       groups=COMMISSION)
    margin = fields.Monetary(compute='_compute_margin', store=True, groups=COMMISSION,
                             help="Commission less the cost of benefits.")
    payment_line_ids = fields.One2many('insurance.customer.payment.line', 'entry_id', string="Customer Payments")
    amount_due = fields.Monetary(string="Customer Pays", compute='_compute_due', store=True,
                                 help="Premium and vehicle tax less what is deducted.")
    amount_received = fields.Monetary(string="Received", compute='_compute_received', store=True)
    insurer_payment_mode = fields.Selection(PAYMENT_MODES, string="Premium Paid by", default='customer')
    insurer_paid_on = fields.Date(string="Paid to Insurer on", copy=False)
    insurer_payment_ref = fields.Char(string="Payment Reference", copy=False)
    invoice_name = fields.Char(string="Invoice to")
    delivery_id = fields.Many2one('insurance.reason', string="Delivery of the Policy",
                                  domain="[('use', '=', 'policy_delivery')]")
    delivered_on = fields.Date(copy=False)
    # Follow-ups
    origin_id = fields.Many2one('insurance.ledger.entry', string="Changes Entry", index='btree_not_null',
                                readonly=True, copy=False, ondelete='restrict')
    follow_up_ids = fields.One2many('insurance.ledger.entry', 'origin_id', string="Endorsements and Cancellations")
    follow_up_count = fields.Integer(compute='_compute_follow_up_count')
    reason_id = fields.Many2one('insurance.reason', string="Reason", tracking=True,
                                domain="[('use', '=', entry_type)]")
    reason_note = fields.Char(string="Details")
    vehicle_count = fields.Integer(string="Vehicles", readonly=True, copy=False, default=0,
                                   help="1 for an entry, -1 for the cancellation that ends its last policy.")
    renewal_count = fields.Integer(string="Renewed", compute='_compute_renewal_count', store=True,
                                   help="Counts renewals; a cancellation takes the count back (T7).")
    # Finance
    signature_id = fields.Many2one('insurance.ledger.signature', string="Finance Signature", readonly=True, copy=False,
                                   ondelete='restrict')
    is_signed = fields.Boolean(string="Settled", compute='_compute_is_signed', store=True)
    signed_by_id = fields.Many2one(related='signature_id.user_id', string="Signed by")
    signed_on = fields.Datetime(related='signature_id.signed_on', string="Signed on")
    warnings = fields.Text(compute='_compute_warnings')
    has_number_missing = fields.Boolean(string="Number Missing", compute='_compute_numbers', store=True)
    remark = fields.Text()
    import_digest = fields.Char(readonly=True, copy=False, export_string_translation=False)

    _number_uniq = models.UniqueIndex("(ledger_id, number) WHERE ledger_id IS NOT NULL",
                                      "This number of the ledger is taken.")
    _vehicle_start_idx = models.Index("(vehicle_id, company_id, start_date) WHERE entry_type = 'policy'")
    _issue_idx = models.Index("(issue_date DESC, id DESC)")
    _company_issue_idx = models.Index("(company_id, issue_date DESC, id DESC)")
    _ledger_issue_idx = models.Index("(ledger_id, issue_date, number)")
    _salesperson_issue_idx = models.Index("(salesperson_id, issue_date DESC, id DESC)")
    _unsigned_idx = models.Index(
        "(company_id, issue_date DESC, id DESC) WHERE is_signed IS NOT TRUE AND state = 'registered'")
    _draft_idx = models.Index("(company_id, issue_date DESC, id DESC) WHERE state = 'draft'")
    _taxes_positive = models.Constraint(
        "CHECK (entry_type <> 'policy' OR (COALESCE(vehicle_tax, 0) >= 0 AND COALESCE(vehicle_tax_arrears, 0) >= 0"
        " AND COALESCE(vehicle_tax_late_fee, 0) >= 0))",
        "Vehicle tax of a policy cannot be negative.",
    )

    @api.model
    def _get_default_clerk(self):
        is_clerk = self.env.user.has_group('dealer_insurance.group_policy_clerk')
        return self.env.user if is_clerk else self.env['res.users']

    # === COMPUTE === #

    @api.depends('ledger_id', 'number', 'plate', 'vehicle_id', 'owner_id', 'entry_type')
    def _compute_display_name(self):
        labels = dict(self._fields['entry_type']._description_selection(self.env))
        for entry in self:
            car = entry.plate or (entry.vin or '')[-8:]
            place = f"{entry.ledger_id.display_name}-{entry.number:04d}" if entry.number else self.env._("Draft")
            kind = labels[entry.entry_type] if entry.entry_type != 'policy' else ''
            entry.display_name = " ".join(filter(None, (place, kind, car, entry.owner_id.name)))

    @api.depends('vehicle_id')
    def _compute_from_vehicle(self):
        for entry in self:
            vehicle = entry.vehicle_id
            entry.plate = vehicle.license_plate
            entry.use_type = vehicle.use_type
            entry.is_new_energy = vehicle.is_new_energy
            entry.owner_id = vehicle.owner_id or entry.owner_id

    @api.depends('owner_id')
    def _compute_people(self):
        for entry in self:
            entry.applicant_id = entry.owner_id
            entry.insured_id = entry.owner_id

    @api.depends('policy_ids.start_date', 'policy_ids.end_date')
    def _compute_period(self):
        for entry in self:
            entry.start_date = min(filter(None, entry.policy_ids.mapped('start_date')), default=False)
            entry.end_date = max(filter(None, entry.policy_ids.mapped('end_date')), default=False)

    @api.depends('policy_ids.premium', 'policy_ids.product')
    def _compute_premiums(self):
        for entry in self:
            entry.premium_total = sum(entry.policy_ids.mapped('premium'))

    @api.depends('vehicle_tax', 'vehicle_tax_arrears', 'vehicle_tax_late_fee')
    def _compute_tax(self):
        for entry in self:
            entry.vehicle_tax_total = entry.vehicle_tax + entry.vehicle_tax_arrears + entry.vehicle_tax_late_fee

    @api.depends('benefit_ids.amount', 'benefit_ids.cost')
    def _compute_benefits(self):
        for entry in self:
            entry.discount_total = sum(entry.benefit_ids.mapped('amount'))
            entry.benefit_cost = sum(entry.benefit_ids.mapped('cost'))

    @api.depends('discount_total', 'premium_total', 'commercial_premium')
    def _compute_discount_rate(self):
        for entry in self:
            base = entry.commercial_premium or entry.premium_total
            entry.discount_rate = entry.discount_total / base if base else 0

    @api.depends('policy_ids.commission')
    def _compute_commission(self):
        for entry in self:
            entry.commission_total = sum(entry.policy_ids.mapped('commission'))

    @api.depends('commission_total', 'benefit_cost')
    def _compute_margin(self):
        for entry in self:
            entry.margin = entry.commission_total - entry.benefit_cost

    @api.depends('premium_total', 'vehicle_tax_total', 'benefit_ids.amount', 'benefit_ids.is_deducted')
    def _compute_due(self):
        for entry in self:
            deducted = sum(entry.benefit_ids.filtered('is_deducted').mapped('amount'))
            entry.amount_due = entry.premium_total + entry.vehicle_tax_total - deducted

    @api.depends('payment_line_ids.amount')
    def _compute_received(self):
        for entry in self:
            entry.amount_received = sum(entry.payment_line_ids.mapped('amount'))

    @api.depends('vehicle_count', 'business_type')
    def _compute_renewal_count(self):
        for entry in self:
            is_renewal = entry.business_type in ('r_new', 'r_ren', 'r_gap', 'r_pot')
            entry.renewal_count = entry.vehicle_count if is_renewal else 0

    @api.depends('signature_id')
    def _compute_is_signed(self):
        for entry in self:
            entry.is_signed = bool(entry.signature_id)

    @api.depends('entry_type', 'reason_id.is_correction', 'policy_ids.policy_no', 'policy_ids.endorsement_no',
                 'policy_ids.corrected_policy_id')
    def _compute_numbers(self):
        for entry in self:
            missing = not all(entry.policy_ids.mapped('policy_no'))
            if entry.entry_type != 'policy' and not entry.reason_id.is_correction:  # its own paper, so its own number
                papers = entry.policy_ids.filtered(lambda policy: not policy.corrected_policy_id)
                missing = missing or not all(papers.mapped('endorsement_no'))
            entry.has_number_missing = missing

    def _compute_follow_up_count(self):
        groups = self._read_group([('origin_id', 'in', self.ids)], ['origin_id'], ['__count'])
        counts = {origin.id: count for origin, count in groups}
        for entry in self:
            entry.follow_up_count = counts.get(entry.id, 0)
