"""Tags that are no longer as they hang: those to print anew, and those to take down."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.config import change_setting
from o2o.db import Database
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.prints import NOW, carried, cells_of, fill_shop, master, page_texts, product

Run = Callable[..., Result]


@pytest.fixture
def shop(db: Database) -> Database:
    """A small shop whose codes can be printed, without barcodes of which there are remarks."""
    fill_shop(db)
    db.execute("UPDATE products SET gtin = ''")
    change_setting(db, "base_url", "https://s.shop.cn")
    return db


@pytest.fixture
def hung(shop: Database, run: Run, tmp_path: Path) -> Database:
    """The shop with its tags of 2027-01-15 printed as job 1."""
    assert run("print", "tags", "--store", "S1", "--on", "2027-01-15", "--out", tmp_path / "all.pdf").exit_code == 0
    return shop


def print_changed(run: Run, out: Path, *more: str) -> Result:
    return run("print", "tags", "--store", "S1", "--changed-since", "last", "--on", "2027-01-22", "--out", out, *more)


def printed_skus(db: Database) -> list[str]:
    marks = {row["id"]: row["subject_id"] for row in db.query("SELECT id, subject_id FROM touchpoints")}
    return [marks[cell["touchpoint_id"]] for cell in cells_of(db)]


def test_where_nothing_changed_nothing_is_printed(hung: Database, run: Run, tmp_path: Path) -> None:
    result = print_changed(run, tmp_path / "out.pdf")
    assert (result.exit_code, result.stdout) == (
        0,
        "store S1: nothing to print, all 2 tag(s) are as they hang\n",
    )
    assert not (tmp_path / "out.pdf").exists()


CHANGES = [
    # what is done, the reason told, the field
    ("UPDATE prices SET price = 1180 WHERE sku = '007'", "price", "price"),
    ("UPDATE prices SET member_price = 880 WHERE sku = '007'", "member price", "member_price"),
    ("UPDATE prices SET member_price = NULL WHERE sku = '007'", "member price", "member_price"),
    ("UPDATE products SET name = '散养鸡蛋' WHERE sku = '007'", "name", "name"),
    ("UPDATE products SET gtin = '6901234567892' WHERE sku = '007'", "barcode", "barcode"),
    ("UPDATE products SET origin = '江西' WHERE sku = '007'", "facts", "origin"),
    ("UPDATE assortment SET aisle = '1' WHERE sku = '007'", "position", "position"),
    ("UPDATE touchpoints SET code = 'NEWCODE' WHERE subject_id = '007'", "code", "url"),
]


@pytest.mark.parametrize(("change", "reason", "field"), CHANGES)
def test_a_tag_is_printed_anew_when_its_face_changes(
    hung: Database, run: Run, tmp_path: Path, change: str, reason: str, field: str
) -> None:
    hung.execute(change)
    listed = print_changed(run, tmp_path / "out.pdf", "--list", "--format", "csv").stdout.splitlines()[1:]
    assert [(row[1], row[4], row[5]) for row in csv.reader(listed)][:1] == [("007", reason, field)]
    result = print_changed(run, tmp_path / "out.pdf")
    assert f"1 tag(s) changed: 1 {reason}" in result.stderr
    assert printed_skus(hung) == ["007"]
    assert "nothing to print" in print_changed(run, tmp_path / "again.pdf").stdout


def test_a_new_product_is_printed_and_a_retired_one_listed_to_take_down_once(
    hung: Database, run: Run, tmp_path: Path
) -> None:
    hung.table("products").insert(product("009", "新品酸奶"))
    master(hung, "009", 500)
    hung.table("assortment").insert(carried("009", aisle="3"))
    mint_touchpoints(hung, MintRequest(store_id="S1"), NOW)
    hung.execute("UPDATE products SET retired_at = ? WHERE sku = '007'", [NOW])
    result = print_changed(run, tmp_path / "out.pdf")
    assert printed_skus(hung) == ["009"]
    assert "1 tag(s) to take down" in result.stdout
    with (tmp_path / "out.pdf.take-down.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["sku"], row["name"], row["position"], row["printed"]) == ("007", "散养土鸡蛋", "10", "2027-01-15")
    assert "take down" not in print_changed(run, tmp_path / "next.pdf").stdout


def test_what_a_store_no_longer_carries_is_taken_down_and_not_printed(hung: Database, run: Run, tmp_path: Path) -> None:
    hung.execute("UPDATE assortment SET valid_to = ? WHERE sku = '008'", [NOW])
    hung.execute("UPDATE products SET name = '不见了' WHERE sku = '008'")
    result = print_changed(run, tmp_path / "out.pdf")
    assert "nothing to print" in result.stdout
    assert "1 tag(s) to take down" in result.stdout


def test_a_code_that_replaces_another_takes_its_tag_and_none_down(hung: Database, run: Run, tmp_path: Path) -> None:
    hung.execute("UPDATE touchpoints SET retired_at = ? WHERE subject_id = '008'", [NOW])
    mint_touchpoints(hung, MintRequest(store_id="S1"), NOW)
    result = print_changed(run, tmp_path / "out.pdf")
    assert "1 tag(s) changed: 1 code" in result.stderr
    assert "take down" not in result.stdout


def test_the_day_that_a_tag_shows_makes_no_other_tag(shop: Database, run: Run, tmp_path: Path) -> None:
    template = tmp_path / "dated.toml"
    template.write_text(
        """
        size = [60, 30]
        stock = "A4-24"
        [box.name]
        kind = "text"
        text = "{name} {date}"
        x = 1
        y = 1
        width = 58
        height = 6
        size = 9
        """,
        encoding="utf-8",
    )
    first = (
        "print",
        "tags",
        "--store",
        "S1",
        "--template",
        template,
        "--on",
        "2027-01-15",
        "--out",
        tmp_path / "1.pdf",
    )
    assert run(*first).exit_code == 0
    assert "nothing to print" in print_changed(run, tmp_path / "out.pdf", "--template", template).stdout
    shop.execute("UPDATE products SET name = '好蛋' WHERE sku = '007'")
    assert print_changed(run, tmp_path / "out.pdf", "--template", template).exit_code == 0
    assert page_texts(tmp_path / "out.pdf")[0].split() == ["好蛋", "2027-01-22"]


def test_a_tag_is_held_against_the_last_one_printed_of_it_in_whichever_job(
    hung: Database, run: Run, tmp_path: Path
) -> None:
    hung.execute("UPDATE products SET name = '好蛋' WHERE sku = '007'")
    print_changed(run, tmp_path / "2.pdf")
    result = run(
        "print", "tags", "--store", "S1", "--changed-since", "1", "--on", "2027-01-22", "--out", tmp_path / "3.pdf"
    )
    assert "nothing to print" in result.stdout
    assert run("print", "jobs", "forget", "2").exit_code == 0
    assert print_changed(run, tmp_path / "4.pdf").exit_code == 0
    assert printed_skus(hung) == ["007"]


def test_samples_hang_nowhere(shop: Database, run: Run, tmp_path: Path) -> None:
    assert run("print", "tags", "--store", "S1", "--sample", "--out", tmp_path / "1.pdf").exit_code == 0
    result = print_changed(run, tmp_path / "out.pdf")
    assert result.exit_code == 1
    assert "print all tags of store 'S1' first" in str(result.exception)


def test_another_template_is_compared_by_what_both_show(hung: Database, run: Run, tmp_path: Path) -> None:
    result = print_changed(run, tmp_path / "out.pdf", "--template", "shelf-tag-roll")
    assert "nothing to print" in result.stdout
    hung.execute("UPDATE prices SET price = 1180 WHERE sku = '007'")
    result = print_changed(run, tmp_path / "out.pdf", "--template", "shelf-tag-roll")
    assert printed_skus(hung) == ["007"]
    assert "2 tag(s) were last printed on template 'shelf-tag'" in result.stderr


EDITS = st.sampled_from(
    [
        "UPDATE prices SET price = {n} WHERE sku = '{sku}'",
        "UPDATE prices SET member_price = {n} WHERE sku = '{sku}'",
        "UPDATE prices SET promo_price = {n} WHERE sku = '{sku}'",
        "UPDATE prices SET promo_price = NULL, member_price = NULL WHERE sku = '{sku}'",
        "UPDATE products SET name = '蛋 {n}' WHERE sku = '{sku}'",
        "UPDATE products SET name = name || ' ' WHERE sku = '{sku}'",
        "UPDATE products SET spec = '{n}枚', origin = '' WHERE sku = '{sku}'",
        "UPDATE products SET category = '{n}' WHERE sku = '{sku}'",
        "UPDATE assortment SET aisle = '{n}' WHERE sku = '{sku}'",
        "UPDATE touchpoints SET code = 'C{n}X{sku}' WHERE subject_id = '{sku}'",
    ]
)
CHANGED = st.lists(st.tuples(EDITS, st.sampled_from(["007", "008"]), st.integers(1, 4000)), max_size=4)


def faces(db: Database) -> dict[object, tuple[object, ...]]:
    return {cell["touchpoint_id"]: (cell["url"], cell["ean"], cell["texts"]) for cell in cells_of(db)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGED)
def test_those_are_printed_whose_face_differs_when_all_are_printed_and_compared(
    hung: Database, run: Run, tmp_path: Path, changes: list[tuple[str, str, int]]
) -> None:
    print_all = ("print", "tags", "--store", "S1", "--on", "2027-01-22", "--out", tmp_path / "full.pdf")
    assert run(*print_all).exit_code == 0
    before, since = faces(hung), cells_of(hung)[0]["job_id"]
    for edit, sku, number in changes:
        hung.execute(edit.format(sku=sku, n=number))
    result = print_changed(run, tmp_path / "changed.pdf")
    assert result.exit_code == 0, result.exception
    changed = set(faces(hung)) if cells_of(hung)[0]["job_id"] != since else set()
    run(*print_all)
    assert changed == {mark for mark, face in faces(hung).items() if before[mark] != face}
