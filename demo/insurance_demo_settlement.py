from dateutil.relativedelta import relativedelta

from odoo import api, models

from .insurance_demo import at

CHECKED = 12  # lines of the list that finance has gone through


class InsuranceDemo(models.AbstractModel):
    """Settlement of the demonstration stores: lists of the months before that are closed and not received yet; last
    month's lists, one with the clerk, one being checked by finance.
    """

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        clerk = self._get_staff(company, 'group_policy_clerk')[:1]
        finance = self._get_staff(company, 'group_finance')[:1]
        if clerk and finance:
            self._settle_earlier(company, clerk, finance)
            self._settle_last_month(company, clerk, finance)
        return result

    @api.model
    def _settle_earlier(self, company, clerk, finance):
        """Close lists of two months in the middle of the month that follows: what is owed of them has an age."""
        month = company._insurance_today().replace(day=1)
        for back, code in ((3, 'PAIC'), (2, 'PICC'), (2, 'CPIC')):
            first = month - relativedelta(months=back)
            with at(self._moment(company, first + relativedelta(months=1, day=15), 15)):
                settlement = self.env['insurance.settlement'].with_user(clerk).with_company(company).create({
                    'company_id': company.id, 'insurer_id': self._get_insurer(code).id, 'date_from': first,
                    'date_to': first + relativedelta(day=31),
                })
                if not settlement.action_propose():
                    settlement.unlink()
                    continue
                settlement.action_submit()
                checked = settlement.with_user(finance)
                checked.action_settle_without_statement("保司未出具对账单，按台帐结算，已电话核对总额")
                for line in checked.line_ids:
                    line.action_sign()
                checked.action_close()

    @api.model
    def _settle_last_month(self, company, clerk, finance):
        first = company._insurance_today().replace(day=1) - relativedelta(months=1)
        lists = self.env['insurance.settlement'].with_user(clerk).with_company(company).create([
            {'company_id': company.id, 'insurer_id': self._get_insurer(code).id, 'date_from': first,
             'date_to': first + relativedelta(day=31)} for code in ('PICC', 'PAIC')
        ])
        for settlement in lists:
            settlement.action_propose()
        submitted = lists[:1]
        if self.env['insurance.statement'].search_count(
            [('company_id', '=', company.id), ('insurer_id', '=', submitted.insurer_id.id)], limit=1,
        ):
            submitted.action_attach_statements()
        submitted.action_submit()
        reason = self._get_reason('settlement_difference', 'PREMIUM')
        for number, line in enumerate(submitted.line_ids[:CHECKED].with_user(finance)):
            if number % 6 == 5 and reason:
                line.action_return(reason.id, "保费与保司回单不一致，请核对批改")
            elif line.is_explained:
                line.action_sign()
