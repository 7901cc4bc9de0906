from odoo import fields, models
from odoo.tools import SQL

FIRST, LAST = '2000-01-01', '2099-12-31'


class InsuranceAccidentReport(models.Model):
    """One row per reported accident, for graphs and pivots: how many came back, by whatever one asks (R39, K13).

    Rows are the facts that all figures of the accident desk add up. The net rate is an average over the reports that
    could be repaired here, so that it cannot exceed 100 %.
    """

    _name = 'insurance.accident.report'
    _description = "Return of Reported Cars"
    _auto = False
    _order = 'day desc, id desc'
    _rec_name = 'vehicle_id'

    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    day = fields.Date(string="Reported on", readonly=True)
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    source_id = fields.Many2one('insurance.reason', string="Source", readonly=True)
    operator_id = fields.Many2one('res.users', string="Operator", readonly=True)
    advisor_id = fields.Many2one('res.users', string="Service Advisor", readonly=True)
    reason_id = fields.Many2one('insurance.reason', string="Reason Not Returned", readonly=True)
    result = fields.Selection(
        [('returned', "Came"), ('late', "Came too Late"), ('not_returned', "Did Not Come"), ('open', "Still Open")],
        string="Came or Not", readonly=True,
    )
    report_count = fields.Integer(string="Reported Accidents", readonly=True)
    returned_count = fields.Integer(string="Returned Cars", readonly=True)
    not_returned_count = fields.Integer(string="Not Returned", readonly=True)
    open_count = fields.Integer(string="Open Reports", readonly=True)
    excluded_count = fields.Integer(string="Not Repairable Here", readonly=True)
    net_rate = fields.Float(
        string="Return Rate (net)", readonly=True, aggregator='avg', digits=(5, 1),
        help="Reported cars that came within the store's days ÷ reported accidents without those not repairable here"
        " (K13). Months with open reports are provisional.",
    )
    gross_rate = fields.Float(string="Return Rate (gross)", readonly=True, aggregator='avg', digits=(5, 1),
                              help="The same over all reported accidents.")
    contact_minutes = fields.Float(string="Minutes to First Contact", readonly=True, aggregator='avg', digits=(8, 1))

    _depends = {
        'insurance.accident': ['company_id', 'reported_on', 'state', 'returned_on', 'vehicle_id', 'insurer_id',
                               'source_id', 'operator_id', 'advisor_id', 'reason_id', 'duplicate_of_id',
                               'first_contact_on', 'contact_minutes'],
        'insurance.reason': ['is_excluded'],
        'res.company': ['insurance_tz', 'insurance_accident_return_days'],
    }

    @property
    def _table_query(self):
        """Return the facts of the stores that the user works in now; the record rules cut them once more."""
        return SQL(
            """
            SELECT fact.id, fact.company_id, fact.day, fact.vehicle_id, fact.insurer_id, fact.source_id,
                   fact.operator_id, fact.advisor_id, CASE WHEN fact.is_not_returned THEN fact.reason_id END
                   AS reason_id,
                   CASE WHEN fact.is_returned THEN 'returned' WHEN fact.is_returned_late THEN 'late'
                        WHEN fact.is_not_returned THEN 'not_returned' ELSE 'open' END AS result,
                   1 AS report_count, fact.is_returned::int AS returned_count,
                   fact.is_not_returned::int AS not_returned_count, fact.is_open::int AS open_count,
                   fact.is_excluded::int AS excluded_count,
                   CASE WHEN NOT fact.is_excluded THEN fact.is_returned::int END::numeric AS net_rate,
                   fact.is_returned::int::numeric AS gross_rate, fact.contact_minutes::numeric AS contact_minutes
              FROM (%s) AS fact
            """,
            self.env['insurance.accident']._get_facts_query(self.env.companies.ids, FIRST, LAST),
        )
