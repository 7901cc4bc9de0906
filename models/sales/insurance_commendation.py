from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from ...lib.percent import percent
from ...lib.weeks import local_day

STATES = [('proposed', "To be Praised"), ('given', "Praised"), ('withdrawn', "Not Praised")]


class InsuranceCommendation(models.Model):
    """Praise for the consultant who comes first in the insured rate of new cars in a month (R3).

    The published board proposes it with the figures it shows; they stay as they are. The supervisor or the general
    manager gives it, and where the store has a channel for it, it is posted there.
    """

    _name = 'insurance.commendation'
    _description = "Commendation"
    _inherit = ['mail.thread', 'insurance.guard']
    _order = 'month desc, company_id, consultant_id, id'
    _check_company_auto = True

    _guarded_fields = frozenset({
        'company_id', 'month', 'consultant_id', 'delivered', 'counted', 'insured', 'is_shared', 'state',
        'praised_by_id', 'praised_on', 'message_id',
    })

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, readonly=True,
                                 default=lambda self: self.env.company)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    month_text = fields.Char(string="Month and Year", compute='_compute_month_text')
    # no check_company: who changed stores since the month is praised all the same
    consultant_id = fields.Many2one('res.users', string="Sales Consultant", required=True, index=True, readonly=True)
    delivered = fields.Integer(string="Delivered", readonly=True, help="Of every business source.")
    counted = fields.Integer(string="Cars that Count", readonly=True, help="The denominator of the insured rate (K1).")
    insured = fields.Integer(string="Insured Commercially", readonly=True, help="With a commercial policy (K1).")
    rate = fields.Float(string="Insured Rate", compute='_compute_rate', digits=(5, 4))
    is_shared = fields.Boolean(string="First Place Shared", readonly=True)
    words = fields.Text(string="Words of Praise", required=True)
    state = fields.Selection(STATES, string="Praise", required=True, default='proposed', readonly=True, copy=False,
                             index=True, tracking=True)
    praised_by_id = fields.Many2one('res.users', string="Praised by", readonly=True, copy=False)
    praised_on = fields.Datetime(string="Praised on", readonly=True, copy=False)
    message_id = fields.Many2one('mail.message', string="Posted Message", readonly=True, copy=False,
                                 index='btree_not_null', ondelete='set null', export_string_translation=False)
    is_posted = fields.Boolean(string="Posted in the Channel", compute='_compute_is_posted', compute_sudo=True)

    _month_uniq = models.UniqueIndex("(company_id, month, consultant_id)",
                                     "This consultant already has a commendation of the month.")
    _given_stamped = models.Constraint(
        "CHECK ((state = 'given') = (praised_by_id IS NOT NULL AND praised_on IS NOT NULL))",
        "Praise that was given has its stamp.",
    )
    _figures_sound = models.Constraint('CHECK (insured BETWEEN 0 AND counted)',
                                       "Of the cars to insure, at most all are insured.")

    # === COMPUTE === #

    @api.depends('month', 'consultant_id')
    def _compute_display_name(self):
        for praise in self:
            name = praise.consultant_id.sudo().name or ''  # sudo: the name of a colleague
            praise.display_name = f'{praise.month:%Y-%m} {name}' if praise.month else name

    @api.depends('month')
    def _compute_month_text(self):
        for praise in self:
            praise.month_text = praise.month and f'{praise.month:%Y-%m}'

    @api.depends('insured', 'counted')
    def _compute_rate(self):
        for praise in self:
            praise.rate = praise.insured / praise.counted if praise.counted else 0

    @api.depends('message_id')
    def _compute_is_posted(self):
        for praise in self:
            praise.is_posted = bool(praise.message_id)

    # === CRUD === #

    def write(self, vals):
        if 'words' in vals and not self.env.su:
            for praise in self.filtered(lambda one: one.state != 'proposed'):
                raise UserError(praise._get_over_message())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Commendations are withdrawn, not deleted: %(praise)s.",
                                   praise=self[:1].display_name))

    # === PROPOSING === #

    @api.model
    def _propose(self, company, month, winners):
        """Propose praise for those who came first; who has a commendation of the month gets no second one.

        :param month: date, its first day
        :param winners: list of dicts `consultant` (user), `delivered`, `counted` and `insured` (cars)
        :return: the new commendations
        """
        # sudo: a board that is published makes them; no role writes their figures
        Praise = self.sudo()
        found = Praise.search([('company_id', '=', company.id), ('month', '=', month)]).consultant_id
        return Praise.create([{
            'company_id': company.id, 'month': month, 'consultant_id': row['consultant'].id,
            'is_shared': len(winners) > 1, **{name: row[name] for name in ('delivered', 'counted', 'insured')},
            'words': self._draft_words(month, row),
        } for row in winners if row['consultant'] not in found]).sudo(self.env.su)

    @api.model
    def _draft_words(self, month, row):
        return self.env._(
            "%(name)s is first in the insured rate of new cars in %(month)s: %(insured)s of %(counted)s cars insured"
            " through the store, %(rate)s. Thank you for looking after your customers beyond the handover.",
            name=row['consultant'].sudo().name,  # sudo: the name of a colleague
            month=self._get_month_text(month), insured=row['insured'], counted=row['counted'],
            rate=percent(row['insured'], row['counted']),
        )

    @api.model
    def _get_month_text(self, month):
        return self.env._("%(year)s-%(month_number)s", year=f'{month:%Y}', month_number=f'{month:%m}')

    # === ACTIONS === #

    def _get_over_message(self):
        self.ensure_one()
        return self.env._("%(praise)s was given or withdrawn and stays as it is.", praise=self.display_name)

    def _give_error_message(self):
        """Return why the present user cannot give this praise, or False."""
        self.ensure_one()
        if self.state != 'proposed':
            return self._get_over_message()
        if self.consultant_id == self.env.user:
            return self.env._("%(praise)s: nobody praises himself. Ask another manager to give it.",
                              praise=self.display_name)
        if not (self.words or '').strip():
            return self.env._("%(praise)s: write the words of praise.", praise=self.display_name)
        return False

    def action_give(self):
        """Give the praise in the name of the present user, and post it where the store has a channel for it (R3)."""
        self.check_access('write')
        self.lock_for_update()  # nobody is praised twice by two who press at once
        for praise in self:
            error = praise._give_error_message()
            if error:
                raise UserError(error)
            # sudo: the stamp is written by no role
            praise.sudo().write({
                'state': 'given', 'praised_by_id': self.env.uid, 'praised_on': fields.Datetime.now(),
                'message_id': praise._post().id,
            })
        return True

    def action_withdraw(self):
        """Do not give the praise, as when the figures turned out wrong."""
        self.check_access('write')
        for praise in self.filtered(lambda one: one.state != 'proposed'):
            raise UserError(praise._get_over_message())
        self.sudo().write({'state': 'withdrawn'})  # sudo: as above
        return True

    def _post(self):
        """Post the words in the channel of the store, if it has one, and return the message."""
        self.ensure_one()
        # sudo: the store's setting, and its channel whether or not the manager is a member
        channel = self.company_id.sudo().insurance_praise_channel_id
        if not channel:
            return self.env['mail.message']
        return channel.message_post(body=plaintext2html(f'🏆 {self.words}'), message_type='comment',
                                    subtype_xmlid='mail.mt_comment')

    # === PRINT === #

    def _prepare_certificate(self):
        """Return what the certificate says, as text.

        :return: dict of `name`, `month`, `rate`, `figures`, `is_shared`, `words`, `store`, `signer` (empty until it
            is given) and `day` (date, or False)
        """
        self.ensure_one()
        company = self.company_id.sudo()  # sudo: name and clock of a store that need not be active in the browser
        return {
            'name': self.consultant_id.sudo().name,  # sudo: the name of a colleague, as is the signer's
            'month': self._get_month_text(self.month), 'rate': percent(self.insured, self.counted),
            'figures': self.env._("%(insured)s of %(counted)s new cars insured through the store",
                                  insured=self.insured, counted=self.counted),
            'is_shared': self.is_shared, 'words': self.words, 'store': company.name,
            'signer': self.praised_by_id.sudo().name or '',  # sudo: as above
            'day': self.praised_on and local_day(self.praised_on, company.insurance_tz),
        }
