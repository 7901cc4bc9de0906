from odoo import Command, api, models
from odoo.exceptions import UserError

from .insurance_proposal_plan import MAX_INSURERS
from .insurance_proposal_plan_price import DAMAGE


class InsuranceProposalPlan(models.Model):
    """What spares a salesman typing: usual coverages of a level, the same plan at another insurer."""

    _inherit = 'insurance.proposal.plan'

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        for proposal in plans.proposal_id:
            proposal._keep_one_recommended(plans)
        return plans

    def write(self, vals):
        result = super().write(vals)
        if vals.get('is_recommended'):
            for proposal in self.proposal_id:
                proposal._keep_one_recommended(self)
        return result

    def unlink(self):
        self.line_ids.unlink()  # not left to the database: totals that wait to be worked out hang on them
        self.benefit_ids.unlink()
        return super().unlink()

    def copy(self, default=None):
        copies = super().copy(default)
        for source, plan in zip(self, copies, strict=True):
            plan._take_costs(source)
        return copies

    def _take_costs(self, source):
        """Give the copy of a plan the costs of its `source`, whoever copies."""
        # sudo: costs are not read by every role that copies a plan, and stay what they were
        plan, source = self.sudo(), source.sudo()
        plan.cost_other = source.cost_other
        for old, new in zip(source.benefit_ids, plan.benefit_ids, strict=True):
            new.cost = old.cost

    @api.onchange('level')
    def _onchange_level(self):
        """Offer the usual coverages as soon as a level is chosen, unless coverages were chosen already."""
        if not self.line_ids and self.proposal_state in (False, 'draft'):
            self.line_ids = [Command.create(values) for values in self._prepare_usual_lines()]

    def _prepare_usual_lines(self):
        """Return the values of the lines that the store usually offers on this level (list of dicts)."""
        self.ensure_one()
        template = self.env['insurance.proposal.template']._get_for(self.proposal_id.company_id, self.level)
        offered = self.env['insurance.coverage']._get_offered(self.proposal_id.is_new_energy)
        values = []
        for line in template.line_ids.filtered(lambda one: one.coverage_id in offered):
            limit = line.limit
            if line.coverage_id.code == DAMAGE and not limit:
                limit = self.proposal_id.new_price  # own damage is insured up to what the car is worth
            values.append({'coverage_id': line.coverage_id.id, 'limit': limit, 'deductible': line.deductible})
        return values

    def action_fill(self):
        """Add the usual coverages of the level that the plan does not have yet."""
        for plan in self:
            values = [
                line for line in plan._prepare_usual_lines() if line['coverage_id'] not in plan.line_ids.coverage_id.ids
            ]
            plan.write({'line_ids': [Command.create(line) for line in values]})

    def action_copy_to_insurer(self):
        """Copy the plan to the next certified insurer: the same coverages, premiums to be quoted anew."""
        self.ensure_one()
        insurer = self._get_next_insurer()
        if not insurer:
            raise UserError(
                self.env._(
                    "%(plan)s: every certified insurer already has a plan of this level. Copy it within an insurer, or"
                    " remove a plan.",
                    plan=self.name,
                )
            )
        self._copy_to(insurer)

    def _get_next_insurer(self):
        """Return the insurer to compare with: one already on the proposal first, then the other certified ones."""
        plans = self.proposal_id.plan_ids
        having = plans.filtered(lambda plan: plan.level == self.level).insurer_id
        free = self.certified_insurer_ids - having
        if len(plans.insurer_id) >= MAX_INSURERS:
            free &= plans.insurer_id
        return (free & plans.insurer_id)[:1] or free[:1]

    def _copy_to(self, insurer):
        """Return a copy of the plan at `insurer`, without the premiums and factors of the other one's quote."""
        self.ensure_one()
        plan = self.copy(
            {
                'insurer_id': insurer.id,
                'ncd_factor': self.ncd_factor,  # the no-claim factor is the car's, not the insurer's
                'autonomy_factor': 0,
                'is_recommended': False,
                'sequence': self.sequence + 1,
            }
        )
        plan._compute_name()  # a name of one's own would name the other insurer
        plan.line_ids.write({'standard_premium': 0, 'premium': 0})
        return plan

    def action_open(self):
        """Open the plan on a screen of its own."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.name,
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'context': {'dialog_size': 'extra-large', 'insurer_short_name': True},
        }

    def action_remove(self):
        self.unlink()

    def action_recommend(self):
        self.ensure_one()
        self.is_recommended = True

    def action_accept(self):
        """Record that the customer takes this plan (signature on paper or by word; consents are on the proposal)."""
        self.ensure_one()
        proposal = self.proposal_id
        proposal.check_access('write')
        if proposal.state in ('draft', 'approved'):
            proposal._mark_sent()
        proposal._accept(self)
