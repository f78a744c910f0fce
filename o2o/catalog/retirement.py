"""Rows that a complete export no longer has: they are retired, kept with the date, unless they are too many."""

from collections.abc import Iterable
from dataclasses import dataclass

from o2o.catalog.imports import Import
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.versions import Key, keep_rows, remove_rows
from o2o.db import Database
from o2o.errors import O2OError

_LARGEST_SHARE = 20
_ROWS = {CatalogKind.ASSORTMENT: "spots of its stores", CatalogKind.AISLES: "aisles of its stores"}
_BY_PARENT = (CatalogKind.AISLES, CatalogKind.LOTS)
"""The kinds of which an export is complete for the stores or products that it names, by its first column."""

_NEVER_WHOLE = {
    CatalogKind.PRICES: ("prices", "a price ends with its last day"),
    CatalogKind.SHIFTS: ("shifts", "a shift takes the place of those that it overlaps"),
    CatalogKind.TRAFFIC: ("counts", "a count takes the place of those that it overlaps"),
    CatalogKind.COSTS: ("costs", "say 0 for one that is none"),
}
"""What no export has all of, and what to do instead of leaving a row out."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A table that has all rows there are: the keys of those that were bad, and whether any number may retire."""

    bad_keys: frozenset[Key] = frozenset()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Retired:
    """The keys of what an import retired, and how many rows were there after it had been taken."""

    keys: tuple[Key, ...]
    of: int


class RetirementRefusedError(O2OError):
    """A complete export that would retire what it hardly means to."""

    def __init__(self, file: str, reason: str, advice: str) -> None:
        super().__init__(f"{file}: {reason}; {advice}")


def check_retirable(file: str, kind: CatalogKind) -> None:
    """Raise RetirementRefusedError for a kind whose rows no export has all of."""
    if kind in _NEVER_WHOLE:
        what, advice = _NEVER_WHOLE[kind]
        reason = f"a list of {what} is never complete, as those of the past are kept for good"
        raise RetirementRefusedError(file, reason, f"import it without --full; {advice}")


def is_too_much(retired: int, of: int) -> bool:
    """Tell whether nobody means to retire so many of the rows that are there, unless he says so."""
    return retired * 100 > of * _LARGEST_SHARE


def check_share(run: Import, retired: int, of: int) -> None:
    """Raise RetirementRefusedError when more than a fifth of the rows that were there would be retired."""
    if is_too_much(retired, of):
        share = f"{retired:,} of {of:,} {_ROWS.get(run.kind, run.kind)} ({retired * 100 / of:.0f} %) would be retired"
        advice = "nothing was taken; check that the file is complete, then say --yes"
        raise RetirementRefusedError(run.file or str(run.kind), share, advice)


def retire_missing(db: Database, run: Import, seen: Iterable[Key]) -> Retired:
    """Retire the rows of the import's table that are not among the keys seen: with the date, or remove them."""
    if run.kind in _BY_PARENT:
        return _remove_missing(db, run, frozenset(seen))
    key = KEYS[run.kind][0]
    live = db.conn.execute(f"SELECT {key} FROM {run.kind} WHERE coalesce(retired_at > ?, 1)", [run.imported_at])
    keys = set(live)
    missing = tuple(sorted(keys.difference(seen)))
    keep_rows(db, run.id, run.kind, missing)
    db.conn.executemany(
        f"UPDATE {run.kind} SET retired_at = ?, import_id = ? WHERE {key} = ?",
        ((run.imported_at, run.id, *row) for row in missing),
    )
    return Retired(missing, len(keys))


def _remove_missing(db: Database, run: Import, seen: frozenset[Key]) -> Retired:
    named = {key[0] for key in seen}
    found = db.conn.execute(f"SELECT {', '.join(KEYS[run.kind])} FROM {run.kind}")
    keys = {key for key in found if key[0] in named}
    missing = tuple(sorted(keys - seen))
    remove_rows(db, run.id, run.kind, missing)
    return Retired(missing, len(keys))
