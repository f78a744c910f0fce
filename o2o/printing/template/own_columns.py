"""Columns that only the merchant has (grade, 英文名, photo, …), as fields of templates.

A field is called as its column in the file, with ``_`` for what is no letter or digit; one of a store or a campaign
has ``store_`` or ``campaign_`` before it. A field of our own goes before one of the same name.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from o2o.db import Database, load_query, shop_folder
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


DRAINED = "drained_weight"
"""The column of a drained weight, in the unit of the net content unless it names its own."""

FEATURES = tuple(f"feature_{number}" for number in range(1, 6))
"""What a product can do, in five lines of a price card."""

WELL_KNOWN = frozenset(("brand", "grade", "name_en", "photo", "storage", *FEATURES, DRAINED))
"""Columns that many merchants have: templates may show them where nobody has."""


def check_fields(db: Database, templates: Iterable[Template], given: Collection[str]) -> None:
    """Raise InputFileError for a field that is neither ours, nor given, nor a word of its template, nor a column."""
    asked = [(template, fields) for template in templates if (fields := _own_fields(template).difference(given))]
    columns = _list_columns(db) if asked else frozenset[str]()
    for template, fields in asked:
        for name in sorted(fields - columns - WELL_KNOWN):
            box = next(box.name for box in (*template.boxes, *template.back) if name in field_names(box))
            near = " or ".join(map(repr, _near(name, FIELDS.union(columns, *template.words.values()))))
            there = (
                f"columns of your own are {', '.join(sorted(columns))}" if columns else "no table has any of its own"
            )
            advice = f"did you mean {near}?" if near else f"{there}; see 'Fields' in docs/templates.md for the others"
            raise InputFileError(template.path, f"box {box!r} shows {name!r}, which no table has", advice)


class OwnColumns:
    """Finds the merchant's columns that templates show; remembers which each shows."""

    def __init__(self, db: Database) -> None:
        self.folder = shop_folder(db)
        self._shown: dict[Path, tuple[frozenset[str], frozenset[str]]] = {}

    def values_of(self, row: Sequence[Any], place: Mapping[str, int], template: Template) -> dict[str, str]:
        """Return what a template shows of a row with columns at these places; pictures are files beside the shop's."""
        if template.path not in self._shown:
            self._shown[template.path] = _own_fields(template), _picture_fields(template)
        fields, pictures = self._shown[template.path]
        if not fields:
            return {}
        values: dict[str, str] = {}
        for column, prefix in _PREFIXES.items():
            values |= {prefix + _fold(name): text for name, text in _read(row[place[column]]).items() if text}
        return {
            name: str(self.folder / text) if name in pictures else " ".join(text.split())
            for name, text in values.items()
            if name in fields
        }


def _near(name: str, known: Collection[str]) -> list[str]:
    prefixed = [prefix + name for prefix in _PREFIXES.values() if prefix + name in known]
    return prefixed or get_close_matches(name, known)


def _own_fields(template: Template) -> frozenset[str]:
    return template.fields - FIELDS.union(*template.words.values())


def _picture_fields(template: Template) -> frozenset[str]:
    return frozenset(
        name for box in (*template.boxes, *template.back) if isinstance(box, ImageBox) for name in box.field
    )


def _list_columns(db: Database) -> frozenset[str]:
    found = db.conn.execute(load_query("printing/template/own_columns.names"))
    return frozenset(prefix + _fold(name) for prefix, name in found)


def _fold(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


def _read(extra: str | None) -> Mapping[str, str]:
    texts: dict[str, str] = json.loads(extra) if extra else {}
    return texts
