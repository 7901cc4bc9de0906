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

    insurer_id = fields.Many2one(
        'res.partner', string="Insurer", index='btree_not_null', ondelete='cascade',
        domain=[('is_insurer', '=', True)], help="In this insurer's workbooks only. Empty: in all of the store's.",
    )

    _heading_uniq = models.UniqueIndex(
        "(company_id, kind, COALESCE(insurer_id, 0), heading)", "This heading is already remembered.")

    @api.model
    def _get_decisions(self, company, kind, insurer):
        """Return `{heading: field code or False}` as decided by the store, for the insurer's workbooks before all.

        :param insurer: partner, maybe none
        """
        found = self.search([
            ('company_id', '=', company.id), ('kind', '=', kind), ('insurer_id', 'in', (False, insurer.id)),
        ])
        return {
            synonym.heading: synonym.field_id.code or False
            for synonym in found.sorted(lambda synonym: bool(synonym.insurer_id))
        }

    @api.model
    def _remember(self, company, kind, decisions, insurer):
        """Store `{heading: insurance.import.field record, maybe empty}` for the store, or one insurer's workbooks."""
        known = {
            synonym.heading: synonym
            for synonym in self.search(
                [
                    ('company_id', '=', company.id),
                    ('kind', '=', kind),
                    ('insurer_id', '=', insurer.id),
                    ('heading', 'in', list(decisions)),
                ]
            )
        }
        new = []
        for heading, field in decisions.items():
            if heading in known:
                known[heading].field_id = field
            else:
                new.append({
                    'company_id': company.id, 'kind': kind, 'heading': heading, 'field_id': field.id,
                    'insurer_id': insurer.id,
                })
        self.create(new)
