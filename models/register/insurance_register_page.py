from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib.weeks import Week


class InsuranceRegisterPage(models.Model):
    """A page: up to twenty lines of one book and ISO week, signed as a whole (R11-R12, R46).

    A page makes itself when a line needs it and is never written by hand. It is signed when the newest of its
    signature events says so (`insurance.register.signature`).
    """

    _name = 'insurance.register.page'
    _description = "Register Page"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'iso_year desc, iso_week desc, register_id, page_no'

    _own_fields = frozenset({'line_count', 'checked_on'})  # what the mechanism itself may write on a page

    register_id = fields.Many2one(
        'insurance.register',
        string="Book",
        required=True,
        index=True,
        ondelete='restrict',
    )
    kind = fields.Selection(related='register_id.kind', store=True, index=True)
    company_id = fields.Many2one(related='register_id.company_id', store=True, index=True)
    custodian_id = fields.Many2one(related='register_id.custodian_id', store=True, index=True)
    reviewer_id = fields.Many2one(related='register_id.reviewer_id')
    iso_year = fields.Integer(string="Year", required=True, aggregator=None)
    iso_week = fields.Integer(string="Week", required=True, aggregator=None)
    week_start = fields.Date(string="Monday", required=True)
    deadline = fields.Date(string="Review Due", required=True)
    page_no = fields.Integer(string="Page", required=True, aggregator=None)
    supplementary = fields.Boolean(
        string="Supplementary",
        help="Opened for lines entered after the week was signed.",
    )
    line_count = fields.Integer(string="Lines", default=0, aggregator='sum')
    signature_ids = fields.One2many('insurance.register.signature', 'page_id', string="Signatures")
    signature_id = fields.Many2one(
        'insurance.register.signature',
        string="Valid Signature",
        compute='_compute_state',
        store=True,
    )
    signed_on = fields.Datetime(related='signature_id.signed_on', store=True, string="Signed on")
    signed_by_id = fields.Many2one(related='signature_id.user_id', store=True, string="Signed by")
    state = fields.Selection(
        [('open', "To Sign"), ('signed', "Signed"), ('reopened', "Reopened")],
        compute='_compute_state',
        store=True,
        index=True,
    )
    version = fields.Integer(compute='_compute_state', store=True, aggregator=None)
    is_overdue = fields.Boolean(string="Overdue", compute='_compute_is_overdue', search='_search_is_overdue')
    is_mine = fields.Boolean(string="Mine to Review", compute='_compute_is_mine', search='_search_is_mine')
    checked_on = fields.Datetime(string="Integrity Checked on", readonly=True, copy=False)
    finding_ids = fields.One2many('insurance.register.finding', 'page_id')

    _page_no_uniq = models.UniqueIndex("(register_id, page_no)", "A page number is used once in a book.")
    _week_idx = models.Index("(register_id, iso_year, iso_week)")
    _waiting_idx = models.Index("(company_id, deadline) WHERE state <> 'signed'")
    _checked_idx = models.Index("(checked_on NULLS FIRST) WHERE state = 'signed' OR version > 0")

    # === COMPUTE === #

    @api.depends('page_no', 'iso_year', 'iso_week', 'supplementary', 'register_id')
    def _compute_display_name(self):
        for page in self:
            name = self.env._(
                "%(book)s · %(year)s-W%(week)s · page %(number)s",
                book=page.register_id.display_name,
                year=str(page.iso_year),
                week=f'{page.iso_week:02d}',
                number=page.page_no,
            )
            if page.supplementary:
                name = self.env._("%(page)s (supplementary)", page=name)
            page.display_name = name

    @api.depends('signature_ids.event')
    def _compute_state(self):
        for page in self:
            events = page.signature_ids.sorted('id')
            last = events[-1:]
            page.version = len(events.filtered(lambda event: event.event == 'signed'))
            page.signature_id = last if last.event == 'signed' else False
            page.state = {'signed': 'signed', 'voided': 'reopened'}.get(last.event, 'open')

    def _compute_is_overdue(self):
        for page in self:
            page.is_overdue = page.state != 'signed' and page.deadline < page.company_id._insurance_today()

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        overdue = self.env.companies._insurance_past_domain('deadline') & Domain('state', '!=', 'signed')
        return overdue if True in value else ~overdue

    @api.depends_context('uid')
    def _compute_is_mine(self):
        for page in self:
            page.is_mine = self.env.user in page.register_id._get_signers(page.company_id._insurance_today())

    def _search_is_mine(self, operator, value):
        if operator != 'in':
            return NotImplemented
        today = self.env.company._insurance_today()
        mine = Domain('register_id.reviewer_id', '=', self.env.uid) | Domain(
            'register_id.delegate_ids',
            'any',
            [('user_id', '=', self.env.uid), ('date_from', '<=', today), ('date_to', '>=', today)],
        )
        return mine if True in value else ~mine

    # === CRUD === #

    def write(self, vals):
        foreign = (
            set(vals)
            - self._own_fields
            - {name for name, field in self._fields.items() if not field.store or field.type == 'one2many'}
        )
        if foreign:
            raise UserError(
                self.env._(
                    "A register page is not edited: %(page)s. Enter a line, review it or sign it.",
                    page=self[:1].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Register pages are never deleted: %(page)s.", page=self[:1].display_name))

    # === PLACING LINES === #

    @api.model
    def _place(self, register, week, count):
        """Return one `(page, line number)` for each of `count` new lines of `week` in `register`.

        Lines fill the week's open pages; where all of them are full, or the week is signed, a new page follows:
        a supplementary one when the week is already signed (T1). Pages signed while the week runs, because they were
        full, do not sign the week.

        :param register: the book, in sudo
        :param week: :class:`~..lib.weeks.Week`
        """
        capacity = register.company_id.insurance_page_lines
        pages = self.search(
            [
                ('register_id', '=', register.id),
                ('iso_year', '=', week.year),
                ('iso_week', '=', week.number),
            ],
            order='page_no',
        )
        places = []
        for page in pages.filtered(lambda page: page.state != 'signed' and page.line_count < capacity):
            free = min(capacity - page.line_count, count - len(places))
            places += page._take(free)
            if len(places) == count:
                return places
        ordinary = pages.filtered(lambda page: not page.supplementary)
        is_over = register.company_id._insurance_today() > week.sunday
        late = (
            bool(ordinary)
            and all(page.state == 'signed' for page in ordinary)
            and (is_over or any(page.line_count < capacity for page in ordinary))
        )
        while len(places) < count:
            page = self._open(register, week, late)
            places += page._take(min(capacity, count - len(places)))
        return places

    def _take(self, count):
        """Reserve the next `count` line numbers of the page; concurrent reservations are retried by the server."""
        first = self.line_count + 1
        self.line_count += count
        return [(self, number) for number in range(first, first + count)]

    @api.model
    def _open(self, register, week, supplementary):
        register.last_page_no += 1
        lag = int(register.company_id.insurance_review_lag_weeks)
        deadline = week.deadline(lag)
        if supplementary:  # the week's own deadline may long be over: the reviewer gets the present week's
            deadline = max(deadline, week_today(register.company_id).deadline(lag))
        return self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
            {
                'register_id': register.id,
                'iso_year': week.year,
                'iso_week': week.number,
                'week_start': week.monday,
                'deadline': deadline,
                'page_no': register.last_page_no,
                'supplementary': supplementary,
            }
        )

    def _get_week(self):
        return Week(self.iso_year, self.iso_week)

    # === LINES === #

    def _get_lines(self):
        """Return the lines of the pages of one kind, in the order of the paper."""
        model = self.env['insurance.register']._get_line_models().get(self[:1].kind)
        if not model:
            return self.env['insurance.register.line'].browse()
        return self.env[model].search([('page_id', 'in', self.ids)], order='page_id, line_no, id')

    def _get_lines_to_review(self):
        """Return the lines of the pages for their review; who may sign pages reads their lines."""
        # sudo: a delegate may come from a desk that does not see these lines otherwise
        return (self.sudo() if all(page.is_mine for page in self) else self)._get_lines()

    # === SIGNING === #

    def _signing_error_message(self):
        """Return why the present user cannot sign the page now, or False."""
        self.ensure_one()
        today = self.company_id._insurance_today()
        if self.state == 'signed':
            return self.env._("%(page)s is already signed.", page=self.display_name)
        if self.env.user not in self.register_id._get_signers(today):
            return self.env._(
                "%(page)s is reviewed by %(reviewer)s. Only the reviewer, a delegate of the day or the store's"
                " alternate reviewer can sign it.",
                page=self.display_name,
                reviewer=self.register_id.reviewer_id.name,
            )
        full = self.line_count >= self.company_id.insurance_page_lines
        lag = int(self.company_id.insurance_review_lag_weeks)
        if lag and today <= self._get_week().sunday and not full:
            return self.env._("%(page)s: the week is not over, lines may still come.", page=self.display_name)
        return self._lines_error_message()

    def _lines_error_message(self):
        lines = self._get_lines_to_review()
        if not lines:
            return self.env._("%(page)s holds no line.", page=self.display_name)
        if not self.company_id.insurance_allow_self_review and self.env.user in lines.entered_by_id:
            return self.env._(
                "You entered lines of %(page)s yourself; somebody else has to sign it.",
                page=self.display_name,
            )
        rejected = lines.filtered(lambda line: line.review_state == 'rejected')
        if rejected:
            return self.env._(
                "%(page)s: line %(numbers)s is rejected and not yet answered. Wait for the answer or take the"
                " rejection back.",
                page=self.display_name,
                numbers=[str(line.line_no) for line in rejected],
            )
        problems = lines._get_signing_problems()
        if problems:
            return self.env._(
                "%(page)s cannot be signed yet:\n%(problems)s", page=self.display_name, problems="\n".join(problems)
            )
        return False

    def action_sign(self, answers=None, remark=False, signature=False):
        """Sign the pages with the present user's signature.

        :param dict answers: `{check id: bool}`, one for each active question of the register
        :param str remark: remark on the page; required where an answer is no
        :param str signature: base64 image drawn now; without it the user's stored signature is used
        :raises UserError: naming the page and what is missing
        """
        self.check_access('read')
        for page in self:
            error = page._signing_error_message()
            if error:
                raise UserError(error)
            # sudo: signature events are written by no role; their create() checks and stamps the signer itself
            self.env['insurance.register.signature'].sudo().create(
                {
                    'page_id': page.id,
                    'event': 'signed',
                    'image': signature or self.env.user._get_insurance_signature(),
                    'remark': remark,
                    'answers': page._prepare_answers(answers or {}, remark),
                }
            )
        self._close_activities()
        return True

    def _get_checks(self):
        """Return the questions asked when signing the page."""
        return self.env['insurance.register.check'].search(
            [
                ('kind', '=', self.kind),
                ('company_id', 'in', [False, self.company_id.id]),
            ]
        )

    def _prepare_answers(self, answers, remark):
        """Return the answers as kept with the signature: `[[question, bool], ...]`."""
        answers = {int(key): bool(value) for key, value in answers.items()}
        checks = self._get_checks()
        missing = checks.filtered(lambda check: check.id not in answers)
        if missing:
            raise UserError(
                self.env._(
                    "Answer every review question of %(page)s first: %(questions)s",
                    page=self.display_name,
                    questions=missing.mapped('name'),
                )
            )
        if not (remark or '').strip() and not all(answers[check.id] for check in checks):
            raise UserError(
                self.env._(
                    "%(page)s: a question is answered with no. Say in the remark what is to be done.",
                    page=self.display_name,
                )
            )
        return [[check.name, answers[check.id]] for check in checks]

    def _reopening_error_message(self, reason):
        self.ensure_one()
        if self.state != 'signed':
            return self.env._("%(page)s is not signed.", page=self.display_name)
        if not self.env.user.has_group('dealer_insurance.group_general_manager'):
            return self.env._("Only the general manager reopens a signed page: %(page)s.", page=self.display_name)
        if len((reason or '').strip()) < 5:
            return self.env._("Say why %(page)s is reopened.", page=self.display_name)
        return False

    def action_reopen(self, reason):
        """Void the signature of the page, for a reason; the voided signature stays on record (T1)."""
        self.ensure_one()
        self.check_access('read')
        error = self._reopening_error_message(reason)
        if error:
            raise UserError(error)
        # sudo: as in action_sign
        self.env['insurance.register.signature'].sudo().create(
            {
                'page_id': self.id,
                'event': 'voided',
                'remark': reason.strip(),
            }
        )
        return True

    def action_open_reopen_wizard(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Reopen a Signed Page"),
            'res_model': 'insurance.register.reopen',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_page_id': self.id},
        }

    def action_review(self):
        """Open the weekly review screen on these pages."""
        action = self.env['ir.actions.client']._for_xml_id('dealer_insurance.insurance_weekly_review_action')
        return dict(action, params={'page_ids': self.ids})

    def action_view_lines(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.display_name,
            'view_mode': 'list,form',
            'res_model': self.env['insurance.register']._get_line_models()[self.kind],
            'domain': [('page_id', '=', self.id)],
            'context': {'create': False},
        }


def week_today(company):
    """Return the :class:`Week` of the store's present day."""
    return Week(*company._insurance_today().isocalendar()[:2])
