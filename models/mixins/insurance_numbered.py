from dateutil.relativedelta import relativedelta

from odoo import api, models


class InsuranceNumbered(models.AbstractModel):
    """Document numbers that count anew in every store and month, e.g. BXJY-202611-0001 (domain 2.2)."""

    _name = 'insurance.numbered'
    _description = "Numbered per Store and Month"

    _number_prefix = ''  # what the numbers of the model begin with

    @api.model
    def _next_number(self, company, day):
        """Return the next number of `company` in the month of `day` (date)."""
        # sudo: sequences are no role's to read; a store's counter makes itself when it is first needed
        Sequence = self.env['ir.sequence'].sudo()
        code = f'{self._name}.monthly'
        sequence = Sequence.search([('code', '=', code), ('company_id', '=', company.id)], limit=1)
        if not sequence:
            sequence = Sequence.create(
                {
                    'name': f'{self._description} {company.name}',
                    'code': code,
                    'company_id': company.id,
                    'prefix': f'{self._number_prefix}-%(range_year)s%(range_month)s-',
                    'padding': 4,
                    'use_date_range': True,
                }
            )
        start = day.replace(day=1)
        if not sequence.date_range_ids.filtered(lambda month: month.date_from == start):
            sequence.date_range_ids.create(
                {
                    'sequence_id': sequence.id,
                    'date_from': start,
                    'date_to': start + relativedelta(day=31),
                }
            )
        return sequence.next_by_id(sequence_date=day)
