"""Recognises a catalogue table by its header, English or Chinese, and finds each of its columns."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType

from o2o.catalog.kinds import WITH_EXTRA, CatalogKind
from o2o.config import Language
from o2o.errors import InputFileError
from o2o.importers.column_names import EXTRA_NAMES, NAMES
from o2o.importers.columns import fold_name, fold_names, is_near, language_of, locate_columns
from o2o.problems import PROBLEM_COLUMNS

NEEDED: dict[CatalogKind, tuple[str, ...]] = {
    CatalogKind.STORES: ("store_id", "name"),
    CatalogKind.CAMPAIGNS: ("campaign_id", "name"),
    CatalogKind.PRODUCTS: ("sku", "name"),
    CatalogKind.PEOPLE: ("person_id", "name"),
    CatalogKind.PLACES: ("place_id", "name", "carrier"),
    CatalogKind.AISLES: ("store_id", "aisle", "walk_order"),
    CatalogKind.ASSORTMENT: ("store_id", "sku"),
    CatalogKind.PRICES: ("sku", "from"),
    CatalogKind.LOTS: ("sku", "lot"),
    CatalogKind.SHIFTS: ("person_id", "store_id", "start", "end"),
    CatalogKind.TRAFFIC: ("store_id", "at", "count"),
    CatalogKind.COSTS: ("key", "from", "amount"),
}
"""The columns that a table of each kind can't do without; their cells must not be empty either."""

_MARKS = frozenset(("store_id", "campaign_id", "sku", "person_id", "place_id", "aisle", "lot", "from", "at"))
_AMOUNTS = frozenset(("price", "member_price", "promo_price"))
_SPOT = frozenset(("aisle", "bay", "shelf", "position", "label"))
_GENERIC = frozenset(("编码", "名称", "kod", "indeks", "nazwa", "name"))
_SHORTEST_NEAR = 4
_NONE_GIVEN: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table is and where in its rows each column stands; ``extra``: columns of the merchant's own.

    ``twins``: pairs of places of which the second is no column, as the first means the same.
    """

    kind: CatalogKind
    columns: tuple[str, ...]
    positions: tuple[int, ...]
    extra: tuple[tuple[str, int], ...] = ()
    language: Language = Language.EN
    ignored: tuple[str, ...] = ()
    twins: tuple[tuple[int, int], ...] = ()


def recognise_layout(
    path: Path | str,
    header: Sequence[str],
    kind: CatalogKind | None = None,
    names: Mapping[str, str] = _NONE_GIVEN,
) -> Layout:
    """Return what a header says the table is, or where the columns of a given kind stand.

    ``names`` says what some of its cells mean. Raises InputFileError when a needed column is missing, or two kinds
    fit as well.
    """
    kind = kind or _recognise_kind(path, header, names)
    found = _find_columns(kind, header, names)
    missing = [name for name in NEEDED[kind] if name not in found]
    if missing:
        raise InputFileError(path, f"as {kind} it lacks the column {_describe(kind, missing)}", _ADVICE)
    columns = tuple(name for name in NAMES[kind] if name in found)
    positions = tuple(found[name][0] for name in columns)
    others = _find_others(header, found, names)
    return Layout(
        kind, columns, positions,
        extra=_name_extra(kind, header, others) if kind in WITH_EXTRA else (),
        language=language_of(header[position] for position in positions),
        ignored=() if kind in WITH_EXTRA else tuple(header[position] for position in others),
        twins=tuple((places[0], twin) for places in found.values() for twin in places[1:]),
    )  # fmt: skip


def find_column(header: Sequence[str], kind: CatalogKind, name: str) -> int | None:
    """Return where a column stands in a header, by any of its names, or None."""
    places = _find_columns(kind, header).get(name)
    return places[0] if places else None


def rate_header(
    header: Sequence[str], kind: CatalogKind | None = None, names: Mapping[str, str] = _NONE_GIVEN
) -> tuple[bool, int, int]:
    """Return what makes a row the header: having all that a kind needs, naming many columns, few of them twice."""
    kinds = [kind] if kind else list(NAMES)
    found = {one: _find_columns(one, header, names) for one in kinds}
    return max(
        (columns.keys() >= set(NEEDED[one]), len(columns), len(columns) - sum(map(len, columns.values())))
        for one, columns in found.items()
    )


def is_known(cell: str, names: Mapping[str, str] = _NONE_GIVEN) -> bool:
    """Tell whether a cell of a header names a column of any kind."""
    name = fold_name(cell)
    return name in _ALL_NAMES or name in map(fold_name, names)


def names_of(kind: CatalogKind, column: str) -> frozenset[str]:
    """Return all that a column of a kind may be called, folded."""
    return frozenset(name for name, meaning in _MEANINGS[kind].items() if meaning == column)


def find_near(layout: Layout, header: Sequence[str]) -> list[tuple[str, str]]:
    """Return cells of a header that differ by one character from a column that it doesn't have, and that column."""
    lacking = {name: column for name, column in _MEANINGS[layout.kind].items() if column not in layout.columns}
    others = [(header[position], fold_name(header[position])) for _, position in layout.extra]
    return [
        (cell, column)
        for cell, name in others
        for alias, column in lacking.items()
        if min(len(name), len(alias)) >= _SHORTEST_NEAR and is_near(name, alias)
    ]


