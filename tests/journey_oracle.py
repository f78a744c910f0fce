"""An attribution of the Complete Journey by its rules alone: straight from the package's tables, nothing of o2o."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from typing import Any

WINDOW_SECONDS = 30 * 86_400
HALF_LIFE_SECONDS = 7 * 86_400

Touch = tuple[int, int]
"""When (epoch seconds) and which campaign."""
Totals = dict[tuple[str, str], tuple[Fraction, int]]
"""(model, campaign id or empty) -> conversions, cents."""


def attribute_by_campaign(transactions: Any, redemptions: Any) -> Totals:
    """Credit each basket to the campaigns whose coupons its household redeemed in the 30 days up to it."""
    touches = _touches_by_household(redemptions)
    conversions: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    cents: dict[tuple[str, str], int] = defaultdict(int)
    for household, at, amount in _baskets(transactions):
        path = _path(touches.get(household, []), at)
        for model, weigh in MODELS.items():
            shares = weigh(path, at) if path else []
            keys = [str(campaign) for _, campaign in path] or [""]
            for key, share, part in zip(keys, shares or [Fraction(1)], _split(amount, shares or [1]), strict=True):
                conversions[model, key] += share
                cents[model, key] += part
    return {key: (conversions[key], cents[key]) for key in conversions}


def _baskets(transactions: Any) -> Iterator[tuple[int, int, int]]:
    lines = transactions.assign(cents=(transactions["sales_value"] * 100).round().astype("int64"))
    baskets = lines.groupby("basket_id").agg(
        household=("household_id", "first"), at=("transaction_timestamp", "first"), cents=("cents", "sum")
    )
    seconds = baskets["at"].astype("datetime64[s]").astype("int64")
    yield from zip(baskets["household"].tolist(), seconds.tolist(), baskets["cents"].tolist(), strict=True)


def _touches_by_household(redemptions: Any) -> dict[int, list[Touch]]:
    by_household: dict[int, list[Touch]] = defaultdict(list)
    days = redemptions["redemption_date"].astype("datetime64[s]").astype("int64")
    for household, at, campaign in zip(
        redemptions["household_id"].tolist(), days.tolist(), redemptions["campaign_id"].tolist(), strict=True
    ):
        by_household[household].append((at, campaign))
    # sorted() is stable: redemptions of one day stay in the order of the table
    return {household: sorted(touches, key=lambda touch: touch[0]) for household, touches in by_household.items()}


def _path(touches: list[Touch], at: int) -> list[Touch]:
    times = [time for time, _ in touches]
    return touches[bisect_left(times, at - WINDOW_SECONDS) : bisect_right(times, at)]


def _first(path: list[Touch], _at: int) -> list[Fraction]:
    return [Fraction(index == 0) for index in range(len(path))]


def _last(path: list[Touch], _at: int) -> list[Fraction]:
    return [Fraction(index == len(path) - 1) for index in range(len(path))]


def _linear(path: list[Touch], _at: int) -> list[Fraction]:
    return [Fraction(1, len(path))] * len(path)


def _time_decay(path: list[Touch], _at: int) -> list[Fraction]:
    # counted back from the last touch, so that touches a whole number of half-lives apart tie exactly
    weights = [Fraction(2.0 ** (-(path[-1][0] - time) / HALF_LIFE_SECONDS)) for time, _ in path]
    return [weight / sum(weights) for weight in weights]


def _position(path: list[Touch], _at: int) -> list[Fraction]:
    if len(path) <= 2:
        return _linear(path, 0)
    between = Fraction(1, 5) / (len(path) - 2)
    return [Fraction(2, 5), *[between] * (len(path) - 2), Fraction(2, 5)]


MODELS: dict[str, Callable[[list[Touch], int], list[Fraction]]] = {
    "first": _first,
    "last": _last,
    "linear": _linear,
    "time-decay": _time_decay,
    "position": _position,
}


def _split(amount: int, shares: list[Fraction]) -> list[int]:
    exact = [amount * share for share in shares]
    parts = [floor(part) for part in exact]
    # sorted() is stable: of equal remainders the earlier touch is served first
    by_remainder = sorted(range(len(shares)), key=lambda index: parts[index] - exact[index])
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts
