from datetime import timedelta

from odoo import api, models


class InsuranceDemo(models.AbstractModel):
    """Findings to be verified in every state: open ones, one explained, one confirmed, one that ended by itself."""

    _inherit = 'insurance.demo'

    @api.model
    def _fill_store(self, company, count, dice):
        result = super()._fill_store(company, count, dice)
        manager = self._get_staff(company, 'group_general_manager')[:1]
        finance = self._get_staff(company, 'group_finance')[:1]
        if manager and finance:
            self._see_car(company)
            self._see_lost_car(company)
            self.env['insurance.diversion']._look(company)
            self._work_findings(company, manager, finance)
        return result

    @api.model
    def _see_car(self, company):
        """Let the workshop see a car that we delivered, with a policy of a partner that our ledger does not have."""
        today = company._insurance_today()
        delivery = self.env['insurance.delivery'].search([
            ('company_id', '=', company.id), ('insurance_answer', '=', 'elsewhere'), ('state', '!=', 'returned'),
            ('delivery_date', '<', today)], order='delivery_date desc', limit=1)
        if not delivery:
            return
        service = self.env['fleet.vehicle.log.services'].create({
            'vehicle_id': delivery.vehicle_id.id, 'description': "前保险杠钣喷，保险直赔", 'date': today,
            'service_type_id': self.env['fleet.service.type'].search([('category', '=', 'service')], limit=1).id,
        })
        self.env['insurance.diversion.sighting']._note_sighting(
            company, delivery.vehicle_id, self._get_insurer('PICC'), policy_no=f"PDAA{today.year}66{delivery.id:012d}",
            issue_date=delivery.delivery_date + timedelta(days=1),
            start_date=delivery.delivery_date + timedelta(days=2), seen_on=today, source=service)

    @api.model
    def _see_lost_car(self, company):
        """Let a car come back whose customer was quoted and lost, with a policy of the very insurer recommended."""
        quoted = self.env['insurance.renewal.contact'].search([
            ('company_id', '=', company.id), ('renewal_id.state', '=', 'lost'), ('quote_commercial', '>', 0),
            ('recommended_insurer_id.insurer_code', 'in', ('PICC', 'PAIC', 'CPIC'))], order='id desc', limit=1)
        case = quoted.renewal_id
        if case:
            service = self.env['fleet.vehicle.log.services'].create({
                'vehicle_id': case.vehicle_id.id, 'description': "右侧车门钣喷，保险直赔",
                'date': company._insurance_today(),
                'service_type_id': self.env['fleet.service.type'].search([('category', '=', 'service')], limit=1).id,
            })
            self.env['insurance.diversion.sighting']._note_sighting(
                company, case.vehicle_id, quoted.recommended_insurer_id, issue_date=case.closed_on, source=service,
                policy_no=f"PDAA{case.closed_on.year}77{case.id:012d}", start_date=case.reference_expiry)

    @api.model
    def _work_findings(self, company, manager, finance):
        Finding = self.env['insurance.diversion'].with_company(company)
        open_ones = Finding.search([('company_id', '=', company.id), ('state', '=', 'open')], order='id')
        strong = open_ones.filtered(lambda finding: finding.grade == 'strong' and finding.kind == 'statement')
        unknown = open_ones.filtered(lambda finding: finding.ground == 'unknown')[:1]
        if len(strong) > 1:
            strong[-1:].with_user(manager).action_confirm(
                self._get_reason('diversion_confirmed', 'REBATE').id, "与当事人面谈，承认将保费直接交给保司业务员")
        if unknown:
            unknown.with_user(finance).action_explain(
                self._get_reason('diversion_explained', 'OTHER_STORE').id, "保司确认系集团另一门店出单，误列本店代码")
        answered = open_ones.filtered(lambda finding: finding.kind == 'delivery')[:1]
        if answered:
            delivery = self.env['insurance.delivery'].search([
                ('vehicle_id', '=', answered.vehicle_id.id), ('company_id', '=', company.id)], limit=1)
            delivery.write({'insurance_answer': 'elsewhere', 'uninsured_note': "客户亲属在保险公司工作",
                            'uninsured_reason_id': self._get_reason('delivery_uninsured', 'RELATIVE').id})
            Finding._look(company)
