from odoo import fields, models


class InsuranceApprovalRefuse(models.TransientModel):
    """Dialog that refuses an approval with the reason for who asked."""

    _name = 'insurance.approval.refuse'
    _description = "Refuse an Approval"

    approval_id = fields.Many2one('insurance.approval', required=True, ondelete='cascade')
    note = fields.Text(string="Answer", required=True)

    def action_refuse(self):
        self.ensure_one()
        self.approval_id._decide('refused', self.note)
