from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .insurance_renewal_assign_rule import AllotRow
from .insurance_renewal_gate import SUPERVISORS


class InsuranceRenewal(models.Model):
    """Giving cases to specialists by the store's rules: in the nightly job, and of unassigned cases by a button."""

    _inherit = 'insurance.renewal'

    @api.model
    def _assign_due(self, company):
        super()._assign_due(company)
        Rule = self.env['insurance.renewal.assign.rule']
        if not Rule.search_count([('company_id', '=', company.id)], limit=1):
            return
        states = self._get_state_names()
        rows = [
            AllotRow(vehicle, model, brand, f"{states.get(state, '')} {city or ''} {street or ''}", group,
                     (last, seller))
            for vehicle, model, brand, state, city, street, group, last, seller in self.env.execute_query(SQL(
                """
                SELECT d.vehicle_id, d.model_id, d.brand_id, q.state_id, q.city, q.street,
                       CASE WHEN w.is_company THEN w.id END, d.last_specialist_id, d.salesperson_id
                  FROM insurance_renewal_due d
                  JOIN res_partner q ON q.id = CASE WHEN d.is_new_owner THEN d.holder_id ELSE d.owner_id END
                  JOIN res_partner w ON w.id = COALESCE(q.commercial_partner_id, q.id)
                 WHERE d.ground IS NULL OR d.is_new_owner AND d.ground = 'sold'
                 ORDER BY d.reference_expiry, d.vehicle_id
                """,
            ))
        ]
        chosen = Rule._allot(company, rows)
        if chosen:
            self.env.cr.execute(SQL(
                "UPDATE insurance_renewal_due d SET specialist_id = n.user_id"
                " FROM unnest(%s, %s) AS n(vehicle_id, user_id) WHERE n.vehicle_id = d.vehicle_id",
                list(chosen), list(chosen.values()),
            ))

    @api.model
    def _get_state_names(self):
        """Return `{province id: its names}` in the languages of the database, for areas as the rules write them."""
        names = {}
        for code, _label in self.env['res.lang'].get_installed():
            for state in self.env['res.country.state'].with_context(lang=code).search_fetch(
                    [('country_id.code', '=', 'CN')], ['name']):
                names.setdefault(state.id, []).append(state.name)
        return {state: ' '.join(dict.fromkeys(texts)) for state, texts in names.items()}

    def _prepare_allot_rows(self):
        """Return the :class:`AllotRow` of these cases, their ids as keys."""
        states = self._get_state_names()
        # sudo: who dealt with the car before, whoever assigns
        prior = self.sudo().search_fetch(
            [('vehicle_id', 'in', self.vehicle_id.ids), ('company_id', 'in', self.company_id.ids),
             ('specialist_id', '!=', False)],
            ['vehicle_id', 'company_id', 'reference_expiry', 'specialist_id'], order='reference_expiry desc, id desc',
        ).grouped(lambda case: (case.vehicle_id.id, case.company_id.id))
        rows = []
        for case in self.sorted(lambda case: (case.reference_expiry, case.id)):
            earlier = [
                other.specialist_id.id for other in prior.get((case.vehicle_id.id, case.company_id.id), ())
                if other.reference_expiry < case.reference_expiry
            ]
            owner = case.partner_id
            # sudo: whose sale it was, for who does not read the ledger
            seller = case.sudo().source_entry_id.salesperson_id
            rows.append(AllotRow(
                case.id, case.vehicle_model_id.id, case.vehicle_model_id.brand_id.id,
                f"{states.get(owner.state_id.id, '')} {owner.city or ''} {owner.street or ''}",
                case.customer_group_id.id, (*earlier[:1], seller.id),
            ))
        return rows

    def _allot_by_rules(self, leaving=None, is_complete=False):
        """Choose specialists for these cases by the rules of their stores; see the rules' `_allot`.

        :return: `{case: user}`
        """
        Rule, User = self.env['insurance.renewal.assign.rule'], self.env['res.users']
        result = {}
        for company, cases in self.grouped('company_id').items():
            chosen = Rule._allot(company, cases._prepare_allot_rows(), leaving, is_complete)
            result.update((self.browse(case), User.browse(user)) for case, user in chosen.items())
        return result

    @api.model
    def _assign_chosen(self, chosen):
        """Give the cases of `{case: user}` to their users."""
        by_user = {}
        for case, user in chosen.items():
            by_user.setdefault(user, self.browse())
            by_user[user] |= case
        for user, cases in by_user.items():
            cases.write({'specialist_id': user.id})

    def action_apply_rules(self):
        """Give the unassigned ones of these cases to specialists by the store's rules; the supervisor's button."""
        if not self.env.user.has_groups(SUPERVISORS):
            raise AccessError(self.env._("Only the insurance supervisor assigns cases."))
        waiting = self.filtered(lambda case: case.is_open and not case.specialist_id)
        chosen = waiting._allot_by_rules()
        self._assign_chosen(chosen)
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'type': 'success' if chosen or not waiting else 'warning',
                'message': self.env._(
                    "%(count)s of %(total)s unassigned cases were given out by the rules.", count=len(chosen),
                    total=len(waiting),
                ),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
