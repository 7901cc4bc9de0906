from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHOICES = (
    'channel_id',
    'result_id',
    'objection_id',
    'lost_reason_id',
    'recommended_insurer_id',
    'lost_insurer_id',
    'won_insurer_id',
)  # what is chosen from a list


class InsuranceRenewalContact(models.Model):
    """One contact with the customer of a renewal case: a line of the follow-up register (R8-R17, domain 2.1)."""

    _name = 'insurance.renewal.contact'
    _description = "Renewal Contact"
    _inherit = ['insurance.register.line']
    _order = 'contact_on desc, id desc'

    _register_kind = 'renewal'
    _register_date_field = 'contact_on'
    _register_digest_fields = (
        'renewal_id',
        'kind',
        'contact_on',
        'sequence',
        'channel_id',
        'result_id',
        'content',
        'objection_id',
        'recommended_insurer_id',
        'quote_commercial',
        'quote_compulsory',
        'quote_tax',
        'appointment_on',
        'arrived_on',
        'next_date',
        'intention',
        'outcome',
        'lost_reason_id',
        'lost_insurer_id',
        'lost_price',
        'lost_known_on',
        'lost_detail',
        'countermeasure',
        'won_insurer_id',
        'won_policy_no',
        'won_premium',
        'correction_of_id',
        'review_tag_ids',
    )

    renewal_id = fields.Many2one('insurance.renewal', string="Case", required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='renewal_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    vehicle_id = fields.Many2one(related='renewal_id.vehicle_id')
    plate = fields.Char(related='renewal_id.plate')
    partner_id = fields.Many2one(related='renewal_id.partner_id', string="Customer")
    reference_expiry = fields.Date(related='renewal_id.reference_expiry')
    kind = fields.Selection(
        [('contact', "Ordinary Contact"), ('win_back', "Win-back")],
        required=True,
        default='contact',
        help="A win-back is the supervisor's own talk with a lost customer (R16).",
    )
    contact_on = fields.Datetime(string="Contact Time", required=True, default=fields.Datetime.now, index=True)
    sequence = fields.Integer(string="Contact No.", readonly=True, copy=False, aggregator=None)
    channel_id = fields.Many2one(
        'insurance.reason',
        string="Channel",
        required=True,
        ondelete='restrict',
        domain=[('use', '=', 'contact_channel')],
        default=lambda self: self._default_channel(),
    )
    result_id = fields.Many2one(
        'insurance.reason',
        string="Result",
        required=True,
        ondelete='restrict',
        domain=[('use', '=', 'contact_result'), ('is_group', '=', False)],
    )
    is_connected = fields.Boolean(related='result_id.is_connected', string="Reached", store=True)
    content = fields.Text(required=True)
    objection_id = fields.Many2one(
        'insurance.reason', string="Objection", ondelete='restrict', domain=[('use', '=', 'objection')]
    )
    recommended_insurer_id = fields.Many2one(
        'res.partner', string="Recommended Insurer", domain=[('is_insurer', '=', True)], ondelete='restrict'
    )
    is_certified = fields.Boolean(string="Certified Insurer", compute='_compute_is_certified')
    quote_commercial = fields.Monetary(string="Quoted Commercial")
    quote_compulsory = fields.Monetary(string="Quoted Compulsory")
    quote_tax = fields.Monetary(string="Quoted Vehicle Tax")
    appointment_on = fields.Date(string="Appointment")
    arrived_on = fields.Datetime(string="Arrived")
    next_date = fields.Date(string="Next Contact", compute='_compute_next_date', store=True, readonly=False)
    intention = fields.Selection([('high', "High"), ('medium', "Medium"), ('low', "Low")])
    outcome = fields.Selection(
        [('continue', "Goes on"), ('won', "Won"), ('lost', "Lost")],
        required=True,
        default='continue',
    )
    lost_reason_id = fields.Many2one(
        'insurance.reason',
        string="Lost Reason",
        ondelete='restrict',
        index=True,
        domain=[('use', '=', 'renewal_lost'), ('is_group', '=', False)],
    )
    lost_needs_insurer = fields.Boolean(related='lost_reason_id.needs_insurer')
    lost_needs_price = fields.Boolean(related='lost_reason_id.needs_price')
    lost_needs_date = fields.Boolean(related='lost_reason_id.needs_date')
    lost_needs_detail = fields.Boolean(related='lost_reason_id.needs_detail')
    lost_detail_label = fields.Char(related='lost_reason_id.detail_label')
    lost_is_excluded = fields.Boolean(related='lost_reason_id.is_excluded')
    lost_insurer_id = fields.Many2one(
        'res.partner', string="Insured with", domain=[('is_insurer', '=', True)], ondelete='restrict'
    )
    lost_price = fields.Monetary(string="Competitor's Price")
    lost_known_on = fields.Date(string="Known since")
    lost_detail = fields.Char(string="Details")
    countermeasure = fields.Text(help="What was done about it: the reviewer reads it (R17).")
    won_insurer_id = fields.Many2one(
        'res.partner', string="Renewed with", domain=[('is_insurer', '=', True)], ondelete='restrict'
    )
    won_policy_no = fields.Char(string="Policy or Application No.")
    won_premium = fields.Monetary(string="New Premium", help="Without vehicle tax.")
    correction_of_id = fields.Many2one(
        'insurance.renewal.contact', string="Corrects", readonly=True, index=True, copy=False, ondelete='restrict'
    )
    correction_ids = fields.One2many('insurance.renewal.contact', 'correction_of_id', string="Corrected by")
    is_superseded = fields.Boolean(string="Corrected", compute='_compute_is_superseded', store=True)
    review_tag_ids = fields.Many2many(
        'insurance.reason',
        'insurance_renewal_contact_review_tag_rel',
        'contact_id',
        'reason_id',
        string="To Improve",
        domain=[('use', '=', 'review_tag')],
        copy=False,
    )

    _amounts_positive = models.Constraint(
        'CHECK (COALESCE(quote_commercial, 0) >= 0 AND COALESCE(quote_compulsory, 0) >= 0'
        ' AND COALESCE(quote_tax, 0) >= 0 AND COALESCE(lost_price, 0) >= 0 AND COALESCE(won_premium, 0) >= 0)',
        "Amounts cannot be negative.",
    )
    _renewal_idx = models.Index("(renewal_id, contact_on DESC)")

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_channel(self):
        return self.env['insurance.reason']._get_by_code('contact_channel', 'PHONE')

    @api.depends('sequence', 'renewal_id')
    def _compute_display_name(self):
        for contact in self:
            case = contact.renewal_id.sudo()  # sudo: the name of the case, for who may read a line of it
            contact.display_name = f"{case.display_name} #{contact.sequence or ''}"

    @api.depends('outcome')
    def _compute_next_date(self):
        for contact in self:
            if contact.outcome != 'continue':
                contact.next_date = False
            elif not contact.next_date and not contact._origin and contact.company_id:
                company = contact.company_id
                contact.next_date = company._insurance_today() + timedelta(days=company.insurance_next_contact_days)

    @api.depends('correction_ids')
    def _compute_is_superseded(self):
        for contact in self:
            contact.is_superseded = bool(contact.correction_ids)

    @api.depends('recommended_insurer_id', 'contact_on', 'company_id')
    def _compute_is_certified(self):
        periods = self.env['insurance.insurer.agreement']._get_periods(self.company_id)
        for contact in self:
            running = periods.get((contact.company_id, contact.recommended_insurer_id._origin))
            if not running or not contact.contact_on:
                contact.is_certified = False
                continue
            day = contact.company_id._insurance_local(contact.contact_on).date()
            contact.is_certified = any(first <= day <= last for first, last in running)

    # === CONSTRAINTS === #

    @api.constrains('contact_on', 'next_date', 'renewal_id')
    def _check_dates(self):
        for contact in self.sudo():  # sudo: the author may still answer for it when the case was handed over
            case, company = contact.renewal_id, contact.company_id
            if contact.contact_on > fields.Datetime.now() + timedelta(minutes=5):
                raise ValidationError(
                    self.env._(
                        "%(case)s: a contact lies in the past; plan the next one as Next Contact.",
                        case=case.display_name,
                    )
                )
            day = company._insurance_local(contact.contact_on).date()
            if contact.next_date and contact.next_date <= day:
                raise ValidationError(
                    self.env._("%(case)s: the next contact comes after this one.", case=case.display_name)
                )
            latest = case.reference_expiry + timedelta(days=company.insurance_renewal_grace_days)
            if contact.next_date and contact.next_date > latest:
                raise ValidationError(
                    self.env._(
                        "%(case)s: the next contact is later than %(latest)s, the last day of following up this case.",
                        case=case.display_name,
                        latest=latest,
                    )
                )

    @api.constrains(*CHOICES)
    def _check_choices(self):
        """Refuse reasons of another list, headings and partners that are no insurers, whichever way they come."""
        for contact in self:
            for name in CHOICES:
                field, chosen = self._fields[name], contact[name]
                if chosen and not chosen.filtered_domain(field.domain):
                    raise ValidationError(
                        self.env._(
                            "%(value)s is not in the list of %(field)s. Choose one of the list.",
                            value=chosen.display_name,
                            field=field._description_string(self.env),
                        )
                    )

    @api.constrains('content')
    def _check_content(self):
        for contact in self.sudo():  # sudo: as above
            least = contact.company_id.insurance_content_min
            if len((contact.content or '').strip()) < least:
                raise ValidationError(
                    self.env._(
                        "%(case)s: describe the contact in at least %(least)s characters.",
                        case=contact.renewal_id.display_name,
                        least=least,
                    )
                )

    @api.constrains(
        'outcome',
        'lost_reason_id',
        'lost_insurer_id',
        'lost_price',
        'lost_known_on',
        'lost_detail',
        'countermeasure',
        'won_insurer_id',
        'won_policy_no',
    )
    def _check_outcome(self):
        for contact in self.sudo():  # sudo: as above
            problem = contact._outcome_error_message()
            if problem:
                raise ValidationError(
                    self.env._("%(case)s: %(problem)s", case=contact.renewal_id.display_name, problem=problem)
                )

    def _outcome_error_message(self):
        """Return what is missing for the outcome, or False (R6, R17, domain 6.4)."""
        self.ensure_one()
        if self.outcome == 'won' and not (self.won_insurer_id and (self.won_policy_no or '').strip()):
            return self.env._("enter with which insurer it was renewed, and the policy or application number.")
        if self.outcome != 'lost':
            return False
        reason = self.lost_reason_id
        if not reason:
            return self.env._("enter the reason why it is lost.")
        demanded = (
            (reason.needs_insurer and not self.lost_insurer_id, self.env._("with whom it is insured")),
            (reason.needs_price and not self.lost_price, self.env._("the competitor's price")),
            (reason.needs_date and not self.lost_known_on, self.env._("since when it is known")),
            (
                reason.needs_detail and not (self.lost_detail or '').strip(),
                reason.detail_label or self.env._("the details"),
            ),
        )
        missing = [label for is_missing, label in demanded if is_missing]
        if missing:
            return self.env._("the reason %(reason)s also asks for: %(missing)s.", reason=reason.name, missing=missing)
        least = self.company_id.insurance_countermeasure_min
        if not reason.is_excluded and len((self.countermeasure or '').strip()) < least:
            return self.env._(
                "write the countermeasure taken, in at least %(least)s characters: what you did about the"
                " customer's reason.",
                least=least,
            )
        return False

    @api.constrains('recommended_insurer_id')
    def _check_certified(self):
        for contact in self:
            if (
                contact.recommended_insurer_id
                and contact.company_id.insurance_block_uncertified
                and not contact.is_certified
            ):
                raise ValidationError(
                    self.env._(
                        "%(insurer)s has no valid agreement with the store. Recommend a certified insurer.",
                        insurer=contact.recommended_insurer_id.name,
                    )
                )
