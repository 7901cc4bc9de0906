from datetime import date

from odoo import fields, models
from odoo.tools import SQL


class InsuranceAccidentResponse(models.Model):
    """How fast each operator talked to the customer, in the classes that the store sets (domain 5.7)."""

    _name = 'insurance.accident.response'
    _description = "Response Time"
    _auto = False
    _order = 'day desc, id desc'
    _rec_name = 'accident_id'
    _depends = {
        'insurance.accident': ['company_id', 'reported_on', 'operator_id', 'source_id', 'insurer_id', 'state',
                               'first_contact_on', 'contact_minutes', 'promise_given_on', 'promise_minutes',
                               'returned_on', 'reason_id'],
        'res.company': ['insurance_accident_classes', 'insurance_accident_return_days', 'insurance_tz'],
    }

    accident_id = fields.Many2one('insurance.accident', string="Accident Report", readonly=True)
    company_id = fields.Many2one('res.company', string="Store", readonly=True)
    day = fields.Date(readonly=True)
    operator_id = fields.Many2one('res.users', string="Taken by", readonly=True)
    source_id = fields.Many2one('insurance.reason', string="Source", readonly=True)
    insurer_id = fields.Many2one('res.partner', string="Insurer", readonly=True)
    response_class = fields.Char(string="First Contact", readonly=True)
    contact_minutes = fields.Integer(string="Minutes to First Contact", readonly=True, aggregator='avg')
    promise_minutes = fields.Integer(string="Minutes to Promise", readonly=True, aggregator='avg')

    @property
    def _table_query(self):
        """Return one row per accident that counts, with the class of its first contact.

        The class is named by its upper limit (`≤ 03 min`); above the last one it is `> 30 min`, without a talk `–`.
        """
        companies = self.env.companies.ids or [0]
        facts = self.env['insurance.accident']._get_facts_query(companies, date(2000, 1, 1), date(2999, 12, 31))
        limits = SQL(
            "(SELECT ARRAY_AGG(part::int ORDER BY part::int) FROM regexp_split_to_table("
            "company.insurance_accident_classes, '[^0-9]+') part WHERE part <> '')"
        )
        return SQL(
            """SELECT fact.id, fact.id AS accident_id, fact.company_id, fact.day, fact.operator_id, fact.source_id,
                      fact.insurer_id, fact.contact_minutes, fact.promise_minutes,
                      CASE WHEN fact.contact_minutes IS NULL THEN '–'
                           ELSE COALESCE(
                               '≤ ' || (SELECT to_char(MIN(top), CASE WHEN MIN(top) < 100 THEN 'FM00' ELSE 'FM999990'
                                         END) FROM UNNEST(%(limits)s) top WHERE top >= fact.contact_minutes) || ' min',
                               '> ' || (SELECT MAX(top) FROM UNNEST(%(limits)s) top)::text || ' min')
                       END AS response_class
                 FROM (%(facts)s) fact
                 JOIN res_company company ON company.id = fact.company_id""",
            limits=limits, facts=facts,
        )
