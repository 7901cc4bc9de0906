from odoo import api, models

from .signature import draw_signature

PRICES = {'VCI-A': (1350, 2100), 'VCI-B': (900, 1500), 'VCI-D3': (30, 60), 'VCI-D4': (70, 120)}
CHEAP = (25, 180)  # of add-ons


class InsuranceDemo(models.AbstractModel):
    """Proposals of the demonstration stores, in every state a customer leaves them in."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        today = company._insurance_today()
        for place, consultant in enumerate(self._get_staff(company, 'group_sales_consultant')[:2]):
            for number, outcome in enumerate(('draft', 'sent', 'accepted', 'declined')):
                self._propose_new_car(company, consultant, outcome, today, dice, 8000 + 10 * place + number)
        cases = self.env['insurance.renewal'].search([
            ('company_id', '=', company.id), ('state', 'in', ('quoted', 'following')), ('commercial_premium', '>', 0),
        ], limit=6)
        for number, case in enumerate(cases):
            self._propose_renewal(company, case, ('draft', 'sent', 'sent', 'accepted', 'declined', 'entered')[number], dice)
        return result

    @api.model
    def _propose_new_car(self, company, consultant, outcome, today, dice, serial):
        [vehicle], [person] = self._make_cars(company, 1, today, dice, offset=serial)
        vehicle.write({'seller_id': consultant.id, 'is_bought_here': True, 'license_plate': False,
                       'first_registration_date': False, 'acquisition_date': today})
        proposal = self.env['insurance.proposal'].with_user(consultant).with_company(company).create({
            'company_id': company.id, 'partner_id': person.id, 'vehicle_id': vehicle.id, 'scene': 'new',
            'accident_history': 'none',
        })
        self._finish(proposal, outcome, dice)

    @api.model
    def _propose_renewal(self, company, case, outcome, dice):
        specialist = case.specialist_id
        action = case.with_user(specialist).with_company(company).action_make_proposal()
        proposal = self.env['insurance.proposal'].with_user(specialist).with_company(company).browse(action['res_id'])
        self._finish(proposal, outcome, dice)

    @api.model
    def _finish(self, proposal, outcome, dice):
        """Fill the plans with quotes of two insurers and bring the proposal to its state."""
        for level in ('balanced', 'full'):
            plan = proposal._add_plan(level)
            self._quote(plan, dice)
            if level == 'balanced':
                before = proposal.plan_ids
                plan.action_copy_to_insurer()
                self._quote(proposal.plan_ids - before, dice)
        if outcome == 'draft':
            return
        proposal.write({'consent_clauses': True, 'consent_privacy': True, 'consent_insurers': True})
        proposal.action_send()
        plan = proposal.plan_ids.filtered('is_recommended')[:1] or proposal.plan_ids[:1]
        if outcome in ('accepted', 'entered'):
            proposal._accept(plan, draw_signature(proposal.partner_id.name, dice), proposal.partner_id.name)
        if outcome == 'entered':
            proposal.action_make_entry()
        if outcome == 'declined':
            proposal._decline(self._get_reason('proposal_declined', 'PRICE'), "客户收到电销报价，低四百元")

    @api.model
    def _quote(self, plan, dice):
        for line in plan.line_ids:
            low, high = PRICES.get(line.coverage_id.code, CHEAP)
            line.premium = round(dice.uniform(low, high), 2)
        plan.write({'ncd_factor': 0.85, 'autonomy_factor': round(dice.uniform(0.8, 1.05), 2)})
