from odoo import api, fields, models

from .insurance_proposal_plan import LEVELS


class InsuranceProposalTemplate(models.Model):
    """The coverages that are usually offered on a level, for every store or for one: data that the desk edits."""

    _name = 'insurance.proposal.template'
    _description = "Usual Coverages of a Level"
    _inherit = ['insurance.guard']
    _order = 'level, company_id, id'
    _rec_name = 'level'

    level = fields.Selection(LEVELS, required=True, index=True)
    company_id = fields.Many2one('res.company', string="Store", index=True, default=lambda self: self.env.company,
                                 help="Empty: every store without a list of its own.")
    line_ids = fields.One2many('insurance.proposal.template.line', 'template_id', string="Coverages", copy=True)

    _level_uniq = models.UniqueIndex(
        "(level, COALESCE(company_id, 0))", "The store already has a list of coverages for this level."
    )

    @api.model
    def _get_for(self, company, level):
        """Return the list of `company` for `level`, else that of every store."""
        return self.search(
            [('level', '=', level), ('company_id', 'in', [company.id, False])], order='company_id', limit=1
        )
