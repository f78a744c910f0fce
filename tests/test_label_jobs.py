"""Tags printed for electronic shelf labels and label printers as their user does it, and read back."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from o2o.codes.reader import read_codes
from o2o.config import change_setting
from o2o.db import Database
from o2o.errors import SettingError
from tests.label_printers import print_out
from tests.prints import cells_of, fill_shop


@pytest.fixture
def shop(db: Database) -> Database:
    """A small shop whose codes can be printed."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    return db


def print_tags(run, out: Path, *more: str):
    return run("print", "tags", "--store", "S1", "--out", out, *more)


def texts_of(image: Image.Image) -> set[str]:
    return {code.text for code in read_codes(image.convert("L"))}


@pytest.mark.parametrize(
    ("template", "size"), [("esl-213", (250, 122)), ("esl-290", (296, 128)), ("esl-420", (400, 300))]
)
def test_each_product_has_a_picture_of_the_panels_pixels_and_inks(
    shop: Database, run, tmp_path: Path, template: str, size: tuple[int, int]
) -> None:
    out = tmp_path / "labels.zip"
    assert print_tags(run, out, "--template", template).exit_code == 0
    urls = {cell["page"]: cell["url"] for cell in cells_of(shop)}
    with zipfile.ZipFile(out) as pictures:
        assert sorted(pictures.namelist()) == ["007.png", "008.png"]
        for name in pictures.namelist():
            with Image.open(io.BytesIO(pictures.read(name))) as image:
                image.load()
                assert (image.size, image.mode) == (size, "P")
                assert len(image.getcolors()) <= 4
                assert image.text["Subject"] == "o2o job 000000000001"
                assert urls[int(image.text["Page"])] in texts_of(image)


@pytest.mark.parametrize("language", ["zpl", "tspl"])
def test_each_label_shows_the_code_and_the_ean_of_its_product(
    shop: Database, run, tmp_path: Path, language: str
) -> None:
    out = tmp_path / f"tags.{language}"
    result = print_tags(run, out, "--template", "shelf-tag-roll", "--copies", "2")
    assert result.stdout == f"{out}: 4 printed on 4 page(s), job 1\n"
    labels = print_out(language, out.read_bytes())
    assert [label.copies for label in labels] == [2, 2]
    for label, cell in zip(labels, cells_of(shop)[::2], strict=True):
        assert texts_of(label.image) == {cell["url"], cell["ean"]}


@pytest.mark.parametrize("language", ["zpl", "tspl"])
def test_a_printer_of_300_dots_gets_labels_of_its_dots(shop: Database, run, tmp_path: Path, language: str) -> None:
    out = tmp_path / f"tags.{language}"
    assert run("printer", "add", "fine", "--dpi", "300").exit_code == 0
    assert print_tags(run, out, "--template", "shelf-tag-roll", "--printer", "fine").exit_code == 0
    [label, _] = print_out(language, out.read_bytes(), 300)
    assert label.image.size == (827, 449)


def test_a_sheet_is_refused_and_nothing_is_left(shop: Database, run, tmp_path: Path) -> None:
    out = tmp_path / "tags.zpl"
    result = print_tags(run, out)
    assert isinstance(result.exception, SettingError)
    assert "label printers take rolls, no sheets; print labels one by one with --stock label" in str(result.exception)
    assert not out.exists()
    assert cells_of(shop) == []
    assert print_tags(run, out, "--stock", "label").exit_code == 0
