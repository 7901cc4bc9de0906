from odoo import models
from odoo.tools import format_date, formatLang
from odoo.tools.image import image_data_uri

from .insurance_proposal import CONSENTS


class InsuranceProposal(models.Model):
    """What the customer reads of a proposal, on paper and on the portal: values only, the templates draw them.

    Nothing of the store's commission, costs or margin is read here, and benefits are named, never valued (domain 5.8).
    """

    _inherit = 'insurance.proposal'

    def _prepare_letters(self):
        """Return what is printed of each proposal, in its customer's language; see `_prepare_letter`."""
        self.check_access('read')
        return [
            proposal.with_context(lang=proposal._get_letter_lang(), tz=proposal.company_id.insurance_tz)
            ._prepare_letter()
            for proposal in self
        ]

    def _get_letter_lang(self):
        """Return the code of the language in which the customer is written to."""
        self.ensure_one()
        # sudo: the languages of customer and store, whoever prints
        proposal = self.sudo()
        installed = {code for code, _name in self.env['res.lang'].get_installed()}
        wanted = (proposal.partner_id.lang, proposal.company_id.partner_id.lang, self.env.lang)
        return next((code for code in wanted if code in installed), 'en_US')

    def _prepare_letter(self):
        """Return the letter as a dict, in the language of the context.

        :return: `lang`, heading (`number`, `date`, ...), `store`, `customer` and `vehicle` (lists of label and value),
            `insurers`, `plans` and `rows` of the comparison, `workings`, `reasons`, `uncovered`, `services`,
            `consents`, `privacy`, `consultant` and `signature`
        """
        self.ensure_one()
        plans = self._get_letter_plans()
        return {
            'id': self.id,
            'lang': self.env.lang,
            **self._prepare_letter_heading(),
            'customer': self._prepare_letter_customer(),
            'vehicle': self._prepare_letter_vehicle(),
            'insurers': self._prepare_letter_insurers(plans),
            'plans': [plan._prepare_letter_plan() for plan in plans],
            'rows': self._prepare_letter_rows(plans),
            'workings': self._prepare_letter_workings(plans),
            'reasons': self._prepare_letter_reasons(plans),
            'uncovered': (self.uncovered_text or '').splitlines(),
            'services': (self.services_text or '').splitlines(),
            'benefits': self._prepare_letter_benefits(plans),
            'note': self.note,
            **self._prepare_letter_notices(plans),
            'signature': self._prepare_letter_signature(),
        }

    def _get_letter_plans(self):
        """Return the plans insurer by insurer, in the order in which the insurers first occur."""
        insurers = list(self.plan_ids.insurer_id)
        return self.plan_ids.sorted(lambda plan: (insurers.index(plan.insurer_id), plan.sequence, plan.id))

    # === HEADING === #

    def _prepare_letter_heading(self):
        store = self.company_id.sudo()  # sudo: the letterhead, for whoever may read the proposal
        consultant = self.user_id.sudo()  # sudo: likewise the consultant's number
        return {
            'store': {
                'name': store.name,
                'logo': store.logo and image_data_uri(store.logo),
                'address': self._format_letter_address(store.partner_id),
                'phone': store.phone,
                'licence': store.insurance_agency_code,
                'butler': store.insurance_butler_name,
            },
            'number': self.env._("%(number)s v%(version)s", number=self.name, version=self.version)
            if self.version > 1
            else self.name,
            'state': self.state,
            'is_expired': self.is_expired,
            'is_accepted': self.state == 'accepted',
            'date': format_date(self.env, self.date),
            'valid_until': format_date(self.env, self.valid_until),
            'currency': self.currency_id.name,
            'scene': self._get_letter_label('scene'),
            'consultant': {
                'name': consultant.name,
                'phone': consultant.phone or store.phone,
            },
        }

    def _format_letter_address(self, partner):
        """Return an address on one line, the large before the small in Chinese; repeated parts left out."""
        parts = [part for part in (partner.state_id.name, partner.city, partner.street, partner.street2) if part]
        parts = [part for place, part in enumerate(parts) if not any(part in later for later in parts[place + 1:])]
        return ''.join(parts) if (self.env.lang or '').startswith('zh') else ', '.join(reversed(parts))

    def _join_letter_words(self, words):
        return ('、' if (self.env.lang or '').startswith('zh') else ', ').join(words)

    def _get_letter_label(self, name):
        """Return the label of the value of a selection field."""
        return dict(self._fields[name]._description_selection(self.env)).get(self[name], '')

    def _prepare_letter_customer(self):
        partner = self.partner_id.sudo()  # sudo: the customer's own letter; his number is masked on it all the same
        return [
            (self.env._("Customer"), partner.name),
            (self.env._("Phone"), partner.insurance_phone_masked or "—"),
            (self.env._("Occasion"), self._get_letter_label('scene')),
        ]

    def _prepare_letter_vehicle(self):
        """Return the facts of the car that are known; without a plate it is a new car, without a VIN not allocated."""
        is_electric = self.fuel_type in ('electric', 'hydrogen')
        facts = [
            (self.env._("Model"), self.model_id.sudo().display_name),  # sudo: a name, for the customer as well
            (self.env._("Plate"), self.plate or self.env._("not registered yet")),
            (self.env._("VIN"), self.vin or self.env._("not allocated yet")),
            (self.env._("Price as New"), self.new_price and self._format_letter_money(self.new_price)),
            (self.env._("Seats"), self.seats),
            (self.env._("Drive"), self._get_letter_label('fuel_type')),
            (self.env._("Displacement"), not is_electric and self.displacement and f'{self.displacement:.1f} L'),
            (self.env._("Use"), self._get_letter_label('use_type')),
            (self.env._("First Registration"), format_date(self.env, self.first_registration_date)),
            (self.env._("Changed Hands"), self.is_transferred and self.env._("Yes")),
            (self.env._("Accident Record"), self._get_letter_label('accident_history')),
        ]
        return [(label, value) for label, value in facts if value]

    # === COMPARISON === #

    def _prepare_letter_insurers(self, plans):
        """Return the heading above the plans: name of each insurer and how many columns it spans."""
        by_insurer = plans.grouped('insurer_id')
        return [
            # sudo: names printed on the letter, for the customer as well
            {'name': insurer.sudo().name, 'short_name': insurer.sudo().insurer_short_name, 'span': len(of_insurer)}
            for insurer, of_insurer in by_insurer.items()
        ]  # sudo: names only, for the customer

    def _prepare_letter_rows(self, plans):
        """Return the rows of the comparison: coverages, then compulsory insurance, vehicle tax and totals.

        :return: list of dicts of `kind` (main, addon, non_motor, sum, other, total), `label` and a cell per plan
        """
        lines = plans.line_ids
        rows = [
            {
                'kind': coverage.kind,
                'label': coverage._get_label(self.is_new_energy),
                'cells': [plan._prepare_letter_cell(coverage) for plan in plans],
            }
            for coverage in lines.coverage_id.sorted(lambda one: (one.kind == 'non_motor', one.sequence, one.id))
        ]
        motor = [row for row in rows if row['kind'] != 'non_motor']
        other = [row for row in rows if row['kind'] == 'non_motor']
        sums = [
            (self.env._("Commercial insurance"), 'sum', lambda plan: plan.commercial_premium),
            (self.env._("Compulsory insurance"), 'other',
             lambda plan: plan.with_compulsory and plan.compulsory_premium),
            (self.env._("Vehicle tax, collected for the tax office"), 'other', lambda plan: plan.vehicle_tax),
        ]
        total = (self.env._("Total to pay"), 'total', lambda plan: plan.total)
        return [*motor, *(self._prepare_letter_sum(plans, *one) for one in sums), *other,
                self._prepare_letter_sum(plans, *total)]

    def _prepare_letter_sum(self, plans, label, kind, amount):
        cells = []
        for plan in plans:
            value = amount(plan)
            absent = value is False or (kind == 'sum' and not plan.line_ids)
            cells.append(None if absent else {'premium': self._format_letter_money(value)})
        return {'kind': kind, 'label': label, 'cells': cells}

    def _format_letter_money(self, amount):
        return formatLang(self.env, amount, digits=2)

    def _prepare_letter_workings(self, plans):
        """Return how compulsory premium and vehicle tax were worked out: once where all plans agree."""
        workings = []
        for label, name, present in (
            (self.env._("Compulsory insurance"), 'compulsory_text', plans.filtered('with_compulsory')),
            (self.env._("Vehicle tax"), 'vehicle_tax_text', plans),
        ):
            of_text = present.filtered(name).grouped(name)
            for text, of_plans in of_text.items():
                names = '' if len(of_text) == 1 else self._join_letter_words(of_plans.mapped('name'))
                workings.append({'label': label, 'plans': names, 'text': text})
        return workings

    def _prepare_letter_reasons(self, plans):
        """Return why each coverage is proposed; a coverage argued differently in two plans shows both."""
        reasons = []
        for coverage, lines in plans.line_ids.grouped('coverage_id').items():
            texts = dict.fromkeys(line.why.strip() for line in lines if line.why)
            if texts:
                reasons.append(
                    (coverage.sequence, {'label': coverage._get_label(self.is_new_energy), 'text': ' '.join(texts)})
                )
        return [reason for _sequence, reason in sorted(reasons, key=lambda pair: pair[0])]

    def _prepare_letter_benefits(self, plans):
        """Return what comes with which plans: plans with the same benefits together, no names where all have them."""
        of_text = {}
        for plan in self.accepted_plan_id or plans:
            text = self._join_letter_words(plan._get_letter_benefits())
            if text:
                of_text.setdefault(text, []).append(plan.name)
        shown = len(self.accepted_plan_id or plans)
        return [
            {'plans': '' if len(names) == shown else self._join_letter_words(names), 'text': text}
            for text, names in of_text.items()
        ]

    # === NOTICES AND SIGNATURE === #

    def _prepare_letter_notices(self, plans):
        """Return the privacy notice that holds for this letter, and the consents given or not (PIPL 13, 17, 23)."""
        store = self.company_id.sudo()  # sudo: texts of the store, printed for whoever may read the proposal
        texts = self._get_letter_consents(plans)
        return {
            'privacy': (store.insurance_privacy_notice or '').splitlines(),
            'privacy_version': self.privacy_version or store.insurance_privacy_version,
            'consents': [(name, self[name], text) for name, text in zip(CONSENTS, texts, strict=True)],
        }

    def _get_letter_consents(self, plans):
        """Return what the customer agrees to, in the order of `CONSENTS`; the insurers are named (PIPL 23)."""
        explained = self.env._(
            "The exclusions, deductibles and duties in the insurer's terms were explained to me, and I have"
            " understood them."
        )
        privacy = self.env._("I have read the privacy notice and agree to it.")
        names = [insurer.sudo().name for insurer in (self.accepted_plan_id or plans).insurer_id]  # sudo: names only
        insurers = self.env._(
            "Separate consent: my data and those of my car may be passed to %(insurers)s, for quoting and issuing"
            " the policies.",
            insurers=names or "—",
        )
        return explained, privacy, insurers

    def _prepare_letter_signature(self):
        """Return name, day and drawn image of the customer's signature, or False while it is missing."""
        if not self.signed_by:
            return False
        image = self.with_context(bin_size=False).signature
        return {
            'name': self.signed_by,
            'day': format_date(self.env, self.company_id._insurance_local(self.signed_on)),
            'image': image and image_data_uri(image),
        }
