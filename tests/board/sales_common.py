from datetime import date

from ..common import DealerInsuranceCase

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


class SalesKpiCase(DealerInsuranceCase):
    """A showroom of two consultants: cars handed over, what was issued for them, and the figures of both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant2 = cls._make_user('consultant2', 'group_sales_consultant')

    @classmethod
    def make_car(cls, day='2026-10-15', consultant=None, source='RETAIL', **vals):
        """Return a delivery of a new car handed over on `day`, by the consultant of the store."""
        vehicle = vals.pop('vehicle', None) or cls.make_vehicle(license_plate=False)
        return cls.env['insurance.delivery'].create({
            'company_id': cls.store.id, 'vehicle_id': vehicle.id, 'delivery_date': day, 'state': 'delivered',
            'consultant_id': (consultant or cls.consultant).id,
            'business_source_id': cls._get_reason('delivery_source', source).id, **vals,
        })

    @classmethod
    def insure(cls, delivery, *products, day='2026-10-15', **vals):
        """Return a registered entry for the car issued on `day`, by default with a commercial policy alone.

        :param products: products, or dicts as of `prepare_policy`
        """
        policies = [
            product if isinstance(product, dict) else cls.prepare_policy(product, 1000, day)
            for product in products or ('commercial',)
        ]
        return cls.make_entry(*policies, vehicle_id=delivery.vehicle_id.id, issue_date=day, **vals)

    def get_values(self, code, days=OCTOBER, user=None, by=False, store=None):
        """Return the figure of the store as `user` (the supervisor), or with `by` `{user id or False: figure}`."""
        rows = self.env['insurance.kpi'].with_user(user or self.supervisor)._get_values(
            store or self.store, *days, by_specialist=by, codes=[code])[code]
        if by:
            return {key[1]: value for key, value in rows.items()}
        return rows.get(((store or self.store).id, False))

    def get_rows(self, code, part, days=OCTOBER, user=None):
        """Return the records behind a figure."""
        model, domain = self.env['insurance.kpi']._get_rows_domain(code, part, self.store, *days, user)
        return self.env[model].search(domain)
