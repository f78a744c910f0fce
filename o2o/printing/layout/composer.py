"""Lays out templates: what is the same for all prints of a job is found once, and each box becomes a stamp."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.items import Art
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.layout.codes import (
    LEAST_QR_DOTS,
    LEAST_QR_MODULE,
    LEAST_QR_PIXELS,
    make_mini_program_stamp,
    make_qr_stamp,
)
from o2o.printing.layout.conditions import Condition, condition_of, is_plain
from o2o.printing.layout.linear_codes import make_ean_stamp
from o2o.printing.layout.parts import Desk, FindPicture, Layout, Part, Stamp, Trouble, Values
from o2o.printing.layout.pictures import make_image_stamp, make_line_stamp, make_logo_stamp, make_rect_stamp
from o2o.printing.layout.texts import make_price_stamp, make_text_stamp
from o2o.printing.layout.turns import make_turned_stamp
from o2o.printing.template.boxes import (
    Box,
    EanBox,
    ImageBox,
    LineBox,
    LogoBox,
    MiniProgramBox,
    PriceBox,
    QrBox,
    RectBox,
    Template,
    TextBox,
)
from o2o.printing.template.functions import ExpressionError


def lay_out(
    template: Template,
    values: Values,
    symbol: Symbol,
    dpi: int,
    find_mini_program: FindPicture = lambda: None,
    *,
    back: bool = False,
) -> Layout:
    """Return what one side of a template shows of these values; ``symbol`` is the code of ``values["url"]``."""
    return Composer(template, dpi, back=back).lay_out(values, symbol, find_mini_program)


@dataclass(frozen=True, slots=True)
class _Step:
    """A box, what tells whether it is shown if it isn't always, and its stamp."""

    box: Box
    is_shown: Condition | None
    stamp: Stamp


_Plan = tuple[tuple[Condition | None, Stamp, str], ...]
"""The boxes that may show something: the conditions that are still to be asked, stamps, and names."""


class Composer:
    """Lays out one side of a template, again and again: what boxes have shown for the same words is kept."""

    def __init__(self, template: Template, dpi: int, *, back: bool = False) -> None:
        least = LEAST_QR_PIXELS if template.inks or template.pixels else LEAST_QR_DOTS
        dot = MM_PER_INCH / dpi
        desk = Desk(dot, max(LEAST_QR_MODULE, least * dot), template.path.parent)
        self._art = () if back else tuple(_art_of(template))
        boxes = [box for box in (template.back if back else template.boxes) if not box.preprinted]
        self._deciding = tuple(dict.fromkeys(name for box in boxes for name in _deciding_fields(box)))
        self._steps = [_Step(box, condition_of(box), _make_stamp(box, desk)) for box in boxes]
        self._plans: dict[tuple[bool, ...], _Plan] = {}

    def lay_out(self, values: Values, symbol: Symbol, find_mini_program: FindPicture = lambda: None) -> Layout:
        """Return what the template shows of these values; ``symbol`` is the code of ``values["url"]``."""
        layout = Layout([*self._art])
        parts = layout.parts
        for is_shown, stamp, name in self._plan(values):
            try:
                if is_shown is None or is_shown(values):
                    part = stamp(values, symbol, find_mini_program)
                    if part.items:
                        parts.append(part)
                    if part.findings:
                        layout.join(part.findings)
            except ExpressionError as error:
                layout.troubles.append(Trouble(name, "", error.reason, error.advice))
        return layout

    def _plan(self, values: Values) -> _Plan:
        """Return the boxes that may show something, with the conditions that are still to be asked."""
        key = tuple(map(bool, map(values.get, self._deciding)))
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = tuple(
                (None if is_plain(step.box) else step.is_shown, step.stamp, step.box.name)
                for step in self._steps
                if not _is_left_out(step, values)
            )
        return plan


def _is_left_out(step: _Step, values: Values) -> bool:
    """Tell whether a box shows nothing wherever the deciding fields are those of these values."""
    fields = _text_fields(step.box)
    is_empty = bool(fields) and not any(map(values.get, fields))
    return is_empty or (step.is_shown is not None and is_plain(step.box) and not step.is_shown(values))


def _deciding_fields(box: Box) -> tuple[str, ...]:
    """Return the fields of which it is enough to know whether they have a value to know that a box shows nothing."""
    return (*((*box.when, *box.unless) if is_plain(box) else ()), *_text_fields(box))


def _text_fields(box: Box) -> tuple[str, ...]:
    """Return the fields that are all of a box's text."""
    return box.field if isinstance(box, TextBox | PriceBox) and not box.text else ()


def _art_of(template: Template) -> Iterator[Part]:
    """Yield the drawing below the boxes, which reaches as far as the bleed."""
    if template.art:
        over = template.bleed
        yield Part((Art(-over, -over, template.width + 2 * over, template.height + 2 * over, template.art),))


def _make_stamp(box: Box, desk: Desk) -> Stamp:
    make_stamp = _STAMPS[type(box)]
    return make_turned_stamp(box, make_stamp, desk) if box.rotate % 360 else make_stamp(box, desk)


_STAMPS: dict[type[Box], Callable[[Any, Desk], Stamp]] = {
    TextBox: make_text_stamp,
    PriceBox: make_price_stamp,
    QrBox: make_qr_stamp,
    MiniProgramBox: make_mini_program_stamp,
    EanBox: make_ean_stamp,
    ImageBox: make_image_stamp,
    LogoBox: make_logo_stamp,
    RectBox: make_rect_stamp,
    LineBox: make_line_stamp,
}
