from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_claim_close import InsuranceClaim as Closing
from .insurance_claim_gate import InsuranceClaim as Gate

LIMIT_KINDS = [
    ('list', "List of Documents"), ('decision', "Insurer's Decision"), ('payment', "Payment"),
    ('notice', "Refusal Notice"),
]
BATCH = 100
STORES = [('insurance_tz', '!=', False)]  # every company has a clock: all of them


class InsuranceClaim(models.Model):
    """What the insurer owes by when (5.7): the dates from which its limits run, and the next limit of a claim.

    The limits are kept per part of the cost, because compulsory and commercial insurers have different ones; a claim
    shows the earliest. Days of the limits are settings of the store and count for what is entered from then on.
    """

    _inherit = 'insurance.claim'

    applied_on = fields.Date(string="Claim filed on", copy=False, tracking=True,
                             help="The day on which the insurer was asked to pay; from it the limit for its list of"
                             " documents runs (compulsory insurance).")
    list_received_on = fields.Date(string="Document List received on", copy=False, tracking=True,
                                   help="The day on which the insurer said which documents it wants.")
    limit_kind = fields.Selection(LIMIT_KINDS, string="Insurer owes", compute='_compute_limit', store=True)
    limit_due_on = fields.Date(string="Insurer's Limit", compute='_compute_limit', store=True)
    is_overdue = fields.Boolean(string="Insurer is late", compute='_compute_is_overdue', search='_search_is_overdue',
                                help="The limit is over by the day of the store.")
    limit_told_on = fields.Date(readonly=True, copy=False, export_string_translation=False,
                                help="The limit of which the claims clerk was told.")

    _limit_idx = models.Index("(company_id, limit_due_on) WHERE limit_due_on IS NOT NULL")
    _limit_told_idx = models.Index("(company_id) WHERE limit_told_on IS DISTINCT FROM limit_due_on")

    _guarded_fields = Gate._guarded_fields | {'limit_told_on'}
    _digest_fields = (*Closing._digest_fields, 'applied_on', 'list_received_on')

    # === LIMITS === #

    @api.depends('cost_ids.limit_due_on', 'cost_ids.limit_kind', 'state', 'refusal_due_on', 'refusal_notice_on')
    def _compute_limit(self):
        for claim in self:
            limits = [(cost.limit_due_on, cost.limit_kind) for cost in claim.cost_ids if cost.limit_due_on]
            if claim.state == 'refused' and claim.refusal_due_on and not claim.refusal_notice_on:
                limits.append((claim.refusal_due_on, 'notice'))
            claim.limit_due_on, claim.limit_kind = min(limits, default=(False, False))

    @api.depends('exit_on', 'state')
    def _compute_refusal_due_on(self):
        """Insurance Law art. 24, with the days that the store has set."""
        for claim in self:
            refused = claim.exit_on and (claim.state == 'refused' or claim.refusal_due_on)
            claim.refusal_due_on = refused and claim.exit_on + timedelta(
                days=claim.company_id.insurance_claim_notice_days)

    @api.depends('limit_due_on', 'company_id')
    def _compute_is_overdue(self):
        for claim in self:
            claim.is_overdue = bool(claim.limit_due_on) and claim.limit_due_on < claim.company_id._insurance_today()

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        late = self._get_late_domain()
        return late if True in value else ~late

    @api.model
    def _get_late_domain(self, name='limit_due_on'):
        """Return the domain of dates that are over by the day of each record's store."""
        companies = self.env.companies.sudo() if not self.env.su else self.env['res.company'].search(STORES)
        by_day = companies.grouped(lambda company: company._insurance_today())  # sudo: clocks of the user's own stores
        return Domain.OR(
            Domain('company_id', 'in', stores.ids) & Domain(name, '<', day) for day, stores in by_day.items())

    # === DATES === #

    @api.constrains('applied_on', 'list_received_on')
    def _check_insurer_dates(self):
        for claim in self:
            today = claim.company_id._insurance_today()
            for day in filter(None, (claim.applied_on, claim.list_received_on)):
                if day > today:
                    raise ValidationError(self.env._("%(claim)s: what the insurer got or sent is not in the future.",
                                                     claim=claim.display_name))
            if claim.list_received_on and not claim.applied_on:
                raise ValidationError(self.env._("%(claim)s: enter first when the claim was filed with the insurer.",
                                                 claim=claim.display_name))
            if claim.list_received_on and claim.list_received_on < claim.applied_on:
                raise ValidationError(self.env._("%(claim)s: the list of documents came before the claim was filed.",
                                                 claim=claim.display_name))

    def _check_written(self, vals):
        super()._check_written(vals)
        if not self.env.su and {'applied_on', 'list_received_on'} & vals.keys():
            self._check_part_writable('documents')

    # === ACTIVITIES === #

    @api.model
    def _cron_limits(self):
        """Tell the claims clerks of limits that are over, each once; end to-dos of limits that were kept (5.7).

        May run any number of times: what was told stands on the claim.
        """
        for company in self.env['res.company'].search(STORES):
            while claims := self._get_untold(company):
                for claim in claims:
                    held = claim.try_lock_for_update(allow_referencing=True)
                    if held:
                        held._tell_limit()
                if not self.env['ir.cron']._commit_progress(len(claims)) or len(claims) < BATCH:
                    break

    @api.model
    def _get_untold(self, company):
        """Return claims of a store whose limit is over and not told, or was told and is no longer the limit."""
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """SELECT id FROM insurance_claim
                WHERE company_id = %s AND limit_told_on IS DISTINCT FROM limit_due_on
                  AND (limit_due_on < %s OR limit_told_on IS NOT NULL)
                ORDER BY limit_due_on, id LIMIT %s""", company.id, company._insurance_today(), BATCH))
        return self.browse([row for (row,) in rows])

    def _tell_limit(self):
        """End the to-do of the limit before, and plan one for the limit that is over."""
        self.ensure_one()
        kind = 'dealer_insurance.mail_activity_type_claim_limit'
        if self.limit_told_on:
            self.activity_feedback([kind])
        is_over = self.is_overdue
        clerk = self._get_limit_clerk() if is_over else False
        if clerk:
            labels = dict(self._fields['limit_kind']._description_selection(self.env))
            self.activity_schedule(kind, self.limit_due_on, user_id=clerk.id, summary=self.env._(
                "%(insurer)s is late: %(owed)s was due on %(day)s",
                insurer=self.insurer_id.insurer_short_name or self.insurer_id.name or '',
                owed=labels[self.limit_kind], day=self.limit_due_on))
        # a closed claim keeps its content; what the job noted on it is none of it
        models.BaseModel.write(self, {'limit_told_on': self.limit_due_on if is_over else False})

    def _get_limit_clerk(self):
        """Return who follows the claim up: who submitted it, else the first claims clerk of the store."""
        clerks = self.env.ref('dealer_insurance.group_claims_clerk').all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids)
        return self.submitted_by_id if self.submitted_by_id in clerks else clerks.sorted('id')[:1]
