"""Shares the credit of each conversion out among its touches, under one model or several."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from o2o.attribution.doubts import Doubt
from o2o.attribution.journeys import Journeys
from o2o.attribution.models import Model, chooses_order, parse_half_life, parse_kinds, parse_places
from o2o.db import load_query

_EVENLY, _BY_WEIGHT = "attribution/models.split_evenly", "attribution/models.split_by_weight"
_SUMS, _REAL_SUMS = "attribution/models.sums", "attribution/models.real_sums"


@dataclass(frozen=True, slots=True)
class Credit:
    """What one key earned under one model: conversions, and money in minor units; in Markov by its removal effect.

    ``doubt`` tells how far chance may have moved it, where that was asked.
    """

    model: Model
    key: str
    conversions: float
    revenue: int
    removal_effect: float | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """What keys earned, and the orders of chains that the data chose, by model."""

    credits: tuple[Credit, ...]
    orders: Mapping[Model, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a model's credit is found: queries of each touch's share, of the split of money by it, and of sums by key."""

    shares: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    split: str = _EVENLY
    sums: str = _SUMS

    def credits_of(self, journeys: Journeys) -> str:
        """Return the query of what each touch earned."""
        return load_query(self.split, shares=load_query(self.shares, **journeys.kept))


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


def find_rule(model: Model) -> Rule | None:
    """Return the rule of a model; none for one that learns from all journeys."""
    make = _RULES.get(model.name)
    return make(model.argument) if make else None


def credit_journeys(journeys: Journeys) -> Earned:
    """Return the credit of each key under each model of the question."""
    journeys.keep("steps", "attribution/models.steps")
    if journeys.question.intervals:
        journeys.keep_owners()
        journeys.keep("again", "attribution/models.met_again")
    earned = [_credit_keys(journeys, model) for model in journeys.question.models]
    orders = {model: order for one in earned for model, order in one.orders.items()}
    return Earned(tuple(credit for one in earned for credit in one.credits), orders)


def _credit_keys(journeys: Journeys, model: Model) -> Earned:
    rule = find_rule(model)
    if rule:
        return Earned(tuple(_credit_by_rule(journeys, model, rule)))
    from o2o.attribution.learning import Worth  # loads NumPy, which the rules do without

    worth = Worth.learn(journeys, model)
    shared = worth.share_out(**journeys.row("attribution/models.attributed"))
    found = (
        Credit(model, key, count, money, worth.effects.get(key), worth.doubts.get(key))
        for key, count, money in shared
        if count or money
    )
    return Earned(tuple(found), {model: worth.order} if chooses_order(model) else {})


def _credit_by_rule(journeys: Journeys, model: Model, rule: Rule) -> list[Credit]:
    if journeys.question.intervals:
        journeys.keep_sql("credits", rule.credits_of(journeys), **rule.parameters)
    else:
        journeys.kept["credits"] = rule.credits_of(journeys)
    found = _sum_up(journeys, model, rule)
    journeys.kept.pop("credits", None)
    return found


def _sum_up(journeys: Journeys, model: Model, rule: Rule) -> list[Credit]:
    earned = _by_key(journeys.rows(rule.sums, **rule.parameters))
    again = _by_key(journeys.rows("attribution/models.squares") if journeys.question.intervals else ())
    return [
        Credit(
            model,
            key,
            fsum(row["credit"] / row["denominator"] for row in rows),
            sum(row["revenue"] for row in rows),
            doubt=Doubt.of(*rows, *again.get(key, ())) if journeys.question.intervals else None,
        )
        for key, rows in earned.items()
    ]


def _by_key(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["key"]].append(row)
    return found
