from odoo import api, models
from odoo.fields import Domain

FIELDS = frozenset({
    'vehicle_id', 'insurer_id', 'policy_no_compulsory', 'policy_no_commercial', 'accident_on', 'case_nature',
})


class InsuranceAccident(models.Model):
    """A reported car that is insured with a cooperating insurer, but not through us: food for the crossing (c)."""

    _inherit = 'insurance.accident'

    @api.model_create_multi
    def create(self, vals_list):
        accidents = super().create(vals_list)
        accidents._feed_sightings()
        return accidents

    def write(self, vals):
        result = super().write(vals)
        if FIELDS & vals.keys():
            self._feed_sightings()
        return result

    def _feed_sightings(self):
        """Note which policies were seen; what is ours after all, or no car of ours, is taken back."""
        # sudo: findings and agreements are not the hotline's; it only reports what it sees
        Sighting = self.env['insurance.diversion.sighting'].sudo()
        accidents = self.sudo()
        periods = self.env['insurance.insurer.agreement']._get_periods(accidents.company_id)
        ours = accidents._find_ours()
        for accident in accidents:
            day = accident._get_day()
            running = periods.get((accident.company_id, accident.insurer_id), ())
            is_theirs = any(first <= day <= last for first, last in running) and accident not in ours
            Sighting._note_sighting(
                accident.company_id, accident.vehicle_id if is_theirs else accident.vehicle_id.browse(),
                accident.insurer_id, policy_no=accident.policy_no_commercial or accident.policy_no_compulsory,
                seen_on=accident.reported_on, source=accident,
            )

    def _get_day(self):
        """Return the store's day of the accident."""
        return self.company_id._insurance_local(self.accident_on or self.reported_on).date()

    def _find_ours(self):
        """Return the reports whose policy is in our ledger: in force that day with that insurer, or by its number.

        A third party's car does not tell where it should have been insured with us, and counts as ours.
        """
        ours = self.filtered(lambda one: one.case_nature == 'third_party')
        known = self - ours
        if not known:
            return ours
        numbers = {number for one in known for number in (one.policy_no_commercial, one.policy_no_compulsory) if number}
        policies = self.env['insurance.policy'].search(
            Domain('entry_type', '=', 'policy') & Domain('entry_id.state', '!=', 'draft')
            & (Domain('vehicle_id', 'in', known.vehicle_id.ids) | Domain('policy_no', 'in', list(numbers))))
        for accident in known:
            day, mine = accident._get_day(), {accident.policy_no_commercial, accident.policy_no_compulsory}
            if any(policy.insurer_id == accident.insurer_id and (
                policy.policy_no in mine or policy.vehicle_id == accident.vehicle_id and policy.start_date
                and policy.start_date <= day <= policy.end_date
            ) for policy in policies if policy.company_id == accident.company_id):
                ours |= accident
        return ours
