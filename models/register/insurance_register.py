from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...lib.weeks import week_of

REVIEWING_ROLES = ','.join(
    f'dealer_insurance.{group}'
    for group in ('group_insurance_supervisor', 'group_claims_leader', 'group_general_manager')
)


class InsuranceRegister(models.Model):
    """A book: what used to be bound paper with a keeper and a reviewer on the cover (R7-R10, R40-R42)."""

    _name = 'insurance.register'
    _description = "Register Book"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'year desc, id desc'
    _rec_names_search = ['name', 'custodian_id.name']
    _check_company_auto = True

    _guarded_fields = frozenset(
        {'name', 'event_count', 'last_page_no', 'last_digest', 'state', 'opened_on', 'closed_on'}
    )
    _scope_fields = frozenset({'company_id', 'kind'})
    _cover_fields = ('kind', 'company_id', 'year', 'custodian_id')  # what stands on the cover of a used book

    name = fields.Char(string="Book No.", required=True, readonly=True, copy=False, default="/")
    kind = fields.Selection([], string="Register", required=True, index=True)
    company_id = fields.Many2one(
        'res.company',
        string="Store",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    year = fields.Integer(
        required=True,
        default=lambda self: self.env.company._insurance_today().isocalendar()[0],
        aggregator=None,
    )
    sharing = fields.Selection(
        [('personal', "Personal"), ('shared', "Shared")],
        string="Sharing",
        required=True,
        default='personal',
    )
    custodian_id = fields.Many2one(
        'res.users',
        string="Keeper",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
    )
    member_ids = fields.Many2many(
        'res.users',
        'insurance_register_member_rel',
        'register_id',
        'user_id',
        string="Members",
        help="Who writes in a shared book beside its keeper.",
    )
    reviewer_id = fields.Many2one(
        'res.users',
        string="Reviewer",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
    )
    delegate_ids = fields.One2many('insurance.register.delegate', 'register_id', string="Delegates")
    state = fields.Selection(
        [('open', "In Use"), ('closed', "Closed")],
        default='open',
        required=True,
        tracking=True,
    )
    opened_on = fields.Date(default=lambda self: self.env.company._insurance_today(), readonly=True)
    closed_on = fields.Date(readonly=True, copy=False)
    page_ids = fields.One2many('insurance.register.page', 'register_id', string="Pages")
    page_count = fields.Integer(compute='_compute_page_counts')
    open_page_count = fields.Integer(string="Pages to Sign", compute='_compute_page_counts')
    overdue_page_count = fields.Integer(string="Overdue Pages", compute='_compute_page_counts')
    finding_count = fields.Integer(string="Integrity Findings", compute='_compute_finding_count')
    last_page_no = fields.Integer(default=0, readonly=True, copy=False, aggregator=None)
    event_count = fields.Integer(default=0, readonly=True, copy=False, aggregator=None)
    last_digest = fields.Char(readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _personal_book_uniq = models.UniqueIndex(
        "(company_id, kind, custodian_id, year) WHERE state = 'open' AND sharing = 'personal' AND active",
        "This person already has an open book of this register for the year.",
    )

    @api.depends('name', 'custodian_id')
    def _compute_display_name(self):
        for register in self:
            register.display_name = f"{register.name} {register.custodian_id.name or ''}".strip()

    def _compute_page_counts(self):
        Page = self.env['insurance.register.page']
        domain = Domain('register_id', 'in', self.ids)
        total = dict(Page._read_group(domain, ['register_id'], ['__count']))
        waiting = dict(Page._read_group(domain & Domain('state', '!=', 'signed'), ['register_id'], ['__count']))
        overdue = dict(Page._read_group(domain & Domain('is_overdue', '=', True), ['register_id'], ['__count']))
        for register in self:
            register.page_count = total.get(register, 0)
            register.open_page_count = waiting.get(register, 0)
            register.overdue_page_count = overdue.get(register, 0)

    def _compute_finding_count(self):
        Finding = self.env['insurance.register.finding']
        counts = {}
        if Finding.has_access('read'):  # who keeps a book lists it, but does not read findings
            domain = [('register_id', 'in', self.ids), ('state', '=', 'open')]
            counts = dict(Finding._read_group(domain, ['register_id'], ['__count']))
        for register in self:
            register.finding_count = counts.get(register, 0)

    # === CONSTRAINTS === #

    @api.constrains('custodian_id', 'reviewer_id', 'member_ids', 'company_id')
    def _check_two_people(self):
        """Keeper and writers of a book do not review it, and who reviews has a role that does (invariant 4, T23)."""
        for register in self:
            for user in register.reviewer_id | register.delegate_ids.user_id:
                error = register._reviewer_error_message(user)
                if error:
                    raise ValidationError(error)

    def _reviewer_error_message(self, user):
        """Return why `user` cannot review the book, or False."""
        self.ensure_one()
        is_writer = user in self.custodian_id | self.member_ids
        if is_writer and not self.company_id.insurance_allow_self_review:
            return self.env._(
                "%(user)s writes in this book and cannot review it. Choose another reviewer, or let the store"
                " allow self-review in its settings.",
                user=user.name,
            )
        if not is_writer and not user.has_groups(REVIEWING_ROLES):
            return self.env._(
                "%(user)s has no role that reviews registers: insurance supervisor, claims team leader or general"
                " manager.",
                user=user.name,
            )
        return False

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        registers = super().create(vals_list)
        for register in registers:
            if register.name == "/":
                # sudo: the number of a book is not written by hand
                register.sudo().name = register._next_book_no()
        return registers

    def write(self, vals):
        for register in self:
            changed = [
                name
                for name in self._cover_fields
                if name in vals and vals[name] != self._fields[name].convert_to_write(register[name], register)
            ]
            if changed and register.last_page_no:
                raise UserError(
                    self.env._(
                        "Book %(book)s holds pages: its keeper, store, register and year stay. Close it and open"
                        " another one.",
                        book=register.display_name,
                    )
                )
        return super().write(vals)

    def _next_book_no(self):
        """Return the book's number in its store, register and year, as `2026-003`."""
        # sudo: the numbers run through all books of the store, also those the opener may not see
        siblings = (
            self.sudo()
            .with_context(active_test=False)
            .search_count(
                [
                    ('company_id', '=', self.company_id.id),
                    ('kind', '=', self.kind),
                    ('year', '=', self.year),
                ]
            )
        )
        return f"{self.year}-{siblings:03d}"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for register in self:
            if register.last_page_no:
                raise UserError(
                    self.env._(
                        "Book %(book)s holds pages and cannot be deleted; close or archive it.",
                        book=register.display_name,
                    )
                )

    # === ACTIONS === #

    def action_close(self):
        """Close the books; every page must be signed before (T12)."""
        self.check_access('write')
        for register in self:
            # sudo: whoever closes the book, all its pages count
            waiting = register.sudo().page_ids.filtered(lambda page: page.state != 'signed')
            if waiting:
                raise UserError(
                    self.env._(
                        "Book %(book)s still has unsigned pages: %(pages)s. Have them reviewed first.",
                        book=register.display_name,
                        pages=waiting.mapped('display_name'),
                    )
                )
        # sudo: state and dates of a book are not writable by hand
        for register in self.sudo():
            register.write({'state': 'closed', 'closed_on': register.company_id._insurance_today()})

    def action_reopen(self):
        """Open closed books again."""
        self.check_access('write')
        self.sudo().write({'state': 'open', 'closed_on': False})  # sudo: as in action_close

    def action_view_pages(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_register_page_action')
        return dict(action, domain=[('register_id', '=', self.id)], context={'search_default_group_week': 1})

    def action_view_findings(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_register_finding_action')
        return dict(action, domain=[('register_id', '=', self.id)])

    def action_check_integrity(self):
        """Check every signed page of the books now; tell the result, or open the findings."""
        self.check_access('read')
        findings = self.env['insurance.register.page']._check_integrity(self.ids)
        if findings:
            action = self.env['ir.actions.act_window']._for_xml_id(
                'dealer_insurance.insurance_register_finding_action',
            )
            return dict(action, domain=[('id', 'in', findings.ids)], context={})
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._(
                    "Every signed page is as it was when it was signed.",
                ),
            },
        }

    # === BUSINESS === #

    @api.model
    def _get_line_models(self):
        """Return the name of the model whose records are the lines, by register kind."""
        return {}

    @api.model
    def _get_default_reviewer(self, kind, company):
        """Return the user who reviews books of `kind` in `company` unless a book says otherwise."""
        return company.insurance_alternate_reviewer_id

    def _get_signers(self, day):
        """Return who may sign a page of the book on `day`: `{user: acts as a delegate}` (T22, T23)."""
        self.ensure_one()
        signers = {self.reviewer_id: False}
        for delegate in self.delegate_ids:
            if delegate.date_from <= day <= delegate.date_to:
                signers.setdefault(delegate.user_id, True)
        if self.company_id.insurance_alternate_reviewer_id:
            signers.setdefault(self.company_id.insurance_alternate_reviewer_id, True)
        return {user: acts for user, acts in signers.items() if not self._reviewer_error_message(user)}

    def _prepare_review_heading(self):
        """Return what the review screen shows of the book: `{'id', 'name', 'kind', 'keeper', 'reviewer',
        'is_delegate'}`; the last tells whether the present user signs for the reviewer."""
        self.ensure_one()
        signers = self._get_signers(self.company_id._insurance_today())
        return {
            'id': self.id,
            'name': self.display_name,
            'kind': dict(self._fields['kind']._description_selection(self.env))[self.kind],
            'keeper': self.custodian_id.name,
            'reviewer': self.reviewer_id.name,
            'is_delegate': signers.get(self.env.user, False),
        }

    @api.model
    def _get_writers_book(self, kind, user, company, day):
        """Return the open book in which `user` writes a line dated `day`; open one where there is none (R7, R40).

        :raises UserError: when no reviewer is known for a book to be opened
        """
        # sudo: a writer has no right to open books, and the search must see shared books too
        Register = self.sudo()
        year = week_of(day).year
        domain = Domain([('kind', '=', kind), ('company_id', '=', company.id), ('state', '=', 'open')])
        own = Domain([('sharing', '=', 'personal'), ('custodian_id', '=', user.id)])
        shared = Domain('sharing', '=', 'shared') & (
            Domain('member_ids', 'in', user.ids) | Domain('custodian_id', '=', user.id)
        )
        for whose in (own, shared):
            books = Register.search(domain & whose, order='year desc, id desc')
            book = books.filtered(lambda register: register.year == year)[:1]
            newest_year = max(year, company._insurance_today().isocalendar()[0])
            if book or (books and books[0].year >= newest_year):
                return book or books[0]
        return Register._open_book(kind, user, company, year)

    def _open_book(self, kind, user, company, year):
        reviewer = self._get_default_reviewer(kind, company)
        if reviewer == user and not company.insurance_allow_self_review:
            reviewer = company.insurance_alternate_reviewer_id
        if not reviewer or (reviewer == user and not company.insurance_allow_self_review):
            raise UserError(
                self.env._(
                    "%(user)s has no open book in %(store)s, and the store names no reviewer for a new one. Ask the"
                    " store's insurance administrator to set the reviewers in the store settings.",
                    user=user.name,
                    store=company.name,
                )
            )
        return self.create(
            {
                'kind': kind,
                'company_id': company.id,
                'custodian_id': user.id,
                'reviewer_id': reviewer.id,
                'year': max(year, company._insurance_today().isocalendar()[0]),
            }
        )
