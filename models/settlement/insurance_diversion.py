import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .insurance_statement import COMMISSION, FINANCE, MANAGER

KINDS = [
    ('statement', "Stated, not in our Ledger"),
    ('delivery', "Delivered, neither Policy nor Reason"),
    ('sighting', "Seen with a Policy we do not have"),
    ('lost_case', "Offered and Lost, same Insurer Appears"),
    ('share', "Many Insured Elsewhere"),
]
GRADES = [('strong', "Strong"), ('weak', "Weak")]
GROUNDS = [
    ('delivery_uninsured', "Delivered by us, marked not insured here"),
    ('renewal_base', "In our renewal base"),
    ('delivered', "Delivered by us"),
    ('other_store', "In the ledger of another store"),
    ('unknown', "Not known to us"),
    ('contradicts', "Said to insure here"),
    ('unanswered', "Never answered"),
    ('seen', "Policy seen"),
    ('lost_to', "Named by the customer only"),
    ('numbers', "Numbers only"),
]
STATES = [
    ('open', "To be Verified"), ('explained', "Explained as Harmless"), ('confirmed', "Diversion Confirmed"),
    ('ended', "Ended by Itself"),
]
WORKED = ('explained', 'confirmed')


class InsuranceDiversion(models.Model):
    """A sign that a policy may have been written past the store (飞单, R34, T14): to be verified, no accusation.

    Found by crossing what the store knows (`insurance_diversion_look`); seen by finance and the general manager only,
    and never by the person concerned. So there are no followers, no messages and no activities: its history is in
    :attr:`step_ids`. Explained once, it comes back only as a new finding with evidence that was not known then.
    """

    _name = 'insurance.diversion'
    _description = "Finding to be Verified"
    _inherit = ['insurance.guard']
    _order = 'grade, changed_on desc, id desc'
    _rec_names_search = ['car', 'vehicle_id.vin_sn', 'vehicle_id.license_plate', 'person_ids.name']

    company_id = fields.Many2one('res.company', string="Store", required=True, index=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(KINDS, string="Crossing", required=True)
    key = fields.Char(required=True, export_string_translation=False, help="What it is about, for its crossing.")
    grade = fields.Selection(GRADES, required=True, help="Strong: the car was ours to insure, and we know it.")
    ground = fields.Selection(GROUNDS, string="What we Know", required=True)
    state = fields.Selection(STATES, required=True, default='open', group_expand=True)
    facts = fields.Json(export_string_translation=False)
    headline = fields.Char(string="To be Verified: Evidence", compute='_compute_headline')
    vehicle_id = fields.Many2one('fleet.vehicle', string="Vehicle", index='btree_not_null', ondelete='restrict')
    car = fields.Char(string="Plate or VIN")
    insurer_id = fields.Many2one('res.partner', string="Insurer", index='btree_not_null', ondelete='restrict')
    person_ids = fields.Many2many('res.users', string="People Concerned",
                                  help="Who had the car or the customer in hand; they do not see the finding.")
    evidence_ids = fields.One2many('insurance.diversion.evidence', 'diversion_id', string="Evidence")
    evidence_count = fields.Integer(string="Records behind it", compute='_compute_evidence_count')
    evidence_digest = fields.Char(export_string_translation=False, help="Fingerprint of its evidence, in any order.")
    stake = fields.Monetary(string="Commission at Stake", groups=COMMISSION)
    is_estimate = fields.Boolean(string="Estimated", help="The store's average commission, in want of a stated one.")
    found_on = fields.Date(required=True, readonly=True)
    changed_on = fields.Date(string="Newest Evidence on", required=True, readonly=True)
    previous_id = fields.Many2one('insurance.diversion', string="Came back after", index='btree_not_null',
                                  ondelete='restrict')
    sibling_count = fields.Integer(string="Others of this Car", compute='_compute_sibling_count')
    reason_id = fields.Many2one('insurance.reason', string="Verification Result", ondelete='restrict',
                                index='btree_not_null')
    note = fields.Text(string="What was Found out", readonly=True)
    worked_by_id = fields.Many2one('res.users', string="Worked by", readonly=True)
    worked_on = fields.Datetime(readonly=True)
    ended_on = fields.Date(readonly=True)
    step_ids = fields.One2many('insurance.diversion.step', 'diversion_id', string="History")

    _open_uniq = models.UniqueIndex("(company_id, kind, key) WHERE state = 'open'", "This finding is open already.")
    _key_idx = models.Index("(company_id, kind, key)")
    _found_idx = models.Index("(company_id, found_on)")

    @api.model
    def _is_guarded(self, field):
        """Everything: findings are written by the crossings and the named methods only."""
        return True

    # === COMPUTE === #

    @api.depends('kind', 'car', 'facts')
    @api.depends_context('lang')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for finding in self:
            name = finding.car or (finding.facts or {}).get('person') or ''
            finding.display_name = " ".join(filter(None, (name, kinds.get(finding.kind))))

    @api.depends('facts', 'ground')
    @api.depends_context('lang')
    def _compute_headline(self):
        for finding in self:
            facts = finding.facts or {}
            finding.headline = self._say(facts.get('code'), facts, finding.currency_id)

    def _compute_evidence_count(self):
        groups = self.env['insurance.diversion.evidence']._read_group(
            [('diversion_id', 'in', self.ids), ('gone_on', '=', False)], ['diversion_id'], ['__count'])
        counts = {finding.id: count for finding, count in groups}
        for finding in self:
            finding.evidence_count = counts.get(finding.id, 0)

    def _compute_sibling_count(self):
        groups = self._read_group(
            [('vehicle_id', 'in', self.vehicle_id.ids), ('company_id', 'in', self.company_id.ids)],
            ['company_id', 'vehicle_id'], ['__count'])
        counts = {(company, vehicle): count for company, vehicle, count in groups}
        for finding in self:
            others = counts.get((finding.company_id, finding.vehicle_id), 1) - 1 if finding.vehicle_id else 0
            finding.sibling_count = max(others, 0)

    @api.model
    def _get_digest(self, tokens):
        """Return the fingerprint of what the evidence is made of, whatever its order."""
        return hashlib.sha256("\n".join(sorted(tokens)).encode()).hexdigest()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Findings are worked, not deleted."))

    # === WORK === #

    @api.model
    def _check_role(self):
        """Refuse everybody but finance and the general manager (domain 3.2)."""
        if not self.env.su and not self.env.user.has_groups(f'{FINANCE},{MANAGER}'):
            raise AccessError(self.env._("Only finance and the general manager work on findings."))

    def _begin_work(self, states, message):
        """Return the finding locked and in sudo, after checking who works on it and that it is in one of `states`.

        :raises UserError: where a colleague is at it, or was faster
        """
        self.ensure_one()
        self._check_role()
        self.check_access('read')
        finding = self.sudo()  # sudo: written by the named methods only, which check who works on it
        if self.env.user in finding.person_ids:
            raise AccessError(self.env._("You are concerned yourself: somebody else works on it."))
        if not finding.try_lock_for_update():
            raise UserError(self.env._("%(finding)s: somebody else is working on it. Try again in a minute.",
                                       finding=self.display_name))
        finding.invalidate_recordset(['state'])
        if finding.state not in states:
            raise UserError(message)
        return finding

    def _close(self, state, reason_id, note):
        """Explain or confirm an open finding, with a coded reason and what was found out.

        :param int reason_id: of the list of outcomes
        :raises UserError: without a reason of that outcome or a note, or when it is not open any more
        """
        finding = self._begin_work(('open',), self.env._(
            "%(finding)s is not open any more: look at its history.", finding=self.display_name))
        reason = self.env['insurance.reason'].browse(reason_id).exists()
        if reason.use != f'diversion_{state}' or reason.is_group:
            raise UserError(self.env._("%(finding)s: choose an outcome from the list.", finding=self.display_name))
        note = (note or '').strip()
        if len(note) < 5:
            raise UserError(self.env._("%(finding)s: write down what was found out, and from whom.",
                                       finding=self.display_name))
        finding.write({'state': state, 'reason_id': reason.id, 'note': note, 'worked_by_id': self.env.uid,
                       'worked_on': fields.Datetime.now()})
        finding._log_step(state, reason, note)
        return True

    def action_explain(self, reason_id, note=''):
        """Close the finding as explained: nothing was diverted."""
        return self._close('explained', reason_id, note)

    def action_confirm(self, reason_id, note=''):
        """Confirm the finding: a policy was written past the store."""
        return self._close('confirmed', reason_id, note)

    def action_reopen(self):
        """Take back how a finding was closed; its history keeps what was written."""
        finding = self._begin_work(WORKED, self.env._("%(finding)s has not been worked.", finding=self.display_name))
        newer = finding.search([('company_id', '=', finding.company_id.id), ('kind', '=', finding.kind),
                                ('key', '=', finding.key), ('state', '=', 'open')], limit=1)
        if newer:
            raise UserError(self.env._("%(finding)s came back with new evidence: work on the open finding.",
                                       finding=self.display_name))
        finding.write({'state': 'open', 'reason_id': False, 'note': False, 'worked_by_id': False, 'worked_on': False})
        finding._log_step('reopened')
        return True

    def _log_step(self, what, reason=None, note=False):
        """Add to the history of these findings. In sudo only."""
        self.env['insurance.diversion.step'].create([{
            'diversion_id': finding.id, 'moment': fields.Datetime.now(), 'what': what,
            'user_id': False if what in ('found', 'changed', 'ended') else self.env.uid,
            'reason_id': reason.id if reason else False, 'note': note,
        } for finding in self])

    # === ACTIONS === #

    def _open_dialog(self, outcome):
        self.ensure_one()
        self._check_role()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'insurance.diversion.close', 'view_mode': 'form',
            'target': 'new', 'context': {'default_diversion_id': self.id, 'default_outcome': outcome},
            'name': self.env._("Close as Explained") if outcome == 'explained' else self.env._("Confirm the Diversion"),
        }

    def action_open_explain(self):
        return self._open_dialog('explained')

    def action_open_confirm(self):
        return self._open_dialog('confirmed')

    def action_view_siblings(self):
        """Show every finding about the same car."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealer_insurance.insurance_diversion_action')
        return dict(action, domain=[('vehicle_id', '=', self.vehicle_id.id), ('company_id', '=', self.company_id.id)],
                    context={}, name=self.car or self.display_name)

    def action_view_vehicle(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_window', 'res_model': 'fleet.vehicle', 'res_id': self.vehicle_id.id,
                'view_mode': 'form', 'views': [(False, 'form')], 'name': self.vehicle_id.display_name}

    def action_look_again(self):
        """Cross everything again for the stores chosen, and say what is new; a button of the list, for no finding."""
        self._check_role()
        # sudo: the crossings read what the store knows, whoever asks for them; findings are written by them alone
        counts = self.sudo()._look(self.env.companies)
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
                'type': 'success' if counts['found'] == 0 else 'warning', 'message': self.env._(
                    "%(found)s new, %(changed)s with new evidence, %(ended)s ended by themselves.", **counts),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
