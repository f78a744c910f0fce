"""How far chance may have moved credit: what the same shop would have earned with other visitors, as it well might.

The unit is the owner of a journey: the customer where he is known, else the visitor, since one person's orders and
touches belong together. A key's credit is a sum over owners, so endlessly many bootstrap draws of them have the
variance Σc² in closed form, what buckets of owners come to on average. Sums of squares add up as credit does, so that
kept reports go on with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self


@dataclass(frozen=True, slots=True)
class Doubt:
    """Sums of the squares of what owners brought a key, conversions and money, and how many of them took more back."""

    conversions: float = 0.0
    revenue: float = 0.0
    cancelled: int = 0
    refunded: int = 0

    @classmethod
    def of(cls, *rows: Mapping[str, Any]) -> Self:
        """Return the doubt that rows of sums tell together."""
        return cls(*(sum(row[name] for row in rows) for name in ("squares", "money_squares", "cancelled", "refunded")))


class Span(NamedTuple):
    """Between what credit is likely to lie, at 95 %; money in whole minor units."""

    conversions_low: float
    conversions_high: float
    revenue_low: int
    revenue_high: int


class Figures(NamedTuple):
    """What one key earned under one model, and its doubt."""

    conversions: float
    revenue: int
    doubt: Doubt


_DECIMALS = 6
"""Of conversions in a span: beyond these engines, which add up in other orders, may differ."""


def find_spans(earned: Sequence[Figures]) -> list[Span]:
    """Return the span of what each key earned under one model."""
    return find_all_spans([earned])


def find_all_spans(models: Sequence[Sequence[Figures]]) -> list[Span]:
    """Return the spans of what each key earned under each model, one after the other: at once is much faster."""
    from o2o.statistics.estimates import as_numbers  # loads NumPy
    from o2o.statistics.resampling import estimate_totals

    earned = [one for model in models for one in model]
    counts = estimate_totals(
        [one.conversions for one in earned],
        [max(one.doubt.conversions, 0.0) for one in earned],  # what is nothing may be -1e-17
        taken_back=as_numbers([one.doubt.cancelled for one in earned]) > 0,
    )
    money = estimate_totals(
        [one.revenue for one in earned],
        [max(one.doubt.revenue, 0.0) for one in earned],
        [most for model in models for most in _largest_orders(model)],
        as_numbers([one.doubt.refunded for one in earned]) > 0,
    )
    conversions = ([round(end, _DECIMALS) for end in ends.tolist()] for ends in (counts.low, counts.high))
    revenue = ([round(end) for end in ends.tolist()] for ends in (money.low, money.high))
    return [Span(*ends) for ends in zip(*conversions, *revenue, strict=True)]


def _largest_orders(earned: Sequence[Figures]) -> list[float]:
    """Return how large an order that a key has still to see may be: as those of the shop mostly are, or as its own."""
    shop = sum(max(one.revenue, 0) for one in earned)
    usual = sum(one.doubt.revenue for one in earned) / shop if shop else 0.0
    return [max(usual, one.doubt.revenue / one.revenue if one.revenue > 0 else 0.0) for one in earned]
