from odoo import api, fields, models
from odoo.fields import Domain

FLAT = ('no', 'start', 'end', 'premium')
COLUMNS = {'no': 'policy_no', 'start': 'start_date', 'end': 'end_date', 'premium': 'premium'}


class InsuranceLedgerEntry(models.Model):
    """The columns of the paper ledger: each policy's number, period and premium in the row itself.

    Typing into them makes and changes the policies, so that a clerk enters a pile of them line by line.
    """

    _inherit = 'insurance.ledger.entry'

    compulsory_no = fields.Char(string="Compulsory No.", compute='_compute_flat', inverse='_inverse_compulsory',
                                search='_search_compulsory_no')
    compulsory_start = fields.Date(string="Compulsory from", compute='_compute_flat', inverse='_inverse_compulsory')
    compulsory_end = fields.Date(string="Compulsory until", compute='_compute_flat', inverse='_inverse_compulsory')
    compulsory_premium = fields.Monetary(string="Compulsory", compute='_compute_flat_premiums', store=True,
                                         inverse='_inverse_compulsory', readonly=False)
    commercial_no = fields.Char(string="Commercial No.", compute='_compute_flat', inverse='_inverse_commercial',
                                search='_search_commercial_no')
    commercial_start = fields.Date(string="Commercial from", compute='_compute_flat', inverse='_inverse_commercial')
    commercial_end = fields.Date(string="Commercial until", compute='_compute_flat', inverse='_inverse_commercial')
    commercial_premium = fields.Monetary(string="Commercial", compute='_compute_flat_premiums', store=True,
                                         inverse='_inverse_commercial', readonly=False)
    third_party_limit = fields.Monetary(string="Third-party Limit", compute='_compute_flat',
                                        inverse='_inverse_commercial')
    non_motor_no = fields.Char(string="Non-motor No.", compute='_compute_flat', inverse='_inverse_non_motor',
                               search='_search_non_motor_no')
    non_motor_premium = fields.Monetary(string="Non-motor", compute='_compute_flat_premiums', store=True,
                                        inverse='_inverse_non_motor', readonly=False)
    policy_no = fields.Char(string="Policy No.", compute='_compute_lookup_fields', search='_search_policy_no',
                            help="Finds any policy, application or endorsement number.")

    @api.depends('policy_ids.policy_no', 'policy_ids.start_date', 'policy_ids.end_date',
                 'policy_ids.third_party_limit', 'policy_ids.product')
    def _compute_flat(self):
        for entry in self:
            by_product = entry._get_by_product()
            for product in ('compulsory', 'commercial'):
                policy = by_product[product]
                entry[f'{product}_no'] = policy.policy_no
                entry[f'{product}_start'] = policy.start_date
                entry[f'{product}_end'] = policy.end_date
            entry.third_party_limit = by_product['commercial'].third_party_limit
            entry.non_motor_no = by_product['non_motor'].policy_no

    def _get_by_product(self):
        """Return `{product: policy}` of an entry; of several non-motor policies the first."""
        self.ensure_one()
        return {
            product: self.policy_ids.filtered(lambda policy, kind=product: policy.product == kind)[:1]
            for product in ('compulsory', 'commercial', 'non_motor')
        }

    @api.depends('policy_ids.premium', 'policy_ids.product')
    def _compute_flat_premiums(self):
        for entry in self:
            for product in ('compulsory', 'commercial', 'non_motor'):
                policies = entry.policy_ids.filtered(lambda policy, kind=product: policy.product == kind)
                entry[f'{product}_premium'] = sum(policies.mapped('premium'))

    def _compute_lookup_fields(self):
        self.policy_no = False

    # === TYPING INTO THE ROW === #

    def _inverse_compulsory(self):
        self._write_flat('compulsory', FLAT)

    def _inverse_commercial(self):
        self._write_flat('commercial', FLAT, {'third_party_limit': 'third_party_limit'})

    def _inverse_non_motor(self):
        self._write_flat('non_motor', ('no', 'premium'))

    def _write_flat(self, product, columns, further=None):
        """Bring the policy of `product` in line with what was typed into the row; make it when there is none."""
        typed = []
        for entry in self:  # all is read before anything is written: writing a policy computes the row anew
            values = {COLUMNS[column]: entry[f'{product}_{column}'] for column in columns}
            values.update({target: entry[source] for source, target in (further or {}).items()})
            typed.append((entry, values))
        for entry, values in typed:
            policy = entry._get_by_product()[product]
            if not values.get('end_date') and not policy:
                values.pop('end_date', None)
            if policy:
                changed = {name: value for name, value in values.items() if policy[name] != value}
                if 'start_date' in changed and 'end_date' not in changed and values.get('start_date'):
                    changed['end_date'] = policy._get_end(values['start_date'])
                if changed:
                    policy.write(changed)
            elif any(values.values()):
                first = entry.policy_ids[:1]
                start = values.get('start_date') or first.start_date
                self.env['insurance.policy'].create({
                    **values, 'entry_id': entry.id, 'product': product, 'start_date': start,
                })

    @api.onchange('compulsory_start')
    def _onchange_compulsory_start(self):
        if self.compulsory_start:
            self.compulsory_end = self.env['insurance.policy']._get_end(self.compulsory_start)
            self.commercial_start = self.commercial_start or self.compulsory_start

    @api.onchange('commercial_start')
    def _onchange_commercial_start(self):
        if self.commercial_start:
            self.commercial_end = self.env['insurance.policy']._get_end(self.commercial_start)

    # === SEARCH === #

    def _search_numbers(self, domain):
        return Domain('policy_ids', 'any', domain)

    def _search_compulsory_no(self, operator, value):
        return self._search_numbers(Domain('product', '=', 'compulsory') & Domain('policy_no', operator, value))

    def _search_commercial_no(self, operator, value):
        return self._search_numbers(Domain('product', '=', 'commercial') & Domain('policy_no', operator, value))

    def _search_non_motor_no(self, operator, value):
        return self._search_numbers(Domain('product', '=', 'non_motor') & Domain('policy_no', operator, value))

    def _search_policy_no(self, operator, value):
        return self._search_numbers(Domain.OR(
            Domain(name, operator, value) for name in ('policy_no', 'application_no', 'endorsement_no')
        ))
