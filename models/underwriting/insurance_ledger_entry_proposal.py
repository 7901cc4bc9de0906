from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceLedgerEntry(models.Model):
    """An entry that came from a proposal, and who agreed with its benefits (T11).

    Benefits above what may be given freely are registered with an approval only: that of the proposal, or one asked
    for here. What was imported was given long ago and is not asked about.
    """

    _inherit = 'insurance.ledger.entry'

    proposal_id = fields.Many2one('insurance.proposal', string="Proposal", index='btree_not_null', readonly=True,
                                  copy=False, ondelete='restrict')
    proposal_plan_id = fields.Many2one('insurance.proposal.plan', string="Plan", index='btree_not_null', readonly=True,
                                       copy=False, ondelete='restrict')
    approval_ids = fields.One2many('insurance.approval', 'entry_id', string="Approvals")
    needs_approval = fields.Boolean(compute='_compute_needs_approval', compute_sudo=True)

    @api.depends('benefit_ids.amount', 'benefit_ids.cost', 'policy_ids.premium', 'approval_ids.state', 'state')
    def _compute_needs_approval(self):
        """Runs in sudo: whether somebody has to agree hangs on the commission, which not everybody reads."""
        for entry in self:
            entry.needs_approval = entry.state == 'draft' and not entry._has_approval()

    def _has_approval(self):
        """Tell whether the benefits of the entry need nobody's yes, or have it."""
        self.ensure_one()
        benefits = self.sudo().benefit_ids  # sudo: as in `_get_approval_amounts`
        if self.import_digest or not benefits:
            return True
        if self.entry_type != 'policy' and all(benefit.amount <= 0 and benefit.cost <= 0 for benefit in benefits):
            return True  # taken back
        return self.env['insurance.approval']._is_granted(self, **self._get_approval_amounts())

    def _get_approval_amounts(self):
        """Return discount, expected commission and cost, as `insurance.approval` takes them."""
        self.ensure_one()
        # sudo: as in `_compute_needs_approval`
        entry = self.sudo()
        Card = entry.env['insurance.rate.card']
        day, agreement = entry.issue_date, entry._get_agreements().get(entry)
        basis, vat = (agreement.commission_basis, agreement.vat_rate) if agreement else ('gross', 0.06)
        requests = [
            {'insurer': entry.insurer_id, 'day': day, 'product': policy.product, 'facts': entry._get_rate_facts()}
            for policy in entry.policy_ids
        ]
        matches = Card._match_many(entry.company_id, requests, raise_ambiguous=False)
        commission = sum(
            Card._get_commission(policy.premium, line.rate, basis, vat, entry.currency_id)
            for policy, (line, _text) in zip(entry.policy_ids, matches, strict=True) if line
        )
        benefits = entry.benefit_ids
        return {'discount': sum(benefits.mapped('amount')), 'commission': commission,
                'cost': sum(benefits.mapped('cost'))}

    def _get_problems(self):
        problems = super()._get_problems()
        if not self._has_approval():
            problems.append(
                self.env._("Its benefits need approval. Ask for it, or give less.") if self.state == 'draft'
                else self.env._("Its benefits are more than what was granted before it was registered. Give less.")
            )
        return problems

    def action_open_approval_request(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Ask for Approval"),
            'res_model': 'insurance.approval.request',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_entry_id': self.id},
        }

    def _ask_approval(self, reason):
        """Ask whoever may grant the benefits of the entry; see the proposal's method of this name."""
        self.ensure_one()
        self.check_access('write')
        if not self.needs_approval:
            raise UserError(self.env._("%(entry)s needs no approval.", entry=self.display_name))
        # sudo: requests count, whoever may read them
        if self.sudo().approval_ids.filtered(lambda one: one.state == 'asked'):
            raise UserError(self.env._("%(entry)s already waits for an answer.", entry=self.display_name))
        return self.env['insurance.approval']._ask(self, self._get_approval_amounts(), reason)
