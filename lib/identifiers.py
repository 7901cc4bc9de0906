"""Chassis numbers, plates, phones, identity numbers, policy numbers and names: normalise, judge, mask.

``normalise_*`` take a cell of any kind and return the one writing that is stored and compared, or None when the cell
is blank; they raise :class:`~.cells.ImpossibleValue` for error cells and for numbers that lost digits.
``*_problem`` take the normalised writing and return None or a code; they never raise.
"""

import re

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent

from .cells import fold, identifier, is_blank, written

# What is written where a number is not known; a dash or a slash is blank anyway.
_NONE_WORDS = frozenset({'无', '暂无', '没有', '未知', '不详', '待补'})
_DOTS = re.compile('[-\u2010-\u2015\u2212.\u00b7\u2022\u2027\u2219\u22c5\u25cf\u30fb\u318d]')
_HAN = '\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff'


def _bare_identifier(value):
    text = identifier(value)
    return None if not text or text in _NONE_WORDS else _DOTS.sub('', text) or None


# === VIN (GB 16735, ISO 3779) === #

VIN_LENGTH = 17
_VIN_CHARACTERS = re.compile(r'[A-HJ-NPR-Z0-9]*')
_VIN_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip('ABCDEFGH', range(1, 9), strict=True)),
    **dict(zip('JKLMN', range(1, 6), strict=True)),
    'P': 7,
    'R': 9,
    **dict(zip('STUVWXYZ', range(2, 10), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def normalise_vin(value):
    """Return the VIN in half width and upper case without blanks and hyphens, or None."""
    return _bare_identifier(value)


def vin_problem(vin):
    """Return why a normalised VIN is refused: 'missing', 'length', 'illegal_character', or None."""
    if not vin:
        return 'missing'
    if len(vin) != VIN_LENGTH:
        return 'length'
    return None if _VIN_CHARACTERS.fullmatch(vin) else 'illegal_character'


def vin_check_digit(vin):
    """Return the check digit (0–9 or X) that belongs at the 9th place of a well-formed VIN."""
    products = (_VIN_VALUES[character] * weight for character, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    remainder = sum(products) % 11
    return 'X' if remainder == 10 else str(remainder)


def vin_check_digit_ok(vin):
    """Tell whether the 9th character is right; False for a malformed VIN. To warn, not to refuse (imported cars)."""
    return vin_problem(vin) is None and vin[8] == vin_check_digit(vin)


# === Plates (GA 36) === #

_PROVINCE = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]'
_PLATES = {
    'normal': re.compile(_PROVINCE + '[A-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]'),
    'new_energy': re.compile(_PROVINCE + '[A-Z](?:[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])'),
    'embassy': re.compile('使[0-9]{6}|' + _PROVINCE + '[A-Z][0-9]{4}领'),
}
# What desks write where there is no plate yet.
NO_PLATE_WORDS = frozenset(
    {
        '新车',
        '无',
        '无牌',
        '暂无',
        '暂无牌',
        '未上牌',
        '待上牌',
        '新车未上牌',
        '未上户',
        '未挂牌',
        '上牌中',
        '没上牌',
    }
)


def normalise_plate(value, none_words=NO_PLATE_WORDS):
    """Return the plate in half width and upper case without blanks, dots and hyphens.

    :param none_words: writings that mean "no plate yet"
    :return: the plate, or None when the cell is blank or says that there is none yet
    """
    text = identifier(value)
    if not text:
        return None
    text = _DOTS.sub('', text)
    return None if not text or text in none_words else text


def plate_kind(plate):
    """Return 'normal', 'new_energy', 'embassy', or None when the plate is none of them."""
    return next((kind for kind, pattern in _PLATES.items() if pattern.fullmatch(plate or '')), None)


def plate_problem(plate):
    """Return why a normalised plate is refused: 'missing', 'malformed', or None."""
    if not plate:
        return 'missing'
    return None if plate_kind(plate) else 'malformed'


# === Phones === #

_PHONE_SEPARATORS = re.compile(r'[-\u2010-\u2015\u2212.\u00b7()\s]')
_COUNTRY = re.compile(r'(?:\+|00)86|86(?=1[3-9][0-9]{9}$)')
_MOBILE = re.compile(r'1[3-9][0-9]{9}')
_LANDLINE = re.compile(r'0[0-9]{2,3}[0-9]{7,8}')


def normalise_phone(value):
    """Return the digits of a Chinese phone number, landlines with their area code: 13800000000, 079180000000.

    Hyphens, blanks, brackets and the country code go. What is no phone number is returned as written (folded), so
    that nothing is lost: :func:`phone_kind` says None for it.
    """
    text = written(value)
    if is_blank(text, _NONE_WORDS):
        return None
    digits = _PHONE_SEPARATORS.sub('', text.strip('\'"'))
    if found := _COUNTRY.match(digits):
        digits = digits[found.end() :]
        if not digits.startswith(('0', '1')) or (digits.startswith('10') and len(digits) == 10):
            digits = '0' + digits
    return digits if phone_kind(digits) else text


def phone_kind(phone):
    """Return 'mobile', 'landline', or None when the normalised number is neither."""
    if _MOBILE.fullmatch(phone or ''):
        return 'mobile'
    return 'landline' if _LANDLINE.fullmatch(phone or '') else None


# === Identity numbers (GB 11643, GB 32100) === #

_ID_CARD = re.compile(r'[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]')
_USCC = re.compile(r'[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}')


def normalise_id_number(value):
    """Return an identity card or credit code number in upper case without blanks and hyphens, or None."""
    return _bare_identifier(value)


def _id_card_problem(number):
    if not _ID_CARD.fullmatch(number):
        return 'malformed'
    try:
        ric.get_birth_date(number)
    except InvalidComponent:
        return 'birth_date'
    # Not ric.validate(): it refuses regions missing from its table, newly formed counties among them.
    return None if ric.calc_check_digit(number) == number[-1] else 'check_digit'


def _uscc_problem(number):
    if not _USCC.fullmatch(number):
        return 'malformed'
    return None if uscc.calc_check_digit(number) == number[-1] else 'check_digit'


_ID_CHECKS = {'id_card': _id_card_problem, 'uscc': _uscc_problem}


def id_number_problem(kind, number):
    """Return what is wrong with a normalised identity number.

    :param kind: 'id_card' (resident identity card), 'uscc' (unified social credit code); any other kind, such as a
        passport, is only asked to be there
    :return: 'missing', 'length', 'malformed', 'birth_date', 'check_digit', or None
    """
    if not number:
        return 'missing'
    check = _ID_CHECKS.get(kind)
    if not check:
        return None
    return 'length' if len(number) != 18 else check(number)


def id_number_kind(number):
    """Return the kind ('id_card' or 'uscc') as which a normalised number is faultless, or None."""
    return next((kind for kind in _ID_CHECKS if id_number_problem(kind, number) is None), None)


# === Policy numbers === #

_POLICY_NO = re.compile(r'[A-Z0-9]{10,30}')


def normalise_policy_no(value):
    """Return a policy or endorsement number in upper case without blanks and hyphens, or None."""
    return _bare_identifier(value)


def policy_no_problem(number):
    """Return 'missing', 'malformed' (not 10–30 capitals and digits), or None."""
    if not number:
        return 'missing'
    return None if _POLICY_NO.fullmatch(number) else 'malformed'


# === Names === #

_NAME_DOTS = re.compile('\\s*[\u00b7\u2022\u2027\u2219\u22c5\u30fb]\\s*')
_BLANK_AT_HAN = re.compile(rf'(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])')
_BRACKETS = re.compile(r'[()\[\]{}<>〔〕【】《》\s·]')
_COMPANY_END = re.compile(
    r'(?:股份|集团)?(?:有限责任|有限)公司.*$|(?:省|市|县|区|支)?(?:分公司|中心支公司|支公司|营业部)$'
)


def normalise_person(value):
    """Return a name in half width, without blanks in Chinese (李　娜 → 李娜), with single blanks in Latin, or None."""
    text = written(value)
    if is_blank(text, _NONE_WORDS):
        return None
    text = _NAME_DOTS.sub('·', ' '.join(text.split()))
    return _BLANK_AT_HAN.sub('', text)


def normalise_company(value):
    """Return a company's name reduced to what tells it apart, for matching only, or None.

    Half width, upper case, without blanks and brackets, without 股份有限公司 and what follows it (branches), without
    a trailing 分公司, 支公司 or 营业部: 中国人民财产保险股份有限公司江西省分公司 → 中国人民财产保险.
    """
    text = written(value)
    if is_blank(text, _NONE_WORDS):
        return None
    text = _BRACKETS.sub('', text).upper()
    return _COMPANY_END.sub('', text) or text


# === Masks === #


def mask_phone(phone):
    """Return 138****0000; what is shorter than 8 characters keeps its last two only."""
    return _mask(phone, 3, 4)


def mask_id(number):
    """Return 1101**********002X; what is shorter than 9 characters keeps its last two only."""
    return _mask(number, 4, 4)


def mask_name(name):
    """Return 张* for 张三, 张** for 张三丰, J*** S**** for John Smith; '' for nothing."""
    return ' '.join(word[0] + '*' * (len(word) - 1) for word in fold(name or '').split())


def _mask(text, head, tail):
    text = fold(text or '')
    if len(text) <= head + tail:
        return '*' * (len(text) - 2) + text[-2:] if len(text) > 2 else '*' * len(text)
    return text[:head] + '*' * (len(text) - head - tail) + text[-tail:]
