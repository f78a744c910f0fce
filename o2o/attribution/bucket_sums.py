"""What each bucket of people brought: enough to know the credit of each key in any draw of buckets.

Credit by a rule is a sum over conversions. What is lost of a Markov chain without a key isn't, but near to what was
counted it is a sum of what each bucket brings to it.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from o2o.attribution import heuristics
from o2o.attribution.assumptions import KINDS, Assumption, Teller, Told, find_half_life
from o2o.attribution.chain_doubts import find_influences
from o2o.attribution.models import MARKOV, Model, parse_kinds, parse_places
from o2o.attribution.parts import BUCKETS
from o2o.attribution.paths import Amounts, Paths
from o2o.attribution.vocabulary import Places
from o2o.errors import SettingError
from o2o.statistics.estimates import Numbers
from o2o.statistics.resampling import Buckets, draw_totals

_FEWEST_BUCKETS, _WORK = 200, 3e7
"""So few of the buckets are followed through chains where there are so many scans times keys that more take long."""

_PLAIN = {
    "first": heuristics.share_first,
    "last": heuristics.share_last,
    "linear": heuristics.share_linear,
    "participation": heuristics.share_distinct,
    "shapley": heuristics.share_equally,
}
_OWN = ("last-non", "position", "time-decay", "by-kind")


class Sums(Protocol):
    """What is known of each bucket."""

    def credit(self, weights: Numbers) -> Numbers:
        """Return what each key earns where buckets count so often, as (draws, keys); its scale says nothing."""


@dataclass(frozen=True, slots=True)
class RuleSums:
    """What each key earned by a rule in each bucket."""

    buckets: Buckets

    @classmethod
    def of(cls, told: Told, each: Amounts, amounts: Amounts) -> Self:
        """Sum up the share of each step of each path in the amounts of the paths."""
        lengths = told.paths.lengths
        bucket, earned = np.repeat(told.bucket, lengths), each * np.repeat(amounts, lengths)
        return cls(Buckets.of(bucket, told.paths.codes, earned, BUCKETS, len(told.paths.touches)))

    def credit(self, weights: Numbers) -> Numbers:
        """Return what each key earns where buckets count so often."""
        return draw_totals(self.buckets, weights, normalised=False)


@dataclass(frozen=True, slots=True)
class ChainSums:
    """What is lost of a Markov chain of order 1 without each key, and what each of some buckets brings to that.

    That is all that draws of these buckets need, to the first order (chain_doubts); so few of them move it less than
    all would, which is made up for.
    """

    lost: Amounts
    moved: Amounts

    @classmethod
    def of(cls, told: tuple[Paths, Places], idle: tuple[Paths, Places], buckets: int) -> Self:
        """Take paths that converted and such that led to nothing; their values are what is lost."""
        (ended, bucket), (nowhere, other) = told, idle
        paths = Paths(
            ended.touches,
            np.concatenate((ended.codes, nowhere.codes)),
            np.concatenate((ended.starts[:-1], nowhere.starts + ended.starts[-1])),
            *(
                np.concatenate((getattr(ended, name), getattr(nowhere, name)))
                for name in ("conversions", "values", "nulls")
            ),
        )
        found = find_influences(paths, np.concatenate((bucket, other)), buckets, measures=("values",))
        if found is None:
            raise SettingError(
                "model", MARKOV, "there are too many keys to audit chains of them", "give a coarser --by"
            )
        return cls(found.lost[0], found.moved[0])

    def credit(self, weights: Numbers) -> Numbers:
        """Return the removal effect of each key where buckets count so often."""
        buckets = len(self.moved)
        scale = np.sqrt(weights.shape[1] / buckets)
        return np.asarray(self.lost + scale * (weights[:, :buckets] - 1) @ self.moved)


def check_model(model: Model) -> None:
    """Raise SettingError for a model that isn't a rule nor a Markov chain of order 1."""
    if model.name in _PLAIN or model.name in _OWN or model in (MARKOV, f"{MARKOV}:1"):
        return
    known = ", ".join((*_PLAIN, *_OWN, MARKOV))
    raise SettingError("model", model, "an audit takes rules and Markov chains of order 1", f"take {known}")


def learns(model: Model) -> bool:
    """Tell whether a model asks for journeys that led to nothing."""
    return model.name == MARKOV


def sum_credit(teller: Teller, told: Told, model: Model, assumption: Assumption | None, *, money: bool) -> Sums:
    """Sum up the credit of told journeys under a model, of money or of conversions."""
    paths = told.paths
    amounts = paths.values if money else paths.conversions
    if not learns(model):
        return RuleSums.of(told, _share(teller, told, model, assumption), amounts)
    # a path of a conversion that was cancelled leads nowhere, as in learning.read_paths
    counts = paths.conversions.clip(0)
    worth = amounts.clip(0) if amounts.clip(0).any() else counts
    met = Paths(paths.touches, paths.codes, paths.starts, counts, worth, paths.nulls)
    return ChainSums.of((met, told.bucket), teller.tell_idle(assumption), _count_followed(teller))


def _count_followed(teller: Teller) -> int:
    """Return how many buckets are followed through chains: as many under each assumption, to be compared."""
    work = len(teller.parts.scans.scan) * len(teller.parts.keys)
    return int(min(BUCKETS, max(_FEWEST_BUCKETS, BUCKETS * _WORK / max(work, 1))))


def _share(teller: Teller, told: Told, model: Model, assumption: Assumption | None) -> Amounts:
    paths, touches = told.paths, teller.parts.touches
    if not len(paths.codes):
        return np.zeros(0)
    if model.name in _PLAIN:
        return _PLAIN[model.name](paths)
    if model.name == "last-non":
        return heuristics.share_last_other(paths, model.argument)
    if model.name == "position":
        return heuristics.share_by_position(paths, parse_places(model.argument))
    if model.name == "by-kind":
        weights = parse_kinds(model.argument)
        return _share_by_weight(paths, np.array([*(weights[kind] for kind in KINDS), 0.0])[touches.kind[told.place]])
    at = touches.scanned_at[told.place]
    older = np.repeat(np.maximum.reduceat(at, paths.starts[:-1]), paths.lengths) - at
    return _share_by_weight(paths, np.exp2(-older / find_half_life(model, assumption)))


def _share_by_weight(paths: Paths, weights: Amounts) -> Amounts:
    sums = np.repeat(np.add.reduceat(weights, paths.starts[:-1]), paths.lengths)
    shares: Amounts = np.divide(weights, sums, out=heuristics.share_linear(paths), where=sums > 0)
    return shares
