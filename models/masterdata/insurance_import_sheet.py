from odoo import fields, models


class InsuranceImportSheet(models.Model):
    """A sheet of an uploaded workbook, and whether its rows are taken."""

    _name = 'insurance.import.sheet'
    _description = "Import Sheet"
    _order = 'import_id, id'

    import_id = fields.Many2one('insurance.import', required=True, index=True, ondelete='cascade')
    name = fields.Char(string="Sheet", readonly=True)
    is_used = fields.Boolean(string="Read")
    header_row = fields.Integer(string="Headings in Row", readonly=True, aggregator=None)
    note = fields.Char(readonly=True)
