"""Experiments as they are read: before the end by intervals that hold however often one looks, after it once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import numpy as np

from o2o.analytics.arms import Reach, count_arms
from o2o.analytics.experiment_effects import (
    WEEK,
    ArmCounts,
    Effect,
    compare_draws,
    compare_draws_whenever,
    compare_means,
    compare_rates,
    compare_rates_whenever,
    count_extra,
    list_pairs,
    read_matched,
    read_staggered,
    read_switchback,
)
from o2o.analytics.experiments import (
    Deal,
    Design,
    Experiment,
    ExperimentTerms,
    KeptReading,
    Measure,
    find_experiment,
    first_instant,
    keep_reading,
    last_instant,
    list_readings,
    load_deal,
)
from o2o.analytics.signs import find_touchpoints
from o2o.analytics.store_days import StoreDayQuestion, StoreDays, count_store_days, end_of_day, find_newest
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.estimates import Estimate, FigureError, Flags, Numbers
from o2o.statistics.power import Verdict, detectable_difference, detectable_rate, judge
from o2o.statistics.sample_ratio import check_sample_ratio
from o2o.times import local_day

FEW_EVENTS = 30
"""With fewer conversions an arm, or fewer days than two weeks, nothing is said before the end."""
FEW_CLUSTERS = 10
"""With fewer stores or pairs the chance from dealing anew is to be trusted before the interval."""
SURE = 0.05


class Finding(StrEnum):
    """What can be said of an experiment."""

    HIGHER = "higher"
    LOWER = "lower"
    ALIKE = "alike"
    NOT_ENOUGH = "not enough data"
    NOT_OVER = "not over yet"
    UNEVEN = "dealt unevenly"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be told beside a reading: which, and its facts."""

    key: str
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One side: how many visitors or store-days, what is counted of them in all, and for each."""

    name: str
    units: int
    total: float
    level: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at an experiment.

    ``effect`` is what the change adds for each visitor or store-day (of creatives: how much more often, as a share),
    ``extra`` what it brought in all (of an A/B test: more than the second would have in place of the first); ``base``
    the level without it, ``chance`` how often dealing anew gives as much, ``detectable`` the smallest effect that would
    have been found four times of five, ``saved`` the share of the variance that the past took. ``whenever``: the
    interval holds however often one looks.
    """

    experiment: Experiment
    read_at: int
    over: bool
    finding: Finding
    arms: tuple[ArmRow, ...]
    notes: tuple[Note, ...]
    effect: Estimate | None = None
    extra: Estimate | None = None
    base: float = 0.0
    chance: float | None = None
    detectable: float | None = None
    saved: float = 0.0
    whenever: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """What both kinds of experiment come to: ``units`` had the change, ``few``: too little to say before the end."""

    arms: tuple[ArmRow, ...]
    effect: Effect | None
    whenever: Estimate | None
    smallest: float
    units: float
    uneven: float | None
    few: bool
    complete: bool
    notes: tuple[Note, ...]


def read_experiment(db: Database, settings: Settings, name: str, now: int, *, keep: bool = True) -> Reading:
    """Return what an experiment shows by now, and keep that someone looked (drain the recorder's segments before).

    Before its end it says "not over yet", with an interval that holds however often one looks; after the end, once all
    data is there, the usual interval and the chance of as much if everything had been dealt anew: a winner has both.
    """
    experiment = find_experiment(db, name)
    if experiment.terms.design is Design.AB:
        told = _read_arms(db, settings, experiment, now)
    else:
        told = _read_store_days(db, settings, experiment, now)
    looks = len([1 for one in list_readings(db, name) if not one.final])
    reading = _judge(experiment, settings, told, (now, looks))
    if keep:
        keep_reading(db, _shorten(reading))
    return reading


def read_store_days(
    terms: ExperimentTerms, values: Numbers, past: tuple[Numbers, Numbers], deal: Deal, random: np.random.Generator
) -> Effect:
    """Return the effect on tables of store-days; ``past`` are the days before, and their means by weekday of each."""
    before, weekdays = past
    if terms.design is Design.SWITCHBACK:
        return read_switchback(values, (weekdays, _settling(deal.treated, terms.settle_days)), deal, random)
    if terms.design is Design.MATCHED:
        return read_matched(values, before, deal, random)
    return read_staggered(values, before, deal, random)


