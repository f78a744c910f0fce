"""``o2o catalog import --full``, ``diff``, ``imports``, ``history`` and ``undo`` as their user types them."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from o2o.catalog.retirement import RetirementRefusedError
from o2o.catalog.undo import UndoRefusedError
from o2o.catalog.versions import VERSIONED
from o2o.db import Database
from o2o.errors import ImportRefusedError, NotFoundError

PRODUCTS = "sku,name,price\n" + "".join(f"{number:03},item {number},{number + 1}.00\n" for number in range(10))
SHORTER = PRODUCTS.replace("004,item 4,5.00\n", "").replace("item 1,2.00", "item one,1.80")
LOG = (
    "import", "when", "file", "sheet", "kind", "full",
    "new", "changed", "unchanged", "retired", "left_out", "undone",
)  # fmt: skip


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def dump(db: Database) -> list:
    tables = (*VERSIONED, "imports", "catalog_changes")
    return [db.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]


def retired(db: Database) -> list[str]:
    return [sku for (sku,) in db.conn.execute("SELECT sku FROM products WHERE retired_at IS NOT NULL ORDER BY sku")]


def test_a_full_import_retires_what_is_missing_and_counts_it(run, db, write) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    result = run("catalog", "import", "--full", write("q.csv", SHORTER))
    assert result.stdout.endswith("q.csv: products: 0 new, 1 changed, 8 unchanged, 1 retired, 0 left out\n")
    assert retired(db) == ["004"]


def test_too_much_to_retire_is_refused_in_all_files_until_confirmed(run, db, write) -> None:
    run("catalog", "import", write("s.csv", "store_id,name\nS1,one\n"), write("p.csv", PRODUCTS))
    before = dump(db)
    files = write("t.csv", "store_id,name\nS1,first\n"), write("q.csv", "sku,name\n001,item 1\n")
    refused = run("catalog", "import", "--full", *files)
    assert isinstance(refused.exception, RetirementRefusedError)
    assert "9 of 10 products (90 %) would be retired; nothing was taken" in str(refused.exception)
    assert dump(db) == before
    assert run("catalog", "import", "--full", "--yes", *files).exit_code == 0
    assert len(retired(db)) == 9


@pytest.mark.parametrize(
    ("row", "left"),
    [("004,item 4,-5\n", []), (" 004 ,,5\n", []), (",item 4,5\n", ["004"])],
)
def test_a_bad_row_is_not_retired_as_long_as_its_id_is_readable(run, db, write, row: str, left: list[str]) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    result = run("catalog", "import", "--full", write("q.csv", SHORTER + row))
    assert "1 left out" in result.stdout
    assert retired(db) == left


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--yes"], 2), (["--as", "prices", "--full"], 1), (["--as", "nothing"], 2)]
)
def test_options_that_do_not_go_together_are_refused(run, write, arguments: list[str], code: int) -> None:
    path = write("p.csv", "sku,from,price\n001,2026-06-01,5\n")
    result = run("catalog", "import", *arguments, path)
    if code == 1:
        assert isinstance(result.exception, RetirementRefusedError)
    else:
        assert result.exit_code == code


def test_a_diff_shows_what_an_import_would_change_and_leaves_everything_as_it_is(run, db, write, tmp_path) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    before, files = dump(db), sorted(tmp_path.glob("*.csv"))
    path = write("q.csv", SHORTER + "900,new,1\n901,bad,x\n")
    result = run("catalog", "diff", "--full", path)
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0].endswith("q.csv: products: 1 new, 1 changed, 8 unchanged, 1 retired, 1 left out")
    assert lines[1] == "prices: 0 would rise, 1 would fall"
    assert lines[4:6] == [
        "products 001 item one changed name item 1 item one",
        "products 001 item one changed price 2.00 1.80",
    ]
    assert lines[6].startswith("products 004 item 4 retired retired 20")
    assert lines[7] == "products 900 new new"
    assert "line 12, price: 'x'" in result.stderr
    assert dump(db) == before
    assert sorted(tmp_path.glob("*.csv")) == [*files, path]


def test_a_diff_in_the_order_of_an_import_takes_what_later_files_need(run, db, write) -> None:
    files = write("s.csv", "store_id,name\nS1,one\n"), write("e.csv", "person_id,store_id,name\nE1,S1,Li\n")
    result = run("catalog", "diff", *files, "--format", "json")
    assert [(one["kind"], one["key"], one["change"]) for one in json.loads(result.stdout)] == [
        ("stores", "S1", "new"), ("people", "E1", "new"),
    ]  # fmt: skip
    assert dump(db) == [[]] * len(dump(db))


def test_a_diff_as_a_table_shows_the_first_fifty_and_as_csv_all(run, write) -> None:
    path = write("p.csv", "sku,name\n" + "".join(f"{number},a\n" for number in range(60)))
    table = run("catalog", "diff", path)
    assert "and 10 more" in table.stderr
    assert len(list(csv.reader(run("catalog", "diff", path, "--format", "csv").stdout.splitlines()))) == 61


def test_a_diff_says_that_an_import_would_be_refused(run, write) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    path = write("q.csv", "sku,name\n001,item 1\n")
    assert "is refused without --yes" in run("catalog", "diff", "--full", path).stderr
    assert "--yes" not in run("catalog", "diff", "--full", "--yes", path).stderr
    bad = write("bad.csv", "sku,name,price\n1,a,x\n")
    assert isinstance(run("catalog", "diff", "--strict", bad).exception, ImportRefusedError)


def test_the_log_lists_imports_the_last_first_and_which_were_undone(run, write) -> None:
    path = write("p.csv", PRODUCTS)
    for arguments in (["import", path], ["import", "--full", path], ["undo"]):
        run("catalog", *arguments)
    last, first = csv.DictReader(run("catalog", "imports", "--format", "csv").stdout.splitlines())
    assert tuple(last) == LOG
    assert [last[name] for name in LOG[4:-1]] == ["products", "yes", "0", "0", "10", "0", "0"]
    assert [first[name] for name in LOG[4:-1]] == ["products", "", "10", "0", "0", "0", "0"]
    assert (bool(last["undone"]), bool(first["undone"])) == (True, False)


def test_undo_takes_the_last_import_back_and_says_what_it_did(run, db, write) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    before = dump(db)[: len(VERSIONED)]
    run("catalog", "import", write("q.csv", SHORTER))
    run("catalog", "import", write("r.csv", SHORTER))
    assert run("catalog", "undo").stdout.endswith("r.csv, products) undone: it had changed nothing\n")
    assert "undone: " in run("catalog", "undo").stdout
    assert dump(db)[: len(VERSIONED)] == before
    assert isinstance(run("catalog", "undo", 2).exception, UndoRefusedError)
    assert isinstance(run("catalog", "undo", 99).exception, NotFoundError)


def test_undo_says_what_had_to_stay(run, db, write) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    run("touchpoint", "mint", "--kind", "product")
    result = run("catalog", "undo")
    assert "10 of its products stay, retired, as codes, orders or prints name them: 000, 001" in result.stderr
    assert len(retired(db)) == 10


def test_the_history_of_a_product_as_table_csv_and_json(run, write) -> None:
    run("catalog", "import", write("p.csv", PRODUCTS))
    run("catalog", "import", write("q.csv", SHORTER))
    table = run("catalog", "history", "001").stdout
    assert table.startswith("products 001: item one\n")
    steps = list(csv.DictReader(run("catalog", "history", "001", "--format", "csv").stdout.splitlines()))
    assert [(one["import"], one["column"], one["before"], one["after"]) for one in steps] == [
        ("1", "name", "", "item 1"), ("1", "price", "", "2.00"),
        ("2", "name", "item 1", "item one"), ("2", "price", "2.00", "1.80"),
    ]  # fmt: skip
    said = json.loads(run("catalog", "history", "001", "--format", "json").stdout)
    assert (said["name"], len(said["imports"]), said["holds"][0]["price"]) == ("item one", 4, "2.00")
    assert "no person '001'" in str(run("catalog", "history", "001", "--kind", "people").exception)


def test_each_sheet_of_a_workbook_is_an_import_with_its_own_list_of_problems(run, db, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "goods"
    for row in (["sku", "name", "price"], ["1", "egg", "x"], ["2", "milk", 5]):
        book.active.append(row)
    for row in (["store_id", "name", "timezone"], ["S1", "one", "Mars"]):
        book.create_sheet("shops") if "shops" not in book.sheetnames else None
        book["shops"].append(row)
    book.save(tmp_path / "chain.xlsx")
    result = run("catalog", "import", tmp_path / "chain.xlsx")
    assert [line.partition(", ")[2] for line in result.stdout.splitlines()] == [
        "sheet 'shops': stores: 0 new, 0 changed, 0 unchanged, 1 left out",
        "sheet 'goods': products: 1 new, 0 changed, 0 unchanged, 1 left out",
    ]
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [
        "chain.xlsx.goods.problems.csv", "chain.xlsx.shops.problems.csv",
    ]  # fmt: skip
    again = run("catalog", "import", *sorted(tmp_path.glob("chain*")))
    assert again.stderr.count("passed over, its file is imported too") == 2
    assert db.conn.execute("SELECT sheet, kind FROM imports ORDER BY id").fetchall()[:2] == [
        ("shops", "stores"), ("goods", "products"),
    ]  # fmt: skip
