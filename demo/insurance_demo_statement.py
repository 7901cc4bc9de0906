import base64
import io
from datetime import timedelta

import xlsxwriter
from dateutil.relativedelta import relativedelta

from odoo import api, models

HEADINGS = ("序号", "保单号", "批单号", "险种", "车牌号码", "车架号", "被保险人", "签单日期", "起保日期", "保费(含税)",
            "手续费比例", "手续费金额", "经办人")
PRODUCTS = {'compulsory': "交强险", 'commercial': "商业险"}


class InsuranceDemo(models.AbstractModel):
    """Last month's statements of two insurers: every kind of result among their lines, some worked already."""

    _inherit = 'insurance.demo'

    @api.model
    def _settle_last_month(self, company, clerk, finance):
        """State the month before its lists are drawn up, so that finance finds their lines compared."""
        first = company._insurance_today().replace(day=1) - relativedelta(months=1)
        for code in ('PICC', 'PAIC'):
            insurer = self._get_insurer(code)
            rows = self._make_stated_rows(company, insurer, first)
            if rows:
                self._import_statement(company, insurer, finance, first, rows)
        self._work_exceptions(company, clerk, finance)
        super()._settle_last_month(company, clerk, finance)

    @api.model
    def _make_stated_rows(self, company, insurer, first):
        """Return the cells of a statement of what the ledger has of the month, with the deviations of real ones."""
        policies = self.env['insurance.policy'].search([
            ('company_id', '=', company.id), ('insurer_id', '=', insurer.id), ('product', 'in', list(PRODUCTS)),
            ('entry_id.state', '=', 'registered'), ('entry_id.issue_date', '>=', first),
            ('entry_id.issue_date', '<=', first + relativedelta(day=31)), ('premium', '!=', 0),
        ], order='entry_id, id')
        rows = []
        for number, policy in enumerate(policies):
            row = self._state_policy(policy)
            if number == 5:
                continue  # left out by the insurer
            if number in (1, 3):
                row[9] = round(row[9] + 100, 2)
                row[11] = round(row[11] + (100 * row[10] if number == 1 else 35), 2)
            elif number == 2 and row[10]:
                row[10] = round(row[10] - 0.01, 4)
                row[11] = round(row[11] - row[9] * 0.01, 2)
            elif number == 4:
                row[11] = round(row[11] + 0.03, 2)
            rows.append(row)
            if number == 6:
                rows.append([*row])
        if rows and policies[-1].entry_type == 'policy':
            last = self._state_policy(policies[-1])
            rows.append([last[0], last[1], f"E{last[1]}", *last[3:9], -last[9], last[10], -last[11], last[12]])
        return rows + self._make_unknown_rows(company, insurer, first) if rows else rows

    @api.model
    def _state_policy(self, policy):
        entry = policy.entry_id
        return [0, policy.policy_no, policy.endorsement_no or None, PRODUCTS[policy.product], entry.plate or None,
                entry.vin, entry.insured_id.name or entry.owner_id.name, str(entry.issue_date),
                str(policy.start_date or entry.issue_date), policy.premium, policy.commission_rate, policy.commission,
                entry.salesperson_id.name or None]

    @api.model
    def _make_unknown_rows(self, company, insurer, first):
        """Return lines about cars of which the ledger has no policy: delivered, in the base, unknown."""
        delivered = self.env['insurance.delivery'].search([
            ('company_id', '=', company.id), ('insurance_answer', '=', 'elsewhere'), ('state', '!=', 'returned'),
            ('delivery_date', '>=', first - timedelta(days=60)), ('delivery_date', '<=', first + timedelta(days=25)),
        ], order='delivery_date', limit=2)
        based = self.env['insurance.renewal'].search([
            ('company_id', '=', company.id), ('is_open', '=', True), ('insurer_id', '=', insurer.id)], limit=1)
        cars = [(car.vin_sn, car.license_plate, car.owner_id.name)
                for car in delivered[:1].vehicle_id | based.vehicle_id]
        cars.append((f"LGBZ9XY00TZ{company.id % 10}{insurer.id % 100000:05d}", None, "王晓东"))
        rows = []
        for number, (vin, plate, name) in enumerate(cars, 1):
            for prefix, product, premium, rate in (("PDZA", "交强险", 950, 0.04), ("PDAA", "商业险", 3260, 0.2)):
                policy_no = f"{prefix}{first.year}{company.id % 10}{insurer.id % 1000:03d}8800000{number}"
                issued = first + timedelta(days=11 + number)
                rows.append([0, policy_no, None, product, plate, vin, name, str(issued),
                             str(issued + timedelta(days=3)), premium, rate, round(premium / 1.06 * rate, 2), None])
        return rows

    @api.model
    def _import_statement(self, company, insurer, finance, first, rows):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet("Sheet1")
            sheet.write(0, 0, f"{insurer.name}手续费结算清单 {first:%Y-%m}")
            sheet.write_row(2, 0, HEADINGS)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number + 2, 0, [number, *row[1:]])
            sheet.write_row(len(rows) + 3, 0, ["合计"])
        importing = self.env['insurance.import'].with_user(finance).with_company(company).create({
            'kind': 'statement', 'insurer_id': insurer.id,
            'filename': f"{insurer.insurer_short_name}结算清单{first:%Y%m}.xlsx", 'content': base64.b64encode(buffer.getvalue()),
            'vendor_number': f"{insurer.insurer_code}-{first:%Y%m}-01",
        })
        importing.action_check()
        importing.action_import()
        while importing.import_batch()['state'] == 'running':
            pass

    @api.model
    def _work_exceptions(self, company, clerk, finance):
        """Show each way of dealing with a line: accepted, asked back, being corrected; the rest is left to do."""
        lines = self.env['insurance.statement.line'].search([
            ('company_id', '=', company.id), ('is_exception', '=', True)], order='id').grouped('result')
        for result, worker, method, code, note in (
            ('rate_differs', finance, 'action_claim', 'RATE', "费率与合作协议不一致，已发邮件请保司核对"),
            ('duplicate', clerk, 'action_claim', 'DUPLICATE', "同一保单列了两次，请保司扣回"),
            ('both_differ', clerk, 'action_correct', 'PREMIUM', "批改保费未同步，补录差额"),
        ):
            line = lines.get(result, self.env['insurance.statement.line'])[:1]
            if line:
                getattr(line.with_user(worker).with_company(company), method)(
                    self._get_reason('settlement_difference', code).id, note)
