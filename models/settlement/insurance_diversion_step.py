from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = [
    ('found', "Found by the Crossing"), ('changed', "New Evidence"), ('ended', "The Cause is Gone"),
    ('explained', "Explained"), ('confirmed', "Confirmed"), ('reopened', "Opened Again"),
]


class InsuranceDiversionStep(models.Model):
    """What happened to a finding, when and by whom; only ever added to.

    In place of a chatter, which could be followed, mentioned from and mailed to those who are not to see it.
    """

    _name = 'insurance.diversion.step'
    _description = "History of a Finding"
    _inherit = ['insurance.guard']
    _order = 'moment desc, id desc'
    _rec_name = 'what'

    diversion_id = fields.Many2one('insurance.diversion', required=True, index=True, ondelete='restrict')
    moment = fields.Datetime(string="Time", required=True)
    what = fields.Selection(STEPS, string="What was Done", required=True)
    user_id = fields.Many2one('res.users', string="By", help="Empty: the nightly look.")
    reason_id = fields.Many2one('insurance.reason', string="Verification Result", ondelete='restrict')
    note = fields.Text()

    @api.model
    def _is_guarded(self, field):
        """Everything: written with the step itself."""
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of a finding stays."))
