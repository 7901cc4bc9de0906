from odoo import api, fields, models
from odoo.tools import SQL, groupby

UNINSURED = ('elsewhere', 'none')
YEAR = 365  # days after a delivery in which a policy is still that of the new car


class InsuranceDiversion(models.Model):
    """Crossing (a): an insurer states policies under our agency code that our ledger does not have (T14).

    Graded by what we know of the car: delivered by us and marked as not insured here, or in our renewal base, is
    strong; a delivery without that mark, a car in the ledger of another store, or a car unknown to us is weak.
    """

    _inherit = 'insurance.diversion'

    @api.model
    def _cross_statements(self, company):
        """Return one candidate for each insurer and car; the duplicates of a statement count once."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(self._sql_stated(company))
        users = self._get_named_users(company, {row['salesperson'] for row in rows})
        return [self._judge_stated(key, [*lines], users)
                for key, lines in groupby(rows, lambda row: self._get_stated_key(row))]

    @api.model
    def _get_stated_key(self, row):
        return f"{row['insurer_id']} {row['vin'] or row['plate'] or row['policy_key'] or row['id']}"

    @api.model
    def _sql_stated(self, company):
        """Return the query of the lines in question, each with what we know of its car.

        What is entered after its statement was closed is in the ledger, though the closed line is not matched any more.
        """
        return SQL(
            """
            SELECT line.id, line.insurer_id, line.vin, line.plate, line.policy_key, line.policy_no, line.product,
                   line.premium, line.commission, line.row_number, line.salesperson_name AS salesperson,
                   COALESCE(line.issue_date, line.start_date) AS issued_on, statement.name AS statement,
                   COALESCE(insurer.insurer_short_name, insurer.name) AS insurer, vehicle.id AS vehicle_id,
                   vehicle.license_plate, delivery.id AS delivery_id, delivery.delivery_date, delivery.consultant_id,
                   delivery.insurance_answer, delivery.uninsured_reason_id, renewal.id AS case_id,
                   renewal.reference_expiry, renewal.specialist_id, elsewhere.policy_id AS elsewhere_id,
                   elsewhere.store, seller.name AS consultant, specialist.name AS specialist
              FROM insurance_statement_line AS line
              JOIN insurance_statement AS statement ON statement.id = line.statement_id
              JOIN res_partner AS insurer ON insurer.id = line.insurer_id
              JOIN res_company AS company ON company.id = line.company_id
              LEFT JOIN LATERAL (
                   SELECT car.id, car.license_plate FROM fleet_vehicle AS car
                    WHERE car.active AND (car.vin_sn = line.vin OR line.vin IS NULL AND car.license_plate = line.plate)
                    ORDER BY car.id LIMIT 1
                   ) AS vehicle ON TRUE
              LEFT JOIN LATERAL (%(delivery)s) AS delivery ON TRUE
              LEFT JOIN LATERAL (%(case)s) AS renewal ON TRUE
              LEFT JOIN LATERAL (%(elsewhere)s) AS elsewhere ON TRUE
              LEFT JOIN res_partner AS seller ON seller.id = (
                   SELECT partner_id FROM res_users WHERE id = delivery.consultant_id)
              LEFT JOIN res_partner AS specialist ON specialist.id = (
                   SELECT partner_id FROM res_users WHERE id = renewal.specialist_id)
             WHERE line.company_id = %(company)s AND line.result = 'not_in_ledger'
               AND NOT EXISTS (%(entered)s)
             ORDER BY line.insurer_id, line.vin, line.plate, line.policy_key, line.id
            """,
            company=company.id, delivery=self._sql_delivery_of_line(), case=self._sql_case_of_line(),
            elsewhere=self._sql_entered(SQL("<>")), entered=self._sql_entered(SQL("=")),
        )

    @api.model
    def _sql_entered(self, operator):
        """Return the query of the policy of a line in the ledger of the store, or of another one.

        :param SQL operator: between the store of the policy and that of the line
        """
        return SQL(
            """
            SELECT policy.id AS policy_id, store.name AS store
              FROM insurance_policy AS policy JOIN res_company AS store ON store.id = policy.company_id
              JOIN insurance_ledger_entry AS entry ON entry.id = policy.entry_id AND entry.state = 'registered'
             WHERE policy.policy_no = line.policy_key AND policy.insurer_id = line.insurer_id
               AND policy.company_id %s line.company_id AND policy.entry_type = 'policy'
               AND (line.product IS NULL OR policy.product = line.product)
             LIMIT 1
            """, operator)

    @api.model
    def _sql_delivery_of_line(self):
        """Return the query of our delivery of a line's car, of which its policy is that of the new car."""
        return SQL(
            """
            SELECT own.id, own.delivery_date, own.consultant_id, own.insurance_answer, own.uninsured_reason_id
              FROM insurance_delivery AS own
             WHERE own.vehicle_id = vehicle.id AND own.company_id = line.company_id AND own.active
               AND own.state <> 'returned'
               AND COALESCE(COALESCE(line.issue_date, line.start_date)
                            BETWEEN own.delivery_date - company.insurance_insured_days_before
                                AND own.delivery_date + %s, TRUE)
             ORDER BY own.delivery_date DESC LIMIT 1
            """, YEAR)

    @api.model
    def _sql_case_of_line(self):
        """Return the query of the renewal case of a line's car that is nearest to its policy."""
        return SQL(
            """
            SELECT own.id, own.reference_expiry, own.specialist_id
              FROM insurance_renewal AS own
             WHERE own.vehicle_id = vehicle.id AND own.company_id = line.company_id AND own.active
               AND own.state <> 'invalid'
             ORDER BY abs(own.reference_expiry - COALESCE(line.issue_date, line.start_date)), own.id DESC LIMIT 1
            """)

    @api.model
    def _judge_stated(self, key, lines, users):
        """Return the candidate of the lines of one car with one insurer."""
        first = lines[0]
        ground = self._get_stated_ground(lines)
        known = {'delivery_uninsured': {'delivery'}, 'delivered': {'delivery'}, 'renewal_base': {'case'}}.get(
            ground, set())
        persons = {users.get(line['salesperson']) for line in lines}
        if first['delivery_id']:
            persons.add(first['consultant_id'])
        if first['case_id']:
            persons.add(first['specialist_id'])
        return {
            'key': key, 'ground': ground, 'grade': 'strong' if ground in ('delivery_uninsured', 'renewal_base')
            else 'weak', 'vehicle': first['vehicle_id'], 'insurer': first['insurer_id'], 'is_estimate': False,
            'car': first['license_plate'] or first['plate'] or first['vin'] or first['policy_no'],
            'stake': round(sum(float(line['commission'] or 0) for line in lines), 2),
            'persons': persons - {None}, 'facts': self._get_stated_facts(ground, lines),
            'evidence': [*map(self._get_line_evidence, lines), *self._get_car_evidence(first, known | {'case'})],
        }

    @api.model
    def _get_stated_ground(self, lines):
        first = lines[0]
        if any(line['elsewhere_id'] for line in lines):
            return 'other_store'
        if first['delivery_id']:
            if first['insurance_answer'] in UNINSURED:
                return 'delivery_uninsured'
            return 'renewal_base' if first['case_id'] else 'delivered'
        return 'renewal_base' if first['case_id'] else 'unknown'

    @api.model
    def _get_stated_facts(self, ground, lines):
        first = lines[0]
        return {
            'code': f'statement_{ground}', 'insurer': first['insurer'], 'count': len(lines),
            'car': first['license_plate'] or first['plate'] or first['vin'] or first['policy_no'],
            'premium_amount': round(sum(float(line['premium'] or 0) for line in lines), 2),
            'delivered_on': fields.Date.to_string(first['delivery_date']) or None,
            'expiry_on': fields.Date.to_string(first['reference_expiry']) or None,
            'store': next((line['store'] for line in lines if line['store']), None),
        }

    @api.model
    def _get_line_evidence(self, line):
        """Return the evidence that a line of a statement is."""
        return {
            'code': 'line', 'model': 'insurance.statement.line', 'id': line['id'],
            'token': f"line {line['policy_key'] or line['id']} {line['product'] or ''}".strip(),
            'facts': {
                'statement': line['statement'], 'row': line['row_number'], 'policy_no': line['policy_no'],
                'product_label': line['product'], 'issued_on': fields.Date.to_string(line['issued_on']) or None,
                'premium_amount': float(line['premium'] or 0), 'commission_amount': float(line['commission'] or 0),
                'salesperson': line['salesperson'],
            },
        }

    @api.model
    def _get_car_evidence(self, row, known):
        """Return the evidence that our delivery and our case of a car are.

        :param known: which of 'delivery' and 'case' to name
        """
        evidence = []
        if row['delivery_id'] and ('delivery' in known or row['insurance_answer'] in UNINSURED):
            is_uninsured = row['insurance_answer'] in UNINSURED
            evidence.append({
                'code': 'delivery_uninsured' if is_uninsured else 'delivery', 'model': 'insurance.delivery',
                'id': row['delivery_id'], 'token': f"delivery {row['delivery_id']}",
                'facts': {'delivered_on': fields.Date.to_string(row['delivery_date']), 'person': row['consultant'],
                          'coded_reason': row['uninsured_reason_id'] if is_uninsured else None},
            })
        if row['case_id'] and 'case' in known:
            evidence.append({
                'code': 'case', 'model': 'insurance.renewal', 'id': row['case_id'], 'token': f"case {row['case_id']}",
                'facts': {'expiry_on': fields.Date.to_string(row['reference_expiry']), 'person': row['specialist']},
            })
        return evidence

    @api.model
    def _get_named_users(self, company, names):
        """Return `{name: user id}` of the store's users of these names, where a name is one user's only."""
        found = self.env['res.users'].with_context(active_test=False).search([
            ('name', 'in', [name for name in names if name]), ('company_ids', 'in', company.ids)])
        return {name: users.id for name, users in found.grouped('name').items() if len(users) == 1}
