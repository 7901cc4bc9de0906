from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...lib import identifiers
from .insurance_accident_outcome import OPEN_STATES


class InsuranceAccident(models.Model):
    """The return of the car: who may say what about it, and the car that closes its reports by arriving (R45)."""

    _inherit = 'insurance.accident'

    def _check_access_to_follow_up(self):
        """Refuse entries on reports that the user does not see, or that stand for another one."""
        self.check_access('read')
        # sudo: where the report went is told, also when it went into a colleague's book
        for accident in self.sudo():
            later = accident.correction_ids[:1]
            if later:
                raise UserError(self.env._(
                    "%(accident)s was corrected by %(other)s: enter it there.",
                    accident=accident.display_name, other=later.display_name,
                ))

    @api.model
    def _get_open(self, company, vehicle):
        """Return the open reports of the car in the store, the earliest first."""
        return self.search([
            ('company_id', '=', company.id), ('vehicle_id', '=', vehicle.id), ('state', 'in', OPEN_STATES),
        ], order='reported_on, id')

    @api.model
    def _get_returned(self, company, vehicle, moment):
        """Return the reports of the car closed as returned in the days before `moment`, the last one first."""
        return self.search([
            ('company_id', '=', company.id), ('vehicle_id', '=', vehicle.id), ('state', '=', 'returned'),
            ('returned_on', '>', moment - timedelta(days=company.insurance_accident_return_days)),
            ('returned_on', '<=', moment),
        ], order='returned_on desc, id desc')

    @api.model
    def _note_arrival(self, company, vehicle, moment, record):
        """Close what is open about a car that has arrived; called in sudo by who opens a claim or a visit (R45).

        Reports that were given up within the days in which a return counts are closed as returned, too. Called
        again for the same record it changes nothing.

        :param company: the store at which the car arrived
        :param vehicle: the car, one record of fleet.vehicle
        :param moment: when (datetime in UTC)
        :param record: what was opened for it; the report keeps model and id
        :return: the reports that are returned by it, those closed before by the same record included
        """
        accidents = self._find_awaited(company, vehicle, moment)
        done = self.env['insurance.accident.contact'].search([
            ('record_model', '=', record._name), ('record_id', '=', record.id), ('kind', '=', 'returned'),
            ('company_id', '=', company.id), ('returned_on', '=', moment),
        ]).accident_id
        accidents -= done
        unknown = accidents.filtered(lambda accident: not accident.vehicle_id)
        if unknown:
            unknown.write({'vehicle_id': vehicle.id})
        self.env['insurance.accident.contact'].create([{
            'accident_id': accident.id, 'kind': 'returned', 'contact_on': moment, 'returned_on': moment,
            'record_model': record._name, 'record_id': record.id, 'is_automatic': True,
            'content': self.env._("The car has come: %(record)s", record=record.display_name or ''),
        } for accident in accidents])
        accidents._close_activities()
        return accidents | done

    @api.model
    def _find_awaited(self, company, vehicle, moment):
        """Return the reports that the arrival of the car answers, also those that name it but were never linked."""
        plate, vin = vehicle.license_plate, vehicle.vin_sn
        named = Domain.OR(
            Domain('vehicle_id', '=', False) & Domain(name, '=', value)
            for name, value in (('plate', plate), ('vin', vin)) if value
        ) if plate or vin else Domain.FALSE
        recent = moment - timedelta(days=company.insurance_accident_return_days)
        state = Domain('state', 'in', OPEN_STATES) | (
            Domain('state', '=', 'not_returned') & Domain('reported_on', '>=', recent))
        return self.search(
            Domain('company_id', '=', company.id) & (Domain('vehicle_id', '=', vehicle.id) | named) & state,
            order='reported_on, id',
        )

    def _close_activities(self):
        """Take back the reminders of reports that need nobody any more."""
        # sudo: the reminders are the leader's and the manager's, whoever ends their cause
        self.sudo().activity_ids.unlink()

    @api.model
    def _clean_identity(self, vals):
        """Return `vals` with plate and VIN written the one way in which they are compared."""
        cleaners = {'plate': identifiers.normalise_plate, 'vin': identifiers.normalise_vin}
        cleaned = {name: clean(vals[name]) or False for name, clean in cleaners.items() if vals.get(name)}
        return dict(vals, **cleaned) if cleaned else vals

    @api.model_create_multi
    def create(self, vals_list):
        cleaned = [self._clean_identity(vals) for vals in vals_list]
        return super().create([vals if 'vehicle_id' in vals and not vals.get('vehicle_id') else self._identify(vals)
                               for vals in cleaned])

    def write(self, vals):
        vals = self._clean_identity(vals)
        if 'vehicle_id' in vals and not self.env.su:
            for accident in self:
                if accident.is_frozen and accident.vehicle_id and vals['vehicle_id'] != accident.vehicle_id.id:
                    raise AccessError(accident._frozen_error_message())
        return super().write(vals)
