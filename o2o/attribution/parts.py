"""What journeys are made of, as columns of whole numbers: read once, told anew under many assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from o2o.attribution.engines import ColumnEngine
from o2o.attribution.journeys import Journeys
from o2o.attribution.vocabulary import Places
from o2o.db import load_query

BUCKETS = 1_000
"""So many buckets are people dealt out to, by a hash of their numbers."""

_MIX, _FOLD, _WHOLE = np.uint64(0x9E3779B97F4A7C15), np.uint64(32), 1 << 24


class Conversions(NamedTuple):
    """Conversions in the order of their numbers; ``inside`` are those of the period, others are taken back in it."""

    conversion: Places
    at: Places
    delta: Places
    money: Places
    inside: Places
    person: Places


class Touches(NamedTuple):
    """Touches in the order of their journeys; ``conversion`` is a place among the conversions, ``age`` before it."""

    conversion: Places
    scan: Places
    scanned_at: Places
    key: Places
    kind: Places
    visitor: Places
    age: Places


class Scans(NamedTuple):
    """Counted scans of the period in the order of who made them and when."""

    person: Places
    scan: Places
    scanned_at: Places
    key: Places


class Later(NamedTuple):
    """Scans before conversions that came after the period."""

    scan: Places
    age: Places
    at: Places


@dataclass(frozen=True, slots=True)
class Parts:
    """All that journeys are made of; ``scans`` and ``later`` are none where nothing learns from journeys to nothing."""

    keys: tuple[str, ...]
    conversions: Conversions
    touches: Touches
    scans: Scans
    later: Later
    until: int


def read_parts(journeys: Journeys, *, idle: bool) -> Parts:
    """Read what keyed journeys are made of; ``idle``: all counted scans of the period, too."""
    if idle:
        journeys.keep_later_touches()
        journeys.key_idle(load_query("attribution/audit.scans", **journeys.kept))
    names = name_keys(journeys)
    conversions = Conversions(*read_columns(journeys, "attribution/audit.conversions", Conversions._fields))
    conversions = Conversions(*_sort(conversions, conversions.conversion))
    touches = read_columns(journeys, "attribution/audit.touches", Touches._fields[:-1])
    later = read_columns(journeys, "attribution/audit.later", Later._fields) if idle else _nothing(Later._fields)
    return Parts(
        names,
        conversions,
        _place_touches(touches, conversions),
        _read_scans(journeys) if idle else Scans(*_nothing(Scans._fields)),
        Later(*later),
        journeys.parameters["until"],
    )


def name_keys(journeys: Journeys) -> tuple[str, ...]:
    """Number the keys of all journeys there are, for queries that include keys, and return them by their numbers."""
    tables = [journeys.kept[part] for part in ("journeys", "idle") if part in journeys.kept]
    journeys.kept["named"] = " UNION ALL ".join(f"SELECT key FROM ({table}) AS named" for table in tables)
    journeys.keep("keys", "attribution/audit.keys")
    return tuple(row["key"] for row in sorted(journeys.rows("attribution/audit.keys"), key=itemgetter("number")))


def deal(numbers: Places, salt: int = 0) -> NDArray[np.float64]:
    """Return a number from 0 to below 1 for each, by arithmetic alone: the same for the same on each machine."""
    mixed = (numbers.astype(np.uint64) + np.uint64(salt + 1)) * _MIX
    mixed = (mixed ^ (mixed >> _FOLD)) * _MIX
    return np.asarray((mixed >> np.uint64(40)).astype(np.float64) / _WHOLE)


def deal_buckets(people: Places, buckets: int = BUCKETS) -> Places:
    """Return the bucket of each person."""
    return np.asarray((deal(people) * buckets).astype(np.int64))


def _read_scans(journeys: Journeys) -> Scans:
    columns = Scans(*read_columns(journeys, "attribution/audit.idle", Scans._fields))
    return Scans(*_sort(columns, columns.scan, columns.scanned_at, columns.person))


def _place_touches(columns: Sequence[Places], conversions: Conversions) -> Touches:
    conversion, scan, scanned_at = columns[:3]
    known = np.isin(conversion, conversions.conversion)
    places = np.searchsorted(conversions.conversion, conversion[known])
    rows = [places, *(column[known] for column in columns[1:])]
    age = conversions.at[places] - scanned_at[known]
    return Touches(*_sort([*rows, age], scan[known], scanned_at[known], places))


def read_columns(journeys: Journeys, query: str, names: Sequence[str]) -> list[Places]:
    """Return columns of whole numbers; whole columns at once where the engine gives them."""
    if isinstance(journeys.engine, ColumnEngine):
        found = journeys.engine.columns(load_query(query, **journeys.kept), journeys.parameters)
        return [found[name].astype(np.int64, copy=False) for name in names]
    values = np.fromiter((row[name] for row in journeys.rows(query) for name in names), np.int64)
    return list(values.reshape(-1, len(names)).T)


def _sort(columns: Sequence[Places], *by: Places) -> list[Places]:
    """Sort columns by some of them, the most important last."""
    order = np.lexsort(by)
    return [column[order] for column in columns]


def _nothing(names: Sequence[str]) -> list[Places]:
    return [np.zeros(0, np.int64)] * len(names)
