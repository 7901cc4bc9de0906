from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...lib import identifiers

CUSTOMER_CLASSES = [
    ('r_new', "First renewal"),
    ('r_ren', "Repeat renewal"),
    ('r_gap', "Interrupted renewal"),
    ('r_pot', "Potential customer"),
    ('first', "First policy here"),
]
STATES = [
    ('unassigned', "Unassigned"),
    ('new', "Not Contacted"),
    ('following', "Following up"),
    ('quote_requested', "Quote Requested"),
    ('quoted', "Quoted"),
    ('appointment', "Appointment"),
    ('issuing', "Issuing"),
    ('dormant', "Dormant"),
    ('won', "Won"),
    ('lost', "Lost"),
    ('invalid', "Left the Base"),
]
CLOSED = ('won', 'lost', 'invalid')
OPEN = tuple(state for state, _label in STATES if state not in CLOSED)
WORKED = frozenset(OPEN) - {'unassigned'}


class InsuranceRenewal(models.Model):
    """A renewal case: one vehicle and the policies of it that expire together (domain 2.1)."""

    _name = 'insurance.renewal'
    _description = "Renewal Case"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'reference_expiry, id'
    _rec_names_search = ['vehicle_id.license_plate', 'vehicle_id.vin_sn', 'partner_id.name']
    _check_company_auto = True

    _guarded_fields = frozenset({'lost_contact_id', 'won_contact_id', 'closed_on'})

    lookup = fields.Char(string="Plate, VIN, Phone or Name", compute='_compute_lookup', search='_search_lookup')
    company_id = fields.Many2one(
        'res.company', string="Store", required=True, index=True, default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    active = fields.Boolean(default=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, index=True, ondelete='restrict',
                                 tracking=True)
    plate = fields.Char(related='vehicle_id.license_plate', string="Plate")
    vin = fields.Char(related='vehicle_id.vin_sn', string="VIN")
    vehicle_model_id = fields.Many2one(related='vehicle_id.model_id', string="Model")
    use_type = fields.Selection(related='vehicle_id.use_type')
    first_registration_date = fields.Date(related='vehicle_id.first_registration_date')
    is_bought_here = fields.Boolean(related='vehicle_id.is_bought_here')
    seller_id = fields.Many2one(related='vehicle_id.seller_id')
    partner_id = fields.Many2one('res.partner', string="Owner", required=True, index=True, tracking=True)
    insured_id = fields.Many2one('res.partner', string="Insured", index='btree_not_null')
    applicant_id = fields.Many2one('res.partner', string="Applicant", index='btree_not_null')
    contact_id = fields.Many2one('res.partner', string="Contact Person", index='btree_not_null')
    phone = fields.Char(
        string="Phone (full)", compute='_compute_phone', inverse='_inverse_phone', search='_search_phone',
        groups='dealer_insurance.group_full_phone',
    )
    phone_masked = fields.Char(string="Phone", compute='_compute_phone')
    do_not_call = fields.Boolean(compute='_compute_phone', string="Do not Call")
    customer_class = fields.Selection(CUSTOMER_CLASSES, index=True)
    specialist_id = fields.Many2one(
        'res.users', string="Specialist", index=True, tracking=True, check_company=True
    )
    assigned_on = fields.Date(string="Assigned on", readonly=True)
    state = fields.Selection(STATES, required=True, default='unassigned', index=True, tracking=True,
                             group_expand=True)
    is_open = fields.Boolean(compute='_compute_is_open', search='_search_is_open')
    intention = fields.Selection([('high', "High"), ('medium', "Medium"), ('low', "Low")], tracking=True)
    insurer_id = fields.Many2one('res.partner', string="Last Insurer", index='btree_not_null',
                                 domain=[('is_insurer', '=', True)])
    compulsory_no = fields.Char(string="Compulsory Policy No.", index='btree_not_null')
    compulsory_expiry = fields.Date(string="Compulsory until", tracking=True)
    compulsory_premium = fields.Monetary(string="Last Compulsory Premium")
    commercial_no = fields.Char(string="Commercial Policy No.", index='btree_not_null')
    commercial_expiry = fields.Date(string="Commercial until", tracking=True)
    commercial_premium = fields.Monetary(string="Last Commercial Premium")
    vehicle_tax = fields.Monetary(string="Last Vehicle Tax")
    reference_expiry = fields.Date(
        string="Expiry", compute='_compute_reference_expiry', store=True, index=True,
        help="The commercial policy's expiry, else the compulsory one's: the case belongs to its month.",
    )
    days_to_expiry = fields.Integer(string="Days to Expiry", compute='_compute_days_to_expiry',
                                    search='_search_days_to_expiry')
    expiry_color = fields.Integer(compute='_compute_days_to_expiry', export_string_translation=False)
    claim_count = fields.Integer(string="Claims Last Year")
    last_privilege = fields.Char(string="Last Year's Benefits")
    remark = fields.Text()
    contact_ids = fields.One2many('insurance.renewal.contact', 'renewal_id', string="Contacts")
    contact_count = fields.Integer(compute='_compute_contacts', store=True)
    last_contact_id = fields.Many2one(
        'insurance.renewal.contact', string="Newest Contact", compute='_compute_contacts', store=True,
    )
    last_contact_on = fields.Datetime(string="Last Contact", compute='_compute_contacts', store=True)
    next_contact_date = fields.Date(string="Next Contact", compute='_compute_contacts', store=True, index=True)
    lost_contact_id = fields.Many2one('insurance.renewal.contact', string="Lost with", readonly=True, copy=False,
                                      index='btree_not_null')
    lost_reason_id = fields.Many2one(related='lost_contact_id.lost_reason_id', store=True, string="Lost Reason")
    lost_insurer_id = fields.Many2one(related='lost_contact_id.lost_insurer_id', store=True, string="Lost to")
    lost_price = fields.Monetary(related='lost_contact_id.lost_price', string="Competitor's Price")
    countermeasure = fields.Text(related='lost_contact_id.countermeasure', string="Countermeasure")
    won_contact_id = fields.Many2one('insurance.renewal.contact', string="Won with", readonly=True, copy=False,
                                     index='btree_not_null')
    won_insurer_id = fields.Many2one('res.partner', string="Renewed with", compute='_compute_won_insurer_id',
                                     store=True)
    won_policy_no = fields.Char(related='won_contact_id.won_policy_no', string="New Policy No.")
    closed_on = fields.Date(readonly=True, copy=False)
    import_digest = fields.Char(readonly=True, copy=False, export_string_translation=False)
    consent_ground = fields.Selection(
        [('contract', "Contract with the store"), ('consent', "Customer's consent"), ('service', "Service customer")],
        string="Ground for Calling", help="On which ground the customer may be called (PIPL art. 13, T36).",
    )

    _vehicle_expiry_uniq = models.UniqueIndex(
        "(company_id, vehicle_id, reference_expiry) WHERE active",
        "This vehicle already has a case for this expiry.",
    )
    _specialist_next_idx = models.Index("(specialist_id, next_contact_date) WHERE next_contact_date IS NOT NULL")
    _company_expiry_idx = models.Index("(company_id, reference_expiry, state)")
    _expiry_given = models.Constraint(
        'CHECK (compulsory_expiry IS NOT NULL OR commercial_expiry IS NOT NULL)',
        "Enter the expiry of the compulsory or of the commercial policy.",
    )
    _premiums_positive = models.Constraint(
        'CHECK (COALESCE(compulsory_premium, 0) >= 0 AND COALESCE(commercial_premium, 0) >= 0'
        ' AND COALESCE(vehicle_tax, 0) >= 0)',
        "Premiums and vehicle tax cannot be negative.",
    )

    # === COMPUTE === #

    @api.depends('vehicle_id', 'partner_id', 'reference_expiry')
    def _compute_display_name(self):
        for case in self:
            car = case.plate or (case.vin and case.vin[-8:]) or ''
            case.display_name = " ".join(filter(None, (car, case.partner_id.name)))

    @api.depends('compulsory_expiry', 'commercial_expiry')
    def _compute_reference_expiry(self):
        for case in self:
            case.reference_expiry = case.commercial_expiry or case.compulsory_expiry

    @api.depends('reference_expiry')
    def _compute_days_to_expiry(self):
        todays = {company: company._insurance_today() for company in self.company_id}
        for case in self:
            days = (case.reference_expiry - todays[case.company_id]).days if case.reference_expiry else 0
            case.days_to_expiry = days
            # kanban colours: 1 red (lapsed or a week), 2 orange (a month), 3 yellow (two months), 0 none
            case.expiry_color = 0 if not case.is_open else next(
                (color for limit, color in ((7, 1), (30, 2), (60, 3)) if days <= limit), 0,
            )

    def _compute_lookup(self):
        self.lookup = False

    def _search_lookup(self, operator, value):
        """Find by any fragment of plate (former plates included), VIN, phone number or name."""
        if operator != 'ilike' or not isinstance(value, str):
            return NotImplemented
        number = identifiers.normalise_plate(value) or value.strip()
        vehicle = Domain('license_plate', 'ilike', number) | Domain('vin_sn', 'ilike', number) | Domain(
            'plate_history_ids.plate', 'ilike', number,
        )
        person = Domain('name', 'ilike', value.strip())
        digits = identifiers.normalise_phone(value) or ''
        if digits.isdigit() and not self.env['res.partner']._hides_phones():
            person |= Domain('phone', 'ilike', digits)
        return Domain('vehicle_id', 'any', vehicle) | Domain.OR(
            Domain(name, 'any', person) for name in ('partner_id', 'contact_id', 'insured_id')
        )

    def _search_days_to_expiry(self, operator, value):
        if operator not in ('<', '<=', '>', '>=') or not isinstance(value, int | float):
            return NotImplemented
        today = self.env.company._insurance_today()
        return Domain('reference_expiry', operator, today + timedelta(days=int(value)))

    @api.depends('state')
    def _compute_is_open(self):
        for case in self:
            case.is_open = case.state not in CLOSED

    def _search_is_open(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('state', 'in' if True in value else 'not in', OPEN)

    @api.depends('contact_id', 'partner_id')
    def _compute_phone(self):
        for case in self:
            # sudo: the clear number is shown by `phone`, which has a group of its own
            person = (case.contact_id or case.partner_id).sudo()
            case.phone = person.phone
            case.phone_masked = person.insurance_phone_masked
            case.do_not_call = person.insurance_do_not_call

    def _inverse_phone(self):
        for case in self:
            (case.contact_id or case.partner_id).phone = identifiers.normalise_phone(case.phone) or False

    def _search_phone(self, operator, value):
        return Domain('partner_id.phone', operator, value) | Domain('contact_id.phone', operator, value)

    @api.depends('won_contact_id.won_insurer_id')
    def _compute_won_insurer_id(self):
        for case in self:
            case.won_insurer_id = case.won_contact_id.won_insurer_id

    @api.depends('contact_ids.contact_on', 'contact_ids.next_date', 'contact_ids.is_superseded', 'state')
    def _compute_contacts(self):
        for case in self:
            contacts = case.contact_ids.filtered(lambda contact: not contact.is_superseded and contact.contact_on)
            last = contacts.sorted(lambda contact: (contact.contact_on, contact._origin.id or 0))[-1:]
            case.contact_count = len(contacts)
            case.last_contact_id = last
            case.last_contact_on = last.contact_on
            case.next_contact_date = last.next_date if case.state not in CLOSED else False

    # === CONSTRAINTS === #

    @api.constrains('specialist_id', 'state')
    def _check_assigned(self):
        for case in self:
            if case.state in WORKED and not case.specialist_id:
                raise ValidationError(self.env._("%(case)s needs a specialist first.", case=case.display_name))

    # === ACTIONS === #

    def _action_log(self, name, **defaults):
        """Return the action that opens a new contact of this case in a dialog."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': name, 'res_model': 'insurance.renewal.contact',
            'view_mode': 'form', 'views': [(self.env.ref('dealer_insurance.insurance_renewal_contact_view_form').id,
                                            'form')],
            'target': 'new',
            'context': {'default_renewal_id': self.id, 'insurer_short_name': True,
                        **{f'default_{key}': value for key, value in defaults.items()}},
        }

    def action_log_contact(self):
        return self._action_log(self.env._("Log a Contact"))

    def action_lose(self):
        return self._action_log(self.env._("Case Lost"), outcome='lost')

    def action_win(self):
        return self._action_log(self.env._("Case Won"), outcome='won')

    def action_win_back(self):
        return self._action_log(self.env._("Win-back Contact"), kind='win_back')

    def action_open_assign(self):
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Assign Cases"),
            'res_model': 'insurance.renewal.assign', 'view_mode': 'form', 'target': 'new',
            'context': {'default_renewal_ids': [fields.Command.set(self.ids)]},
        }

    def action_view_vehicle(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'fleet.vehicle', 'res_id': self.vehicle_id.id,
            'view_mode': 'form',
            'views': [(self.env.ref('dealer_insurance.fleet_vehicle_view_form_insurance').id, 'form')],
        }
