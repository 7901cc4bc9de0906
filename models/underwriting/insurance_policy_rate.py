from odoo import models


class InsurancePolicy(models.Model):
    """The commission rate of a policy, kept as it was on the day of issue (T10)."""

    _inherit = 'insurance.policy'

    def _get_rate(self):
        """Return rate and basis of this policy, as its endorsements and cancellation take them over."""
        self.ensure_one()
        return {
            'rate_line_id': self.rate_line_id.id, 'commission_rate': self.commission_rate,
            'commission_basis': self.commission_basis, 'vat_rate': self.vat_rate,
            'rate_note': self.env._("Rate of the original policy: %(ground)s", ground=self.rate_note or ''),
        }

    def _set_rate(self, values):
        """Write the rate where it differs; only in sudo, rates are not typed."""
        for policy in self:
            current = policy._get_rate()
            changed = {
                name: value for name, value in values.items()
                if value != (policy.rate_note if name == 'rate_note' else current[name])
            }
            if changed:
                policy.write(changed)
