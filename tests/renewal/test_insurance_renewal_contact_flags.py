from ..common import DealerInsuranceCase


class TestInsuranceRenewalContactFlags(DealerInsuranceCase):
    """What the reviewer's eye is drawn to (R13, R14, R17)."""

    def flags(self, contacts):
        """Return the codes of the flags of each line, as the reviewer sees them."""
        found = contacts.with_user(self.supervisor)._get_review_flags()
        return [{flag['code'] for flag in found[contact.id]} for contact in contacts]

    def make(self, **vals):
        return self.make_contact(self.make_case(self.specialist), **{'next_date': '2026-11-25', **vals})

    def test_nothing_to_say(self):
        self.assertEqual(self.flags(self.make()), [set()])

    def test_entered_late(self):
        self.assertEqual(self.flags(self.make(when='2026-11-17 09:59')), [{'backfilled'}])
        self.store.insurance_backfill_hours = 48
        self.assertEqual(self.flags(self.make(when='2026-11-17 09:59')), [set()])

    def test_no_next_date(self):
        self.assertEqual(self.flags(self.make(next_date=False)), [{'next_date'}])

    def test_uncertified_insurer(self):
        self.assertEqual(self.flags(self.make(recommended_insurer_id=self.cpic.id)), [{'uncertified'}])
        self.assertEqual(self.flags(self.make(recommended_insurer_id=self.picc.id)), [set()])

    def test_empty_phrases(self):
        for content in ("继续跟进。。。", "已跟进，再联系", "same as above", "啊啊啊啊啊啊", "12345 67890"):
            with self.subTest(content=content):
                self.assertEqual(self.flags(self.make(content=content)), [{'empty'}])
        self.assertEqual(self.flags(self.make(content="已跟进，客户要求三者三百万")), [set()])

    def test_phrases_of_the_store(self):
        self.store.insurance_empty_phrases = "老样子没变化"
        self.assertEqual(self.flags(self.make(content="老样子，没变化！")), [{'empty'}])
        self.assertEqual(self.flags(self.make(content="继续跟进。。。")), [set()])

    def test_no_real_countermeasure(self):
        content = "客户上年在本店理赔不愉快,不打算在本店续保"
        for countermeasure in ("继续跟进继续跟进继续跟进", "-----------------", content):
            with self.subTest(countermeasure=countermeasure):
                case = self.make_case(self.specialist)
                contact = self.make_lost(case, content=content, countermeasure=countermeasure)
                self.assertIn('countermeasure', self.flags(contact)[0])
        contact = self.make_lost(self.make_case(self.specialist), content=content)
        self.assertEqual(self.flags(contact), [set()])

    def test_left_the_base_needs_no_countermeasure(self):
        contact = self.make_lost(
            self.make_case(self.specialist), countermeasure=False, lost_known_on='2026-11-17',
            lost_reason_id=self._get_reason('renewal_lost', 'SOLD').id,
        )
        self.assertEqual(self.flags(contact), [set()])

    def test_burst(self):
        contacts = self.make()
        for minute in range(1, 5):
            with self.at(f'2026-11-18 10:0{minute}'):
                contacts |= self.make()
        with self.at('2026-11-18 10:30'):
            alone = self.make()
        self.assertEqual(self.flags(contacts | alone), [{'burst'}] * 5 + [set()])

    def test_burst_is_of_one_person(self):
        contacts = self.env['insurance.renewal.contact']
        for user in (self.specialist, self.specialist2) * 3:
            contacts |= self.make_contact(self.make_case(user), next_date='2026-11-25').sudo()
        self.assertEqual(self.flags(contacts), [set()] * 6)

    def test_corrected_later(self):
        with self.at('2026-11-10 10:00'):
            contact = self.make(next_date='2026-11-25')
        self.sign(contact.page_id)
        self.make_contact(contact.renewal_id, correction_of_id=contact.id, next_date='2026-11-25')
        self.assertEqual(self.flags(contact), [{'corrected'}])
