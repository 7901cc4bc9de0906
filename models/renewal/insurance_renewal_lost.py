from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

LATE_REASON = 'ALREADY'  # code of the reason whose lateness is ours (domain 6.4, T29)


class InsuranceRenewal(models.Model):
    """Lost cases: found out too late, by how much the competitor was cheaper, which ones count in a month."""

    _inherit = 'insurance.renewal'

    is_late_discovery = fields.Boolean(
        string="Found out Late", compute='_compute_is_late_discovery', store=True,
        help="Lost as already insured elsewhere, while our first contact came too late to prevent it (T29).",
    )

    @api.depends('state', 'lost_reason_id', 'reference_expiry', 'contact_ids.contact_on', 'contact_ids.is_superseded')
    def _compute_is_late_discovery(self):
        # sudo: all contacts of the case count, whoever may read them; the setting is the store's
        for case in self.sudo():
            moments = case.contact_ids.filtered(lambda contact: not contact.is_superseded).mapped('contact_on')
            if case.state != 'lost' or case.lost_reason_id.code != LATE_REASON or not moments:
                case.is_late_discovery = False
                continue
            first = case.company_id._insurance_local(min(moments)).date()
            latest = case.reference_expiry - timedelta(days=case.company_id.insurance_late_contact_days)
            case.is_late_discovery = first > latest

    @api.model
    def _get_lost_domain(self, companies, first, last):
        """Return the domain of the cases lost from `first` to `last`.

        What left the base (sold, scrapped, wrong data) is not lost, and what was won back is not lost any more.
        """
        return Domain([
            ('company_id', 'in', companies.ids), ('state', '=', 'lost'),
            ('closed_on', '>=', first), ('closed_on', '<=', last),
        ])

    def _get_price_gaps(self):
        """Return by how much our newest quote was above the competitor's price, where both are known.

        The quote is commercial and compulsory together, without vehicle tax; negative: ours was the cheaper one.

        :return: `{case: amount}`
        """
        priced = self.filtered(lambda case: case.lost_contact_id.lost_price)
        quoting = self.env['insurance.renewal.contact'].search([
            ('renewal_id', 'in', priced.ids), ('is_superseded', '=', False),
            '|', ('quote_commercial', '>', 0), ('quote_compulsory', '>', 0),
        ], order='contact_on, id')
        quotes = {contact.renewal_id: contact.quote_commercial + contact.quote_compulsory for contact in quoting}
        return {
            case: quotes[case] - case.lost_contact_id.lost_price for case in priced if case in quotes
        }
