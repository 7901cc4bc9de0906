from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from .proposal_common import ProposalCase


class TestInsuranceProposalPlan(ProposalCase):
    """Plans: tariffs with their text, coverages, plausibility, copying, margin (T3-T11, T33)."""

    # === TARIFFS === #

    def test_tariffs_are_worked_out(self):
        proposal = self.draft(date='2026-11-18', valid_until='2026-11-30')
        plan = proposal.plan_ids
        self.assertEqual(plan.compulsory_tariff, 950)
        self.assertIn("950", plan.compulsory_text)
        proposal.seats = 7
        self.assertEqual(plan.compulsory_tariff, 1100)
        proposal.write({'scene': 'renewal', 'accident_history': 'a1', 'seats': 5})
        self.assertEqual((plan.compulsory_tariff, plan.compulsory_premium), (855, 855))
        self.assertTrue(plan.vehicle_tax_text)

    def test_new_car_pays_tax_from_the_month_on(self):
        proposal = self.draft(date='2026-11-18', valid_until='2026-11-30')
        november = proposal.plan_ids.vehicle_tax_tariff
        proposal.write({'scene': 'renewal', 'accident_history': 'a1'})
        self.assertAlmostEqual(proposal.plan_ids.vehicle_tax_tariff, november * 6)

    def test_electric_cars_pay_no_tax(self):
        proposal = self.draft()
        self.assertTrue(proposal.plan_ids.vehicle_tax_tariff)
        proposal.write({'fuel_type': 'electric', 'is_new_energy': True, 'displacement': 0})
        self.assertEqual(proposal.plan_ids.vehicle_tax_tariff, 0)

    def test_text_says_what_is_missing(self):
        plan = self.draft(seats=0).plan_ids
        self.assertFalse(plan.compulsory_tariff)
        self.assertIn("seats", plan.compulsory_text)

    def test_without_compulsory(self):
        plan = self.draft().plan_ids
        plan.with_compulsory = False
        self.assertEqual((plan.compulsory_premium, plan.vehicle_tax, plan.total), (0, 0, plan.commercial_premium))

    # === SUMS === #

    def test_tax_is_no_premium(self):
        plan = self.draft().plan_ids
        plan.line_ids = [Command.create({'coverage_id': self.coverages['NV-PA'].id, 'limit': 10000, 'premium': 200})]
        self.assertEqual((plan.commercial_premium, plan.non_motor_premium), (2840, 200))
        self.assertEqual((plan.premium_total, plan.total), (950 + 2840 + 200, 950 + 2840 + 200 + 360))
        self.assertEqual(plan.proposal_id.total_from, plan.total)

    def test_premium_from_standard_and_factors(self):
        plan = self.draft().plan_ids
        plan.write({'ncd_factor': 0.7, 'autonomy_factor': 0.85})
        line, typed = plan.line_ids[:2]
        line.standard_premium = 1000
        self.assertEqual((line.factor, line.premium), (0.595, 595))
        self.assertEqual(typed.premium, 890)
        line.premium = 600
        self.assertEqual(line.premium, 600)
        with self.refused("factors lie between"):
            plan.ncd_factor = 7

    def test_plausibility_beside_last_year(self):
        plan = self.draft(last_premium_commercial=2800).plan_ids
        self.assertIn("+1 %", plan.premium_hint)
        plan.proposal_id.last_premium_commercial = 1500
        self.assertTrue(plan.is_premium_doubtful)
        self.assertIn("+89 %", plan.premium_hint)
        plan.compulsory_premium = 1000
        self.assertIn("was typed; the tariff gives", plan.premium_hint)

    # === COVERAGES === #

    def test_add_on_needs_its_main(self):
        plan = self.draft(('PICC', 'economy')).plan_ids
        damage = plan.line_ids.filtered(lambda line: line.coverage_id.code == 'VCI-A')
        values = {'coverage_id': self.coverages['W'].id, 'limit': 5000, 'premium': 100}
        plan.line_ids = [Command.create(values)]
        with self.refused("needs one of", ValidationError):
            plan.line_ids = [Command.delete(damage.id)]
        with self.refused("needs one of", ValidationError):
            self.env['insurance.proposal.line'].with_user(self.consultant).create(
                {'plan_id': plan.id, 'coverage_id': self.coverages['DP-D3'].id, 'premium': 10}
            )
        damage.unlink()  # one line alone, past the plan: found when it is handed over
        with self.refused("needs one of"):
            plan.proposal_id.action_send()

    def test_coverages_for_the_drive(self):
        plan = self.draft().plan_ids
        with self.refused("not offered for this kind of car", ValidationError):
            plan.line_ids = [Command.create({'coverage_id': self.coverages['EG'].id, 'premium': 10})]
        plan.proposal_id.write({'fuel_type': 'electric', 'is_new_energy': True})
        plan.line_ids = [Command.create({'coverage_id': self.coverages['EG'].id, 'premium': 10})]
        self.assertIn("New-energy", plan.line_ids[0].name)

    def test_what_a_plan_does_not_take(self):
        plan = self.draft().plan_ids
        for code, values, message in (
            ('TCI', {}, "tick Compulsory Insurance"), ('VCI-B', {}, "a coverage twice"),
            ('W', {'deductible': 1.5}, "deductible lies between"), ('W', {'limit': -1}, "limit is between"),
        ):  # fmt: skip
            with self.subTest(code=code), self.refused(message, ValidationError):
                plan.line_ids = [Command.create({'coverage_id': self.coverages[code].id, 'premium': 1, **values})]

    def test_not_covered(self):
        proposal = self.draft(('PICC', 'economy'))
        scratch = self.coverages['L'].name
        self.assertIn(scratch, proposal.uncovered_text)
        self.assertIn(scratch, proposal.plan_ids.uncovered_text)
        values = {'coverage_id': self.coverages['L'].id, 'limit': 2000, 'premium': 200}
        proposal.plan_ids.line_ids = [Command.create(values)]
        self.assertNotIn(scratch, proposal.uncovered_text)
        self.assertTrue(proposal.plan_ids.line_ids.filtered(lambda line: line.coverage_id.code == 'L').why)

    # === SIDE BY SIDE === #

    def test_three_insurers_of_three_plans(self):
        levels = ('economy', 'balanced', 'full')
        proposal = self.draft(*((code, level) for code in ('PICC', 'PAIC', 'CPIC') for level in levels))
        self.assertEqual(len(proposal.plan_ids), 9)
        fourth = self.env['res.partner'].search([('is_insurer', '=', True), ('insurer_code', 'not in',
                                                                             ('PICC', 'PAIC', 'CPIC'))], limit=1)
        self.env['insurance.insurer.agreement'].create({'company_id': self.store.id, 'insurer_id': fourth.id,
                                                        'date_from': '2026-01-01'})
        self.env.invalidate_all()
        for insurer, message in ((fourth, "at most 3 insurers"), (self.picc, "at most 3 plans of")):
            with self.subTest(insurer=insurer.name), self.refused(message, ValidationError):
                self.rpc(self.consultant, proposal, 'write', {
                    'plan_ids': [Command.create({'insurer_id': insurer.id})]})
        with self.refused("at most 3 insurers", ValidationError):
            proposal.plan_ids[0].insurer_id = fourth

    def test_uncertified_insurer(self):
        proposal = self.draft()
        stranger = self.env['res.partner'].search([('is_insurer', '=', True), ('id', 'not in', (
            self.picc + self.paic + self.cpic).ids)], limit=1)
        for values in ({'plan_ids': [Command.create({'insurer_id': stranger.id})]},
                       {'plan_ids': [Command.update(proposal.plan_ids.id, {'insurer_id': stranger.id})]}):
            with self.subTest(values=values), self.refused("has no valid agreement", ValidationError):
                self.rpc(self.consultant, proposal, 'write', values)

    def test_plan_of_a_level_in_one_click(self):
        proposal = self.env['insurance.proposal'].with_user(self.consultant).create(
            {'partner_id': self.customer.id, 'new_price': 119800})
        proposal.action_add_full()
        plan = proposal.plan_ids
        codes = plan.line_ids.mapped('coverage_id.code')
        self.assertIn('VCI-B', codes)
        self.assertNotIn('EG', codes)
        self.assertEqual(plan.line_ids.filtered(lambda line: line.coverage_id.code == 'VCI-A').limit, 119800)
        plan.line_ids.filtered(lambda line: line.coverage_id.code == 'L').unlink()
        plan.action_fill()
        self.assertEqual(sorted(plan.line_ids.mapped('coverage_id.code')), sorted(codes))

    def test_level_fills_a_new_plan_on_the_screen(self):
        with Form(self.draft()) as form, form.plan_ids.new() as plan:
            plan.insurer_id = self.paic
            plan.level = 'economy'
            self.assertTrue(len(plan.line_ids) > 1)

    def test_list_of_the_store_comes_first(self):
        self.env['insurance.proposal.template'].with_user(self.supervisor).create({
            'level': 'economy', 'line_ids': [Command.create({'coverage_id': self.coverages['VCI-B'].id,
                                                             'limit': 500000})]})
        proposal = self.env['insurance.proposal'].with_user(self.consultant).create({'partner_id': self.customer.id})
        proposal.action_add_economy()
        self.assertEqual(proposal.plan_ids.line_ids.mapped('limit'), [500000])

    def test_copy_to_another_insurer(self):
        proposal = self.draft()
        source = proposal.plan_ids
        self.give(source, 100)
        source.benefit_ids.sudo().cost = 40
        source.action_copy_to_insurer()
        copy = proposal.plan_ids - source
        self.assertNotEqual(copy.insurer_id, source.insurer_id)
        self.assertIn(copy.insurer_id.insurer_short_name, copy.name)
        self.assertEqual(copy.line_ids.mapped('limit'), source.line_ids.mapped('limit'))
        self.assertFalse(any(copy.line_ids.mapped('premium')))
        self.assertEqual(copy.sudo().benefit_ids.cost, 40)
        copy.action_copy_to_insurer()
        with self.refused("already has a plan of this level"):
            source.action_copy_to_insurer()

    def test_one_recommended(self):
        proposal = self.draft(('PICC', 'balanced'), ('PAIC', 'balanced'))
        self.assertEqual(proposal.plan_ids.mapped('is_recommended'), [False, True])
        proposal.plan_ids[0].action_recommend()
        self.assertEqual(proposal.plan_ids.mapped('is_recommended'), [True, False])

    def test_comparison(self):
        proposal = self.draft(('PICC', 'economy'), ('PAIC', 'full'))
        table = proposal._get_comparison()
        rows = {row['label']: row['cells'] for row in table['rows']}
        scratch = rows[self.coverages['L'].short_name]
        self.assertFalse(scratch[0])
        self.assertEqual(scratch[1]['premium'], 420)
        self.assertEqual(table['rows'][-1]['cells'], proposal.plan_ids.mapped('total'))
        self.assertIn(proposal.plan_ids[0].name, proposal.comparison_html)

    # === MARGIN === #

    def test_margin(self):
        plan = self.draft().plan_ids
        self.give(plan, 100)
        plan.benefit_ids.sudo().cost = 60
        plan.sudo().cost_other = 20
        read = plan.with_user(self.gm)
        self.assertEqual(read.commission, 606)  # 20 % of 2,840 and 4 % of 950
        self.assertEqual((read.benefit_cost, read.margin), (60, 526))
        self.assertIn("PICC 2026", read.commission_text)

    def test_commission_on_net_premium(self):
        agreement = self.env['insurance.insurer.agreement'].search([
            ('company_id', '=', self.store.id), ('insurer_id', '=', self.picc.id)])
        agreement.write({'commission_basis': 'net', 'vat_rate': 0.06})
        plan = self.draft().plan_ids
        self.assertEqual(plan.sudo().commission, 535.85 + 35.85)

    def test_unknown_rate_counts_as_nothing(self):
        plan = self.draft(('PAIC', 'balanced')).plan_ids
        self.assertEqual(plan.sudo().commission, 0)
        self.assertIn("No rate of", plan.sudo().commission_text)
        self.give(plan, 1)
        self.assertEqual(plan.sudo().required_level, 'gm')

    def test_contradicting_rates_count_as_nothing(self):
        self.card.line_ids.filtered(lambda line: line.product == 'compulsory').unlink()
        plan = self.draft().plan_ids
        self.assertEqual(plan.sudo().commission, 568)

    def test_commission_is_not_the_consultants_to_read(self):
        proposal = self.draft()
        plan = proposal.plan_ids
        self.give(plan, 100)
        names = ('commission', 'commission_text', 'benefit_cost', 'margin', 'required_level', 'cost_other')
        for user in (self.consultant, self.supervisor):
            for name in names[:-1]:
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self.rpc(user, plan, 'read', [name])
        for records, name in ((plan, 'cost_other'), (plan.benefit_ids, 'cost')):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.rpc(self.consultant, records, 'read', [name])
            with self.subTest(name=name, door='write'), self.assertRaises(AccessError):
                self.rpc(self.consultant, records, 'write', {name: 0})
        [values] = self.rpc(self.consultant, plan, 'read', ['needs_approval', 'approval_text'])
        self.assertTrue(values['needs_approval'])
        self.assertNotRegex(values['approval_text'], r"\d|ommission")
        for user in (self.gm, self.clerk):
            self.assertEqual(self.rpc(user, plan, 'read', ['commission'])[0]['commission'], 606)
        views = self.env['insurance.proposal.plan'].with_user(self.consultant).get_views([(False, 'form')])
        self.assertFalse(set(names) & set(views['models']['insurance.proposal.plan']['fields']))

    # === BENEFITS === #

    def test_no_money_back(self):
        plan = self.draft().plan_ids
        with self.refused("gives no rebates in money", ValidationError):
            self.give(plan, 100, 'CASH')
        benefit = self.give(plan, 100)
        with self.refused("gives no rebates in money", ValidationError):
            benefit.type_id = self._get_reason('benefit_type', 'CASH')
        with self.refused("is no kind of benefit", ValidationError):
            benefit.type_id = self._get_reason('renewal_lost', 'PRICE')
        self.store.insurance_allow_cash_rebate = True
        self.give(plan, 100, 'CASH')
        self.assertEqual(plan.discount_total, 200)

    def test_queries_do_not_grow_with_plans(self):
        counts = []
        for plans in ([('PICC', 'balanced')], [(code, level) for code in ('PICC', 'PAIC', 'CPIC')
                                               for level in ('economy', 'balanced', 'full')]):
            proposal = self.draft(*plans)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            proposal.with_user(self.gm).plan_ids.mapped('margin')
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)
