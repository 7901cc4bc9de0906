from odoo import api, fields, models


class InsuranceClaim(models.Model):
    """What a claim tells other rooms, and how it came: the hotline's report, policies seen, injury cases (T14, T43)."""

    _inherit = 'insurance.claim'

    accident_id = fields.Many2one('insurance.accident', string="Hotline Report", index='btree_not_null',
                                  ondelete='restrict', check_company=True, tracking=True,
                                  domain="[('vehicle_id', '=', vehicle_id), ('company_id', '=', company_id)]",
                                  help="Empty for a car that came without a call (R44).")
    arrival = fields.Selection([('reported', "Reported to the Hotline"), ('walk_in', "Came without a Call")],
                               string="How it came", compute='_compute_arrival', store=True)

    @api.depends('accident_id')
    def _compute_arrival(self):
        for claim in self:
            claim.arrival = 'reported' if claim.accident_id else 'walk_in'

    def _after_dispatch(self):
        result = super()._after_dispatch()
        for claim in self.sudo():  # sudo: reports and sightings are other rooms', which keep them by these methods
            reports = claim.env['insurance.accident']._note_arrival(
                claim.company_id, claim.vehicle_id, claim.entered_on, claim)
            if not claim.accident_id:
                claim.accident_id = reports[:1] or claim._find_returned_report()
            claim._note_sighting()
        return result

    def _find_returned_report(self):
        """Return the report of the car that the reception closed by hand before the claim; called in sudo."""
        self.ensure_one()
        reports = self.env['insurance.accident']._get_returned(self.company_id, self.vehicle_id, self.entered_on)
        return reports.filtered(lambda report: not report.claim_ids)[:1]

    def _note_sighting(self):
        """Tell the settlement room of a policy of this car that our ledger does not have; called in sudo."""
        self.ensure_one()
        unknown = self.policy_ids.filtered(lambda row: row.side == 'own' and row.insurer_id and not row.policy_id)
        row = unknown.sorted('product')[:1]
        self.env['insurance.diversion.sighting']._note_sighting(
            self.company_id, self.vehicle_id if row else self.env['fleet.vehicle'], row.insurer_id,
            policy_no=row.policy_no or None, start_date=row.start_date or None,
            seen_on=self.dispatched_on, source=self,
        )
