from odoo import api, fields, models
from odoo.fields import Domain

FLAT = {
    'compulsory': {
        'compulsory_no': 'policy_no', 'compulsory_start': 'start_date', 'compulsory_end': 'end_date',
        'compulsory_premium': 'premium',
    },
    'commercial': {
        'commercial_no': 'policy_no', 'commercial_start': 'start_date', 'commercial_end': 'end_date',
        'commercial_premium': 'premium', 'third_party_limit': 'third_party_limit',
    },
    'non_motor': {'non_motor_no': 'policy_no', 'non_motor_premium': 'premium'},
}  # {product: {column of the row: field of the policy}}
COLUMNS = frozenset(name for columns in FLAT.values() for name in columns)


class InsuranceLedgerEntry(models.Model):
    """The columns of the paper ledger: each policy's number, period and premium in the row itself.

    Typing into them makes and changes the policies, so that a clerk enters a pile of them line by line.
    """

    _inherit = 'insurance.ledger.entry'

    compulsory_no = fields.Char(string="Compulsory No.", compute='_compute_flat', readonly=False,
                                search='_search_compulsory_no')
    compulsory_start = fields.Date(string="Compulsory from", compute='_compute_flat', readonly=False)
    compulsory_end = fields.Date(string="Compulsory until", compute='_compute_flat', readonly=False)
    compulsory_premium = fields.Monetary(string="Compulsory", compute='_compute_flat_premiums', store=True,
                                         readonly=False)
    commercial_no = fields.Char(string="Commercial No.", compute='_compute_flat', readonly=False,
                                search='_search_commercial_no')
    commercial_start = fields.Date(string="Commercial from", compute='_compute_flat', readonly=False)
    commercial_end = fields.Date(string="Commercial until", compute='_compute_flat', readonly=False)
    commercial_premium = fields.Monetary(string="Commercial", compute='_compute_flat_premiums', store=True,
                                         readonly=False)
    third_party_limit = fields.Monetary(string="Third-party Limit", compute='_compute_flat', readonly=False)
    non_motor_no = fields.Char(string="Non-motor No.", compute='_compute_flat', readonly=False,
                               search='_search_non_motor_no')
    non_motor_premium = fields.Monetary(string="Non-motor", compute='_compute_flat_premiums', store=True,
                                        readonly=False)
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

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create([self._without_columns(vals) for vals in vals_list])
        for entry, vals in zip(entries, vals_list, strict=True):
            entry._write_columns(vals)
        return entries

    @api.model
    def default_get(self, fields):
        """Leave out what is the sum of policies: no default stands in for them."""
        stored = {name for name in COLUMNS if self._fields[name].store}
        return super().default_get([name for name in fields if name not in stored])

    @api.model
    def _without_columns(self, vals):
        return {name: value for name, value in vals.items() if name not in COLUMNS}

    def _write_columns(self, vals):
        """Bring the policies in line with what was typed into the row; only columns in `vals` were typed.

        `write` calls it when the rest of the row is written: policies are judged together with the row they stand in.
        """
        self.ensure_one()
        for product, values in self._get_typed(vals).items():
            policy = self._get_by_product()[product]
            changed = self._get_changed(policy, values)
            if policy and self.state == 'draft' and self._is_emptied(policy, values):
                policy.unlink()
            elif policy and changed:
                policy.write(changed)
            elif changed:
                self.env['insurance.policy'].create({**changed, 'entry_id': self.id, 'product': product})

    @api.onchange(*sorted(COLUMNS))
    def _onchange_columns(self):
        """Show at once what the typed columns make of policies and sums; saving them does the same again."""
        typed = self._get_typed(self)  # read first: every policy that changes computes the row anew
        for product, values in typed.items():
            policy = self._get_by_product()[product]
            changed = self._get_changed(policy, values)
            if policy and not policy._origin and self._is_emptied(policy, values):
                self.policy_ids -= policy
            elif policy:
                policy.update(changed)
            elif changed:
                self.policy_ids += self.env['insurance.policy'].new({**changed, 'product': product})

    def _get_typed(self, row):
        """Return `{product: values of its policy}` from the columns that `row` (values or a record) has."""
        typed = {}
        for product, columns in FLAT.items():
            values = {target: row[name] for name, target in columns.items() if name in row}
            if 'premium' in values:  # of several policies the column shows the sum, and changes the first
                others = self.policy_ids.filtered(lambda policy, kind=product: policy.product == kind)[1:]
                values['premium'] = (values['premium'] or 0) - sum(others.mapped('premium'))
            for name in ('start_date', 'end_date'):
                if name in values:
                    values[name] = fields.Date.to_date(values[name])
            if values:
                typed[product] = values
        return typed

    def _get_changed(self, policy, values):
        """Return what a policy has to take over from the row; all of it where the row makes a new one.

        A new start brings the end a year later, and the policies of a row begin on the same day unless typed otherwise.
        """
        if policy:
            changed = {name: value for name, value in values.items() if (policy[name] or False) != (value or False)}
        else:
            changed = {name: value for name, value in values.items() if value}
            if changed:
                changed.setdefault('start_date', self.policy_ids.filtered('start_date')[:1].start_date)
        if changed.get('start_date') and 'end_date' not in changed:
            changed['end_date'] = policy._get_end(changed['start_date'])
        return changed

    def _is_emptied(self, policy, values):
        """Tell whether nothing is left of a policy that the row makes no longer."""
        rest = {name: policy[name] for name in ('policy_no', 'application_no', 'start_date', 'premium')}
        return not any({**rest, **{name: value for name, value in values.items() if name in rest}}.values())

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
