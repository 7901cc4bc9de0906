from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class InsuranceArchiveLoan(models.Model):
    """The paper of a folder lent to a colleague: to whom, since when, until when. The history stays."""

    _name = 'insurance.archive.loan'
    _description = "Loan of a Folder"
    _inherit = ['insurance.guard']
    _order = 'lent_on desc, id desc'
    _rec_name = 'archive_id'

    _guarded_fields = frozenset({'lent_by_id', 'returned_on', 'returned_to_id'})
    _kept_fields = frozenset({'archive_id', 'borrower_id', 'lent_on'})

    archive_id = fields.Many2one('insurance.archive', string="Folder", required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='archive_id.company_id', store=True, index=True)
    borrower_id = fields.Many2one(
        'res.users', string="Borrower", required=True, index=True, domain=[('share', '=', False)],
    )
    lent_on = fields.Date(string="Lent on", required=True, default=lambda self: self.env.company._insurance_today())
    due_on = fields.Date(string="Due Back", required=True)
    lent_by_id = fields.Many2one('res.users', string="Lent by", readonly=True)
    returned_on = fields.Date(string="Returned on", readonly=True)
    returned_to_id = fields.Many2one('res.users', string="Returned to", readonly=True)
    note = fields.Char(help="What for, and who fetched it.")

    _one_open = models.UniqueIndex("(archive_id) WHERE returned_on IS NULL", "This folder is lent already.")
    _open_idx = models.Index("(company_id, due_on) WHERE returned_on IS NULL")

    @api.constrains('lent_on', 'due_on')
    def _check_dates(self):
        for loan in self:
            if loan.due_on < loan.lent_on:
                raise ValidationError(self.env._(
                    "%(folder)s: the folder is due back after it was lent.", folder=loan.archive_id.display_name,
                ))
            if loan.lent_on > loan.company_id._insurance_today():
                raise ValidationError(self.env._(
                    "%(folder)s: the day of lending is still to come.", folder=loan.archive_id.display_name,
                ))

    @api.model_create_multi
    def create(self, vals_list):
        archives = self.env['insurance.archive'].browse([vals['archive_id'] for vals in vals_list
                                                         if vals.get('archive_id')])
        for archive in archives:
            if archive.is_lent:
                raise UserError(self.env._(
                    "%(folder)s is lent to %(borrower)s: it has to come back first.",
                    folder=archive.display_name, borrower=archive.borrower_id.name,
                ))
        loans = super().create(vals_list)
        # sudo: a stamp that nobody writes by hand
        loans.sudo().lent_by_id = self.env.user
        for loan in loans:
            loan.archive_id.activity_schedule(
                'dealer_insurance.mail_activity_type_archive_return', loan.due_on, user_id=self.env.uid,
                summary=self.env._("Lent to %(borrower)s", borrower=loan.borrower_id.name),
            )
            loan.archive_id.message_post(body=self.env._(
                "Lent to %(borrower)s until %(due)s.", borrower=loan.borrower_id.name, due=loan.due_on,
            ))
        return loans

    def write(self, vals):
        if any(loan.returned_on for loan in self):
            raise UserError(self.env._("The folder came back: this loan is history and stays as it is."))
        if not self.env.su and vals.keys() & self._kept_fields:
            raise UserError(self.env._(
                "Who borrowed the folder and since when stays as it is. Take it back and lend it again.",
            ))
        result = super().write(vals)
        if 'due_on' in vals:
            for loan in self:
                loan.archive_id.activity_reschedule(
                    ['dealer_insurance.mail_activity_type_archive_return'], date_deadline=loan.due_on,
                )
                loan.archive_id.message_post(body=self.env._("Due back on %(due)s instead.", due=loan.due_on))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Loans are never deleted: take the folder back."))

    def action_return(self):
        """Take the folders back today."""
        self.check_access('write')
        for loan in self.filtered(lambda one: not one.returned_on):
            # sudo: stamps that nobody writes by hand
            loan.sudo().write({
                'returned_on': loan.company_id._insurance_today(), 'returned_to_id': self.env.uid,
            })
            loan.archive_id.activity_feedback(['dealer_insurance.mail_activity_type_archive_return'])
            loan.archive_id.message_post(body=self.env._(
                "%(borrower)s returned the folder.", borrower=loan.borrower_id.name,
            ))
