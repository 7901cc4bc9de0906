from odoo import Command

from .common import ROLES, DealerInsuranceCase

OPERATIONS = {'C': 'create', 'R': 'read', 'U': 'write', 'D': 'unlink'}
EVERYBODY = (*ROLES, 'plain')
DESK = dict.fromkeys(ROLES, 'R')


def rights(base=(), **roles):
    """Return `{role: letters}` for everybody; roles that are not named have none but those of `base`."""
    return {**dict.fromkeys(EVERYBODY, ''), **dict(base), **roles, **(
        {'specialist2': roles['specialist']} if 'specialist' in roles else {}
    )}


ARCHIVE = dict.fromkeys(('supervisor', 'gm', 'finance', 'leader', 'advisor', 'consultant', 'specialist',
                         'specialist2'), 'R')
STATISTICS = dict.fromkeys(
    ('clerk', 'supervisor', 'gm', 'finance', 'group_manager', 'consultant', 'specialist', 'specialist2'), 'R')

# Claims and service read policies; the rows of the ledger, with their money, are not theirs
LEDGER = dict.fromkeys(('supervisor', 'gm', 'finance', 'group_manager', 'consultant', 'specialist', 'specialist2'), 'R')
POLICIES = dict(LEDGER, **dict.fromkeys(('leader', 'claims_clerk', 'advisor'), 'R'))

CLAIM = dict.fromkeys(('supervisor', 'gm', 'finance'), 'R')

SALES_BOARD = dict.fromkeys(('consultant', 'specialist', 'specialist2', 'clerk', 'gm', 'group_manager'), 'R')

