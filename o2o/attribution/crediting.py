"""Shares the credit of each conversion out among its touches, under one model or several."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from o2o.attribution.journeys import Journeys
from o2o.attribution.models import Model, parse_half_life, parse_kinds, parse_places
from o2o.db import load_query

_EVENLY, _BY_WEIGHT = "attribution/models.split_evenly", "attribution/models.split_by_weight"
_SUMS, _REAL_SUMS = "attribution/models.sums", "attribution/models.real_sums"


@dataclass(frozen=True, slots=True)
class Credit:
    """What one key earned under one model: conversions, and money in minor units."""

    model: Model
    key: str
    conversions: float
    revenue: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How a model's credit is found: queries of each touch's share, of the split of money by it, and of sums by key."""

    shares: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    split: str = _EVENLY
    sums: str = _SUMS


_THREE_PARTS = ("first", "between", "last")
_FIVE_PARTS = ("first", "before", "middle", "after", "last")


def _rule_of_position(argument: str) -> Rule:
    weights = parse_places(argument)
    if len(weights) == 3:
        return Rule("attribution/models.position", _name(_THREE_PARTS, weights), _BY_WEIGHT)
    return Rule("attribution/models.position_middle", _name(_FIVE_PARTS, weights), _BY_WEIGHT)


def _name(parts: Iterable[str], weights: Iterable[int]) -> dict[str, int]:
    return {f"{part}_weight": weight for part, weight in zip(parts, weights, strict=True)}


_RULES: dict[str, Callable[[str], Rule]] = {
    "first": lambda _: Rule("attribution/models.first"),
    "last": lambda _: Rule("attribution/models.last"),
    "last-non": lambda key: Rule("attribution/models.last_other", {"but": key}),
    "linear": lambda _: Rule("attribution/models.linear"),
    "position": _rule_of_position,
    "time-decay": lambda half_life: Rule(
        "attribution/models.time_decay", {"half_life": parse_half_life(half_life)}, _BY_WEIGHT, _REAL_SUMS
    ),
    "by-kind": lambda weights: Rule("attribution/models.by_kind", parse_kinds(weights), _BY_WEIGHT),
    "participation": lambda _: Rule("attribution/models.participation"),
    "shapley": lambda _: Rule("attribution/models.shapley"),
}


def credit_journeys(journeys: Journeys) -> list[Credit]:
    """Return the credit of each key under each model of the question."""
    journeys.keep("steps", "attribution/models.steps")
    return [credit for model in journeys.question.models for credit in _credit_keys(journeys, model)]


def _credit_keys(journeys: Journeys, model: Model) -> Iterator[Credit]:
    rule = _RULES[model.name](model.argument)
    shares: dict[str, list[float]] = defaultdict(list)
    money: dict[str, int] = defaultdict(int)
    credits_ = load_query(rule.split, shares=load_query(rule.shares, **journeys.kept))
    for row in journeys.rows(rule.sums, {"credits": credits_}, **rule.parameters):
        shares[row["key"]].append(row["credit"] / row["denominator"])
        money[row["key"]] += row["revenue"]
    return (Credit(model, key, fsum(shares[key]), money[key]) for key in shares)
