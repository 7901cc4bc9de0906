from odoo import api, models
from odoo.fields import Domain

from ...lib.xlsx_out import Column

BATCH = 1000
PAYER_COLUMNS = ('own_commercial', 'own_compulsory', 'other_compulsory', 'other_commercial', 'third_party', 'customer',
                 'manufacturer', 'store')


class InsuranceClaim(models.Model):
    """The claims ledger as rows of its workbook, by the stages of the form (domain 2.9)."""

    _inherit = 'insurance.claim'

    @api.model
    def _get_ledger_columns(self):
        """Return `{stage title: {name: Column}}` in the order of the form; money for who may read it."""
        _ = self.env._
        stages = {
            _("1 Basic Information"): self._describe_columns(
                'number:int', 'company_id', 'name', 'dispatched_on', 'order_no', 'advisor_id', 'entered_by_id',
                'late', 'plate', 'vin', 'vehicle_model_id', 'mileage:int', 'owner_id', 'insured_id', 'sender_name',
                'sender_phone', 'sender_relation', 'role', 'here'),
            _("1 Accident Information"): self._describe_columns(
                'insurer_id', 'compulsory_no', 'commercial_no', 'other_policies', 'report_no', 'insurer_claim_no',
                'accident_on', 'accident_place', 'accident_course', 'accident_type', 'liability', 'loss_kind',
                'surveyor', 'assessor', 'assessed_on', 'assessment_method', 'assessed_amount', 'deductible_rate',
                'deductible_amount', 'not_covered', 'tow_fee', 'claim_mode', 'payee'),
            _("2 Settlement Sheet"): self._describe_columns(
                'sheet_no', 'sheet_date', 'repaired_on', 'handed_over_on', 'labour_fee', 'parts_fee', 'paint_fee',
                'outsourced_fee', 'management_fee', 'discount', 'total_amount', 'salvage_amount', 'advance_refund',
                'invoice_no', 'invoice_amount', 'invoice_date', 'invoice_title'),
            _("2 Composition of Cost"): self._get_payer_columns(),
            _("3 Documents"): self._describe_columns('missing_count', 'applied_on', 'list_received_on', 'submitted_on',
                                                     'supplemented_on', 'approved_on', 'limit_due_on', 'dunned_on'),
            _("4 Receipts"): self._describe_columns('expected_amount', 'received_amount', 'received_last',
                                                    'difference_amount', 'difference_reason', 'difference_handling',
                                                    'difference_handler'),
            _("5 Check"): self._describe_columns('state', 'closed_by_id', 'closed_on', 'closing_note', 'reviewed'),
        }
        return {title: columns for title, columns in stages.items() if columns}

    @api.model
    def _describe_columns(self, *names):
        """Return `{name: Column}` of fields and of what is put together, leaving out what the user may not read."""
        _ = self.env._
        own = {'number': Column(_("No."), 'int'), 'late': Column(_("Entered Late")), 'here': Column(_("Insured Here")),
               'compulsory_no': Column(_("Compulsory No.")), 'commercial_no': Column(_("Commercial No.")),
               'other_policies': Column(_("Policies of the Other Side"), 'wrap', 30),
               'received_last': Column(_("Last Receipt on"), 'date'),
               'difference_reason': Column(_("Reason of the Difference")),
               'difference_handling': Column(_("Handling of the Difference")),
               'difference_handler': Column(_("Handled by")), 'reviewed': Column(_("Self-review"))}
        kinds = {'monetary': 'money', 'date': 'date', 'datetime': 'datetime', 'integer': 'int', 'text': 'wrap',
                 'float': 'rate'}
        columns = {}
        for name in (name.split(':')[0] for name in names):
            if name in own:
                columns[name] = own[name]
                continue
            field = self._fields[name]
            if self._has_field_access(field, 'read'):
                kind = kinds.get(field.type, 'text')
                title = _("Expected Receipts") if name == 'expected_amount' else field._description_string(self.env)
                columns[name] = Column(title, kind, 30 if kind == 'wrap' else None,
                                       total=field.type == 'monetary')
        return columns

    @api.model
    def _get_payer_columns(self):
        if not self._has_field_access(self._fields['cost_ids'], 'read'):
            return {}
        labels = dict(self.env['insurance.claim.cost']._fields['payer']._description_selection(self.env))
        return {f'cost_{payer}': Column(labels[payer], 'money', total=True) for payer in PAYER_COLUMNS}

    @api.model
    def _stream_ledger_rows(self, domain, names):
        """Yield the claims of `domain` as lists in the order of `names`, in batches, so that memory does not grow."""
        number, page = 0, Domain.TRUE
        plain = self._describe_plain()
        while claims := self.search(Domain(domain) & page, order='dispatched_on, id', limit=BATCH):
            day, last = claims[-1].dispatched_on, claims[-1].id
            page = Domain('dispatched_on', '>', day) | Domain('dispatched_on', '=', day) & Domain('id', '>', last)
            for claim in claims:
                number += 1
                row = claim._prepare_ledger_row(number, plain)
                yield [row.get(name) for name in names]
            self.env.invalidate_all()

    @api.model
    def _describe_plain(self):
        """Return `[(field name, type, labels of a selection or None), ...]` of the columns that are fields."""
        fields = [self._fields[name] for columns in self._get_ledger_columns().values() for name in columns
                  if name in self._fields]
        return [(field.name, field.type, dict(field._description_selection(self.env))
                 if field.type == 'selection' else None) for field in fields]

    def _prepare_ledger_row(self, number, plain):
        """Return the claim's values by column name; `plain` as of `_describe_plain`."""
        self.ensure_one()
        people = self.sudo()  # sudo: names of colleagues, who may have left the store
        row = {'number': number, **self._get_plain_values(people, plain)}
        yes = self.env._("Yes")
        row.update(late=self.is_late and yes, here=self.is_insured_here and yes,
                   reviewed=people.is_self_review and yes,
                   **self._get_policy_values())
        if self._has_field_access(self._fields['cost_ids'], 'read'):
            for cost in self.cost_ids:
                row[f'cost_{cost.payer}'] = row.get(f'cost_{cost.payer}', 0) + cost.amount
            valid = self.receipt_line_ids.filtered(lambda line: line.state == 'valid')
            told = self.difference_ids.filtered(lambda line: line.state != 'resolved')
            row.update(received_last=max(valid.mapped('received_on'), default=None),
                       difference_reason="; ".join(filter(None, told.reason_id.mapped('name'))),
                       difference_handling="; ".join(filter(None, told.handling_id.mapped('name'))),
                       difference_handler="; ".join(told.sudo().handled_by_id.mapped('name')))  # sudo: as above
        return row

    def _get_policy_values(self):
        """Return the numbers of the car's own policies, and what the other side has, a line each."""
        own = self.policy_ids.filtered(lambda row: row.side == 'own')
        return {
            **{f'{product}_no': ", ".join(filter(None, own.filtered(
                lambda row, product=product: row.product == product).mapped('policy_no')))
               for product in ('compulsory', 'commercial')},
            'other_policies': "\n".join((self.policy_ids - own).mapped('display_name')),
        }

    def _get_plain_values(self, people, plain):
        """Return the values of fields: labels for selections, names for records, store time for moments."""
        values = {}
        for name, kind, labels in plain:
            value = people[name]
            if kind == 'many2one':
                value = (name == 'insurer_id' and value.insurer_short_name) or value.display_name
            elif kind == 'selection':
                value = labels.get(value)
            elif kind == 'datetime':
                value = value and self.company_id._insurance_local(value).replace(tzinfo=None)
            values[name] = value or (value if kind in ('monetary', 'integer', 'float') else None)
        return values
