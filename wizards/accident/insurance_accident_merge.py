from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceAccidentMerge(models.TransientModel):
    """Whether two reports are of one accident: the leader decides, the hotline proposes (T8)."""

    _name = 'insurance.accident.merge'
    _description = "Reports of one Accident"

    accident_id = fields.Many2one('insurance.accident', string="Accident Report", required=True, ondelete='cascade')
    other_id = fields.Many2one('insurance.accident', string="Other Report", required=True, ondelete='cascade')
    company_id = fields.Many2one(related='accident_id.company_id')
    one_reported_on = fields.Datetime(related='accident_id.reported_on', string="Reported on", related_sudo=False)
    other_reported_on = fields.Datetime(string="Other Reported on", compute='_compute_other')
    other_caller = fields.Char(string="Caller", compute='_compute_other')
    other_place = fields.Char(string="Place of Accident", compute='_compute_other')
    other_damage = fields.Text(string="Damage and Course", compute='_compute_other')
    note = fields.Char(string="Reason in Words")

    @api.depends_context('uid')
    @api.depends('other_id')
    def _compute_other(self):
        """Show what the other report says to who may read it; of one in a colleague's book its name is all."""
        for wizard in self:
            other = wizard.other_id._filtered_access('read')
            wizard.other_reported_on, wizard.other_caller = other.reported_on, other.caller_name
            wizard.other_place, wizard.other_damage = other.place, other.damage

    def _add(self, kind, text):
        self.ensure_one()
        if self.accident_id == self.other_id:
            raise UserError(self.env._("Choose another report."))
        self.env['insurance.accident.contact'].create({
            'accident_id': self.accident_id.id, 'kind': kind, 'other_id': self.other_id.id,
            'content': self.note or text,
        })
        return {'type': 'ir.actions.act_window_close'}

    def action_merge(self):
        """Make them one accident."""
        self.ensure_one()
        self.accident_id._merge(self.other_id, self.note)
        return {'type': 'ir.actions.act_window_close'}

    def action_propose(self):
        """Say that they seem to be one accident; the claims team leader decides."""
        self._add('proposed', self.env._("Seems to be the same accident."))
        self.accident_id._ask_leader_to_merge(self.other_id)
        return {'type': 'ir.actions.act_window_close'}

    def action_distinct(self):
        """Say that they are two accidents; they are not proposed again."""
        return self._add('distinct', self.env._("Another accident."))