# What the roles may do with a model at all (domain 3.2). Which records, is in `TestRecords`.
MODELS = {
    'fleet.vehicle': rights(DESK, specialist='CRU', supervisor='CRU', clerk='CRU', advisor='CRU', leader='RU',
                            consultant='CR', hotline='CR'),
    'fleet.vehicle.model': rights(DESK, supervisor='CRU', clerk='CRU'),
    'fleet.vehicle.model.brand': rights(DESK, supervisor='CRU', clerk='CRU'),
    'res.partner': rights(dict(DESK, plain='R'), specialist='CRU', supervisor='CRU', clerk='CRU', advisor='CRU',
                          leader='RU', consultant='CR', hotline='CR'),
    'insurance.vehicle.owner': rights(DESK),
    'insurance.vehicle.plate': rights(DESK),
    'insurance.insurer.agreement': rights(DESK, supervisor='CRU', group_manager='CRU'),
    **dict.fromkeys(
        ('insurance.coverage', 'insurance.coverage.limit', 'insurance.coverage.map', 'insurance.tariff.compulsory',
         'insurance.tariff.compulsory.line', 'insurance.tariff.factor', 'insurance.tariff.factor.line',
         'insurance.tariff.vehicle.tax'),
        rights(DESK, supervisor='CRU', group_manager='CRU'),
    ),
    **dict.fromkeys(
        ('insurance.rate.card', 'insurance.rate.card.line'),
        rights(supervisor='CRU', group_manager='CRU', clerk='R', finance='R', gm='R'),
    ),
    'insurance.reason': rights(DESK, supervisor='CRU', leader='CRU', group_manager='CRU'),
    'insurance.access.log': rights(dict.fromkeys(
        ('supervisor', 'finance', 'leader', 'gm', 'group_manager', 'administrator'), 'R')),
    'insurance.identity.reveal': rights(dict.fromkeys(ROLES, 'CRU')),
    'insurance.import': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.sheet': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.column': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.row': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.field': rights(DESK, supervisor='RU', administrator='RU'),
    'insurance.import.synonym': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD',
                                       administrator='CRUD'),
    'insurance.register': rights(DESK, supervisor='CRU', leader='CRU', administrator='CR'),
    'insurance.register.delegate': rights(DESK, supervisor='CRU', leader='CRU', gm='CRU'),
    'insurance.register.check': rights(DESK, supervisor='CRU', leader='CRU', administrator='CRU'),
    'insurance.register.page': rights(DESK),
    'insurance.register.signature': rights(DESK),
    'insurance.register.finding': rights(supervisor='R', leader='R', gm='RU', group_manager='R', administrator='R'),
    'insurance.register.reopen': rights(gm='CRU'),
    'insurance.register.export': rights(specialist='CRU', supervisor='CRU', leader='CRU', gm='CRU'),
    'insurance.accident': rights(hotline='CRU', leader='RU', advisor='R', claims_clerk='R', supervisor='R', gm='R'),
    'insurance.accident.contact': rights(hotline='CR', leader='CR', advisor='CR', claims_clerk='R', supervisor='R',
                                         gm='R'),
    'insurance.accident.response': rights(hotline='R', leader='R', supervisor='R', gm='R'),
    'insurance.accident.merge': rights(hotline='CRU', leader='CRU'),
    'insurance.renewal': rights(specialist='RU', supervisor='CRU', gm='R', clerk='R', consultant='R'),
    'insurance.renewal.milestone': rights(DESK, supervisor='CRU', group_manager='CRU'),
    'insurance.renewal.task': rights(specialist='R', supervisor='R', gm='R'),
    'insurance.renewal.contact': rights(specialist='CRU', supervisor='CRU', gm='R'),
    'insurance.renewal.report': rights(specialist='RU', supervisor='R', gm='R'),
    'insurance.renewal.report.line': rights(specialist='R', supervisor='R', gm='R'),
    'insurance.renewal.report.receive': rights(supervisor='CRU', gm='CRU'),
    'insurance.renewal.analysis': rights(supervisor='CRU', gm='CRU'),
    'insurance.training': rights(specialist='R', supervisor='CRU', gm='R'),
    'insurance.training.gather': rights(supervisor='CRU'),
    'insurance.archive': rights(ARCHIVE, clerk='RU'),
    'insurance.archive.document': rights(ARCHIVE, clerk='CRU'),
    'insurance.archive.document.reason': rights(clerk='CRU'),
    'insurance.archive.loan': rights(clerk='CRU', supervisor='R', gm='R', leader='R'),
    'insurance.document.type': rights(DESK, supervisor='CRU', group_manager='CRU', administrator='CRU'),
    'insurance.new.car.report': rights(STATISTICS),
    'insurance.underwriting.report': rights(STATISTICS),
    'insurance.renewal.assign': rights(supervisor='CRU'),
    'insurance.renewal.exclusion': rights(supervisor='R', gm='R'),
    'insurance.renewal.assign.rule': rights(supervisor='CRU', gm='R'),
    'insurance.renewal.cover': rights(supervisor='CRU', gm='R', specialist='R'),
    'insurance.renewal.handover': rights(supervisor='R', gm='R'),
    'insurance.renewal.handover.line': rights(supervisor='R', gm='R'),
    'insurance.renewal.leave': rights(supervisor='CRU'),
    'insurance.renewal.contact.share': rights(specialist='CRU', supervisor='CRU'),
    'insurance.renewal.target': rights(specialist='R', supervisor='CRUD', gm='R', group_manager='R'),
    'insurance.renewal.target.revision': rights(specialist='R', supervisor='R', gm='R', group_manager='R'),
    'insurance.renewal.target.revise': rights(supervisor='CRU', gm='CRU'),
    'insurance.delivery': rights(consultant='CRU', clerk='CRU', supervisor='CRU', gm='R', finance='R',
                                 group_manager='R'),
    'insurance.delivery.return': rights(clerk='CRU', supervisor='CRU'),
    'insurance.sales.team': rights(DESK, supervisor='CRU', administrator='CRU'),
    'insurance.sales.target': rights(supervisor='CRUD', consultant='R', gm='R', group_manager='R'),
    'insurance.sales.board': rights(SALES_BOARD, supervisor='CRU'),
    'insurance.sales.board.line': rights(SALES_BOARD, supervisor='R'),
    'insurance.sales.board.adjustment': rights(SALES_BOARD, supervisor='R'),
    'insurance.commendation': rights(DESK, supervisor='RU', gm='RU'),
    'insurance.coaching': rights(consultant='R', supervisor='RU', gm='RU'),
    'insurance.month.close': rights(supervisor='CRU', gm='CRU', group_manager='R'),
    'insurance.kpi.value': rights(specialist='R', supervisor='R', gm='R', group_manager='R', finance='R'),
    'insurance.proposal': rights(consultant='CRUD', specialist='CRUD', supervisor='RU', gm='R', clerk='R'),
    **dict.fromkeys(
        ('insurance.proposal.plan', 'insurance.proposal.line', 'insurance.proposal.benefit'),
        rights(consultant='CRUD', specialist='CRUD', supervisor='CRUD', gm='R', clerk='R'),
    ),
    'insurance.proposal.template': rights(DESK, supervisor='CRU', group_manager='CRU'),
    'insurance.proposal.template.line': rights(DESK, supervisor='CRUD', group_manager='CRUD'),
    'insurance.proposal.decline': rights(consultant='CRU', specialist='CRU', supervisor='CRU'),
    'insurance.proposal.sign': rights(consultant='CRU', specialist='CRU', supervisor='CRU'),
    'insurance.approval': rights(consultant='R', specialist='R', supervisor='R', gm='R', clerk='R', finance='R'),
    'insurance.approval.delegate': rights(supervisor='CRU', gm='CRU'),
    'insurance.approval.request': rights(consultant='CRU', specialist='CRU', supervisor='CRU', clerk='CRU'),
    'insurance.approval.refuse': rights(supervisor='CRU', gm='CRU', clerk='CRU', finance='CRU'),
    **dict.fromkeys(('insurance.accident.report', 'insurance.accident.arrival'),
                    rights(leader='R', supervisor='R', gm='R')),
    'insurance.accident.analysis': rights(leader='CRU', supervisor='CRU', gm='CRU'),
    'insurance.lost.visit': rights(advisor='CRU', claims_clerk='CRU', leader='CRU', supervisor='R', gm='R'),
    'insurance.lost.visit.contact': rights(advisor='CR', claims_clerk='CR', leader='CR', supervisor='R', gm='R'),
    'insurance.ledger': rights(LEDGER, clerk='RU'),
    'insurance.ledger.entry': rights(LEDGER, clerk='CRUD'),
    'insurance.ledger.signature': rights(LEDGER, clerk='R'),
    'insurance.ledger.follow.up': rights(clerk='CRUD'),
    'insurance.ledger.follow.up.line': rights(clerk='CRUD'),
    'insurance.ledger.unsign': rights(gm='CRU'),
    'insurance.ledger.print': rights(dict.fromkeys(('clerk', 'finance', 'supervisor', 'gm', 'group_manager'), 'CRU')),
    'insurance.ledger.export': rights(dict.fromkeys(
        ('clerk', 'finance', 'supervisor', 'gm', 'group_manager', 'consultant', 'specialist', 'specialist2'), 'CRU')),
    'insurance.policy': rights(POLICIES, clerk='CRUD'),
    'insurance.policy.coverage': rights(POLICIES, clerk='CRUD'),
    'insurance.benefit': rights(LEDGER, clerk='CRUD'),
    'insurance.customer.payment': rights(clerk='CRUD', finance='CRU', supervisor='R', gm='R'),
    'insurance.customer.payment.line': rights(dict(LEDGER, finance='CRU'), clerk='CRUD'),
    'insurance.claim': rights(CLAIM, advisor='CRUD', leader='RU', claims_clerk='RU', hotline='R'),
    'insurance.claim.assessment': rights(CLAIM, advisor='CRU', leader='CRU', claims_clerk='CRU'),
    'insurance.claim.book': rights(CLAIM, leader='R', claims_clerk='R'),
    'insurance.claim.cost': rights(CLAIM, advisor='CRUD', leader='CRUD', claims_clerk='R'),
    'insurance.claim.difference': rights(CLAIM, advisor='R', leader='R', claims_clerk='CRU', finance='CRU'),
    'insurance.claim.document': rights(CLAIM, advisor='RU', leader='CRU', claims_clerk='CRU'),
    'insurance.claim.document.type': rights(DESK, leader='CRU', group_manager='CRU'),
    'insurance.claim.policy': rights(CLAIM, advisor='CRUD', leader='CRUD', claims_clerk='R', hotline='R'),
    'insurance.claim.reason': rights(dict.fromkeys(('advisor', 'leader', 'claims_clerk', 'finance', 'gm'), 'CRU')),
    'insurance.claim.dunning': rights(CLAIM, claims_clerk='CRUD', leader='CRUD', finance='CRUD'),
    'insurance.claim.dunning.line': rights(CLAIM, claims_clerk='CRUD', leader='CRUD', finance='CRUD', advisor='R'),
    'insurance.claim.export': rights(dict.fromkeys(
        ('claims_clerk', 'leader', 'finance', 'supervisor', 'gm', 'advisor'), 'CRU')),
    'insurance.claim.insurer.figure': rights(CLAIM, claims_clerk='CRU', leader='CRU'),
    'insurance.claim.owed': rights(CLAIM, leader='R', claims_clerk='R'),
    'insurance.claim.receipt': rights(CLAIM, finance='CRUD', leader='R', claims_clerk='R'),
    'insurance.claim.receipt.line': rights(CLAIM, finance='CRUD', advisor='R', leader='R', claims_clerk='R'),
    'insurance.claim.referral': rights(dict.fromkeys(('leader', 'finance', 'supervisor', 'gm'), 'CRU')),
    'insurance.claim.statistics': rights(CLAIM, leader='R', advisor='R'),
    **dict.fromkeys(('insurance.claim.signature', 'insurance.claim.version'),
                    rights(CLAIM, advisor='R', leader='R', claims_clerk='R')),
    'insurance.settlement': rights(clerk='CRUD', finance='R', supervisor='R', gm='R', group_manager='R'),
    **dict.fromkeys(
        ('insurance.settlement.three.way', 'insurance.settlement.ageing'),
        rights(clerk='R', finance='R', gm='R', group_manager='R'),
    ),
    'insurance.settlement.decide': rights(finance='CRU'),
    'insurance.settlement.explain': rights(finance='CRU', gm='CRU'),
    **dict.fromkeys(
        ('insurance.settlement.left.out', 'insurance.settlement.export'),
        rights(dict.fromkeys(('clerk', 'finance', 'supervisor', 'gm', 'group_manager'), 'CRU')),
    ),
    'insurance.settlement.line': rights(clerk='R', finance='R', supervisor='R', gm='R', group_manager='R'),
    **dict.fromkeys(('insurance.diversion', 'insurance.diversion.evidence', 'insurance.diversion.step',
                     'insurance.diversion.sighting'), rights(finance='R', gm='R')),
    'insurance.diversion.close': rights(finance='CRU', gm='CRU'),
    **dict.fromkeys(('insurance.statement', 'insurance.statement.line'),
                    rights(clerk='R', finance='R', gm='R', group_manager='R')),
}
# Drafts may go: workbooks until they are imported, proposals until somebody was asked or told about them, entries of
# the ledger until they are registered.
DRAFTS = {'insurance.import', 'insurance.import.sheet', 'insurance.import.column', 'insurance.import.row',
          'insurance.import.synonym',
          'insurance.proposal', 'insurance.proposal.plan', 'insurance.proposal.line', 'insurance.proposal.benefit',
          'insurance.proposal.template.line',
          'insurance.ledger.entry', 'insurance.ledger.follow.up', 'insurance.ledger.follow.up.line', 'insurance.policy',
          'insurance.policy.coverage', 'insurance.benefit', 'insurance.customer.payment',
          'insurance.customer.payment.line', 'insurance.renewal.target', 'insurance.sales.target',
          'insurance.settlement', 'insurance.claim', 'insurance.claim.cost', 'insurance.claim.policy',
          'insurance.claim.receipt', 'insurance.claim.receipt.line', 'insurance.claim.dunning',
          'insurance.claim.dunning.line'}


