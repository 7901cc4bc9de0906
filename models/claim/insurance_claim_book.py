from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceClaimBook(models.Model):
    """The claims ledger of a store and year: the chain of its closing signatures hangs on it (R57). Opens itself."""

    _name = 'insurance.claim.book'
    _description = "Claims Ledger"
    _inherit = ['insurance.guard']
    _order = 'year desc, company_id'

    _guarded_fields = frozenset({'company_id', 'year', 'event_count', 'last_digest'})

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True)
    year = fields.Integer(required=True, aggregator=None, readonly=True)
    event_count = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    last_digest = fields.Char(readonly=True, export_string_translation=False)

    _book_uniq = models.UniqueIndex("(company_id, year)", "This store has a claims ledger of this year already.")

    @api.depends('company_id', 'year')
    def _compute_display_name(self):
        for book in self:
            book.display_name = f"{book.company_id.name} {book.year}"

    @api.model
    def _get_or_open(self, company, year):
        """Return the ledger of `company` and `year`; it is opened when there is none."""
        # sudo: ledgers open themselves; nobody opens one by hand
        books = self.sudo()
        return books.search([('company_id', '=', company.id), ('year', '=', year)], limit=1) or books.create({
            'company_id': company.id, 'year': year,
        })

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A claims ledger is never deleted."))
