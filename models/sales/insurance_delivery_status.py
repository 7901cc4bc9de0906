from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATUSES = [
    ('insured_commercial', "Insured with Commercial"),
    ('insured_compulsory_only', "Compulsory Policy only"),
    ('elsewhere', "Insured Somewhere Else"),
    ('none', "Without Insurance"),
    ('open', "Answer or Policy Awaited"),
    ('contradicts', "Said Yes, Ledger has Nothing"),
]


class InsuranceDelivery(models.Model):
    """Whether the car is insured: by the ledger within the days around the delivery (K1), never by the answer."""

    _inherit = 'insurance.delivery'

    insurance_status = fields.Selection(
        STATUSES, string="By the Ledger", compute='_compute_insurance_status', search='_search_insurance_status',
        help="Policies issued through the store around the delivery and not cancelled; without one, what the customer"
        " answered. An answer that the store insures the car, without a policy when the days are over, contradicts"
        " the ledger.",
    )
    entry_ids = fields.Many2many('insurance.ledger.entry', string="Ledger Entries", compute='_compute_entry_ids',
                                 help="Registered entries of the car within the days around its delivery (K1).")
    entry_count = fields.Integer(string="Entries", compute='_compute_entry_ids')
    proposal_count = fields.Integer(string="Car's Proposals", compute='_compute_proposal_count')

    # === COMPUTE === #

    @api.depends('vehicle_id', 'company_id', 'delivery_date', 'insurance_answer', 'state')
    def _compute_insurance_status(self):
        found = self._get_statuses()
        for delivery in self:
            delivery.insurance_status = found.get(delivery.id or delivery._origin.id) or 'open'

    def _get_statuses(self):
        """Return `{delivery id: status}` of these deliveries."""
        ids = tuple(id_ for id_ in (delivery.id or delivery._origin.id for delivery in self) if id_)
        if not ids:
            return {}
        self._flush_facts()
        return dict(self.env.execute_query(self._get_status_sql(SQL("delivery.id IN %s", ids))))

    @api.model
    def _get_status_sql(self, condition):
        """Return the query of `id, status` of the deliveries that meet `condition` (SQL on `delivery`).

        An answer contradicts the ledger only after the last day that counts, by the clock of the store.
        """
        return SQL(
            """
            SELECT delivery.id,
                   CASE WHEN issued.commercial = 1 THEN 'insured_commercial'
                        WHEN issued.any_policy = 1 THEN 'insured_compulsory_only'
                        WHEN delivery.insurance_answer <> 'here' THEN delivery.insurance_answer
                        WHEN delivery.state <> 'sold'
                             AND (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE company.insurance_tz)::date
                                 > delivery.delivery_date + company.insurance_insured_days_after
                        THEN 'contradicts'
                        ELSE 'open'
                   END AS status
              FROM insurance_delivery AS delivery
              JOIN res_company AS company ON company.id = delivery.company_id
              JOIN LATERAL (%(issued)s) AS issued ON TRUE
             WHERE %(condition)s
            """,
            now=fields.Datetime.now(), issued=self.env['insurance.new.car.report']._get_issued(), condition=condition,
        )

    def _search_insurance_status(self, operator, value):
        if operator != 'in':
            return NotImplemented
        self._flush_facts()
        query = self._get_status_sql(SQL("delivery.company_id IN %s", tuple(self.env.companies.ids)))
        return Domain('id', 'in', SQL(
            "(SELECT found.id FROM (%s) AS found WHERE found.status IN %s)",
            query, tuple(status for status in value if status) or ('',),
        ))

    @api.depends('vehicle_id', 'company_id', 'delivery_date')
    @api.depends_context('uid')
    def _compute_entry_ids(self):
        """Find the entries of the window; a consultant sees his own sales among them, as in the ledger."""
        pairs = self._get_entry_pairs()
        readable = set(self.env['insurance.ledger.entry'].search(
            [('id', 'in', [entry for entries in pairs.values() for entry in entries])])._ids)
        for delivery in self:
            ids = [entry for entry in pairs.get(delivery.id or delivery._origin.id, ()) if entry in readable]
            delivery.entry_ids = ids
            delivery.entry_count = len(ids)

    def _get_entry_pairs(self):
        """Return `{delivery id: [entry ids]}` of the registered entries within the window."""
        ids = tuple(id_ for id_ in (delivery.id or delivery._origin.id for delivery in self) if id_)
        if not ids:
            return {}
        self._flush_facts()
        return dict(self.env.execute_query(SQL(
            """
            SELECT delivery.id, array_agg(entry.id ORDER BY entry.issue_date, entry.id)
              FROM insurance_delivery AS delivery
              JOIN res_company AS company ON company.id = delivery.company_id
              JOIN insurance_ledger_entry AS entry ON %s
             WHERE delivery.id IN %s
          GROUP BY delivery.id
            """,
            self._get_window_sql(), ids,
        )))

    @api.depends('vehicle_id')
    @api.depends_context('uid')
    def _compute_proposal_count(self):
        groups = self.env['insurance.proposal']._read_group(
            [('vehicle_id', 'in', self.vehicle_id.ids)], ['vehicle_id', 'company_id'], ['__count'])
        counts = {(vehicle.id, company.id): count for vehicle, company, count in groups}
        for delivery in self:
            delivery.proposal_count = counts.get((delivery.vehicle_id.id, delivery.company_id.id), 0)

    # === ACTIONS === #

    def _open(self, model, name, domain, **context):
        """Return the window of the records of `model` that meet `domain`."""
        return {
            'type': 'ir.actions.act_window', 'name': name, 'res_model': model, 'view_mode': 'list,form',
            'domain': domain, 'context': context,
        }

    def action_view_entries(self):
        """Open the ledger entries of the car within the days around its delivery."""
        self.ensure_one()
        return self._open('insurance.ledger.entry', self.env._("Ledger Entries"), [('id', 'in', self.entry_ids.ids)])

    def action_view_proposals(self):
        """Open the proposals made for the car."""
        self.ensure_one()
        domain = [('vehicle_id', '=', self.vehicle_id.id), ('company_id', '=', self.company_id.id)]
        return self._open('insurance.proposal', self.env._("Proposals"), domain)

    def action_view_archive(self):
        """Open the archive folders of the car."""
        self.ensure_one()
        domain = [('vehicle_id', '=', self.vehicle_id.id)]
        return self._open('insurance.archive', self.env._("Archive"), domain)

    def action_propose(self):
        """Open a new proposal for the car, in the consultant's name."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("New Proposal"), 'res_model': 'insurance.proposal',
            'view_mode': 'form', 'context': self._get_proposal_defaults(),
        }

    def _get_proposal_defaults(self):
        """Return what a proposal for this car begins with, as context keys."""
        return {
            'default_scene': 'new', 'default_vehicle_id': self.vehicle_id.id, 'default_partner_id': self.partner_id.id,
            'default_company_id': self.company_id.id, 'default_user_id': (self.consultant_id or self.env.user).id,
        }

    def action_enter_policy(self):
        """Open a new ledger entry for the car, as the clerk enters its policy."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("New Ledger Entry"),
            'res_model': 'insurance.ledger.entry', 'view_mode': 'form',
            'context': {
                'default_vehicle_id': self.vehicle_id.id, 'default_company_id': self.company_id.id,
                'default_salesperson_id': self.consultant_id.id, 'default_insurer_id': self.intended_insurer_id.id,
            },
        }
