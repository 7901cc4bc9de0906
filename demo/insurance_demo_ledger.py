from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.weeks import utc_moment
from . import phrases
from .insurance_demo import at

DAYS_BACK = 100
NEW_CARS = 120
SIGNED_SHARE = 0.7


class InsuranceDemo(models.AbstractModel):
    """The underwriting desk of the demonstration stores: rates, ledgers of three months, changes, signatures."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        clerk = self._get_staff(company, 'group_policy_clerk')[:1]
        if clerk:
            self._make_rate_cards(company)
            today = company._insurance_today()
            entries = self._make_last_year(company, clerk, today, dice)
            entries |= self._enter_renewals(company, clerk, today, dice)
            entries |= self._enter_new_cars(company, clerk, today, dice)
            self._change_some(company, clerk, entries, today)
            self._sign_some(company, entries, today)
        return result

    @api.model
    def _make_rate_cards(self, company):
        year = company._insurance_today().year
        for number, (code, _weight) in enumerate(phrases.INSURERS[:5]):
            insurer = self._get_insurer(code)
            self.env['insurance.rate.card'].create({
                'company_id': company.id, 'insurer_id': insurer.id, 'date_from': f'{year - 1}-01-01',
                'name': f"{insurer.insurer_short_name} {year} 手续费", 'line_ids': [fields.Command.create(values) for values in (
                    {'product': 'compulsory', 'rate': 0.04},
                    {'product': 'commercial', 'business': 'new', 'rate': 0.20 + number / 100},
                    {'product': 'commercial', 'business': 'renewal', 'rate': 0.18 + number / 100},
                    {'product': 'non_motor', 'rate': 0.25},
                )],
            })

    @api.model
    def _enter(self, company, clerk, vehicle, day, start, dice, **vals):
        """Enter and register one policy set as the clerk; returns the entry."""
        insurer = vals.pop('insurer', None) or self._get_insurer(dice.choices(*zip(*phrases.INSURERS[:5], strict=True))[0])
        serial = f"{day:%Y}99{vehicle.id:06d}{start.year % 100:02d}"
        is_new = vals.pop('is_new', False)
        premium = round(dice.uniform(3900, 6200) if is_new else dice.uniform(1900, 4600), 2)
        commercial = {'commercial_no': f"PDAA{serial}", 'commercial_start': start, 'commercial_premium': premium,
                      'third_party_limit': dice.choice((1000000, 2000000, 3000000))}
        extra = {'non_motor_no': f"PEAA{serial}", 'non_motor_premium': 200} if dice.random() < 0.45 else {}
        entry = self.env['insurance.ledger.entry'].with_user(clerk).with_company(company).create({
            'company_id': company.id, 'insurer_id': insurer.id, 'vehicle_id': vehicle.id, 'issue_date': day,
            'compulsory_no': f"PDZA{serial}", 'compulsory_start': start,
            'compulsory_premium': 950 if is_new else dice.choice((665, 760, 855)),
            'vehicle_tax': 0 if vehicle.is_new_energy else dice.choice((360, 420)),
            **(commercial if dice.random() < 0.95 else {}), **extra, **vals,
        })
        if dice.random() < 0.3:
            kind, name, value = dice.choice((('GIFT', "行车记录仪", 300), ('MAINTENANCE', "保养券一张", 280),
                                             ('PACKAGE', "洗车卡十次", 200)))
            self.env['insurance.benefit'].with_user(clerk).create({
                'entry_id': entry.id, 'type_id': self._get_reason('benefit_type', kind).id, 'name': name,
                'amount': value, 'cost': value * 0.5,
            })
        self.env['insurance.customer.payment.line'].with_user(clerk).create({
            'entry_id': entry.id, 'amount': entry.amount_due, 'paid_on': day,
            'method': dice.choice(('wechat', 'alipay', 'card', 'insurer_link')),
        })
        with at(utc_moment(datetime.combine(day, time(16, 0)), company.insurance_tz)):
            try:
                entry.action_register()
            except UserError:  # a benefit above the limits waits for its approval: the draft stays, as in life
                entry.message_post(body=self.env._("Its benefits need approval. Ask for it, or give less."))
        return entry

    @api.model
    def _make_last_year(self, company, clerk, today, dice):
        """Enter last year's policies of some cars that are renewed now, so that they have a history."""
        entries = self.env['insurance.ledger.entry']
        cases = self.env['insurance.renewal'].search([('company_id', '=', company.id)], order='id')
        for case in cases[::4]:
            end = case.reference_expiry
            start = end - timedelta(days=364)
            day = min(start - timedelta(days=dice.randint(2, 20)), today)
            entries |= self._enter(
                company, clerk, case.vehicle_id, day, start, dice, insurer=case.insurer_id,
                salesperson_id=case.specialist_id.id, channel_id=self._get_reason('business_channel', 'PHONE_INVITE').id,
                business_type={'r_new': 'new', 'r_ren': 'r_ren'}.get(case.customer_class, 'first'),
            )
        return entries

    @api.model
    def _enter_renewals(self, company, clerk, today, dice):
        """Enter the policies of the cases that were won."""
        entries = self.env['insurance.ledger.entry']
        for case in self.env['insurance.renewal'].search([('company_id', '=', company.id), ('state', '=', 'won')]):
            day = min(case.closed_on or today, today)
            start = max(case.reference_expiry + timedelta(days=1), day)
            entries |= self._enter(
                company, clerk, case.vehicle_id, day, start, dice, insurer=case.won_insurer_id,
                salesperson_id=case.specialist_id.id,
                channel_id=self._get_reason('business_channel', dice.choice(('PHONE_INVITE', 'WALK_IN', 'ONLINE'))).id,
            )
        return entries

    @api.model
    def _enter_new_cars(self, company, clerk, today, dice):
        """Sell new cars and insure nearly all of them on the day before delivery."""
        entries = self.env['insurance.ledger.entry']
        consultants = self._get_staff(company, 'group_sales_consultant')
        count = NEW_CARS if consultants else NEW_CARS // 5
        vehicles, _people = self._make_cars(company, count, today, dice, offset=5000)
        for number, vehicle in enumerate(vehicles):
            delivered = today - timedelta(days=dice.randint(0, DAYS_BACK))
            consultant = consultants[number % len(consultants)] if consultants else self.env['res.users']
            vehicle.write({
                'is_bought_here': True, 'acquisition_date': delivered, 'first_registration_date': False,
                'seller_id': consultant.id, 'license_plate': vehicle.license_plate if today - delivered > timedelta(20) else False,
            })
            if dice.random() < 0.94:
                entries |= self._enter(
                    company, clerk, vehicle, delivered, delivered + timedelta(days=1), dice, is_new=True,
                    salesperson_id=consultant.id, channel_id=self._get_reason('business_channel', 'SHOWROOM').id,
                )
        return entries

    @api.model
    def _change_some(self, company, clerk, entries, today):
        """An endorsement and two cancellations, prepared and registered by the clerk."""
        registered = entries.filtered(lambda entry: entry.state == 'registered' and entry.commercial_premium
                                      and entry.issue_date > today - timedelta(days=60))
        for entry, kind, reason in zip(registered[:3], ('endorsement', 'cancellation', 'cancellation'),
                                       ('COVERAGE_UP', 'SOLD_CAR', 'INSURER_CHANGE'), strict=False):
            Wizard = self.env['insurance.ledger.follow.up'].with_user(clerk).with_company(company)
            wizard = Wizard.create({
                'entry_id': entry.id, 'kind': kind, 'reason_id': self._get_reason(kind, reason).id, 'day': today,
                'effective_date': today,
            })
            for line in wizard.line_ids:
                line.is_included = line.policy_id.product == 'commercial'
                if line.is_included and kind == 'endorsement':
                    line.premium = 320
            draft = self.env['insurance.ledger.entry'].with_user(clerk).browse(wizard.action_prepare()['res_id'])
            draft.action_register()

    @api.model
    def _sign_some(self, company, entries, today):
        """Finance signs most rows of the months before the last one, whose settlement lists are being checked."""
        finance = self._get_staff(company, 'group_finance')[:1]
        last_month = today.replace(day=1) - relativedelta(months=1)
        old = entries.filtered(lambda entry: entry.state == 'registered' and entry.issue_date < last_month)
        if not finance:
            return
        signed = old.sorted(lambda entry: (entry.issue_date, entry.id))[:int(len(old) * SIGNED_SHARE)]
        with at(utc_moment(datetime.combine(today - timedelta(days=1), time(15, 0)), company.insurance_tz)):
            for entry in signed.with_user(finance):
                entry.action_sign()
