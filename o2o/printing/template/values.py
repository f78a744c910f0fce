"""Values of a template's file, read one by one: each knows its file and line, and says what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from o2o.errors import InputFileError
from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.fonts import BLACK, BOLD, REGULAR
from o2o.printing.drawing.inks import INKS
from o2o.printing.drawing.look import Shape
from o2o.printing.template.expressions import read_expression, read_wording
from o2o.printing.template.functions import ExpressionError
from o2o.subjects import parse_carrier

SHIPPED_CHAINS = (REGULAR, BOLD, BLACK)
"""The chains of fonts that every template may name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, and where it was written: in which file, whose text is ``source``, on which line."""

    value: Any
    path: Path
    line: int
    source: str = field(default="", repr=False)

    def wrong(self, reason: str, advice: str) -> InputFileError:
        """Return the error that points at this value."""
        return InputFileError(self.path, reason, advice, self.line)

    def wrong_within(self, text: str, error: ExpressionError) -> InputFileError:
        """Return the error that points at a place within a text of this value."""
        lines = self.source.splitlines(keepends=True)
        start = sum(map(len, lines[: self.line - 1]))
        found = self.source.find(text, start)
        if found < 0:  # written with escapes
            return self.wrong(f"in {text!r}: {error.reason}", error.advice)
        before = self.source[: found + error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return InputFileError(self.path, error.reason, error.advice, line, column)


Table = dict[str, Entry]


def read_length(entry: Entry) -> float:
    """Return a length or size from 0 on."""
    if _is_number(entry.value) and entry.value >= 0:
        return float(entry.value)
    raise entry.wrong(f"{entry.value!r} is not a length or size", "write a number such as 12.5")


def read_positive(entry: Entry) -> float:
    """Return a length or size above 0."""
    if not read_length(entry):
        raise entry.wrong("0 is too small", "write a number such as 12.5")
    return float(entry.value)


def read_coordinate(entry: Entry) -> float:
    """Return a number on either side of 0."""
    if _is_number(entry.value):
        return float(entry.value)
    raise entry.wrong(f"{entry.value!r} is not a number", "write a number such as 12.5")


def read_whole(entry: Entry) -> int:
    """Return a whole number from 1 on."""
    if isinstance(entry.value, bool) or not isinstance(entry.value, int) or entry.value < 1:
        raise entry.wrong(f"{entry.value!r} is not a whole number from 1", "write a whole number such as 2")
    return entry.value


def read_yes_or_no(entry: Entry) -> bool:
    """Return a yes or no."""
    if not isinstance(entry.value, bool):
        raise entry.wrong(f"{entry.value!r} is neither yes nor no", "write true or false")
    return entry.value


def read_text(entry: Entry) -> str:
    """Return a text."""
    if not isinstance(entry.value, str):
        raise entry.wrong(f"{entry.value!r} is not a text", 'write it in quotes: "…"')
    return entry.value


def read_names(entry: Entry) -> tuple[str, ...]:
    """Return a name, or a list of them."""
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    if not all(isinstance(value, str) for value in values):
        raise entry.wrong(f"{entry.value!r} is not a field", 'write "name" or ["spec", "unit"]')
    return tuple(values)


def read_expressions(entry: Entry) -> tuple[str, ...]:
    """Return an expression or a list of them, each tried."""
    values = read_names(entry)
    for text in values:
        try:
            read_expression(text)
        except ExpressionError as error:
            raise entry.wrong_within(text, error) from None
    return values


def read_filled(entry: Entry) -> str:
    """Return a text with expressions in braces, each tried."""
    text = read_text(entry)
    try:
        read_wording(text)
    except ExpressionError as error:
        raise entry.wrong_within(text, error) from None
    return text


def read_pair(entry: Entry) -> tuple[float, float]:
    """Return a width and a height."""
    lengths = [v for v in entry.value if _is_number(v) and v > 0] if isinstance(entry.value, list) else []
    if len(lengths) != 2:
        raise entry.wrong(f"{entry.value!r} is not a size", "write [width, height] in mm")
    return float(lengths[0]), float(lengths[1])


def read_pixels(entry: Entry) -> tuple[int, int]:
    """Return the width and height of a screen."""
    width, height = read_pair(entry)
    if width % 1 or height % 1:
        raise entry.wrong(f"{entry.value!r} is not a size in pixels", "write whole numbers such as [1080, 1920]")
    return int(width), int(height)


def read_colour(entry: Entry, named: Mapping[str, str]) -> str:
    """Return a colour as text, by a name of the template or as it is written."""
    colour = named.get(read_text(entry), str(entry.value))
    if not colour:
        return ""
    try:
        parsed = parse_colour(colour)
    except ValueError as error:
        reason, _, advice = str(error).partition("; ")
        raise entry.wrong(reason, f"{advice}, or a name from [colours]") from None
    return colour if parsed.printed else parsed.hex.upper()


def read_chain(entry: Entry) -> tuple[Path | str, ...]:
    """Return the files of a chain of fonts, and the names of chains among them."""
    suffixes = (".ttf", ".otf", ".ttc")
    files: list[Path | str] = []
    for name in read_names(entry):
        if name in SHIPPED_CHAINS:
            files.append(name)
        elif name.lower().endswith(suffixes):
            files.append(read_file(replace(entry, value=name), *suffixes))
        else:
            raise entry.wrong(f"{name!r} is no font", f"name a .ttf file beside it, or {', '.join(SHIPPED_CHAINS)}")
    return tuple(files)


def read_inks(entry: Entry) -> tuple[str, ...]:
    """Return the inks of an electronic shelf label."""
    inks = read_names(entry)
    if unknown := [ink for ink in inks if ink not in INKS]:
        raise entry.wrong(f"{unknown[0]!r} is no ink of an electronic label", f"use {', '.join(INKS)}")
    return inks


def read_carrier(entry: Entry) -> str:
    """Return a carrier."""
    try:
        return str(parse_carrier(read_text(entry)))
    except ValueError as error:
        raise entry.wrong(f"{entry.value!r} is {error}", "see 'Words' in README.md") from None


def read_file(entry: Entry, *suffixes: str) -> Path:
    """Return a file below the folder of the template that names it."""
    folder = entry.path.parent.resolve()
    path = (folder / read_text(entry)).resolve()
    if path.suffix.lower() not in suffixes:
        raise entry.wrong(f"{entry.value!r} is no {' or '.join(suffixes)} file", "save it as one")
    if not path.is_relative_to(folder):
        raise entry.wrong(f"{entry.value!r} does not lie below the template's folder", "put it there")
    if not path.is_file():
        raise entry.wrong(f"there is no file {entry.value!r}", f"put it into {folder}")
    return path


def one_of(*choices: str) -> Callable[[Entry], str]:
    """Return a reader that takes these texts."""

    def read(entry: Entry) -> str:
        if entry.value not in choices:
            raise entry.wrong(f"{entry.value!r} is not a choice", f"use {', '.join(choices)}")
        return str(entry.value)

    return read


def read_shape(entry: Entry) -> Shape:
    """Return the shape of a code's modules."""
    return Shape(one_of(*Shape)(entry))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6
