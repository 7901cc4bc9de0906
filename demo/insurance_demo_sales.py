from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

from ..lib.weeks import utc_moment
from .insurance_demo import at
from .insurance_demo_ledger import DAYS_BACK

MONTHS_BACK = 12  # boards taken over from the store's old one
SECOND_TIER = 9
ELSEWHERE = (('RELATIVE', "亲戚在保险公司上班"), ('PRICE', "电销报价低 600 元"), ('SELF', "全款客户，自己已联系好"),
             ('FINANCE', "金融公司指定保险公司"), ('OUT_OF_TOWN', "车上外地牌照"))
SEASON = (1.3, 0.6, 1.0, 0.95, 1.0, 1.0, 0.95, 1.0, 1.1, 1.1, 1.1, 1.4)  # deliveries, January to December
CAUSES = "订车时才提保险，客户已有比价；金融客户没有提前确认承保公司。"
PLAN = "签订单当天递交保险建议书；每周二与出单员核对本周交车的投保意向。"


class InsuranceDemo(models.AbstractModel):
    """New-car sales of the demonstration stores: teams, deliveries of three months, targets, boards, praise."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        consultants = self._get_staff(company, 'group_sales_consultant')
        if consultants:  # before the first delivery: each counts to the team of that day
            self._make_teams(company, consultants)
        result = super()._fill_store(company, count, dice)
        if consultants:
            today = company._insurance_today()
            self._deliver_cars(company, consultants, today, dice)
            self._deliver_to_second_tier(company, consultants, today, dice)
            self._propose_to_buyers(company, today, dice)
            self._set_sales_targets(company, consultants, today)
            self._take_over_boards(company, consultants, today, dice)
            self._publish_boards(company, today)
        return result

    @api.model
    def _make_teams(self, company, consultants):
        half = (len(consultants) + 1) // 2
        self.env['insurance.sales.team'].create([
            {'name': name, 'company_id': company.id, 'leader_id': members[:1].id,
             'member_ids': [Command.set(members.ids)]}
            for name, members in (("展厅一组", consultants[:half]), ("展厅二组", consultants[half:])) if members
        ])

    # === DELIVERIES === #

    @api.model
    def _deliver_cars(self, company, consultants, today, dice):
        """Register, hand over and check the new cars of the ledger; those without policy with their reason."""
        vehicles = self.env['fleet.vehicle'].search([
            ('company_id', '=', company.id), ('is_bought_here', '=', True), ('seller_id', 'in', consultants.ids),
            ('acquisition_date', '>=', today - timedelta(days=DAYS_BACK)),
        ], order='acquisition_date, id')
        insured = dict(self.env['insurance.ledger.entry']._read_group(
            [('vehicle_id', 'in', vehicles.ids), ('state', '=', 'registered')], ['vehicle_id', 'insurer_id']))
        clerk = self._get_staff(company, 'group_policy_clerk')[:1]
        for vehicle in vehicles:
            day = vehicle.acquisition_date
            with at(utc_moment(datetime.combine(day, time(10, dice.randint(0, 59))), company.insurance_tz)):
                delivery = self._register_delivery(company, vehicle, insured.get(vehicle), dice)
                if vehicle in insured or day < today:
                    delivery.action_deliver()
            checkable = delivery.insurance_answer == 'here' or delivery.uninsured_reason_id
            if clerk and day < today - timedelta(days=2) and delivery.state == 'delivered' and checkable:
                self._check_delivery(delivery.with_user(clerk))

    @api.model
    def _register_delivery(self, company, vehicle, insurer, dice):
        vals = {'insurance_answer': 'here', 'intended_insurer_id': insurer.id} if insurer else {}
        if not insurer and dice.random() < 0.8:
            code, words = dice.choice(ELSEWHERE)
            vals = {'insurance_answer': 'elsewhere', 'uninsured_note': words,
                    'uninsured_reason_id': self._get_reason('delivery_uninsured', code).id}
        Delivery = self.env['insurance.delivery'].with_user(vehicle.seller_id).with_company(company)
        return Delivery.create({
            'company_id': company.id, 'vehicle_id': vehicle.id, 'partner_id': vehicle.owner_id.id,
            'delivery_date': vehicle.acquisition_date, **vals,
        })

    @api.model
    def _check_delivery(self, delivery):
        status = delivery.insurance_status
        if status.startswith('insured') or delivery.insurance_answer in ('elsewhere', 'none'):
            delivery.action_complete()

    @api.model
    def _deliver_to_second_tier(self, company, consultants, today, dice):
        vehicles, people = self._make_cars(company, SECOND_TIER, today, dice, offset=6000)
        source = self._get_reason('delivery_source', 'SECOND_TIER')
        deliveries = self.env['insurance.delivery'].create([{
            'company_id': company.id, 'vehicle_id': vehicle.id, 'partner_id': person.id,
            'consultant_id': dice.choice(consultants).id, 'business_source_id': source.id,
            'delivery_date': today - timedelta(days=dice.randint(1, DAYS_BACK)),
        } for vehicle, person in zip(vehicles, people, strict=True)])
        deliveries.action_deliver()

    @api.model
    def _propose_to_buyers(self, company, today, dice):
        """Half of the cars of the last two months had a proposal some days before."""
        since = today.replace(day=1) - relativedelta(months=1)
        for delivery in self.env['insurance.delivery'].search([
            ('company_id', '=', company.id), ('delivery_date', '>=', since), ('is_counted', '=', True),
        ]):
            if dice.random() < 0.5:
                day = delivery.delivery_date - timedelta(days=dice.randint(1, 6))
                with at(utc_moment(datetime.combine(day, time(15, dice.randint(0, 59))), company.insurance_tz)):
                    self._send_proposal(company, delivery, day, dice)

    @api.model
    def _send_proposal(self, company, delivery, day, dice):
        proposal = self.env['insurance.proposal'].with_user(delivery.consultant_id).with_company(company).create({
            'company_id': company.id, 'partner_id': delivery.partner_id.id, 'vehicle_id': delivery.vehicle_id.id,
            'scene': 'new', 'accident_history': 'none', 'date': day,
        })
        self._quote(proposal._add_plan('balanced'), dice)
        proposal.write({'consent_clauses': True, 'consent_privacy': True, 'consent_insurers': True})
        proposal.action_send()

    # === TARGETS AND BOARDS === #

    @api.model
    def _set_sales_targets(self, company, consultants, today):
        for offset in range(-3, 1):
            month = today.replace(day=1) + relativedelta(months=offset)
            rows = [(False, 7 * len(consultants))] + [(user.id, 6 + number % 3)
                                                      for number, user in enumerate(consultants)]
            self.env['insurance.sales.target'].create([
                {'company_id': company.id, 'consultant_id': user, 'month': month, 'cars': cars, 'insured_rate': 0.95}
                for user, cars in rows
            ])

    @api.model
    def _take_over_boards(self, company, consultants, today, dice):
        """The months before the first delivery in the system, as the store's old board had them."""
        Board, present = self.env['insurance.sales.board'], today.replace(day=1)
        for offset in range(-MONTHS_BACK, -3):
            month = present + relativedelta(months=offset)
            board = Board.create({'company_id': company.id, 'month': month, 'comment': "上线前数据，取自原看板"})
            board.line_ids.unlink()
            rows = [self._draw_sales(month, user, offset, dice) for user in consultants]
            total = {name: sum(row[name] for row in rows) for name in rows[0] if name != 'subject_id'}
            rows.sort(key=lambda row: (row['insured'] / row['counted'], row['delivered']), reverse=True)
            self.env['insurance.sales.board.line'].create([
                {**total, 'board_id': board.id, 'kind': 'store', 'position': 0, 'subject_id': 0}, *(
                    {**row, 'board_id': board.id, 'kind': 'consultant', 'position': 2, 'consultant_id': row['subject_id'],
                     'rank_rate': place, 'is_ranked': True} for place, row in enumerate(rows, 1)
                ),
            ])
            board.write({'state': 'published', 'published_by_id': company.insurance_renewal_reviewer_id.id,
                         'published_on': datetime.combine(month + relativedelta(months=1, day=2), time(2, 0))})

    @api.model
    def _draw_sales(self, month, user, offset, dice):
        delivered = max(3, round(6.5 * SEASON[month.month - 1] * dice.uniform(0.8, 1.2)))
        insured = sum(dice.random() < 0.82 + 0.008 * (MONTHS_BACK + offset) for _car in range(delivered))
        proposals = delivered + dice.randint(0, 2)
        return {
            'subject_id': user.id, 'target_cars': 7, 'delivered': delivered, 'delivered_retail': delivered,
            'counted': delivered, 'insured': insured, 'insured_any': min(delivered, insured + (dice.random() < 0.2)),
            'uninsured_count': delivered - insured, 'premium_total': insured * dice.randint(5100, 5900),
            'premium_commercial': insured * dice.randint(3900, 4300), 'third_party_base': insured,
            'third_party_count': round(insured * dice.uniform(0.5, 0.8)),
            'non_motor_count': round(insured * dice.uniform(0.4, 0.65)), 'proposal_count': proposals,
            'proposal_won': min(insured, proposals),
        }

    @api.model
    def _publish_boards(self, company, today):
        """Publish two months with praise and coaching; last month's board waits for the supervisor."""
        supervisor = self._get_staff(company, 'group_insurance_supervisor')[:1]
        present = today.replace(day=1)
        for offset in (-3, -2):
            month = present + relativedelta(months=offset)
            board = self.env['insurance.sales.board'].create({'company_id': company.id, 'month': month})
            published = utc_moment(datetime.combine(month + relativedelta(months=1, day=2), time(9, 30)),
                                   company.insurance_tz)
            with at(published):
                board.with_user(supervisor).with_company(company).action_publish()
        self.env['insurance.sales.board']._open_months(company)
        praises = self.env['insurance.commendation'].search([('company_id', '=', company.id)], order='month')
        praises[:1].with_user(supervisor).with_company(company).action_give()
        for coaching in self.env['insurance.coaching'].search([('company_id', '=', company.id)], order='month, id',
                                                              limit=1):
            coaching.with_user(coaching.coach_id or supervisor).with_company(company).write(
                {'causes': CAUSES, 'measures': PLAN, 'due_date': today + timedelta(days=7)})
