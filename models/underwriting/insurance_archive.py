from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib import identifiers

BUSINESS = [('new', "New car"), ('renewal', "Renewal")]


class InsuranceArchive(models.Model):
    """The underwriting folder of a vehicle for one policy year (承保档案, form 2.6, R36). It makes itself.

    Everything sold for the year is in it: policies of several insurers (T4), endorsements and cancellations.
    """

    _name = 'insurance.archive'
    _description = "Underwriting Folder"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'date_from desc, id desc'
    _rec_names_search = ['name', 'vehicle_id.license_plate', 'vehicle_id.vin_sn', 'partner_id.name']

    _guarded_fields = frozenset({
        'name', 'number', 'policy_year', 'company_id', 'vehicle_id', 'partner_id', 'insurer_id', 'salesperson_id',
        'business', 'is_company_owner', 'date_from', 'date_to', 'entry_ids',
    })

    lookup = fields.Char(
        string="Plate, VIN, Policy No. or Name", compute='_compute_lookup', search='_search_lookup',
    )
    name = fields.Char(string="Folder No.", required=True, readonly=True, copy=False)
    number = fields.Integer(required=True, readonly=True, copy=False, aggregator=None)
    policy_year = fields.Integer(string="Policy Year", required=True, readonly=True, aggregator=None, index=True)
    company_id = fields.Many2one('res.company', string="Store", required=True, readonly=True, index=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, readonly=True, index=True,
                                 ondelete='restrict')
    plate = fields.Char(related='vehicle_id.license_plate', string="Plate")
    vin = fields.Char(related='vehicle_id.vin_sn', string="VIN")
    vehicle_model_id = fields.Many2one(related='vehicle_id.model_id', string="Model")
    partner_id = fields.Many2one('res.partner', string="Owner", readonly=True, index='btree_not_null')
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True, index='btree_not_null')
    salesperson_id = fields.Many2one('res.users', string="Salesperson", readonly=True, index='btree_not_null')
    business = fields.Selection(BUSINESS, readonly=True)
    is_company_owner = fields.Boolean(string="Company Owner", readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True, index=True)
    date_to = fields.Date(string="Until", required=True, readonly=True, index=True)
    entry_ids = fields.One2many('insurance.ledger.entry', 'archive_id', string="Ledger Entries", readonly=True)
    custodian_id = fields.Many2one('res.users', string="Kept by", tracking=True)
    shelf = fields.Char(string="Cabinet and Box", tracking=True)
    remark = fields.Text()
    document_ids = fields.One2many('insurance.archive.document', 'archive_id', string="Documents")
    required_count = fields.Integer(string="Required", compute='_compute_completeness', store=True)
    present_count = fields.Integer(string="Present", compute='_compute_completeness', store=True)
    completeness = fields.Float(
        string="Completeness", compute='_compute_completeness', store=True, aggregator='avg',
        help="Required documents that are present, of all required ones.",
    )
    is_complete = fields.Boolean(string="Complete", compute='_compute_completeness', store=True)
    complete_rate = fields.Float(
        string="Complete Folders", compute='_compute_completeness', store=True, aggregator='avg', digits=(5, 1),
        help="Complete folders of all folders (K29).",
    )
    missing_text = fields.Char(string="Missing", compute='_compute_missing', compute_sudo=True)
    missing_type_ids = fields.Many2many(
        'insurance.document.type', string="Missing Kinds", compute='_compute_missing', compute_sudo=True,
        search='_search_missing_type_ids',
    )
    loan_ids = fields.One2many('insurance.archive.loan', 'archive_id', string="Loans")
    is_lent = fields.Boolean(string="Lent", compute='_compute_loan', store=True)
    borrower_id = fields.Many2one('res.users', string="Borrower", compute='_compute_loan', store=True)
    loan_due_on = fields.Date(string="Due Back", compute='_compute_loan', store=True, index='btree_not_null')
    retention_until = fields.Date(string="Keep until", compute='_compute_retention_until', compute_sudo=True)

    _number_uniq = models.UniqueIndex("(company_id, policy_year, number)", "This folder number is taken.")
    _vehicle_idx = models.Index("(company_id, vehicle_id, date_from)")
    _incomplete_idx = models.Index("(company_id, date_from) WHERE NOT is_complete")

    # === COMPUTE === #

    @api.depends('name', 'vehicle_id')
    def _compute_display_name(self):
        for archive in self:
            car = archive.plate or (archive.vin and archive.vin[-8:])
            archive.display_name = " ".join(filter(None, (archive.name, car)))

    @api.depends('document_ids.active', 'document_ids.is_required', 'document_ids.state')
    def _compute_completeness(self):
        for archive in self:
            required = archive.document_ids.filtered(
                lambda document: document.active and document.is_required and document.state != 'not_needed')
            present = required.filtered(lambda document: document.state == 'present')
            archive.required_count = len(required)
            archive.present_count = len(present)
            archive.completeness = len(present) / len(required) if required else 1
            archive.is_complete = len(present) == len(required)
            archive.complete_rate = 1 if archive.is_complete else 0

    @api.depends('document_ids.active', 'document_ids.is_required', 'document_ids.state')
    @api.depends_context('lang')
    def _compute_missing(self):
        documents = self.env['insurance.archive.document'].search(
            [('archive_id', 'in', self.ids), ('is_required', '=', True), ('state', '=', 'missing')],
        )
        documents.mapped('display_name')  # of all folders at once
        missing = documents.grouped('archive_id')
        for archive in self:
            documents = missing.get(archive._origin, self.env['insurance.archive.document'])
            archive.missing_text = self.env._(", ").join(documents.mapped('display_name')) or False
            archive.missing_type_ids = documents.type_id

    def _search_missing_type_ids(self, operator, value):
        if operator not in ('in', 'any'):
            return NotImplemented
        missing = Domain('is_required', '=', True) & Domain('state', '=', 'missing')
        return Domain('document_ids', 'any', missing & Domain('type_id', operator, value))

    @api.depends('loan_ids.returned_on', 'loan_ids.due_on', 'loan_ids.borrower_id')
    def _compute_loan(self):
        for archive in self:
            loan = archive.loan_ids.filtered(lambda one: not one.returned_on)[:1]
            archive.is_lent = bool(loan)
            archive.borrower_id = loan.borrower_id
            archive.loan_due_on = loan.due_on

    @api.depends('date_to', 'document_ids.retention_until')
    def _compute_retention_until(self):
        for archive in self:
            archive.retention_until = max(
                [day for day in archive.document_ids.mapped('retention_until') if day], default=False,
            )

    def _compute_lookup(self):
        self.lookup = False

    def _search_lookup(self, operator, value):
        """Find by any fragment of plate (former plates included), VIN, policy number or name, or by folder number."""
        if operator != 'ilike' or not isinstance(value, str):
            return NotImplemented
        text = value.strip()
        number = identifiers.normalise_plate(text) or text
        vehicle = Domain('license_plate', 'ilike', number) | Domain('vin_sn', 'ilike', number) | Domain(
            'plate_history_ids.plate', 'ilike', number,
        )
        found = Domain('name', '=ilike', text) | Domain('vehicle_id', 'any', vehicle) | Domain(
            'partner_id.name', 'ilike', text,
        )
        policy_no = identifiers.normalise_policy_no(text)
        if policy_no and len(policy_no) >= 4:
            # sudo: whoever sees the folder finds it by its policies; nothing of them is shown
            policies = self.env['insurance.policy'].sudo()._search([('policy_no', 'like', policy_no)])
            # any!: as above, claims and service read no entries
            found |= Domain('entry_ids', 'any!', Domain('policy_ids', 'in', policies))
        return found

    # === CRUD === #

    def copy(self, default=None):
        raise UserError(self.env._("Folders make themselves when a ledger entry is registered."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Folders of the underwriting archive are never deleted."))

    # === ACTIONS === #

    def action_update_documents(self):
        """Bring the list of required documents up to date after the kinds or the entries changed."""
        self.check_access('write')
        self._sync_documents()

    def action_lend(self):
        self.ensure_one()
        if self.is_lent:
            raise UserError(self.env._(
                "%(folder)s is lent to %(borrower)s: it has to come back first.",
                folder=self.display_name, borrower=self.borrower_id.name,
            ))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Lend the Folder"),
            'res_model': 'insurance.archive.loan', 'view_mode': 'form', 'target': 'new',
            'context': {'default_archive_id': self.id},
        }

    def action_return(self):
        """Take the lent folder back."""
        self.check_access('write')
        loans = self.loan_ids.filtered(lambda loan: not loan.returned_on)
        if not loans:
            raise UserError(self.env._("%(folder)s is not lent.", folder=self[:1].display_name))
        loans.action_return()

    def action_view_entries(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Ledger Entries"),
            'res_model': 'insurance.ledger.entry', 'view_mode': 'list,form',
            'domain': [('archive_id', '=', self.id)], 'context': {'create': False},
        }

    def action_view_documents(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_archive_document_action')
        return dict(action, domain=[('archive_id', '=', self.id)], context={'active_test': False})

    def _get_open_action(self):
        """Return the action that opens this folder."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.display_name, 'res_model': self._name,
            'res_id': self.id, 'view_mode': 'form', 'views': [(False, 'form')],
        }
