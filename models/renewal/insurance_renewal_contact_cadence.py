from odoo import api, fields, models
from odoo.tools import sql

from ...lib.texts import says_nothing

PROMISING = ('BUSY',)  # results after which the customer expects the call he asked for (domain 6.2)


class InsuranceRenewalContact(models.Model):
    """What a contact means for the cadence: whether it was effective, and when the next one is due."""

    _inherit = 'insurance.renewal.contact'

    is_effective = fields.Boolean(
        string="Effective", compute='_compute_is_effective', store=True,
        help="The customer was reached, and the text says what was talked about (K8).",
    )
    is_promised = fields.Boolean(
        string="Call-back Promised", compute='_compute_is_promised', store=True, readonly=False,
        help="The customer expects the call on the day of the next contact.",
    )
    contact_hour = fields.Char(string="Hour of the Day", compute='_compute_contact_hour', store=True,
                               help="On the clock of the store.")

    def _auto_init(self):
        # whether a call-back was promised before there was the field is not known: nothing to compute
        cr = self.env.cr
        if sql.table_exists(cr, self._table) and not sql.column_exists(cr, self._table, 'is_promised'):
            sql.create_column(cr, self._table, 'is_promised', 'bool')
        return super()._auto_init()

    @api.depends('is_connected', 'content')
    def _compute_is_effective(self):
        phrases = {company: company._insurance_stock_phrases() for company in self.company_id}
        for contact in self:
            contact.is_effective = contact.is_connected and not says_nothing(
                contact.content, phrases.get(contact.company_id, ()))

    @api.depends('result_id')
    def _compute_is_promised(self):
        for contact in self:
            contact.is_promised = contact.result_id.code in PROMISING

    @api.depends('contact_on')
    def _compute_contact_hour(self):
        for contact in self:
            store, moment = contact.company_id, contact.contact_on
            contact.contact_hour = f'{store._insurance_local(moment).hour:02}:00' if store and moment else False

    @api.depends('intention', 'renewal_id')
    def _compute_next_date(self):
        asked = self.filtered(lambda contact: contact.outcome == 'continue' and not contact._origin)
        for contact in asked.filtered(lambda contact: contact.renewal_id.reference_expiry):
            proposed = contact.renewal_id._propose_next_date(contact.intention)
            later = contact.next_date and proposed and contact.next_date > proposed
            if not contact.next_date or (contact.intention and later):
                contact.next_date = proposed
        super()._compute_next_date()

    def write(self, vals):
        result = super().write(vals)
        if {'content', 'contact_on', 'is_promised'} & vals.keys():
            self._follow_cadence()
        return result

    def _apply_to_cases(self):
        self._follow_cadence()  # before the case ends by it, and what is not due yet is dropped
        return super()._apply_to_cases()

    def _follow_cadence(self):
        # sudo: what is due follows from the contact, whose writer was checked; no role writes it
        self.env['insurance.renewal.task'].sudo()._follow_contacts(self.sudo())
