from odoo import models
from odoo.exceptions import UserError

from ...lib import claim_money


class InsuranceClaim(models.Model):
    """Buttons that open what belongs to a claim, and the proposal of its composition."""

    _inherit = 'insurance.claim'

    def action_propose_costs(self):
        """Propose how the settlement total falls on the payers, by liability (lib/claim_money.py: split)."""
        self.ensure_one()
        self.check_access('write')
        if self.cost_ids:
            raise UserError(self.env._("%(claim)s: there is a composition already. Take its lines out first.",
                                       claim=self.display_name))
        if not self.total_amount or not self.liability:
            raise UserError(self.env._("%(claim)s: enter the fees and the liability first.", claim=self.display_name))
        company = self.company_id
        shares = claim_money.split(
            self.total_amount, int(self.liability), has_other=self.accident_type != 'single',
            property_limit=company.insurance_claim_property_limit,
            no_fault_limit=company.insurance_claim_no_fault_limit, step=self._get_step(),
        )
        self.env['insurance.claim.cost'].create([{
            'claim_id': self.id, 'sequence': number, 'payer': payer, 'amount': float(amount),
            'is_no_fault': payer == 'other_compulsory' and self.liability == '100',
        } for number, (payer, amount) in enumerate(shares.items(), 1)])
        return True

    def action_open_check(self):
        """Open the whole case on one page (R57)."""
        self.ensure_one()
        self.check_access('read')
        return {
            'type': 'ir.actions.act_window', 'name': self.display_name, 'res_model': self._name, 'res_id': self.id,
            'view_mode': 'form', 'target': 'current',
            'views': [(self.env.ref('dealer_insurance.insurance_claim_view_form_check').id, 'form')],
        }

    def action_open_form(self):
        """Open the claim with its pages by stage."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.display_name, 'res_model': self._name, 'res_id': self.id,
            'view_mode': 'form', 'views': [(self.env.ref('dealer_insurance.insurance_claim_view_form').id, 'form')],
        }

    def action_view_vehicle(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'fleet.vehicle', 'res_id': self.vehicle_id.id,
            'view_mode': 'form',
            'views': [(self.env.ref('dealer_insurance.fleet_vehicle_view_form_insurance').id, 'form')],
        }

    def action_view_accident(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'insurance.accident', 'res_id': self.accident_id.id,
                'view_mode': 'form', 'views': [(False, 'form')]}

    def action_view_receipts(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_claim_receipt_action')
        return dict(action, domain=[('line_ids.claim_id', '=', self.id)], context={'create': False})
