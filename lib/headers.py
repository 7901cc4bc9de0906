"""Find the heading row of a sheet and which column means what, whatever a store calls its columns.

A synonym table says which headings a field goes by: ``{'vin': ['车架号', 'VIN', '车辆识别代号'], …}``. Headings are
compared without regard to width, case, blanks, line breaks, brackets, asterisks and colons. How sure a match is:

1. the heading, or a group heading joined with the heading below it, is a synonym (交强险 over 保单号);
2. it is one without its bracketed hint, or the hint is one (车架号(VIN), 保费(元), Frame no.(车架号));
3. it ends in one (上年保险公司), or does so without 号, 日期, 名称 at its end (车架号码): a guess, listed as such.

A column counts for one field, a field for one column. A negation (不含税, 非车险) before a synonym spoils the match.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from .cells import fold

MAX_SCAN = 30
MIN_MATCHES = 2  # a heading row has at least as many known headings, where the table has as many fields

_NOISE = re.compile(r'[\s*:_\-\u2014\u2013,、。."\'“”‘’#★☆※!?~+=;|]')
_HINT = re.compile(r'[(\[{<【〔《「]([^()\[\]{}<>【】〔〕《》「」]*)[)\]}>】〕》」]')
_BRACKETS = re.compile(r'[()\[\]{}<>【】〔〕《》「」/\\]')
_NEGATION = re.compile('[不非未无免]')
_TAILS = ('号码', '号', '码', '名称', '姓名', '名', '日期', '日', '期', '时间', '金额', '额', '信息', '情况', '元')
_GROUP_TAILS = ('信息', '情况', '部分', '明细', '资料')

# Grades of a match; those below GUESS are guesses.
_JOINED, _JOINED_HINT, _OWN, _OWN_HINT, _HINT_ONLY, GUESS, _JOINED_ENDS, _ENDS = 100, 95, 90, 80, 70, 60, 52, 50


class Match(NamedTuple):
    """A heading taken for a field; greater is surer."""

    grade: int
    length: int
    field: str


@dataclass
class Header:
    """The heading row of a sheet.

    :ivar row: Excel's number of the row above the data (of the lower one of a two-row heading)
    :ivar columns: {column index: field}
    :ivar headings: {column index: heading as written, group and sub-heading joined by a blank}
    :ivar guessed: column indexes matched by the end of their heading only
    :ivar ambiguous: {field: [column indexes]} where several columns claim a field equally; the leftmost one has it
    :ivar score: for comparison with other rows and sheets
    """

    row: int
    columns: dict
    headings: dict
    guessed: set = field(default_factory=set)
    ambiguous: dict = field(default_factory=dict)
    score: tuple = (0, 0)

    @property
    def unmatched(self):
        """{column index: heading} of the columns that mean nothing here."""
        return {column: heading for column, heading in self.headings.items() if column not in self.columns}

    def missing(self, required):
        """Return those of the required fields that no column has.

        :param required: fields; a tuple of fields asks for one of them
        """
        have = set(self.columns.values())
        return [need for need in required if not have.intersection(need if isinstance(need, tuple) else (need,))]

    def record(self, values):
        """Return {field: cell} of a row's values; None where the row is shorter."""
        return {name: values[column] if column < len(values) else None for column, name in self.columns.items()}

    @cached_property
    def _forms(self):
        """{column index: bare forms of its heading} of the columns that mean something."""
        return {
            column: {_bare(text), _bare(text.rpartition(' ')[2])}
            for column, text in self.headings.items()
            if column in self.columns
        }

    def is_repeated_in(self, values):
        """Tell whether a row is the heading once more, as printouts repeat it on every page."""
        same = sum(
            isinstance(values[column], str) and _bare(values[column]) in forms
            for column, forms in self._forms.items()
            if column < len(values)
        )
        return same >= MIN_MATCHES and same * 2 > len(self.columns)


# === Headings === #


def _bare(text):
    """Return a heading without blanks, marks and brackets, in half width and lower case."""
    return _BRACKETS.sub('', _NOISE.sub('', fold(text).lower()))


def _hint_forms(text):
    """Return what a heading says without its bracketed hints, and what the hints or its parts around / say."""
    text = _NOISE.sub('', fold(text).lower())
    hints = [_bare(hint) for hint in _HINT.findall(text)]
    outside = _bare(_HINT.sub('', text))
    if any(_NEGATION.match(hint) for hint in hints):
        return [], hints
    parts = [_bare(part) for part in re.split(r'[/\\]', _HINT.sub('', text))]
    without = [outside, *(hint + outside for hint in hints)] if hints else []
    return without, hints + (parts if len(parts) > 1 else [])


