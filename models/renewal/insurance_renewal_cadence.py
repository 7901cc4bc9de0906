from datetime import timedelta

from odoo import api, fields, models

from ...lib.cadence import move_earlier, next_milestone
from .insurance_renewal import CLOSED


class InsuranceRenewal(models.Model):
    """When a case is contacted next, and what is due about it."""

    _inherit = 'insurance.renewal'

    task_ids = fields.One2many('insurance.renewal.task', 'renewal_id', string="Due Contacts", readonly=True)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        # sudo: what is due follows from the case; no role writes it
        self.env['insurance.renewal.task'].sudo()._plan_first(cases.filtered('specialist_id'))
        return cases

    def write(self, vals):
        was_open = self.filtered(lambda case: case.active and case.is_open)
        moved, expiries = self.browse(), {}
        if {'commercial_expiry', 'compulsory_expiry'} & vals.keys():
            expiries = {case: case.reference_expiry for case in self}
        if 'specialist_id' in vals:
            moved = self.filtered(lambda case: case.specialist_id.id != vals['specialist_id'])
        result = super().write(vals)
        Task = self.env['insurance.renewal.task'].sudo()  # sudo: as above
        if {'state', 'active', 'specialist_id'} & vals.keys():
            Task._drop_pending(was_open.filtered(lambda case: case._is_idle()))
        if moved:
            Task._hand_over(moved.filtered(lambda case: not case._is_idle()))
        Task._move_first(self.filtered(
            lambda case: case in expiries and case.reference_expiry != expiries[case] and not case._is_idle()
        ))
        return result

    def _is_idle(self):
        """Tell whether nobody is to contact the customer about this case."""
        self.ensure_one()
        return not self.active or self.state in CLOSED or not self.specialist_id

    # === NEXT CONTACT === #

    def _propose_next_date(self, intention=False):
        """Return the next contact to propose (date), or False where the case is not followed up any longer.

        It is the next milestone of the case's set after today; after the last one, the store's usual days later.
        Days on which the store does not work are avoided, by an earlier date where there is one.

        :param intention: what the customer says now, if anything; otherwise what is known of him
        """
        self.ensure_one()
        company = self.company_id
        today = company._insurance_today()
        latest = self.reference_expiry + timedelta(days=company.insurance_renewal_grace_days)
        usual = today + timedelta(days=company.insurance_next_contact_days)
        plans = self.env['insurance.renewal.milestone']._get_plans(company)
        plan = plans[company.id, self.customer_class, intention or self.intention]
        horizon = max(usual, today, *(self.reference_expiry - timedelta(days=days) for days in plan))
        working = company._insurance_working_days(today - timedelta(days=30), horizon + timedelta(days=14))
        day = next_milestone(self.reference_expiry, plan, today, working)
        if not day:
            day = move_earlier(usual, working, after=today)
        day = min(day, latest)
        return day if day > today else False
