"""Printing as its user does it: real PDFs, rendered and read back."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result
from PIL import Image

from o2o.config import change_setting, load_settings
from o2o.db import Database, shop_folder
from o2o.errors import DatabaseError, OutputError
from o2o.mini_program_codes import keep_pictures
from o2o.printing.drawing.look import Shape
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import PrintRefusedError, print_selection
from o2o.printing.paper.stocks import find_stock
from o2o.printing.pdf.file import PdfFile
from o2o.printing.pdf.fonts import PdfFonts
from o2o.printing.picture.trial import UnreadableCodeError
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_tags
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints
from tests.conftest import largest_file
from tests.prints import EAN, NOW, PICTURE, carried, cells_of, fill_shop, page_sizes, page_texts, product, read_codes
from tests.small_fonts import write_font

Run = Callable[..., Result]


@pytest.fixture
def shop(db: Database) -> Database:
    """A small shop whose codes can be printed."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    return db


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the PDF goes."""
    return tmp_path / "out.pdf"


def print_tags(run: Run, out: Path, *more: str) -> Result:
    return run("print", "tags", "--store", "S1", "--out", out, *more)


def test_codes_drawn_as_images_say_the_same(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out, "--qr", "image")
    assert {cell["url"] for cell in cells_of(shop)} <= {seen.text for seen in read_codes(out)}


def test_each_tag_shows_its_own_code_and_its_own_ean(shop: Database, run: Run, out: Path) -> None:
    assert print_tags(run, out).exit_code == 0
    cells = {cell["url"]: cell for cell in cells_of(shop)}
    codes = {seen.text: seen for seen in read_codes(out)}
    wrong = "6901234567893"  # as Code 128
    assert set(codes) == {*cells, EAN, wrong}
    assert all(codes[url].lies_in(cell) for url, cell in cells.items())
    assert {cell["ean"] for cell in cells.values()} == {EAN, wrong}
    assert all(codes[cell["ean"]].lies_in(cell) for cell in cells.values())


def test_a_product_in_two_spots_has_two_tags_each_with_its_own_code_and_place(
    shop: Database, run: Run, out: Path, tmp_path: Path
) -> None:
    shop.execute("UPDATE assortment SET bay = '1', shelf = '2', position = '3' WHERE sku = '007'")
    shop.table("assortment").insert(carried("007", label="2", aisle="E1"))
    assert run("touchpoint", "mint", "--kind", "product", "--store", "S1").stdout.startswith("minted 1")
    template = tmp_path / "spot.toml"
    template.write_text(
        """
        size = [60, 30]
        [box.qr]
        kind = "qr"
        x = 30
        y = 2
        width = 26
        height = 26
        [box.place]
        kind = "text"
        text = "{sku} {position}"
        x = 1
        y = 1
        width = 28
        height = 6
        size = 9
        """,
        encoding="utf-8",
    )
    assert print_tags(run, out, "--template", template).exit_code == 0
    cells = cells_of(shop)
    assert {seen.text for seen in read_codes(out)} == {cell["url"] for cell in cells}
    assert len(cells) == 3
    lines = [line for text in page_texts(out) for line in text.splitlines()]
    assert lines == ["008 2", "007 10-1-2-3", "007 E1"]


BARCODES = [
    # gtin, pack_quantity, what is printed, and as what
    ("6901234567892", "", "6901234567892", "EAN13"),
    ("6901234567892;6901234567908", "12;1", "6901234567908", "EAN13"),
    ("6901234567893;6901234567908", "", "6901234567908", "EAN13"),
    ("614141999996", "", "0614141999996", "EAN13"),
    ("04252614", "", "0042100005264", "EAN13"),
    ("978-0-306-40615-7", "", "9780306406157", "EAN13"),
    ("0-306-40615-2", "", "9780306406157", "EAN13"),
    ("0317-8471", "", "9770317847001", "EAN13"),
    ("96385074", "", "96385074", "EAN8"),
    ("2100123456789", "", "2100123456789", "Code128"),
    ("4011", "", "4011", "Code128"),
    ("10614141000415", "", "10614141000415", "Code128"),
    ("6901234567893", "", "6901234567893", "Code128"),
    ("A-17/b", "", "A-17/b", "Code128"),
    ("210012300500012345", "", "", ""),
    ("货号17", "", "", ""),
    ("无", "", "", ""),
    ("", "", "", ""),
]


@pytest.mark.parametrize(("gtin", "packs", "printed", "code_format"), BARCODES)
def test_a_barcode_is_printed_as_what_it_is(
    shop: Database, run: Run, out: Path, gtin: str, packs: str, printed: str, code_format: str
) -> None:
    shop.execute("UPDATE products SET gtin = ?, pack_quantity = ? WHERE sku = '007'", [gtin, packs])
    result = print_tags(run, out, "--sku", "007")
    (cell,) = cells_of(shop)
    assert cell["ean"] == printed
    linear = [(seen.text, seen.format) for seen in read_codes(out) if seen.format != "QRCode"]
    assert linear == ([(printed, code_format)] if printed else [])
    assert ("1 printed as Code 128" in result.stderr) == (code_format == "Code128")
    assert ("1 left out" in result.stderr) == (not printed and gtin not in ("", "无"))
    assert run("proof", out).exit_code == 0


def test_one_remark_counts_the_barcodes_that_are_no_ean(shop: Database, run: Run, out: Path) -> None:
    shop.execute("UPDATE products SET gtin = '210012300500012345' WHERE sku = '007'")
    assert print_tags(run, out).stderr.splitlines()[-1] == (
        "remark: barcodes that are no EAN: 1 printed as Code 128, 1 left out, too long for the box or not ASCII, "
        "such as '210012300500012345'; 'o2o catalog check' names their products"
    )


def test_tags_come_in_walking_order_and_aisle_2_before_aisle_10(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out)
    assert ["有机纯牛奶" in str(cell["texts"]) for cell in cells_of(shop)] == [True, False]


def test_the_manifest_holds_the_texts_that_the_page_shows(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out)
    (page,) = page_texts(out)
    texts = [text for cell in cells_of(shop) for text in json.loads(str(cell["texts"]))]
    assert "散养土鸡蛋" in texts
    assert all("".join(text.split()) in "".join(page.split()) for text in texts)
    (job,) = shop.query("SELECT * FROM print_jobs")
    assert (job["command"], job["file_name"], job["pages"], job["sample"]) == ("tags --store S1", "out.pdf", 1, 0)
    with pypdfium2.PdfDocument(out) as document:
        assert document.get_metadata_dict()["Subject"] == f"o2o job {job['id']}"


def test_the_first_label_and_copies_fill_the_sheet_from_there(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out, "--sku", "007", "--start", "23", "--copies", "3")
    stock = find_stock(None, "A4-24")
    cells = cells_of(shop)
    assert [(cell["page"], cell["cell"]) for cell in cells] == [(1, 23), (1, 24), (2, 1)]
    assert [(cell["x"], cell["y"]) for cell in cells] == [stock.corner(22), stock.corner(23), stock.corner(0)]
    assert len({cell["url"] for cell in cells}) == 1
    urls = [seen for seen in read_codes(out) if seen.text != EAN]
    assert all(any(seen.lies_in(cell) for seen in urls) for cell in cells)


def test_a_start_beyond_the_sheet_is_an_error(shop: Database, run: Run, out: Path) -> None:
    assert "24 label(s) a sheet" in str(print_tags(run, out, "--start", "25").exception)
    assert not out.exists()


def test_the_price_is_that_of_the_day_the_stores_own_before_the_chains(shop: Database, run: Run, out: Path) -> None:
    change = NOW + 86_400_000  # 16:00 the next day
    shop.execute("UPDATE assortment SET valid_to = ? WHERE sku = '007'", [change])
    shop.table("assortment").insert(carried("007", price=1190, valid_from=change))
    for day, digits in (("2027-01-15", ["¥", "12", ".80"]), ("2027-01-16", ["¥", "11", ".90"])):
        print_tags(run, out, "--sku", "007", "--on", day)
        texts = json.loads(str(cells_of(shop)[0]["texts"]))
        assert [text for text in digits if text not in texts] == []


def test_a_promotion_is_on_the_tags_of_its_days_and_the_codes_still_read(
    shop: Database, run: Run, out: Path, tmp_path: Path
) -> None:
    shop.execute("UPDATE products SET net_content = 500, net_unit = 'g' WHERE sku = '007'")
    prices = tmp_path / "变价单.csv"
    prices.write_text("商品编码,促销价,生效日期,结束日期\n007,9.50,2027-01-20,2027-01-22\n", encoding="utf-8")
    assert "prices: 1 new" in run("catalog", "import", prices).stdout
    for day, shown in (("2027-01-20", True), ("2027-01-22", True), ("2027-01-23", False)):
        print_tags(run, out, "--sku", "007", "--on", day)
        (cell,), (text,) = cells_of(shop), page_texts(out)
        assert ("促销价" in text and "原价" in text and "19.00元/千克" in text) is shown
        assert ("25.60元/千克" in text) is not shown
        assert {seen.text for seen in read_codes(out)} == {cell["url"], EAN}


def test_a_chain_wide_code_stands_in_where_the_store_has_none(shop: Database, run: Run, out: Path) -> None:
    shop.execute("UPDATE touchpoints SET store_id = NULL WHERE kind = 'product' AND subject_id = '008'")
    result = print_tags(run, out)
    assert len(cells_of(shop)) == 2
    assert "1 tag(s) carry a chain-wide code" in result.stderr


def test_a_product_without_code_or_unknown_is_named_and_nothing_is_printed(shop: Database, run: Run, out: Path) -> None:
    shop.table("products").insert(product("009", "新品"))
    result = print_tags(run, out, "--sku", "007", "--sku", "009", "--sku", "666")
    message = str(result.exception)
    assert (
        "product 009 新品: it has no code to print here; run 'o2o touchpoint mint --kind product --store S1'" in message
    )
    assert "product 666: there is no such product" in message
    assert not out.exists()
    assert not list(shop.query("SELECT * FROM print_jobs"))


@pytest.mark.parametrize("content", ["货号,新价\n007,9.9\n008,8.8\n", "007\n008\n"])
def test_a_list_of_skus_comes_from_a_table_or_plain_lines(
    shop: Database, run: Run, out: Path, tmp_path: Path, content: str
) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(content, encoding="gb18030")
    assert print_tags(run, out, "--from", str(listed)).exit_code == 0
    assert len(cells_of(shop)) == 2


def test_characters_without_font_and_texts_too_long_come_in_one_list_before_anything_is_printed(
    shop: Database, run: Run, out: Path
) -> None:
    shop.execute("UPDATE products SET name = '鸡蛋🥚' WHERE sku = '007'")
    shop.execute("UPDATE products SET name = ? WHERE sku = '008'", ["长" * 120])
    message = str(print_tags(run, out).exception)
    assert "2 problem(s)" in message
    assert "product 007" in message
    assert "has '🥚' (U+1F95A), which no font has" in message
    assert "product 008" in message
    assert "does not fit at 4.5 pt" in message
    assert not out.exists()


def test_with_drop_missing_a_name_is_printed_without_what_no_font_has_and_remarked_on(
    shop: Database, run: Run, out: Path
) -> None:
    shop.execute("UPDATE products SET name = '散养 🥚 鸡蛋❤️👨‍👩‍👧' WHERE sku = '007'")
    result = print_tags(run, out, "--drop-missing")
    assert result.exit_code == 0, result.exception
    assert "left out of 1 print(s): product 007 (🥚" in result.stderr
    assert "散养 鸡蛋" in page_texts(out)[0]
    assert any("散养 鸡蛋" in str(cell["texts"]) for cell in cells_of(shop))
    assert run("proof", out).exit_code == 0


def test_a_name_of_nothing_but_missing_characters_is_refused_all_the_same(shop: Database, run: Run, out: Path) -> None:
    shop.execute("UPDATE products SET name = '🥚🥚' WHERE sku = '007'")
    assert "which no font has" in str(print_tags(run, out, "--drop-missing").exception)
    assert not out.exists()


def test_the_fonts_of_the_shop_are_in_the_file_and_its_amounts_as_in_its_place(
    shop: Database, run: Run, out: Path
) -> None:
    write_font(shop_folder(shop) / "mine.ttf", "0123456789")
    for name, value in (("font_bold", "mine.ttf"), ("currency", "EUR"), ("locale", "de-DE")):
        change_setting(shop, name, value)
    assert print_tags(run, out).exit_code == 0
    assert b"+Small" in out.read_bytes()
    assert "23" in page_texts(out)[0]
    assert any('",90", "€' in str(cell["texts"]) for cell in cells_of(shop))
    assert run("proof", out).exit_code == 0


def test_with_skip_problems_the_rest_is_printed_and_the_problems_listed(shop: Database, run: Run, out: Path) -> None:
    shop.execute("UPDATE products SET name = '=鸡蛋🥚' WHERE sku = '007'")
    result = print_tags(run, out, "--skip-problems")
    assert result.exit_code == 0
    assert [cell["cell"] for cell in cells_of(shop)] == [1]
    listed = out.with_name("out.pdf.problems.csv").read_text(encoding="utf-8-sig")
    assert "product,007,'=鸡蛋🥚,name" in listed
    shop.execute("UPDATE products SET name = '鸡蛋' WHERE sku = '007'")
    print_tags(run, out, "--skip-problems")
    assert not out.with_name("out.pdf.problems.csv").exists()


def test_where_every_record_has_a_problem_there_is_no_file_even_with_skip_problems(
    shop: Database, run: Run, out: Path
) -> None:
    shop.execute("UPDATE products SET name = '🥚'")
    assert "nothing is left to print" in str(print_tags(run, out, "--skip-problems").exception)
    assert not out.exists()


def test_an_empty_selection_says_what_to_do(db: Database, run: Run, out: Path) -> None:
    db.table("stores").insert({"store_id": "S1", "name": "空店"})
    message = str(print_tags(run, out, "--sample").exception)
    assert "run 'o2o touchpoint mint --kind product --store S1'" in message
    assert "import it first" in str(run("print", "tags", "--store", "S9", "--out", out).exception)


def test_a_url_that_no_phone_can_open_is_printed_as_sample_only(db: Database, run: Run, out: Path) -> None:
    fill_shop(db)
    assert "mark the print with --sample" in str(print_tags(run, out).exception)
    assert not out.exists()
    print_tags(run, out, "--sample", "--copies", "13")
    assert all("样张 SAMPLE" in text for text in page_texts(out))
    assert len(page_texts(out)) == 2
    assert len(read_codes(out)) == 52


def test_the_same_job_makes_the_same_bytes(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out, "--on", "2027-01-15")
    first = out.read_bytes()
    shop.execute("DELETE FROM print_cells")
    shop.execute("DELETE FROM print_jobs")
    print_tags(run, out, "--on", "2027-01-15")
    assert out.read_bytes() == first


def test_fonts_are_embedded_and_no_viewer_scales_the_page(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out)
    written = out.read_bytes()
    assert b"/PrintScaling/None" in written
    assert written.count(b"/FontFile2") == written.count(b"/Type/FontDescriptor") > 0
    assert b"Helvetica" not in written
    assert page_sizes(out) == [(210, 297)]


def test_a_folder_that_is_missing_leaves_neither_file_nor_job(shop: Database, run: Run, tmp_path: Path) -> None:
    result = print_tags(run, tmp_path / "none" / "out.pdf")
    assert "create the folder first" in str(result.exception)
    assert not list(shop.query("SELECT * FROM print_jobs"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is a folder that nobody may write to")
def test_a_read_only_folder_leaves_no_job(shop: Database, run: Run) -> None:
    assert isinstance(print_tags(run, Path("/proc/out.pdf")).exception, OutputError)
    assert not list(shop.query("SELECT * FROM print_jobs"))


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit to set")
def test_a_full_disk_leaves_the_file_of_before_and_no_job(shop: Database, run: Run, out: Path) -> None:
    out.write_bytes(b"of before")
    with largest_file(20_000):
        result = print_tags(run, out, "--copies", "500")
    assert "free some room" in str(result.exception)
    assert out.read_bytes() == b"of before"
    assert sorted(path.name for path in out.parent.iterdir() if "part" in path.name) == []
    assert not list(shop.query("SELECT * FROM print_jobs"))


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit to set")
def test_a_manifest_that_finds_no_room_leaves_the_file_of_before(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out, "--copies", "400")
    room = out.stat().st_size + 1_000  # less than the rows of so many cells
    out.write_bytes(b"of before")
    with largest_file(room):
        result = print_tags(run, out, "--copies", "400")
    assert isinstance(result.exception, DatabaseError)
    assert out.read_bytes() == b"of before"
    assert [job["id"] for job in shop.query("SELECT id FROM print_jobs")] == [1]


def test_a_job_keeps_whose_it_is_of_which_day_and_what_was_asked_for(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out, "--sku", "007", "--on", "2027-01-16", "--copies", "3", "--set", "call=来")
    (job,) = shop.query("SELECT store_id, day, options FROM print_jobs")
    assert (job["store_id"], job["day"]) == ("S1", "2027-01-16")
    options = json.loads(str(job["options"]))
    assert list(options.pop("looks")) == ["shelf-tag"]
    assert options == {
        "kind": "product",
        "title": "价签 S1 2027-01-16",
        "choice": {"skus": ["007"], "carrier": "shelf_tag", "words": {"call": "来"}},
        "order": {"copies": 3},
        "dpi": {"shelf-tag": 300},
    }


def test_many_problems_are_counted_and_listed_in_a_file(shop: Database, run: Run, out: Path) -> None:
    skus = tuple(f"X{number}" for number in range(250))
    settings = load_settings(shop)
    selection = select_tags(shop, settings, Choice("S1", subject_ids=("007", *skus)), NOW)
    with pytest.raises(PrintRefusedError, match=r"(?s)250 problem.*and 150 more, listed in .*problems\.csv") as refused:
        print_selection(shop, settings, selection, PrintOrder(out, "tags"), NOW)
    assert len(refused.value.problems) == 100
    listed = out.with_name("out.pdf.problems.csv")
    assert len(listed.read_text(encoding="utf-8-sig").splitlines()) == 251
    order = PrintOrder(out, "tags", skip_problems=True)
    result = print_selection(shop, settings, selection, order, NOW)
    assert (result.problem_count, len(result.problems), result.cells) == (250, 100, 1)


def test_others_can_write_while_a_print_is_made_which_shows_one_state_of_the_file(
    shop: Database, db_path: Path, out: Path
) -> None:
    settings = load_settings(shop)
    selection = select_tags(shop, settings, Choice("S1"), NOW)

    def meanwhile(numbers: Sequence[int]) -> Iterator[int]:
        for number in numbers:
            yield number
            with closing(sqlite3.connect(db_path, timeout=0.1)) as other, other:
                other.execute("UPDATE products SET name = name || '!'")

    print_selection(shop, settings, selection, PrintOrder(out, "tags"), NOW, meanwhile)
    assert [json.loads(str(cell["texts"]))[0] for cell in cells_of(shop)] == ["有机纯牛奶", "散养土鸡蛋"]


@pytest.mark.skipif(sys.platform == "win32", reason="no signal to send")
def test_a_print_that_is_broken_off_leaves_nothing(shop: Database, db_path: Path, out: Path) -> None:
    arguments = ["print", "tags", "--store", "S1", "--copies", "200000", "--out", str(out)]
    program = [sys.executable, "-m", "o2o", *arguments]
    environment = {**os.environ, "O2O_DB": str(db_path)}
    with subprocess.Popen(program, stderr=subprocess.PIPE, env=environment, cwd=Path(__file__).parent.parent) as print_:
        while print_.poll() is None and not any(part.stat().st_size > 100_000 for part in out.parent.glob(".*.part")):
            time.sleep(0.02)
        print_.send_signal(signal.SIGINT)
        _, said = print_.communicate()
    assert print_.returncode in (1, 130), said
    assert b"Traceback" not in said
    assert [path.name for path in out.parent.iterdir() if not path.name.startswith("shop.db")] == []
    assert shop.execute("SELECT count(*) FROM print_jobs").fetchone() == (0,)
    assert shop.execute("SELECT count(*) FROM print_cells").fetchone() == (0,)


def test_a_file_that_can_not_take_its_name_leaves_no_job(shop: Database, run: Run, out: Path) -> None:
    out.mkdir()  # as a file that is open in another program on Windows: it can be written beside, not replaced
    settings = load_settings(shop)
    selection = select_tags(shop, settings, Choice("S1"), NOW)
    with pytest.raises(OutputError):
        print_selection(shop, settings, selection, PrintOrder(out, "tags"), NOW)
    assert not list(shop.query("SELECT * FROM print_jobs"))
    assert not list(shop.query("SELECT * FROM print_cells"))


def test_a_list_of_earlier_problems_that_can_not_be_removed_is_told(shop: Database, run: Run, out: Path) -> None:
    out.with_name("out.pdf.problems.csv").mkdir()
    assert isinstance(print_tags(run, out).exception, OutputError)
    assert out.is_file()


def test_signage_of_a_product_and_badges_print_from_the_command(shop: Database, run: Run, out: Path) -> None:
    arguments = ("print", "signage", "--store", "S1", "--template", "poster-a4", "--sku", "007")
    assert run(*arguments, "--set", "headline=鸡蛋 9.9", "--out", out).exit_code == 0
    (text,) = page_texts(out)
    assert "鸡蛋 9.9" in text
    assert run("print", "badges", "--person", "E02", "--out", out).exit_code == 0
    assert "欧阳娜娜" in page_texts(out)[0]
    assert run("print", "badges", "--out", out).exit_code == 2
    assert run(*arguments, "--set", "headline", "--out", out).exit_code == 2


def test_signage_of_a_campaign_prints_without_a_store_and_takes_a_carrier_by_its_chinese_name(
    shop: Database, run: Run, out: Path
) -> None:
    shop.table("campaigns").insert({"campaign_id": "C1", "name": "春节"})
    mint_touchpoints(shop, MintRequest(Kind.PLACE, campaign_id="C1"), NOW)
    assert run("print", "signage", "--campaign", "C1", "--carrier", "单页", "--out", out).exit_code == 0
    assert [cell["template"] for cell in cells_of(shop)] == ["leaflet", "leaflet"]  # its two sides
    assert run("print", "signage", "--carrier", "单页", "--out", out).exit_code == 2


def test_a_template_and_a_logo_of_ones_own_are_printed(shop: Database, run: Run, out: Path, tmp_path: Path) -> None:
    Image.new("RGB", (80, 40), "red").save(tmp_path / "logo.png")
    box = "x = 40\ny = 25\nwidth = 20\nheight = 10\n"
    (tmp_path / "mine.toml").write_text(
        f'extends = "shelf-tag"\nwithout = ["ean"]\n[box.logo]\nkind = "image"\nfile = "logo.png"\n{box}', "utf-8"
    )
    template = str(tmp_path / "mine.toml")
    assert print_tags(run, out, "--template", template).exit_code == 0
    assert out.read_bytes().count(b"/Subtype/Image") == 1
    assert {cell["template"] for cell in cells_of(shop)} == {"mine"}
    (tmp_path / "logo.png").unlink()
    assert "is no picture that can be read" in str(print_tags(run, out, "--template", template).exception)


def test_a_template_larger_than_the_cells_of_its_stock_is_refused(shop: Database, run: Run, out: Path) -> None:
    message = str(print_tags(run, out, "--template", "poster-a4", "--stock", "A4-24").exception)
    assert "a cell of 70 x 37.125 mm is too small for the template 'poster-a4'" in message


@pytest.mark.parametrize("dpi", [300, 600])
def test_on_a_printer_of_the_templates_dots_or_twice_as_many_no_edge_of_a_code_is_blurred(
    shop: Database, run: Run, out: Path, dpi: int
) -> None:
    print_tags(run, out)
    with pypdfium2.PdfDocument(out) as document:
        image = document[0].render(scale=dpi / 72).to_pil().convert("L")
    for cell in cells_of(shop):
        edge = dpi / 25.4
        left, top = float(str(cell["x"])) + 3.25 + 40.3, float(str(cell["y"])) + 1.8
        part = image.crop(tuple(round(length * edge) for length in (left, top, left + 22, top + 22)))
        assert [grey for _, grey in part.getcolors() if 8 < grey < 250] == []


def styled(folder: Path, base: str, look: str) -> Path:
    """Write a template whose code has a look of its own, and a logo beside it."""
    Image.new("RGB", (90, 90), "#7a1020").save(folder / "logo.png")
    path = folder / f"my-{base}.toml"
    path.write_text(f'extends = "{base}"\n[box.qr]\n{look}\n', encoding="utf-8")
    return path


PIECES = {"shelf-tag": ("tags",), "badge": ("badges",), "entrance": ("signage", "--place", "P-entrance")}
FULL = 'colour = "#0A1A3A"\nground = "#FFFFFF"\nlogo = "logo.png"\ncall = "扫码领券"'


@pytest.mark.parametrize("base", PIECES)
@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("look", ["", FULL], ids=["alone", "with logo and frame"])
def test_each_look_prints_for_product_person_and_place_and_is_proved(
    shop: Database, run: Run, out: Path, base: str, shape: Shape, look: str
) -> None:
    template = styled(out.parent, base, f'shape = "{shape}"\n{look}')
    result = run("print", *PIECES[base], "--store", "S1", "--template", template, "--out", out)
    assert result.exception is None
    cells = cells_of(shop)
    seen = {code.text: code for code in read_codes(out, dpi=300)}
    assert all(seen[str(cell["url"])].lies_in(cell) for cell in cells)
    assert all(("扫码领券" in str(cell["texts"])) == bool(look) for cell in cells)
    assert run("proof", out).exit_code == 0


def test_a_look_that_is_hard_to_scan_is_refused_before_anything_is_written(shop: Database, run: Run, out: Path) -> None:
    template = styled(out.parent, "badge", FULL)
    cover = '[box.cover]\nkind = "rect"\nx = 48.6\ny = 13\nwidth = 17\nheight = 17\nfill = "#FFFFFF"\n'
    template.write_text(template.read_text(encoding="utf-8") + cover, encoding="utf-8")
    result = run("print", "badges", "--store", "S1", "--template", template, "--skip-problems", "--out", out)
    assert isinstance(result.exception, UnreadableCodeError)
    assert "template 'my-badge', box 'qr': https://" in str(result.exception)
    assert not out.exists()
    assert not list(shop.query("SELECT * FROM print_jobs"))


def keep_mini_programs(db: Database) -> None:
    keep_pictures(db, [(number, PICTURE) for (number,) in db.conn.execute("SELECT id FROM touchpoints")], NOW)


def test_a_poster_carries_the_qr_and_the_mini_program_code(shop: Database, run: Run, out: Path) -> None:
    arguments = ("print", "signage", "--place", "P-pillar", "--template", "poster-a4-wechat", "--out", out)
    refused = str(run(*arguments).exception)
    assert "place P-pillar 一号点位" in refused
    assert "no mini-program code" in refused
    keep_mini_programs(shop)
    result = run(*arguments)
    assert (result.exception, result.stderr) == (None, "")
    with pypdfium2.PdfDocument(out) as document:
        [picture] = [thing for thing in document[0].get_objects() if thing.type == 3]  # 3: an image
        left, _, right, _ = picture.get_bounds()
    assert (right - left) / 72 * 25.4 == pytest.approx(72, abs=0.1)
    assert [code.text for code in read_codes(out)] == [cell["url"] for cell in cells_of(shop)]
    assert run("proof", out).exit_code == 0


def test_a_mini_program_code_may_stand_instead_of_the_qr(shop: Database, run: Run, out: Path) -> None:
    template = out.with_name("mini.toml")
    box = 'kind = "mini_program"\nx = 48.6\ny = 13\nwidth = 34\nheight = 34\n'
    template.write_text(f'extends = "badge"\nwithout = ["qr"]\n[box.mini]\n{box}', encoding="utf-8")
    keep_mini_programs(shop)
    assert run("print", "badges", "--store", "S1", "--template", template, "--out", out).exception is None
    assert read_codes(out) == []
    assert {cell["url"] for cell in cells_of(shop)} == {""}
    assert run("proof", out).exit_code == 0


def test_a_coarse_mini_program_code_is_remarked_on(shop: Database, run: Run, out: Path) -> None:
    template = out.with_name("large.toml")
    template.write_text(
        'extends = "poster-a4-wechat"\n[box.mini_program]\nx = 110\ny = 150\nwidth = 90\nheight = 90\n',
        encoding="utf-8",
    )
    keep_mini_programs(shop)
    result = run("print", "signage", "--place", "P-pillar", "--template", template, "--out", out)
    assert "1 mini-program code(s) are coarse at their size, down to 121 dpi" in result.stderr


def test_a_link_that_expires_gets_on_no_paper(shop: Database, run: Run, out: Path) -> None:
    poster = ("print", "signage", "--place", "P-pillar", "--template", "poster-a4", "--out", out)
    for word in ("headline", "url"):
        assert "30 days" in str(run(*poster, "--set", f"{word}=https://wxaurl.cn/AbC").exception)
    assert "30 days" in str(run("setting", "set", "base_url", "https://wxaurl.cn").exception)
    shop.execute("UPDATE settings SET value = 'https://wxaurl.cn' WHERE name = 'base_url'")  # as an older o2o kept it
    assert "30 days" in str(run(*poster).exception)
    code = shop.execute("SELECT code FROM touchpoints").fetchone()[0]
    assert "30 days" in str(run("code", "image", code, "--out", out.with_suffix(".png")).exception)
    assert not out.exists()


def test_others_may_write_while_fonts_are_written(
    shop: Database, run: Run, out: Path, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = PdfFonts.write

    def write_beside_another(self: PdfFonts, file: PdfFile) -> str:
        with closing(sqlite3.connect(db_path, timeout=0)) as other:
            other.execute("UPDATE products SET origin = '江西'")
            other.commit()
        return write(self, file)

    monkeypatch.setattr(PdfFonts, "write", write_beside_another)
    assert print_tags(run, out).exit_code == 0
    assert {row["origin"] for row in shop.query("SELECT origin FROM products")} == {"江西"}
