from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

LOOK_BACK = timedelta(days=365)  # an older new car without plate was forgotten long ago: nothing to remind of


class InsuranceLedgerEntry(models.Model):
    """New cars get their plates after the policy: the clerk is reminded of the endorsement (T16)."""

    _inherit = 'insurance.ledger.entry'

    @api.model
    def _cron_remind_plates(self):
        """Plan an activity for the clerk of each new car that is still without plates after the store's days."""
        activity_type = self.env.ref('dealer_insurance.mail_activity_type_ledger_plate')
        planned = []
        for company in self.env['res.company'].search([('insurance_plate_days', '>', 0)]):
            for entry in self._get_without_plate(company, activity_type):
                planned.append({
                    'res_model_id': self.env['ir.model']._get_id(self._name), 'res_id': entry.id,
                    'activity_type_id': activity_type.id, 'date_deadline': company._insurance_today(),
                    'user_id': (entry.clerk_id or entry.registered_by_id).id or self.env.uid,
                    'summary': entry.display_name, 'automated': True,
                })
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create(planned)
        return len(planned)

    @api.model
    def _get_without_plate(self, company, activity_type):
        """Return the registered new cars of a store whose plates are due and of which nobody was reminded."""
        limit = company._insurance_today() - timedelta(days=company.insurance_plate_days)
        return self.search(
            Domain('company_id', '=', company.id) & Domain('entry_type', '=', 'policy')
            & Domain('state', '=', 'registered') & Domain('business_type', '=', 'new')
            & Domain('vehicle_count', '>', 0)
            & Domain('start_date', '<=', limit) & Domain('start_date', '>', limit - LOOK_BACK)
            & Domain('vehicle_id', 'any', Domain('license_plate', 'in', (False, '')))
            & Domain('activity_ids', 'not any', [('activity_type_id', '=', activity_type.id)])
        )

    def _close_plate_reminders(self):
        # sudo: the reminder may be the clerk's, whoever enters the plate
        self.sudo().activity_feedback(
            ['dealer_insurance.mail_activity_type_ledger_plate'], feedback=self.env._("The plate is known now."),
        )
