from datetime import date

from .diversion_common import DiversionCase


class TestInsuranceDiversionCrossings(DiversionCase):
    """What the crossings (b) to (e) name, and what they leave alone."""

    # === (b) DELIVERED, NEITHER POLICY NOR REASON === #

    def test_delivery_without_policy_or_reason(self):
        waiting, said = self.deliver('2026-11-02'), self.deliver('2026-11-10', answer='here')
        self.deliver('2026-11-11', answer='here')  # seven days ago: still in time
        self.deliver('2026-11-02', answer='elsewhere', reason='PRICE')
        self.deliver('2026-11-02', business_source_id=self._get_reason('delivery_source', 'TRANSFER').id)
        insured = self.deliver('2026-11-02')
        self.make_entry(vehicle_id=insured.vehicle_id.id, issue_date='2026-11-12')
        self.look()
        found = self.find('delivery')
        self.assertEqual({finding.vehicle_id: (finding.ground, finding.grade) for finding in found}, {
            waiting.vehicle_id: ('unanswered', 'weak'), said.vehicle_id: ('contradicts', 'weak')})
        self.assertEqual(found.person_ids, self.consultant)
        self.assertEqual(found.evidence_ids[0].with_user(self.finance).action_open()['res_model'], 'insurance.delivery')

    def test_delivery_ends_with_its_answer(self):
        delivery = self.deliver('2026-11-02')
        self.look()
        finding = self.find('delivery')
        delivery.write({'insurance_answer': 'elsewhere',
                        'uninsured_reason_id': self._get_reason('delivery_uninsured', 'PRICE').id})
        self.assertEqual(self.look(), (0, 0, 1))
        self.assertEqual(finding.state, 'ended')

    def test_open_finding_is_followed_beyond_the_horizon(self):
        self.deliver('2026-11-02')
        self.look()
        with self.at('2028-03-01 09:00'):
            self.assertEqual(self.look(), (0, 0, 0))
        self.assertEqual(self.find('delivery').state, 'open')

    def test_setting_of_the_store(self):
        self.deliver('2026-11-02')
        self.store.insurance_diversion_delivery_days = 30
        self.assertEqual(self.look(), (0, 0, 0))

    # === (c) SEEN WITH A POLICY === #

    def test_seen_around_a_delivery(self):
        delivery = self.deliver('2026-11-02', answer='elsewhere', reason='PRICE')
        sighting = self.see(delivery.vehicle_id)
        self.look()
        finding = self.find('sighting')
        self.assertEqual((finding.grade, finding.ground, finding.insurer_id, finding.person_ids),
                         ('strong', 'delivery_uninsured', self.picc, self.consultant))
        self.assertIn("around our delivery", finding.headline)
        seen = finding.evidence_ids.filtered(lambda row: row.res_model == 'insurance.diversion.sighting')
        self.assertEqual(seen.res_id, sighting.id)
        self.assertEqual(seen.with_user(self.gm).action_open()['res_model'], 'fleet.vehicle')

    def test_seen_at_the_edges(self):
        """Three days before and after count, four do not; the setting of the store decides."""
        for day, expected in ((date(2026, 10, 30), 1), (date(2026, 11, 5), 1), (date(2026, 10, 29), 0),
                              (date(2026, 11, 6), 0)):
            delivery = self.deliver('2026-11-02', answer='here')
            self.see(delivery.vehicle_id, issue_date=day, policy_no=f'PDAA{day:%Y%m%d}0001')
            self.look()
            self.assertEqual(len(self.find('sighting', vehicle_id=delivery.vehicle_id.id)), expected, day)
        self.store.insurance_diversion_days = 4
        self.look()
        self.assertEqual(len(self.find('sighting')), 4)

    def test_seen_but_of_no_interest(self):
        registered = self.make_entry(self.prepare_policy(start='2026-11-03'))
        self.deliver('2026-11-02', vehicle=registered.vehicle_id)
        self.see(registered.vehicle_id, policy_no=registered.policy_ids.policy_no)
        same_start = self.make_entry(self.prepare_policy(start='2026-11-03'))
        self.deliver('2026-11-02', vehicle=same_start.vehicle_id)
        self.see(same_start.vehicle_id, policy_no='MISTYPED0001', issue_date=None, start_date='2026-11-03')
        foreign = self.deliver('2026-11-02').vehicle_id
        self.see(foreign, insurer=self.cpic)
        undated = self.deliver('2026-11-02').vehicle_id
        self.see(undated, issue_date=None)
        self.see(self.make_vehicle())
        taken_back = self.deliver('2026-11-02').vehicle_id
        self.see(taken_back)
        self.see(taken_back, insurer=None)
        self.look()
        self.assertFalse(self.find('sighting'))

    def test_seen_after_our_quote(self):
        case = self.make_case(self.specialist)
        self.make_contact(case, when='2026-11-10 10:00', quote_commercial=3000, recommended_insurer_id=self.picc.id)
        self.see(case.vehicle_id, issue_date=date(2026, 11, 12))
        older = self.make_case(self.specialist)
        self.make_contact(older, when='2026-10-01 10:00', quote_commercial=3000)
        self.see(older.vehicle_id, issue_date=date(2026, 11, 12), policy_no='PDAA2026880000000002')
        self.look()
        finding = self.find('sighting')
        self.assertEqual((finding.vehicle_id, finding.grade, finding.ground, finding.person_ids),
                         (case.vehicle_id, 'strong', 'renewal_base', self.specialist))
        self.assertEqual(set(finding.evidence_ids.mapped('code')), {'sighting', 'case', 'quote'})
        self.assertIn("our offer of", finding.headline)

    def test_two_records_of_the_same_policy_are_nothing_new(self):
        delivery = self.deliver('2026-11-02', answer='elsewhere', reason='PRICE')
        self.see(delivery.vehicle_id)
        self.look()
        finding = self.find('sighting')
        finding.with_user(self.gm).action_explain(self.explained.id, "The customer's brother works there")
        self.see(delivery.vehicle_id, source=delivery, seen_on='2026-11-17')
        self.assertEqual(self.look(), (0, 0, 0))
        self.see(delivery.vehicle_id, source=delivery, policy_no='PDZA2026880000000009')
        self.assertEqual(self.look(), (1, 0, 0))

    def test_seen_and_registered_later(self):
        delivery = self.deliver('2026-11-02', answer='here')
        self.see(delivery.vehicle_id)
        self.look()
        self.make_entry(self.prepare_policy(policy_no='PDAA2026880000000001', start='2026-11-03'),
                        vehicle_id=delivery.vehicle_id.id)
        self.assertEqual(self.find('sighting').state, 'ended')

    # === (d) OFFERED, LOST, SAME INSURER === #

    def make_lost_case(self, lost_to=None, **vals):
        case = self.make_case(self.specialist, **vals)
        self.make_proposal(case)
        self.make_lost(case, when='2026-11-15 10:00', lost_insurer_id=(lost_to or self.cpic).id)
        return case

    def test_lost_and_stated(self):
        case = self.make_lost_case()
        self.state_unknown(case.vehicle_id, 签单日期="2026-11-16")
        self.look()
        finding = self.find('lost_case')
        self.assertEqual((finding.grade, finding.insurer_id, finding.person_ids),
                         ('strong', self.picc, self.specialist))
        self.assertEqual(set(finding.evidence_ids.mapped('code')), {'proposal', 'case_lost', 'line'})
        self.assertIn("appeared afterwards", finding.headline)
        self.assertEqual(finding.sibling_count, 1)

    def test_lost_and_seen(self):
        case = self.make_lost_case()
        self.see(case.vehicle_id, issue_date=date(2026, 11, 16))
        self.look()
        self.assertEqual(self.find('lost_case').grade, 'strong')

    def test_lost_to_the_insurer_offered(self):
        self.make_lost_case(lost_to=self.picc)
        self.make_lost_case(lost_to=self.paic)
        self.look()
        finding = self.find('lost_case')
        self.assertEqual((len(finding), finding.grade, finding.ground), (1, 'weak', 'lost_to'))

    def test_lost_and_written_here_after_all(self):
        case = self.make_lost_case(lost_to=self.picc)
        self.look()
        self.assertEqual(self.find('lost_case').state, 'open')
        self.make_entry(vehicle_id=case.vehicle_id.id)
        self.assertEqual(self.find('lost_case').state, 'ended')

    def test_stated_before_our_offer(self):
        case = self.make_lost_case()
        self.state_unknown(case.vehicle_id, 签单日期="2026-08-16")
        self.look()
        self.assertFalse(self.find('lost_case'))

    # === (e) SHARES === #

    def deliver_many(self, user, elsewhere, others, day='2026-10-12'):
        """Deliver so many cars insured somewhere else, and so many insured here, by `user`."""
        reason = self._get_reason('delivery_uninsured', 'PRICE').id
        self.env['insurance.delivery'].create([{
            'company_id': self.store.id, 'vehicle_id': self.make_vehicle().id, 'delivery_date': day,
            'consultant_id': user.id, 'state': 'delivered',
            'insurance_answer': 'elsewhere' if number < elsewhere else 'none', 'uninsured_reason_id': reason,
        } for number in range(elsewhere + others)])

    def test_share_far_above_the_colleagues(self):
        second = self._make_user('consultant2', 'group_sales_consultant')
        third = self._make_user('consultant3', 'group_sales_consultant')
        self.deliver_many(self.consultant, 15, 7)
        self.deliver_many(second, 4, 20)
        self.deliver_many(third, 5, 18)
        self.look()
        finding = self.find('share')
        self.assertEqual((finding.person_ids, finding.grade), (self.consultant, 'weak'))
        self.assertEqual({name: finding.facts[name] for name in ('hits', 'size', 'other_hits', 'other_size')},
                         {'hits': 15, 'size': 22, 'other_hits': 9, 'other_size': 47})
        self.assertIn("15 of 22 (68.2%)", finding.headline)
        self.assertIn("9 of 47 (19.1%)", finding.headline)
        self.assertIn("no proof of anything", finding.headline)
        month = finding.evidence_ids
        self.assertEqual(month.with_user(self.gm).action_open()['res_model'], 'insurance.delivery')
        opened = month.with_user(self.finance).action_open()
        self.assertEqual(self.env['insurance.delivery'].with_user(self.finance).search_count(opened['domain']), 22)

    def test_small_samples_are_left_alone(self):
        second = self._make_user('consultant2', 'group_sales_consultant')
        self.deliver_many(self.consultant, 19, 0)
        self.deliver_many(second, 0, 40)
        self.assertEqual(self.look()[0], 0)
        self.deliver_many(self.consultant, 1, 0)
        self.assertEqual(self.look()[0], 1)

    def test_too_few_colleagues_to_compare_with(self):
        second = self._make_user('consultant2', 'group_sales_consultant')
        self.deliver_many(self.consultant, 20, 2)
        self.deliver_many(second, 0, 19)
        self.assertEqual(self.look()[0], 0)

    def test_share_within_chance(self):
        second = self._make_user('consultant2', 'group_sales_consultant')
        self.deliver_many(self.consultant, 8, 14)
        self.deliver_many(second, 6, 20)
        self.assertEqual(self.look()[0], 0)

    def test_share_explained_stays_away_until_another_month(self):
        second = self._make_user('consultant2', 'group_sales_consultant')
        self.deliver_many(self.consultant, 18, 4)
        self.deliver_many(second, 2, 30)
        self.look()
        self.find('share').with_user(self.gm).action_explain(
            self._get_reason('diversion_explained', 'OTHER_CUSTOMERS').id, "Sells to customers of the next province")
        self.deliver_many(self.consultant, 1, 0)
        self.assertEqual(self.look()[0], 0)
        self.deliver_many(self.consultant, 1, 0, day='2026-11-16')
        self.assertEqual(self.look()[0], 1)

    def test_share_of_a_period_that_is_over_stays(self):
        second = self._make_user('consultant2', 'group_sales_consultant')
        self.deliver_many(self.consultant, 18, 4)
        self.deliver_many(second, 2, 30)
        self.look()
        with self.at('2027-08-02 09:00'):
            self.look()
        self.assertEqual(self.find('share').state, 'open')

    # === ALL === #

    def test_queries_do_not_grow_with_the_cars(self):
        counts = []
        for _round in range(2):
            for _number in range(5):
                self.deliver('2026-11-02')
            self.look()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.look()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_nightly_job(self):
        self.deliver('2026-11-02')
        with self.enter_registry_test_mode():
            self.env.ref('dealer_insurance.ir_cron_diversion').method_direct_trigger()
        self.assertEqual(len(self.find('delivery')), 1)

    def test_button(self):
        self.deliver('2026-11-02')
        action = self.Finding.with_user(self.finance).with_company(self.store).action_look_again()
        self.assertIn("1 new", action['params']['message'])

    def test_agreement_that_has_ended(self):
        agreement = self.env['insurance.insurer.agreement'].search([
            ('company_id', '=', self.store.id), ('insurer_id', '=', self.picc.id)])
        agreement.date_to = '2026-10-31'
        delivery = self.deliver('2026-11-02')
        self.see(delivery.vehicle_id)
        self.look()
        self.assertFalse(self.find('sighting'))
