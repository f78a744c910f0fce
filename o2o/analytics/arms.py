"""The visitors of an A/B test: which arm each saw first, and what they did after."""

from collections.abc import Iterator
from dataclasses import dataclass

from o2o.analytics.experiment_effects import ArmCounts
from o2o.analytics.experiments import Arm, ExperimentTerms, Measure
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journeys import identified
from o2o.attribution.question import Outcome, Question
from o2o.config import Settings
from o2o.db import Database, as_json, load_query
from o2o.destinations.rules import Rule, find_rule
from o2o.errors import SettingError
from o2o.times import DAY
from o2o.touchpoints import find_touchpoint

_OUTCOMES = {
    Measure.REDEMPTIONS: Outcome.REDEMPTIONS,
    Measure.REGISTRATIONS: Outcome.REGISTRATIONS,
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Scans of ``first <= at < last`` put visitors into arms; conversions before ``until`` count."""

    first: int
    last: int
    until: int


def check_arms(db: Database, terms: ExperimentTerms) -> tuple[Arm, ...]:
    """Return the arms of an A/B test with their shares; raises for what can't be compared."""
    if len(terms.arms) != 2:
        raise SettingError(
            "arms", f"{len(terms.arms)}", "not two", "give --arm twice: --arm new=rule:4 --arm old=rule:5"
        )
    if len({arm.by_rule for arm in terms.arms}) > 1:
        raise SettingError("arm", terms.arms[1].name, "rules and touchpoints mixed", "give both arms rules, or codes")
    if terms.arms[0].by_rule:
        return tuple(_check_rules(db, terms.arms))
    for arm in terms.arms:
        for code in arm.keys:
            find_touchpoint(db, code)
    return terms.arms


def count_arms(db: Database, settings: Settings, terms: ExperimentTerms, reach: Reach) -> tuple[ArmCounts, ArmCounts]:
    """Return the visitors of both arms (drain the recorder's segments before).

    A visitor is of the arm that was scanned first; a conversion is of the one among its owner's visitors who scanned
    last before it, at most ``within`` before.
    """
    by_rule = terms.arms[0].by_rule
    keys = [[_find_id(db, arm, key), place] for place, arm in enumerate(terms.arms) for key in arm.keys]
    scans = load_query("analytics/arms.scans_of_rules" if by_rule else "analytics/arms.scans_of_signs")
    question = Question(_OUTCOMES.get(terms.measure, Outcome.ORDERS), since=reach.first, until=reach.until)
    asked = {"arms": as_json(keys), "first": reach.first, "last": reach.last, "within": terms.within}
    asked |= {"before": reach.first - terms.before * DAY}
    groups: dict[int, list[tuple[int, int, int, int]]] = {0: [], 1: []}
    with identified(SqliteEngine(db), settings, question) as journeys:
        for row in journeys.rows("analytics/arms.units", {"arm_scans": scans}, **asked):
            groups[row["arm"]].append((row["conversions"], row["amount"], row["past"], row["units"]))
    one, other = (ArmCounts.of(arm.name, arm.share, groups[place]) for place, arm in enumerate(terms.arms))
    return one, other


def _check_rules(db: Database, arms: tuple[Arm, ...]) -> Iterator[Arm]:
    rules = [[_find_rule(db, key) for key in arm.keys] for arm in arms]
    seeds = {rule.seed for of_arm in rules for rule in of_arm}
    if len(seeds) > 1 or not all(rule.share for of_arm in rules for rule in of_arm):
        said = ", ".join(key for arm in arms for key in arm.keys)
        advice = "give rules that differ in address and share alone: --when share=50 twice"
        raise SettingError("arms", said, "not arms of one split", advice)
    for arm, of_arm in zip(arms, rules, strict=True):
        yield Arm(arm.name, arm.keys, sum(rule.share for rule in of_arm) / 10_000, by_rule=True)


def _find_rule(db: Database, key: str) -> Rule:
    try:
        return find_rule(db, int(key))
    except ValueError:
        raise SettingError("rule", key, "not a rule", "write rule:4, with an id of 'o2o destination rules'") from None


def _find_id(db: Database, arm: Arm, key: str) -> int:
    return int(key) if arm.by_rule else find_touchpoint(db, key).id
