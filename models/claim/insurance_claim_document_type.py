from odoo import api, fields, models
from odoo.exceptions import UserError

APPLIES = [
    ('always', "Every Claim"), ('other_side', "Another Party involved"), ('property', "Others' Property damaged"),
    ('injury', "Somebody injured"), ('tow', "Car was towed"), ('store_paid', "Paid to the Store"),
    ('subrogation', "Subrogation"), ('by_hand', "Where it is asked for"),
]


class InsuranceClaimDocumentType(models.Model):
    """A kind of document of a claim: when it is asked for, and whether the claim waits for it (domain 6.9).

    Stores and insurers differ: the list is data. Kinds are archived, never deleted.
    """

    _name = 'insurance.claim.document.type'
    _description = "Kind of Claim Document"
    _inherit = ['insurance.guard']
    _order = 'sequence, id'
    _rec_names_search = ['name', 'code']

    code = fields.Char(required=True)
    name = fields.Char(string="Document Name", required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', string="Store", index=True, help="Empty: used in every store.")
    applies = fields.Selection(APPLIES, string="Asked for in", required=True, default='always')
    is_blocking = fields.Boolean(string="Blocks Submission", default=True,
                                 help="The documents are not submitted, and the claim is not closed, without it.")
    is_medical = fields.Boolean(string="Medical", help="Read by claims clerk, claims leader and general manager only"
                                " (PIPL 28, T43).")
    note = fields.Char(string="Explanation", translate=True)

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "This code is already used.")

    def write(self, vals):
        if 'code' in vals and any(kind.code != vals['code'] for kind in self):
            raise UserError(self.env._("The code of %(kind)s stays as it is. Archive it and make a new one.",
                                       kind=self[0].name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Kinds of documents are archived, not deleted: %(names)s.",
                                   names=self.mapped('name')))

    def _is_asked_for(self, facts):
        """Tell whether a case asks for this kind.

        :param dict facts: of the claim, see `InsuranceClaim._get_document_facts`: bools by the values of `applies`
        """
        self.ensure_one()
        return facts.get(self.applies, False)
