from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceImportField(models.Model):
    """Something an importer understands, and the headings under which workbooks write it."""

    _name = 'insurance.import.field'
    _description = "Import Field"
    _order = 'kind, sequence, id'

    kind = fields.Selection(
        selection=lambda self: self.env['insurance.import']._fields['kind']._description_selection(self.env),
        string="Workbook",
        required=True,
        index=True,
    )
    code = fields.Char(required=True, help="Name under which the importer knows it.")
    name = fields.Char(string="Label", required=True, translate=True)
    sequence = fields.Integer(default=10)
    synonyms = fields.Text(string="Headings", help="One heading a line, as workbooks write it.")
    is_required = fields.Boolean(string="Needed", help="The workbook must have this column.")

    _code_uniq = models.UniqueIndex("(kind, code)", "This field exists already.")

    @api.model
    def _get_synonyms(self, kind):
        """Return `{code: [headings]}` of what workbooks of `kind` may hold."""
        return {
            field.code: [line.strip() for line in (field.synonyms or '').splitlines() if line.strip()]
            for field in self.search(Domain('kind', '=', kind))
        }
