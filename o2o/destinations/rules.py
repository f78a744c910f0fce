"""Ordered rules: kept, changed, moved and removed, each change on record and no id used twice."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from sqlite3 import Row

from o2o.db import Database, rows, writing
from o2o.destinations.changes import Change, log_change
from o2o.destinations.conditions import shares
from o2o.destinations.fixed import Scope, check_key, check_url, describe_scope
from o2o.destinations.wording import format_conditions, parse_conditions
from o2o.errors import NotFoundError, SettingError
from o2o.expiring_links import find_expiring_link

MOST_RULES = 200
"""How many rules one code, one kind or the default can have."""

_COLUMNS = "id AS rule_id, scope, key, position, name, conditions, url"
_WHOLE = 10_000
_NAMED = {
    "store": "SELECT store_id FROM stores",
    "city": "SELECT city FROM stores",
    "campaign": "SELECT campaign_id FROM campaigns",
}


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as it is asked for; ``when`` is text such as ``weekday=mon-fri hour=9-12``."""

    scope: Scope
    key: str
    url: str
    when: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is kept; its id means these conditions and this address for ever (0: not kept yet)."""

    rule_id: int
    scope: Scope
    key: str
    position: int
    name: str
    conditions: tuple[tuple[str, str], ...]
    url: str

    @property
    def when(self) -> str:
        """Its conditions as text."""
        return format_conditions(dict(self.conditions))

    @property
    def expires(self) -> bool:
        """Whether it leads to a link of WeChat that expires within 30 days."""
        return bool(find_expiring_link(self.url))

    @property
    def seed(self) -> str:
        """What its split is told apart by: all arms have the same scope and the same other conditions."""
        others = [pair for pair in self.conditions if pair[0] != "share"]
        return f"{self.scope}\0{self.key}\0{json.dumps(others)}"

    @property
    def share(self) -> int:
        """Its share of 10,000, 0 when it is no arm of a split."""
        return shares(dict(self.conditions).get("share", "0"))


def check_draft(db: Database, draft: RuleDraft) -> Rule:
    """Return a draft as a rule that is not kept yet; raises for what can't be."""
    check_url(db, draft.url)
    conditions = parse_conditions(draft.when)
    if not conditions:
        advice = "write --when 'app=wechat', or use 'o2o destination set' for all scans"
        raise SettingError("rule", draft.url, "has no condition", advice)
    name = "".join(character for character in " ".join(draft.name.split()) if character.isprintable())
    return Rule(0, draft.scope, check_key(db, draft.scope, draft.key), 0, name, tuple(conditions.items()), draft.url)


def list_rules(db: Database, scope: Scope | None = None, key: str | None = None) -> list[Rule]:
    """Return the rules in force, the default's first, then those of kinds and of codes, each in their order."""
    query = f"""
        SELECT {_COLUMNS} FROM destination_rules
        WHERE retired_at IS NULL AND scope = coalesce(:scope, scope) AND key = coalesce(:key, key)
        ORDER BY scope = 'code', scope = 'kind', key, position
    """
    return [_load(row) for row in rows(db, query, scope=scope, key=key)]


def find_unknown_names(db: Database, rule: Rule) -> list[str]:
    """Return the stores, cities and campaigns of a rule that the file doesn't know, so that they can't hold yet."""
    return [
        f"{name}={value}"
        for name, values in rule.conditions
        if name in _NAMED
        for value in values.split(",")
        if (value,) not in db.conn.execute(_NAMED[name]).fetchall()
    ]


def find_rule(db: Database, rule_id: int) -> Rule:
    """Return a rule in force; raises NotFoundError when there is none of that id."""
    for row in rows(db, f"SELECT {_COLUMNS} FROM destination_rules WHERE id = :id AND retired_at IS NULL", id=rule_id):
        return _load(row)
    raise NotFoundError("rule", str(rule_id), "see 'o2o destination rules'")


def add_rule(db: Database, draft: RuleDraft, now: int, position: int | None = None) -> Rule:
    """Keep a new rule at a position (from 1; None: behind the others); raises SettingError for what can't be."""
    with writing(db):
        rule = check_draft(db, draft)
        others = list_rules(db, rule.scope, rule.key)
        index = len(others) if position is None else min(position, len(others) + 1) - 1
        return keep_rules(db, rule.scope, rule.key, [*others[:index], rule, *others[index:]], now)[index]


def change_rule(db: Database, rule_id: int, draft: RuleDraft, now: int) -> Rule:
    """Put a draft of the same scope in a rule's place; another address or other conditions have a new id."""
    with writing(db):
        rule, old = check_draft(db, draft), find_rule(db, rule_id)
        others = list_rules(db, old.scope, old.key)
        same = (rule.conditions, rule.url) == (old.conditions, old.url)
        wanted = replace(rule, rule_id=rule_id) if same else rule
        return keep_rules(db, old.scope, old.key, [wanted if r == old else r for r in others], now)[old.position - 1]


