"""``o2o catalog`` as its user types it, and all the files that can't be taken."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from o2o.db import Database
from o2o.errors import DatabaseError, ImportRefusedError, InputFileError
from o2o.importers.catalog import import_catalogs

NOW = 1_780_000_000_000
STORES = "store_id,name,city,timezone\nS1,one,上海,\n"
PRODUCTS = "sku,name,price\n001,鸡蛋,12.80\n"


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def count(db: Database, table: str) -> int:
    return db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def command(*arguments: str | Path, db_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "o2o", *map(str, arguments)],
        env=os.environ | {"O2O_DB": str(db_path)},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_several_files_are_imported_in_any_order_and_counted(run, write) -> None:
    people = write("people.csv", "员工号,门店编号,姓名,岗位,电话\nE1,S1,张三,导购,1\nE2,S9,李四,收银,2\n")
    result = run("catalog", "import", people, write("stores.csv", STORES))
    assert result.exit_code == 0
    assert [line.split(": ", 1)[1] for line in result.stdout.splitlines()] == [
        "stores: 1 new, 0 changed, 0 unchanged, 0 left out",
        "people: 1 new, 0 changed, 0 unchanged, 1 left out",
    ]
    error, where, kept = result.stderr.splitlines()
    assert error == f"error: {people}, line 3, 门店编号 (store_id): 'S9' 没有这个门店; 请先导入门店表，或改正编号"
    assert where == f"all of them in {people}.problems.csv"
    assert kept == f"{people}: 作为自有列保留：电话"


def test_more_than_ten_problems_are_in_the_list_only(run, write) -> None:
    path = write("p.csv", "sku,name,price\n" + "".join(f"{n},a,-1\n" for n in range(15)))
    result = run("catalog", "import", path)
    assert len(result.stderr.splitlines()) == 11
    assert result.stderr.endswith(f"and 5 more in {path}.problems.csv\n")


def test_nothing_good_in_a_file_is_exit_code_1(run, write) -> None:
    assert run("catalog", "import", write("p.csv", "sku,name,price\n1,a,-1\n")).exit_code == 1
    assert run("catalog", "import", write("p.csv", "sku,name,price\n1,a,-1\n2,b,1\n")).exit_code == 0


def test_an_import_without_problems_removes_the_list_of_the_last(run, write, tmp_path: Path) -> None:
    run("catalog", "import", write("p.csv", "sku,name,price\n1,a,-1\n"))
    assert (tmp_path / "p.csv.problems.csv").exists()
    run("catalog", "import", write("p.csv", "sku,name,price\n1,a,1\n"))
    assert not (tmp_path / "p.csv.problems.csv").exists()


def test_the_list_of_problems_of_a_file_that_is_imported_too_is_passed_over(run, db, write, tmp_path: Path) -> None:
    run("catalog", "import", write("p.csv", "sku,name,price,member_price\n1,a,1,2\n"))  # a warning is listed, too
    write("p.csv", "sku,name,price,member_price\n1,a,5,4\n")
    result = run("catalog", "import", *sorted(tmp_path.glob("p*.csv")))
    assert "p.csv.problems.csv: passed over" in result.stderr
    assert db.conn.execute("SELECT price, member_price FROM products").fetchall() == [(500, 400)]


def test_a_workbook_is_read_as_its_user_sees_it(run, db, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["商品编码", "品名", "条码", "价格"], ["007", "鸡蛋", 6901234567892, 26.7], [12, "牛奶", None, 5]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    with ZipFile(tmp_path / "book.xlsx") as book, ZipFile(tmp_path / "商品.xlsx", "w") as excel:
        for name in book.namelist():  # openpyxl rounds a float as it writes it, Excel doesn't
            excel.writestr(name, book.read(name).replace(b"<v>26.7</v>", b"<v>26.700000000000003</v>"))
    assert run("catalog", "import", tmp_path / "商品.xlsx").exit_code == 0
    assert db.conn.execute("SELECT sku, gtin, price FROM products ORDER BY sku").fetchall() == [
        ("007", "6901234567892", 2670), ("12", "", 500),
    ]  # fmt: skip


def test_two_sheets_of_one_kind_are_named(run, db, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet, sku in ((book.active, "1"), (book.create_sheet("生鲜"), "2"), (book.create_sheet("空"), None)):
        for row in [["商品编码", "品名"], [sku, "鸡蛋"]] if sku else []:
            sheet.append(row)
    book.save(tmp_path / "商品.xlsx")
    result = run("catalog", "import", tmp_path / "商品.xlsx")
    assert "its sheets 'Sheet' and '生鲜' are both products; name one with --sheet" in str(result.exception)
    assert count(db, "products") == 0


def test_strict_keeps_nothing_and_names_the_list(run, db, write) -> None:
    stores, products = write("s.csv", STORES), write("p.csv", PRODUCTS + "002,milk,-1\n")
    result = run("catalog", "import", "--strict", stores, products)
    assert isinstance(result.exception, ImportRefusedError)
    assert f"{products}.problems.csv" in str(result.exception)
    assert (count(db, "stores"), count(db, "products")) == (0, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file or directory; check the name"),
        (b"", "the file is empty; export it again"),
        (b" \r\n\r\n", "the file is empty; export it again"),
        (b"\xef\xbb\xbf", "there is no table in it; export it again"),
        (b"sku,name\n1,\xff\xfe\x00\x81\n", "neither UTF-8 nor GB18030 text; save it as CSV UTF-8"),
        (b"sku,price\n1,2\n", "without the column name (品名); add it, or name the kind of the table with --as"),
        (b'sku,name\n1,"abc\n2,d\n', "line 2: not a CSV table (unexpected end of data); save it as CSV again"),
        (b"PK\x03\x04 not a workbook", "save it as .xlsx again"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(run, db, write, tmp_path, content, message: str) -> None:
    path = tmp_path / "missing.csv" if content is None else write("file.csv", content)
    result = run("catalog", "import", write("stores.csv", STORES), path)
    assert isinstance(result.exception, InputFileError)
    assert str(path) in str(result.exception)
    assert message in str(result.exception)
    assert "\n" not in str(result.exception)
    assert count(db, "stores") == 0, "all files are read before the first is taken"


def test_a_file_that_is_no_shop_of_ours_is_refused(run, db, db_path: Path, write, tmp_path: Path) -> None:
    stores = write("stores.csv", STORES)
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (a)").connection.close()
    for path, message in (
        (other, "not an o2o file"),
        (stores, "made by 'o2o init'"),
        (tmp_path / "none.db", "create it with 'o2o init'"),
    ):
        result = run("catalog", "import", "--db", path, stores)
        assert isinstance(result.exception, DatabaseError)
        assert message in str(result.exception)
    db.conn.execute("PRAGMA user_version = 999")
    assert "install that o2o" in str(run("catalog", "import", stores).exception)


def test_an_expected_failure_is_one_line_and_exit_code_1(db_path: Path, db: Database, tmp_path: Path) -> None:
    result = command("catalog", "import", tmp_path / "missing.csv", db_path=db_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_in_a_read_only_folder_the_import_stands_and_says_that_no_list_was_written(run, db, tmp_path: Path) -> None:
    folder = tmp_path / "cd"
    folder.mkdir()
    (folder / "p.csv").write_text(PRODUCTS + "002,milk,-1\n", encoding="utf-8")
    folder.chmod(0o555)
    try:
        result = run("catalog", "import", folder / "p.csv")
    finally:
        folder.chmod(0o755)
    assert (result.exit_code, count(db, "products")) == (0, 1)
    assert result.stderr.splitlines()[-1].endswith("the good rows are taken")


def test_where_the_list_of_problems_cannot_be_the_import_stands(run, db, write, tmp_path: Path) -> None:
    (tmp_path / "p.csv.problems.csv").mkdir()
    result = run("catalog", "import", write("p.csv", PRODUCTS + "002,milk,-1\n"))
    assert (result.exit_code, count(db, "products")) == (0, 1)
    assert "can't be written" in result.stderr.splitlines()[-1]
    assert result.stderr.splitlines()[-1].endswith("the good rows are taken")
    strict = run("catalog", "import", "--strict", tmp_path / "p.csv")
    assert "(the first is line 3)" in str(strict.exception)


def wait_until_busy(pid: int, seconds: float = 1.0) -> None:
    """Wait until a process has worked for so long, however busy the machine is."""
    times = Path(f"/proc/{pid}/stat")
    if not times.exists():
        time.sleep(seconds)
        return
    while int(times.read_text().rpartition(")")[2].split()[11]) < seconds * os.sysconf("SC_CLK_TCK"):
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_in_the_middle_of_an_import_leaves_nothing_of_it(db_path: Path, db: Database, write) -> None:
    path = write("p.csv", "sku,name,price\n" + "".join(f"{n},a product with a name,9.90\n" for n in range(300_000)))
    process = subprocess.Popen(
        [sys.executable, "-m", "o2o", "catalog", "import", "--db", str(db_path), str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until_busy(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "Error: interrupted; nothing of the step under way was kept"
    assert count(db, "products") == 0


def test_an_interrupted_file_leaves_those_before_it(db: Database, write) -> None:
    begun = []

    def interrupt(rows):
        yield from rows
        begun.append(rows)
        if len(begun) > 1:
            raise KeyboardInterrupt

    paths = [write("s.csv", STORES), write("p.csv", PRODUCTS + "002,milk,5\n")]
    with pytest.raises(KeyboardInterrupt):
        import_catalogs(db, paths, now=NOW, progress=interrupt)
    assert (count(db, "stores"), count(db, "products")) == (1, 0)


def test_an_exported_table_runs_nothing_in_a_spreadsheet(run, write) -> None:
    run("catalog", "import", write("p.csv", 'sku,name,price\n"=1+1","@SUM(A1)",12.80\n'))
    assert run("catalog", "export", "products").stdout == (
        "sku,name,gtin,spec,unit,origin,category,price,member_price\n'=1+1,'@SUM(A1),,,,,,12.80,\n"
    )
