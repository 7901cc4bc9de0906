from datetime import MAXYEAR, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.fleet.models.fleet_vehicle_model import FUEL_TYPES

from ...lib import identifiers
from ..masterdata.fleet_vehicle import NEW_ENERGY, USE_TYPES

SCENES = [('new', "New Car"), ('renewal', "Renewal")]
STATES = [
    ('draft', "Draft"),
    ('approval', "Waiting for Approval"),
    ('approved', "Approved"),
    ('sent', "Handed Over"),
    ('accepted', "Customer Accepted"),
    ('declined', "Declined"),
    ('superseded', "Replaced"),
]
HISTORIES = [
    ('none', "New car"),
    ('a1', "A1: last year without accident at fault"),
    ('a2', "A2: last two years without"),
    ('a3', "A3: last three years or more without"),
    ('a4', "A4: one accident at fault, nobody killed"),
    ('a5', "A5: two or more accidents at fault"),
    ('a6', "A6: accident at fault with a death"),
]
CONSENTS = ('consent_clauses', 'consent_privacy', 'consent_insurers')
ALLOCATED_FIELDS = frozenset({'vehicle_id', 'vin', 'plate'})  # known only when the car is allocated
VEHICLE_FACTS = {
    'model_id': 'model_id',
    'vin': 'vin_sn',
    'plate': 'license_plate',
    'new_price': 'car_value',
    'seats': 'seats',
    'displacement': 'displacement',
    'fuel_type': 'fuel_type',
    'is_new_energy': 'is_new_energy',
    'use_type': 'use_type',
    'first_registration_date': 'first_registration_date',
}  # what a proposal takes over from a known vehicle: own field -> the vehicle's


