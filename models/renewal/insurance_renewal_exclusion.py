from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .insurance_renewal_gate import SUPERVISORS


class InsuranceRenewalExclusion(models.Model):
    """A car whose policies expire and that gets no case, with the ground: in the gross base, not in the net (K3)."""

    _name = 'insurance.renewal.exclusion'
    _description = "Car Left out of the Base"
    _order = 'reference_expiry desc, id desc'
    _rec_names_search = ['vehicle_id.license_plate', 'vehicle_id.vin_sn', 'partner_id.name']

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", required=True, index=True, readonly=True,
                                 ondelete='restrict')
    plate = fields.Char(related='vehicle_id.license_plate', string="Plate")
    vin = fields.Char(related='vehicle_id.vin_sn', string="VIN")
    partner_id = fields.Many2one('res.partner', string="Owner", index=True, readonly=True, ondelete='restrict')
    entry_id = fields.Many2one('insurance.ledger.entry', string="Expiring Entry", index=True, readonly=True,
                               ondelete='restrict')
    reference_expiry = fields.Date(string="Expiry", required=True, readonly=True)
    ground = fields.Selection(
        [('sold', "Sold or returned"), ('scrapped', "Scrapped"), ('total_loss', "Total loss or stolen"),
         ('out_of_use', "Out of use"), ('do_not_call', "Wants no calls"), ('archived', "Vehicle archived")],
        string="Left out because", required=True, readonly=True,
    )
    found_on = fields.Date(string="Left out on", required=True, readonly=True)
    renewal_id = fields.Many2one(
        'insurance.renewal', string="Case after all", readonly=True, index='btree_not_null',
        help="Made by the supervisor, or for the new owner of a car that was sold. The car then counts by its case.",
    )
    overruled_by_id = fields.Many2one('res.users', string="Overruled by", readonly=True)

    _vehicle_expiry_uniq = models.UniqueIndex(
        "(company_id, vehicle_id, reference_expiry)", "This vehicle is left out for this expiry already.",
    )
    _company_expiry_idx = models.Index("(company_id, reference_expiry) WHERE renewal_id IS NULL")

    @api.depends('vehicle_id', 'partner_id')
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (row.plate or (row.vin or '')[-8:], row.partner_id.name)))

    @api.model
    def _insert_due(self, company):
        """Note the due cars of the store that are left out; see `insurance.renewal._generate_month`.

        The sold car of a known new owner is noted too: its row names the new owner's case.
        """
        self.env.cr.execute(SQL(
            """
            INSERT INTO insurance_renewal_exclusion (company_id, vehicle_id, partner_id, entry_id, reference_expiry,
                   ground, found_on, renewal_id, create_uid, write_uid, create_date, write_date)
            SELECT %(company)s, d.vehicle_id, d.owner_id, d.entry_id, d.reference_expiry, d.ground, %(today)s, c.id,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM insurance_renewal_due d
              LEFT JOIN insurance_renewal c ON c.vehicle_id = d.vehicle_id AND c.company_id = %(company)s
                   AND c.reference_expiry = d.reference_expiry AND c.active
             WHERE d.ground IS NOT NULL
                ON CONFLICT DO NOTHING
            """,
            company=company.id, today=company._insurance_today(), uid=self.env.uid, now=self.env.cr.now(),
        ))

    def action_make_case(self):
        """Make the case of a car that was left out; the supervisor's decision.

        :return: the action that opens the case
        :raises UserError: when there is one already, or its policies are no longer the newest ones
        """
        self.ensure_one()
        if not self.env.user.has_groups(SUPERVISORS):
            raise AccessError(self.env._("Only the insurance supervisor decides that a car gets a case after all."))
        self.check_access('read')
        if not self.renewal_id:
            # sudo: the case is copied from the ledger, and who decided is noted here and not written by hand
            row = self.sudo()
            day = row.reference_expiry
            case = row.env['insurance.renewal']._generate_month(row.company_id, day, day, fields.Date.add(
                day, days=1), row)
            if not case:
                raise UserError(self.env._(
                    "%(car)s: there is a case of this expiry already, or newer policies are in the ledger.",
                    car=self.display_name,
                ))
            row.write({'renewal_id': case.id, 'overruled_by_id': self.env.uid})
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.renewal', 'res_id': self.renewal_id.id,
            'view_mode': 'form', 'views': [(False, 'form')],
        }
