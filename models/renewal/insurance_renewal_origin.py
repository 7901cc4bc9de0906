from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_renewal import CUSTOMER_CLASSES

SAME_SET = 183  # days: policies of a car that end nearer to each other than this are one case (T4)


class InsuranceRenewal(models.Model):
    """Where a case comes from, and the customer class that the ledger's history gives it (domain 6.1)."""

    _inherit = 'insurance.renewal'

    source = fields.Selection(
        [('policy', "Ledger"), ('import', "Imported Workbook"), ('manual', "Entered by Hand")],
        string="Source of the Case",
        compute='_compute_source', store=True, index=True,
    )
    source_entry_id = fields.Many2one(
        'insurance.ledger.entry', string="Expiring Entry", readonly=True, copy=False, index='btree_not_null',
        help="The entry of the ledger whose policies expire.",
    )
    compulsory_insurer_id = fields.Many2one(
        'res.partner', string="Compulsory Insurer", index='btree_not_null', domain=[('is_insurer', '=', True)],
        help="It may be another one than the commercial policy's (T4).",
    )
    customer_class = fields.Selection(
        compute='_compute_customer_class', store=True,
        help="Worked out from the ledger; without history here, as the workbook says, else a potential customer.",
    )
    imported_class = fields.Selection(CUSTOMER_CLASSES, string="Class in the Workbook", copy=False)
    is_new_owner = fields.Boolean(
        string="New Owner", readonly=True, copy=False,
        help="The car was sold: its new owner was never insured here and has not agreed to calls (T2).",
    )
    is_multi_year = fields.Boolean(
        string="Multi-year", readonly=True, copy=False, help="The expiring policy ran for more than a year (T20).",
    )
    customer_group_id = fields.Many2one(
        'res.partner', string="Group Customer", compute='_compute_customer_group_id', store=True,
        index='btree_not_null', help="The company that the owner is or belongs to (T19).",
    )

    @api.model
    def _is_guarded(self, field):
        return field.name in ('source_entry_id', 'is_new_owner', 'is_multi_year') or super()._is_guarded(field)

    @api.depends('source_entry_id', 'import_digest')
    def _compute_source(self):
        for case in self:
            case.source = 'policy' if case.source_entry_id else 'import' if case.import_digest else 'manual'

    @api.depends('partner_id.commercial_partner_id.is_company')
    def _compute_customer_group_id(self):
        for case in self:
            whole = case.partner_id.commercial_partner_id
            case.customer_group_id = whole if whole.is_company else False

    @api.depends('vehicle_id', 'company_id', 'reference_expiry', 'imported_class', 'is_new_owner', 'source')
    def _compute_customer_class(self):
        rows = [
            (case.vehicle_id._origin.id, case.company_id.id, case.reference_expiry)
            for case in self if case.vehicle_id._origin and case.company_id and case.reference_expiry
        ]
        history = self._get_history_classes(rows)
        for case in self:
            key = case.vehicle_id._origin.id, case.company_id.id, case.reference_expiry
            fallback = case.imported_class or (False if case.source == 'import' else 'r_pot')
            case.customer_class = 'r_pot' if case.is_new_owner else history.get(key) or fallback

    @api.model
    def _get_history_classes(self, rows):
        """Return `{(vehicle id, store id, expiry): class}` of those that were insured here before, in one query."""
        if not rows:
            return {}
        self.env['insurance.ledger.entry'].flush_model()
        vehicles, stores, days = zip(*set(rows), strict=True)
        found = self.env.execute_query(SQL(
            """
            SELECT wanted.vehicle_id, wanted.company_id, wanted.expiry, %s
              FROM unnest(%s, %s, %s::date[]) AS wanted(vehicle_id, company_id, expiry)
              JOIN res_company AS store ON store.id = wanted.company_id
            """,
            self._get_class_sql(SQL("wanted.vehicle_id"), SQL("wanted.company_id"), SQL("wanted.expiry"),
                                SQL("store.insurance_gap_days")),
            list(vehicles), list(stores), list(days),
        ))
        return {(vehicle, store, day): kind for vehicle, store, day, kind in found if kind}

    @api.model
    def _get_class_sql(self, vehicle, store, expiry, gap):
        """Return the SQL of a car's class by its newest entry before a renewal, NULL where it has none.

        Of an entry that began before the expiry and ended not long after it; one taken back as a mistake is none.

        :param vehicle, store, expiry, gap: SQL of their values; `gap` are the days after which it is interrupted
        """
        return SQL(
            """
            (SELECT CASE WHEN e.end_date < %(expiry)s - %(gap)s THEN 'r_gap'
                         WHEN e.business_type = 'new' THEN 'r_new' ELSE 'r_ren' END
               FROM insurance_ledger_entry e
              WHERE e.vehicle_id = %(vehicle)s AND e.company_id = %(store)s AND e.entry_type = 'policy'
                AND e.state = 'registered' AND e.start_date <= %(expiry)s AND e.end_date <= %(expiry)s + %(same)s
                AND NOT EXISTS (
                    SELECT FROM insurance_ledger_entry f JOIN insurance_reason r ON r.id = f.reason_id
                     WHERE f.origin_id = e.id AND f.state = 'registered' AND f.vehicle_count < 0 AND r.is_correction)
              ORDER BY e.end_date DESC, e.id DESC LIMIT 1)
            """,
            vehicle=vehicle, store=store, expiry=expiry, gap=gap, same=SAME_SET,
        )

    @api.model
    def _refresh_classes(self, company):
        """Let the classes of open cases follow the ledger, where entries were added to a car's past; set-based."""
        self.env.flush_all()
        kind = self._get_class_sql(SQL("c.vehicle_id"), SQL("c.company_id"), SQL("c.reference_expiry"),
                                   SQL("%s", company.insurance_gap_days))
        changed = self.env.execute_query(SQL(
            """
            WITH right_class AS (
                SELECT c.id, CASE WHEN c.is_new_owner THEN 'r_pot' ELSE COALESCE(
                    %s, c.imported_class, CASE WHEN c.source = 'import' THEN NULL ELSE 'r_pot' END) END AS kind
                  FROM insurance_renewal c
                 WHERE c.company_id = %s AND c.state NOT IN ('won', 'lost', 'invalid'))
            UPDATE insurance_renewal c SET customer_class = n.kind
              FROM right_class n
             WHERE n.id = c.id AND c.customer_class IS DISTINCT FROM n.kind
            RETURNING c.id
            """,
            kind, company.id,
        ))
        self.invalidate_model(['customer_class'])
        return len(changed)
