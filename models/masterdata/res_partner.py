from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...lib import identifiers

ID_TYPES = [
    ('id_card', "ID card"),
    ('uscc', "Unified social credit code"),
    ('passport', "Passport"),
    ('military', "Military ID"),
    ('hk_macau', "Hong Kong and Macau travel permit"),
    ('taiwan', "Taiwan travel permit"),
    ('foreign_resident', "Foreigner's residence permit"),
    ('other', "Other"),
]

INSURER_FIELDS = frozenset(
    {'is_insurer', 'insurer_code', 'insurer_short_name', 'insurer_hotline', 'insurer_other_names',
     'insurer_agreement_ids'}
)
INSURER_KEEPERS = (
    'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_group_manager,base.group_system'
)


class ResPartner(models.Model):
    """Insurers, and what the desk knows of its customers' identity."""

    _inherit = 'res.partner'

    @property
    def _rec_names_search(self):
        return [*super()._rec_names_search, 'insurer_short_name', 'insurer_code']

    is_insurer = fields.Boolean(string="Insurer", index='btree_not_null')
    insurer_code = fields.Char(copy=False, help="Short code that never changes, e.g. PICC.")
    insurer_short_name = fields.Char(string="Short Name")
    insurer_hotline = fields.Char(string="Claims Hotline")
    insurer_other_names = fields.Char(
        string="Other Spellings",
        help="Further names under which workbooks write this insurer, separated by commas.",
    )
    insurer_agreement_ids = fields.One2many('insurance.insurer.agreement', 'insurer_id', string="Agreements")
    insurance_id_type = fields.Selection(ID_TYPES, string="ID Type")
    insurance_id_number = fields.Char(
        string="ID Number (clear)",
        copy=False,
        export_string_translation=False,
        prefetch=False,
    )
    insurance_id_masked = fields.Char(
        string="ID Number",
        compute='_compute_insurance_id_masked',
        inverse='_inverse_insurance_id_masked',
        compute_sudo=True,
        copy=False,
        help="Shown masked. Type a whole number to enter or replace it.",
    )
    insurance_phone_masked = fields.Char(
        string="Phone (masked)",
        compute='_compute_insurance_phone_masked',
        inverse='_inverse_insurance_phone_masked',
        compute_sudo=True,
        copy=False,
        help="Shown masked. Type a whole number to enter or replace it.",
    )
    insurance_do_not_call = fields.Boolean(
        string="Do not Call",
        help="The customer wants no calls: wins over every plan of contact (T18).",
    )
    insured_vehicle_ids = fields.One2many('fleet.vehicle', 'owner_id', string="Vehicles")
    insured_vehicle_count = fields.Integer(string="Vehicle Count", compute='_compute_insured_vehicle_count')

    _insurer_code_uniq = models.UniqueIndex(
        "(insurer_code) WHERE insurer_code IS NOT NULL",
        "Another insurer has this code.",
    )

    # === COMPUTE === #

    @api.depends('insurance_id_number')
    def _compute_insurance_id_masked(self):
        for partner in self:
            number = partner.insurance_id_number
            partner.insurance_id_masked = identifiers.mask_id(number) if number else False

    def _inverse_insurance_id_masked(self):
        for partner in self:
            typed = identifiers.normalise_id_number(partner.insurance_id_masked or '') or ''
            # sudo: the clear number is written here and read only through `action_reveal_identity`
            secret = partner.sudo()
            if typed == identifiers.mask_id(secret.insurance_id_number or ''):
                continue
            if '*' in typed:
                raise UserError(
                    self.env._("Type the whole ID number of %(partner)s, without asterisks.", partner=partner.name)
                )
            secret.insurance_id_number = typed or False

    @api.depends('phone')
    def _compute_insurance_phone_masked(self):
        for partner in self:
            partner.insurance_phone_masked = identifiers.mask_phone(partner.phone) if partner.phone else False

    def _compute_insured_vehicle_count(self):
        counts = dict(
            self.env['fleet.vehicle']._read_group(
                [('owner_id', 'in', self.ids)],
                ['owner_id'],
                ['__count'],
            )
        )
        for partner in self:
            partner.insured_vehicle_count = counts.get(partner, 0)

    @api.depends('insurer_short_name')
    @api.depends_context('insurer_short_name')
    def _compute_display_name(self):
        super()._compute_display_name()
        if not self.env.context.get('insurer_short_name'):
            return
        for partner in self:
            if partner.is_insurer and partner.insurer_short_name:
                partner.display_name = partner.insurer_short_name

    # === CONSTRAINTS === #

    @api.constrains('insurance_id_type', 'insurance_id_number')
    def _check_insurance_id_number(self):
        for partner in self.sudo():  # sudo: the clear number is readable by no role
            number, kind = partner.insurance_id_number, partner.insurance_id_type
            if number and identifiers.id_number_problem(kind, number):
                raise ValidationError(
                    self.env._(
                        "The ID number of %(partner)s is not a valid %(kind)s number.",
                        partner=partner.name,
                        kind=dict(self._fields['insurance_id_type']._description_selection(self.env)).get(kind, ''),
                    )
                )

    @api.constrains('is_insurer', 'insurer_code')
    def _check_insurer_code(self):
        for partner in self:
            if partner.is_insurer and not partner.insurer_code:
                raise ValidationError(self.env._("Insurer %(insurer)s needs a code.", insurer=partner.name))

    # === ACCESS === #

    @api.model
    def _has_field_access(self, field, operation):
        if not self.env.su:
            if field.name == 'insurance_id_number':
                return False
            if operation == 'read' and field.name in ('phone', 'phone_sanitized') and self._hides_phones():
                return False
            if operation == 'write' and field.name in INSURER_FIELDS and not self.env.user.has_groups(INSURER_KEEPERS):
                return False
        return super()._has_field_access(field, operation)

    @api.model
    def _hides_phones(self):
        """Tell whether the user works at the desk in a role that sees phone numbers masked only."""
        user = self.env.user
        return user.has_group('dealer_insurance.group_insurance_user') and not user.has_group(
            'dealer_insurance.group_full_phone',
        )

    # === CRUD === #

    def write(self, vals):
        self._check_insurers_kept(vals)
        return super().write(vals)

    def _check_insurers_kept(self, vals):
        """Refuse another code for an insurer, and changes by roles of the desk that only choose insurers."""
        insurers = self.sudo().filtered('is_insurer')  # sudo: what an insurer is called is no secret
        if not insurers:
            return
        if 'insurer_code' in vals and any(one.insurer_code not in (False, vals['insurer_code']) for one in insurers):
            raise UserError(self.env._("The code of %(insurer)s stays as it is.", insurer=insurers[0].name))
        user = self.env.user
        if (
            not self.env.su
            and user.has_group('dealer_insurance.group_insurance_user')
            and not user.has_groups(f'{INSURER_KEEPERS},base.group_partner_manager')
        ):
            raise AccessError(
                self.env._("%(insurer)s is an insurer: the insurance supervisor keeps its data.",
                           insurer=insurers[0].name)
            )

    # === ACTIONS === #

    def action_reveal_identity(self, reason):
        """Return the clear ID number of the customer and log who asked, when and why (PIPL art. 51).

        :param str reason: at least five characters
        :raises AccessError: without the right to see identity data
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_group('dealer_insurance.group_identity_reader'):
            raise AccessError(self.env._("You have no right to see identity data."))
        if len((reason or '').strip()) < 5:
            raise UserError(self.env._("Say why you need to see the ID number of %(partner)s.", partner=self.name))
        self.env['insurance.access.log']._log('reveal', self.env._("ID number"), self, 1, reason.strip())
        return self.sudo().insurance_id_number or ''  # sudo: the one door to the clear number, logged above

    def action_open_reveal(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Show the ID Number"),
            'res_model': 'insurance.identity.reveal',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_partner_id': self.id},
        }

    # === BUSINESS === #

    @api.model
    def _get_insurers_by_name(self):
        """Return `{normalised spelling: insurer}` for matching names in workbooks: code, names, other spellings."""
        insurers = self.search(Domain('is_insurer', '=', True))
        spellings = {}
        for insurer in insurers:
            names = [insurer.insurer_code, insurer.name, insurer.insurer_short_name]
            names += (insurer.insurer_other_names or '').replace('，', ',').replace('、', ',').split(',')
            for name in names:
                if name and name.strip():
                    spellings.setdefault(identifiers.normalise_company(name), insurer)
        return spellings
