from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_renewal_reviewer_id = fields.Many2one(
        'res.users',
        string="Reviewer of Renewal Registers",
        help="Usually the insurance supervisor.",
    )
    insurance_content_min = fields.Integer(
        string="Shortest Contact Text",
        default=5,
        required=True,
        help="In characters.",
    )
    insurance_countermeasure_min = fields.Integer(
        string="Shortest Countermeasure",
        default=10,
        required=True,
        help="In characters (R17).",
    )
    insurance_next_contact_days = fields.Integer(
        string="Propose Next Contact after (days)",
        default=7,
        required=True,
    )
    insurance_renewal_grace_days = fields.Integer(
        string="Grace after Expiry (days)",
        default=90,
        required=True,
        help="How long a lapsed case is followed up, and the latest next date after the expiry (T6).",
    )

    def _insurance_stock_phrases(self):
        """Return the store's stock phrases that say nothing, as a list of texts."""
        return [phrase.strip() for phrase in (self.insurance_empty_phrases or '').splitlines() if phrase.strip()]
