from datetime import datetime, time, timedelta

from odoo import api, fields, models

from ..lib.weeks import utc_moment
from .insurance_demo import at
from .signature import draw_signature

# days ago, reason, damage, own estimate, insurer's figure, what happened, what came of it
VISITS = (
    (34, 'A_ASK', "追尾，后保险杠及后围板变形", 5200, 0, "客户先来问价，说过几天带家人一起来定", 'returned'),
    (33, 'C_LOWLOSS', "右前门及右后叶子板刮伤凹陷", 6500, 3800, "定损员只认钣金修复，不同意换门，按该价无法修", 'improved'),
    (31, 'F_SELFPAY', "涉水后电脑板检查", 12800, 9600, "客户不愿承担免赔部分，说回去商量", 'lost'),
    (30, 'E_PARTS', "左前大灯总成破损", 4300, 4300, "大灯总成缺货要等十二天，客户着急用车开走了", 'improving'),
    (26, 'A_ASSESS', "前保险杠、中网、右大灯损坏", 8700, 0, "查勘员要求客户先到保险公司定损中心定损", 'lost'),
    (25, 'B_FRAUD', "左前叶子板新伤，左后门旧伤", 3600, 0, "客户要求把旧伤一并报入本次事故，接待人员当场说明不能办理", 'fraud'),
    (24, 'H_TOTAL', "翻车，车身框架严重变形", 86000, 0, "与保险公司达成全损协议，不再维修", ''),
    (19, 'A_ASK', "前部碰撞，水箱框架变形", 15600, 0, "客户只是先问工期和价格，约定过几天答复", 'returned'),
    (18, 'D_SA', "右侧车门刮擦", 2900, 0, "客户反映接待等候四十分钟无人理会，争执后离店", 'improving'),
    (17, 'C_LOWLOSS', "左前纵梁轻微变形", 18200, 11500, "定损金额不含校正工时，保险公司不同意追加", 'improved'),
    (12, 'G_NOAUTH', "后风挡玻璃及后盖", 5400, 0, "该公司不授权本店直赔，客户不愿垫付", 'improving'),
    (11, 'A_ASSESS', "右前角碰撞", 7300, 0, "保险公司让客户去合作厂定损，客户答应定完再来", 'continue'),
    (10, 'Z_OTHER', "底盘托底", 3100, 0, "店内举升机检修，客户等不及先走了", ''),
    (5, 'A_ASK', "倒车撞柱，后尾门凹陷", 4600, 0, "客户比价中，答应周末前给答复", 'continue'),
    (4, 'C_LOWLOSS', "右前悬架损坏", 9800, 6200, "副厂件定价，客户坚持原厂件，价格谈不拢", ''),
    (3, 'B_FRAUD', "前保险杠刮擦", 1800, 0, "客户提出更换驾驶员报案，接待人员已拒绝并告知后果", ''),
    (2, 'F_SELFPAY', "左后轮毂刮伤", 2200, 0, "轮毂不在保险责任内，客户考虑自费部分", ''),
    (1, 'A_ASK', "前挡风玻璃裂纹", 2600, 2600, "客户路过询价，说过两天来换", ''),
)
MEASURES = {
    'C_LOWLOSS': "当天把维修估价单发保险公司理赔主管，月度会议上提交差额清单",
    'E_PARTS': "常用覆盖件和大灯建立安全库存，缺件当日告知到货日期",
    'D_SA': "向客户致歉；接待岗高峰时段增加一人，做一次服务态度辅导",
    'B_FRAUD': "向接待人员重申不得协助虚假理赔，统一答复话术",
    'G_NOAUTH': "与该公司洽谈直赔授权，授权前主动说明垫付流程",
}
WORDS = {
    'returned': "客户已带车回店，开工单维修", 'lost': "客户已在别处维修，不再回来",
    'continue': "电话联系，客户还在比较，约定再联系", 'improved': "已与保险公司沟通，后续案件按新口径定损",
}


