from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [('live', "Running"), ('published', "Published")]
FIXED = frozenset({'company_id', 'month'})


class InsuranceSalesBoard(models.Model):
    """The board 新车销售战力及投保率看板 of a store and month (R2): counted anew until it is published, then frozen.

    `_refresh` fills the rows (`insurance_sales_board_figures`); `action_publish` freezes them
    (`insurance_sales_board_publish`). A published board never changes: later corrections of its month stand as
    adjustments on the board that is published next (T41).
    """

    _name = 'insurance.sales.board'
    _description = "Sales Board"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'insurance.guard']
    _order = 'month desc, company_id'

    _guarded_fields = frozenset({'state', 'refreshed_on', 'published_by_id', 'published_on', 'line_ids',
                                 'adjustment_ids'})

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    month = fields.Date(required=True, index=True, default=lambda self: self._default_month(),
                        help="Any day of the month: the first is kept.")
    month_text = fields.Char(string="Month and Year", compute='_compute_month_text')
    state = fields.Selection(STATES, string="Status", required=True, default='live', readonly=True, copy=False,
                             tracking=True)
    refreshed_on = fields.Datetime(string="Counted on", readonly=True, copy=False)
    published_by_id = fields.Many2one('res.users', string="Published by", readonly=True, copy=False)
    published_on = fields.Datetime(string="Published on", readonly=True, copy=False)
    comment = fields.Text(string="Remark on the Board", help="Printed under the board.")
    line_ids = fields.One2many('insurance.sales.board.line', 'board_id', string="Rows of the Board", copy=False)
    adjustment_ids = fields.One2many('insurance.sales.board.adjustment', 'board_id', string="Adjustments", copy=False)
    adjustment_count = fields.Integer(string="Number of Adjustments", compute='_compute_adjustment_count')
    delivered = fields.Integer(compute='_compute_totals', string="Delivered")
    counted = fields.Integer(compute='_compute_totals', string="Cars that Count")
    insured = fields.Integer(compute='_compute_totals', string="Insured Commercially")
    target_cars = fields.Integer(compute='_compute_totals', string="Delivery Target")
    insured_rate_text = fields.Char(compute='_compute_totals', string="Insured Rate")
    reached_rate_text = fields.Char(compute='_compute_totals', string="Target Reached")
    best_text = fields.Char(compute='_compute_totals', string="First in Rank")

    _company_month_uniq = models.UniqueIndex("(company_id, month)", "The store already has a board of this month.")

    # === DEFAULTS AND COMPUTE === #

    @api.model
    def _default_month(self):
        return self.env.company._insurance_today().replace(day=1)

    @api.depends('month', 'company_id')
    def _compute_display_name(self):
        for board in self:
            board.display_name = f"{board.month:%Y-%m} {board.company_id.name}" if board.month else ''

    @api.depends('month')
    def _compute_month_text(self):
        for board in self:
            board.month_text = board.month and f'{board.month:%Y-%m}'

    @api.depends('adjustment_ids')
    def _compute_adjustment_count(self):
        for board in self:
            board.adjustment_count = len(board.adjustment_ids)

    @api.depends('line_ids.delivered', 'line_ids.counted', 'line_ids.insured', 'line_ids.target_cars',
                 'line_ids.rank_rate')
    def _compute_totals(self):
        for board in self:
            total = board.line_ids.filtered(lambda line: line.kind == 'store')[:1]
            best = board.line_ids.filtered(lambda line: line.kind == 'consultant' and line.rank_rate == 1)
            for name in ('delivered', 'counted', 'insured', 'target_cars'):
                board[name] = total[name]
            board.insured_rate_text = total.insured_rate_text
            board.reached_rate_text = total.reached_rate_text
            board.best_text = ", ".join(best.mapped('display_name')) or False

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        boards = super().create([self._complete_month(vals) for vals in vals_list])
        boards._check_begun()
        boards.sudo()._refresh()  # sudo: rows and stamps are written by no role
        return boards

    def write(self, vals):
        vals = self._complete_month(vals)
        for board in self if FIXED & vals.keys() else ():
            if any(vals.get(name, board._get_fixed(name)) != board._get_fixed(name) for name in FIXED):
                raise UserError(self.env._("%(board)s stays the board of its store and month. Make another one.",
                                           board=board.display_name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        for board in self:
            if board.state == 'published':
                raise UserError(self.env._("%(board)s is published and is kept.", board=board.display_name))

    @api.model
    def _complete_month(self, vals):
        """Return the values with the first day of the month in place of any other of its days."""
        month = fields.Date.to_date(vals.get('month'))
        return dict(vals, month=month.replace(day=1)) if month else vals

    def _get_fixed(self, name):
        return self.month if name == 'month' else self[name].id

    def _check_begun(self):
        for board in self:
            if board.month > board.company_id._insurance_today():
                raise UserError(self.env._("%(board)s has not begun yet: there is nothing to count.",
                                           board=board.display_name))

    # === ACTIONS === #

    @api.model
    def action_open_board(self):
        """Count the running months of the user's stores and open their board."""
        self.browse().check_access('read')
        # sudo: who reads boards opens them; making and counting them is the system's
        self.sudo()._open_months(self.env.companies)
        return self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_sales_board_line_action')

    def action_view_lines(self):
        """Open the cards of this month, counted anew while it runs."""
        self.ensure_one()
        self.check_access('read')
        self.sudo()._refresh()  # sudo: as above
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_sales_board_line_action')
        title = self.env._("Sales Board %(board)s", board=self.display_name)
        return {**action, 'name': title, 'display_name': title, 'domain': [('board_id', '=', self.id)],
                'context': {'active_test': False}}

    def action_refresh(self):
        """Count the running ones of these boards anew."""
        self.check_access('read')
        self.sudo()._refresh()  # sudo: as above

    # === BUSINESS === #

    @api.model
    def _open_months(self, companies):
        """Make the boards missing of the last twelve months with deliveries, and count the running two anew."""
        for company in companies:
            present = company._insurance_today().replace(day=1)
            running = (present, present - relativedelta(months=1))
            year_ago = present - relativedelta(months=11)
            known = self.search([('company_id', '=', company.id), ('month', '>=', year_ago)])
            months = {month for month, in self.env['insurance.delivery']._read_group([
                ('company_id', '=', company.id), ('month', '>=', year_ago), ('month', '<=', present),
            ], ['month:day'])} | {present}
            self.create([{'company_id': company.id, 'month': month}
                         for month in sorted(months - set(known.mapped('month')))])
            known.filtered(lambda board, running=running: board.month in running)._refresh()

    # === JOBS === #

    @api.model
    def _cron_refresh(self):
        """Count the boards of the present and the last month of every store that delivers cars, and remind of R2."""
        board = self.sudo()  # sudo: a job for all stores
        groups = board.env['insurance.delivery']._read_group([], ['company_id'])
        companies = board.env['res.company'].union(*(company for company, in groups))
        board._open_months(companies)
        board._remind(companies)

    @api.model
    def _remind(self, companies):
        """Remind whoever reviews in a store to publish the board of last month, once."""
        for company in companies.filtered('insurance_renewal_reviewer_id'):
            month = company._insurance_today().replace(day=1) - relativedelta(months=1)
            board = self.search([('company_id', '=', company.id), ('month', '=', month), ('state', '=', 'live')])
            if board.counted and not board.activity_ids:
                board.activity_schedule(
                    'mail.mail_activity_data_todo', user_id=company.insurance_renewal_reviewer_id.id,
                    summary=self.env._("Publish the Sales Board"),
                    date_deadline=month + relativedelta(months=1, days=company.insurance_close_day))
