from odoo import api, fields, models


class InsuranceClaimSignature(models.Model):
    """Append-only record of who closed a claim, or voided that, and over what content (R57, T44).

    The chain is that of the store's claims ledger of the year; see `insurance.signature`.
    """

    _name = 'insurance.claim.signature'
    _description = "Closing Signature"
    _inherit = ['insurance.signature']
    _order = 'id'

    _subject_field = 'claim_id'
    _chain_field = 'book_id'
    _activity_type = 'dealer_insurance.mail_activity_type_claim_integrity'

    claim_id = fields.Many2one('insurance.claim', required=True, index=True, ondelete='restrict')
    book_id = fields.Many2one('insurance.claim.book', required=True, ondelete='restrict')
    company_id = fields.Many2one(related='book_id.company_id', store=True, index=True)
    content = fields.Json(groups=fields.NO_ACCESS)  # phone numbers and medical papers are in it

    _sequence_uniq = models.UniqueIndex("(book_id, sequence)", "Another signature came between; try again.")

    @api.model
    def _get_chain_subject(self, chain):
        # sudo: the check looks at all claims of the store, whoever starts it
        return super()._get_chain_subject(chain) or self.env['insurance.claim'].sudo().search([
            ('company_id', '=', chain.company_id.id), ('state', '=', 'closed'),
        ], limit=1)  # sudo: as the check
