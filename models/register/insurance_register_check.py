from odoo import fields, models


class InsuranceRegisterCheck(models.Model):
    """A question the reviewer answers when signing a page (R13-R15)."""

    _name = 'insurance.register.check'
    _description = "Review Checklist Item"
    _inherit = ['insurance.guard']
    _order = 'kind, sequence, id'

    _scope_fields = frozenset({'company_id', 'kind'})

    kind = fields.Selection(
        selection=lambda self: self.env['insurance.register']._fields['kind']._description_selection(self.env),
        string="Register",
        required=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Question", required=True, translate=True)
    company_id = fields.Many2one('res.company', string="Store", help="Empty: asked in every store.")
    active = fields.Boolean(default=True)
