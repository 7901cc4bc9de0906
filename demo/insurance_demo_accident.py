from datetime import datetime, time, timedelta

from odoo import api, fields, models

from ..lib.weeks import utc_moment
from .insurance_demo import at
from .signature import draw_signature

REPORTS = 60
WEEKS_BACK = 5
PLACES = ("红谷滩区丰和中大道", "青山湖大道与北京路口", "洪都高架出口", "昌北机场高速入口", "小区地下车库", "学府大道", "八一桥头",
          "沿江快速路", "商场停车场", "南昌西站送客平台")
DAMAGES = ("前保险杠、右前大灯", "后保险杠及尾门", "左侧两门刮擦", "前挡玻璃裂纹", "右后视镜脱落", "底盘托底，油底壳渗油",
           "左前翼子板、左前轮毂", "车尾被追尾，后备箱变形")
TALKS = ("已告知定损流程，客户担心等待时间，答应给快速通道", "客户正在等交警，约好处理完再联系", "客户想先比价，已说明原厂配件和质保",
         "客户在外地，周末回来再定", "已约好接车时间，代步车已说明")
REASONS = (('INSURER_PUSH', "查勘员现场推荐去合作厂，客户已把车开过去"), ('RELATION', "朋友开修理厂，已送修"),
           ('MINOR', "只是擦痕，客户不修了"), ('DISTANCE', "出险在外地，就近维修"), ('PRICE', "超出部分要自费，客户嫌贵"),
           ('TOTAL', "推定全损，保险公司收车"), ('BROKER', "现场被黄牛拖走"), ('PRIVATE', "双方现场私了"))
SCRIPT = "先问人有没有受伤、是否安全；再问能不能开、要不要拖车；提醒48小时内向保险公司报案；请客户回本店定损，约好时间。"
INJURY_SCRIPT = "先确认伤者是否已送医、是否已拨打120和122，提醒保护现场、开双闪、人到护栏外。不谈维修和优惠，登记后由理赔组长跟进。"


