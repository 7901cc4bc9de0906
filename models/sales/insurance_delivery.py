from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ('sold', "Registered at the Sale"),
    ('delivered', "Handed to the Customer"),
    ('completed', "Checked by the Clerk"),
    ('returned', "Taken Back"),
]
ANSWERS = [
    ('here', "Through the Store"),
    ('elsewhere', "Somewhere Else"),
    ('none', "Takes None"),
    ('open', "Not Asked Yet"),
]
UNINSURED = ('elsewhere', 'none')  # answers that need a reason
DESK = 'dealer_insurance.group_policy_clerk,dealer_insurance.group_insurance_supervisor'


class InsuranceDelivery(models.Model):
    """A new car handed over: the denominator of the new-car insured rate (K1, R37; form 2.3).

    The consultant registers at the sale whether and where the customer insures; the clerk completes it from the
    policy. Nothing about insurance ever holds up the delivery itself. Whether the car *is* insured says the ledger
    (`insurance_delivery_status`), not the answer. A car that comes back leaves both sides of K1.
    """

    _name = 'insurance.delivery'
    _description = "New-car Delivery"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'delivery_date desc, id desc'
    _rec_names_search = ['vehicle_id.vin_sn', 'partner_id.name', 'vehicle_id.license_plate']
    _check_company_auto = True

    _guarded_fields = frozenset({
        'state', 'answered_by_id', 'answered_on', 'completed_by_id', 'completed_on', 'returned_on', 'returned_by_id',
        'return_reason_id', 'return_note', 'import_digest', 'consultant_name',
    })
    _scope_fields = frozenset({'company_id', 'consultant_id'})

    company_id = fields.Many2one('res.company', string="Store", required=True,
                                 default=lambda self: self.env.company)
    active = fields.Boolean(default=True)
    state = fields.Selection(STATES, string="Step", required=True, default='sold', readonly=True, copy=False,
                             tracking=True)
    # Car and customer
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, index=True, ondelete='restrict',
                                 tracking=True)
    vin = fields.Char(related='vehicle_id.vin_sn', string="VIN")
    vehicle_model_id = fields.Many2one(related='vehicle_id.model_id', string="Model", store=True, precompute=True,
                                       index='btree_not_null')
    partner_id = fields.Many2one('res.partner', string="Customer", index='btree_not_null', tracking=True,
                                 compute='_compute_partner_id', store=True, readonly=False, precompute=True)
    phone_masked = fields.Char(related='partner_id.insurance_phone_masked', string="Phone (masked)")
    # Sale
    delivery_date = fields.Date(string="Delivery Date", required=True, tracking=True, copy=False,
                                default=lambda self: self.env.company._insurance_today(),
                                help="Planned until the car is handed over. The car counts in its month (K1).")
    month = fields.Date(compute='_compute_month', store=True, precompute=True, help="First day of the month.")
    consultant_id = fields.Many2one('res.users', string="Sales Consultant", tracking=True, check_company=True,
                                    default=lambda self: self._get_default_consultant(),
                                    help="Empty where a workbook names somebody unknown.")
    consultant_name = fields.Char(string="Consultant as Written", readonly=True, copy=False)
    team_id = fields.Many2one('insurance.sales.team', string="Sales Team", index='btree_not_null', tracking=True,
                              compute='_compute_team_id', store=True, readonly=False, precompute=True,
                              help="The consultant's when the car was registered; later changes of the team leave it.")
    business_source_id = fields.Many2one('insurance.reason', string="Business Source", index='btree_not_null',
                                         domain="[('use', '=', 'delivery_source'), ('is_group', '=', False)]",
                                         default=lambda self: self._get_default_source(), tracking=True)
    is_counted = fields.Boolean(
        string="Counts for the Rate", compute='_compute_is_counted', store=True, precompute=True,
        help="Handed over to a retail customer and not taken back: the denominator of the new-car insured rate (K1).",
    )
    # What the consultant registers
    insurance_answer = fields.Selection(ANSWERS, string="Insurance Answer", required=True, default='open',
                                        tracking=True, copy=False, help="What the customer says at the sale.")
    intended_insurer_id = fields.Many2one('res.partner', string="Intended Insurer", index='btree_not_null',
                                          domain=[('is_insurer', '=', True)], copy=False)
    uninsured_reason_id = fields.Many2one('insurance.reason', string="Why not with us", index='btree_not_null',
                                          domain="[('use', '=', 'delivery_uninsured'), ('is_group', '=', False)]",
                                          tracking=True, copy=False)
    uninsured_note = fields.Char(string="In the Customer's Words", copy=False)
    answered_by_id = fields.Many2one('res.users', string="Answer Registered by", readonly=True, copy=False)
    answered_on = fields.Datetime(string="Answer Registered on", readonly=True, copy=False)
    # What the clerk checks, and the way back
    completed_by_id = fields.Many2one('res.users', string="Checked by", readonly=True, copy=False)
    completed_on = fields.Datetime(string="Checked on", readonly=True, copy=False)
    returned_on = fields.Date(string="Taken Back on", readonly=True, copy=False, tracking=True)
    returned_by_id = fields.Many2one('res.users', string="Taken Back by", readonly=True, copy=False)
    return_reason_id = fields.Many2one('insurance.reason', string="Why Taken Back", readonly=True, copy=False,
                                       index='btree_not_null', tracking=True)
    return_note = fields.Char(string="Details of the Return", readonly=True, copy=False)
    remark = fields.Text()
    import_digest = fields.Char(readonly=True, copy=False, export_string_translation=False)

    _vehicle_uniq = models.UniqueIndex("(company_id, vehicle_id) WHERE active AND state <> 'returned'",
                                       "This car is in the list of deliveries already.")
    _month_idx = models.Index("(company_id, month, consultant_id)")
    _date_idx = models.Index("(company_id, delivery_date DESC, id DESC)")
    _consultant_idx = models.Index("(consultant_id, delivery_date DESC, id DESC)")
    _returned_pair = models.Constraint("CHECK ((state = 'returned') = (returned_on IS NOT NULL))",
                                       "A car that was taken back has its day.")

    # === DEFAULTS === #

    @api.model
    def _get_default_consultant(self):
        is_consultant = self.env.user.has_group('dealer_insurance.group_sales_consultant')
        return self.env.user if is_consultant else self.env['res.users']

    @api.model
    def _get_default_source(self):
        return self.env['insurance.reason']._get_by_code('delivery_source', 'RETAIL')

    # === COMPUTE === #

    @api.depends('vehicle_id', 'partner_id', 'delivery_date')
    def _compute_display_name(self):
        for delivery in self:
            car = delivery.vehicle_id.license_plate or (delivery.vin or '')[-8:]
            day = fields.Date.to_string(delivery.delivery_date) if delivery.delivery_date else ''
            delivery.display_name = ' '.join(filter(None, (day, car, delivery.partner_id.name)))

    @api.depends('vehicle_id')
    def _compute_partner_id(self):
        for delivery in self:
            delivery.partner_id = delivery.partner_id or delivery.vehicle_id.owner_id

    @api.depends('delivery_date')
    def _compute_month(self):
        for delivery in self:
            delivery.month = delivery.delivery_date and delivery.delivery_date.replace(day=1)

    @api.depends('consultant_id', 'company_id')
    def _compute_team_id(self):
        """Take the team of today: not asked again when people change teams, so that past months stay."""
        teams = {company: self.env['insurance.sales.team']._get_teams(company) for company in self.company_id}
        for delivery in self:
            delivery.team_id = teams.get(delivery.company_id, {}).get(delivery.consultant_id.id)

    @api.depends('state', 'active', 'business_source_id.is_excluded', 'business_source_id.code',
                 'company_id.insurance_fleet_counts')
    def _compute_is_counted(self):
        for delivery in self:
            source = delivery.business_source_id
            is_kept = delivery.company_id.insurance_fleet_counts or source.code != 'FLEET'
            delivery.is_counted = bool(
                delivery.active and delivery.state in ('delivered', 'completed') and not source.is_excluded and is_kept
            )

    # === CONSTRAINTS === #

    @api.constrains('insurance_answer', 'uninsured_reason_id', 'state')
    def _check_reason(self):
        """Ask for the coded reason; what a workbook leaves out is asked for when the clerk completes it."""
        for delivery in self:
            is_taken_over = delivery.import_digest and delivery.state != 'completed'
            if delivery.insurance_answer in UNINSURED and not delivery.uninsured_reason_id and not is_taken_over:
                raise ValidationError(self.env._("%(delivery)s: choose why the car is not insured through the store.",
                                                 delivery=delivery.display_name))

    @api.constrains('business_source_id', 'uninsured_reason_id', 'return_reason_id')
    def _check_reason_lists(self):
        for delivery in self:
            for name, use in (('business_source_id', 'delivery_source'), ('uninsured_reason_id', 'delivery_uninsured'),
                              ('return_reason_id', 'delivery_returned')):
                if delivery[name] and delivery[name].use != use:
                    raise ValidationError(self.env._("%(delivery)s: choose %(field)s from the list offered.",
                                                     delivery=delivery.display_name,
                                                     field=self._fields[name]._description_string(self.env)))

    @api.constrains('delivery_date', 'state')
    def _check_delivery_date(self):
        for delivery in self:
            day = delivery.delivery_date
            if delivery.state != 'sold' and day > delivery.company_id._insurance_today():
                raise ValidationError(self.env._("%(delivery)s: a car handed over has a day up to today, not %(day)s.",
                                                 delivery=delivery.display_name, day=day))
            if delivery.returned_on and delivery.returned_on < day:
                raise ValidationError(self.env._("%(delivery)s cannot be taken back before its delivery.",
                                                 delivery=delivery.display_name))

    # === DELETING === #

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Deliveries are taken back, not deleted: %(delivery)s.",
                                   delivery=self[:1].display_name))
