from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_settlement import COMMISSION, PRODUCT_FLAGS

LINE_STATES = [
    ('open', "To be Checked"), ('signed', "Line Signed"), ('returned', "Returned to the Clerk"),
    ('carried', "Carried over"),
]
ORIGINS = [
    ('period', "Of the period"), ('carried', "Carried over from an earlier list"), ('statement', "On the statement"),
    ('correction', "Correction of a line"), ('hand', "Added by hand"),
]


class InsuranceSettlementLine(models.Model):
    """A line of a settlement list: one ledger entry, or some of its policies, checked and signed by itself (R32).

    An entry's policy of a kind is on one list only; a line that is carried over sets it free for the next.
    """

    _name = 'insurance.settlement.line'
    _description = "Line of a Settlement List"
    _inherit = ['insurance.guard']
    _order = 'settlement_id, sequence, id'
    _check_company_auto = True

    _guarded_fields = frozenset({
        'settlement_id', 'entry_id', 'sequence', 'with_compulsory', 'with_commercial', 'with_non_motor', 'is_partial',
        'origin', 'carried_from_id', 'state', 'signed_by_id', 'signed_on', 'returned_reason_id', 'returned_note',
        'returned_by_id', 'returned_on', 'accepted_reason_id', 'accepted_note', 'accepted_by_id', 'accepted_on',
        'settled_commission', 'company_id', 'insurer_id',
    })

    settlement_id = fields.Many2one('insurance.settlement', string="Settlement List", required=True, index=True,
                                    readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='settlement_id.company_id', store=True, index=True)
    insurer_id = fields.Many2one(related='settlement_id.insurer_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    list_state = fields.Selection(related='settlement_id.state', string="State of the List")
    entry_id = fields.Many2one('insurance.ledger.entry', string="Ledger Entry", required=True, index=True,
                               readonly=True, ondelete='restrict')
    sequence = fields.Integer(readonly=True, aggregator=None)
    origin = fields.Selection(ORIGINS, string="Why on the List", required=True, default='period', readonly=True)
    # Which policies of the entry
    with_compulsory = fields.Boolean(readonly=True, export_string_translation=False)
    with_commercial = fields.Boolean(readonly=True, export_string_translation=False)
    with_non_motor = fields.Boolean(readonly=True, export_string_translation=False)
    is_partial = fields.Boolean(string="Part of the Entry", readonly=True,
                                help="Other policies of the entry are settled on another list.")
    # What the ledger says of it
    entry_type = fields.Selection(related='entry_id.entry_type')
    issue_date = fields.Date(related='entry_id.issue_date')
    start_date = fields.Date(related='entry_id.start_date')
    plate = fields.Char(related='entry_id.plate')
    vin = fields.Char(related='entry_id.vin')
    insured_id = fields.Many2one(related='entry_id.insured_id')
    salesperson_id = fields.Many2one(related='entry_id.salesperson_id')
    premium = fields.Monetary(compute='_compute_amounts', store=True, readonly=True)
    commission = fields.Monetary(compute='_compute_amounts', store=True, readonly=True, groups=COMMISSION)
    settled_commission = fields.Monetary(string="Settled Commission", readonly=True, copy=False, groups=COMMISSION,
                                         help="What the insurer owes for the line, fixed when the list is closed.")
    # What became of it
    state = fields.Selection(LINE_STATES, required=True, default='open', readonly=True, copy=False, index=True)
    signed_by_id = fields.Many2one('res.users', string="Line Signed by", readonly=True, copy=False)
    signed_on = fields.Datetime(string="Line Signed on", readonly=True, copy=False)
    returned_reason_id = fields.Many2one('insurance.reason', string="Why Returned", readonly=True, copy=False,
                                         ondelete='restrict')
    returned_note = fields.Char(string="What is to be Corrected", readonly=True, copy=False)
    returned_by_id = fields.Many2one('res.users', string="Returned by", readonly=True, copy=False)
    returned_on = fields.Datetime(string="Returned on", readonly=True, copy=False)
    accepted_reason_id = fields.Many2one('insurance.reason', string="Why Accepted", readonly=True, copy=False,
                                         ondelete='restrict')
    accepted_note = fields.Char(string="Note on the Difference", readonly=True, copy=False)
    accepted_by_id = fields.Many2one('res.users', string="Difference Accepted by", readonly=True, copy=False)
    accepted_on = fields.Datetime(string="Difference Accepted on", readonly=True, copy=False)
    carried_from_id = fields.Many2one('insurance.settlement.line', string="Carried over from", readonly=True,
                                      copy=False, index='btree_not_null', ondelete='restrict')

    _settlement_idx = models.Index("(settlement_id, sequence, id)")
    _carried_idx = models.Index("(company_id, insurer_id) WHERE state = 'carried'")
    _compulsory_once = models.UniqueIndex("(entry_id) WHERE with_compulsory AND state <> 'carried'",
                                          "The compulsory policy of this entry is on a settlement list already.")
    _commercial_once = models.UniqueIndex("(entry_id) WHERE with_commercial AND state <> 'carried'",
                                          "The commercial policy of this entry is on a settlement list already.")
    _non_motor_once = models.UniqueIndex("(entry_id) WHERE with_non_motor AND state <> 'carried'",
                                         "The non-motor policies of this entry are on a settlement list already.")
    _signed_pair = models.Constraint('CHECK ((signed_by_id IS NULL) = (signed_on IS NULL))',
                                     "A signature needs both signer and time.")

    # === COMPUTE === #

    @api.depends('settlement_id', 'sequence', 'entry_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._("%(list)s, line %(number)s: %(entry)s", list=line.settlement_id.name or '',
                                           number=line.sequence, entry=line.entry_id.display_name)

    @api.depends('entry_id.policy_ids.premium', 'entry_id.policy_ids.commission', 'entry_id.policy_ids.product',
                 'with_compulsory', 'with_commercial', 'with_non_motor')
    def _compute_amounts(self):
        for line in self:
            policies = line._get_policies()
            line.premium = sum(policies.mapped('premium'))
            line.commission = sum(policies.mapped('commission'))

    def _get_policies(self):
        """Return the policies of the entry that the line settles."""
        self.ensure_one()
        return self.entry_id.policy_ids.filtered(lambda policy: self[PRODUCT_FLAGS[policy.product]])

    # === CRUD === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for line in self:
            if line.settlement_id.submitted_on or line.state == 'signed':
                raise UserError(self.env._(
                    "%(line)s was with finance and stays on the list. Carry it over to the next one.",
                    line=line.display_name,
                ))