def move_rule(db: Database, rule_id: int, position: int, now: int) -> Rule:
    """Put a rule at another position (from 1) among those of its scope."""
    with writing(db):
        rule = find_rule(db, rule_id)
        others = [other for other in list_rules(db, rule.scope, rule.key) if other != rule]
        index = min(position, len(others) + 1) - 1
        return keep_rules(db, rule.scope, rule.key, [*others[:index], rule, *others[index:]], now)[index]


def remove_rules(db: Database, rule_ids: Sequence[int], now: int) -> list[Rule]:
    """Retire rules, all or none of those named; raises NotFoundError for an unknown one."""
    with writing(db):
        gone = [find_rule(db, rule_id) for rule_id in dict.fromkeys(rule_ids)]
        for scope, key in dict.fromkeys((rule.scope, rule.key) for rule in gone):
            keep_rules(db, scope, key, [rule for rule in list_rules(db, scope, key) if rule not in gone], now)
    return gone


def keep_rules(db: Database, scope: Scope, key: str, wanted: Sequence[Rule], now: int) -> list[Rule]:
    """Let the rules of a scope be these, in this order: new ones are added, those not named retired."""
    _check_together(wanted)
    with writing(db):
        before = {rule.rule_id: rule for rule in list_rules(db, scope, key)}
        for gone in before.keys() - {rule.rule_id for rule in wanted}:
            db.conn.execute("UPDATE destination_rules SET retired_at = ? WHERE id = ?", [now, gone])
            log_change(db, Change(now, scope, key, gone, "removed", _detail(before[gone])))
        return [_keep(db, replace(rule, position=n), before, now) for n, rule in enumerate(wanted, 1)]


def split_starts(rules: Sequence[Rule]) -> dict[int, int]:
    """Return where the share of each arm begins, of 10,000, by the id of its rule."""
    taken: dict[str, int] = {}
    starts = {}
    for rule in rules:
        if rule.share:
            starts[rule.rule_id] = taken.get(rule.seed, 0)
            taken[rule.seed] = starts[rule.rule_id] + rule.share
    return starts


def _check_together(wanted: Sequence[Rule]) -> None:
    if len(wanted) > MOST_RULES:
        advice = "write rules of the kind or the default with conditions on store, city or campaign"
        raise SettingError("rules", f"{len(wanted)}", f"more than {MOST_RULES} of one scope", advice)
    arms = sorted((rule for rule in wanted if rule.share), key=lambda rule: rule.seed)
    for _, split in groupby(arms, key=lambda rule: rule.seed):
        together = list(split)
        if sum(rule.share for rule in together) > _WHOLE:
            said = " + ".join(dict(rule.conditions)["share"] for rule in together)
            reason = (
                f"shares of the same conditions are more than 100 % ({describe_scope(wanted[0].scope, wanted[0].key)})"
            )
            raise SettingError("share", said, reason, "let them add up to 100 or less")


def _keep(db: Database, rule: Rule, before: dict[int, Rule], now: int) -> Rule:
    old = before.get(rule.rule_id)
    if old is None:
        conditions = json.dumps(dict(rule.conditions), ensure_ascii=False)
        values = [rule.scope, rule.key, rule.position, rule.name, conditions, rule.url, now]
        added = db.conn.execute(
            "INSERT INTO destination_rules (scope, key, position, name, conditions, url, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)", values,
        ).lastrowid  # fmt: skip
        rule = replace(rule, rule_id=added or 0)
        log_change(db, Change(now, rule.scope, rule.key, rule.rule_id, "set", _detail(rule)))
    elif old != rule:
        values = [rule.position, rule.name, rule.rule_id]
        db.conn.execute("UPDATE destination_rules SET position = ?, name = ? WHERE id = ?", values)
        if old.position != rule.position:
            log_change(
                db, Change(now, rule.scope, rule.key, rule.rule_id, "moved", f"from {old.position} to {rule.position}")
            )
        if old.name != rule.name:
            log_change(db, Change(now, rule.scope, rule.key, rule.rule_id, "renamed", f"{old.name} -> {rule.name}"))
    return rule


def _detail(rule: Rule) -> str:
    return f"{rule.position}. {rule.when} -> {rule.url}"


def _load(row: Row) -> Rule:
    values = dict(row)
    conditions = tuple(json.loads(values.pop("conditions")).items())
    return Rule(**values | {"scope": Scope(values["scope"]), "conditions": conditions})
