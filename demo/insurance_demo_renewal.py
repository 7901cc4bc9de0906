from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models
from odoo.exceptions import UserError

from ..lib.weeks import utc_moment
from .insurance_demo import at

MONTHS_BACK = 23  # closed months: with last year's beside each of this year
TARGETS_BACK = 13
WINS_A_WEEK = (1, 3)  # of each specialist, beyond the contacts of every day
SEASON = (1.35, 0.70, 1.0, 0.95, 0.98, 1.0, 0.96, 0.98, 1.05, 1.05, 1.08, 1.25)  # due cars, January to December
DUE = 74
PREMIUM = 3680
ANALYSIS = (
    "本月流失集中在电销低价和亲友介绍两类，报价晚于竞争对手一周以上的客户占多数；到店客户的成交明显高于电话客户。",
    "价格差异主要来自商业险折扣，客户对本店送修与理赔服务认可，但首次联系偏晚，错过了比价窗口。",
    "老旧车型客户只保留交强险的意愿上升，企业客户由总部统一采购，本店难以介入。",
)
MEASURES = (
    "到期前 45 天完成首次联系并给出两套方案；对高意向客户当周邀约到店。",
    "提前与保险公司沟通低风险客户的折扣空间，话术改为先讲理赔服务再报价。",
    "建立只保交强客户名单，由主管每周抽查一次再联系。",
)


