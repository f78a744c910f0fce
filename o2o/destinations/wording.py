"""Conditions as a marketer writes them: ``weekday=mon,tue hour=9-12 app=wechat``."""

import re
import shlex
from difflib import get_close_matches

from o2o.destinations.conditions import CONDITIONS, QUERY, find_condition
from o2o.errors import SettingError

_NAMES = (*CONDITIONS, QUERY + "NAME")
_ORDER = {name: position for position, name in enumerate(CONDITIONS)}
_PLAIN = re.compile(r"[^\s'\"\\#]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 4_000


def parse_conditions(text: str) -> dict[str, str]:
    """Return the conditions of a text, each in the one way in which it is kept; raises SettingError for a bad one."""
    found: dict[str, str] = {}
    for word in _split(text):
        name, sign, value = word.partition("=")
        name = name if name.startswith(QUERY) else name.lower()
        if not sign:
            raise SettingError("condition", word, "has no =", "write NAME=VALUE, as in weekday=mon,tue")
        if name in found:
            raise SettingError("condition", word, "said twice", f"write its values together: {name}=A,B")
        found[name] = _read(name, value)
    return dict(sorted(found.items(), key=lambda item: (_ORDER.get(item[0], len(_ORDER)), item[0])))


def format_conditions(conditions: dict[str, str]) -> str:
    """Return conditions as text; ``parse_conditions`` is its inverse."""
    return " ".join(_quote(f"{name}={value}") for name, value in conditions.items())


def _split(text: str) -> list[str]:
    if len(text) > _LONGEST:
        raise SettingError("conditions", text[:80] + "…", "too long", f"write at most {_LONGEST} characters")
    try:
        words = shlex.split(text)
    except ValueError:
        raise SettingError("conditions", text, "a quotation mark without its pair", 'write city="New York"') from None
    if any(map(_CONTROL.search, words)):
        raise SettingError("conditions", text, "a line break or another control character", "write plain text")
    return words


def _read(name: str, value: str) -> str:
    condition = find_condition(name)
    if condition is None:
        near = get_close_matches(name, CONDITIONS, 1, 0.7)
        advice = f"did you mean {near[0]}?" if near else f"use one of {', '.join(_NAMES)}"
        raise SettingError("condition", name, "there is no such condition", advice)
    try:
        return condition.read(value)
    except ValueError as error:
        reason, _, advice = str(error).partition("; ")
        raise SettingError("condition", f"{name}={value}", reason, advice or f"write {condition.example}") from None


def _quote(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else shlex.quote(word)