_ADVICE = "add it, or name the kind of the table with --as, or a column with --map"


def _find_others(header: Sequence[str], found: Mapping[str, list[int]], names: Mapping[str, str]) -> list[int]:
    known = {place for places in found.values() for place in places}
    left_out = {fold_name(cell) for cell, column in names.items() if not column}
    if set(PROBLEM_COLUMNS) <= set(header):  # a list of problems, mended
        left_out |= set(PROBLEM_COLUMNS)
    return [
        position
        for position, cell in enumerate(header)
        if cell and position not in known and fold_name(cell) not in left_out
    ]


def _name_extra(kind: CatalogKind, header: Sequence[str], positions: Sequence[int]) -> tuple[tuple[str, int], ...]:
    taken = set(NAMES[kind])
    extra = []
    for position in positions:
        plain = _plain_name(header[position])
        name = next(name for name in chain([plain], (f"{plain}_{number}" for number in count(2))) if name not in taken)
        taken.add(name)
        extra.append((name, position))
    return tuple(extra)


def _plain_name(cell: str) -> str:
    return _PLAIN_NAMES.get(fold_name(cell)) or "_".join(unicodedata.normalize("NFKC", cell).split())


_PLAIN_NAMES = {fold_name(alias): name for name, aliases in EXTRA_NAMES.items() for alias in (name, *aliases.split())}


def _recognise_kind(path: Path | str, header: Sequence[str], names: Mapping[str, str]) -> CatalogKind:
    found = {kind: _find_columns(kind, header, names) for kind in NAMES}
    if "sku" not in names.values() and _is_of_anything(header, found[CatalogKind.PRODUCTS]):
        del found[CatalogKind.PRODUCTS]["sku"]
    days = found[CatalogKind.ASSORTMENT].get("valid_from", ())
    if any(fold_name(header[place]) == "from" for place in days):  # which speaks for a price list, if for anything
        del found[CatalogKind.ASSORTMENT]["valid_from"]
    fitting = [kind for kind in NAMES if _fits(kind, found)]
    if not fitting:
        raise _unrecognised(path, found)
    # a table of people with their stores has the columns of stores too: a row is about all of its ids
    likely = [kind for kind in fitting if not any(_outdoes(found[other], found[kind]) for other in fitting)]
    likely.sort(key=lambda kind: len(found[kind]), reverse=True)
    if len(likely) > 1:
        raise InputFileError(path, f"it may be {' or '.join(likely)}", f"say which with --as {likely[0]}")
    return likely[0]


def _is_of_anything(header: Sequence[str], found: Mapping[str, list[int]]) -> bool:
    """Tell whether a table has an id and a name as any table might have them, and nothing that only products have."""
    return found.keys() == {"sku", "name"} and all(fold_name(header[p[0]]) in _GENERIC for p in found.values())


def _fits(kind: CatalogKind, found: Mapping[CatalogKind, Mapping[str, list[int]]]) -> bool:
    has = found[kind].keys()
    if not has >= set(NEEDED[kind]):
        return False
    if kind is CatalogKind.COSTS:  # a key may be of anything
        return "kind" in has
    assortment = found[CatalogKind.ASSORTMENT].keys()
    if kind is CatalogKind.PRICES:
        # what a store carries may have a price and a day, too; a price list says more about prices, and no spot
        return bool(has & _AMOUNTS) and (len(has) > len(assortment) or "store_id" not in has)
    if kind is CatalogKind.ASSORTMENT and _fits(CatalogKind.PRICES, found):
        return bool(assortment & _SPOT)
    return True


def _outdoes(one: Mapping[str, list[int]], other: Mapping[str, list[int]]) -> bool:
    return _MARKS & one.keys() > _MARKS & other.keys() and len(one) >= len(other)


def _unrecognised(path: Path | str, found: Mapping[CatalogKind, Mapping[str, list[int]]]) -> InputFileError:
    nearest = max(found, key=lambda kind: len(found[kind]))
    if not found[nearest]:
        kinds = ", ".join(NAMES)
        advice = f"its kind must be one of {kinds}; say what its columns are with --map, in which line they stand with"
        advice = f"{advice} --header-row, and if its letters look wrong, its --encoding"
        return InputFileError(path, "its first lines name no column of ours", advice)
    missing = [name for name in NEEDED[nearest] if name not in found[nearest]]
    return InputFileError(path, f"nearest to {nearest}, but without the column {_describe(nearest, missing)}", _ADVICE)


def _describe(kind: CatalogKind, columns: Sequence[str]) -> str:
    return ", ".join(f"{name} ({NAMES[kind][name].split()[0]})" for name in columns)


def _find_columns(
    kind: CatalogKind, header: Sequence[str], names: Mapping[str, str] = _NONE_GIVEN
) -> dict[str, list[int]]:
    return locate_columns(header, _MEANINGS[kind], names)


_MEANINGS = {
    kind: fold_names({column: aliases.split() for column, aliases in columns.items()})
    for kind, columns in NAMES.items()
}
_ALL_NAMES = frozenset(chain.from_iterable(_MEANINGS.values()))
