from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_sales_board_line import KINDS

MEASURES = [
    ('delivered', "Delivered"),
    ('counted', "Cars that Count"),
    ('insured', "Insured Commercially"),
    ('insured_any', "Insured in the Store"),
    ('third_party_count', "Third Party from 2 m"),
    ('non_motor_count', "With Non-motor"),
    ('premium_total', "Premium"),
    ('premium_commercial', "Commercial Premium"),
]
PREMIUMS = ('premium_total', 'premium_commercial')  # read by few


class InsuranceSalesBoardAdjustment(models.Model):
    """What changed in a published month until a later board was published (T41). Rows are only ever added."""

    _name = 'insurance.sales.board.adjustment'
    _description = "Adjustment of a Sales Board"
    _order = 'board_id desc, month, kind desc, consultant_id, team_id, id'

    board_id = fields.Many2one('insurance.sales.board', string="Told on the Board", required=True, readonly=True,
                               index=True, ondelete='restrict')
    company_id = fields.Many2one(related='board_id.company_id', string="Store", store=True, index=True)
    month = fields.Date(string="Changed Month", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, string="Row of", required=True, readonly=True)
    subject_id = fields.Integer(required=True, readonly=True, aggregator=None, export_string_translation=False)
    consultant_id = fields.Many2one('res.users', string="Sales Consultant", readonly=True, index='btree_not_null')
    team_id = fields.Many2one('insurance.sales.team', string="Sales Team", readonly=True, index='btree_not_null')
    measure = fields.Selection(MEASURES, string="What Changed", required=True, readonly=True)
    is_premium = fields.Boolean(compute='_compute_is_premium', store=True, export_string_translation=False)
    before = fields.Float(string="As Published", digits=(16, 2), readonly=True, aggregator=None)
    after = fields.Float(string="As Counted Later", digits=(16, 2), readonly=True, aggregator=None)
    difference = fields.Float(string="More or Less", digits=(16, 2), compute='_compute_difference')

    @api.depends('measure')
    def _compute_is_premium(self):
        for row in self:
            row.is_premium = row.measure in PREMIUMS

    @api.depends('before', 'after')
    def _compute_difference(self):
        for row in self:
            row.difference = row.after - row.before

    @api.depends('kind', 'consultant_id', 'team_id', 'company_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for row in self:
            if row.kind == 'consultant':
                row.display_name = row.consultant_id.sudo().name or self.env._("Without Consultant")  # sudo: a name
            else:
                row.display_name = (row.team_id if row.kind == 'team' else row.company_id).sudo().name  # sudo: a name

    def write(self, vals):
        raise UserError(self.env._("Adjustments are not changed: what changes now is added with the next board."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Adjustments are kept."))
