from odoo import fields, models


class InsuranceProposalTemplateLine(models.Model):
    """A coverage of a level, with the limit usually proposed."""

    _name = 'insurance.proposal.template.line'
    _description = "Usual Coverage"
    _inherit = ['insurance.guard']
    _order = 'template_id, sequence, id'

    _scope_fields = frozenset({'template_id'})

    template_id = fields.Many2one('insurance.proposal.template', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    coverage_id = fields.Many2one('insurance.coverage', string="Coverage", required=True, index=True,
                                  ondelete='restrict', domain=[('kind', '!=', 'compulsory')])
    limit = fields.Float(digits=(16, 2), aggregator=None)
    deductible = fields.Float(digits=(5, 4), aggregator=None)

    _coverage_uniq = models.UniqueIndex("(template_id, coverage_id)", "The level already has this coverage.")
    _values_range = models.Constraint(
        'CHECK ("limit" >= 0 AND deductible BETWEEN 0 AND 1)',
        "A limit is not negative and a deductible lies between 0 and 100 %.",
    )
