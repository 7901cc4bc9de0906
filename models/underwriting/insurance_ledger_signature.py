from odoo import api, fields, models
from odoo.exceptions import UserError

from ..register.insurance_register_signature import digest_of

CHECKED_A_NIGHT = 5000


class InsuranceLedgerSignature(models.Model):
    """Append-only record of who signed a ledger row for finance, or voided that, and over what content (R32, T1).

    Each event's digest covers the content, signer, time and the digest of the event before it in the same ledger.
    """

    _name = 'insurance.ledger.signature'
    _description = "Finance Signature"
    _order = 'id'

    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='restrict')
    ledger_id = fields.Many2one('insurance.ledger', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='ledger_id.company_id', store=True, index=True)
    sequence = fields.Integer(string="Event No.", required=True, aggregator=None)
    event = fields.Selection([('signed', "Signed"), ('voided', "Voided")], required=True)
    user_id = fields.Many2one('res.users', string="Signer", required=True, index=True)
    signed_on = fields.Datetime(string="Time", required=True)
    remark = fields.Text()
    content = fields.Json(groups='dealer_insurance.group_commission_reader')
    previous_digest = fields.Char()
    digest = fields.Char(required=True)
    checked_on = fields.Datetime(string="Last Checked", index=True)

    _sequence_uniq = models.UniqueIndex("(ledger_id, sequence)", "Another signature came between; try again.")

    @api.depends('user_id', 'signed_on')
    def _compute_display_name(self):
        for signature in self:
            local = signature.company_id._insurance_local(signature.signed_on) if signature.signed_on else ''
            signature.display_name = f"{signature.user_id.name} {local:%m-%d}" if local else signature.user_id.name

    @api.model
    def _append(self, entry, event, remark=False):
        """Add an event of the present user to the chain of the entry's ledger; called by the entry, in sudo."""
        ledger = entry.ledger_id.sudo()
        ledger.lock_for_update()
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

    # === INTEGRITY === #

    def _get_deviations(self):
        """Return `{signature: sentence}` of what differs between what was signed and what the database holds."""
        found = {}
        self.invalidate_recordset()
        for signature in self:
            values = {name: signature[name] for name in (
                'sequence', 'event', 'signed_on', 'remark', 'content', 'previous_digest')}
            values.update({name: signature[name].id for name in ('entry_id', 'ledger_id', 'user_id')})
            if self._digest(values) != signature.digest or not signature._follows_previous():
                found[signature] = self.env._("The signature itself was changed.")
            elif signature == signature.entry_id.signature_id:
                now = signature.entry_id._get_signed_content()
                changed = [name for name, value in signature.content.items() if now.get(name) != value]
                if changed:
                    labels = signature.entry_id.fields_get(changed, ['string'])
                    found[signature] = self.env._("Changed after signing: %(fields)s", fields=[
                        labels[name]['string'] if name in labels else self.env._("coverages") for name in changed])
        return found

    def _follows_previous(self):
        if self.sequence == 1:
            return not self.previous_digest
        before = self.search([('ledger_id', '=', self.ledger_id.id), ('sequence', '=', self.sequence - 1)], limit=1)
        return before.digest == self.previous_digest

    @api.model
    def _cron_check_integrity(self):
        """Compare signed rows with their signatures, the longest unchecked first, and tell the general managers."""
        signatures = self.sudo().search([], order='checked_on NULLS FIRST, id', limit=CHECKED_A_NIGHT)
        signatures.entry_id.invalidate_recordset()
        deviations = signatures._get_deviations()
        signatures.write({'checked_on': fields.Datetime.now()})
        activity_type = self.env.ref('dealer_insurance.mail_activity_type_ledger_integrity')
        for signature, sentence in deviations.items():
            entry = signature.entry_id
            if activity_type in entry.activity_ids.activity_type_id:
                continue
            managers = self.env.ref('dealer_insurance.group_general_manager').all_user_ids.filtered(
                lambda user, company=entry.company_id: company in user.company_ids)
            entry.activity_schedule(
                activity_type_id=activity_type.id, summary=sentence, user_id=managers[:1].id or self.env.uid,
            )
        return len(deviations)
