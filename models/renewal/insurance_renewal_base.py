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
        for company, month, state, count in self.sudo()._read_group(span, [*keys, 'state'], ['__count']):
            gross, net = result.get((company.id, month), (0, 0))
            result[company.id, month] = (gross + count, net + (count if state != 'invalid' else 0))
        for key, count in self._count_left_out(companies, date_from, date_to).items():
            gross, net = result.get(key, (0, 0))
            result[key] = (gross + count, net)
        return result

    @api.model
    def _count_left_out(self, companies, date_from, date_to):
        """Return `{(store id, first day of the month): cars}` that expire between two days and were left out."""
        groups = self.env['insurance.renewal.exclusion'].sudo()._read_group([  # sudo: as above
            ('company_id', 'in', companies.ids), ('reference_expiry', '>=', date_from),
            ('reference_expiry', '<=', date_to), ('renewal_id', '=', False),
        ], ['company_id', 'reference_expiry:month'], ['__count'])
        return {(company.id, month): count for company, month, count in groups}
