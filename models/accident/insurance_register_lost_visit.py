from odoo import api, fields, models

CONFIDANTS = 'dealer_insurance.group_claims_leader,dealer_insurance.group_general_manager'  # who reads restricted ones


class InsuranceRegister(models.Model):
    """The register of insured accident cars that came and left (R47)."""

    _inherit = 'insurance.register'

    kind = fields.Selection(
        selection_add=[('lost_visit', "Register of accident cars that came and left")],
        ondelete={'lost_visit': 'cascade'},
    )

    @api.model
    def _get_line_models(self):
        return dict(super()._get_line_models(), lost_visit='insurance.lost.visit')

    @api.model
    def _get_default_reviewer(self, kind, company):
        reviewer = kind == 'lost_visit' and company._insurance_visit_reviewer()
        return reviewer or super()._get_default_reviewer(kind, company)

    def _reviewer_error_message(self, user):
        """Refuse reviewers and delegates who must not read the restricted entries that stand on the pages (T38)."""
        error = super()._reviewer_error_message(user)
        if not error and self.kind == 'lost_visit' and not user.has_groups(CONFIDANTS):
            return self.env._(
                "%(user)s cannot review this book: its pages may hold restricted entries, which only the claims team"
                " leader and the general manager read.",
                user=user.name,
            )
        return error
