from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ('altered', "Line altered"),
    ('missing', "Line missing"),
    ('added', "Line added"),
    ('signature', "Signature or state altered"),
    ('chain', "Chain of signatures broken"),
]


class InsuranceRegisterFinding(models.Model):
    """A difference between what was signed and what the database holds now, found by the integrity check."""

    _name = 'insurance.register.finding'
    _description = "Register Integrity Finding"
    _inherit = ['insurance.guard']
    _order = 'state, id desc'
    _rec_name = 'description'

    _key_fields = ('register_id', 'page_id', 'kind', 'res_id', 'field_names', 'evidence')

    register_id = fields.Many2one('insurance.register', string="Book", required=True, index=True)
    company_id = fields.Many2one(related='register_id.company_id', store=True, index=True)
    page_id = fields.Many2one('insurance.register.page', string="Page", index=True)
    kind = fields.Selection(KINDS, string="Finding", required=True)
    line_no = fields.Integer(string="Line", aggregator=None)
    res_model = fields.Char(string="Line Model", export_string_translation=False)
    res_id = fields.Integer(string="Line ID", aggregator=None)
    field_names = fields.Char(string="Technical Field Names", export_string_translation=False)
    evidence = fields.Char(
        export_string_translation=False,
        help="Digest of what was found: the same deviation is recorded once, another one of the same line anew.",
    )
    description = fields.Char(string="What deviates", compute='_compute_description')
    found_on = fields.Datetime(required=True, default=fields.Datetime.now)
    last_seen_on = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection([('open', "Unexplained"), ('explained', "Explained")], default='open', required=True)
    explanation = fields.Text()
    explained_by_id = fields.Many2one('res.users', readonly=True)

    _open_idx = models.Index("(register_id, page_id) WHERE state = 'open'")

    @api.depends('kind', 'line_no', 'res_id', 'field_names', 'res_model', 'page_id')
    def _compute_description(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for finding in self:
            if finding.kind == 'altered':
                finding.description = self.env._(
                    "Line %(number)s: %(fields)s changed after signing",
                    number=finding.line_no,
                    fields=finding._get_field_labels(),
                )
            elif finding.kind == 'added':
                finding.description = self.env._("Line %(number)s was added after signing", number=finding.line_no)
            elif finding.kind == 'missing':
                finding.description = self.env._(
                    "Signed line %(number)s (ID %(line)s) is gone", number=finding.line_no, line=finding.res_id
                )
            else:
                finding.description = labels.get(finding.kind)

    def _get_field_labels(self):
        self.ensure_one()
        names = (self.field_names or '').split(',')
        if self.res_model not in self.env:
            return names
        fields_get = self.env[self.res_model].sudo().fields_get(names, ['string'])  # sudo: labels only
        return [fields_get[name]['string'] if name in fields_get else name for name in names]

    @api.model
    def _is_guarded(self, field):
        return field.name != 'explanation'

    def write(self, vals):
        if 'explanation' in vals and any(finding.state == 'explained' for finding in self):
            raise UserError(self.env._("The explanation of a closed finding stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Findings are explained, not deleted."))

    @api.model
    def _record(self, deviations):
        """Store `deviations` (value dicts) once each, explained ones too; return the open findings they stand for."""
        if not deviations:
            return self.browse()
        known = {
            tuple(
                finding[name].id if name in ('register_id', 'page_id') else finding[name] or False
                for name in self._key_fields
            ): finding
            for finding in self.search(
                [
                    ('register_id', 'in', [values['register_id'] for values in deviations]),
                ]
            )
        }
        found, new = self.browse(), []
        for values in deviations:
            key = tuple(values.get(name) or False for name in self._key_fields)
            if key in known:
                found |= known[key]
            else:
                new.append(values)
        found.last_seen_on = fields.Datetime.now()
        return found.filtered(lambda finding: finding.state == 'open') | self.create(new)

    def action_explain(self):
        """Close findings whose explanation is written down."""
        self.check_access('write')
        for finding in self:
            if len((finding.explanation or '').strip()) < 5:
                raise UserError(
                    self.env._(
                        "Write the explanation of the finding on %(page)s first.",
                        page=finding.page_id.display_name or finding.register_id.display_name,
                    )
                )
        # sudo: of a finding, only its explanation is written by hand
        self.sudo().write({'state': 'explained', 'explained_by_id': self.env.uid})
