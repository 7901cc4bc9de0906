from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib import identifiers

ACCIDENT_TYPES = [('single', "One Car Only"), ('two', "Two Parties"), ('multi', "Several Parties")]
LIABILITIES = [
    ('full', "Fully Liable"), ('main', "Mainly Liable"), ('equal', "Equally Liable"), ('minor', "Less Liable"),
    ('none', "Not Liable"), ('open', "To Be Decided"),
]
PICKUP_WAYS = [('self', "Drives Here"), ('pickup', "Is Fetched"), ('tow', "Is Towed")]


class InsuranceAccident(models.Model):
    """A reported accident: a line of the hotline's register 《接报案登记本》 (R38-R46, domain 2.7).

    The line holds what was reported. What became of it is not written on the line but told by its follow-ups
    (`insurance.accident.contact`), which are only ever added: state, return and reason are computed from them
    (`insurance_accident_outcome.py`). So a line can be signed while the car is still awaited, and what comes later
    changes neither the line nor what was signed.
    """

    _name = 'insurance.accident'
    _description = "Accident Report"
    _inherit = ['insurance.register.line', 'mail.thread', 'mail.activity.mixin']
    _order = 'reported_on desc, id desc'
    _rec_names_search = ['plate', 'vin', 'report_no', 'vehicle_id.license_plate', 'vehicle_id.vin_sn']
    _check_company_auto = True
    _mail_post_access = 'read'

    _register_kind = 'accident'
    _register_date_field = 'reported_on'
    _register_digest_fields = (
        'reported_on', 'source_id', 'operator_id', 'operator_name', 'is_missed_call', 'plate', 'vin', 'vehicle_text',
        'caller_name', 'caller_relation', 'caller_phone', 'insurer_id', 'policy_no_compulsory', 'policy_no_commercial',
        'report_no',
        'accident_on', 'place', 'accident_type', 'liability', 'is_injury', 'is_police_called', 'is_drivable',
        'needs_tow', 'damage', 'case_nature', 'repair_kind', 'surveyor_name', 'surveyor_phone', 'survey_place',
        'is_insurer_reminded', 'call_back_on', 'expected_on', 'pickup_way', 'pickup_user_id', 'message', 'remark',
        'correction_of_id',
    )
    # Which car of ours it is may become known later; who may still say so is decided in `write`
    _register_free_fields = frozenset({'vehicle_id', 'partner_id'})

    company_id = fields.Many2one(
        'res.company', string="Store", required=True, index=True, default=lambda self: self.env.company,
    )
    reported_on = fields.Datetime(string="Reported on", required=True, default=fields.Datetime.now, index=True)
    source_id = fields.Many2one(
        'insurance.reason', string="Source", required=True, ondelete='restrict',
        domain=[('use', '=', 'accident_source')], default=lambda self: self._default_source(),
        help="Who told the store: the customer by telephone, or the insurer. A car that simply drives in is not"
        " registered here (R43, R44).",
    )
    operator_id = fields.Many2one(
        'res.users', string="Taken by", index='btree_not_null', ondelete='restrict', default=lambda self: self.env.user,
        help="Who answered; who typed the line stands in the register.",
    )
    operator_name = fields.Char(string="Taken by (as written)", readonly=True)
    is_missed_call = fields.Boolean(
        string="Missed Call", help="Nobody answered; the customer is called back, and the clock runs until then.",
    )
    caller_name = fields.Char(string="Caller")
    caller_relation = fields.Char(string="Relation to the Owner")
    caller_phone = fields.Char(string="Caller's Phone")
    plate = fields.Char(index='trigram')
    vin = fields.Char(string="VIN", index='trigram')
    vehicle_text = fields.Char(string="Model as Told")
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", index='btree_not_null', ondelete='restrict')
    partner_id = fields.Many2one(
        'res.partner', string="Owner", compute='_compute_partner_id', store=True, readonly=False,
        index='btree_not_null', ondelete='restrict',
    )
    insurer_id = fields.Many2one(
        'res.partner', string="Insurer", domain=[('is_insurer', '=', True)], ondelete='restrict',
        index='btree_not_null',
    )
    policy_no_compulsory = fields.Char(string="Compulsory Policy No.")
    policy_no_commercial = fields.Char(string="Commercial Policy No.")
    report_no = fields.Char(string="Insurer's Report No.", index='btree_not_null')
    accident_on = fields.Datetime(string="Accident on", default=fields.Datetime.now, index=True)
    place = fields.Char(string="Place of Accident")
    accident_type = fields.Selection(ACCIDENT_TYPES, string="Kind of Accident")
    liability = fields.Selection(LIABILITIES, string="Liability (first view)", default='open')
    is_injury = fields.Boolean(string="Somebody Hurt", index=True)
    is_police_called = fields.Boolean(string="Police Called (122)")
    is_drivable = fields.Boolean(string="Can Be Driven", default=True)
    needs_tow = fields.Boolean(string="Needs Towing or Rescue")
    damage = fields.Text(string="Damage and Course")
    case_nature = fields.Selection(
        [('insured', "Insured Car"), ('third_party', "Third Party's Car")], string="Whose Car", default='insured',
    )
    repair_kind = fields.Selection(
        [('first', "Sent for Repair"), ('again', "Repaired Again")], string="Kind of Repair", default='first',
    )
    surveyor_name = fields.Char(string="Surveyor")
    surveyor_phone = fields.Char(string="Surveyor's Phone")
    survey_place = fields.Char(string="Place of Assessment")
    is_insurer_reminded = fields.Boolean(
        string="Told to Report to the Insurer within 48 h",
        help="The customer was reminded to report the accident to the insurer in time.",
    )
    call_back_on = fields.Datetime(
        string="Call Back by", compute='_compute_call_back_on', store=True, readonly=False, precompute=True,
    )
    expected_on = fields.Datetime(string="Expected at the Store")
    pickup_way = fields.Selection(PICKUP_WAYS, string="How it Comes")
    pickup_user_id = fields.Many2one('res.users', string="Fetched by", index='btree_not_null', ondelete='restrict')
    message = fields.Text(string="Insurer's Message", help="As it was pasted; what it said stands in the fields.")
    remark = fields.Text()
    client_key = fields.Char(
        readonly=True, copy=False, help="Marks what a device sent, so that sending again makes no second report.",
    )
    import_digest = fields.Char(readonly=True, copy=False, help="Fingerprint of the workbook's row.")
    contact_ids = fields.One2many('insurance.accident.contact', 'accident_id', string="Follow-ups")
    correction_of_id = fields.Many2one(
        'insurance.accident', string="Corrects", readonly=True, index='btree_not_null', copy=False, ondelete='restrict',
        check_company=True,
    )
    correction_ids = fields.One2many('insurance.accident', 'correction_of_id', string="Corrected by")

    _client_key_uniq = models.UniqueIndex("(client_key) WHERE client_key IS NOT NULL", "This report was sent already.")
    _company_reported_idx = models.Index("(company_id, reported_on)")
    _report_no_idx = models.Index("(company_id, report_no) WHERE report_no IS NOT NULL")

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_source(self):
        return self.env['insurance.reason']._get_by_code('accident_source', 'CUSTOMER')

    @api.depends('plate', 'vin', 'vehicle_id', 'line_no')
    def _compute_display_name(self):
        for accident in self:
            car = accident.plate or accident.vin or accident.vehicle_id.display_name or ''
            day = accident.reported_on and accident.company_id._insurance_local(accident.reported_on)
            accident.display_name = f"{car} {day.strftime('%m-%d %H:%M')}" if day else car

    @api.depends('vehicle_id')
    def _compute_partner_id(self):
        for accident in self:
            accident.partner_id = accident.vehicle_id.sudo().owner_id or accident.partner_id  # sudo: see the car's room

    @api.depends('reported_on', 'company_id')
    def _compute_call_back_on(self):
        for accident in self:
            if accident.reported_on and accident.company_id and not accident.call_back_on:
                minutes = accident.company_id.insurance_accident_contact_minutes
                accident.call_back_on = accident.reported_on + timedelta(minutes=minutes)

    # === CONSTRAINTS === #

    @api.constrains('plate', 'vin', 'vehicle_id')
    def _check_vehicle(self):
        for accident in self:
            if not (accident.plate or accident.vin or accident.vehicle_id):
                raise ValidationError(self.env._(
                    "The report of %(time)s names no car: enter its plate or its VIN.",
                    time=fields.Datetime.to_string(accident.company_id._insurance_local(accident.reported_on)),
                ))
            if accident.vin and identifiers.vin_problem(accident.vin):
                raise ValidationError(self.env._(
                    "VIN %(vin)s is not complete: 17 digits and capitals, without I, O and Q.", vin=accident.vin,
                ))
            if accident.plate and not accident.vehicle_id and identifiers.plate_problem(accident.plate):
                raise ValidationError(self.env._(
                    "Plate %(plate)s is not a Chinese plate. Correct it, or enter the VIN.", plate=accident.plate,
                ))

    @api.constrains('reported_on', 'accident_on', 'expected_on')
    def _check_times(self):
        for accident in self:
            if accident.reported_on > fields.Datetime.now() + timedelta(minutes=5):
                raise ValidationError(self.env._(
                    "%(accident)s: a report is written down when it has come, not before.",
                    accident=accident.display_name,
                ))
            if accident.accident_on and accident.accident_on > accident.reported_on + timedelta(minutes=5):
                raise ValidationError(self.env._(
                    "%(accident)s: the accident lies before its report.", accident=accident.display_name,
                ))

    @api.constrains('source_id', 'insurer_id')
    def _check_choices(self):
        for accident in self:
            for name in ('source_id', 'insurer_id'):
                field, chosen = self._fields[name], accident[name]
                if chosen and not chosen.filtered_domain(field.domain):
                    raise ValidationError(self.env._(
                        "%(value)s is not in the list of %(field)s. Choose one of the list.",
                        value=chosen.display_name, field=field._description_string(self.env),
                    ))
