from io import BytesIO

from odoo import api, models

from ...lib.capital_amount import capital_amount
from ...lib.xlsx_out import Column, add_sheet, new_workbook, write_table


class InsuranceClaimDunning(models.Model):
    """The dunning letter on paper and as a workbook, kept as they went out."""

    _inherit = 'insurance.claim.dunning'

    def _prepare_letter(self):
        """Return what the letter says: heads, rows and totals; the template draws them."""
        self.ensure_one()
        self.check_access('read')
        store = self.company_id.sudo()  # sudo: name and address of the store
        kinds = dict(self.line_ids._fields['limit_kind']._description_selection(self.env))
        rows = [{
            'no': number, 'claim': line.claim_id.name, 'plate': line.plate or '', 'report_no': line.report_no or '',
            'claim_no': line.insurer_claim_no or '', 'submitted': line.submitted_on or '', 'due': line.due_on or '',
            'owed': kinds.get(line.limit_kind, ''), 'days': line.days, 'amount': line.amount,
        } for number, line in enumerate(self.line_ids, 1)]
        return {
            'insurer': self.insurer_id.name, 'store': store.name, 'name': self.name, 'rows': rows,
            'level': dict(self._fields['level']._description_selection(self.env))[self.level],
            'total': self.currency_id.format(self.amount), 'in_words': capital_amount(self.amount),
            'date': str(self.date), 'reply_by': str(self.reply_by),
            'salutation': self.env._("%(insurer)s:", insurer=self.insurer_id.name),
            'address': ", ".join(filter(None, (store.city, store.street, store.street2))),
            'phone': store.phone or '', 'agency_code': store.insurance_agency_code or '',
            'account': self._get_bank_account(store), 'note': self.note or '', 'is_draft': self.state == 'draft',
            'oldest': max((row['days'] for row in rows), default=0),
        }

    @api.model
    def _get_bank_account(self, store):
        """Return where the money goes: bank and number of the store's first account."""
        account = store.partner_id.bank_ids[:1]
        return " ".join(filter(None, (account.bank_id.name, account.acc_number)))

    def _keep_files(self):
        """Print the letter and write its workbook, and keep both on it."""
        self.ensure_one()
        pdf, kind = self.env['ir.actions.report']._render_qweb_pdf(
            'dealer_insurance.report_insurance_claim_dunning', self.ids)
        name = f"{self.env._('Dunning Letter')} {self.display_name}"
        # sudo: what went out is kept by this method alone; nobody exchanges it
        files = self.env['ir.attachment'].sudo().create([
            {'name': f"{name}.{kind}", 'raw': pdf, 'res_model': self._name, 'res_id': self.id},
            {'name': f"{name}.xlsx", 'raw': self._make_workbook(), 'res_model': self._name, 'res_id': self.id},
        ])
        self.sudo().write({'letter_id': files[0].id, 'workbook_id': files[1].id})
        self.env['insurance.access.log'].with_company(self.company_id)._log(
            'export', name, self.insurer_id, len(self.line_ids))

    def _make_workbook(self):
        """Return the bytes of the workbook that goes with the letter."""
        letter, target = self._prepare_letter(), BytesIO()
        columns = self._get_workbook_columns()
        workbook, formats = new_workbook(target)
        with workbook:
            sheet = add_sheet(workbook, self.env._("Dunning Letter"))
            sheet.write_string(0, 0, f"{letter['store']}: {letter['level']} {letter['name']}", formats['title'])
            sheet.write_string(1, 0, self.env._("%(insurer)s, letter of %(day)s, answer by %(reply)s",
                                                insurer=letter['insurer'], day=self.date, reply=self.reply_by),
                               formats['note'])
            write_table(sheet, formats, 2, list(columns.values()),
                        ([row[name] or None for name in columns] for row in letter['rows']),
                        totals=(self.env._("Total"), self.env._("Shown by the Filter")))
        return target.getvalue()

    def _get_workbook_columns(self):
        _ = self.env._
        return {
            'no': Column(_("No."), 'int'), 'claim': Column(_("Claim No.")), 'plate': Column(_("Plate")),
            'report_no': Column(_("Report No.")), 'claim_no': Column(_("Insurer's Claim No.")),
            'submitted': Column(_("Documents Submitted on"), 'date'), 'owed': Column(_("Insurer owes")),
            'due': Column(_("Due by"), 'date'), 'days': Column(_("Days Overdue"), 'int'),
            'amount': Column(_("Amount owed"), 'money', total=True),
        }

    def action_print(self):
        """Print the letter; one that was sent comes as it went out."""
        self.ensure_one()
        self.check_access('read')
        if self.letter_id:
            return {'type': 'ir.actions.act_url', 'url': f'/web/content/{self.letter_id.id}?download=true'}
        return self.env.ref('dealer_insurance.report_insurance_claim_dunning_action').report_action(self)

    def action_workbook(self):
        """Download the workbook that went out with the letter."""
        self.ensure_one()
        self.check_access('read')
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{self.workbook_id.id}?download=true'}
