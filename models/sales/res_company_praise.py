from odoo import fields, models


class ResCompany(models.Model):
    """The store's settings for praise and coaching (R3, R4)."""

    _inherit = 'res.company'

    insurance_praise_channel_id = fields.Many2one(
        'discuss.channel', string="Channel for Praise", ondelete='set null', domain=[('channel_type', '=', 'channel')],
        help="Praise that is given is posted here. Empty: nothing is posted (R3).",
    )
    insurance_coaching = fields.Boolean(
        string="Prepare Coaching", default=True,
        help="A board that is published prepares a conversation sheet for every consultant below target, and for the"
        " last one of the ranking. It never holds anything up (R4).",
    )
    insurance_coaching_questions = fields.Text(
        string="Questions of the Coaching", translate=True,
        help="One question a line, put on every new conversation sheet. Empty: the usual questions.",
    )
