import base64
import io
from datetime import date, datetime

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from ...models.underwriting import insurance_ledger_entry_rows
from ...wizards.underwriting import insurance_ledger_export
from ..common import DealerInsuranceCase

MONEY = ("Compulsory Premium", "Commercial Premium", "Premium without Tax", "Premium with Tax", "Vehicle Tax",
         "Discount", "Customer Pays", "Received")
COMMISSIONS = {
    "Compulsory Commission Rate", "Compulsory Commission", "Commercial Commission Rate", "Commercial Commission",
    "Non-motor Commission Rate", "Non-motor Commission", "Commission in All", "Benefit Cost", "Margin",
}


class LedgerExportCase(DealerInsuranceCase):
    """Entries of two insurers and months; :meth:`open` reads an export back as another program would."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rate_card({'product': 'commercial', 'rate': 0.2}, {'product': 'compulsory', 'rate': 0.04})
        cls.first = cls.make_entry(
            issue_date='2026-10-30', vehicle_tax=420, salesperson_id=cls.consultant.id, remark='=1+1',
        )
        cls.second = cls.make_entry(
            cls.prepare_policy(premium=3120.55, third_party_limit=2000000), cls.prepare_policy('non_motor', 200),
            issue_date='2026-11-17', salesperson_id=cls.specialist.id,
        )
        cls.other = cls.make_entry(issue_date='2026-11-18', insurer_id=cls.paic.id)

    def export(self, user=None, **vals):
        wizard = self.env['insurance.ledger.export'].with_user(user or self.clerk).create({
            'date_from': '2026-10-01', 'date_to': '2026-11-30', **vals,
        })
        action = wizard.action_export()
        self.assertEqual((action['type'], action['target']), ('ir.actions.act_url', 'download'))
        return wizard

    def open(self, wizard, values=False):
        return load_workbook(io.BytesIO(base64.b64decode(wizard.file)), data_only=values)

    def table(self, sheet):
        """Return the headings and the rows of a sheet, those of the totals among them, as dicts."""
        heads, *rows = sheet.iter_rows(min_row=3, values_only=True)
        return heads, [dict(zip(heads, row, strict=True)) for row in rows]

    def rows(self, wizard, insurer=None):
        sheet = self.open(wizard, values=True)[(insurer or self.picc).insurer_short_name]
        return self.table(sheet)[1]


class TestInsuranceLedgerExport(LedgerExportCase):
    """The ledgers of a period as a workbook, one sheet for each insurer (R29, R35)."""

    def test_a_sheet_for_each_insurer(self):
        self.make_entry(issue_date='2026-09-30', insurer_id=self.cpic.id)  # before the period
        self.make_entry(registered=False)  # not in a ledger
        workbook = self.open(self.export())
        self.assertEqual(set(workbook.sheetnames), {self.picc.insurer_short_name, self.paic.insurer_short_name})
        self.assertEqual([row["No."] for row in self.rows(self.export())[:2]], [self.first.number, self.second.number])
        only = self.open(self.export(insurer_ids=[Command.set(self.paic.ids)]))
        self.assertEqual(only.sheetnames, [self.paic.insurer_short_name])

    def test_values(self):
        first, second, *_totals = self.rows(self.export())
        compulsory, commercial = self.first.policy_ids.sorted('sequence')
        self.assertEqual((first["Month"], first["Issue Date"]), ('2026-10', datetime(2026, 10, 30)))
        self.assertEqual((first["Plate"], first["VIN"], first["Owner"]),
                         (self.first.plate, self.first.vin, self.first.owner_id.name))
        self.assertEqual((first["Compulsory No."], first["Commercial No."]),
                         (compulsory.policy_no, commercial.policy_no))
        self.assertEqual((first["Compulsory from"], first["Compulsory until"]),
                         (datetime(2026, 11, 20), datetime(2027, 11, 19)))
        self.assertEqual((first["Premium without Tax"], first["Premium with Tax"], first["Vehicle Tax"]),
                         (3950, 4370, 420))  # T33
        self.assertEqual((first["Salesperson"], first["Clerk"]), ("Consultant", "Clerk"))
        self.assertEqual((second["Commercial Premium"], second["Non-motor Premium"], second["Third-party Limit"]),
                         (3120.55, 200, 2000000))
        self.assertEqual((second["Non-motor No."], second["Compulsory No."]),
                         (self.second.non_motor_no, None))
        self.assertNotIn("Store", first)  # one store only

    def test_commission(self):
        first = self.rows(self.export(self.finance))[0]
        self.assertEqual((first["Compulsory Commission Rate"], first["Commercial Commission Rate"]), (0.04, 0.2))
        self.assertEqual((first["Compulsory Commission"], first["Commission in All"]),
                         (38, self.first.commission_total))

    def test_signature_by_the_store_s_clock(self):
        with self.at('2026-11-19 00:30'):  # still the 18th in UTC
            self.first.with_user(self.finance).action_sign()
        first = self.rows(self.export())[0]
        self.assertEqual((first["Settled by"], first["Settled on"]), ("Finance", datetime(2026, 11, 19, 0, 30)))

    def test_cancellation_is_a_row_of_its_own(self):
        gone = self.make_follow_up(self.first, products=('commercial',))
        row = self.rows(self.export())[2]
        self.assertEqual((row["No."], row["Entry Type"], row["Changes No."]),
                         (gone.number, "Cancellation", self.first.number))
        self.assertEqual(row["Commercial Premium"], gone.commercial_premium)
        self.assertLess(row["Commercial Premium"], 0)
        self.assertIn('E', row["Endorsement No."])

    def test_formula_looking_text_stays_text(self):
        self.first.owner_id.name = '=HYPERLINK("http://example.com")'
        sheet = self.open(self.export())[self.picc.insurer_short_name]
        found = [cell for row in sheet.iter_rows() for cell in row if cell.value in ('=1+1', self.first.owner_id.name)]
        self.assertEqual({cell.value for cell in found}, {'=1+1', self.first.owner_id.name})
        self.assertEqual({cell.data_type for cell in found}, {'s'})

    def test_language(self):
        self.env['res.lang']._activate_lang('zh_CN')
        channel = self._get_reason('business_channel', 'SHOWROOM')
        channel.with_context(lang='zh_CN').name = '展厅'
        self.second.channel_id = channel
        wizard = self.env['insurance.ledger.export'].with_user(self.clerk).with_context(lang='zh_CN').create({
            'date_from': '2026-10-01', 'date_to': '2026-11-30'})
        wizard.action_export()
        sheet = self.open(wizard, values=True).worksheets[0]
        self.assertIn('展厅', [cell.value for row in sheet.iter_rows() for cell in row])

    # === HANDLING === #

    def test_totals(self):
        workbook, values = (self.open(self.export(), values=values) for values in (False, True))
        sheet = workbook[self.picc.insurer_short_name]
        heads, rows = self.table(values[self.picc.insurer_short_name])
        *entries, total, shown = rows
        self.assertEqual((total["Month"], shown["Month"]), ("Total", "Shown by the Filter"))
        self.assertEqual(len(entries), 2)
        for name in MONEY:
            expected = round(sum(row[name] or 0 for row in entries), 2)
            self.assertEqual((total[name], shown[name]), (expected, expected), name)
            column = heads.index(name) + 1
            letter = sheet.cell(1, column).column_letter
            self.assertEqual(sheet.cell(6, column).value, f'=SUM({letter}4:{letter}5)')
            self.assertEqual(sheet.cell(7, column).value, f'=SUBTOTAL(109,{letter}4:{letter}5)')
        self.assertEqual(total["Premium without Tax"], self.first.ledger_id.premium_total - sum(
            (self.first.ledger_id.entry_ids - self.first - self.second).mapped('premium_total')))

    def test_filter_frozen_headings_and_paper(self):
        for sheet in self.open(self.export()).worksheets:
            self.assertEqual(sheet.freeze_panes, 'A4')
            last = sheet.cell(3, sheet.max_column).column_letter
            self.assertEqual(sheet.auto_filter.ref, f'A3:{last}{sheet.max_row - 2}')  # without the totals
            self.assertEqual((sheet.page_setup.orientation, int(sheet.page_setup.paperSize)), ('landscape', 9))
            self.assertEqual(sheet.print_title_rows, '$3:$3')

    def test_marked_and_logged(self):
        self.clerk.name = "A &D B"
        workbook = self.open(self.export())
        sheet = workbook[self.picc.insurer_short_name]
        self.assertIn("A &D B (test_clerk) on 2026-11-18 10:00, 2 rows", sheet['A2'].value)
        self.assertIn("A &&D B", sheet.oddFooter.left.text)
        log = self.env['insurance.access.log'].search([], limit=1)
        self.assertEqual((log.user_id, log.kind, log.row_count, log.company_id),
                         (self.clerk, 'export', 3, self.store))
        self.assertIn("2026-10-01", log.what)

    # === THE INSURER'S LIST === #

    def test_order_of_the_insurer_s_list(self):
        agreement = self.env['insurance.insurer.agreement'].search([
            ('insurer_id', '=', self.picc.id), ('company_id', '=', self.store.id)])
        agreement.list_headings = "VIN\tBranch Code\tPremium without Tax\nOwner，Commercial No."
        heads, rows = self.table(self.open(self.export(), values=True)[self.picc.insurer_short_name])
        self.assertEqual(heads[:5], ("VIN", "Branch Code", "Premium without Tax", "Owner", "Commercial No."))
        self.assertEqual(rows[0]["VIN"], self.first.vin)
        self.assertIsNone(rows[0]["Branch Code"])
        self.assertEqual(rows[0]["Premium without Tax"], 3950)
        self.assertEqual(rows[2]["Premium without Tax"], 3950 + 3320.55)
        self.assertEqual(len(heads), len(set(heads)))
        self.assertIn("Plate", heads)  # the rest follows
        others = self.table(self.open(self.export())[self.paic.insurer_short_name])[0]
        self.assertEqual(others[0], "Month")

    def test_hidden_columns_cannot_be_asked_for_by_their_heading(self):
        agreement = self.env['insurance.insurer.agreement'].search([
            ('insurer_id', '=', self.picc.id), ('company_id', '=', self.store.id)])
        agreement.list_headings = "Plate, Commission in All, Commercial Commission Rate, 手续费率, 联系电话, 证件号码"
        row = self.rows(self.export(self.consultant))[0]
        self.assertEqual(row["Plate"], self.first.plate)
        for heading in ("Commission in All", "Commercial Commission Rate", '手续费率', '联系电话', '证件号码'):
            self.assertIsNone(row[heading], heading)

    # === PERIOD AND CHOICE === #

    def test_empty_or_inverted_period(self):
        with self.refused("no ledger entry from 2025-01-01 to 2025-01-31"):
            self.export(date_from='2025-01-01', date_to='2025-01-31')
        with self.refused("ends before it begins", ValidationError):
            self.export(date_from='2026-11-22', date_to='2026-11-16')

    def test_more_than_a_sheet_holds(self):
        self.patch(insurance_ledger_export, 'MAX_ROWS', 1)
        with self.refused(f"{self.picc.insurer_short_name} has more than 1 entries"):
            self.export()
        self.assertEqual(len(self.open(self.export(insurer_ids=[Command.set(self.paic.ids)])).sheetnames), 1)

    def test_defaults_from_lists(self):
        Export = self.env['insurance.ledger.export'].with_user(self.clerk)
        plain = Export.create({})
        self.assertEqual((plain.date_from, plain.date_to), (date(2026, 11, 1), date(2026, 11, 18)))
        ledger = Export.with_context(active_model='insurance.ledger', active_ids=self.first.ledger_id.ids).create({})
        self.assertEqual((ledger.date_from, ledger.date_to, ledger.insurer_ids),
                         (date(2026, 1, 1), date(2026, 12, 31), self.picc))
        entries = Export.with_context(
            active_model='insurance.ledger.entry', active_ids=(self.first | self.other).ids).create({})
        self.assertEqual((entries.date_from, entries.date_to, entries.insurer_ids),
                         (date(2026, 10, 30), date(2026, 11, 18), self.picc | self.paic))

    def test_two_stores(self):
        elsewhere = self._make_user('other_clerk', 'group_policy_clerk', self.other_store)
        self.make_entry(user=elsewhere)
        both = self.env['insurance.ledger.export'].with_user(self.group_manager).with_context(
            allowed_company_ids=[self.store.id, self.other_store.id]).create({
                'date_from': '2026-10-01', 'date_to': '2026-11-30'})
        both.action_export()
        self.assertEqual({row["Store"] for row in self.rows(both)[:3]}, {self.store.name, self.other_store.name})
        logs = self.env['insurance.access.log'].search([('user_id', '=', self.group_manager.id)], limit=2)
        self.assertEqual({(log.company_id, log.row_count) for log in logs}, {(self.store, 3), (self.other_store, 1)})
        self.assertEqual(len(self.rows(self.export(elsewhere))), 3)  # the own one, and two totals


class TestInsuranceLedgerExportRights(LedgerExportCase):
    """Who may not read a row or a column does not find it in the workbook either (T37)."""

    def test_commission_for_its_readers_only(self):
        for user in (self.clerk, self.finance, self.gm, self.group_manager):
            self.assertLessEqual(COMMISSIONS, self.rows(self.export(user))[0].keys(), user.login)
        for user in (self.consultant, self.specialist, self.supervisor):
            row = self.rows(self.export(user))[0]
            self.assertFalse([name for name in row if "Commission" in name or name in COMMISSIONS], user.login)

    def test_consultant_and_specialist_export_their_own_sales(self):
        for user, entry in ((self.consultant, self.first), (self.specialist, self.second)):
            wizard = self.export(user)
            self.assertEqual(self.open(wizard).sheetnames, [self.picc.insurer_short_name])
            row, *totals = self.rows(wizard)
            self.assertEqual((row["No."], len(totals)), (entry.number, 2))
            self.assertEqual(totals[0]["Premium without Tax"], entry.premium_total)
        with self.refused("no ledger entry"):
            self.export(self.specialist2)
        with self.refused("no ledger entry"):
            self.export(self.consultant, insurer_ids=[Command.set(self.paic.ids)])

    def test_roles_without_export(self):
        for user in (self.advisor, self.leader, self.claims_clerk, self.hotline, self.administrator, self.plain):
            with self.assertRaises(AccessError, msg=user.login):
                self.export(user)

    def test_no_phone_and_no_identity(self):
        self.first.owner_id.write({'phone': '13912345678'})
        for user in (self.clerk, self.gm):
            content = self.open(self.export(user))
            texts = {str(cell.value) for sheet in content.worksheets for row in sheet.iter_rows() for cell in row}
            self.assertFalse([text for text in texts if '13912345678' in text or '12345678' in text])

    def test_only_the_exporter_reads_the_file(self):
        wizard = self.export()
        for user in (self.finance, self.gm):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                wizard.with_user(user).read(['file'])
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                self.rpc(user, wizard, 'action_export')

    def test_streamed_columns_are_checked(self):
        Entry = self.env['insurance.ledger.entry']
        with self.assertRaises(KeyError):
            list(Entry.with_user(self.consultant)._stream_ledger_rows([], ['no', 'commission']))
        rows = list(Entry.with_user(self.consultant)._stream_ledger_rows([], ['id']))
        self.assertEqual(rows, [(self.first.id,)])
        with self.assertRaises(AccessError):
            list(Entry.with_user(self.plain)._stream_ledger_rows([], ['no']))


class TestInsuranceLedgerExportCost(LedgerExportCase):
    """Rows are fetched in batches and never become records."""

    def count(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.export()
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_rows(self):
        self.count()
        few = self.count()
        for number in range(15):
            self.make_entry(issue_date=f'2026-11-{1 + number:02d}', salesperson_id=self.specialist2.id)
        self.assertLessEqual(self.count(), few)

    def test_batches(self):
        for _number in range(4):
            self.make_entry()
        whole = self.rows(self.export())
        self.patch(insurance_ledger_entry_rows, 'BATCH', 2)
        self.assertEqual(self.rows(self.export()), whole)
        self.assertEqual(len(whole), 6 + 2)

    def test_no_record_for_a_row(self):
        wizard = self.env['insurance.ledger.export'].with_user(self.clerk).create({
            'date_from': '2026-10-01', 'date_to': '2026-11-30'})
        self.env.flush_all()
        self.env.invalidate_all()
        wizard.action_export()
        Entry = self.env['insurance.ledger.entry']
        for name in ('plate', 'issue_date', 'premium_total', 'owner_id'):
            self.assertFalse(list(Entry._fields[name]._get_cache(self.env)), name)

    def test_a_failed_export_leaves_nothing_open(self):
        rows = self.env['insurance.ledger.entry'].with_user(self.clerk)._stream_ledger_rows([], ['no'])
        next(rows)
        rows.close()
        self.assertEqual(len(self.rows(self.export())), 4)
