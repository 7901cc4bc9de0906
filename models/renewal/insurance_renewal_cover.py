from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class InsuranceRenewalCover(models.Model):
    """While a specialist is away, a colleague sees and works his cases; they stay his."""

    _name = 'insurance.renewal.cover'
    _description = "Cover of an Absent Specialist"
    _order = 'date_from desc, id desc'
    _check_company_auto = True

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    user_id = fields.Many2one('res.users', string="Absent", required=True, index=True, check_company=True,
                              domain=lambda self: self._get_specialist_domain())
    deputy_id = fields.Many2one('res.users', string="Covered by", required=True, index=True, check_company=True,
                                domain=lambda self: self._get_specialist_domain())
    date_from = fields.Date(string="From", required=True, default=lambda self: self.env.company._insurance_today())
    date_to = fields.Date(string="Until", required=True)
    note = fields.Char(string="Why Away")

    _ordered = models.Constraint('CHECK (date_to >= date_from)', "A cover ends after it begins.")
    _two_people = models.Constraint('CHECK (user_id <> deputy_id)', "Nobody covers for himself: choose a colleague.")

    @api.model
    def _get_specialist_domain(self):
        return [('all_group_ids', 'in', self.env.ref('dealer_insurance.group_renewal_specialist').id)]

    @api.depends('user_id', 'deputy_id')
    def _compute_display_name(self):
        for cover in self:
            cover.display_name = f"{cover.user_id.name or ''} → {cover.deputy_id.name or ''}"

    @api.constrains('user_id', 'deputy_id')
    def _check_specialists(self):
        for cover in self:
            for user in cover.user_id | cover.deputy_id:
                if not user.has_group('dealer_insurance.group_renewal_specialist'):
                    raise ValidationError(self.env._("%(user)s is no renewal specialist.", user=user.name))

    @api.model_create_multi
    def create(self, vals_list):
        covers = super().create(vals_list)
        self.env.registry.clear_cache()
        return covers

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache('self.env.uid')
    def _get_covers_of_deputy(self):
        """Return `((store id, absent user id, from, until), ...)` of all covers by the present user."""
        # sudo: whom one covers, to decide what one may see
        covers = self.sudo().search_fetch(
            [('deputy_id', '=', self.env.uid)], ['company_id', 'user_id', 'date_from', 'date_to'])
        return tuple((cover.company_id.id, cover.user_id.id, cover.date_from, cover.date_to) for cover in covers)

    @api.model
    def _get_covered_today(self):
        """Return `{(store id, user id)}` of those whom the present user covers today (day of the store)."""
        pairs = set()
        for store, user, first, last in self._get_covers_of_deputy():
            # sudo: the clock of the store
            if first <= self.env['res.company'].sudo().browse(store)._insurance_today() <= last:
                pairs.add((store, user))
        return pairs
