from datetime import datetime, time, timedelta

from odoo import Command, api, models

from ..lib.weeks import utc_moment
from . import phrases
from .insurance_demo import at

CLAIMS = 60
DAYS_BACK = 88
ACCIDENTS = (
    ("停车场倒车时碰撞立柱，后保险杠及尾灯受损", 'single', '100', 'vehicle', (900, 2600)),
    ("路口转弯时与直行车辆相撞，左前部受损", 'double', '100', 'vehicle', (3200, 9800)),
    ("等红灯时被后车追尾，后备箱盖及后保险杠变形", 'double', '0', 'vehicle', (2600, 7400)),
    ("变道时与右侧车辆刮擦，右侧两门及后视镜受损", 'double', '70', 'vehicle', (1800, 5200)),
    ("会车时双方刮擦，左侧车门划伤", 'double', '50', 'vehicle', (1500, 4300)),
    ("高速行驶中前挡风玻璃被飞石击裂", 'single', '100', 'glass', (1200, 3600)),
    ("停放期间车身被划伤，未找到肇事者", 'single', '100', 'scratch', (700, 1900)),
    ("暴雨路段涉水，发动机舱及内饰受损", 'single', '100', 'flood', (8000, 26000)),
    ("三车追尾，本车居中，前后均有受损", 'multiple', '30', 'vehicle', (5200, 13000)),
)
PLACES = ("示例市滨江路与学府路口", "示例市解放大道", "绕城高速 32 公里处", "示例广场地下停车场", "示例小区地面车位", "工业园二路")
SURVEYORS = ("李查勘", "赵查勘", "钱定损", "孙定损")


