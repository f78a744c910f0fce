"""Tags that are no longer as they hang: those to print anew, and those to take down."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.config import change_setting
from o2o.db import Database
from o2o.printing.template.file import find_template, read_template
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.prints import NOW, carried, cells_of, fill_shop, make_picture, master, page_texts, product

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


def write_prices(path: Path, skus: Sequence[str], store_id: str) -> Path:
    rows = "".join(f"{sku},{store_id},8.88,2027-01-20\n" for sku in skus)
    path.write_text("sku,store_id,price,from\n" + rows, "utf-8")
    return path


@pytest.mark.parametrize("in_assortment", [True, False])
def test_a_price_list_for_the_store_changes_exactly_the_tags_of_its_products(
    shop: Database, run: Run, tmp_path: Path, *, in_assortment: bool
) -> None:
    skus = [f"P{number:03}" for number in range(120)]
    shop.table("products").insert_all(product(sku, f"商品 {sku}") for sku in skus)
    shop.table("assortment").insert_all(carried(sku, price=500 if in_assortment else None) for sku in skus)
    mint_touchpoints(shop, MintRequest(store_id="S1"), NOW)
    assert run("print", "tags", "--store", "S1", "--on", "2027-01-15", "--out", tmp_path / "all.pdf").exit_code == 0
    dearer = skus[::4]
    assert run("catalog", "import", write_prices(tmp_path / "prices.csv", dearer, "S1")).exit_code == 0
    before = run(
        "print", "tags", "--store", "S1", "--changed-since", "1", "--on", "2027-01-19", "--out", tmp_path / "x.pdf"
    )
    assert "nothing to print" in before.stdout
    result = print_changed(run, tmp_path / "out.pdf")
    assert f"{len(dearer)} tag(s) changed: {len(dearer)} price" in result.stderr
    assert printed_skus(shop) == dearer


def test_prices_of_the_chain_that_the_stores_own_hide_are_told(hung: Database, run: Run, tmp_path: Path) -> None:
    hung.execute("UPDATE assortment SET price = 500 WHERE sku = '007'")
    print_changed(run, tmp_path / "own.pdf")
    hung.execute("UPDATE print_jobs SET printed_at = 0")
    assert run("catalog", "import", write_prices(tmp_path / "prices.csv", ["007"], "")).exit_code == 0
    result = print_changed(run, tmp_path / "out.pdf")
    assert "nothing to print" in result.stdout
    told = (
        "1 price(s) of the chain imported since job 2, such as that of 007, change nothing here: store 'S1' has its own"
    )
    assert told in result.stderr


def test_what_a_template_does_not_show_of_a_value_makes_no_other_tag(shop: Database, run: Run, tmp_path: Path) -> None:
    template = write_template(tmp_path / "own.toml", 'text = "{first(name, 1)}"')
    assert print_first(run, template, tmp_path).exit_code == 0
    shop.execute("UPDATE products SET name = '散装土鸡蛋' WHERE sku = '007'")
    assert "nothing to print" in print_changed(run, tmp_path / "out.pdf", "--template", template).stdout


LOOKS: dict[str, Callable[[Path, Database], object]] = {
    "a colour of the template": lambda folder, _: write_template(
        folder / "own.toml", 'field = "name"\ncolour = "#FF0000"'
    ),
    "a picture of the template": lambda folder, _: (folder / "sun.jpg").write_bytes(make_picture(60)),
    "the logo": lambda folder, _: (folder / "logo.jpg").write_bytes(make_picture(60)),
    "the slogan": lambda _, db: change_setting(db, "slogan", "新鲜"),
}


@pytest.mark.parametrize("change", LOOKS.values(), ids=LOOKS)
def test_another_look_of_the_template_makes_other_tags(
    shop: Database, run: Run, tmp_path: Path, change: Callable[[Path, Database], object]
) -> None:
    for name in ("sun.jpg", "logo.jpg"):
        (tmp_path / name).write_bytes(make_picture(50))
    change_setting(shop, "logo", "logo.jpg")
    template = write_template(tmp_path / "own.toml", 'field = "name"')
    assert print_first(run, template, tmp_path).exit_code == 0
    assert "nothing to print" in print_changed(run, tmp_path / "out.pdf", "--template", template).stdout
    change(tmp_path, shop)
    read_template.cache_clear()  # each command is a process of its own
    find_template.cache_clear()
    result = print_changed(run, tmp_path / "out.pdf", "--template", template)
    assert "2 tag(s) changed: 2 template" in result.stderr
    assert "nothing to print" in print_changed(run, tmp_path / "again.pdf", "--template", template).stdout


def test_another_picture_of_a_product_makes_another_tag(shop: Database, run: Run, tmp_path: Path) -> None:
    template = tmp_path / "photo.toml"
    box = 'kind = "image"\nfield = "photo"\nx = 1\ny = 9\nwidth = 9\nheight = 9\n'
    template.write_text(f'size = [60, 30]\nstock = "A4-24"\n[box.photo]\n{box}', "utf-8")
    shop.execute("UPDATE products SET extra = '{\"photo\": \"egg.jpg\"}' WHERE sku = '007'")
    (tmp_path / "egg.jpg").write_bytes(make_picture(50))
    assert print_first(run, template, tmp_path).exit_code == 0
    (tmp_path / "egg.jpg").write_bytes(make_picture(60))
    print_changed(run, tmp_path / "out.pdf", "--template", template)
    assert printed_skus(shop) == ["007"]


def write_template(path: Path, name: str) -> Path:
    box = 'kind = "text"\nx = 1\ny = 1\nwidth = 50\nheight = 6\nsize = 9\n'
    image = '[box.sun]\nkind = "image"\nfile = "sun.jpg"\nx = 1\ny = 9\nwidth = 9\nheight = 9\n'
    images = image if (path.parent / "sun.jpg").exists() else ""
    path.write_text(f'size = [60, 30]\nstock = "A4-24"\n[box.name]\n{box}{name}\n{images}', "utf-8")
    return path


def print_first(run: Run, template: Path, folder: Path) -> Result:
    first = ("--template", template, "--on", "2027-01-15", "--out", folder / "first.pdf")
    return run("print", "tags", "--store", "S1", *first)


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
    words = "".join(page_texts(tmp_path / "out.pdf.take-down.pdf"))
    assert all(text in words for text in ("S1", "10", "007", "散养土鸡蛋", "已停售"))
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
