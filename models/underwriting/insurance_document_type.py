from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

NEEDS = [
    ('yes', "Required"),
    ('later', "Required once the car has plates"),
    ('if_lapsed', "Required after a gap or change of insurer"),
    ('if_agent', "Required if the applicant is not the owner"),
    ('if_benefit', "Required if benefits were given"),
    ('optional', "Optional"),
    ('no', "Not needed"),
]
PRODUCTS = [('compulsory', "Compulsory"), ('commercial', "Commercial"), ('non_motor', "Non-motor")]


class InsuranceDocumentType(models.Model):
    """A kind of document of the underwriting archive: when it is needed, who may read it, how long it is kept.

    The list is form 2.6 of the archive as data; stores add kinds of their own. Kinds are archived, never deleted.
    """

    _name = 'insurance.document.type'
    _description = "Kind of Archive Document"
    _inherit = ['insurance.guard']
    _order = 'sequence, id'
    _rec_names_search = ['name', 'code']

    code = fields.Char(required=True)
    name = fields.Char(string="Label", required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', string="Store", index=True, help="Empty: used in every store.")
    need_new = fields.Selection(NEEDS, string="New Car", required=True, default='optional')
    need_renewal = fields.Selection(NEEDS, string="Renewal", required=True, default='optional')
    need_company = fields.Selection(
        [('as_case', "As for other owners"), *NEEDS], string="Company Owner", required=True, default='as_case',
        help="Takes the place of the two columns before where the owner is a company. What a new car has only after"
        " its plates stays due after its plates.",
    )
    entry_type = fields.Selection(
        [('policy', "Policies"), ('endorsement', "Each endorsement"), ('cancellation', "Each cancellation")],
        string="Belongs to", required=True, default='policy',
    )
    per_policy = fields.Boolean(string="One per Policy")
    product = fields.Selection(PRODUCTS, string="Only with", help="Asked for where such a policy was sold.")
    is_sensitive = fields.Boolean(
        string="Sensitive",
        help="Personal data with special protection (PIPL): read by the group named beside it only.",
    )
    group_id = fields.Many2one(
        'res.groups', string="Read by", help="Empty: whoever may read the folder.", ondelete='restrict',
    )
    is_invoice = fields.Boolean(string="Invoice", help="Finance reads invoices, and no other document.")
    is_for_service = fields.Boolean(string="For Service", help="Service advisors may read it.")
    keep_years = fields.Integer(string="Keep (years)", help="After the policy year; 0: as the store settings say.")
    name_hints = fields.Char(
        string="Words in File Names",
        help="Separated by commas. A dropped file whose name holds one of them is filed as this kind.",
    )
    note = fields.Char(string="Explanation", translate=True)

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "This code is already used.")
    _keep_years_positive = models.Constraint('CHECK (keep_years >= 0)', "Documents are kept for 0 years or more.")

    @api.constrains('is_sensitive', 'group_id')
    def _check_sensitive(self):
        for kind in self:
            if kind.is_sensitive and not kind.group_id:
                raise ValidationError(self.env._(
                    "%(kind)s is sensitive: name the group that may read it.", kind=kind.name,
                ))

    @api.constrains('per_policy', 'entry_type')
    def _check_per_policy(self):
        for kind in self:
            if kind.per_policy and kind.entry_type != 'policy':
                raise ValidationError(self.env._(
                    "%(kind)s belongs to endorsements or cancellations: there is one for each of them already.",
                    kind=kind.name,
                ))

    def write(self, vals):
        if 'code' in vals and any(kind.code != vals['code'] for kind in self):
            raise UserError(self.env._(
                "The code of %(kind)s stays as it is. Archive it and make a new one.", kind=self[0].name,
            ))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Kinds of documents are archived, not deleted: %(names)s.",
                                   names=self.mapped('name')))

    # === BUSINESS === #

    def _get_need(self, facts):
        """Return whether a folder needs this kind: 'required', 'later', 'optional' or False (form 2.6).

        :param dict facts: of the folder, see `InsuranceArchive._get_facts`: is_new, is_company, is_lapsed,
            has_agent, has_benefit (bools)
        """
        self.ensure_one()
        need = base = self.need_new if facts['is_new'] else self.need_renewal
        if facts['is_company'] and self.need_company != 'as_case':
            need = 'later' if (base, self.need_company) == ('later', 'yes') else self.need_company
        conditions = {'if_lapsed': 'is_lapsed', 'if_agent': 'has_agent', 'if_benefit': 'has_benefit'}
        if need in conditions:
            need = 'yes' if facts[conditions[need]] else 'no'
        return {'yes': 'required', 'later': 'later', 'optional': 'optional', 'no': False}[need]

    @api.model
    def _guess(self, kinds, file_name):
        """Return the one of `kinds` that `file_name` speaks of: the longest of their words in it wins; or none."""
        name = (file_name or '').lower()
        best, length = self.browse(), 0
        for kind in kinds:
            for hint in kind._get_hints():
                if hint in name and len(hint) > length:
                    best, length = kind, len(hint)
        return best

    def _get_hints(self):
        words = (self.name_hints or '').replace('，', ',').replace('、', ',').split(',')
        return [word.strip().lower() for word in (*words, self.name or '') if word.strip()]