def weekday_past(before: Numbers, days: int) -> Numbers:
    """Return for each day that follows what its store did before on such weekdays."""
    length = before.shape[1]
    there = ~np.isnan(before)
    table = np.zeros((len(before), days))
    for day in range(days):
        alike = np.arange(length) % WEEK == (length + day) % WEEK
        known = there[:, alike].sum(1)
        table[:, day] = np.where(there & alike, before, 0).sum(1) / np.maximum(known, 1)
    return table


def _settling(treated: Flags, days: int) -> Flags:
    """Mark days that follow too closely on a change; before the first day nothing hung."""
    before = np.concatenate([np.zeros((len(treated), 1), bool), treated[:, :-1]], 1)
    switched: Flags = treated != before
    marked = np.zeros_like(switched)
    for back in range(days):
        marked[:, back:] |= switched[:, : switched.shape[1] - back]
    return marked


def _read_store_days(db: Database, settings: Settings, experiment: Experiment, now: int) -> _Told:
    terms, deal = experiment.terms, load_deal(db, experiment.terms.name)
    until = min(now, experiment.ended_at or now)
    signs = find_touchpoints(db, terms.signs) if terms.signs else None
    asked = StoreDayQuestion(terms.measure, deal.stores, deal.days, terms.skus, signs, terms.from_hour)
    found = count_store_days(db, settings, asked, until)
    earlier = tuple(terms.first_day - timedelta(back) for back in range(terms.before, 0, -1))
    before = count_store_days(db, settings, StoreDayQuestion(
        terms.measure, deal.stores, earlier, terms.skus, signs, terms.from_hour), until).values  # fmt: skip
    whole = local_day(until, settings.zone) - timedelta(1)
    known = ~np.isnan(found.values)
    random = np.random.default_rng([terms.seed, 1])
    try:
        past = (before, weekday_past(before, terms.days))
        effect = read_store_days(terms, found.values, past, deal, random) if known.any() else None
    except FigureError:
        effect = None
    arms = tuple(_sum_up(found.values, side, name) for name, side in (("on", deal.treated), ("off", ~deal.treated)))
    smallest = terms.smallest * (effect.base if effect else 0)
    compliance = _check_signs(db, settings, (terms, deal), until) if terms.measure is not Measure.SCANS else ()
    return _Told(
        arms,
        effect,
        effect.whenever(smallest) if effect else None,
        smallest,
        float((deal.treated & known).sum()),
        _check_closed(terms, deal, found),
        int(known.any(0).sum()) < 2 * WEEK,
        found.known_until is not None
        and found.known_until >= min(terms.last_day, whole)
        and (experiment.ended_at is not None or now >= end_of_day(db, settings, deal.stores, terms.last_day)),
        (*_note_days(terms, deal, found, min(terms.last_day, whole)), *compliance),
    )


def _sum_up(values: Numbers, side: Flags, name: str) -> ArmRow:
    mine = values[side & ~np.isnan(values)]
    return ArmRow(name, mine.size, float(mine.sum()), float(mine.mean()) if mine.size else 0.0)


def _check_closed(terms: ExperimentTerms, deal: Deal, found: StoreDays) -> float | None:
    """Return how likely so uneven a loss of days is, of a switchback, in which each day is dealt by itself."""
    known = ~np.isnan(found.values)
    counts = [int((known & deal.treated).sum()), int((known & ~deal.treated).sum())]
    if terms.design is not Design.SWITCHBACK or not all(counts):
        return None
    reached = known | found.closed
    shares = [(reached & deal.treated).sum(), (reached & ~deal.treated).sum()]
    return check_sample_ratio(counts, shares).chance


def _note_days(terms: ExperimentTerms, deal: Deal, found: StoreDays, due: date) -> Iterator[Note]:
    known = ~np.isnan(found.values)
    if found.closed.any():
        yield Note("closed", (("n", int(found.closed.sum())),))
    gone = [store for store, days in zip(deal.stores, known, strict=True) if known.any() and not days.any()]
    if gone:
        yield Note("gone", (("stores", gone),))
    if found.known_until is None or found.known_until < due:
        yield Note("known_until", (("day", found.known_until),))
    clusters = len(list_pairs(deal)) if terms.design is Design.MATCHED else len(deal.stores)
    if terms.design is not Design.SWITCHBACK and clusters < FEW_CLUSTERS:
        yield Note("few_clusters", (("n", clusters),))
    if terms.design is Design.SWITCHBACK and not (terms.settle_days or terms.from_hour):
        yield Note("carry_over")
    if terms.settle_days:
        yield Note("settled_days", (("n", terms.settle_days),))
    if terms.from_hour:
        yield Note("from_hour", (("hour", terms.from_hour),))
    yield Note("as_dealt")
    yield Note("interference")


