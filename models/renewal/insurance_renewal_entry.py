from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class InsuranceRenewal(models.Model):
    """The ledger entries that renewed the car: the ledger, not a contact, proves that a case is won (K3)."""

    _inherit = 'insurance.renewal'

    entry_ids = fields.One2many('insurance.ledger.entry', 'renewal_id', string="Ledger Entries")
    entry_count = fields.Integer(string="Entry Count", compute='_compute_entry_count')
    won_entry_id = fields.Many2one('insurance.ledger.entry', string="Renewed by", readonly=True, copy=False,
                                   index='btree_not_null')

    @api.model
    def _is_guarded(self, field):
        return field.name == 'won_entry_id' or super()._is_guarded(field)

    @api.depends('won_entry_id.insurer_id')
    def _compute_won_insurer_id(self):
        super()._compute_won_insurer_id()
        for case in self.filtered('won_entry_id'):
            case.won_insurer_id = case.won_entry_id.insurer_id

    def _compute_entry_count(self):
        # sudo: that there are entries; opening them asks for the right to
        groups = self.env['insurance.ledger.entry'].sudo()._read_group(
            [('renewal_id', 'in', self.ids)], ['renewal_id'], ['__count'])
        counts = {case.id: count for case, count in groups}
        for case in self:
            case.entry_count = counts.get(case.id, 0)

    def _is_won_by(self, vals):
        return bool(vals.get('won_entry_id')) or super()._is_won_by(vals)

    def _win_with_entry(self, entry):
        """Close the case as won by a registered entry; of two entries of one occasion the first wins it."""
        for case in self:
            if case.won_entry_id:
                continue
            values = {'won_entry_id': entry.id}
            if case.state != 'won':
                values.update(state='won', lost_contact_id=False, closed_on=case.company_id._insurance_today())
                case.message_post(body=self.env._("Won: %(entry)s was registered.", entry=entry.display_name))
            case.write(values)

    def _lose_entry(self, entry, cancellation):
        """Open a case again whose entry was cancelled, unless another entry still renews the car (T7)."""
        for case in self:
            if case.won_entry_id != entry:
                continue
            other = (case.entry_ids - entry).filtered(lambda row: row.vehicle_count > 0 and not row._is_cancelled())
            if other:
                case.won_entry_id = other[0]
                continue
            case.write({'won_entry_id': False, 'won_contact_id': False, 'closed_on': False, 'state': 'following'})
            case.message_post(body=self.env._(
                "Open again: %(entry)s was cancelled (%(reason)s).", entry=entry.display_name,
                reason=cancellation.reason_id.name or '',
            ))

    def action_view_entries(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_ledger_entry_action')
        return dict(action, domain=[('renewal_id', '=', self.id)], context={'create': False})

    def action_enter_policy(self):
        """Prepare the ledger entry of a case that is being issued or is won, and open it."""
        self.ensure_one()
        Entry = self.env['insurance.ledger.entry']
        last = Entry.search([
            ('vehicle_id', '=', self.vehicle_id.id), ('company_id', '=', self.company_id.id),
            ('entry_type', '=', 'policy'), ('state', '=', 'registered'), ('end_date', '<=', self.reference_expiry),
        ], order='end_date desc', limit=1)
        values = last._prepare_renewal() if last else {'policy_ids': self._prepare_policies()}
        contact = self.won_contact_id
        values.update(
            company_id=self.company_id.id, vehicle_id=self.vehicle_id.id,
            salesperson_id=Entry._get_salesperson(self.specialist_id, self.company_id).id,
            insurer_id=(contact.won_insurer_id or last.insurer_id or self.insurer_id).id,
            owner_id=(self.vehicle_id.owner_id or self.partner_id).id,
            insured_id=(self.insured_id or self.partner_id).id,
            applicant_id=(self.applicant_id or self.partner_id).id, vehicle_tax=self.vehicle_tax,
        )
        if not values['insurer_id']:
            raise UserError(self.env._("%(case)s: enter the insurer of last year first.", case=self.display_name))
        return Entry.create(values)._get_form_action()

    def _prepare_policies(self):
        """Return the policies that follow those of the case, premiums to be typed."""
        expiries = {'compulsory': self.compulsory_expiry, 'commercial': self.commercial_expiry}
        return [
            Command.create({'product': product, 'start_date': fields.Date.add(expiry, days=1)})
            for product, expiry in expiries.items() if expiry
        ]
