"""Experiments on signs, as far as they were read: what reports put beside credit, of a shop's file or of its lake."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from sqlite3 import Row
from typing import Any, Self

from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.times import day_end, day_start


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment on signs, as (level, key), and its last reading.

    Only one after the end (``is_final``) tells what signs brought in all; ``extra`` is None where it couldn't. An A/B
    test tells what the first of the two that it has ``compared`` brought more than the second would have.
    """

    experiment: str
    measure: str
    first_day: date
    days: int
    ended_at: int | None
    signs: tuple[tuple[str, str], ...]
    read_at: int | None = None
    is_final: bool = False
    finding: str = ""
    extra: float | None = None
    extra_low: float | None = None
    extra_high: float | None = None
    compared: tuple[str, ...] = ()

    @property
    def last_day(self) -> date:
        """The last day of the plan."""
        return self.first_day + timedelta(self.days - 1)

    def bounds(self, settings: Settings) -> tuple[int, int]:
        """Return when it began, and when it ended or is to end."""
        ends = day_end(self.last_day, settings.zone)
        return day_start(self.first_day, settings.zone), min(ends, self.ended_at or ends)

    @classmethod
    def load(cls, values: dict[str, Any]) -> Self:
        """Return it from JSON."""
        signs = tuple((level, key) for level, key in values["signs"])
        told = {"first_day": date.fromisoformat(values["first_day"]), "signs": signs}
        return cls(**values | told | {"compared": tuple(values.get("compared", ()))})

    @classmethod
    def of_row(cls, row: Row) -> Self:
        """Return it from a row, with one of its signs if there are any."""
        values = dict(row)
        sign, is_final = (values.pop("level"), values.pop("key")), bool(values.pop("final"))
        return cls.load(values | {"signs": [sign] if sign[0] else [], "is_final": is_final})


def list_trials(db: Database) -> tuple[Trial, ...]:
    """Return the experiments on signs that are written down, the first one first."""
    found: dict[str, Trial] = {}
    for row in rows(db, load_query("attribution/trials.found")):
        trial = Trial.of_row(row)
        known = found.get(trial.experiment)
        found[trial.experiment] = replace(known, signs=known.signs + trial.signs) if known else trial
    arms = _list_arms(db)
    trials = (_with_arms(trial, arms.get(trial.experiment, {})) for trial in found.values())
    return tuple(trial for trial in trials if trial.signs)


def _list_arms(db: Database) -> dict[str, dict[str, list[str]]]:
    """Return the codes of each arm of A/B tests: its own, or the one whose scans its rules deal out."""
    codes = {
        str(row["id"]): row["key"] for row in rows(db, "SELECT id, key FROM destination_rules WHERE scope = 'code'")
    }
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows(db, "SELECT experiment_id, arm, keys FROM experiment_arms ORDER BY experiment_id, position"):
        by_rule, *keys = json.loads(row["keys"])
        own = [codes[key] for key in keys if key in codes] if by_rule else keys
        found.setdefault(row["experiment_id"], {})[row["arm"]] = own
    return found


def _with_arms(trial: Trial, arms: dict[str, list[str]]) -> Trial:
    """Return an A/B test with the signs of its first arm, which is held against the second."""
    own = [("touchpoint", code) for code in next(iter(arms.values()), [])]
    return replace(trial, signs=tuple(dict.fromkeys((*trial.signs, *own))), compared=tuple(arms))


def dump_trial(trial: Trial) -> dict[str, Any]:
    """Return a trial as plain values for JSON."""
    return {name: getattr(trial, name) for name in Trial.__slots__} | {"first_day": trial.first_day.isoformat()}
