"""Credit beside what experiments showed: attributed is what signs shared in, incremental what would lack without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from o2o.analytics.experiments import (
    Experiment,
    KeptReading,
    Measure,
    find_experiment,
    first_instant,
    last_instant,
    list_final_readings,
)
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import attribute
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.words import Words

_MEASURES = {
    Outcome.ORDERS: (Measure.ORDERS, Measure.REVENUE),
    Outcome.REDEMPTIONS: (Measure.REDEMPTIONS,),
}
HANGING = (Level.TOUCHPOINT, Level.PERSON, Level.PRODUCT, Level.PLACE, Level.CARRIER, Level.CAMPAIGN)
"""The levels of what an experiment can change."""


@dataclass(frozen=True, slots=True)
class Incremental:
    """What an experiment showed that signs brought in all, beside what a model credits them with on the same days."""

    experiment: str
    finding: str
    level: Level
    keys: tuple[str, ...]
    first_day: date
    last_day: date
    measure: Measure
    model: str
    attributed: float
    incremental: float
    low: float | None
    high: float | None


def find_incremental(
    db: Database, settings: Settings, question: Question, levels: Sequence[Level] = ()
) -> tuple[Incremental, ...]:
    """Return what finished experiments showed of the keys of a question's level (or of several levels).

    Experiments count that hang a sign and take it down, were read after their end, lie in the question's period at
    least in part, and count what the question counts.
    """
    found: list[Incremental] = []
    for reading in list_final_readings(db):
        experiment = find_experiment(db, reading.experiment_id)
        if experiment.terms.measure in _MEASURES.get(question.outcome, ()) and _overlaps(
            experiment, settings, question
        ):
            for level in levels or (question.by,):
                found += _put_beside(db, settings, replace(question, by=level), (experiment, reading))
    return tuple(found)


def _overlaps(experiment: Experiment, settings: Settings, question: Question) -> bool:
    starts, ends = first_instant(experiment.terms, settings), last_instant(experiment.terms, settings)
    return (question.since is None or ends > question.since) and (question.until is None or starts < question.until)


def _put_beside(
    db: Database, settings: Settings, question: Question, told: tuple[Experiment, KeptReading]
) -> Iterator[Incremental]:
    experiment, reading = told
    terms = experiment.terms
    keys = tuple(sign.key for sign in terms.signs if sign.level is question.by)
    if not keys or reading.extra is None:
        return
    ends = min(last_instant(terms, settings), experiment.ended_at or last_instant(terms, settings))
    report = attribute(
        db, settings, replace(question, since=first_instant(terms, settings), until=ends, intervals=False)
    )
    for model in question.models:
        rows = [row for row in report.rows if row.model == model and row.key in keys]
        attributed = sum(row.revenue if terms.measure is Measure.REVENUE else row.conversions for row in rows)
        yield Incremental(
            *(terms.name, reading.verdict, question.by, keys, terms.first_day, terms.last_day, terms.measure),
            *(str(model), float(attributed), reading.extra, reading.extra_low, reading.extra_high),
        )


def say_incremental(found: Sequence[Incremental], settings: Settings) -> Iterator[str]:
    """Yield a sentence for each."""
    words = Words(Language.EN)
    for one in found:
        yield words(
            "incremental_of",
            signs=", ".join(one.keys),
            first=one.first_day,
            last=one.last_day,
            attributed=f"{_say(one, one.attributed, settings)} ({one.model})",
            incremental=_say_incremental(one, settings),
            name=one.experiment,
            measure=words(f"measure_{one.measure}"),
        )


def make_incremental_data(found: Sequence[Incremental]) -> list[dict[str, Any]]:
    """Return them as plain values for JSON; money in minor units."""
    return [
        {
            "experiment": one.experiment,
            "finding": one.finding,
            "level": one.level,
            "keys": list(one.keys),
            "first_day": one.first_day.isoformat(),
            "last_day": one.last_day.isoformat(),
            "measure": one.measure,
            "model": one.model,
            "attributed": one.attributed,
            "incremental": one.incremental,
            "incremental_low": one.low,
            "incremental_high": one.high,
        }
        for one in found
    ]


def list_incremental_cells(found: Sequence[Incremental], settings: Settings, words: Words) -> list[tuple[str, ...]]:
    """Return them as rows of a page: keys, experiment, days, credit, what the experiment showed."""
    return [
        (
            *(", ".join(one.keys), one.experiment, f"{one.first_day} – {one.last_day}"),
            f"{_say(one, one.attributed, settings)} ({one.model}, {words(f'measure_{one.measure}')})",
            _say_incremental(one, settings),
        )
        for one in found
    ]


def _say_incremental(one: Incremental, settings: Settings) -> str:
    low, high = ("–" if end is None else _say(one, end, settings) for end in (one.low, one.high))
    return f"{_say(one, one.incremental, settings)} ({low} … {high})"


def _say(one: Incremental, figure: float, settings: Settings) -> str:
    return settings.money.format(round(figure)) if one.measure is Measure.REVENUE else f"{figure:,.1f}"
