from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceStatementLine(models.Model):
    """A line beside what our ledger says."""

    _inherit = 'insurance.statement.line'

    def get_comparison(self):
        """Return the line beside what our ledger says, for the screen of exceptions.

        :return: dict with, among others, `rows`: `[{'label', 'theirs', 'ours', 'differs'}]`, and `candidates`: policies
            that may be the line's
        """
        self.ensure_one()
        self.check_access('read')
        labels = self.fields_get(['result', 'kind', 'product', 'matched_by'], ['selection'])
        named = {name: dict(value['selection']) for name, value in labels.items()}
        policy = self.policy_id or self.origin_policy_id
        return {
            'id': self.id, 'title': self.display_name, 'statement': self.statement_id.display_name,
            'result': self.result, 'result_label': named['result'].get(self.result, ''),
            'kind': named['kind'].get(self.kind, ''), 'matched_by': named['matched_by'].get(self.matched_by, ''),
            'is_exception': self.is_exception, 'handling': self.handling, 'remark': self.remark or '',
            'impact': self.currency_id.format(self.impact), 'is_hand': self.matched_by == 'hand',
            'carried': bool(self.origin_policy_id) and not self.policy_id,
            'entry': {'id': policy.entry_id.id, 'name': policy.entry_id.display_name} if policy else False,
            'rows': self._get_compared(policy, named['product']),
            'twin': self.duplicate_of_id.display_name if self.duplicate_of_id else '',
            'twin_statement': self.duplicate_of_id.statement_id.display_name if self.duplicate_of_id else '',
            'candidates': self._get_candidates() if not self.policy_id else [],
        }

    def _get_compared(self, policy, products):
        """Return the values of both sides, row by row, with whether they differ."""
        _ = self.env._
        entry = policy.entry_id
        money = self.currency_id.format
        both = [
            (_("Policy No."), self.policy_key or '', policy.policy_no or ''),
            (_("Endorsement No."), self.endorsement_no or '', policy.endorsement_no or ''),
            (_("Product"), products.get(self.product, ''), products.get(policy.product, '')),
            (_("VIN"), self.vin or '', policy.vehicle_id.vin_sn or ''),
            (_("Plate"), self.plate or '', entry.plate or ''),
            (_("Insured"), self.insured_name or '', entry.insured_id.name or ''),
            (_("Issued"), fields.Date.to_string(self.issue_date) or '', fields.Date.to_string(entry.issue_date) or ''),
            (_("From"), fields.Date.to_string(self.start_date) or '', fields.Date.to_string(policy.start_date) or ''),
            (_("Premium"), money(self.premium), money(self.our_premium) if self.policy_id else ''),
            (_("Rate"), self._format_rate(self.rate), self._format_rate(self.our_rate) if self.policy_id else ''),
            (_("Commission"), money(self.commission), money(self.our_commission) if self.policy_id else ''),
            (_("Salesperson"), self.salesperson_name or '', entry.salesperson_id.name or entry.salesperson_name or ''),
        ]
        return [{'label': label, 'theirs': theirs, 'ours': ours, 'differs': bool(policy) and theirs != ours}
                for label, theirs, ours in both if theirs or ours]

    @api.model
    def _format_rate(self, rate):
        return f'{rate * 100:.2f} %' if rate else ''

    def _get_candidates(self):
        """Return policies that may be the line's: of the car, or of the same premium and day, none stated already."""
        near = Domain('vehicle_id.vin_sn', '=', self.vin) if self.vin else Domain.FALSE
        if self.plate:
            near |= Domain('entry_id.plate', '=', self.plate)
        if self.issue_date:
            near |= Domain('premium', '=', self.premium) & Domain('entry_id.issue_date', '=', self.issue_date)
        stated = self.sudo()._search([  # sudo: what is stated already is no offer, whoever sees it
            ('company_id', '=', self.company_id.id), ('insurer_id', '=', self.insurer_id.id),
            ('policy_id', '!=', False)])
        found = self.env['insurance.policy'].search(near & Domain([
            ('company_id', '=', self.company_id.id), ('insurer_id', '=', self.insurer_id.id),
            ('entry_id.state', '=', 'registered'), ('product', '=?', self.product),
        ]) & Domain('id', 'not in', stated.subselect('policy_id')), limit=5)
        return [{
            'id': policy.id, 'name': policy.display_name, 'entry': policy.entry_id.display_name,
            'premium': policy.currency_id.format(policy.premium),
            'issued': fields.Date.to_string(policy.entry_id.issue_date),
        } for policy in found]
