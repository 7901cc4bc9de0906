"""What an insurer's text message about an accident says: SMS and WeChat texts pasted by the hotline (R43).

No two insurers write alike, and their forms change. So nothing depends on a form: fields are found by the labels that
stand before them, and what has a shape of its own (plate, VIN, phone, number of the report) without one. What is not
understood is returned as the rest, and nothing is guessed.
"""

import re
from datetime import datetime, timedelta
from itertools import zip_longest

from . import identifiers
from .accident_words import ACCIDENT_TYPES, LIABILITIES
from .cells import fold

_LABELS = {
    'report_no': '保险报案号|报案编号|报案号码|报案号|案件编号|案件号|立案号|赔案号',
    'policy_no_compulsory': '交强险保单号码?|交强保单号?',
    'policy_no_commercial': '商业险保单号码?|商业保单号?|保单号码?',
    'vin': '车架号码?|车辆识别代[号码]|VIN码?号?|大架号',
    'plate': '号牌号码|车牌号码?|出险车牌|标的车牌号?|标的车辆|标的车|出险车辆|车牌|车号|牌照号?',
    'surveyor_phone': '(?:查勘定损员|查勘员|定损员|查勘人员|查勘人)(?:联系)?(?:电话|手机|方式)',
    'surveyor_name': '查勘定损员|查勘人员|查勘员|定损员|查勘人|处理人',
    'caller_phone': '报案人?(?:联系)?(?:电话|手机号?)|(?:客户|车主|驾驶[员人])?联系(?:电话|方式)'
                    '|(?:客户|车主|驾驶[员人])(?:电话|手机号?)|手机号码?|电话号码|手机|电话|tel',
    'caller_name': '报案人姓名|客户姓名|车主姓名|报案人|联系人|驾驶[员人]|被保险人|车主|客户',
    'reported_on': '报案时间|报案日期',
    'accident_on': '出险时间|事故时间|出险日期|事发时间|发生时间|时间',
    'survey_place': '定损地点|查勘地点',
    'place': '出险地点|事故地点|出险地址|事发地点|出险位置|事故位置|地点|位置|地址',
    'insurer': '承保公司|承保机构|保险公司',
    'vehicle_text': '厂牌型号|品牌型号|厂牌车型|品牌车型|车型',
    'accident_type': '事故类型|事故类别|出险类型|事故形态|案件类型',
    'liability': '事故责任|责任划分|责任比例|责任',
    'is_injury': '是否有?人伤|有无人伤|人伤情况|人伤',
    'needs_tow': '是否需?要?拖车|是否需?要?救援|拖车|救援',
    'is_drivable': '车辆能否行驶|能否行驶|可否行驶|是否可行驶',
    'damage': '受损部位|损失部位|损失情况|受损情况|碰撞部位|事故经过|出险经过|事故描述|出险原因|案件描述',
}
_NAMES = tuple(_LABELS)
# What a message may end a value with; a blank alone ends none (2026-11-18 09:30)
_LABEL = re.compile(
    r'(?<![A-Za-z])(?:' + '|'.join(f'(?P<{name}>{words})' for name, words in _LABELS.items())
    + r')(?P<mark>[】\])]?\s*[:=]\s*|\s+|为|是)?', re.IGNORECASE,
)
# Short words that mean their field only where a colon follows
_COLON_ONLY = re.compile('时间|电话|手机|tel|客户|车主|联系人|被保险人|地点|位置|地址|责任|人伤|拖车|救援|处理人'
                         '|保险公司|定损员|查勘员|查勘人|标的车辆?|出险车辆|车型|驾驶[员人]|报案人', re.IGNORECASE)
_END = re.compile(r'[,;。!?\n\t|]|\s{2,}|\s*[【\[(](?=[^)\]】]{0,12}[:】])')

_PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
_PLATE = re.compile(rf'[{_PROVINCES}]\s?[A-Za-z][\s·.\-•]{{0,2}}[A-Za-z0-9]{{4,6}}[挂学警港澳]?(?![A-Za-z0-9])')
_VIN = re.compile(r'(?<![A-Za-z0-9])[A-HJ-NPR-Za-hj-npr-z0-9]{17}(?![A-Za-z0-9])')
_PHONE = re.compile(r'(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)|(?<!\d)(0\d{2,3}-\d{7,8})(?!\d)')
_NUMBER = re.compile(r'(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{10,30}(?![A-Za-z0-9])')
_NAME = re.compile('[\u4e00-\u9fff·]{1,8}?(?:先生|女士|小姐|师傅)|[\u4e00-\u9fff·]{2,4}')
_NAME_AND_PHONE = re.compile(r'[\u4e00-\u9fff·]{2,4}[\s(:]{0,2}1[3-9]\d')
_SENDER = re.compile(r'^\s*[【\[](?P<name>[^】\]]{2,20})[】\]]|[【\[](?P<last>[^】\]]{2,20})[】\]]\s*$')
_TIME = re.compile(
    r'(?:(?P<y>\d{4}|\d{2}(?=年))\s*[-/.年]\s*)?(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?'
    r'(?:\s*(?P<half>凌晨|早上|上午|中午|下午|傍晚|晚上|晚)?\s*(?P<h>\d{1,2})\s*[:时点]\s*(?:(?P<mi>\d{1,2})(?:\s*[:分]\s*\d{0,2}秒?)?)?)?'
    r'|(?P<word>今天|今日|今晚|今早|昨天|昨日|昨晚)\s*(?P<half2>凌晨|早上|上午|中午|下午|傍晚|晚上|晚)?\s*(?P<h2>\d{1,2})\s*[:时点]\s*'
    r'(?:(?P<mi2>\d{1,2})分?)?'
)
# 于11月30日20时15分在会展路与丰和大道交叉口发生交通事故
_SENTENCE = re.compile(
    rf'(?:于\s*)?(?P<time>{_TIME.pattern})\s*(?:多|许|左右)?[\s,]*在\s*(?P<place>[^,;。\n]{{2,40}}?)\s*'
    r'(?:处)?(?=发生|出险|单方|双方|被|撞|碰|刮|追尾|与[^,;。\n]{1,12}(?:相?撞|碰|刮|追))'
)
_AFTERNOON = frozenset({'下午', '傍晚', '晚上', '晚', '今晚', '昨晚'})
_INSURERS = re.compile(
    '中国人民财产保险|中国人保|人保财险|人保|PICC|平安产险|平安财险|平安|太平洋产险|太平洋财险|太平洋|太保|国寿财险?|人寿财险|中国人寿财险?'
    '|中华联合|中华财险|大地财险|大地保险|大地|阳光财险|阳光产险|阳光|太平财险|天安财险|天安|申能财险|申能|华安财险|华安|永安财险|永安'
    '|永诚财险|永诚|华泰财险|华泰|英大|紫金|渤海财险|渤海|鼎和|大家财险|安盛天平|安盛|利宝|众诚|众安', re.IGNORECASE,
)

_FLAGS = (
    ('is_injury', False, '(?:无|没有?|未见|无需)\\s*(?:人员?)?(?:受?伤|人伤)|人员?(?:未|没有?|无)受?伤|人没事'),
    ('is_injury', True, '有人?(?:受伤|人伤|伤)|人员?受伤|人伤|受伤|送医|住院'),
    ('needs_tow', False, '(?:无|不)需要?\\s*(?:拖车|救援|施救)|不用拖车'),
    ('needs_tow', True, '(?:需要?|请|要)\\s*(?:拖车|救援|施救)|等待?(?:拖车|救援)|已?安排拖车'),
    ('is_drivable', False, '(?:不能|无法|不可|不能正常)(?:行驶|开动|移动|开)|开不了|动不了'),
    ('is_drivable', True, '(?:可|能|可以|可正常|能正常)(?:行驶|开动|自行行驶|开走|开)'),
    ('is_police_called', True, '已?(?:报警|报交警)|交警(?:已|到|处理)'),
)
_YES = re.compile('^(是|有|需要?|要|能|可以?|yes|y|1)', re.IGNORECASE)
_NO = re.compile('^(否|无|没|不|未|no|n|0)', re.IGNORECASE)


