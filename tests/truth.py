"""Worlds whose truth is known, and whether it is found: ``python -m tests.truth [WORLDS]`` prints one table.

A case is a function from a number of worlds to whether each was told right, and the band in which the share of these
should lie. To add one, write the function and name it in CASES; each world has its number as its seed.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import cycle, repeat

import numpy as np

from o2o.attribution.assumptions import Assumption, Teller, Theme
from o2o.attribution.audit import Auditor, AuditTerms, Verdict, judge
from o2o.attribution.bucket_sums import sum_credit
from o2o.attribution.doubts import Figures, find_spans
from o2o.attribution.journey_paths import OwnedPaths
from o2o.attribution.learning import doubt_chain
from o2o.attribution.markov import removal_effects
from o2o.attribution.models import Model
from o2o.attribution.parts import BUCKETS, Conversions, Later, Parts, Scans, Touches, deal_buckets
from o2o.attribution.paths import Paths
from o2o.attribution.question import Outcome, Question
from o2o.demo.worlds import Planted, Shoppers, draw_shoppers
from o2o.statistics.comparisons import extra_events
from o2o.statistics.designs import deal_days, deal_pairs, match_stores, pair_differences
from o2o.statistics.discoveries import discover
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import jeffreys, koopman, newcombe, poisson, wilson
from o2o.statistics.maturity import conversion_curve
from o2o.statistics.means import adjust_by_past, mean_difference, mean_estimate
from o2o.statistics.panels import NEVER, Panel, staggered_effect, two_way_effect
from o2o.statistics.rates import make_rate, make_rate_ratio
from o2o.statistics.ratios import Sums, ratio_by_delta, ratio_by_fieller
from o2o.statistics.resampling import estimate_credits, poisson_weights
from o2o.statistics.sequential import rate_sequence
from o2o.statistics.shrinkage import Shrunk, chances_of_top, shrink_counts, shrink_rates
from o2o.statistics.silence import Watch, chance_of_burst, find_silences
from tests.coverage import COVERAGE, Measured, held, measure

PEOPLE, LARGER = 1_500, 100
PLANTED = Planted()
_ASKED = Question(Outcome.ORDERS)
_SPLIT = 0.75, 0.85


@dataclass(frozen=True)
class Case:
    """Tells of so many worlds whether each was told right; ``band`` is between what the share of these should lie."""

    find: Callable[[int], np.ndarray]
    band: tuple[float, float] = COVERAGE


@lru_cache(2)
def world(seed: int) -> Shoppers:
    """Return the people of a world; number -1 is a hundred times larger, and the others' truth."""
    people = PEOPLE * (LARGER if seed < 0 else 1)
    return draw_shoppers(PLANTED, people, np.random.default_rng(seed + 2))


@lru_cache(2)
def teller_of(seed: int) -> Teller:
    """Return what tells the journeys of a world."""
    parts: Parts = world(seed).make_parts()
    buckets, scan_buckets = deal_buckets(parts.conversions.person), deal_buckets(parts.scans.person)
    return Teller(parts, _ASKED, buckets, scan_buckets)


def credit(seed: int, model: Model, weights: np.ndarray, assumption: Assumption | None = None) -> np.ndarray:
    """Return what each sign of a world earns in draws of its people."""
    teller = teller_of(seed)
    return sum_credit(teller, teller.tell(assumption), model, assumption, money=False).credit(weights)


@cache
def true_credit(model: Model) -> np.ndarray:
    """Return what each sign earns in the large world without losses."""
    return credit(-1, model, np.ones((1, BUCKETS)))[0]


def find_credit(model: Model, money: bool, worlds: int) -> np.ndarray:
    """Tell whether the credit of one sign holds a hundredth of what it earns in the large world."""
    whole = sums_of(-1, model, money).totals / LARGER
    return np.array([_hold_credit(seed, model, money, whole) for seed in range(worlds)])


def sums_of(seed: int, model: Model, money: bool):
    teller = teller_of(seed)
    return sum_credit(teller, teller.tell(), model, None, money=money).buckets


def _hold_credit(seed: int, model: Model, money: bool, whole: np.ndarray) -> bool:
    amounts = world(seed).amount.astype(float)
    # the order that a sign has still to see is as large as the money of orders is on average
    largest = float(amounts @ amounts / amounts.sum()) if money else 1.0
    sign = seed % len(whole)
    return bool(held(estimate_credits(sums_of(seed, model, money), largest), whole)[sign])


