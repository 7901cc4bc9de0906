import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..register.insurance_register_line import InsuranceRegisterLine
from ..register.insurance_register_signature import digest_of
from .insurance_register_lost_visit import CONFIDANTS

FORGOTTEN = "***"  # what stands where words were
PERSONAL = ('vehicle_id', 'partner_id', 'visitor', 'phone', 'report_no', 'damage', 'content', 'reason_detail',
            'assessor', 'improvement')  # what an anonymous entry no longer says
WORDS = ('damage', 'content')  # required ones
BATCH = 100


class InsuranceLostVisit(models.Model):
    """Restricted entries: about a request for a faked case (R49, T38).

    The page's signature covers the personal contents of such an entry only through salted digests. When its time is
    over the digests stay, the salt and the contents go: nobody can read or guess them any more, and the signed page
    still proves itself unchanged.
    """

    _inherit = 'insurance.lost.visit'

    # === SIGNED CONTENT === #

    def _seal(self):
        """Give a restricted entry the salt of its digests; called in sudo."""
        self.ensure_one()
        if self.is_restricted and not self.seal_salt:
            self._write_quietly({'seal_salt': secrets.token_hex(16)})
        if self.is_restricted and self.message_partner_ids:
            self.message_unsubscribe(self.message_partner_ids.ids)  # mails would tell whoever once followed it

    def _write_quietly(self, vals):
        """Write what is the mechanism's own, also on a signed page; called in sudo."""
        super(InsuranceRegisterLine, self).write(vals)

    def _register_canonical(self):
        return super(InsuranceLostVisit, self.sudo())._register_canonical()  # sudo: phone and salt have their groups

    def _canonical_value(self, field):
        if not self.is_restricted or field.name not in PERSONAL:
            return super()._canonical_value(field)
        value = self[field.name]
        if self.anonymised_on and (not value or value == FORGOTTEN):
            return (self.sealed_digests or {}).get(field.name, '')
        return digest_of([self.seal_salt, field.name, super()._canonical_value(field)])

    # === RETENTION === #

    @api.model
    def _cron_forget(self):
        """Make signed restricted entries anonymous whose time is over, by each store's setting (T38)."""
        Cron, self = self.env['ir.cron'], self.sudo()  # sudo: the job sees every store
        waiting = [('is_restricted', '=', True), ('anonymised_on', '=', False)]
        for (company,) in self._read_group(waiting, ['company_id']):
            latest = fields.Datetime.now() - timedelta(days=company.insurance_fraud_keep_days)
            domain = [*waiting, ('company_id', '=', company.id), ('arrived_on', '<', latest),
                      ('page_id.state', '=', 'signed')]
            while visits := self.search(domain, limit=BATCH):
                visits._forget()
                if not Cron._commit_progress(len(visits)):
                    return

    def _forget(self):
        """Take out of the entries what they say of the car and the people; what was signed stays provable."""
        for visit in self:
            sealed = {name: visit._canonical_value(visit._fields[name]) for name in PERSONAL}
            visit._write_quietly({
                **{name: FORGOTTEN if name in WORDS else False for name in sealed},
                'accident_id': False, 'sealed_digests': sealed, 'seal_salt': False,
                'anonymised_on': fields.Datetime.now(),
            })
        self.contact_ids._forget(FORGOTTEN)
        self._forget_messages()

    def _forget_messages(self):
        """Empty the messages, files and reminders of the entries."""
        self.env.flush_all()
        ids = tuple(self.ids)
        self.env['mail.activity'].with_context(active_test=False).search([
            ('res_model', '=', self._name), ('res_id', 'in', ids)]).unlink()
        self.env['ir.attachment'].search([('res_model', '=', self._name), ('res_id', 'in', ids)]).unlink()
        self.env.cr.execute(SQL(
            "DELETE FROM mail_tracking_value t USING mail_message m WHERE t.mail_message_id = m.id"
            " AND m.model = %s AND m.res_id IN %s", self._name, ids))
        self.env.cr.execute(SQL(
            "UPDATE mail_message SET body = '', subject = NULL WHERE model = %s AND res_id IN %s",
            self._name, ids))
        self.env.invalidate_all()

    # === MESSAGES === #

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let only those follow restricted entries who read them."""
        restricted = self.sudo().filtered('is_restricted')  # sudo: asked before anything is sent to anybody
        plain = self - restricted.with_env(self.env)
        result = super(InsuranceLostVisit, plain).message_subscribe(partner_ids, subtype_ids) if plain else True
        if restricted and partner_ids:
            users = self.env['res.users'].sudo().search([('partner_id', 'in', list(partner_ids))])  # sudo: their groups
            allowed = users.filtered(lambda user: user.has_groups(CONFIDANTS)).partner_id.ids
            if allowed:
                super(InsuranceLostVisit, restricted.with_env(self.env)).message_subscribe(allowed, subtype_ids)
        return result