class TestModels(DealerInsuranceCase):
    """Role by model: what the access list gives, and nothing more."""

    def allowed(self, records, user):
        return ''.join(letter for letter, operation in OPERATIONS.items()
                       if records.with_user(user).has_access(operation))

    def test_matrix(self):
        for model, by_role in MODELS.items():
            for role in EVERYBODY:
                with self.subTest(model=model, role=role):
                    self.assertEqual(self.allowed(self.env[model], getattr(self, role)), by_role[role])

    def test_every_model_is_listed(self):
        ours = {name for name, model in self.env.registry.items() if name.startswith('insurance.')
                and not model._abstract}
        self.assertEqual(ours, {name for name in MODELS if name.startswith('insurance.')})

    def test_nothing_is_deleted(self):
        for model in MODELS:
            for role in EVERYBODY:
                if not (model in DRAFTS and 'D' in MODELS[model][role]):
                    with self.subTest(model=model, role=role):
                        self.assertFalse(self.env[model].with_user(getattr(self, role)).has_access('unlink'))


class TestRecords(DealerInsuranceCase):
    """Role by record: one's own, a colleague's, the other store's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_case(cls.specialist)
        cls.colleagues = cls.make_case(cls.specialist2)
        sold = cls.make_vehicle(seller_id=cls.consultant.id)
        cls.sold_by_consultant = cls.make_case(cls.specialist2, vehicle_id=sold.id)
        cls.won = cls.make_case(cls.specialist2)
        cls.unassigned = cls.make_case()
        cls.elsewhere = cls.make_case(cls.other_specialist)
        for case in (cls.own, cls.colleagues, cls.elsewhere):
            cls.make_contact(case, when='2026-11-10 10:00')
        cls.make_won(cls.won, when='2026-11-10 10:00')
        cls.env.invalidate_all()

    OTHERS = ('other_specialist', 'other_supervisor', 'other_gm')

    def check(self, records, **expected):
        """Check what everybody may do with `records` (superuser's env) against `{role: letters}`."""
        for role in (*EVERYBODY, *self.OTHERS):
            found = ''.join(letter for letter, operation in OPERATIONS.items() if letter != 'C'
                            and records.with_user(getattr(self, role)).has_access(operation))
            with self.subTest(records=records, role=role):
                self.assertEqual(found, expected.get(role, ''))

    def test_cases(self):
        store = {'supervisor': 'RU', 'gm': 'R'}
        self.check(self.own, specialist='RU', **store)
        self.check(self.colleagues, specialist2='RU', **store)
        self.check(self.unassigned, **store)
        self.check(self.sold_by_consultant, specialist2='RU', consultant='R', **store)
        self.check(self.won, specialist2='RU', clerk='R', **store)
        self.check(self.elsewhere, other_specialist='RU', other_supervisor='RU', other_gm='R')

    def test_contacts(self):
        self.check(self.own.contact_ids, specialist='RU', supervisor='R', gm='R')
        self.check(self.colleagues.contact_ids, specialist2='RU', supervisor='R', gm='R')
        self.check(self.elsewhere.contact_ids, other_specialist='RU', other_supervisor='R', other_gm='R')
        by_supervisor = self.make_contact(self.own, user=self.supervisor).sudo()
        self.check(by_supervisor, specialist='R', supervisor='RU', gm='R')

    def test_contacts_of_a_case_handed_over(self):
        contact = self.own.contact_ids
        self.own.specialist_id = self.specialist2
        self.check(contact, specialist='RU', specialist2='R', supervisor='R', gm='R')
        self.check(self.own, specialist2='RU', supervisor='RU', gm='R')

    def test_books_and_pages(self):
        contact = self.own.contact_ids
        book, page = contact.register_id, contact.page_id
        self.sign(page)
        seen_by_all = dict.fromkeys(('gm', 'clerk', 'group_manager', 'administrator'), 'R')
        self.check(book, specialist='R', supervisor='RU', **seen_by_all)
        self.check(page, specialist='R', supervisor='R', gm='R')
        self.check(page.signature_ids, specialist='R', supervisor='R', gm='R')
        other = self.elsewhere.contact_ids
        self.check(other.register_id, other_specialist='R', other_supervisor='RU', other_gm='R', group_manager='R')
        self.check(other.page_id, other_specialist='R', other_supervisor='R', other_gm='R')

    def test_shared_book(self):
        book = self.env['insurance.register'].create({
            'kind': 'renewal', 'company_id': self.store.id, 'sharing': 'shared', 'custodian_id': self.specialist.id,
            'member_ids': [Command.set(self.specialist2.ids)], 'reviewer_id': self.gm.id,
        })
        seen_by_all = dict.fromkeys(('gm', 'clerk', 'group_manager', 'administrator'), 'R')
        self.check(book, specialist='R', specialist2='R', supervisor='RU', **seen_by_all)

    def test_delegates(self):
        book = self.own.contact_ids.register_id
        delegation = self.env['insurance.register.delegate'].create({
            'register_id': book.id, 'user_id': self.leader.id, 'date_from': '2026-11-18', 'date_to': '2026-11-30',
        })
        self.check(delegation, **dict(dict.fromkeys(ROLES, 'R'), supervisor='RU', gm='RU'))
        self.check(book.page_ids, specialist='R', supervisor='R', gm='R', leader='R')
        seen_by_all = dict.fromkeys(('gm', 'clerk', 'group_manager', 'administrator', 'leader'), 'R')
        self.check(book, specialist='R', supervisor='RU', **seen_by_all)

    def test_findings(self):
        page = self.own.contact_ids.page_id
        self.sign(page)
        self.env.flush_all()
        self.env.cr.execute("UPDATE insurance_renewal_contact SET content = 'x' WHERE id = %s",
                            self.own.contact_ids.ids)
        found = page._check_integrity(page.register_id.ids)
        self.check(found, supervisor='R', gm='RU', group_manager='R', administrator='R')

    def test_checklists(self):
        Check = self.env['insurance.register.check']
        everybody = dict.fromkeys((*ROLES, *self.OTHERS), 'R')
        shared = Check.search([('kind', '=', 'renewal'), ('company_id', '=', False)], limit=1)
        self.check(shared, **dict(everybody, administrator='RU'))
        own = Check.create({'kind': 'renewal', 'name': "Ours?", 'company_id': self.store.id})
        self.check(own, **dict(dict.fromkeys(ROLES, 'R'), administrator='RU', supervisor='RU'))

    def test_reasons(self):
        everybody = dict.fromkeys((*ROLES, *self.OTHERS), 'R')
        self.check(self._get_reason('renewal_lost', 'PRICE'), **dict(everybody, group_manager='RU'))
        own, of_claims = self.env['insurance.reason'].create([
            {'use': use, 'code': 'OWN', 'name': "Own", 'company_id': self.store.id}
            for use in ('renewal_lost', 'visit_lost')
        ])
        store = dict.fromkeys(ROLES, 'R')
        self.check(own, **dict(store, group_manager='RU', supervisor='RU'))
        self.check(of_claims, **dict(store, group_manager='RU', supervisor='RU', leader='RU'))

    def test_agreements(self):
        agreement = self.env['insurance.insurer.agreement'].search([('company_id', '=', self.store.id)], limit=1)
        self.check(agreement, **dict(dict.fromkeys(ROLES, 'R'), supervisor='RU', group_manager='RU'))

    def test_access_log(self):
        self.make_owner().with_user(self.supervisor).action_reveal_identity("Policy form of PICC")
        entry = self.env['insurance.access.log'].search([], limit=1)
        self.check(entry, **dict.fromkeys(
            ('supervisor', 'finance', 'leader', 'gm', 'group_manager', 'administrator'), 'R'))

    def test_ledger(self):
        """Entries and all below: the desk's; of sellers their own; of other stores nobody's (domain 3.2)."""
        gift = self._get_reason('benefit_type', 'GIFT').id
        self.allow_benefits()
        parts = {'benefit_ids': [Command.create({'type_id': gift, 'amount': 10})],
                 'payment_line_ids': [Command.create({'amount': 10})]}
        for seller in ('consultant', 'specialist'):
            entry = self.make_entry(salesperson_id=getattr(self, seller).id, **parts)
            seen = {**dict.fromkeys(('supervisor', 'gm', 'group_manager', 'finance', seller), 'R'), 'clerk': 'RUD'}
            claims = dict.fromkeys(('leader', 'claims_clerk', 'advisor'), 'R')
            for records, expected in ((entry, seen), (entry.policy_ids, {**seen, **claims}), (entry.benefit_ids, seen),
                                      (entry.payment_line_ids, {**seen, 'finance': 'RU'})):
                self.check(records, **expected)
            entry.with_user(self.finance).action_sign()
            everyone = dict.fromkeys(('supervisor', 'gm', 'finance', 'clerk', 'group_manager', *LEDGER), 'R')
            self.check(entry.signature_id, **everyone)
            self.check(entry.ledger_id, **dict(everyone, clerk='RU'))

    def test_ledger_of_another_store(self):
        clerk = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        entry = self.make_entry(user=clerk, payment_line_ids=[Command.create({'amount': 10})])
        theirs = dict.fromkeys(('other_supervisor', 'other_gm', 'group_manager'), 'R')
        specialist = self.other_specialist
        for records in (entry, entry.policy_ids, entry.payment_line_ids):
            self.check(records, **theirs)
        self.check(entry.payment_line_ids.payment_id, other_supervisor='R', other_gm='R')
        entry.with_user(clerk).salesperson_id = specialist
        self.check(entry, **theirs, other_specialist='R')

    def test_commission_is_read_by_few(self):
        """Which roles are given the fields at all; that they are refused to others, `TestInsuranceLedgerCommission`."""
        readers = {'clerk', 'finance', 'gm', 'group_manager'}
        fields = {
            'insurance.ledger.entry': ('commission_total', 'benefit_cost', 'margin'),
            'insurance.policy': ('rate_line_id', 'commission_rate', 'commission_basis', 'vat_rate', 'commission_base',
                                 'commission', 'rate_note', 'commission_correction'),
            'insurance.benefit': ('cost',), 'insurance.ledger': ('commission_total',),
            'insurance.ledger.signature': ('content',),
        }
        for model, names in fields.items():
            for role in ROLES:
                if not self.env[model].with_user(getattr(self, role)).has_access('read'):
                    continue
                given = self.env[model].with_user(getattr(self, role)).fields_get(names)
                with self.subTest(model=model, role=role):
                    self.assertEqual(set(given), set(names) if role in readers else set())

    def test_searching_finds_no_more(self):
        """What may not be read is not found either, and not counted."""
        Case, Contact = self.env['insurance.renewal'], self.env['insurance.renewal.contact']
        mine = [('company_id', 'in', (self.store + self.other_store).ids)]
        for role, cases, contacts in (
            ('specialist', self.own, 1), ('supervisor', 5, 3), ('gm', 5, 3), ('clerk', self.won, None),
            ('consultant', self.sold_by_consultant, None), ('other_specialist', self.elsewhere, 1),
            ('other_supervisor', self.elsewhere, 1),
        ):
            user = getattr(self, role)
            with self.subTest(role=role):
                found = Case.with_user(user).search(mine)
                self.assertEqual(len(found) if isinstance(cases, int) else found, cases)
                self.assertEqual(Case.with_user(user).search_count(mine), len(found))
                if contacts is not None:
                    self.assertEqual(Contact.with_user(user).search_count(mine), contacts)
