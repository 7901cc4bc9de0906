from odoo import models


class InsuranceRenewalContact(models.Model):
    """The reviewer sees where a case was lost because we came too late (T29)."""

    _inherit = 'insurance.renewal.contact'

    def _get_content_flags(self):
        flags = super()._get_content_flags()
        case = self.renewal_id.sudo()  # sudo: a delegate reviews lines of cases he does not otherwise see
        if case.is_late_discovery and case.lost_contact_id == self:
            flags.append(self._flag('late_discovery', self.env._("Found out late: first contact too late"), 'danger'))
        return flags
