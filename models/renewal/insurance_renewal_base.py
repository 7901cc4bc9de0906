from odoo import api, models
from odoo.fields import Domain


class InsuranceRenewal(models.Model):
    """How many cars are due in a month: the denominator of the renewal rate (K3)."""

    _inherit = 'insurance.renewal'

    @api.model
    def _count_base(self, companies, date_from, date_to):
        """Return the cars whose reference expiry lies between two days, by store and month.

        :param date_from, date_to: dates, both included
        :return: `{(store id, first day of the month): (gross, net)}`; gross are the cases and the cars that were left
            out, net leaves out these and the cases that left the base (state invalid)
        """
        span = Domain('company_id', 'in', companies.ids) & Domain('reference_expiry', '>=', date_from) & Domain(
            'reference_expiry', '<=', date_to)
        keys = ['company_id', 'reference_expiry:month']
        result = {}
        # sudo: numbers of cars only; who may see which store's is for the caller to say
        Case, Exclusion = self.sudo(), self.env['insurance.renewal.exclusion'].sudo()
        for company, month, state, count in Case._read_group(span, [*keys, 'state'], ['__count']):
            gross, net = result.get((company.id, month), (0, 0))
            result[company.id, month] = (gross + count, net + (count if state != 'invalid' else 0))
        for company, month, count in Exclusion._read_group(span & Domain('renewal_id', '=', False), keys, ['__count']):
            gross, net = result.get((company.id, month), (0, 0))
            result[company.id, month] = (gross + count, net)
        return result
