import re
from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class InsuranceInsurerAgreement(models.Model):
    """A store's agreement with an insurer; while it runs the insurer is certified (R14)."""

    _name = 'insurance.insurer.agreement'
    _description = "Insurer Agreement"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'company_id, insurer_id, date_from desc'
    _check_company_auto = True

    company_id = fields.Many2one(
        'res.company',
        string="Store",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    insurer_id = fields.Many2one(
        'res.partner',
        string="Insurer",
        required=True,
        index=True,
        domain=[('is_insurer', '=', True)],
        tracking=True,
    )
    agency_code = fields.Char(tracking=True, help="The store's code with this insurer.")
    date_from = fields.Date(
        string="Certified from", required=True, tracking=True, default=lambda self: self.env.company._insurance_today()
    )
    date_to = fields.Date(string="Certified until", tracking=True, help="Empty: until further notice.")
    advance_days = fields.Integer(
        string="Earliest Issue (days)",
        default=30,
        required=True,
        help="How many days before its start this insurer issues a policy.",
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    tolerance = fields.Monetary(
        string="Tolerance", default=0.05, help="Difference per line up to which a statement agrees."
    )
    statement_basis = fields.Selection(
        [('issue', "Signing date"), ('start', "Start date")],
        default='issue',
        required=True,
        help="Which date decides the month of the insurer's statement (T13).",
    )
    commission_basis = fields.Selection(
        [('gross', "Premium with VAT"), ('net', "Premium without VAT")],
        default='gross',
        required=True,
        help="What the commission rate is applied to (T40).",
    )
    vat_rate = fields.Float(
        string="VAT in Premiums",
        default=0.06,
        digits=(5, 4),
        help="Taken out of the premium where commission is paid on premium without VAT.",
    )
    list_headings = fields.Text(
        string="Columns of its List",
        help="The headings of the insurer's own list, as they stand in it: the export of the ledger follows them.",
    )
    active = fields.Boolean(default=True)
    note = fields.Text()

    _period_ordered = models.Constraint(
        'CHECK (date_to IS NULL OR date_from <= date_to)',
        "An agreement ends after it begins.",
    )
    _vat_rate_range = models.Constraint('CHECK (vat_rate >= 0 AND vat_rate < 1)', "VAT lies between 0 and 99 %.")

    @api.depends('insurer_id', 'company_id')
    def _compute_display_name(self):
        for agreement in self:
            insurer = agreement.insurer_id
            agreement.display_name = f"{insurer.insurer_short_name or insurer.name} – {agreement.company_id.name}"

    @api.constrains('company_id', 'insurer_id', 'date_from', 'date_to', 'active')
    def _check_overlap(self):
        for agreement in self.filtered('active'):
            until = agreement.date_to
            domain = Domain(
                [
                    ('company_id', '=', agreement.company_id.id),
                    ('insurer_id', '=', agreement.insurer_id.id),
                    ('id', '!=', agreement.id),
                ]
            ) & (Domain('date_to', '=', False) | Domain('date_to', '>=', agreement.date_from))
            if until:
                domain &= Domain('date_from', '<=', until)
            other = self.search(domain, limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s: another agreement runs from %(start)s. End it first.",
                        agreement=agreement.display_name,
                        start=other.date_from,
                    )
                )

    def _get_list_headings(self):
        """Return the headings of the insurer's list, however they were pasted: in lines, cells or with commas (R35)."""
        return [heading for text in re.split(r'[\n\t,，;；]', self.list_headings or '') if (heading := text.strip())]

    @api.model
    def _get_certified(self, company, day):
        """Return the insurers (partners) certified for `company` on `day`."""
        # sudo: the certified list is no secret, the terms of an agreement are
        return (
            self.sudo()
            .search(
                [
                    ('company_id', '=', company.id),
                    ('date_from', '<=', day),
                    '|',
                    ('date_to', '=', False),
                    ('date_to', '>=', day),
                ]
            )
            .insurer_id.with_env(self.env)
        )

    @api.model
    def _get_periods(self, companies):
        """Return when which insurer is certified: `{(company, insurer): [(first day, last day)]}`, in one query."""
        # sudo: as in `_get_certified`
        agreements = self.sudo().search([('company_id', 'in', companies.ids)])
        periods = defaultdict(list)
        for agreement in agreements:
            period = (agreement.date_from, agreement.date_to or date.max)
            periods[agreement.company_id, agreement.insurer_id].append(period)
        return periods
