from odoo import models

PROPOSAL, APPROVAL = 'PROPOSAL', 'APPROVAL'  # codes of the kinds that the system can hold itself


class InsuranceArchiveDocument(models.Model):
    """Documents that the system holds itself: the proposal the customer signed here, and the approval given here."""

    _inherit = 'insurance.archive.document'

    def _record(self, note, letter=None):
        """Tick documents that the system holds, once; what was withdrawn or said not to be needed stays so.

        :param str note: where it is to be found
        :param letter: `ir.attachment` of it, filed as a copy; none where the server could not print it
        """
        # sudo: what the system holds is ticked by nobody's hand
        for document in self.sudo().filtered(lambda one: not one.is_recorded and one.state == 'missing'):
            document.write({'is_recorded': True, 'note': note})
            if letter:
                letter.sudo().copy({  # sudo: as above
                    'res_model': document._name, 'res_id': document.id, 'res_field': False,
                    'company_id': document.company_id.id,
                })
                document._count_files()
            document._stamp_received()
