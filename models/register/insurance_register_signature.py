import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.weeks import local_day

DIGEST_FORMAT = 1


def digest_of(value):
    """Return the SHA-256 (hex) of `value`, any JSON-able structure, independent of key order."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest()


class InsuranceRegisterSignature(models.Model):
    """Append-only record of who signed or voided a page, when, and over what content (R12, T1).

    Each event's digest covers the page's lines, the signer and the digest of the event before it in the same
    book, so that neither a line nor an event can change unnoticed. `create` decides signer and time itself.
    """

    _name = 'insurance.register.signature'
    _description = "Register Signature"
    _order = 'id'

    _given_fields = frozenset({'page_id', 'event', 'image', 'remark', 'answers'})

    page_id = fields.Many2one('insurance.register.page', required=True, index=True, ondelete='restrict')
    register_id = fields.Many2one('insurance.register', required=True, index=True, ondelete='restrict')
    sequence = fields.Integer(string="Event No.", required=True, aggregator=None)
    event = fields.Selection([('signed', "Signed"), ('voided', "Voided")], required=True)
    user_id = fields.Many2one('res.users', string="Signer", required=True, index=True)
    signed_on = fields.Datetime(string="Time", required=True)
    is_delegate = fields.Boolean(string="For the Reviewer", help="Signed by a delegate or the alternate reviewer.")
    is_self_review = fields.Boolean(string="Self-review", help="The signer entered lines of the page himself.")
    is_late = fields.Boolean(string="Late")
    image = fields.Binary(string="Signature", attachment=False)
    remark = fields.Text()
    answers = fields.Json()
    line_digests = fields.Json()
    previous_digest = fields.Char()
    digest = fields.Char(required=True, index=True)

    _sequence_uniq = models.UniqueIndex("(register_id, sequence)", "Another signature came between; try again.")

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        events = self.browse()
        for vals in vals_list:
            foreign = set(vals) - self._given_fields
            if foreign:
                raise UserError(self.env._("Signer, time and digest of a signature are not given by hand."))
            page = self.env['insurance.register.page'].browse(vals['page_id'])
            self._check_signer(page, vals)
            events |= super().create([self._prepare_event(page, vals)])
            page.register_id.write({'event_count': events[-1].sequence, 'last_digest': events[-1].digest})
        return events

    def _check_signer(self, page, vals):
        """Refuse whom the page refuses, whichever way the event came; the superuser signs nothing."""
        if self.env.user._is_superuser():
            raise UserError(self.env._("The system does not sign register pages."))
        if vals['event'] == 'voided':
            error = page._reopening_error_message(vals.get('remark'))
        else:
            error = page._signing_error_message()
            if not error and not vals.get('image'):
                error = self.env._("Draw your signature, or store it once under My Preferences.")
        if error:
            raise UserError(error)

    @api.model
    def _prepare_event(self, page, vals):
        register = page.register_id
        lines = page._get_lines()
        moment = fields.Datetime.now()
        signers = register._get_signers(page.company_id._insurance_today())
        values = {
            **vals,
            'register_id': register.id,
            'sequence': register.event_count + 1,
            'user_id': self.env.uid,
            'signed_on': moment,
            'is_delegate': bool(signers.get(self.env.user)),
            'is_self_review': self.env.user in lines.entered_by_id,
            'is_late': local_day(moment, page.company_id.insurance_tz) > page.deadline,
            'line_digests': {str(line.id): line._register_field_digests() for line in lines},
            'previous_digest': register.last_digest or False,
        }
        return dict(values, digest=self._digest(page, lines, values))

    def write(self, vals):
        raise UserError(self.env._("A signature is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A signature is never deleted."))

    # === DIGEST === #

    @api.model
    def _digest(self, page, lines, values):
        """Return the digest of an event over `page` with `lines`; `values` as stored on the event."""
        image = values.get('image') or b''
        return digest_of(
            {
                'format': DIGEST_FORMAT,
                'page': [page.register_id.id, page.iso_year, page.iso_week, page.page_no, page.supplementary],
                'event': [
                    values['sequence'],
                    values['event'],
                    values['user_id'],
                    fields.Datetime.to_string(values['signed_on']),
                    values['is_delegate'],
                    values['is_self_review'],
                    values['is_late'],
                ],
                'said': [values.get('remark') or '', values.get('answers') or []],
                'image': hashlib.sha256(image if isinstance(image, bytes) else image.encode()).hexdigest(),
                'lines': [[line.id, line._register_canonical()] for line in lines],
                'previous': values.get('previous_digest') or '',
            }
        )

    def _stored_values(self):
        return {
            'sequence': self.sequence,
            'event': self.event,
            'user_id': self.user_id.id,
            'signed_on': self.signed_on,
            'is_delegate': self.is_delegate,
            'is_self_review': self.is_self_review,
            'is_late': self.is_late,
            'remark': self.remark,
            'answers': self.answers,
            'image': self.with_context(bin_size=False).image,
            'previous_digest': self.previous_digest,
        }

    @api.model
    def _find_page_deviations(self, page, lines):
        """Compare a signed page with its signature.

        :param lines: the page's lines as they stand now
        :return: list of value dicts for `insurance.register.finding`
        """
        signature = page.signature_id
        base = {'register_id': page.register_id.id, 'page_id': page.id}
        if not signature:
            return [dict(base, kind='signature')]
        deviations = []
        signed = signature.line_digests or {}
        for line in lines:
            before = signed.get(str(line.id))
            place = dict(base, line_no=line.line_no, res_model=line._name, res_id=line.id)
            if before is None:
                deviations.append(dict(place, kind='added'))
                continue
            now = line._register_field_digests()
            changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
            if changed:
                deviations.append(dict(place, kind='altered', field_names=','.join(changed)))
        present = {str(line.id) for line in lines}
        deviations += [
            dict(base, kind='missing', res_id=int(line_id)) for line_id in sorted(signed) if line_id not in present
        ]
        if not deviations and self._digest(page, lines, signature._stored_values()) != signature.digest:
            deviations.append(dict(base, kind='signature'))
        return deviations

    @api.model
    def _find_chain_breaks(self, register_ids):
        """Return deviations in the order of events of the books: a digest, an event or a state that does not follow.

        One query, whatever the number of books and events.
        """
        if not register_ids:
            return []
        rows = self.env.execute_query(
            SQL(
                """
            SELECT register_id, page_id, 'chain'
              FROM (SELECT register_id, page_id, sequence, previous_digest,
                           lag(digest) OVER book AS expected,
                           row_number() OVER book AS position
                      FROM insurance_register_signature
                     WHERE register_id IN %(registers)s
                    WINDOW book AS (PARTITION BY register_id ORDER BY sequence)) event
             WHERE previous_digest IS DISTINCT FROM expected OR sequence <> position
             UNION ALL
            SELECT register.id, NULL, 'chain'
              FROM insurance_register register
              LEFT JOIN LATERAL (SELECT digest, sequence FROM insurance_register_signature
                                  WHERE register_id = register.id ORDER BY sequence DESC LIMIT 1) last ON TRUE
             WHERE register.id IN %(registers)s
               AND (register.event_count <> COALESCE(last.sequence, 0)
                    OR register.last_digest IS DISTINCT FROM last.digest)
             UNION ALL
            SELECT page.register_id, page.id, 'signature'
              FROM insurance_register_page page
              JOIN LATERAL (SELECT event FROM insurance_register_signature
                             WHERE page_id = page.id ORDER BY sequence DESC LIMIT 1) last ON TRUE
             WHERE page.register_id IN %(registers)s
               AND (last.event = 'signed') <> (page.state = 'signed')
            """,
                registers=tuple(register_ids),
            )
        )
        return [{'register_id': register, 'page_id': page or False, 'kind': kind} for register, page, kind in rows]
