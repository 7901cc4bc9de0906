import re

from odoo import api, models
from odoo.exceptions import UserError

from ...lib import identifiers

PHONE_IN_EXPRESSION = re.compile(r'\brecord\.phone\b')


class ResPartner(models.Model):
    """Screens of contacts for roles that see phone numbers masked: the mask stands where the number would."""

    _inherit = 'res.partner'

    def _inverse_insurance_phone_masked(self):
        for partner in self:
            typed = (partner.insurance_phone_masked or '').strip()
            stored = partner.sudo().phone  # sudo: compared with what was shown masked, not shown
            if typed == (identifiers.mask_phone(stored) if stored else ''):
                continue
            if '*' in typed:
                raise UserError(
                    self.env._("Type the whole phone number of %(partner)s, without asterisks.", partner=partner.name)
                )
            # sudo: whoever writes the contact may write its number; what hangs on the number reads it meanwhile
            partner.sudo().phone = identifiers.normalise_phone(typed) or False

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        return (*super()._get_view_cache_key(view_id, view_type, **options), self._hides_phones())

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._hides_phones():
            self._mask_phone_nodes(arch, view_type)
        return arch, view

    @api.model
    def _mask_phone_nodes(self, arch, view_type):
        """Show the mask instead of the number, in the lists and cards of contacts within the view too."""
        for node in list(arch.iter('field')):
            around = next(node.iterancestors('field'), None)
            comodel = self._fields[around.get('name')].comodel_name if around is not None else self._name
            if node.get('name') not in ('phone', 'phone_sanitized') or comodel != self._name:
                continue
            if view_type == 'search' or node.get('name') == 'phone_sanitized':
                node.getparent().remove(node)
            else:
                node.set('name', 'insurance_phone_masked')
                node.attrib.pop('widget', None)  # a mask is not dialled
        for node in arch.iter():
            for name, expression in node.attrib.items():
                if name.startswith('t-'):
                    node.set(name, PHONE_IN_EXPRESSION.sub('record.insurance_phone_masked', expression))

    def _get_store_avatar_card_fields(self, target):
        fields = super()._get_store_avatar_card_fields(target)
        return [name for name in fields if name != 'phone'] if self._hides_phones() else fields
