"""What of a template would print badly, each thing with file and line: laid out as it will be, with made-up values.

Errors are what can't be printed, scanned or read; warnings what a designer should look at.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from o2o.codes.smallest import make_symbol
from o2o.config import Language, Settings
from o2o.errors import InputFileError
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.contrast import contrast
from o2o.printing.drawing.extents import Extent
from o2o.printing.drawing.fonts import missing_characters
from o2o.printing.drawing.inks import INKS
from o2o.printing.drawing.items import Matrix, Panel, Text
from o2o.printing.drawing.units import POINTS
from o2o.printing.layout.drawn import TOUCH, Drawn, draw_box, ground_of, is_open, surrounds, touches
from o2o.printing.pdf.art import load_art
from o2o.printing.template.boxes import Box, PriceBox, Template, TextBox, field_names
from o2o.printing.template.examples import EXAMPLE_SHOP, example_cases
from o2o.printing.template.expressions import read_wording
from o2o.printing.template.file import find_template, locate_boxes
from o2o.printing.template.own_columns import find_unknown
from o2o.printing.template.own_fonts import OwnFonts

LEAST_POINTS = 4.5
"""The size of letters below which few people read a tag at arm's length."""

SCANNED_FROM = 250
"""A phone reads a module from so many times its width."""

LEAST_CONTRAST, LEAST_CONTRAST_OF_SMALL, LARGE = 3.0, 4.5, 14
"""WCAG 2.2, 1.4.3: light to dark of large and of small letters, and from how many points bold ones are large."""

_SHIPPED_FONTS = OwnFonts()
_FAR_FROM_INK = 90  # of 255, along any of red, green and blue


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing that would print badly: where it is written, by which rule, why, and what to do."""

    path: Path
    line: int
    box: str
    level: Level
    rule: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class _Fault:
    """A finding that doesn't know yet where its box is written; ``key`` is what of the box to look at."""

    box: Box
    level: Level
    rule: str
    reason: str
    advice: str
    key: str = ""


def check_template(
    name: str,
    settings: Settings = EXAMPLE_SHOP,
    fonts: OwnFonts = _SHIPPED_FONTS,
    columns: frozenset[str] | None = None,
) -> list[Lint]:
    """Return what is wrong with a template for a shop, errors first; a file that can't be read is one error.

    With the columns of the shop's own also the fields that it hasn't.
    """
    try:
        template = fonts.dress(find_template(name, settings.brand_colour))
        if template.art:
            load_art(template.art)
    except InputFileError as error:
        path = error.path if isinstance(error.path, Path) else Path(error.path)
        return [Lint(path, error.line or 1, "", Level.ERROR, "file", error.reason, error.advice)]
    places = locate_boxes(template.path)
    faults = dict.fromkeys(_find_faults(template, settings))
    unique = {(fault.box.name, fault.rule): fault for fault in reversed(faults)}
    found = [_locate(fault, places[fault.box.name]) for fault in unique.values()]
    for field in () if columns is None else find_unknown(template, columns):
        entry = places[field.box][""]
        found.append(Lint(entry.path, entry.line, field.box, Level.ERROR, "field", field.reason, field.advice))
    return sorted(found, key=lambda lint: (lint.level, lint.path, lint.line, lint.rule))


def _locate(fault: _Fault, table: Mapping[str, Any]) -> Lint:
    entry = table.get(fault.key, table[""])
    return Lint(entry.path, entry.line, fault.box.name, fault.level, fault.rule, fault.reason, fault.advice)


def _find_faults(template: Template, settings: Settings) -> Iterator[_Fault]:
    for box in (*template.boxes, *template.back):
        yield from _find_in_box(template, box)
    for language in Language:
        for values in example_cases(template, replace(settings, language=language)):
            symbol = make_symbol(values["url"], level=template.level, raised=True)
            for boxes in (template.boxes, template.back):
                drawn = [draw_box(template, box, values, symbol) for box in boxes]
                for rule in _RULES:
                    yield from rule(template, drawn)


def _find_in_box(template: Template, box: Box) -> Iterator[_Fault]:
    if isinstance(box, TextBox | PriceBox):
        least = box.min_size or box.size
        if least < LEAST_POINTS:
            reason = f"its text may shrink to {least:g} pt"
            yield _Fault(box, Level.WARNING, "small-text", reason, f"give it room for {LEAST_POINTS:g} pt", "min_size")
        yield from _find_missing(template, box)
        if isinstance(box, TextBox) and _is_of_one_language(box.text):
            advice = "write it in [words.zh] and [words.en], and its name in braces here"
            yield _Fault(box, Level.WARNING, "language", "its text is the same in each language", advice, "text")
    if box in template.back and not template.duplex and box is template.back[0]:
        advice = 'write duplex = "long-edge" or "short-edge" at the top of the file'
        yield _Fault(box, Level.WARNING, "duplex", "the template has a back, but not how it is turned", advice)


def _find_missing(template: Template, box: TextBox | PriceBox) -> Iterator[_Fault]:
    names = set(field_names(box))
    for language, words in template.words.items():
        for name in names & words.keys():
            if missing := missing_characters(words[name].replace("\n", ""), box.font):
                reason = (
                    f"the word {name!r} in [words.{language}] has {', '.join(map(repr, missing))}, which no font has"
                )
                yield _Fault(box, Level.ERROR, "missing-character", reason, "write it otherwise")


