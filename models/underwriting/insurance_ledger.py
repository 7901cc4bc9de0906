from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

BUSINESS = [('all', "All business"), ('new', "New cars"), ('renewal', "Renewals")]


class InsuranceLedger(models.Model):
    """The underwriting ledger of a store for one insurer and year (承保台帐, R29, R30). It opens itself."""

    _name = 'insurance.ledger'
    _description = "Underwriting Ledger"
    _inherit = ['insurance.guard']
    _order = 'year desc, company_id, insurer_id, business'

    _guarded_fields = frozenset({
        'company_id', 'insurer_id', 'year', 'business', 'last_number', 'event_count', 'last_digest',
    })

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    insurer_id = fields.Many2one('res.partner', string="Insurer", required=True, index=True, readonly=True)
    year = fields.Integer(required=True, aggregator=None, readonly=True)
    business = fields.Selection(BUSINESS, required=True, default='all', readonly=True)
    manager_id = fields.Many2one('res.users', string="Kept by", help="The clerk who keeps this ledger (R31).")
    last_number = fields.Integer(readonly=True, aggregator=None)
    event_count = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    last_digest = fields.Char(readonly=True, export_string_translation=False)
    entry_ids = fields.One2many('insurance.ledger.entry', 'ledger_id', string="Entries")
    entry_count = fields.Integer(string="Entry Count", compute='_compute_totals')
    unsigned_count = fields.Integer(string="Not Signed", compute='_compute_totals')
    vehicle_count = fields.Integer(string="Vehicles", compute='_compute_totals')
    premium_total = fields.Monetary(string="Premium", compute='_compute_totals')
    commercial_premium = fields.Monetary(string="Commercial", compute='_compute_totals')
    vehicle_tax_total = fields.Monetary(string="Vehicle Tax", compute='_compute_totals')
    discount_total = fields.Monetary(string="Discount", compute='_compute_totals')
    commission_total = fields.Monetary(
        string="Commission", compute='_compute_totals', groups='dealer_insurance.group_commission_reader',
    )

    _ledger_uniq = models.UniqueIndex(
        "(company_id, insurer_id, year, business)", "This store has a ledger for this insurer and year already.",
    )

    @api.depends('insurer_id', 'year', 'business')
    def _compute_display_name(self):
        labels = dict(self._fields['business']._description_selection(self.env))
        for ledger in self:
            parts = [ledger.insurer_id.insurer_short_name or ledger.insurer_id.name or '', str(ledger.year or '')]
            if ledger.business != 'all':
                parts.append(labels.get(ledger.business, ''))
            ledger.display_name = " ".join(filter(None, parts))

    @api.depends_context('uid')
    def _compute_totals(self):
        names = ('vehicle_count', 'premium_total', 'commercial_premium', 'vehicle_tax_total', 'discount_total')
        may_read = self.env['insurance.ledger.entry']._has_field_access(
            self.env['insurance.ledger.entry']._fields['commission_total'], 'read',
        )
        names += ('commission_total',) if may_read else ()
        groups = self.env['insurance.ledger.entry']._read_group(
            [('ledger_id', 'in', self.ids)], ['ledger_id', 'is_signed'], ['__count',
                                                                          *(f'{name}:sum' for name in names)],
        )
        totals = {ledger.id: dict.fromkeys(('entry_count', 'unsigned_count', *names), 0) for ledger in self}
        for ledger, is_signed, count, *sums in groups:
            total = totals[ledger.id]
            total['entry_count'] += count
            total['unsigned_count'] += 0 if is_signed else count
            for name, value in zip(names, sums, strict=True):
                total[name] += value or 0
        for ledger in self:
            ledger.update(totals[ledger.id])

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A ledger is never deleted."))

    @api.model
    def _get_or_open(self, company, insurer, day, business):
        """Return the ledger in which a row of `day` (date) belongs; it is opened when there is none.

        :param str business: 'new' or 'renewal'; counts where the store splits its ledgers
        """
        kind = business if company.insurance_ledger_split else 'all'
        key = [('company_id', '=', company.id), ('insurer_id', '=', insurer.id), ('year', '=', day.year),
               ('business', '=', kind)]
        # sudo: ledgers open themselves; whoever enters a row cannot open one by hand
        ledger = self.sudo().search(key, limit=1) or self.sudo().create({
            'company_id': company.id, 'insurer_id': insurer.id, 'year': day.year, 'business': kind,
        })
        return ledger.with_env(self.env)

    def _next_numbers(self, count):
        """Reserve `count` row numbers of the ledger and return the first; two clerks never get the same."""
        self.ensure_one()
        self.flush_recordset(['last_number'])
        [[last]] = self.env.execute_query(SQL(
            "UPDATE insurance_ledger SET last_number = COALESCE(last_number, 0) + %s WHERE id = %s"
            " RETURNING last_number",
            count, self.id,
        ))
        self.invalidate_recordset(['last_number'], flush=False)
        return last - count + 1

    def action_check_signatures(self):
        """Compare the signed rows of this ledger with their signatures, and say what differs."""
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_groups('dealer_insurance.group_finance,dealer_insurance.group_general_manager'):
            raise AccessError(self.env._("Signatures are checked by finance and the general manager."))
        # sudo: the check reads what was signed in full; it tells only which columns differ
        signatures = self.env['insurance.ledger.signature'].sudo().search([('ledger_id', '=', self.id)])
        found = [f"{entry.display_name}: {sentence}" for entry, sentence in signatures._get_deviations().items()]
        found += signatures._get_chain_ends(self.sudo()).values()
        message = "\n".join(found) or self.env._(
            "%(count)s signatures: nothing was changed since.", count=len(signatures))
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {'title': self.display_name, 'message': message, 'type': 'danger' if found else 'success',
                       'sticky': bool(found)},
        }

    def action_view_entries(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_ledger_entry_action')
        return dict(action, name=self.display_name, domain=[('ledger_id', '=', self.id)], context={})
