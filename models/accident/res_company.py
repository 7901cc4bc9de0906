from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.accident_clock import read_classes

CLASSES = '3, 5, 15, 30'  # minutes; domain 5.7


class ResCompany(models.Model):
    _inherit = 'res.company'

    insurance_accident_reviewer_id = fields.Many2one(
        'res.users',
        string="Reviewer of Accident Registers",
        help="Usually the claims team leader (R42).",
    )
    insurance_accident_contact_minutes = fields.Integer(
        string="First Contact within (min)",
        default=15,
        required=True,
        help="After so many minutes without a talk with the customer the claims team leader is told. The clock runs"
        " day and night.",
    )
    insurance_accident_promise_minutes = fields.Integer(
        string="Promise to Come within (min)",
        default=120,
        required=True,
        help="After so many minutes without the customer's promise to come the claims team leader is told.",
    )
    insurance_accident_manager_minutes = fields.Integer(
        string="General Manager after (min)",
        default=30,
        required=True,
        help="So many minutes after the claims team leader was told, the general manager is told.",
    )
    insurance_accident_classes = fields.Char(
        string="Response Classes (min)",
        default=CLASSES,
        required=True,
        help="Upper limits of the classes in which first contacts are counted, e.g. 3, 5, 15, 30.",
    )
    insurance_accident_return_days = fields.Integer(
        string="Returned within (days)",
        default=30,
        required=True,
        help="A reported car that arrives later does not count as returned (K13).",
    )
    insurance_accident_duplicate_hours = fields.Integer(
        string="Same Accident within (h)",
        default=24,
        required=True,
        help="Two reports of a car whose accidents lie no further apart are proposed as one (T8).",
    )
    insurance_accident_script = fields.Text(
        string="Words for the Hotline",
        translate=True,
        help="What the operator says; shown on the hotline's screen.",
    )
    insurance_accident_injury_script = fields.Text(
        string="Words when Somebody is Hurt",
        translate=True,
        help="Shown instead as soon as an injury is reported. No offer, no promotion (T43).",
    )

    _accident_limits_positive = models.Constraint(
        'CHECK (insurance_accident_contact_minutes > 0 AND insurance_accident_promise_minutes > 0'
        ' AND insurance_accident_manager_minutes >= 0 AND insurance_accident_return_days > 0'
        ' AND insurance_accident_duplicate_hours >= 0)',
        "The limits of the accident desk are positive numbers.",
    )

    @api.constrains('insurance_accident_classes')
    def _check_accident_classes(self):
        for company in self:
            if not read_classes(company.insurance_accident_classes):
                raise ValidationError(self.env._(
                    "Response classes of %(store)s: write growing numbers of minutes, e.g. 3, 5, 15, 30.",
                    store=company.name,
                ))
