from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceLedgerEntry(models.Model):
    """Where an entry meets the renewal desk: registering it wins the case, cancelling it takes that back (T7)."""

    _inherit = 'insurance.ledger.entry'

    renewal_id = fields.Many2one('insurance.renewal', string="Renewal Case", index='btree_not_null', readonly=True,
                                 copy=False, ondelete='restrict')

    @api.model
    def _is_guarded(self, field):
        return field.name == 'renewal_id' or super()._is_guarded(field)

    def _after_register(self):
        result = super()._after_register()
        self._link_renewals()
        for entry in self.filtered(lambda entry: entry.vehicle_count < 0):
            # sudo: the clerk who cancels a policy does not write cases; the case follows the ledger
            entry.origin_id.sudo().renewal_id._lose_entry(entry.origin_id, entry)
        return result

    def _link_renewals(self):
        """Bind new entries to the cases they renew, and win these."""
        waiting = self.filtered(lambda entry: entry.entry_type == 'policy' and entry.vehicle_count > 0)
        cases = waiting._get_renewal_cases()
        for entry, case in cases.items():
            # sudo: as above; the link is not chosen by hand
            super(InsuranceLedgerEntry, entry.sudo()).write({'renewal_id': case.id})
            case._win_with_entry(entry)

    def _get_renewal_cases(self):
        """Return `{entry: case}`: the case of the same car and store whose expiry the new policy follows."""
        # sudo: the clerk sees issuing and won cases only, yet the entry belongs to whichever case it renews
        found = self.env['insurance.renewal'].sudo().search(
            Domain('vehicle_id', 'in', self.vehicle_id.ids) & Domain('company_id', 'in', self.company_id.ids),
            order='reference_expiry desc, id desc',
        ) if self else self.env['insurance.renewal']
        by_car = found.grouped(lambda case: (case.vehicle_id.id, case.company_id.id))
        result = {}
        for entry in self.filtered('start_date'):
            grace = timedelta(days=entry.company_id.insurance_renewal_grace_days)
            for case in by_car.get((entry.vehicle_id.id, entry.company_id.id), ()):
                if abs(entry.start_date - case.reference_expiry) <= grace:
                    result[entry] = case
                    break
        return result

    def _is_prospect(self):
        # sudo: that there is a case tells that the renewal desk works on the car, nothing else
        domain = [('vehicle_id', '=', self.vehicle_id.id), ('company_id', '=', self.company_id.id)]
        return super()._is_prospect() or bool(
            self.vehicle_id and self.env['insurance.renewal'].sudo().search_count(domain, limit=1)
        )
