from odoo.tests import HttpCase, tagged

from .diversion_common import DiversionCase


@tagged('post_install', '-at_install')
class TestInsuranceDiversionTour(DiversionCase, HttpCase):
    """Finance works a finding in a browser."""

    freeze_time = None  # the browser lives in the present

    def test_finance(self):
        self.state_unknown(self.make_vehicle())
        self.look()
        self.start_tour('/odoo/insurance-diversions', 'dealer_insurance_finding_finance', login=self.finance.login)
        finding = self.find('statement')
        self.assertEqual((finding.state, finding.worked_by_id, finding.reason_id),
                         ('explained', self.finance, self.explained))
