"""Guides and cashiers compared fairly: by what others reach in the same store, hours and crowd.

Who has the busy Saturdays would lead any list of raw figures. Here each is held against what the others reached there.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from o2o.analytics.bursts import Oddity, OddityTerms, OddScans, find_odd_scans
from o2o.analytics.duties import Duties, find_duties, origin_of
from o2o.attribution.crediting import Rule
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import OTHER, gathered
from o2o.attribution.question import WINDOW, Level, Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.statistics.comparisons import expect_of_others
from o2o.statistics.estimates import Estimate, Numbers, Places
from o2o.statistics.shrinkage import chances_of_top, shrink_counts
from o2o.subjects import Kind
from o2o.times import DAY

FEW = 5.0
"""Of whom fewer than this were to be expected nothing is said."""
_LINEAR = Rule("attribution/models.linear")


class Measure(StrEnum):
    """What people are compared by: scans of their codes (one a visitor and day), credited orders, or their money."""

    SCANS = "scans"
    ORDERS = "orders"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True)
class PeopleTerms:
    """What is asked: from when to when, by what, the chance to be among how many best, how old a touch may be."""

    until: int
    since: int | None = None
    measure: Measure = Measure.ORDERS
    top: int = 3
    window: int = WINDOW

    def __post_init__(self) -> None:
        if self.top < 1:
            raise SettingError("top", f"{self.top}", "nobody", "write 1 or more")


@dataclass(frozen=True, slots=True)
class PersonRank:
    """One person: hours on duty, customers who came by, what was reached on duty and what others reach there.

    ``index`` is reached by expected, drawn towards 1 the more the less it rests on; ``chance`` that of being truly
    among the best; both None where there is too little to tell. ``off_duty`` was reached at other times and is left
    out. Money is minor units.
    """

    person_id: str
    name: str
    role: str
    store_id: str
    hours: float
    passers: float
    reached: float
    expected: float
    index: Estimate | None
    chance: float | None
    off_duty: float
    odd: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleRanking:
    """People, the highest index first, and of which stores there was no roster, no counter, no receipts either.

    ``odd`` are scans of their codes in the period that look odd: they count in the ranking, and are told beside it.
    """

    terms: PeopleTerms
    rows: tuple[PersonRank, ...]
    without_shifts: tuple[str, ...] = ()
    by_tickets: tuple[str, ...] = ()
    by_hours: tuple[str, ...] = ()
    odd: tuple[OddScans, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reached:
    """What was reached by person, store and hour, and what one event counts for."""

    person: Places
    store: Places
    hour: Places
    amount: Numbers
    size: float


def rank_people(db: Database, settings: Settings, terms: PeopleTerms) -> PeopleRanking:
    """Return people ranked by what they reached beside what others reach in the same circumstances (drain before).

    Circumstances are the store, the day of the week, the part of the day, and how many customers came by for each of
    those on duty. Who had no code isn't compared.
    """
    since = _find_since(db, terms)
    if since >= terms.until:
        return PeopleRanking(terms, ())
    duties = find_duties(db, settings, since, terms.until)
    if not len(duties.cells.person):
        return PeopleRanking(terms, ())
    reached = _count(db, settings, terms, since, duties)
    days = -((since - terms.until) // DAY)
    odd = find_odd_scans(db, settings, OddityTerms(terms.until, days, kind=Kind.PERSON))
    found = _rank(duties, reached, terms, _load_people(db), _by_person(odd))
    stores = np.array(duties.stores, object)
    return PeopleRanking(
        terms,
        tuple(found),
        tuple(stores[~duties.shifts]),
        tuple(stores[~duties.counters & duties.tickets]),
        tuple(stores[~duties.counters & ~duties.tickets]),
        tuple(odd),
    )


def _by_person(odd: Iterable[OddScans]) -> dict[str, set[Oddity]]:
    found: dict[str, set[Oddity]] = defaultdict(set)
    for one in odd:
        found[one.subject_id].add(one.oddity)
    return found


def _find_since(db: Database, terms: PeopleTerms) -> int:
    if terms.since is not None:
        return terms.since
    first = next(rows(db, load_query("analytics/people_ranking.first")), None)
    return int(first["first"]) if first else terms.until


def _count(db: Database, settings: Settings, terms: PeopleTerms, since: int, duties: Duties) -> _Reached:
    engine = choose_engine(db, settings.engine)
    period = {"origin": origin_of(since)}
    if terms.measure is Measure.SCANS:
        with engine.session():
            sql = load_query("analytics/people_ranking.scans")
            found = list(engine.rows(sql, period | {"since": since, "until": terms.until}))
        return _place(found, duties)
    # orders up to a window later are the period's scans' doing
    until = terms.until + terms.window
    question = Question(Outcome.ORDERS, by=Level.PERSON, window=terms.window, since=since, until=until)
    with gathered(engine, settings, question) as journeys:
        journeys.key_by(Level.PERSON)
        journeys.keep("steps", "attribution/models.steps")
        asked = period | {"first": since, "last": terms.until, "money": int(terms.measure is Measure.REVENUE)}
        parts = {"credits": _LINEAR.credits_of(journeys)}
        found = list(journeys.rows("analytics/people_ranking.earned", parts, **asked, other=OTHER))
    return _place(found, duties)


def _place(found: list[Any], duties: Duties) -> _Reached:
    person, store, hour = duties.place((row["person_id"], row["store_id"], row["hour"]) for row in found)
    amount, squares = (np.array([row[name] for row in found], float) for name in ("amount", "squares"))
    known = (person >= 0) & (store >= 0) & (hour < duties.hours)
    size = float(squares.sum() / amount.sum()) if amount.sum() > 0 else 1.0
    return _Reached(person[known], store[known], hour[known], amount[known], max(size, 1e-9))


def _rank(
    duties: Duties,
    reached: _Reached,
    terms: PeopleTerms,
    people: dict[str, tuple[str, str]],
    odd: dict[str, set[Oddity]],
) -> list[PersonRank]:
    cells, count = duties.cells, len(duties.people)
    on_duty = _hours_of(duties, cells.person, cells.store, cells.hour)
    at = _hours_of(duties, reached.person, reached.store, reached.hour)
    counted = np.isin(at, on_duty)
    rows_of, stratum, person = _strata_of(duties, reached, counted)
    exposures = np.bincount(rows_of[: len(cells.person)], cells.passers, len(stratum))
    amounts = np.bincount(rows_of[len(cells.person) :], reached.amount[counted], len(stratum)).clip(0)
    compared = expect_of_others(amounts / reached.size, exposures, stratum, person)
    totals, expected = (_pad(part, count) for part in (compared.counts, compared.expected))
    known = np.flatnonzero(expected >= FEW)
    judged = _judge(totals[known], expected[known], terms.top)
    hours, passers = (np.bincount(cells.person, part, count) for part in (cells.share, cells.passers))
    off_duty = np.bincount(reached.person[~counted], reached.amount[~counted], count)
    main = _main_stores(duties)
    told = dict(zip(known.tolist(), zip(*judged, strict=True), strict=False))
    found = []
    for number, name in enumerate(duties.people):
        index, chance = told.get(number, (None, None))
        called, role = people.get(name, (name, ""))
        row = PersonRank(
            person_id=name,
            name=called,
            role=role,
            store_id=duties.stores[main[number]],
            hours=float(hours[number]),
            passers=float(passers[number]),
            reached=float(totals[number] * reached.size),
            expected=float(expected[number] * reached.size),
            index=index,
            chance=chance,
            off_duty=float(off_duty[number]),
            odd=tuple(sorted(odd.get(name, ()))),
        )
        found += [row] if row.hours else []
    return sorted(found, key=_by_index)


def _hours_of(duties: Duties, person: Places, store: Places, hour: Places) -> Places:
    return np.asarray((person * len(duties.stores) + store) * duties.hours + hour)


def _strata_of(duties: Duties, reached: _Reached, counted: Any) -> tuple[Places, Places, Places]:
    """Return for the cells and what was reached in them which person and stratum each is of, and these."""
    cells = duties.cells
    store, hour, person = (
        np.concatenate([getattr(cells, name), getattr(reached, name)[counted]]) for name in ("store", "hour", "person")
    )
    stratum = duties.stratum[store, hour]
    both, rows_of = np.unique(stratum * len(duties.people) + person, return_inverse=True)
    return rows_of, *np.divmod(both, len(duties.people))


def _judge(counts: Numbers, expected: Numbers, top: int) -> tuple[list[Estimate], list[float]]:
    if len(counts) < 2:
        return [], []
    shrunk = shrink_counts(counts, expected)
    chances = chances_of_top(shrunk, top, np.random.default_rng(0))
    one = shrunk.estimate
    return [Estimate(*ends, one.level) for ends in zip(one.value, one.low, one.high, strict=True)], chances.tolist()


def _pad(part: Numbers, count: int) -> Numbers:
    return np.concatenate([part, np.zeros(count - len(part))])


def _main_stores(duties: Duties) -> list[int]:
    """Return the store in which each person was longest."""
    cells = duties.cells
    shares = np.bincount(
        cells.person * len(duties.stores) + cells.store, cells.share, len(duties.people) * len(duties.stores)
    )
    return [int(number) for number in shares.reshape(len(duties.people), -1).argmax(1)]


def _by_index(row: PersonRank) -> tuple[bool, float, float]:
    value = 0.0 if row.index is None else float(row.index.value)
    return row.index is None, -value, -row.reached


def _load_people(db: Database) -> dict[str, tuple[str, str]]:
    return {key: (name, role) for key, name, role in db.conn.execute("SELECT person_id, name, role FROM people")}