class InsuranceProposal(models.Model):
    """The vehicle-insurance proposal 车辆保险建议书: plans of several insurers side by side (R1, domain 2.2).

    What was handed over to the customer stays as it is; a change is a new version. States change through the gate
    (`insurance_proposal_gate`) alone.
    """

    _name = 'insurance.proposal'
    _description = "Insurance Proposal"
    _inherit = ['portal.mixin', 'mail.thread', 'mail.activity.mixin', 'insurance.guard', 'insurance.numbered']
    _order = 'date desc, id desc'
    _rec_names_search = ['name', 'plate', 'vin', 'partner_id.name']
    _check_company_auto = True

    _number_prefix = 'BXJY'
    _guarded_fields = frozenset(
        {
            'name', 'state', 'version', 'previous_id', 'next_id', 'sent_on', 'accepted_plan_id', 'accepted_on',
            'signature', 'signed_by', 'signed_on', 'privacy_version', 'declined_reason_id', 'declined_note',
            'declined_on', 'access_token', 'signed_letter_id',
        }
    )  # fmt: skip
    _scope_fields = frozenset({'company_id', 'user_id'})

    # Identity
    name = fields.Char(string="No.", readonly=True, copy=False, default="/", index='trigram')
    company_id = fields.Many2one(
        'res.company', string="Store", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection(STATES, required=True, default='draft', index=True, tracking=True, group_expand=True)
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    previous_id = fields.Many2one('insurance.proposal', string="Replaces", readonly=True, copy=False,
                                  index='btree_not_null')
    next_id = fields.Many2one('insurance.proposal', string="Replaced by", readonly=True, copy=False,
                              index='btree_not_null')
    scene = fields.Selection(SCENES, string="Occasion", required=True, default='new')
    date = fields.Date(required=True, default=lambda self: self.env.company._insurance_today(), copy=False)
    valid_until = fields.Date(compute='_compute_valid_until', store=True, readonly=False, required=True,
                              precompute=True, copy=False,
                              tracking=True)
    is_expired = fields.Boolean(string="Expired", compute='_compute_is_expired', search='_search_is_expired')
    user_id = fields.Many2one(
        'res.users', string="Consultant", required=True, index=True, tracking=True, check_company=True,
        default=lambda self: self.env.user,
    )
    # Customer and vehicle
    partner_id = fields.Many2one('res.partner', string="Customer", required=True, index=True, tracking=True,
                                 compute='_compute_partner_id', store=True, readonly=False, precompute=True)
    phone = fields.Char(related='partner_id.phone', string="Phone", groups='dealer_insurance.group_full_phone')
    phone_masked = fields.Char(related='partner_id.insurance_phone_masked', string="Phone (masked)")
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", index='btree_not_null', ondelete='restrict',
                                 help="Empty while the car has no VIN yet.")
    model_id = fields.Many2one('fleet.vehicle.model', string="Model", compute='_compute_vehicle_facts', store=True,
                               readonly=False, index='btree_not_null')
    vin = fields.Char(string="VIN", compute='_compute_vehicle_facts', store=True, readonly=False, index='trigram')
    plate = fields.Char(compute='_compute_vehicle_facts', store=True, readonly=False, index='trigram')
    new_price = fields.Monetary(string="Price as New", compute='_compute_vehicle_facts', store=True, readonly=False)
    seats = fields.Integer(compute='_compute_vehicle_facts', store=True, readonly=False, aggregator=None)
    displacement = fields.Float(string="Displacement (l)", digits=(4, 1), compute='_compute_vehicle_facts',
                                store=True, readonly=False, aggregator=None)
    fuel_type = fields.Selection(FUEL_TYPES, compute='_compute_vehicle_facts', store=True, readonly=False)
    is_new_energy = fields.Boolean(string="New Energy", compute='_compute_vehicle_facts', store=True, readonly=False)
    use_type = fields.Selection(USE_TYPES, string="Use", compute='_compute_vehicle_facts', store=True,
                                readonly=False)
    first_registration_date = fields.Date(string="First Registration", compute='_compute_vehicle_facts', store=True,
                                          readonly=False)
    is_transferred = fields.Boolean(string="Changed Hands", help="The car was transferred to a new owner (过户车).")
    state_id = fields.Many2one(
        'res.country.state', string="Province of Tariffs", compute='_compute_state_id', store=True, readonly=False,
    )
    accident_history = fields.Selection(
        HISTORIES, compute='_compute_accident_history', store=True, readonly=False,
        help="Decides the floating of the compulsory premium.",
    )
    # Last year, to compare with
    last_premium_compulsory = fields.Monetary(string="Last Compulsory Premium")
    last_premium_commercial = fields.Monetary(string="Last Commercial Premium")
    last_premium_tax = fields.Monetary(string="Last Vehicle Tax")
    # Plans
    plan_ids = fields.One2many('insurance.proposal.plan', 'proposal_id', string="Plans", copy=True)
    plan_count = fields.Integer(compute='_compute_plan_count')
    accepted_plan_id = fields.Many2one('insurance.proposal.plan', string="Accepted Plan", readonly=True, copy=False,
                                       index='btree_not_null', ondelete='restrict')
    total_from = fields.Monetary(string="From", compute='_compute_totals', store=True, aggregator=None,
                                 help="Total of the cheapest plan.")
    total_to = fields.Monetary(string="Up to", compute='_compute_totals', store=True, aggregator=None)
    needs_approval = fields.Boolean(string="Needs Approval", compute='_compute_needs_approval')
    approval_ids = fields.One2many('insurance.approval', 'proposal_id', string="Approvals")
    entry_ids = fields.One2many('insurance.ledger.entry', 'proposal_id', string="Underwriting Entries")
    # Texts for the customer
    services_text = fields.Text(string="Services of the Store", default=lambda self: self._default_services_text())
    uncovered_text = fields.Text(string="Not Covered", compute='_compute_uncovered_text', store=True, readonly=False,
                                 help="What none of the plans covers, as it is printed for the customer.")
    note = fields.Text(string="Remark for the Customer")
    # Consent and outcome
    consent_clauses = fields.Boolean(
        string="Exclusions Explained", copy=False, tracking=True,
        help="The customer was told what the insurer does not pay for.",
    )
    consent_privacy = fields.Boolean(
        string="Agrees to the Privacy Notice", copy=False, tracking=True, help="PIPL art. 13 and 17."
    )
    consent_insurers = fields.Boolean(
        string="Agrees to Data for the Insurers", copy=False, tracking=True,
        help="Separate consent: the customer's data go to the insurers named in the plans (PIPL art. 23).",
    )
    privacy_version = fields.Char(string="Version of the Notice", readonly=True, copy=False)
    sent_on = fields.Datetime(string="Handed over on", readonly=True, copy=False)
    accepted_on = fields.Datetime(string="Accepted on", readonly=True, copy=False)
    signature = fields.Binary(string="Customer's Signature", attachment=False, readonly=True, copy=False)
    signed_by = fields.Char(string="Signed by", readonly=True, copy=False)
    signed_on = fields.Datetime(string="Signed on", readonly=True, copy=False)
    declined_reason_id = fields.Many2one('insurance.reason', string="Reason of Refusal", readonly=True, copy=False,
                                         index='btree_not_null', ondelete='restrict', tracking=True)
    declined_note = fields.Text(string="What the Customer Said", readonly=True, copy=False)
    declined_on = fields.Datetime(string="Declined on", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex(
        "(company_id, name, version) WHERE name <> '/'", "This number and version are already used."
    )
    _company_state_idx = models.Index("(company_id, state, date DESC)")
    _amounts_positive = models.Constraint(
        'CHECK (COALESCE(last_premium_compulsory, 0) >= 0 AND COALESCE(last_premium_commercial, 0) >= 0'
        ' AND COALESCE(last_premium_tax, 0) >= 0 AND COALESCE(new_price, 0) >= 0)',
        "Premiums, tax and price cannot be negative.",
    )
    _signature_pair = models.Constraint(
        'CHECK ((signature IS NULL) OR (signed_by IS NOT NULL AND signed_on IS NOT NULL))',
        "A signature has a name and a time.",
    )

    # === DEFAULTS === #

    @api.model
    def _default_services_text(self):
        company = self.env.company
        lines = (company.insurance_butler_name, company.insurance_store_services)
        return '\n'.join(line for line in lines if line) or False

    # === COMPUTE === #

    @api.depends('name', 'version', 'partner_id')
    def _compute_display_name(self):
        for proposal in self:
            number = proposal.name or '/'
            if proposal.version > 1:
                number = self.env._("%(number)s v%(version)s", number=number, version=proposal.version)
            proposal.display_name = ' '.join(filter(None, (number, proposal.partner_id.name)))

    def _compute_access_url(self):
        for proposal in self:
            proposal.access_url = f'/my/proposals/{proposal.id}'

    @api.depends('date', 'company_id')
    def _compute_valid_until(self):
        for proposal in self:
            day, days = proposal.date, proposal.company_id.insurance_proposal_days
            proposal.valid_until = day + timedelta(days=days) if day and day.year < MAXYEAR else day

    @api.depends('valid_until', 'state')
    def _compute_is_expired(self):
        todays = {company: company._insurance_today() for company in self.company_id}
        for proposal in self:
            waits = proposal.state in ('draft', 'approval', 'approved', 'sent')
            until = proposal.valid_until
            proposal.is_expired = bool(waits and until and until < todays[proposal.company_id])

    def _search_is_expired(self, operator, value):
        if operator != 'in':
            return NotImplemented
        expired = Domain('state', 'in', ('draft', 'approval', 'approved', 'sent')) & Domain(
            'valid_until', '<', self.env.company._insurance_today()
        )
        return expired if True in value else ~expired

    @api.depends('vehicle_id')
    def _compute_partner_id(self):
        for proposal in self:
            proposal.partner_id = proposal.partner_id or proposal.vehicle_id.owner_id

    @api.depends('vehicle_id')
    def _compute_vehicle_facts(self):
        """Take over what is known of the vehicle; what was typed without one stays, and so does what was sent."""
        for proposal in self:
            is_draft = proposal.state == 'draft'
            for name, source in VEHICLE_FACTS.items():
                is_open = is_draft or name in ALLOCATED_FIELDS and not proposal[name]
                known = is_open and proposal.vehicle_id[source]
                proposal[name] = known or proposal[name]
            proposal.use_type = proposal.use_type or 'private'  # nearly every car of a dealer's customers

    @api.depends('company_id')
    def _compute_state_id(self):
        for proposal in self:
            proposal.state_id = proposal.state_id or proposal.company_id._insurance_state()

    @api.depends('scene')
    def _compute_accident_history(self):
        for proposal in self:
            history = proposal.accident_history
            if proposal.scene == 'new':
                history = 'none'
            elif history == 'none':
                history = False
            proposal.accident_history = history

    @api.depends('plan_ids')
    def _compute_plan_count(self):
        for proposal in self:
            proposal.plan_count = len(proposal.plan_ids)

    @api.depends('plan_ids.total')
    def _compute_totals(self):
        for proposal in self:
            totals = proposal.plan_ids.mapped('total') or [0.0]
            proposal.total_from, proposal.total_to = min(totals), max(totals)

    @api.depends('plan_ids.needs_approval')
    def _compute_needs_approval(self):
        for proposal in self:
            proposal.needs_approval = any(proposal.plan_ids.mapped('needs_approval'))

    @api.depends('plan_ids.line_ids.coverage_id', 'is_new_energy')
    def _compute_uncovered_text(self):
        for proposal in self:
            if proposal.state not in (False, 'draft'):  # what was handed over stays
                proposal.uncovered_text = proposal.uncovered_text
                continue
            missing = proposal._get_uncovered(proposal.plan_ids)
            lines = [f"{proposal._get_coverage_name(coverage)}: {coverage.risk_text}" for coverage in missing]
            proposal.uncovered_text = '\n'.join(lines) or False

    @api.onchange('fuel_type')
    def _onchange_fuel_type(self):
        self.is_new_energy = self.fuel_type in NEW_ENERGY

    @api.onchange('vin', 'plate')
    def _onchange_identifiers(self):
        self.vin = identifiers.normalise_vin(self.vin or '') or False
        self.plate = identifiers.normalise_plate(self.plate or '') or False

    def _get_coverage_name(self, coverage):
        """Return what `coverage` is called for this car: new-energy cars have clauses of their own."""
        return coverage._get_label(self.is_new_energy) if coverage else False

    def _get_uncovered(self, plans):
        """Return the coverages with a risk text that fit the car and that none of `plans` has."""
        self.ensure_one()
        offered = self.env['insurance.coverage']._get_offered(self.is_new_energy)
        return (offered - plans.line_ids.coverage_id).filtered(
            lambda coverage: coverage.kind in ('main', 'addon') and coverage.risk_text
        )

    # === CONSTRAINTS === #

    @api.constrains('vin')
    def _check_vin(self):
        for proposal in self.filtered('vin'):
            if identifiers.vin_problem(proposal.vin):
                raise ValidationError(
                    self.env._(
                        "%(proposal)s: %(vin)s is no VIN: 17 digits and capitals without I, O and Q. Leave it empty"
                        " until the car is allocated.",
                        proposal=proposal.display_name,
                        vin=proposal.vin,
                    )
                )

    @api.constrains('date', 'valid_until')
    def _check_validity(self):
        for proposal in self:
            if proposal.date and proposal.valid_until and proposal.valid_until < proposal.date:
                raise ValidationError(
                    self.env._("%(proposal)s must not end before it begins.", proposal=proposal.display_name)
                )

    @api.constrains('vehicle_id', 'vin')
    def _check_vehicle(self):
        for proposal in self:
            vehicle = proposal.vehicle_id
            if vehicle and proposal.vin and vehicle.vin_sn and vehicle.vin_sn != proposal.vin:
                raise ValidationError(
                    self.env._(
                        "%(proposal)s: the VIN %(vin)s is not that of %(vehicle)s. Choose the right vehicle.",
                        proposal=proposal.display_name,
                        vin=proposal.vin,
                        vehicle=vehicle.display_name,
                    )
                )
