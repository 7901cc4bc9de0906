from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResUsers(models.Model):
    _inherit = 'res.users'

    insurance_signature = fields.Binary(
        string="Handwritten Signature",
        attachment=False,  # an attachment could be replaced by whoever may write attachments
        copy=False,
        help="Drawn or uploaded once, it is put on every register page that you sign.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ['insurance_signature']

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ['insurance_signature']

    def _has_field_access(self, field, operation):
        if field.name == 'insurance_signature' and operation == 'read' and self and not self.env.su:
            return self._origin == self.env.user
        return super()._has_field_access(field, operation)

    def _get_insurance_signature(self):
        """Return the stored signature (base64) of the present user, or False."""
        # sudo: of oneself; the context is the client's, it must not ask for sizes instead of contents
        return self.env.user.sudo().with_context(bin_size=False, bin_size_insurance_signature=False).insurance_signature

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        # sudo: whether one was given; who makes users does not read signatures
        users.sudo().filtered('insurance_signature').with_env(self.env)._check_own_signature()
        return users

    def write(self, vals):
        if vals.get('insurance_signature'):
            self._check_own_signature()
        return super().write(vals)

    def _check_own_signature(self):
        """Refuse a signature image set by anybody but its owner, administrators included (invariant 3)."""
        for user in self:
            if user.id != self.env.uid:
                raise AccessError(
                    self.env._(
                        "Only %(user)s can store the signature of %(user)s.",
                        user=user.name,
                    )
                )
