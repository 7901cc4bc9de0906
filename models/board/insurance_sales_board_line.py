from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.percent import percent

PREMIUM_READERS = (
    'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_general_manager,'
    'dealer_insurance.group_policy_clerk,dealer_insurance.group_finance,dealer_insurance.group_group_manager'
)
KINDS = [('store', "Whole Store"), ('team', "Team"), ('consultant', "Consultant")]
STANDINGS = [('none', "No Target"), ('reached', "Target Met"), ('behind', "Behind")]
RATES = {
    'reached_rate': ('delivered', 'target_cars'),
    'insured_rate': ('insured', 'counted'),
    'insured_any_rate': ('insured_any', 'counted'),
    'premium_average': ('premium_total', 'insured_any'),
    'third_party_rate': ('third_party_count', 'third_party_base'),
    'non_motor_rate': ('non_motor_count', 'insured_any'),
    'proposal_rate': ('proposal_won', 'proposal_count'),
}  # field: what it divides by what


class InsuranceSalesBoardLine(models.Model):
    """What a consultant, a team or the store reached in a month: the columns of form 2.3 (R2, K1, K2, K28).

    Rows are written by the board's own query alone (`insurance.sales.board._refresh`); once it is published nobody
    changes them. Rates are worked out from the numbers, of groups as of single rows, and are "—" where there is nothing
    to divide by.
    """

    _name = 'insurance.sales.board.line'
    _description = "Row of a Sales Board"
    _order = 'month desc, company_id, position, rank_rate nulls last, counted desc, delivered desc, subject_id, id'

    board_id = fields.Many2one('insurance.sales.board', string="Sales Board", required=True, readonly=True, index=True,
                               ondelete='cascade')
    company_id = fields.Many2one(related='board_id.company_id', string="Store", store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    month = fields.Date(related='board_id.month', string="Month", store=True, index=True)
    state = fields.Selection(related='board_id.state', string="Status")
    kind = fields.Selection(KINDS, string="Row of", required=True, readonly=True)
    position = fields.Integer(string="Order of the Rows", readonly=True, aggregator=None,
                              help="0 the store, 1 teams, 2 consultants.")
    subject_id = fields.Integer(readonly=True, required=True, aggregator=None, export_string_translation=False,
                                help="Id of the consultant or team; 0 for the store and for cars of nobody.")
    consultant_id = fields.Many2one('res.users', string="Sales Consultant", readonly=True, index='btree_not_null')
    team_id = fields.Many2one('insurance.sales.team', string="Sales Team", readonly=True, index='btree_not_null')
    # Sales (战力)
    target_cars = fields.Integer(string="Delivery Target", readonly=True)
    target_rate = fields.Float(string="Target Insured Rate", digits=(5, 4), readonly=True, aggregator=None)
    delivered = fields.Integer(string="Delivered", readonly=True)
    delivered_retail = fields.Integer(string="of Showroom", readonly=True)
    delivered_second_tier = fields.Integer(string="of Second Tier", readonly=True)
    delivered_other = fields.Integer(string="of Transfer, Demo, Export", readonly=True)
    # Insured rate (投保率)
    counted = fields.Integer(string="Cars that Count", readonly=True, help="Denominator of the insured rate (K1).")
    insured = fields.Integer(string="Insured Commercially", readonly=True, help="With a commercial policy (K1).")
    insured_any = fields.Integer(string="Insured in the Store", readonly=True, help="With any motor policy.")
    compulsory_only = fields.Integer(string="Compulsory only", readonly=True)
    uninsured_count = fields.Integer(string="Not Insured", readonly=True, help="Without a commercial policy of ours.")
    uninsured_reasons = fields.Json(readonly=True, export_string_translation=False)
    uninsured_text = fields.Char(string="Why not Insured", compute='_compute_uninsured_text')
    premium_total = fields.Monetary(string="Premium", readonly=True, groups=PREMIUM_READERS,
                                    help="Of all policies of the cars that count, without vehicle tax.")
    premium_commercial = fields.Monetary(string="Commercial Premium", readonly=True, groups=PREMIUM_READERS)
    third_party_count = fields.Integer(string="Third Party from 2 m", readonly=True)
    third_party_base = fields.Integer(string="With Third Party", readonly=True)
    non_motor_count = fields.Integer(string="With Non-motor", readonly=True)
    proposal_count = fields.Integer(string="Proposals", readonly=True)
    proposal_won = fields.Integer(string="Proposals Won", readonly=True)
    # Ranking (R3)
    is_ranked = fields.Boolean(string="Ranked", readonly=True, help="Delivered enough cars to be ranked.")
    rank_rate = fields.Integer(string="Rank by Rate", readonly=True, aggregator=None,
                               help="By insured rate, then deliveries, then premium; equals share a rank.")
    rank_sales = fields.Integer(string="Rank by Deliveries", readonly=True, aggregator=None)
    # Worked out from the numbers; an average over rows divides the sums
    reached_rate = fields.Float(string="Target Reached", compute='_compute_rates', digits=(5, 4), aggregator='avg')
    insured_rate = fields.Float(string="Insured Rate", compute='_compute_rates', digits=(5, 4), aggregator='avg')
    insured_any_rate = fields.Float(string="Rate with any Policy", compute='_compute_rates', digits=(5, 4),
                                    aggregator='avg')
    premium_average = fields.Monetary(string="Premium per Car", compute='_compute_premium_average', aggregator='avg',
                                      groups=PREMIUM_READERS)
    third_party_rate = fields.Float(string="Share of 2 m and more", compute='_compute_rates', digits=(5, 4),
                                    aggregator='avg')
    non_motor_rate = fields.Float(string="Non-motor Share", compute='_compute_rates', digits=(5, 4), aggregator='avg')
    proposal_rate = fields.Float(string="Proposals Converted", compute='_compute_rates', digits=(5, 4),
                                 aggregator='avg')
    reached_rate_text = fields.Char(compute='_compute_rates', export_string_translation=False)
    insured_rate_text = fields.Char(compute='_compute_rates', export_string_translation=False)
    insured_any_rate_text = fields.Char(compute='_compute_rates', export_string_translation=False)
    third_party_rate_text = fields.Char(compute='_compute_rates', export_string_translation=False)
    non_motor_rate_text = fields.Char(compute='_compute_rates', export_string_translation=False)
    proposal_rate_text = fields.Char(compute='_compute_rates', export_string_translation=False)
    standing = fields.Selection(STANDINGS, string="Standing", compute='_compute_standing',
                                help="The insured rate beside the target of the consultant or the store.")
    month_text = fields.Char(string="Month and Year", compute='_compute_month_text')

    _subject_uniq = models.UniqueIndex("(board_id, kind, subject_id)", "This row is on the board already.")
    _month_idx = models.Index("(company_id, kind, subject_id, month)")

    # === COMPUTE === #

    @api.depends('kind', 'consultant_id', 'team_id', 'company_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for line in self:
            if line.kind == 'consultant':
                # sudo: the name of a colleague, who may have left
                line.display_name = line.consultant_id.sudo().name or self.env._("Without Consultant")
            else:
                # sudo: the name of a team or store on a board the user reads
                line.display_name = (line.team_id if line.kind == 'team' else line.company_id).sudo().name

    @api.depends(*{name for pair in RATES.values() for name in pair if name != 'premium_total'})
    def _compute_rates(self):
        for line in self:
            for name, (part, whole) in RATES.items():
                if name != 'premium_average':
                    line[name] = line[part] / line[whole] if line[whole] else 0
                    line[f'{name}_text'] = percent(line[part], line[whole])

    @api.depends('premium_total', 'insured_any')
    def _compute_premium_average(self):
        for line in self:
            line.premium_average = line.premium_total / line.insured_any if line.insured_any else 0

    @api.depends('insured', 'counted', 'target_rate')
    def _compute_standing(self):
        for line in self:
            if not line.target_rate or not line.counted:
                line.standing = 'none'
            else:
                line.standing = 'reached' if line.insured >= line.target_rate * line.counted - 1e-6 else 'behind'

    @api.depends('month')
    def _compute_month_text(self):
        for line in self:
            line.month_text = line.month and f'{line.month:%Y-%m}'

    @api.depends('uninsured_reasons')
    @api.depends_context('lang')
    def _compute_uninsured_text(self):
        for line in self:
            line.uninsured_text = ", ".join(f"{name} {count}" for name, count in line._get_uninsured()) or False

    # === CRUD === #

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Divide the sums: the rate of a group is not the average of rates."""
        name, _sep, function = aggregate_spec.partition(':')
        if name not in RATES or function != 'avg':
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (self._field_to_sql(self._table, field, query) for field in RATES[name])
        return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)", part, whole)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_live()
        return lines

    def write(self, vals):
        self._check_live()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        self._check_live()

    def _check_live(self):
        for line in self:
            if line.board_id.state == 'published':
                raise UserError(self.env._(
                    "%(board)s is published and stays as it is. What changed since stands as an adjustment on a later"
                    " board.", board=line.board_id.display_name))

    # === BUSINESS === #

    def _get_uninsured(self):
        """Return why cars are not insured, the most frequent first: list of (label in the user's language, count)."""
        self.ensure_one()
        labels = {
            'compulsory_only': self.env._("Compulsory only"),
            'contradicts': self.env._("Said yes, nothing issued"),
            'open': self.env._("Not answered"),
        }
        return [
            (labels.get(row['key']) or row['name'].get(self.env.lang) or row['name'].get('en_US') or '', row['count'])
            for row in self.uninsured_reasons or ()
        ]
