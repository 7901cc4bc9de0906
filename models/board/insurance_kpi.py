from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError

MANAGERS = (
    'dealer_insurance.group_insurance_supervisor,dealer_insurance.group_general_manager,'
    'dealer_insurance.group_group_manager'
)  # who reads the numbers of everybody
EMPTY = "—"  # a rate without denominator: never 0 %


class InsuranceKpi(models.AbstractModel):
    """The key figures of the store: one definition each, computed in one place (domain 4).

    A file that adds figures extends `_get_definitions` and adds the methods the definitions name. All of them work for
    any number of stores at once, without reading record by record; months are those of the store's dates.
    """

    _name = 'insurance.kpi'
    _description = "Key Figures"

    @api.model
    def _get_definitions(self):
        """Return what is measured, in the order of the boards.

        :return: `{code: definition}`; a definition has `name` and `formula` (texts), `unit` ('ratio', 'count' or
            'money'), `version` (int, raised when the formula changes: frozen rows keep theirs), `method` (the name of
            `method(companies, first, last, by_specialist=False, **options) -> {(company_id, user_id or False):
            (numerator, denominator)}`) and optionally `options` (keywords of the method) and `rows` (the name of
            `rows(part, company, first, last, user, **options) -> (model name, domain)`) and `parts` (what the lists of
            numerator and denominator are called)
        """
        return {}

    @api.model
    def _get_values(self, companies, first, last, by_specialist=False, codes=None):
        """Return the figures of the days `first` to `last`, for the stores and people the user may see.

        Who is neither supervisor nor manager gets his own figures only.

        :param by_specialist: per specialist instead of per store; what belongs to nobody stands under `False`
        :param codes: which figures; all when left out
        :return: `{code: {(company_id, user_id or False): (numerator, denominator)}}`; without rows, no key
        """
        is_manager = self._sees_everybody()
        if not self.env.su:
            companies &= self.env.companies
        values = {}
        for code, definition in self._get_definitions().items():
            if codes is not None and code not in codes:
                continue
            rows = getattr(self, definition['method'])(
                companies, first, last, by_specialist=by_specialist or not is_manager, **definition.get('options', {}),
            ) if companies else {}
            if not is_manager:
                rows = {key: row for key, row in rows.items() if key[1] == self.env.uid}
            values[code] = rows
        return values

    @api.model
    def _sees_everybody(self):
        """Tell whether the user reads the figures of all specialists of his stores."""
        return self.env.su or self.env.user.has_groups(MANAGERS)

    @api.model
    def _get_rows_domain(self, code, part, company, first, last, user=None):
        """Return the records behind a figure as `(model name, domain)`, or `(False, [])` where it has none.

        :param part: 'numerator' or 'denominator'
        :param user: the specialist; everybody of the store when left out
        """
        definition = self._get_definitions()[code]
        if not definition.get('rows'):
            return False, []
        return getattr(self, definition['rows'])(part, company, first, last, user, **definition.get('options', {}))

    @api.model
    def _action_view_rows(self, code, part, company, month, user=None):
        """Return the action that opens the records behind the figure of a month, with the user's own rights.

        :raises UserError: when there is no such list, or the user reads the figure but none of the records (3.2)
        """
        definition = self._get_definitions().get(code)
        model, domain = self._get_rows_domain(
            code, part, company, month, month + relativedelta(day=31), user or None,
        ) if definition else (False, [])
        if not model:
            raise UserError(self.env._("%(figure)s has no list behind it.", figure=code))
        self._check_rows(definition['name'], model, domain)
        return {
            'type': 'ir.actions.act_window', 'res_model': model, 'domain': list(domain), 'context': {'create': False},
            'name': self._get_rows_title(definition, part, month, user), 'view_mode': 'list,form',
            'views': [(False, 'list'), (False, 'form')],
        }

    @api.model
    def _check_rows(self, name, model, domain):
        """Refuse to open a list of which the user's role reads nothing: the group's roles read figures only."""
        Model = self.env[model]
        if Model.has_access('read') and Model.search_count(domain, limit=1):
            return
        # sudo: whether there is anything that the role does not read
        if not Model.has_access('read') or Model.sudo().search_count(domain, limit=1):
            raise UserError(self.env._(
                "%(figure)s: your role reads the figure only, not the records behind it (%(records)s). Ask the store's"
                " supervisor or general manager for details.", figure=name, records=Model._description,
            ))

    @api.model
    def _get_rows_title(self, definition, part, month, user=None):
        """Return what the list of a part of a figure is called: figure, part, month and whose it is."""
        _ = self.env._
        parts = definition.get('parts') or (_("Numerator"), _("Denominator"))
        title = _("%(figure)s %(month)s: %(part)s", figure=definition['name'], month=f'{month:%Y-%m}',
                  part=parts[part == 'denominator'])
        return f"{title}, {user.sudo().name}" if user else title  # sudo: the name of a colleague

    @api.model
    def _get_rate(self, numerator, denominator):
        """Return numerator ÷ denominator, or None when there is nothing to divide by."""
        return numerator / denominator if denominator else None

    @api.model
    def _format(self, numerator, denominator, unit='ratio'):
        """Return a figure as text: a rate in per cent with one decimal rounded half up, "—" without denominator."""
        if unit == 'count':
            return f"{numerator:,.0f}"
        if unit == 'money':
            return f"{numerator:,.2f}"
        if not denominator:
            return EMPTY
        percent = Decimal(str(numerator)) / Decimal(str(denominator)) * 100
        return f"{percent.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}%"
