import random

from stdnum.cn import ric, uscc

from odoo.tests import tagged

from ...lib import identifiers
from ...lib.cells import FORMULA_WITHOUT_VALUE, CellError, ImpossibleValue
from .common import LibCase

VIN_CHARACTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'


@tagged('post_install', '-at_install')
class TestLibIdentifiers(LibCase):
    def check_table(self, function, table):
        for written, meant in table:
            with self.subTest(function=function.__name__, written=written):
                self.assertEqual(function(written), meant)

    # === VIN === #

    def test_normalise_vin(self):
        self.check_table(
            identifiers.normalise_vin,
            [
                ('LGBM4DE46SY000123', 'LGBM4DE46SY000123'),
                ('lgbm4de46sy000123', 'LGBM4DE46SY000123'),
                (' LGBM4DE46SY000123\u3000', 'LGBM4DE46SY000123'),
                ('LGB M4DE46 SY000123', 'LGBM4DE46SY000123'),
                ('LGB-M4DE46-SY000123', 'LGBM4DE46SY000123'),
                ('ＬＧＢＭ４ＤＥ４６ＳＹ０００１２３', 'LGBM4DE46SY000123'),
                ('LGBM4DE46SY000123\t', 'LGBM4DE46SY000123'),
                ("'LGBM4DE46SY000123", 'LGBM4DE46SY000123'),
                ('\ufeffLGBM4DE46\u200bSY000123\xa0', 'LGBM4DE46SY000123'),
                (12345678901234, '12345678901234'),
                *((blank, None) for blank in (None, '', ' ', '\u3000', '-', '—', '/', '无', 'NULL')),
            ],
        )

    def test_vin_problem(self):
        self.check_table(
            identifiers.vin_problem,
            [
                ('LGBM4DE46SY000123', None),
                (None, 'missing'),
                ('', 'missing'),
                ('LGBM4DE46SY00012', 'length'),
                ('LGBM4DE46SY0001234', 'length'),
                ('LGBM4DE46SYO00123', 'illegal_character'),
                ('LGBM4DE46SYI00123', 'illegal_character'),
                ('LGBM4DE46SYQ00123', 'illegal_character'),
                ('LGBM4DE46SY00012*', 'illegal_character'),
                ('LGBM4DE46SY00012京', 'illegal_character'),
            ],
        )

    def test_vin_check_digit(self):
        good = (
            'LSJA24U62JG269225 LDC613P23A1305189 1M8GDM9AXKP042788 LGBH52E00RY000001 LGBM4DE46SY000123'
            ' LGBF5AE0XPR200456 LSVNV4188N2000789 LFPH4ABC3L1000321 11111111111111111'
        )
        for vin in good.split():
            self.assertTrue(identifiers.vin_check_digit_ok(vin), vin)
        for vin in ('LSJA24U63JG269225', 'LSJA24U62JG26922', 'LSJA24U62JG26922O', '', None):
            self.assertFalse(identifiers.vin_check_digit_ok(vin), vin)

    def test_vin_check_digit_of_random_vins(self):
        """Exactly one of the eleven digits fits; a wrong letter elsewhere is found unless its value is the same."""
        source = random.Random(20261118)
        for _round in range(200):
            vin = ''.join(source.choices(VIN_CHARACTERS, k=17))
            fitting = [digit for digit in '0123456789X' if identifiers.vin_check_digit_ok(vin[:8] + digit + vin[9:])]
            self.assertEqual(fitting, [identifiers.vin_check_digit(vin)])
            vin = vin[:8] + fitting[0] + vin[9:]
            place = source.choice([place for place in range(17) if place != 8])
            digit = int(vin[place]) if vin[place].isdigit() else None
            if digit is not None:
                other = vin[:place] + str((digit + 1) % 10) + vin[place + 1 :]
                self.assertFalse(identifiers.vin_check_digit_ok(other), (vin, other))

    # === Plates === #

    def test_normalise_plate(self):
        self.check_table(
            identifiers.normalise_plate,
            [
                ('粤A12345', '粤A12345'),
                ('粤A·12345', '粤A12345'),
                ('粤A•12345', '粤A12345'),
                ('粤A・12345', '粤A12345'),
                ('粤A-12345', '粤A12345'),
                ('粤A.12345', '粤A12345'),
                (' 粤a 12345 ', '粤A12345'),
                ('粤Ａ１２３４５', '粤A12345'),
                ('粤AＤ12345', '粤AD12345'),
                *((none, None) for none in ('新车', '未上牌', '无牌', ' 未 上 牌 ', '无', '', None, '-', '/')),
            ],
        )
        self.assertEqual(identifiers.normalise_plate('试驾', {'试驾'}), None)
        self.assertEqual(identifiers.normalise_plate('试驾'), '试驾')

    def test_plate_problem(self):
        normal = ('粤A12345', '浙B8H2K6', '粤Z1234港', '粤Z1234澳', '京A1234警', '赣A1234学', '赣A1234挂', '粤O12345')
        new_energy = ('粤AD12345', '粤A12345D', '苏E12345K', '沪ADA1234', '沪AF12345')
        embassy = ('使123456', '沪A1234领')
        for kind, plates in (('normal', normal), ('new_energy', new_energy), ('embassy', embassy)):
            for plate in plates:
                self.assertEqual(identifiers.plate_kind(plate), kind, plate)
                self.assertIsNone(identifiers.plate_problem(plate), plate)
        malformed = ('粤AI2345', '粤AO1234', '粤A1234', '粤A123456', '粤112345', 'A12345', '粵A12345', '苏E12345L')
        for plate in (*malformed, '沪AL12345', '临A1234', '使12345'):
            self.assertEqual(identifiers.plate_problem(plate), 'malformed', plate)
        self.assertEqual(identifiers.plate_problem(None), 'missing')

    # === Phones === #

    def test_normalise_phone(self):
        self.check_table(
            identifiers.normalise_phone,
            [
                ('13800001234', '13800001234'),
                (13800001234, '13800001234'),
                (13800001234.0, '13800001234'),
                ('138-0000-1234', '13800001234'),
                ('138 0000 1234', '13800001234'),
                ('１３８００００１２３４', '13800001234'),
                ('+86 13800001234', '13800001234'),
                ('+86-138-0000-1234', '13800001234'),
                ('008613800001234', '13800001234'),
                ('8613800001234', '13800001234'),
                ("'13800001234", '13800001234'),
                ('13800001234\t', '13800001234'),
                ('0791-86001234', '079186001234'),
                ('(0791)86001234', '079186001234'),
                ('010-62001234', '01062001234'),
                ('+86 791 86001234', '079186001234'),
                ('+86 10 62001234', '01062001234'),
                ('+86 21 62001234', '02162001234'),
                ('电话 13800001234', '电话 13800001234'),
                ('13800001234/13900001234', '13800001234/13900001234'),
                *((blank, None) for blank in (None, '', '\u3000', '-', '/', '无', '暂无')),
            ],
        )

    def test_phone_kind(self):
        for phone, kind in (
            ('13800001234', 'mobile'),
            ('19900001234', 'mobile'),
            ('079186001234', 'landline'),
            ('01062001234', 'landline'),
            ('12800001234', None),
            ('1380000123', None),
            ('138000012345', None),
            ('86001234', None),
            ('4008001234', None),
            ('13800001234/13900001234', None),
            ('', None),
            (None, None),
        ):
            self.assertEqual(identifiers.phone_kind(phone), kind, phone)

    # === Identity numbers === #

    def test_id_number(self):
        self.check_table(
            identifiers.normalise_id_number,
            [
                ('11010519491231002x', '11010519491231002X'),
                ('110105 19491231 002X', '11010519491231002X'),
                ('１１０１０５１９４９１２３１００２Ｘ', '11010519491231002X'),
                (' 91000000ma0000001r', '91000000MA0000001R'),
                ('无', None),
                (None, None),
            ],
        )
        for kind, number, problem in (
            ('id_card', '11010519491231002X', None),
            ('id_card', '990000199001010017', None),
            ('id_card', '990000198512311239', None),
            ('id_card', '110105194912310021', 'check_digit'),
            ('id_card', '11010519490231002X', 'birth_date'),
            ('id_card', '11010517491231002X', 'malformed'),
            ('id_card', '01010519491231002X', 'malformed'),
            ('id_card', '110105194912310O2X', 'malformed'),
            ('id_card', '110105491231002', 'length'),
            ('id_card', None, 'missing'),
            ('uscc', '91000000MA0000001R', None),
            ('uscc', '92000000MA0000002R', None),
            ('uscc', '91110000600037341L', None),
            ('uscc', '91000000MA0000001T', 'check_digit'),
            ('uscc', '91000000MA000000IR', 'malformed'),
            ('uscc', '9100000MA0000001R', 'length'),
            ('uscc', '', 'missing'),
            ('passport', 'E12345678', None),
            ('passport', None, 'missing'),
        ):
            with self.subTest(kind=kind, number=number):
                self.assertEqual(identifiers.id_number_problem(kind, number), problem)
        self.assertEqual(identifiers.id_number_kind('990000199001010017'), 'id_card')
        self.assertEqual(identifiers.id_number_kind('91000000MA0000001R'), 'uscc')
        self.assertIsNone(identifiers.id_number_kind('E12345678'))
        self.assertIsNone(identifiers.id_number_kind(None))

    def test_random_id_numbers(self):
        source = random.Random(990000)
        for _round in range(100):
            number = f'990000{source.randint(1950, 2009)}{source.randint(1, 12):02}{source.randint(1, 28):02}'
            number += f'{source.randint(0, 999):03}'
            number += ric.calc_check_digit(number + '0')
            self.assertIsNone(identifiers.id_number_problem('id_card', number), number)
            wrong = number[:-1] + ('0' if number[-1] != '0' else '1')
            self.assertEqual(identifiers.id_number_problem('id_card', wrong), 'check_digit', wrong)
            code = f'91990000MA{source.randint(0, 9999999):07}'
            code += uscc.calc_check_digit(code)
            self.assertIsNone(identifiers.id_number_problem('uscc', code), code)

    # === Policy numbers === #

    def test_policy_no(self):
        self.check_table(
            identifiers.normalise_policy_no,
            [
                ('PDZA202699000000115848', 'PDZA202699000000115848'),
                ('PDZA 2026 9900 0000 1158 48', 'PDZA202699000000115848'),
                ('PDZA-2026-99000000115848', 'PDZA202699000000115848'),
                ('pdza202699000000115848\n', 'PDZA202699000000115848'),
                ("'1990000390202600127617", '1990000390202600127617'),
                (12345678901234, '12345678901234'),
                *((blank, None) for blank in (None, '', '/', '--', '无')),
            ],
        )
        self.check_table(
            identifiers.policy_no_problem,
            [
                ('PDZA202699000000115848', None),
                ('1234567890', None),
                ('123456789', 'malformed'),
                ('A' * 31, 'malformed'),
                ('PDZA2026990000001158*8', 'malformed'),
                ('保单202699000000115848', 'malformed'),
                (None, 'missing'),
            ],
        )

    def test_digits_lost(self):
        """A number of 22 digits typed as a number has lost its end: it is refused, not read."""
        for number in (1.9900003902026e21, 990000199001010017, 10**15):
            for function in (identifiers.normalise_policy_no, identifiers.normalise_id_number):
                self.assertRefused(ImpossibleValue, 'digits_lost', function, number)

    def test_error_cells(self):
        for function in (
            identifiers.normalise_vin,
            identifiers.normalise_plate,
            identifiers.normalise_phone,
            identifiers.normalise_id_number,
            identifiers.normalise_policy_no,
            identifiers.normalise_person,
            identifiers.normalise_company,
        ):
            self.assertRefused(ImpossibleValue, 'cell_error', function, CellError('#N/A'))
            self.assertRefused(ImpossibleValue, 'formula_without_value', function, FORMULA_WITHOUT_VALUE)

    # === Names, masks === #

    def test_normalise_person(self):
        self.check_table(
            identifiers.normalise_person,
            [
                ('李　娜', '李娜'),
                (' 马超 ', '马超'),
                ('欧 阳 明 月', '欧阳明月'),
                ('John   Smith', 'John Smith'),
                ('Ｊｏｈｎ　Smith', 'John Smith'),
                ('张三 (John  Smith)', '张三(John Smith)'),
                ('买买提 • 吐尔逊', '买买提·吐尔逊'),
                ('-', None),
                (None, None),
            ],
        )

    def test_normalise_company(self):
        self.check_table(
            identifiers.normalise_company,
            [
                ('中国人民财产保险股份有限公司', '中国人民财产保险'),
                ('中国人民财产保险股份有限公司江西省分公司', '中国人民财产保险'),
                ('中国人民财产保险 股份有限公司（南昌市分公司）', '中国人民财产保险'),
                ('晨光(北京)有限责任公司', '晨光北京'),
                ('某某有限公司', '某某'),
                ('平安产险南昌中心支公司', '平安产险南昌'),
                ('人保', '人保'),
                ('picc', 'PICC'),
                ('ＰＩＣＣ', 'PICC'),
                ('有限公司', '有限公司'),
                ('/', None),
            ],
        )

    def test_masks(self):
        self.check_table(
            identifiers.mask_phone,
            [('13800000000', '138****0000'), ('12345', '***45'), ('1', '*'), ('', ''), (None, ''), (False, '')],
        )
        self.check_table(
            identifiers.mask_id,
            [('11010519491231002X', '1101**********002X'), ('E1234567', '******67'), (None, '')],
        )
        self.check_table(
            identifiers.mask_name,
            [('张三', '张*'), ('张三丰', '张**'), ('张', '张'), ('John Smith', 'J*** S****'), (None, '')],
        )
