from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from .insurance_ledger_entry_fast import COLUMNS

KEEPERS = 'dealer_insurance.group_policy_clerk'
FREE = frozenset({
    'activity_ids', 'message_ids', 'message_follower_ids', 'message_partner_ids', 'message_main_attachment_id',
    'delivery_id', 'delivered_on', 'payment_line_ids', 'follow_up_ids',
})  # what goes on after finance has signed; payments have a gate of their own
JUDGED = frozenset({
    'insurer_id', 'issue_date', 'vehicle_id', 'reason_id', 'reason_note', 'vehicle_tax', 'vehicle_tax_arrears',
    'vehicle_tax_late_fee',
})  # what may keep a row out of the ledger
FIRST_YEAR, LONGEST = 2000, 10  # days before that year and policies of more years are mistyped
REFILED = frozenset({'insurer_id', 'issue_date', 'business_type'})
RATED = REFILED | {'use_type', 'is_new_energy', 'is_transferred'}  # what rate cards look at


class InsuranceLedgerEntry(models.Model):
    """How an entry gets into the ledger, what may still change, and when nothing may (R31, R32, T1)."""

    _inherit = 'insurance.ledger.entry'

    _identity_fields = frozenset({'company_id', 'entry_type', 'origin_id'})

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create([self._with_draft_vehicle(vals) for vals in vals_list])
        entries._check_not_signed()
        return entries

    @api.model
    def _with_draft_vehicle(self, vals):
        """Return the values of a new entry; other rooms complete them."""
        return vals

    def write(self, vals):
        if vals.keys() - FREE:
            self._check_not_signed()
        registered = self.filtered(lambda entry: entry.state == 'registered')
        for name in self._identity_fields & vals.keys() if registered else ():
            if any(self._fields[name].convert_to_write(entry[name], entry) != vals[name] for entry in registered):
                raise UserError(self.env._(
                    "%(entry)s is registered: store, kind and the entry it changes stay.",
                    entry=registered[0].display_name,
                ))
        if 'issue_date' in vals and not vals['issue_date'] and self:
            raise UserError(self.env._("%(entry)s: enter the day of issue.", entry=self[0].display_name))
        registered._check_place_free(vals)
        result = super().write(self._without_columns(vals))
        for entry in self if vals.keys() & COLUMNS else ():
            entry._write_columns(vals)
        if registered and REFILED & vals.keys():
            registered._file()
        if registered and RATED & vals.keys():
            registered._apply_rates()
        if registered and JUDGED & vals.keys():
            registered._check_complete()
            registered.follow_up_ids._check_standing()
        return result

    def _check_place_free(self, vals):
        """Refuse another insurer or car where endorsements or cancellations stand with the present one."""
        for name in ('insurer_id', 'vehicle_id'):
            for entry in self if vals.get(name) else ():
                if entry[name].id != vals[name] and (entry.origin_id or entry.follow_up_ids):
                    raise UserError(self.env._(
                        "%(entry)s has endorsements or cancellations, or is one: its insurer and its vehicle stay."
                        " Take the row back by a cancellation and enter it anew.", entry=entry.display_name,
                    ))

    def _check_standing(self):
        """Judge registered endorsements and cancellations again after the entry they change was corrected."""
        self.filtered(lambda entry: entry.state == 'registered' and not entry.import_digest)._check_complete()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for entry in self:
            if entry.state != 'draft':
                raise UserError(self.env._(
                    "%(entry)s is registered and stays. Take it back by a cancellation.", entry=entry.display_name,
                ))

    def _check_not_signed(self):
        """Refuse any change of what finance has signed, whoever asks and through whichever door."""
        for entry in self:
            if entry.signature_id:
                signature = entry.signature_id.sudo()  # sudo: who signed when is no secret
                raise UserError(self.env._(
                    "%(entry)s was checked and signed by %(signer)s on %(day)s and is frozen. Enter an endorsement or"
                    " a cancellation, or have the general manager reopen it.",
                    entry=entry.display_name, signer=signature.user_id.name,
                    day=format_date(self.env, entry.company_id._insurance_local(signature.signed_on)),
                ))

    @api.constrains('insurer_id', 'channel_id', 'delivery_id')
    def _check_choices(self):
        uses = {'channel_id': 'business_channel', 'delivery_id': 'policy_delivery'}
        for entry in self:
            wrong = next((name for name, use in uses.items() if entry[name] and entry[name].use != use), None)
            if not entry.insurer_id.is_insurer:
                wrong = 'insurer_id'
            if wrong:
                raise ValidationError(self.env._(
                    "%(entry)s, %(field)s: choose from the list; %(value)s is none of it.", entry=entry.display_name,
                    field=self._fields[wrong]._description_string(self.env), value=entry[wrong].display_name,
                ))

    @api.constrains('salesperson_id', 'company_id')
    def _check_salesperson(self):
        """The sale counts for the store, so for one of its people; an endorsement keeps who sold the policy."""
        for user, entries in self.grouped('salesperson_id').items():
            colleague = user.sudo()  # sudo: what colleagues are called and in which stores they work is no secret
            for entry in entries if user else ():
                if entry.company_id not in colleague.company_ids and entry.origin_id.salesperson_id != user:
                    raise ValidationError(self.env._(
                        "%(entry)s: %(user)s does not belong to the store %(store)s. Choose a salesperson of the"
                        " store, or leave it empty.", entry=entry.display_name, user=colleague.name,
                        store=entry.company_id.name,
                    ))

    @api.model
    def _get_salesperson(self, user, company):
        """Return `user` for a new entry of the store, or nobody when he does not belong to it any more."""
        # sudo: as in `_check_salesperson`
        return user if company in user.sudo().company_ids else user.browse()

    @api.constrains('applicant_id')
    def _check_payers(self):
        self.payment_line_ids._check_payment()

    # === REGISTRATION === #

    def action_register(self):
        """Write drafts into the ledger of their insurer and year: number, rates, archive, counts.

        :raises UserError: naming entry and field, when something is missing
        """
        self.check_access('write')
        if not self.env.su and not self.env.user.has_group(KEEPERS):
            raise AccessError(self.env._("Only the policy clerk registers entries in the ledger."))
        drafts = self.filtered(lambda entry: entry.state == 'draft')
        drafts._check_complete()
        drafts._apply_rates()
        drafts._file()
        # sudo: state, time and author of the registration are not written by hand
        drafts.sudo().write({
            'state': 'registered', 'registered_by_id': self.env.uid, 'registered_on': fields.Datetime.now(),
        })
        # two of them may change the same policy: judged again beside each other
        drafts.filtered('origin_id')._check_complete()
        drafts._settle_counts()
        drafts._after_register()
        return True

    def _after_register(self):
        """Let other rooms follow what was registered (archive, renewal case): they extend this."""

    def _after_policy_change(self, policies, is_rated=True):
        """Keep a registered entry right while it is not signed.

        :param policies: those that changed
        :param is_rated: something changed that the rate depends on; a premium alone does not bring another rate (T10)
        """
        registered = self.filtered(lambda entry: entry.state == 'registered' and not entry.is_signed)
        if registered and policies:
            registered._check_complete()
            registered.follow_up_ids._check_standing()
            if is_rated:
                registered._apply_rates()

    def _after_benefit_change(self):
        """Ask again whether a registered entry may stand: what was granted does not cover more (T11)."""
        self.filtered(lambda entry: entry.state == 'registered' and not entry.import_digest)._check_complete()

    def _file(self):
        """Put entries into the ledger they belong to and number them there."""
        Ledger = self.env['insurance.ledger']
        filed = {}
        for entry in self.sorted(lambda entry: (entry.issue_date, entry.id)):
            business = 'new' if entry.business_type == 'new' else 'renewal'
            ledger = Ledger._get_or_open(entry.company_id, entry.insurer_id, entry.issue_date, business)
            if entry.ledger_id != ledger:
                filed.setdefault(ledger, self.browse())
                filed[ledger] |= entry
        for ledger, entries in filed.items():
            first = ledger._next_numbers(len(entries))
            for number, entry in enumerate(entries, first):
                if entry.ledger_id:
                    entry.message_post(body=self.env._(
                        "Moved from %(old)s to %(new)s.", old=entry.display_name, new=ledger.display_name))
                # sudo: the place in the ledger is not chosen by hand
                entry.sudo().write({'ledger_id': ledger.id, 'number': number})

    def _check_complete(self):
        """Refuse entries that lack what the ledger needs; every entry is named with all its reasons."""
        found = []
        for entry in self:
            problems = entry._get_problems()
            if problems:
                found.append("\n".join([
                    self.env._("%(entry)s cannot be registered yet:", entry=entry.display_name), *problems,
                ]))
        if found:
            raise UserError("\n\n".join(found))
        self.policy_ids._check_coverage_sum()

    def _get_problems(self):
        """Return what is missing before the entry may stand in the ledger (list of sentences)."""
        self.ensure_one()
        _ = self.env._
        problems = []
        if not self.policy_ids:
            problems.append(_("It has no policy."))
        if self.issue_date > self.company_id._insurance_today():
            problems.append(_("The day of issue lies in the future."))
        if self.issue_date.year < FIRST_YEAR:
            problems.append(_("The day of issue is mistyped: look at the year."))
        if not self.business_type and self.entry_type == 'policy':
            problems.append(_("The business type is missing."))
        if not self.vehicle_id.vin_sn:
            problems.append(_("The vehicle has no VIN."))
        if self.entry_type == 'policy':
            for policy in self.policy_ids:
                problems += self._get_policy_problems(policy)
            if self.vehicle_tax_total and 'compulsory' not in self.policy_ids.mapped('product'):
                problems.append(_("Vehicle tax is collected with the compulsory policy, which is missing."))
        else:
            problems += self._get_follow_up_problems()
        return problems

    def _get_policy_problems(self, policy):
        _ = self.env._
        label = policy.display_name
        problems = []
        if not policy.start_date or not policy.end_date:
            problems.append(_("%(policy)s: start and end are missing.", policy=label))
        elif policy.start_date.year < FIRST_YEAR or policy.end_date.year - policy.start_date.year > LONGEST:
            problems.append(_("%(policy)s: start or end is mistyped: look at the year.", policy=label))
        if not policy.policy_no and not policy.application_no:
            problems.append(_("%(policy)s: enter the policy number, or the application number for now.", policy=label))
        if policy.currency_id.compare_amounts(policy.premium, 0) <= 0:
            problems.append(_("%(policy)s: the premium is missing.", policy=label))
        return problems

    def _settle_counts(self):
        """Count an entry as one vehicle, and take it back with the cancellation that ends its last policy (T7)."""
        for entry in self:
            if entry.entry_type == 'policy':
                count = 1
            elif entry.entry_type == 'cancellation' and entry._ends_origin():
                count = -1
            else:
                count = 0
            if entry.vehicle_count != count:
                # sudo: counts follow from what is registered
                entry.sudo().write({'vehicle_count': count})

    def _is_cancelled(self):
        """Tell whether no motor policy of the entry is left."""
        motor = self.policy_ids.filtered(lambda policy: policy.product != 'non_motor') or self.policy_ids
        return all(policy.status == 'cancelled' for policy in motor)

    def _ends_origin(self):
        """Tell whether no motor policy of the origin remains, and no other cancellation has counted that."""
        origin = self.origin_id
        others = origin.follow_up_ids - self
        return origin._is_cancelled() and not any(other.vehicle_count < 0 for other in others)
