import random
from decimal import Decimal

from odoo.tests import tagged

from ...lib.capital_amount import DIGITS, capital_amount
from .common import LibCase

WORDS = [
    (0, '零元整'),
    (0.0, '零元整'),
    ('0.00', '零元整'),
    (-0.0, '零元整'),
    (0.01, '壹分'),
    (0.1, '壹角整'),
    (0.12, '壹角贰分'),
    (1, '壹元整'),
    (1.01, '壹元零壹分'),
    (1.1, '壹元壹角整'),
    (10, '壹拾元整'),
    (10.05, '壹拾元零伍分'),
    (11, '壹拾壹元整'),
    (100, '壹佰元整'),
    (101, '壹佰零壹元整'),
    (110, '壹佰壹拾元整'),
    (325.04, '叁佰贰拾伍元零肆分'),
    (950, '玖佰伍拾元整'),
    (1000, '壹仟元整'),
    (1001, '壹仟零壹元整'),
    (1010, '壹仟零壹拾元整'),
    (1409.5, '壹仟肆佰零玖元伍角整'),
    (1680.32, '壹仟陆佰捌拾元叁角贰分'),
    (5550, '伍仟伍佰伍拾元整'),
    (6007.14, '陆仟零柒元壹角肆分'),
    (16409.02, '壹万陆仟肆佰零玖元零贰分'),
    (10000, '壹万元整'),
    (10001, '壹万零壹元整'),
    (10100, '壹万零壹佰元整'),
    (11000, '壹万壹仟元整'),
    (100000, '壹拾万元整'),
    (100010, '壹拾万零壹拾元整'),
    (107000.53, '壹拾万柒仟元伍角叁分'),
    (119800, '壹拾壹万玖仟捌佰元整'),
    (1000000, '壹佰万元整'),
    (10050000, '壹仟零伍万元整'),
    (10050001, '壹仟零伍万零壹元整'),
    (100000000, '壹亿元整'),
    (100000001, '壹亿零壹元整'),
    (100001000, '壹亿零壹仟元整'),
    (100010000, '壹亿零壹万元整'),
    (110000000, '壹亿壹仟万元整'),
    (123456789.12, '壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分'),
    (10**12, '壹万亿元整'),
    (10**12 + 1, '壹万亿零壹元整'),
    ('1020304050607080.90', '壹仟零贰拾万叁仟零肆拾亿伍仟零陆拾万柒仟零捌拾元玖角整'),
    (-1, '负壹元整'),
    (-420.5, '负肆佰贰拾元伍角整'),
    (-0.05, '负伍分'),
    (Decimal('3980.00'), '叁仟玖佰捌拾元整'),
]
ROUNDED = [
    (0.005, '壹分'),
    (0.004, '零元整'),
    (-0.004, '零元整'),
    (2.675, '贰元陆角捌分'),  # as a binary fraction it lies below
    (1.005, '壹元零壹分'),
    (0.1 + 0.2, '叁角整'),
    (999.995, '壹仟元整'),
    (9999.999, '壹万元整'),
    (-1.005, '负壹元零壹分'),
]


@tagged('post_install', '-at_install')
class TestLibCapitalAmount(LibCase):
    def test_words(self):
        for amount, words in WORDS:
            with self.subTest(amount=amount):
                self.assertEqual(capital_amount(amount), words)

    def test_rounded_half_up_to_fen(self):
        for amount, words in ROUNDED:
            with self.subTest(amount=amount):
                self.assertEqual(capital_amount(amount), words)

    def test_reads_back(self):
        """Every amount can be read back from its words, and no words hold two zeros in a row or end with one."""
        source = random.Random(20201119)
        for _round in range(3000):
            fen = source.randrange(10 ** source.randint(1, 17))
            fen = int(''.join(source.choice((digit, '0')) for digit in str(fen)))
            words = capital_amount(Decimal(fen) / 100)
            self.assertEqual(self.read(words), fen, words)
            self.assertNotIn('零零', words)
            for unit in '拾佰仟万亿':
                self.assertNotIn('零' + unit, words)

    def test_refused(self):
        for amount in (None, False, '', 'abc', '1,000', float('nan'), float('inf'), float('-inf'), 10**16, -(10**16)):
            with self.subTest(amount=amount), self.assertRaises(ValueError):
                capital_amount(amount)

    @classmethod
    def read(cls, words):
        """Return the fen that words in capitals stand for, worked out the other way round."""
        yuan, _found, rest = words.rpartition('元')
        fen, digit = 0, 0
        for character in rest:
            if character in DIGITS:
                digit = DIGITS.index(character)
            fen += digit * {'角': 10, '分': 1}.get(character, 0)
        return 100 * cls.read_integer(yuan) + fen

    @classmethod
    def read_integer(cls, words):
        for unit, size in (('亿', 10**8), ('万', 10**4)):
            high, found, low = words.rpartition(unit)
            if found:
                return cls.read_integer(high) * size + cls.read_integer(low)
        total, digit = 0, 0
        for character in words:
            if character in DIGITS:
                digit = DIGITS.index(character)
            else:
                total += digit * {'拾': 10, '佰': 100, '仟': 1000}[character]
                digit = 0
        return total + digit
