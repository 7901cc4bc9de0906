from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .insurance_claim import MONEY

FEES = ('labour_fee', 'parts_fee', 'paint_fee', 'outsourced_fee', 'management_fee', 'discount')


class InsuranceClaim(models.Model):
    """Stage 2: the settlement sheet of the workshop, and the composition of its cost by payer (R54)."""

    _inherit = 'insurance.claim'

    sheet_no = fields.Char(string="Settlement Sheet No.", index='trigram', tracking=True, copy=False)
    sheet_date = fields.Date(string="Settlement Sheet of", tracking=True, copy=False)
    repaired_on = fields.Date(string="Repaired on", tracking=True, copy=False)
    handed_over_on = fields.Date(string="Car Handed over on", tracking=True, copy=False)
    labour_fee = fields.Monetary(string="Labour", groups=MONEY, copy=False)
    parts_fee = fields.Monetary(string="Parts", groups=MONEY, copy=False)
    paint_fee = fields.Monetary(string="Body and Paint", groups=MONEY, copy=False)
    outsourced_fee = fields.Monetary(string="Outsourced", groups=MONEY, copy=False)
    management_fee = fields.Monetary(string="Management Fee", groups=MONEY, copy=False)
    discount = fields.Monetary(string="Discount given", groups=MONEY, copy=False)
    total_amount = fields.Monetary(string="Settlement Total", compute='_compute_total_amount', store=True,
                                   groups=MONEY, help="Fees less discount.")
    salvage_amount = fields.Monetary(string="Salvage", groups=MONEY, copy=False)
    advance_refund = fields.Monetary(string="To be Refunded to the Customer", groups=MONEY, copy=False,
                                     help="What the customer advanced and gets back.")
    invoice_no = fields.Char(string="Invoice No.", copy=False, groups=MONEY)
    invoice_amount = fields.Monetary(string="Invoice Amount", copy=False, groups=MONEY)
    invoice_date = fields.Date(string="Invoice of", copy=False, groups=MONEY)
    invoice_title = fields.Char(string="Invoice to", copy=False, groups=MONEY)
    settled_on = fields.Datetime(string="Stage 2 entered on", readonly=True, copy=False)
    settled_by_id = fields.Many2one('res.users', string="Stage 2 entered by", readonly=True, copy=False,
                                    index='btree_not_null')
    is_by_representative = fields.Boolean(string="Entered by the Representative", readonly=True, copy=False,
                                          help="Then the settlement sheet is attached (R55).")
    cost_ids = fields.One2many('insurance.claim.cost', 'claim_id', string="Composition of Cost", copy=False,
                               groups=MONEY)
    cost_gap = fields.Monetary(string="Not yet Composed", compute='_compute_cost_gap', groups=MONEY,
                               help="The settlement total less the composition; 0 when the sum is right.")
    assessment_ids = fields.One2many('insurance.claim.assessment', 'claim_id', string="Assessments", copy=False,
                                     groups=MONEY)
    assessed_amount = fields.Monetary(string="Assessed Amount", compute='_compute_assessed_amount', store=True,
                                      groups=MONEY)
    version_ids = fields.One2many('insurance.claim.version', 'claim_id', string="Earlier Versions", copy=False,
                                  groups=MONEY)
    version_count = fields.Integer(string="Settlement Revisions", compute='_compute_version_count')

    _fees_positive = models.Constraint(
        'CHECK (labour_fee >= 0 AND parts_fee >= 0 AND paint_fee >= 0 AND outsourced_fee >= 0 AND management_fee >= 0'
        ' AND discount >= 0 AND salvage_amount >= 0 AND advance_refund >= 0 AND invoice_amount >= 0)',
        "The amounts of a settlement sheet cannot be negative; a discount is entered as such.",
    )
    _total_positive = models.Constraint('CHECK (total_amount >= 0)', "The discount is higher than the fees.")
    _sheet_no_uniq = models.UniqueIndex(
        "(company_id, sheet_no) WHERE sheet_no IS NOT NULL AND state <> 'cancelled'",
        "Another claim of the store has this settlement sheet.",
    )

    @api.depends(*FEES)
    def _compute_total_amount(self):
        for claim in self:
            claim.total_amount = sum(claim[name] for name in FEES[:-1]) - claim.discount

    @api.depends('total_amount', 'cost_ids.amount', 'currency_id')
    def _compute_cost_gap(self):
        for claim in self:
            claim.cost_gap = float(claim._get_composition_gap())

    @api.depends('assessment_ids.amount', 'assessment_ids.answer')
    def _compute_assessed_amount(self):
        for claim in self:
            agreed = claim.assessment_ids.filtered(lambda row: row.answer == 'agreed')
            claim.assessed_amount = sum(agreed.mapped('amount'))

    @api.constrains('repaired_on', 'sheet_date', 'handed_over_on')
    def _check_sheet_dates(self):
        labels = self.fields_get(['repaired_on', 'sheet_date', 'handed_over_on'], ['string'])
        for claim in self:
            today = claim.company_id._insurance_today()
            for name, label in labels.items():
                if claim[name] and claim[name] > today:
                    raise ValidationError(self.env._(
                        "%(claim)s: %(field)s is %(day)s, which is in the future.", claim=claim.display_name,
                        field=label['string'], day=claim[name]))
            if claim.handed_over_on and claim.repaired_on and claim.handed_over_on < claim.repaired_on:
                raise ValidationError(self.env._(
                    "%(claim)s: the car was handed over on %(day)s, before its repair was done.",
                    claim=claim.display_name, day=claim.handed_over_on))

    @api.depends('version_ids')
    def _compute_version_count(self):
        # sudo: that there are earlier versions; reading them asks for the right to
        counts = dict(self.env['insurance.claim.version'].sudo()._read_group(
            [('claim_id', 'in', self.ids)], ['claim_id'], ['__count']))
        by_id = {claim.id: count for claim, count in counts.items()}
        for claim in self:
            claim.version_count = by_id.get(claim.id, 0)
