from odoo import api, fields, models
from odoo.exceptions import UserError

LEVELS = [('supervisor', "Insurance supervisor"), ('gm', "General manager")]
LEVEL_GROUPS = {
    'supervisor': 'dealer_insurance.group_insurance_supervisor',
    'gm': 'dealer_insurance.group_general_manager',
}
COMMISSION = 'dealer_insurance.group_commission_reader'


class InsuranceApproval(models.Model):
    """The discount approval 审批单: who asked for which benefits, and who granted them (T11, domain 2.10).

    A request is made and decided by its methods alone; no role writes it, and what was decided stays.
    """

    _name = 'insurance.approval'
    _description = "Discount Approval"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.numbered']
    _order = 'requested_on desc, id desc'
    _rec_names_search = ['name', 'proposal_id.name', 'proposal_id.partner_id.name']

    _number_prefix = 'SPD'

    name = fields.Char(string="No.", required=True, index='trigram')
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection(
        [('asked', "Asked"), ('approved', "Approved"), ('refused', "Refused"), ('withdrawn', "Withdrawn")],
        required=True, default='asked', index=True, tracking=True,
    )
    proposal_id = fields.Many2one('insurance.proposal', string="Proposal", index='btree_not_null',
                                  ondelete='restrict')
    plan_ids = fields.Many2many('insurance.proposal.plan', string="Plans", help="The plans it is asked for.")
    entry_id = fields.Many2one('insurance.ledger.entry', string="Ledger Entry", index='btree_not_null',
                               ondelete='restrict')
    partner_id = fields.Many2one('res.partner', string="Customer", compute='_compute_subject', compute_sudo=True)
    vehicle_name = fields.Char(string="Vehicle", compute='_compute_subject', compute_sudo=True)
    benefit_text = fields.Text(string="Benefits", compute='_compute_subject', compute_sudo=True)
    requester_id = fields.Many2one('res.users', string="Asked by", required=True, index=True)
    requested_on = fields.Datetime(string="Asked on", required=True)
    reason = fields.Text(required=True)
    level = fields.Selection(LEVELS, string="Decided by", required=True, tracking=True)
    approver_id = fields.Many2one('res.users', string="Approver", required=True, index=True, tracking=True)
    deputy_for_id = fields.Many2one('res.users', string="In Place of", help="Away when it was asked for.")
    amount = fields.Monetary(required=True, help="Value of the benefits for the customer.")
    cost = fields.Monetary(groups=COMMISSION, help="What they cost the store, in the plan that leaves it least.")
    cost_limit = fields.Monetary(string="Highest Cost", groups=COMMISSION, help="Of all plans it was asked for.")
    commission = fields.Monetary(groups=COMMISSION)
    commission_share = fields.Float(digits=(6, 4), groups=COMMISSION, aggregator=None,
                                    help="Cost ÷ commission.")
    margin = fields.Monetary(groups=COMMISSION)
    decided_by_id = fields.Many2one('res.users', string="Decided", index='btree_not_null', tracking=True)
    decided_on = fields.Datetime()
    is_deputy = fields.Boolean(string="By Deputy", help="Decided in place of who is away.")
    is_self_review = fields.Boolean(string="Own Request", help="The store allows self-review.")
    note = fields.Text(string="Answer")
    can_decide = fields.Boolean(compute='_compute_can_decide')
    can_withdraw = fields.Boolean(compute='_compute_can_decide')

    _number_uniq = models.UniqueIndex("(company_id, name)", "This number is already used.")
    _one_subject = models.Constraint(
        'CHECK ((proposal_id IS NULL) <> (entry_id IS NULL))', "An approval is about a proposal or a ledger entry."
    )
    _decision_pair = models.Constraint(
        "CHECK (state NOT IN ('approved', 'refused') OR (decided_by_id IS NOT NULL AND decided_on IS NOT NULL))",
        "A decision has a person and a time.",
    )
    _waiting_idx = models.Index("(company_id, approver_id) WHERE state = 'asked'")

    # === COMPUTE === #

    @api.depends('proposal_id', 'entry_id', 'plan_ids')
    def _compute_subject(self):
        for approval in self:
            proposal, entry = approval.proposal_id, approval.entry_id
            approval.partner_id = proposal.partner_id or entry.owner_id
            vehicle = (proposal.plate or proposal.vin or proposal.model_id.display_name) if proposal else entry.plate
            approval.vehicle_name = vehicle
            benefits = (approval.plan_ids or proposal.plan_ids).benefit_ids if proposal else entry.benefit_ids
            approval.benefit_text = '\n'.join(
                f'{benefit.name or benefit.type_id.name}: {approval.currency_id.format(benefit.amount)}'
                for benefit in benefits
            )

    @api.depends('state', 'requester_id', 'level')
    @api.depends_context('uid')
    def _compute_can_decide(self):
        for approval in self:
            approval.can_decide = not approval._decision_error_message()
            approval.can_withdraw = approval.state == 'asked' and approval.requester_id == self.env.user

    # === CRUD === #

    def write(self, vals):
        for approval in self:
            frozen = [name for name in vals if not name.startswith(('message_', 'activity_', 'my_activity_'))]
            if frozen and approval.state != 'asked':
                raise UserError(
                    self.env._("%(approval)s was decided and stays as it is.", approval=approval.display_name)
                )
        return super().write(vals)

    def copy(self, default=None):
        raise UserError(self.env._("An approval is not copied: ask for a new one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Approvals are not deleted: %(names)s.", names=self.mapped('name')))

    # === LIMITS === #

    @api.model
    def _required_level(self, company, discount, commission, cost):
        """Return who has to agree: False (nobody), 'supervisor' or 'gm' (T11).

        :param company: the store, whose limits hold
        :param discount: value of the benefits for the customer
        :param commission: commission expected; 0 when no rate is known
        :param cost: what benefits and all else cost the store
        """
        compare = (company.currency_id or self.env.company.currency_id).compare_amounts
        over_free = compare(discount, company.insurance_benefit_free_amount) > 0
        below_floor = compare(commission - cost, company.insurance_margin_floor) < 0
        if not over_free and not below_floor:
            return False
        share_limit = commission * company.insurance_supervisor_benefit_share
        if (
            compare(discount, company.insurance_supervisor_benefit_amount) > 0
            or compare(cost, share_limit) > 0
            or compare(cost, commission) > 0
        ):
            return 'gm'
        return 'supervisor'

    @api.model
    def _is_granted(self, record, discount, commission, cost):
        """Tell whether benefits of `record` (proposal or ledger entry) need nobody's yes, or have it already.

        For a ledger entry that came from a proposal, the proposal's approval counts.
        """
        level = self._required_level(record.company_id, discount, commission, cost)
        if not level:
            return True
        # sudo: whether it was granted is asked of whoever goes on with the record
        granted = self.sudo().search([('state', '=', 'approved'), *self._domain_about(record)])
        compare = record.company_id.currency_id.compare_amounts
        return any(
            (one.level == 'gm' or level == 'supervisor')
            and compare(discount, one.amount) <= 0
            and compare(cost, one.cost_limit) <= 0
            for one in granted
        )

    @api.model
    def _domain_about(self, record):
        if record._name == 'insurance.proposal':
            return [('proposal_id', '=', record.id)]
        return ['|', ('entry_id', '=', record.id), ('proposal_id', 'in', record.proposal_id.ids)]
