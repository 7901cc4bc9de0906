from odoo import api, fields, models


class InsuranceCoverageMap(models.Model):
    """What an insurer calls a coverage: there is no common list of codes (domain 5.2)."""

    _name = 'insurance.coverage.map'
    _description = "Insurer's Coverage Code"
    _order = 'insurer_id, external_code'
    _rec_name = 'external_code'

    insurer_id = fields.Many2one(
        'res.partner',
        string="Insurer",
        required=True,
        index=True,
        ondelete='restrict',
        domain=[('is_insurer', '=', True)],
    )
    external_code = fields.Char(string="Insurer's Code", required=True)
    coverage_id = fields.Many2one(
        'insurance.coverage', string="Coverage", required=True, index=True, ondelete='restrict'
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        'UNIQUE (insurer_id, external_code)',
        "This code of the insurer is already known.",
    )

    @api.model
    def _get_coverages(self, insurer):
        """Return what the codes of `insurer` stand for: `{code: coverage}`, in one query."""
        return {known.external_code: known.coverage_id for known in self.search([('insurer_id', '=', insurer.id)])}
