from odoo import api, models
from odoo.fields import Domain


class InsuranceKpi(models.AbstractModel):
    """The figures of the desk's discipline: weekly reviews and monthly summaries on time (K26, K27)."""

    _inherit = 'insurance.kpi'

    @api.model
    def _get_definitions(self):
        _ = self.env._
        return {
            **super()._get_definitions(),
            'K26': self._get_review_definition(_("Reviews on Time"), 'renewal'),
            'K26_accident': self._get_review_definition(_("Reviews on Time: Accident Reports"), 'accident'),
            'K26_visit': self._get_review_definition(_("Reviews on Time: Came and Left"), 'lost_visit'),
            'K27': {
                'name': _("Lost Summaries on Time"), 'unit': 'ratio', 'version': 1,
                'method': '_compute_summaries_on_time', 'rows': '_rows_summaries',
                'formula': _("summaries of the month submitted by the due day ÷ specialists who owe one"),
            },
        }

    # === K26 === #

    @api.model
    def _get_review_definition(self, name, kind):
        """Return the definition of K26 for one kind of register."""
        return {
            'name': name, 'unit': 'ratio', 'version': 1, 'method': '_compute_reviews_on_time',
            'rows': '_rows_reviews', 'options': {'kind': kind},
            'formula': self.env._("pages signed by their deadline ÷ pages due in the period"),
        }

    @api.model
    def _compute_reviews_on_time(self, companies, first, last, by_specialist=False, kind='renewal'):
        """Count the pages of one register due from `first` to `last`; the keeper of the book is whose page it is.

        A page signed in time stays in time when it is reopened and signed anew.
        """
        # sudo: what is counted; whose figures one sees is decided by the caller
        return self._count_pairs(
            self.env['insurance.register.page'].sudo(), self._get_reviews_domain(companies, first, last, kind),
            self._get_signed_in_time(), 'custodian_id' if by_specialist else None,
        )

    @api.model
    def _get_reviews_domain(self, companies, first, last, kind):
        return Domain([('company_id', 'in', companies.ids), ('kind', '=', kind), ('line_count', '>', 0),
                       ('deadline', '>=', first), ('deadline', '<=', last)])

    @api.model
    def _get_signed_in_time(self):
        return Domain('signature_ids', 'any', [('event', '=', 'signed'), ('is_late', '=', False)])

    @api.model
    def _rows_reviews(self, part, company, first, last, user, kind='renewal'):
        domain = self._get_reviews_domain(company, first, last, kind)
        if part == 'numerator':
            domain &= self._get_signed_in_time()
        if user:
            domain &= Domain('custodian_id', '=', user.id)
        return 'insurance.register.page', domain

    # === K27 === #

    @api.model
    def _compute_summaries_on_time(self, companies, first, last, by_specialist=False):
        """Count the lost summaries of the months that begin from `first` to `last`; the first submission decides."""
        # sudo: as above
        return self._count_pairs(
            self.env['insurance.renewal.report'].sudo(), self._get_summaries_domain(companies, first, last),
            self._get_submitted_in_time(), 'specialist_id' if by_specialist else None,
        )

    @api.model
    def _get_summaries_domain(self, companies, first, last):
        return Domain([('company_id', 'in', companies.ids), ('month', '>=', first), ('month', '<=', last)])

    @api.model
    def _get_submitted_in_time(self):
        return Domain([('submitted_on', '!=', False), ('is_late', '=', False)])

    @api.model
    def _rows_summaries(self, part, company, first, last, user):
        domain = self._get_summaries_domain(company, first, last)
        if part == 'numerator':
            domain &= self._get_submitted_in_time()
        if user:
            domain &= Domain('specialist_id', '=', user.id)
        return 'insurance.renewal.report', domain

    # === TOOLS === #

    @api.model
    def _count_pairs(self, Model, domain, condition, person=None):
        """Return `{(company_id, user_id or False): (those that meet the condition, all)}`.

        :param str person: the field with the specialist; None to count by store
        """
        groups = ['company_id', *filter(None, [person])]

        def count(of):
            return {(key[0].id, key[1].id if person else False): number
                    for *key, number in Model._read_group(of, groups, ['__count'])}

        met = count(domain & condition)
        return {key: (met.get(key, 0), number) for key, number in count(domain).items()}
