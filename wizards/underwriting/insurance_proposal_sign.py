from odoo import api, fields, models

from ...models.underwriting.insurance_proposal import CONSENTS


class InsuranceProposalSign(models.TransientModel):
    """Dialog on the store's tablet: the customer chooses a plan, consents, and signs."""

    _name = 'insurance.proposal.sign'
    _description = "Sign a Proposal"

    proposal_id = fields.Many2one('insurance.proposal', required=True, ondelete='cascade')
    plan_id = fields.Many2one(
        'insurance.proposal.plan', string="I choose", required=True, ondelete='cascade',
        domain="[('proposal_id', '=', proposal_id)]", compute='_compute_plan_id', store=True, readonly=False,
    )
    currency_id = fields.Many2one(related='plan_id.currency_id')
    total = fields.Monetary(related='plan_id.total', string="Total to pay")
    insurer_names = fields.Char(string="Insurer", compute='_compute_insurer_names')
    consent_clauses = fields.Boolean(string="Exclusions Explained")
    consent_privacy = fields.Boolean(string="Agrees to the Privacy Notice")
    consent_insurers = fields.Boolean(string="Agrees to Data for the Insurers")
    privacy_notice = fields.Text(compute='_compute_privacy_notice')
    signed_by = fields.Char(string="Name", compute='_compute_signed_by', store=True, readonly=False, required=True)
    signature = fields.Binary(attachment=False)

    @api.depends('proposal_id')
    def _compute_plan_id(self):
        for dialog in self:
            plans = dialog.proposal_id.plan_ids
            dialog.plan_id = plans.filtered('is_recommended')[:1] or plans[:1]

    @api.depends('proposal_id')
    def _compute_signed_by(self):
        for dialog in self:
            dialog.signed_by = dialog.proposal_id.partner_id.name

    @api.depends('proposal_id', 'plan_id')
    def _compute_insurer_names(self):
        for dialog in self:
            dialog.insurer_names = dialog.plan_id.insurer_id.name

    @api.depends('proposal_id')
    def _compute_privacy_notice(self):
        for dialog in self:
            # sudo: a text of the store, for its customer
            dialog.privacy_notice = dialog.proposal_id.company_id.sudo().insurance_privacy_notice

    def action_sign(self):
        """Hand the proposal over, if that was not done yet, and record the customer's signature."""
        self.ensure_one()
        proposal = self.proposal_id
        proposal.check_access('write')
        if proposal.state in ('draft', 'approved'):
            proposal.action_send()
        proposal._sign(
            self.plan_id,
            [name for name in CONSENTS if self[name]],
            self.with_context(bin_size=False).signature,
            self.signed_by,
            self.env._("On the store's screen, handed over by %(user)s.", user=self.env.user.name),
        )
        return {'type': 'ir.actions.act_window_close'}
