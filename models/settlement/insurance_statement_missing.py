from odoo import api, models
from odoo.fields import Domain


class InsuranceStatement(models.Model):
    """What our ledgers hold and no statement of the insurer names."""

    _inherit = 'insurance.statement'

    @api.model
    def _get_missing(self, company, insurer, date_from, date_to):
        """Return the policies, endorsements and cancellations of a period that no line of a statement states.

        Which day counts, and which products are settled on the list, the agreement says (T13); endorsements without
        premium are not stated, corrections of our own side neither; entries that are not registered are nobody's yet.

        :param date date_from: first day
        :param date date_to: last day
        :return: `insurance.policy` records, in the order of their policy numbers
        """
        agreement = self.env['insurance.insurer.agreement']._get_for_day(company, insurer, date_to)
        # sudo: by which day an insurer settles is no secret to who reads its statements
        agreement = agreement.sudo()
        basis = 'start_date' if agreement.statement_basis == 'start' else 'entry_id.issue_date'
        stated = self.env['insurance.statement.line']._search([
            ('company_id', '=', company.id), ('insurer_id', '=', insurer.id), ('policy_id', '!=', False),
        ])
        domain = Domain([
            ('company_id', '=', company.id), ('insurer_id', '=', insurer.id), ('premium', '!=', 0),
            ('corrected_policy_id', '=', False), ('product', 'in', agreement._get_settled_products()),
            ('entry_id.state', '=', 'registered'), (basis, '>=', date_from), (basis, '<=', date_to),
        ]) & Domain('id', 'not in', stated.subselect('policy_id'))
        return self.env['insurance.policy'].search(domain, order='policy_no, id')