def _check_signs(
    db: Database, settings: Settings, planned: tuple[ExperimentTerms, Deal], until: int
) -> tuple[Note, ...]:
    """Tell on how many days with and without the sign it was scanned: whether the plan was kept to."""
    terms, deal = planned
    if not terms.signs:
        return ()
    asked = StoreDayQuestion(Measure.SCANS, deal.stores, deal.days, signs=find_touchpoints(db, terms.signs))
    scans = np.nan_to_num(count_store_days(db, settings, asked, until).values)
    passed = np.array([day <= local_day(until - 1, settings.zone) for day in deal.days])
    hung, bare = deal.treated & passed, ~deal.treated & passed
    if not (hung.any() and bare.any()):
        return ()
    on, off = (float((scans > 0)[side].mean()) for side in (hung, bare))
    return (Note("kept_to", (("on", on), ("off", off))),)


def _read_arms(db: Database, settings: Settings, experiment: Experiment, now: int) -> _Told:
    terms = experiment.terms
    last = min(last_instant(terms, settings), experiment.ended_at or now, now)
    matures = 0 if terms.measure is Measure.SCANS else terms.within
    reach = Reach(first_instant(terms, settings), last, min(now, last + matures))
    if reach.last <= reach.first:
        return _Told((), None, None, 0.0, 0.0, None, few=True, complete=False, notes=())
    both = count_arms(db, settings, terms, reach)
    by_rule = terms.arms[0].by_rule
    uneven = None
    if by_rule and any(arm.units for arm in both):
        uneven = check_sample_ratio([arm.units for arm in both], [arm.share for arm in both]).chance
    events = [arm.units if terms.measure is Measure.SCANS else arm.converted for arm in both]
    effect, whenever, smallest = _compare(terms, both, events)
    lacks = tuple(_note_lacking(db, settings, terms, (last, last + matures, now)))
    return _Told(
        tuple(_sum_arm(terms, arm) for arm in both),
        effect,
        whenever,
        smallest,
        float(both[0].units),
        uneven,
        few=min(events) < FEW_EVENTS,
        complete=now >= last + matures and not lacks,
        notes=(Note("by_split" if by_rule else "by_lot"), *lacks),
    )


def _note_lacking(
    db: Database, settings: Settings, terms: ExperimentTerms, instants: tuple[int, int, int]
) -> Iterator[Note]:
    """Tell what has to come still: conversions of the last scans, or orders that nobody has imported."""
    last, matures, now = instants
    due = local_day(matures - 1, settings.zone)
    if last < now < matures:
        yield Note("maturing", (("day", due),))
    if terms.measure not in (Measure.ORDERS, Measure.REVENUE):
        return
    newest = find_newest(db, Measure.ORDERS)
    known = None if newest is None else local_day(newest, settings.zone)
    if now >= matures and (known is None or known < due):
        yield Note("orders_until", (("day", known), ("due", due)))
    elif known is None or known < local_day(last - 1, settings.zone):
        yield Note("known_until", (("day", known),))


def _compare(
    terms: ExperimentTerms, both: tuple[ArmCounts, ArmCounts], events: list[int]
) -> tuple[Effect | None, Estimate | None, float]:
    random = np.random.default_rng([terms.seed, 1])
    if not terms.arms[0].by_rule:
        if not sum(events):
            return None, None, terms.smallest
        counts, shares = (events[0], events[1]), (both[0].share, both[1].share)
        return compare_draws(counts, shares, random), compare_draws_whenever(counts, shares), terms.smallest
    if min(arm.units for arm in both) < 2:
        return None, None, 0.0
    if terms.measure is Measure.REVENUE:
        effect = compare_means(both, random)
        return effect, effect.whenever(terms.smallest * abs(effect.base)), terms.smallest * abs(effect.base)
    effect = compare_rates(both, random)
    smallest = terms.smallest * effect.base
    return effect, compare_rates_whenever(both, smallest), smallest


