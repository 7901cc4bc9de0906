from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..register.insurance_register_signature import digest_of


class InsuranceLedgerSignature(models.Model):
    """Append-only record of who signed a ledger row for finance, or voided that, and over what content (R32, T1).

    Each event's digest covers the content, signer, time and the digest of the event before it in the same ledger.
    """

    _name = 'insurance.ledger.signature'
    _description = "Finance Signature"
    _order = 'id'

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='restrict')
    ledger_id = fields.Many2one('insurance.ledger', required=True, ondelete='restrict')
    company_id = fields.Many2one(related='ledger_id.company_id', store=True, index=True)
    sequence = fields.Integer(string="Event No.", required=True, aggregator=None)
    event = fields.Selection([('signed', "Signed"), ('voided', "Voided")], required=True)
    user_id = fields.Many2one('res.users', string="Signer", required=True, index=True)
    signed_on = fields.Datetime(string="Time", required=True)
    remark = fields.Text()
    content = fields.Json(groups='dealer_insurance.group_commission_reader')
    previous_digest = fields.Char()
    digest = fields.Char(required=True)
    checked_on = fields.Datetime(string="Last Checked")

    _checked_idx = models.Index("(checked_on NULLS FIRST, id)")
    _sequence_uniq = models.UniqueIndex("(ledger_id, sequence)", "Another signature came between; try again.")

    @api.depends('user_id', 'signed_on')
    def _compute_display_name(self):
        for signature in self:
            local = signature.company_id._insurance_local(signature.signed_on) if signature.signed_on else ''
            signature.display_name = f"{signature.user_id.name} {local:%m-%d}" if local else signature.user_id.name

    @api.model
    def _append(self, entry, event, remark=False):
        """Add an event of the present user to the chain of the entry's ledger; called by the entry, in sudo."""
        ledger = entry.ledger_id.sudo()  # sudo: the chain of signatures is written by no role
        # two who sign in one ledger wait for each other
        self.env.execute_query(SQL("SELECT id FROM insurance_ledger WHERE id = %s FOR NO KEY UPDATE", ledger.id))
        ledger.invalidate_recordset(['event_count', 'last_digest'])
        values = {
            'entry_id': entry.id, 'ledger_id': ledger.id, 'sequence': ledger.event_count + 1, 'event': event,
            'user_id': self.env.uid, 'signed_on': fields.Datetime.now(), 'remark': remark,
            'content': entry._get_signed_content(), 'previous_digest': ledger.last_digest or False,
        }
        signature = super().create([dict(values, digest=self._digest(values))])
        ledger.write({'event_count': signature.sequence, 'last_digest': signature.digest})
        return signature

    @api.model
    def _digest(self, values):
        return digest_of([
            values['entry_id'], values['ledger_id'], values['sequence'], values['event'], values['user_id'],
            fields.Datetime.to_string(values['signed_on']), values['remark'] or '', values['content'],
            values['previous_digest'] or '',
        ])

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Signer, time and digest of a signature are not given by hand."))

    def write(self, vals):
        if vals.keys() - {'checked_on'}:
            raise UserError(self.env._("A signature is never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A signature is never deleted."))
