from odoo import fields

from ..common import DealerInsuranceCase


class AccidentCase(DealerInsuranceCase):
    """Reports on the hotline of a store whose claims team leader reviews them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store.insurance_accident_reviewer_id = cls.leader
        cls.hotline2 = cls._make_user('hotline2', 'group_hotline_operator')
        cls.by_insurer = cls._get_reason('accident_source', 'INSURER')
        cls.by_customer = cls._get_reason('accident_source', 'CUSTOMER')

    @classmethod
    def prepare_accident(cls, when=None, **vals):
        """Return the values of a report at `when` (store wall clock; now by default) of an accident then."""
        moment = fields.Datetime.to_string(cls.utc(when) if when else fields.Datetime.now())
        if not {'plate', 'vin', 'vehicle_id'} & vals.keys():
            cls._serial += 1
            vals['plate'] = f'赣Z{cls._serial:05d}'
        return {
            'reported_on': moment, 'accident_on': moment, 'source_id': cls.by_customer.id, 'caller_name': "Caller",
            'caller_phone': '13900000001', 'place': "Tianhe Road", 'damage': "Front bumper", 'accident_type': 'two',
            'is_insurer_reminded': True, **vals,
        }

    @classmethod
    def make_accident(cls, user=None, when=None, **vals):
        """Return a report as the operator (or `user`) writes it down, in the superuser's env."""
        values = cls.prepare_accident(when, **vals)
        return cls.env['insurance.accident'].with_user(user or cls.hotline).create(values).sudo()

    @classmethod
    def make_contact(cls, accident, kind='reached', user=None, when=None, **vals):
        """Add a follow-up as the operator (or `user`) does."""
        moment = cls.utc(when) if when else fields.Datetime.now()
        if kind == 'returned':
            vals.setdefault('returned_on', moment)
        return cls.env['insurance.accident.contact'].with_user(user or cls.hotline).create({
            'accident_id': accident.id, 'kind': kind, 'contact_on': moment, 'content': "Said so", **vals,
        })

    @classmethod
    def give_up(cls, accident, code='PRICE', **vals):
        """Say that the car does not come."""
        reason = cls._get_reason('accident_not_returned', code)
        return cls.make_contact(accident, 'not_returned', reason_id=reason.id, **vals)

    def assertState(self, accident, state):
        self.assertEqual(accident.state, state)
