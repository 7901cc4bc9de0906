from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

METHODS = [
    ('cash', "Cash"), ('card', "Card"), ('transfer', "Transfer"), ('cheque', "Cheque"), ('wechat', "WeChat Pay"),
    ('alipay', "Alipay"), ('insurer_link', "Insurer's payment link"), ('mixed', "Several ways"),
    ('not_stated', "Not stated"),
]

FREE = frozenset({'line_ids', 'message_ids', 'message_follower_ids', 'message_partner_ids', 'activity_ids'})


class InsuranceCustomerPayment(models.Model):
    """Money received from a customer; one payment may cover several entries and one entry several payments (T3)."""

    _name = 'insurance.customer.payment'
    _description = "Customer Payment"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'paid_on desc, id desc'
    _rec_name = 'reference'

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    payer_id = fields.Many2one('res.partner', string="Payer", required=True, index=True, tracking=True)
    paid_on = fields.Date(string="Paid on", required=True, default=lambda self: self.env.company._insurance_today())
    method = fields.Selection(METHODS, required=True, default='wechat')
    amount = fields.Monetary(required=True, tracking=True, help="Negative: paid back to the customer.")
    reference = fields.Char(help="Number of the transaction or of the receipt.")
    cashier_id = fields.Many2one('res.users', string="Received by", default=lambda self: self.env.user)
    line_ids = fields.One2many('insurance.customer.payment.line', 'payment_id', string="For")
    payer_exception_id = fields.Many2one(
        'insurance.reason', string="Why not the Applicant", domain="[('use', '=', 'payment_exception')]",
        help="Premiums are paid by the applicant in his own name; otherwise say why (domain 5.9).",
    )
    payer_note = fields.Char(string="Explanation")
    unallocated = fields.Monetary(string="Not Allocated", compute='_compute_unallocated')

    @api.depends('payer_id', 'paid_on', 'amount')
    def _compute_display_name(self):
        for payment in self:
            payment.display_name = " ".join(filter(None, (
                str(payment.paid_on or ''), payment.payer_id.name, payment.reference)))

    @api.depends('amount', 'line_ids.amount')
    def _compute_unallocated(self):
        for payment in self:
            payment.unallocated = payment.amount - sum(payment.line_ids.mapped('amount'))

    @api.constrains('amount')
    def _check_amount(self):
        for payment in self:
            if payment.currency_id.is_zero(payment.amount):
                raise ValidationError(self.env._(
                    "Payment of %(payer)s: enter the amount that was paid, negative when it was paid back.",
                    payer=payment.payer_id.name,
                ))

    @api.constrains('amount', 'line_ids', 'payer_id', 'payer_exception_id')
    def _check_lines(self):
        self.line_ids._check_payment()

    @api.constrains('payer_exception_id', 'payer_note')
    def _check_explained(self):
        for payment in self:
            if payment.payer_exception_id.needs_detail and not (payment.payer_note or '').strip():
                raise ValidationError(self.env._(
                    "Payment of %(payer)s: explain why the applicant does not pay.", payer=payment.payer_id.name,
                ))

    def write(self, vals):
        if vals.keys() - FREE:
            self.line_ids.entry_id._check_not_signed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for payment in self:
            if payment.line_ids.entry_id.filtered(lambda entry: entry.state != 'draft'):
                raise UserError(self.env._(
                    "The payment %(payment)s belongs to a registered entry: enter a repayment with a negative amount.",
                    payment=payment.display_name,
                ))