class InsuranceDemo(models.AbstractModel):
    """The renewal desk's year: targets, closed months, lost summaries, trainings, rules for new cases."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        supervisor = self._get_staff(company, 'group_insurance_supervisor')[:1]
        manager = self._get_staff(company, 'group_general_manager')[:1]
        specialists = self._get_staff(company, 'group_renewal_specialist')
        self._make_rules(company)
        self._make_due_cars(company, specialists, dice)
        self.env['insurance.renewal']._generate(company)
        self.env['insurance.renewal.task']._plan_store(company)
        if manager:
            self._close_months(company, supervisor, specialists, dice)
            self._make_targets(company, supervisor, manager, specialists)
            self._sum_up_losses(company, supervisor)
            self._train(company, supervisor, specialists)
        return result

    @api.model
    def _live_week(self, company, cases, specialists, monday, today, dice):
        """Let every specialist also win cases that expire about now."""
        super()._live_week(company, cases, specialists, monday, today, dice)
        day = monday + timedelta(days=3)
        eleven = utc_moment(datetime.combine(day, time(11, 12)), company.insurance_tz)
        for specialist in specialists if day < today else ():
            near = cases.filtered(
                lambda case, who=specialist: case.specialist_id == who and case.is_open
                and abs((case.reference_expiry - day).days - 12) < 18
                and not (case.last_contact_on and case.last_contact_on >= eleven))
            for number, case in enumerate(near[:dice.randint(*WINS_A_WEEK)]):
                moment = eleven + timedelta(hours=number)
                with at(moment + timedelta(minutes=4)):
                    self.env['insurance.renewal.contact'].with_user(specialist).create({
                        'renewal_id': case.id, 'contact_on': moment, 'outcome': 'won',
                        'channel_id': self._get_reason('contact_channel', 'VISIT_STORE').id,
                        'result_id': self._get_reason('contact_result', 'INTERESTED').id,
                        'content': "客户到店保养时确认方案，当场付款出单", 'won_insurer_id': case.insurer_id.id,
                        'won_policy_no': f"PDAA{day.year}98{case.id:012d}",
                        'won_premium': case.commercial_premium or 855,
                    })

    @api.model
    def _make_rules(self, company):
        self.env['insurance.renewal.assign.rule'].create([
            {'company_id': company.id, 'kind': kind, 'sequence': number}
            for number, kind in enumerate(('keep_last', 'balance'), 1)
        ])

    @api.model
    def _make_due_cars(self, company, specialists, dice):
        """Cars of last year's ledger that the night's job makes cases of, but for three that left the base."""
        clerk = self._get_staff(company, 'group_policy_clerk')[:1]
        if not clerk:
            return
        today = company._insurance_today()
        vehicles, people = self._make_cars(company, 10, today, dice, offset=7000)
        for number, vehicle in enumerate(vehicles):
            start = today + timedelta(days=24 + 6 * number) - relativedelta(years=1)
            self._enter(
                company, clerk, vehicle, start - timedelta(days=6), start, dice, business_type='first',
                salesperson_id=specialists[number % len(specialists)].id,
                channel_id=self._get_reason('business_channel', 'PHONE_INVITE').id,
            )
        people[0].insurance_do_not_call = True
        vehicles[1].active = False
        vehicles[2].owner_id = self.env['res.partner'].create({
            'name': "周海燕", 'phone': "13700001188", 'lang': 'zh_CN', 'company_id': company.id})

    # === MONTHS AND TARGETS === #

    @api.model
    def _get_month(self, company, offset):
        return company._insurance_today().replace(day=1) + relativedelta(months=offset)

    @api.model
    def _close_months(self, company, supervisor, specialists, dice):
        """Last month as its cases are, the months before as the store's old board had them."""
        Close = self.env['insurance.month.close']
        last = Close.create({'company_id': company.id, 'month': self._get_month(company, -1)})
        last.with_user(supervisor).with_company(company).action_close()
        for offset in range(-MONTHS_BACK, -1):
            month = self._get_month(company, offset)
            close = Close.create({'company_id': company.id, 'month': month, 'remark': "上线前数据，取自原看板"})
            shares = {user: self._draw_figures(month, len(specialists), offset, dice) for user in specialists}
            total = {name: sum(row[name] for row in shares.values()) for name in next(iter(shares.values()))}
            self.env['insurance.kpi.value'].create([
                close._prepare_value(code, user and user.id, 0, numerator, denominator)
                for user, row in ((False, total), *shares.items())
                for code, numerator, denominator in self._get_figures(row)
            ])
            close.write({'state': 'closed', 'closed_by_id': supervisor.id,
                         'closed_on': month + relativedelta(months=1, day=4)})

    @api.model
    def _draw_figures(self, month, people, offset, dice):
        """Return what one specialist's cohort of a month came to; the rate grows a little over the year."""
        due = round(DUE * SEASON[month.month - 1] / people * dice.uniform(0.92, 1.08))
        renewed = round(due * (0.40 + 0.004 * (MONTHS_BACK + offset)) * dice.uniform(0.9, 1.1))
        return {'due': due, 'renewed': renewed, 'lost': due - renewed, 'invalid': round(due * 0.06),
                'premium': renewed * PREMIUM + dice.randint(-9000, 9000), 'last_premium': due * PREMIUM}

    @api.model
    def _get_figures(self, row):
        """Yield `(code, numerator, denominator)` of what the boards show of a closed month."""
        due, gross = row['due'], row['due'] + row['invalid']
        yield 'K3', row['renewed'], due
        yield 'K3_gross', row['renewed'], gross
        yield 'K3c', row['premium'], row['last_premium']
        yield 'K5', row['lost'], due
        yield 'K5_open', 0, due
        yield 'K5_invalid', row['invalid'], gross
        for kind, share, rate in (('r_new', 0.12, 0.15), ('r_ren', 0.37, 0.58), ('r_gap', 0.24, 0.14), ('r_pot', 0.27, 0.13)):
            yield f'K3b_{kind}', round(row['renewed'] * rate), round(due * share)

    @api.model
    def _make_targets(self, company, supervisor, manager, specialists):
        """Targets of the months from a year ago to the next one, confirmed in time but for one; the next waits."""
        Target = self.env['insurance.renewal.target'].with_user(supervisor).with_company(company)
        for offset in range(-TARGETS_BACK, 2):
            month = self._get_month(company, offset)
            late = 3 if offset == -5 else -4
            # the boards' people plan four days before the month
            moment = utc_moment(datetime.combine(month + timedelta(days=late), time(9, 30)), company.insurance_tz)
            cars = round(DUE * SEASON[month.month - 1] * 0.5 / len(specialists))
            with at(moment):
                targets = Target.create([{
                    'company_id': company.id, 'specialist_id': user and user.id, 'month': month,
                    'cars': cars * (1 if user else len(specialists)), 'rate': 0.5,
                    'premium': cars * PREMIUM * (1 if user else len(specialists)),
                } for user in (False, *specialists)])
                targets.action_submit()
                if offset < 1:
                    targets.with_user(manager).action_confirm()
            if not offset:
                target = targets[:1]
                target._revise({'cars': target.cars + 3}, "双节后脱保客户回流，店务会确认上调")

    # === LOST SUMMARIES AND TRAININGS === #

    @api.model
    def _sum_up_losses(self, company, supervisor):
        """Last month's summaries: taken in, one waiting for the supervisor, one not written yet."""
        month = self._get_month(company, -1)
        reports = self.env['insurance.renewal.report']._draft(company, month).sorted('id')
        for number, report in enumerate(reports[:-1]):
            moment = utc_moment(datetime.combine(month + relativedelta(months=1), time(10, 20 + number)), company.insurance_tz)
            author = report.with_user(report.specialist_id).with_company(company)
            with at(moment):
                author.write({'analysis': ANALYSIS[number % 3], 'measures': MEASURES[number % 3]})
                author.action_submit()
            if number != len(reports) - 2:
                with at(moment + timedelta(hours=5)):
                    report.with_user(supervisor).with_company(company).action_receive("措施具体，下周例会跟进执行情况")

    @api.model
    def _train(self, company, supervisor, specialists):
        """Tag lost lines still under review, train once for them, and plan a training for the rest."""
        Contact = self.env['insurance.renewal.contact'].with_user(supervisor).with_company(company)
        lines = Contact.search([('company_id', '=', company.id), ('outcome', '=', 'lost'),
                                ('page_id.state', '=', 'open'), ('review_state', '=', False)], limit=6)
        tags = self.env['insurance.reason'].search([('use', '=', 'review_tag'), ('is_group', '=', False)], limit=3)
        for number, line in enumerate(lines):
            try:
                line.action_review_line('accepted', "应对措施可更具体", tags[number % len(tags)].ids)
            except UserError:
                return  # a page that somebody signed meanwhile
        today = company._insurance_today()
        Training = self.env['insurance.training'].with_user(supervisor).with_company(company)
        half = len(lines) // 2
        if half:
            Training.create(Training._prepare_gathered(company, lines[:half], today + timedelta(days=6), supervisor))
        done = Training.create({
            'name': "培训：价格异议的应对话术", 'company_id': company.id, 'planned_on': today - timedelta(days=9),
            'trainer_id': supervisor.id, 'specialist_ids': [Command.set(specialists.ids)], 'tag_ids': [Command.set(tags[:1].ids)],
            'plan': "先讲理赔服务与送修便利，再报价；每人演练两通电话",
            'outcome': "四人均已演练，约定两周后由主管抽听录音复查",
        })
        done.action_done()
