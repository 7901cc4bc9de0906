from odoo import api, models

from ..masterdata.insurance_import_handler_vehicle_apply import SILENT


class InsuranceImportRenewal(models.AbstractModel):
    """Writing the rows of a renewal base: people, cars, cases, each in one batch."""

    _inherit = 'insurance.import.renewal'

    @api.model
    def _apply(self, rows, importing):
        handler = self.with_context(**SILENT)
        data = [row.values for row in rows]
        company = importing.company_id
        vehicles = handler._find_vehicles(data)
        people = handler._find_case_people(data, vehicles, company)
        owners = [people[row['vin'], 'owner'] for row in data]
        vehicles = handler._write_vehicles(data, vehicles, owners, company)
        handler._write_cases(data, vehicles, people, importing)

    @api.model
    def _find_case_people(self, data, vehicles, company):
        """Return `{(VIN, role): partner}` for owner and insured of every row."""
        wanted = {}
        for row in data:
            owner = row.get('owner') or row['insured']
            wanted[row['vin'], 'owner'] = (row['vin'], owner, row.get('phone') or '', '')
            insured = row.get('insured') or owner
            phone = row.get('phone') or '' if insured == owner else ''
            wanted[row['vin'], 'insured'] = (row['vin'], insured, phone, '')
        people = self._resolve_people(wanted, vehicles, company)
        for row in data:
            self._update_phone(people[row['vin'], 'owner'], row.get('phone'))
        return people

    # === CASES === #

    @api.model
    def _write_cases(self, data, vehicles, people, importing):
        cases = self._find_cases(importing.company_id, data)
        new = []
        for row in data:
            values = self._prepare_case_values(row, vehicles, people)
            case = cases.get(row['vin'])
            if not case:
                new.append(self.env['insurance.renewal']._complete_new(dict(
                    values, company_id=importing.company_id.id, consent_ground=importing.consent_ground,
                )))
            elif case.is_open and case.import_digest != values['import_digest']:
                case.write(self._get_changes(case, values))
        self._create_many(self.env['insurance.renewal'], new, alike=('state',))

    @api.model
    def _get_changes(self, case, values):
        changed = {
            name: value
            for name, value in values.items()
            if case._fields[name].convert_to_write(case[name], case) != value
        }
        if case.specialist_id and changed.get('specialist_id'):
            changed.pop('specialist_id')  # who works on the case is decided in the system (R8)
        return changed

    @api.model
    def _prepare_case_values(self, row, vehicles, people):
        owner, insured = people[row['vin'], 'owner'], people[row['vin'], 'insured']
        values = {
            'vehicle_id': vehicles[row['vin']].id,
            'partner_id': owner.id,
            'insured_id': insured.id,
            'specialist_id': row.get('specialist_id'),
            'imported_class': row.get('customer_class'),
            'insurer_id': row.get('insurer_id'),
            'compulsory_no': row.get('compulsory_no'),
            'compulsory_expiry': row.get('compulsory_expiry'),
            'commercial_no': row.get('commercial_no'),
            'commercial_expiry': row.get('commercial_expiry'),
            'claim_count': row.get('claims'),
            'last_privilege': row.get('privilege'),
            'remark': row.get('remark'),
            'import_digest': self._digest(row),
            **{
                code: float(row[code])
                for code in ('compulsory_premium', 'commercial_premium', 'vehicle_tax')
                if row.get(code)
            },
        }
        fields = self.env['insurance.renewal']._fields
        return {
            name: fields[name].to_date(value) if fields[name].type == 'date' else value
            for name, value in values.items()
            if value is not None
        }
