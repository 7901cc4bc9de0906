from odoo.exceptions import AccessError

from .lost_common import LostCase


class TestInsuranceRenewalLost(LostCase):
    """Found out late (T29): already insured elsewhere, and our first contact came too late to prevent it."""

    def lose(self, expiry, *whens, reason=None):
        """Return the case, contacted at `whens` and lost with the last of them."""
        case = self.make_case(self.specialist, expiry)
        for when in whens[:-1]:
            self.make_contact(case, when=when)
        reason = reason or self.already
        self.make_lost(case, when=whens[-1], lost_reason_id=reason.id, lost_insurer_id=self.cpic.id, lost_price=3000,
                       lost_known_on='2026-11-10')
        return case

    def test_boundary(self):
        for first, late in (('2026-11-05 23:59', False), ('2026-11-06 00:00', True)):  # 15 days before the 20th
            with self.subTest(first=first):
                self.assertEqual(self.lose('2026-11-20', first).is_late_discovery, late)

    def test_first_contact_counts(self):
        case = self.lose('2026-11-20', '2026-10-20 10:00', '2026-11-15 10:00')
        self.assertFalse(case.is_late_discovery)

    def test_other_reasons(self):
        self.assertFalse(self.lose('2026-11-20', '2026-11-15 10:00', reason=self.price).is_late_discovery)

    def test_setting(self):
        self.store.insurance_late_contact_days = 5
        self.assertFalse(self.lose('2026-11-20', '2026-11-15 10:00').is_late_discovery)
        self.assertTrue(self.lose('2026-11-19', '2026-11-15 10:00').is_late_discovery)

    def test_won_back(self):
        case = self.lose('2026-11-20', '2026-11-15 10:00')
        self.make_contact(case, self.supervisor, when='2026-11-17 10:00', kind='win_back')
        self.assertFalse(case.is_late_discovery)

    def test_reviewer_sees_it(self):
        lines = self.late.with_user(self.supervisor) | self.by_service.with_user(self.supervisor)
        flags = lines._get_review_flags()
        codes = {line: {flag['code'] for flag in flags[line.id]} for line in lines}
        self.assertIn('late_discovery', codes[self.late])
        self.assertNotIn('late_discovery', codes[self.by_service])

    def test_specialist_cannot_clear_it(self):
        case = self.lose('2026-11-20', '2026-11-15 10:00')
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, case, 'write', {'is_late_discovery': False})
