"""Experiments before they begin: what they can find, and who is dealt what."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, inf, sqrt
from typing import Self

import numpy as np

from o2o.analytics.arms import Reach, check_arms, count_arms
from o2o.analytics.experiment_effects import WEEK, ArmCounts, deal_matched, deal_staggered
from o2o.analytics.experiment_reading import read_store_days, weekday_past
from o2o.analytics.experiments import (
    Deal,
    Design,
    Experiment,
    ExperimentTerms,
    Measure,
    first_instant,
    keep_experiment,
    list_beside,
)
from o2o.analytics.signs import find_touchpoints
from o2o.analytics.store_days import StoreDayQuestion, count_store_days
from o2o.config import Settings
from o2o.db import Database, rows
from o2o.errors import NotFoundError, SettingError
from o2o.statistics.designs import deal_days
from o2o.statistics.distributions import normal_below
from o2o.statistics.estimates import FigureError, Numbers, normal_quantile, spread_of
from o2o.statistics.power import POWER, detectable_difference, detectable_rate, trials_for_rates, units_for_means
from o2o.times import DAY, local_day

_PLACEBOS = 40
_STORE_MEASURES = (Measure.ORDERS, Measure.REVENUE, Measure.UNITS, Measure.REDEMPTIONS, Measure.SCANS)
_VISITOR_MEASURES = (Measure.ORDERS, Measure.REVENUE, Measure.REDEMPTIONS, Measure.REGISTRATIONS)
_DRAWN_MEASURES = (Measure.SCANS, Measure.ORDERS, Measure.REDEMPTIONS, Measure.REGISTRATIONS)
_MOST_DAYS = 731


@dataclass(frozen=True, slots=True)
class Power:
    """What the shop's own past says of an experiment.

    ``base`` is the level without the change (a store-day, a visitor), ``units`` how many store-days or visitors an arm
    the plan has, ``detectable`` the smallest difference that is found four times of five, ``chance`` how often the
    smallest that matters is found, ``needed_days`` how long it takes to find that four times of five.
    """

    base: float
    units: float
    detectable: float
    chance: float
    needed_days: int | None

    @property
    def relative(self) -> float | None:
        """The smallest difference that is found, as a share of the base."""
        return self.detectable / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class DesignedExperiment:
    """An experiment with its deal (none for an A/B test) and what it can find; None: the past says nothing."""

    experiment: Experiment
    deal: Deal | None
    power: Power | None
    left_out: tuple[str, ...] = ()
    """Stores that have no partner."""
    beside: tuple[str, ...] = ()
    """Experiments that run in the same stores on some of the same days."""


def design_experiment(
    db: Database, settings: Settings, terms: ExperimentTerms, now: int, *, keep: bool = True
) -> DesignedExperiment:
    """Deal an experiment by lot, say what it can find, and write it down unless told not to.

    Raises SettingError for terms that can't work, an experiment that would have begun already among them.
    """
    terms = _check(db, settings, terms, now)
    if terms.design is Design.AB:
        designed = DesignedExperiment(Experiment(terms, now), None, _foresee_arms(db, settings, terms, now))
    else:
        designed = _design_store_days(db, settings, terms, now)
    beside = tuple(list_beside(db, designed.experiment.terms))
    if keep:
        keep_experiment(db, designed.experiment, designed.deal)
    return replace(designed, beside=beside)


def _check(db: Database, settings: Settings, terms: ExperimentTerms, now: int) -> ExperimentTerms:
    if not terms.name.strip() or not terms.name.isprintable():
        raise SettingError("name", terms.name, "no name", "give one that you can type, such as endcap-may")
    if not terms.hypothesis.strip():
        raise SettingError("hypothesis", "", "nothing is expected", "say what should change, and why")
    if first_instant(terms, settings) < now and terms.first_day < local_day(now, settings.zone):
        advice = "let it begin today or later: it is written down before anybody can know how it ends"
        raise SettingError("first day", terms.first_day.isoformat(), "has passed", advice)
    if terms.first_day - local_day(now, settings.zone) > timedelta(_MOST_DAYS):
        raise SettingError("first day", terms.first_day.isoformat(), "is years away", "let it begin sooner")
    _check_numbers(terms)
    _check_measure(terms)
    find_touchpoints(db, terms.signs)
    if terms.design is Design.AB:
        return replace(terms, arms=check_arms(db, terms))
    return replace(terms, stores=_choose_stores(db, terms))


def _check_numbers(terms: ExperimentTerms) -> None:
    if not 1 <= terms.days <= _MOST_DAYS:
        raise SettingError("days", f"{terms.days}", "can't be planned", f"write 1 to {_MOST_DAYS}")
    if not 0 < terms.smallest < inf:
        raise SettingError("smallest", f"{terms.smallest:g}", "no difference", "write 5% for one in twenty")
    if not WEEK <= terms.before <= _MOST_DAYS:
        raise SettingError("before", f"{terms.before}", "no past to compare with", f"write {WEEK} to {_MOST_DAYS} days")
    if not 0 <= terms.settle_days < WEEK:
        raise SettingError("settle days", f"{terms.settle_days}", "can't be left out", f"write 0 to {WEEK - 1}")
    if not 0 <= terms.from_hour < 24:
        raise SettingError("from hour", f"{terms.from_hour}", "can't be used", "write an hour of 0 to 23")
    if terms.seed < 0:
        raise SettingError("seed", f"{terms.seed}", "can't be used", "write a whole number from 0")


def _check_measure(terms: ExperimentTerms) -> None:
    allowed: tuple[Measure, ...] = _STORE_MEASURES
    if terms.design is Design.AB:
        allowed = _VISITOR_MEASURES if all(arm.by_rule for arm in terms.arms) else _DRAWN_MEASURES
    if terms.measure not in allowed:
        raise SettingError("measure", terms.measure, "not counted by this design", f"take {', '.join(allowed)}")
    if terms.measure is Measure.UNITS and not terms.skus:
        raise SettingError("measure", terms.measure, "of no product", "name products by --sku")
    if terms.design is Design.SWITCHBACK and terms.days < 2 * WEEK:
        raise SettingError("days", f"{terms.days}", "fewer than two weeks", "each weekday is needed twice")
    if terms.design is Design.STAGGERED and (terms.days % WEEK or terms.days // WEEK < terms.waves or terms.waves < 2):
        advice = "take whole weeks, two waves at least, and a week for each wave"
        raise SettingError("days", f"{terms.days}", f"not enough for {terms.waves} waves", advice)


def _choose_stores(db: Database, terms: ExperimentTerms) -> tuple[str, ...]:
    known = [row["store_id"] for row in rows(db, "SELECT store_id FROM stores WHERE retired_at IS NULL ORDER BY 1")]
    for store in terms.stores:
        if store not in known:
            raise NotFoundError("store", store, "see 'o2o catalog export stores', or name another")
    chosen = tuple(dict.fromkeys(terms.stores)) or _stores_of_signs(db, terms) or tuple(known)
    least = {Design.SWITCHBACK: 1, Design.MATCHED: 12, Design.STAGGERED: max(2 * terms.waves, 7)}[terms.design]
    if len(chosen) < least:  # with fewer, more than one of 20 lots gives as much whatever happens
        advice = "no lot of so few can name a winner: take a switchback, which needs one store"
        raise SettingError(
            "stores", f"{len(chosen)}", f"fewer than {least}", advice if least > 1 else "import stores first"
        )
    return chosen


def _stores_of_signs(db: Database, terms: ExperimentTerms) -> tuple[str, ...]:
    """Return where the signs of a switchback hang; other designs put signs up in stores that have none yet."""
    if terms.design is not Design.SWITCHBACK:
        return ()
    signs = set(find_touchpoints(db, terms.signs))
    found = rows(db, "SELECT id, store_id FROM touchpoints WHERE store_id IS NOT NULL AND retired_at IS NULL")
    return tuple(sorted({row["store_id"] for row in found if row["id"] in signs}))


def _design_store_days(db: Database, settings: Settings, terms: ExperimentTerms, now: int) -> DesignedExperiment:
    past = _count_past(db, settings, terms, now)
    random = np.random.default_rng(terms.seed)
    deal = deal_store_days(terms, past[:, -terms.before :], random)
    power = foresee_store_days(terms, past, deal)
    if terms.design is not Design.MATCHED:
        return DesignedExperiment(Experiment(terms, now), deal, power)
    paired = deal.blocks[:, 0] >= 0
    stores = tuple(store for store, kept in zip(terms.stores, paired, strict=True) if kept)
    kept = Deal(stores, deal.days, deal.treated[paired], deal.blocks[paired])
    left_out = tuple(store for store in terms.stores if store not in stores)
    return DesignedExperiment(Experiment(replace(terms, stores=stores), now), kept, power, left_out)


def _count_past(db: Database, settings: Settings, terms: ExperimentTerms, now: int) -> Numbers:
    """Count the days before today, as many as the plan and what it is compared with have."""
    end = min(local_day(now, settings.zone), terms.first_day)
    days = tuple(end - timedelta(back) for back in range(terms.before + terms.days, 0, -1))
    signs = find_touchpoints(db, terms.signs) if terms.signs else None
    asked = StoreDayQuestion(terms.measure, terms.stores, days, terms.skus, signs, terms.from_hour)
    return count_store_days(db, settings, asked, now).values


def deal_store_days(terms: ExperimentTerms, before: Numbers, random: np.random.Generator) -> Deal:
    """Return which of the stores of an experiment has the change on which day, by lot; stores alike ``before`` pair."""
    stores = terms.stores
    if terms.design is Design.SWITCHBACK:
        dealt = deal_days(len(stores), terms.days, random)
    elif terms.design is Design.MATCHED:
        dealt = deal_matched(before, terms.days, random)
    else:
        dealt = deal_staggered(len(stores), terms.days, terms.waves, random)
    return Deal(stores, terms.calendar, *dealt)


def foresee_store_days(terms: ExperimentTerms, past: Numbers, deal: Deal) -> Power | None:
    """Return what can be found, from days on which nothing was changed read as if it had been, under many deals."""
    now, before = past[:, -terms.days :], past[:, : terms.before]
    lived = ~np.isnan(now)
    if lived.sum() < 2 * WEEK or np.isnan(before).all():
        return None
    weekdays = weekday_past(before, terms.days)
    found = []
    for seed in range(_PLACEBOS):
        random = np.random.default_rng([terms.seed, seed])
        dealt = deal_store_days(terms, before, random)
        try:
            read = read_store_days(terms, now, (before, weekdays), dealt, random).estimate
        except FigureError:
            continue
        found.append((float(read.value), float(read.high - read.value)))
    known = np.array(found).reshape(-1, 2)
    known = known[np.isfinite(known).all(1)]
    if len(known) < _PLACEBOS // 2:
        return None
    there = float(lived.any(0).mean())
    lacking = np.sqrt(there)  # of a shorter past: errors shrink with the root of the days
    error = float(np.sqrt((known[:, 0] ** 2).mean()) * lacking)
    reach = float(np.median(known[:, 1]) * lacking)
    base, units = float(now[lived].mean()), float(deal.treated.sum())
    return _make_power(terms, base, units, _Error(error, reach, max(_count_lots(terms, deal) * there - 1, 1)))


def _count_lots(terms: ExperimentTerms, deal: Deal) -> int:
    """Return how many lots are drawn apart from each other: what the past tells of errors, it tells by so many."""
    if terms.design is Design.STAGGERED:
        return len(deal.stores)
    return len(np.unique(deal.blocks[deal.blocks >= 0]))


@dataclass(frozen=True, slots=True)
class _Error:
    """The error that an effect will have, how far its interval will reach, and on how much both guesses rest."""

    error: float
    reach: float
    freedom: float = inf

    @classmethod
    def normal(cls, error: float) -> Self:
        return cls(error, spread_of(0.95) * error)

    def chance_of(self, effect: float) -> float:
        """Return how often an effect is found: both guesses are off by about 1 / √2f of themselves."""
        spread = sqrt(self.error**2 + (self.reach**2 + effect**2) / (2 * self.freedom))
        return float(normal_below((effect - self.reach) / spread) + normal_below((-effect - self.reach) / spread))

    @property
    def detectable(self) -> float:
        """The effect that is found four times of five: d = r + z √(e² + (r² + d²) / 2f), solved for d."""
        z = normal_quantile(POWER)
        share = z**2 / (2 * self.freedom)
        rest = self.reach**2 * (1 - share) - (z * self.error) ** 2
        return (self.reach + sqrt(self.reach**2 - (1 - share) * rest)) / (1 - share)


def _make_power(terms: ExperimentTerms, base: float, units: float, error: _Error) -> Power:
    smallest, detectable = terms.smallest * base, error.detectable
    if not smallest or not error.error:
        return Power(base, units, detectable, float(not error.error), None)
    needed = ceil(terms.days * (detectable / smallest) ** 2)
    return Power(base, units, detectable, error.chance_of(smallest), needed)


def _foresee_arms(db: Database, settings: Settings, terms: ExperimentTerms, now: int) -> Power | None:
    """Count the visitors of both arms in the days before, as the plan will."""
    reach = Reach(now - terms.before * DAY, now, now)
    both = count_arms(db, settings, terms, reach)
    seen, converted = sum(arm.units for arm in both), sum(arm.converted for arm in both)
    if not seen or (terms.measure is not Measure.SCANS and not converted):
        return None
    known = _known_days(db, now, terms.before)
    share = terms.arms[0].share / sum(arm.share for arm in terms.arms)
    arms = 2 * share * (1 - share) * terms.days / known  # as many equal arms as these would tell as much
    an_arm = seen * arms
    if not terms.arms[0].by_rule:
        events = (seen if terms.measure is Measure.SCANS else converted) * arms
        return _make_power(terms, events, events, _Error.normal(float(np.sqrt(2 * events))))
    if terms.measure is Measure.REVENUE:
        return _foresee_means(terms, both, an_arm)
    rate = converted / seen
    other = min(rate * (1 + terms.smallest), 1.0)
    needed = ceil(terms.days * trials_for_rates(rate, other) / an_arm) if other > rate else None
    error = (detectable_rate(rate, an_arm) - rate) / detectable_difference(1)
    power = _make_power(terms, rate, an_arm, _Error.normal(error))
    return replace(power, needed_days=needed)


def _foresee_means(terms: ExperimentTerms, both: tuple[ArmCounts, ArmCounts], an_arm: float) -> Power:
    amounts = np.concatenate([np.repeat(arm.amount, arm.count) for arm in both])
    spread, base = float(amounts.std()), float(amounts.mean())
    power = _make_power(terms, base, an_arm, _Error.normal(float(spread * np.sqrt(2 / an_arm))))
    needed = units_for_means(spread, terms.smallest * base, POWER) if base > 0 and spread else 0
    return replace(power, needed_days=ceil(terms.days * needed / an_arm) or None)


def _known_days(db: Database, now: int, before: int) -> float:
    """Return on how many of the days before scans were taken at all."""
    (first,) = db.conn.execute("SELECT min(scanned_at) FROM scans").fetchone()
    return max(min(before, (now - (first or now)) / DAY), 1)


def plan_rows(deal: Deal) -> list[tuple[str, date, bool, int]]:
    """Return store, day, whether the change is on, and what it was dealt within, store by store."""
    return [
        (store, day, bool(treated), int(block))
        for store, flags, blocks in zip(deal.stores, deal.treated, deal.blocks, strict=True)
        for day, treated, block in zip(deal.days, flags, blocks, strict=True)
    ]
