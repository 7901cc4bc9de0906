from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceTrainingGather(models.TransientModel):
    """Gather what reviewers tagged in a period into a training (R15)."""

    _name = 'insurance.training.gather'
    _description = "Plan a Training from Tagged Lines"

    company_id = fields.Many2one('res.company', string="Store", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(string="From", required=True,
                            default=lambda self: self.env.company._insurance_today().replace(day=1))
    date_to = fields.Date(string="To", required=True, default=lambda self: self.env.company._insurance_today())
    tag_ids = fields.Many2many('insurance.reason', string="To Improve", domain=[('use', '=', 'review_tag')],
                               help="Empty: whatever was tagged.")
    specialist_ids = fields.Many2many('res.users', string="Specialists", help="Empty: everybody's lines.")
    planned_on = fields.Date(string="Planned for", required=True,
                             default=lambda self: self.env.company._insurance_today())
    trainer_id = fields.Many2one('res.users', string="Trainer", required=True, default=lambda self: self.env.user)
    line_count = fields.Integer(string="Lines Found", compute='_compute_line_count')

    @api.depends('company_id', 'date_from', 'date_to', 'tag_ids', 'specialist_ids')
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard._find_lines()) if wizard.date_from and wizard.date_to else 0

    def _find_lines(self):
        return self.env['insurance.training']._find_tagged(
            self.company_id, self.date_from, self.date_to, self.tag_ids._origin, self.specialist_ids._origin)

    def action_gather(self):
        """Make one training of the lines found and open it.

        :raises UserError: where no tagged line waits for a training
        """
        self.ensure_one()
        lines = self._find_lines()
        if not lines:
            raise UserError(self.env._(
                "From %(start)s to %(end)s no tagged line waits for a training. Tags are given in the weekly review.",
                start=self.date_from, end=self.date_to,
            ))
        Training = self.env['insurance.training']
        training = Training.create(
            Training._prepare_gathered(self.company_id, lines, self.planned_on, self.trainer_id))
        return {
            'type': 'ir.actions.act_window', 'res_model': Training._name, 'res_id': training.id, 'view_mode': 'form',
        }
