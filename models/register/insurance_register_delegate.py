from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceRegisterDelegate(models.Model):
    """Who signs for the reviewer of a book from one day to another; the signature then shows it (T22)."""

    _name = 'insurance.register.delegate'
    _description = "Register Delegate"
    _inherit = ['insurance.guard']
    _order = 'date_from desc, id desc'

    _scope_fields = frozenset({'register_id'})

    register_id = fields.Many2one('insurance.register', required=True, index=True, ondelete='cascade')
    user_id = fields.Many2one('res.users', string="Delegate", required=True, index=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    reason = fields.Char()

    _period_ordered = models.Constraint('CHECK (date_from <= date_to)', "A delegation ends after it begins.")

    @api.constrains('user_id', 'register_id')
    def _check_not_writer(self):
        for delegate in self:
            register = delegate.register_id
            error = register._reviewer_error_message(delegate.user_id)
            if error:
                raise ValidationError(
                    self.env._("%(book)s: %(problem)s", book=register.display_name, problem=error)
                )
