"""Pictures of templates: codes read, what is preprinted shows, and a command takes less than a second of work."""

import io
from pathlib import Path

import pytest
from PIL import Image

from o2o.config import change_setting, load_settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.printing.jobs.preview import preview_template, values_to_show
from o2o.printing.selection.choice import Choice
from o2o.printing.template.examples import EXAMPLE_SHOP
from o2o.printing.template.file import find_template, read_template, shipped_templates
from o2o.printing.template.starters import start_template
from tests.prints import NOW, fill_shop, make_picture

NAMES = [path.stem for path in shipped_templates()]


def codes_of(picture: bytes) -> set[str]:
    import zxingcpp

    return {found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))}


@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_preview_reads(name: str) -> None:
    assert "https://S.YOURSHOP.COM/K7M2X9PQ" in codes_of(preview_template(find_template(name), EXAMPLE_SHOP))


def test_both_sides_and_what_is_preprinted_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "tag.toml"
    start_template(path)
    front = Image.open(io.BytesIO(preview_template(read_template(path)))).size
    content = path.read_text(encoding="utf-8")
    both = tmp_path / "both.toml"
    both.write_text(content.replace('kind = "qr"', 'kind = "qr"\nside = "back"\npreprinted = true'), encoding="utf-8")
    picture = preview_template(read_template(both))
    assert Image.open(io.BytesIO(picture)).size == (2 * front[0] + 24, front[1])
    assert len(codes_of(picture)) == 2


def test_a_panel_is_shown_pixel_by_pixel_in_its_inks(tmp_path: Path) -> None:
    path = tmp_path / "panel.toml"
    start_template(path)
    content = path.read_text(encoding="utf-8").replace(
        "size = [70, 37]", 'size = [70, 37]\ninks = ["black", "red", "white"]'
    )
    panel = tmp_path / "inks.toml"
    panel.write_text(content, encoding="utf-8")
    picture = Image.open(io.BytesIO(preview_template(read_template(panel))))
    assert picture.size == (827, 437)
    assert {colour for _, colour in picture.convert("RGB").getcolors() or ()} == {
        (0, 0, 0), (255, 0, 0), (255, 255, 255),
    }  # fmt: skip


def test_a_value_that_does_not_fit_is_told() -> None:
    with pytest.raises(SettingError, match=r"box 'name': .* does not fit"):
        preview_template(find_template("shelf-tag"), EXAMPLE_SHOP, {"name": "很长的名字" * 30})


def test_a_product_of_the_shop_is_shown_with_logo_and_words(db: Database, tmp_path: Path) -> None:
    fill_shop(db)
    (tmp_path / "logo.jpg").write_bytes(make_picture())
    settings = change_setting(db, "logo", "logo.jpg")
    choice = Choice("S1", skus=("007",), template="shelf-tag", words={"promo_price": "5"})
    values = values_to_show(db, settings, choice, NOW)
    assert (values["name"], values["promo_price"], values["price"]) == ("散养土鸡蛋", "¥5.00", "¥12.80")
    assert values["logo"] == str(tmp_path / "logo.jpg")
    with pytest.raises(SettingError, match="not a plain decimal"):
        values_to_show(db, load_settings(db), Choice(None, words={"price": "cheap"}), NOW)
