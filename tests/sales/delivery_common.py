from datetime import date

from ..common import DealerInsuranceCase


class DeliveryCase(DealerInsuranceCase):
    """Deliveries as the consultant and the clerk make them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant2 = cls._make_user('consultant2', 'group_sales_consultant')
        cls.relative = cls._get_reason('delivery_uninsured', 'RELATIVE')
        cls.withdrew = cls._get_reason('delivery_returned', 'CUSTOMER')

    @classmethod
    def register(cls, day='2026-11-10', user=None, **vals):
        """Return the delivery of a new car as its consultant registers it, in the consultant's env."""
        vehicle = vals.pop('vehicle', None) or cls.make_vehicle(license_plate=False)
        return cls.env['insurance.delivery'].with_user(user or cls.consultant).create({
            'vehicle_id': vehicle.id, 'delivery_date': day, **vals,
        })

    @classmethod
    def deliver(cls, day='2026-11-10', user=None, **vals):
        """Return the delivery of a car that was handed over, in the consultant's env."""
        delivery = cls.register(day, user, **vals)
        delivery.action_deliver()
        return delivery

    @classmethod
    def insure(cls, delivery, *products, day='2026-11-09', **vals):
        """Return an entry with a policy per product, by default a commercial one, issued for the car on `day`."""
        policies = [cls.prepare_policy(product, 1000, day) for product in products or ('commercial',)]
        return cls.make_entry(*policies, vehicle_id=delivery.sudo().vehicle_id.id, issue_date=day, **vals)

    @classmethod
    def take_back(cls, delivery, day=date(2026, 11, 15), user=None):
        """Take the car back through the dialog, as the clerk."""
        wizard = cls.env['insurance.delivery.return'].with_user(user or cls.clerk).create({
            'delivery_ids': delivery.ids, 'returned_on': day, 'reason_id': cls.withdrew.id, 'note': "Loan refused",
        })
        return wizard.action_confirm()
