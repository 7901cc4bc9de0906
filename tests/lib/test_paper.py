from ...lib.paper import BLANK_ROW, PrintCell, PrintColumn, blank_count, compose
from .common import LibCase


class TestPaper(LibCase):
    """How much fits on the form."""

    cells = [PrintCell('no', "No.", 8), PrintCell('text', "Text", 50)]
    columns = [PrintColumn('no', "No.", 'int', 'no'), PrintColumn('text', "Text", 'wrap', 'text'),
               PrintColumn('note', cell='below', caption="Note:")]

    def height(self, **row):
        return compose(self.columns, self.cells, row, lambda _column, value: str(value))['height']

    def test_long_and_wide_texts_take_more_rows(self):
        short = self.height(no=1, text="abc")
        self.assertEqual(self.height(no=1), short)
        self.assertGreater(self.height(no=1, text="a" * 60), short)
        self.assertGreater(self.height(no=1, text="客" * 25), short)
        self.assertEqual(self.height(no=1, text="a" * 25), short)
        self.assertGreater(self.height(no=1, text="a\nb"), short)
        self.assertGreater(self.height(no=1, text="abc", note="why"), short)

    def test_empty_values_are_left_out(self):
        row = {'no': 1, 'text': False, 'note': ''}
        line = compose(self.columns, self.cells, row, lambda _column, value: str(value))
        self.assertEqual([[piece['text'] for piece in cell] for cell in line['cells']], [['1'], []])
        self.assertEqual(line['below'], [])

    def test_blank_lines(self):
        self.assertEqual(blank_count([], 20), 20)
        self.assertEqual(blank_count([BLANK_ROW] * 20, 20), 0)
        self.assertEqual(blank_count([BLANK_ROW] * 25, 20), 0)  # a capacity lowered since
        self.assertLess(blank_count([60, 60], 20), 18)
        self.assertEqual(blank_count([400], 20), 0)
        self.assertLess(blank_count([], 40), 25)  # never more than one sheet of empty lines
        self.assertLess(blank_count([], 40, review_rows=12), blank_count([], 40))

    def test_caption_is_set_apart(self):
        columns = [PrintColumn('no', cell='no', caption="No."), PrintColumn('text', cell='text', caption="内容：")]
        line = compose(columns, self.cells, {'no': 1, 'text': "a"}, lambda _column, value: str(value))
        self.assertEqual([piece['caption'] for cell in line['cells'] for piece in cell], ["No. ", "内容："])
