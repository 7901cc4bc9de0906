"""What stores write in their lists of deliveries, and what it means (domain 2.3, K1)."""

import re

from . import values
from .cells import ImpossibleValue, written
from .ledger_words import bare

# === Business source === #

_SOURCES = {
    'RETAIL': ('展厅零售', '展厅', '零售', '个人', '个人零售', '终端零售', '本店零售', '店内零售', '自店', '本店',
               '4S店', '正常销售', '新车销售', '网络', '电销', '网销', '直销'),
    'FLEET': ('大客户', '集团', '集团客户', '集团采购', '团购', '单位', '企业', '企业客户', '政府采购',
              '租赁公司', '网约车'),
    'SECOND_TIER': ('二级', '二网', '二级网点', '二级经销商', '二级商', '网点', '分销', '分销商',
                    '批售', '批发', '经销商'),
    'TRANSFER': ('调拨', '调车', '外调', '调出', '调拨车', '调拨车辆', '同行', '同行调车'),
    'DEMO': ('试驾车', '试乘试驾车', '试驾', '试乘试驾', '公司用车', '自用车', '代步车', '示范车'),
    'EXPORT': ('出口', '出口车', '平行出口', '外贸'),
    'INTER_STORE': ('专营店互调', '互调', '店间互调', '专营店', '兄弟店', '店间调拨', '集团内调拨', '集团调拨'),
}
SOURCES = {bare(word): code for code, words in _SOURCES.items() for word in words}

# === Whether and where the customer insures === #

_ANSWERS = (
    ('none', re.compile('不投|暂不|不买|暂缓|不保|未定不|放弃')),
    ('elsewhere', re.compile('外保|店外|在外|外投|外部|自保|自行|他店|外店|他处|自己|亲友|电话车险|直销')),
    ('here', re.compile('店内|本店|在店|我店|店保|自店')),
    ('open', re.compile('未定|待定|未问|考虑|跟进|不详|未知')),
)
_NEGATION = re.compile('^(不是|否|未|非|没|不)')


def read_answer(value):
    """Return what the column 是否投保 says: 'here', 'elsewhere', 'none', 'open', 'no' (which no is not said), or None.

    :raise ImpossibleValue: yes_no_unknown, cell_error, formula_without_value
    """
    try:
        known = values.parse_bool(value)
    except ImpossibleValue as error:
        if error.code != 'yes_no_unknown':
            raise
        text = written(value)
        for answer, words in _ANSWERS:
            if words.search(text):
                return 'no' if answer == 'here' and _NEGATION.search(text) else answer
        if _NEGATION.search(text):
            return 'no'
        if '投保' in text or '已保' in text:
            return 'here'
        raise
    return {True: 'here', False: 'no', None: None}[known]


# === Why not through the store === #

_REASONS = (
    ('SECOND_TIER', '二级|二网|经销商|网点'),
    ('TRANSFER', '调拨|调车|互调|试驾|公司用车|出口'),
    ('FINANCE', '贷款|按揭|银行|金融|融资|租赁'),
    ('RELATIVE', '亲友|朋友|亲戚|关系|熟人|家人|同学|保险公司上班|保险公司工作'),
    ('COMPANY', '公司统一|单位统一|统一投保|集团|单位投保|公司投保|公户|招标|统保'),
    ('OUT_OF_TOWN', '外地|异地|当地|外省|外市'),
    ('PRICE', '价|贵|优惠|折扣|返现|返利|便宜|费用高|保费高'),
    ('SELF', '自行|自己|在外|外面|电话车险|直销|网上|其他渠道|他店'),
    ('LATER', '暂不|暂缓|暂未|未上牌|未提|稍后|考虑|未定|不投|不买|不需要'),
)
REASONS = [(code, re.compile(words)) for code, words in _REASONS]
BLANKS = frozenset({'未填', '未填写', '无', '没有', '不详', '未知', '/', '-', '—'})  # written where nothing is known


def read_reason(text):
    """Return the code of the reason that a text names, or None."""
    if text in BLANKS:
        return None
    return next((code for code, words in REASONS if words.search(text)), None)
