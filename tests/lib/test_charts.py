from lxml import etree

from odoo.tests import BaseCase, tagged

from ...lib import charts

NAMESPACES = {'svg': 'http://www.w3.org/2000/svg'}


@tagged('post_install', '-at_install')
class TestCharts(BaseCase):

    def draw(self, labels, *series):
        """Return the chart as parsed XML: what wkhtmltopdf gets must be well-formed."""
        return etree.fromstring(charts.draw_chart(labels, series, width=700, height=300))

    def find(self, drawing, name, **attributes):
        wanted = ''.join(f'[@{key.replace("_", "-")}="{value}"]' for key, value in attributes.items())
        return drawing.xpath(f'//svg:{name}{wanted}', namespaces=NAMESPACES)

    def texts(self, drawing):
        return [node.text for node in self.find(drawing, 'text')]

    def test_axis_ends_with_a_round_number_not_below_the_maximum(self):
        for maximum, expected in (
            (0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3]), (7, [0, 2, 4, 6, 8]), (50, [0, 10, 20, 30, 40, 50]),
            (360, [0, 100, 200, 300, 400]), (100001, [0, 25000, 50000, 75000, 100000, 125000]),
        ):
            with self.subTest(maximum):
                self.assertEqual(charts.axis_ticks(maximum), expected)

    def test_columns_are_as_high_as_their_values(self):
        drawing = self.draw(
            ["Jan", "Feb"], charts.Series("Target", (40, 20), charts.OUTLINE, '#888888'),
            charts.Series("Actual", (10, 20), charts.BAR, '#123456'),
        )
        january, february, legend = self.find(drawing, 'rect', fill='#123456')
        heights = [float(node.get('height')) for node in (january, february)]
        self.assertAlmostEqual(heights[1], 2 * heights[0], delta=0.2)
        hollow = [float(node.get('height')) for node in self.find(drawing, 'rect', stroke='#888888')][:2]
        self.assertAlmostEqual(hollow[0], 4 * heights[0], delta=0.4)
        self.assertEqual(hollow[1], heights[1])
        self.assertLess(float(january.get('x')), float(february.get('x')))
        self.assertLess(float(legend.get('y')), float(january.get('y')))

    def test_missing_values_leave_a_gap(self):
        drawing = self.draw(
            ["1", "2", "3", "4"], charts.Series("Actual", (1, 0, None, 2), charts.BAR, '#123456'),
            charts.Series("Rate", (0.5, 0.25, None, 0.4), charts.LINE, '#654321'),
        )
        self.assertEqual(len(self.find(drawing, 'rect', fill='#123456')), 4)  # one of them in the legend
        self.assertEqual(len(self.find(drawing, 'circle', stroke='#654321')), 4)
        # from the first point to the second one only, and the sample in the legend
        self.assertEqual(len(self.find(drawing, 'line', stroke='#654321')), 2)
        self.assertEqual([text for text in self.texts(drawing) if '%' in text], ["50.0%", "25.0%", "40.0%"])

    def test_rates_are_rounded_half_up(self):
        self.assertEqual(charts.percent(0.4445), "44.5%")
        self.assertEqual(charts.percent(0.33333), "33.3%")
        self.assertEqual(charts.percent(1.0), "100.0%")

    def test_everything_stays_inside_the_drawing(self):
        drawing = self.draw(
            [str(number) for number in range(12)], charts.Series("Actual", tuple(range(0, 12000, 1000))),
            charts.Series("Rate", (0.31,) * 12, charts.LINE),
        )
        for node in self.find(drawing, 'rect'):
            self.assertTrue(0 <= float(node.get('x')) <= 700 - float(node.get('width')))
            self.assertTrue(0 <= float(node.get('y')) <= 300 - float(node.get('height')))
        for node in self.find(drawing, 'circle'):
            self.assertTrue(0 < float(node.get('cy')) < 300)

    def test_values_without_room_are_left_out(self):
        drawing = self.draw([str(number) for number in range(40)], charts.Series("Actual", (123456,) * 40))
        self.assertNotIn("123,456", self.texts(drawing))

    def test_nothing_at_all(self):
        drawing = self.draw(["Jan"], charts.Series("Actual", (None,)), charts.Series("Rate", (None,), charts.LINE))
        self.assertFalse([text for text in self.texts(drawing) if '%' in text])

    def test_negative_values_stand_on_the_axis(self):
        drawing = self.draw(["Jan"], charts.Series("Actual", (-3,), charts.BAR, '#123456'))
        self.assertEqual(self.find(drawing, 'rect', fill='#123456')[0].get('height'), '0')
        self.assertIn("-3", self.texts(drawing))

    def test_texts_are_escaped(self):
        drawing = self.draw(["<b>&"], charts.Series("A & <script>", (1,)))
        self.assertIn("<b>&", self.texts(drawing))
        self.assertIn("A & <script>", self.texts(drawing))

    def test_values_and_labels_must_fit(self):
        for labels, values in (([], ()), (["Jan"], (1, 2)), (["Jan", "Feb"], (1,))):
            with self.subTest(labels), self.assertRaises(ValueError):
                charts.draw_chart(labels, [charts.Series("Actual", values)])
