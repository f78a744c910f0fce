"""What each store carries, in which spots, and at which price from when until when."""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Any, Self
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Changes, Import, Record, Saved
from o2o.catalog.partitions import Part, Partition
from o2o.catalog.retirement import Whole, check_share
from o2o.catalog.spots import (
    NOT_GIVEN,
    NOTHING,
    STATE,
    Moment,
    Period,
    SpotRow,
    Timeline,
    Timelines,
    cut_timeline,
    lasts,
    period_rows,
    settle_spots,
)
from o2o.catalog.stores import store_zones
from o2o.catalog.versions import add_rows, put_rows, remove_rows
from o2o.db import Database, load_query
from o2o.problems import Finding
from o2o.times import SINCE_EVER, day_end, day_start, local_day

_STORED = ("sku", "label", "valid_from", "valid_to", *STATE)
_GIVEN: dict[str, Any] = {"sku": None, "label": "", "valid_from": None, **dict.fromkeys(("to", *STATE), NOT_GIVEN)}
"""The columns of a file in the order of those stored, and what stands for each that it hasn't."""
_BOUNDS = {"valid_from": day_start, "to": day_end}
"""The columns that are days in a file, and which instant of the day is meant."""
_LABEL = 1
_SKU = itemgetter(0)
_Spot = tuple[str, str]
"""A product's id and the label of the spot where it lies."""


class StagedAssortment:
    """Rows of what stores carry, parted by store outside of the write lock, in a temporary file when they are many."""

    def __init__(self, columns: Sequence[str], batches: Iterable[Batch]) -> None:
        self.columns = [column for column in columns if column != "store_id"]
        days = [position for position, column in enumerate(columns) if column in _BOUNDS]
        self.parts = Partition(columns.index("store_id"), _pack_days(batches, days) if days else batches)


