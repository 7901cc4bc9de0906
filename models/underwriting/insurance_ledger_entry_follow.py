from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceLedgerEntry(models.Model):
    """Endorsements and cancellations: rows of their own that change an entry without touching it (T7, T31, 5.13)."""

    _inherit = 'insurance.ledger.entry'

    def action_follow_up(self):
        """Open the dialog that prepares an endorsement or a cancellation."""
        self.ensure_one()
        if self.entry_type != 'policy' or self.state != 'registered':
            raise UserError(self.env._("%(entry)s: only a registered policy is endorsed or cancelled.",
                                       entry=self.display_name))
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.ledger.follow.up', 'view_mode': 'form',
            'name': self.env._("Endorse or Cancel"), 'target': 'new', 'context': {'default_entry_id': self.id},
        }

    def action_view_follow_ups(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_ledger_entry_action')
        return dict(action, domain=[('origin_id', '=', self.id)], context={},
                    name=self.env._("Endorsements and Cancellations"))

    def _prepare_follow_up(self, entry_type, day, reason):
        """Return the values of an endorsement or cancellation of this entry, without its policies."""
        self.ensure_one()
        return {
            'company_id': self.company_id.id, 'insurer_id': self.insurer_id.id, 'entry_type': entry_type,
            'origin_id': self.id, 'issue_date': day, 'vehicle_id': self.vehicle_id.id, 'reason_id': reason.id,
            'plate': self.vehicle_id.license_plate or self.plate, 'use_type': self.use_type,
            'owner_id': self.owner_id.id, 'applicant_id': self.applicant_id.id, 'insured_id': self.insured_id.id,
            'salesperson_id': self.salesperson_id.id, 'channel_id': self.channel_id.id,
            'business_type': self.business_type, 'is_new_energy': self.is_new_energy,
            'is_transferred': self.is_transferred,
        }

    def _get_follow_up_problems(self):
        """Return what keeps a follow-up out of the ledger (list of sentences)."""
        _ = self.env._
        problems = []
        if not self.origin_id or self.origin_id.state != 'registered':
            problems.append(_("The entry it changes is not registered."))
        elif self.origin_id.entry_type != 'policy':
            problems.append(_("It changes an endorsement or a cancellation: change the entry of the policy instead."))
        elif (self.insurer_id, self.vehicle_id) != (self.origin_id.insurer_id, self.origin_id.vehicle_id):
            problems.append(_("Insurer and vehicle are not those of the entry it changes."))
        if not self.reason_id:
            problems.append(_("The reason is missing."))
        elif self.reason_id.use != self.entry_type:
            problems.append(_("The reason is none for such a change. Choose from the list."))
        elif self.reason_id.needs_detail and not (self.reason_note or '').strip():
            problems.append(_("Write the details of the reason."))
        if self.issue_date < (self.origin_id.issue_date or self.issue_date):
            problems.append(_("It lies before the entry it changes."))
        for policy in self.policy_ids:
            problems += self._get_changed_policy_problems(policy)
        return problems + self._get_tax_problems()

    def _get_tax_problems(self):
        """Return what is wrong with the vehicle tax of a follow-up (list of sentences)."""
        if self.entry_type == 'cancellation' and self.vehicle_tax_total > 0:
            return [self.env._("A cancellation collects no vehicle tax.")]
        changes = self.origin_id.follow_up_ids.filtered(lambda entry: entry.state == 'registered') | self
        left = self.origin_id.vehicle_tax_total + sum(changes.mapped('vehicle_tax_total'))
        if self.vehicle_tax_total < 0 and self.currency_id.compare_amounts(left, 0) < 0:
            return [self.env._("More vehicle tax is taken back than was collected.")]
        return []

    def _get_changed_policy_problems(self, policy):
        _ = self.env._
        origin = policy.origin_policy_id
        if not origin or origin.entry_id != self.origin_id or origin.product != policy.product:
            return [_("%(policy)s: the policy it changes is missing.", policy=policy.display_name)]
        problems = []
        before = [change for change in origin.follow_up_ids
                  if change != policy and change.entry_id.state == 'registered']
        if not policy.corrected_policy_id and any(change.entry_id.entry_type == 'cancellation' for change in before):
            problems.append(_("%(policy)s is cancelled already.", policy=origin.display_name))
        left = origin.premium + sum(change.premium for change in before) + policy.premium
        if policy.currency_id.compare_amounts(left, 0) < 0:
            problems.append(_("%(policy)s: more is taken back than was paid.", policy=origin.display_name))
        if self.entry_type == 'cancellation' and not self._may_cancel(origin):
            problems.append(_(
                "%(policy)s: a compulsory policy ends only when the vehicle is deregistered, formally out of use, or"
                " lost as the police confirms.", policy=origin.display_name,
            ))
        return problems

    def _may_cancel(self, policy):
        """Tell whether the reason allows to cancel `policy`; taking back a wrong row is no cancellation."""
        reason = self.reason_id
        return policy.product != 'compulsory' or reason.allows_compulsory or reason.is_correction

    # === THE NEXT YEAR === #

    def action_renew(self):
        """Prepare next year's entry from this one and open it."""
        self.ensure_one()
        draft = self.create(self._prepare_renewal())
        return draft._get_form_action()

    def _prepare_renewal(self):
        """Return the values of next year's entry: same car, people and coverages, premiums to be typed."""
        policies = []
        for policy in self.policy_ids.filtered(lambda policy: policy.status != 'cancelled'):
            start = fields.Date.add(policy.end_date, days=1) if policy.end_date else False
            policies.append(fields.Command.create({
                'product': policy.product, 'start_date': start, 'product_name': policy.product_name,
                'third_party_limit': policy.third_party_limit, 'has_damage': policy.has_damage,
                'coverage_ids': [fields.Command.create({
                    'coverage_id': line.coverage_id.id, 'limit': line.limit, 'deductible': line.deductible,
                }) for line in policy.coverage_ids],
            }))
        vehicle = self.vehicle_id
        values = {
            'company_id': self.company_id.id, 'insurer_id': self.insurer_id.id, 'vehicle_id': vehicle.id,
            'owner_id': (vehicle.owner_id or self.owner_id).id, 'channel_id': self.channel_id.id,
            'vehicle_tax': self.vehicle_tax, 'policy_ids': policies,
            'salesperson_id': self._get_salesperson(self.salesperson_id, self.company_id).id,
        }
        if not vehicle.owner_id or vehicle.owner_id == self.owner_id:  # a new owner takes out policies of his own
            values.update(applicant_id=self.applicant_id.id, insured_id=self.insured_id.id)
        return values

    def _get_form_action(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
            'views': [(False, 'form')],
        }

    # === FROM A PROPOSAL === #

    @api.model
    def _create_from_plan(self, plan):
        """Make the draft entry of an accepted plan: its policies, coverages and benefits (R1)."""
        proposal = plan.proposal_id
        today = proposal.company_id._insurance_today()
        policies = []
        if plan.with_compulsory:
            policies.append({'product': 'compulsory', 'premium': plan.compulsory_premium})
        lines = plan.line_ids.filtered(lambda line: line.coverage_id.kind in ('main', 'addon'))
        if lines:
            policies.append({
                'product': 'commercial', 'premium': sum(lines.mapped('premium')), 'ncd_factor': plan.ncd_factor,
                'autonomy_factor': plan.autonomy_factor, 'coverage_ids': [fields.Command.create({
                    'coverage_id': line.coverage_id.id, 'limit': line.limit, 'deductible': line.deductible,
                    'premium': line.premium,
                }) for line in lines],
            })
        if plan.non_motor_premium:
            policies.append({'product': 'non_motor', 'premium': plan.non_motor_premium})
        start = self._get_first_day(proposal, today)
        return self.create({
            'company_id': proposal.company_id.id, 'insurer_id': plan.insurer_id.id,
            'vehicle_id': proposal.vehicle_id.id,
            'owner_id': (proposal.vehicle_id.owner_id or proposal.partner_id).id,
            'applicant_id': proposal.partner_id.id, 'insured_id': proposal.partner_id.id,
            'salesperson_id': self._get_salesperson(proposal.user_id, proposal.company_id).id,
            'vehicle_tax': plan.vehicle_tax if plan.with_compulsory else 0,
            'is_transferred': proposal.is_transferred,
            'policy_ids': [fields.Command.create({'start_date': start, **values}) for values in policies],
            'benefit_ids': [fields.Command.create({
                'type_id': benefit.type_id.id, 'name': benefit.name, 'amount': benefit.amount, 'cost': benefit.cost,
            }) for benefit in plan.benefit_ids],
            'proposal_id': proposal.id, 'proposal_plan_id': plan.id,
        })

    @api.model
    def _get_first_day(self, proposal, today):
        """Return when the new policies begin: after last year's, else tomorrow."""
        last = self.search([
            ('vehicle_id', '=', proposal.vehicle_id.id), ('company_id', '=', proposal.company_id.id),
            ('entry_type', '=', 'policy'), ('state', '=', 'registered'), ('end_date', '>=', today),
        ], order='end_date desc', limit=1) if proposal.vehicle_id else self.browse()
        return fields.Date.add(last.end_date or today, days=1)
