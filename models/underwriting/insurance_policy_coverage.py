from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsurancePolicyCoverage(models.Model):
    """A coverage line of a policy: what is insured, up to which limit, for which premium."""

    _name = 'insurance.policy.coverage'
    _description = "Coverage of a Policy"
    _inherit = ['insurance.ledger.part']
    _order = 'policy_id.id, sequence, id'

    policy_id = fields.Many2one('insurance.policy', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='policy_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    sequence = fields.Integer(default=10)
    coverage_id = fields.Many2one('insurance.coverage', string="Coverage", required=True, index=True,
                                  ondelete='restrict')
    limit = fields.Monetary(string="Limit")
    deductible = fields.Float(string="Deductible", digits=(5, 4), help="Share of each claim that is not paid.")
    premium = fields.Monetary(string="Premium")

    def _get_ledger_entries(self):
        return self.policy_id.entry_id

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.policy_id.entry_id._after_policy_change(lines.policy_id)
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.policy_id.entry_id._after_policy_change(self.policy_id)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        policies.entry_id._after_policy_change(policies)
        return result

    # === CONSTRAINTS === #

    @api.constrains('limit', 'deductible')
    def _check_values(self):
        for line in self:
            if line.limit < 0 or not 0 <= line.deductible <= 1:
                raise ValidationError(self.env._(
                    "%(coverage)s: the limit cannot be negative and a deductible lies between 0 and 100 %%.",
                    coverage=line.coverage_id.display_name,
                ))

    @api.constrains('coverage_id', 'policy_id')
    def _check_main_coverage(self):
        for policy in self.policy_id:
            present = policy.coverage_ids.coverage_id
            for line in policy.coverage_ids:
                mains = line.coverage_id.main_ids
                if mains and not mains & present:
                    raise ValidationError(self.env._(
                        "%(coverage)s needs one of the main coverages %(mains)s.",
                        coverage=line.coverage_id.name, mains=mains.mapped('name'),
                    ))
