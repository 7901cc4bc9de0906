from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib import identifiers


class InsuranceDiversionSighting(models.Model):
    """A car was seen with a policy of an insurer: in an accident report, a claim, the workshop (T14).

    A feed, no finding: other rooms note what they see, the crossings decide whether it is of interest. One row for
    each record that saw it, following that record.
    """

    _name = 'insurance.diversion.sighting'
    _description = "Car Seen with a Policy"
    _inherit = ['insurance.guard']
    _order = 'seen_on desc, id desc'
    _rec_name = 'source_name'

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, ondelete='cascade')
    active = fields.Boolean(default=True, help="Off: the record that saw it does not name car and insurer any more.")
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, index=True, ondelete='cascade')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, ondelete='restrict')
    policy_no = fields.Char(string="Policy No.", index='btree_not_null')
    start_date = fields.Date(string="From")
    issue_date = fields.Date(string="Issued")
    seen_on = fields.Date(string="Seen on", required=True)
    source_model = fields.Char(required=True, export_string_translation=False)
    source_id = fields.Integer(required=True, aggregator=None, export_string_translation=False)
    source_name = fields.Char(string="Seen in")

    _source_uniq = models.UniqueIndex("(source_model, source_id)", "What this record saw is noted already.")
    _company_seen_idx = models.Index("(company_id, seen_on DESC) WHERE active")

    @api.model
    def _is_guarded(self, field):
        """Everything: other rooms note what they see, nobody writes it by hand."""
        return True

    @api.model
    def _note_sighting(self, company, vehicle, insurer, policy_no=None, start_date=None, issue_date=None,
                       seen_on=None, source=None):
        """Note that `vehicle` was seen with a policy of `insurer`; in sudo, by whichever room saw it.

        Never refuses: what cannot be used is left out, so that no accident report or claim fails for it. A record
        notes one sighting; noting it again replaces what it said before, and without car or insurer takes it back.

        :param company: the store, `res.company`
        :param vehicle: `fleet.vehicle`; empty when not known
        :param insurer: `res.partner`; empty when not known
        :param str policy_no: as written
        :param start_date: first day of the policy (date or text)
        :param issue_date: day of its issue
        :param seen_on: day (or UTC moment) of the sighting; the store's today when left out
        :param source: the record that saw it; without one nothing is noted
        :return: the sighting, maybe none
        """
        if not source or len(source) != 1 or not isinstance(source.id, int):
            return self.browse()
        if not (company and vehicle and insurer) or max(map(len, (company, vehicle, insurer))) > 1:
            return self._take_back(source)
        values = {
            'company_id': company.id, 'vehicle_id': vehicle.id, 'insurer_id': insurer.id,
            'policy_no': identifiers.normalise_policy_no(policy_no) or None,
            'start_date': self._as_day(company, start_date), 'issue_date': self._as_day(company, issue_date),
            'seen_on': self._as_day(company, seen_on) or company._insurance_today(),
            # sudo: its name, also where the room that calls reads less of it
            'source_model': source._name, 'source_id': source.id, 'source_name': source.sudo().display_name or None,
            'active': True,
        }
        return self._put(values)

    @api.model
    def _put(self, values):
        """Insert or replace the sighting of a record; two at once do not get in each other's way."""
        names = [SQL.identifier(name) for name in values]
        self.flush_model()
        (found,), = self.env.execute_query(SQL(
            """
            INSERT INTO insurance_diversion_sighting AS sighting
                   (%(names)s, create_uid, write_uid, create_date, write_date)
            VALUES (%(values)s, %(user)s, %(user)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                ON CONFLICT (source_model, source_id) DO UPDATE SET %(written)s, write_date = excluded.write_date
            RETURNING sighting.id
            """,
            names=SQL(", ").join(names), user=self.env.uid,
            values=SQL(", ").join(SQL("%s", value) for value in values.values()),
            written=SQL(", ").join(SQL("%s = excluded.%s", name, name) for name in names),
        ))
        sighting = self.browse(found)
        sighting.invalidate_recordset()
        return sighting

    @api.model
    def _take_back(self, source):
        """Archive what `source` noted before: it does not name a car with an insurer any more."""
        self.search([
            ('source_model', '=', source._name), ('source_id', '=', source.id)]).active = False
        return self.browse()

    @api.model
    def _as_day(self, company, value):
        """Return a day (date) of what other rooms hold: a date, a UTC moment or text; None where it is neither."""
        if isinstance(value, datetime):
            return company._insurance_local(value).date()
        try:
            return fields.Date.to_date(value) or None
        except (ValueError, TypeError):
            return None

    def action_open_source(self):
        """Open the record that saw the car, with the rights of who asks."""
        self.ensure_one()
        self.check_access('read')
        sighting = self.sudo()  # sudo: what it points at; reading it is checked below
        Model = self.env.get(sighting.source_model)
        record = Model.browse(sighting.source_id).exists() if Model is not None else None
        if not record:
            raise UserError(self.env._("%(record)s does not exist any more.", record=sighting.source_name))
        if not record.has_access('read'):
            raise UserError(self.env._("%(record)s: your role does not read it (%(kind)s). Ask the general manager.",
                                       record=sighting.source_name, kind=record._description))
        return {
            'type': 'ir.actions.act_window', 'res_model': record._name, 'res_id': record.id, 'view_mode': 'form',
            'views': [(False, 'form')], 'name': record.display_name,
        }