def _sum_arm(terms: ExperimentTerms, arm: ArmCounts) -> ArmRow:
    total = {Measure.REVENUE: arm.total, Measure.SCANS: arm.units}.get(terms.measure, arm.converted)
    return ArmRow(arm.name, arm.units, float(total), float(total) / arm.units if arm.units else 0.0)


def _judge(experiment: Experiment, settings: Settings, told: _Told, look: tuple[int, int]) -> Reading:
    now, looks = look
    stopped = experiment.ended_at is not None
    ended = now >= last_instant(experiment.terms, settings) or stopped
    over = ended and told.complete
    whenever = not over or stopped
    estimate = (told.whenever if whenever else told.effect.estimate) if told.effect and told.whenever else None
    if whenever and told.few:
        estimate = None
    finding = _find(told, estimate, over=over, whenever=whenever)
    notes = [*told.notes, *_note_state(experiment, settings, told, (over, ended, stopped, looks))]
    if not ended and estimate is not None and bool(estimate.excludes()) and finding is Finding.NOT_OVER:
        notes.append(Note("may_stop"))
    return Reading(
        *(experiment, now, over, finding, told.arms, tuple(notes), estimate),
        extra=None if estimate is None else _sum_extra(experiment.terms, told, estimate),
        base=told.effect.base if told.effect else 0.0,
        chance=told.effect.chance if told.effect and over else None,
        detectable=_smallest_seen(experiment.terms, told),
        saved=told.effect.saved if told.effect else 0.0,
        whenever=whenever,
    )


def _sum_extra(terms: ExperimentTerms, told: _Told, estimate: Estimate) -> Estimate:
    """Return what the change brought in all; of creatives what the first drew more than the second would have."""
    if terms.design is Design.AB and not terms.arms[0].by_rule:
        shares = terms.arms[0].share, terms.arms[1].share
        return count_extra(estimate, sum(arm.total for arm in told.arms), shares)
    return estimate.times(told.units)


def _find(told: _Told, estimate: Estimate | None, *, over: bool, whenever: bool) -> Finding:
    if told.uneven is not None and told.uneven < 0.0005:
        return Finding.UNEVEN
    if not over:
        return Finding.NOT_OVER
    if estimate is None or told.effect is None:
        return Finding.NOT_ENOUGH
    verdict = judge(estimate, told.smallest)
    dealt_so_by_luck = not whenever and told.effect.chance is not None and told.effect.chance > SURE
    if verdict in (Verdict.HIGHER, Verdict.LOWER) and dealt_so_by_luck:
        return Finding.NOT_ENOUGH
    return Finding(verdict.value)


def _note_state(
    experiment: Experiment, settings: Settings, told: _Told, state: tuple[bool, bool, bool, int]
) -> Iterator[Note]:
    over, ended, stopped, looks = state
    if told.uneven is not None and told.uneven < 0.0005:
        yield Note("uneven", (("chance", told.uneven),))
    if not over and not ended:
        yield Note("ends", (("day", experiment.terms.last_day),))
    if not over and ended and not {note.key for note in told.notes} & {"maturing", "orders_until"}:
        yield Note("immature")
    if stopped and experiment.ended_at is not None:
        yield Note("stopped", (("day", local_day(experiment.ended_at, settings.zone)),))
    if not over and told.few:
        yield Note("few")
    if over and looks:
        yield Note("looks", (("n", looks),))


def _smallest_seen(terms: ExperimentTerms, told: _Told) -> float | None:
    """Return the smallest effect that would have been found, in the measure of the effect."""
    effect = told.effect
    if effect is None or not np.isfinite(effect.error):
        return None
    if terms.design is Design.AB and terms.arms[0].by_rule and terms.measure is not Measure.REVENUE:
        return detectable_rate(effect.base, told.arms[0].units, told.arms[1].units) - effect.base
    return detectable_difference(effect.error)


def _shorten(reading: Reading) -> KeptReading:
    ends = [
        None if one is None or not np.isfinite(value) else float(value)
        for one in (reading.effect, reading.extra)
        for value in ((one.value, one.low, one.high) if one is not None else (0, 0, 0))
    ]
    name = reading.experiment.terms.name
    return KeptReading(name, reading.read_at, reading.over, reading.finding, *ends)
