from odoo import api, models
from odoo.exceptions import UserError

from .insurance_proposal import ALLOCATED_FIELDS, CONSENTS

TRANSITIONS = {
    'draft': {'approval', 'sent', 'declined'},
    'approval': {'approved', 'draft', 'declined'},
    'approved': {'sent', 'draft', 'declined', 'superseded'},
    'sent': {'accepted', 'declined', 'superseded'},
    'declined': {'superseded'},
    'accepted': set(),
    'superseded': set(),
}
CLOSED = frozenset({'accepted', 'declined', 'superseded'})
MAIL_PREFIXES = ('message_', 'activity_', 'my_activity_', 'website_message_', 'rating_')


class InsuranceProposal(models.Model):
    """How a proposal comes to be, freezes and changes state: the one gate for all of it."""

    _inherit = 'insurance.proposal'

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        proposals = super().create(vals_list)
        for proposal in proposals.sudo():  # sudo: numbers are given, not typed
            if proposal.name == '/':
                proposal.name = self._next_number(proposal.company_id, proposal.date)
        return proposals

    def copy(self, default=None):
        copies = super().copy(default)
        for source, proposal in zip(self, copies, strict=True):
            for old, new in zip(source.plan_ids, proposal.plan_ids, strict=True):
                new._take_costs(old)
        return copies

    def write(self, vals):
        for proposal in self:
            if proposal.state != 'draft' and any(proposal._is_frozen(name) for name in vals):
                raise UserError(proposal._frozen_message())
        return super().write(vals)

    def unlink(self):
        self._unlink_except_draft()
        self.plan_ids.unlink()  # not left to the database: totals that wait to be worked out hang on them
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for proposal in self:
            # sudo: approvals count, whoever may read them
            if proposal.state != 'draft' or proposal.version > 1 or proposal.sudo().approval_ids:
                raise UserError(
                    self.env._(
                        "%(proposal)s stays on record: only a draft that nobody was asked about may go. Decline it"
                        " with a reason instead.",
                        proposal=proposal.display_name,
                    )
                )

    def _is_frozen(self, name):
        """Tell whether field `name` of this proposal, no longer a draft, stays as it is."""
        self.ensure_one()
        if name == 'user_id' or name in self._guarded_fields or name.startswith(MAIL_PREFIXES):
            return False  # guarded fields are the gate's own
        if name in CONSENTS:
            return self.state in CLOSED
        if name in ALLOCATED_FIELDS:
            return bool(self[name])
        return True

    def _frozen_message(self):
        self.ensure_one()
        labels = dict(self._fields['state']._description_selection(self.env))
        return self.env._(
            "%(proposal)s is %(state)s and stays as it is. Take it back to draft, or make a new version.",
            proposal=self.display_name,
            state=labels[self.state],
        )

    # === STATE === #

    def _change_state(self, target, **values):
        """Move the proposals to state `target` with what belongs to it; refuse what `TRANSITIONS` does not know.

        Whoever calls has checked the user's rights: the state is no user's to write.
        """
        for proposal in self:
            if target not in TRANSITIONS[proposal.state]:
                labels = dict(self._fields['state']._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(proposal)s is %(old)s and cannot become %(new)s.",
                        proposal=proposal.display_name,
                        old=labels[proposal.state],
                        new=labels[target],
                    )
                )
        self.plan_ids.flush_recordset()  # tariffs of a draft are settled before it freezes
        self.sudo().write({'state': target, **values})  # sudo: state and stamps are writable by no role

    # === WHAT A PROPOSAL MUST HAVE === #

    def _completeness_error_message(self):
        """Return why the proposal cannot be handed over or approved yet, or False."""
        self.ensure_one()
        if not self.plan_ids:
            return self.env._("%(proposal)s has no plan yet. Add one.", proposal=self.display_name)
        if not self.model_id:
            return self.env._("%(proposal)s: enter the model of the car.", proposal=self.display_name)
        if self.is_expired:
            return self._expired_message()
        for plan in self.plan_ids:
            error = plan._completeness_error_message()
            if error:
                return error
        return False

    def _expired_message(self):
        return self.env._(
            "%(proposal)s was valid until %(day)s. Make a new version, or extend the draft.",
            proposal=self.display_name,
            day=self.valid_until,
        )

    def _keep_one_recommended(self, newest):
        """Leave one recommended plan: that of `newest`, else the first."""
        self.ensure_one()
        recommended = self.plan_ids.filtered('is_recommended')
        if len(recommended) > 1:
            kept = (recommended & newest)[-1:] or recommended[:1]
            (recommended - kept).write({'is_recommended': False})
