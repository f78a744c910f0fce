"""Attribution of aggregated paths: which models there are, and what each touch earns under them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from o2o.attribution import heuristics
from o2o.attribution.markov import ORDERS, removal_effects
from o2o.attribution.paths import Amounts, Paths
from o2o.errors import SettingError

_SHARES: dict[str, Callable[[Paths], Amounts]] = {
    "first": heuristics.share_first,
    "last": heuristics.share_last,
    "linear": heuristics.share_linear,
    "position": heuristics.share_by_position,
    "participation": heuristics.share_distinct,
    "shapley": heuristics.share_equally,
}
_MARKOV, _LAST_OTHER, _POSITION, _DECAY = "markov", "last-non", "position", "time-decay"
_KNOWN = f"first, last, {_LAST_OTHER}:TOUCH, linear, {_POSITION}:40/20/40, participation, {_MARKOV}, shapley"


@dataclass(frozen=True, slots=True)
class PathCredit:
    """What one touch earned under one model; ``removal_effect`` (Markov alone) is that of conversions."""

    touch: str
    model: str
    conversions: float
    value: float
    removal_effect: float | None = None


@dataclass(frozen=True, slots=True)
class _Earned:
    conversions: Amounts
    values: Amounts
    effects: Amounts | None = None


def attribute_paths(paths: Paths, models: Sequence[str], *, order: int = 1) -> list[PathCredit]:
    """Return the credit of each touch under each model, most conversions first; ``order`` is of Markov.

    Models are written as ``first``, ``last-non:direct`` or ``position:30/5/30/5/30``. The credits of a model add up to
    all conversions and, separately, to all value (in participation each touch gets all of its paths', which don't).
    Raises SettingError for a model or an order that there isn't.
    """
    if not models:
        raise SettingError("model", "", "no model of paths is named", f"there are {_KNOWN}")
    calls = {model: _find_model(model, order) for model in models}
    return [credit for model, earn in calls.items() for credit in _rank(paths.touches, model, earn(paths))]


def _find_model(text: str, order: int) -> Callable[[Paths], _Earned]:
    if order not in ORDERS:
        raise SettingError("order", str(order), "not an order of a Markov model", "give 1, 2, 3 or 4")
    name, _, argument = text.partition(":")
    if name == _DECAY:
        raise SettingError("model", text, "paths have no times", "use o2o report attribution on scans, or position")
    if name == _LAST_OTHER and argument:
        return partial(_share, shares=partial(heuristics.share_last_other, touch=argument))
    if name == _POSITION and argument:
        weights = _parse_weights(text, argument)
        return partial(_share, shares=partial(heuristics.share_by_position, weights=weights))
    if argument or name not in (*_SHARES, _MARKOV):
        raise SettingError("model", text, "no such model of paths", f"there are {_KNOWN}")
    return partial(_solve, order=order) if name == _MARKOV else partial(_share, shares=_SHARES[name])


def _parse_weights(text: str, argument: str) -> tuple[float, ...]:
    try:
        weights = tuple(float(weight) for weight in argument.split("/"))
    except ValueError:
        weights = ()
    if len(weights) not in (3, 5) or min(weights) < 0 or not 0 < sum(weights) < np.inf:
        advice = "write first/between/last as 40/20/40, or first/between/middle/between/last as 30/5/30/5/30"
        raise SettingError("model", text, "not the weights of positions", advice)
    return weights


def _share(paths: Paths, shares: Callable[[Paths], Amounts]) -> _Earned:
    paths = paths.select(paths.conversions > 0)
    if not len(paths.codes):
        return _Earned(np.zeros(len(paths.touches)), np.zeros(len(paths.touches)))
    each = shares(paths)
    return _Earned(paths.total(each, paths.conversions), paths.total(each, paths.values))


def _solve(paths: Paths, order: int) -> _Earned:
    effects = removal_effects(paths, order)
    sums = effects.sum(axis=1, keepdims=True)
    totals = np.array([[paths.conversions.sum()], [paths.values.sum()]])
    earned = np.divide(effects * totals, sums, out=np.zeros_like(effects), where=sums > 0)
    return _Earned(earned[0], earned[1], effects[0])


def _rank(touches: Sequence[str], model: str, earned: _Earned) -> list[PathCredit]:
    effects = [None] * len(touches) if earned.effects is None else earned.effects.tolist()
    columns = zip(touches, earned.conversions.tolist(), earned.values.tolist(), effects, strict=True)
    rows = [PathCredit(touch, model, count, value, effect) for touch, count, value, effect in columns]
    return sorted(rows, key=lambda row: (-row.conversions, row.touch))
