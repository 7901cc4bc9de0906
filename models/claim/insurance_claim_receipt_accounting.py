from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class InsuranceClaimReceiptLine(models.Model):
    """Money given to a claim is booked and reconciled with its invoice, where the store keeps claims in accounting.

    What of a receipt belongs to no claim yet is booked with the claim it is given to.
    """

    _inherit = 'insurance.claim.receipt.line'

    move_line_id = fields.Many2one('account.move.line', string="Booked with", readonly=True, copy=False,
                                   index='btree_not_null', ondelete='restrict', groups='account.group_account_readonly,'
                                   'account.group_account_invoice')

    @api.model
    def _is_guarded(self, field):
        return field.name == 'move_line_id' or super()._is_guarded(field)

    def _take_effect(self):
        result = super()._take_effect()
        for receipt, lines in self.grouped('receipt_id').items():
            if receipt.company_id.sudo().insurance_claim_accounting:  # sudo: a setting of the store
                lines._book(receipt)
        return result

    def _reverse(self, reason):
        result = super()._reverse(reason)
        # sudo: finance of the insurance desk need not be an accountant; what it takes off is taken off the books
        booked = self.sudo().filtered('move_line_id')
        for receipt, lines in booked.grouped('receipt_id').items():
            lines.move_line_id.remove_move_reconcile()
            reversal = lines._make_entry(receipt, -1)
            for line, counter in zip(lines, reversal.line_ids.sorted('id')[1:], strict=True):
                (line.move_line_id | counter).reconcile()
        return result

    def _book(self, receipt):
        """Book lines of a receipt that count from now on: bank to receivable; then reconcile, claim by claim."""
        # sudo: finance of the insurance desk need not be an accountant; the entry follows from the receipt
        new = self.sudo().filtered(lambda line: line.state == 'valid' and not line.move_line_id)
        if not new:
            return
        move = new._make_entry(receipt, 1)
        for line, booked in zip(new, move.line_ids.sorted('id')[1:], strict=True):
            line.move_line_id = booked
        partner = receipt.payer_id.commercial_partner_id
        for claim in new.claim_id:
            claim._reconcile_with(partner)

    def _make_entry(self, receipt, sign):
        """Return the posted entry of the lines: first the bank, then the receivable of each line in their order.

        :param int sign: 1 to book the money, -1 to take it off the books
        """
        store, payer = receipt.company_id, receipt.payer_id.commercial_partner_id
        claim = self.claim_id[:1].with_company(store)
        journal = claim._get_claim_journal('bank')
        account = journal.inbound_payment_method_line_ids.payment_account_id[:1] or journal.default_account_id
        receivable = payer.sudo().with_company(store).property_account_receivable_id  # sudo: an account of the store
        if not journal or not account or not receivable:
            raise UserError(self.env._(
                "%(store)s keeps claims in accounting but has no bank journal with an account, or %(payer)s no"
                " receivable account. Have accounting set them up.", store=store.name, payer=payer.name))
        label = " ".join(filter(None, (receipt.name, receipt.bank_reference)))
        total = sign * sum(self.mapped('amount'))
        move = self.env['account.move'].sudo().with_company(store).create({  # sudo: as the callers
            'move_type': 'entry', 'journal_id': journal.id, 'company_id': store.id, 'ref': label,
            'date': receipt.received_on if sign > 0 else store._insurance_today(),
            'line_ids': [Command.create(self._prepare_side(account, payer, label, total))] + [
                Command.create(self._prepare_side(receivable, payer, line.claim_id.name, -sign * line.amount))
                for line in self],
        })
        move.action_post()
        return move

    @api.model
    def _prepare_side(self, account, partner, label, balance):
        """Return the values of a line of the entry; a positive balance is a debit."""
        return {'account_id': account.id, 'partner_id': partner.id, 'name': label,
                'debit': max(balance, 0), 'credit': max(-balance, 0)}
