from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STATES = [('missing', "Missing"), ('present', "Present"), ('not_needed', "Not needed")]
NEEDS = [('required', "Required"), ('later', "Once the car has plates"), ('optional', "Optional")]


class InsuranceArchiveDocument(models.Model):
    """A document of a folder: asked for, there (as files, on paper, or both), or not needed for a stated reason.

    Nothing of it is deleted: what was filed wrongly is withdrawn with a reason and stays in the archive. Files get in
    through `insurance.archive.upload_file` only, and are read by who may read the document.
    """

    _name = 'insurance.archive.document'
    _description = "Archive Document"
    _inherit = ['insurance.guard']
    _order = 'archive_id.id desc, type_sequence, policy_id.id, id'
    _rec_name = 'type_id'

    _guarded_fields = frozenset({
        'need', 'entry_id', 'active', 'file_count', 'is_recorded', 'received_by_id', 'received_on', 'not_needed_reason',
        'withdrawn_reason', 'withdrawn_by_id', 'withdrawn_on', 'retention_listed_on',
    })
    _kept_fields = frozenset({'archive_id', 'type_id', 'policy_id', 'entry_id'})

    archive_id = fields.Many2one('insurance.archive', string="Folder", required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='archive_id.company_id', store=True, index=True, precompute=True)
    type_id = fields.Many2one('insurance.document.type', string="Document", required=True, index=True,
                              ondelete='restrict')
    type_sequence = fields.Integer(related='type_id.sequence', store=True, export_string_translation=False,
                                   precompute=True)
    is_sensitive = fields.Boolean(related='type_id.is_sensitive')
    entry_id = fields.Many2one('insurance.ledger.entry', string="Ledger Entry", index='btree_not_null', readonly=True,
                               ondelete='restrict')
    policy_id = fields.Many2one('insurance.policy', string="Policy", index='btree_not_null', ondelete='restrict')
    vehicle_id = fields.Many2one(related='archive_id.vehicle_id')
    salesperson_id = fields.Many2one(related='archive_id.salesperson_id')
    need = fields.Selection(NEEDS, required=True, default='optional', readonly=True)
    is_required = fields.Boolean(string="Required now", compute='_compute_is_required', store=True, precompute=True)
    state = fields.Selection(STATES, compute='_compute_state', store=True, index=True, precompute=True)
    active = fields.Boolean(default=True, readonly=True)
    attachment_ids = fields.One2many(
        'ir.attachment', 'res_id', string="Files", domain=[('res_model', '=', 'insurance.archive.document')],
        readonly=True,
    )
    file_count = fields.Integer(string="File Count", readonly=True, copy=False)
    is_paper = fields.Boolean(string="On Paper", help="The paper is in the folder on the shelf.")
    is_recorded = fields.Boolean(string="In the System", readonly=True, copy=False,
                                 help="The system holds it: the signed proposal, or the approval.")
    is_original = fields.Boolean(string="Original")
    pages = fields.Integer()
    received_by_id = fields.Many2one('res.users', string="Received by", readonly=True, copy=False)
    received_on = fields.Date(string="Received on", readonly=True, copy=False)
    note = fields.Char()
    not_needed_reason = fields.Char(string="Why not needed", readonly=True, copy=False)
    withdrawn_reason = fields.Char(string="Why withdrawn", readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one('res.users', string="Withdrawn by", readonly=True, copy=False)
    withdrawn_on = fields.Datetime(readonly=True, copy=False)
    retention_until = fields.Date(
        string="Keep until", compute='_compute_retention_until', search='_search_retention_until', compute_sudo=True,
        help="End of the policy year and the years of its kind, or of the store settings.",
    )
    retention_listed_on = fields.Date(string="Past Retention since", readonly=True, copy=False, index='btree_not_null')

    _pages_positive = models.Constraint('CHECK (COALESCE(pages, 0) >= 0)', "Pages cannot be negative.")
    _missing_idx = models.Index("(company_id, type_id) WHERE state = 'missing' AND is_required AND active")

    # === COMPUTE === #

    @api.depends('type_id', 'policy_id', 'entry_id')
    def _compute_display_name(self):
        labels = dict(self.env['insurance.policy']._fields['product']._description_selection(self.env))
        for document in self:
            # sudo: the product of the policy alone
            product = labels.get(document.policy_id.sudo().product)
            document.display_name = f"{document.type_id.name} ({product})" if product else document.type_id.name

    @api.depends('need', 'archive_id.vehicle_id.license_plate', 'archive_id.vehicle_id.is_plate_temporary')
    def _compute_is_required(self):
        for document in self:
            document.is_required = self._is_due(document.need, document.archive_id.vehicle_id)

    @api.model
    def _is_due(self, need, vehicle):
        """Tell whether what is needed so is asked for now: some documents come with the plates of the car."""
        has_plates = bool(vehicle.license_plate) and not vehicle.is_plate_temporary
        return need == 'required' or need == 'later' and has_plates

    @api.depends('file_count', 'is_paper', 'is_recorded', 'not_needed_reason')
    def _compute_state(self):
        for document in self:
            if document.file_count or document.is_paper or document.is_recorded:
                document.state = 'present'
            else:
                document.state = 'not_needed' if document.not_needed_reason else 'missing'

    @api.depends('archive_id.date_to', 'type_id.keep_years', 'company_id.insurance_archive_keep_years')
    def _compute_retention_until(self):
        for document in self:
            years = document.type_id.keep_years or document.company_id.insurance_archive_keep_years
            end = document.archive_id.date_to
            document.retention_until = end + relativedelta(years=years) if end else False

    def _search_retention_until(self, operator, value):
        """Compare the end of the policy year with `value` less the years of each kind and store."""
        if operator not in ('<', '<=', '>', '>='):
            return NotImplemented
        day = fields.Date.to_date(value)
        # sudo: how long documents are kept is no secret
        kinds = self.env['insurance.document.type'].sudo().search([('active', 'in', (True, False))])
        stores = self.env['res.company'].sudo().search([('insurance_archive_keep_years', '>', 0)])
        cases = [
            (Domain('type_id', 'in', same.ids), years) for years, same in kinds.grouped('keep_years').items() if years
        ] + [
            (Domain('type_id', 'in', kinds.filtered(lambda kind: not kind.keep_years).ids)
             & Domain('company_id', 'in', same.ids), years)
            for years, same in stores.grouped('insurance_archive_keep_years').items()
        ]
        return Domain.OR(
            case & Domain('archive_id.date_to', operator, day - relativedelta(years=years)) for case, years in cases
        )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents.filtered('is_paper')._stamp_received()
        return documents

    def write(self, vals):
        if not self.env.su and self._kept_fields & vals.keys():
            raise UserError(self.env._(
                "A document stays what it is and where it is. Move its files to another one, or withdraw it.",
            ))
        if not self.env.su and not all(self.mapped('active')):
            raise UserError(self.env._("Withdrawn documents stay as they are."))
        result = super().write(vals)
        if vals.get('is_paper'):
            self._stamp_received()
        elif 'is_paper' in vals:
            for document in self:
                document.archive_id._log_document(self.env._(
                    "%(document)s: no longer on paper in the folder.", document=document.display_name))
        return result

    def copy(self, default=None):
        raise UserError(self.env._("Documents are not copied: file the paper or the files anew."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Archive documents are never deleted. Withdraw %(document)s with a reason.",
                                   document=self[:1].display_name))

    def _stamp_received(self):
        """Note who received the documents first, and when."""
        for document in self.filtered(lambda one: not one.received_on):
            # sudo: stamps that nobody writes by hand
            document.sudo().write({
                'received_by_id': self.env.uid, 'received_on': document.company_id._insurance_today(),
            })

    # === ACTIONS === #

    def _open_reason(self, mode, name):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': name, 'res_model': 'insurance.archive.document.reason',
            'view_mode': 'form', 'views': [(False, 'form')], 'target': 'new',
            'context': {'default_document_id': self.id, 'default_mode': mode},
        }

    def action_open_not_needed(self):
        return self._open_reason('not_needed', self.env._("Document not Needed"))

    def action_open_withdraw(self):
        return self._open_reason('withdraw', self.env._("Withdraw the Document"))

    def action_needed_again(self):
        """Ask for the documents again that were said not to be needed."""
        self.check_access('write')
        for document in self.filtered('not_needed_reason'):
            # sudo: what a button decides is not written by hand
            document.sudo().not_needed_reason = False
            document.archive_id._log_document(self.env._("%(document)s: needed after all.",
                                                         document=document.display_name))

    def _set_not_needed(self, reason):
        """Note why this document is not needed; refuse it for one that is there.

        :param str reason: at least five characters
        """
        self.ensure_one()
        self.check_access('write')
        if self.state == 'present':
            raise UserError(self.env._("%(document)s is in the folder already.", document=self.display_name))
        # sudo: what a button decides is not written by hand
        self.sudo().not_needed_reason = self._check_reason(reason)
        self.archive_id._log_document(self.env._(
            "%(document)s: not needed, %(reason)s", document=self.display_name, reason=reason.strip()))

    def _withdraw(self, reason):
        """Put this document out of the folder's list with a reason; a required one is asked for anew.

        :param str reason: at least five characters
        """
        self.ensure_one()
        self.check_access('write')
        if self.state != 'present':
            raise UserError(self.env._("%(document)s is not in the folder: there is nothing to withdraw.",
                                       document=self.display_name))
        reason = self._check_reason(reason)
        # sudo: what a button decides is not written by hand
        self.sudo().write({
            'active': False, 'withdrawn_reason': reason, 'withdrawn_by_id': self.env.uid,
            'withdrawn_on': fields.Datetime.now(),
        })
        self.archive_id._log_document(self.env._(
            "%(document)s withdrawn: %(reason)s", document=self.display_name, reason=reason))
        self.archive_id._sync_documents()

    def _check_reason(self, reason):
        reason = (reason or '').strip()
        if len(reason) < 5:
            raise UserError(self.env._("Say why, in at least five characters."))
        return reason

    # === RETENTION === #

    @api.model
    def _cron_list_past_retention(self):
        """List, store by store, what is kept longer than needed, and tell the clerk. Nothing is deleted (PIPL 19)."""
        for company in self.env['res.company'].search([('insurance_archive_keep_years', '>', 0)]):
            today = company._insurance_today()
            documents = self.with_context(active_test=False).search([
                ('company_id', '=', company.id), ('retention_until', '<', today), ('state', '=', 'present'),
                ('retention_listed_on', '=', False),
            ])
            if documents:
                documents.retention_listed_on = today
                documents._tell_past_retention(company)

    def _tell_past_retention(self, company):
        """Plan one to-do per store for its clerk, on the oldest folder concerned; a later one takes its place."""
        listed = self.with_context(active_test=False).search_count([
            ('company_id', '=', company.id), ('retention_listed_on', '!=', False),
        ])
        archive = self.archive_id.sorted('date_to')[0]
        clerks = self.env.ref('dealer_insurance.group_policy_clerk').all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids)
        clerk = archive.custodian_id if archive.custodian_id in clerks else clerks[:1]
        if not clerk:
            return
        kind = self.env.ref('dealer_insurance.mail_activity_type_archive_retention')
        self.env['mail.activity'].search([
            ('activity_type_id', '=', kind.id), ('res_model', '=', 'insurance.archive'),
            ('res_id', 'in', self.env['insurance.archive']._search([('company_id', '=', company.id)])),
        ]).unlink()
        archive.activity_schedule(
            'dealer_insurance.mail_activity_type_archive_retention', company._insurance_today(), user_id=clerk.id,
            summary=self.env._("%(count)s documents are past their retention", count=listed),
        )
