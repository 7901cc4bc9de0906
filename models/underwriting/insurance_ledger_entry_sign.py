from odoo import api, models
from odoo.exceptions import AccessError, UserError

FINANCE = 'dealer_insurance.group_finance'
MANAGER = 'dealer_insurance.group_general_manager'


def plain(record, name):
    """Return the value of a record's field as JSON holds it, independent of language and representation."""
    field, value = record._fields[name], record[name]
    if field.relational:
        return value.ids
    if field.type in ('monetary', 'float'):
        return f'{value:.5f}'
    if field.type in ('date', 'datetime'):
        return field.to_string(value) if value else ''
    return value or ''


class InsuranceLedgerEntry(models.Model):
    """The column 结算对帐 of the paper ledger: finance checks each row and signs it; then it is frozen (R32)."""

    _inherit = 'insurance.ledger.entry'

    _digest_fields = (
        'company_id', 'ledger_id', 'number', 'insurer_id', 'entry_type', 'issue_date', 'signing_date', 'vehicle_id',
        'plate', 'use_type', 'is_new_energy', 'is_transferred', 'owner_id', 'applicant_id', 'insured_id',
        'business_type', 'channel_id', 'salesperson_id', 'salesperson_name', 'clerk_id', 'registered_by_id',
        'registered_on', 'vehicle_tax', 'vehicle_tax_arrears', 'vehicle_tax_late_fee', 'insurer_payment_mode',
        'insurer_paid_on', 'insurer_payment_ref', 'invoice_name', 'origin_id', 'reason_id', 'reason_note', 'remark',
        'premium_total', 'commission_total', 'discount_total', 'vehicle_count', 'renewal_count', 'state',
    )
    _part_fields = {
        'policy_ids': ('product', 'policy_no', 'application_no', 'endorsement_no', 'start_date', 'end_date', 'premium',
                       'standard_premium', 'ncd_factor', 'autonomy_factor', 'floating_factor', 'third_party_limit',
                       'has_damage', 'commission_rate', 'commission_basis', 'vat_rate', 'commission',
                       'origin_policy_id', 'product_name', 'corrected_policy_id', 'commission_correction'),
        'benefit_ids': ('type_id', 'name', 'amount', 'cost', 'is_deducted'),
        'payment_line_ids': ('payment_id', 'payer_id', 'paid_on', 'method', 'reference', 'amount',
                             'payer_exception_id', 'payer_note'),
    }
    _coverage_fields = ('policy_id', 'coverage_id', 'limit', 'deductible', 'premium')
    _growing_parts = frozenset({'payment_line_ids'})  # money may still come in; what was received stays

    def action_sign(self):
        """Sign one row for finance, after checking it. Each row is signed by itself (R32)."""
        self.ensure_one()
        error = self._signing_error_message()
        if error:
            raise UserError(error)
        self._record_signature('signed')
        return True

    def action_unsign(self, reason):
        """Reopen a signed row: the general manager's, with a reason; the voided signature is kept (T1)."""
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only the general manager reopens a signed entry."))
        if not self.signature_id:
            raise UserError(self.env._("%(entry)s is not signed.", entry=self.display_name))
        if len((reason or '').strip()) < 5:
            raise UserError(self.env._("%(entry)s: say why it is reopened.", entry=self.display_name))
        self._record_signature('voided', reason.strip())
        # sudo: the general manager only reads entries; the note says whose decision it was
        self.sudo().message_post(body=self.env._("Reopened: %(reason)s", reason=reason.strip()))
        return True

    def _signing_error_message(self):
        """Return why the present user cannot sign the row for finance, or False."""
        _ = self.env._
        self.check_access('read')
        if self.env.user._is_superuser() or not self.env.user.has_group(FINANCE):
            return _("Only finance signs the rows of the ledger.")
        if self.state != 'registered':
            return _("%(entry)s is not registered yet.", entry=self.display_name)
        if self.signature_id:
            return _("%(entry)s is signed already.", entry=self.display_name)
        if self.has_number_missing:
            return _("%(entry)s: a policy number is missing.", entry=self.display_name)
        own = self.env.user in self.registered_by_id | self.create_uid | self.clerk_id
        if own and not self.company_id.insurance_allow_self_review:
            return _("%(entry)s: you entered it yourself; another person signs it.", entry=self.display_name)
        return False

    def _record_signature(self, event, remark=False):
        """Append the event to the ledger's chain of signatures and bind the entry to it."""
        # sudo: signatures are written by this method alone, which has checked who signs
        signature = self.env['insurance.ledger.signature'].sudo()._append(self, self.ledger_id, event, remark)
        # sudo: as above; past `write` of every room, which is closed for a signed entry whoever calls it
        models.BaseModel.write(self.sudo(), {'signature_id': signature.id if event == 'signed' else False})

    # === CONTENT === #

    def _get_signed_content(self):
        """Return what a signature covers, as plain JSON-able values, stable over time."""
        self.ensure_one()
        entry = self.sudo()  # sudo: the content is the same whoever signs or checks
        content = {name: plain(entry, name) for name in self._digest_fields}
        for name, fields in self._part_fields.items():
            content[name] = self._get_part_content(entry[name], fields)
        content['coverage_ids'] = self._get_part_content(entry.policy_ids.coverage_ids, self._coverage_fields)
        return content

    @api.model
    def _get_part_content(self, parts, names):
        """Return the rows below an entry as `{id: {field: value}}`, the ids as JSON keys are: strings."""
        return {str(part.id): {name: plain(part, name) for name in names} for part in parts.sorted('id')}

    def _name_changes(self, before):
        """Return the labels of what differs now from the signed content `before` (list of strings)."""
        entry = self.sudo()  # sudo: as above; labels are no secret
        now = entry._get_signed_content()
        names = [name for name in self._digest_fields if name in before and before[name] != now[name]]
        labels = entry.fields_get([*names, *self._part_fields], ['string'])
        found = [labels[name]['string'] for name in names]
        for name in self._part_fields:
            found += self._name_part_changes(
                labels[name]['string'], entry[name], before.get(name, {}), now[name], name in self._growing_parts)
        return found + self._name_part_changes(
            self.env._("Coverages"), entry.policy_ids.coverage_ids, before.get('coverage_ids', {}),
            now['coverage_ids'], False)

    @api.model
    def _name_part_changes(self, label, parts, before, now, may_grow):
        """Return what differs between two states of the rows below an entry, see `_get_part_content`."""
        found = [self.env._("%(rows)s: a row is missing", rows=label)] if before.keys() - now.keys() else []
        if now.keys() - before.keys() and not may_grow:
            found.append(self.env._("%(rows)s: a row was added", rows=label))
        changed = {
            name for key in before.keys() & now.keys() for name, value in before[key].items()
            if now[key].get(name) != value
        }
        labels = parts.fields_get(changed, ['string']) if changed else {}
        return found + sorted(f"{label}: {labels[name]['string']}" for name in changed)