def read_message(text, now):
    """Read an insurer's message.

    :param str text: as pasted
    :param datetime now: the store's wall clock, for messages without a year
    :return: `{'values': {field: value}, 'found': [(field, words)], 'rest': text}`: values are texts as the report
        holds them, datetimes (wall clock) and booleans; `insurer` is a name to be looked up; `found` says of which
        words each came, in their order; the rest is what stood nowhere
    """
    message = _Message(fold_lines(text), now)
    message.read_labels()
    message.read_shapes()
    message.read_flags()
    return {'values': message.values, 'found': message.get_found(), 'rest': message.get_rest()}


def fold_lines(text):
    """Return the text in half width, its lines kept."""
    lines = (fold(line) for line in (text or '').replace('\r', '\n').split('\n'))
    return '\n'.join(line.replace('，', ',').replace('；', ';').replace('：', ':') for line in lines)


def read_time(text, now):
    """Return the moment that `text` names, by the wall clock `now`, or None; without a year the last such day."""
    found = _TIME.search(text)
    if not found:
        return None
    half = found['half'] or found['half2'] or found['word'] or ''
    hour, minute = int(found['h'] or found['h2'] or 0), int(found['mi'] or found['mi2'] or 0)
    if any(half.endswith(word) for word in _AFTERNOON) and hour < 12:
        hour += 12
    try:
        if found['word']:
            day = now.date() - timedelta(days=found['word'].startswith('昨'))
            return datetime(day.year, day.month, day.day, hour, minute)
        year = int(found['y']) if found['y'] else now.year
        year += 2000 if year < 100 else 0
        moment = datetime(year, int(found['m']), int(found['d']), hour, minute)
        if not found['y'] and moment > now + timedelta(days=1):
            moment = moment.replace(year=year - 1)
    except ValueError:
        return None
    return moment