def _without_tails(text):
    """Return the heading itself and what remains of it without one of the empty words at its end."""
    return [text, *(text[: -len(tail)] for tail in _TAILS if text.endswith(tail) and len(text) > len(tail))]


class Synonyms:
    """A synonym table made ready; :meth:`match` judges one heading."""

    def __init__(self, table):
        self.fields = len(table)
        self._names = {}
        for name, headings in table.items():
            for heading in headings:
                self._names.setdefault(_bare(heading), name)

    def match(self, own, group=''):
        """Return the best Match of a heading under a group heading, or None.

        :param str own: the heading; '' under a heading merged downwards
        :param str group: the heading above it, '' when there is none
        """
        found = []
        if own:
            without, hints = _hint_forms(own)
            found += self._exact(_OWN, [_bare(own)]) + self._exact(_OWN_HINT, without)
            found += self._exact(_HINT_ONLY, hints)
            for heading in (_bare(own), *without[:1]):
                found += self._ending(_ENDS, heading)
            if group and _bare(group) != _bare(own):
                found += self._match_joined(_bare(group), _bare(own), without)
        elif group:
            without, hints = _hint_forms(group)
            found += self._exact(_OWN, [_bare(group)]) + self._exact(_OWN_HINT, without)
            found += self._exact(_HINT_ONLY, hints)
        return max(found, default=None)

    def _match_joined(self, group, own, without):
        groups = [group, *(group[: -len(tail)] for tail in _GROUP_TAILS if group.endswith(tail))]
        found = self._exact(_JOINED, [above + own for above in groups])
        found += self._exact(_JOINED_HINT, [above + below for above in groups for below in without])
        for above in groups:
            found += [match for match in self._ending(_JOINED_ENDS, above + own) if match.length > len(own)]
        return found

    def _exact(self, grade, headings):
        return [Match(grade, len(heading), self._names[heading]) for heading in headings if heading in self._names]

    def _ending(self, grade, heading):
        """Return the match of the longest synonym in which the heading ends, as a list of none or one."""
        best = None
        for text in _without_tails(heading):
            for start in range(len(text) - 1):
                name = self._names.get(text[start:])
                if name and len(text) - start >= (3 if text[start:].isascii() else 2):
                    match = Match(grade, len(text) - start, name)
                    if not _NEGATION.search(text, 0, start) and (best is None or match.length > best.length):
                        best = match
                    break
        return [best] if best else []


# === The heading row === #


def find_header(rows, synonyms, max_scan=MAX_SCAN, merges=()):
    """Find the heading row among the first rows of a sheet.

    :param rows: iterable of (row number, values); no more than max_scan of them are taken
    :param synonyms: {field: [headings]} or Synonyms
    :param merges: the sheet's merged areas (see :class:`.workbook.Merge`), for group headings over several columns
    :return: Header, or None when no row has at least two known headings (one, of a table with one field)
    """
    synonyms = synonyms if isinstance(synonyms, Synonyms) else Synonyms(synonyms)
    best, above = None, None
    for number, values in islice(rows, max_scan):
        texts = [value if isinstance(value, str) else '' for value in values]
        candidates = [_judge(number, synonyms, texts)]
        if above and above[0] == number - 1 and not any(_is_datum(value) for value in values):
            width = max(len(texts), len(above[1]))
            texts += [''] * (width - len(texts))
            candidates.append(_judge(number, synonyms, texts, _spread(*above, width, merges)))
        for candidate in candidates:
            if len(candidate.columns) >= min(MIN_MATCHES, synonyms.fields) and (
                best is None or candidate.score > best.score
            ):
                best = candidate
        above = (number, [value if isinstance(value, str) else '' for value in values])
    return best


def _is_datum(value):
    """Tell whether a cell holds what no heading holds: a number or a date."""
    return value is not None and not isinstance(value, str)


def _spread(number, texts, width, merges):
    """Return the texts of a row of group headings, each repeated over the columns it stands above."""
    texts = texts + [''] * (width - len(texts))
    merged = set()
    for merge in merges:
        if merge.first_row <= number <= merge.last_row:
            span = range(merge.first_column, min(merge.last_column + 1, width))
            merged.update(span)
            for column in span:
                texts[column] = texts[merge.first_column]
    if sum(map(bool, texts)) < MIN_MATCHES:
        return texts
    for column in range(1, width):
        if not texts[column] and column not in merged and column - 1 not in merged:
            texts[column] = texts[column - 1]
    return texts


