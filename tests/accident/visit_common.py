from odoo import fields

from ..common import DealerInsuranceCase


class LostVisitCase(DealerInsuranceCase):
    """Cars that came and left, entered by advisors and reviewed by the claims team leader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advisor2 = cls._make_user('advisor2', 'group_service_advisor')
        cls.store.insurance_accident_reviewer_id = cls.leader
        cls.car = cls.make_vehicle()

    @classmethod
    def prepare_visit(cls, code='A_ASK', when=None, **vals):
        """Return the values of a visit at `when` (store wall clock; now by default) for the reason `code`."""
        values = {
            'arrived_on': fields.Datetime.to_string(cls.utc(when) if when else fields.Datetime.now()),
            'vehicle_id': cls.car.id, 'insurer_id': cls.picc.id, 'damage': "Front bumper and right lamp broken",
            'own_estimate': 6500, 'reason_id': cls._get_reason('visit_lost', code).id, 'advisor_id': cls.advisor.id,
            'content': "Wants to compare with another workshop before he decides",
        }
        if code in ('A_ASK', 'A_ASSESS', 'F_SELFPAY'):
            day = cls.store._insurance_local(fields.Datetime.to_datetime(values['arrived_on'])).date()
            values['next_date'] = fields.Date.to_string(fields.Date.add(day, days=3))
        if code == 'C_LOWLOSS':
            values.update(insurer_amount=3800, assessor="Assessor Wang")
        if code == 'Z_OTHER':
            values['reason_detail'] = "Parking lot was full"
        return {**values, **vals}

    @classmethod
    def make_visit(cls, code='A_ASK', user=None, when=None, **vals):
        """Enter a visit as `user`, by default the advisor; returned in the superuser's env."""
        visit = cls.env['insurance.lost.visit'].with_user(user or cls.advisor).create(
            cls.prepare_visit(code, when, **vals))
        return visit.sudo()

    @classmethod
    def follow(cls, visit, outcome='continue', user=None, **vals):
        return cls.env['insurance.lost.visit.contact'].with_user(user or cls.advisor).create({
            'visit_id': visit.id, 'outcome': outcome, 'content': "Called him, he still compares", **vals})

    @classmethod
    def improve(cls, visit, user=None, **vals):
        """Let the leader enter what is improved, by whom and until when."""
        visit.with_user(user or cls.leader).write({
            'improvement': "Send the estimate to the insurer's claims manager the same day",
            'responsible_id': cls.leader.id, 'improvement_due': '2026-11-30', **vals})

    @classmethod
    def sign_visit(cls, visit, user=None):
        with cls.at('2026-11-23 09:00'):
            cls.sign(visit.page_id, user or cls.leader)
        cls.env.invalidate_all()
