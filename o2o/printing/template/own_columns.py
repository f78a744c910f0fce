"""Columns that only the merchant has (grade, 英文名, photo, …), as fields of templates.

A field is called as its column in the file, with ``_`` for what is no letter or digit; one of a store or a campaign
has ``store_`` or ``campaign_`` before it. A field of our own goes before one of the same name.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from o2o.db import Database, load_query
from o2o.errors import InputFileError
from o2o.printing.template.boxes import FIELDS, ImageBox, Template, field_names

_PREFIXES = {
    "place_extra": "",
    "person_extra": "",
    "product_extra": "",
    "store_extra": "store_",
    "campaign_extra": "campaign_",
}
"""The columns of a print that hold columns of the merchant's, the last before the first, and what precedes each."""

_NOTHING = "{}"

DRAINED = "drained_weight"
"""The column of a drained weight, in the unit of the net content unless it names its own."""

FEATURES = tuple(f"feature_{number}" for number in range(1, 6))
"""What a product can do, in five lines of a price card."""

WELL_KNOWN = frozenset(("brand", "grade", "name_en", "photo", "storage", *FEATURES, DRAINED))
"""Columns that many merchants have: templates may show them where nobody has."""


def check_fields(db: Database, templates: Iterable[Template], given: Collection[str]) -> None:
    """Raise InputFileError for a field that is neither ours, nor given, nor a word of its template, nor a column."""
    asked = [template for template in templates if _own_fields(template).difference(given)]
    columns = list_columns(db) if asked else frozenset[str]()
    for template in asked:
        for unknown in find_unknown(template, columns.union(given)):
            raise InputFileError(template.path, f"box {unknown.box!r} {unknown.reason}", unknown.advice)


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field that a box shows and no table has."""

    box: str
    reason: str
    advice: str


def find_unknown(template: Template, columns: frozenset[str]) -> Iterator[UnknownField]:
    """Yield the fields of a template that are neither ours, nor words of it, nor among these columns."""
    for name in sorted(_own_fields(template) - columns - WELL_KNOWN):
        box = next(box.name for box in (*template.boxes, *template.back) if name in field_names(box))
        near = " or ".join(map(repr, _near(name, FIELDS.union(columns, *template.words.values()))))
        there = f"columns of your own are {', '.join(sorted(columns))}" if columns else "no table has any of its own"
        advice = f"did you mean {near}?" if near else f"{there}; see 'Fields' in docs/templates.md for the others"
        yield UnknownField(box, f"shows {name!r}, which no table has", advice)


def columns_of(template: Template) -> frozenset[str]:
    """Return the columns of a print that have what a template shows of the merchant's own."""
    fields = _own_fields(template)
    return frozenset(column for column, prefix in _PREFIXES.items() if any(name.startswith(prefix) for name in fields))


class OwnColumns:
    """Reads what a template shows of the merchant's columns off rows with columns at these places.

    Pictures are files beside the shop's.
    """

    def __init__(self, template: Template, folder: Path, place: Mapping[str, int]) -> None:
        self._folder = folder
        self._fields, self._pictures = _own_fields(template), picture_fields(template)
        shown = columns_of(template)
        self._columns = [(place[column], prefix) for column, prefix in _PREFIXES.items() if column in shown]

    def values_of(self, row: Sequence[Any]) -> dict[str, str]:
        """Return what the template shows of a row."""
        values: dict[str, str] = {}
        for column, prefix in self._columns:
            extra = row[column]
            if extra and extra != _NOTHING:
                values |= {prefix + _fold(name): text for name, text in json.loads(extra).items() if text}
        return {
            name: str(self._folder / text) if name in self._pictures else " ".join(text.split())
            for name, text in values.items()
            if name in self._fields
        }


def _near(name: str, known: Collection[str]) -> list[str]:
    prefixed = [prefix + name for prefix in _PREFIXES.values() if prefix + name in known]
    return prefixed or get_close_matches(name, known)


def _own_fields(template: Template) -> frozenset[str]:
    return template.fields - FIELDS.union(*template.words.values())


def picture_fields(template: Template) -> frozenset[str]:
    """Return the fields of a template that name pictures."""
    return frozenset(
        name for box in (*template.boxes, *template.back) if isinstance(box, ImageBox) for name in box.field
    )


def list_columns(db: Database) -> frozenset[str]:
    """Return the columns of a shop's own, as templates call them."""
    found = db.conn.execute(load_query("printing/template/own_columns.names"))
    return frozenset(prefix + _fold(name) for prefix, name in found)


@lru_cache(1 << 10)
def _fold(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")
