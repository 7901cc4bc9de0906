import base64
import io
from datetime import date, datetime

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...wizards.renewal import insurance_register_export
from ..common import DealerInsuranceCase


class TestRegisterExport(DealerInsuranceCase):
    """The register of a period as a workbook: complete, safe to open, marked and logged (T37)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.make_case(cls.specialist)
        cls.first = cls.make_contact(cls.case, when='2026-11-16 09:30', quote_commercial=2960.55)
        cls.lost = cls.make_lost(cls.case, when='2026-11-18 09:00')
        cls.other = cls.make_contact(cls.make_case(cls.specialist2), when='2026-11-17 14:00')

    def export(self, user=None, **vals):
        wizard = self.env['insurance.register.export'].with_user(user or self.supervisor).create({
            'date_from': '2026-11-16', 'date_to': '2026-11-22', **vals,
        })
        action = wizard.action_export()
        self.assertEqual((action['type'], action['target']), ('ir.actions.act_url', 'download'))
        return wizard

    def open(self, wizard):
        workbook = load_workbook(io.BytesIO(base64.b64decode(wizard.file)))
        return workbook, [self.table(sheet) for sheet in workbook.worksheets]

    def table(self, sheet):
        heads, *rows = list(sheet.iter_rows(min_row=3, values_only=True))
        return [dict(zip(heads, row, strict=True)) for row in rows]

    def last_log(self):
        return self.env['insurance.access.log'].search([], limit=1)

    # === CONTENT === #

    def test_lines(self):
        workbook, (lines, _pages) = self.open(self.export())
        self.assertEqual(workbook.sheetnames, ["Register", "Pages and Signatures"])
        self.assertEqual([(row['Keeper'], row['Line']) for row in lines],
                         [("Specialist", 1), ("Specialist", 2), ("Specialist2", 1)])
        first, lost = lines[0], lines[1]
        self.assertEqual(first['Contact Time'], datetime(2026, 11, 16, 9, 30))  # the store's clock
        self.assertEqual(first['Entered on'], datetime(2026, 11, 18, 10, 0))
        self.assertEqual((first['Entered Late'], lost['Entered Late']), ("Entered late", None))
        self.assertEqual((first['Week'], first['Page'], first['Plate'], first['VIN']),
                         ('2026-W47', 1, self.case.plate, self.case.vin))
        self.assertEqual(first['Expiry'], datetime(2026, 12, 20))
        self.assertEqual(first['Quoted Commercial'], 2960.55)
        self.assertIsNone(first['Quoted Vehicle Tax'])
        self.assertEqual((first['Outcome'], first['Lost Reason']), ("Goes on", None))
        self.assertEqual((lost['Outcome'], lost['Lost Reason'], lost["Competitor's Price"]),
                         ("Lost", "Price too high", 3000))
        self.assertEqual(lost['Countermeasure'], self.lost.countermeasure)

    def test_pages(self):
        page = self.first.page_id
        with self.at('2026-11-30 00:01'):
            self.sign(page, self.gm, remark="Well kept")
        _workbook, (_lines, pages) = self.open(self.export())
        signed, waiting = pages
        self.assertEqual((signed['State'], signed['Signed by'], signed['Signed on']),
                         ("Signed", "Gm", datetime(2026, 11, 30, 0, 1)))
        self.assertEqual((signed['For the Reviewer'], signed['Signed Late'], signed['Self-review']),
                         ("Yes", "Yes", None))
        self.assertEqual((signed["Reviewer's Remark"], signed['Digest'], signed['Lines']),
                         ("Well kept", page.signature_id.digest, 2))
        self.assertEqual((waiting['State'], waiting['Signed by'], waiting['Signed on'], waiting['Digest']),
                         ("To Sign", None, None, None))
        self.assertEqual(waiting['Review Due'], datetime(2026, 11, 29))

    def test_voided_signature(self):
        page = self.first.page_id
        with self.at('2026-11-23 09:00'):
            self.sign(page)
            page.with_user(self.gm).action_reopen("Wrong insurer")
        _workbook, (_lines, pages) = self.open(self.export())
        self.assertEqual(pages[0]['State'], "Reopened")
        self.assertRegex(pages[0]['Voided Signatures'], r"Signature of Supervisor .* voided by Gm .*: Wrong insurer")

    def test_formulas_stay_text(self):
        for start in '=+-@':
            self.first.with_user(self.specialist).content = start + 'HYPERLINK("http://example.com")'
            workbook, _tables = self.open(self.export())
            cells = [cell for row in workbook["Register"].iter_rows() for cell in row
                     if cell.value == start + 'HYPERLINK("http://example.com")']
            self.assertEqual([cell.data_type for cell in cells], ['s'], start)

    def test_handling(self):
        workbook, _tables = self.open(self.export())
        for sheet in workbook.worksheets:
            self.assertEqual(sheet.freeze_panes, 'A4')
            self.assertTrue(sheet.auto_filter.ref.startswith('A3:'), sheet.auto_filter.ref)
        sheet = workbook["Register"]
        content = next(cell for cell in sheet[3] if cell.value == "Content")
        self.assertGreater(sheet.column_dimensions[content.column_letter].width, 30)
        self.assertTrue(sheet.cell(4, content.column).alignment.wrap_text)

    # === PERIOD AND CHOICE === #

    def test_period_is_the_store_s(self):
        with self.at('2026-11-24 08:00'):
            late = self.make_contact(self.make_case(self.specialist), when='2026-11-22 23:59')
            after = self.make_contact(self.make_case(self.specialist), when='2026-11-23 00:01')  # 22nd in UTC
        _workbook, (lines, _pages) = self.open(self.export(date_from='2026-11-17'))
        moments = [row['Contact Time'] for row in lines]
        self.assertIn(late.company_id._insurance_local(late.contact_on), moments)
        self.assertNotIn(after.company_id._insurance_local(after.contact_on), moments)
        self.assertNotIn(datetime(2026, 11, 16, 9, 30), moments)
        self.assertEqual(len(moments), 3)

    def test_chosen_books(self):
        _workbook, (lines, pages) = self.open(self.export(register_ids=[(6, 0, self.other.register_id.ids)]))
        self.assertEqual({row['Keeper'] for row in lines + pages}, {"Specialist2"})

    def test_empty_or_inverted_period(self):
        with self.assertRaisesRegex(UserError, "from 2025-01-01 to 2025-01-31"):
            self.export(date_from='2025-01-01', date_to='2025-01-31')
        with self.assertRaisesRegex(ValidationError, "ends before it begins"):
            self.export(date_from='2026-11-22', date_to='2026-11-16')

    def test_too_many_lines(self):
        self.patch(insurance_register_export, 'MAX_LINES', 2)
        with self.assertRaisesRegex(UserError, "more than 2 lines"):
            self.export()
        self.patch(insurance_register_export, 'MAX_LINES', 3)
        self.export()

    def test_defaults(self):
        Export = self.env['insurance.register.export'].with_user(self.supervisor)
        defaults = Export.default_get(['kind', 'date_from', 'date_to', 'register_ids'])
        self.assertEqual((defaults['kind'], defaults['date_from'], defaults['date_to']),
                         ('renewal', date(2026, 11, 1), date(2026, 11, 18)))
        with self.at('2026-11-24 08:00'):
            later = self.make_contact(self.make_case(self.specialist), when='2026-11-24 07:00')
        pages = self.first.page_id | later.page_id
        wizard = Export.with_context(active_model='insurance.register.page', active_ids=pages.ids).create({})
        self.assertEqual((wizard.date_from, wizard.date_to), (date(2026, 11, 16), date(2026, 11, 29)))
        self.assertEqual(wizard.register_ids, self.first.register_id)

    # === ACCESS === #

    def test_specialist_exports_own_lines_only(self):
        _workbook, (lines, pages) = self.open(self.export(self.specialist))
        self.assertEqual({row['Keeper'] for row in lines + pages}, {"Specialist"})
        with self.assertRaises(UserError):  # another's book, asked for by its id
            self.export(self.specialist, register_ids=[(6, 0, self.other.register_id.ids)])
        with self.assertRaises(UserError):
            self.export(self.other_supervisor)

    def test_roles_without_registers_cannot_export(self):
        for user in (self.clerk, self.finance, self.consultant, self.administrator, self.plain):
            with self.assertRaises(AccessError, msg=user.login):
                self.export(user)

    def test_only_the_exporter_reads_the_file(self):
        wizard = self.export()
        for user in (self.specialist, self.gm):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                wizard.with_user(user).read(['file'])

    # === MARK AND LOG === #

    def test_every_export_is_marked_and_logged(self):
        before = self.env['insurance.access.log'].search_count([])
        workbook, _tables = self.open(self.export())
        self.assertEqual(self.env['insurance.access.log'].search_count([]), before + 1)
        log = self.last_log()
        self.assertEqual((log.kind, log.user_id, log.row_count, log.company_id),
                         ('export', self.supervisor, 3, self.store))
        self.assertIn("2026-11-16 – 2026-11-22", log.what)
        for sheet, rows in zip(workbook.worksheets, (3, 2), strict=True):
            mark = f"Exported by Supervisor ({self.supervisor.login}) on 2026-11-18 10:00, {rows} rows."
            self.assertIn(mark, sheet['A2'].value)
            self.assertIn(mark, sheet.oddFooter.left.text)

    def test_large_exports_alert_by_default_above_500(self):
        self.assertEqual(self.store.insurance_export_alert_rows, 500)
        self.supervisor.company_ids = self.store | self.other_store
        wizard = self.env['insurance.register.export'].with_user(self.supervisor).create({})
        for rows, told in (({self.store: 500}, False), ({self.store: 501}, True),
                           ({self.store: 300, self.other_store: 300}, True)):
            with self.subTest(rows=rows):
                known = self.env['mail.message'].search([])
                wizard._log_export("Renewals", rows)
                found = self.env['mail.message'].search([('id', 'not in', known.ids)])
                self.assertEqual(self.gm.partner_id in found.notified_partner_ids, told)

    def test_each_store_has_its_own_entry(self):
        self.make_contact(self.make_case(self.other_specialist), when='2026-11-17 10:00')
        stores = self.store | self.other_store
        self.gm.company_ids = stores
        wizard = self.env['insurance.register.export'].with_user(self.gm).with_context(
            allowed_company_ids=stores.ids).create({'date_from': '2026-11-16', 'date_to': '2026-11-22'})
        wizard.action_export()
        logs = self.env['insurance.access.log'].search([('user_id', '=', self.gm.id)])
        self.assertEqual({(log.company_id, log.row_count) for log in logs}, {(self.store, 3), (self.other_store, 1)})

    def test_name_cannot_command_the_footer(self):
        self.supervisor.name = "A &D B"
        workbook, _tables = self.open(self.export())
        self.assertIn("A &D B", workbook.worksheets[0]['A2'].value)
        self.assertIn("A &&D B", workbook.worksheets[0].oddFooter.left.text)

    # === COST === #

    def test_queries_do_not_grow_with_the_lines(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.export()
            return self.env.cr.sql_log_count - before

        self.make_contact(self.make_case(self.specialist), recommended_insurer_id=self.cpic.id)
        count()
        few = count()
        for number in range(15):
            self.make_contact(self.make_case(self.specialist), recommended_insurer_id=self.paic.id,
                              when=f'2026-11-{16 + number % 3} 08:00')
        self.assertLessEqual(count(), few)


@tagged('post_install', '-at_install')
class TestRegisterExportDownload(DealerInsuranceCase, HttpCase):
    """The address that the export returns answers its maker, and nobody else."""

    freeze_time = None  # sessions live in the present

    def test_download(self):
        with self.at('2026-11-19 10:00'):
            self.make_contact(self.make_case(self.specialist), when='2026-11-18 09:00')
        wizard = self.env['insurance.register.export'].with_user(self.supervisor).create({
            'date_from': '2026-11-16', 'date_to': '2026-11-22',
        })
        url = wizard.action_export()['url']
        self.authenticate(self.supervisor.login, self.supervisor.login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn('.xlsx', response.headers['Content-Disposition'])
        self.assertEqual(load_workbook(io.BytesIO(response.content)).sheetnames[0], "Register")
        self.authenticate(self.specialist.login, self.specialist.login)
        self.assertEqual(self.url_open(url).status_code, 404)
