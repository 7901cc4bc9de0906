from odoo import Command

from .access_matrix import DRAFTS, EVERYBODY, LEDGER, MODELS, OPERATIONS
from .common import ROLES, DealerInsuranceCase


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
