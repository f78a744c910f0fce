"""GS1 application identifiers: what may stand behind each, and which belong together.

The table is application_identifiers.txt; source: GS1 General Specifications, section 3, and URI Syntax 1.6, section 4.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from o2o.codes.element_checks import CHECKS
from o2o.errors import O2OError

_SETS = {"N": r"[0-9]", "X": r"[!-\"%-/0-9:-?A-Z_a-z]", "Y": r"[#\-/0-9A-Z]", "Z": r"[-0-9A-Z_a-z=]"}
_LONGEST = 90
_SET_NAMES = {"N": "digits", "X": "characters of set 82", "Y": "characters of set 39", "Z": "base64url characters"}


class Gs1Error(O2OError):
    """Data or an address that GS1's rules don't allow."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the data of an identifier: its character set, lengths and checks."""

    character_set: str
    shortest: int
    longest: int
    optional: bool
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier; ``sequences`` are the qualifiers that may follow it as a primary key, in order."""

    ai: str
    title: str
    components: tuple[Component, ...]
    is_fixed: bool
    is_attribute: bool
    is_key: bool
    sequences: tuple[tuple[str, ...], ...]
    needs: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]


def find_identifier(ai: str) -> Identifier | None:
    """Return an application identifier by its digits, or None."""
    return _identifiers().get(ai)


def unknown_identifier(ai: str) -> Identifier:
    """Return what may stand behind an identifier that the table doesn't have: what any field of a symbol holds."""
    anything = Component("X", 1, _LONGEST, optional=False, checks=())
    return Identifier(
        ai, "", (anything,), is_fixed=False, is_attribute=False, is_key=False, sequences=(), needs=(), excludes=()
    )


def check_value(identifier: Identifier, value: str) -> None:
    """Raise Gs1Error unless a value has the lengths, the characters and the content that its identifier asks for."""
    rest = value
    for component in identifier.components:
        if not rest and component.optional:
            continue
        part, rest = rest[: component.longest], rest[component.longest :]
        _check_part(identifier, component, part)
    if rest:
        raise Gs1Error(f"({identifier.ai})", f"{value!r} is longer than {len(value) - len(rest)} characters")


def fits(ai: str, value: str) -> bool:
    """Tell whether a value may stand behind an application identifier."""
    identifier = find_identifier(ai)
    try:
        check_value(identifier or unknown_identifier(ai), value)
    except Gs1Error:
        return False
    return identifier is not None


def check_associations(ais: Iterable[str]) -> None:
    """Raise Gs1Error when an identifier stands beside one that it excludes, or lacks one that it needs."""
    present = set(ais)
    known = [identifier for identifier in map(find_identifier, sorted(present)) if identifier]
    for identifier in known:
        for other in present - {identifier.ai}:
            if any(_fits(pattern, other) for pattern in identifier.excludes):
                raise Gs1Error(f"({identifier.ai})", f"must not stand beside ({other})")
    for identifier in known:
        if identifier.needs and not any(_are_there(group, present) for group in identifier.needs):
            groups = " or ".join("(" + ")(".join(group) + ")" for group in identifier.needs)
            raise Gs1Error(f"({identifier.ai})", f"needs {groups} beside it")


def _are_there(group: Iterable[str], present: set[str]) -> bool:
    return all(any(_fits(pattern, ai) for ai in present) for pattern in group)


def _fits(pattern: str, ai: str) -> bool:
    return len(pattern) == len(ai) and all(one in ("n", other) for one, other in zip(pattern, ai, strict=True))


def _check_part(identifier: Identifier, component: Component, part: str) -> None:
    what = f"({identifier.ai})"
    if not component.shortest <= len(part):
        raise Gs1Error(what, f"{part!r} is shorter than {component.shortest} characters")
    if not re.fullmatch(f"{_SETS[component.character_set]}*", part):
        raise Gs1Error(what, f"{part!r} has other than {_SET_NAMES[component.character_set]}")
    for name in component.checks:
        if reason := CHECKS[name](part):
            raise Gs1Error(what, f"{part!r}: {reason}")


@cache
def _identifiers() -> dict[str, Identifier]:
    text = files("o2o.codes").joinpath("application_identifiers.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {identifier.ai: identifier for line in lines for identifier in _parse_line(line)}


def _parse_line(line: str) -> Iterator[Identifier]:
    numbers, data, rules, *title = (part.strip() for part in line.split(" | "))
    first, _, last = numbers.partition("-")
    marks = dict(rule.partition(":")[::2] for rule in rules.split())
    for number in range(int(first), int(last or first) + 1):
        yield Identifier(
            ai=f"{number:0{len(first)}}",
            title=title[0] if title else "",
            components=tuple(_parse_component(part) for part in data.split()),
            is_fixed="fixed" in marks,
            is_attribute="attribute" in marks,
            is_key="key" in marks,
            sequences=tuple(tuple(way.split(",")) for way in marks.get("key", "").split("|") if way),
            needs=tuple(tuple(group.split("+")) for group in marks.get("with", "").split(",") if group),
            excludes=tuple(other for other in marks.get("without", "").split(",") if other),
        )


def _parse_component(text: str) -> Component:
    shape, *checks = text.removesuffix("?").split("/")
    longest = int(shape[1:].removeprefix("-"))
    shortest = 1 if shape[1] == "-" else longest
    return Component(shape[0], shortest, longest, text.endswith("?"), tuple(checks))
