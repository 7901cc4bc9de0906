from datetime import MAXYEAR

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from ...lib import identifiers

PRODUCTS = [('compulsory', "Compulsory"), ('commercial', "Commercial"), ('non_motor', "Non-motor")]
STATUSES = [
    ('pending', "No Number yet"), ('valid', "Valid"), ('endorsed', "Endorsed"), ('cancelled', "Policy Cancelled"),
]
LARGEST = 1_000_000_000  # no premium and no limit comes near it
NUMBERS = ('policy_no', 'application_no', 'endorsement_no')
RATED = frozenset({'product', 'third_party_limit', 'has_damage', 'coverage_ids'})  # what the rate depends on
TERMS = RATED | {'premium', 'start_date', 'end_date'}  # what a registered entry stands on


class InsurancePolicy(models.Model):
    """A policy of a ledger entry, or what an endorsement or cancellation changes in one (T31).

    `origin_policy_id` names the policy that a follow-up changes; its premium is then the difference, signed.
    """

    _name = 'insurance.policy'
    _description = "Insurance Policy"
    _inherit = ['insurance.ledger.part']
    _order = 'entry_id.id desc, sequence, id'  # by id: no join with the entries for it
    _rec_names_search = ['policy_no', 'application_no']

    _guarded_fields = frozenset({
        'rate_line_id', 'commission_rate', 'commission_basis', 'vat_rate', 'rate_note', 'origin_policy_id',
        'corrected_policy_id', 'commission_correction',
    })

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='entry_id.company_id', store=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    insurer_id = fields.Many2one(related='entry_id.insurer_id', store=True)
    vehicle_id = fields.Many2one(related='entry_id.vehicle_id', store=True)
    entry_type = fields.Selection(related='entry_id.entry_type', store=True)
    product = fields.Selection(PRODUCTS, required=True, default='compulsory')
    sequence = fields.Integer(compute='_compute_sequence', store=True, precompute=True)
    product_name = fields.Char(string="Product Name", help="Name of a non-motor product.")
    policy_no = fields.Char(string="Policy No.", copy=False, index='trigram')
    application_no = fields.Char(string="Application No.", copy=False, index='trigram')
    endorsement_no = fields.Char(string="Endorsement No.", copy=False, index='trigram')
    start_date = fields.Date(string="From")
    end_date = fields.Date(string="Until", compute='_compute_end_date', store=True, readonly=False, precompute=True)
    premium = fields.Monetary(string="Premium", help="With VAT, without vehicle tax (T33).")
    standard_premium = fields.Monetary(string="Standard Premium")
    ncd_factor = fields.Float(string="NCD", digits=(5, 4), help="No-claims factor as the insurer states it.")
    autonomy_factor = fields.Float(string="Autonomous Factor", digits=(5, 4))
    floating_factor = fields.Float(string="Floating Factor", digits=(5, 4))
    third_party_limit = fields.Monetary(
        string="Third-party Limit", compute='_compute_from_coverages', store=True, readonly=False, precompute=True,
    )
    has_damage = fields.Boolean(
        string="Own Damage", compute='_compute_from_coverages', store=True, readonly=False, precompute=True,
    )
    coverage_ids = fields.One2many('insurance.policy.coverage', 'policy_id', string="Coverages", copy=True)
    origin_policy_id = fields.Many2one('insurance.policy', string="Changes Policy", index='btree_not_null',
                                       ondelete='restrict', readonly=True, copy=False)
    follow_up_ids = fields.One2many('insurance.policy', 'origin_policy_id', string="Changed by")
    corrected_policy_id = fields.Many2one(
        'insurance.policy', string="Corrects", index='btree_not_null', ondelete='restrict', readonly=True, copy=False,
        help="The row whose premium or commission this one puts right after the insurer's statement (T10).",
    )
    status = fields.Selection(STATUSES, compute='_compute_status', store=True, precompute=True)
    premium_now = fields.Monetary(string="Premium now", compute='_compute_premium_now',
                                  help="With its endorsements and cancellation.")
    # Commission: seen by who may
    rate_line_id = fields.Many2one('insurance.rate.card.line', string="Rate", readonly=True, copy=False,
                                   groups='dealer_insurance.group_commission_reader', ondelete='restrict')
    commission_rate = fields.Float(string="Rate (%)", digits=(6, 5), readonly=True, copy=False, aggregator=None,
                                   groups='dealer_insurance.group_commission_reader')
    commission_basis = fields.Selection(
        [('gross', "Premium with VAT"), ('net', "Premium without VAT")], string="Basis", readonly=True, copy=False,
        groups='dealer_insurance.group_commission_reader',
    )
    vat_rate = fields.Float(string="VAT", digits=(5, 4), readonly=True, copy=False, aggregator=None,
                            groups='dealer_insurance.group_commission_reader')
    commission_base = fields.Monetary(string="Commission on", compute='_compute_commission_base',
                                      groups='dealer_insurance.group_commission_reader')
    commission = fields.Monetary(string="Commission", compute='_compute_commission', store=True, precompute=True,
                                 groups='dealer_insurance.group_commission_reader')
    commission_correction = fields.Monetary(
        string="Commission Correction", readonly=True, copy=False, groups='dealer_insurance.group_commission_reader',
        help="Added to the commission by the rate, after the insurer's statement showed it to be wrong (T10).",
    )
    rate_note = fields.Char(string="Why this Rate", readonly=True, copy=False,
                            groups='dealer_insurance.group_commission_reader')

    _policy_no_uniq = models.UniqueIndex(
        "(insurer_id, policy_no) WHERE entry_type = 'policy' AND policy_no IS NOT NULL AND status <> 'cancelled'",
        "This insurer's policy number is in a ledger already.",
    )
    _one_per_product = models.UniqueIndex(
        "(entry_id, product) WHERE product <> 'non_motor'", "An entry holds one policy of each kind.",
    )
    _policy_no_idx = models.Index("(policy_no) WHERE policy_no IS NOT NULL")
    _vehicle_end_idx = models.Index("(vehicle_id, end_date) WHERE entry_type = 'policy'")
    _company_entry_idx = models.Index("(company_id, entry_id DESC, sequence, id)")
    _company_end_idx = models.Index("(company_id, end_date) WHERE entry_type = 'policy'")
    _period_ordered = models.Constraint(
        'CHECK (end_date IS NULL OR start_date IS NULL OR end_date >= start_date)', "A policy ends after it begins.",
    )

    # === COMPUTE === #

    @api.depends('product', 'policy_no', 'application_no')
    def _compute_display_name(self):
        labels = dict(self._fields['product']._description_selection(self.env))
        for policy in self:
            number = policy.policy_no or policy.application_no
            policy.display_name = " ".join(filter(None, (labels.get(policy.product), number)))

    @api.depends('product')
    def _compute_sequence(self):
        order = {product: position for position, (product, _label) in enumerate(PRODUCTS, 1)}
        for policy in self:
            policy.sequence = order.get(policy.product, 9)

    @api.depends('start_date')
    def _compute_end_date(self):
        for policy in self:
            policy.end_date = self._get_end(policy.start_date) if policy.start_date else policy.end_date

    @api.model
    def _get_end(self, start):
        """Return the last day of a year's policy that starts on `start` (T39: from 29 February to 27 February)."""
        return start + relativedelta(years=1, days=-1) if start.year < MAXYEAR else start

    @api.depends('coverage_ids.limit', 'coverage_ids.coverage_id')
    def _compute_from_coverages(self):
        for policy in self:
            lines = policy.coverage_ids
            if lines:
                policy.third_party_limit = sum(
                    lines.filtered(lambda line: line.coverage_id.code == 'VCI-B').mapped('limit'))
                policy.has_damage = 'VCI-A' in lines.coverage_id.mapped('code')
            else:
                policy.third_party_limit = policy.third_party_limit
                policy.has_damage = policy.has_damage

    @api.depends('policy_no', 'follow_up_ids.entry_id.state', 'follow_up_ids.entry_id.entry_type',
                 'follow_up_ids.corrected_policy_id')
    def _compute_status(self):
        for policy in self:
            # a correction of our own figures changes no policy
            follow_ups = policy.follow_up_ids.filtered(lambda change: not change.corrected_policy_id)
            changes = follow_ups.entry_id.filtered(lambda entry: entry.state == 'registered')
            kinds = set(changes.mapped('entry_type'))
            if 'cancellation' in kinds:
                policy.status = 'cancelled'
            elif 'endorsement' in kinds:
                policy.status = 'endorsed'
            else:
                policy.status = 'valid' if policy.policy_no else 'pending'

    @api.depends('premium', 'follow_up_ids.premium', 'follow_up_ids.entry_id.state')
    def _compute_premium_now(self):
        for policy in self:
            changes = policy.follow_up_ids.filtered(lambda change: change.entry_id.state == 'registered')
            policy.premium_now = policy.premium + sum(changes.mapped('premium'))

    @api.depends('premium', 'commission_basis', 'vat_rate')
    def _compute_commission_base(self):
        for policy in self:
            policy.commission_base = self.env['insurance.rate.card']._get_commission_base(
                policy.premium, policy.commission_basis or 'gross', policy.vat_rate, policy.currency_id,
            )

    @api.depends('premium', 'commission_rate', 'commission_basis', 'vat_rate', 'commission_correction')
    def _compute_commission(self):
        for policy in self:
            policy.commission = policy.commission_correction + self.env['insurance.rate.card']._get_commission(
                policy.premium, policy.commission_rate, policy.commission_basis or 'gross', policy.vat_rate,
                policy.currency_id,
            )

    # === CONSTRAINTS === #

    @api.constrains('premium', 'entry_id', 'product')
    def _check_sign(self):
        for policy in self:
            kind = policy.entry_type
            if kind == 'policy' and policy.premium < 0 or kind == 'cancellation' and policy.premium > 0:
                raise ValidationError(self.env._(
                    "%(entry)s, %(policy)s: a premium is positive, and a cancellation takes back (negative).",
                    entry=policy.entry_id.display_name, policy=policy.display_name,
                ))

    @api.constrains('premium', 'third_party_limit')
    def _check_amounts(self):
        for policy in self:
            if abs(policy.premium) > LARGEST or not 0 <= policy.third_party_limit <= LARGEST:
                raise ValidationError(self.env._(
                    "%(entry)s, %(policy)s: premium or limit is mistyped.",
                    entry=policy.entry_id.display_name, policy=policy.display_name,
                ))

    @api.constrains('ncd_factor', 'autonomy_factor', 'floating_factor')
    def _check_factors(self):
        for policy in self:
            for name in ('ncd_factor', 'autonomy_factor', 'floating_factor'):
                if policy[name] and not 0.3 <= policy[name] <= 2:
                    raise ValidationError(self.env._(
                        "%(policy)s: the factor %(value)s is not between 0.3 and 2.",
                        policy=policy.display_name, value=policy[name],
                    ))

    def _check_coverage_sum(self):
        """Refuse coverage lines that do not add up to the premium (T32: 0.01 may be missing)."""
        for policy in self:
            total = sum(policy.coverage_ids.mapped('premium'))
            if policy.coverage_ids and float_compare(abs(total - policy.premium), 0.01, precision_digits=3) > 0:
                raise ValidationError(self.env._(
                    "%(entry)s, %(policy)s: the coverages add up to %(total)s, the premium is %(premium)s.",
                    entry=policy.entry_id.display_name, policy=policy.display_name,
                    total=policy.currency_id.format(total), premium=policy.currency_id.format(policy.premium),
                ))

    # === CRUD === #

    @api.model
    def _clean(self, vals):
        """Return `vals` with the numbers written the one way in which they are compared."""
        cleaned = {name: identifiers.normalise_policy_no(vals[name]) or False for name in NUMBERS if vals.get(name)}
        return dict(vals, **cleaned) if cleaned else vals

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._clean(vals) for vals in vals_list]
        self._check_listed(vals_list)
        policies = super().create(vals_list)
        policies.entry_id._after_policy_change(policies)
        return policies

    @api.model
    def _check_listed(self, vals_list):
        """Refuse numbers that are taken before the unique index does so without naming the entry."""
        wanted = [vals for vals in vals_list if vals.get('policy_no') and vals.get('entry_id')]
        entries = self.env['insurance.ledger.entry'].browse([vals['entry_id'] for vals in wanted])
        by_id = {entry.id: entry for entry in entries if entry.entry_type == 'policy'}
        keys = {(by_id[vals['entry_id']].insurer_id.id,
                 vals['policy_no']) for vals in wanted if vals['entry_id'] in by_id}
        self._check_free(keys)

    @api.model
    def _check_free(self, keys):
        """Refuse numbers of other policies that are not cancelled: `{(insurer id, policy number)}`."""
        # sudo: a number is unique with its insurer, in whichever store it was entered
        holder = self.sudo().search([
            ('entry_type', '=', 'policy'), ('insurer_id', 'in', [insurer for insurer, _number in keys]),
            ('policy_no', 'in', [number for _insurer, number in keys]), ('status', '!=', 'cancelled'),
            ('id', 'not in', self.ids),
        ]).filtered(lambda policy: (policy.insurer_id.id, policy.policy_no) in keys)[:1]
        if not holder:
            return
        mine = holder.company_id in self.env.companies
        raise ValidationError(self.env._(
            "%(insurer)s has the policy number %(number)s already: %(entry)s.",
            insurer=holder.insurer_id.insurer_short_name or holder.insurer_id.name, number=holder.policy_no,
            entry=holder.entry_id.display_name if mine else self.env._("in another store"),
        ))

    def write(self, vals):
        vals = self._clean(vals)
        if vals.get('policy_no'):
            listed = self.filtered(lambda policy: policy.entry_type == 'policy')
            listed._check_free({(insurer.id, vals['policy_no']) for insurer in listed.insurer_id})
        result = super().write(vals)
        if vals.keys() & TERMS or any(not vals[name] for name in NUMBERS if name in vals):
            self.entry_id._after_policy_change(self, bool(vals.keys() & RATED))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        self._check_draft_parts()
