from odoo import api, models
from odoo.fields import Domain

from .insurance_statement import CLERK, FINANCE

QUEUE = 500  # exceptions listed at a time


class InsuranceStatement(models.Model):
    """The screen on which exceptions are worked: what is left, and one of them side by side with our ledger."""

    _inherit = 'insurance.statement'

    @api.model
    def get_desk(self, statement_id=False, refresh=True):
        """Return what the screen of exceptions shows.

        :param statement_id: of one statement only; otherwise of all open ones the user sees
        :param refresh: compare with the ledger as it stands now first
        :return: `{'statements', 'queue', 'total', 'impact', 'reasons', 'rights'}`; the queue holds the worst first
        """
        self.check_access('read')
        domain = Domain('state', '=', 'open')
        if statement_id:
            domain &= Domain('id', '=', statement_id)
        statements = self.search(domain)
        if refresh and self.env.user.has_groups(f'{CLERK},{FINANCE}'):
            statements._refresh()
        return self._get_desk(statements)

    def _refresh(self):
        """Match the lines as `action_match` does, but for insurers whose statements somebody matches just now."""
        for company, insurer in {(statement.company_id, statement.insurer_id) for statement in self}:
            if self._try_lock_matching(company, insurer):
                # sudo: results of the matching are written by it alone
                self.sudo()._match(company, insurer)

    @api.model
    def _get_desk(self, statements):
        Line = self.env['insurance.statement.line']
        domain = [('statement_id', 'in', statements.ids), ('is_exception', '=', True)]
        (total, impact), = Line._read_group(domain, [], ['__count', 'exposure:sum'])
        names = ['statement_id', 'row_number', 'policy_no', 'policy_key', 'vin', 'plate', 'insured_name', 'result',
                 'premium', 'impact']
        lines = Line.search_fetch(domain, names, order='exposure desc, id', limit=QUEUE)
        labels = dict(Line._fields['result']._description_selection(self.env))
        return {
            'statements': [{
                'id': statement.id, 'name': statement.display_name, 'missing': statement.missing_count,
            } for statement in statements],
            'queue': [{
                'id': line.id, 'statement': line.statement_id.display_name, 'row': line.row_number,
                'policy_no': line.policy_no or line.policy_key or '', 'car': line.plate or line.vin or '',
                'insured': line.insured_name or '', 'result': line.result, 'result_label': labels[line.result],
                'impact': line.currency_id.format(line.impact),
            } for line in lines],
            'total': total,
            'impact': self.env.company.currency_id.format(impact or 0),
            'reasons': self._get_desk_reasons(),
            'rights': {
                'accept': self.env.user.has_group(FINANCE), 'correct': self.env.user.has_group(CLERK),
                'work': self.env.user.has_groups(f'{CLERK},{FINANCE}'),
            },
        }

    @api.model
    def _get_desk_reasons(self):
        reasons = self.env['insurance.reason'].search([
            ('use', '=', 'settlement_difference'), ('is_group', '=', False),
            ('company_id', 'in', (False, self.env.company.id)),
        ])
        return [{'id': reason.id, 'name': reason.name, 'code': reason.code, 'needs_detail': reason.needs_detail}
                for reason in reasons]
