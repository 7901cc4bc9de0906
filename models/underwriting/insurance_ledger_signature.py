from odoo import api, fields, models


class InsuranceLedgerSignature(models.Model):
    """Append-only record of who signed a ledger row for finance, or voided that, and over what content (R32, T1).

    The chain is that of the ledger; see `insurance.signature`.
    """

    _name = 'insurance.ledger.signature'
    _description = "Finance Signature"
    _inherit = ['insurance.signature']
    _order = 'id'

    _subject_field = 'entry_id'
    _chain_field = 'ledger_id'
    _activity_type = 'dealer_insurance.mail_activity_type_ledger_integrity'

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='restrict')
    ledger_id = fields.Many2one('insurance.ledger', required=True, ondelete='restrict')
    company_id = fields.Many2one(related='ledger_id.company_id', store=True, index=True)
    content = fields.Json(groups='dealer_insurance.group_commission_reader')

    _sequence_uniq = models.UniqueIndex("(ledger_id, sequence)", "Another signature came between; try again.")

    @api.model
    def _get_chain_subject(self, chain):
        return chain.entry_ids[:1]
