"""What each bucket of people brought: enough to know the credit of each key in any draw of buckets.

Credit by a rule is a sum over conversions. A Markov chain of order 1 is known from its steps, so a draw of buckets is a
chain whose steps are those of the buckets, each as often as its bucket was drawn.
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from o2o.attribution import heuristics
from o2o.attribution.assumptions import KINDS, Assumption, Teller, Told, find_half_life
from o2o.attribution.models import MARKOV, Model, parse_kinds, parse_places
from o2o.attribution.parts import BUCKETS
from o2o.attribution.paths import Amounts, Paths
from o2o.attribution.vocabulary import Places
from o2o.errors import SettingError
from o2o.statistics.estimates import Numbers, divide
from o2o.statistics.resampling import Buckets, draw_totals

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
class _Cells:
    """Amounts by bucket and cell of a table."""

    bucket: Places
    cell: Places
    amount: Amounts
    size: int

    def draw(self, weights: Amounts) -> Amounts:
        """Return the sum of each cell where buckets count so often."""
        return np.bincount(self.cell, self.amount * weights[self.bucket], self.size).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class ChainSums:
    """The steps of a Markov chain of order 1 in each bucket, and what paths that end at a key brought."""

    keys: int
    steps: _Cells
    rewards: _Cells

    @classmethod
    def of(cls, parts: list[tuple[Paths, Places]], amounts: Amounts) -> Self:
        """Take the steps of paths; ``amounts`` are of those of the first part, the others brought nothing."""
        first, bucket = parts[0]
        size = len(first.touches)
        buckets, cells, counts = zip(*(_list_steps(*part) for part in parts), strict=True)
        steps = _Cells(np.concatenate(buckets), np.concatenate(cells), np.concatenate(counts), size * (size + 1))
        ends = first.codes[first.starts[1:] - 1].astype(np.int64)
        return cls(size, steps, _Cells(bucket, ends, amounts, size))

    def credit(self, weights: Numbers) -> Numbers:
        """Return the removal effect of each key where buckets count so often."""
        return np.array([self._effects(drawn) for drawn in weights]).reshape(len(weights), self.keys)

    def _effects(self, weights: Amounts) -> Amounts:
        """Return what is lost without each key: visits of it, times worth of one, over visits after one (markov)."""
        table = self.steps.draw(weights).reshape(self.keys, self.keys + 1)
        leaving = table.sum(1)
        chances = divide(table[:, :-1], leaving[:, None])
        inverse = np.linalg.inv(np.eye(self.keys) - chances)
        worth = inverse @ divide(self.rewards.draw(weights), leaving)
        return np.asarray(worth * leaving / inverse.diagonal())


def _list_steps(paths: Paths, bucket: Places) -> tuple[Places, Places, Amounts]:
    """Return the bucket, the cell (source, target) and the count of each step; the last target is the end."""
    size, counts, lengths = len(paths.touches), paths.conversions + paths.nulls, paths.lengths
    codes = paths.codes.astype(np.int64)
    targets = np.append(codes[1:], size)
    targets[paths.starts[1:] - 1] = size
    return np.repeat(bucket, lengths), codes * (size + 1) + targets, np.repeat(counts, lengths)


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
    met = Paths(paths.touches, paths.codes, paths.starts, paths.conversions.clip(0), paths.values, paths.nulls)
    worth = amounts.clip(0) if amounts.clip(0).any() else met.conversions
    return ChainSums.of([(met, told.bucket), teller.tell_idle(assumption)], worth)


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
