from odoo import api, fields, models


class AccountMove(models.Model):
    """An invoice to an insurer knows its claim, and takes the money that came for it when it is posted."""

    _inherit = 'account.move'

    insurance_claim_id = fields.Many2one('insurance.claim', string="Insurance Claim", readonly=True, copy=False,
                                         index='btree_not_null', ondelete='restrict')

    @api.model
    def _has_field_access(self, field, operation):
        # An invoice is tied to its claim when it is made from it; nobody ties another one to it
        if field.name == 'insurance_claim_id' and operation == 'write' and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _post(self, soft=True):
        posted = super()._post(soft)
        # sudo: money may have come for the claim before accounting posted its invoice
        for move in posted.filtered('insurance_claim_id').sudo():
            move.insurance_claim_id._reconcile_with(move.commercial_partner_id)
        return posted
