from odoo import fields, models


class ResCompany(models.Model):
    """Whether and how claims of the store are kept in accounting."""

    _inherit = 'res.company'

    insurance_claim_accounting = fields.Boolean(
        string="Claims in Accounting",
        help="Finance drafts an invoice to the insurer for each claim; receipts recorded for claims are booked and"
             " reconciled with it. Without it the claims ledger stands alone.")
    insurance_claim_product_id = fields.Many2one(
        'product.product', string="Repair Product", domain=[('type', '=', 'service')],
        help="Product of the invoices for claims; its income account is credited.")
    insurance_claim_tax_id = fields.Many2one(
        'account.tax', string="Repair Tax", domain="[('company_id', '=', id), ('type_tax_use', '=', 'sale')]",
        help="A tax that is included in the price keeps the invoice at what the insurer owes. Empty: the taxes of the"
             " product.")
    insurance_claim_journal_id = fields.Many2one(
        'account.journal', string="Claims Journal", domain="[('company_id', '=', id), ('type', '=', 'sale')]",
        help="Journal of the invoices for claims. Empty: the store's first sales journal.")
    insurance_claim_bank_journal_id = fields.Many2one(
        'account.journal', string="Bank Journal of Claims",
        domain="[('company_id', '=', id), ('type', 'in', ('bank', 'cash'))]",
        help="Where receipts for claims are booked: on the outstanding account of its incoming payments, else on its"
             " own account. Empty: the store's first bank journal.")
