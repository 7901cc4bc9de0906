from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceRenewal(models.Model):
    """Who else works on the case: a colleague for an absent one, another store of the group (T34)."""

    _inherit = 'insurance.renewal'

    is_covered = fields.Boolean(
        string="Covered by Me", compute='_compute_is_covered', search='_search_is_covered',
        help="Its specialist is away and I cover for him.",
    )
    elsewhere_note = fields.Char(string="In Hand Elsewhere", compute='_compute_elsewhere_note')

    @api.depends('company_id', 'specialist_id')
    @api.depends_context('uid')
    def _compute_is_covered(self):
        pairs = self.env['insurance.renewal.cover']._get_covered_today()
        for case in self:
            case.is_covered = (case.company_id.id, case.specialist_id.id) in pairs

    def _search_is_covered(self, operator, value):
        """Answers the record rules: asked at every access, so that a cover begins and ends with its days."""
        if operator != 'in' or True not in value or False in value:
            return NotImplemented
        pairs = self.env['insurance.renewal.cover']._get_covered_today()
        return Domain.OR(
            Domain('company_id', '=', store) & Domain('specialist_id', '=', user) for store, user in sorted(pairs)
        )

    @api.depends('vehicle_id', 'company_id')
    def _compute_elsewhere_note(self):
        stores = self.vehicle_id._get_stores_in_hand()
        for case in self:
            others = stores.get(case.vehicle_id.id, self.env['res.company']) - case.company_id
            case.elsewhere_note = case.is_open and ", ".join(others.mapped('name')) or False

    def action_log_for_all(self):
        """Open the dialog that logs one talk for all cars of the group customer (T19)."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Log for All Cars of this Customer"),
            'res_model': 'insurance.renewal.contact.share', 'view_mode': 'form', 'target': 'new',
            'context': {'default_renewal_id': self.id},
        }