def _is_of_one_language(text: str) -> bool:
    plain = "".join(part for part in read_wording(text).parts if isinstance(part, str))
    return any("\u3400" <= character <= "\u9fff" for character in plain)


def _find_troubles(_template: Template, drawn: Sequence[Drawn]) -> Iterator[_Fault]:
    for one in drawn:
        for trouble in one.layout.troubles:
            what = f"{trouble.text!r} {trouble.reason}" if trouble.text else trouble.reason
            yield _Fault(one.box, Level.ERROR, "fit", what, trouble.advice)


def _find_far(template: Template, drawn: Sequence[Drawn]) -> Iterator[_Fault]:
    least = template.distance / SCANNED_FROM
    for one in drawn:
        modules = [item.module for item, _ in one.things if isinstance(item, Matrix)]
        modules += [code.module for code in one.layout.styled]
        if modules and min(modules) < least:
            reason = f"its modules of {min(modules):.2f} mm are too small to scan from {template.distance:g} mm"
            advice = f"make it {least / min(modules):.2g} times as large, for modules of {least:.2g} mm"
            yield _Fault(one.box, Level.ERROR, "distance", reason, advice, "width")


def _find_overlaps(_template: Template, drawn: Sequence[Drawn]) -> Iterator[_Fault]:
    codes = [(number, one.box, area) for number, one in enumerate(drawn) for area in one.layout.codes]
    for number, one in enumerate(drawn):
        for of_code, coded, area in codes:
            if coded is not one.box and any(
                touches(extent, area) and not (surrounds(item, extent, area) and (number < of_code or is_open(item)))
                for item, extent in one.things
            ):
                reason = f"it lies over the code or the quiet zone of box {coded.name!r}"
                yield _Fault(one.box, Level.ERROR, "overlap", reason, "move one of them")


def _find_unsafe(template: Template, drawn: Sequence[Drawn]) -> Iterator[_Fault]:
    for one in drawn:
        for item, (left, top, right, bottom) in one.things:
            room = min(left, top, template.width - right, template.height - bottom)
            if isinstance(item, Text) and room < template.safe - TOUCH:
                reason = f"{item.text!r} ends {room:.1f} mm from the edge, where it may be cut"
                yield _Fault(one.box, Level.ERROR, "safe-area", reason, f"keep {template.safe:g} mm from the edge")


def _find_illegible(template: Template, drawn: Sequence[Drawn]) -> Iterator[_Fault]:
    panels: list[tuple[Panel, Extent]] = []
    for one in drawn:
        for item, extent in one.things:
            if isinstance(item, Panel) and item.fill:
                panels.append((item, extent))
            elif isinstance(item, Text) and not one.layout.codes:
                yield from _find_small(one.box, item)
                if not template.art:
                    yield from _find_faint(one.box, item, ground_of(extent, panels))


def _find_small(box: Box, item: Text) -> Iterator[_Fault]:
    points = item.size * POINTS
    if points < LEAST_POINTS - 0.05:
        reason = f"{item.text!r} is printed at {points:.1f} pt"
        yield _Fault(box, Level.ERROR, "unreadable", reason, f"give it room for {LEAST_POINTS:g} pt", "size")


def _find_faint(box: Box, item: Text, ground: str) -> Iterator[_Fault]:
    seen = contrast(parse_colour(item.colour).hex, parse_colour(ground).hex)
    small = item.size * POINTS < LARGE
    if seen < (LEAST_CONTRAST_OF_SMALL if small else LEAST_CONTRAST):
        level = Level.ERROR if seen < LEAST_CONTRAST else Level.WARNING
        needed = LEAST_CONTRAST_OF_SMALL if small else LEAST_CONTRAST
        reason = f"{item.text!r} in {item.colour} on {ground} has a contrast of {seen:.1f} to 1"
        yield _Fault(box, level, "contrast", reason, f"choose colours with {needed:g} to 1", "colour")


def _find_other_inks(template: Template, drawn: Sequence[Drawn]) -> Iterator[_Fault]:
    for one in drawn if template.inks else ():
        for item, _ in one.things:
            colours = (item.fill, item.stroke) if isinstance(item, Panel) else (getattr(item, "colour", ""),)
            for colour in filter(None, colours):
                if _distance_to_ink(colour, template.inks) > _FAR_FROM_INK:
                    reason = f"{colour} is none of the inks {', '.join(template.inks)}"
                    yield _Fault(one.box, Level.WARNING, "inks", reason, "choose one of them", "colour")


def _distance_to_ink(colour: str, inks: Iterable[str]) -> int:
    rgb = parse_colour(colour).rgb
    return min(max(abs(a - b) for a, b in zip(rgb, INKS[ink], strict=True)) for ink in inks)


_RULES: tuple[Callable[[Template, Sequence[Drawn]], Iterator[_Fault]], ...] = (
    _find_troubles,
    _find_far,
    _find_overlaps,
    _find_unsafe,
    _find_illegible,
    _find_other_inks,
)
