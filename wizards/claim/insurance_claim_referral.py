from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class InsuranceClaimReferral(models.TransientModel):
    """Prints the insurers' repair-referral arithmetic beside their own numbers (K16, K17)."""

    _name = 'insurance.claim.referral'
    _description = "Print the Repair Referral"

    company_id = fields.Many2one('res.company', string="Store", required=True,
                                 default=lambda self: self.env.company)
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_from())
    date_to = fields.Date(string="To", required=True,
                          default=lambda self: self._default_from() + relativedelta(day=31))
    insurer_ids = fields.Many2many('res.partner', 'insurance_claim_referral_insurer_rel', 'referral_id', 'insurer_id',
                                   string="Certain Insurers", domain="[('is_insurer', '=', True)]",
                                   help="Empty: all insurers with cars, claims or premium.")

    @api.model
    def _default_from(self):
        return self.env.company._insurance_today().replace(day=1) - relativedelta(months=1)

    @api.constrains('date_from', 'date_to')
    def _check_period(self):
        for sheet in self:
            if sheet.date_from > sheet.date_to:
                raise ValidationError(self.env._("The period ends before it begins: %(start)s – %(end)s.",
                                                 start=sheet.date_from, end=sheet.date_to))

    def action_print(self):
        """Return the action that prints the sheet.

        :raises UserError: when there is nothing to count
        """
        self.ensure_one()
        if not self._get_parts():
            raise UserError(self.env._("Nothing to count from %(start)s to %(end)s.", start=self.date_from,
                                       end=self.date_to))
        return dict(self.env.ref('dealer_insurance.report_insurance_claim_referral_action').report_action(
            self, config=False), close_on_report_download=True)

    def _get_parts(self):
        """Return `{insurer: parts}` of the period, as of `insurance.claim._count_referral`."""
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("%(store)s is not one of your stores.", store=self.company_id.sudo().name))
        # sudo: sums over claims and policies of the user's own store, for who may open this sheet
        counted = self.env['insurance.claim'].sudo()._count_referral(self.company_id, self.date_from, self.date_to)
        return {insurer: row for (_company, insurer), row in counted.items()
                if not self.insurer_ids or insurer in self.insurer_ids.ids}

    def _prepare_sheet(self):
        """Return what the sheet shows: a row per insurer and the sum, rates as text."""
        self.ensure_one()
        parts = self._get_parts()
        names = {insurer.id: insurer.insurer_short_name or insurer.name
                 for insurer in self.env['res.partner'].browse(list(parts)).sudo()}  # sudo: names of insurers
        rows = [self._prepare_row(names[insurer], row) for insurer, row in sorted(
            parts.items(), key=lambda one: -one[1]['premium'])]
        total = {name: sum(row[name] for row in parts.values()) for name in next(iter(parts.values()), ())}
        listed = [row for row in parts.values() if row['has_figure']]
        store = self.company_id.sudo()  # sudo: settings of the store
        return {
            'store': store.name, 'period': f"{self.date_from} – {self.date_to}", 'rows': rows,
            'total': self._prepare_row(self.env._("All insurers"), total, listed) if parts else {},
            'tax_rate': f"{store.insurance_referral_tax_rate:.0%}",
            'setting': self._get_setting_text(store),
            'printed': self.env._("Printed by %(user)s on %(moment)s", user=self.env.user.name,
                                  moment=f"{store._insurance_local(fields.Datetime.now()):%Y-%m-%d %H:%M}"),
        }

    def _get_setting_text(self, store):
        _ = self.env._
        return ", ".join((
            _("output without tax") if store.insurance_referral_net else _("output with tax"),
            _("third-party cars counted") if store.insurance_referral_third else _("third-party cars not counted"),
        ))

    def _prepare_row(self, name, row, listed=None):
        """Return a row as texts; the rate of all insurers counts those with a list only, on both sides."""
        Claim, Kpi, store = self.env['insurance.claim'], self._format_rate, self.company_id.sudo()
        listed = [row] if listed is None and row['has_figure'] else listed or []
        outputs = {f'output_{key}': Claim._get_output(store, row, net, third)
                   for key, net, third in (('gross', False, False), ('net', True, False), ('third', False, True),
                                           ('net_third', True, True))}
        return {
            'name': name, 'cars': f"{row['cars']:.0f}", 'cars_third': f"{row['cars_third']:.0f}",
            'reported': f"{row['reported']:.0f}" if listed else "—", 'own_count': f"{row['own_count']:.0f}",
            'stated_count': f"{row['stated_count']:.0f}" if listed else "—",
            'rate': Kpi(sum(one['cars_listed'] for one in listed), sum(one['reported'] for one in listed)),
            'rate_own': Kpi(row['cars'], row['own_count']),
            'rate_stated': Kpi(sum(one['stated_count'] for one in listed), sum(one['reported'] for one in listed)),
            'premium': f"{row['premium']:,.2f}",
            'stated_output': f"{row['stated_output']:,.2f}" if row['stated_output'] else "—",
            'stated_premium': f"{row['stated_premium']:,.2f}" if row['stated_premium'] else "—",
            'ratio_stated': Kpi(row['stated_output'], row['stated_premium']),
            **{key: f"{amount:,.2f}" for key, amount in outputs.items()},
            **{key.replace('output', 'ratio'): Kpi(amount, row['premium']) for key, amount in outputs.items()},
        }

    @api.model
    def _format_rate(self, numerator, denominator):
        return f"{100 * numerator / denominator:.1f}%" if denominator else "—"
