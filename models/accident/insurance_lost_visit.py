from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import float_compare

from ...lib import identifiers
from ...lib.weeks import utc_moment

HANDLINGS = [('none', "Record only"), ('improve', "Record for improvement"), ('track', "Record and track")]
LEVELS = {value: level for level, (value, _label) in enumerate(HANDLINGS)}  # goes up only (domain 2.8)
STATES = [
    ('tracking', "Tracked"),
    ('improving', "To Improve"),
    ('improved', "Improved"),
    ('recorded', "Recorded"),
    ('returned', "Came Back"),
    ('lost', "Finally Lost"),
]
LOST_STATES = ('improving', 'improved', 'recorded', 'lost')  # what K15 counts; tracked ones not before their outcome


class InsuranceLostVisit(models.Model):
    """An insured accident car that came to the store and left: a line of its register (R47-R51, domain 2.8).

    What happens afterwards stands in `insurance.lost.visit.contact`, each entry with its own date: the line itself
    is frozen when its page is signed.
    """

    _name = 'insurance.lost.visit'
    _description = "Accident Car that Left"
    _inherit = ['insurance.register.line', 'mail.thread', 'mail.activity.mixin']
    _order = 'arrived_on desc, id desc'
    _rec_names_search = ['vehicle_id']
    _check_company_auto = True

    _register_kind = 'lost_visit'
    _register_date_field = 'arrived_on'
    _register_digest_fields = (
        'company_id', 'arrived_on', 'vehicle_id', 'partner_id', 'visitor', 'phone', 'insurer_id', 'is_insured_here',
        'report_no', 'damage', 'own_estimate', 'insurer_amount', 'assessor', 'advisor_id', 'reason_id', 'reason_detail',
        'is_restricted', 'is_about_advisor', 'handling', 'content', 'next_date', 'improvement', 'responsible_id',
        'improvement_due', 'correction_of_id',
    )
    _register_free_fields = frozenset({
        'state', 'follow_date', 'closed_on', 'is_superseded', 'message_follower_ids', 'activity_ids',
        'message_main_attachment_id', 'accident_id', 'is_reported',
    })
    _guarded_fields = frozenset({'accident_id', 'is_reported', 'anonymised_on', 'seal_salt', 'sealed_digests'})

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    arrived_on = fields.Datetime(string="Came at", required=True, default=fields.Datetime.now, index=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", index=True, ondelete='restrict')
    plate = fields.Char(related='vehicle_id.license_plate', string="Plate")
    vin = fields.Char(related='vehicle_id.vin_sn', string="VIN")
    vehicle_model_id = fields.Many2one(related='vehicle_id.model_id', string="Model")
    partner_id = fields.Many2one('res.partner', string="Customer", index='btree_not_null', ondelete='restrict',
                                 compute='_compute_partner_id', store=True, readonly=False, precompute=True)
    visitor = fields.Char(string="Who Came", help="If it was not the customer.")
    phone = fields.Char(compute='_compute_phone', store=True, readonly=False, precompute=True,
                        groups='dealer_insurance.group_full_phone')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, ondelete='restrict',
                                 domain=[('is_insurer', '=', True)], compute='_compute_insurance', store=True,
                                 readonly=False, precompute=True)
    is_insured_here = fields.Boolean(string="Insured Here", compute='_compute_insurance', store=True, readonly=False,
                                     precompute=True, help="Its policy was issued through this store.")
    report_no = fields.Char(string="Insurer's Report No.", index='btree_not_null')
    damage = fields.Text(string="Accident and Damage", required=True)
    own_estimate = fields.Monetary(string="Our Estimate", required=True)
    insurer_amount = fields.Monetary(string="Insurer's Assessment")
    assessor = fields.Char(string="Insurer's Assessor")
    difference = fields.Monetary(string="Estimate above Assessment", compute='_compute_difference', store=True)
    advisor_id = fields.Many2one('res.users', string="Service Advisor", required=True, index=True, check_company=True,
                                 default=lambda self: self._default_advisor(), ondelete='restrict')
    reason_id = fields.Many2one('insurance.reason', string="Why it Left", required=True, index=True,
                                ondelete='restrict', domain=[('use', '=', 'visit_lost'), ('is_group', '=', False)])
    needs_detail = fields.Boolean(related='reason_id.needs_detail')
    needs_assessment = fields.Boolean(related='reason_id.needs_assessment')
    reason_detail = fields.Char(string="Reason in Words")
    is_restricted = fields.Boolean(string="Restricted Entry", compute='_compute_from_reason', store=True,
                                   precompute=True)
    is_about_advisor = fields.Boolean(string="Entry about the Advisor", compute='_compute_from_reason', store=True,
                                      precompute=True)
    handling = fields.Selection(HANDLINGS, string="How it is Handled", required=True, compute='_compute_handling',
                                store=True, readonly=False, precompute=True, tracking=True)
    content = fields.Text(string="What Happened", required=True)
    next_date = fields.Date(string="Planned Follow-up", compute='_compute_next_date', store=True, readonly=False,
                            precompute=True)
    improvement = fields.Text(string="Improvement")
    responsible_id = fields.Many2one('res.users', string="Responsible", index='btree_not_null', check_company=True,
                                     ondelete='restrict')
    improvement_due = fields.Date(string="To be Done by")
    accident_id = fields.Many2one('insurance.accident', string="Accident Report", readonly=True, copy=False,
                                  index='btree_not_null', ondelete='restrict',
                                  help="The report on the hotline that this visit answered.")
    is_reported = fields.Boolean(string="Was Reported", readonly=True, copy=False,
                                 help="The car had been reported on the hotline: no walk-in (R44).")
    contact_ids = fields.One2many('insurance.lost.visit.contact', 'visit_id', string="Follow-ups")
    state = fields.Selection(STATES, compute='_compute_state', store=True, index=True, tracking=True)
    follow_date = fields.Date(string="Next Follow-up", compute='_compute_state', store=True)
    closed_on = fields.Date(string="Outcome on", compute='_compute_state', store=True)
    close_by = fields.Date(string="Outcome due", compute='_compute_close_by')
    is_overdue = fields.Boolean(string="Overdue Follow-up", compute='_compute_is_overdue', search='_search_is_overdue')
    is_late_outcome = fields.Boolean(string="Outcome Overdue", compute='_compute_close_by',
                                     search='_search_is_late_outcome')
    correction_of_id = fields.Many2one('insurance.lost.visit', string="Corrects", readonly=True, index='btree_not_null',
                                       copy=False, ondelete='restrict', check_company=True)
    correction_ids = fields.One2many('insurance.lost.visit', 'correction_of_id', string="Corrected by")
    is_superseded = fields.Boolean(string="Corrected", compute='_compute_is_superseded', store=True)
    anonymised_on = fields.Datetime(string="Made Anonymous on", readonly=True, copy=False)
    seal_salt = fields.Char(copy=False, groups='base.group_system', export_string_translation=False)
    sealed_digests = fields.Json(copy=False, groups='base.group_system', export_string_translation=False)

    _vehicle_kept = models.Constraint(
        'CHECK (vehicle_id IS NOT NULL OR anonymised_on IS NOT NULL)', "Enter the car, by plate or VIN.",
    )
    _amounts_positive = models.Constraint(
        'CHECK (own_estimate >= 0 AND COALESCE(insurer_amount, 0) >= 0)', "Amounts cannot be negative.",
    )
    _company_month_idx = models.Index("(company_id, arrived_on)")
    _follow_idx = models.Index("(company_id, follow_date) WHERE state = 'tracking'")
    _keep_idx = models.Index("(company_id, arrived_on) WHERE is_restricted AND anonymised_on IS NULL")

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_advisor(self):
        return self.env.user if self.env.user.has_group('dealer_insurance.group_service_advisor') else False

    @api.depends('vehicle_id', 'arrived_on')
    def _compute_display_name(self):
        """Name the visit by car and day: never by its reason, which not everybody may know (T38)."""
        for visit in self:
            day = visit.arrived_on and fields.Date.to_string(visit.company_id._insurance_local(visit.arrived_on))
            car = visit.plate or visit.vin or self.env._("Car")
            visit.display_name = " ".join(filter(None, (car, day)))

    @api.depends('vehicle_id')
    def _compute_partner_id(self):
        for visit in self:
            if visit.vehicle_id and not visit.partner_id:
                visit.partner_id = visit.vehicle_id.owner_id

    @api.depends('partner_id')
    def _compute_phone(self):
        for visit in self:
            if not visit.phone:
                # sudo: the number is shown to who may see numbers, by the groups of the field
                visit.phone = visit.partner_id.sudo().phone

    @api.depends('vehicle_id')
    def _compute_insurance(self):
        """Propose the insurer of the policy that runs on the day, and whether the store issued it."""
        # sudo: whether and where the car is insured, for whoever receives it; no money
        policies = self.env['insurance.policy'].sudo().search([
            ('vehicle_id', 'in', self.vehicle_id.ids), ('company_id', 'in', self.company_id.ids),
            ('product', 'in', ('compulsory', 'commercial')), ('entry_id.state', '=', 'registered'),
            ('origin_policy_id', '=', False), ('status', 'in', ('pending', 'valid', 'endorsed')),
        ], order='start_date desc, id desc').grouped(lambda policy: (policy.company_id.id, policy.vehicle_id.id))
        for visit in self:
            day = visit.company_id._insurance_local(visit.arrived_on or fields.Datetime.now()).date()
            running = next((
                policy for policy in policies.get((visit.company_id.id, visit.vehicle_id._origin.id), ())
                if policy.start_date and policy.start_date <= day <= (policy.end_date or day)
            ), None)
            visit.is_insured_here = bool(running)
            visit.insurer_id = running.insurer_id if running else visit.insurer_id

    @api.depends('own_estimate', 'insurer_amount')
    def _compute_difference(self):
        for visit in self:
            visit.difference = visit.own_estimate - visit.insurer_amount if visit.insurer_amount else 0

    @api.depends('reason_id')
    def _compute_from_reason(self):
        """Take the marks over when the reason is chosen: a later change of the list opens no old entry."""
        for visit in self:
            visit.is_restricted = visit.reason_id.is_restricted
            visit.is_about_advisor = visit.reason_id.is_about_advisor

    @api.depends('reason_id')
    def _compute_handling(self):
        for visit in self:
            own = visit.reason_id.handling or 'none'
            if LEVELS[visit.handling or 'none'] < LEVELS[own] or not visit._origin.id or not visit.handling:
                visit.handling = own

    @api.depends('handling')
    def _compute_next_date(self):
        for visit in self:
            if visit.handling != 'track':
                visit.next_date = False
            elif not visit.next_date and not visit._origin.id:
                visit.next_date = visit.company_id._insurance_today() + timedelta(days=3)

    @api.depends('handling', 'next_date', 'contact_ids.outcome', 'contact_ids.next_date')
    def _compute_state(self):
        for visit in self.sudo():  # sudo: the state follows from all follow-ups, whoever may read them
            said = visit.contact_ids.sorted(lambda contact: (contact.contact_on, contact.id))
            final = said.filtered(lambda contact: contact.outcome in ('returned', 'lost'))[-1:]
            planned = said.filtered(lambda contact: contact.outcome == 'continue')[-1:]
            done = said.filtered(lambda contact: contact.outcome == 'done')[-1:]
            if final:
                state = final.outcome
            elif visit.handling == 'track' or planned:
                state = 'tracking'
            elif visit.handling == 'improve':
                state = 'improved' if done else 'improving'
            else:
                state = 'recorded'
            last = final or (done if state == 'improved' else final)
            visit.state = state
            visit.follow_date = (planned.next_date or visit.next_date) if state == 'tracking' else False
            visit.closed_on = last and visit.company_id._insurance_local(last.contact_on).date()

    @api.depends('arrived_on', 'state')
    def _compute_close_by(self):
        for visit in self:
            company = visit.company_id
            day = visit.arrived_on and company._insurance_local(visit.arrived_on).date()
            visit.close_by = day and day + timedelta(days=company.insurance_visit_close_days)
            visit.is_late_outcome = bool(
                visit.state == 'tracking' and day and visit.close_by < company._insurance_today())

    def _search_is_late_outcome(self, operator, value):
        if operator != 'in':
            return NotImplemented
        domains = []
        for company in self.env.companies:
            first = company._insurance_today() - timedelta(days=company.insurance_visit_close_days)
            moment = utc_moment(datetime.combine(first, time()), company.insurance_tz)
            domains.append(fields.Domain([('company_id', '=', company.id), ('arrived_on', '<', moment)]))
        late = fields.Domain.OR(domains) & fields.Domain('state', '=', 'tracking')
        return late if True in value else ~late

    def _compute_is_overdue(self):
        for visit in self:
            visit.is_overdue = bool(visit.follow_date and visit.follow_date < visit.company_id._insurance_today())

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        overdue = self.env.companies._insurance_past_domain('follow_date') & fields.Domain('state', '=', 'tracking')
        return overdue if True in value else ~overdue

    @api.depends('correction_ids')
    def _compute_is_superseded(self):
        for visit in self:
            visit.is_superseded = bool(visit.correction_ids)

    # === TOOLS === #

    @api.model
    def _clean_vals(self, vals):
        """Return `vals` with the phone written in the one way."""
        return dict(vals, phone=identifiers.normalise_phone(vals['phone'])) if vals.get('phone') else vals

    def _is_below_estimate(self):
        """Tell whether the insurer's figure is known and below the store's own (R50)."""
        self.ensure_one()
        return bool(self.insurer_amount) and float_compare(
            self.own_estimate, self.insurer_amount, precision_rounding=self.currency_id.rounding) > 0
