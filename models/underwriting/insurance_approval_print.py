from odoo import models
from odoo.tools import format_date, formatLang


class InsuranceApproval(models.Model):
    """What the approval form 审批单 shows (domain 2.10): values only, the templates draw them.

    The customer signs the form as well, so it never shows commission, cost or margin, whoever prints it.
    """

    _inherit = 'insurance.approval'

    def _prepare_forms(self):
        """Return the forms as dicts: `facts`, `subjects` (what was asked for), the request and the decision."""
        self.check_access('read')
        # sudo: whoever reads an approval sees what it is about; nothing of the store's earnings is read
        return [approval.sudo()._prepare_form() for approval in self]

    def _prepare_form(self):
        self.ensure_one()
        labels = dict(self._fields['state']._description_selection(self.env))
        return {
            'store': self.company_id.name,
            'number': self.name,
            'state': self.state,
            'state_label': labels[self.state],
            'facts': self._prepare_form_facts(),
            'subjects': [self._prepare_form_entry(self.entry_id)]
            if self.entry_id
            else [self._prepare_form_plan(plan) for plan in self.plan_ids or self.proposal_id.plan_ids],
            'request': self._prepare_form_request(),
            'decision': self._prepare_form_decision(),
            'self_review': self.is_self_review,
            'signers': [
                self.env._("Policy clerk"), self.env._("Cashier"), self.env._("Supervisor"),
                self.env._("General manager"), self.env._("Customer"),
            ],
        }

    def _print_form_moment(self, moment):
        return moment and self.company_id._insurance_local(moment).strftime('%Y-%m-%d %H:%M') or ''

    def _print_form_money(self, amount):
        return formatLang(self.env, amount, digits=2)

    # === VEHICLE AND INSURANCE === #

    def _prepare_form_facts(self):
        """Return labels and values of customer, vehicle and insurance; unknown ones are left out."""
        record = self.proposal_id or self.entry_id
        label = dict(record._fields['use_type']._description_selection(self.env))
        common = [
            (self.env._("Customer"), self.partner_id.name),
            (self.env._("Phone"), self.partner_id.insurance_phone_masked),
            (self.env._("Plate"), record.plate),
            (self.env._("VIN"), record.vin),
        ]
        own = self._get_proposal_facts() if self.proposal_id else self._get_entry_facts()
        facts = [*common, *own, (self.env._("Use"), label.get(record.use_type))]
        return [(name, value) for name, value in facts if value]

    def _get_proposal_facts(self):
        proposal = self.proposal_id
        scenes = dict(proposal._fields['scene']._description_selection(self.env))
        return [
            (self.env._("Model"), proposal.model_id.display_name),
            (self.env._("Proposal"), proposal.display_name),
            (self.env._("Kind of business"), scenes[proposal.scene]),
            (self.env._("Date"), format_date(self.env, proposal.date)),
            (self.env._("Consultant"), proposal.user_id.name),
        ]

    def _get_entry_facts(self):
        entry = self.entry_id
        types = dict(entry._fields['business_type']._description_selection(self.env))
        return [
            (self.env._("Model"), entry.vehicle_model_id.display_name),
            (self.env._("Ledger Entry"), entry.display_name),
            (self.env._("Kind of business"), types.get(entry.business_type)),
            (self.env._("Business Channel"), entry.channel_id.name),
            (self.env._("Date"), format_date(self.env, entry.issue_date)),
            (self.env._("From"), format_date(self.env, entry.start_date)),
            (self.env._("Until"), format_date(self.env, entry.end_date)),
            (self.env._("Insured"), entry.insured_id.name),
            (self.env._("Invoice to"), entry.invoice_name),
            (self.env._("Consultant"), entry.salesperson_id.name or entry.salesperson_name),
        ]

    # === MONEY === #

    def _prepare_form_subject(self, title, coverages, amounts, benefits):
        """Return a block of the form: coverages, amounts and gifts side by side; amounts left False are blank."""
        return {
            'title': title,
            'coverages': [
                {
                    'label': line.coverage_id._get_label(),
                    'limit': line.coverage_id._format_limit(line.limit),
                    'premium': self._print_form_money(line.premium),
                }
                for line in coverages
            ],
            'amounts': [(label, amount is not False and self._print_form_money(amount)) for label, amount in amounts],
            'benefits': [
                (benefit.name or benefit.type_id.name, self._print_form_money(benefit.amount)) for benefit in benefits
            ],
        }

    def _prepare_form_plan(self, plan):
        amounts = [
            (self.env._("Commercial"), plan.commercial_premium),
            (self.env._("Compulsory"), plan.compulsory_premium),
            (self.env._("Non-motor"), plan.non_motor_premium),
            (self.env._("Vehicle tax"), plan.vehicle_tax),
            (self.env._("Together"), plan.total),
            (self.env._("Value of benefits"), plan.discount_total),
            (self.env._("Received"), False),
            (self.env._("Paid by"), False),
        ]
        return self._prepare_form_subject(plan.name, plan.line_ids, amounts, plan.benefit_ids)

    def _prepare_form_entry(self, entry):
        by_product = entry.policy_ids.grouped('product')
        premiums = {product: sum(policies.mapped('premium')) for product, policies in by_product.items()}
        amounts = [
            (self.env._("Commercial"), premiums.get('commercial', 0)),
            (self.env._("Compulsory"), premiums.get('compulsory', 0)),
            (self.env._("Non-motor"), premiums.get('non_motor', 0)),
            (self.env._("Vehicle tax"), entry.vehicle_tax_total),
            (self.env._("Together"), entry.premium_total + entry.vehicle_tax_total),
            (self.env._("Value of benefits"), entry.discount_total),
            (self.env._("Customer pays"), entry.amount_due),
            (self.env._("Received"), entry.amount_received or False),
            (self.env._("Paid by"), False),
        ]
        return self._prepare_form_subject(
            entry.insurer_id.name, entry.policy_ids.coverage_ids, amounts, entry.benefit_ids
        )

    # === REQUEST AND DECISION === #

    def _prepare_form_request(self):
        return {
            'name': self.requester_id.name,
            'moment': self._print_form_moment(self.requested_on),
            'reason': self.reason,
            'amount': self._print_form_money(self.amount),
            'level': dict(self._fields['level']._description_selection(self.env))[self.level],
            'approver': self.approver_id.name,
            'deputy_for': self.deputy_for_id.name,
        }

    def _prepare_form_decision(self):
        """Return who decided, when and how, or False while it waits."""
        if not self.decided_on:
            return False
        return {
            'name': self.decided_by_id.name,
            'moment': self._print_form_moment(self.decided_on),
            'is_deputy': self.is_deputy,
            'note': self.note,
        }
