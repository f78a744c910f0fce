"""Two invented chains, small here: imported, changed, diffed, undone, and printed for a day."""

from datetime import timedelta
from pathlib import Path

import pytest

from o2o.catalog.versions import VERSIONED
from o2o.config import change_setting
from o2o.db import Database
from tests.chains import MAPPING, MONDAY, NEXT, Chain, write_polish_chain, write_supermarket
from tests.prints import page_texts

SKUS = 300


@pytest.fixture
def supermarket(tmp_path: Path) -> Chain:
    """A Chinese supermarket of two stores."""
    return write_supermarket(tmp_path, SKUS, 2, 120)


@pytest.fixture
def polish(tmp_path: Path, db: Database) -> Chain:
    """A Polish chain of two stores."""
    change_setting(db, "currency", "PLN")
    change_setting(db, "timezone", "Europe/Warsaw")
    change_setting(db, "language", "en")
    return write_polish_chain(tmp_path, SKUS, 2)


def tables(db: Database) -> dict[str, list[tuple]]:
    return {name: db.conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4").fetchall() for name in VERSIONED}


def test_the_supermarkets_files_are_taken_whole(supermarket: Chain, db: Database, run) -> None:
    result = run("catalog", "import", *supermarket.first)
    assert result.exit_code == 0, result.output
    assert "0 left out" in result.stdout
    assert [sku for (sku,) in db.conn.execute("SELECT sku FROM products ORDER BY 1")] == list(supermarket.skus)
    assert db.conn.execute("SELECT count(*) FROM barcodes").fetchone() == (SKUS + SKUS // 10,)
    assert db.conn.execute("SELECT count(*) FROM assortment").fetchone() == (240,)


def test_the_next_master_is_shown_before_it_is_taken_and_undone_to_the_byte(supermarket: Chain, db, run) -> None:
    run("catalog", "import", *supermarket.first)
    before = tables(db)
    shown = run("catalog", "diff", supermarket.next_master, "--full")
    assert shown.exit_code == 0, shown.output
    assert tables(db) == before
    taken = run("catalog", "import", supermarket.next_master, "--full")
    assert taken.exit_code == 0, taken.output
    retired = db.conn.execute("SELECT sku FROM products WHERE retired_at IS NOT NULL ORDER BY 1").fetchall()
    assert tuple(sku for (sku,) in retired) == supermarket.missing
    assert tables(db) != before
    undone = run("catalog", "undo")
    assert undone.exit_code == 0, undone.output
    assert tables(db) == before


def test_a_days_tags_carry_the_prices_of_that_day(supermarket: Chain, db, run, tmp_path: Path) -> None:
    run("catalog", "import", *supermarket.first)
    run("catalog", "import", supermarket.prices, "--as", "prices")
    run("touchpoint", "mint", "--kind", "product", "--store", supermarket.store)
    sku = db.conn.execute(
        "SELECT sku FROM prices JOIN assortment USING (sku) WHERE promo_price = 100 AND assortment.store_id = ?",
        [supermarket.store],
    ).fetchone()[0]
    pages = {}
    for day in (MONDAY, NEXT, NEXT + timedelta(days=7)):
        out = tmp_path / f"{day}.pdf"
        arguments = ("--store", supermarket.store, "--sku", sku, "--on", day.isoformat(), "--sample", "--out", out)
        printed = run("print", "tags", *arguments)
        assert printed.exit_code == 0, printed.output
        pages[day] = " ".join(page_texts(out))
    assert pages[MONDAY] == pages[NEXT + timedelta(days=7)].replace(str(NEXT + timedelta(days=7)), str(MONDAY))
    assert pages[NEXT] != pages[MONDAY]


def test_the_polish_files_are_taken_with_a_mapping_that_is_kept(polish: Chain, db: Database, run) -> None:
    stores, master, stock = polish.first
    names = [option for name in MAPPING for option in ("--map", name)]
    first = run("catalog", "import", master, *names, "--save-mapping", "subiekt")
    assert first.exit_code == 0, first.output
    later = run("catalog", "import", stores, stock)
    assert later.exit_code == 0, later.output
    priced = db.conn.execute("SELECT max(price), min(price), max(name) FROM products").fetchone()
    assert priced[0] > 100_000
    assert priced[2].startswith("Żółty")
    again = run("catalog", "import", polish.next_master, "--mapping", "subiekt", "--full")
    assert again.exit_code == 0, again.output
    assert f"{len(polish.missing)} retired" in again.stdout
    before = tables(db)
    run("catalog", "import", polish.prices)
    assert db.conn.execute("SELECT DISTINCT promo_price FROM prices WHERE source = 'list'").fetchall() == [(99,)]
    assert run("catalog", "undo").exit_code == 0
    assert tables(db) == before


def test_polish_tags_are_shown_and_printed_with_the_prices_of_a_day(polish: Chain, db, run, tmp_path: Path) -> None:
    stores, master, stock = polish.first
    names = [option for name in MAPPING for option in ("--map", name)]
    run("catalog", "import", stores)
    run("catalog", "import", master, *names, "--save-mapping", "subiekt")
    run("catalog", "import", stock, polish.prices)
    before = tables(db)
    shown = run("catalog", "diff", polish.next_master, "--mapping", "subiekt", "--full")
    assert f"{len(polish.missing)} retired" in shown.stdout
    assert tables(db) == before
    run("touchpoint", "mint", "--kind", "product", "--store", polish.store)
    out = tmp_path / "tags.pdf"
    day = ("--on", "2026-06-01", "--sample", "--out", out)
    printed = run("print", "tags", "--store", polish.store, *day)
    assert printed.exit_code == 0, printed.output
    text = "".join(page_texts(out))
    assert "Śmietana nr 1" in text
    assert run("proof", out).exit_code == 0
