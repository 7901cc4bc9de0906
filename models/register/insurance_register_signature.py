import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.image import base64_to_image
from odoo.tools.misc import clean_context

from ...lib.weeks import local_day

DIGEST_FORMAT = 1


def digest_of(value):
    """Return the SHA-256 (hex) of `value`, any JSON-able structure, independent of key order."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest()


class InsuranceRegisterSignature(models.Model):
    """Append-only record of who signed or voided a page, when, and over what content (R12, T1).

    Each event's digest covers the digest of the page's lines, the signer and the digest of the event before it in
    the same book, so that neither a line nor an event, a voided one included, can change unnoticed. `create` decides
    signer and time itself.
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
    remark = fields.Text(string="Reviewer's Remark")
    answers = fields.Json()
    line_digests = fields.Json()
    content_digest = fields.Char()
    previous_digest = fields.Char()
    digest = fields.Char(required=True, index=True)

    _sequence_uniq = models.UniqueIndex("(register_id, sequence)", "Another signature came between; try again.")

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access('create')
        plain = self.with_context(clean_context(self.env.context))  # no default of the client slips in
        events = self.browse()
        for vals in vals_list:
            foreign = set(vals) - self._given_fields
            if foreign:
                raise UserError(self.env._("Signer, time and digest of a signature are not given by hand."))
            page = self.env['insurance.register.page'].browse(vals['page_id'])
            self._check_signer(page, vals)
            events |= super(InsuranceRegisterSignature, plain).create([self._prepare_event(page, vals)])
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
        if vals.get('image'):
            base64_to_image(vals['image'])  # refuses what is no image

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
            'content_digest': self._content_digest(lines),
            'previous_digest': register.last_digest or False,
        }
        return dict(values, digest=self._digest(page, values))

    def write(self, vals):
        raise UserError(self.env._("A signature is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A signature is never deleted."))

    # === DIGEST === #

    @api.model
    def _content_digest(self, lines):
        """Return the digest of what the lines say, in the order of the paper."""
        return digest_of([[line.id, line._register_canonical()] for line in lines])

    @api.model
    def _digest(self, page, values):
        """Return the digest of an event over `page`; `values` as stored on the event."""
        image = values.get('image') or b''
        return digest_of(
            {
                'format': DIGEST_FORMAT,
                'page': [page.id, page.register_id.id, page.iso_year, page.iso_week, page.page_no, page.supplementary],
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
                'lines': [values['content_digest'], values['line_digests']],
                'previous': values.get('previous_digest') or '',
            }
        )

    def _stored_values(self):
        names = ('sequence', 'event', 'signed_on', 'is_delegate', 'is_self_review', 'is_late', 'remark', 'answers',
                 'line_digests', 'content_digest', 'previous_digest')
        return {
            **{name: self[name] for name in names},
            'line_digests': self.line_digests or {},
            'user_id': self.user_id.id,
            'image': self.with_context(bin_size=False, bin_size_image=False).image,
        }

    @api.model
    def _find_page_deviations(self, page, lines):
        """Compare a page with its signatures, those voided since included.

        :param lines: the page's lines as they stand now
        :return: list of value dicts for `insurance.register.finding`
        """
        base = {'register_id': page.register_id.id, 'page_id': page.id}
        deviations = []
        for event in page.signature_ids:
            digest = self._digest(page, event._stored_values())
            if digest != event.digest:
                deviations.append(
                    dict(base, kind='signature', res_model=event._name, res_id=event.id, evidence=digest)
                )
        if page.state != 'signed':
            return deviations
        signature = page.signature_id
        if not signature:
            return [*deviations, dict(base, kind='signature', evidence=page.state)]
        altered = self._find_line_deviations(base, signature.line_digests or {}, lines)
        content = self._content_digest(lines)
        if not deviations and not altered and content != signature.content_digest:
            altered.append(dict(base, kind='signature', res_model=signature._name, res_id=signature.id,
                                evidence=content))
        return deviations + altered

    @api.model
    def _find_line_deviations(self, base, signed, lines):
        """Return what became of the lines; `signed` holds their digests by ID, as `line_digests`."""
        deviations = []
        for line in lines:
            now, before = line._register_field_digests(), signed.get(str(line.id))
            place = dict(base, line_no=line.line_no, res_model=line._name, res_id=line.id)
            if before is None:
                deviations.append(dict(place, kind='added', evidence=digest_of(now)))
                continue
            changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
            if changed:
                deviations.append(
                    dict(
                        place,
                        kind='altered',
                        field_names=','.join(changed),
                        evidence=digest_of([now.get(name) for name in changed]),
                    )
                )
        present = {str(line.id) for line in lines}
        return deviations + [
            dict(base, kind='missing', line_no=int(before['line_no']), res_id=int(line_id))
            for line_id, before in sorted(signed.items())
            if line_id not in present
        ]

    @api.model
    def _find_chain_breaks(self, register_ids):
        """Return deviations in the order of events of the books: a digest, an event or a state that does not follow.

        Two queries, whatever the number of books and events.
        """
        if not register_ids:
            return []
        names = ('register_id', 'page_id', 'kind', 'evidence')
        rows = self._query_broken_chains(tuple(register_ids)) + self._query_wrong_states(tuple(register_ids))
        return [dict(zip(names, row, strict=True), page_id=row[1] or False) for row in rows]

    def _query_broken_chains(self, register_ids):
        """Return `(book, page, kind, evidence)` where an event or a book does not follow from the event before."""
        return self.env.execute_query(
            SQL(
                """
            SELECT register_id, page_id, 'chain', concat_ws('/', sequence, previous_digest, expected)
              FROM (SELECT register_id, page_id, sequence, previous_digest,
                           lag(digest) OVER book AS expected,
                           row_number() OVER book AS position
                      FROM insurance_register_signature
                     WHERE register_id IN %(registers)s
                    WINDOW book AS (PARTITION BY register_id ORDER BY sequence)) event
             WHERE previous_digest IS DISTINCT FROM expected OR sequence <> position
             UNION ALL
            SELECT register.id, NULL, 'chain', concat_ws('/', register.event_count, register.last_digest, last.digest)
              FROM insurance_register register
              LEFT JOIN LATERAL (SELECT digest, sequence FROM insurance_register_signature
                                  WHERE register_id = register.id ORDER BY sequence DESC LIMIT 1) last ON TRUE
             WHERE register.id IN %(registers)s
               AND (register.event_count <> COALESCE(last.sequence, 0)
                    OR register.last_digest IS DISTINCT FROM last.digest)
            """,
                registers=register_ids,
            )
        )

    def _query_wrong_states(self, register_ids):
        """Return `(book, page, kind, evidence)` of pages that show another state or signer than their last event."""
        return self.env.execute_query(
            SQL(
                """
            SELECT page.register_id, page.id, 'signature',
                   concat_ws('/', page.state, page.signature_id, page.signed_by_id, page.signed_on)
              FROM insurance_register_page page
              JOIN LATERAL (SELECT id, event, user_id, signed_on FROM insurance_register_signature
                             WHERE page_id = page.id ORDER BY sequence DESC LIMIT 1) last ON TRUE
             WHERE page.register_id IN %(registers)s
               AND CASE WHEN last.event = 'signed'
                        THEN (page.state, page.signature_id, page.signed_by_id, page.signed_on)
                             IS DISTINCT FROM ('signed', last.id, last.user_id, last.signed_on)
                        ELSE (page.state, page.signature_id, page.signed_by_id, page.signed_on)
                             IS DISTINCT FROM ('reopened', NULL, NULL, NULL)
                   END
            """,
                registers=register_ids,
            )
        )
