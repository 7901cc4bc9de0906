from datetime import date

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .delivery_common import DeliveryCase


class TestDelivery(DeliveryCase):
    """The two steps of a delivery, the coded reason, the way back, and what counts for K1."""

    def test_register_at_the_sale(self):
        form = Form(self.env['insurance.delivery'].with_user(self.consultant))
        form.vehicle_id = vehicle = self.make_vehicle()
        form.insurance_answer = 'elsewhere'
        with self.assertRaises(AssertionError, msg="the reason is asked for"):
            form.save()
        form.uninsured_reason_id = self.relative
        delivery = form.save()
        self.assertRecordValues(delivery, [{
            'state': 'sold', 'consultant_id': self.consultant.id, 'partner_id': vehicle.owner_id.id,
            'answered_by_id': self.consultant.id, 'company_id': self.store.id, 'is_counted': False,
            'month': date(2026, 11, 1), 'delivery_date': date(2026, 11, 18), 'vehicle_model_id': self.model.id,
        }])
        self.assertEqual(delivery.business_source_id.code, 'RETAIL')
        self.assertFalse(vehicle.is_bought_here, "not handed over yet")

    def test_nothing_holds_up_the_delivery(self):
        delivery = self.deliver()
        self.assertEqual((delivery.state, delivery.insurance_answer, delivery.is_counted), ('delivered', 'open', True))
        self.assertFalse(delivery.answered_on)
        vehicle = delivery.sudo().vehicle_id
        self.assertEqual((vehicle.is_bought_here, str(vehicle.acquisition_date), vehicle.seller_id),
                         (True, '2026-11-10', self.consultant))

    def test_planned_day(self):
        delivery = self.register('2026-11-30')
        with self.at('2026-12-01 09:00'):
            delivery.action_deliver()
        self.assertEqual(str(delivery.delivery_date), '2026-11-30', "handed over on the planned day")
        early = self.register('2026-12-24')
        early.action_deliver()
        self.assertEqual(str(early.delivery_date), '2026-11-18', "earlier than planned")
        with self.assertRaises(UserError):
            early.action_deliver()
        with self.assertRaises(ValidationError):
            early.with_user(self.clerk).delivery_date = '2026-11-19'

    def test_reason_is_of_the_list(self):
        delivery = self.register()
        with self.assertRaises(ValidationError):
            delivery.insurance_answer = 'none'
        with self.assertRaises(ValidationError):
            delivery.write({'insurance_answer': 'none', 'uninsured_reason_id': self.withdrew.id})
        delivery.write({'insurance_answer': 'none', 'uninsured_reason_id': self.relative.id})
        delivery.insurance_answer = 'here'
        self.assertFalse(delivery.uninsured_reason_id, "the reason goes with the answer")
        delivery.insurance_answer = 'open'
        self.assertFalse(delivery.answered_by_id)

    def test_answer_dialog(self):
        delivery = self.register()
        action = delivery.action_register()
        form = Form(delivery, view=self.env.ref('dealer_insurance.insurance_delivery_view_form_answer'))
        self.assertEqual(action['res_id'], delivery.id)
        form.insurance_answer = 'here'
        form.intended_insurer_id = self.picc
        form.save()
        self.assertEqual(delivery.answered_by_id, self.consultant)

    def test_stamps_are_written_by_no_one(self):
        delivery = self.deliver()
        for vals in ({'state': 'completed'}, {'answered_by_id': self.gm.id}, {'returned_on': '2026-11-11'},
                     {'is_counted': False}, {'month': '2026-10-01'}, {'completed_by_id': self.gm.id}):
            for user in (self.consultant, self.clerk, self.supervisor):
                with self.subTest(vals=vals, user=user.login), self.assertRaises(AccessError):
                    delivery.with_user(user).write(vals)
        with self.assertRaises(AccessError):
            self.register(state='completed')

    def test_complete_from_the_policy(self):
        delivery = self.deliver(insurance_answer='here')
        clerk = delivery.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "ledger has no policy"):
            clerk.action_complete()
        entry = self.insure(delivery)
        clerk.invalidate_recordset()
        self.assertEqual(clerk.entry_ids, entry.with_user(self.clerk))
        clerk.action_complete()
        self.assertRecordValues(clerk, [{'state': 'completed', 'completed_by_id': self.clerk.id}])
        self.assertTrue(delivery.is_counted)
        with self.assertRaises(AccessError):
            delivery.insurance_answer = 'open'
        clerk.action_reopen()
        delivery.remark = "Corrected by the consultant"
        self.assertFalse(clerk.completed_by_id)

    def test_complete_without_policy(self):
        delivery = self.deliver().with_user(self.clerk)
        with self.assertRaises(UserError):
            delivery.action_complete()
        delivery.write({'insurance_answer': 'elsewhere', 'uninsured_reason_id': self.relative.id})
        delivery.action_complete()
        self.assertEqual(delivery.state, 'completed')

    def test_complete_is_the_desks(self):
        delivery = self.deliver(insurance_answer='none', uninsured_reason_id=self.relative.id)
        with self.assertRaises(UserError):
            delivery.action_complete()
        with self.assertRaises(AccessError):
            delivery.with_user(self.gm).action_complete()
        with self.assertRaises(UserError):
            self.register().with_user(self.clerk).action_complete()

    def test_workbook_reason_is_asked_when_completing(self):
        delivery = self.env['insurance.delivery'].create({
            'vehicle_id': self.make_vehicle().id, 'delivery_date': '2026-11-10', 'insurance_answer': 'none',
            'import_digest': 'x', 'state': 'delivered', 'company_id': self.store.id,
        }).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "why"):
            delivery.action_complete()
        delivery.uninsured_reason_id = self.relative
        delivery.action_complete()

    def test_taken_back(self):
        delivery = self.deliver()
        self.insure(delivery)
        self.take_back(delivery)
        self.assertRecordValues(delivery, [{
            'state': 'returned', 'is_counted': False, 'returned_on': date(2026, 11, 15),
            'returned_by_id': self.clerk.id, 'return_reason_id': self.withdrew.id, 'return_note': "Loan refused",
        }])
        self.assertFalse(delivery.sudo().vehicle_id.is_bought_here)
        anew = self.deliver('2026-11-16', vehicle=delivery.sudo().vehicle_id)
        self.assertTrue(anew.is_counted)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            delivery.with_user(self.clerk).remark = "Changed"
        with self.assertRaises(UserError):
            self.take_back(delivery)

    def test_not_taken_back(self):
        sold, delivered = self.register(), self.deliver()
        with self.assertRaisesRegex(UserError, "handed over"):
            self.take_back(sold)
        with self.assertRaises(ValidationError):
            self.take_back(delivered, date(2026, 11, 9))
        with self.assertRaises(AccessError):
            self.take_back(delivered, user=self.consultant)
        with self.assertRaises(UserError):
            delivered._take_back(date(2026, 11, 15), self.withdrew)
        with self.assertRaises(UserError):
            delivered.sudo().unlink()

    def test_once_in_the_list(self):
        delivery = self.deliver()
        vehicle = delivery.sudo().vehicle_id
        with self.assertRaisesRegex(UserError, vehicle.vin_sn):
            self.register(user=self.consultant2, vehicle=vehicle)
        sold = self.register()
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'):
            self.env.cr.execute("UPDATE insurance_delivery SET vehicle_id = %s WHERE id = %s", (vehicle.id, sold.id))

    def test_after_the_handover(self):
        """What decides in whose rate and month the car counts is the desk's once the car is out."""
        delivery = self.deliver()
        demo = self._get_reason('delivery_source', 'DEMO')
        for vals in ({'delivery_date': '2026-10-31'}, {'business_source_id': demo.id}, {'active': False},
                     {'vehicle_id': self.make_vehicle().id}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                delivery.write(vals)
        delivery.write({'remark': "Tinted windows", 'insurance_answer': 'here'})
        with self.assertRaises(UserError):
            delivery.with_user(self.clerk).active = False
        delivery.with_user(self.clerk).write({'delivery_date': '2026-10-31', 'business_source_id': demo.id})
        self.assertEqual((delivery.month, delivery.is_counted), (date(2026, 10, 1), False))
        sold = self.register()
        sold.active = False
        self.assertFalse(sold.is_counted)

    def test_what_counts(self):
        counted = {'RETAIL': True, 'FLEET': True, 'SECOND_TIER': False, 'TRANSFER': False, 'DEMO': False,
                   'EXPORT': False, 'INTER_STORE': False}
        deliveries = {code: self.deliver(business_source_id=self._get_reason('delivery_source', code).id)
                      for code in counted}
        self.assertEqual({code: delivery.is_counted for code, delivery in deliveries.items()}, counted)
        self.store.insurance_fleet_counts = False
        self.assertFalse(deliveries['FLEET'].is_counted)
        self.assertTrue(deliveries['RETAIL'].is_counted)
        bought_here = {code for code, delivery in deliveries.items() if delivery.sudo().vehicle_id.is_bought_here}
        self.assertEqual(bought_here, {'RETAIL', 'FLEET', 'SECOND_TIER'})

    def test_buttons_for_neighbours(self):
        delivery = self.deliver()
        self.assertEqual((delivery.proposal_count, delivery.entry_count), (0, 0))
        action = delivery.action_propose()
        Proposal = self.env['insurance.proposal'].with_user(self.consultant)
        proposal = Proposal.with_context(**action['context']).create({})
        self.assertEqual((proposal.vehicle_id, proposal.user_id, proposal.scene),
                         (delivery.vehicle_id, self.consultant, 'new'))
        delivery.invalidate_recordset()
        self.assertEqual(delivery.proposal_count, 1)
        self.assertEqual(self.env['insurance.proposal'].search(delivery.action_view_proposals()['domain']).ids,
                         proposal.ids)
        entry_form = delivery.with_user(self.clerk).action_enter_policy()
        self.assertEqual(entry_form['context']['default_salesperson_id'], self.consultant.id)
        self.assertEqual(delivery.action_view_archive()['res_model'], 'insurance.archive')


class TestTeam(DeliveryCase):
    """Deliveries stay with the team their consultant was in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.east, cls.west = cls.env['insurance.sales.team'].with_user(cls.supervisor).create([
            {'name': "East", 'member_ids': [(4, cls.consultant.id)]}, {'name': "West"}])

    def test_team_of_the_day(self):
        delivery = self.deliver()
        self.assertEqual(delivery.team_id, self.east.with_user(self.consultant))
        self.east.member_ids = False
        self.west.member_ids = self.consultant
        self.assertEqual(delivery.team_id.name, "East")
        self.assertEqual(self.deliver().team_id.name, "West")
        with self.assertRaises(AccessError):
            delivery.team_id = self.west
        delivery.with_user(self.supervisor).team_id = self.west
        delivery.with_user(self.supervisor).consultant_id = self.consultant2
        self.assertFalse(delivery.sudo().team_id, "the new consultant has none")

    def test_one_team(self):
        with self.assertRaisesRegex(ValidationError, "Consultant"):
            self.west.member_ids = self.consultant
        self.east.active = False
        self.west.member_ids = self.consultant
        with self.assertRaises(ValidationError):
            self.east.active = True


class TestDeliveryAccess(DeliveryCase):
    """Who sees which delivery (domain 3.1): consultants their own, the desk the store's, others none."""

    def test_own_only(self):
        own, colleagues = self.deliver(), self.deliver(user=self.consultant2)
        Delivery = self.env['insurance.delivery']
        self.assertEqual(Delivery.with_user(self.consultant).search([]), own)
        with self.assertRaises(AccessError):
            colleagues.with_user(self.consultant).read(['partner_id'])
        with self.assertRaises(AccessError):
            self.register(consultant_id=self.consultant2.id)
        with self.assertRaises(UserError):
            own.consultant_id = self.consultant2
        sold = self.register()
        with self.assertRaises(AccessError):
            sold.consultant_id = self.consultant2
        both = (own | colleagues).ids
        for role in ('clerk', 'supervisor', 'gm', 'finance', 'group_manager'):
            self.assertEqual(Delivery.with_user(getattr(self, role)).search_count([('id', 'in', both)]), 2, role)
        for role in ('specialist', 'hotline', 'leader', 'administrator', 'plain'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                Delivery.with_user(getattr(self, role)).search_count([])
        self.assertFalse(Delivery.with_user(self.other_supervisor).search_count([('id', 'in', both)]))

    def test_entries_of_others(self):
        """A consultant sees that his car is insured, not the entry somebody else sold."""
        delivery = self.deliver()
        entry = self.insure(delivery, salesperson_id=self.specialist.id)
        self.assertEqual((delivery.insurance_status, delivery.entry_count), ('insured_commercial', 0))
        entry.salesperson_id = self.consultant
        delivery.invalidate_recordset()
        self.assertEqual(delivery.entry_count, 1)
