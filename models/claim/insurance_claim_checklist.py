from odoo import api, fields, models

from .insurance_claim_gate import EXITS, OVER


class InsuranceClaim(models.Model):
    """Stage 3: the checklist of documents, their submission and what follows it (6.9)."""

    _inherit = 'insurance.claim'

    document_ids = fields.One2many('insurance.claim.document', 'claim_id', string="Documents of the Claim", copy=False)
    missing_count = fields.Integer(string="Documents Missing", compute='_compute_missing_count', store=True,
                                   aggregator='sum')
    submitted_on = fields.Date(string="Documents Submitted on", readonly=True, copy=False, index='btree_not_null')
    submitted_by_id = fields.Many2one('res.users', string="Documents Submitted by", readonly=True, copy=False)
    supplemented_on = fields.Date(string="Documents added on", readonly=True, copy=False)
    approved_on = fields.Date(string="Approved by the Insurer on", readonly=True, copy=False)

    @api.depends('document_ids.is_missing', 'state')
    def _compute_missing_count(self):
        for claim in self:
            left = claim.state in EXITS | OVER  # nobody submits documents of a claim that left the usual way
            claim.missing_count = 0 if left else len(claim.document_ids.filtered('is_missing'))

    def _get_document_facts(self):
        """Return what decides which documents a case asks for: bools by the values of `applies`."""
        self.ensure_one()
        return {
            'always': True, 'other_side': self.accident_type in ('double', 'multiple'),
            'property': self.has_property_damage or self.loss_kind == 'property', 'injury': self.has_injury,
            'tow': bool(self.tow_fee), 'store_paid': self.payee == 'store', 'subrogation': self.is_subrogated,
        }

    def _sync_documents(self):
        """Bring the checklists in line with their cases; what is there already stays. Called in sudo."""
        Type = self.env['insurance.claim.document.type']
        for company, claims in self.grouped('company_id').items():
            kinds = Type.search([('company_id', 'in', (False, company.id))])
            new = []
            for claim in claims:
                facts, listed = claim._get_document_facts(), claim.document_ids.grouped('type_id')
                asked = kinds.filtered(lambda kind, facts=facts: kind._is_asked_for(facts))
                new += [{'claim_id': claim.id, 'type_id': kind.id, 'is_required': True}
                        for kind in asked if kind not in listed]
                for kind, document in listed.items():
                    if document.is_required != (kind in asked):
                        document.is_required = kind in asked
            self.env['insurance.claim.document'].create(new)

    def _has_sheet_scan(self):
        """Tell whether the settlement sheet is attached as a file (R55)."""
        self.ensure_one()
        return any(document.file_count for document in self.document_ids
                   if document.type_id.code == 'SETTLEMENT_SHEET')
