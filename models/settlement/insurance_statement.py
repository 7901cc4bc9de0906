from collections import Counter
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

COMMISSION = 'dealer_insurance.group_commission_reader'
CLERK = 'dealer_insurance.group_policy_clerk'
FINANCE = 'dealer_insurance.group_finance'
MANAGER = 'dealer_insurance.group_general_manager'
STRAY = 20  # a month with fewer than one line in so many is none of the statement's own


class InsuranceStatement(models.Model):
    """What an insurer states that it owes the store: one imported workbook, line by line (R32, R34, T14).

    Written by the import alone; its lines are matched with the ledger by :meth:`_match`.
    """

    _name = 'insurance.statement'
    _description = "Insurer Statement"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'date_to desc, id desc'
    _rec_names_search = ['name', 'vendor_number', 'insurer_id.name']
    _mail_post_access = 'read'  # who reads a statement may note what the insurer said about it

    _guarded_fields = frozenset({
        'insurer_id', 'name', 'vendor_number', 'date_from', 'date_to', 'import_id', 'content_digest', 'state',
        'stated_premium', 'stated_commission', 'line_count', 'matched_on', 'company_id',
    })

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True,
                                 domain=[('is_insurer', '=', True)], ondelete='restrict')
    name = fields.Char(string="File Name", required=True)
    vendor_number = fields.Char(string="Insurer's Number", help="The number that the insurer gave its statement.")
    date_from = fields.Date(string="Lines from", help="First day of the months that its lines belong to.")
    date_to = fields.Date(string="Lines until", help="Last day of the months that its lines belong to.")
    import_id = fields.Many2one('insurance.import', string="Imported with", index='btree_not_null',
                                ondelete='restrict')
    content_digest = fields.Char(export_string_translation=False, help="Fingerprint of its lines, in any order.")
    state = fields.Selection([('open', "To Be Worked"), ('done', "Worked through")], required=True, default='open',
                             readonly=True, tracking=True)
    stated_premium = fields.Monetary(string="Stated Premium")
    stated_commission = fields.Monetary(string="Stated Commission", groups=COMMISSION)
    line_ids = fields.One2many('insurance.statement.line', 'statement_id', string="Lines of the Statement")
    exception_ids = fields.One2many('insurance.statement.line', 'statement_id', string="Exceptions",
                                    domain=[('is_exception', '=', True)])
    line_count = fields.Integer(string="Lines")
    exception_count = fields.Integer(string="Exceptions Left", compute='_compute_exceptions')
    commission_impact = fields.Monetary(string="Money at Stake", compute='_compute_exceptions', groups=COMMISSION,
                                        help="Commission that the exceptions left are about, each taken as positive.")
    missing_count = fields.Integer(string="Only Ours", compute='_compute_missing_count')
    matched_on = fields.Datetime(string="Matched on", readonly=True)

    _content_uniq = models.UniqueIndex(
        "(company_id, insurer_id, content_digest)", "This statement is on file already: the import adds nothing.",
    )
    _open_idx = models.Index("(company_id, insurer_id) WHERE state = 'open'")

    # === COMPUTE === #

    @api.depends('name', 'insurer_id', 'date_from')
    def _compute_display_name(self):
        for statement in self:
            insurer = statement.insurer_id
            month = statement.date_from.strftime('%Y-%m') if statement.date_from else ''
            statement.display_name = " ".join(filter(None, (
                insurer.insurer_short_name or insurer.name, month, statement.vendor_number or statement.name)))

    def _compute_exceptions(self):
        groups = self.env['insurance.statement.line']._read_group(
            [('statement_id', 'in', self.ids), ('is_exception', '=', True)], ['statement_id'],
            ['__count', 'exposure:sum'])
        found = {statement.id: (count, amount) for statement, count, amount in groups}
        for statement in self:
            statement.exception_count, statement.commission_impact = found.get(statement.id, (0, 0))

    def _compute_missing_count(self):
        for statement in self:
            statement.missing_count = len(self._get_missing(
                statement.company_id, statement.insurer_id, statement.date_from, statement.date_to,
            )) if statement.date_from else 0

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Statements of insurers stay on record: %(names)s.", names=self.mapped('name')))

    # === WORK === #

    def _check_role(self, groups, message):
        """Refuse who has none of the roles, in words.

        :param str groups: xmlids of groups, with commas
        """
        self.check_access('read')
        if not self.env.su and not self.env.user.has_groups(groups):
            raise AccessError(message)

    def action_match(self):
        """Match the open lines of these statements' insurers with the ledger again."""
        self._check_role(f'{CLERK},{FINANCE}', self.env._("Clerk and finance match statements with the ledger."))
        for company, insurer in {(statement.company_id, statement.insurer_id) for statement in self}:
            # sudo: results of the matching are written by it alone
            self.sudo()._match(company, insurer)
        return True

    def action_done(self):
        """Close statements of which every exception has been worked; finance's (R32).

        They are compared with the ledger as it stands now first: what agreed may not agree any more.
        """
        self._check_role(FINANCE, self.env._("Only finance closes a statement."))
        waiting = self.filtered(lambda statement: statement.state == 'open')
        waiting.action_match()
        for statement in waiting:
            if statement.exception_count:
                raise UserError(self.env._(
                    "%(statement)s: %(count)s exceptions are left. Accept each with its reason, claim it from the"
                    " insurer, or have it corrected.",
                    statement=statement.display_name, count=statement.exception_count,
                ))
            statement._check_corrections()
            # sudo: the state is written by these two methods alone
            statement.sudo().state = 'done'
        return True

    def _check_corrections(self):
        """Refuse while a correction of ours that one of the lines asked for is still a draft, naming both."""
        self.ensure_one()
        # sudo: that a draft waits, whoever reads it
        waiting = self.sudo().line_ids.filtered(
            lambda line: line.handling == 'correction' and line.correction_entry_id.state == 'draft')[:1]
        if waiting:
            raise UserError(self.env._(
                "%(statement)s, %(line)s: the correction %(entry)s is still a draft. The clerk registers it, or"
                " somebody takes back that it is being corrected.", statement=self.display_name,
                line=waiting.display_name, entry=waiting.correction_entry_id.display_name))

    def action_reopen(self):
        """Open closed statements again; finance's, seen in the history."""
        self._check_role(FINANCE, self.env._("Only finance opens a statement again."))
        # sudo: as above
        self.filtered(lambda statement: statement.state == 'done').sudo().state = 'open'
        return True

    def action_view_lines(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_statement_line_action')
        return dict(action, domain=[('statement_id', '=', self.id)], name=self.display_name)

    def action_view_missing(self):
        """Show what the ledgers hold for the statement's months and the insurer left out."""
        self.ensure_one()
        missing = self._get_missing(self.company_id, self.insurer_id, self.date_from, self.date_to)
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_policy_action')
        return dict(action, domain=[('id', 'in', missing.ids)], context={}, name=self.env._("Only in our Ledger"))

    def action_view_exceptions(self):
        """Open the screen on which exceptions are worked one after the other."""
        self.ensure_one()
        action = self.env['ir.actions.client']._for_xml_id('dealer_insurance.insurance_exception_desk_action')
        return dict(action, params={'statement_id': self.id})

    # === PERIOD === #

    @api.model
    def _get_months(self, days):
        """Return the first and last day of the months that a statement with lines of these days covers.

        A few stray lines of other months (T13) do not stretch it: a month counts with one line in twenty.

        :param days: dates, one for each line
        """
        months = Counter(day.replace(day=1) for day in days)
        if not months:
            return False, False
        own = [month for month, count in months.items() if count * STRAY >= sum(months.values())] or list(months)
        return min(own), max(own) + relativedelta(months=1) - timedelta(days=1)
