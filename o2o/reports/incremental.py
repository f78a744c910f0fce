"""Credit beside what experiments showed: attributed is what signs shared in, incremental what would lack without."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from o2o.analytics.experiments import Measure
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import AttributionReport, attribute
from o2o.attribution.trials import Trial, list_trials
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.words import Words

_MEASURES = {
    Outcome.ORDERS: (Measure.ORDERS, Measure.REVENUE),
    Outcome.REDEMPTIONS: (Measure.REDEMPTIONS,),
    Outcome.REGISTRATIONS: (Measure.REGISTRATIONS,),
}
HANGING = (Level.TOUCHPOINT, Level.PERSON, Level.PRODUCT, Level.PLACE, Level.CARRIER, Level.CAMPAIGN)
"""The levels of what an experiment can change."""

Ask = Callable[[Question], AttributionReport]
"""Answers a question about credit, of whatever holds the data."""


@dataclass(frozen=True, slots=True)
class Incremental:
    """What an experiment showed that signs brought in all, beside what a model credits them with on the same days.

    Before it was read after its end (``is_final``) there are no figures, only that it runs; of one that could tell
    nothing ``incremental`` is None. Of an A/B test it is what the first of the two ``compared`` brought more than the
    second would have, beside the credit of the signs that carry them.
    """

    experiment: str
    finding: str
    level: Level
    keys: tuple[str, ...]
    first_day: date
    last_day: date
    measure: Measure
    model: str
    attributed: float | None
    incremental: float | None
    low: float | None
    high: float | None
    is_final: bool = True
    compared: tuple[str, ...] = ()

    @property
    def signs(self) -> str:
        """Its keys; of an A/B test with what is compared."""
        return ", ".join(self.keys) + (f" ({' vs '.join(self.compared)})" if self.compared else "")

    @property
    def is_money(self) -> bool:
        """Whether figures are minor units."""
        return self.measure is Measure.REVENUE

    @property
    def state(self) -> str:
        """Whether there are figures (``final``), none yet (``open``), or none at all (``none``)."""
        if self.incremental is not None:
            return "final"
        return "none" if self.is_final else "open"


def find_incremental(
    db: Database, settings: Settings, question: Question, levels: Sequence[Level] = ()
) -> tuple[Incremental, ...]:
    """Return what experiments in a shop's file showed of the keys of a question's level (or of several levels)."""
    return put_beside(list_trials(db), settings, question, lambda asked: attribute(db, settings, asked), levels)


def put_beside(
    trials: Iterable[Trial], settings: Settings, question: Question, ask: Ask, levels: Sequence[Level] = ()
) -> tuple[Incremental, ...]:
    """Return what experiments showed of the keys of a question's level (or of several levels), beside their credit.

    Experiments count that change signs or what they lead to, lie in the question's period at least in part, and count
    what the question counts; those that nobody read after their end are told without figures.
    """
    asked = [replace(question, by=level) for level in levels or (question.by,)]
    return tuple(
        found
        for trial in trials
        if trial.measure in _MEASURES.get(question.outcome, ()) and _overlaps(trial, settings, question)
        for one in asked
        for found in _compare(trial, settings, one, ask)
    )


def _overlaps(trial: Trial, settings: Settings, question: Question) -> bool:
    starts, ends = trial.bounds(settings)
    return (question.since is None or ends > question.since) and (question.until is None or starts < question.until)


def _compare(trial: Trial, settings: Settings, question: Question, ask: Ask) -> Iterator[Incremental]:
    keys = tuple(key for level, key in trial.signs if level == question.by)
    measure = Measure(trial.measure)
    told = trial.experiment, trial.finding, question.by, keys, trial.first_day, trial.last_day, measure
    if not keys:
        return
    if not trial.is_final or trial.extra is None:
        yield Incremental(*told, "", None, None, None, None, trial.is_final, trial.compared)
        return
    since, until = trial.bounds(settings)
    report = ask(replace(question, since=since, until=until, intervals=False))
    for model in question.models:
        rows = [row for row in report.rows if row.model == model and row.key in keys]
        attributed = float(sum(row.revenue if measure is Measure.REVENUE else row.conversions for row in rows))
        figures = attributed, trial.extra, trial.extra_low, trial.extra_high
        yield Incremental(*told, str(model), *figures, compared=trial.compared)


def say_incremental(found: Sequence[Incremental], settings: Settings) -> Iterator[str]:
    """Yield a sentence for each."""
    words = Words(Language.EN)
    for one in found:
        kind = "versus" if one.compared and one.state == "final" else one.state
        yield words(
            f"incremental_{kind}_of",
            signs=", ".join(one.keys) if kind == "versus" else one.signs,
            first_arm=one.compared[0] if one.compared else "",
            second_arm=one.compared[1] if one.compared else "",
            first=one.first_day,
            last=one.last_day,
            attributed=f"{_say(one, one.attributed, settings)} ({one.model})",
            incremental=_say_incremental(one, settings),
            name=one.experiment,
            measure=words(f"measure_{one.measure}"),
            finding=one.finding,
        )


def make_incremental_data(found: Sequence[Incremental]) -> list[dict[str, Any]]:
    """Return them as plain values for JSON; money in minor units."""
    return [
        {
            "experiment": one.experiment,
            "state": one.state,
            "finding": one.finding,
            "level": one.level,
            "keys": list(one.keys),
            "compared": list(one.compared),
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
            *(one.signs, one.experiment, f"{one.first_day} – {one.last_day}"),
            *_list_figures(one, settings, words),
        )
        for one in found
    ]


def _list_figures(one: Incremental, settings: Settings, words: Words) -> tuple[str, str]:
    if one.incremental is None:
        return "", words(f"incremental_{one.state}", last=one.last_day)
    measure = words(f"measure_{one.measure}")
    return f"{_say(one, one.attributed, settings)} ({one.model}, {measure})", _say_incremental(one, settings)


def _say_incremental(one: Incremental, settings: Settings) -> str:
    low, high = (_say(one, end, settings) for end in (one.low, one.high))
    return f"{_say(one, one.incremental, settings)} ({low} … {high})"


def _say(one: Incremental, figure: float | None, settings: Settings) -> str:
    if figure is None:
        return "–"
    return settings.money.format(round(figure)) if one.is_money else f"{figure:,.1f}"
