from odoo.tests import tagged

from ..common import DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestInsuranceLedgerPlate(DealerInsuranceCase):
    """New cars without plates after the store's days are the clerk's to endorse (T16)."""

    def enter(self, start, **vals):
        vehicle = self.make_vehicle(license_plate=False, is_bought_here=True)
        entry = self.env['insurance.ledger.entry'].with_user(self.clerk).create({
            'insurer_id': self.picc.id, 'vehicle_id': vehicle.id, 'issue_date': start, 'business_type': 'new',
            'compulsory_no': f'PDZA{vehicle.id}', 'compulsory_start': start, 'compulsory_premium': 950, **vals,
        })
        entry.action_register()
        return entry

    def remind(self):
        self.env['insurance.ledger.entry']._cron_remind_plates()
        return self.env['mail.activity'].search([
            ('activity_type_id', '=', self.env.ref('dealer_insurance.mail_activity_type_ledger_plate').id),
        ])

    def test_reminded_once_when_due(self):
        due = self.enter('2026-10-19')
        self.enter('2026-10-20')  # 29 days: not yet
        self.enter('2026-10-01', business_type='r_ren')
        plated = self.enter('2026-10-02')
        plated.vehicle_id.license_plate = '赣Z99999'
        activity = self.remind()
        self.assertEqual((activity.res_id, activity.user_id), (due.id, self.clerk))
        self.assertEqual(self.remind(), activity)

    def test_plate_closes_the_reminder(self):
        due = self.enter('2026-10-01')
        self.assertTrue(self.remind())
        due.vehicle_id.with_user(self.supervisor).license_plate = '赣Z88888'
        self.assertFalse(self.remind())
