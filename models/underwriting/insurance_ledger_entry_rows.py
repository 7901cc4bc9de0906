import json
from uuid import uuid4

from odoo import api, models
from odoo.tools import SQL

BATCH = 2000  # rows fetched in one go
POLICY_COLUMNS = {
    'no': 'policy_no', 'application': 'application_no', 'start': 'start_date', 'end': 'end_date',
}  # of each kind, under names that begin with the kind
COMPULSORY_COLUMNS = {'compulsory_factor': 'floating_factor'}
COMMERCIAL_COLUMNS = {
    'commercial_standard': 'standard_premium', 'ncd_factor': 'ncd_factor', 'autonomy_factor': 'autonomy_factor',
    'third_party_limit': 'third_party_limit',
}
COMMISSION_COLUMNS = {'rate': 'commission_rate', 'commission': 'commission'}


class InsuranceLedgerEntry(models.Model):
    """Rows of the ledger as plain values, straight from the database: one source for the print and the workbook (R35).

    Access rights and record rules hold; no record is made, so that the number of rows costs no memory.
    """

    _inherit = 'insurance.ledger.entry'

    @api.model
    def _stream_ledger_rows(self, domain, names):
        """Yield the rows of the entries that match `domain` and that the user may read, in the order of the paper.

        :param domain: on entries
        :param names: columns, see `_get_ledger_sql`
        :return: iterator of tuples: texts in the user's language, dates, store-local datetimes, numbers, or None
        :raises AccessError: for who may not read entries, or not one of the columns
        """
        query = self._search(domain)
        expressions = self._get_ledger_sql(query)
        query.order = SQL(", ").join(expressions[name] for name in ('company_id', 'issue_date', 'no', 'id'))
        select = query.select(*(expressions[name] for name in names))
        self.env.flush_all()
        cursor = SQL.identifier(f'ledger_{uuid4().hex}')
        self.env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", cursor, select))
        while rows := self.env.execute_query(SQL("FETCH %s FROM %s", BATCH, cursor)):
            yield from rows
        self.env.cr.execute(SQL("CLOSE %s", cursor))

    @api.model
    def _may_read_commission(self):
        return self._has_field_access(self._fields['commission_total'], 'read')

    @api.model
    def _get_ledger_sql(self, query):
        """Return `{column: SQL}` of what a row of the ledger shows, and join to `query` what that takes.

        Columns of commissions are there for who may read them only.
        """
        return {
            **self._get_entry_sql(query), **self._get_vehicle_sql(query), **self._get_people_sql(query),
            **self._get_policy_sql(query, 'compulsory', COMPULSORY_COLUMNS),
            **self._get_policy_sql(query, 'commercial', COMMERCIAL_COLUMNS),
            **self._get_non_motor_sql(query),
            'endorsement_no': SQL("concat_ws(', ', %s, %s)", SQL.identifier('compulsory', 'endorsement_no'),
                                  SQL.identifier('commercial', 'endorsement_no')),
            'blank': SQL("NULL"),
        }

    def _get_entry_sql(self, query):
        """Return the columns that stand in the entry itself, selections and lists by their labels."""
        names = {
            'id': 'id', 'company_id': 'company_id', 'insurer_id': 'insurer_id', 'ledger_id': 'ledger_id',
            'no': 'number',
            'kind': 'entry_type', 'issue_date': 'issue_date', 'plate': 'plate', 'vehicle_tax': 'vehicle_tax',
            'vehicle_tax_arrears': 'vehicle_tax_arrears', 'vehicle_tax_late_fee': 'vehicle_tax_late_fee',
            'vehicle_tax_total': 'vehicle_tax_total', 'compulsory_premium': 'compulsory_premium',
            'commercial_premium': 'commercial_premium', 'non_motor_premium': 'non_motor_premium',
            'premium_total': 'premium_total', 'discount': 'discount_total', 'discount_rate': 'discount_rate',
            'due': 'amount_due', 'received': 'amount_received', 'vehicle_count': 'vehicle_count', 'remark': 'remark',
            'reason_note': 'reason_note',
        }
        if self._may_read_commission():
            names.update(commission='commission_total', benefit_cost='benefit_cost', margin='margin')
        sql = {name: self._field_to_sql(self._table, field, query) for name, field in names.items()}
        origin = query.left_join(self._table, 'origin_id', self._table, 'id', 'origin_id')
        return {
            **sql,
            'month': SQL("to_char(%s, 'YYYY-MM')", sql['issue_date']),
            'with_tax': SQL("%s + %s", sql['premium_total'], sql['vehicle_tax_total']),
            'origin_no': SQL.identifier(origin, 'number'),
            'entry_type': self._label_sql(query, 'entry_type'),
            'business_type': self._label_sql(query, 'business_type'),
            'use': self._label_sql(query, 'use_type'),
            'is_transferred': self._yes_sql(query, 'is_transferred'),
            'is_new_energy': self._yes_sql(query, 'is_new_energy'),
            'channel': self._reason_sql(query, 'channel_id'),
            'reason': self._reason_sql(query, 'reason_id'),
        }

    def _label_sql(self, query, name):
        """Return the label of a selection in the user's language."""
        labels = dict(self._fields[name]._description_selection(self.env))
        return SQL("(%s::jsonb ->> %s)", json.dumps(labels), self._field_to_sql(self._table, name, query))

    def _yes_sql(self, query, name):
        return SQL("CASE WHEN %s THEN %s END", self._field_to_sql(self._table, name, query), self.env._("Yes"))

    def _reason_sql(self, query, name):
        alias = query.left_join(self._table, name, 'insurance_reason', 'id', name)
        return self.env['insurance.reason']._field_to_sql(alias, 'name', query)

    def _get_vehicle_sql(self, query):
        vehicle = query.left_join(self._table, 'vehicle_id', 'fleet_vehicle', 'id', 'vehicle_id')
        model = query.left_join(vehicle, 'model_id', 'fleet_vehicle_model', 'id', 'model_id')
        brand = query.left_join(model, 'brand_id', 'fleet_vehicle_model_brand', 'id', 'brand_id')
        return {
            'vin': SQL.identifier(vehicle, 'vin_sn'), 'engine_no': SQL.identifier(vehicle, 'engine_no'),
            'first_registration': SQL.identifier(vehicle, 'first_registration_date'),
            'model': SQL("concat_ws(' ', %s, %s)", SQL.identifier(brand, 'name'), SQL.identifier(model, 'name')),
        }

    def _get_people_sql(self, query):
        """Return the names of the people, the store, and who signed when by the clock of the store."""
        sql = {}
        for name, field in (('owner', 'owner_id'), ('applicant', 'applicant_id'), ('insured', 'insured_id')):
            alias = query.left_join(self._table, field, 'res_partner', 'id', field)
            sql[name] = SQL.identifier(alias, 'name')
        signature = query.left_join(self._table, 'signature_id', 'insurance_ledger_signature', 'id', 'signature_id')
        company = query.left_join(self._table, 'company_id', 'res_company', 'id', 'company_id')
        for name, table, field in (
            ('salesperson', self._table, 'salesperson_id'), ('clerk', self._table, 'clerk_id'),
            ('signed_by', signature, 'user_id'),
        ):
            user = query.left_join(table, field, 'res_users', 'id', field)
            partner = query.left_join(user, 'partner_id', 'res_partner', 'id', 'partner_id')
            sql[name] = SQL.identifier(partner, 'name')
        written = self._field_to_sql(self._table, 'salesperson_name', query)
        return {
            **sql,
            'salesperson': SQL("COALESCE(%s, %s)", sql['salesperson'], written),
            'store': SQL.identifier(company, 'name'),
            'signed_on': SQL(
                "%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(%s, 'UTC')", SQL.identifier(signature, 'signed_on'),
                SQL.identifier(company, 'insurance_tz'),
            ),
        }

    def _get_policy_sql(self, query, product, further):
        """Return the columns of the entry's policy of a kind, of which there is one at most."""
        query.add_join('LEFT JOIN', product, 'insurance_policy', SQL(
            "%s = %s AND %s = %s", SQL.identifier(product, 'entry_id'), SQL.identifier(self._table, 'id'),
            SQL.identifier(product, 'product'), product,
        ))
        columns = {**POLICY_COLUMNS, **(COMMISSION_COLUMNS if self._may_read_commission() else {})}
        names = {**{f'{product}_{name}': field for name, field in columns.items()}, **further}
        return {name: SQL.identifier(product, field) for name, field in names.items()}

    def _get_non_motor_sql(self, query):
        """Return numbers and products of the entry's policies that are not motor insurance, and their commission."""
        query.add_join('LEFT JOIN', 'non_motor', SQL(
            "LATERAL (SELECT string_agg(policy_no, ', ' ORDER BY id) AS no, max(commission_rate) AS rate,"
            " string_agg(product_name, ', ' ORDER BY id) AS name, sum(commission) AS commission"
            " FROM insurance_policy WHERE entry_id = %s AND product = 'non_motor')", SQL.identifier(self._table, 'id'),
        ), SQL("TRUE"))
        shown = ('no', 'name', 'rate', 'commission') if self._may_read_commission() else ('no', 'name')
        return {f'non_motor_{name}': SQL.identifier('non_motor', name) for name in shown}
