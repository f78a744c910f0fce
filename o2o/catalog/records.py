"""Rows of the catalogue go in: those that differ from what is known, each under the merchant's own id."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from functools import partial
from itertools import compress

from o2o.catalog.assignments import end_assignments, save_assigned
from o2o.catalog.assortment import StagedAssortment, save_assortment
from o2o.catalog.barcodes import find_barcode_faults, save_barcodes
from o2o.catalog.costs import save_costs
from o2o.catalog.imports import Batch, Import, Saved
from o2o.catalog.kinds import KEYS, CatalogKind
from o2o.catalog.prices import follow_master, save_prices
from o2o.catalog.retirement import Retired, Whole, check_share, retire_missing
from o2o.catalog.rows import save_rows
from o2o.catalog.shifts import save_shifts
from o2o.catalog.traffic import save_traffic
from o2o.db import Database, writing
from o2o.problems import Finding, Severity
from o2o.subjects import Kind

Gathered = Sequence[Batch] | StagedAssortment
"""Rows between reading and saving; those of an assortment may be too many for a list."""

Saver = Callable[[Database, Import, Sequence[str], Sequence[Batch]], Saved]
Follower = Callable[[Database, Import, Sequence[str]], None]
Checker = Callable[[Database, Import, Sequence[str], Sequence[Batch]], Sequence[Finding]]

_SAVERS: dict[CatalogKind, Saver] = {
    CatalogKind.PEOPLE: partial(save_assigned, Kind.PERSON),
    CatalogKind.PLACES: partial(save_assigned, Kind.PLACE),
    CatalogKind.PRICES: save_prices,
    CatalogKind.SHIFTS: save_shifts,
    CatalogKind.TRAFFIC: save_traffic,
    CatalogKind.COSTS: save_costs,
}
"""How the rows of a kind are saved that are more than one row of a table."""

_FOLLOWERS: dict[CatalogKind, tuple[Follower, ...]] = {
    CatalogKind.PRODUCTS: (follow_master, save_barcodes),
}
"""What is to be brought up to date after rows of a kind have changed: called with the ids of those rows."""

_CHECKERS: dict[CatalogKind, Checker] = {
    CatalogKind.PRODUCTS: find_barcode_faults,
}
"""What only the whole table and the catalogue show of rows; one with an error leaves what is known as it is."""

_ENDERS: dict[CatalogKind, Follower] = {
    CatalogKind.PEOPLE: partial(end_assignments, Kind.PERSON),
    CatalogKind.PLACES: partial(end_assignments, Kind.PLACE),
}
"""What ends with the rows of a kind that a complete export no longer has: called with the ids of those rows."""


def known_ids(db: Database, kind: CatalogKind) -> frozenset[str]:
    """Return the merchant's ids in a table that has one id a row."""
    return frozenset(key for (key,) in db.conn.execute(f"SELECT {KEYS[kind][0]} FROM {kind}"))


def gather_batches(kind: CatalogKind, columns: Sequence[str], batches: Iterable[Batch]) -> Gathered:
    """Return rows in the form in which those of a kind are saved, all read before anything is written."""
    return StagedAssortment(columns, batches) if kind is CatalogKind.ASSORTMENT else list(batches)


def save_records(
    db: Database, run: Import, columns: Sequence[str], batches: Gathered, whole: Whole | None = None
) -> Saved:
    """Take rows into a table, known again by the merchant's id; columns that are not given stay as they are.

    The ids must be different. ``valid_from`` of the assortment is a date, or None for one that isn't given. What a
    ``whole`` table no longer has is retired; RetirementRefusedError is raised where that is too much.
    """
    with writing(db):
        if isinstance(batches, StagedAssortment) or run.kind is CatalogKind.ASSORTMENT:
            return save_assortment(db, run, columns, batches, whole)
        findings = _CHECKERS[run.kind](db, run, columns, batches) if run.kind in _CHECKERS else ()
        good = _leave_out(batches, {finding.line for finding in findings if finding.severity is Severity.ERROR})
        saved = _SAVERS.get(run.kind, _save_and_follow)(db, run, columns, good)
        saved = replace(saved, findings=(*findings, *saved.findings))
        if whole is None:
            return saved
        retired = _retire(db, run, batches, whole)
        if not whole.confirmed:
            check_share(run, len(retired.keys), retired.of - saved.changes.new)
        return replace(saved, changes=replace(saved.changes, retired=len(retired.keys)))


def _leave_out(batches: Sequence[Batch], lines: Set[int]) -> Sequence[Batch]:
    if not lines:
        return batches
    taken = [[line not in lines for line in batch.lines] for batch in batches]
    return [
        Batch(list(compress(batch.lines, good)), list(compress(batch.records, good)))
        for batch, good in zip(batches, taken, strict=True)
    ]


def _save_and_follow(db: Database, run: Import, columns: Sequence[str], batches: Sequence[Batch]) -> Saved:
    saved = save_rows(db, run, columns, batches)
    ids = [key[0] for key in saved.keys]
    for follow in _FOLLOWERS.get(run.kind, ()):
        follow(db, run, ids)
    return Saved(saved.changes)


def _retire(db: Database, run: Import, batches: Sequence[Batch], whole: Whole) -> Retired:
    width = len(KEYS[run.kind])
    seen = {record[:width] for batch in batches for record in batch.records}
    retired = retire_missing(db, run, seen | whole.bad_keys)
    if run.kind in _ENDERS:
        _ENDERS[run.kind](db, run, [key[0] for key in retired.keys])
    return retired
