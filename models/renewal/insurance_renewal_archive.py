from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceRenewal(models.Model):
    """Last year's folder of the car, one click away from the case (R36)."""

    _inherit = 'insurance.renewal'

    last_archive_id = fields.Many2one('insurance.archive', string="Last Year's Folder",
                                      compute='_compute_last_archive_id')

    def _compute_last_archive_id(self):
        folders = defaultdict(list)
        # sudo: whether there is a folder; opening it asks for the right to
        for archive in self.env['insurance.archive'].sudo().search_fetch(
            [('vehicle_id', 'in', self.vehicle_id.ids), ('company_id', 'in', self.company_id.ids)],
            ['vehicle_id', 'company_id', 'date_from'], order='date_from desc, id desc',
        ):
            folders[archive.vehicle_id.id, archive.company_id.id].append((archive.date_from, archive.id))
        for case in self:
            key = case.vehicle_id.id, case.company_id.id
            case.last_archive_id = next(
                (archive for start, archive in folders[key] if not case.reference_expiry
                 or start < case.reference_expiry), False,
            )

    def action_view_last_archive(self):
        """Open the folder of the policies that expire."""
        self.ensure_one()
        if not self.last_archive_id:
            raise UserError(self.env._(
                "The archive has no folder of %(case)s: last year's policies were not entered in the ledger of this"
                " store.", case=self.display_name,
            ))
        archive = self.last_archive_id.with_env(self.env)
        archive.check_access('read')
        return archive._get_open_action()
