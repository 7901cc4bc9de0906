from odoo import api, fields, models

from ..masterdata.insurance_import_handler_vehicle_apply import SILENT


class InsuranceImportAccident(models.AbstractModel):
    """Writing the rows of the hotline's workbook: reports first, then what became of them, each in one batch."""

    _inherit = 'insurance.import.accident'

    @api.model
    def _apply(self, rows, importing):
        company = importing.company_id
        data = [row.values for row in rows]
        Accident = self.env['insurance.accident'].with_context(**SILENT)
        on_file = self._find_on_file(data, company)
        known, new = [], []
        for row in data:
            (known if self._get_key(row) in on_file else new).append(row)
        cars = Accident._find_vehicles([(row.get('plate'), row.get('vin')) for row in new])
        created = Accident.create([
            self._prepare_accident(row, cars.get((row.get('plate'), row.get('vin'))), company) for row in new
        ])
        pairs = list(zip(created, new, strict=True)) + [(on_file[self._get_key(row)], row) for row in known]
        self._add_outcomes(pairs, company)

    @api.model
    def _prepare_accident(self, row, vehicle, company):
        moments = {name: self._to_utc(row.get(code), company) for name, code in (
            ('reported_on', 'report_time'), ('accident_on', 'accident_time'), ('expected_on', 'expected_time'))}
        texts = {name: row.get(code) or False for name, code in (
            ('caller_name', 'caller'), ('caller_relation', 'relation'), ('caller_phone', 'phone'), ('plate', 'plate'),
            ('vin', 'vin'), ('vehicle_text', 'model'), ('insurer_id', 'insurer_id'), ('report_no', 'report_no'),
            ('policy_no_compulsory', 'compulsory_no'), ('policy_no_commercial', 'commercial_no'), ('place', 'place'),
            ('accident_type', 'accident_type'), ('liability', 'liability'), ('damage', 'damage'),
            ('surveyor_name', 'surveyor'), ('surveyor_phone', 'surveyor_phone'), ('pickup_way', 'pickup'),
            ('remark', 'remark'), ('source_id', 'source_id'), ('operator_id', 'operator_id'),
            ('operator_name', 'operator'))}
        return {
            **moments, **texts, 'company_id': company.id, 'vehicle_id': vehicle.id if vehicle else False,
            'is_injury': row.get('injury', False), 'is_drivable': row.get('drivable', True),
            'is_police_called': row.get('police', False), 'needs_tow': row.get('tow', False),
            'is_insurer_reminded': row.get('reminded', False), 'import_digest': self._digest(row),
        }

    @api.model
    def _add_outcomes(self, pairs, company):
        """Add what the rows say about the return as follow-ups, entered now and not counted as talks."""
        outcomes = []
        for accident, row in pairs:
            if not row.get('outcome') or not self._adds_outcome(accident, row):
                continue
            moment = self._to_utc(row.get('return_time'), company)
            outcomes.append({
                'accident_id': accident.id, 'kind': row['outcome'], 'is_automatic': True,
                'contact_on': moment or fields.Datetime.now(), 'returned_on': moment,
                'reason_id': row.get('reason_id', False) if row['outcome'] == 'not_returned' else False,
                'content': row.get('reason_text') or self.env._("As written in the workbook."),
            })
        if outcomes:
            self.env['insurance.accident.contact'].check_access('create')
            # sudo: that an entry came by itself is written by no user, see `_guarded_fields`
            self.env['insurance.accident.contact'].sudo().create(outcomes)
