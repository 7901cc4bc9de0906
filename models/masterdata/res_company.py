from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_agency_code = fields.Char(string="Agency Licence No.")
    insurance_vehicle_brand_id = fields.Many2one(
        'fleet.vehicle.model.brand',
        string="Store Brand",
        help="Models named in a workbook without their make are created under this brand.",
    )
    insurance_butler_name = fields.Char(
        string="Butler Programme",
        translate=True,
        help="Name of the brand's insurance service programme, as customers know it.",
    )
    insurance_block_uncertified = fields.Boolean(
        string="Refuse Uncertified Insurers",
        help="A contact that recommends an insurer without a valid agreement is refused instead of only being"
        " marked for the reviewer.",
    )
    insurance_import_keep_days = fields.Integer(
        string="Keep Imported Rows (days)",
        default=30,
        required=True,
        help="How long the rows of imported workbooks are kept beside what became of them.",
    )