class InsuranceDemo(models.AbstractModel):
    """The accident desk of the main demonstration store: reports of some weeks by day and night, and their ends."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        operator = self._get_staff(company, 'group_hotline_operator')[:1]
        leader = self._get_staff(company, 'group_claims_leader')[:1]
        if operator and leader:
            company.write({
                'insurance_accident_reviewer_id': leader.id, 'insurance_accident_script': SCRIPT,
                'insurance_accident_injury_script': INJURY_SCRIPT,
            })
            leader.with_user(leader).insurance_signature = draw_signature(leader.name, dice)
            self._open_accident_book(company, operator, leader)
            self._live_accidents(company, operator, leader, dice)
        return result

    @api.model
    def _open_accident_book(self, company, operator, leader):
        """The hotline shares one book, which the operator of the demonstration keeps (R40)."""
        self.env['insurance.register'].create({
            'kind': 'accident', 'company_id': company.id, 'sharing': 'shared', 'custodian_id': operator.id,
            'reviewer_id': leader.id,
        })

    @api.model
    def _live_accidents(self, company, operator, leader, dice):
        today = company._insurance_today()
        monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK)
        days = (today - monday).days
        moments = sorted(
            utc_moment(datetime.combine(monday + timedelta(days=dice.randint(0, days)),
                                        time(dice.choice((1, 7, 8, 9, 10, 11, 14, 15, 17, 18, 20, 22)),
                                             dice.randint(0, 59))), company.insurance_tz)
            for _number in range(REPORTS))
        now = fields.Datetime.now()
        cars = self.env['fleet.vehicle'].search([('company_id', '=', company.id)], limit=REPORTS * 2, order='id')
        reports = self.env['insurance.accident']
        for number, moment in enumerate(one for one in moments if one < now):
            reports |= self._report_accident(company, operator, cars[number], moment, number, dice)
        for number, report in enumerate(reports):
            self._follow_accident(report, operator, number, now, dice)
        self._report_twice(company, operator, leader, reports, now)
        self._sign_accident_pages(company, leader, monday, now)
        self._wait_now(company, operator, cars[REPORTS:], now)

    @api.model
    def _report_accident(self, company, operator, car, moment, number, dice):
        by_insurer = number % 3 == 1
        insurer = self._get_insurer(dice.choice(('PICC', 'PICC', 'PAIC', 'CPIC', 'CLPC')))
        with at(moment + timedelta(minutes=dice.randint(1, 6))):
            return self.env['insurance.accident'].with_user(operator).with_company(company).create({
                'reported_on': moment, 'accident_on': moment - timedelta(minutes=dice.randint(5, 50)),
                'source_id': self._get_reason('accident_source', 'INSURER' if by_insurer else 'CUSTOMER').id,
                'vehicle_id': car.id, 'caller_name': "保险公司调度" if by_insurer else car.owner_id.name,
                'caller_relation': False if by_insurer else dice.choice(("本人", "本人", "配偶", "司机")),
                # sudo: the demonstration plays the caller, who tells his number
                'caller_phone': car.owner_id.sudo().phone, 'insurer_id': insurer.id,
                'report_no': by_insurer and f'RDAA{moment:%Y%m%d}99{number:08d}', 'place': dice.choice(PLACES),
                'damage': dice.choice(DAMAGES), 'accident_type': dice.choice(('single', 'two', 'two', 'multi')),
                'liability': dice.choice(('full', 'none', 'equal', 'open')), 'is_injury': number % 19 == 7,
                'is_police_called': number % 3 == 0, 'is_drivable': number % 4 != 2, 'needs_tow': number % 8 == 2,
                'is_insurer_reminded': number % 5 != 4,
            })

    @api.model
    def _follow_accident(self, report, operator, number, now, dice):
        """A talk, a promise, and mostly the car; one in four goes elsewhere, a few are still open."""
        def log(minutes, kind, **vals):
            moment = report.reported_on + timedelta(minutes=minutes)
            if moment < now:
                with at(moment + timedelta(seconds=20)):
                    self.env['insurance.accident.contact'].with_user(operator).create(
                        {'accident_id': report.id, 'kind': kind, 'contact_on': moment, **vals})

        if number % 7 == 3:
            log(dice.randint(2, 10), 'unreached', content="无人接听",
                next_action_on=report.reported_on + timedelta(minutes=30))
        wait = dice.choice((2, 3, 4, 8, 12, 14, 25, 40))
        log(wait, 'reached', content=dice.choice(TALKS), next_action_on=report.reported_on + timedelta(hours=2))
        arrival = report.reported_on + timedelta(hours=dice.randint(3, 40))
        end = number % 8
        if end not in (2, 5):
            log(wait + dice.randint(3, 60), 'promised', content="答应回店定损", promised_on=arrival,
                pickup_way=dice.choice(('self', 'self', 'pickup', 'tow')))
        if end in (2, 5):
            code, words = REASONS[number // 4 % len(REASONS)]
            log(60 * 20 + number, 'not_returned', content=words,
                reason_id=self._get_reason('accident_not_returned', code).id)
        elif end == 6 and number > REPORTS // 2:
            log(60 * 24, 'not_returned', content="等交警出责任认定书", next_action_on=now + timedelta(days=1),
                reason_id=self._get_reason('accident_not_returned', 'WAIT_PARTS').id)
        else:
            hours = (arrival - report.reported_on).total_seconds() / 3600 + dice.choice((-1, 0, 1, 3))
            moment = report.reported_on + timedelta(hours=hours)
            advisor = self._get_staff(report.company_id, 'group_service_advisor')[:1]
            log(int(hours * 60), 'returned', content="已到店", returned_on=moment, advisor_id=advisor.id)

    @api.model
    def _report_twice(self, company, operator, leader, reports, now):
        """Three accidents that the insurer notified as well: two merged, one waiting for the leader (T8)."""
        for number, report in enumerate(reports[-12::4]):
            later = report.reported_on + timedelta(hours=1)
            if later >= now:
                continue
            with at(later + timedelta(minutes=2)):
                other = self.env['insurance.accident'].with_user(operator).with_company(company).create({
                    'reported_on': later, 'accident_on': report.accident_on, 'vehicle_id': report.vehicle_id.id,
                    'source_id': self._get_reason('accident_source', 'INSURER').id, 'caller_name': "保险公司调度",
                    'insurer_id': report.insurer_id.id, 'place': report.place, 'damage': report.damage,
                    'call_back_on': now + timedelta(hours=3), 'is_insurer_reminded': True,
                })
            if number < 2:
                other.with_user(leader)._merge(report.with_user(leader))

    @api.model
    def _sign_accident_pages(self, company, leader, monday, now):
        """The first weeks are signed on the Wednesday after them."""
        for week in range(WEEKS_BACK - 2):
            start = monday + timedelta(weeks=week)
            moment = utc_moment(datetime.combine(start + timedelta(days=9), time(17, 0)), company.insurance_tz)
            pages = self.env['insurance.register.page'].search([
                ('company_id', '=', company.id), ('kind', '=', 'accident'), ('week_start', '=', start)])
            with at(min(moment, now)):
                for page in pages.with_user(leader):
                    if not page._signing_error_message():
                        page.action_sign({check.id: True for check in page._get_checks()}, "夜间登记及时")

    @api.model
    def _wait_now(self, company, operator, cars, now):
        """What the operator finds at the beginning of a shift: a fresh notice, an overdue one, an unknown car."""
        insurer = self._get_reason('accident_source', 'INSURER')
        for number, (car, minutes, words) in enumerate(zip(cars, (4, 40, 95), (
                {'is_injury': True}, {'is_drivable': False, 'needs_tow': True}, {'is_missed_call': True}), strict=False)):
            moment = now - timedelta(minutes=minutes)
            with at(moment + timedelta(minutes=1)):
                self.env['insurance.accident'].with_user(operator).with_company(company).create({
                    'reported_on': moment, 'accident_on': moment - timedelta(minutes=20), 'source_id': insurer.id,
                    **({'vehicle_id': car.id} if number < 2 else {'plate': '赣Z6K7L8', 'vehicle_text': "轩逸"}),
                    'caller_name': "保险公司调度", 'insurer_id': self._get_insurer('PAIC').id,
                    'place': PLACES[number], 'damage': DAMAGES[number], **words,
                })
