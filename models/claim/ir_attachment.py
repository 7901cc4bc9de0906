from odoo import models
from odoo.exceptions import UserError

DOCUMENT = 'insurance.claim.document'
LETTER = 'insurance.claim.dunning'


class IrAttachment(models.Model):
    """Files of a claim's documents stay what and where they are; closed claims take no more of them (R57).

    So do the print and the workbook of a dunning letter as it went out.
    """

    _inherit = 'ir.attachment'

    def _get_insurance_files(self):
        # sudo: where it belongs
        ours = self.sudo().filtered(lambda one: one.res_model == DOCUMENT and one.res_id)
        sent = self.sudo().filtered(lambda one: one.res_model == LETTER and one.res_id)  # sudo: as above
        if sent:
            letters = self.env[LETTER].sudo().browse(sent.mapped('res_id')).exists()  # sudo: what was kept as sent
            ours |= sent & (letters.letter_id | letters.workbook_id)
        return super()._get_insurance_files() | ours

    def _check_insurance_target(self):
        super()._check_insurance_target()
        if self.env.su:
            return
        ids = {one.res_id for one in self.sudo() if one.res_model == DOCUMENT and one.res_id}  # sudo: as above
        # sudo: the stage of the claim alone
        documents = self.env[DOCUMENT].sudo().browse(ids).exists()
        if documents:
            documents.claim_id.with_env(self.env)._check_part_writable('documents')
            for document in documents:
                if document.state == 'not_needed':
                    raise UserError(self.env._("%(document)s was said not to be needed: ask for it again first.",
                                               document=document.display_name))
