from .statement_common import StatementCase


class TestInsuranceStatementImport(StatementCase):
    """What is refused, judged anew or told before a statement is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rate()
        cls.entry = cls.make_entry(issue_date='2026-11-03')
        cls.commercial = cls.entry.policy_ids.sorted('sequence')[1]

    def test_another_insurer_s_workbook(self):
        """Whose policies the ledger knows says whose statement it is, before anything is written."""
        policies = self.entry.policy_ids | self.make_entry().policy_ids | self.make_entry().policy_ids
        rows = [self.make_stated_row(policy) for policy in policies]
        importing = self.upload_statement(*rows, insurer=self.paic)
        with self.refused("6 of its 6 policies are in your ledger with"):
            importing.action_check()
        self.assertEqual(self.check_statement(*rows[:4], insurer=self.paic).new_count, 4)
        self.assertEqual(self.check_statement(*rows, insurer=self.picc).new_count, 6)

    def test_exchanged_after_its_check(self):
        """Another file or insurer is judged anew; what is written stays as it was."""
        importing = self.check_statement(self.make_stated_row(self.commercial))
        importing.insurer_id = self.paic
        self.assertEqual(importing.state, 'new')
        with self.refused("Check"):
            importing.action_import()
        importing.insurer_id = self.picc
        importing.action_check()
        self.run_import(importing)
        for vals in ({'insurer_id': self.paic.id}, {'content': importing.content}, {'company_id': self.other_store.id}):
            with self.refused("stays as it was"):
                importing.write(vals)

    def test_the_same_file_by_the_store_s_day(self):
        """Just after midnight in the store it is still the day before in UTC."""
        content = self.make_workbook([self.make_stated_row(self.commercial)], headings=self.STATED)
        with self.at('2026-11-19 00:30'):
            self.import_statement(content=content)
            self.assertIn("2026-11-19", self.check_statement(content=content).notices)
