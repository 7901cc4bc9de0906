from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_claim import ADVISOR, CLERK, LEADER, MONEY
from .insurance_claim_gate import EXITS

REQUIRED = {
    'dispatched': ('dispatched_on', 'order_no', 'advisor_id', 'plate_or_vin', 'mileage', 'owner_id', 'insured_id',
                   'insurer_id', 'report_no', 'accident_on', 'accident_place', 'accident_course', 'accident_type',
                   'liability', 'loss_kind', 'claim_mode', 'payee'),
    'repaired': ('repaired_on',),
    'settled': ('sheet_no', 'sheet_date', 'total_amount'),
}  # named fields without which a stage is not reached (form 2.9)
NEXT = {'draft': 'dispatched', 'dispatched': 'repaired', 'repaired': 'settled', 'settled': 'submitted',
        'paid': 'closed', 'difference': 'closed', **dict.fromkeys(EXITS, 'closed')}


class InsuranceClaim(models.Model):
    """The stages of a claim, each by its button; a refusal lists everything that is missing (R53, R54)."""

    _inherit = 'insurance.claim'

    blocking_text = fields.Text(string="What is Missing", compute='_compute_blocking_text')

    @api.depends('state', 'order_no', 'report_no', 'cost_gap', 'missing_count', 'unexplained_amount')
    @api.depends_context('uid')
    def _compute_blocking_text(self):
        reads_money = self.env.su or self.env.user.has_groups(MONEY)
        for claim in self:
            target = NEXT.get(claim.state)
            if not reads_money and claim.state != 'draft':  # later stages name amounts
                target = False
            if target == 'submitted' and not claim.sudo().expected_amount:  # sudo: decides the next stage
                target = 'self_claim'
            # sudo: what is missing is said of all parts, also of those that the reader does not write
            claim.blocking_text = "\n".join(claim.sudo()._get_missing(target)) if target else False

    # === WHAT IS MISSING === #

    def _get_missing(self, target):
        """Return what the claim lacks for the stage `target`, as sentences (list of strings)."""
        self.ensure_one()
        labels = self.fields_get([name for name in REQUIRED.get(target, ()) if name in self._fields], ['string'])
        missing = [
            labels[name]['string'] if name in labels else self.env._("Plate or VIN")
            for name in REQUIRED.get(target, ()) if not self._has_value(name)
        ]
        return missing + getattr(self, f'_get_missing_{target}', list)()

    def _has_value(self, name):
        if name == 'plate_or_vin':
            return bool(self.plate or self.vin)
        return bool(self[name])

    def _get_missing_settled(self):
        """Return what stage 2 lacks beside its fields: an exact composition, payers, the sheet itself (R54, R55)."""
        _, missing = self.env._, []
        gap = float(self._get_composition_gap())
        if not self.cost_ids:
            missing.append(_("Composition of cost by payer"))
        elif gap:
            missing.append(_("The composition differs from the settlement total by %(gap)s",
                             gap=self.currency_id.format(gap)))
        nameless = self.cost_ids.filtered(lambda cost: cost.payer.startswith(('own', 'other')) and not cost.payer_id)
        missing += [_("Insurer of the line “%(line)s”", line=cost.display_name) for cost in nameless]
        if self.sheet_date and self.sheet_date < self.dispatched_on:
            missing.append(_("The settlement sheet is dated before the dispatch"))
        if self.repaired_on and self.repaired_on < self.dispatched_on:
            missing.append(_("The repair is dated before the dispatch"))
        claimed = self.cost_ids.filtered(lambda cost: cost.payer.startswith(('own', 'other')))
        if claimed and not self.assessment_ids.filtered(lambda row: row.answer == 'agreed'):
            missing.append(_("Agreed assessment"))
        if self._is_entered_for_other() and not self._has_sheet_scan():
            missing.append(_("Scan of the settlement sheet: the representative attaches it"))
        return missing

    def _is_entered_for_other(self):
        """Tell whether the representative enters the claim of a colleague (R55)."""
        user = self.env.user
        return user != self.advisor_id and user in self.company_id.insurance_claim_representative_ids

    def _get_missing_submitted(self):
        _ = self.env._
        missing = [_("Document “%(document)s”", document=document.display_name)
                   for document in self.document_ids if document.is_missing]
        if not self.expected_amount:
            missing.append(_("No insurer owes the store anything: take the exit “Customer claims himself”"))
        return missing

    def _get_missing_self_claim(self):
        if self.expected_amount:
            return [self.env._("%(amount)s are expected from insurers: the customer does not claim himself",
                               amount=self.currency_id.format(self.expected_amount))]
        return []

    # === STAGES === #

    def _check_stage(self, target):
        """Refuse with everything that is missing for the stage, as a list."""
        self.ensure_one()
        missing = self._get_missing(target)
        if missing:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(self.env._(
                "%(claim)s cannot become “%(stage)s” yet. Missing:\n%(missing)s", claim=self.display_name,
                stage=labels[target], missing="\n".join(f"– {one}" for one in missing)))

    def action_dispatch(self):
        """Finish stage 1: the workshop has the order, and the accident is recorded (R53)."""
        for claim in self:
            claim._check_role(f'{ADVISOR},{LEADER}', self.env._("The service advisor enters stage 1 of a claim."))
            claim.check_access('write')
            claim._hold()
            claim._check_stage('dispatched')
            claim._move('dispatched', entered_on=fields.Datetime.now(), entered_by_id=self.env.uid)
            claim._after_dispatch()
        return True

    def _after_dispatch(self):
        """Follow up a finished stage 1: the checklist of documents; other rooms extend it."""
        self.sudo()._sync_documents()  # sudo: the checklist follows from the case

    def action_repaired(self):
        """The repair is done: the settlement sheet may be entered."""
        for claim in self:
            claim._check_role(f'{ADVISOR},{LEADER}', self.env._("The service advisor reports the repair."))
            claim.check_access('write')
            claim._hold()
            if not claim.repaired_on:
                claim.repaired_on = claim.company_id._insurance_today()
            claim._check_stage('repaired')
            claim._move('repaired')
        return True

    def action_settle(self):
        """Finish stage 2: settlement sheet and composition of its cost (R54); a revised claim goes on where it was."""
        for claim in self:
            claim._check_role(f'{ADVISOR},{LEADER}', self.env._("The service advisor enters stage 2 of a claim."))
            claim.check_access('write')
            claim._hold()
            claim._check_stage('settled')
            claim._move('settled', settled_on=fields.Datetime.now(), settled_by_id=self.env.uid,
                        is_by_representative=claim._is_entered_for_other())
            claim.sudo()._sync_documents()  # sudo: the checklist follows from the case
            if claim.submitted_on and claim.sudo().expected_amount:  # sudo: decides the stage, is not shown
                claim._move('submitted')
                claim.sudo()._sync_payment()  # sudo: the stage follows from the money
        return True

    def action_submit(self):
        """The insurer has the documents: from now on its limits run; the claims clerk's."""
        for claim in self:
            claim._check_role(CLERK, self.env._("The claims clerk submits the documents."))
            claim._hold()
            claim._check_stage('submitted')
            claim._move('submitted', submitted_on=claim.company_id._insurance_today(),
                        submitted_by_id=self.env.uid)
            claim.sudo()._sync_payment()  # sudo: money may have come before the documents
        return True

    def action_supplement_documents(self):
        """Note the day on which documents that the insurer missed were handed in."""
        return self._note_submission('supplemented_on')

    def action_insurer_approved(self):
        """Note the day on which the insurer approved the claim (核赔通过)."""
        return self._note_submission('approved_on')

    def _note_submission(self, name):
        for claim in self:
            claim._check_role(CLERK, self.env._("The claims clerk follows the documents up."))
            if claim.state not in ('submitted', 'partial', 'difference'):
                raise UserError(self.env._("%(claim)s is not with the insurer.", claim=claim.display_name))
            # sudo: the day is noted, not typed
            claim.sudo().write({name: claim.company_id._insurance_today()})
        return True

    # === REVISION (T25) === #

    def action_revise(self, reason):
        """Open stage 2 again after the settlement, with a reason; what it said is kept as a version.

        :param str reason: at least five characters
        """
        self.ensure_one()
        self._check_role(f'{ADVISOR},{LEADER}', self.env._("The service advisor or the claims leader revises a"
                                                           " settlement."))
        self.check_access('write')
        self._hold()
        reason = self._check_reason(reason)
        if self.state not in ('settled', 'submitted', 'partial', 'paid', 'difference'):
            raise UserError(self.env._("%(claim)s is not settled: its settlement can be written as it is.",
                                       claim=self.display_name))
        content = self._get_signed_content()
        # sudo: versions are kept by this method alone
        self.env['insurance.claim.version'].sudo().create({
            'claim_id': self.id, 'number': self.version_count + 1, 'reason': reason, 'user_id': self.env.uid,
            'revised_on': fields.Datetime.now(), 'total_amount': self.total_amount,
            'expected_amount': self.expected_amount, 'summary': self._get_composition_text(),
            'content': content,
        })
        self._move('repaired')
        self.sudo().message_post(body=self.env._("Settlement revised: %(reason)s", reason=reason))  # sudo: a note
        return True

    def _get_composition_text(self):
        """Return the settlement as a few lines, for the history."""
        lines = [f"{self.sheet_no or ''} {self.currency_id.format(self.total_amount)}"]
        lines += [f"{cost.display_name}: {self.currency_id.format(cost.amount)}" for cost in self.cost_ids]
        return "\n".join(lines)

    @api.model
    def _check_reason(self, reason):
        reason = (reason or '').strip()
        if len(reason) < 5:
            raise UserError(self.env._("Say why, in at least five characters."))
        return reason
