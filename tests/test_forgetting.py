import pytest
from collecting import PHONE, make_touchpoint, scans
from conftest import SETTINGS

from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.judging import judge_scans
from o2o.collect.verdicts.rejudging import judge_all
from o2o.collect.verdicts.scans import insert_hits
from o2o.db import writing
from o2o.importers.orders import import_orders
from o2o.importers.outcomes import OutcomeTerms
from o2o.times import DAY

ORDERS = """order_id,at,customer,visitor,scan_id,amount
1,2026-05-17 10:00,13812345678,phone,s1,10
2,2026-05-17 11:00,13812345678,tablet,,20
3,2026-05-17 12:00,13987654321,tablet,,30
"""
NOW = 1_790_000_000_000


@pytest.fixture
def take(db):
    code = make_touchpoint(db)

    def take(*names):
        judge = Judge(db, SETTINGS)
        hits = [Hit(n * DAY, code, name, PHONE, Source.CSV, f"s{n}") for n, name in enumerate(names, start=1)]
        with writing(db):
            insert_hits(judge, hits)
        judge_scans(judge)

    return take


@pytest.fixture
def orders(db, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")

    def take(**options):
        import_orders(db, path, terms=OutcomeTerms(**options), now=NOW)
        return [
            tuple(row) for row in db.conn.execute("SELECT customer, visitor, scan_id FROM orders ORDER BY order_id")
        ]

    return take


def visitors(db):
    return [
        name
        for (name,) in db.conn.execute("SELECT visitor FROM visitors ORDER BY visitor NOT LIKE 'forgotten%', visitor")
    ]


def test_a_forgotten_visitor_counts_without_a_name_and_does_not_come_back(db, run, take, orders):
    take("phone", "phone", "other")
    orders()
    result = run("visitor", "forget", "phone")
    assert result.stdout == "forgotten: 1 visitors; orders that named them: 1, page views: 0, redemptions: 0\n"
    forgotten, other = visitors(db)
    assert forgotten.startswith("forgotten.") and other == "other"
    assert [verdict for (verdict,) in scans(db, "verdict")] == ["human"] * 3
    assert orders()[0] == ("13812345678", None, "s1")
    take("phone", "phone", "other", "phone")
    assert scans(db, "visitor_id IS NULL") == [(0,), (0,), (0,), (1,)]
    assert "phone" not in visitors(db)
    assert judge_all(Judge(db, SETTINGS), NOW) == 0


def test_a_forgotten_customer_takes_his_own_visitors_along_but_no_shared_one(db, run, take, orders):
    take("phone", "tablet")
    orders()
    run("visitor", "forget", "--customer", "13812345678")
    forgotten = [(None, None, None), (None, None, None), ("13987654321", "tablet", None)]
    assert [tuple(row) for row in db.conn.execute("SELECT customer, visitor, scan_id FROM orders")] == forgotten
    assert visitors(db)[1] == "tablet" and visitors(db)[0].startswith("forgotten.")
    assert [customer for customer, *_ in orders()] == [None, None, "13987654321"]


def test_no_name_of_the_forgotten_is_left_in_the_file(db, db_path, run, take, orders):
    take("phone")
    orders()
    run("visitor", "forget", "phone", "--customer", "13812345678")
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.execute("VACUUM")
    content = db_path.read_bytes()
    assert b"13812345678" not in content and b"phone" not in content.replace(b"phones", b"")
    assert b"13987654321" in content


def test_customers_are_hashed_where_asked_for_and_forgotten_by_their_number(db, run, orders, tmp_path):
    first, second, third = (customer for customer, *_ in orders(hashes_customers=True))
    assert first == second != third and first.startswith("h.") and len(first) == 22
    assert "13812345678" not in "".join(db.conn.iterdump())
    other = tmp_path / "other.csv"
    other.write_text("order_id,at,customer,amount\n9,2026-05-18,+86 138-1234-5678,1\n", encoding="utf-8")
    assert run("order", "import", other, "--hash", "customer").exit_code == 0
    assert db.conn.execute("SELECT customer FROM orders WHERE order_id = '9'").fetchone() == (first,)
    run("visitor", "forget", "--customer", "13812345678")
    assert [customer for customer, *_ in orders(hashes_customers=True)] == [None, None, third, None]


def test_visitors_not_seen_for_long_lose_their_names_but_may_come_anew(db, run, take):
    take("old", "new")
    db.conn.execute("UPDATE scans SET scanned_at = 4000000000000 WHERE scan_id = 's2'")
    assert "kept for ever" in str(run("visitor", "purge").exception)
    run("setting", "set", "keep_days", "30")
    assert run("visitor", "purge").stdout == "purged: 1 visitors not seen for 30 days\n"
    assert run("visitor", "purge").stdout == "purged: 0 visitors not seen for 30 days\n"
    assert visitors(db)[1] == "new" and visitors(db)[0].startswith("forgotten.")


def test_the_mode_of_visitors_is_a_setting(run):
    assert run("visitor", "mode", "cookie").stdout == "visitors are told apart by a cookie of 180 days\n"
    assert run("visitor", "mode", "hash").stdout == "visitors are told apart by a hash, new each day\n"
    assert run("visitor", "mode", "face").exit_code == 2
    assert run("visitor", "forget").exit_code == 2
