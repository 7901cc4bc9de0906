from odoo import fields, models


class ResCompany(models.Model):
    """What invoices to insurers are made of."""

    _inherit = 'res.company'

    insurance_commission_product_id = fields.Many2one(
        'product.product', string="Commission Product", domain=[('type', '=', 'service')],
        help="Product of the invoices to insurers; its income account is credited.",
    )
    insurance_commission_tax_id = fields.Many2one(
        'account.tax', string="Commission Tax", domain="[('company_id', '=', id), ('type_tax_use', '=', 'sale')]",
        help="A tax that is included in the price keeps the invoice at the commission settled; another is added to it."
             " Empty: the taxes of the product.",
    )
    insurance_commission_journal_id = fields.Many2one(
        'account.journal', string="Commission Journal", domain="[('company_id', '=', id), ('type', '=', 'sale')]",
        help="Journal of the invoices to insurers. Empty: the store's first sales journal.",
    )
