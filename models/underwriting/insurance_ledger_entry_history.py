from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

SAME_OCCASION = timedelta(days=180)  # an entry of the car that begins nearer than this belongs to the same policy year
PROSPECT_CHANNELS = ('PHONE_INVITE', 'SERVICE_ADVISOR', 'EVENT')


class InsuranceLedgerEntry(models.Model):
    """What the ledger knows of the car: business type (domain 6.1), last year's policies, and what to warn of (T5)."""

    _inherit = 'insurance.ledger.entry'

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        # kept from the start: what is typed into the row recomputes the history before the row is complete
        entries = super().create([dict(vals, is_type_chosen=bool(vals.get('business_type'))) for vals in vals_list])
        typed = [entry for entry, vals in zip(entries, vals_list, strict=True) if vals.get('business_type')]
        entries.browse([entry.id for entry in typed])._keep_choice()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if 'business_type' in vals:
            self._keep_choice()
        return result

    def _keep_choice(self):
        """Remember which business types were chosen against the history: it does not overrule them later."""
        chosen = self.filtered(lambda entry: entry._is_choice())
        (chosen.filtered(lambda entry: not entry.is_type_chosen)).is_type_chosen = True
        (self - chosen).filtered('is_type_chosen').is_type_chosen = False

    def _is_choice(self):
        return bool(self.import_digest or self.business_type and self.business_type != self.history_type)

    @api.onchange('business_type')
    def _onchange_business_type(self):
        self.is_type_chosen = self._is_choice()

    # === HISTORY === #

    @api.depends('vehicle_id', 'company_id', 'start_date', 'issue_date', 'entry_type', 'origin_id', 'channel_id')
    def _compute_history(self):
        earlier = self._get_earlier_entries()
        for entry in self:
            if entry.origin_id:
                entry.history_type = entry.origin_id.business_type
                entry.previous_entry_id = entry.origin_id.previous_entry_id
                continue
            previous, twin = entry._get_previous(earlier.get((entry.company_id.id, entry.vehicle_id.id), ()))
            entry.previous_entry_id = previous
            entry.history_type = entry._get_history_type(previous, twin) if entry.vehicle_id else False

    def _get_earlier_entries(self):
        """Return `{(store, vehicle): entries}` of the registered policies of these cars, newest first, in one query."""
        found = self.search_fetch(
            Domain('vehicle_id', 'in', self.vehicle_id.ids) & Domain('company_id', 'in', self.company_id.ids)
            & Domain('entry_type', '=', 'policy') & Domain('state', '=', 'registered')
            & Domain('start_date', '!=', False)
            # a row that was taken back as wrong is no history
            & ~Domain('follow_up_ids', 'any', Domain('state', '=', 'registered') & Domain('vehicle_count', '<', 0)
                      & Domain('reason_id.is_correction', '=', True)),
            ['company_id', 'vehicle_id', 'start_date', 'end_date', 'business_type'], order='start_date desc, id desc',
        ) if self.vehicle_id else self.browse()
        return found.grouped(lambda entry: (entry.company_id.id, entry.vehicle_id.id))

    def _get_previous(self, earlier):
        """Return the entry of an earlier policy year, and one of the same occasion (another insurer, a rewriting)."""
        start = self.start_date or self.issue_date
        twin = previous = self.browse()
        for other in earlier:
            if other == self or other.id == self._origin.id or not start:
                continue
            runs_on = other.end_date and other.end_date > start + timedelta(days=60)
            if abs(other.start_date - start) < SAME_OCCASION or other.start_date <= start and runs_on:
                twin = twin or other
            elif other.start_date < start:
                previous = other
                break
        return previous, twin

    def _get_history_type(self, previous, twin):
        """Return the business type that the history speaks for."""
        if twin.business_type:
            return twin.business_type
        start = self.start_date or self.issue_date
        if previous:
            if previous.end_date and previous.end_date < start - timedelta(days=self.company_id.insurance_gap_days):
                return 'r_gap'
            return 'r_new' if previous.business_type == 'new' else 'r_ren'
        if self.vehicle_id.is_bought_here and self._is_new_car():
            return 'new'
        return 'r_pot' if self._is_prospect() else 'first'

    def _is_new_car(self):
        """Tell whether the car was registered, or is handed over, less than a year before the policy begins."""
        registered = self.vehicle_id.first_registration_date
        start = self.start_date or self.issue_date
        return not registered or not start or registered > start - timedelta(days=300)

    def _is_prospect(self):
        """Tell whether the renewal desk won a car that was never insured here; other rooms know more."""
        return self.channel_id.code in PROSPECT_CHANNELS or self.vehicle_id.is_bought_here

    @api.depends('history_type')
    def _compute_business_type(self):
        for entry in self:
            if not entry.is_type_chosen:
                entry.business_type = entry.history_type or entry.business_type

    @api.depends('history_type', 'previous_entry_id', 'business_type')
    def _compute_business_ground(self):
        labels = dict(self._fields['business_type']._description_selection(self.env))
        for entry in self:
            ground = entry._get_ground()
            if entry.business_type != entry.history_type and entry.history_type:
                ground = self.env._(
                    "chosen by hand; the history says %(type)s: %(ground)s", type=labels[entry.history_type],
                    ground=ground,
                )
            entry.business_ground = ground

    def _get_ground(self):
        """Say in a sentence what the business type rests on."""
        previous = self.previous_entry_id
        if self.origin_id:
            return self.env._("as the entry it changes")
        if previous:
            # sudo: name and end of the last policy, whoever sold it
            last = previous.sudo()
            return self.env._(
                "insured here until %(day)s with %(insurer)s (%(entry)s)",
                day=format_date(self.env, last.end_date) if last.end_date else '?',
                insurer=last.insurer_id.insurer_short_name or last.insurer_id.name, entry=last.display_name,
            )
        if self.history_type == 'new':
            return self.env._("bought here as new, no earlier policy")
        if self.history_type == 'r_pot':
            return self.env._("never insured here, won by the renewal desk")
        if self.history_type == 'first':
            return self.env._("never insured here, not bought here")
        return self.env._("as the other entry of the same occasion") if self.history_type else False

    # === WARNINGS === #

    def _compute_warnings(self):
        agreements = self._get_agreements()
        earlier = self._get_earlier_policies()
        for entry in self:
            found = [] if entry.entry_type != 'policy' else [
                *entry._get_period_warnings(earlier), *entry._get_advance_warnings(agreements.get(entry)),
            ]
            if entry.state == 'registered' and entry.has_number_missing:
                found.append(self.env._("A policy number is missing: finance cannot sign before it is entered."))
            if entry.vehicle_id.vin_warning:
                found.append(entry.vehicle_id.vin_warning)
            entry.warnings = "\n".join(found)

    def _get_earlier_policies(self):
        """Return `{(store, vehicle, product): policies}` in the ledgers, newest first, whoever their insurer is."""
        # sudo: until when a car is insured is no secret, whoever sold the policy
        found = self.env['insurance.policy'].sudo().search_fetch(
            Domain('vehicle_id', 'in', self.vehicle_id.ids) & Domain('company_id', 'in', self.company_id.ids)
            & Domain('entry_type', '=', 'policy') & Domain('entry_id.state', '=', 'registered')
            & Domain('product', '!=', 'non_motor') & Domain('start_date', '!=', False),
            ['company_id', 'vehicle_id', 'product', 'start_date', 'end_date', 'status', 'entry_id'],
            order='start_date desc, id desc',
        ) if self.vehicle_id else self.env['insurance.policy']
        return found.grouped(lambda policy: (policy.company_id.id, policy.vehicle_id.id, policy.product))

    def _get_period_warnings(self, earlier):
        """Name gaps and overlaps with the policies before these, of the same kind (T5)."""
        found = []
        labels = dict(self.env['insurance.policy']._fields['product']._description_selection(self.env))
        for policy in self.policy_ids.filtered('start_date'):
            key = (self.company_id.id, self.vehicle_id.id, policy.product)
            last = next((
                other for other in earlier.get(key, ()) if other.entry_id.id != self._origin.id and other.end_date
                and other.status != 'cancelled' and other.start_date <= policy.start_date
            ), None)
            days = (policy.start_date - last.end_date).days - 1 if last else 0
            if days > 0:
                found.append(self.env._(
                    "%(product)s: %(days)s days without cover after the old policy, which ended on %(end)s.",
                    product=labels[policy.product], days=days, end=format_date(self.env, last.end_date),
                ))
            elif days < 0:
                found.append(self.env._(
                    "%(product)s: overlaps the old policy, which runs until %(end)s.",
                    product=labels[policy.product], end=format_date(self.env, last.end_date),
                ))
        return found

    def _get_advance_warnings(self, agreement):
        if not agreement:
            return [self.env._("No agreement with this insurer is valid on the day of issue.")] if (
                self.insurer_id and self.issue_date) else []
        starts = [policy.start_date for policy in self.policy_ids if policy.start_date and self.issue_date]
        early = [start for start in starts if (start - self.issue_date).days > agreement.advance_days]
        return [self.env._(
            "Issued %(days)s days before it begins; %(insurer)s allows %(allowed)s.",
            days=(early[0] - self.issue_date).days, allowed=agreement.advance_days,
            insurer=self.insurer_id.insurer_short_name or self.insurer_id.name,
        )] if early else []

    def _get_agreements(self):
        """Return `{entry: agreement}` valid on the day of issue, in one query."""
        Agreement = self.env['insurance.insurer.agreement'].sudo()  # sudo: how early an insurer issues is no secret
        found = Agreement.search([
            ('company_id', 'in', self.company_id.ids), ('insurer_id', 'in', self.insurer_id.ids),
        ]).grouped(lambda agreement: (agreement.company_id, agreement.insurer_id))
        result = {}
        for entry in self:
            for agreement in found.get((entry.company_id, entry.insurer_id), ()):
                if entry.issue_date and agreement.date_from <= entry.issue_date and (
                        not agreement.date_to or entry.issue_date <= agreement.date_to):
                    result[entry] = agreement
        return result
