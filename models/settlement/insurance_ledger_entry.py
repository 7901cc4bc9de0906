from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceLedgerEntry(models.Model):
    """The settlement lists that a ledger entry stands on; signing and reopening keep in step with them."""

    _inherit = 'insurance.ledger.entry'

    settlement_line_ids = fields.One2many('insurance.settlement.line', 'entry_id', string="On Settlement Lists")

    def _check_place_free(self, vals):
        super()._check_place_free(vals)
        if not vals.get('insurer_id'):
            return
        # sudo: that a list has the entry is no secret to who changes it
        line = self.sudo().settlement_line_ids.filtered(
            lambda line: line.state != 'carried' and line.insurer_id.id != vals['insurer_id'])[:1]
        if line:
            raise UserError(self.env._(
                "%(entry)s stands on %(list)s with its present insurer: take its line off or carry it over first.",
                entry=line.entry_id.display_name, list=line.settlement_id.display_name))

    def _after_register(self):
        super()._after_register()
        corrections = self.filtered(lambda entry: entry.policy_ids.corrected_policy_id)
        for entry in corrections:
            entry._follow_corrected_line()
        # sudo: results of the matching are written by it alone
        self.env['insurance.statement'].sudo()._match_registered(self)
        for company, entries in self.grouped('company_id').items():
            # sudo: findings are nobody's at the desk; one whose policy is in the ledger now ends by itself
            self.env['insurance.diversion'].sudo()._recheck(entries.vehicle_id, company)

    def _follow_corrected_line(self):
        """Put a correction on the list of the line that it corrects, unless that is closed."""
        # sudo: a registered correction goes where its line is, whoever registers it
        lines = self.env['insurance.settlement.line'].sudo().search([
            ('entry_id', 'in', self.policy_ids.corrected_policy_id.entry_id.ids), ('state', '!=', 'carried'),
            ('settlement_id.state', '!=', 'closed'),
        ], limit=1)
        if lines:
            lines.settlement_id._propose_corrections()

    def _signing_error_message(self):
        error = super()._signing_error_message()
        # sudo: that a list waits for the line is no secret to who signs
        waiting = self.sudo().settlement_line_ids.filtered(
            lambda line: line.list_state == 'submitted' and line.state in ('open', 'returned'))[:1]
        if not error and waiting:
            return self.env._("%(entry)s stands on %(list)s: check and sign its line there.",
                              entry=self.display_name, list=waiting.settlement_id.display_name)
        return error

    def action_unsign(self, reason):
        self.ensure_one()
        # sudo: the lines of the entry, whoever reads them
        lines = self.sudo().settlement_line_ids.filtered(lambda line: line.state == 'signed')
        closed = lines.settlement_id.filtered(lambda settlement: settlement.state == 'closed')[:1]
        if closed:
            raise UserError(self.env._("%(entry)s is settled with %(list)s, which is closed: reopen that list first.",
                                       entry=self.display_name, list=closed.display_name))
        result = super().action_unsign(reason)
        lines.write({'state': 'open', 'signed_by_id': False, 'signed_on': False})
        for line in lines:
            line.settlement_id.message_post(body=self.env._(
                "%(line)s: the signature was voided with that of its entry. %(reason)s",
                line=line.display_name, reason=reason.strip()))
        return result
