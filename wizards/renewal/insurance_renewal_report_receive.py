from odoo import fields, models


class InsuranceRenewalReportReceive(models.TransientModel):
    """The supervisor's answer to a submitted lost summary (R9)."""

    _name = 'insurance.renewal.report.receive'
    _description = "Take in a Lost Summary"

    report_id = fields.Many2one('insurance.renewal.report', required=True, readonly=True, ondelete='cascade')
    remark = fields.Text(string="Remark to the Specialist", help="Needed to return the summary.")

    def action_receive(self):
        self.ensure_one()
        self.report_id.action_receive(self.remark)
        return {'type': 'ir.actions.act_window_close'}

    def action_return(self):
        self.ensure_one()
        self.report_id.action_return(self.remark)
        return {'type': 'ir.actions.act_window_close'}
