from odoo import api, fields, models


class InsuranceClaim(models.Model):
    """The days between which a claim's time is counted (K24): reported, assessed, submitted, paid."""

    _inherit = 'insurance.claim'

    reported_on = fields.Date(string="Reported on", compute='_compute_reported_on', store=True,
                              help="Day of the hotline's report, else of the accident, else of the dispatch.")
    assessed_on = fields.Date(string="First assessed on", compute='_compute_assessed_on', store=True)
    paid_on = fields.Date(string="Paid in Full on", compute='_compute_paid_on', store=True, index='btree_not_null',
                          help="Day of the last receipt, once nothing more is to come.")

    _company_sheet_idx = models.Index("(company_id, sheet_date) WHERE sheet_date IS NOT NULL")

    @api.depends('accident_id.reported_on', 'accident_on', 'dispatched_on')
    def _compute_reported_on(self):
        for claim in self:
            moment = claim.accident_id.reported_on or claim.accident_on
            claim.reported_on = claim.company_id._insurance_local(moment).date() if moment else claim.dispatched_on

    @api.depends('assessment_ids.assessed_on', 'assessment_ids.answer')
    def _compute_assessed_on(self):
        for claim in self:
            rows = claim.assessment_ids.filtered(lambda row: row.answer == 'agreed')
            claim.assessed_on = min(rows.mapped('assessed_on'), default=False)

    @api.depends('is_judged', 'receipt_line_ids.state', 'receipt_line_ids.received_on')
    def _compute_paid_on(self):
        for claim in self:
            valid = claim.receipt_line_ids.filtered(lambda line: line.state == 'valid')
            claim.paid_on = max(valid.mapped('received_on'), default=False) if claim.is_judged else False
