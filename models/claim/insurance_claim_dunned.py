from odoo import api, fields, models

from .insurance_claim import MONEY


class InsuranceClaim(models.Model):
    """When and how urgently the insurer was dunned for a claim: by the letters that went out."""

    _inherit = 'insurance.claim'

    dunning_line_ids = fields.One2many('insurance.claim.dunning.line', 'claim_id', string="Dunning Letters",
                                       groups=MONEY)
    dunned_on = fields.Date(string="Dunned on", compute='_compute_dunned', store=True)
    dunning_level = fields.Integer(string="Dunning Level", compute='_compute_dunned', store=True, aggregator='max')

    @api.depends('dunning_line_ids.dunning_state')
    def _compute_dunned(self):
        for claim in self:
            letters = claim.dunning_line_ids.dunning_id.filtered(lambda letter: letter.state == 'sent')
            claim.dunned_on = max(letters.mapped('date'), default=False)
            claim.dunning_level = max((int(level) for level in letters.mapped('level')), default=0)
