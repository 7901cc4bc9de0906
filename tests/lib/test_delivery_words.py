from odoo.tests import tagged

from ...lib import delivery_words
from ...lib.cells import ImpossibleValue
from ...lib.ledger_words import bare
from .common import LibCase


@tagged('post_install', '-at_install')
class TestLibDeliveryWords(LibCase):

    def test_answers(self):
        table = {
            '是': 'here', '√': 'here', '店内投保': 'here', '在店': 'here', '已投保': 'here', '否': 'no',
            '未在店投保': 'no', '未投保': 'no', '×': 'no', '外保': 'elsewhere', '自行投保': 'elsewhere',
            '店外': 'elsewhere', '不投保': 'none', '暂不投保': 'none', '待定': 'open', '未定': 'open',
            None: None, '': None,
        }
        for written, meant in table.items():
            with self.subTest(written=written):
                self.assertEqual(delivery_words.read_answer(written), meant)
        for written in ('?!', 'x'):
            self.assertRefused(ImpossibleValue, 'yes_no_unknown', delivery_words.read_answer, written)

    def test_reasons(self):
        table = {
            '关系户': 'RELATIVE', '亲友在保险公司': 'RELATIVE', '客户嫌价格高': 'PRICE', '全款自行购买': 'SELF',
            '公司统一投保': 'COMPANY', '贷款机构指定投保': 'FINANCE', '银行指定': 'FINANCE',
            '客户外地上牌, 当地投保': 'OUT_OF_TOWN', '暂不投保': 'LATER', '二级商自行投保': 'SECOND_TIER',
            '调拨车辆': 'TRANSFER', '未填': None, '猫生病了': None,
        }
        for written, meant in table.items():
            with self.subTest(written=written):
                self.assertEqual(delivery_words.read_reason(written), meant)

    def test_sources(self):
        table = {
            '展厅零售': 'RETAIL', '二级': 'SECOND_TIER', '二网': 'SECOND_TIER', '调拨': 'TRANSFER', '试驾车': 'DEMO',
            '试乘/试驾': 'DEMO', '大客户': 'FLEET', '专营店互调': 'INTER_STORE', '出口': 'EXPORT', '火星': None,
        }
        for written, meant in table.items():
            with self.subTest(written=written):
                self.assertEqual(delivery_words.SOURCES.get(bare(written)), meant)
