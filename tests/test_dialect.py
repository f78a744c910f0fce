"""Each query of attribution keeps to the SQL that all engines understand alike."""

from pathlib import Path

import pytest

from o2o.db import load_query

duckdb = pytest.importorskip("duckdb")
exp = pytest.importorskip("sqlglot").exp

from o2o.attribution.engines.dialect import parse, translate  # noqa: E402
from tests.conftest import make_shop  # noqa: E402

PACKAGE = Path(__file__).parent.parent / "o2o"
NOUNS = (
    *("affinity", "funnel", "hours", "lifecycle", "matrix", "paths", "people", "people_ranking"),
    *("retention", "sign_ranking", "unit_days", "unscanned", "value", "walk_ins"),
)
QUERIES = sorted(
    path.relative_to(PACKAGE).with_suffix("").as_posix()
    for path in [
        *PACKAGE.glob("attribution/*.sql"),
        PACKAGE / "reports/touchpoints.activity.sql",
        *(path for noun in NOUNS for path in PACKAGE.glob(f"analytics/{noun}.*.sql")),
        PACKAGE / "analytics/campaigns.new_customers.sql",
        *(PACKAGE / f"analytics/costs.{name}.sql" for name in ("earned", "margins")),
        PACKAGE / "analytics/cost_prices.none.sql",
        *(PACKAGE / f"analytics/daily.{name}.sql" for name in ("days", "placed", "recent", "signs", "traffic")),
    ]
)
TYPES = {"INTEGER": "BIGINT", "TEXT": "VARCHAR", "REAL": "DOUBLE", "BLOB": "BLOB"}


def is_truth(node):
    return isinstance(node.unnest(), exp.Predicate | exp.Not | exp.Connector)


RULES = (
    (exp.Anonymous, lambda call: True, "only SQLite has this function"),
    (exp.Greatest | exp.Least, lambda call: True, "write CASE"),
    (exp.Min | exp.Max, lambda call: call.expressions, "max and min of two are a CASE elsewhere"),
    (exp.Column, lambda column: column.name in ("rowid", "oid"), "there is no rowid elsewhere"),
    (exp.Exists, lambda exists: True, "write IN or a join"),
    (exp.Join, lambda join: join.kind == "CROSS" and join.args.get("on"), "a CROSS JOIN has WHERE elsewhere, not ON"),
    (
        exp.Sum | exp.Add | exp.Sub | exp.Mul | exp.Neg,
        lambda call: any(map(is_truth, call.iter_expressions())),
        "a truth is no number elsewhere: write CASE WHEN … THEN 1 ELSE 0 END",
    ),
)


def breaches(sql):
    """Return what other engines don't understand, or not in the same way."""
    nodes = list(parse(sql).walk())
    return [
        f"{node.sql()[:100]}: {rule}"
        for kind, breaks, rule in RULES
        for node in nodes
        if isinstance(node, kind) and breaks(node)
    ]


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_keeps_to_what_all_engines_understand_alike(name):
    assert breaches(load_query(name)) == [], f"{name}.sql; see 'One text for all engines' in docs/attribution.md"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(a > b) FROM t",
        "SELECT a + (a <= b) FROM t",
        "SELECT min(a, b) FROM t",
        "SELECT value FROM json_each(:listed)",
        "SELECT rowid FROM t",
        "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
        "SELECT product_div(a, b, c) FROM t",
        "SELECT a FROM t CROSS JOIN u ON u.a = t.a",
    ],
)
def test_what_is_told_apart_elsewhere_is_found(sql):
    assert len(breaches(sql)) == 1


@pytest.fixture(scope="module")
def columns(tmp_path_factory):
    """An empty DuckDB with the tables of a shop's file."""
    copy, db = duckdb.connect(), make_shop(tmp_path_factory.mktemp("columns") / "shop.db")
    ours = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in db.conn.execute(ours).fetchall():
        found = db.conn.execute(f"PRAGMA table_info({table})").fetchall()
        listed = ", ".join(f'"{column[1]}" {TYPES[column[2]]}' for column in found)
        copy.execute(f'CREATE TABLE "{table}" ({listed})')
    db.close()
    yield copy
    copy.close()


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_runs_on_duckdb(columns, name):
    sql = load_query(name)
    texts = {
        "act",
        "bought",
        "by",
        "cohort",
        "dropped",
        "models",
        "or_act",
        "or_stage",
        "other",
        "row",
        "stage",
        "store",
    }
    parameters = {node.name: "x" if node.name in texts else 1 for node in parse(sql).find_all(exp.Placeholder)}
    columns.execute(translate(sql, "duckdb", parameters).sql, parameters).fetchall()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("7 / 2", 3),
        ("7 % 4 / 2", 1),
        ("7 / 2 * 2", 6),
        ("(9 / 2 + 9 / 2) / 9", 0),
        ("71 / 2 / 2 % 6 / 2", 2),
        ("CAST(7 AS REAL) / 2", 3.5),
        ("-CAST(7 AS REAL) / 2", -3.5),
        ("7.0 / 2", 3.5),
        ("CAST(9007199254740993 AS INTEGER)", 9007199254740993),
        ("CAST(1 AS REAL) / 3", 1 / 3),
        ("12 & 6", 4),
    ],
)
def test_numbers_are_what_sqlite_makes_of_them(db, sql, expected):
    assert db.conn.execute(f"SELECT {sql}").fetchone()[0] == expected
    assert duckdb.execute(translate(f"SELECT {sql} AS number", "duckdb", {}).sql).fetchall() == [(expected,)]
