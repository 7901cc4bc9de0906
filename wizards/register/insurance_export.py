from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.xlsx_out import add_sheet

HEAD_ROW = 2  # of the table in a sheet, from 0: title and mark stand above


class InsuranceExport(models.AbstractModel):
    """What every export of customers' data has in common (T37).

    A period, a workbook whose sheets say who took it out, an entry in the access log, and a download for its maker
    alone. A concrete model makes the workbook of what its user may read, then logs and delivers it.
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
        """Log the export in every store it takes from.

        :param str what: names the workbook
        :param dict row_counts: rows by company
        :param records: those it was asked for, if certain ones
        """
        for company, count in row_counts.items():
            self.env['insurance.access.log'].with_company(company)._log('export', what, records, count)

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
