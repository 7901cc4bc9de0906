"""What stores write in their underwriting ledgers, and what it means (domain 2.5, 6.1, 5.13)."""

import re

from .cells import fold

_BLANKS = re.compile(r'[\s:、,，;；()（）\-_/]')


def bare(text):
    """Return a cell's text in half width without blanks and marks."""
    return _BLANKS.sub('', fold(text)).upper()


# === Kind of row and business type === #

_BUSINESS = {
    'new': ('新保', '新车', '新车投保', '新车保险', '新车业务', '新车首保', '新增', '新', 'NEW'),
    'r_new': ('新转续', '首年续保', '次新车', '新保转续保', '新转续保', '首续', '一续'),
    'r_ren': ('续转续', '续保转续保', '多年续保', '续续', '二续', '老续保'),
    'r_gap': ('间转续', '间隔续保', '断保', '回流', '脱保续回', '间续'),
    'r_pot': ('潜转续', '潜在客户', '在修不在保', '潜客', '潜续', '转保', '他店转入', '外店转入'),
    'first': ('首次', '首次投保', '首保'),
}
BUSINESS_TYPES = {word: code for code, words in _BUSINESS.items() for word in words}
_RENEWAL = frozenset({'续保', '续保业务', '续', '旧车', '老客户', '旧车续保', 'RENEWAL'})
_CANCELLATION = re.compile('退|注销|终止|作废|CANCEL')
_ENDORSEMENT = re.compile('批|加保|减保|变更|过户|增保|ENDORSE')


def read_business(text):
    """Return `(entry type, business type)` of what stands in the column 业务类型.

    The entry type is 'policy', 'endorsement', 'cancellation', or None for a word that says neither. The business type
    is a code of the ledger, 'renewal' where a renewal is not told apart further, or None.
    """
    word = bare(text)
    if word in BUSINESS_TYPES:
        return 'policy', BUSINESS_TYPES[word]
    if word.lower() in _BUSINESS:
        return 'policy', word.lower()
    if word in _RENEWAL:
        return 'policy', 'renewal'
    if _CANCELLATION.search(word):
        return 'cancellation', None
    if _ENDORSEMENT.search(word):
        return 'endorsement', None
    return None, None


# === Channels, ways of paying, products === #

_CHANNELS = {
    'SHOWROOM': ('展厅', '展厅零售', '零售', '新车销售', '销售', '本店销售', '店内零售', '自店', '4S店'),
    'SECOND_TIER': ('二级', '二网', '二级网点', '二级经销商', '网点', '分销'),
    'TRANSFER': ('调拨', '调车', '外调'),
    'DEMO': ('试驾车', '试乘试驾车', '试驾', '公司用车', '自用车'),
    'PHONE_INVITE': ('续保电话', '续保电话邀约', '电话邀约', '电销', '续保', '续保专员', '续保邀约', '电话'),
    'WALK_IN': ('自然到店', '自店来店', '来店', '自然进店', '到店'),
    'REFERRAL': ('朋友介绍', '转介绍', '介绍', '老客户介绍', '熟人介绍', '亲友'),
    'INBOUND': ('客户来电', '来电', '来电咨询'),
    'EVENT': ('活动', '活动邀约', '店内活动', '促销活动'),
    'SERVICE_ADVISOR': ('售后', '售后SA推荐', 'SA推荐', '服务顾问', '售后推荐', '服务顾问推荐', 'SA'),
    'ONLINE': ('线上', '线上企微', '企微', '微信', '网销', '网络', '互联网', '企业微信'),
}
CHANNELS = {word.upper(): code for code, words in _CHANNELS.items() for word in words}
_METHODS = {
    'cash': ('现金',),
    'card': ('刷卡', 'POS', 'POS机', '银行卡', '信用卡', '借记卡'),
    'transfer': ('转账', '银行转账', '对公转账', '汇款', '网银'),
    'cheque': ('支票',),
    'wechat': ('微信', '微信支付', '扫码', '扫码支付', '二维码', '聚合支付'),
    'alipay': ('支付宝',),
    'insurer_link': ('保险公司链接', '链接支付', '客户直付', '直付', '保司链接', '见费链接'),
    'mixed': ('组合', '组合支付', '多种方式', '混合'),
}
METHODS = {word: code for code, words in _METHODS.items() for word in words}
_PRODUCTS = {
    'compulsory': ('交强险', '交强', '强制险', '强险', '机动车交通事故责任强制保险'),
    'commercial': ('商业险', '商业', '商业车险', '商业保险', '机动车商业保险', '机动车综合商业保险'),
    'non_motor': ('非车险', '非车', '驾乘险', '驾意险', '意外险', '驾乘意外险', '家财险', '人身意外险'),
}
PRODUCTS = {word: code for code, words in _PRODUCTS.items() for word in words}


def look_up(table, text):
    """Return what a word means in one of the tables above, or None."""
    word = bare(text)
    return table.get(word) or (word.lower() if word.lower() in table.values() else None) or (
        word if word in table.values() else None
    )


# === Reasons of endorsements and cancellations === #

_REASONS = {
    'endorsement': (
        ('PLATE', '车牌|上牌|号牌'),
        ('COVERAGE_UP', '加保|增保|增加|提高'),
        ('COVERAGE_DOWN', '减保|减少|降低'),
        ('VIN', '车架|发动机|识别代'),
        ('USE', '使用性质|营运'),
        ('OWNER', '过户|车主'),
        ('PERSON', '被保险人|投保人|证件|姓名|电话|地址'),
        ('PERIOD', '起期|止期|保险期间|延期|提前|顺延'),
    ),
    'cancellation': (
        ('DEREGISTERED', '注销登记|车辆注销|报废'),
        ('OUT_OF_USE', '停驶'),
        ('LOST_CAR', '丢失|被盗|失窃'),
        ('TOTAL_LOSS', '全损|推定全损'),
        ('RETURNED_CAR', '退车'),
        ('MISTAKE', '录错|出错|误出|重复|重出'),
        ('INSURER_CHANGE', '改投|转保|在外投保|其他渠道|换公司|换保险'),
        ('SOLD_CAR', '卖车|出售|售出|过户|转让|置换'),
    ),
}
REASONS = {use: [(code, re.compile(words)) for code, words in rules] for use, rules in _REASONS.items()}


def read_reason(use, text):
    """Return the code of the reason that a remark speaks of, 'OTHER' when it names none of the list."""
    return next((code for code, words in REASONS[use] if words.search(text or '')), 'OTHER')


# === Insurers in the names of sheets === #

_SHEET_NOISE = re.compile(
    r'[0-9\s._\-()（）年月份第期季度]|台[帐账]|承保|新保|续保|业务|明细|登记|汇总|中国|财产保险|财险|产险|车险|保险|公司'
)


def bare_insurer(text):
    """Return what is left of a sheet's or an insurer's name without dates and the words all of them have."""
    return _SHEET_NOISE.sub('', fold(text)).upper()