class _Message:
    """A text of which parts are understood one after the other; a part is used once."""

    def __init__(self, text, now):
        self.text, self.now = text, now
        self.values, self.spans, self.said = {}, [], []

    # === USED PARTS === #

    def is_free(self, start, end):
        return all(end <= first or start >= last for first, last, _name in self.spans)

    def use(self, name, value, start, end):
        """Keep `value` of the part from `start` to `end`, unless the field or the part is taken."""
        if value in (None, '') or name in self.values or not self.is_free(start, end):
            return False
        self.values[name] = value
        self.spans.append((start, end, name))
        return True

    def get_found(self):
        used = [(name, self.text[start:end].strip(' ,;:。\n')) for start, end, name in sorted(self.spans)]
        return used + self.said

    def get_rest(self):
        kept, position = [], 0
        for start, end, _name in sorted(self.spans):
            kept.append(self.text[position:start])
            position = end
        kept.append(self.text[position:])
        rest = re.sub(r'[ \t]*[,;。|]+(?:[\s,;。|]*[,;。|])*', ',', ' '.join(kept))
        return re.sub(r'\s+', ' ', rest).strip(' ,;:。')

    # === LABELS === #

    def read_labels(self):
        marks = [mark for mark in _LABEL.finditer(self.text) if self.is_label(mark)]
        for mark, following in zip_longest(marks, marks[1:]):
            start = mark.end()
            stop = following.start() if following else len(self.text)
            end = _END.search(self.text, start, stop)
            words = self.text[start:end.start() if end else stop]
            self.read_value(self.name_of(mark), words, mark.start(), start, start + len(words))

    @staticmethod
    def name_of(mark):
        return next(name for name in _NAMES if mark[name])

    def is_label(self, mark):
        word = mark[self.name_of(mark)]
        if re.search('[:=]', mark['mark'] or '') or not _COLON_ONLY.fullmatch(word):
            return True
        return bool(_NAME_AND_PHONE.match(self.text, mark.end()))

    def read_value(self, name, words, label, start, end):
        """Read the words after a label: a value of another shape than the field's is left alone."""
        reader = getattr(self, f'read_{name}', None)
        value, used = reader(words) if reader else (words.strip(' :"\'') or None, end - start)
        if self.use(name, value, label, start + used) and used < len(words) and name in (
                'surveyor_name', 'caller_name'):
            self.read_phone_behind(name, start + used, end)

    def read_phone_behind(self, name, start, end):
        """Take the number that follows a name: 查勘员李四15900001111."""
        phone = _PHONE.search(self.text, start, end)
        if phone:
            target = 'surveyor_phone' if name == 'surveyor_name' else 'caller_phone'
            self.use(target, identifiers.normalise_phone(phone[0]), phone.start(), phone.end())

    @staticmethod
    def of_shape(pattern, words, clean):
        found = pattern.search(words)
        return (clean(found[0]), found.end()) if found else (None, 0)

    def read_report_no(self, words):
        return self.of_shape(_NUMBER, words, identifiers.normalise_policy_no)

    read_policy_no_compulsory = read_policy_no_commercial = read_report_no

    def read_vin(self, words):
        return self.of_shape(_VIN, words, identifiers.normalise_vin)

    def read_plate(self, words):
        found = _PLATE.search(words)
        plate = found and identifiers.normalise_plate(found[0])
        return (plate, found.end()) if plate and identifiers.plate_kind(plate) else (None, 0)

    def read_caller_phone(self, words):
        return self.of_shape(_PHONE, words, identifiers.normalise_phone)

    read_surveyor_phone = read_caller_phone

    def read_caller_name(self, words):
        return self.of_name(words)

    read_surveyor_name = read_caller_name

    @staticmethod
    def of_name(words):
        found = _NAME.match(words.lstrip())
        behind = words.lstrip()[found.end():found.end() + 1] if found else ''
        if not found or re.match('[\u4e00-\u9fff]', behind):
            return None, 0
        return found[0], len(words) - len(words.lstrip()) + found.end()

    def read_accident_on(self, words):
        return read_time(words, self.now), len(words)

    read_reported_on = read_accident_on

    @staticmethod
    def read_accident_type(words):
        word = words.strip()
        code = next((code for name, code in ACCIDENT_TYPES.items() if word.startswith(name)), None)
        return code, len(words)

    @staticmethod
    def read_liability(words):
        word = words.strip()
        code = next((code for name, code in sorted(LIABILITIES.items(), key=lambda item: -len(item[0]))
                     if len(name) > 1 and word.startswith(name)), None)
        return code, len(words)

    @staticmethod
    def read_is_injury(words):
        word = words.strip()
        return (True if _YES.match(word) else False if _NO.match(word) else None), len(words)

    read_needs_tow = read_is_drivable = read_is_injury

    # === SHAPES AND WORDS WITHOUT A LABEL === #

    def read_shapes(self):
        self.read_sender()
        self.read_sentence()
        for name, pattern, clean in (
            ('vin', _VIN, identifiers.normalise_vin), ('plate', _PLATE, identifiers.normalise_plate),
            ('caller_phone', _PHONE, identifiers.normalise_phone),
        ):
            for found in pattern.finditer(self.text):
                value = clean(found[0])
                if name == 'plate' and not identifiers.plate_kind(value) or name == 'vin' and value.isdigit():
                    continue
                if self.use(name, value, found.start(), found.end()):
                    break
        found = _INSURERS.search(self.text)
        if found:
            self.use('insurer', found[0], found.start(), found.end())

    def read_sender(self):
        """Take the insurer of the sender's name in brackets: 【人保财险】."""
        found = _SENDER.search(self.text)
        insurer = found and _INSURERS.search(found['name'] or found['last'])
        if insurer and 'insurer' not in self.values:
            self.use('insurer', insurer[0], found.start(), found.end())

    def read_sentence(self):
        """Take time and place of a sentence: ... 于 ... 在 ... 发生交通事故."""
        found = _SENTENCE.search(self.text)
        if found:
            self.use('accident_on', read_time(found['time'], self.now), found.start('time'), found.end('time'))
            self.use('place', found['place'].strip(), found.start('place'), found.end('place'))

    def read_flags(self):
        """Take what is said in words; the words themselves stay in the text, they say more than yes or no."""
        for name, value, words in _FLAGS:
            self.say(name, value, re.search(words, self.text))
        for code, words in (('single', '单方|自撞'), ('multi', '多方|多车|连环'), ('two', '双方|两车|追尾')):
            self.say('accident_type', code, re.search(words, self.text))
        liable = re.search('全责|主责|同责|次责|无责', self.text)
        self.say('liability', liable and LIABILITIES[liable[0]], liable)

    def say(self, name, value, found):
        """Keep what a word says of a field that nothing else was said of."""
        if found and name not in self.values:
            self.values[name] = value
            self.said.append((name, found[0]))
