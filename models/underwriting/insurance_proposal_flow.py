from odoo import Command, fields, models
from odoo.exceptions import UserError

from .insurance_proposal import CONSENTS


class InsuranceProposal(models.Model):
    """From draft to ledger: approval, handing over, answer of the customer, new version, underwriting entry."""

    _inherit = 'insurance.proposal'

    # === PLANS === #

    def action_add_economy(self):
        self._add_plan('economy')

    def action_add_balanced(self):
        self._add_plan('balanced')

    def action_add_full(self):
        self._add_plan('full')

    def _add_plan(self, level):
        """Add a plan with the usual coverages of `level` at the first certified insurer without one."""
        self.ensure_one()
        Plan = self.env['insurance.proposal.plan']
        certified = self.env['insurance.insurer.agreement']._get_certified(self.company_id, self.date)
        having = self.plan_ids.filtered(lambda plan: plan.level == level).insurer_id
        free = certified - having
        insurer = (free & self.plan_ids.insurer_id)[:1] or free[:1]
        if not insurer:
            raise UserError(
                self.env._(
                    "No certified insurer of %(store)s is left for such a plan. The supervisor keeps the agreements.",
                    store=self.company_id.display_name,
                )
            )
        plan = Plan.create(
            {
                'proposal_id': self.id,
                'insurer_id': insurer.id,
                'level': level,
                'sequence': max(self.plan_ids.mapped('sequence'), default=0) + 10,
                'is_recommended': not self.plan_ids and level == 'balanced',
            }
        )
        plan.action_fill()
        return plan

    # === APPROVAL === #

    def action_open_approval_request(self):
        """Open the dialog that asks for approval with the salesman's reason."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Ask for Approval"),
            'res_model': 'insurance.approval.request',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_proposal_id': self.id},
        }

    def _ask_approval(self, reason):
        """Ask whoever may grant what the plans give the customer.

        :param str reason: why the customer should get it
        :return: the `insurance.approval`
        """
        self.ensure_one()
        self.check_access('write')
        error = self._completeness_error_message()
        if not error and not self.needs_approval:
            error = self.env._("%(proposal)s needs no approval: hand it over.", proposal=self.display_name)
        if error:
            raise UserError(error)
        # sudo: the amounts that the approver decides on are not the consultant's to read
        plans = self.sudo().plan_ids.filtered('needs_approval')
        approval = self.env['insurance.approval']._ask(self, [
            {'discount': plan.discount_total, 'commission': plan.commission,
             'cost': plan.benefit_cost + plan.cost_other}
            for plan in plans
        ], reason)  # fmt: skip
        approval.sudo().plan_ids = [Command.set(plans.ids)]  # sudo: requests are written by no role
        self._change_state('approval')
        return approval

    def action_back_to_draft(self):
        """Take the proposal back: an open request is withdrawn, an approval given counts no longer."""
        for proposal in self:
            proposal.check_access('write')
            # sudo: requests are written by no role; the requester takes back what waits
            proposal.sudo().approval_ids.filtered(lambda one: one.state == 'asked')._withdraw()
            proposal._change_state('draft')

    def _after_approval(self, approval):
        """Follow the decision on `approval`: approved, or back to the salesman's desk."""
        waiting = self.filtered(lambda proposal: proposal.state == 'approval')
        waiting._change_state('approved' if approval.state == 'approved' else 'draft')

    # === HANDING OVER === #

    def action_send(self):
        """Hand the proposal to the customer: from now on it stays as it is."""
        for proposal in self:
            proposal._mark_sent()

    def _hand_over_error_message(self):
        """Return why the proposal cannot be handed over as it is, or False."""
        self.ensure_one()
        error = self._completeness_error_message()
        if not error and self.state == 'approval':
            error = self.env._("%(proposal)s waits for its approval.", proposal=self.display_name)
        if not error and self.state == 'draft' and self.needs_approval:
            error = self.env._("%(proposal)s needs approval first. Ask for it.", proposal=self.display_name)
        return error

    def _mark_sent(self):
        """Freeze the proposal as handed over, with the version of the privacy notice that is printed on it."""
        self.ensure_one()
        self.check_access('write')
        error = self._hand_over_error_message()
        if error:
            raise UserError(error)
        self._change_state(
            'sent', sent_on=fields.Datetime.now(), privacy_version=self.company_id.insurance_privacy_version
        )
        self._portal_ensure_token()

    # === ANSWER === #

    def _acceptance_error_message(self, plan):
        """Return why the customer cannot take `plan` now, or False."""
        self.ensure_one()
        if plan.proposal_id != self:
            return self.env._("%(plan)s is not a plan of %(proposal)s.", plan=plan.name, proposal=self.display_name)
        if self.is_expired:
            return self._expired_message()
        if self.state != 'sent':
            return self.env._(
                "%(proposal)s is not handed over, or was answered already.", proposal=self.display_name
            )
        if plan.insurer_id not in plan.certified_insurer_ids:
            return plan._uncertified_message()
        missing = [self._fields[name]._description_string(self.env) for name in CONSENTS if not self[name]]
        if missing:
            return self.env._(
                "%(proposal)s: the customer has not agreed to everything yet: %(missing)s.",
                proposal=self.display_name,
                missing=missing,
            )
        return False

    def _accept(self, plan, signature=None, signed_by=None):
        """Record that the customer takes `plan`.

        The caller has checked who is speaking: a role that may write the proposal, or the customer by his link.

        :param plan: one of the proposal's `insurance.proposal.plan`
        :param signature: drawn signature (base64), if any
        :param str signed_by: name of who drew it; needed with a signature
        :raises UserError: expired, not handed over, a consent missing
        """
        self.ensure_one()
        error = self._acceptance_error_message(plan)
        if not error and signature and not (signed_by or '').strip():
            error = self.env._("%(proposal)s: type the name of who signs.", proposal=self.display_name)
        if error:
            raise UserError(error)
        now = fields.Datetime.now()
        signed = {'signature': signature, 'signed_by': signed_by.strip(), 'signed_on': now} if signature else {}
        self._change_state('accepted', accepted_plan_id=plan.id, accepted_on=now, **signed)

    def action_open_decline(self):
        """Open the dialog that asks why the customer refuses."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Proposal Declined"),
            'res_model': 'insurance.proposal.decline',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_proposal_id': self.id},
        }

    def _decline(self, reason, note=None):
        """Record why the customer does not want it: a coded `insurance.reason` and what he said."""
        self.ensure_one()
        if reason.use != 'proposal_declined' or reason.is_group:
            raise UserError(self.env._("%(proposal)s: choose a reason from the list.", proposal=self.display_name))
        if reason.needs_detail and not (note or '').strip():
            raise UserError(
                self.env._("%(proposal)s: this reason needs a few words of detail.", proposal=self.display_name)
            )
        # sudo: requests are written by no role
        self.sudo().approval_ids.filtered(lambda one: one.state == 'asked')._withdraw()
        now = fields.Datetime.now()
        self._change_state('declined', declined_reason_id=reason.id, declined_note=note, declined_on=now)

    def action_new_version(self):
        """Copy the proposal as its next version and open it; this one counts no longer."""
        self.ensure_one()
        self.check_access('write')
        newer = self.copy()
        # sudo: number, version and the tie between versions are writable by no role
        newer.sudo().write({'name': self.name, 'version': self.version + 1, 'previous_id': self.id})
        self._change_state('superseded', next_id=newer.id)
        return newer._get_form_action()

    # === LEDGER === #

    def action_make_entry(self):
        """Prepare the underwriting entry of the accepted plan in one step, for the clerk to complete."""
        self.ensure_one()
        self.check_access('read')
        if self.state != 'accepted':
            raise UserError(self.env._("%(proposal)s is not accepted yet.", proposal=self.display_name))
        # sudo: whoever sold it prepares the draft; rows of the ledger are the clerk's
        entries = self.sudo().entry_ids
        if not entries:
            self._ensure_vehicle()
            # sudo: as above
            self.env['insurance.ledger.entry'].sudo()._create_from_plan(self.sudo().accepted_plan_id)
        return self.action_view_entries()

    def _ensure_vehicle(self):
        """Find or enter the vehicle of the typed VIN: a row of the ledger stands on a vehicle (invariant 1)."""
        self.ensure_one()
        if self.vehicle_id:
            return
        if not self.vin or not self.model_id:
            raise UserError(
                self.env._(
                    "%(proposal)s: enter VIN and model of the car before it goes to the ledger.",
                    proposal=self.display_name,
                )
            )
        Vehicle = self.env['fleet.vehicle'].sudo()  # sudo: the VIN is unique in the database, over all stores
        vehicle = Vehicle._get_by_vin([self.vin]).get(self.vin) or Vehicle.create(self._prepare_vehicle_values())
        self.sudo().vehicle_id = vehicle  # sudo: the clerk, who writes no proposals, may press the button too

    def _prepare_vehicle_values(self):
        self.ensure_one()
        return {
            'model_id': self.model_id.id,
            'vin_sn': self.vin,
            'license_plate': self.plate,
            'owner_id': self.partner_id.id,
            'seats': self.seats,
            'displacement': self.displacement,
            'fuel_type': self.fuel_type,
            'is_new_energy': self.is_new_energy,
            'use_type': self.use_type,
            'car_value': self.new_price,
            'first_registration_date': self.first_registration_date,
            'seller_id': self.user_id.id if self.scene == 'new' else False,
            'is_bought_here': self.scene == 'new',
            'company_id': False,
        }

    # === SCREENS === #

    def _get_form_action(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
        }

    def action_view_entries(self):
        """Open the underwriting entries, or say that the clerk has them when they are not the user's to read."""
        self.ensure_one()
        # sudo: to find them; what the user may not read is not opened
        entries = self.sudo().entry_ids
        if not entries.with_env(self.env)._filtered_access('read'):
            return {
                'type': 'ir.actions.client',
                'tag': 'display_notification',
                'params': {
                    'type': 'success',
                    'message': self.env._("The entry is on the clerk's desk."),
                    'next': {'type': 'ir.actions.act_window_close'},
                },
            }
        action = {
            'type': 'ir.actions.act_window',
            'name': self.env._("Underwriting Entries"),
            'res_model': 'insurance.ledger.entry',
            'view_mode': 'list,form',
            'domain': [('proposal_id', '=', self.id)],
        }
        return dict(action, view_mode='form', res_id=entries.id) if len(entries) == 1 else action

    def action_view_approvals(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Approvals"),
            'res_model': 'insurance.approval',
            'view_mode': 'list,form',
            'domain': [('proposal_id', '=', self.id)],
        }
