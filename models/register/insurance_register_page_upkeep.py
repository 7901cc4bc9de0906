from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceRegisterPage(models.Model):
    """What is done to pages without anybody pressing a button: integrity check, reminders, escalation."""

    _inherit = 'insurance.register.page'

    # === INTEGRITY === #

    @api.model
    def _check_integrity(self, register_ids=None, limit=None):
        """Compare signed pages with what was signed and with each other; record and return what deviates.

        :param register_ids: ids of the books to check whole; without it the pages checked longest ago
        :param limit: at most this many pages
        :return: the open `insurance.register.finding` of the checked pages
        """
        # sudo: the check must see whole books, whoever presses the button
        Page = self.sudo()
        # what was voided must not change either, and a state may have been set back behind our back
        domain = Domain('state', '=', 'signed') | Domain('version', '>', 0)
        if register_ids is not None:
            domain &= Domain('register_id', 'in', register_ids)
        pages = Page.search(domain, order='checked_on NULLS FIRST, id', limit=limit)
        Finding = self.env['insurance.register.finding'].sudo()
        found = Finding._record(Page._find_deviations(pages, register_ids))
        pages.write({'checked_on': fields.Datetime.now()})
        return found.with_env(self.env)

    @api.model
    def _find_deviations(self, pages, register_ids=None):
        self.env.flush_all()
        self.env.invalidate_all()  # what stands in the database counts, not what this transaction remembers
        Signature = self.env['insurance.register.signature']
        deviations = []
        for of_kind in pages.grouped('kind').values():
            lines = of_kind._get_lines().grouped('page_id')
            for page in of_kind:
                deviations += Signature._find_page_deviations(page, lines.get(page, ()))
        books = pages.register_id.ids if register_ids is None else register_ids
        return deviations + Signature._find_chain_breaks(books)

    # === JOBS === #

    @api.model
    def _cron_check_integrity(self):
        """Nightly: the pages that were checked longest ago, as many as a night's work allows."""
        self._check_integrity(limit=5000)

    @api.model
    def _cron_remind(self):
        """Daily: tell reviewers of pages whose week is over, and the alternate reviewer of overdue ones (R11)."""
        unsigned = Domain([('state', '!=', 'signed'), ('line_count', '>', 0)])
        for (company,) in self._read_group(unsigned, ['company_id']):
            today = company._insurance_today()
            waiting = unsigned & Domain('company_id', '=', company.id)
            over = waiting & Domain('week_start', '<=', today - timedelta(days=7))
            late = waiting & Domain('deadline', '<', today)
            self._remind(over, 'mail_activity_type_review', lambda page, day=today: page._get_reminder_user(day))
            if company.insurance_alternate_reviewer_id:
                self._remind(
                    late,
                    'mail_activity_type_review_overdue',
                    lambda page, user=company.insurance_alternate_reviewer_id: user,
                )

    def _get_reminder_user(self, today):
        signers = self.register_id._get_signers(today)
        delegate = next((d.user_id for d in self.register_id.delegate_ids if d.date_from <= today <= d.date_to), None)
        return delegate if delegate in signers else self.register_id.reviewer_id

    @api.model
    def _remind(self, domain, type_xmlid, get_user):
        activity_type = self.env.ref(f'dealer_insurance.{type_xmlid}')
        pages = self.search(
            domain
            & Domain(
                'activity_ids',
                'not any',
                [('activity_type_id', '=', activity_type.id)],
            )
        )
        model = self.env['ir.model']._get(self._name)
        self.env['mail.activity'].create(
            [
                {
                    'res_model_id': model.id,
                    'res_id': page.id,
                    'activity_type_id': activity_type.id,
                    'user_id': get_user(page).id,
                    'date_deadline': page.deadline,
                    'summary': page.display_name,
                    'automated': True,
                }
                for page in pages
            ]
        )

    def _close_activities(self):
        # sudo: the reminder may be addressed to another signer of the page
        self.sudo().activity_feedback(
            ['dealer_insurance.mail_activity_type_review', 'dealer_insurance.mail_activity_type_review_overdue'],
            feedback=self.env._("Signed by %(user)s", user=self.env.user.name),
        )
