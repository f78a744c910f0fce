"""Attribution of aggregated paths: which models there are, and what each touch earns under them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from o2o.attribution import heuristics
from o2o.attribution.chain_game import value_touches
from o2o.attribution.data_driven import BAGS, LOGISTIC, PROBABILISTIC, share_by_probability, share_by_regression
from o2o.attribution.markov import ORDERS, removal_effects
from o2o.attribution.models import ALL
from o2o.attribution.paths import Amounts, Paths
from o2o.attribution.touch_sets import gather_sets
from o2o.errors import SettingError

_SHARES: dict[str, Callable[[Paths], Amounts]] = {
    "first": heuristics.share_first,
    "last": heuristics.share_last,
    "linear": heuristics.share_linear,
    "position": heuristics.share_by_position,
    "participation": heuristics.share_distinct,
    "shapley": heuristics.share_equally,
}
MODELS = ("first", "last", "linear", "position", "participation", "markov", "shapley")
"""The models that ``all`` stands for: those that need no more than paths and draw nothing."""

_MARKOV, _LAST_OTHER, _POSITION, _DECAY, _GAME = "markov", "last-non", "position", "time-decay", "shapley-ordered"
_KNOWN = (
    f"first, last, {_LAST_OTHER}:TOUCH, linear, {_POSITION}:40/20/40, participation, {_MARKOV}, shapley, {_GAME}, "
    f"{LOGISTIC}, {PROBABILISTIC}, and {ALL} for {', '.join(MODELS)}"
)


@dataclass(frozen=True, slots=True)
class PathCredit:
    """What one touch earned under one model.

    ``removal_effect`` (Markov alone) is that of conversions, ``error`` (shapley-ordered alone) the standard error of
    the conversions that comes from drawing some orders of arrival only.
    """

    touch: str
    model: str
    conversions: float
    value: float
    removal_effect: float | None = None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class _Settings:
    order: int
    samples: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class _Earned:
    conversions: Amounts
    values: Amounts
    effects: Amounts | None = None
    errors: Amounts | None = None


def attribute_paths(
    paths: Paths, models: Sequence[str], *, order: int = 1, samples: int | None = None, seed: int = 1
) -> list[PathCredit]:
    """Return the credit of each touch under each model, most conversions first.

    Models are written as ``first``, ``last-non:direct`` or ``position:30/5/30/5/30``; ``all`` are MODELS. The credits
    of a model add up to all conversions and, separately, to all value (in participation each touch gets all of its
    paths', which don't).
    ``order`` is of the chain in ``markov`` and ``shapley-ordered``; ``samples`` how many orders of arrival
    ``shapley-ordered`` draws (1,000, in large chains fewer, but 100) or how many regressions ``bagged-logistic``
    averages (100); the same ``seed`` draws the same. Raises SettingError for what there isn't.
    """
    if not models:
        raise SettingError("model", "", "no model of paths is named", f"there are {_KNOWN}")
    settings = _check_settings(_Settings(order, samples, seed))
    named = [name for model in models for name in (MODELS if model == ALL else (model,))]
    calls = {model: _find_model(model, settings) for model in named}
    return [credit for model, earn in calls.items() for credit in _rank(paths.touches, model, earn(paths))]


def _check_settings(settings: _Settings) -> _Settings:
    if settings.order not in ORDERS:
        raise SettingError("order", str(settings.order), "not an order of a Markov model", "give 1, 2, 3 or 4")
    if settings.samples is not None and settings.samples < 1:
        raise SettingError("samples", str(settings.samples), "nothing would be drawn", "give 1 or more")
    if settings.seed < 0:
        raise SettingError("seed", str(settings.seed), "not a seed", "give a whole number of 0 or more")
    return settings


def _find_model(text: str, settings: _Settings) -> Callable[[Paths], _Earned]:
    name, _, argument = text.partition(":")
    if name == _DECAY:
        raise SettingError("model", text, "paths have no times", "use o2o report attribution on scans, or position")
    if name == _LAST_OTHER and argument:
        return partial(_share, shares=partial(heuristics.share_last_other, touch=argument))
    if name == _POSITION and argument:
        weights = _parse_weights(text, argument)
        return partial(_share, shares=partial(heuristics.share_by_position, weights=weights))
    if not argument and name in _SHARES:
        return partial(_share, shares=_SHARES[name])
    if not argument and name in _LEARNED:
        return partial(_LEARNED[name], settings=settings)
    if name == _MARKOV:
        raise SettingError("model", text, "the order of a chain has a place of its own", "write markov --order 2")
    raise SettingError("model", text, "no such model of paths", f"there are {_KNOWN}")


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
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(partial(_share_part, shares=shares), paths.halve()))
    nothing = np.zeros(len(paths.touches))
    return _Earned(sum((part.conversions for part in parts), nothing), sum((part.values for part in parts), nothing))


def _share_part(paths: Paths, shares: Callable[[Paths], Amounts]) -> _Earned:
    paths = paths.select(paths.conversions > 0)
    if not len(paths.codes):
        return _Earned(np.zeros(len(paths.touches)), np.zeros(len(paths.touches)))
    return _total(paths, shares(paths))


def _total(paths: Paths, each: Amounts) -> _Earned:
    return _Earned(paths.total(each, paths.conversions), paths.total(each, paths.values))


def _solve(paths: Paths, settings: _Settings) -> _Earned:
    effects = removal_effects(paths, settings.order)
    sums = effects.sum(axis=1, keepdims=True)
    totals = np.array([[paths.conversions.sum()], [paths.values.sum()]])
    earned = np.divide(effects * totals, sums, out=np.zeros_like(effects), where=sums > 0)
    return _Earned(earned[0], earned[1], effects[0])


def _play(paths: Paths, settings: _Settings) -> _Earned:
    value = value_touches(paths, settings.order, settings.samples, settings.seed)
    return _Earned(value.worth[0], value.worth[1], errors=value.errors[0])


def _regress(paths: Paths, settings: _Settings) -> _Earned:
    return _learn(paths, partial(share_by_regression, bags=settings.samples or BAGS, seed=settings.seed))


def _compare(paths: Paths, settings: _Settings) -> _Earned:  # noqa: ARG001
    return _learn(paths, share_by_probability)


def _learn(paths: Paths, shares: Callable[[Paths], Amounts]) -> _Earned:
    if not paths.conversions.any():
        return _Earned(np.zeros(len(paths.touches)), np.zeros(len(paths.touches)))
    sets = gather_sets(paths.select(paths.conversions + paths.nulls > 0))
    return _total(sets, shares(sets))


_LEARNED: dict[str, Callable[..., _Earned]] = {
    _MARKOV: _solve,
    _GAME: _play,
    LOGISTIC: _regress,
    PROBABILISTIC: _compare,
}


def _rank(touches: Sequence[str], model: str, earned: _Earned) -> list[PathCredit]:
    effects, errors = (
        [None] * len(touches) if found is None else found.tolist() for found in (earned.effects, earned.errors)
    )
    columns = zip(touches, earned.conversions.tolist(), earned.values.tolist(), effects, errors, strict=True)
    rows = [PathCredit(touch, model, *numbers) for touch, *numbers in columns]
    return sorted(rows, key=lambda row: (-row.conversions, row.touch))
