from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib import identifiers

SIDES = [('own', "This Car"), ('other', "Other Side")]
PRODUCTS = [('commercial', "Commercial"), ('compulsory', "Compulsory")]


class InsuranceClaimPolicy(models.Model):
    """A policy that pays in a claim: of this car or of the other side, from the ledger or typed by its number (T9)."""

    _name = 'insurance.claim.policy'
    _description = "Policy of a Claim"
    _inherit = ['insurance.guard']
    _order = 'claim_id, side desc, product, id'
    _rec_names_search = ['policy_no', 'report_no']

    claim_id = fields.Many2one('insurance.claim', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='claim_id.company_id', store=True, index=True, precompute=True)
    side = fields.Selection(SIDES, required=True, default='own')
    product = fields.Selection(PRODUCTS, required=True, default='commercial')
    policy_id = fields.Many2one('insurance.policy', string="Policy of the Ledger", index='btree_not_null',
                                ondelete='restrict')
    insurer_id = fields.Many2one('res.partner', string="Insurer", compute='_compute_from_policy', store=True,
                                 readonly=False, precompute=True, index='btree_not_null',
                                 domain=[('is_insurer', '=', True)])
    policy_no = fields.Char(string="Policy No.", compute='_compute_from_policy', store=True, readonly=False,
                            precompute=True, index='trigram')
    start_date = fields.Date(string="From", compute='_compute_from_policy', store=True, readonly=False,
                             precompute=True)
    end_date = fields.Date(string="Until", compute='_compute_from_policy', store=True, readonly=False,
                           precompute=True)
    report_no = fields.Char(string="Report No.", help="Where the insurer gave another number than the claim's.")
    insurer_claim_no = fields.Char(string="Insurer's Claim No.")
    is_in_ledger = fields.Boolean(string="In our Ledger", compute='_compute_is_in_ledger')

    @api.depends('product', 'insurer_id', 'policy_no')
    def _compute_display_name(self):
        labels = dict(self._fields['product']._description_selection(self.env))
        for row in self:
            insurer = row.insurer_id.insurer_short_name or row.insurer_id.name
            row.display_name = " ".join(filter(None, (insurer, labels.get(row.product), row.policy_no)))

    @api.depends('policy_id')
    def _compute_from_policy(self):
        for row in self:
            policy = row.policy_id
            row.insurer_id = policy.insurer_id or row.insurer_id
            row.policy_no = policy.policy_no or row.policy_no
            row.start_date = policy.start_date or row.start_date
            row.end_date = policy.end_date or row.end_date

    @api.depends('policy_id')
    def _compute_is_in_ledger(self):
        for row in self:
            row.is_in_ledger = bool(row.policy_id)

    @api.constrains('policy_id', 'product')
    def _check_policy(self):
        for row in self.filtered('policy_id'):
            policy = row.policy_id
            if policy.product != row.product or row.side == 'own' and policy.vehicle_id != row.claim_id.vehicle_id:
                raise ValidationError(self.env._(
                    "%(claim)s: %(policy)s is of another kind or another car.", claim=row.claim_id.display_name,
                    policy=policy.display_name))

    @api.model
    def _clean(self, vals):
        numbers = ('policy_no', 'report_no', 'insurer_claim_no')
        cleaned = {name: identifiers.normalise_policy_no(vals[name]) or False for name in numbers if vals.get(name)}
        return dict(vals, **cleaned) if cleaned else vals

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create([self._clean(vals) for vals in vals_list])
        rows.claim_id._check_part_writable('accident')
        return rows

    def write(self, vals):
        self.claim_id._check_part_writable('accident')
        result = super().write(self._clean(vals))
        if 'claim_id' in vals:
            self.claim_id._check_part_writable('accident')
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.claim_id._check_part_writable('accident')
