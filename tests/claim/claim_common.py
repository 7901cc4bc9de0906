import base64

from odoo import Command

from ..common import DealerInsuranceCase


class ClaimCase(DealerInsuranceCase):
    """A car insured in the ledger, and claims brought to each stage by the roles that do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle = cls.make_vehicle()
        cls.entry = cls.make_entry(
            cls.prepare_policy('compulsory', 950, '2026-03-01'), cls.prepare_policy('commercial', 3000, '2026-03-01'),
            vehicle_id=cls.vehicle.id, issue_date='2026-02-20',
        )

    @classmethod
    def prepare_claim(cls, **vals):
        """Return the values of a complete stage 1, dispatched today."""
        cls._serial += 1
        return {
            'vehicle_id': cls.vehicle.id, 'order_no': f'GD{cls._serial:06d}', 'mileage': 23000,
            'insurer_id': cls.picc.id,
            'report_no': f'RDAA2026{cls._serial:08d}', 'accident_on': cls.utc('2026-11-17 18:30'),
            'accident_place': "Bridge Road", 'accident_course': "Hit the kerb while turning", 'liability': '100',
            **vals,
        }

    @classmethod
    def make_claim(cls, user=None, **vals):
        return cls.env['insurance.claim'].with_user(user or cls.advisor).create(cls.prepare_claim(**vals)).sudo(False)

    @classmethod
    def dispatch(cls, user=None, **vals):
        claim = cls.make_claim(user, **vals)
        claim.action_dispatch()
        return claim

    @classmethod
    def compose(cls, claim, *costs, fee=None, **vals):
        """Enter a settlement sheet with costs `(payer, amount)` or dicts; the sum is the total unless `fee` differs."""
        rows = [dict(zip(('payer', 'amount', 'payer_id'), cost, strict=False)) if isinstance(cost, tuple) else cost
                for cost in costs or (('own_commercial', 1000),)]
        cls._serial += 1
        claim.write({
            'sheet_no': f'JS{cls._serial:06d}', 'sheet_date': '2026-11-18',
            'labour_fee': fee if fee is not None else sum(row['amount'] for row in rows),
            'cost_ids': [Command.clear(), *(Command.create(row) for row in rows)], **vals,
        })

    @classmethod
    def settle(cls, *costs, user=None, sheet=None, **vals):
        """Return a claim with stage 2 finished."""
        claim = cls.dispatch(user, **vals)
        claim.write({'assessment_ids': [Command.create({'labour': 400, 'parts': 600})]})
        claim.action_repaired()
        cls.compose(claim, *costs, **(sheet or {}))
        claim.action_settle()
        return claim

    @classmethod
    def tick_documents(cls, claim):
        claim.with_user(cls.claims_clerk).document_ids.write({'is_paper': True})

    @classmethod
    def submit(cls, *costs, **vals):
        """Return a claim whose documents the insurer has."""
        claim = cls.settle(*costs, **vals)
        cls.tick_documents(claim)
        claim.with_user(cls.claims_clerk).action_submit()
        return claim

    @classmethod
    def receive(cls, payer, amount, *lines, post=True, **vals):
        """Return a receipt of finance; `lines` are `(claim or cost, amount)` or dicts."""
        cls._serial += 1
        rows = []
        for line in lines:
            if isinstance(line, dict):
                rows.append(line)
                continue
            target, given = line
            is_cost = target._name == 'insurance.claim.cost'
            rows.append({'claim_id': (target.claim_id if is_cost else target).id, 'amount': given,
                         **({'cost_id': target.id} if is_cost else {})})
        receipt = cls.env['insurance.claim.receipt'].with_user(cls.finance).create({
            'payer_id': payer.id, 'amount': amount, 'bank_reference': f'B{cls._serial:08d}',
            'line_ids': [Command.create(row) for row in rows], **vals,
        })
        if post:
            receipt.action_post()
        return receipt

    @classmethod
    def pay(cls, claim):
        """Let everything expected for the claim come."""
        for cost in claim.sudo().cost_ids.filtered(lambda one: one.open_amount > 0):
            cls.receive(cost.payer_id, cost.open_amount, (cost, cost.open_amount))

    @classmethod
    def paid(cls, *costs, **vals):
        claim = cls.submit(*costs, **vals)
        cls.pay(claim)
        claim.handed_over_on = '2026-11-18'
        return claim

    @classmethod
    def close(cls, claim, user=None, note="In order"):
        claim.with_user(user or cls.leader).action_close(note)
        return claim

    @classmethod
    def make_file(cls, user, name="sheet.png"):
        return cls.env['ir.attachment'].with_user(user).create({
            'name': name, 'raw': base64.b64decode(
                'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=='),
        })
