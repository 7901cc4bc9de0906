from odoo import fields, models


class InsuranceImportColumn(models.Model):
    """A column of an uploaded workbook and what it is taken for."""

    _name = 'insurance.import.column'
    _description = "Import Column"
    _order = 'import_id, position, id'

    import_id = fields.Many2one('insurance.import', required=True, index=True, ondelete='cascade')
    kind = fields.Selection(related='import_id.kind')
    position = fields.Integer()
    heading = fields.Char(readonly=True)
    sample = fields.Char(string="Examples", readonly=True)
    field_id = fields.Many2one('insurance.import.field', string="Means", domain="[('kind', '=', kind)]")
    found_field_id = fields.Many2one('insurance.import.field', string="Recognised as", readonly=True)
    is_guess = fields.Boolean(string="Guessed", readonly=True)
