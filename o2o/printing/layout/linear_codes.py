"""EAN and Code 128 in their boxes, on the grid of the printer's dots."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from o2o.codes.barcode import LinearCode, linear_format, make_linear
from o2o.codes.barcode_forms import compact_barcode
from o2o.codes.reader import Format
from o2o.codes.symbol import Symbol
from o2o.printing.drawing.fonts import REGULAR
from o2o.printing.drawing.items import BarGroup, Bars, Panel, Text
from o2o.printing.drawing.units import POINT
from o2o.printing.layout.parts import (
    NOTHING,
    Desk,
    Findings,
    FindPicture,
    Part,
    Stamp,
    Values,
    object_to,
    object_to_link,
)
from o2o.printing.layout.texts import DIGIT_HEIGHT, measure_of
from o2o.printing.template.boxes import EanBox

LEAST_EAN_MODULE, MOST_EAN_MODULE = 0.264, 0.66
"""GS1 General Specifications, 5.12.3.1: X-dimension of EAN-13 at retail points of sale."""

LEAST_CODE128_MODULE = 0.25
"""What a shop's scanners read from paper."""

_KEPT = 256  # frames
_KEPT_TEXTS = 1024
_LONGEST_CODE128 = 80  # characters; a wall has room for no more
_GUARD = 5  # modules by which the bars of guards are longer


@dataclass(frozen=True, slots=True)
class _Span:
    """A text below bars: its first module, how many they are, how many characters it has, its width at size 1."""

    start: int
    modules: int
    characters: int
    measure: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a linear code lies: all of it, its first bar, a module in mm, how high bars are in modules, its texts.

    Of each text it knows x and size, and those that it has shown.
    """

    area: Panel
    left: float
    module: float
    height: int
    spots: tuple[tuple[float, float, dict[str, Text]], ...]
    colour: str

    def show(self, code: LinearCode, said: tuple[str, ...], *, is_code128: bool) -> Part:
        """Return a code in this frame."""
        bars = Bars(self.left, self.area.y, self.module, _group_bars(code, self.height), self.colour, code.said)
        texts = [
            kept.get(text) or self._set(text, x, size, kept)
            for text, (x, size, kept) in zip(said, self.spots, strict=True)
        ]
        return Part((self.area, bars, *texts), said, Findings((self.area,), (), False, code.said, is_code128))

    def _set(self, text: str, x: float, size: float, kept: dict[str, Text]) -> Text:
        if len(kept) == _KEPT_TEXTS:
            kept.clear()
        kept[text] = made = Text(x, self.area.y + self.area.height, text, REGULAR, size, self.colour)
        return made


def make_ean_stamp(box: EanBox, desk: Desk) -> Stamp:
    """Return the stamp of an EAN, or of what else a barcode can be: where it lies is found once for codes alike."""
    measure = lru_cache(_KEPT_TEXTS)(measure_of(REGULAR))
    frames: dict[object, _Frame] = {}

    def stamp(values: Values, _symbol: Symbol, _find: FindPicture) -> Part:
        barcode = values.get("ean") or values.get("barcode", "")
        if not barcode:
            return NOTHING
        is_code128 = linear_format(barcode) is Format.CODE128
        objection = object_to_link(box, barcode) or (_object_to_signs(barcode) if is_code128 else None)
        if objection:
            return objection
        code = make_linear(barcode)
        said = tuple([text for text, _, _ in code.texts])
        key = is_code128, code.quiet, code.width, *map(measure, said)
        frame = frames.get(key)
        if frame is None:
            spans = [_Span(start, width, len(text), measure(text)) for text, start, width in code.texts]
            found = _find_frame(box, desk, code, spans, is_code128=is_code128)
            if isinstance(found, Part):
                return found
            if len(frames) == _KEPT:
                frames.clear()
            frame = frames[key] = found
        return frame.show(code, said, is_code128=is_code128)

    return stamp


def _object_to_signs(barcode: str) -> Part | None:
    """Return that a Code 128 has no sign for a character or says nothing, or that it would be too long for any box."""
    drawable = barcode.isascii() and barcode.isprintable() and 0 < len(compact_barcode(barcode)) <= _LONGEST_CODE128
    return None if drawable else Part(findings=Findings(no_barcode=barcode))


def _find_frame(
    box: EanBox, desk: Desk, code: LinearCode, spans: Sequence[_Span], *, is_code128: bool
) -> _Frame | Part:
    """Return where a code lies, or that there is no room for it."""
    module = int(min(box.width / code.width, MOST_EAN_MODULE) / desk.dot + 1e-6) * desk.dot
    least = LEAST_CODE128_MODULE if is_code128 else LEAST_EAN_MODULE
    if module >= least - 1e-9:
        return _frame(box, desk, code, spans, module)
    if is_code128:
        return Part(findings=Findings(no_barcode=code.said))
    needed = code.width * (int(least / desk.dot) + 1) * desk.dot
    reason = f"its bars would be {module:.3f} mm, tills need {least}"
    return object_to(box, code.said, reason, f"make the box {needed:.1f} mm wide")


def _frame(box: EanBox, desk: Desk, code: LinearCode, spans: Sequence[_Span], module: float) -> _Frame:
    fitting = [(span.modules - 2) * module / span.measure for span in spans]
    longest = max(range(len(spans)), key=lambda number: spans[number].characters)
    size = min(box.size * POINT, fitting[longest])
    x, y = desk.snap(box.x + (box.width - code.width * module) / 2), desk.snap(box.y)
    left = x + code.quiet[0] * module
    spots = []
    for span, fit in zip(spans, fitting, strict=True):
        centre, own = left + (span.start + span.modules / 2) * module, min(size, fit)
        spots.append((centre - span.measure * own / 2, own, dict[str, Text]()))
    height = int((box.height - DIGIT_HEIGHT * size) / module - 1)
    area = Panel(x, y, code.width * module, box.height, fill="#FFFFFF")
    return _Frame(area, left, module, height, tuple(spots), box.colour)


def _group_bars(code: LinearCode, height: int) -> tuple[BarGroup, ...]:
    guards, start = code.guards, 0
    groups = []
    for part in code.parts:
        groups.append(_find_bars(part, start, height, guards))
        start += len(part)
    return tuple(groups)


@lru_cache(1 << 14)
def _find_bars(modules: str, first: int, height: int, guards: frozenset[int]) -> BarGroup:
    spans = ((bar.start() + first, bar.end() - bar.start()) for bar in re.finditer("1+", modules))
    return tuple([(start, width, height + _GUARD if start in guards else height) for start, width in spans])
