from odoo import api, fields, models
from odoo.exceptions import UserError

ANSWERS = [('asked', "Asked for"), ('agreed', "Agreed with the Insurer"), ('declined', "Declined by the Insurer")]


class InsuranceClaimAssessment(models.Model):
    """A version of the assessed loss: the first, each supplement, each correction; what was written stays (T25)."""

    _name = 'insurance.claim.assessment'
    _description = "Loss Assessment"
    _inherit = ['insurance.guard']
    _order = 'claim_id, number'

    _guarded_fields = frozenset({'number', 'entered_by_id', 'answered_by_id', 'answered_on'})

    claim_id = fields.Many2one('insurance.claim', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='claim_id.company_id', store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    number = fields.Integer(string="Version", readonly=True, aggregator=None)
    kind = fields.Selection(
        [('first', "First"), ('supplement', "Supplement"), ('correction', "Correction")], string="Assessment",
        required=True, default='first',
    )
    assessed_on = fields.Date(string="Assessed on", required=True,
                              default=lambda self: self.env.company._insurance_today())
    assessor = fields.Char(string="Loss Assessor")
    labour = fields.Monetary(string="Labour")
    parts = fields.Monetary(string="Parts")
    salvage = fields.Monetary(string="Salvage")
    amount = fields.Monetary(string="Amount", compute='_compute_amount', store=True,
                             help="Labour and parts less salvage; a supplement counts beside the first.")
    reason = fields.Char(string="Reason")
    answer = fields.Selection(ANSWERS, string="Insurer's Answer", required=True, default='agreed')
    entered_by_id = fields.Many2one('res.users', string="Entered by", readonly=True)
    answered_by_id = fields.Many2one('res.users', string="Answer noted by", readonly=True)
    answered_on = fields.Datetime(string="Answer noted on", readonly=True)

    _number_uniq = models.UniqueIndex("(claim_id, number)", "Another assessment came between; try again.")

    @api.depends('number', 'kind')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for row in self:
            row.display_name = f"{labels.get(row.kind)} {row.number or ''}".strip()

    @api.depends('labour', 'parts', 'salvage')
    def _compute_amount(self):
        for row in self:
            row.amount = row.labour + row.parts - row.salvage

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.claim_id._check_part_writable('assessment')
        for row in rows:
            others = row.claim_id.assessment_ids - row
            if row.kind != 'first' and not (row.reason or '').strip():
                raise UserError(self.env._("%(claim)s: say why the assessment changes.",
                                           claim=row.claim_id.display_name))
            if row.kind == 'first' and others:
                raise UserError(self.env._("%(claim)s is assessed already: add a supplement or a correction.",
                                           claim=row.claim_id.display_name))
            # sudo: the number of a version is not typed
            row.sudo().write({'number': max(others.mapped('number'), default=0) + 1, 'entered_by_id': self.env.uid})
        return rows

    def write(self, vals):
        if not self.env.su and vals:
            raise UserError(self.env._("An assessment stays as it is: add a supplement or a correction."))
        if vals.keys() & {'answer', 'labour', 'parts', 'salvage', 'claim_id'}:
            self.claim_id._check_part_writable('assessment')
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for row in self:
            if row.claim_id.state != 'draft' or row.claim_id.entered_on:
                raise UserError(self.env._("An assessment stays as it is: add a supplement or a correction."))

    def _answer(self, answer):
        """Note what the insurer said of a supplement that was asked for."""
        for row in self:
            row.check_access('write')
            if row.answer != 'asked':
                raise UserError(self.env._("%(claim)s, %(version)s: the answer is noted already.",
                                           claim=row.claim_id.display_name, version=row.display_name))
            # sudo: a version is not changed by hand, its answer is noted once
            row.sudo().write({
                'answer': answer, 'answered_by_id': self.env.uid, 'answered_on': fields.Datetime.now(),
            })
        return True

    def action_agree(self):
        return self._answer('agreed')

    def action_decline(self):
        return self._answer('declined')
