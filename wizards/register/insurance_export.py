from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.xlsx_out import add_sheet

HEAD_ROW = 2  # of the table in a sheet, from 0: title and mark stand above


class InsuranceExport(models.AbstractModel):
    """What every export of customers' data has in common (T37).

    A period, a workbook whose sheets say who took it out, an entry in the access log, and a download for its maker
    alone. A concrete model makes the workbook of what its user may read, then logs and delivers it. Of a large one,
    by the setting of each store, those who answer for the data are told at once.
    """

    _name = 'insurance.export'
    _description = "Export of Personal Data"

    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._insurance_today().replace(day=1),
    )
    date_to = fields.Date(string="To", required=True, default=lambda self: self.env.company._insurance_today())
    file = fields.Binary(readonly=True)
    file_name = fields.Char(readonly=True)

    @api.constrains('date_from', 'date_to')
    def _check_period(self):
        for export in self:
            if export.date_from > export.date_to:
                raise ValidationError(self.env._("The period ends before it begins: %(start)s – %(end)s.",
                                                 start=export.date_from, end=export.date_to))

    def _log_export(self, what, row_counts, records=None):
        """Log the export in every store it takes from, and tell who answers for the data when it is a large one.

        The rows of all stores together decide, so that many small parts are a large export too.

        :param str what: names the workbook
        :param dict row_counts: rows by company
        :param records: those it was asked for, if certain ones
        """
        total = sum(row_counts.values())
        for company, count in row_counts.items():
            self.env['insurance.access.log'].with_company(company)._log('export', what, records, count)
            if total > company.insurance_export_alert_rows:
                self._alert_export(company, what, total)

    def _alert_export(self, company, what, row_count):
        """Tell the general managers of a large export; the group's too when one of them made it, or there is none."""
        gm, group = ('dealer_insurance.group_general_manager', 'dealer_insurance.group_group_manager')
        managers = self._get_colleagues(company, gm)
        if not managers or self.env.user.has_group(gm):
            managers |= self._get_colleagues(company, group)
        for lang, told in managers.grouped('lang').items():
            _ = self.with_context(lang=lang).env._
            # sudo: sent by the system about the user, who need not be allowed to write messages
            self.env['mail.thread'].sudo().message_notify(
                partner_ids=told.partner_id.ids,
                subject=_("Large export of personal data: %(count)s rows", count=row_count),
                body=Markup("<p>%s</p>") % _(
                    "%(user)s exported %(count)s rows of %(store)s: %(what)s. The access log names every export.",
                    user=self.env.user.name, count=row_count, store=company.name, what=what,
                ),
            )

    def _get_colleagues(self, company, group):
        """Return the other users of the store who have a role (xmlid of its group)."""
        # sudo: who is told, whoever exports
        return self.env['res.users'].sudo().search([
            ('all_group_ids', 'in', self.env.ref(group).id), ('company_ids', 'in', company.id),
            ('share', '=', False), ('id', '!=', self.env.uid),
        ])

    def _deliver(self, content, file_name):
        """Keep the workbook for its maker and return the action that downloads it.

        :param bytes content: of the workbook
        """
        self.write({'file': False, 'file_name': file_name})
        # sudo: a field's file is not attached by hand. Bytes go there as they are; the field would copy them thrice
        self.env['ir.attachment'].sudo().create({
            'name': 'file', 'res_model': self._name, 'res_field': 'file', 'res_id': self.id, 'raw': content,
        })
        self.invalidate_recordset(['file'])
        return {
            'type': 'ir.actions.act_url', 'target': 'download', 'close': True,
            'url': f'/web/content/{self._name}/{self.id}/file?filename_field=file_name&download=true',
        }

    def _add_marked_sheet(self, workbook, formats, name, title, row_count, pages_wide=1):
        """Add a sheet that says what it is and who took it out; its table begins in :data:`HEAD_ROW`."""
        mark = self._get_watermark(row_count)
        sheet = add_sheet(workbook, name, pages_wide)
        sheet.write_string(0, 0, title, formats['title'])
        sheet.write_string(1, 0, mark, formats['note'])
        sheet.set_footer(f"&L&8{mark.replace('&', '&&')[:180]}&R&8&P / &N")
        return sheet

    def _get_watermark(self, row_count):
        """Return who takes out how much, and when (T37)."""
        return self.env._(
            "Exported by %(user)s (%(login)s) on %(moment)s, %(count)s rows. Personal data: for use in the store only.",
            user=self.env.user.name, login=self.env.user.login, count=row_count,
            moment=self.env.company._insurance_local(fields.Datetime.now()).strftime('%Y-%m-%d %H:%M'),
        )
