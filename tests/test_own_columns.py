"""Columns that only the merchant has, on prints."""

import json
from pathlib import Path

import pytest
from PIL import Image

from o2o.config import load_settings
from o2o.db import Database
from o2o.errors import InputFileError
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import PrintRefusedError, print_selection
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import Selection, select_badges, select_signage, select_tags
from tests.prints import NOW, fill_shop

TEMPLATE = """\
size = [70, 37]
[words.zh]
grade = "级"
[words.en]
grade = "grade"
[box.qr]
kind = "qr"
x = 46
y = 8
width = 22
height = 22
"""
BOX = "x = 2\ny = 2\nwidth = 40\nheight = 8\nsize = 11\nmin_size = 4\n"


@pytest.fixture
def shop(db: Database) -> Database:
    """The small shop, its products, people and stores with columns of their own."""
    fill_shop(db)
    for table, key, extra in (
        (
            "products",
            "007",
            {"brand": "农家", "name_en": "Eggs  (free\nrange)", "shelf life": "30", "name": "X", "grade": "A"},
        ),
        ("people", "E01", {"英文名": "Ming", "photo": "photos/ming.png"}),
        ("stores", "S1", {"地址": "漕溪北路1号"}),
        ("places", "P-exit", {"brand": "出口"}),
    ):
        column = {"products": "sku", "people": "person_id", "stores": "store_id", "places": "place_id"}[table]
        db.conn.execute(f"UPDATE {table} SET extra = ? WHERE {column} = ?", [json.dumps(extra), key])
    return db


def write(folder: Path, boxes: str) -> str:
    path = folder / "own.toml"
    path.write_text(TEMPLATE + boxes, encoding="utf-8")
    return str(path)


def text_box(text: str) -> str:
    return f'[box.own]\nkind = "text"\ntext = "{text}"\n{BOX}'


def tags(db: Database, template: str, **choice: object) -> Selection:
    return select_tags(db, load_settings(db), Choice("S1", template=template, **choice), NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("brand", "农家"),
        ("name_en", "Eggs (free range)"),
        ("shelf_life", "30"),
        ("store_地址", "漕溪北路1号"),
        ("英文名", None),
        ("name", "散养土鸡蛋"),
        ("grade", "级"),
    ],
)
def test_a_template_shows_columns_of_the_merchants_own(
    shop: Database, tmp_path: Path, field: str, value: str | None
) -> None:
    selection = tags(shop, write(tmp_path, text_box(f"{{{field}}}")), subject_ids=("007",))
    assert selection.records[0].values.get(field) == value


def test_a_product_at_a_place_shows_its_own_columns_before_the_places(shop: Database, tmp_path: Path) -> None:
    template = write(tmp_path, text_box("{brand}"))
    for sku, brand in (("007", "农家"), ("008", "出口")):
        choice = Choice("S1", subject_ids=("P-exit",), skus=(sku,), template=template)
        assert select_signage(shop, load_settings(shop), choice, NOW).records[0].values["brand"] == brand


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("brnd", "own.toml: box 'own' shows 'brnd', which no table has; did you mean 'brand'?"),
        ("nmae_en", "shows 'nmae_en', which no table has; did you mean 'name_en'"),
        ("地址", "did you mean 'store_地址'?"),
        ("zzz", "columns of your own are brand, grade, name, name_en, photo, shelf_life, store_地址, 英文名; see"),
    ],
)
def test_a_field_that_no_table_has_is_told_when_it_is_printed(
    shop: Database, tmp_path: Path, field: str, message: str
) -> None:
    template = write(tmp_path, text_box(f"{{{field}}}"))
    with pytest.raises(InputFileError) as caught:
        tags(shop, template)
    assert message in str(caught.value)
    assert tags(shop, template, words={field: "so"}).records[0].values[field] == "so"


def test_a_photo_is_a_file_beside_the_shops_file_and_a_problem_where_it_is_not(shop: Database, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    box = '[box.photo]\nkind = "image"\nfield = "photo"\nx = 2\ny = 2\nwidth = 20\nheight = 20\n'
    settings = load_settings(shop)
    selection = select_badges(shop, settings, Choice("S1", template=write(tmp_path / "templates", box)), NOW)
    order = PrintOrder(tmp_path / "badges.pdf", "badges", sample=True)
    with pytest.raises(PrintRefusedError, match=r"ming\.png' is no picture that can be read, as there is no such file"):
        print_selection(shop, settings, selection, order, NOW)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (40, 40), "red").save(tmp_path / "photos" / "ming.png")
    assert print_selection(shop, settings, selection, order, NOW).cells == 2
    assert order.out.read_bytes().count(b"/Subtype/Image") == 1
