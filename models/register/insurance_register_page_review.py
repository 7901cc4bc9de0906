from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.image import image_data_uri

QUEUE_LIMIT = 100  # pages shown at once; the next ones follow when these are signed


class InsuranceRegisterPage(models.Model):
    """What the weekly review screen shows of the pages that wait for a signature (R11-R15)."""

    _inherit = 'insurance.register.page'

    # === QUEUE === #

    @api.model
    @api.readonly
    def get_review_queue(self, page_ids=None):
        """Return the pages that wait for the present user's signature, by book, the most urgent first (R11).

        :param list page_ids: only these, whether or not their week is over; without it all whose week is over or
            whose review is due. The alternate reviewer is shown the overdue ones of others.
        :return: `{'signature': data URI of the user's stored signature or False, 'books': [{'id', 'name', 'keeper',
            'reviewer', 'is_delegate', 'pages': [see `_prepare_queue_entry`]}]}`
        """
        pages = self._find_waiting_pages(page_ids)
        counts = pages._count_for_review()
        books = {}
        for page in pages:
            register = page.register_id
            if register not in books:
                books[register] = dict(register._prepare_review_heading(), pages=[])
            books[register]['pages'].append(dict(page._prepare_queue_entry(), **counts[page]))
        image = self.env.user._get_insurance_signature()
        return {'signature': image_data_uri(image) if image else False, 'books': list(books.values())}

    @api.model
    def _find_waiting_pages(self, page_ids=None):
        domain = Domain([('state', '!=', 'signed'), ('line_count', '>', 0)])
        if page_ids:
            domain &= Domain('id', 'in', page_ids)
        else:
            domain &= Domain.OR(self._get_due_domain(company) for company in self.env.companies)
        pages = self.search(domain, order='deadline, id', limit=QUEUE_LIMIT).filtered('is_mine')
        return pages.sorted(lambda page: (page.deadline, page.register_id.id, page.page_no))

    @api.model
    def _get_due_domain(self, company):
        """Return which pages of `company` wait for the present user now: his own, and overdue ones as alternate."""
        today = company._insurance_today()
        due = Domain('week_start', '<=', today - timedelta(days=7)) | Domain('deadline', '<=', today)
        whose = Domain('is_mine', '=', True)
        if company.insurance_alternate_reviewer_id == self.env.user:
            whose |= Domain('deadline', '<', today)
        return Domain('company_id', '=', company.id) & due & whose

    def _count_for_review(self):
        """Return `{page: {'flagged', 'rejected', 'answered'}}`: numbers of lines."""
        counts = {page: dict.fromkeys(('flagged', 'rejected', 'answered'), 0) for page in self}
        for of_kind in self.grouped('kind').values():
            lines = of_kind._get_lines_to_review()
            flags = lines._get_review_flags()
            for line in lines:
                count = counts[line.page_id]
                count['flagged'] += bool(flags[line.id])
                if line.review_state in count:
                    count[line.review_state] += 1
        return counts

    def _prepare_queue_entry(self):
        """Return `{'id', 'page_no', 'week', 'week_start', 'week_end', 'deadline', 'days_left', 'supplementary',
        'state', 'version', 'line_count'}`; days as ISO dates, `days_left` negative when overdue."""
        self.ensure_one()
        return {
            'id': self.id,
            'page_no': self.page_no,
            'week': self.iso_week,
            'week_start': fields.Date.to_string(self.week_start),
            'week_end': fields.Date.to_string(self.week_start + timedelta(days=6)),
            'deadline': fields.Date.to_string(self.deadline),
            'days_left': (self.deadline - self.company_id._insurance_today()).days,
            'supplementary': self.supplementary,
            'state': self.state,
            'version': self.version,
            'line_count': self.line_count,
        }

    # === PAGE === #

    @api.readonly
    def get_review_page(self):
        """Return everything that the review screen shows of the page.

        :return: `_prepare_queue_entry()` and `_prepare_review_heading()` of the book under 'book', further
            `'line_model'`, `'is_mine'`, `'error'` (why it cannot be signed now, or False), `'has_signature'`,
            `'groups'` (`[{'person', 'days': [{'day', 'lines': [_prepare_review_line() with 'flags']}]}]`),
            `'workload'` (see `_get_workload`), `'questions'` (`[{'id', 'text'}]`), `'tags'` (`[{'id', 'name'}]`)
        """
        self.ensure_one()
        self.check_access('read')
        of_week = self._get_week_pages()._get_lines_to_review()
        flags = of_week._get_review_flags()
        lines = of_week.filtered(lambda line: line.page_id.id == self.id)
        return {
            **self._prepare_queue_entry(),
            'book': self.register_id._prepare_review_heading(),
            'line_model': lines._name,
            'is_mine': self.is_mine,
            'error': self._signing_error_message(),
            'has_signature': bool(self.env.user._get_insurance_signature()),
            'groups': self._group_review_lines(lines, flags),
            'workload': self._get_workload(of_week),
            'questions': [{'id': check.id, 'text': check.name} for check in self._get_checks()],
            'tags': [{'id': tag.id, 'name': tag.name} for tag in lines._get_review_tags()],
        }

    def _get_week_pages(self):
        """Return all pages of the same week in the same book, this one included."""
        return self.search(
            [
                ('register_id', '=', self.register_id.id),
                ('iso_year', '=', self.iso_year),
                ('iso_week', '=', self.iso_week),
            ]
        )

    @api.model
    def _group_review_lines(self, lines, flags):
        """Return the lines by person and day, in the order in which they happened."""
        people = {}
        for line in lines.sorted(lambda line: (line.entered_by_id.name, line[line._register_date_field], line.id)):
            values = dict(line._prepare_review_line(), flags=flags[line.id])
            days = people.setdefault(values['person'], {})
            days.setdefault(values['day'], []).append(values)
        return [
            {'person': person, 'days': [{'day': day, 'lines': of_day} for day, of_day in days.items()]}
            for person, days in people.items()
        ]

    def _get_workload(self, lines):
        """Return who did how much when, over the whole week of the book (R13).

        :return: `[{'person', 'count', 'days': [{'day', 'count', 'first', 'last', 'hours'}]}]`; all days from Monday
            to Sunday, times as HH:MM or '', hours as a list of 24 numbers of lines
        """
        moments = defaultdict(lambda: defaultdict(list))
        for line in lines:
            moment = line.company_id._insurance_local(line[line._register_date_field])
            moments[line.entered_by_id.name][moment.date()].append(moment)
        week = [self.week_start + timedelta(days=offset) for offset in range(7)]
        return [
            {
                'person': person,
                'count': sum(map(len, by_day.values())),
                'days': [self._prepare_workload_day(day, sorted(by_day[day])) for day in week],
            }
            for person, by_day in sorted(moments.items())
        ]

    @api.model
    def _prepare_workload_day(self, day, moments):
        hours = [0] * 24
        for moment in moments:
            hours[moment.hour] += 1
        return {
            'day': fields.Date.to_string(day),
            'count': len(moments),
            'first': moments[0].strftime('%H:%M') if moments else '',
            'last': moments[-1].strftime('%H:%M') if moments else '',
            'hours': hours,
        }
