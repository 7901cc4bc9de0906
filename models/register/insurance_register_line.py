from collections import defaultdict
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_repr
from odoo.tools.misc import clean_context

from ...lib.weeks import bursts, week_of
from .insurance_register_signature import digest_of


class InsuranceRegisterLine(models.AbstractModel):
    """What makes a record a line of a register book.

    A concrete model declares `company_id`, and the class attributes below. Its records place themselves on a
    page when created, can be reviewed while the page is open, and can no longer be changed once it is signed.
    """

    _name = 'insurance.register.line'
    _description = "Register Line"
    _inherit = ['insurance.guard']

    _register_kind = None  # key of `insurance.register.kind`
    _register_date_field = None  # Datetime of the event that the line records: decides the week
    _register_digest_fields = ()  # names of the fields covered by the signature
    _register_free_fields = frozenset()  # stored fields that a signature does not freeze
    _register_own_fields = frozenset({'page_id', 'line_no', 'entered_on', 'entered_by_id'})
    _register_review_fields = frozenset(
        {
            'review_state',
            'review_note',
            'review_tag_ids',
            'reviewed_by_id',
            'reviewed_on',
        }
    )

    page_id = fields.Many2one(
        'insurance.register.page', string="Page", index=True, readonly=True, copy=False, ondelete='restrict'
    )
    line_no = fields.Integer(string="Line", readonly=True, copy=False, aggregator=None)
    register_id = fields.Many2one(related='page_id.register_id', string="Book")
    page_state = fields.Selection(related='page_id.state', string="Page State")
    is_frozen = fields.Boolean(string="Signed", compute='_compute_is_frozen')
    entered_on = fields.Datetime(string="Entered on", readonly=True, copy=False)
    entered_by_id = fields.Many2one(
        'res.users', string="Entered by", readonly=True, copy=False, index=True, ondelete='restrict'
    )
    is_backfilled = fields.Boolean(string="Entered Late", compute='_compute_is_backfilled', store=True)
    is_supplementary = fields.Boolean(related='page_id.supplementary', string="Supplementary")
    review_state = fields.Selection(
        [('rejected', "Rejected"), ('answered', "Answered"), ('accepted', "Accepted")],
        string="Review",
        readonly=True,
        copy=False,
    )
    review_note = fields.Char(string="Reviewer's Remark", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        'res.users', string="Reviewed by", readonly=True, copy=False, ondelete='restrict'
    )
    reviewed_on = fields.Datetime(string="Reviewed on", readonly=True, copy=False)

    _page_line_uniq = models.UniqueIndex("(page_id, line_no)", "A line number is used once on a page.")

    # === COMPUTE === #

    @api.depends('page_id.state')
    def _compute_is_frozen(self):
        for line in self:
            line.is_frozen = line.page_state == 'signed'  # who reads a line need not read its page

    @api.depends(lambda self: ('entered_on', *filter(None, [self._register_date_field])))
    def _compute_is_backfilled(self):
        for line in self:
            happened = line[self._register_date_field]
            allowed = timedelta(hours=line.company_id.insurance_backfill_hours or 24)
            line.is_backfilled = bool(happened and line.entered_on and line.entered_on - happened > allowed)

    # === ACCESS === #

    @api.model
    def _is_guarded(self, field):
        return field.name in self._register_own_fields | self._register_review_fields or super()._is_guarded(field)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        own = self._register_own_fields | self._register_review_fields
        if any(own & vals.keys() for vals in vals_list):
            raise UserError(self.env._("Page, line number, entry time and review of a line are not given by hand."))
        lines = super().create(vals_list)
        lines._stamp()
        lines._place_on_pages()
        return lines

    def _stamp(self):
        """Set who entered the lines and when."""
        # sudo: the stamps are writable by no role
        super(InsuranceRegisterLine, self.sudo()).write(
            {'entered_on': fields.Datetime.now(), 'entered_by_id': self.env.uid}
        )

    def _place_on_pages(self):
        """Give each line its page and number, in the book of who entered it."""
        groups = defaultdict(lambda: self.browse())
        for line in self:
            day = line.company_id._insurance_local(line[self._register_date_field]).date()
            groups[line.company_id, line.entered_by_id, week_of(day)] |= line
        # sudo: books and pages are written by no role, and take no default from the context of who enters a line
        mechanism = self.env(su=True, context=clean_context(self.env.context))
        Register, Page = mechanism['insurance.register'], mechanism['insurance.register.page']
        for (company, user, week), lines in groups.items():
            book = Register._get_writers_book(self._register_kind, user, company, week.sunday)
            lines = lines.sorted(lambda line: (line[self._register_date_field], line.id))
            for line, (page, number) in zip(lines, Page._place(book, week, len(lines)), strict=True):
                super(InsuranceRegisterLine, line.sudo()).write({'page_id': page.id, 'line_no': number})

    def write(self, vals):
        self._check_register_write(vals)
        before = {}
        if not (self._register_review_fields & vals.keys()):
            before = {line: line._register_canonical() for line in self if line.review_state == 'rejected'}
        result = super().write(vals)
        answered = self.browse([line.id for line, said in before.items() if line._register_canonical() != said])
        if answered:
            # sudo: the state of the review is not the author's to write, but answering moves it
            super(InsuranceRegisterLine, answered.sudo()).write({'review_state': 'answered'})
        return result

    def _check_register_write(self, vals):
        """Refuse writes to the stamps at all, and to anything on a signed page (invariant 3)."""
        if self._register_own_fields & vals.keys():
            raise UserError(self.env._("Page, line number and entry time of a line are never changed."))
        if not vals.keys() - self._register_free_fields:
            return
        # sudo: the page is consulted, whoever writes
        for line in self.sudo():
            if line.page_id.state == 'signed':
                raise UserError(line._frozen_error_message())
            if self._register_date_field in vals:
                line._check_same_week(vals[self._register_date_field])
        self._touch_pages()

    def _touch_pages(self):
        """Write the page rows as they are, so that an edit and a signature at the same moment cannot both succeed.

        Signing writes the page row too: whoever commits second fails to serialize, and is retried by the server
        with the other's work in sight.
        """
        pages = self.sudo().page_id  # sudo: as above
        if pages:
            self.env.cr.execute(SQL(
                "UPDATE insurance_register_page SET line_count = line_count WHERE id IN %s", tuple(pages.ids),
            ))

    def _frozen_error_message(self):
        page = self.page_id
        return self.env._(
            "Line %(number)s of %(page)s was signed by %(signer)s on %(day)s and cannot be changed. Enter a"
            " correction line, or ask the general manager to reopen the page.",
            number=self.line_no,
            page=page.display_name,
            signer=page.signature_id.user_id.name,
            day=fields.Date.to_string(self.company_id._insurance_local(page.signed_on)),
        )

    def _check_same_week(self, moment):
        moment = fields.Datetime.to_datetime(moment)
        week = moment and week_of(self.company_id._insurance_local(moment).date())
        if self.page_id and week != self.page_id._get_week():
            raise UserError(
                self.env._(
                    "Line %(number)s stands on %(page)s. A contact of another week is entered as a new line.",
                    number=self.line_no,
                    page=self.page_id.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Lines of a register are never deleted. Enter a correction line instead."))

    # === DIGEST === #

    def _register_canonical(self):
        """Return the signed content of the line as `[[field name, text], ...]`, independent of user and language."""
        self.ensure_one()
        names = ('line_no', 'entered_on', 'entered_by_id', 'review_state', 'review_note', *self._register_digest_fields)
        return [[name, self._canonical_value(self._fields[name])] for name in names]

    def _canonical_value(self, field):
        value = self[field.name]
        if field.type == 'many2one':
            return str(value.id or '')
        if field.type in ('many2many', 'one2many'):
            return ','.join(map(str, sorted(value.ids)))
        if field.type == 'datetime':
            return fields.Datetime.to_string(value) if value else ''
        if field.type == 'date':
            return fields.Date.to_string(value) if value else ''
        if field.type in ('monetary', 'float'):
            return float_repr(value, 2)
        if field.type == 'boolean':
            return '1' if value else ''
        return '' if value is False or value is None else str(value)

    def _register_field_digests(self):
        """Return a short digest of each signed field: enough to name what was altered, too little to read it.

        The line number stands in clear, to name a line that is gone.
        """
        digests = {name: digest_of([name, value])[:12] for name, value in self._register_canonical()}
        return dict(digests, line_no=str(self.line_no))

    # === REVIEW === #

    def _get_signing_problems(self):
        """Return one sentence for each line that is not complete enough to be signed."""
        return []

    def _check_reviewer(self):
        # sudo: a delegate may come from a desk that sees neither the book nor its lines
        for page in self.sudo().page_id:
            if self.env.user not in page.register_id._get_signers(page.company_id._insurance_today()):
                self.check_access('read')  # who may not even see the line is told no more than that
                raise UserError(self.env._("%(page)s is not yours to review.", page=page.display_name))
            if page.state == 'signed':
                raise UserError(self.env._("%(page)s is already signed.", page=page.display_name))

    def action_review_line(self, verdict, note=False, tag_ids=None):
        """Record the reviewer's verdict on the lines.

        :param str verdict: `'accepted'`, `'rejected'` (needs a note; the author is told) or `'none'` (taken back)
        :param str note: the remark beside the line
        :param list tag_ids: what is to be improved (R15), of `_get_review_tags`; without it the tags stay
        """
        self._check_reviewer()
        note = (note or '').strip()
        if verdict == 'rejected' and not note:
            raise UserError(self.env._("Say what is wrong with the line; its author reads it."))
        if verdict not in ('accepted', 'rejected', 'none'):
            raise UserError(self.env._("A line is accepted, rejected, or left as it is."))
        values = {
            'review_state': False if verdict == 'none' else verdict,
            'review_note': note,
            'reviewed_by_id': self.env.uid,
            'reviewed_on': fields.Datetime.now(),
        }
        if tag_ids is not None:
            values['review_tag_ids'] = [Command.set(self._check_review_tags(tag_ids))]
        # sudo: review fields are writable by no role; the reviewer was checked above
        lines = self.sudo()
        told_before = lines.filtered(
            lambda line: line.review_note == note and (verdict != 'rejected' or line.review_state == 'rejected')
        )
        lines.write(values)
        (lines - told_before)._notify_verdict(verdict, note)
        return True

    @api.model
    def _get_review_tags(self):
        """Return the tags that say what is to be improved; none where the lines have no `review_tag_ids`."""
        field = self._fields.get('review_tag_ids')
        return self.env[field.comodel_name].search(field.domain) if field else self.browse()

    @api.model
    def _check_review_tags(self, tag_ids):
        if set(tag_ids) - set(self._get_review_tags().ids):
            raise UserError(self.env._("Choose what is to be improved from the list offered."))
        return tag_ids

    def _notify_verdict(self, verdict, note):
        """Tell the author of rejected or remarked lines; a concrete model says where the message belongs."""

    def action_correct(self):
        """Open a new line that corrects this signed one; the signed line stays as it is (T1)."""
        self.ensure_one()
        if not self.is_frozen:
            raise UserError(self.env._("Line %(number)s is not signed yet: edit it directly.", number=self.line_no))
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Correct a Signed Line"),
            'res_model': self._name,
            'view_mode': 'form',
            'target': 'new',
            'context': self._prepare_correction_defaults(),
        }

    def _prepare_correction_defaults(self):
        return {}

    # === FLAGS === #

    def _get_review_flags(self):
        """Return what a reviewer should look at: `{line id: [{'code', 'label', 'tone'}]}`; tone is info|warning|danger.

        The lines are judged together, so pass the lines of whole pages.
        """
        flags = {line.id: [] for line in self}
        for line in self:
            if line.is_backfilled:
                flags[line.id].append(self._flag('backfilled', self.env._("Entered late"), 'warning'))
        for line in self._find_bursts():
            flags[line.id].append(self._flag('burst', self.env._("Entered in a burst"), 'warning'))
        return flags

    @api.model
    def _flag(self, code, label, tone):
        return {'code': code, 'label': label, 'tone': tone}

    def _find_bursts(self):
        """Return the lines entered by one person in too short a time (R13)."""
        found = self.browse()
        for company, of_company in self.grouped('company_id').items():
            span = timedelta(minutes=company.insurance_burst_minutes)
            for lines in of_company.grouped('entered_by_id').values():
                moments = [line.entered_on for line in lines]
                positions = bursts(moments, company.insurance_burst_count, span)
                found |= lines.browse([lines[position].id for position in positions])
        return found

    # === REVIEW SCREEN === #

    def _prepare_review_line(self):
        """Return what the review screen shows of the line beside its flags; see `get_review_page`.

        A concrete model fills the last ones: 'title', 'subtitle', 'body', 'facts' (`[{'label', 'value'}]`), the
        outcome as key, label and tone (success, danger, '' for what is not worth a colour), and the 'record' to open
        (`{'model', 'id'}`).
        """
        self.ensure_one()
        company = self.company_id
        happened = company._insurance_local(self[self._register_date_field])
        return {
            'id': self.id,
            'line_no': self.line_no,
            'person': self.entered_by_id.name,
            'day': fields.Date.to_string(happened),
            'time': happened.strftime('%H:%M'),
            'entered': company._insurance_local(self.entered_on).strftime('%m-%d %H:%M'),
            'is_late': self.is_backfilled,
            'review_state': self.review_state or '',
            'review_note': self.review_note or '',
            'tag_ids': self.review_tag_ids.ids if 'review_tag_ids' in self._fields else [],
            'title': self.display_name,
            'subtitle': '',
            'body': '',
            'facts': [],
            'outcome': '',
            'outcome_label': '',
            'outcome_tone': '',
            'record': False,
        }
