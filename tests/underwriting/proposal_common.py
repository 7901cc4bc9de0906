from odoo import Command

from .letter_common import CONSENTS, LetterCase


class ProposalCase(LetterCase):
    """Proposals in a store with ordinary limits: benefits are asked for, and rates of PICC are known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store.write(
            {
                'insurance_margin_floor': 0,
                'insurance_benefit_free_amount': 0,
                'insurance_supervisor_benefit_amount': 500,
                'insurance_supervisor_benefit_share': 0.5,
                'insurance_state_id': cls.env.ref('base.state_cn_JS').id,
            }
        )
        cls.card = cls.env['insurance.rate.card'].create(
            {
                'name': "PICC 2026", 'company_id': cls.store.id, 'insurer_id': cls.picc.id, 'date_from': '2026-01-01',
                'line_ids': [
                    Command.create({'product': 'commercial', 'rate': 0.2}),
                    Command.create({'product': 'compulsory', 'rate': 0.04}),
                ],
            }
        )  # fmt: skip

    @classmethod
    def draft(cls, *plans, **vals):
        """Return a draft of the consultant with `plans` (pairs of insurer code and level; one of PICC by default)."""
        return cls.make_proposal(plans or (('PICC', 'balanced'),), sent=False, **vals)

    @classmethod
    def give(cls, plan, amount, code='GIFT'):
        """Let the consultant add a benefit worth `amount` to `plan`."""
        benefit = cls.env['insurance.proposal.benefit'].with_user(cls.consultant)
        return benefit.create(
            {'plan_id': plan.id, 'type_id': cls._get_reason('benefit_type', code).id, 'amount': amount}
        )

    @classmethod
    def consent(cls, proposal):
        proposal.write(dict.fromkeys(CONSENTS, True))