@dataclass(frozen=True, slots=True)
class _Given:
    """The rows of a file about one store in the order of ``_STORED``, and which of those columns the file has."""

    lines: Sequence[int]
    rows: Sequence[Record]
    present: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The stored rows of one store in the order of ``_STORED``, its products, and those in several spots."""

    rows: Sequence[Record]
    skus: frozenset[str]
    several: frozenset[str]

    @classmethod
    def of(cls, db: Database, store_id: str) -> Self:
        rows = db.conn.execute(load_query("catalog/assortment.stored"), {"store_id": store_id}).fetchall()
        spots = set(map(itemgetter(0, 1), rows))
        return cls(rows, frozenset(map(_SKU, rows)), _repeated([sku for sku, _ in spots]))

    def timelines(self, skus: Collection[str]) -> dict[str, Timelines]:
        """Return the spots of some products over time."""
        found: dict[str, Timelines] = defaultdict(dict)
        for sku, label, start, end, *state in self.rows if skus else ():
            if sku in skus:
                found[sku].setdefault(label, {})[start] = Period(tuple(state), end)
        return found


@dataclass(slots=True)
class _Outcome:
    """What the rows of one store come to: rows to add, spots that become other ones, how many, and what was wrong."""

    added: list[Record] = field(default_factory=list)
    changed: dict[_Spot, tuple[Timeline, Timeline]] = field(default_factory=dict)
    seen: set[_Spot] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def save_assortment(
    db: Database,
    run: Import,
    columns: Sequence[str],
    batches: Iterable[Batch] | StagedAssortment,
    whole: Whole | None = None,
) -> Saved:
    """Take rows of what stores carry, in any order; ``valid_from`` and ``to`` are dates, or None.

    Rows without a date say how things are now. Several rows of one product and day are several spots. Spots that a
    ``whole`` assortment no longer has end with the day before; RetirementRefusedError is raised where they are many.
    """
    staged = batches if isinstance(batches, StagedAssortment) else StagedAssortment(columns, batches)
    zones = store_zones(db)
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for part in staged.parts:
        store_id, zone = part.key, zones[part.key]
        moment = Moment(run.imported_at, day_start(local_day(run.imported_at, zone), zone))
        known = _Known.of(db, store_id)
        given = _read_part(staged.columns, part, zone)
        outcome = _take_rows(known, given, moment)
        if whole:
            _end_missing(known, given, outcome, {key[1] for key in whole.bad_keys if key[0] == store_id}, moment)
        _write(db, run, store_id, outcome)
        counts += outcome.counts
        findings += outcome.findings
    if whole and not whole.confirmed:
        check_share(run, counts["retired"], counts["live"])
    findings.sort(key=attrgetter("line"))
    return Saved(Changes(*(counts[what] for what in ("new", "changed", "unchanged", "retired"))), tuple(findings))


def _pack_days(batches: Iterable[Batch], places: Sequence[int]) -> Iterator[Batch]:
    """Yield rows whose dates are numbers of days, which can be kept in a file."""
    for batch in batches:
        columns: list[Sequence[Any]] = list(zip(*batch.records, strict=True))
        for place in places if columns else ():
            columns[place] = [day and day.toordinal() for day in columns[place]]
        yield Batch(batch.lines, list(zip(*columns, strict=True)))


def _read_part(columns: Sequence[str], part: Part, zone: ZoneInfo) -> _Given:
    named = dict(zip(columns, part.columns, strict=True))
    for name, bound in _BOUNDS.items():
        if name in named:
            instants = {
                day: None if day is None else max(SINCE_EVER, bound(date.fromordinal(day), zone))
                for day in set(named[name])
            }
            named[name] = [instants[day] for day in named[name]]
    present = tuple(name in named for name in _GIVEN)
    rows = list(zip(*(named.get(name, repeat(absent)) for name, absent in _GIVEN.items()), strict=False))
    return _Given(part.lines, rows, present)


def _take_rows(known: _Known, given: _Given, moment: Moment) -> _Outcome:
    outcome = _Outcome()
    sayings = _sayings(known, given.present, moment.now)
    repeated = _repeated(list(map(_SKU, given.rows)))
    told = zip(given.lines, given.rows, strict=True)
    differing = [(line, row) for line, row in told if row not in sayings or row[0] in repeated]
    outcome.counts["unchanged"] = len(given.rows) - len(differing)
    rest: dict[str, list[SpotRow]] = defaultdict(list)
    for line, row in differing:
        sku = row[0]
        if sku in known.skus or sku in repeated or not lasts(row[2], row[3], moment):
            rest[sku].append(SpotRow.of(line, row))
        else:
            outcome.added.append(row)
    outcome.added = _complete(outcome.added)
    outcome.counts["new"] = len(outcome.added)
    _settle(known, rest, moment, outcome)
    return outcome


def _repeated(skus: Sequence[str]) -> frozenset[str]:
    if len(set(skus)) == len(skus):
        return frozenset()
    return frozenset(sku for sku, times in Counter(skus).items() if times > 1)


def _sayings(known: _Known, present: Sequence[bool], now: int) -> set[Record]:
    """Return what rows of a file would say nothing new, of products in one spot, in the columns that the file has."""
    rows = [row for row in known.rows if row[0] not in known.several] if known.several else known.rows
    current = [row for row in rows if row[2] <= now and (row[3] is None or row[3] > now)]
    undated = _show(current, [*present[:2], False, *present[3:]])
    return undated | _show(rows, present) if present[2] else undated


def _show(rows: Sequence[Record], present: Sequence[bool]) -> set[Record]:
    """Return stored rows as a file would have them that has but these columns, a label none the less."""
    absent = (*_GIVEN.values(),)
    columns = enumerate(zip(*rows, strict=True))
    return set(zip(*(c if present[n] or n == _LABEL else repeat(absent[n]) for n, c in columns), strict=False))


def _complete(rows: Sequence[Record]) -> list[Record]:
    """Return first rows of products as they are stored: in their order, since ever if undated."""
    if not rows:
        return []
    columns: list[Sequence[Any]] = list(zip(*sorted(rows, key=_SKU), strict=True))
    columns[2] = [SINCE_EVER if start is None else start for start in columns[2]]
    for place, nothing in zip(range(3, len(_STORED)), (None, *NOTHING), strict=True):
        if columns[place][0] is NOT_GIVEN:
            columns[place] = [nothing] * len(rows)
    return list(zip(*columns, strict=True))


def _settle(known: _Known, rest: Mapping[str, Sequence[SpotRow]], moment: Moment, outcome: _Outcome) -> None:
    timelines = known.timelines(rest)
    for sku, rows in rest.items():
        spots = timelines.get(sku, {})
        settled = settle_spots(spots, rows, moment)
        outcome.findings += settled.findings
        changed = {
            label for label, timeline in settled.timelines.items()
            if list(period_rows(timeline)) != list(period_rows(spots.get(label, {})))
        }  # fmt: skip
        for label in changed:
            outcome.changed[sku, label] = (spots.get(label, {}), settled.timelines[label])
        # of a product with a row that is wrong nothing is known to be missing
        outcome.seen |= {(sku, label) for label in (spots if settled.findings else dict(settled.taken))}
        others = bool(changed.difference(label for label, _ in settled.taken))
        for label, _ in settled.taken:
            differs = others or label in changed
            what = "unchanged" if not differs else "changed" if label in spots else "new"
            outcome.counts[what] += 1


def _end_missing(known: _Known, given: _Given, outcome: _Outcome, spared: Container[str], moment: Moment) -> None:
    """Let the spots that no row of a complete file is of end with the day before today."""
    settled = {sku for sku, _ in outcome.seen}
    seen = outcome.seen | {row[:2] for row in given.rows if row[0] not in settled}
    live = {row[:2] for row in known.rows if row[3] is None or row[3] > moment.today}
    missing = {spot for spot in live - seen if spot[0] not in spared}
    timelines = known.timelines({sku for sku, _ in missing})
    for sku, label in missing:
        old = timelines[sku][label]
        outcome.changed[sku, label] = (old, cut_timeline(old, moment.today))
    outcome.counts.update(retired=len(missing), live=len(live))


def _write(db: Database, run: Import, store_id: str, outcome: _Outcome) -> None:
    columns = ("store_id", *_STORED)
    before = {row[:4]: row for spot, (old, _) in outcome.changed.items() for row in _rows_of(store_id, spot, old)}
    after = {row[:4]: row for spot, (_, new) in outcome.changed.items() for row in _rows_of(store_id, spot, new)}
    remove_rows(db, run.id, "assortment", before.keys() - after.keys())
    different = [row for key, row in after.items() if key in before and before[key] != row]
    put_rows(db, run.id, "assortment", columns, different, known=[row[:4] for row in different])
    added = [(store_id, *row) for row in outcome.added] + [row for key, row in after.items() if key not in before]
    added.sort(key=itemgetter(1, 2, 3))
    add_rows(db, run.id, "assortment", columns, added)


def _rows_of(store_id: str, spot: _Spot, timeline: Timeline) -> Iterator[Record]:
    for start, end, state in period_rows(timeline):
        yield (store_id, *spot, start, end, *state)
