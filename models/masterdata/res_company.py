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
    # What a proposal, a benefit and the ledger follow
    insurance_state_id = fields.Many2one(
        'res.country.state',
        string="Province of Tariffs",
        help="Decides compulsory factors and vehicle tax. Empty: the province of the store's address.",
    )
    insurance_ledger_split = fields.Boolean(
        string="Separate Ledgers for New Cars",
        help="Keeps new business and renewals of an insurer in two ledgers instead of one (R30).",
    )
    insurance_gap_days = fields.Integer(
        string="Interrupted after (days)",
        default=90,
        required=True,
        help="A car whose last policy here ended longer ago comes back as an interrupted renewal.",
    )
    insurance_allow_cash_rebate = fields.Boolean(
        string="Allow Cash Rebates",
        help="Off by default: agents may not give customers money outside the contract (Insurance Law art. 131).",
    )
    insurance_benefit_free_amount = fields.Monetary(
        string="Benefits without Approval",
        currency_field='currency_id',
        help="Up to this value per sale nobody is asked.",
    )
    insurance_supervisor_benefit_amount = fields.Monetary(
        string="Supervisor Approves up to",
        currency_field='currency_id',
        default=500,
        help="Benefits above it are the general manager's to approve (T11).",
    )
    insurance_supervisor_benefit_share = fields.Float(
        string="Share of Commission",
        default=0.5,
        digits=(5, 4),
        help="The supervisor approves benefits up to this share of the commission.",
    )
    insurance_margin_floor = fields.Monetary(
        string="Lowest Margin",
        currency_field='currency_id',
        help="A plan that leaves the store less than this asks for approval.",
    )
    insurance_proposal_days = fields.Integer(string="Proposal Valid for (days)", default=7, required=True)
    insurance_store_services = fields.Text(
        string="Services of the Store", translate=True, help="Printed on proposals. Never promise money here."
    )
    insurance_privacy_notice = fields.Text(
        string="Privacy Notice", translate=True, help="Printed on proposals above the customer's consents (PIPL)."
    )
    insurance_privacy_version = fields.Char(string="Version of the Notice", default="1")
    insurance_archive_max_size = fields.Integer(
        string="Largest Archive File (MB)",
        default=10,
        required=True,
        help="Larger scans and photographs are refused.",
    )
    insurance_insured_days_before = fields.Integer(
        string="Insured before Delivery (days)",
        default=30,
        required=True,
        help="A policy issued up to so many days before the delivery counts for the new-car insured rate (K1).",
    )
    insurance_insured_days_after = fields.Integer(
        string="Insured after Delivery (days)",
        default=3,
        required=True,
        help="A policy issued up to so many days after the delivery counts for the new-car insured rate (K1).",
    )
    insurance_archive_keep_years = fields.Integer(
        string="Keep Archive (years)",
        default=5,
        required=True,
        help="After the end of the policy year, where the kind of document says nothing else.",
    )
    insurance_plate_days = fields.Integer(
        string="Plates within (days)",
        default=30,
        required=True,
        help="A new car still without plate after so many days is listed for an endorsement (T16).",
    )

    _archive_max_size_range = models.Constraint(
        'CHECK (insurance_archive_max_size BETWEEN 1 AND 50)', "Archive files have at most 1 to 50 MB.",
    )
    _insured_days_positive = models.Constraint(
        'CHECK (insurance_insured_days_before >= 0 AND insurance_insured_days_after >= 0)',
        "The days around a delivery cannot be negative.",
    )

    def _insurance_state(self):
        """Return the province whose tariffs hold for the store."""
        return self.insurance_state_id or self.state_id
