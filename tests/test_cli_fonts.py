"""``o2o fonts``: what no font can print is known before a page is drawn."""

import csv
import io
import json
import time
from collections.abc import Callable

import pytest
from click.testing import Result

from o2o.config import change_setting, load_settings
from o2o.db import Database, shop_folder
from o2o.printing.selection.font_check import check_fonts
from tests.prints import NOW, fill_shop, product
from tests.small_fonts import write_font

Run = Callable[..., Result]


@pytest.fixture
def shop(db: Database) -> Database:
    fill_shop(db)
    return db


def spoil(db: Database) -> None:
    db.table("products").insert_all([
        product("E1", "雪糕😀🥚"), product("E2", "冰淇淋😀"), product("E3", "㵘𰻝面 ®㎡ ＡＢＣ ｱｲｳ"),
        product("E4", "旧货\U0001f9ca", retired_at=1),
    ])  # fmt: skip
    db.table("people").insert({"person_id": "E9", "store_id": "S1", "name": "龘\U00031350", "role": "导购"})
    db.table("products").update("E3", {"extra": json.dumps({"等级": "特级\U0001f31f"})})


def test_a_catalogue_that_can_be_printed_passes(shop: Database, run: Run) -> None:
    result = run("fonts", "check")
    assert result.exit_code == 0, result.output
    assert "every character of the catalogue can be printed" in result.stderr


def test_each_character_is_named_with_how_often_where_and_what_to_do(shop: Database, run: Run) -> None:
    spoil(shop)
    result = run("fonts", "check", "--format", "csv")
    assert result.exit_code == 1
    found = {row["code"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert list(found) == ["U+1F600", "U+1F31F", "U+1F95A", "U+31350"]
    assert found["U+1F600"] == {
        "character": "😀", "code": "U+1F600", "unicode_name": "GRINNING FACE", "texts": "2",
        "kind": "product", "id": "E1", "column": "name", "text": "雪糕😀🥚",
        "advice": found["U+1F600"]["advice"],
    }  # fmt: skip
    assert "--drop-missing" in found["U+1F600"]["advice"]
    assert "font_large" in found["U+31350"]["advice"]
    assert (found["U+31350"]["kind"], found["U+31350"]["id"]) == ("person", "E9")
    assert found["U+1F31F"]["column"] == "等级"


def test_every_text_can_be_listed(shop: Database, run: Run) -> None:
    spoil(shop)
    listed = json.loads(run("fonts", "check", "--every", "--format", "json").stdout)
    assert [(text["id"], text["characters"]) for text in listed] == [
        ("E1", "😀🥚"), ("E2", "😀"), ("E3", "🌟"), ("E9", "\U00031350"),
    ]  # fmt: skip


def test_fonts_of_the_shop_are_listed_and_count(shop: Database, run: Run) -> None:
    spoil(shop)
    before = {found.character for found in check_fonts(shop, load_settings(shop), NOW)}
    write_font(shop_folder(shop) / "large.ttf", "鑫")
    change_setting(shop, "font_large", "large.ttf")
    assert {found.character for found in check_fonts(shop, load_settings(shop), NOW)} == before
    listed = json.loads(run("fonts", "list", "--format", "json").stdout)
    assert {font["chain"] for font in listed} == {"regular", "bold", "black"}
    assert {(font["name"], font["characters"], font["licence"]) for font in listed} >= {
        ("Small", 1, "yours"), ("NotoSansSC-Black", 600, "OFL-1.1"),
    }  # fmt: skip


def test_a_hundred_thousand_products_take_seconds(db: Database) -> None:
    db.table("products").insert_all(
        product(f"{n:06}", f"商品{n}号礼盒装{chr(0x4E00 + n % 5000)}") for n in range(100_000)
    )
    start = time.perf_counter()
    assert check_fonts(db, load_settings(db), NOW) is not None
    assert time.perf_counter() - start < 10
