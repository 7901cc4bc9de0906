from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from ...lib.weeks import local_datetime
from ..common import PNG, DealerInsuranceCase


@tagged('post_install', '-at_install')
class TestWeeklyReviewTour(DealerInsuranceCase, HttpCase):
    """A supervisor reviews and signs a week by keyboard, in a browser."""

    freeze_time = None  # the browser lives in the present: the lines are those of last week

    def setUp(self):
        super().setUp()
        monday = local_datetime(fields.Datetime.now(), 'Asia/Shanghai').date()
        self.monday = monday - timedelta(days=monday.weekday() + 7)
        self.supervisor.with_user(self.supervisor).insurance_signature = PNG

    def log(self, specialist, offset, time, content):
        moment = f'{self.monday + timedelta(days=offset)} {time}'
        expiry = self.monday + timedelta(days=45)
        with self.at(moment):
            return self.make_contact(
                self.make_case(specialist, expiry), content=content, next_date=self.monday + timedelta(days=12)
            ).with_env(self.env)

    def test_review_by_keyboard(self):
        lines = self.log(self.specialist, 0, '09:30', "Asked for a quote with a higher third-party limit")
        lines |= self.log(self.specialist, 1, '10:15', "已跟进，继续跟进")
        lines |= self.log(self.specialist, 2, '11:00', "Comes to the store on Saturday to sign")
        other = self.log(self.specialist2, 3, '14:00', "Compares with the insurer of a relative")
        page = lines.page_id
        self.start_tour('/odoo/insurance-review', 'dealer_insurance_weekly_review', login=self.supervisor.login)
        self.assertEqual((page.state, page.signed_by_id), ('signed', self.supervisor))
        self.assertEqual(lines.mapped('review_state'), ['accepted', 'accepted', 'accepted'])
        self.assertFalse(lines[1].review_note)  # the rejection was taken back
        self.assertEqual(lines[2].review_note, "Well prepared")
        self.assertEqual([answer for _question, answer in page.signature_id.answers], [True, True, False])
        self.assertEqual(page.signature_id.remark, "Train the script")
        self.assertEqual(other.page_id.state, 'signed')

    def test_nothing_to_sign(self):
        self.start_tour('/odoo/insurance-review', 'dealer_insurance_weekly_review_empty', login=self.supervisor.login)
