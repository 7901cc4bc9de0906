from odoo import fields, models
from odoo.exceptions import UserError

from .insurance_settlement import CLERK, FINANCE


class InsuranceStatement(models.Model):
    """The settlement list that an insurer's statement is checked against."""

    _inherit = 'insurance.statement'

    settlement_id = fields.Many2one('insurance.settlement', string="Settlement List", index='btree_not_null',
                                    readonly=True, copy=False, ondelete='restrict', tracking=True)

    def _is_guarded(self, field):
        return field.name == 'settlement_id' or super()._is_guarded(field)

    def action_make_settlement(self):
        """Draw up the settlement list of the statement's insurer and period, and open it; the clerk's."""
        self.ensure_one()
        self._check_role(CLERK, self.env._("The policy clerk draws up settlement lists."))
        if self.settlement_id:
            raise UserError(self.env._("%(statement)s is on %(list)s already.", statement=self.display_name,
                                       list=self.settlement_id.display_name))
        today = self.company_id._insurance_today()
        settlement = self.env['insurance.settlement'].create({
            'company_id': self.company_id.id, 'insurer_id': self.insurer_id.id,
            'date_from': self.date_from or today.replace(day=1), 'date_to': self.date_to or today,
        })
        self._attach_to(settlement)
        settlement.action_propose()
        return settlement._get_form_action()

    def action_reopen(self):
        closed = self.settlement_id.filtered(lambda settlement: settlement.state == 'closed')[:1]
        if closed:
            raise UserError(self.env._(
                "%(list)s is closed with this statement: the general manager reopens that first.",
                list=closed.display_name))
        return super().action_reopen()

    def action_detach(self):
        """Take statements off their list while it is not closed."""
        self._check_role(f'{CLERK},{FINANCE}', self.env._("Clerk and finance take statements off a list."))
        self._attach_to(self.env['insurance.settlement'])
        return True

    def _attach_to(self, settlement):
        """Tie the statements to a list, or to none."""
        for statement in self:
            if statement.settlement_id.state == 'closed':
                raise UserError(self.env._("%(statement)s is settled with %(list)s, which is closed.",
                                           statement=statement.display_name, list=statement.settlement_id.display_name))
        # sudo: the tie is made by these methods alone
        self.sudo().settlement_id = settlement
