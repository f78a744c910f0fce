"""Models that learn from all journeys what each key is worth, and share credit by that, as Markov's removal effects.

They see each conversion with its touches, and journeys that led to nothing: the counted scans of a person in the
period that share in no conversion of the period, nor in one after it, cut where one is more than the window after the
one before. Scans less than a window old may still lead to something; they count as if they didn't.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, groupby
from math import fsum
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, Self

import numpy as np

from o2o.attribution.data_driven import LOGISTIC, PROBABILISTIC
from o2o.attribution.journeys import Journeys
from o2o.attribution.markov import choose_order
from o2o.attribution.models import Model, parse_order
from o2o.attribution.path_models import attribute_paths
from o2o.attribution.paths import Paths
from o2o.errors import SettingError

_COMPARING = (LOGISTIC, PROBABILISTIC)


@dataclass(frozen=True, slots=True)
class Worth:
    """What each key is worth for conversions and for money, by a chain of which order, and its effects in Markov."""

    counts: Mapping[str, float]
    values: Mapping[str, float]
    order: int
    effects: Mapping[str, float | None] = field(default_factory=dict)

    @classmethod
    def learn(cls, journeys: Journeys, model: Model) -> Self:
        """Learn from the journeys of a question."""
        paths = read_paths(journeys)
        if not len(paths.codes):
            return cls({}, {}, parse_order(model.argument) or 1)
        if model.name in _COMPARING and not paths.nulls.any():
            reason = "it compares journeys with and without result, and each journey of the period had one"
            raise SettingError("model", model, reason, "use markov or shapley")
        order = parse_order(model.argument) or choose_order(paths)
        earned = sorted(attribute_paths(paths, [model.name], order=order), key=attrgetter("touch"))
        counts, values = ({one.touch: getattr(one, name) for one in earned} for name in ("conversions", "value"))
        effects = {one.touch: one.removal_effect for one in earned}
        return cls(counts, values if any(values.values()) else counts, order, effects)

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


class _Path(NamedTuple):
    codes: list[int]
    conversions: int = 0
    value: int = 0
    nulls: int = 0


def read_paths(journeys: Journeys) -> Paths:
    """Return each journey as a path that converted (or was cancelled), and those that led to nothing."""
    journeys.keep_idle()
    numbers: dict[str, int] = {}
    paths = [
        *_read(journeys.rows("attribution/models.paths"), numbers),
        *_read(journeys.rows("attribution/models.idle_paths"), numbers),
    ]
    starts = np.cumsum([0, *(len(path.codes) for path in paths)])
    codes = list(chain.from_iterable(path.codes for path in paths))
    amounts = np.array([path[1:] for path in paths], np.float64).reshape(-1, 3)
    return Paths.from_codes(tuple(numbers), codes, starts, *amounts.T)


def _read(rows: Iterable[Any], numbers: dict[str, int]) -> Iterator[_Path]:
    for _, touches in groupby(rows, itemgetter("conversion")):
        found = list(touches)
        codes = [numbers.setdefault(touch["key"], len(numbers)) for touch in found]
        yield _Path(codes, *(max(0, found[0][name]) for name in ("conversions", "value", "nulls")))
