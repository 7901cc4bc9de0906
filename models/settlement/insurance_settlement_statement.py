from odoo import fields, models
from odoo.exceptions import UserError

from .insurance_settlement import CLERK, FINANCE


class InsuranceSettlement(models.Model):
    """The insurer's statements that belong to a list."""

    _inherit = 'insurance.settlement'

    statement_ids = fields.One2many('insurance.statement', 'settlement_id', string="Insurer's Statements")
    vendor_numbers = fields.Char(string="Insurer's Numbers", compute='_compute_vendor_numbers', compute_sudo=True)
    vendor_count = fields.Integer(string="Statement Count", compute='_compute_vendor_numbers', compute_sudo=True)

    def _compute_vendor_numbers(self):
        for settlement in self:
            settlement.vendor_count = len(settlement.statement_ids)
            settlement.vendor_numbers = ", ".join(filter(None, settlement.statement_ids.mapped('vendor_number')))

    def action_attach_statements(self):
        """Attach the insurer's statements of the period that no list has."""
        self.ensure_one()
        self._check_role(f'{CLERK},{FINANCE}', self.env._("Clerk and finance attach statements to a list."))
        if self.state == 'closed':
            raise UserError(self.env._("%(list)s is closed.", list=self.display_name))
        found = self.env['insurance.statement'].search([
            ('company_id', '=', self.company_id.id), ('insurer_id', '=', self.insurer_id.id),
            ('settlement_id', '=', False), ('date_from', '<=', self.date_to), ('date_to', '>=', self.date_from),
        ])
        if not found:
            raise UserError(self.env._(
                "%(list)s: no statement of the insurer for these days waits. Import it first.", list=self.display_name))
        found._attach_to(self)
        return True

    def action_view_statements(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_statement_action')
        return dict(action, domain=[('settlement_id', '=', self.id)], context={'create': False})

    def action_view_lines(self):
        """Open the lines in a list of their own, where they are filtered, checked and signed."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_settlement_line_action')
        return dict(action, name=self.display_name, domain=[('settlement_id', '=', self.id)], context={})

    def _get_form_action(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
            'views': [(False, 'form')],
        }
