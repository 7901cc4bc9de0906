from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..claim.insurance_claim import ADVISOR, FINANCE, LEADER, MANAGER
from ..claim.insurance_claim_owed import OWED
from ..claim.insurance_claim_statistics import OVER

SUPERVISOR, GROUP = 'dealer_insurance.group_insurance_supervisor', 'dealer_insurance.group_group_manager'
SEES_STORE = ','.join((LEADER, FINANCE, MANAGER, SUPERVISOR, GROUP))
MONTHS = 12
AGES = (7, 15, 30, 60)  # days; older ones stand together
SUMS = ('claims', 'output', 'expected', 'received', 'open', 'short', 'over')
STEPS = ('assess', 'submit', 'pay', 'cycle')


class InsuranceClaimBoard(models.AbstractModel):
    """The claims board: output, money expected and received, differences, and time taken, of a store (K22 to K24).

    Money belongs to the month of the settlement sheet, time to the month of the last payment; open claims are aged
    apart, to the store's today. An advisor sees his own claims only, a group manager sums only.
    """

    _name = 'insurance.claim.board'
    _description = "Claims Board"

    @api.model
    @api.readonly
    def get_board(self, company_id=False, month=False):
        """Return the board of a store and month.

        The number of queries depends neither on the number of claims nor on that of insurers and advisors.

        :param company_id: one of the user's stores; the present one when left out
        :param month: 'YYYY-MM-DD', any day of it; when left out the present month, the one before while that is empty
        :return: dict of `company` and `companies` (id and name), `month`, `present`, `updated`, `is_own` (one's own
            claims only), `can_open`, `total`, `months`, `insurers`, `advisors`, `ages`, `late`
        :raises AccessError: for another store, or a role that has no board
        """
        company, user = self._check_board(company_id)
        today = company._insurance_today()
        first = self._get_first(month, today)
        scope = self._get_scope(company, user)
        self.env.flush_all()
        money, days = self._read_money(scope, first), self._read_days(scope, first)
        if not month and not money.get(('total', None), {}).get('claims') and not days[('total', None)]['count']:
            first -= relativedelta(months=1)  # the month has just begun
            money, days = self._read_money(scope, first), self._read_days(scope, first)
        months, pace = self._read_months(scope, first)
        names = self._get_names(money, days)
        companies = self.env.user.company_ids & self.env.companies if not self.env.su else company
        return {
            'company': {'id': company.id, 'name': company.name}, 'is_own': bool(user),
            'companies': [{'id': one.id, 'name': one.name} for one in companies.sudo()],  # sudo: names of own stores
            'month': str(first), 'present': str(today.replace(day=1)),
            'updated': f"{company._insurance_local(fields.Datetime.now()):%Y-%m-%d %H:%M}",
            'can_open': self.env['insurance.claim'].has_access('read'),
            'total': {**money.get(('total', None), dict.fromkeys(SUMS, 0)),
                      'days': days.get(('total', None), {})},
            'months': self._join_months(first, months, pace),
            'insurers': self._join('insurer', money, days, names),
            'advisors': self._join('advisor', money, days, names),
            'ages': self._read_ages(scope, today), 'late': self._read_late(scope, today),
        }

    # === WHO AND WHAT === #

    @api.model
    def _check_board(self, company_id):
        """Return the store in sudo, and the user if he sees his own claims only."""
        user = self.env.user
        if not self.env.su and not user.has_groups(f'{SEES_STORE},{ADVISOR}'):
            raise AccessError(self.env._("The claims board is for the claims leader, finance, management and service"
                                         " advisors."))
        company = self.env['res.company'].browse(company_id or self.env.company.id)
        if company not in self.env.companies:
            raise AccessError(self.env._("This store is not one of yours."))
        own = False if self.env.su or user.has_groups(SEES_STORE) else user
        return company.sudo(), own  # sudo: name and clock of the store; sums are read by SQL, for this store alone

    @api.model
    def _get_first(self, month, today):
        try:
            day = fields.Date.to_date(month) if month else today
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("%(month)s is no month.", month=month)) from error
        return day.replace(day=1)

    @api.model
    def _get_scope(self, company, user):
        """Return the condition of the claims the board counts."""
        own = SQL("claim.advisor_id = %s", user.id) if user else SQL("TRUE")
        return SQL("claim.company_id = %s AND %s", company.id, own)

    @api.model
    def _get_names(self, *tables):
        """Return `{('insurer' or 'advisor', id): name}`."""
        keys = {key for table in tables for key in table}
        # sudo: names of insurers and colleagues
        insurers = self.env['res.partner'].sudo().browse([id_ for kind, id_ in keys if kind == 'insurer' and id_])
        users = self.env['res.users'].sudo().browse([id_ for kind, id_ in keys if kind == 'advisor' and id_])
        return {
            **{('insurer', one.id): one.insurer_short_name or one.name for one in insurers},
            **{('advisor', one.id): one.name for one in users},
        }

    # === FIGURES === #

    @api.model
    def _read_money(self, scope, first):
        """Return `{(kind, id): sums}` of the claims whose settlement sheet is of the month; kind 'total' has no id."""
        rows = self.env.execute_query(SQL(
            """SELECT GROUPING(insurer_id), GROUPING(advisor_id), insurer_id, advisor_id, count(*), sum(total_amount),
                      sum(expected_amount), sum(received_amount), sum(open_amount),
                      sum(LEAST(difference_amount, 0)), sum(GREATEST(difference_amount, 0))
                 FROM insurance_claim AS claim
                WHERE %s AND sheet_date BETWEEN %s AND %s AND settled_on IS NOT NULL
                  AND state NOT IN ('draft', 'cancelled')
                GROUP BY GROUPING SETS ((), (insurer_id), (advisor_id))""",
            scope, first, first + relativedelta(day=31)))
        return {self._get_key(row): dict(zip(SUMS, (float(value or 0) for value in row[4:]), strict=True))
                for row in rows}

    @api.model
    def _get_key(self, row):
        no_insurer, no_advisor, insurer, advisor = row[:4]
        if no_insurer and no_advisor:
            return 'total', None
        return ('insurer', insurer) if not no_insurer else ('advisor', advisor)

    @api.model
    def _read_days(self, scope, first):
        """Return `{(kind, id): {step: {median, p90}, count}}` of the claims paid in the month (K24)."""
        rows = self.env.execute_query(SQL(
            """SELECT GROUPING(insurer_id), GROUPING(advisor_id), insurer_id, advisor_id, count(*), %s
                 FROM insurance_claim AS claim
                WHERE %s AND paid_on BETWEEN %s AND %s AND state NOT IN ('draft', 'cancelled')
                GROUP BY GROUPING SETS ((), (insurer_id), (advisor_id))""",
            SQL(", ").join(self._get_step_sql(step) for step in STEPS), scope, first, first + relativedelta(day=31)))
        return {self._get_key(row): {'count': row[4], **{
            step: dict(zip(('median', 'p90'), values or (None, None), strict=True))
            for step, values in zip(STEPS, row[5:], strict=True)}} for row in rows}

    @api.model
    def _get_step_sql(self, step):
        since, until = {'assess': ('reported_on', 'assessed_on'), 'submit': ('assessed_on', 'submitted_on'),
                        'pay': ('submitted_on', 'paid_on'), 'cycle': ('reported_on', 'paid_on')}[step]
        return SQL("percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %s - %s)", SQL.identifier(until),
                   SQL.identifier(since))

    @api.model
    def _read_months(self, scope, first):
        """Return sums by month of the settlement sheet, and median and P90 by month of payment, of twelve months."""
        begin, end = first - relativedelta(months=MONTHS - 1), first + relativedelta(day=31)
        money = self.env.execute_query(SQL(
            """SELECT date_trunc('month', sheet_date)::date, sum(total_amount), sum(expected_amount),
                      sum(received_amount), count(*)
                 FROM insurance_claim AS claim
                WHERE %s AND sheet_date BETWEEN %s AND %s AND settled_on IS NOT NULL
                  AND state NOT IN ('draft', 'cancelled') GROUP BY 1""", scope, begin, end))
        pace = self.env.execute_query(SQL(
            """SELECT date_trunc('month', paid_on)::date, %s FROM insurance_claim AS claim
                WHERE %s AND paid_on BETWEEN %s AND %s AND state NOT IN ('draft', 'cancelled') GROUP BY 1""",
            self._get_step_sql('cycle'), scope, begin, end))
        return {row[0]: row[1:] for row in money}, dict(pace)

    @api.model
    def _join_months(self, first, money, pace):
        months = []
        for back in range(MONTHS - 1, -1, -1):
            month = first - relativedelta(months=back)
            output, expected, received, count = money.get(month, (0, 0, 0, 0))
            median, p90 = pace.get(month) or (None, None)
            months.append({'month': str(month), 'output': float(output or 0), 'expected': float(expected or 0),
                           'received': float(received or 0), 'claims': count, 'median': median, 'p90': p90})
        return months

    @api.model
    def _join(self, kind, money, days, names):
        """Return the rows of insurers or advisors, the largest output first."""
        keys = {key for key in (*money, *days) if key[0] == kind}
        rows = [{'id': key[1] or False, 'name': names.get(key) or self.env._("None"),
                 **money.get(key, dict.fromkeys(SUMS, 0)), 'days': days.get(key, {})} for key in keys]
        return sorted(rows, key=lambda row: (-row['output'], row['name']))

    @api.model
    def _read_ages(self, scope, today):
        """Return the open claims by age since their report: `[{'days', 'claims', 'open'}, ...]`, the oldest last."""
        edges = SQL(", ").join(SQL("%s", edge) for edge in AGES)
        rows = {row[0]: row[1:] for row in self.env.execute_query(SQL(
            """SELECT width_bucket(%s::date - reported_on - 1, ARRAY[%s]), count(*), sum(open_amount)
                 FROM insurance_claim AS claim
                WHERE %s AND state NOT IN ('closed', 'cancelled') AND state NOT IN %s AND state <> 'draft'
                  AND paid_on IS NULL GROUP BY 1""", today, edges, scope, OVER))}
        return [{'days': edge, 'claims': rows.get(place, (0, 0))[0], 'open': float(rows.get(place, (0, 0))[1] or 0)}
                for place, edge in enumerate((*AGES, False))]

    @api.model
    def _read_late(self, scope, today):
        """Return what insurers are late with: claims and amount."""
        [(count, amount)] = self.env.execute_query(SQL(
            """SELECT count(DISTINCT claim.id), sum(cost.open_amount)
                 FROM insurance_claim AS claim JOIN insurance_claim_cost AS cost ON cost.claim_id = claim.id
                WHERE %s AND claim.limit_due_on < %s AND cost.limit_due_on < %s AND claim.state IN %s
                  AND cost.open_amount > 0""", scope, today, today, OWED))
        return {'claims': count, 'open': float(amount or 0)}

    # === DOORS === #

    @api.model
    def get_board_action(self, company_id, month, part, insurer_id=None, advisor_id=None):
        """Return the action that opens the claims behind a number, with the user's own rights.

        :param str part: 'output', 'difference', 'paid', 'open' or 'late'
        """
        company, user = self._check_board(company_id)
        Claim, today = self.env['insurance.claim'], company._insurance_today()
        if not Claim.has_access('read'):
            raise UserError(self.env._("Your role reads the sums only, not the claims behind them."))
        first = self._get_first(month, today)
        last = first + relativedelta(day=31)
        domains = {
            'output': [('sheet_date', '>=', first), ('sheet_date', '<=', last), ('settled_on', '!=', False)],
            'difference': [('sheet_date', '>=', first), ('sheet_date', '<=', last), ('difference_amount', '!=', 0)],
            'paid': [('paid_on', '>=', first), ('paid_on', '<=', last)],
            'open': [('state', 'not in', OVER), ('paid_on', '=', False)],
            'late': [('is_overdue', '=', True), ('state', 'in', OWED)],
        }
        if part not in domains:
            raise UserError(self.env._("%(part)s has no list behind it.", part=part))
        domain = [('company_id', '=', company.id), ('state', 'not in', ('draft', 'cancelled')), *domains[part]]
        for name, value in (('insurer_id', insurer_id), ('advisor_id', user.id if user else advisor_id)):
            if value is not None:
                domain.append((name, '=', value))
        return {'type': 'ir.actions.act_window', 'res_model': 'insurance.claim', 'domain': domain,
                'name': f"{self.env._('Claims')} {first:%Y-%m}" if part not in ('open', 'late')
                else self.env._("Open Claims"),
                'view_mode': 'list,form', 'views': [(False, 'list'), (False, 'form')], 'context': {'create': False}}
