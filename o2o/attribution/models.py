"""Shares the credit of each conversion out among its touches, under one model or several."""

from collections import defaultdict
from dataclasses import dataclass
from math import fsum

from o2o.attribution.journeys import Journeys
from o2o.attribution.question import Model


@dataclass(frozen=True, slots=True)
class Credit:
    """What one key earned under one model: conversions, and money in minor units."""

    model: Model
    key: str
    conversions: float
    revenue: int


def credit_journeys(journeys: Journeys) -> list[Credit]:
    """Return the credit of each key under each model of the question."""
    shares: dict[tuple[str, str], list[float]] = defaultdict(list)
    money: dict[tuple[str, str], int] = defaultdict(int)
    for row in journeys.rows("attribution/models.credits", models=" ".join(journeys.question.models)):
        earner = row["model"], row["key"]
        shares[earner].append(row["credit"] / row["denominator"])
        money[earner] += row["revenue"]
    return [
        Credit(Model(model), key, fsum(shares[model, key]), money[model, key])
        for model, key in shares
        if model in journeys.question.models
    ]
