"""The credit of each touch in each conversion: what the sums of a report are made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from o2o.attribution.crediting import Rule, find_rule
from o2o.attribution.engines import Engine
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import Journeys, gathered
from o2o.attribution.models import Model
from o2o.attribution.question import Outcome, Question
from o2o.config import Settings
from o2o.db import Database, load_query

_NAMES = {
    Outcome.VISITS: "attribution/models.names_visits",
    Outcome.REGISTRATIONS: "attribution/models.names_registrations",
    Outcome.REDEMPTIONS: "attribution/models.names_redemptions",
    Outcome.ORDERS: "attribution/models.names_orders",
    Outcome.LINES: "attribution/models.names_lines",
}
_LINEAR = Rule("attribution/models.linear")


@dataclass(frozen=True, slots=True)
class TouchCredit:
    """What one touch earned of one conversion under one model.

    ``conversion`` is its number as the merchant knows it, ``credit`` its share of what the conversion counts in the
    period: the credits of one sum to 1, to 0 if it was cancelled in the same period, to -1 if it was cancelled after
    its own; ``money`` sums to its exact amount less refunds, in minor units. Under models that learn (see
    ``o2o.attribution.learning``) a conversion is shared in proportion to what its keys earn in all, and ``model`` says
    so: these credits don't add up to the sums of the report.
    """

    conversion: str
    store_id: str
    at: int
    model: str
    touchpoint: str
    scanned_at: int
    position: int
    key: str
    credit: float
    money: int


def credit_touches(
    db: Database, settings: Settings, question: Question, engine: Engine | None = None
) -> Iterator[TouchCredit]:
    """Yield the credits of each model of a question about a shop's file, conversions in their order of time."""
    with gathered(engine or choose_engine(db, settings.engine), settings, question) as journeys:
        yield from list_credits(journeys, question)


def list_credits(journeys: Journeys, question: Question) -> Iterator[TouchCredit]:
    """Yield the same of journeys that were gathered for a question, by its level and models."""
    journeys.key_by(question.by)
    journeys.keep("steps", "attribution/models.steps")
    for model in question.models:
        rule = find_rule(model)
        yield from _credit(journeys, model, rule) if rule else _credit_by_worth(journeys, model)


def _credit(journeys: Journeys, model: str, rule: Rule) -> Iterator[TouchCredit]:
    names = load_query(_NAMES[journeys.question.outcome])
    parts = {"credits": rule.credits_of(journeys), "names": names}
    for row in journeys.rows("attribution/models.touches", parts, **rule.parameters):
        yield _make_credit(model, dict(row))


def _make_credit(model: str, row: dict[str, Any]) -> TouchCredit:
    return TouchCredit(
        conversion=row["name"] or "",
        store_id=row["store_id"] or "",
        at=row["at"],
        model=model,
        touchpoint=row["code"] or "",
        scanned_at=row["scanned_at"],
        position=row["position"],
        key=row["key"],
        credit=row["credit"],
        money=row["money"],
    )


def _credit_by_worth(journeys: Journeys, model: Model) -> Iterator[TouchCredit]:
    from o2o.attribution.learning import Worth

    worth = Worth.learn(journeys, model)
    linear = _credit(journeys, f"{model} per conversion", _LINEAR)
    for _, touches in groupby(linear, attrgetter("at", "store_id", "conversion")):
        yield from _share_again(list(touches), worth)


def _share_again(touches: list[TouchCredit], worth: Any) -> Iterable[TouchCredit]:
    """Share a conversion out anew, by what the keys of its touches are worth; a key's touches get the same."""
    keys = [touch.key for touch in touches]
    counts, money = worth.share_among(keys, round(sum(t.credit for t in touches)), sum(t.money for t in touches))
    for touch, count, share in zip(touches, counts, money, strict=True):
        yield replace(touch, credit=count, money=share)
