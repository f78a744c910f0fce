"""Purchase rates of a store's visitors with and without a scan of a touchpoint."""

from collections.abc import Callable

import pytest

from o2o.analytics.influence import compare_visitors
from o2o.config import load_settings
from o2o.db import Database
from o2o.touchpoints import MintRequest, Touchpoint, mint_touchpoints

Scan = Callable[..., None]


@pytest.fixture
def touchpoints(db: Database) -> list[Touchpoint]:
    """Two guides of store 1 and one of store 2."""
    db.table("stores").insert_all({"store_id": store, "name": store} for store in "12")
    people = [{"person_id": f"P{number}", "store_id": store, "name": store} for number, store in enumerate("112")]
    db.table("people").insert_all(people)
    return mint_touchpoints(db, MintRequest(), 0)


@pytest.fixture
def scan(db: Database, touchpoints: list[Touchpoint]) -> Scan:
    """Let a visitor scan touchpoints (by their number) and perhaps buy."""

    def scan(visitor: str, *numbers: int, buys: bool = False, verdict: str = "human") -> None:
        db.table("visitors").insert({"visitor": visitor}, ignore=True)
        key = db.conn.execute("SELECT id FROM visitors WHERE visitor = ?", [visitor]).fetchone()[0]
        for number in numbers:
            touchpoint = touchpoints[number]
            db.table("scans").insert({
                "scanned_at": 1_000, "code": touchpoint.code, "touchpoint_id": touchpoint.id, "visitor_id": key,
                "verdict": verdict, "source": "serve",
            })  # fmt: skip
        if buys:
            db.table("orders").insert({"order_id": visitor, "ordered_at": 2_000, "visitor": visitor, "amount": 100})

    return scan


def compare(db: Database, touchpoint: Touchpoint) -> tuple[tuple[int, int], tuple[int, int], float] | None:
    ratio = compare_visitors(db, load_settings(db), touchpoint)
    if ratio is None:
        return None
    counts = [(rate.successes, rate.trials) for rate in (ratio.exposed, ratio.unexposed)]
    return counts[0], counts[1], ratio.value


def test_the_ratio_is_that_of_visitors_who_bought(db: Database, touchpoints: list[Touchpoint], scan: Scan) -> None:
    scan("a", 0, buys=True)
    scan("b", 0, 1, buys=True)
    scan("c", 0)
    scan("d", 0)
    for name in "efgh":
        scan(name, 1, buys=name == "e")
    assert compare(db, touchpoints[0]) == ((2, 4), (1, 4), 2.0)


def test_visitors_of_other_stores_are_not_compared(db: Database, touchpoints: list[Touchpoint], scan: Scan) -> None:
    scan("a", 0, buys=True)
    scan("b", 1, buys=True)
    scan("c", 2, buys=True)
    assert compare(db, touchpoints[0]) == ((1, 1), (1, 1), 1.0)


def test_a_scan_twice_or_two_orders_are_one_visitor(db: Database, touchpoints: list[Touchpoint], scan: Scan) -> None:
    scan("a", 0, 0, buys=True)
    db.table("orders").insert({"order_id": "again", "ordered_at": 3_000, "visitor": "a", "amount": 100})
    scan("b", 1, buys=True)
    assert compare(db, touchpoints[0]) == ((1, 1), (1, 1), 1.0)


def test_what_is_not_counted_is_not_compared(db: Database, touchpoints: list[Touchpoint], scan: Scan) -> None:
    scan("a", 0, buys=True)
    scan("b", 1, buys=True)
    scan("c", 1, verdict="bot")
    assert compare(db, touchpoints[0]) == ((1, 1), (1, 1), 1.0)


def test_too_few_purchases_say_nothing(db: Database, touchpoints: list[Touchpoint], scan: Scan) -> None:
    assert compare(db, touchpoints[0]) is None
    scan("a", 0, buys=True)
    scan("b", 1)
    assert compare(db, touchpoints[0]) is None
