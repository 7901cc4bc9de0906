from odoo import api, fields, models


class InsuranceImportSynonym(models.Model):
    """What a store decided once about a heading of its workbooks: which field it is, or that it means nothing."""

    _name = 'insurance.import.synonym'
    _description = "Remembered Heading"
    _order = 'kind, heading'

    company_id = fields.Many2one(
        'res.company', string="Store", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        selection=lambda self: self.env['insurance.import']._fields['kind']._description_selection(self.env),
        string="Workbook",
        required=True,
    )
    heading = fields.Char(required=True)
    field_id = fields.Many2one(
        'insurance.import.field',
        string="Means",
        domain="[('kind', '=', kind)]",
        ondelete='cascade',
        help="Empty: the column is left out.",
    )

    _heading_uniq = models.UniqueIndex("(company_id, kind, heading)", "This heading is already remembered.")

    @api.model
    def _get_decisions(self, company, kind):
        """Return `{heading: field code or False}` as decided by the store."""
        return {
            synonym.heading: synonym.field_id.code or False
            for synonym in self.search([('company_id', '=', company.id), ('kind', '=', kind)])
        }

    @api.model
    def _remember(self, company, kind, decisions):
        """Store `{heading: insurance.import.field record, maybe empty}` for the store."""
        known = {
            synonym.heading: synonym
            for synonym in self.search(
                [
                    ('company_id', '=', company.id),
                    ('kind', '=', kind),
                    ('heading', 'in', list(decisions)),
                ]
            )
        }
        new = []
        for heading, field in decisions.items():
            if heading in known:
                known[heading].field_id = field
            else:
                new.append({'company_id': company.id, 'kind': kind, 'heading': heading, 'field_id': field.id})
        self.create(new)
