from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...lib import rates
from ...lib.money import exact, round_half_up


class InsuranceRateCard(models.Model):
    """What an insurer pays a store, or every store of the group, for what it sells, from a day on (T10, K20)."""

    _name = 'insurance.rate.card'
    _description = "Commission Rate Card"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'insurer_id, date_from desc, id desc'

    name = fields.Char(string="Label", required=True, tracking=True)
    company_id = fields.Many2one(
        'res.company',
        string="Store",
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
        help="Empty: every store of the group that has no rate of its own.",
    )
    insurer_id = fields.Many2one(
        'res.partner',
        string="Insurer",
        required=True,
        index=True,
        ondelete='restrict',
        domain=[('is_insurer', '=', True)],
        tracking=True,
    )
    date_from = fields.Date(string="Issued from", required=True, tracking=True)
    date_to = fields.Date(string="Issued until", tracking=True, help="Empty: until further notice.")
    line_ids = fields.One2many('insurance.rate.card.line', 'card_id', string="Rates", copy=True)
    note = fields.Text()
    active = fields.Boolean(default=True, tracking=True)

    _period_ordered = models.Constraint(
        'CHECK (date_to IS NULL OR date_from <= date_to)',
        "A rate card ends after it begins.",
    )

    @api.constrains('company_id', 'insurer_id', 'date_from', 'date_to', 'active')
    def _check_lines(self):
        self.line_ids._check_contradiction()

    def _get_parallel(self):
        """Return the cards of the same store and insurer that are valid on some day together with this one."""
        self.ensure_one()
        domain = (
            Domain('company_id', '=', self.company_id.id)
            & Domain('insurer_id', '=', self.insurer_id.id)
            & (Domain('date_to', '=', False) | Domain('date_to', '>=', self.date_from))
        )
        if self.date_to:
            domain &= Domain('date_from', '<=', self.date_to)
        return self.search(domain) if self.active else self

    # === BUSINESS METHODS === #

    @api.model
    def _match(self, company, insurer, day, product, facts):
        """Return the rate for a policy: the most specific line, a store's own card before the group's (T10).

        :param company: store that sold the policy
        :param insurer: insurer (res.partner)
        :param day: date of issue
        :param product: 'compulsory', 'commercial', 'non_motor' or 'vehicle_tax'
        :param facts: dict with `business` ('new' or 'renewal'), `use_type`, `is_new_energy`, `is_transferred`,
            `third_party_limit` (yuan) and `has_damage`; what is missing counts as not given, No or 0
        :return: (line, text): the line in the caller's rights, empty when no rate is known, and what it is based on
            or what is missing, in the user's language
        :raise UserError: two lines with different rates are equally specific
        """
        request = {'insurer': insurer, 'day': day, 'product': product, 'facts': facts}
        return self._match_many(company, [request])[0]

    @api.model
    def _match_many(self, company, requests, raise_ambiguous=True):
        """Match many policies of a store with a fixed number of queries.

        :param requests: list of dicts `insurer`, `day`, `product`, `facts` as in :meth:`_match`
        :param raise_ambiguous: False: an ambiguous request gives (no line, what to do) instead of an error, so that
            the other rows of a file get in
        :return: list of (line, text) in the order of the requests
        """
        Line = self.env['insurance.rate.card.line']
        table = self._get_rates(company, requests)
        known = {}  # many rows of a file ask the same
        results = []
        for request in requests:
            facts = rates.Facts(**{name: value or 0 for name, value in request['facts'].items()})
            key = (request['insurer'].id, request['product'], request['day'], facts)
            if key not in known:
                best = rates.best(table[key[:2]], request['day'], facts)
                lines = Line.browse([rate.key for rate in best])
                if len(lines) > 1 and raise_ambiguous:
                    raise UserError(self._get_match_text(lines, request))
                known[key] = (lines if len(lines) == 1 else Line, self._get_match_text(lines, request))
            results.append(known[key])
        return results

    @api.model
    def _get_rates(self, company, requests):
        """Return the rates that may apply: `{(insurer id, product): [lib.rates.Rate]}`, the latest card first."""
        table = defaultdict(list)
        days = [request['day'] for request in requests]
        insurers = {request['insurer'].id for request in requests}
        if not requests:
            return table
        # sudo: whoever registers a policy gets its rate applied; who may see rates is asked when the line is read
        cards = self.sudo().search(
            Domain('company_id', 'in', [company.id, False])
            & Domain('insurer_id', 'in', list(insurers))
            & Domain('active', '=', True)
            & Domain('date_from', '<=', max(days))
            & (Domain('date_to', '=', False) | Domain('date_to', '>=', min(days))),
            order='date_from desc, id desc',
        )
        for card in cards:
            for line in card.line_ids.filtered('active'):
                rate = line._get_rate(bool(card.company_id), card.date_from, card.date_to or date.max)
                table[card.insurer_id.id, line.product].append(rate)
        return table

    @api.model
    def _get_match_text(self, lines, request):
        """Return on which line a rate is based, which lines contradict each other, or that there is none."""
        insurer = request['insurer']
        lines = lines.sudo()  # sudo: names of lines for the ground that is kept beside the rate, no rates
        labels = dict(lines._fields['product']._description_selection(self.env))
        if len(lines) > 1:
            return self.env._(
                "Two rates fit equally well on %(day)s: %(lines)s. Make one of them more specific, or end one card.",
                day=request['day'],
                lines=' / '.join(lines.mapped('display_name')),
            )
        if lines:
            return lines.display_name
        return self.env._(
            "No rate of %(insurer)s for %(product)s on %(day)s. Complete the rate card.",
            insurer=insurer.insurer_short_name or insurer.name,
            product=labels.get(request['product'], request['product']),
            day=request['day'],
        )

    @api.model
    def _get_commission(self, premium, rate, basis, vat_rate, currency):
        """Return the commission, rounded once, half up (K20, T40).

        :param premium: premium with VAT; negative for a cancellation
        :param rate: 0.2 is 20 %
        :param basis: 'gross': of the premium with VAT; 'net': of the premium without
        :param vat_rate: 0.06 is 6 %
        """
        return round_half_up(self._get_exact_base(premium, basis, vat_rate) * exact(rate), currency.rounding)

    @api.model
    def _get_commission_base(self, premium, basis, vat_rate, currency):
        """Return what the rate is applied to, rounded for the screen; the commission comes from the exact base."""
        return round_half_up(self._get_exact_base(premium, basis, vat_rate), currency.rounding)

    @api.model
    def _get_exact_base(self, premium, basis, vat_rate):
        """Return the base of a commission as a Decimal that is not rounded yet."""
        return exact(premium) / (1 + exact(vat_rate)) if basis == 'net' else exact(premium)
