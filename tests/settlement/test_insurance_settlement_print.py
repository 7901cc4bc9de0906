import base64
import io

import openpyxl

from odoo.exceptions import AccessError

from .settlement_common import SettlementCase


class TestInsuranceSettlementPrint(SettlementCase):
    """The form 《结算清单》 and the workbook, from one preparation of rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first, cls.second = cls.make_entry(salesperson_id=cls.consultant.id), cls.make_entry()
        cls.settlement = cls.make_list(submit=True)
        cls.make_statement(*first.policy_ids, settlement=cls.settlement, commission=37)
        line, missing = cls.settlement.line_ids.with_user(cls.finance)
        line.action_accept_difference(cls.difference.id, "=1+1")
        line.action_sign()
        missing.action_next_list()

    def test_form(self):
        values = self.settlement.with_user(self.finance)._prepare_settlement_print()
        self.assertEqual(sum(cell.width for cell in values['cells']), 280)
        signed, carried = values['lines']
        texts = [piece['text'] for pieces in signed['cells'] for piece in pieces]
        for text in ("3,950.00", "638.00", "637.00", "-1.00", "Differs", "Rate differs – =1+1", "Finance",
                     "2026-11-18"):
            self.assertIn(text, texts)
        self.assertEqual(carried['state'], 'carried')
        self.assertIn(["638.00"], values['total']['cells'])
        self.assertEqual(values['submitted'], "Clerk 2026-11-18")
        html = self.env['ir.actions.report']._render_qweb_html(
            'dealer_insurance.report_insurance_settlement', self.settlement.ids)[0].decode()
        self.assertIn(self.settlement.name, html)
        self.assertIn("Rate differs", html)

    def test_form_without_commission(self):
        values = self.settlement.with_user(self.supervisor)._prepare_settlement_print()
        self.assertEqual(sum(cell.width for cell in values['cells']), 280)
        texts = [piece['text'] for line in values['lines'] for pieces in line['cells'] for piece in pieces]
        self.assertIn("3,950.00", texts)
        self.assertFalse({"638.00", "637.00", "-1.00"} & set(texts))

    def read_workbook(self, user):
        action = self.rpc(user, self.settlement, 'action_export')
        export = self.env['insurance.settlement.export'].browse(int(action['url'].split('/')[4]))
        return openpyxl.load_workbook(io.BytesIO(base64.b64decode(export.with_user(user).file)))

    def test_workbook(self):
        book = self.read_workbook(self.finance)
        self.assertEqual(book.sheetnames, ["Settlement List", "Carried over"])
        heading, row = [[cell.value for cell in cells] for cells in book.worksheets[0].iter_rows(min_row=3, max_row=4)]
        values = dict(zip(heading, row, strict=True))
        self.assertEqual((values["Premium in All"], values["Our Commission"], values["Stated by Insurer"]),
                         (3950, 638, 637))
        self.assertEqual((values["Reason"], values["Settled by"], values["Salesperson"]),
                         ("Rate differs – =1+1", "Finance", "Consultant"))
        self.assertIn("Exported by Finance", book.worksheets[0]['A2'].value)
        logged = self.env['insurance.access.log'].search([], limit=1)
        self.assertIn(self.settlement.name, str(logged.read()))

    def test_workbook_without_commission(self):
        book = self.read_workbook(self.supervisor)
        headings = [cell.value for cell in book.worksheets[0][3]]
        self.assertNotIn("Our Commission", headings)
        self.assertIn("Premium in All", headings)

    def test_nobody_else_exports(self):
        for role in ('consultant', 'specialist', 'administrator'):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.rpc(getattr(self, role), self.settlement, 'action_export')
