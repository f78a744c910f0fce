"""Uses left, first and nth scans: what the file says, and what was answered since."""

import time
from collections import Counter
from typing import Any

import pytest
from collecting import make_touchpoint, scans, serving

from o2o.collect.routing.counts import RunningCounts
from o2o.collect.routing.targets import load_targets
from o2o.db import Database, load_query, writing
from o2o.destinations import RuleDraft, Scope, add_rule, change_rule, remove_rules, set_destination
from o2o.destinations.counts import FileCounts
from o2o.destinations.routes import load_map

DEFAULT = (Scope.DEFAULT, "")
M = "https://m.test"


@pytest.fixture
def code(db: Database) -> str:
    return make_touchpoint(db, "L1", kind="place", carrier="entrance")


def draft(when: str, path: str = "/1") -> RuleDraft:
    return RuleDraft(*DEFAULT, M + path, when)


def keep(db: Database, rule_id: int | None, verdict: str = "human", **more: Any) -> None:
    with writing(db):
        db.table("scans").insert(
            {"scanned_at": 0, "code": "C", "source": "serve", "verdict": verdict, "rule_id": rule_id} | more
        )


def test_uses_are_those_of_people_and_go_on_while_the_address_stays(db: Database) -> None:
    old = add_rule(db, draft("uses=2"), 0).rule_id
    for verdict in ("human", "human", "bot", "duplicate", "preview", "staff_test"):
        keep(db, old, verdict)
    keep(db, add_rule(db, draft("app=wechat", "/other"), 0).rule_id)
    new = change_rule(db, old, draft("uses=3"), 1).rule_id
    assert new != old
    assert FileCounts(db).uses(new) == 2
    moved = change_rule(db, new, draft("uses=3", "/2"), 2).rule_id
    assert FileCounts(db).uses(moved) == 0


def test_what_was_answered_counts_at_once_and_once(db: Database, db_path: Any) -> None:
    rule_id = add_rule(db, draft("uses=9"), 0).rule_id
    keep(db, rule_id)
    counts, routes = RunningCounts(db_path), load_map(db)
    counts.refresh(db, routes)
    assert counts.uses(rule_id) == 1
    for click_id in ("a", "b", "c"):
        counts.take(rule_id, click_id)
    assert counts.uses(rule_id) == 4
    keep(db, rule_id, scan_id="a")
    keep(db, rule_id, "duplicate", scan_id="b")
    counts.refresh(db, routes)
    assert counts.uses(rule_id) == 3  # the second was no other person
    counts.refresh(db, routes)
    assert counts.uses(rule_id) == 3
    keep(db, rule_id, scan_id="c")
    counts.refresh(db, load_map(db))
    assert counts.uses(rule_id) == 3
    assert counts.uses(99) == 0
    counts.close()


@pytest.mark.parametrize(("workers", "most"), [(1, 7), (2, 7), (3, 7), (4, 1), (4, 200)])
def test_workers_that_cannot_see_each_other_share_what_is_left(
    db: Database, db_path: Any, workers: int, most: int
) -> None:
    rule_id = add_rule(db, draft(f"uses={most}"), 0).rule_id
    crew = [RunningCounts(db_path, workers) for _ in range(workers)]
    taken = 0
    for counts in crew:
        counts.refresh(db, load_map(db))
    for turn in range(2 * most * workers):  # nothing comes into the file meanwhile
        counts = crew[turn % workers]
        if counts.uses(rule_id) < most:
            counts.take(rule_id, f"{turn}")
            taken += 1
    assert most <= taken <= most + 6 * (workers - 1)


def test_a_verdict_that_changes_after_a_drain_is_seen(db: Database, db_path: Any) -> None:
    rule_id = add_rule(db, draft("uses=9"), 0).rule_id
    counts, routes = RunningCounts(db_path), load_map(db)
    counts.refresh(db, routes)
    keep(db, rule_id, scan_id="a")
    counts.refresh(db, routes)
    with writing(db):
        db.conn.execute("UPDATE scans SET verdict = 'duplicate'")
    counts.refresh(db, routes)
    assert counts.uses(rule_id) == 0


@pytest.mark.parametrize("query", ["uses", "before", "first"])
def test_no_question_goes_through_all_scans(db: Database, query: str) -> None:
    parameters = {"rule_id": 1, "visitor": "v", "code": "c", "at": 1}
    sql = load_query(f"destinations/counts.{query}")
    plan = [row[3] for row in db.conn.execute("EXPLAIN QUERY PLAN " + sql, parameters)]
    assert any(line.startswith("SEARCH scans USING") for line in plan)
    assert not any(line.startswith("SCAN scans") for line in plan)


def test_a_visitor_s_scans_are_read_from_the_file(db: Database, db_path: Any, code: str) -> None:
    visitor = db.table("visitors").insert({"visitor": "v"}).last_pk
    for at in (1_000, 2_000, 3_000):
        keep(db, None, scanned_at=at, code=code, touchpoint_id=1, visitor_id=visitor)
    keep(db, None, "duplicate", scanned_at=500, code=code, touchpoint_id=1, visitor_id=visitor)
    counts = RunningCounts(db_path)
    assert (counts.first_scan("v"), counts.first_scan("w")) == (1_000, None)
    assert (counts.scans_before("v", code, 2_000), counts.scans_before("w", code, 2_000)) == (2, 0)
    counts.close()
    assert RunningCounts(db_path.with_name("gone.db")).first_scan("v") is None


def test_a_group_that_is_full_hands_over_and_only_people_fill_it(db: Database, db_path: Any, code: str) -> None:
    first = add_rule(db, draft("uses=3"), 0).rule_id
    second = add_rule(db, draft("uses=2", "/2"), 0).rule_id
    set_destination(db, *DEFAULT, M + "/full")
    with serving(db_path) as server:

        def scan(agent: str) -> str:
            answer = server.get(f"/{code}", headers={"user-agent": agent})
            return answer.headers["location"].partition("?")[0].removeprefix(M)

        found = []
        for number in range(8):
            found.append(scan(f"Mozilla/5.0 (Linux; Android 14; V{number}) Chrome/126 MicroMessenger/8.0.{number}"))
            scan("curl/8.0")
            scan("facebookexternalhit/1.1")
        assert server.stop() == 0
    assert found == ["/1", "/1", "/1", "/2", "/2", "/full", "/full", "/full"]
    people = Counter(rule for rule, verdict in scans(db, "rule_id, verdict") if verdict == "human")
    assert people == {first: 3, second: 2, None: 3}


def test_the_rule_of_a_scan_is_still_known_when_it_is_gone(db: Database, db_path: Any, code: str) -> None:
    rule_id = add_rule(db, draft("app=wechat"), 0).rule_id
    with serving(db_path) as server:
        server.get(f"/{code}")
        assert server.stop() == 0
    remove_rules(db, [rule_id], 1)
    query = "SELECT url FROM scans JOIN destination_rules ON destination_rules.id = scans.rule_id"
    assert db.conn.execute(query).fetchall() == [(M + "/1",)]


def test_routes_follow_a_change_while_the_server_runs(db: Database, db_path: Any, code: str) -> None:
    assert load_targets(db, 0).find(code) is not None
    with serving(db_path) as server:
        assert server.get(f"/{code}").headers["location"].startswith("/p/")
        add_rule(db, draft("app=wechat"), 0)
        patience = time.monotonic() + 10
        while not server.get(f"/{code}").headers["location"].startswith(M) and time.monotonic() < patience:
            time.sleep(0.05)
        assert server.get(f"/{code}").headers["location"].startswith(M + "/1?o2o_scan=")
        assert server.stop() == 0
