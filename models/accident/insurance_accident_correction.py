from odoo import api, models
from odoo.exceptions import UserError


class InsuranceAccident(models.Model):
    """Corrections: a line of a signed page is corrected by a newer one, which takes its place in all that counts (T1).

    The newer line takes over follow-ups, the reports merged into the corrected one, and the visits that answered it.
    """

    _inherit = 'insurance.accident'

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(['correction_of_id'])  # what decides who may enter this, also from the context
        vals_list = [{**defaults, **vals} for vals in vals_list]
        corrected = self.browse({vals['correction_of_id'] for vals in vals_list if vals.get('correction_of_id')})
        for accident in corrected:
            accident._check_may_correct()
        accidents = super().create(vals_list)
        if corrected:
            accidents.correction_of_id._hand_over()
        return accidents

    def write(self, vals):
        if {'company_id', 'correction_of_id'} & vals.keys():
            raise UserError(self.env._("Store and correction of an entry are never changed."))
        return super().write(vals)

    def _check_may_correct(self):
        """Refuse corrections of what is not signed or corrected already, and of a colleague's own book (R40, T1)."""
        self.check_access('write')
        if not self.is_frozen:
            raise UserError(self.env._("%(visit)s is not signed yet: edit it directly.", visit=self.display_name))
        self._touch_pages()  # two corrections at the same moment: the second is tried again, and is refused
        if self.is_superseded:
            raise UserError(self.env._("%(visit)s is already corrected: correct the newer entry.",
                                       visit=self.display_name))

    def _hand_over(self):
        """Let what belongs to a corrected report belong to the line that corrects it."""
        for accident in self.sudo():  # sudo: visits and reminders are others', whoever corrects the line
            visits = self.env['insurance.lost.visit'].sudo().search([('accident_id', '=', accident.id)])
            visits.write({'accident_id': accident.correction_ids[:1].id})
            self.env.add_to_compute(self._fields['duplicate_of_id'], accident.merged_ids)  # names the latest line
            accident._close_activities()

    def _get_history(self):
        """Return the follow-ups of the report and of all lines that it corrects, in the order of their entry."""
        self.ensure_one()
        contacts, corrected = self.contact_ids, self.correction_of_id
        while corrected:
            contacts |= corrected.contact_ids
            corrected = corrected.correction_of_id
        return contacts.sorted('id')

    def _get_latest(self):
        """Return the line that stands for this report now: itself, or the last one of its corrections."""
        latest = self
        while latest.correction_ids:
            latest = latest.correction_ids[:1]
        return latest
