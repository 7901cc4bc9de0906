from odoo import fields, models
from odoo.tools import formatLang

from ...lib.percent import percent


class InsuranceRenewalReport(models.Model):
    """What the printed lost summary 续保战败原因月报 shows (domain 2.10): values only, the templates draw them."""

    _inherit = 'insurance.renewal.report'

    def _prepare_summary_prints(self):
        """Return the summaries as dicts of texts: heading, counts by reason and by insurer, cases, words, receipt."""
        self.check_access('read')
        return [report._prepare_summary_print() for report in self]

    def _prepare_summary_print(self):
        self.ensure_one()
        states = dict(self._fields['state']._description_selection(self.env))
        return {
            'store': self.company_id.sudo().name,  # sudo: the store's name only
            'specialist': self.specialist_id.name,
            'month': self.period,
            'state': self.state, 'state_label': states[self.state],
            'due': fields.Date.to_string(self.due_date),
            'submitted': self._to_moment(self.submitted_on), 'resubmitted': self._to_moment(self.resubmitted_on),
            'is_late': self.is_late, 'is_overdue': self.is_overdue,
            'received_by': self.received_by_id.name or '', 'received': self._to_moment(self.received_on),
            'remark': self.remark or '',
            'lost_count': self.lost_count, 'previous_lost_count': self.previous_lost_count,
            'late_discovery_count': self.late_discovery_count,
            'gap': self._to_gap(self.price_gap, self.gap_count),
            'reasons': [self._prepare_count_print(line) for line in self.reason_line_ids],
            'insurers': [self._prepare_count_print(line) for line in self.insurer_line_ids],
            'cases': [self._prepare_case_print(contact) for contact in self.telling_contact_ids.sorted('contact_on')],
            'analysis': self.analysis or '', 'measures': self.measures or '',
            'printed': self.env._("Printed by %(user)s on %(moment)s", user=self.env.user.name,
                                  moment=self._to_moment(fields.Datetime.now())),
        }

    def _prepare_count_print(self, line):
        return {
            'label': line._get_label(), 'count': line.count, 'previous': line.previous_count,
            'share': percent(line.count, self.lost_count),
            'gap': f"{formatLang(self.env, line.price_gap, digits=2)} ({line.gap_count})" if line.gap_count else '',
        }

    def _prepare_case_print(self, contact):
        case, insurer = contact.renewal_id, contact.lost_insurer_id
        facts = (
            contact.lost_reason_id.name,
            insurer.insurer_short_name or insurer.name,
            contact.lost_price and formatLang(self.env, contact.lost_price, digits=2),
            contact.lost_detail,
        )
        return {
            'title': " ".join(filter(None, (case.plate, case.vehicle_model_id.name))),
            'expiry': fields.Date.to_string(case.reference_expiry),
            'lost_on': fields.Date.to_string(self.company_id._insurance_local(contact.contact_on)),
            'facts': " · ".join(filter(None, facts)),
            'content': contact.content or '', 'countermeasure': contact.countermeasure or '',
        }

    def _to_moment(self, moment):
        return moment and self.company_id._insurance_local(moment).strftime('%Y-%m-%d %H:%M') or ''

    def _to_gap(self, gap, count):
        return self.env._("%(amount)s (%(count)s cases)", amount=formatLang(self.env, gap, digits=2),
                          count=count) if count else ''