def owned_paths(seed: int) -> OwnedPaths:
    """Return the journeys of a world as paths, by the bucket of each person."""
    teller = teller_of(seed)
    told, (idle, idle_bucket) = teller.tell(), teller.tell_idle()
    ended, nothing = told.paths, np.zeros(len(idle.nulls))
    paths = Paths(
        ended.touches,
        np.concatenate((ended.codes, idle.codes)),
        np.concatenate((ended.starts[:-1], idle.starts + ended.starts[-1])),
        np.concatenate((ended.conversions, nothing)),
        np.concatenate((ended.values, nothing)),
        np.concatenate((ended.nulls, idle.nulls)),
    )
    return OwnedPaths(paths, np.concatenate((told.bucket, idle_bucket)), np.stack((paths.conversions, paths.values)))


def chain_credit(paths: Paths, order: int) -> np.ndarray:
    """Return what each sign earns by its removal effect, conversions and money."""
    effects = removal_effects(paths, order)
    totals = np.array([[paths.conversions.sum()], [paths.values.sum()]])
    return effects / effects.sum(1, keepdims=True) * totals


@cache
def true_chain_credit(order: int) -> np.ndarray:
    """Return what each sign earns in the large world by its removal effect."""
    return chain_credit(owned_paths(-1).paths, order)


def find_chain_credit(order: int, money: bool, worlds: int) -> np.ndarray:
    """Tell whether the credit of one sign by its removal effect holds a hundredth of that in the large world."""
    whole, holds = true_chain_credit(order)[int(money)] / LARGER, []
    for seed in range(worlds):
        read, sign = owned_paths(seed), seed % len(whole)
        doubts, earned = doubt_chain(read, order), chain_credit(read.paths, order)
        figures = [Figures(*both, doubts[key]) for key, *both in zip(read.paths.touches, *earned, strict=True)]
        low, high = find_spans(figures)[sign][2:] if money else find_spans(figures)[sign][:2]
        holds.append(low <= whole[sign] <= high)
    return np.array(holds)


def find_share(model: Model, lost: float, worlds: int) -> np.ndarray:
    """Tell whether the share of one sign holds that of the large world, though so many people can't be joined."""
    whole = true_credit(model) / true_credit(model).sum()
    assumption = Assumption(Theme.IDENTITY_LOSS, lost)
    holds = []
    for seed in range(worlds):
        weights = poisson_weights(np.random.default_rng(seed), 200, BUCKETS)
        drawn = credit(seed, model, weights, assumption)
        shares = drawn / drawn.sum(1, keepdims=True)
        low, high = np.quantile(shares[:, seed % len(whole)], (0.025, 0.975))
        holds.append(low <= whole[seed % len(whole)] <= high)
    return np.array(holds)


