from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.fields import Domain

from ...lib.weeks import utc_moment


class InsuranceKpi(models.AbstractModel):
    """How contacts are kept up: K6 on time, K7 first contact in time, K8 effective (domain 4)."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        return dict(
            super()._get_definitions(),
            K6={
                'name': _("Contacts on Time"),
                'formula': _("Contacts done with effect by the day they were due / contacts due and not dropped. A case"
                             " that ended before the day takes its contact out."),
                'unit': 'ratio', 'version': 1, 'method': '_compute_due_contacts', 'rows': '_get_due_contact_rows',
                'options': {'is_first': False},
            },
            K7={
                'name': _("First Contacts on Time"),
                'formula': _("Cases tried for the first time by the day set for it / cases whose first contact was due."
                             " The day is so long before the expiry, or after the assignment, whichever is later."),
                'unit': 'ratio', 'version': 1, 'method': '_compute_due_contacts', 'rows': '_get_due_contact_rows',
                'options': {'is_first': True},
            },
            K8={
                'name': _("Effective Contacts"),
                'formula': _("Contacts that reached the customer and say what was talked about / all contacts. Lines"
                             " corrected later do not count, their corrections do."),
                'unit': 'ratio', 'version': 1, 'method': '_compute_effective_contacts',
                'rows': '_get_effective_contact_rows',
            },
        )

    # === K6, K7 === #

    @api.model
    def _compute_due_contacts(self, companies, first, last, by_specialist=False, is_first=False):
        def get_rows(part, stores):
            return self._get_due_contact_rows(part, stores, first, last, None, is_first)

        return self._count_parts(companies, get_rows, by_specialist and 'user_id')

    @api.model
    def _get_due_contact_rows(self, part, company, first, last, user, is_first=False):
        """Return what was due in the period. What is not done counts once its day, 24:00, is over."""
        done = 'is_tried_on_time' if is_first else 'is_on_time'
        ended = Domain('due_date', '<', company[0]._insurance_today()) | Domain(done, '=', True)
        domain = Domain([
            ('company_id', 'in', company.ids), ('due_date', '>=', first), ('due_date', '<=', last),
            ('state', '!=', 'dropped'),
        ]) & ended
        if is_first:
            domain &= Domain('kind', '=', 'first')
        if part == 'numerator':
            domain &= Domain(done, '=', True)
        if user:
            domain &= Domain('user_id', '=', user.id)
        return 'insurance.renewal.task', domain

    # === K8 === #

    @api.model
    def _compute_effective_contacts(self, companies, first, last, by_specialist=False):
        def get_rows(part, stores):
            return self._get_effective_contact_rows(part, stores, first, last, None)

        return self._count_parts(companies, get_rows, by_specialist and 'entered_by_id')

    @api.model
    def _get_effective_contact_rows(self, part, company, first, last, user):
        start = utc_moment(datetime.combine(first, time.min), company[0].insurance_tz)
        end = utc_moment(datetime.combine(last + timedelta(days=1), time.min), company[0].insurance_tz)
        domain = Domain([
            ('company_id', 'in', company.ids), ('contact_on', '>=', start), ('contact_on', '<', end),
            ('is_superseded', '=', False),
            ('shared_with_id', '=', False),  # one talk about many cars of a customer counts once (T19)
        ])
        if part == 'numerator':
            domain &= Domain('is_effective', '=', True)
        if user:
            domain &= Domain('entered_by_id', '=', user.id)
        return 'insurance.renewal.contact', domain

    # === BOTH === #

    @api.model
    def _count_parts(self, companies, get_rows, person):
        """Count the rows of numerator and denominator, in two queries for all stores of a time zone.

        :param get_rows: function `(part, companies) -> (model name, domain)`
        :param person: name of the field that says whose a row is, if the figures are wanted per specialist
        :return: `{(company id, user id or False): (numerator, denominator)}`
        """
        counts = {}
        for stores in companies.grouped('insurance_tz').values():
            for position, part in enumerate(('numerator', 'denominator')):
                model, domain = get_rows(part, stores)
                groupby = ['company_id', person] if person else ['company_id']
                # sudo: the user is given figures of his stores only, and his own if he is no manager (`_get_values`)
                for company, *user, count in self.env[model].sudo()._read_group(domain, groupby, ['__count']):
                    key = company.id, user[0].id if user else False
                    counts.setdefault(key, [0, 0])[position] = count
        return {key: tuple(pair) for key, pair in counts.items()}
