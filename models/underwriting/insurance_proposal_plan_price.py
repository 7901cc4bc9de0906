from odoo import api, models

THIRD_PARTY, DAMAGE = 'VCI-B', 'VCI-A'  # codes of the coverages that rate cards ask for
DOUBTFUL_CHANGE = 0.3  # a premium that differs so much from last year's is marked to be looked at again
PRODUCTS = {
    'compulsory': 'compulsory_premium',
    'commercial': 'commercial_premium',
    'non_motor': 'non_motor_premium',
    'vehicle_tax': 'vehicle_tax',
}  # product of the rate card -> what it is paid on


class InsuranceProposalPlan(models.Model):
    """What a plan costs the customer by tariff, how plausible that is, and what is left to the store."""

    _inherit = 'insurance.proposal.plan'

    # === TARIFFS === #

    @api.depends(
        'with_compulsory', 'proposal_id.use_type', 'proposal_id.seats', 'proposal_id.accident_history',
        'proposal_id.state_id', 'proposal_id.date', 'proposal_id.displacement', 'proposal_id.fuel_type',
        'proposal_id.scene',
    )  # fmt: skip
    def _compute_tariffs(self):
        offered = self._keep_offered('compulsory_tariff', 'compulsory_text', 'vehicle_tax_tariff', 'vehicle_tax_text')
        for proposal, plans in (self - offered).grouped('proposal_id').items():
            compulsory, tax = plans._quote_tariffs(proposal)
            for plan in plans:
                wanted = plan.with_compulsory
                plan.compulsory_tariff = wanted and compulsory['amount']
                plan.compulsory_text = wanted and compulsory['text']
                plan.vehicle_tax_tariff = wanted and tax['amount']
                plan.vehicle_tax_text = wanted and tax['text']

    def _keep_offered(self, *names):
        """Leave the fields `names` as they are in plans that the customer was offered, and return those plans.

        A car that is allocated later tells more about itself, and none of it changes what was offered.
        """
        offered = self.filtered(lambda plan: plan.proposal_id.state not in (False, 'draft'))
        for plan in offered:
            for name in names:
                plan[name] = plan[name]
        return offered

    @api.model
    def _quote_tariffs(self, proposal):
        """Return the compulsory premium and the vehicle tax of the proposal's car, as the tariffs' `_quote` does."""
        Compulsory, Tax = self.env['insurance.tariff.compulsory'], self.env['insurance.tariff.vehicle.tax']
        day = proposal.date
        if not day:
            return ({'amount': False, 'text': False},) * 2
        compulsory = Compulsory._quote(
            proposal.use_type, proposal.seats, proposal.accident_history, proposal.state_id, day
        )
        months = Tax._get_months(day) if proposal.scene == 'new' else 12
        tax = Tax._quote(
            proposal.state_id, proposal.displacement, proposal.fuel_type, proposal.seats, day, months=months
        )
        return compulsory, tax

    @api.depends('compulsory_tariff', 'with_compulsory')
    def _compute_compulsory_premium(self):
        for plan in self - self._keep_offered('compulsory_premium'):
            plan.compulsory_premium = plan.compulsory_tariff if plan.with_compulsory else 0

    @api.depends('vehicle_tax_tariff', 'with_compulsory')
    def _compute_vehicle_tax(self):
        for plan in self - self._keep_offered('vehicle_tax'):
            plan.vehicle_tax = plan.vehicle_tax_tariff if plan.with_compulsory else 0

    # === PLAUSIBILITY === #

    @api.depends(
        'commercial_premium', 'compulsory_premium', 'compulsory_tariff', 'vehicle_tax', 'vehicle_tax_tariff',
        'with_compulsory', 'proposal_id.last_premium_commercial', 'proposal_id.last_premium_compulsory',
    )  # fmt: skip
    def _compute_premium_hint(self):
        for plan in self:
            hints, doubtful = plan._get_premium_hints()
            plan.premium_hint = '\n'.join(hints) or False
            plan.is_premium_doubtful = doubtful

    def _get_premium_hints(self):
        """Return what to compare the premiums with, as a list of texts, and whether one of them looks wrong."""
        self.ensure_one()
        _, money = self.env._, self.currency_id.format
        hints, doubtful = [], False
        for label, now, last in (
            (_("Commercial"), self.commercial_premium, self.proposal_id.last_premium_commercial),
            (_("Compulsory"), self.compulsory_premium, self.proposal_id.last_premium_compulsory),
        ):
            if now and last:
                change = now / last - 1
                doubtful |= abs(change) > DOUBTFUL_CHANGE
                hints.append(
                    _(
                        "%(product)s: %(change)s against last year's %(last)s.",
                        product=label,
                        change=f'{change * 100:+.0f} %',
                        last=money(last),
                    )
                )
        for label, now, tariff in (
            (_("Compulsory"), self.compulsory_premium, self.compulsory_tariff),
            (_("Vehicle tax"), self.vehicle_tax, self.vehicle_tax_tariff),
        ):
            if self.with_compulsory and tariff and self.currency_id.compare_amounts(now, tariff):
                doubtful = True
                hints.append(_("%(product)s was typed; the tariff gives %(tariff)s.", product=label,
                               tariff=money(tariff)))
        return hints, doubtful

    # === MARGIN === #

    @api.depends(
        'insurer_id', 'compulsory_premium', 'commercial_premium', 'non_motor_premium', 'vehicle_tax', 'cost_other',
        'benefit_ids.amount', 'benefit_ids.cost', 'line_ids.coverage_id', 'line_ids.limit', 'proposal_id.scene',
        'proposal_id.use_type', 'proposal_id.is_new_energy', 'proposal_id.is_transferred', 'proposal_id.date',
        'proposal_id.company_id',
    )  # fmt: skip
    def _compute_margin(self):
        """Work out the commission and whether somebody has to agree with what is left of it.

        Runs in sudo: rate cards are not the consultant's to read, yet whether he may hand over the plan hangs on
        them. What he reads is a yes or no without amounts; the amounts have a group of their own.
        """
        approvals = self.env['insurance.approval']
        for company, plans in self.grouped('company_id').items():
            commissions = plans._get_commissions(company)
            for plan in plans:
                commission, texts = commissions[plan]
                cost = sum(plan.benefit_ids.mapped('cost')) + plan.cost_other
                level = approvals._required_level(company, plan.discount_total, commission, cost)
                plan.commission = commission
                plan.commission_text = '\n'.join(texts) or False
                plan.benefit_cost = cost - plan.cost_other
                plan.margin = commission - cost
                plan.required_level = level
                plan.needs_approval = bool(level)
                plan.approval_text = plan.needs_approval and self.env._(
                    "What this plan gives the customer is more than you may grant yourself. Ask for approval."
                )

    def _get_commissions(self, company):
        """Return `{plan: (commission, grounds)}` for plans of one store; a rate that is not known counts as nothing.

        Batched: one look at the rate cards and one at the agreements, however many plans.
        """
        Card = self.env['insurance.rate.card']
        asked = [
            (plan, product, plan[name])
            for plan in self if plan.insurer_id and plan.proposal_id.date
            for product, name in PRODUCTS.items() if plan[name]
        ]  # fmt: skip
        requests = [
            {'insurer': plan.insurer_id, 'day': plan.proposal_id.date, 'product': product,
             'facts': plan._get_rate_facts()}
            for plan, product, _amount in asked
        ]  # fmt: skip
        terms = self._get_terms(company)
        results = {plan: (0.0, []) for plan in self}
        matches = Card._match_many(company, requests, raise_ambiguous=False)
        for (plan, product, amount), (line, text) in zip(asked, matches, strict=True):
            total, texts = results[plan]
            if line:
                basis, vat = terms.get((plan.insurer_id, plan.proposal_id.date), ('gross', 0.0))
                part = Card._get_commission(amount, line.rate, basis, vat, plan.currency_id)
                results[plan] = (total + part, [*texts, f'{text}: {plan.currency_id.format(part)}'])
            elif product != 'vehicle_tax':  # seldom paid at all (domain 5.8)
                results[plan] = (total, [*texts, text])
        return results

    def _get_rate_facts(self):
        """Return what a rate card asks about the plan (T10)."""
        self.ensure_one()
        proposal = self.proposal_id
        limits = {line.coverage_id.code: line.limit for line in self.line_ids}
        return {
            'business': 'new' if proposal.scene == 'new' else 'renewal',
            'use_type': proposal.use_type,
            'is_new_energy': proposal.is_new_energy,
            'is_transferred': proposal.is_transferred,
            'third_party_limit': limits.get(THIRD_PARTY, 0),
            'has_damage': DAMAGE in limits,
        }

    def _get_terms(self, company):
        """Return `{(insurer, day): (commission basis, VAT rate)}` of the agreements in force, in one query."""
        agreements = self.env['insurance.insurer.agreement'].search(
            [('company_id', '=', company.id), ('insurer_id', 'in', self.insurer_id.ids)]
        )
        terms = {}
        for plan in self:
            day = plan.proposal_id.date
            valid = agreements.filtered(
                lambda one, plan=plan, day=day: one.insurer_id == plan.insurer_id
                and day and one.date_from <= day and (not one.date_to or one.date_to >= day)
            )[:1]  # fmt: skip
            if valid:
                terms[plan.insurer_id, day] = (valid.commission_basis, valid.vat_rate)
        return terms
