from datetime import timedelta

from odoo import Command, api, models

from .insurance_demo import at

PAID_AFTER = 26  # days
SHORT = 320
AT_ONCE = 3  # claims that an insurer pays in one sum


class InsuranceDemo(models.AbstractModel):
    """The money of the demonstration claims: sums for several claims, instalments, differences, closing."""

    _inherit = 'insurance.demo'

    @api.model
    def _pay_claims(self, company, claims, roles, today):
        """Let insurers pay what is old enough, several claims in one sum; some too little, one too much."""
        finance = roles['finance'][:1]
        due = claims.sudo().filtered(lambda claim: claim.state == 'submitted'
                                     and claim.dispatched_on < today - timedelta(days=PAID_AFTER))
        for payer, costs in due.cost_ids.filtered('expected_amount').grouped('payer_id').items():
            for start in range(0, len(costs), AT_ONCE):
                self._receive(company, payer, costs[start:start + AT_ONCE], finance, today)
        half = claims.sudo().filtered(lambda claim: claim.state == 'submitted')[:4]
        for claim in half[:2]:  # first instalments
            cost = claim.cost_ids.filtered('expected_amount')[:1]
            with at(self._moment(company, today - timedelta(days=2), 9, 40)):
                self._post(company, cost.payer_id, [(cost, round(cost.expected_amount * 0.6, 2), False)], finance,
                           today - timedelta(days=2))
        with at(self._moment(company, today - timedelta(days=1), 9, 50)):  # money that nobody has explained yet
            self.env['insurance.claim.receipt'].with_user(finance).with_company(company).create({
                'company_id': company.id, 'payer_id': self._get_insurer('PICC').id, 'amount': 6480,
                'received_on': today - timedelta(days=1), 'bank_reference': f"网银{today:%y%m%d}0717",
                'note': "附言: 车险赔款，未注明报案号",
            }).action_post()

    @api.model
    def _receive(self, company, payer, costs, finance, today):
        latest = max(cost.claim_id.submitted_on for cost in costs)
        day = min(latest + timedelta(days=9), today)
        lines = []
        for cost in costs:
            number = int(cost.claim_id.order_no[-3:])
            amount, is_final = cost.expected_amount, False
            if number % 10 == 6 and cost.expected_amount > SHORT:
                amount, is_final = cost.expected_amount - SHORT, True
            elif number % 30 == 22:
                amount += 88
            lines.append((cost, round(amount, 2), is_final))
        with at(self._moment(company, day, 9, 30)):
            self._post(company, payer, lines, finance, day)

    @api.model
    def _post(self, company, payer, lines, finance, day):
        self.env['insurance.claim.receipt'].with_user(finance).with_company(company).create({
            'company_id': company.id, 'payer_id': payer.id, 'received_on': day,
            'amount': round(sum(amount for _cost, amount, _final in lines), 2),
            'bank_reference': f"网银{day:%y%m%d}{lines[0][0].id:05d}",
            'line_ids': [Command.create({'claim_id': cost.claim_id.id, 'cost_id': cost.id, 'amount': amount,
                                         'is_final': is_final}) for cost, amount, is_final in lines],
        }).action_post()

    @api.model
    def _finish_claims(self, company, claims, roles, today):
        """Explain differences to different ends, refuse one, revise one, close what is in order, reopen one."""
        clerk, leader, manager = (roles[role][:1] for role in ('clerk', 'leader', 'gm'))
        # sudo: the demonstration chooses what its people then do under their own roles
        differing = claims.sudo().filtered(lambda claim: claim.state == 'difference').sorted('difference_amount')
        for number, claim in enumerate(differing):
            self._handle_difference(claim, number, clerk, manager)
        # sudo: as above
        waiting = claims.sudo().filtered(lambda claim: claim.state == 'submitted')
        for claim in waiting[1:2].with_user(clerk):
            claim.action_refuse("驾驶证逾期未审验，属免责情形，保险公司出具拒赔通知", today - timedelta(days=1))
        for claim in waiting[2:3]:
            self._revise_claim(claim.with_user(claim.advisor_id), today)
        # sudo: as above
        closing = claims.sudo().filtered(lambda claim: not claim.blocking_text and claim.state in (
            'paid', 'difference', 'self_claim', 'total_loss'))
        for claim in closing[:-4].with_user(leader):
            claim.action_close("单据齐全，回款已核对")
        closed = closing[:1].filtered(lambda claim: claim.state == 'closed').with_user(manager)
        if closed:
            closed.action_reopen("客户补交残值收据，需更正结算单备注")

    @api.model
    def _handle_difference(self, claim, number, clerk, manager):
        claim = claim.with_user(clerk)
        claim.action_explain_difference()
        reason, handling, note = (
            ('PARTS_LABOUR', 'STORE', "配件价差保险公司不认，申请店内承担"),
            ('DEDUCTIBLE', 'DISCOUNT', "免赔额漏算，冲减工时折扣"),
            ('ASSESSED_LOW', 'BAD_DEBT', "定损低于结算价，多次协商无果"),
            ('DOCUMENTS', 'PENDING', "保险公司称缺拖车发票，已请客户补"),
            ('SUPPLEMENT', 'INSURER', "增补定损已批，保险公司下周补付"),
        )[number % 5]
        for row in claim.difference_ids:
            overpaid = row.amount > 0
            row.write({
                'reason_id': self._get_reason('claim_difference', 'OVERPAID' if overpaid else reason).id,
                'handling_id': self._get_reason('claim_handling', 'PENDING' if overpaid else handling).id,
                'note': "保险公司多付，待退回" if overpaid else note,
            })
            if not overpaid and handling not in ('PENDING', 'INSURER'):
                row.action_done()
                if handling == 'STORE':
                    row.with_user(manager).action_approve()

    @api.model
    def _revise_claim(self, claim, today):
        """A supplementary assessment after the settlement: stage 2 is revised with a reason."""
        claim.write({'assessment_ids': [Command.create({
            'kind': 'supplement', 'assessed_on': today - timedelta(days=1), 'parts': 460,
            'reason': "拆检后发现水箱支架变形，保险公司同意增补", 'answer': 'agreed'})]})
        claim.action_revise("增补定损 460 元，结算单重开")
        claim.write({'parts_fee': claim.parts_fee + 460})
        cost = claim.cost_ids.filtered('expected_amount')[-1:]
        cost.amount += 460
        claim.action_settle()
