from odoo import fields, models


class InsuranceInsurerAgreement(models.Model):
    """Which products are settled on the list with the insurer; the others are settled elsewhere."""

    _inherit = 'insurance.insurer.agreement'

    settles_compulsory = fields.Boolean(string="Settles Compulsory", default=True, tracking=True)
    settles_commercial = fields.Boolean(string="Settles Commercial", default=True, tracking=True)
    settles_non_motor = fields.Boolean(
        string="Settles Non-motor", tracking=True,
        help="Off: non-motor policies are settled on another list, and are not missed on this one.",
    )

    def _get_settled_products(self):
        """Return the products settled on the list (list of keys); without an agreement those of vehicles."""
        if not self:
            return ['compulsory', 'commercial']
        self.ensure_one()
        return [product for product in ('compulsory', 'commercial', 'non_motor') if self[f'settles_{product}']]

    def _get_for_day(self, company, insurer, day):
        """Return the agreement of `company` with `insurer` that runs on `day`, else the latest one; maybe none."""
        # sudo: which agreement applies is no secret to who settles by it
        agreements = self.sudo().search([('company_id', '=', company.id), ('insurer_id', '=', insurer.id)])
        running = agreements.filtered(
            lambda agreement: agreement.date_from <= day and (not agreement.date_to or day <= agreement.date_to))
        return (running or agreements)[:1].with_env(self.env)
