from odoo import api, models
from odoo.exceptions import UserError

PLACES = frozenset({'entry_id', 'policy_id'})  # what a part hangs on


class InsuranceLedgerPart(models.AbstractModel):
    """A row below a ledger entry: what finance has signed is frozen with everything that hangs on it (invariant 3).

    Holds for every door, the system's own included; stored computes follow other rules and are not writes.
    """

    _name = 'insurance.ledger.part'
    _description = "Part of a Ledger Entry"
    _inherit = ['insurance.guard']

    _free_fields = frozenset()  # what may still be written below a signed entry

    def _get_ledger_entries(self):
        """Return the entries these rows belong to."""
        return self.entry_id

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_ledger_entries()._check_not_signed()
        return parts

    def write(self, vals):
        for name in PLACES & vals.keys() & self._fields.keys():
            if any(part[name].id != vals[name] for part in self):
                raise UserError(self.env._(
                    "What belongs to %(entry)s stays there. Enter it anew in the other row.",
                    entry=self._get_ledger_entries()[:1].display_name,
                ))
        if vals.keys() - self._free_fields:
            self._get_ledger_entries()._check_not_signed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._get_ledger_entries()._check_not_signed()

    def _check_draft_parts(self):
        """Refuse to delete what a registered entry stands on."""
        for entry in self._get_ledger_entries():
            if entry.state != 'draft':
                raise UserError(self.env._(
                    "%(entry)s is registered: correct the row, or take the entry back by a cancellation.",
                    entry=entry.display_name,
                ))
