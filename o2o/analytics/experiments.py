"""Experiments as they were written down: what is asked, who is dealt what, and each time that someone looked."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from sqlite3 import Row

import numpy as np

from o2o.attribution.question import Level
from o2o.config import Settings
from o2o.db import Database, rows, writing
from o2o.errors import NotFoundError, SettingError
from o2o.statistics.estimates import Flags, Places
from o2o.times import DAY, day_end, day_start

SMALLEST = 0.1
"""The smallest relative difference that matters, unless something else is asked for."""


class Design(StrEnum):
    """How chance decides: visitor by visitor, day by day, one store of each pair, or which stores begin first."""

    AB = "ab"
    SWITCHBACK = "switchback"
    MATCHED = "matched"
    STAGGERED = "staggered"


class Measure(StrEnum):
    """What is counted: of visitors (A/B) or of each store and day."""

    SCANS = "scans"
    ORDERS = "orders"
    REVENUE = "revenue"
    UNITS = "units"
    REDEMPTIONS = "redemptions"
    REGISTRATIONS = "registrations"


@dataclass(frozen=True, slots=True)
class Sign:
    """What is changed, as reports know it: a touchpoint, a place, a campaign."""

    level: Level
    key: str


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of an A/B test: rules of one split (``by_rule``) or touchpoints, and the share planned for it."""

    name: str
    keys: tuple[str, ...]
    share: float = 0.5
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class ExperimentTerms:
    """All that is fixed before the first day; ``name`` is what the experiment is called in commands.

    ``smallest`` is the smallest relative difference that matters, ``before`` how many days of the past are compared
    with, ``from_hour`` the hour before which a day is left out since yesterday's sign still works, ``settle_days`` how
    many days are left out after each change, ``within`` how long after a scan a visitor's conversion counts (ms),
    ``waves`` in how many steps stores begin.
    """

    name: str
    design: Design
    measure: Measure
    hypothesis: str
    first_day: date
    days: int
    stores: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    signs: tuple[Sign, ...] = ()
    skus: tuple[str, ...] = ()
    smallest: float = SMALLEST
    before: int = 28
    from_hour: int = 0
    settle_days: int = 0
    within: int = 7 * DAY
    waves: int = 4
    seed: int = 0

    @property
    def last_day(self) -> date:
        """The last day of the plan."""
        return self.first_day + timedelta(self.days - 1)

    @property
    def calendar(self) -> tuple[date, ...]:
        """Each day of the plan."""
        return tuple(self.first_day + timedelta(day) for day in range(self.days))


@dataclass(frozen=True, slots=True)
class Experiment:
    """Terms that are kept since ``designed_at``; ``ended_at``: it was stopped before its last day."""

    terms: ExperimentTerms
    designed_at: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """Which store has the change on which day, as tables (stores, days), and within what that was dealt."""

    stores: tuple[str, ...]
    days: tuple[date, ...]
    treated: Flags
    blocks: Places


@dataclass(frozen=True, slots=True)
class KeptReading:
    """One look at an experiment as it was told then; ``extra`` is what the change brought in all."""

    experiment_id: str
    read_at: int
    final: bool
    verdict: str
    effect: float | None
    low: float | None
    high: float | None
    extra: float | None
    extra_low: float | None
    extra_high: float | None


def first_instant(terms: ExperimentTerms, settings: Settings) -> int:
    """Return when an experiment begins."""
    return day_start(terms.first_day, settings.zone)


def last_instant(terms: ExperimentTerms, settings: Settings) -> int:
    """Return when the last day of an experiment is over."""
    return day_end(terms.last_day, settings.zone)


def keep_experiment(db: Database, experiment: Experiment, deal: Deal | None) -> None:
    """Write an experiment down; one that is there already is refused, as nothing of it may change."""
    terms = experiment.terms
    with writing(db):
        if db.conn.execute("SELECT 1 FROM experiments WHERE experiment_id = ?", [terms.name]).fetchone():
            advice = f"choose another name, or see 'o2o experiment show {terms.name}'"
            raise SettingError("experiment", terms.name, "was designed already and can't be changed", advice)
        db.conn.execute(
            "INSERT INTO experiments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(terms.name, terms.design, terms.measure, terms.hypothesis, terms.first_day.isoformat(), terms.days),
                *(terms.seed, _format_terms(terms), experiment.designed_at, experiment.ended_at),
            ],
        )
        db.conn.executemany(
            "INSERT INTO experiment_arms VALUES (?, ?, ?, ?, ?)",
            [(terms.name, place, arm.name, arm.share, json.dumps([arm.by_rule, *arm.keys]))
             for place, arm in enumerate(terms.arms)],
        )  # fmt: skip
        db.conn.executemany(
            "INSERT OR IGNORE INTO experiment_signs VALUES (?, ?, ?)",
            [(terms.name, sign.level, sign.key) for sign in terms.signs],
        )
        if deal is not None:
            _keep_deal(db, terms.name, deal)


def find_experiment(db: Database, name: str) -> Experiment:
    """Return an experiment; raises NotFoundError when there is none of that name."""
    for row in rows(db, "SELECT * FROM experiments WHERE experiment_id = :name", name=name):
        return _load(db, row)
    raise NotFoundError("experiment", name, "see 'o2o experiment list'")


