from datetime import date

from odoo import Command

from .statement_common import StatementCase


class DiversionCase(StatementCase):
    """A store in which a policy may have been written past it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Finding = cls.env['insurance.diversion']
        cls.explained = cls._get_reason('diversion_explained', 'NOT_ENTERED')
        cls.confirmed = cls._get_reason('diversion_confirmed', 'REBATE')
        cls.rate()

    @classmethod
    def state_unknown(cls, vehicle, number='PDAA2026990000000001', **cells):
        """Import a statement with one line about `vehicle` that our ledger does not have; return the line."""
        row = dict(zip(cls.STATED, (
            number, None, "商业险", vehicle.license_plate, vehicle.vin_sn, "张三", "2026-11-03", "2026-11-05", 3000,
            0.2, 566.04, None,
        ), strict=True))
        return cls.import_statement([*(row | cells).values()]).line_ids

    @classmethod
    def deliver(cls, day='2026-11-02', answer='open', reason=None, vehicle=None, **vals):
        return cls.env['insurance.delivery'].create({
            'company_id': cls.store.id, 'vehicle_id': (vehicle or cls.make_vehicle()).id, 'delivery_date': day,
            'consultant_id': cls.consultant.id, 'state': 'delivered', 'insurance_answer': answer,
            'uninsured_reason_id': cls._get_reason('delivery_uninsured', reason).id if reason else False, **vals,
        })

    @classmethod
    def see(cls, vehicle, source=None, **vals):
        return cls.env['insurance.diversion.sighting']._note_sighting(**{
            'company': cls.store, 'vehicle': vehicle, 'insurer': cls.picc, 'policy_no': 'PDAA2026880000000001',
            'issue_date': date(2026, 11, 3), 'source': source or vehicle, **vals})

    @classmethod
    def look(cls):
        """Cross everything; return `(found, changed, ended)`."""
        return tuple(cls.Finding._look(cls.store).values())

    @classmethod
    def find(cls, kind, **values):
        return cls.Finding.search([('company_id', '=', cls.store.id), ('kind', '=', kind)]
                                  + [(name, '=', value) for name, value in values.items()])

    @classmethod
    def make_proposal(cls, case, insurer=None, accepted=False, day='2026-11-01'):
        """Return a proposal for the case of one plan, handed over and maybe accepted."""
        proposal = cls.env['insurance.proposal'].create({
            'scene': 'renewal', 'partner_id': case.partner_id.id, 'vehicle_id': case.vehicle_id.id,
            'user_id': case.specialist_id.id, 'company_id': cls.store.id, 'date': day,
            'plan_ids': [Command.create({'insurer_id': (insurer or cls.picc).id, 'level': 'balanced'})],
        })
        proposal.write({
            'renewal_id': case.id, 'sent_on': f'{day} 03:00:00', 'state': 'accepted' if accepted else 'sent',
            'accepted_plan_id': proposal.plan_ids.id if accepted else False,
        })
        return proposal