def find_moved(worlds: int) -> np.ndarray:
    """Tell of the verdicts on losses which are even whether credit is said to move by more than chance."""
    models = tuple(map(Model, ("first", "last", "linear", "markov")))
    question, terms = Question(Outcome.ORDERS, models), AuditTerms(lookbacks=(), half_lives=())
    called = []
    for seed in range(max(12, worlds // 8)):
        changes = list(Auditor.of(make_even_parts(seed), question, terms).list_changes())
        themes = {change.assumption.theme for change in changes}
        called += [judge(theme, changes).verdict not in (Verdict.CHANCE, Verdict.NOTHING) for theme in sorted(themes)]
    return np.array(called)


def make_even_parts(seed: int) -> Parts:
    """Return the journeys of 200 people who meet two to four of three signs that are alike; every other one buys."""
    random = np.random.default_rng(seed)
    times = random.integers(2, 5, 200)
    person = np.repeat(np.arange(200), times) + seed * 200 + 1
    scan, key = np.arange(len(person)) + seed * 1_000, random.integers(0, 3, len(person))
    buyers, ones, nothing = np.arange(0, 200, 2), np.ones(100, np.int64), np.zeros(0, np.int64)
    ours = np.flatnonzero((person - seed * 200) % 2)
    conversions = Conversions(buyers, ones * 10_000, ones, ones * 100, ones, buyers + seed * 200 + 1)
    place = (person[ours] - seed * 200) // 2
    kinds = np.full(len(ours), 2)
    touches = Touches(place, scan[ours], scan[ours], key[ours], kinds, person[ours], kinds)
    scans, later = Scans(person, scan, scan, key), Later(nothing, nothing, nothing)
    return Parts(("A", "B", "C"), conversions, touches, scans, later, 1 << 62)


def find_influence(worlds: int) -> np.ndarray:
    """Tell whether those with and without a sign tell by how much it multiplies purchases."""
    signs = len(PLANTED.multipliers)
    counts = (world(seed).counts_of(seed % signs) for seed in range(worlds))
    ratios = [make_rate_ratio(make_rate(*one[:2]), make_rate(*one[2:])) for one in counts]
    found = zip(ratios, cycle(PLANTED.multipliers), strict=False)
    return np.array([ratio is not None and ratio.low <= planted <= ratio.high for ratio, planted in found])


def find_rate(interval: Callable[..., Estimate], worlds: int) -> np.ndarray:
    """Tell whether a rate of 5 % of 300 visitors is held."""
    return held(interval(np.random.default_rng(1).binomial(300, 0.05, worlds), 300), 0.05)


def find_pair(interval: Callable[..., Estimate], truth: float, worlds: int) -> np.ndarray:
    """Tell whether 12 % of 150 beside 8 % of 220 visitors are held."""
    random = np.random.default_rng(2)
    return held(interval(random.binomial(150, 0.12, worlds), 150, random.binomial(220, 0.08, worlds), 220), truth)


def find_count(worlds: int) -> np.ndarray:
    """Tell whether 100 scans in a time are held."""
    return held(poisson(np.random.default_rng(3).poisson(100, worlds)), 100)


def find_ratio(interval: Callable[[Sums], Estimate], worlds: int) -> np.ndarray:
    """Tell whether revenue per scan of 120 visitors is held, of whom those who scan more spend more."""
    random = np.random.default_rng(4)
    scans = 1 + random.poisson(1.5, (worlds, 120))
    spent = (random.random(scans.shape) < 0.3) * random.gamma(3, 20, scans.shape) * scans
    rows = np.repeat(np.arange(worlds), 120)
    return held(interval(Sums.of(spent.ravel(), scans.ravel(), rows)), 0.3 * 60)


def find_shrunk_rates(worlds: int) -> np.ndarray:
    """Tell whether the rate of one sign of a hundred is held after shrinkage."""
    holds = []
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        truth, trials = random.beta(3, 57, 100), random.integers(30, 600, 100)
        holds.append(held(shrink_rates(random.binomial(trials, truth), trials).estimate, truth)[seed % 100])
    return np.array(holds)


def shrink_world(seed: int) -> tuple[np.ndarray, Shrunk]:
    """Return the true scans a day of a hundred signs, and what is known of them."""
    random = np.random.default_rng(seed)
    truth, days = random.gamma(3, 0.5, 100), random.uniform(2, 50, 100)
    return truth, shrink_counts(random.poisson(truth * days), days)


def find_shrunk_counts(worlds: int) -> np.ndarray:
    """Tell whether the scans a day of one sign of a hundred are held after shrinkage."""
    made = (shrink_world(seed) for seed in range(worlds))
    return np.array([held(shrunk.estimate, truth)[seed % 100] for seed, (truth, shrunk) in enumerate(made)])


def find_top(worlds: int) -> np.ndarray:
    """Tell of signs that are among the top ten with a chance of about 80 % whether they are."""
    hits = []
    for seed in range(worlds):
        truth, shrunk = shrink_world(seed)
        chances = chances_of_top(shrunk, 10, np.random.default_rng(seed), 500)
        said = (chances > _SPLIT[0]) & (chances < _SPLIT[1])
        hits.append((truth >= np.sort(truth)[-10])[said])
    return np.concatenate(hits)


def find_dead(worlds: int) -> np.ndarray:
    """Tell of signs that are dead with a probability of about 80 % whether they are."""
    hits = []
    for seed in range(max(5, worlds // 20)):
        random = np.random.default_rng(seed)
        rates, dead = random.gamma(0.8, 1.25, 2_000), random.random(2_000) < 0.04
        lived = np.where(dead, random.uniform(0, 60, 2_000), 60)
        scans = random.poisson(rates * lived)
        last = np.where(scans > 0, lived * random.random(2_000) ** (1 / np.maximum(scans, 1)), 0)
        said = find_silences(Watch(scans, last, np.zeros(2_000), 60 - last, np.zeros(2_000, int))).dead
        hits.append(dead[(said > _SPLIT[0]) & (said < _SPLIT[1])])
    return np.concatenate(hits)


def find_bursts(worlds: int) -> np.ndarray:
    """Tell of all bursts that are told whether they are none; twenty of 500 signs have one."""
    false = []
    for seed in range(max(20, worlds // 5)):
        random = np.random.default_rng(seed)
        rates = random.gamma(0.8, 1.2, 500)
        recent = random.poisson(rates * 7) + np.where(np.arange(500) < 20, random.poisson(60, 500), 0)
        watch = Watch(random.poisson(rates * 60), np.full(500, 60.0), recent, np.full(500, 7.0), np.zeros(500, int))
        false.append(np.flatnonzero(discover(chance_of_burst(watch))) >= 20)
    return np.concatenate(false)


def find_curve(worlds: int) -> np.ndarray:
    """Tell whether the share converted after ten days is held, of 600 scans of any age."""
    holds = []
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        ages = random.uniform(0, 60, 600)
        lags = np.where(random.random(600) < 0.3, random.exponential(5, 600), np.inf)
        curve = conversion_curve(np.minimum(lags, ages), lags <= ages)
        place = np.searchsorted(curve.times, 10, side="right") - 1
        found = curve.estimate()
        holds.append(found.low[place] <= 0.3 * (1 - np.exp(-curve.times[place] / 5)) <= found.high[place])
    return np.array(holds)


def find_always(worlds: int) -> np.ndarray:
    """Tell whether a rate is held on each of sixty mornings."""
    successes = np.random.default_rng(5).binomial(80, 0.08, (worlds, 60)).cumsum(1)
    return held(rate_sequence(successes, np.arange(1, 61) * 80), 0.08).all(1)


def find_walk_ins(worlds: int) -> np.ndarray:
    """Tell whether 80 extra sales after scans are held."""
    holds = []
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        usual = random.gamma(2, 0.02, 40)
        found = extra_events(random.poisson(usual * 300 + 2), 300, random.poisson(usual * 3_000), 3_000)
        holds.append(bool(held(found, 80)))
    return np.array(holds)


def days_of(seed: int, stores: int, days: int) -> np.ndarray:
    """Revenue of stores by day: stores differ, days differ, and yesterday's noise is half of today's."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, 5, (stores, days))
    for day in range(1, days):
        noise[:, day] += 0.5 * noise[:, day - 1]
    return 100 + random.normal(0, 30, (stores, 1)) + 10 * np.sin(np.arange(days)) + noise


def find_switchback(worlds: int) -> np.ndarray:
    """Tell whether an effect that was switched on and off by lot is held."""
    dealt = (deal_days(12, 28, np.random.default_rng(seed + 1_000))[0] for seed in range(worlds))
    found = (two_way_effect(Panel.of(days_of(seed, 12, 28) + 4 * on, on)) for seed, on in enumerate(dealt))
    return np.array([bool(held(one, 4)) for one in found])


def find_difference(worlds: int) -> np.ndarray:
    """Tell whether a difference in differences is held."""
    on = (np.arange(20)[:, None] < 10) & (np.arange(30) >= 15)
    found = (two_way_effect(Panel.of(days_of(seed, 20, 30) + 6 * on, on)) for seed in range(worlds))
    return np.array([bool(held(one, 6)) for one in found])


def find_staggered(worlds: int) -> np.ndarray:
    """Tell whether the effect of a staggered start is held."""
    starts = np.array([*np.repeat((8, 14, 20), 4), *[NEVER] * 6])
    since = np.arange(26) - np.where(starts == NEVER, 99, starts)[:, None]
    found = (
        staggered_effect(days_of(seed, 18, 26) + 8.0 * (since >= 0), starts, np.random.default_rng(seed), draws=100)
        for seed in range(worlds)
    )
    return np.array([bool(held(one, 8)) for one in found])


def find_matched(worlds: int) -> np.ndarray:
    """Tell whether an effect in matched stores is held."""
    holds = []
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        trend = np.linspace(0, 1, 40) * random.normal(0, 60, (16, 1))
        values = random.normal(200, 60, (16, 1)) + trend + random.normal(0, 8, (16, 40))
        before, after = values[:, :28], values[:, 28:].copy()
        pairs = deal_pairs(match_stores(before), random)
        after[pairs[:, 0]] += 10
        holds.append(bool(held(mean_estimate(pair_differences(before, after, pairs)), 10)))
    return np.array(holds)


def find_by_past(worlds: int) -> np.ndarray:
    """Tell whether a difference of means that was made surer by the past is held."""
    holds = []
    for seed in range(worlds):
        random = np.random.default_rng(seed)
        before, treated = random.gamma(4, 25, 200), np.arange(200) % 2 == 0
        adjusted = adjust_by_past(before + 8 * treated + random.normal(0, 20, 200), before).values
        holds.append(bool(held(mean_difference(adjusted[treated], adjusted[~treated]), 8)))
    return np.array(holds)


_RULES = ("first", "last", "linear", "time-decay", "position", "shapley")

CASES: Mapping[str, Case] = {
    **{f"credit, {name}": Case(partial(find_credit, Model(name), False)) for name in _RULES},
    "credit of money, linear": Case(partial(find_credit, Model("linear"), True)),
    "credit, markov": Case(partial(find_chain_credit, 1, False)),
    "credit of money, markov": Case(partial(find_chain_credit, 1, True)),
    "credit, markov of order 2": Case(partial(find_chain_credit, 2, False)),
    "share, linear, 25 % of people unjoined": Case(partial(find_share, Model("linear"), 0.25)),
    "share, markov": Case(partial(find_share, Model("markov"), 0.0)),
    "share, markov, 25 % of people unjoined": Case(partial(find_share, Model("markov"), 0.25)),
    "losses that move no credit, of those said to": Case(find_moved, (0.0, 0.01)),
    "influence of a sign": Case(find_influence),
    "rate, Wilson": Case(partial(find_rate, wilson)),
    "rate, Jeffreys": Case(partial(find_rate, jeffreys)),
    "difference of rates, Newcombe": Case(partial(find_pair, newcombe, 0.04)),
    "ratio of rates, Koopman": Case(partial(find_pair, koopman, 1.5)),
    "count, Garwood": Case(find_count),
    "revenue per scan, delta method": Case(partial(find_ratio, ratio_by_delta)),
    "revenue per scan, Fieller": Case(partial(find_ratio, ratio_by_fieller)),
    "shrunk rate": Case(find_shrunk_rates),
    "shrunk count": Case(find_shrunk_counts),
    "top ten of those with a chance of 80 %": Case(find_top, (0.77, 0.83)),
    "dead of those with a probability of 80 %": Case(find_dead, (0.75, 0.85)),
    "bursts that are none, of those told": Case(find_bursts, (0.0, 0.05)),
    "share converted, Kaplan-Meier": Case(find_curve),
    "rate on sixty mornings": Case(find_always, (0.95, 1.0)),
    "walk-ins": Case(find_walk_ins),
    "switchback": Case(find_switchback),
    "difference in differences": Case(find_difference),
    "staggered rollout": Case(find_staggered),
    "matched stores": Case(find_matched),
    "means by their past": Case(find_by_past),
}


def measure_case(name: str, worlds: int) -> Measured:
    """Return how often a case was told right."""
    return measure(CASES[name].find(worlds), CASES[name].band)


def list_lines(worlds: int) -> Iterator[tuple[str, bool]]:
    """Yield the lines of the table, and whether each is as it should be; each core takes a case at a time."""
    yield "| case | worlds | as said | 99.9 % interval | should be | |\n|---|--:|--:|---|---|---|", True
    with ProcessPoolExecutor() as pool:
        measured = zip(CASES, pool.map(measure_case, CASES, repeat(worlds)), strict=True)
        for name, found in measured:
            span, band = (f"{low:.1%} to {high:.1%}" for low, high in ((found.low, found.high), found.band))
            verdict = "ok" if found.is_sound else "**no**"
            yield f"| {name} | {found.worlds:,} | {found.value:.1%} | {span} | {band} | {verdict} |", found.is_sound


def main() -> int:
    """Print the table; 1 where the truth was missed."""
    sound = []
    for line, is_sound in list_lines(int(sys.argv[1]) if sys.argv[1:] else 2_000):
        print(line, flush=True)
        sound.append(is_sound)
    return int(not all(sound))


if __name__ == "__main__":
    sys.exit(main())
