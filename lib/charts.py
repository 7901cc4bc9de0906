"""Draw charts as SVG for paper: pure functions, no ORM, nothing that a browser or wkhtmltopdf has to load."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

BAR = 'bar'  # filled column
OUTLINE = 'outline'  # hollow column: stays apart from the filled one without colour as well
LINE = 'line'  # line of ratios in a strip of its own above the columns, with the value at each point
INK, MUTED, GRID = '#1f2937', '#6b7280', '#dfe3e8'
STEPS = (1, 2, 2.5, 5, 10)  # of an axis, times a power of ten
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 52, 14, 44, 34
COLUMNS = 0.8  # share of a place that its columns take
SMALLEST = 7  # size of a value that is still written
STRIP = 0.24  # share of the height that the strip of the lines takes


class Series(NamedTuple):
    """Values drawn in one manner.

    :ivar label: in the legend
    :ivar values: numbers, one per place; None where there is none. Of a line, ratios: 0.5 is 50 %
    :ivar kind: BAR, OUTLINE or LINE
    :ivar color: of SVG
    :ivar is_faint: whether its values are written small and grey
    """

    label: str
    values: tuple
    kind: str = BAR
    color: str = '#1f6f9f'
    is_faint: bool = False


class Frame(NamedTuple):
    """The rectangle of the values in the drawing; y grows downward."""

    left: float
    top: float
    right: float
    bottom: float
    places: int

    @property
    def step(self):
        return (self.right - self.left) / self.places

    def center(self, place):
        return self.left + self.step * (place + 0.5)

    def height(self, value, top_value, base=0):
        """Return the y of a value on an axis from `base` to `top_value`."""
        return self.bottom - (self.bottom - self.top) * (value - base) / (top_value - base)


def axis_ticks(maximum, most=5):
    """Return the round whole numbers of an axis from 0 to the first one that is not below `maximum`.

    :param int most: steps at most
    """
    if maximum <= 0:
        return [0, 1]
    raw = maximum / most
    power = 10 ** floor(log10(raw))
    step = next(power * factor for factor in STEPS if power * factor >= raw * (1 - 1e-9))
    step = max(1, ceil(step))
    count = ceil(maximum / step * (1 - 1e-9))
    return [step * number for number in range(count + 1)]


def percent(ratio):
    """Return a ratio in per cent with one decimal, rounded half up."""
    return f"{Decimal(str(ratio * 100)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def draw_chart(labels, series, width=1060, height=400, scale=1):
    """Return a chart of columns and lines over named places as the text of an <svg> element.

    :param labels: texts under the places, at least one
    :param series: list of :class:`Series`, each with as many values as there are labels
    :param width: of the drawing in pixels, as is `height`
    :param scale: by how much everything, letters included, is enlarged
    :raises ValueError: when a series has another number of values
    """
    if not labels or any(len(one.values) != len(labels) for one in series):
        raise ValueError("every series needs a value, or None, for every label")
    columns = [one for one in series if one.kind != LINE]
    lines = [one for one in series if one.kind == LINE]
    strip = (height - MARGIN_TOP - MARGIN_BOTTOM) * STRIP if lines else 0
    frame = Frame(MARGIN_LEFT, MARGIN_TOP + strip, width - MARGIN_RIGHT, height - MARGIN_BOTTOM, len(labels))
    upper = frame._replace(top=MARGIN_TOP + 18, bottom=MARGIN_TOP + strip - 26)
    ticks = axis_ticks(max(_values(columns), default=0))
    parts = [*_draw_grid(frame, ticks), *_draw_places(frame, labels), *_draw_columns(frame, columns, ticks[-1])]
    shares = [0, *_values(lines)] if len(set(_values(lines))) < 2 else _values(lines)
    for one in lines:
        parts += _draw_line(upper, one, min(shares), max(shares) or 1)
    parts += _draw_legend(series, width)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(width * scale)}" height="{_number(height * scale)}"'
        f' viewBox="0 0 {width} {height}"'
        f' font-family="inherit" font-size="12" fill="{INK}">{"".join(parts)}</svg>'
    )


def _values(series):
    return [value for one in series for value in one.values if value is not None]


def _number(value):
    """Return a coordinate with as few digits as the eye needs."""
    return f'{value:.1f}'.rstrip('0').rstrip('.')


def _text(x, y, text, anchor='middle', size=12, color=INK, weight='normal'):
    return (f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}" font-size="{size}" fill="{color}"'
            f' font-weight="{weight}">{escape(str(text))}</text>')


def _stroke(x1, y1, x2, y2, color, width=1):
    return (f'<line x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}" stroke="{color}"'
            f' stroke-width="{width}"/>')


def _box(x, y, width, height, kind, color):
    look = f'fill="#ffffff" stroke="{color}" stroke-width="1.5"' if kind == OUTLINE else f'fill="{color}"'
    return (f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(max(height, 0))}"'
            f' {look}/>')


def _point(x, y, color):
    return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="4" fill="#ffffff" stroke="{color}" stroke-width="2"/>'


def _draw_grid(frame, ticks):
    for tick in ticks:
        y = frame.height(tick, ticks[-1])
        yield _stroke(frame.left, y, frame.right, y, MUTED if not tick else GRID)
        yield _text(frame.left - 8, y + 4, f'{tick:g}', 'end', color=MUTED)


def _draw_places(frame, labels):
    for place, label in enumerate(labels):
        yield _text(frame.center(place), frame.bottom + 20, label, size=13)


def _draw_columns(frame, series, top_value):
    """Draw the columns of each place side by side, with their values."""
    width = frame.step * COLUMNS / max(len(series), 1)
    for place in range(frame.places):
        left = frame.center(place) - frame.step * COLUMNS / 2
        for position, one in enumerate(series):
            value = one.values[place]
            if value is None:
                continue
            x, y, text = left + width * position, frame.height(max(value, 0), top_value), f'{value:,g}'
            yield _box(x + 1, y, width - 2, frame.bottom - y, one.kind, one.color)
            size = min(12, width * 1.5 / len(text))
            if size >= SMALLEST:
                color, weight = (MUTED, 'normal') if one.is_faint else (INK, 'bold')
                yield _text(x + width / 2, y - 4, text, size=_number(size), color=color, weight=weight)


def _draw_line(frame, one, base, top_value):
    """Draw the line of a series, broken where it has no value, and the value at each point."""
    points = [
        None if value is None else (frame.center(place), frame.height(value, top_value, base), value)
        for place, value in enumerate(one.values)
    ]
    for start, end in pairwise(points):
        if start and end:
            yield _stroke(*start[:2], *end[:2], one.color, 2)
    for point in filter(None, points):
        x, y, value = point
        yield _point(x, y, one.color)
        yield _text(x, y - 9, percent(value), color=one.color, weight='bold')


def _draw_legend(series, width):
    """Draw what each manner means in a row above the chart, to the left."""
    x, y = MARGIN_LEFT, 18
    for one in series:
        if one.kind == LINE:
            yield _stroke(x, y - 4, x + 22, y - 4, one.color, 2)
            yield _point(x + 11, y - 4, one.color)
        else:
            yield _box(x + 4, y - 10, 14, 12, one.kind, one.color)
        yield _text(x + 28, y, one.label, 'start', size=13)
        x += 28 + _text_width(one.label) + 26


def _text_width(text):
    """Return about how many pixels a text of the legend takes: letters of the East are twice as wide."""
    return sum(13 if ord(letter) > 0x2E7F else 7.2 for letter in text)
