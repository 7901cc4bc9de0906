from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_register_signature import digest_of


class InsuranceSignature(models.AbstractModel):
    """Append-only events in a chain: who signed a record or voided that, when, and over what content (T1, T44).

    Each event's digest covers the content, signer, time and the digest of the event before it in the same chain. A
    model of signatures names the field of what is signed and of what the chain hangs on; the latter holds
    `event_count` and `last_digest`. What is signed has `signature_id`, `_get_signed_content` and `_name_changes`.
    """

    _name = 'insurance.signature'
    _description = "Chain of Signatures"
    _order = 'id'

    _subject_field = ''  # Many2one to what is signed
    _chain_field = ''  # Many2one to what the chain hangs on

    sequence = fields.Integer(string="Event No.", required=True, aggregator=None)
    event = fields.Selection([('signed', "Signed"), ('voided', "Voided")], required=True)
    user_id = fields.Many2one('res.users', string="Signer", required=True, index=True)
    signed_on = fields.Datetime(string="Time", required=True)
    remark = fields.Text()
    content = fields.Json()
    previous_digest = fields.Char()
    digest = fields.Char(required=True)
    checked_on = fields.Datetime(string="Last Checked")

    _checked_idx = models.Index("(checked_on NULLS FIRST, id)")

    @api.depends('user_id', 'signed_on')
    def _compute_display_name(self):
        for signature in self:
            company = signature[self._subject_field].company_id
            local = company._insurance_local(signature.signed_on) if signature.signed_on else ''
            signature.display_name = f"{signature.user_id.name} {local:%m-%d}" if local else signature.user_id.name

    @api.model
    def _append(self, subject, chain, event, remark=False):
        """Add an event of the present user over `subject` to `chain`; called by the subject, in sudo."""
        chain = chain.sudo()  # sudo: the chain of signatures is written by no role
        # two who sign in one chain wait for each other
        self.env.execute_query(SQL(
            "SELECT id FROM %s WHERE id = %s FOR NO KEY UPDATE", SQL.identifier(chain._table), chain.id))
        chain.invalidate_recordset(['event_count', 'last_digest'])
        values = {
            self._subject_field: subject.id, self._chain_field: chain.id, 'sequence': chain.event_count + 1,
            'event': event, 'user_id': self.env.uid, 'signed_on': fields.Datetime.now(), 'remark': remark,
            'content': subject._get_signed_content(), 'previous_digest': chain.last_digest or False,
        }
        signature = super().create([dict(values, digest=self._digest(values))])
        chain.write({'event_count': signature.sequence, 'last_digest': signature.digest})
        return signature

    @api.model
    def _digest(self, values):
        return digest_of([
            values[self._subject_field], values[self._chain_field], values['sequence'], values['event'],
            values['user_id'], fields.Datetime.to_string(values['signed_on']), values['remark'] or '',
            values['content'], values['previous_digest'] or '',
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