class InsuranceDemo(models.AbstractModel):
    """Accident cars that came and left: every reason, every state, signed and waiting pages."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        advisor = self._get_staff(company, 'group_service_advisor')[:1]
        leader = self._get_staff(company, 'group_claims_leader')[:1]
        clerk = self._get_staff(company, 'group_claims_clerk')[:1]
        if advisor and leader and clerk:
            if not company.insurance_accident_reviewer_id:
                company.insurance_accident_reviewer_id = leader
            self._enter_lost_visits(company, advisor, clerk, leader, dice)
        return result

    @api.model
    def _enter_lost_visits(self, company, advisor, clerk, leader, dice):
        today = company._insurance_today()
        cars = self.env['fleet.vehicle'].search([
            ('company_id', '=', company.id), ('owner_id.phone', '!=', False)], order='id desc', limit=len(VISITS))
        made = []
        for car, (ago, code, damage, estimate, assessed, words, follow) in zip(cars, VISITS, strict=False):
            moment = datetime.combine(today - timedelta(days=ago), time(9 + ago % 8, dice.randint(0, 59)))
            author = clerk if code == 'D_SA' else advisor
            with at(min(utc_moment(moment, company.insurance_tz) + timedelta(minutes=20), fields.Datetime.now())):
                visit = self._enter_lost_visit(
                    company, author, advisor, car, code, utc_moment(moment, company.insurance_tz), dice,
                    damage=damage, own_estimate=estimate, insurer_amount=assessed, content=words)
                if visit.handling == 'improve' and (ago > 6 or code == 'B_FRAUD'):
                    visit.with_user(leader).write({
                        'improvement': MEASURES[code], 'responsible_id': leader.id,
                        'improvement_due': today + timedelta(days=7 - ago // 3)})
            made.append((visit, ago, follow))
        for visit, ago, follow in made:
            if follow in WORDS:
                self._follow_lost_visit(company, visit, ago, follow, leader if follow == 'improved' else advisor)
        self._sign_lost_visits(company, leader, today, dice)

    @api.model
    def _enter_lost_visit(self, company, author, advisor, car, code, moment, dice, **vals):
        day = company._insurance_local(moment).date()
        reason = self._get_reason('visit_lost', code)
        # sudo: its author may not read a restricted entry again; the demonstration goes on with it
        return self.env['insurance.lost.visit'].with_user(author).with_company(company).create({
            'company_id': company.id, 'arrived_on': moment, 'vehicle_id': car.id, 'advisor_id': advisor.id,
            'insurer_id': self._get_insurer(dice.choice(('PICC', 'PICC', 'PAIC', 'CPIC'))).id,
            'report_no': f"RDAA{day.year}99{car.id:08d}", 'reason_id': reason.id,
            'reason_detail': reason.needs_detail and "店内设备检修", 'assessor': "王定损" if vals['insurer_amount'] else False,
            'next_date': reason.handling == 'track' and day + timedelta(days=3), **vals,
        }).sudo()

    @api.model
    def _follow_lost_visit(self, company, visit, ago, outcome, user):
        today = company._insurance_today()
        day = today - timedelta(days=max(ago - 4, 1))
        moment = utc_moment(datetime.combine(day, time(10, 30)), company.insurance_tz)
        with at(moment):
            self.env['insurance.lost.visit.contact'].with_user(user).create({
                'visit_id': visit.id, 'contact_on': moment, 'content': WORDS[outcome],
                'outcome': 'done' if outcome == 'improved' else outcome,
                'next_date': outcome == 'continue' and min(day + timedelta(days=5), visit.close_by),
            })

    @api.model
    def _sign_lost_visits(self, company, leader, today, dice):
        """Let the leader sign the weeks up to the one before the last."""
        monday = today - timedelta(days=today.weekday() + 14)
        leader.with_user(leader).insurance_signature = leader.insurance_signature or draw_signature(leader.name, dice)
        for page in self.env['insurance.register.page'].search([
            ('company_id', '=', company.id), ('kind', '=', 'lost_visit'), ('week_start', '<=', monday)],
        ).with_user(leader):
            signed = datetime.combine(page.week_start + timedelta(days=9), time(16, 30))
            with at(min(utc_moment(signed, company.insurance_tz), fields.Datetime.now())):
                page.action_sign({check.id: True for check in page._get_checks()}, "追踪到位，定损差额请汇总给保险公司")
