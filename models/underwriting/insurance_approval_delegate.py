from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEPUTIES = (
    'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_general_manager,'
    'dealer_insurance.group_policy_clerk,dealer_insurance.group_finance'
)  # roles that read approvals


class InsuranceApprovalDelegate(models.Model):
    """Who decides on discounts while somebody is away; the decision then says so (T22)."""

    _name = 'insurance.approval.delegate'
    _description = "Approval Delegate"
    _inherit = ['insurance.guard']
    _order = 'date_from desc, id desc'

    _scope_fields = frozenset({'company_id', 'user_id'})

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    user_id = fields.Many2one('res.users', string="Away", required=True, index=True,
                              default=lambda self: self.env.user)
    deputy_id = fields.Many2one('res.users', string="Deputy", required=True, index=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    reason = fields.Char()

    _period_ordered = models.Constraint('CHECK (date_from <= date_to)', "A delegation ends after it begins.")

    @api.constrains('user_id', 'deputy_id', 'company_id')
    def _check_deputy(self):
        for delegate in self:
            deputy = delegate.deputy_id
            if deputy == delegate.user_id:
                raise ValidationError(self.env._("%(user)s cannot be his own deputy.", user=deputy.name))
            if delegate.company_id not in deputy.company_ids or not deputy.has_groups(DEPUTIES):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot decide on discounts: the deputy is a supervisor, general manager, policy clerk"
                        " or finance of the store.",
                        user=deputy.name,
                    )
                )

    @api.model
    def _get_deputies(self, users, day):
        """Return `{user: deputy}` for those of `users` who are away on `day`."""
        # sudo: absences are known to whoever asks for an approval
        valid = self.sudo().search(
            [('user_id', 'in', users.ids), ('date_from', '<=', day), ('date_to', '>=', day)], order='id'
        )
        return {one.user_id.with_env(self.env): one.deputy_id.with_env(self.env) for one in valid}

    @api.model
    def _get_replaced(self, deputy, day):
        """Return the users for whom `deputy` stands in on `day`."""
        # sudo: as above
        valid = self.sudo().search([('deputy_id', '=', deputy.id), ('date_from', '<=', day), ('date_to', '>=', day)])
        return valid.user_id.with_env(self.env)
