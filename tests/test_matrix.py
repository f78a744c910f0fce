"""Products by places, against a count by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from click.testing import Result

from o2o.analytics.matrix import Counted, Matrix, MatrixTerms, make_matrix
from o2o.attribution.question import Level
from o2o.config import load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.statistics.associations import find_residuals
from o2o.times import DAY, HOUR, MINUTE
from tests.collecting import make_touchpoint
from tests.test_affinity import END, START, order, scan, stock

TERMS = MatrixTerms(None, END)


@pytest.fixture
def shop(db: Database) -> Database:
    """Who scans the door scans P0, who scans the bag P1; P0 is then bought."""
    goods = stock(db)
    places = []
    for name in ("door", "bag"):
        code = make_touchpoint(db, name, kind="place", carrier="bag")
        places.append(db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()[0])
    for number in range(40):
        side = number % 2
        scan(db, places[side], f"V{number}", START + number * HOUR)
        scan(db, goods[side], f"V{number}", START + number * HOUR + 5 * MINUTE)
        order(db, number + 1, f"V{number}", START + number * HOUR + DAY, ["P0", "P1"] if side else ["P0"])
    scan(db, places[0], "V0", START + 3 * DAY)
    return db


def counts(found: Matrix) -> dict[tuple[str, str], int]:
    return {(cell.row, cell.column): cell.count for cell in found.cells if cell.count}


def find(db: Database, terms: MatrixTerms = TERMS) -> Matrix:
    return make_matrix(db, load_settings(db), terms)


def test_visits_with_both_are_counted(shop: Database) -> None:
    found = find(shop)
    assert counts(found) == {("P0", "door"): 20, ("P1", "bag"): 20}
    assert {(cell.row, cell.column) for cell in found.cells} == {(p, w) for p in ("P0", "P1") for w in ("door", "bag")}
    assert all(cell.expected == 10 and cell.chance is not None and cell.chance < 0.001 for cell in found.cells)


def test_orders_after_a_scan_of_the_place_are_counted(shop: Database) -> None:
    orders = replace(TERMS, of=Counted.ORDERS)
    assert counts(find(shop, orders)) == {("P0", "door"): 20, ("P0", "bag"): 20, ("P1", "bag"): 20}
    assert counts(find(shop, replace(orders, row=Level.DEPARTMENT))) == {
        ("dairy", "door"): 20, ("dairy", "bag"): 20, ("fruit", "bag"): 20
    }  # fmt: skip
    assert counts(find(shop, replace(orders, window=HOUR))) == {}


def test_residuals_are_those_of_a_published_formula() -> None:
    table = np.array([[30, 10, 5], [20, 25, 40]])
    found = find_residuals(table)
    n, row, column = table.sum(), table.sum(1), table.sum(0)
    expected = row[0] * column[0] / n
    assert found.expected[0, 0] == pytest.approx(expected)
    error = np.sqrt(expected * (1 - row[0] / n) * (1 - column[0] / n))
    assert found.off[0, 0] == pytest.approx((30 - expected) / error)
    assert found.off.shape == (2, 3) and np.allclose(find_residuals(table.T).off, found.off.T)


@pytest.mark.parametrize("of", list(Counted))
def test_engines_agree(shop: Database, of: Counted) -> None:
    for package in ("duckdb", "adbc_driver_sqlite", "sqlglot", "pyarrow"):
        pytest.importorskip(package)
    settings, terms = load_settings(shop), replace(TERMS, of=of)
    one, other = (make_matrix(shop, replace(settings, engine=name), terms) for name in ("sqlite", "duckdb"))
    assert counts(one) == counts(other) != {}


def test_the_command_says_what_stands_out(shop: Database, run: Callable[..., Result]) -> None:
    said = run("report", "matrix", "--until", "2026-03-01")
    assert said.exit_code == 0, said.output
    assert "of 4 cells with enough to judge 4 stand out" in said.stdout
    assert "20 times, more than the 10.0 to be expected" in said.stdout
    by_carrier = run("report", "matrix", "--until", "2026-03-01", "--by", "carrier").stdout
    assert "2 products and 2 carriers;" in by_carrier
    assert '<svg class="heat"' in run("report", "matrix", "--until", "2026-03-01", "--format", "html").stdout


def test_people_are_shown_the_most_striking_cells_and_told_of_how_many_programs_get_all(
    shop: Database, run: Callable[..., Result]
) -> None:
    asked = "report", "matrix", "--until", "2026-03-01", "--top", "3"
    said = run(*asked).stdout
    assert "Of 4 cells the 3 most striking" in said and "… 1 more rows: --sheet cells" in said
    assert "4 个组合中最突出的 3 个" in run(*asked, "--format", "html").stdout
    assert len(run(*asked, "--format", "csv").stdout.splitlines()) == 1 + 4


def test_an_empty_shop_and_odd_rows_are_told(db: Database, run: Callable[..., Result]) -> None:
    assert "no scans and no orders yet" in run("report", "matrix").stdout
    with pytest.raises(SettingError):
        replace(TERMS, row=Level.STORE)
