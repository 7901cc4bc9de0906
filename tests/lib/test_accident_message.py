from datetime import datetime

from odoo.tests import tagged

from ...lib.accident_message import read_message, read_time
from .common import LibCase

NOW = datetime(2026, 11, 18, 10, 0)
VIN = 'LTSZZTDE0TA000001'


@tagged('post_install', '-at_install')
class TestLibAccidentMessage(LibCase):
    """Messages as insurers write them, with invented people and numbers."""

    def check(self, text, rest=None, **expected):
        read = read_message(text, NOW)
        values = {name: str(value) if isinstance(value, datetime) else value for name, value in read['values'].items()}
        self.assertEqual({name: values.get(name) for name in expected}, expected, text)
        if rest is not None:
            self.assertEqual(read['rest'], rest)
        return values

    def test_sentence_without_colons(self):
        self.check(
            "【人保财险】您有新的送修任务，报案号RDAA202636010000012345，车牌赣Z12345，车架号LTSZZTDE0TA000001，"
            "出险时间2026-11-18 09:30，出险地点南昌市红谷滩区丰和大道，"
            "事故类型双方事故，查勘员李四15900000011。请及时联系客户。",
            rest="您有新的送修任务,请及时联系客户",
            insurer="人保财险", report_no='RDAA202636010000012345', plate='赣Z12345', vin=VIN,
            accident_on='2026-11-18 09:30:00', place="南昌市红谷滩区丰和大道", accident_type='two',
            surveyor_name="李四", surveyor_phone='15900000011', caller_phone=None,
        )

    def test_labels_with_colons(self):
        self.check(
            "【平安产险】推送案件 报案号:90100002600123456789 标的车:赣Z·D12345 车型:轩逸 报案人:李女士"
            " 电话:138-0000-1234 出险时间:11月18日9时30分 地点:青山湖大道 需要拖车",
            insurer="平安产险", report_no='90100002600123456789', plate='赣ZD12345', vehicle_text="轩逸",
            caller_name="李女士", caller_phone='13800001234', accident_on='2026-11-18 09:30:00', needs_tow=True,
        )

    def test_lines(self):
        self.check(
            "太保送修信息\n报案号：AGUZ990R142026B188547R\n车牌号：赣Z W052A\n客户姓名：丁翠强\n"
            "联系电话：１５８００００４９５２\n"
            "出险时间：2026年11月17日 下午3点20分\n出险地点：科技园二路\n责任：全责\n人伤：无\n能否行驶：能",
            insurer="太保", report_no='AGUZ990R142026B188547R', caller_name="丁翠强", caller_phone='15800004952',
            accident_on='2026-11-17 15:20:00', place="科技园二路", liability='full', is_injury=False, is_drivable=True,
        )

    def test_surveyor_is_not_the_caller(self):
        self.check(
            "查勘员:王强 13900000022,客户张三,电话:13700000033,车牌赣Z12345",
            surveyor_name="王强", surveyor_phone='13900000022', caller_phone='13700000033',
        )
        self.check("定损员电话:13900000022;车主电话:13700000033", surveyor_phone='13900000022',
                   caller_phone='13700000033')

    def test_free_words(self):
        values = self.check(
            "有个客户在高新大道追尾，赣z·8H2K6，电话13900000001，大地的，车不能开了，人没事，已报警",
            plate='赣Z8H2K6', caller_phone='13900000001', insurer="大地", is_drivable=False, is_injury=False,
            is_police_called=True, accident_type='two',
        )
        self.assertNotIn('report_no', values)

    def test_injury_and_tow(self):
        for text, injury, tow in (
            ("赣Z12345 有人受伤送医，需要拖车", True, True),
            ("赣Z12345 无人伤，不需要拖车", False, False),
            ("赣Z12345 人员未受伤", False, None),
            ("赣Z12345 是否人伤：是 是否需要拖车：否", True, False),
        ):
            self.check(text, plate='赣Z12345', is_injury=injury, needs_tow=tow)

    def test_names_are_not_guessed(self):
        values = self.check("请联系车主确认是否到店。客户已离开现场。赣Z12345", plate='赣Z12345')
        self.assertNotIn('caller_name', values)

    def test_numbers_are_told_apart(self):
        self.check(
            "交强险保单号：PDZA202636010000000001，商业险保单号：PDAA202636010000000002，报案号：RDAA202636010000000003",
            policy_no_compulsory='PDZA202636010000000001', policy_no_commercial='PDAA202636010000000002',
            report_no='RDAA202636010000000003',
        )

    def test_sender_at_the_end(self):
        self.check("贵店客户赣Z12345于昨晚9点10分出险，请跟进【国寿财险】", insurer="国寿财险", plate='赣Z12345')

    def test_time_and_place_in_a_sentence(self):
        self.check(
            "我司客户张伟(13812345678)于2026年11月17日20时15分在会展路与丰和大道交叉口发生交通事故，赣Z12345",
            accident_on='2026-11-17 20:15:00', place="会展路与丰和大道交叉口", plate='赣Z12345')
        self.check("赣Z12345 昨晚22点多在八一桥头与面包车相撞",
                   accident_on='2026-11-17 22:00:00', place="八一桥头")
        self.assertNotIn('place', read_message("赣Z12345 客户昨天10点在电话中确认", NOW)['values'])

    def test_times(self):
        for text, expected in (
            ("2026-11-18 09:30:15", "2026-11-18 09:30:00"), ("2026/11/8 9:05", "2026-11-08 09:05:00"),
            ("2026年11月18日09时30分", "2026-11-18 09:30:00"), ("11月18日", "2026-11-18 00:00:00"),
            ("今天8:15", "2026-11-18 08:15:00"), ("昨晚9点10分", "2026-11-17 21:10:00"),
            ("12月30日 21:00", "2025-12-30 21:00:00"), ("11-17 23:50", "2026-11-17 23:50:00"),
            ("2026年11月31日", "None"), ("下午", "None"),
        ):
            self.assertEqual(str(read_time(text, NOW)), expected, text)

    def test_nothing_in_it(self):
        for text in ("", None, "你好", "【京东】您的包裹已送达"):
            read = read_message(text, NOW)
            self.assertFalse(read['values'], text)
            self.assertEqual(read['found'], [])

    def test_found_words_are_shown(self):
        read = read_message("【人保】报案号RDAA202636010000012345 车牌赣Z12345", NOW)
        self.assertEqual([name for name, _words in read['found']], ['insurer', 'report_no', 'plate'])
        self.assertEqual(dict(read['found'])['plate'], "车牌赣Z12345")
        self.assertEqual(read['rest'], "")
