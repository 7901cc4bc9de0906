from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

HEADER = ('payer_id', 'paid_on', 'method', 'reference', 'payer_exception_id', 'payer_note')


class InsuranceCustomerPaymentLine(models.Model):
    """The part of a customer's payment that is for one ledger entry.

    Entered below an entry, it makes its payment itself: payer, day and method are then given with the line.
    """

    _name = 'insurance.customer.payment.line'
    _description = "Part of a Customer Payment"
    _inherit = ['insurance.guard']
    _order = 'entry_id.id, id'

    payment_id = fields.Many2one('insurance.customer.payment', required=True, index=True, ondelete='cascade')
    entry_id = fields.Many2one('insurance.ledger.entry', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='entry_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    amount = fields.Monetary(required=True)
    payer_id = fields.Many2one(related='payment_id.payer_id', readonly=False)
    paid_on = fields.Date(related='payment_id.paid_on', readonly=False)
    method = fields.Selection(related='payment_id.method', readonly=False)
    reference = fields.Char(related='payment_id.reference', readonly=False)
    payer_exception_id = fields.Many2one(
        related='payment_id.payer_exception_id', readonly=False, domain="[('use', '=', 'payment_exception')]",
    )
    payer_note = fields.Char(related='payment_id.payer_note', readonly=False)

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        defaults.setdefault('paid_on', self.env.company._insurance_today())
        defaults.setdefault('method', 'wechat')
        return defaults

    @api.model
    def _add_missing_default_values(self, values):
        """Propose day and method on the screen only: they are the payment's, which may be there already."""
        completed = super()._add_missing_default_values(values)
        return {name: value for name, value in completed.items() if name in values or name not in HEADER}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([self._with_payment(vals) for vals in vals_list])
        lines.payment_id._check_explained()
        return lines

    @api.model
    def _with_payment(self, vals):
        """Return the values of a line with its payment; made from what the line says when it names none."""
        header = {name: vals[name] for name in HEADER if name in vals}
        rest = {name: value for name, value in vals.items() if name not in HEADER}
        if rest.get('payment_id'):
            return rest
        entry = self.env['insurance.ledger.entry'].browse(vals.get('entry_id'))
        payment = self.env['insurance.customer.payment'].create({
            'payer_id': entry.applicant_id.id or entry.owner_id.id,
            **{name: value for name, value in header.items() if value},
            'company_id': entry.company_id.id, 'amount': vals.get('amount') or 0,
        })
        return dict(rest, payment_id=payment.id)

    def write(self, vals):
        self.entry_id._check_not_signed()
        for line in self if 'amount' in vals else ():
            payment = line.payment_id
            if payment.line_ids == line and not payment.currency_id.compare_amounts(payment.amount, line.amount):
                # entered as one, changed as one
                payment.write({
                    'amount': vals['amount'], 'line_ids': [Command.update(line.id, {'amount': vals['amount']})],
                })
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self.entry_id._check_not_signed()
        for entry in self.entry_id:
            if entry.state != 'draft':
                raise UserError(self.env._(
                    "%(entry)s is registered: its payments stay. Enter a repayment with a negative amount.",
                    entry=entry.display_name,
                ))

    @api.constrains('amount', 'payment_id', 'entry_id')
    def _check_payment(self):
        for line in self:
            payment, entry = line.payment_id, line.entry_id
            if entry.company_id != payment.company_id:
                raise ValidationError(self.env._(
                    "Payment of %(payer)s: the entry belongs to another store.", payer=payment.payer_id.name,
                ))
            total = sum(payment.line_ids.mapped('amount'))
            if total * payment.amount < 0 or payment.currency_id.compare_amounts(abs(total), abs(payment.amount)) > 0:
                raise ValidationError(self.env._(
                    "Payment of %(payer)s: %(allocated)s is allocated, but only %(amount)s was received.",
                    payer=payment.payer_id.name, allocated=payment.currency_id.format(total),
                    amount=payment.currency_id.format(payment.amount),
                ))
            applicant = entry.applicant_id or entry.owner_id
            if payment.payer_id != applicant and not payment.payer_exception_id and not entry.import_digest:
                raise ValidationError(self.env._(
                    "%(entry)s: %(payer)s pays for the applicant %(applicant)s. Say why.",
                    entry=entry.display_name, payer=payment.payer_id.name, applicant=applicant.name,
                ))
