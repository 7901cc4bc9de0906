from odoo.tests import tagged

from .sales_common import OCTOBER, SalesKpiCase


@tagged('post_install', '-at_install')
class TestMonthCloseSales(SalesKpiCase):
    """Closing a month freezes the figures of new cars; what comes later stands beside them (T41)."""

    def close(self, month='2026-10-01', store=None, user=None):
        close = self.env['insurance.month.close'].with_user(user or self.supervisor).create({
            'company_id': (store or self.store).id, 'month': month})
        close.action_close()
        return close

    def get_figures(self, rows, user=None):
        """Return `{code: (numerator, denominator)}` of the new-car figures of the store, or of one consultant."""
        return {row.code: (row.numerator, row.denominator) for row in rows
                if row.specialist_id.id == (user.id if user else False) and row.code[:2] in ('K1', 'K2')
                and row.code.split('_')[0] in ('K1', 'K2', 'K28')}

    def test_freezes_store_and_consultants(self):
        self.insure(self.make_car())
        self.make_car(consultant=self.consultant2)
        rows = self.close().value_ids
        self.assertEqual(self.get_figures(rows), {
            'K1': (1, 2), 'K1_any': (1, 2), 'K1_compulsory': (0, 2), 'K2': (2, 0)})
        self.assertEqual(self.get_figures(rows, self.consultant)['K1'], (1, 1))
        row = rows.filtered(lambda row: row.code == 'K1' and not row.specialist_id)
        self.assertEqual((row.version, row.result), (1, "50.0%"))
        self.assertEqual(row.action_view_rows()['res_model'], 'insurance.delivery')

    def test_return_after_the_close_is_an_adjustment(self):
        delivery = self.make_car()
        self.insure(delivery)
        self.make_car()
        october = self.close()
        delivery.with_user(self.clerk)._take_back(
            self.store._insurance_today(), self._get_reason('delivery_returned', 'CUSTOMER'))
        with self.at('2026-12-03 10:00'):
            november = self.close('2026-11-01')
        self.assertEqual(self.get_figures(october.value_ids)['K1'], (1, 2))
        adjusted = november.adjustment_ids.filtered(lambda row: row.adjusts_month == OCTOBER[0])
        self.assertEqual(self.get_figures(adjusted)['K1'], (-1, -1))
        self.assertEqual(self.get_figures(adjusted, self.consultant)['K1'], (-1, -1))

    def test_list_loaded_after_the_close_is_an_adjustment(self):
        """A month closed without deliveries, in a store that lists them, shows what is listed later (T41)."""
        self.make_car('2026-09-10')
        october = self.close()
        self.assertEqual(self.get_figures(october.value_ids)['K1'], (0, 0))
        self.assertEqual(october.value_ids.filtered(lambda row: row.code == 'K1').result, "—")
        self.insure(self.make_car())
        with self.at('2026-12-03 10:00'):
            november = self.close('2026-11-01')
        self.assertEqual(self.get_figures(november.adjustment_ids)['K1'], (1, 1))

    def test_store_without_deliveries_has_no_such_rows(self):
        self.make_car()
        close = self.close(store=self.other_store, user=self.other_supervisor)
        self.assertFalse(self.get_figures(close.value_ids))
        with self.at('2026-12-03 10:00'):
            later = self.close('2026-11-01', self.other_store, self.other_supervisor)
        self.assertFalse(self.get_figures(later.value_ids) or self.get_figures(later.adjustment_ids))
