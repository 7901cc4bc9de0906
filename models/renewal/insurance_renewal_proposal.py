from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceRenewal(models.Model):
    """Proposals of a case: one is prepared with what is known of car, customer and last year."""

    _inherit = 'insurance.renewal'

    proposal_ids = fields.One2many('insurance.proposal', 'renewal_id', string="Proposals")
    proposal_count = fields.Integer(compute='_compute_proposal_count')

    def _compute_proposal_count(self):
        counts = dict(
            self.env['insurance.proposal']._read_group(
                [('renewal_id', 'in', self.ids)], ['renewal_id'], ['__count']
            )
        )
        for case in self:
            case.proposal_count = counts.get(case, 0)

    def action_make_proposal(self):
        """Open a new proposal prepared from the case (R1)."""
        self.ensure_one()
        self.check_access('write')
        if not self.is_open:
            raise UserError(self.env._("%(case)s is closed: win it back first.", case=self.display_name))
        return self.env['insurance.proposal'].create(self._prepare_proposal_values())._get_form_action()

    def _prepare_proposal_values(self):
        """Return the values of a proposal for this case."""
        self.ensure_one()
        return {
            'renewal_id': self.id,
            'company_id': self.company_id.id,
            'scene': 'renewal',
            'vehicle_id': self.vehicle_id.id,
            'partner_id': self.partner_id.id,
            'user_id': self.env.uid,
            'last_premium_compulsory': self.compulsory_premium,
            'last_premium_commercial': self.commercial_premium,
            'last_premium_tax': self.vehicle_tax,
        }

    def action_view_proposals(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Proposals"),
            'res_model': 'insurance.proposal',
            'view_mode': 'list,kanban,form',
            'domain': [('renewal_id', '=', self.id)],
            'context': {'create': False, 'insurer_short_name': True},
        }
