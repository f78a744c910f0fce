"""The tables of a template's file, and where each key is written.

A template may extend another, all lengths of which are multiplied by ``scale``, and say only what
differs: boxes, words and colours of the same name take its place, those in ``without`` go.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from o2o.errors import InputFileError
from o2o.printing.template.values import Entry, Table, read_coordinate, read_names, read_pair, read_positive
from o2o.resources import templates_folder

TOP_KEYS = (
    "extends", "scale", "without", "about", "carrier", "size", "pixels", "dpi", "stock", "duplex", "bleed", "safe",
    "distance", "inks", "art", "colours", "fonts", "words", "box",
)  # fmt: skip
"""What stands at the top of a file, and its tables."""

_OF_ITS_OWN = ("about", "carrier")
"""What a template doesn't take from the one it extends."""

LENGTHS = ("x", "y", "width", "height", "size", "min_size", "radius", "line_width", "dash")
"""What of a box ``scale`` multiplies."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The tables of a file, those of the template it extends beneath them."""

    path: Path
    top: Table
    colours: Table
    fonts: Table
    words: dict[str, Table]
    boxes: dict[str, Table]


def read_draft(path: Path, above: frozenset[Path] = frozenset()) -> Draft:
    """Return the tables of a file and of those that it extends; ``above`` are the files that extend it."""
    if path in above:
        raise InputFileError(path, "it extends itself", "extend another template")
    tables, places = _parse(path)
    top = _entries(places, (), tables)
    for key, entry in top.items():
        if key not in TOP_KEYS:
            raise entry.wrong(f"unknown key {key!r}", f"use {', '.join(TOP_KEYS)}")
    colours, fonts = (_entries(places, (key,), _table_of(top, key)) for key in ("colours", "fonts"))
    words = {lang: _entries(places, ("words", lang), t) for lang, t in _tables_of(top, "words").items()}
    boxes = {name: _entries(places, ("box", name), t) for name, t in _tables_of(top, "box").items()}
    own = Draft(path, top, colours, fonts, words, boxes)
    return _extend(own, above | {path}) if "extends" in top else own


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the tables and keys of a file are written."""

    path: Path
    source: str
    lines: Mapping[tuple[str, ...], int]


def _parse(path: Path) -> tuple[dict[str, Any], _Places]:
    try:
        source = path.read_text(encoding="utf-8")
        return tomllib.loads(source), _Places(path, source, _line_numbers(source))
    except OSError as error:
        raise InputFileError(path, (error.strerror or str(error)).lower(), "check the name of the template") from None
    except UnicodeDecodeError:
        raise InputFileError(path, "not UTF-8 text", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise InputFileError(path, f"not TOML: {error}", "correct that line", int(line[1]) if line else None) from None


def _line_numbers(source: str) -> dict[tuple[str, ...], int]:
    """Return the line of each table and of each ``key =``, which tomllib doesn't tell."""
    table: tuple[str, ...] = ()
    numbers: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?([^\[\]]+)\]", line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            numbers.setdefault(table, number)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            numbers.setdefault((*table, key[1].strip("\"'")), number)
    return numbers


def _entries(places: _Places, table: tuple[str, ...], values: Mapping[str, Any]) -> Table:
    start = places.lines.get(table, 1)
    entries = {
        key: Entry(value, places.path, places.lines.get((*table, key), start), places.source)
        for key, value in values.items()
    }
    return entries | ({"": Entry(None, places.path, start)} if table else {})


def _table_of(top: Table, key: str) -> dict[str, Any]:
    if key not in top:
        return {}
    if not isinstance(top[key].value, dict):
        raise top[key].wrong(f"{key!r} is not a table", f"write [{key}]")
    table: dict[str, Any] = top[key].value
    return table


def _tables_of(top: Table, key: str) -> dict[str, dict[str, Any]]:
    tables = _table_of(top, key)
    for name, value in tables.items():
        if not isinstance(value, dict):
            raise top[key].wrong(f"{key}.{name} is not a table", f"write [{key}.{name}]")
    return tables


def _extend(own: Draft, above: frozenset[Path]) -> Draft:
    base = read_draft(_base_path(own), above)
    scale = read_positive(own.top["scale"]) if "scale" in own.top else 1.0
    boxes = {name: _scaled(box, scale) for name, box in base.boxes.items()}
    for name in read_names(own.top["without"]) if "without" in own.top else ():
        if name not in boxes:
            raise own.top["without"].wrong(f"no box {name!r} in {base.path.name}", f"use {', '.join(boxes)}")
        del boxes[name]
    for name, box in own.boxes.items():
        boxes[name] = boxes.get(name, {}) | box
    languages = base.words | own.words
    return Draft(
        own.path,
        _page_below(own, base, scale) | own.top,
        base.colours | own.colours,
        base.fonts | own.fonts,
        {language: base.words.get(language, {}) | own.words.get(language, {}) for language in languages},
        boxes,
    )


def _base_path(own: Draft) -> Path:
    name = f"{own.top['extends'].value}.toml"
    for folder in (own.path.parent, templates_folder()):
        if (folder / name).is_file():
            return (folder / name).resolve()
    raise own.top["extends"].wrong(f"there is no template {name!r}", "extend one beside it, or one that o2o ships")


def _scaled(table: Table, scale: float) -> Table:
    return {
        key: Entry(read_coordinate(entry) * scale, entry.path, entry.line) if key in LENGTHS else entry
        for key, entry in table.items()
    }


def _page_below(own: Draft, base: Draft, scale: float) -> Table:
    """Return what a template takes from the page of the one it extends."""
    of_size = ("size", "pixels") if {"size", "pixels"} & own.top.keys() else ()
    top = {key: entry for key, entry in base.top.items() if key not in (*_OF_ITS_OWN, *of_size)}
    for key in ("size", "pixels"):
        if key in top:
            value = [length * scale for length in read_pair(top[key])]
            top[key] = Entry(value, top[key].path, top[key].line)
    return top
