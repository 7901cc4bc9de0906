from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

USES = [
    ('contact_channel', "Contact: channel"),
    ('contact_result', "Contact: result"),
    ('objection', "Contact: objection"),
    ('renewal_lost', "Renewal lost"),
    ('review_tag', "Review: what is to be improved"),
    ('accident_not_returned', "Accident car not returned"),
    ('visit_lost', "Accident car left"),
    ('claim_difference', "Claim: difference in payment"),
    ('claim_handling', "Claim: handling of a difference"),
    ('settlement_difference', "Settlement: discrepancy"),
    ('business_channel', "Business channel"),
    ('benefit_type', "Benefit"),
    ('proposal_declined', "Proposal declined"),
    ('payment_exception', "Payer is not the applicant"),
    ('cancellation', "Cancellation"),
    ('endorsement', "Endorsement"),
    ('policy_delivery', "Delivery of the policy"),
    ('delivery_source', "New car: business source"),
    ('delivery_uninsured', "New car: not insured here"),
    ('delivery_returned', "New car: taken back"),
    ('diversion_explained', "Finding: explained"),
    ('diversion_confirmed', "Finding: confirmed"),
]


class InsuranceReason(models.Model):
    """One coded, two-level list for every reason and small taxonomy of the desk, by use (domain 6.x, T45).

    Codes never change and entries are archived, not deleted: what was recorded keeps its meaning.
    """

    _name = 'insurance.reason'
    _description = "Coded Reason"
    _inherit = ['insurance.guard']
    _order = 'use, sequence, id'
    _rec_names_search = ['name', 'code']

    use = fields.Selection(USES, string="List", required=True, index=True)
    code = fields.Char(required=True)
    name = fields.Char(string="Label", required=True, translate=True)
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one(
        'insurance.reason',
        string="Group",
        index=True,
        ondelete='restrict',
        domain="[('use', '=', use), ('parent_id', '=', False)]",
    )
    child_ids = fields.One2many('insurance.reason', 'parent_id', string="Reasons")
    is_group = fields.Boolean(string="Is a Heading", help="A heading of the list: not chosen itself.")
    company_id = fields.Many2one('res.company', string="Store", index=True, help="Empty: used in every store.")
    active = fields.Boolean(default=True)
    note = fields.Char(string="Explanation", translate=True)
    controllable = fields.Selection(
        [('yes', "Yes"), ('partly', "Partly"), ('no', "No")], help="Could the store have avoided it?"
    )
    is_excluded = fields.Boolean(
        string="Leaves the Base",
        help="Not a loss: the car leaves the base (sold, scrapped, invalid data).",
    )
    is_connected = fields.Boolean(string="Reached", help="The customer was reached: the contact is effective (K8).")
    keeps_open = fields.Boolean(string="Still Open", help="The record stays open with this reason.")
    needs_insurer = fields.Boolean(string="Asks for the Insurer")
    needs_price = fields.Boolean(string="Asks for the Price")
    needs_date = fields.Boolean(string="Asks when it Became Known")
    needs_detail = fields.Boolean(string="Asks for Details")
    detail_label = fields.Char(string="Which Details", translate=True)
    handling = fields.Selection(
        [('track', "Record and track"), ('improve', "Record for improvement")],
        help="How a car that left is dealt with (R48-R51).",
    )
    is_restricted = fields.Boolean(
        string="Restricted", help="Entries are seen by the claims leader and the general manager only (T38)."
    )
    is_cash = fields.Boolean(
        string="Is Money", help="A benefit in money: refused unless the store allows cash rebates."
    )
    allows_compulsory = fields.Boolean(
        string="Ends Compulsory Insurance",
        help="One of the legal reasons for which a compulsory policy may be cancelled (domain 5.13).",
    )
    is_correction = fields.Boolean(
        string="Takes back an Entry", help="The entry itself was wrong: no policy ends, the row is taken back."
    )

    _code_uniq = models.UniqueIndex(
        "(use, code, COALESCE(company_id, 0))",
        "This code is already used in this list.",
    )

    @api.constrains('parent_id', 'use', 'is_group')
    def _check_two_levels(self):
        for reason in self:
            parent = reason.parent_id
            if parent and (parent.parent_id or parent.use != reason.use or reason.is_group):
                raise ValidationError(
                    self.env._(
                        "%(reason)s: reasons have two levels, a heading and the reasons below it, of the same use.",
                        reason=reason.name,
                    )
                )

    def write(self, vals):
        if {'code', 'use'} & vals.keys():
            for reason in self:
                if vals.get('code', reason.code) != reason.code or vals.get('use', reason.use) != reason.use:
                    raise UserError(
                        self.env._(
                            "The code of %(reason)s stays as it is. Archive it and make a new one.",
                            reason=reason.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Reasons are archived, not deleted: %(names)s.", names=self.mapped('name')))

    @api.model
    def _get_by_code(self, use, code):
        """Return the reason `code` of `use` for the present store, else of every store."""
        return self.search(
            [
                ('use', '=', use),
                ('code', '=', code),
                ('company_id', 'in', [False, self.env.company.id]),
            ],
            order='company_id',
            limit=1,
        )