def list_experiments(db: Database) -> list[Experiment]:
    """Return all experiments, the one that begins last first."""
    found = rows(db, "SELECT * FROM experiments ORDER BY first_day DESC, experiment_id")
    return [_load(db, row) for row in list(found)]


def list_beside(db: Database, terms: ExperimentTerms) -> list[str]:
    """Return the names of experiments that weren't ended and have stores and days, or an arm, in common with this."""
    stores, keys = set(terms.stores), {key for arm in terms.arms for key in arm.keys}
    return [
        other.terms.name
        for other in list_experiments(db)
        if other.ended_at is None
        and other.terms.name != terms.name
        and other.terms.first_day <= terms.last_day
        and other.terms.last_day >= terms.first_day
        and (stores & set(other.terms.stores) or keys & {key for arm in other.terms.arms for key in arm.keys})
    ]


def load_deal(db: Database, name: str) -> Deal:
    """Return what was dealt to the stores of an experiment, as it was written down."""
    query = "SELECT store_id, day, treated, block FROM experiment_days WHERE experiment_id = :name ORDER BY 1, 2"
    found = [tuple(row) for row in rows(db, query, name=name)]
    stores = tuple(dict.fromkeys(row[0] for row in found))
    days = tuple(date.fromisoformat(day) for day in dict.fromkeys(row[1] for row in found))
    shape = (len(stores), len(days))
    treated = np.array([row[2] for row in found], bool).reshape(shape)
    return Deal(stores, days, treated, np.array([row[3] for row in found], np.int64).reshape(shape))


def end_experiment(db: Database, name: str, now: int, settings: Settings) -> Experiment:
    """Stop an experiment before its last day; what is read then are intervals that hold whenever one stops."""
    with writing(db):
        found = find_experiment(db, name)
        if found.ended_at is not None:
            raise SettingError("experiment", name, "was ended already", f"see 'o2o experiment read {name}'")
        if now >= last_instant(found.terms, settings):
            raise SettingError("experiment", name, "is over", f"see 'o2o experiment read {name}'")
        if now < first_instant(found.terms, settings):
            advice = "nothing was changed yet: leave it, and design another under a new name"
            raise SettingError("experiment", name, "hasn't begun", advice)
        db.conn.execute("UPDATE experiments SET ended_at = ? WHERE experiment_id = ?", [now, name])
    return replace(found, ended_at=now)


def keep_reading(db: Database, reading: KeptReading) -> None:
    """Keep a look at an experiment."""
    with writing(db):
        db.table("experiment_readings").insert(asdict(reading) | {"final": int(reading.final)})


def list_readings(db: Database, name: str) -> list[KeptReading]:
    """Return the looks at an experiment, the first one first."""
    query = "SELECT * FROM experiment_readings WHERE experiment_id = :name ORDER BY read_at, id"
    found = [{key: row[key] for key in row.keys() if key != "id"} for row in rows(db, query, name=name)]  # noqa: SIM118
    return [KeptReading(**values | {"final": bool(values["final"])}) for values in found]


def _keep_deal(db: Database, name: str, deal: Deal) -> None:
    db.conn.executemany(
        "INSERT INTO experiment_days VALUES (?, ?, ?, ?, ?)",
        [
            (name, store, day.isoformat(), int(treated), int(block))
            for store, treated_days, blocks in zip(deal.stores, deal.treated, deal.blocks, strict=True)
            for day, treated, block in zip(deal.days, treated_days, blocks, strict=True)
        ],
    )


_REST = ("stores", "skus", "smallest", "before", "from_hour", "settle_days", "within", "waves")


def _format_terms(terms: ExperimentTerms) -> str:
    return json.dumps({name: getattr(terms, name) for name in _REST}, ensure_ascii=False)


def _load(db: Database, row: Row) -> Experiment:
    name = row["experiment_id"]
    rest = json.loads(row["terms"])
    rest |= {key: tuple(rest[key]) for key in ("stores", "skus")}
    terms = ExperimentTerms(
        *(name, Design(row["design"]), Measure(row["measure"]), row["hypothesis"]),
        *(date.fromisoformat(row["first_day"]), row["days"]),
        arms=_load_arms(db, name),
        signs=_load_signs(db, name),
        seed=row["seed"],
        **rest,
    )
    return Experiment(terms, row["designed_at"], row["ended_at"])


def _load_arms(db: Database, name: str) -> tuple[Arm, ...]:
    query = "SELECT arm, keys, share FROM experiment_arms WHERE experiment_id = :name ORDER BY position"
    found: list[Arm] = []
    for row in rows(db, query, name=name):
        by_rule, *keys = json.loads(row["keys"])
        found.append(Arm(row["arm"], tuple(keys), row["share"], by_rule))
    return tuple(found)


def _load_signs(db: Database, name: str) -> tuple[Sign, ...]:
    query = "SELECT level, key FROM experiment_signs WHERE experiment_id = :name ORDER BY level, key"
    return tuple(Sign(Level(row["level"]), row["key"]) for row in rows(db, query, name=name))


def find_store_names(db: Database, stores: Sequence[str]) -> dict[str, str]:
    """Return the names of stores."""
    names = {row["store_id"]: row["name"] for row in rows(db, "SELECT store_id, name FROM stores")}
    return {store: names.get(store, "") for store in stores}