class InsuranceDemo(models.AbstractModel):
    """The claims ledger of the main demonstration store: three months of claims in all stages."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        roles = {role: self._get_staff(company, f'group_{group}') for role, group in (
            ('advisors', 'service_advisor'), ('clerk', 'claims_clerk'), ('leader', 'claims_leader'),
            ('finance', 'finance'), ('gm', 'general_manager'))}
        if all(roles.values()):
            company.insurance_claim_representative_ids = roles['advisors'][:1]
            self._live_claims(company, roles, dice)
        return result

    @api.model
    def _live_claims(self, company, roles, dice):
        today = company._insurance_today()
        vehicles = self._get_claim_vehicles(company)
        claims = self.env['insurance.claim']
        for number in range(min(CLAIMS, len(vehicles))):
            age = DAYS_BACK - DAYS_BACK * number // (CLAIMS - 1)
            day = today - timedelta(days=age)
            advisor = roles['advisors'][number % len(roles['advisors'])]
            claim = self._enter_claim(company, vehicles[number], advisor, day, number, dice)
            claims |= claim
            self._work_claim(claim, roles, number, age, dice)
        self._pay_claims(company, claims, roles, today)
        self._finish_claims(company, claims, roles, today)

    @api.model
    def _get_claim_vehicles(self, company):
        """Return cars with plates, those with policies in the ledger first."""
        insured = self.env['insurance.policy'].search([
            ('company_id', '=', company.id), ('entry_type', '=', 'policy'), ('product', '=', 'commercial'),
            ('vehicle_id.license_plate', '!=', False)], order='id').vehicle_id
        return (insured | self.env['fleet.vehicle'].search([
            ('company_id', '=', company.id), ('license_plate', '!=', False)], order='id', limit=CLAIMS))[:CLAIMS]

    @api.model
    def _moment(self, company, day, hour, minute=0):
        return utc_moment(datetime.combine(day, time(hour, minute)), company.insurance_tz)

    @api.model
    def _enter_claim(self, company, vehicle, advisor, day, number, dice):
        """Enter stage 1 on the day of dispatch; some late, some not at all yet."""
        course, kind, liability, loss, cost = ACCIDENTS[number % len(ACCIDENTS)]
        insurer = self._get_insurer(dice.choices(*zip(*phrases.INSURERS[:4], strict=True))[0])
        is_third = number % 9 == 3
        values = {
            'company_id': company.id, 'vehicle_id': vehicle.id, 'advisor_id': advisor.id, 'dispatched_on': day,
            'order_no': f"GD{day:%y%m%d}{number:03d}", 'mileage': 8000 + dice.randint(0, 90000),
            'report_no': f"RDAA{day:%Y}99{number:08d}", 'accident_place': dice.choice(PLACES), 'accident_course': course,
            'accident_type': 'double' if is_third else kind, 'liability': '0' if is_third else liability,
            'loss_kind': 'injury' if number % 20 == 7 else loss, 'role': 'third' if is_third else 'own',
            'accident_on': self._moment(company, day - timedelta(days=dice.randint(1, 3)), dice.randint(7, 20), 25),
            'sender_name': vehicle.owner_id.name, 'surveyor': dice.choice(SURVEYORS), 'assessor': dice.choice(SURVEYORS),
            'assessment_method': dice.choice(('store', 'onsite', 'remote')),
            'claim_mode': 'customer' if number % 20 == 19 else 'direct', 'tow_fee': 300 if loss == 'flood' else 0,
        }
        sides = [('own', insurer)] + ([('other', self._get_insurer('PAIC' if insurer.insurer_code != 'PAIC' else 'CPIC'))]
                                      if kind != 'single' or is_third else [])
        known = (self.env['insurance.claim'].new(values)._find_policies() if not is_third
                 else self.env['insurance.policy'])
        listed = set(known.mapped('product'))  # a car may have its compulsory insurance alone from the store
        values['policy_ids'] = [Command.create({
            'side': side, 'product': product, 'insurer_id': paying.id,
            'policy_no': f"{'PDAA' if product == 'commercial' else 'PDZA'}{day.year}77{number:06d}{side[0].upper()}",
        }) for side, paying in sides for product in ('commercial', 'compulsory') if side == 'other' or product not in listed]
        values['policy_ids'] += [Command.create({'side': 'own', 'product': policy.product, 'policy_id': policy.id})
                                 for policy in known]
        late = 2 if number % 13 == 5 and (company._insurance_today() - day).days > 3 else 0
        with at(self._moment(company, day + timedelta(days=late), 15, 30)):
            claim = self.env['insurance.claim'].with_user(advisor).with_company(company).create(values)
            if number < CLAIMS - 2:
                claim.action_dispatch()
        if number >= CLAIMS - 2:  # the customer is still on the phone: report no. and place follow
            claim.write({'report_no': False, 'accident_place': False})
        return claim.with_context(demo_cost=dice.randint(*cost))

    @api.model
    def _work_claim(self, claim, roles, number, age, dice):
        """Assess, repair, settle and submit a claim as far as its age goes."""
        company, day = claim.company_id, claim.dispatched_on
        if claim.state != 'dispatched':
            return
        total = claim.env.context['demo_cost']
        if number % 20 == 11:
            with at(self._moment(company, day, 17)):
                claim.action_total_loss("定损推定全损，客户与保险公司签订全损协议，不再维修")
            return
        if number % 20 == 13:
            with at(self._moment(company, day, 18)):
                claim.action_cancel("客户改去外地维修，工单作废")
            return
        labour = round(total * 0.4)
        with at(self._moment(company, day, 17)):
            claim.write({'assessment_ids': [Command.create({
                'assessed_on': day, 'labour': labour, 'parts': total - labour, 'assessor': claim.assessor})]})
        if age < 5:
            return
        repaired = day + timedelta(days=min(age - 1, 2 + number % 4))
        with at(self._moment(company, repaired, 16, 10)):
            claim.action_repaired()
        if age < 7:
            return
        self._settle_claim(claim, roles, number, total, repaired)
        if age >= 14 and claim.state == 'settled':
            self._submit_claim(claim, roles, number, repaired, age)

    @api.model
    def _settle_claim(self, claim, roles, number, total, repaired):
        labour = round(total * 0.3)
        with at(self._moment(claim.company_id, repaired, 17, 40)):
            claim.write({
                'sheet_no': f"JS{repaired:%y%m%d}{number:03d}", 'sheet_date': repaired, 'labour_fee': labour,
                'paint_fee': round(total * 0.15), 'parts_fee': total - labour - round(total * 0.15) + 120,
                'discount': 120 if number % 3 else 0, 'invoice_no': f"2632{number:08d}", 'invoice_amount': total,
                'invoice_date': repaired, 'invoice_title': claim.insurer_id.name,
            })
            claim.action_propose_costs()
            if number % 6 == 2:  # the deductible is the customer's
                first = claim.cost_ids[-1:]
                first.amount -= 200
                claim.write({'deductible_amount': 200, 'cost_ids': [Command.create(
                    {'payer': 'customer', 'amount': 200, 'sequence': 9})]})
            claim.action_settle()
            if not claim.expected_amount:
                claim.action_self_claim()

    @api.model
    def _submit_claim(self, claim, roles, number, repaired, age):
        day = repaired + timedelta(days=3)
        clerk = roles['clerk'][:1]
        with at(self._moment(claim.company_id, day, 10, 20)):
            documents = claim.with_user(clerk).document_ids
            open_one = documents.filtered('is_missing')[-1:] if number % 7 == 4 and age < 40 else documents.browse()
            (documents - open_one).filtered('is_missing').write({'is_paper': True})
            if not open_one:
                claim.with_user(clerk).action_submit()
        with at(self._moment(claim.company_id, repaired, 18)):
            claim.handed_over_on = repaired
