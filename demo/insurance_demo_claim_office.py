from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models

from .insurance_demo import at


class InsuranceDemo(models.AbstractModel):
    """What insurers of the demonstration store are late with: dates, a dunned insurer, a draft, and their counts."""

    _inherit = 'insurance.demo'

    @api.model
    def _finish_claims(self, company, claims, roles, today):
        result = super()._finish_claims(company, claims, roles, today)
        clerk = roles['clerk'][:1]
        self._date_claims(company, claims.with_user(clerk), today)
        self._dun_insurers(company, claims, clerk, today)
        self._enter_counts(company, claims, clerk, today)
        return result

    @api.model
    def _date_claims(self, company, claims, today):
        """Note when claims were filed, and that some insurers approved and have not paid since."""
        waiting = claims.filtered(lambda claim: claim.state in ('settled', 'submitted', 'partial'))
        for number, claim in enumerate(waiting):
            day = claim.submitted_on or claim.dispatched_on + timedelta(days=2)
            claim.applied_on = min(day, today)
            if claim.submitted_on and number % 3:
                claim.list_received_on = min(claim.applied_on + timedelta(days=1), today)
            approved = claim.submitted_on and claim.submitted_on + timedelta(days=6)
            if number % 4 == 1 and approved and approved < today and not claim.approved_on:
                with at(self._moment(company, approved, 9, 30)):
                    claim.action_insurer_approved()

    @api.model
    def _dun_insurers(self, company, claims, clerk, today):
        """Send a letter to the insurer that is late with most, nine days ago, and draft the next."""
        Owed = self.env['insurance.claim.owed'].with_user(clerk).with_company(company)
        late = Owed.search([('days', '>', 12), ('company_id', '=', company.id)])
        insurers = sorted(late.grouped('insurer_id').items(), key=lambda one: -len(one[1]))
        Dunning = self.env['insurance.claim.dunning'].with_user(clerk).with_company(company)
        for number, (insurer, rows) in enumerate(insurers[:2]):
            day = today if number else today - timedelta(days=9)
            with at(self._moment(company, day, 14)):
                letter = Dunning._draft(company, insurer, rows.cost_id)
            if not number:
                letter.note = "上述案件单证已于交单日备齐，多次电话催办未果。"
                # printed when somebody opens it: while the addon is being installed nothing can be printed
                letter.sudo().write({'state': 'sent', 'sent_by_id': clerk.id,
                                     'sent_on': self._moment(company, letter.date, 14)})
                letter._note_on_claims()

    @api.model
    def _enter_counts(self, company, claims, clerk, today):
        """Enter what the insurers count of the last two months."""
        values = []
        for back in (1, 2):
            month = today.replace(day=1) - relativedelta(months=back)
            own = claims.filtered(lambda claim, month=month: (
                claim.is_insured_here and claim.role == 'own' and claim.state not in ('draft', 'cancelled')
                and claim.dispatched_on.replace(day=1) == month))
            for insurer, some in own.grouped('insurer_id').items():
                values.append({
                    'company_id': company.id, 'insurer_id': insurer.id, 'month': month,
                    'reported_count': round(len(some) * 1.6) + 1, 'stated_count': len(some) - (len(some) > 4),
                    'stated_output': round(sum(some.mapped('total_amount')) / 1.13, 2), 'note': "保险公司理赔清单",
                })
        self.env['insurance.claim.insurer.figure'].with_user(clerk).create(values)
