import random
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from odoo import api, fields, models

from ..lib.identifiers import vin_check_digit
from ..lib.weeks import utc_moment
from . import phrases
from .signature import draw_signature

WEEKS = 5
CALLS_A_DAY = (3, 6)
WORKING_DAY = (time(9, 10), time(17, 20))
FIRST_CHANCE_LOST = 0.10
CHANCE_WON = 0.09


@contextmanager
def at(moment):
    """Let the mechanism believe that it is `moment` (naive UTC): the demonstration has a past."""
    with patch.object(fields.Datetime, 'now', lambda: moment.replace(microsecond=0)):
        yield


class InsuranceDemo(models.AbstractModel):
    """Fills the demonstration stores: a base of cars, weeks of contacts, signed and waiting pages."""

    _name = 'insurance.demo'
    _description = "Demonstration Data"

    @api.model
    def _activate_chinese(self):
        """Make sure that the staff's language exists before its users do."""
        self.env['res.lang']._activate_lang('zh_CN')

    @api.model
    def _load(self):
        """Fill both stores once; called by the demo data, in Chinese like the people there."""
        if self.env['insurance.renewal'].search_count([], limit=1):
            return
        # The staff's words are kept with what they sign: have them in Chinese before anything is signed.
        self.env['ir.module.module']._load_module_terms(['dealer_insurance'], ['zh_CN'])
        dice = random.Random(20261122)
        self = self.with_context(lang='zh_CN', tracking_disable=True)
        for xmlid, cases in (('store_main', 320), ('store_second', 50)):
            company = self.env.ref(f'dealer_insurance.{xmlid}')
            self.with_company(company)._fill_store(company, cases, dice)

    @api.model
    def _fill_store(self, company, count, dice):
        specialists = self._get_staff(company, 'group_renewal_specialist')
        supervisor = self._get_staff(company, 'group_insurance_supervisor')[:1]
        manager = self._get_staff(company, 'group_general_manager')[:1]
        for user in supervisor | manager:
            user.with_user(user).insurance_signature = draw_signature(user.name, dice)
        self._make_agreements(company)
        today = company._insurance_today()
        cases = self._make_cases(company, specialists, count, today, dice)
        for week in range(WEEKS, -1, -1):
            monday = today - timedelta(days=today.weekday(), weeks=week)
            self._live_week(company, cases, specialists, monday, today, dice)
            if week > 1:
                self._sign_week(company, supervisor, monday)
        if manager:
            self._show_exceptions(company, cases, supervisor, manager, today)

    @api.model
    def _get_staff(self, company, group):
        return self.env['res.users'].search([
            ('company_id', '=', company.id), ('group_ids', 'in', self.env.ref(f'dealer_insurance.{group}').id),
            ('login', 'not in', ('admin', '__system__')),
        ], order='id')

    # === MASTER DATA === #

    @api.model
    def _make_agreements(self, company):
        year = company._insurance_today().year
        self.env['insurance.insurer.agreement'].create([{
            'company_id': company.id, 'insurer_id': self._get_insurer(code).id, 'agency_code': f"DL99{number:04d}",
            'date_from': date(year - 1, 1, 1),
            'commission_basis': 'net' if number % 2 else 'gross',
        } for number, (code, _weight) in enumerate(phrases.INSURERS[:5], 1)])

    @api.model
    def _get_insurer(self, code):
        return self.env.ref(f'dealer_insurance.insurer_{code.lower()}')

    # === CASES === #

    @api.model
    def _make_cases(self, company, specialists, count, today, dice):
        """Create cars whose policies expire from two months ago to two and a half months ahead."""
        vehicles, people = self._make_cars(company, count, today, dice)
        values = []
        for number, (vehicle, person) in enumerate(zip(vehicles, people, strict=True)):
            expiry = today + timedelta(days=dice.randint(-55, 75))
            commercial = dice.random() < 0.94
            insurer = self._get_insurer(dice.choices(*zip(*phrases.INSURERS, strict=True))[0])
            values.append({
                'company_id': company.id, 'vehicle_id': vehicle.id, 'partner_id': person.id, 'insured_id': person.id,
                'specialist_id': specialists[number % len(specialists)].id if number % 23 else False,
                'assigned_on': expiry - timedelta(days=75),
                'imported_class': dice.choices(('r_new', 'r_ren', 'r_gap', 'r_pot'), (12, 37, 24, 27))[0],
                'insurer_id': insurer.id, 'compulsory_expiry': expiry,
                'compulsory_no': f"PDZA{expiry.year - 1}99{number:012d}",
                'compulsory_premium': dice.choice((665, 760, 855, 950)),
                'commercial_expiry': expiry if commercial else False,
                'commercial_no': f"PDAA{expiry.year - 1}99{number:012d}" if commercial else False,
                'commercial_premium': round(dice.uniform(1900, 5200), 2) if commercial else 0,
                'vehicle_tax': dice.choice((300, 360, 420, 900)), 'claim_count': dice.choices((0, 1, 2), (7, 2, 1))[0],
                'remark': dice.choice(phrases.REMARKS), 'consent_ground': 'contract',
            })
        return self.env['insurance.renewal'].create(values)

    @api.model
    def _make_cars(self, company, count, today, dice, offset=0):
        models_by_name = {name: self._get_model(company, name) for name, _code in phrases.MODELS}
        people = self.env['res.partner'].create([{
            'name': dice.choice(phrases.COMPANIES) if dice.random() < 0.06 else (
                dice.choice(phrases.SURNAMES) + dice.choice(phrases.GIVEN)),
            'phone': f"1{dice.choice('35789')}{dice.randint(0, 9)}0000{dice.randint(0, 9999):04d}", 'lang': 'zh_CN',
            'company_id': company.id,
        } for _number in range(count)])
        vehicles = []
        for number, person in enumerate(people, offset):
            name, code = dice.choice(phrases.MODELS)
            vin = f"LGB{code}DE0{'PRS'[number % 3]}Y{company.id % 10}{number:05d}"
            registered = today - timedelta(days=dice.randint(330, 2600))
            vehicles.append({
                'vin_sn': vin[:8] + vin_check_digit(vin) + vin[9:], 'license_plate': f"赣W{number:04d}{'ABCDE'[company.id % 5]}",
                'model_id': models_by_name[name].id, 'owner_id': person.id, 'company_id': company.id,
                'first_registration_date': registered, 'acquisition_date': registered,
                **phrases.ENGINES.get(name, phrases.ENGINE),
                'use_type': 'company' if "公司" in person.name else 'private', 'is_bought_here': dice.random() < 0.8,
                'seller_id': self._get_staff(company, 'group_sales_consultant')[:1].id,
            })
        return self.env['fleet.vehicle'].create(vehicles), people

    @api.model
    def _get_model(self, company, name):
        Model, brand = self.env['fleet.vehicle.model'], company.insurance_vehicle_brand_id
        known = Model.search([('name', '=', name), ('brand_id', '=', brand.id)], limit=1)
        return known or Model.create({'name': name, 'brand_id': brand.id})

    # === WEEKS OF CONTACTS === #

    @api.model
    def _live_week(self, company, cases, specialists, monday, today, dice):
        for day in (monday + timedelta(days=number) for number in range(5)):
            if day >= today:
                return
            for specialist in specialists:
                mine = cases.filtered(lambda case, who=specialist: case.specialist_id == who and case.is_open)
                due = mine.sorted(lambda case: (case.next_contact_date or case.reference_expiry, case.id))
                calls = due[:dice.randint(*CALLS_A_DAY)]
                self._call(company, calls, specialist, day, dice)

    @api.model
    def _call(self, company, calls, specialist, day, dice):
        start, end = (datetime.combine(day, hour) for hour in WORKING_DAY)
        burst = dice.random() < 0.06 and len(calls) > 4
        for number, case in enumerate(calls):
            spoken = start + (end - start) * ((number + dice.random() * 0.8) / max(len(calls), 1))
            entered = spoken + timedelta(minutes=dice.randint(1, 9))
            if burst:
                entered = end + timedelta(seconds=40 * number)
            elif dice.random() < 0.03:
                entered = spoken + timedelta(hours=dice.randint(25, 40))
            if entered >= company._insurance_local(fields.Datetime.now()):
                continue
            with at(utc_moment(entered, company.insurance_tz)):
                self._log(company, case, specialist, utc_moment(spoken, company.insurance_tz), dice)

    @api.model
    def _log(self, company, case, specialist, moment, dice):
        """Enter one contact: usually goes on, sometimes won or lost."""
        day = company._insurance_local(moment).date()
        contacts = case.contact_count
        code, contents = dice.choice(phrases.CONTACTS)
        values = {'content': dice.choice(contents)}
        latest = case.reference_expiry + timedelta(days=company.insurance_renewal_grace_days)
        if contacts and dice.random() < FIRST_CHANCE_LOST:
            code, values = self._make_loss(dice, day)
        elif contacts and dice.random() < CHANCE_WON:
            code = 'INTERESTED'
            values = {'outcome': 'won', 'content': "客户到店确认方案并付款，当天出单", 'won_insurer_id': case.insurer_id.id,
                      'won_policy_no': f"PDAA{day.year}99{case.id:012d}", 'won_premium': case.commercial_premium or 855}
        else:
            if dice.random() < 0.03:
                values['content'] = dice.choice(phrases.EMPTY_CONTENTS)
            if dice.random() < 0.95:
                values['next_date'] = min(day + timedelta(days=dice.choice((2, 3, 5, 7, 10))), latest)
            if code in ('QUOTED', 'CONSIDER_H'):
                uncertified = dice.random() < 0.06
                insurer = self._get_insurer('YGBX') if uncertified else self._get_insurer(dice.choice(
                    ('PICC', 'PAIC', 'CPIC')))
                values.update(recommended_insurer_id=insurer.id, intention=dice.choice(('high', 'medium', 'low')),
                              quote_commercial=round((case.commercial_premium or 2600) * dice.uniform(0.92, 1.08), 2),
                              quote_compulsory=855, quote_tax=case.vehicle_tax)
        channel = dice.choices(('PHONE', 'WECHAT', 'VISIT_STORE'), (80, 15, 5))[0]
        self.env['insurance.renewal.contact'].with_user(specialist).create({
            'renewal_id': case.id, 'contact_on': moment, 'channel_id': self._get_reason('contact_channel', channel).id,
            'result_id': self._get_reason('contact_result', code).id, **values,
        })

    @api.model
    def _make_loss(self, dice, day):
        loss = phrases.GONE if dice.random() < 0.12 else (
            phrases.WEAK_LOSS if dice.random() < 0.15 else dice.choice(phrases.LOSSES))
        reason_code, content, countermeasure, extra = loss
        reason = self._get_reason('renewal_lost', reason_code)
        values = {
            'outcome': 'lost', 'content': content, 'countermeasure': countermeasure, 'lost_reason_id': reason.id,
            'lost_known_on': day if reason.needs_date else False,
            'lost_detail': extra.get('lost_detail') or ("见备注" if reason.needs_detail else False),
            'lost_price': extra.get('lost_price') or (2900 if reason.needs_price else 0),
        }
        if reason.needs_insurer or extra.get('insurer'):
            values['lost_insurer_id'] = self._get_insurer(extra.get('insurer', 'PAIC')).id
        return 'REFUSE', values

    @api.model
    def _get_reason(self, use, code):
        return self.env.ref(f'dealer_insurance.insurance_reason_{use}_{code.lower()}')

    # === SIGNING === #

    @api.model
    def _sign_week(self, company, supervisor, monday):
        """Let the supervisor sign the week's pages on the Wednesday after it."""
        pages = self.env['insurance.register.page'].search([
            ('company_id', '=', company.id), ('week_start', '=', monday), ('state', '!=', 'signed'),
        ])
        moment = utc_moment(datetime.combine(monday + timedelta(days=9), time(16, 30)), company.insurance_tz)
        with at(min(moment, fields.Datetime.now())):
            for page in pages.with_user(supervisor):
                page.action_sign({check.id: True for check in page._get_checks()}, "跟进及时，注意报价后的回访")

    @api.model
    def _show_exceptions(self, company, cases, supervisor, manager, today):
        """One page signed twice, one supplementary line, one rejected line, one win-back: what a reviewer meets."""
        pages = self.env['insurance.register.page'].search([
            ('company_id', '=', company.id), ('state', '=', 'signed')], order='id')
        if len(pages) > 2:
            pages[0].with_user(manager).action_reopen("客户姓名录入有误，核对后重新签名")
            pages[0].with_user(supervisor).action_sign(
                {check.id: True for check in pages[0]._get_checks()}, "已核对")
        Contact = self.env['insurance.renewal.contact']
        lines = Contact.search([('company_id', '=', company.id), ('page_id.state', '=', 'open'),
                                ('outcome', '=', 'lost')], limit=1)
        if lines:
            lines.with_user(supervisor).action_review_line('rejected', "应对措施不足: 请写明给客户的具体方案")
        late = cases.filtered(lambda case: case.is_open and case.contact_count)[:1]
        if late and len(pages) > 1:
            Contact.with_user(late.specialist_id).create({
                'renewal_id': late.id, 'channel_id': self._get_reason('contact_channel', 'PHONE').id,
                'result_id': self._get_reason('contact_result', 'CONSIDER_N').id, 'content': "补记: 客户来电询问赠品，已答复",
                'contact_on': datetime.combine(pages[1].week_start, time(3, 15)),
                'next_date': today + timedelta(days=3),
            })
