import runpy
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from .delivery_common import DeliveryCase

MIGRATION = Path(__file__).parents[2] / 'migrations' / '19.0.4.0.0' / 'post-deliveries.py'


class TestDeliveryStatus(DeliveryCase):
    """Whether a car is insured: the ledger says so, not the answer."""

    def check(self, expected, delivery):
        """Check the status read and found by its search, within all deliveries."""
        delivery.invalidate_recordset()
        self.assertEqual(delivery.insurance_status, expected)
        Delivery = self.env['insurance.delivery'].with_user(self.clerk)
        found = Delivery.search([('insurance_status', '=', expected)])
        self.assertIn(delivery.id, found.ids)
        self.assertNotIn(delivery.id, Delivery.search([('insurance_status', '!=', expected)]).ids)
        self.assertNotIn(delivery.id, Delivery.search([
            ('insurance_status', 'in', [key for key, _label in Delivery._fields['insurance_status'].selection
                                        if key != expected])]).ids)

    def test_ledger_over_answer(self):
        reason = {'uninsured_reason_id': self.relative.id}
        for products, vals, expected in [
            (('commercial',), {'insurance_answer': 'none', **reason}, 'insured_commercial'),
            (('compulsory', 'commercial'), {}, 'insured_commercial'),
            (('compulsory',), {'insurance_answer': 'here'}, 'insured_compulsory_only'),
            (('non_motor',), {'insurance_answer': 'here'}, 'contradicts'),
            ((), {'insurance_answer': 'here'}, 'contradicts'),
            ((), {'insurance_answer': 'elsewhere', **reason}, 'elsewhere'),
            ((), {'insurance_answer': 'none', **reason}, 'none'),
            ((), {}, 'open'),
        ]:
            with self.subTest(products=products, expected=expected):
                delivery = self.deliver(**vals)
                if products:
                    self.insure(delivery, *products)
                self.check(expected, delivery.with_user(self.clerk))

    def test_window(self):
        """30 days before and 3 after count, one more does not; the days are the store's (K1)."""
        for day, expected in [('2026-10-11', 'insured_commercial'), ('2026-10-10', 'open'),
                              ('2026-11-13', 'insured_commercial'), ('2026-11-14', 'open')]:
            with self.subTest(day=day):
                delivery = self.deliver('2026-11-10').with_user(self.clerk)
                self.insure(delivery, day=day)
                self.check(expected, delivery)

    def test_contradicts_when_the_days_are_over(self):
        delivery = self.deliver('2026-11-10', insurance_answer='here').with_user(self.clerk)
        with self.at('2026-11-13 23:59'):
            self.check('open', delivery)
        with self.at('2026-11-14 00:01'):
            self.check('contradicts', delivery)
        with self.at('2026-12-24 09:00'):
            self.check('open', self.register(insurance_answer='here').with_user(self.clerk))

    def test_cancelled_and_drafts(self):
        delivery = self.deliver().with_user(self.clerk)
        entry = self.insure(delivery, registered=False)
        self.check('open', delivery)
        entry.with_user(self.clerk).action_register()
        self.check('insured_commercial', delivery)
        self.make_follow_up(entry, effective_date=date(2026, 11, 18))
        self.check('open', delivery)

    def test_another_stores_policy(self):
        delivery = self.deliver().with_user(self.clerk)
        entry = self.insure(delivery, registered=False)
        entry.sudo().company_id = self.other_store
        entry.sudo().action_register()
        self.check('open', delivery)

    def test_queries_do_not_grow(self):
        few = self.env['insurance.delivery'].browse()
        for _number in range(3):
            few |= self.deliver().sudo()
        many = few
        for _number in range(12):
            many |= self.deliver().sudo()
        names = ['insurance_status', 'entry_count', 'proposal_count', 'phone_masked', 'is_counted']

        def count(deliveries):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            deliveries.with_user(self.clerk).read(names)
            return self.cr.sql_log_count - start

        count(many)
        self.assertLessEqual(count(many), count(few) + 1)


@tagged('post_install', '-at_install')
class TestDeliveryMigration(DeliveryCase):
    """Cars that the rate counted before there was a list become deliveries, once."""

    def test_migration(self):
        bought = {'is_bought_here': True, 'acquisition_date': '2026-10-05', 'company_id': self.store.id}
        new = self.make_vehicle(**bought, seller_id=self.consultant.id)
        self.make_vehicle(**dict(bought, is_bought_here=False))
        self.make_vehicle(**bought, first_registration_date='2024-01-01')
        self.make_vehicle(**dict(bought, acquisition_date=False))
        listed = self.deliver().sudo()
        migrate = runpy.run_path(str(MIGRATION))['migrate']
        Delivery = self.env['insurance.delivery']
        before = Delivery.search([('company_id', '=', self.store.id)])
        for _time in range(2):
            migrate(self.env.cr, '19.0.3.0.0')
        made = Delivery.search([('company_id', '=', self.store.id)]) - before
        self.assertRecordValues(made, [{
            'vehicle_id': new.id, 'partner_id': new.owner_id.id, 'consultant_id': self.consultant.id,
            'state': 'delivered', 'month': date(2026, 10, 1), 'is_counted': True, 'insurance_answer': 'open',
            'vehicle_model_id': self.model.id,
        }])
        self.assertEqual(made.business_source_id.code, 'RETAIL')
        self.assertEqual(listed.delivery_date, date(2026, 11, 10))
        made.modified(['state', 'business_source_id', 'delivery_date'])
        self.assertTrue(made.is_counted, "as it would be worked out")
