from datetime import date

from ..common import DealerInsuranceCase

NOVEMBER = date(2026, 11, 1)


class LostCase(DealerInsuranceCase):
    """A specialist with five cases lost in November: three by price, one with a gap, one found out late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls._get_reason('renewal_lost', 'PRICE')
        cls.already = cls._get_reason('renewal_lost', 'ALREADY')
        cls.service = cls._get_reason('renewal_lost', 'SERVICE')
        quoted = cls.make_case(cls.specialist)
        cls.make_contact(quoted, when='2026-11-09 10:00', quote_commercial=3100, quote_compulsory=950)
        cls.make_contact(quoted, when='2026-11-10 10:00', quote_commercial=2900, quote_compulsory=950, quote_tax=420)
        cls.by_price = [cls.make_lost(quoted, when='2026-11-11 10:00', lost_price=3500)]
        cls.by_price += [cls.make_lost(cls.make_case(cls.specialist), when='2026-11-12 10:00') for _index in range(2)]
        cls.late = cls.make_lost(
            cls.make_case(cls.specialist, '2026-11-25'), when='2026-11-13 10:00', lost_reason_id=cls.already.id,
            lost_insurer_id=cls.cpic.id, lost_price=0, lost_known_on='2026-11-13',
        )
        cls.by_service = cls.make_lost(
            cls.make_case(cls.specialist), when='2026-11-14 10:00', lost_reason_id=cls.service.id,
            lost_detail="Front desk", lost_insurer_id=False, lost_price=0,
        )

    @classmethod
    def draft(cls, month=NOVEMBER, company=None):
        return cls.env['insurance.renewal.report']._draft(company or cls.store, month)

    @classmethod
    def write_summary(cls, report, **vals):
        """Write analysis and measures as the author and return the summary in the author's env."""
        report = report.with_user(report.specialist_id)
        report.write({
            'analysis': "Telesales of PAIC undercut us by a few hundred in the third week",
            'measures': "Call 45 days before expiry and show the cover side by side", **vals,
        })
        return report
