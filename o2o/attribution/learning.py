"""Models that learn from all journeys what each key is worth, and share credit by that, as Markov's removal effects.

They see each conversion with its touches, and journeys that led to nothing: the counted scans of a person in the
period that share in no conversion of the period, nor in one after it, cut where one is more than the window after the
one before. Scans less than a window old may still lead to something; they count as if they didn't.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import fsum
from operator import attrgetter
from typing import Self

import numpy as np

from o2o.attribution.chain_doubts import find_influences
from o2o.attribution.data_driven import LOGISTIC, PROBABILISTIC
from o2o.attribution.doubts import Doubt
from o2o.attribution.journey_paths import OwnedPaths
from o2o.attribution.journeys import Journeys
from o2o.attribution.markov import choose_order
from o2o.attribution.models import MARKOV, Model, parse_order
from o2o.attribution.parts import deal_buckets
from o2o.attribution.path_models import attribute_paths
from o2o.attribution.paths import sum_by
from o2o.errors import SettingError
from o2o.statistics.estimates import divide

_COMPARING = (LOGISTIC, PROBABILISTIC)

_BUCKETS = 200
"""So many buckets are people dealt out to: errors are known to 5 %."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What each key is worth for conversions and for money, by a chain of which order; in Markov its effects, too.

    ``doubts`` are of what keys get of all conversions and money, where that is asked for and can be told.
    """

    counts: Mapping[str, float]
    values: Mapping[str, float]
    order: int
    effects: Mapping[str, float | None] = field(default_factory=dict)
    doubts: Mapping[str, Doubt] = field(default_factory=dict)

    @classmethod
    def learn(cls, journeys: Journeys, model: Model) -> Self:
        """Learn from the journeys of a question."""
        doubted = journeys.question.intervals and model.name == MARKOV
        read = OwnedPaths.read(journeys, owned=doubted)
        paths = read.paths
        if not len(paths.codes):
            return cls({}, {}, parse_order(model.argument) or 1)
        if model.name in _COMPARING and not paths.nulls.any():
            reason = "it compares journeys with and without result, and each journey of the period had one"
            raise SettingError("model", model, reason, "use markov or shapley")
        order = parse_order(model.argument) or choose_order(paths)
        earned = sorted(attribute_paths(paths, [model.name], order=order), key=attrgetter("touch"))
        counts, values = ({one.touch: getattr(one, name) for one in earned} for name in ("conversions", "value"))
        effects = {one.touch: one.removal_effect for one in earned}
        doubts = doubt_chain(read, order) if doubted else {}
        return cls(counts, values if any(values.values()) else counts, order, effects, doubts)

    def share_out(self, conversions: int, revenue: int) -> Iterator[tuple[str, float, int]]:
        """Yield what each key gets of all conversions, and of their money in whole minor units."""
        counts = split_count(conversions, list(self.counts.values()))
        money = split_money(revenue, list(self.values.values()))
        return zip(self.counts, counts, money, strict=True)

    def share_among(self, keys: Sequence[str], conversions: int, revenue: int) -> tuple[list[float], list[int]]:
        """Return what the touches of one conversion get of it: each key by its worth, its touches alike."""
        times = Counter(keys)
        counts = split_count(conversions, [self.counts[key] / times[key] for key in keys])
        return counts, split_money(revenue, [self.values[key] / times[key] for key in keys])


def doubt_chain(read: OwnedPaths, order: int) -> dict[str, Doubt]:
    """Return the doubt of what each key gets of all there is by its removal effect; none where that isn't known.

    A bucket of people moves a key's part of all by what it brings to all, and to the share of the key in all effects.
    """
    found = find_influences(read.paths, bucket := deal_buckets(read.owners, _BUCKETS), _BUCKETS, order)
    if found is None:
        return {}
    variances = []
    for place, amounts in zip((0, int(found.lost[1].any())), read.brought, strict=True):
        effects, moved = found.lost[place], found.moved[place]
        shares = divide(effects, effects.sum())
        other_shares = divide(moved - shares * moved.sum(1, keepdims=True), effects.sum())
        earned = sum_by(bucket, amounts, _BUCKETS)[:, None] * shares + amounts.sum() * other_shares
        variances.append(earned.var(0, ddof=1) * _BUCKETS)
    return {key: Doubt(*both) for key, *both in zip(read.paths.touches, *np.array(variances).tolist(), strict=True)}


def split_count(count: int, weights: Sequence[float]) -> list[float]:
    """Split a count by weights, alike if all are 0."""
    whole = fsum(weights)
    return [count * weight / whole if whole else count / len(weights) for weight in weights]


def split_money(amount: int, weights: Sequence[float]) -> list[int]:
    """Split whole minor units by weights (alike if all are 0), by largest remainder, ties to the earlier."""
    exact = [Fraction(weight) for weight in weights] if any(weights) else [Fraction(1)] * len(weights)
    quotas = [abs(amount) * weight / sum(exact) for weight in exact]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(shares)), key=lambda place: shares[place] - quotas[place])
    for place in by_remainder[: abs(amount) - sum(shares)] if shares else []:
        shares[place] += 1
    return shares if amount >= 0 else [-share for share in shares]
