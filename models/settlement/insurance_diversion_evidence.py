from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceDiversionEvidence(models.Model):
    """One fact that a finding rests on: a sentence in the reader's language, and the record behind it."""

    _name = 'insurance.diversion.evidence'
    _description = "Evidence of a Finding"
    _inherit = ['insurance.guard']
    _order = 'gone_on nulls first, found_on desc, id'
    _rec_name = 'sentence'

    diversion_id = fields.Many2one('insurance.diversion', required=True, index=True, ondelete='restrict')
    currency_id = fields.Many2one(related='diversion_id.currency_id')
    code = fields.Char(required=True, export_string_translation=False)
    facts = fields.Json(export_string_translation=False)
    token = fields.Char(required=True, export_string_translation=False,
                        help="What makes it new: the same fact from another record is not.")
    sentence = fields.Char(string="What is Known", compute='_compute_sentence')
    res_model = fields.Char(export_string_translation=False)
    res_id = fields.Many2oneReference(string="Record ID", model_field='res_model', aggregator=None,
                                      export_string_translation=False)
    found_on = fields.Date(string="Known since", required=True)
    gone_on = fields.Date(string="Gone since", help="It does not hold any more: matched, registered, corrected.")

    @api.model
    def _is_guarded(self, field):
        """Everything: written by the crossings."""
        return True

    @api.depends('code', 'facts')
    @api.depends_context('lang')
    def _compute_sentence(self):
        for evidence in self:
            evidence.sentence = self.env['insurance.diversion']._say(
                evidence.code, evidence.facts or {}, evidence.currency_id)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The evidence of a finding stays."))

    def action_open(self):
        """Open the record behind it, with the rights of who asks."""
        self.ensure_one()
        self.check_access('read')
        Model = self.env.get(self.res_model)
        if self.code == 'month':
            return self._open_month(Model)
        record = Model.browse(self.res_id).exists() if Model is not None else None
        if not record:
            raise UserError(self.env._("There is no record behind this sentence, or it does not exist any more."))
        self._check_reader(record)
        if record._name == 'insurance.diversion.sighting':
            return record.action_open_source()
        return {
            'type': 'ir.actions.act_window', 'res_model': record._name, 'res_id': record.id, 'view_mode': 'form',
            'views': [(False, 'form')], 'name': record.display_name,
        }

    def _check_reader(self, records):
        if not records.has_access('read'):
            raise UserError(self.env._(
                "Your role does not read the record itself (%(kind)s); the sentence says what matters of it.",
                kind=records._description))

    def _open_month(self, Model):
        """Open what a person's share of a month is counted from."""
        self._check_reader(Model)
        first = fields.Date.to_date(f"{self.facts['month']}-01")
        name, user, *kept = {
            'insurance.renewal': ('closed_on', 'specialist_id', ('state', 'in', ('won', 'lost'))),
            'insurance.delivery': ('delivery_date', 'consultant_id', ('is_counted', '=', True)),
        }[self.res_model]
        domain = [('company_id', '=', self.diversion_id.company_id.id), (user, '=', self.facts['user']),
                  (name, '>=', first), (name, '<=', first + relativedelta(day=31)), *kept]
        return {
            'type': 'ir.actions.act_window', 'res_model': self.res_model, 'view_mode': 'list,form',
            'views': [(False, 'list'), (False, 'form')], 'domain': domain, 'context': {'create': False},
            'name': self.sentence,
        }
