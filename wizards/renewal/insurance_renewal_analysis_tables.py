from odoo import api, fields, models
from odoo.tools import formatLang

from ...lib.percent import percent

GREW = 2  # more cases than before that are worth a word
FEW = 5  # lost cases under which a specialist is not compared
DIFFERS = 0.15  # of the own lost cases above the store's share


class InsuranceRenewalAnalysis(models.TransientModel):
    """The arithmetic of the lost analysis: values only, for screen, print and workbook alike."""

    _inherit = 'insurance.renewal.analysis'

    def _get_analysis(self):
        """Return what the tables show: `count`, `previous_count`, `year_count`, `title`, `for_insurer`, `gap` and
        `gap_count`, the `sentences`, and the rows of `reasons`, `insurers` and `specialists`.
        """
        self.ensure_one()
        Case = self.env['insurance.renewal']
        cases = Case.search(self._get_domain())
        gaps = cases._get_price_gaps()
        counts = {period: Case.search_count(self._get_domain(period)) for period in ('previous', 'year')}
        analysis = {
            'title': self._get_title(), 'for_insurer': self.for_insurer, 'count': len(cases),
            'previous_count': counts['previous'], 'year_count': counts['year'],
            'periods': {name: f"{first} – {last}" for name, (first, last) in self._get_periods().items()},
            'gap': sum(gaps.values()) / len(gaps) if gaps else None, 'gap_count': len(gaps),
            'reasons': self._count_by('lost_reason_id', cases, gaps),
            'insurers': self._count_by('lost_insurer_id', cases, gaps),
            'specialists': self._compare_specialists(cases),
            'late_count': len(cases.filtered('is_late_discovery')),
        }
        return dict(analysis, sentences=self._get_sentences(analysis))

    # === TABLES === #

    def _count_by(self, name, cases, gaps):
        """Return the rows by the field `name`, the most frequent first; those that vanished come last."""
        Case = self.env['insurance.renewal']
        now = {record: len(of_record) for record, of_record in cases.grouped(name).items()}
        past, year = (dict(Case._read_group(self._get_domain(period), [name], ['__count']))
                      for period in ('previous', 'year'))
        own = {}
        for case, gap in gaps.items():
            own.setdefault(case[name], []).append(gap)
        order = sorted({*now, *past, *year},
                       key=lambda record: (-now.get(record, 0), -past.get(record, 0), record.id or 0))
        return [self._prepare_count(record, len(cases), now, past, year, own.get(record, [])) for record in order]

    @api.model
    def _prepare_count(self, record, total, now, past, year, gaps):
        count, previous = now.get(record, 0), past.get(record, 0)
        is_reason = record._name == 'insurance.reason'
        controllable = dict(self.env['insurance.reason']._fields['controllable']._description_selection(self.env))
        if is_reason:
            label = record.name or self.env._("No reason given")
        else:
            label = self._get_short_name(record) or self.env._("Insurer unknown")
        return {
            'label': label,
            'group': is_reason and record.parent_id.name or '',
            'controllable': is_reason and controllable.get(record.controllable) or '',
            'count': count, 'share': count / total if total else None, 'previous': previous,
            'change': count - previous, 'grew': bool(record) and count - previous >= GREW, 'year': year.get(record, 0),
            'gap': sum(gaps) / len(gaps) if gaps else None, 'gap_count': len(gaps),
            'share_text': percent(count, total),
            'change_text': f'{count - previous:+d}' if count != previous else '0',
            'gap_text': f'{self._to_money(sum(gaps) / len(gaps))} ({len(gaps)})' if gaps else '',
        }

    @api.model
    def _compare_specialists(self, cases):
        """Return a row for each specialist: in which reason he exceeds the store's mix most, and whether by much."""
        total = len(cases)
        store = {reason: len(of_reason) / total for reason, of_reason in cases.grouped('lost_reason_id').items()}
        rows = []
        for user, own in cases.grouped('specialist_id').items():
            shares = {reason: len(of_reason) / len(own) for reason, of_reason in own.grouped('lost_reason_id').items()}
            reason = max(shares, key=lambda reason: (shares[reason] - store[reason], -reason.id))
            rows.append({
                'label': user.name or self.env._("Without specialist"), 'count': len(own), 'share': len(own) / total,
                'reason': reason.name or self.env._("No reason given"), 'own_share': shares[reason],
                'store_share': store[reason], 'share_text': percent(len(own), total),
                'own_text': percent(shares[reason], 1), 'store_text': percent(store[reason], 1),
                'differs': len(own) >= FEW and shares[reason] - store[reason] >= DIFFERS,
            })
        return sorted(rows, key=lambda row: (-row['count'], row['label']))

    # === SENTENCES === #

    def _get_sentences(self, analysis):
        """Return the findings as sentences, the broadest first."""
        if not analysis['count']:
            return [self.env._("No renewal was lost in this period.")]
        return [sentence for sentence in (
            self.env._("%(count)s renewals lost; %(previous)s in the period before, %(year)s a year ago.",
                       count=analysis['count'], previous=analysis['previous_count'], year=analysis['year_count']),
            self._say_top_reasons(analysis), self._say_growth(analysis), self._say_gap(analysis),
            self._say_differences(analysis), self._say_late(analysis),
        ) if sentence]

    def _say_top_reasons(self, analysis):
        top = [row for row in analysis['reasons'] if row['count']][:2]
        return self.env._("%(reasons)s: %(share)s of the lost cases.",
                          reasons=" + ".join(row['label'] for row in top),
                          share=percent(sum(row['count'] for row in top), analysis['count']))

    def _say_growth(self, analysis):
        grown = sorted((row for row in (*analysis['reasons'], *analysis['insurers']) if row['grew']),
                       key=lambda row: -row['change'])
        return grown and self.env._("Grown since the period before: %(rows)s.", rows=", ".join(
            f"{row['label']} {row['previous']} → {row['count']}" for row in grown))

    def _say_gap(self, analysis):
        if not analysis['gap_count']:
            return False
        amount = self._to_money(abs(analysis['gap']))
        return (
            self.env._("On average our quote was %(amount)s above the competitor's price (%(count)s cases).",
                       amount=amount, count=analysis['gap_count'])
            if analysis['gap'] >= 0 else
            self.env._("On average our quote was %(amount)s below the competitor's price (%(count)s cases).",
                       amount=amount, count=analysis['gap_count'])
        )

    def _say_differences(self, analysis):
        differing = [] if self.for_insurer else [row for row in analysis['specialists'] if row['differs']]
        return differing and self.env._("Unlike the store: %(rows)s.", rows="; ".join(
            self.env._("%(specialist)s loses %(own)s by %(reason)s, the store %(store)s",
                       specialist=row['label'], own=row['own_text'], reason=row['reason'],
                       store=row['store_text'])
            for row in differing))

    def _say_late(self, analysis):
        return analysis['late_count'] and self.env._(
            "%(count)s cases were found to be insured elsewhere because our first contact came too late.",
            count=analysis['late_count'])

    # === TEXTS === #

    @api.model
    def _to_money(self, amount):
        return formatLang(self.env, amount, digits=2)

    def _prepare_analysis_prints(self):
        """Return the analyses as the print shows them, with who printed it and when."""
        self.check_access('read')
        now = fields.Datetime.now()
        return [
            dict(wizard._get_analysis(), store=wizard.company_id.name, printed=self.env._(
                "Printed by %(user)s on %(moment)s", user=self.env.user.name,
                moment=wizard.company_id._insurance_local(now).strftime('%Y-%m-%d %H:%M')))
            for wizard in self
        ]
