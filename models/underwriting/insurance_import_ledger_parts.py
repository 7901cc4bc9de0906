from datetime import date

from odoo import api, models
from odoo.tools import float_compare

from ...lib import ledger_words
from .insurance_import_ledger import PRODUCTS


class InsuranceImportLedger(models.AbstractModel):
    """What hangs on the entries of an imported ledger: policies with their commission, benefits, money received."""

    _inherit = 'insurance.import.ledger'

    # === ENDORSEMENTS AND CANCELLATIONS === #

    @api.model
    def _find_origins(self, data, company):
        """Return `{(insurer id, policy number): policy}` of what the follow-ups among the rows change."""
        keys = {key for row in data if row['entry_type'] != 'policy' for key in self._get_numbers(row).values()}
        return {key: policy for key, policy in self._find_policies(keys).items()
                if policy.company_id == company} if keys else {}

    @api.model
    def _add_follow_up_values(self, data, vals_list, origins):
        """Tie endorsements and cancellations to the entry they change, and give them their reason (5.13)."""
        changes = [(row, values) for row, values in zip(data, vals_list, strict=True) if row['entry_type'] != 'policy']
        reasons = {(reason.use, reason.code): reason.id for reason in self.env['insurance.reason'].search(
            [('use', 'in', ('endorsement', 'cancellation')), ('company_id', '=', False)])} if changes else {}
        for row, values in changes:
            keys = self._get_numbers(row).values()
            origin = next((origins[key].entry_id for key in keys if key in origins), self.env['insurance.ledger.entry'])
            text = row.get('reason') or row.get('remark')
            values.update(
                origin_id=origin.id,
                business_type=origin.business_type,
                reason_id=reasons.get((row['entry_type'], ledger_words.read_reason(row['entry_type'], text)), False),
                reason_note=text or self.env._("As stated in the workbook"),
            )

    @api.model
    def _get_origin(self, row, product, origins):
        """Return the policy that the product of a follow-up changes, empty when it is not on file."""
        return origins.get(self._get_numbers(row).get(product), self.env['insurance.policy'])

    # === POLICIES === #

    @api.model
    def _write_parts(self, entries, data, origins):
        """Create what hangs on the entries, each kind in one batch, for all rows (in the order of the entries)."""
        self._write_policies(entries, data, origins)
        self._write_benefits(entries, data)
        self._write_payments(entries, data)

    @api.model
    def _write_policies(self, entries, data, origins):
        agreements = entries._get_agreements()
        vals_list, unrated = [], []
        for entry, row in zip(entries, data, strict=True):
            for product in self._get_products(row):
                values = self._prepare_policy_values(row, entry, product, self._get_origin(row, product, origins))
                values.update(self._prepare_rate(row, product, agreements.get(entry), values))
                if values['commission_rate'] is None:
                    unrated.append((entry, values))
                vals_list.append(values)
        self._rate_by_card(unrated)
        # sudo: rates are fixed by the system, see `_guarded_fields`
        Policy = self.env['insurance.policy'].sudo()
        self._create_many(Policy, vals_list, alike=('product',), ahead=('commission', 'status'))

    @api.model
    def _prepare_policy_values(self, row, entry, product, origin):
        number = row.get(f'{product}_no', False)
        values = {
            'entry_id': entry.id,
            'company_id': entry.company_id.id,
            'insurer_id': row['insurer_id'],
            'vehicle_id': entry.vehicle_id.id,
            'entry_type': row['entry_type'],
            'product': product,
            'sequence': PRODUCTS.index(product) + 1,
            'policy_no': number,
            'application_no': row.get(f'{product}_application', False),
            'endorsement_no': row.get('endorsement_no', False),
            'start_date': self._to_day(row.get(f'{product}_start')),
            'end_date': self._to_day(row.get(f'{product}_end')),
            'premium': float(row.get(f'{product}_premium') or 0),
            'origin_policy_id': origin.id,
            'status': 'valid' if number else 'pending',
        }
        if product == 'compulsory':
            values['floating_factor'] = float(row.get('compulsory_factor') or 0)
        elif product == 'commercial':
            values.update(
                third_party_limit=float(row.get('third_party_limit') or 0),
                standard_premium=float(row.get('commercial_standard') or 0),
                ncd_factor=float(row.get('ncd_factor') or 0),
                autonomy_factor=float(row.get('autonomy_factor') or 0),
            )
        else:
            values['product_name'] = row.get('non_motor_name', False)
        return values

    @api.model
    def _to_day(self, text):
        return date.fromisoformat(text) if text else False

    # === COMMISSION === #

    @api.model
    def _prepare_rate(self, row, product, agreement, values):
        """Return rate and basis as stated; a follow-up without a rate of its own has that of its policy (T7).

        The rate is None where only the rate card can tell it.
        """
        origin = self.env['insurance.policy'].sudo().browse(values['origin_policy_id'])  # sudo: rates, as below
        rate = row.get(f'{product}_rate')
        if rate is None and origin:
            return origin._get_rate()
        return {
            'commission_rate': None if rate is None else float(rate),
            'commission_basis': (origin or agreement).commission_basis if origin or agreement else 'gross',
            'vat_rate': (origin or agreement).vat_rate if origin or agreement else 0.06,
            'rate_line_id': False,
            'rate_note': self.env._("As stated in the workbook"),
        }

    @api.model
    def _rate_by_card(self, unrated):
        """Give policies without a stated rate that of the store's rate card on their day (T10)."""
        if not unrated:
            return
        requests = [{
            'insurer': entry.insurer_id, 'day': entry.issue_date, 'product': values['product'], 'facts': {
                **entry._get_rate_facts(), 'third_party_limit': values.get('third_party_limit', 0),
            },
        } for entry, values in unrated]
        # sudo: who registers a policy gets its rate applied; rates are shown to those who may see them
        Card = self.env['insurance.rate.card'].sudo()
        found = Card._match_many(unrated[0][0].company_id, requests, raise_ambiguous=False)
        for (_entry, values), (line, text) in zip(unrated, found, strict=True):
            values.update(commission_rate=line.rate if line else 0, rate_line_id=line.id, rate_note=text)

    # === BENEFITS AND MONEY === #

    @api.model
    def _write_benefits(self, entries, data):
        kind = self.env['insurance.reason']._get_by_code('benefit_type', 'DISCOUNT')
        vals_list = []
        for entry, row in zip(entries, data, strict=True):
            amount = float(row.get('discount') or 0)
            if amount or row.get('discount_note'):
                vals_list.append({
                    'entry_id': entry.id,
                    'type_id': kind.id,
                    'name': row.get('discount_note', False),
                    'amount': amount,
                    'cost': max(amount, 0),
                    'is_deducted': self._is_deducted(row),
                })
        self._create_many(self.env['insurance.benefit'], vals_list, ahead=('company_id',))

    @api.model
    def _is_deducted(self, row):
        """Tell whether the customer paid so much less: not where he paid the full amount all the same."""
        if row.get('received') is None:
            return True
        full = sum(float(row.get(f'{product}_premium') or 0) for product in PRODUCTS) + sum(
            float(row.get(name) or 0) for name in ('vehicle_tax', 'vehicle_tax_arrears', 'vehicle_tax_late_fee'))
        return float_compare(float(row['received']), full, precision_digits=2) < 0

    @api.model
    def _write_payments(self, entries, data):
        """Enter what the customer paid as a payment of the applicant, for this entry alone."""
        paid = [(entry, row) for entry, row in zip(entries, data, strict=True) if float(row.get('received') or 0)]
        payments = self._create_many(self.env['insurance.customer.payment'], [{
            'company_id': entry.company_id.id,
            'payer_id': entry.applicant_id.id,
            'paid_on': self._to_day(row.get('paid_on') or row['issue_date']),
            'method': row.get('method_code') or 'not_stated',
            'amount': float(row['received']),
            'cashier_id': False,
        } for entry, row in paid], alike=('method',))
        self._create_many(self.env['insurance.customer.payment.line'], [{
            'payment_id': payment.id,
            'entry_id': entry.id,
            'amount': float(row['received']),
        } for payment, (entry, row) in zip(payments, paid, strict=True)], ahead=('company_id',))

    # === NUMBERS THAT COME LATER === #

    @api.model
    def _complete_numbers(self, data):
        """Enter policy numbers that were missing when the entry was first imported (T30)."""
        for row in data:
            entry = self.env['insurance.ledger.entry'].browse(row['entry_id']).exists()
            for policy in entry.policy_ids:
                number = row.get(f'{policy.product}_no')
                if number and not policy.policy_no:
                    policy.write({'policy_no': number})
            # sudo: the fingerprint is written by imports only
            entry.sudo().import_digest = row['digest']