def _judge(number, synonyms, texts, groups=()):
    """Return the Header that a row would make, under a row of group headings."""
    groups = groups or [''] * len(texts)
    headings, matches = {}, []
    for column, (own, group) in enumerate(zip(texts, groups, strict=True)):
        if not own and not group:
            continue
        parts = [group, own] if group and own and _bare(group) != _bare(own) else [own or group]
        headings[column] = ' '.join(' '.join(part.split()) for part in parts)
        if match := synonyms.match(own, group):
            matches.append((match, column))
    header = Header(number, {}, headings)
    taken = {}
    for match, column in sorted(matches, key=lambda item: (-item[0].grade, -item[0].length, item[1])):
        holder = taken.setdefault(match.field, (match, column))
        if holder[1] == column:
            header.columns[column] = match.field
            if match.grade < GUESS:
                header.guessed.add(column)
        elif holder[0] == match:
            header.ambiguous.setdefault(match.field, [holder[1]]).append(column)
    header.columns = dict(sorted(header.columns.items()))
    header.score = (len(taken), sum(match.grade for match, _column in taken.values()))
    return header


# === The sheet === #


@dataclass(slots=True)
class SheetChoice:
    """The sheet to read.

    :ivar sheet: the Sheet that fits best
    :ivar header: its Header
    :ivar missing: required fields it lacks; empty when it can be read
    :ivar same_shape: [(Sheet, Header)] of the other sheets that can be read and hold data, as a ledger with a sheet
        for each insurer has them; in the order of the tabs, hidden ones last
    """

    sheet: object
    header: Header
    missing: list
    same_shape: list


def choose_sheet(book, synonyms, required=()):
    """Choose the sheet of a Book to read: complete, with data, visible, with the most known headings.

    :param required: fields that must be there; a tuple of fields asks for one of them
    :return: SheetChoice, or None when no sheet has a heading row
    """
    synonyms = Synonyms(synonyms)
    found = []
    for sheet in book.sheets:
        header = find_header(sheet.rows(), synonyms, merges=sheet.merges)
        if header:
            has_data = any(number > header.row for number, _values in sheet.rows())
            found.append((sheet, header, not header.missing(required), has_data))
    if not found:
        return None
    best = max(found, key=lambda item: (item[2], item[3], not item[0].hidden, item[1].score))
    enough = len(best[1].columns) * 0.8
    return SheetChoice(
        best[0],
        best[1],
        best[1].missing(required),
        [
            (sheet, header)
            for sheet, header, complete, has_data in found
            if sheet is not best[0] and complete and has_data and len(header.columns) >= enough
        ],
    )


# === Rows that are no data === #

_TOTAL = re.compile(
    r'.{0,8}?(?:合计|总计|小计|累计|汇总|总和|grandtotal|subtotal|total)(?:金额|保费|数|元|[0-9笔台单条份])*'
)
_COUNT_ONLY = re.compile(r'共计?[0-9]+[笔台单条份件行辆].{0,12}')
_SIGNATURE = re.compile(
    '(?:制表|复核|审核|审批|批准|编制|填表|填报|经办|主管|财务|出纳|会计|负责|经理|打印|导出|盖章|签字|签名|日期|时间|单位)'
    r'[^:]{0,6}:'
)
_NOTE = re.compile(r'(?:注|说明|备注|填写说明|填表说明|注意事项)\d*:.*|(?:此行)?以下(?:为)?空白.*|.*\(盖章(?:有效)?\)')


def _first_text(values):
    filled = [value for value in values if value is not None]
    first = filled[0] if filled else None
    return ''.join(fold(first).lower().split()) if isinstance(first, str) else '', len(filled)


def is_total_row(values):
    """Tell whether a row sums up others: its first filled cell says 合计, 本页小计:, 人保合计(元), 共 393 笔."""
    text, _filled = _first_text(values)
    text = _bare(text)
    return bool(_TOTAL.fullmatch(text) or _COUNT_ONLY.fullmatch(text))


def is_footer_row(values):
    """Tell whether a row is a signature line or a note below the data: 制表人:   复核人:, 注: …, (盖章有效)."""
    text, filled = _first_text(values)
    return bool(_SIGNATURE.match(text)) or (filled == 1 and bool(_NOTE.fullmatch(text)))
