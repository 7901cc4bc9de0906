from odoo import fields, models
from odoo.fields import Domain


class InsuranceRegister(models.Model):
    """What the integrity report of a book shows: the state of the findings and of the last checks, no new check."""

    _inherit = 'insurance.register'

    def _prepare_integrity_reports(self):
        """Return the books' integrity as printed, one dict per book.

        :raises AccessError: for who may not read the books or the findings
        """
        self.check_access('read')
        self.env['insurance.register.finding'].check_access('read')
        findings = self.env['insurance.register.finding'].search(
            [('register_id', 'in', self.ids)], order='register_id, page_id, line_no, id',
        ).grouped('register_id')
        checks = self._get_check_times()
        return [
            register._prepare_integrity_report(findings.get(register, ()), *checks.get(register.id, (0, 0, None, None)))
            for register in self
        ]

    def _get_check_times(self):
        """Return `{book id: (signed pages, checked ones, oldest check, newest check)}`."""
        # sudo: the report counts the pages of a whole book, also for those who read the book but not its pages
        Page = self.env['insurance.register.page'].sudo()
        signed = Domain([('register_id', 'in', self.ids), ('state', '=', 'signed')])
        return {
            register.id: values for register, *values in Page._read_group(
                signed, ['register_id'], ['__count', 'checked_on:count', 'checked_on:min', 'checked_on:max'],
            )
        }

    def _prepare_integrity_report(self, findings, signed_count, checked_count, oldest, newest):
        people = self.sudo()  # sudo: names of keeper and reviewer, who may have left the store
        waiting = [finding for finding in findings if finding.state == 'open']
        chain = [finding for finding in waiting if finding.kind in ('chain', 'signature')]
        return {
            'title': dict(self._fields['kind']._description_selection(self.env))[self.kind],
            'store': people.company_id.name, 'book': self.name, 'year': self.year,
            'keeper': people.custodian_id.name, 'reviewer': people.reviewer_id.name,
            'self_review': self.company_id.insurance_allow_self_review,
            'signed_count': signed_count, 'unchecked_count': signed_count - checked_count,
            'newest': self._print_moment(newest),
            'oldest': oldest != newest and self.env._("longest ago: %(moment)s", moment=self._print_moment(oldest)),
            'chain': 'broken' if chain else 'whole' if newest else 'unchecked',
            'events': self.env._("%(count)s events, last digest %(digest)s",
                                 count=self.event_count, digest=(self.last_digest or "—")[:12]),
            'findings': [self._prepare_integrity_row(finding) for finding in waiting],
            'explained': [self._prepare_integrity_row(finding) for finding in findings if finding.state != 'open'],
            'verdict': self._get_integrity_verdict(len(waiting), signed_count, signed_count - checked_count),
            'printed': self._get_printed_text(),
        }

    def _get_integrity_verdict(self, finding_count, signed_count, unchecked_count):
        if finding_count:
            return self.env._("%(count)s alterations found", count=finding_count)
        if not signed_count:
            return self.env._("No page of this book is signed yet.")
        if unchecked_count:
            return self.env._("Nothing altered is known; %(count)s signed pages were not checked yet.",
                              count=unchecked_count)
        return self.env._("Nothing was altered: every signed page is as it was when it was signed.")

    def _prepare_integrity_row(self, finding):
        page = finding.page_id.sudo()  # sudo: the finding names its page, also to who does not read pages
        kinds = dict(finding._fields['kind']._description_selection(self.env))
        return {
            'page': page and self.env._(
                "page %(page)s (%(year)s-W%(week)s)", page=page.page_no, year=str(page.iso_year),
                week=f'{page.iso_week:02d}',
            ),
            'line_no': finding.line_no,
            'kind': kinds[finding.kind],
            'what': finding.kind == 'altered' and ", ".join(finding._get_field_labels()) or finding.description,
            'found_on': self._print_moment(finding.found_on),
            'last_seen_on': self._print_moment(finding.last_seen_on),
            'explanation': finding.explanation,
            'explained_by': finding.explained_by_id.sudo().name,  # sudo: as for the people of the book
        }

    def _print_moment(self, moment):
        """Return the naive UTC `moment` as text in the store's time, '' for none."""
        return moment and self.company_id._insurance_local(moment).strftime('%Y-%m-%d %H:%M') or ''

    def _get_printed_text(self):
        return self.env._("Printed by %(user)s on %(moment)s", user=self.env.user.name,
                          moment=self._print_moment(fields.Datetime.now()))
