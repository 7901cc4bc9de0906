from odoo import fields, models
from odoo.tools.image import image_data_uri

from ...lib.paper import blank_count


class InsuranceRegisterPage(models.Model):
    """What the printed page shows (R12): values only, the report's templates draw them."""

    _inherit = 'insurance.register.page'

    def _prepare_print_pages(self):
        """Return the pages as printed, book by book, with the lines that the present user may read.

        :return: list of dicts: those of `_prepare_print_heading`, `_prepare_print_sheet` and
            `_prepare_print_review`, `findings` and `position`, the page's place in this print
        """
        self.check_access('read')
        pages = self._sorted_for_print()
        lines, findings = self._get_print_lines(), self._count_print_findings()
        checks = {
            key: [check.name for check in of_key[0]._get_checks()]
            for key, of_key in self.grouped(lambda page: (page.kind, page.company_id)).items()
        }
        return [
            {
                **page._prepare_print_heading(),
                **page._prepare_print_sheet(
                    lines.get(page) or page._get_line_model(), checks[page.kind, page.company_id],
                ),
                'findings': findings.get(page, 0),
                'position': self.env._("Register page %(position)s of %(total)s in this print",
                                       position=position, total=len(pages)),
            }
            for position, page in enumerate(pages, 1)
        ]

    def _sorted_for_print(self):
        """Return the pages book by book, as they are bound."""
        return self.sorted(lambda page: (page.company_id.id, page.kind or '', page.register_id.year,
                                         page.register_id.name, page.register_id.id, page.page_no))

    def _get_print_lines(self):
        """Return the lines of the pages by page, as far as the present user may read them."""
        lines = {}
        for of_kind in self.grouped('kind').values():
            lines.update(of_kind._get_lines().grouped('page_id'))
        return lines

    def _count_print_findings(self):
        """Return how many open findings of the integrity check the present user may know of, by page."""
        Finding = self.env['insurance.register.finding']
        if not Finding.has_access('read'):
            return {}
        return dict(Finding._read_group(
            [('page_id', 'in', self.ids), ('state', '=', 'open')], ['page_id'], ['__count'],
        ))

    def _get_line_model(self):
        name = self.env['insurance.register']._get_line_models().get(self.kind, 'insurance.register.line')
        return self.env[name].browse()

    # === HEADING AND TABLE === #

    def _prepare_print_heading(self):
        """Return the head of the form: title, book, people, week, number and marks."""
        self.ensure_one()
        register, week = self.register_id, self._get_week()
        people = self.sudo()  # sudo: names of keeper and reviewer, who may have left the store
        return {
            'title': dict(register._fields['kind']._description_selection(self.env))[self.kind],
            'store': self.company_id.sudo().name,
            'book': register.name,
            'is_shared': register.sharing == 'shared',
            'keeper': people.custodian_id.name,
            'reviewer': people.reviewer_id.name,
            'week': self.env._("%(year)s, week %(week)s", year=str(week.year), week=week.number),
            'days': f"{fields.Date.to_string(week.monday)} – {fields.Date.to_string(week.sunday)}",
            'page_no': self.env._("Page %(number)s", number=self.page_no),
            'supplementary': self.supplementary,
            'version': self.version > 1 and self.env._("Version %(number)s", number=self.version),
            'state': self.state,
            'deadline': fields.Date.to_string(self.deadline),
            'is_overdue': self.is_overdue,
            'self_review': self._get_self_review_text(),
            'printed': register._get_printed_text(),
        }

    def _get_self_review_text(self):
        """Return what the print says where keeper and reviewer are not two people (invariant 4), or False."""
        if self.signature_id.is_self_review:
            return self.env._("Self-reviewed: the signer entered lines of this page")
        return self.company_id.insurance_allow_self_review and self.env._("This store allows self-review")

    def _prepare_print_sheet(self, lines, questions):
        """Return the ruled table (cells, lines, how many empty ones follow, what is not shown) and the review under it.

        :param questions: what a page not yet signed leaves open
        """
        rows, review = lines._prepare_print_lines(), self._prepare_print_review(questions)
        hidden = max(0, self.line_count - len(lines))
        review_rows = len(review['answers']) + len((review['remark'] or "-").splitlines()) + len(review['voided'])
        return {
            **review,
            'columns': lines._get_print_cells(), 'lines': rows,
            'blank_count': blank_count(
                [row['height'] for row in rows], self.company_id.insurance_page_lines - hidden, review_rows,
            ),
            'hidden': hidden and self.env._(
                "%(count)s more lines by other writers of this book are not shown to %(user)s",
                count=hidden, user=self.env.user.name,
            ),
        }

    # === REVIEW === #

    def _prepare_print_review(self, questions):
        """Return the foot of the form: answers, remark, the signature, and the signatures voided before."""
        self.ensure_one()
        signature = self.signature_id
        return {
            'answers': signature.answers or [] if signature else [[question, None] for question in questions],
            'remark': signature.remark,
            'signature': signature and self._prepare_print_signature(signature),
            'voided': self._get_print_voided(),
        }

    def _prepare_print_signature(self, event):
        image = event.with_context(bin_size=False).image
        return {
            'name': event.user_id.sudo().name,  # sudo: the signer may have left the store
            'moment': self.register_id._print_moment(event.signed_on),
            'is_delegate': event.is_delegate,
            'is_late': event.is_late,
            'image': image and image_data_uri(image),
            'digest': event.digest[:12],
        }

    def _get_print_voided(self):
        """Return one sentence for each signature of the page that was voided: whose, by whom, when and why (T1)."""
        voided, signed = [], False
        for event in self.signature_ids.sorted('id'):
            if event.event == 'signed':
                signed = event
            elif signed:
                before, after = self._prepare_print_signature(signed), self._prepare_print_signature(event)
                voided.append(self.env._(
                    "Signature of %(signer)s on %(signed)s (%(digest)s) voided by %(user)s on %(moment)s: %(reason)s",
                    signer=before['name'], signed=before['moment'], digest=before['digest'],
                    user=after['name'], moment=after['moment'], reason=event.remark,
                ))
        return voided
