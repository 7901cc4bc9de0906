from odoo import api, fields, models
from odoo.exceptions import UserError

from ..underwriting.insurance_policy import PRODUCTS
from .insurance_statement import COMMISSION

KINDS = [('original', "Policy"), ('endorsement', "Endorsement"), ('cancellation', "Cancellation")]
RESULTS = [
    ('agreed', "Agreed"),
    ('tail_difference', "Agreed within Tolerance"),
    ('cancellation_agreed', "Cancellation Agreed"),
    ('premium_differs', "Premium Differs"),
    ('rate_differs', "Rate Differs"),
    ('both_differ', "Premium and Rate Differ"),
    ('duplicate', "Stated Twice"),
    ('not_in_ledger', "Not in our Ledger"),
    ('cancellation_not_in_ledger', "Cancellation not in our Ledger"),
]  # from good to bad: a row of the workbook has the worst result of its lines
AGREED = frozenset({'agreed', 'tail_difference', 'cancellation_agreed'})
HANDLINGS = [
    ('none', "Not Handled yet"), ('accepted', "Difference Accepted"), ('correction', "Being Corrected"),
    ('claimed', "Asked back"),
]


class InsuranceStatementLine(models.Model):
    """A policy, endorsement or cancellation as an insurer states it, and what our ledger says of it (R34).

    One line for each policy: a row of the workbook that states compulsory and commercial insurance together is two
    lines with one row number. Differences are theirs − ours.
    """

    _name = 'insurance.statement.line'
    _description = "Line of an Insurer Statement"
    _inherit = ['insurance.guard']
    _order = 'statement_id desc, row_number, id'
    _rec_names_search = ['policy_no', 'policy_key', 'vin', 'plate', 'insured_name']

    statement_id = fields.Many2one('insurance.statement', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='statement_id.company_id', store=True, index=True)
    insurer_id = fields.Many2one(related='statement_id.insurer_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    statement_state = fields.Selection(related='statement_id.state')
    # What is stated
    sheet_name = fields.Char(string="Sheet")
    row_number = fields.Integer(string="Row", aggregator=None)
    kind = fields.Selection(KINDS, required=True, default='original')
    stated_kind = fields.Selection(KINDS, string="Kind as Stated", help="Where the workbook names it.")
    product = fields.Selection(PRODUCTS)
    policy_no = fields.Char(string="Policy No. as Written")
    policy_key = fields.Char(string="Policy No.", index=True)
    endorsement_no = fields.Char(string="Endorsement No.")
    vin = fields.Char(string="VIN", index='btree_not_null')
    plate = fields.Char(string="Plate")
    insured_name = fields.Char(string="Insured as Stated")
    issue_date = fields.Date(string="Issued")
    start_date = fields.Date(string="From")
    premium = fields.Monetary(string="Stated Premium")
    net_premium = fields.Monetary(string="Stated without VAT")
    rate = fields.Float(string="Stated Rate", digits=(6, 5), aggregator=None, groups=COMMISSION)
    commission = fields.Monetary(string="Stated Commission", groups=COMMISSION)
    vehicle_tax = fields.Monetary(string="Vehicle Tax Collected")
    salesperson_name = fields.Char(string="Salesperson as Stated")
    remark = fields.Char(string="Insurer's Remark")
    fingerprint = fields.Char(required=True, export_string_translation=False)
    occurrence = fields.Integer(default=1, aggregator=None, export_string_translation=False,
                                help="How often the same is stated, counted.")
    # What our ledger says
    policy_id = fields.Many2one('insurance.policy', string="Our Policy", index='btree_not_null', ondelete='set null')
    entry_id = fields.Many2one(related='policy_id.entry_id', store=True, index='btree_not_null', string="Ledger Entry")
    origin_policy_id = fields.Many2one(
        'insurance.policy', string="Changes our Policy", index='btree_not_null', ondelete='set null',
        help="The policy that the stated endorsement or cancellation is about; our ledger still carries it.",
    )
    matched_by = fields.Selection([('number', "By Number"), ('vehicle', "By Car"), ('hand', "By Hand")])
    hand_reason_id = fields.Many2one('insurance.reason', string="Reason for the Match", ondelete='restrict',
                                     domain="[('use', '=', 'settlement_difference')]")
    hand_note = fields.Char(string="Note on the Match")
    hand_by_id = fields.Many2one('res.users', string="Matched by Hand by")
    duplicate_of_id = fields.Many2one('insurance.statement.line', string="Repeats", index='btree_not_null',
                                      ondelete='restrict')
    our_premium = fields.Monetary()
    our_commission = fields.Monetary(groups=COMMISSION)
    our_rate = fields.Float(digits=(6, 5), aggregator=None, groups=COMMISSION)
    premium_difference = fields.Monetary(help="Theirs less ours.")
    commission_difference = fields.Monetary(help="Theirs less ours.", groups=COMMISSION)
    result = fields.Selection(RESULTS, string="Match Result", index=True)
    impact = fields.Monetary(
        string="Money Impact", groups=COMMISSION,
        help="Commission paid too much (negative: too little): the difference, or the whole of what is stated twice or"
             " not in our ledger.",
    )
    exposure = fields.Monetary(help="The money impact taken as positive.", groups=COMMISSION)
    # What was done about it
    handling = fields.Selection(HANDLINGS, required=True, default='none')
    handling_reason_id = fields.Many2one('insurance.reason', string="Reason of the Difference", ondelete='restrict',
                                         domain="[('use', '=', 'settlement_difference')]")
    handling_note = fields.Char(string="Note on the Difference")
    handled_by_id = fields.Many2one('res.users', string="Handled by")
    handled_on = fields.Datetime()
    correction_entry_id = fields.Many2one('insurance.ledger.entry', string="Correction of our Side",
                                          index='btree_not_null', ondelete='set null')
    is_exception = fields.Boolean(string="Exception", help="Does not agree, and nobody has dealt with it yet.")

    _stated_uniq = models.UniqueIndex(
        "(company_id, insurer_id, fingerprint, occurrence)", "This line of the insurer's statement is on file already.",
    )
    _key_idx = models.Index("(insurer_id, company_id, policy_key)")
    _plate_idx = models.Index("(company_id, plate) WHERE vin IS NULL AND plate IS NOT NULL")
    _unknown_idx = models.Index("(company_id, insurer_id) WHERE result = 'not_in_ledger'")
    _exception_idx = models.Index("(company_id, insurer_id, statement_id) WHERE is_exception")

    @api.model
    def _is_guarded(self, field):
        """Everything: lines are written by the import, the matching and the named methods only."""
        return True

    @api.depends('policy_no', 'row_number')
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._("Row %(row)s: %(policy)s", row=line.row_number,
                                           policy=line.policy_no or line.vin or '')

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Lines of insurers' statements stay on record."))
