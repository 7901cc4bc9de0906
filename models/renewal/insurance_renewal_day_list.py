from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.cadence import best_band
from ...lib.texts import shorten
from .insurance_renewal_gate import SUPERVISORS

SECTIONS = ('overdue', 'today', 'promised', 'workshop', 'new')
ROWS = 200  # of a section; the list of cases has the others
WORDS = 90  # characters of the last contact


class InsuranceRenewal(models.Model):
    """Today: whom a specialist contacts today, and why."""

    _inherit = 'insurance.renewal'

    @api.model
    @api.readonly
    def get_day_list(self, user_id=None):
        """Return what is to be done today in the present stores, each case once, in the first section that fits.

        :param user_id: the specialist; one's own list when left out, and everybody's for who has none of his own
            (`False` asks for everybody's). Only supervisors and general managers see others' lists
        :return: `{'today', 'user_id' (int or False), 'can_log', 'people': [{'id', 'name'}], 'sections': [{'key',
            'count', 'ids', 'rows'}]}`; keys are overdue, today, promised, workshop and new. `people` is empty for
            who sees only himself. For rows see `_prepare_day_row`
        """
        self.env['insurance.renewal.contact'].check_access('read')
        supervises = self.env.user.has_groups(SUPERVISORS)
        if user_id is None:
            is_specialist = self.env.user.has_group('dealer_insurance.group_renewal_specialist')
            user_id = self.env.uid if is_specialist else False
        if user_id != self.env.uid and not supervises:
            raise AccessError(self.env._("The list of the day is its specialist's and the supervisor's."))
        people = self._get_day_people() if supervises else self.env['res.users']
        reasons = self._get_day_reasons(self._get_day_domain(user_id))
        return {
            'today': fields.Date.to_string(self.env.company._insurance_today()),
            'user_id': user_id,
            'can_log': self.env['insurance.renewal.contact'].has_access('create'),
            'people': [{'id': person.id, 'name': person.name} for person in people],
            'sections': self._prepare_day_sections(reasons, user_id),
        }

    @api.model
    def _get_day_domain(self, user_id):
        """Return the domain of the open cases of a specialist, or of everybody's."""
        domain = Domain('is_open', '=', True) & Domain('company_id', 'in', self.env.companies.ids)
        if not user_id:
            return domain & Domain('specialist_id', '!=', False)
        whose = Domain('specialist_id', '=', user_id)
        if user_id == self.env.uid:  # a deputy works through the absent colleague's day as well
            whose |= Domain('is_covered', '=', True)
        return domain & whose

    @api.model
    def _get_day_people(self):
        """Return the specialists who have open cases in the present stores, by name."""
        groups = self._read_group(self._get_day_domain(False), ['specialist_id'])
        return self.env['res.users'].union(*(user for (user,) in groups)).sorted('name')

    # === WHO IS ON THE LIST === #

    @api.model
    def _get_day_reasons(self, domain):
        """Return `{case: {'section', 'due', 'promised', 'in_workshop'}}` of the cases to be worked on today."""
        todays = {company.id: company._insurance_today() for company in self.env.companies}
        due = self._get_day_due(domain, max(todays.values()))
        vehicles = self.env['fleet.vehicle']._get_in_workshop(self.env.companies)
        here = self.search(domain & Domain('vehicle_id', 'in', vehicles.ids))
        fresh = self.search(domain & Domain('contact_count', '=', 0))
        reasons = {}
        for case in self.browse(due) | here | fresh:
            day, promised = due.get(case.id, (False, False))
            today = todays[case.company_id.id]
            day = day if day and day <= today else False
            section = 'workshop' if case in here else 'new' if case in fresh else False
            if day:
                section = 'promised' if promised else 'overdue' if day < today else 'today'
            if section:
                reasons[case] = {'section': section, 'due': day, 'promised': bool(day and promised),
                                 'in_workshop': case in here, 'late': (today - day).days if day else 0}
        return reasons

    @api.model
    def _get_day_due(self, domain, today):
        """Return `{case id: (day, promised)}` of the cases with a contact due until `today`.

        What was due before the last contact is settled for the list: who was not reached has a new date.
        """
        due = {}
        for case in self.search_fetch(domain & Domain('next_contact_date', '<=', today), ['next_contact_date']):
            due[case.id] = (case.next_contact_date, False)
        Task = self.env['insurance.renewal.task']
        tasks = Task.search_fetch(
            Domain('state', '=', 'open') & Domain('due_date', '<=', today) & Domain('renewal_id', 'any', domain),
            ['renewal_id', 'due_date', 'promised', 'kind'],
        )
        for task in tasks:
            case = task.renewal_id
            last = case.last_contact_on and case.company_id._insurance_local(case.last_contact_on).date()
            if last and task.due_date <= last:
                continue
            day, promised = due.get(case.id, (task.due_date, False))
            due[case.id] = (min(day, task.due_date), promised or task.promised)
        return due

    # === WHAT THE LIST SAYS === #

    @api.model
    def _prepare_day_sections(self, reasons, user_id):
        sections = defaultdict(list)
        for case, reason in reasons.items():
            sections[reason['section']].append((reason['due'] or case.reference_expiry, case.reference_expiry, case.id))
        shown = {key: [case_id for *_order, case_id in sorted(rows)[:ROWS]] for key, rows in sections.items()}
        cases = self.browse(case_id for ids in shown.values() for case_id in ids)
        bands = cases._get_best_times()
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ('customer_class', 'state', 'intention')
        }
        rows = {case.id: case._prepare_day_row(reasons[case], labels, bands.get(case.id)) for case in cases}
        for case in cases.filtered(lambda case: case.specialist_id.id != user_id):
            rows[case.id]['specialist'] = case.specialist_id.name
        return [
            {'key': key, 'count': len(sections[key]), 'ids': [case_id for *_order, case_id in sections[key]],
             'rows': [rows[case_id] for case_id in shown.get(key, ())]}
            for key in SECTIONS
        ]

    def _prepare_day_row(self, reason, labels, band):
        """Return a row of the list: plain values, dates as 'YYYY-MM-DD', no phone number in clear."""
        self.ensure_one()
        last = self.last_contact_id
        local = last.contact_on and self.company_id._insurance_local(last.contact_on)
        return {
            'id': self.id,
            'plate': self.plate or (self.vin or '')[-8:],
            'name': (self.contact_id or self.partner_id).name or '',
            'phone': self.phone_masked or '',
            'do_not_call': self.do_not_call,
            'customer_class': labels['customer_class'].get(self.customer_class, ''),
            'state': labels['state'][self.state],
            'intention': labels['intention'].get(self.intention, ''),
            'model': self.vehicle_model_id.name or '',
            'expiry': fields.Date.to_string(self.reference_expiry),
            'days': self.days_to_expiry,
            'color': self.expiry_color,
            'due': fields.Date.to_string(reason['due']) if reason['due'] else '',
            'late': reason['late'],
            'promised': reason['promised'],
            'in_workshop': reason['in_workshop'],
            'words': shorten(last.content, WORDS),
            'words_on': fields.Date.to_string(local) if local else '',
            'best_time': f'{band[0]:02}:00–{band[1]:02}:00' if band else '',
            'specialist': '',
            'elsewhere': self.elsewhere_note or '',
        }

    def _get_best_times(self):
        """Return `{case id: band}` of when car or owner was reached in this store so far; see `best_band`."""
        if not self:
            return {}
        self.flush_model(['vehicle_id', 'partner_id', 'company_id'])
        self.env['insurance.renewal.contact'].flush_model(['renewal_id', 'is_connected', 'contact_hour'])
        # past rules: the history of the car may be a colleague's; nothing but the hour is taken from it
        rows = self.env.execute_query(SQL(
            """
            WITH linked AS (
                SELECT listed.id, past.id AS past_id FROM insurance_renewal listed
                  JOIN insurance_renewal past
                    ON past.vehicle_id = listed.vehicle_id AND past.company_id = listed.company_id
                 WHERE listed.id IN %(ids)s
                 UNION
                SELECT listed.id, past.id FROM insurance_renewal listed
                  JOIN insurance_renewal past
                    ON past.partner_id = listed.partner_id AND past.company_id = listed.company_id
                 WHERE listed.id IN %(ids)s
            )
            SELECT linked.id, LEFT(contact.contact_hour, 2)::int, COUNT(*)
              FROM linked
              JOIN insurance_renewal_contact contact ON contact.renewal_id = linked.past_id
             WHERE contact.is_connected AND contact.contact_hour IS NOT NULL
             GROUP BY 1, 2
            """,
            ids=tuple(self.ids),
        ))
        hours = defaultdict(dict)
        for case_id, hour, count in rows:
            hours[case_id][hour] = count
        return {case_id: best_band(found) for case_id, found in hours.items()}
