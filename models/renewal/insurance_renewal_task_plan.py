from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .insurance_renewal import OPEN

CATCH_UP_DAYS = 7  # how far back the job makes due what it did not when it did not run


class InsuranceRenewalTask(models.Model):
    """What becomes due by itself: first contacts and milestones, for all cases of a store in one statement each."""

    _inherit = 'insurance.renewal.task'

    @api.model
    def _cron_plan(self):
        """Nightly: first contacts of cases assigned in bulk, and the milestones reached, store by store."""
        groups = self.env['insurance.renewal']._read_group(
            [('state', 'in', OPEN), ('specialist_id', '!=', False)], ['company_id'])
        Cron = self.env['ir.cron']
        Cron._commit_progress(remaining=len(groups))
        for (company,) in groups:
            self._plan_store(company)
            if not Cron._commit_progress(1):
                break

    @api.model
    def _plan_store(self, company):
        """Make due what is due in the store until today; repeating it adds nothing."""
        self._plan_first(self.env['insurance.renewal'], company)
        self._plan_milestones(company)

    @api.model
    def _insert(self, rows):
        """Insert open tasks and return their ids; one that was dropped opens again, any other stays as it is.

        :param SQL rows: query of renewal_id, company_id, user_id, due_date, kind
        """
        found = self.env.execute_query(SQL(
            """
            INSERT INTO insurance_renewal_task AS task (
                renewal_id, company_id, user_id, due_date, kind, state, promised, is_on_time, is_tried_on_time,
                create_uid, write_uid, create_date, write_date)
            SELECT wanted.*, 'open', false, false, false, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM (%(rows)s) wanted
                ON CONFLICT (renewal_id, kind, due_date) DO UPDATE
               SET state = 'open', user_id = EXCLUDED.user_id
             WHERE task.state = 'dropped'
            RETURNING id
            """,
            uid=self.env.uid, rows=rows,
        ))
        ids = [task_id for (task_id,) in found]
        self.invalidate_model()
        self.env['insurance.renewal'].invalidate_model(['task_ids'])
        return ids

    # === FIRST CONTACTS === #

    @api.model
    def _plan_first(self, cases, company=None, not_before=None):
        """Make the first contact of assigned cases due, so many days after the assignment or before the expiry (K7).

        :param cases: these cases; with `company` all of the store that were assigned lately
        :param not_before: a working day (date) before which none becomes due, for contacts whose day moves
        """
        self.env.flush_all()
        for store in company or cases.company_id:
            wanted = SQL("c.assigned_on > %s", store._insurance_today() - timedelta(days=CATCH_UP_DAYS)) if company \
                else SQL("c.id IN %s", tuple(cases.ids))
            raw = SQL("GREATEST(c.assigned_on + %s, c.reference_expiry - %s, %s::date)",
                      store.insurance_first_contact_after, store.insurance_first_contact_days, not_before or None)
            where = SQL(
                """
                c.company_id = %s AND c.active AND c.state IN %s AND c.specialist_id IS NOT NULL
                AND c.assigned_on IS NOT NULL AND COALESCE(c.contact_count, 0) = 0 AND %s
                AND NOT EXISTS (
                    SELECT FROM insurance_renewal_task t
                     WHERE t.renewal_id = c.id AND t.kind = 'first' AND t.state != 'dropped'
                       AND t.user_id = c.specialist_id)
                """, store.id, OPEN, wanted,
            )
            [(first, last)] = self.env.execute_query(SQL(
                "SELECT MIN(c.assigned_on), MAX(%s) FROM insurance_renewal c WHERE %s", raw, where))
            if not first:
                continue
            self._insert(SQL(
                """
                SELECT c.id, c.company_id, c.specialist_id,
                       CASE WHEN due.moved > c.assigned_on THEN due.moved ELSE assigned.following END, 'first'
                  FROM insurance_renewal c
                  JOIN %(days)s due ON due.day = %(raw)s
                  JOIN %(days)s assigned ON assigned.day = c.assigned_on
                 WHERE %(where)s
                """,
                days=self._get_days_table(store._insurance_planned_days(first, last)), raw=raw, where=where,
            ))

    @api.model
    def _get_days_table(self, days):
        """Return the SQL of a table `(day, moved, following)` of what `_insurance_planned_days` returns."""
        columns = [list(column) for column in zip(*days, strict=True)]
        return SQL(
            "(SELECT * FROM unnest(%s::date[], %s::date[], %s::date[]) AS days (day, moved, following))", *columns,
        )

    # === MILESTONES === #

    @api.model
    def _plan_milestones(self, company):
        """Make due the milestones that the store's open cases reached in the last days.

        Not those of before the assignment, and not on a day on which a contact is due anyway.
        """
        today = company._insurance_today()
        since = today - timedelta(days=CATCH_UP_DAYS - 1)
        days = [
            row for row in company._insurance_planned_days(since, today + timedelta(days=30))
            if since <= row[1] <= today
        ]
        plans = [
            (customer_class or '', intention or '', number)
            for (_company, customer_class, intention), numbers in
            self.env['insurance.renewal.milestone']._get_plans(company).items() for number in numbers
        ]
        if not days or not plans:
            return
        self.env.flush_all()
        classes, intentions, numbers = (list(column) for column in zip(*plans, strict=True))
        ids = self._insert(SQL(
            """
            SELECT DISTINCT c.id, c.company_id, c.specialist_id, days.moved, 'milestone'
              FROM %(days)s days
             CROSS JOIN unnest(%(classes)s::varchar[], %(intentions)s::varchar[], %(numbers)s::int[])
                   AS plan (customer_class, intention, number)
              JOIN insurance_renewal c ON c.company_id = %(company)s
               AND c.reference_expiry = days.day + plan.number
               AND COALESCE(c.customer_class, '') = plan.customer_class
               AND COALESCE(c.intention, '') = plan.intention
             WHERE c.active AND c.state IN %(open)s AND c.specialist_id IS NOT NULL AND c.assigned_on < days.moved
               AND NOT EXISTS (
                   SELECT FROM insurance_renewal_task t WHERE t.renewal_id = c.id AND t.due_date = days.moved)
            """,
            days=self._get_days_table(days), classes=classes, intentions=intentions, numbers=numbers,
            company=company.id, open=OPEN,
        ))
        self._settle(ids, company)

    @api.model
    def _settle(self, ids, company):
        """Mark those of the new tasks as done for which an effective contact was there before the job."""
        if not ids:
            return
        self.env.execute_query(SQL(
            """
            UPDATE insurance_renewal_task task
               SET state = 'done', done_contact_id = done.contact_id, done_on = done.day,
                   is_on_time = done.day <= task.due_date
              FROM (
                SELECT DISTINCT ON (t.id) t.id, c.id AS contact_id,
                       (c.contact_on AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day
                  FROM insurance_renewal_task t
                  JOIN insurance_renewal_contact c ON c.renewal_id = t.renewal_id AND c.is_effective
                   AND NOT COALESCE(c.is_superseded, false)
                   AND (c.contact_on AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date >= t.due_date
                 WHERE t.id IN %(ids)s
                 ORDER BY t.id, c.contact_on
              ) done
             WHERE task.id = done.id
            RETURNING task.id
            """,
            zone=company.insurance_tz, ids=tuple(ids),
        ))
        self.invalidate_model()
