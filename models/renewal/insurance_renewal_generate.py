from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .insurance_renewal_origin import SAME_SET

SAME_CASE = 180  # days: a case of the car whose expiry is nearer than this is the same renewal
GROUNDS_BY_REASON = {
    'TOTAL_LOSS': 'total_loss', 'LOST_CAR': 'total_loss', 'DEREGISTERED': 'scrapped', 'OUT_OF_USE': 'out_of_use',
    'SOLD_CAR': 'sold', 'RETURNED_CAR': 'sold',
}  # reasons of a cancellation after which the car is no longer in the base


class InsuranceRenewal(models.Model):
    """Every policy in the ledger becomes next year's case by itself (R23, T4, T5).

    Set-based: a store and a month of expiries are one step, committed by the job. What is there already is left
    alone, so that the job may be stopped anywhere and run again.
    """

    _inherit = 'insurance.renewal'

    @api.model
    def _cron_generate(self):
        """Make the cases that are due in all stores, then let the classes of open cases follow the ledger."""
        stores = self.env['res.company'].search([('insurance_case_lead_days', '>', 0)])
        Cron = self.env['ir.cron']
        for left, store in zip(range(len(stores) - 1, -1, -1), stores, strict=True):
            for made in self._generate_by_month(store):
                if not Cron._commit_progress(made, remaining=left + 1):
                    return
            self._refresh_classes(store)
            if not Cron._commit_progress(remaining=left):
                return

    @api.model
    def _generate(self, company, until=None):
        """Make the cases of a store that are due, without committing.

        :param until: the day up to which expiries are due (date), by default the store's lead from today on
        :return: how many cases were made
        """
        return sum(self._generate_by_month(company, until))

    @api.model
    def _generate_by_month(self, company, until=None):
        """Make the due cases of a store month by month of their expiries, and yield how many each month brought."""
        today = company._insurance_today()
        until = until or today + timedelta(days=company.insurance_case_lead_days)
        first = today - timedelta(days=company.insurance_renewal_grace_days)
        last = until + timedelta(days=SAME_SET)  # the other policy of the set may be due that much earlier
        while first <= last:
            end = first + relativedelta(day=31)
            yield len(self._generate_month(company, first, min(end, last), until))
            first = end + timedelta(days=1)

    @api.model
    def _generate_month(self, company, first, last, until, exclusion=None):
        """Make the cases of a store whose reference expiry lies from `first` to `last`.

        :param exclusion: make only the case of this excluded car, whatever the ground
        :return: the new cases
        """
        self.env.flush_all()
        due = self._get_due_sql(company, first, last, until, exclusion)
        if exclusion:
            due = SQL("SELECT d.*, NULL::varchar AS ground FROM (%s) d WHERE d.vehicle_id = %s", due,
                      exclusion.vehicle_id.id)
        else:
            due = SQL("SELECT d.*, %s AS ground FROM (%s) d", self._get_ground_sql(), due)
        self.env.cr.execute(SQL("SET LOCAL jit = off"))  # compiling takes longer than a month of a store does
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE insurance_renewal_due ON COMMIT DROP AS %s", due))
        self._assign_due(company)
        made = self.env.execute_query(self._get_insert_sql(company))
        if not exclusion:
            self.env['insurance.renewal.exclusion']._insert_due(company)
        self.env.cr.execute(SQL("DROP TABLE insurance_renewal_due"))
        self.env.invalidate_all(flush=False)
        cases = self.browse(case_id for case_id, in made)
        cases._after_generate()
        return cases

    def _after_generate(self):
        """Let other parts of the desk follow new cases, whose stored values are complete: they extend this."""

    # === WHAT IS DUE === #

    @api.model
    def _get_due_sql(self, company, first, last, until, exclusion=None):
        """Return the SQL of the sets of policies that are due: one row per car, with what the case needs of them.

        `p` is the policy whose end is the reference expiry, `o` the car's newest policy of the other kind; they are
        one set when they end within half a year (T4). A car with newer policies is renewed already (T5).
        """
        return SQL(
            """
            SELECT DISTINCT ON (p.vehicle_id) p.vehicle_id, p.end_date AS reference_expiry, e.id AS entry_id,
                   CASE p.product WHEN 'commercial' THEN p.id END AS commercial_id,
                   CASE WHEN p.product = 'compulsory' THEN p.id WHEN o.end_date >= p.end_date - %(same)s THEN o.id
                        END AS compulsory_id,
                   p.end_date > p.start_date + 400 AS is_multi_year,
                   e.owner_id, e.insured_id, e.applicant_id, e.salesperson_id, v.model_id, v.brand_id, v.active,
                   v.owner_id AS holder_id, gone.ground AS gone, sold.is_sold,
                   sold.is_sold AND v.owner_id IS NOT NULL AS is_new_owner,
                   CASE WHEN prior.partner_id = e.owner_id THEN prior.contact_id END AS contact_id,
                   prior.specialist_id AS last_specialist_id, NULL::integer AS specialist_id
              FROM insurance_policy p
              JOIN insurance_ledger_entry e ON e.id = p.entry_id AND e.state = 'registered'
              JOIN fleet_vehicle v ON v.id = p.vehicle_id
              LEFT JOIN LATERAL (%(other)s) o ON TRUE
              LEFT JOIN LATERAL (%(gone)s) gone ON TRUE
              LEFT JOIN LATERAL (%(prior)s) prior ON TRUE
              CROSS JOIN LATERAL (%(sold)s) sold
             WHERE p.company_id = %(company)s AND p.entry_type = 'policy' AND p.end_date BETWEEN %(first)s AND %(last)s
               AND p.product IN ('compulsory', 'commercial') AND (p.status <> 'cancelled' OR gone.ground IS NOT NULL)
               AND (o.id IS NULL OR o.end_date < p.end_date - %(same)s
                    OR o.end_date <= p.end_date + %(same)s AND p.product = 'commercial')
               AND LEAST(p.end_date, CASE WHEN o.end_date >= p.end_date - %(same)s THEN o.end_date END) <= %(until)s
               AND NOT EXISTS (%(newer)s)
               AND NOT EXISTS (%(known)s) AND NOT EXISTS (%(left_out)s)
             ORDER BY p.vehicle_id, p.product, p.end_date DESC
            """,
            company=company.id, first=first, last=last, until=until, same=SAME_SET,
            known=self._get_known_sql(SQL("insurance_renewal")),
            left_out=self._get_known_sql(SQL("insurance_renewal_exclusion"), exclusion),
            other=self._get_other_sql(), gone=self._get_gone_sql(), newer=self._get_newer_sql(),
            prior=self._get_prior_sql(), sold=self._get_sold_sql(),
        )

    @api.model
    def _get_known_sql(self, table, exclusion=None):
        """Return the SQL of a row of the same renewal that is there already, but for `exclusion`."""
        return SQL(
            """
            SELECT FROM %s known WHERE known.vehicle_id = p.vehicle_id AND known.company_id = p.company_id
               AND abs(known.reference_expiry - p.end_date) <= %s AND known.id <> %s
            """,
            table, SAME_CASE, exclusion.id if exclusion else 0,
        )

    @api.model
    def _get_prior_sql(self):
        """Return the SQL of the car's case of the year before."""
        return SQL(
            """
            SELECT c.specialist_id, c.contact_id, c.partner_id FROM insurance_renewal c
             WHERE c.vehicle_id = p.vehicle_id AND c.company_id = p.company_id AND c.reference_expiry < p.end_date
             ORDER BY c.reference_expiry DESC LIMIT 1
            """,
        )

    @api.model
    def _get_sold_sql(self):
        """Return the SQL of whether the car has left the hands of the entry's owner since then (T2)."""
        return SQL(
            """
            SELECT v.owner_id IS DISTINCT FROM e.owner_id AND EXISTS (
                SELECT FROM insurance_vehicle_owner h
                 WHERE h.vehicle_id = v.id AND h.partner_id = e.owner_id AND h.date_to >= e.start_date) AS is_sold
            """,
        )

    @api.model
    def _get_other_sql(self):
        """Return the SQL of the car's newest policy of the other kind in the store."""
        return SQL(
            """
            SELECT o.id, o.end_date FROM insurance_policy o
              JOIN insurance_ledger_entry oe ON oe.id = o.entry_id AND oe.state = 'registered'
             WHERE o.vehicle_id = p.vehicle_id AND o.company_id = p.company_id AND o.entry_type = 'policy'
               AND o.status <> 'cancelled' AND o.end_date IS NOT NULL
               AND o.product = CASE p.product WHEN 'commercial' THEN 'compulsory' ELSE 'commercial' END
             ORDER BY o.end_date DESC, o.id DESC LIMIT 1
            """,
        )

    @api.model
    def _get_newer_sql(self):
        """Return the SQL of a newer policy of the same kind: the car is renewed already (T5)."""
        return SQL(
            """
            SELECT FROM insurance_policy n
              JOIN insurance_ledger_entry ne ON ne.id = n.entry_id AND ne.state = 'registered'
             WHERE n.vehicle_id = p.vehicle_id AND n.company_id = p.company_id AND n.entry_type = 'policy'
               AND n.product = p.product AND n.status <> 'cancelled' AND (n.end_date, n.id) > (p.end_date, p.id)
            """,
        )

    @api.model
    def _get_gone_sql(self):
        """Return the SQL of why the car left the base: one of its policies was cancelled for such a reason (T15).

        A policy that began after the cancellation is another owner's.
        """
        codes, grounds = zip(*GROUNDS_BY_REASON.items(), strict=True)
        return SQL(
            """
            SELECT known.ground FROM insurance_policy c
              JOIN insurance_policy k ON k.origin_policy_id = c.id AND k.entry_type = 'cancellation'
              JOIN insurance_ledger_entry ke ON ke.id = k.entry_id AND ke.state = 'registered'
              JOIN insurance_reason r ON r.id = ke.reason_id
              JOIN unnest(%s, %s) AS known(code, ground) ON known.code = r.code
             WHERE c.vehicle_id = p.vehicle_id AND c.company_id = p.company_id AND c.entry_type = 'policy'
               AND c.status = 'cancelled' AND c.end_date BETWEEN p.end_date - %s AND p.end_date + %s
               AND (c.id = p.id OR ke.issue_date > p.start_date)
             ORDER BY k.id DESC LIMIT 1
            """,
            list(codes), list(grounds), SAME_SET, SAME_SET,
        )

    @api.model
    def _get_ground_sql(self):
        """Return the SQL of the ground on which a due car `d` is left out, NULL for none."""
        return SQL(
            """
            CASE WHEN d.gone IS NOT NULL THEN d.gone
                 WHEN d.active IS NOT TRUE THEN 'archived'
                 WHEN d.is_sold AND NOT d.is_new_owner THEN 'sold'
                 WHEN EXISTS (
                      SELECT FROM res_partner q WHERE q.insurance_do_not_call AND q.id = CASE
                          WHEN d.is_new_owner THEN d.holder_id ELSE COALESCE(d.contact_id, d.owner_id) END)
                 THEN 'do_not_call'
                 WHEN d.is_sold THEN 'sold' END
            """,
        )

    # === THE CASE === #

    @api.model
    def _get_insert_sql(self, company):
        """Return the SQL that makes the cases of the due cars `d` that are not left out."""
        columns = self._get_case_columns(company)
        return SQL(
            """
            INSERT INTO insurance_renewal (%s)
            SELECT %s FROM insurance_renewal_due d
              LEFT JOIN insurance_policy cm ON cm.id = d.commercial_id
              LEFT JOIN insurance_policy cp ON cp.id = d.compulsory_id
              LEFT JOIN insurance_ledger_entry taxed ON taxed.id = cp.entry_id
              JOIN res_partner person ON person.id = CASE WHEN d.is_new_owner THEN d.holder_id ELSE d.owner_id END
              JOIN res_partner whole ON whole.id = COALESCE(person.commercial_partner_id, person.id)
             WHERE d.ground IS NULL OR d.is_new_owner AND d.ground = 'sold'
             ORDER BY d.vehicle_id
                ON CONFLICT DO NOTHING
            RETURNING id
            """,
            SQL(", ").join(map(SQL.identifier, columns)), SQL(", ").join(columns.values()),
        )

    @api.model
    def _get_case_columns(self, company):
        """Return `{column: SQL}` of a new case: every stored value that is not empty, as the ORM would have it."""
        assigned = SQL("d.specialist_id IS NOT NULL")
        old_owner = SQL("NOT d.is_new_owner")
        return {
            'company_id': SQL("%s", company.id),
            'active': SQL("TRUE"),
            'vehicle_id': SQL("d.vehicle_id"),
            'partner_id': SQL("person.id"),
            'insured_id': SQL("CASE WHEN %s THEN d.insured_id END", old_owner),
            'applicant_id': SQL("CASE WHEN %s THEN d.applicant_id END", old_owner),
            'contact_id': SQL("CASE WHEN %s THEN d.contact_id END", old_owner),
            'consent_ground': SQL("CASE WHEN %s THEN 'contract' END", old_owner),
            'customer_group_id': SQL("CASE WHEN whole.is_company THEN whole.id END"),
            'customer_class': SQL(
                "CASE WHEN d.is_new_owner THEN 'r_pot' ELSE COALESCE(%s, 'r_pot') END",
                self._get_class_sql(SQL("d.vehicle_id"), SQL("%s", company.id), SQL("d.reference_expiry"),
                                    SQL("%s", company.insurance_gap_days)),
            ),
            'is_new_owner': SQL("d.is_new_owner"),
            'is_multi_year': SQL("d.is_multi_year"),
            'source': SQL("'policy'"),
            'source_entry_id': SQL("d.entry_id"),
            'insurer_id': SQL("COALESCE(cm.insurer_id, cp.insurer_id)"),
            'compulsory_insurer_id': SQL("cp.insurer_id"),
            'compulsory_no': SQL("cp.policy_no"),
            'compulsory_expiry': SQL("cp.end_date"),
            'compulsory_premium': SQL("cp.premium"),
            'commercial_no': SQL("cm.policy_no"),
            'commercial_expiry': SQL("cm.end_date"),
            'commercial_premium': SQL("cm.premium"),
            'vehicle_tax': SQL("taxed.vehicle_tax"),
            'reference_expiry': SQL("d.reference_expiry"),
            'contact_count': SQL("0"),
            'specialist_id': SQL("d.specialist_id"),
            'state': SQL("CASE WHEN %s THEN 'new' ELSE 'unassigned' END", assigned),
            'assigned_on': SQL("CASE WHEN %s THEN %s END", assigned, company._insurance_today()),
            'create_uid': SQL("%s", self.env.uid), 'write_uid': SQL("%s", self.env.uid),
            'create_date': SQL("%s", self.env.cr.now()), 'write_date': SQL("%s", self.env.cr.now()),
        }

    # === ASSIGNMENT === #

    @api.model
    def _assign_due(self, company):
        """Give the due cars of the store, in the table `insurance_renewal_due`, to specialists by its rules."""
