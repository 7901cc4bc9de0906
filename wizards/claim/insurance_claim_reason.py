from odoo import fields, models

MODES = [
    ('revise', "Revise the Settlement"), ('cancel', "Cancel the Claim"), ('refuse', "Refused by the Insurer"),
    ('notice', "Notice of Refusal"), ('total_loss', "Total Loss"), ('resume', "Take up again"),
    ('close', "Check and Close"), ('reopen', "Reopen the Claim"), ('not_needed', "Document not Needed"),
    ('reverse_receipt', "Reverse the Receipt"), ('reverse_line', "Take off the Claim"),
    ('disapprove', "Do not Approve"), ('take_back', "Handle Anew"),
]


class InsuranceClaimReason(models.TransientModel):
    """Asks why, before something is done to a claim, its documents or its money that stays on record."""

    _name = 'insurance.claim.reason'
    _description = "Say Why, for a Claim"

    mode = fields.Selection(MODES, required=True, readonly=True)
    claim_id = fields.Many2one('insurance.claim', readonly=True, ondelete='cascade')
    document_id = fields.Many2one('insurance.claim.document', readonly=True, ondelete='cascade')
    receipt_id = fields.Many2one('insurance.claim.receipt', readonly=True, ondelete='cascade')
    line_id = fields.Many2one('insurance.claim.receipt.line', readonly=True, ondelete='cascade')
    difference_id = fields.Many2one('insurance.claim.difference', readonly=True, ondelete='cascade')
    reason = fields.Text()
    decided_on = fields.Date(string="Decided on", default=lambda self: self.env.company._insurance_today())
    notice_on = fields.Date(string="Notice of")

    def action_confirm(self):
        self.ensure_one()
        handlers = {
            'revise': self.claim_id.action_revise, 'cancel': self.claim_id.action_cancel,
            'total_loss': self.claim_id.action_total_loss, 'resume': self.claim_id.action_resume,
            'close': self.claim_id.action_close, 'reopen': self.claim_id.action_reopen,
            'not_needed': self.document_id._set_not_needed, 'reverse_receipt': self.receipt_id.action_reverse,
            'reverse_line': self.line_id.action_reverse, 'disapprove': self.difference_id.action_disapprove,
            'take_back': self.difference_id.action_take_back,
        }
        if self.mode == 'refuse':
            self.claim_id.action_refuse(self.reason, self.decided_on, self.notice_on)
        elif self.mode == 'notice':
            self.claim_id.action_note_refusal_notice(self.notice_on)
        else:
            handlers[self.mode](self.reason)
        return {'type': 'ir.actions.act_window_close'}
