from lxml import etree

from ..common import DealerInsuranceCase


class TestQueryBudgets(DealerInsuranceCase):
    """The number of queries does not depend on the number of rows (invariant 9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.make_cases(80)

    @classmethod
    def make_cases(cls, count):
        owners = cls.env['res.partner'].create([
            {'name': f"Customer {number}", 'phone': f'1370000{number:04d}'} for number in range(count)
        ])
        vehicles = cls.env['fleet.vehicle'].create([
            {'model_id': cls.model.id, 'vin_sn': cls.make_vin(500000 + number), 'owner_id': owner.id}
            for number, owner in enumerate(owners)
        ])
        cases = cls.env['insurance.renewal'].create([
            {'vehicle_id': vehicle.id, 'partner_id': vehicle.owner_id.id, 'commercial_expiry': '2026-12-20',
             'specialist_id': cls.specialist.id, 'insurer_id': cls.picc.id} for vehicle in vehicles
        ])
        cls.env['insurance.renewal.contact'].with_user(cls.specialist).create([
            cls.prepare_contact(case, next_date='2026-11-25', recommended_insurer_id=cls.picc.id) for case in cases
        ])
        return cases

    def specification(self, view, user):
        """Return what the browser asks for of each row of the list view."""
        Model = self.env[self.env.ref(f'dealer_insurance.{view}').model].with_user(user)
        arch = etree.fromstring(Model.get_view(self.env.ref(f'dealer_insurance.{view}').id, 'list')['arch'])
        names = {node.get('name') for node in arch.xpath('./field')}
        types = {name: Model._fields[name].type for name in names}
        return {
            name: {'fields': {'display_name': {}}} if types[name] in ('many2one', 'many2many', 'one2many') else {}
            for name in names
        }

    def count(self, call):
        """Return how many queries `call` takes with a cold cache; the first calls warm up and are not counted."""
        for _warming in range(2):
            call()
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        return self.cr.sql_log_count - before

    def read(self, view, domain, limit, user, **context):
        specification = self.specification(view, user)
        Model = self.env[self.env.ref(f'dealer_insurance.{view}').model].with_user(user).with_context(**context)

        def call():
            rows = Model.web_search_read(domain, specification, limit=limit, count_limit=10001)['records']
            self.assertEqual(len(rows), limit)

        return self.count(call)

    def test_list_of_cases(self):
        for user in (self.specialist, self.supervisor):
            with self.subTest(user=user.login):
                domain = [('id', 'in', self.cases.ids)]
                few = self.read('insurance_renewal_view_list', domain, 10, user)
                many = self.read('insurance_renewal_view_list', domain, 80, user)
                self.assertEqual(few, many)
                self.assertLessEqual(many, 25)

    def test_list_of_contacts(self):
        domain = [('renewal_id', 'in', self.cases.ids)]
        few = self.read('insurance_renewal_contact_view_list', domain, 10, self.supervisor, insurer_short_name=True)
        many = self.read('insurance_renewal_contact_view_list', domain, 80, self.supervisor, insurer_short_name=True)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 30)

    def test_page_in_review(self):
        pages = self.cases.contact_ids.page_id.sorted('page_no').with_user(self.supervisor)
        self.assertEqual(pages.mapped('line_count'), [20] * 4)
        whole = self.count(pages[0].get_review_page)
        # a week of one page with two lines
        for _line in range(2):
            small = self.make_contact(
                self.make_case(self.specialist2), next_date='2026-11-25', recommended_insurer_id=self.picc.id,
            ).page_id
        self.assertLessEqual(abs(whole - self.count(small.with_user(self.supervisor).get_review_page)), 2)
        self.assertLessEqual(whole, 40)

    def test_page_of_twenty_lines(self):
        pages = self.cases.contact_ids.page_id.sorted('page_no')
        domain = [('page_id', '=', pages[0].id)]
        few = self.read('insurance_renewal_contact_view_list', domain, 2, self.specialist, insurer_short_name=True)
        many = self.read('insurance_renewal_contact_view_list', domain, 20, self.specialist, insurer_short_name=True)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 20)

    def test_signing(self):
        small = self.make_contact(self.make_case(self.specialist2), next_date='2026-11-25').page_id.sudo()
        page = self.cases.contact_ids.page_id.sorted('page_no')[:1]
        counts = []
        with self.at('2026-11-24 09:00'):
            for signed in (self.cases.contact_ids.page_id.sorted('page_no')[1:2], page, small):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.sign(signed)
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(abs(counts[1] - counts[2]), 2, counts)

    def test_logging_contacts(self):
        """Twenty contacts in one go take no more queries per contact than the rows themselves."""
        counts = []
        for number in (2, 2, 20):
            cases = self.env['insurance.renewal']
            for _case in range(number):
                cases |= self.make_case(self.specialist)
            self.env.flush_all()
            values = [self.prepare_contact(case, next_date='2026-11-25') for case in cases]
            before = self.cr.sql_log_count
            self.env['insurance.renewal.contact'].with_user(self.specialist).create(values)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2] - counts[1], 18 * 7, counts)

    def test_integrity_check(self):
        pages = self.cases.contact_ids.page_id.sorted('page_no')
        Page = self.env['insurance.register.page']
        with self.at('2026-11-24 09:00'):
            self.sign(pages[0])
            one = self.count(lambda: Page._check_integrity(pages.register_id.ids))
            for page in pages[1:]:
                self.sign(page)
            four = self.count(lambda: Page._check_integrity(pages.register_id.ids))
        self.assertLessEqual(four - one, 6)
