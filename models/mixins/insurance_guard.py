from odoo import api, models


class InsuranceGuard(models.AbstractModel):
    """Fields that no user writes: stamps, what a button decides, and whatever is computed and stored.

    `readonly` on a field only greys it on the screen. Here the server refuses the field in what users write, create
    or import, and neither `default_*` keys of the context, which clients choose, nor stored user defaults reach it.
    Code that may write it does so in sudo and says why.

    And nobody moves a record out of his own reach: access rules hold for what a record becomes as for what it was.
    """

    _name = 'insurance.guard'
    _description = "Guarded Fields"

    _guarded_fields = frozenset()  # names; stored computed read-only fields are guarded without being named
    _scope_fields = frozenset({'company_id'})  # what the access rules look at

    @api.model
    def _is_guarded(self, field):
        """Tell whether only the model's own methods write `field`."""
        if field.name in self._guarded_fields:
            return True
        return bool(field.store and field.compute and field.readonly and not field.inverse)

    @api.model
    def _has_field_access(self, field, operation):
        if operation == 'write' and not self.env.su and self._is_guarded(field):
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        result = super().write(vals)
        if self._scope_fields & vals.keys():
            self.check_access('write')
        return result

    @api.model
    def default_get(self, fields):
        guarded = [name for name in fields if name in self._fields and self._is_guarded(self._fields[name])]
        defaults = super().default_get([name for name in fields if name not in guarded])
        for name in guarded:
            if self._fields[name].default:
                defaults[name] = self._fields[name].default(self)
        return defaults
