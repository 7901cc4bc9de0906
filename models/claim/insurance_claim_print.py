from odoo import api, fields, models
from odoo.tools import format_date


class InsuranceClaim(models.Model):
    """The case sheet of a claim on one page: stages, cost by payer, documents, receipts, differences, signature."""

    _inherit = 'insurance.claim'

    def _prepare_case_sheet(self):
        """Return what the sheet shows; the templates draw it. Amounts for who may read them."""
        self.ensure_one()
        self.check_access('read')
        may_read = self._has_field_access(self._fields['total_amount'], 'read')
        people = self.sudo()  # sudo: names of colleagues, who may have left the store
        return {
            'store': people.company_id.name, 'facts': self._get_sheet_facts(people), 'may_read': may_read,
            'stages': self._get_sheet_stages(people), 'costs': self._get_sheet_costs() if may_read else [],
            'totals': self._get_sheet_totals() if may_read else {},
            'documents': self._get_sheet_documents(), 'receipts': self._get_sheet_receipts() if may_read else [],
            'differences': self._get_sheet_differences() if may_read else [],
            'state': dict(self._fields['state']._description_selection(self.env))[self.state],
            'closed_by': people.closed_by_id.name or '', 'closing_note': people.closing_note or '',
            'closed_on': self._sheet_moment(people.closed_on), 'self_review': people.is_self_review,
            'signature': people.closed_by_id.insurance_signature if people.closed_on else False,
            'exit': people.exit_reason or '', 'reopened': people.reopened_count,
            'printed': self.env._("Printed by %(user)s on %(moment)s", user=self.env.user.name,
                                  moment=self._sheet_moment(fields.Datetime.now())),
        }

    def _sheet_moment(self, moment):
        return f"{self.company_id._insurance_local(moment):%Y-%m-%d %H:%M}" if moment else ''

    def _sheet_label(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], '')

    def _get_sheet_facts(self, people):
        """Return `[(label, value), ...]` of car, accident and insurer, in the order of the form."""
        names = ('order_no', 'plate', 'vin', 'vehicle_model_id', 'mileage', 'owner_id', 'insured_id', 'advisor_id',
                 'role', 'insurer_id', 'report_no', 'insurer_claim_no', 'accident_on', 'accident_place',
                 'accident_type', 'liability', 'loss_kind', 'claim_mode', 'payee', 'sheet_no', 'sheet_date',
                 'assessor')
        labels = self.fields_get(list(names), ['string'])
        facts = []
        for name in names:
            field, value = self._fields[name], people[name]
            if field.type == 'many2one':
                value = value.insurer_short_name or value.name if name == 'insurer_id' else value.display_name
            elif field.type == 'selection':
                value = self._sheet_label(name)
            elif field.type == 'datetime':
                value = self._sheet_moment(value)
            elif field.type == 'date':
                value = format_date(self.env, value) if value else ''
            facts.append((labels[name]['string'], value or ''))
        return facts

    def _get_sheet_stages(self, people):
        """Return `[(stage, day, by whom, remark), ...]` of the way of the claim."""
        _, late = self.env._, self.env._("late") if self.is_late else ''
        representative = _("by the representative") if self.is_by_representative else ''
        rows = [
            (_("Dispatched"), self.dispatched_on, people.entered_by_id.name if self.entered_on else '', late),
            (_("Repaired"), self.repaired_on, '', ''),
            (_("Settlement entered"), self._sheet_moment(self.settled_on)[:10], people.settled_by_id.name,
             representative),
            (_("Claim filed"), self.applied_on, '', ''),
            (_("Documents submitted"), self.submitted_on, people.submitted_by_id.name,
             self.supplemented_on and _("added %(day)s", day=self.supplemented_on) or ''),
            (_("Approved by the insurer"), self.approved_on, '', ''),
            (_("Paid in full"), self.paid_on, '', ''),
            (_("Checked and closed"), self._sheet_moment(people.closed_on)[:10], people.closed_by_id.name,
             _("self-review") if people.is_self_review else ''),
        ]
        return [(stage, str(day or ''), who or '', remark) for stage, day, who, remark in rows]

    @api.model
    def _sheet_amount(self, amount):
        return f"{amount or 0:,.2f}"

    def _get_sheet_costs(self):
        labels = dict(self.cost_ids._fields['payer']._description_selection(self.env))
        return [{
            'payer': labels[cost.payer], 'name': cost.payer_id.insurer_short_name or cost.payer_id.name or '',
            'product': cost.product or '', 'amount': self._sheet_amount(cost.amount),
            'expected': self._sheet_amount(cost.expected_amount), 'received': self._sheet_amount(cost.received_amount),
            'open': self._sheet_amount(cost.open_amount),
        } for cost in self.cost_ids]

    def _get_sheet_totals(self):
        names = ('total', 'expected', 'received', 'difference', 'assessed')
        return {**{name: self._sheet_amount(self[f'{name}_amount']) for name in names},
                'open': self._sheet_amount(sum(self.cost_ids.mapped('open_amount')))}

    def _get_sheet_documents(self):
        labels = dict(self.document_ids._fields['state']._description_selection(self.env))
        return [{'name': document.type_id.name, 'state': document.state, 'label': labels[document.state],
                 'day': str(document.received_on or ''), 'reason': document.not_needed_reason or ''}
                for document in self.document_ids if document.is_required or document.state == 'present']

    def _get_sheet_receipts(self):
        return [{'day': str(line.received_on), 'payer': line.payer_id.insurer_short_name or line.payer_id.name,
                 'reference': line.bank_reference or '', 'amount': self._sheet_amount(line.amount),
                 'final': line.is_final}
                for line in self.receipt_line_ids if line.state == 'valid']

    def _get_sheet_differences(self):
        labels = dict(self.difference_ids._fields['state']._description_selection(self.env))
        rows = self.difference_ids.sudo()  # sudo: names of who handled and approved, who may have left the store
        return [{'amount': self._sheet_amount(row.amount), 'reason': row.reason_id.name or '',
                 'handling': row.handling_id.name or '', 'note': row.note or '', 'state': labels[row.state],
                 'who': " / ".join(filter(None, (row.handled_by_id.name, row.approved_by_id.name))),
                 'day': self._sheet_moment(row.handled_on)[:10]} for row in rows]
