import base64
import binascii
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from .insurance_proposal import CONSENTS

MAX_SIGNATURE = 1_000_000  # characters of base64; a drawn name takes some 20,000
LINKED_STATES = frozenset({'sent', 'accepted'})  # what a customer's link is given out for
OFFERERS = ','.join(
    f'dealer_insurance.group_{role}' for role in ('sales_consultant', 'renewal_specialist', 'insurance_supervisor')
)  # who hands proposals, and with them their links, to customers
VISIBLE_STATES = frozenset({'sent', 'accepted', 'declined', 'superseded'})  # what a customer may see


class InsuranceProposal(models.Model):
    """The customer's own answer: signed on his page or on the store's screen, or declined (R1, PIPL 13 and 23)."""

    _inherit = 'insurance.proposal'

    customer_link = fields.Char(string="Customer's Link", compute='_compute_customer_link', groups=OFFERERS,
                                help="With it the customer reads, accepts or declines the proposal without a login.")
    signed_letter_id = fields.Many2one('ir.attachment', string="Signed Letter", readonly=True, copy=False,
                                       index='btree_not_null', ondelete='set null')

    @api.depends('state', 'access_token')
    def _compute_customer_link(self):
        for proposal in self:
            works = proposal.state in LINKED_STATES and proposal.access_token and not proposal.is_expired
            proposal.customer_link = works and proposal.get_base_url() + proposal.get_portal_url()

    def _get_closed_text(self):
        """Return why the customer cannot answer now, in words meant for him, or False."""
        self.ensure_one()
        consultant = self.user_id.sudo().name  # sudo: whom to ask, for the customer
        if self.state in ('draft', 'approval', 'approved'):
            return self.env._("This proposal is being prepared. %(name)s will hand it over to you.", name=consultant)
        if self.state == 'superseded':
            return self.env._("This proposal was replaced by a newer one. Ask %(name)s for it.", name=consultant)
        if self.state == 'accepted':
            return self.env._("This proposal was accepted: %(plan)s.", plan=self.accepted_plan_id.name)
        if self.state == 'declined':
            return self.env._("This proposal was declined. Ask %(name)s if you want a new one.", name=consultant)
        if self.is_expired:
            return self.env._(
                "This proposal was valid until %(day)s. Ask %(name)s for a new one.",
                day=format_date(self.env, self.valid_until),
                name=consultant,
            )
        return False

    # === SIGNING === #

    def _sign(self, plan, consents, signature, signed_by, origin):
        """Record that the customer takes `plan` and signs for it, and keep the signed letter in the chatter.

        The caller has checked who is speaking, as for `_accept`, whose conditions hold.

        :param plan: one of the proposal's `insurance.proposal.plan`
        :param consents: names of the consents (`CONSENTS`) that the customer gives
        :param str signature: the drawn signature, a base64 image
        :param str signed_by: the name typed beside it
        :param str origin: where it was signed, for the chatter
        :raises UserError: a consent or the name is missing, the image cannot be read, or see `_accept`
        """
        self.ensure_one()
        error = self._get_closed_text() or self._signing_error_message(consents, signature, signed_by)
        if error:
            raise UserError(error)
        self.write(dict.fromkeys(CONSENTS, True))
        self._accept(plan, signature=signature, signed_by=signed_by)
        self._post_signed_letter(origin)

    def _signing_error_message(self, consents, signature, signed_by):
        """Return what is missing beside a plan, in words for whoever holds the pen, or False."""
        if set(CONSENTS) - set(consents):
            return self.env._("Please tick all three statements: without them the insurer cannot issue the policy.")
        if not (signed_by or '').strip():
            return self.env._("Please type the name of who signs.")
        if not self._is_drawing(signature):
            return self.env._("Please draw the signature again: it could not be read.")
        return False

    @staticmethod
    def _is_drawing(signature):
        """Tell whether `signature` is a base64 picture of a reasonable size."""
        if not isinstance(signature, (str, bytes)) or len(signature) > MAX_SIGNATURE:
            return False
        try:
            with Image.open(BytesIO(base64.b64decode(signature, validate=True))) as image:
                return image.format in ('PNG', 'JPEG')
        except (binascii.Error, ValueError, TypeError, UnidentifiedImageError, OSError, Image.DecompressionBombError):
            return False

    def _post_signed_letter(self, origin):
        """Log who signed what, where and when, and attach the letter as it was signed."""
        self.ensure_one()
        plan = self.accepted_plan_id
        body = self.env._(
            "Signed by %(name)s on %(moment)s: %(plan)s, %(total)s. %(origin)s",
            name=self.signed_by,
            moment=self._print_moment(self.signed_on),
            plan=plan.name,
            total=formatLang(self.env, plan.total, currency_obj=plan.currency_id),
            origin=origin,
        )
        message = self._log_answer(body, attachments=self._render_signed_letter())
        # sudo: stamps of an answer are written by no role
        self.sudo().signed_letter_id = message.attachment_ids[:1]

    def _log_answer(self, body, **kwargs):
        """Note the customer's answer in the chatter, and tell the consultant; return the message."""
        # sudo: a note in the customer's name, who cannot write one himself
        return self.sudo().message_post(
            body=body,
            author_id=self.partner_id.id,
            partner_ids=self.user_id.partner_id.ids,
            subtype_xmlid='mail.mt_note',
            **kwargs,
        )

    def _print_moment(self, moment):
        """Return the naive UTC `moment` as text in the store's time."""
        return self.company_id._insurance_local(moment).strftime('%Y-%m-%d %H:%M:%S')

    def _render_signed_letter(self):
        """Return the letter as an attachment of `message_post`, or none where the server cannot print."""
        # sudo: drawn for whoever signs, the customer without a login included
        Report = self.env['ir.actions.report'].sudo()
        if Report.get_wkhtmltopdf_state() not in ('ok', 'upgrade'):
            return []
        self.flush_recordset()
        content = Report._render_qweb_pdf('dealer_insurance.report_insurance_proposal_action', self.ids)[0]
        return [(f'{self.name}.pdf', content)]

    # === DECLINING === #

    def _decline_online(self, reason_id, note, address):
        """Record that the customer declines on his page; return why it cannot be done, or False.

        :param reason_id: id of an active `insurance.reason` of use proposal_declined, as he chose it
        :param note: his words
        :param address: IP address he came from, for the chatter
        """
        self.ensure_one()
        error = self._get_closed_text()
        if error:
            return error
        reason = self._get_decline_reasons().filtered(lambda one: one.id == reason_id)
        if not reason:
            return self.env._("Please choose a reason from the list.")
        if reason.needs_detail and not (note or '').strip():
            return self.env._("Please say in a few words why.")
        self._decline(reason, (note or '').strip()[:2000])
        self._log_answer(
            self.env._(
                "Declined on the customer's page, from %(address)s, on %(moment)s: %(reason)s. %(note)s",
                address=address,
                moment=self._print_moment(self.declined_on),
                reason=reason.name,
                note=self.declined_note or '',
            )
        )
        return False

    def _get_decline_reasons(self):
        """Return the reasons that a customer of this store can choose from."""
        # sudo: a list that every customer is shown
        return self.env['insurance.reason'].sudo().search(
            [('use', '=', 'proposal_declined'), ('is_group', '=', False), ('code', '!=', 'NO_ANSWER'),
             ('company_id', 'in', (False, self.company_id.id))]
        )  # fmt: skip

    def action_open_sign(self):
        """Open the dialog in which the customer signs on the store's own screen."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Accept and Sign"),
            'res_model': 'insurance.proposal.sign',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_proposal_id': self.id},
        }

    def _get_report_base_filename(self):
        """Return what the portal calls the PDF."""
        self.ensure_one()
        return self.name
