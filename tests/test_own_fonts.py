"""Fonts of a shop's own: asked first, checked when they are set, never mixed with those of another shop."""

from dataclasses import replace
from pathlib import Path

import pytest

from o2o.config import change_setting, load_settings
from o2o.db import Database, shop_folder
from o2o.errors import SettingError
from o2o.printing.drawing.fonts import BLACK, BOLD, REGULAR, find_chain, font_runs, text_width
from o2o.printing.template.boxes import TextBox
from o2o.printing.template.file import find_template
from o2o.printing.template.own_fonts import OwnFonts
from tests.small_fonts import write_font


def own(db: Database) -> OwnFonts:
    return OwnFonts.of(db, load_settings(db))


def names(runs: tuple[tuple[Path, str], ...]) -> list[tuple[str, str]]:
    return [(path.name, text) for path, text in runs]


def test_a_shop_without_fonts_has_the_chains_that_are_shipped(db: Database) -> None:
    template = find_template("shelf-tag")
    assert own(db).chain(BOLD) == BOLD
    assert own(db).dress(template) is template


def test_the_shops_font_is_asked_first_and_the_large_one_last(db: Database) -> None:
    folder = shop_folder(db)
    write_font(folder / "mine.ttf", "Ab")
    write_font(
        folder / "large.ttf",
        "鑫Ab",
    )
    change_setting(db, "font_bold", "mine.ttf")
    change_setting(db, "font_large", "large.ttf")
    chain = own(db).chain(BOLD)
    assert names(font_runs("A鑫é", chain)) == [("mine.ttf", "A"), ("NotoSansSC-Bold.ttf", "鑫é")]
    assert find_chain(chain).files[-3].name == "large.ttf"


def test_prices_take_the_shops_bold_where_it_has_no_black(db: Database) -> None:
    write_font(shop_folder(db) / "mine.ttf", "0123456789")
    change_setting(db, "font_bold", "mine.ttf")
    assert names(font_runs("9折", own(db).chain(BLACK))) == [("mine.ttf", "9"), ("NotoSansSC-Black.ttf", "折")]


def test_two_shops_in_one_process_measure_each_with_its_own(db: Database) -> None:
    plain = own(db)
    write_font(shop_folder(db) / "mine.ttf", "W")
    change_setting(db, "font_regular", "mine.ttf")
    assert font_runs("W", plain.chain(REGULAR)) != font_runs("W", own(db).chain(REGULAR))
    assert text_width("W", plain.chain(REGULAR), 1) == text_width("W", REGULAR, 1)


def test_a_template_is_dressed_with_the_shops_fonts_its_own_chains_too(db: Database, tmp_path: Path) -> None:
    write_font(shop_folder(db) / "mine.ttf", "Ab")
    write_font(tmp_path / "headline.ttf", "b")
    change_setting(db, "font_bold", "mine.ttf")
    (tmp_path / "t.toml").write_text(
        'size = [70, 37]\n[fonts]\nheadline = ["headline.ttf", "bold"]\n[box.name]\nkind = "text"\nfield = "name"\n'
        'font = "headline"\nx = 1\ny = 1\nwidth = 60\nheight = 9\nsize = 9\n',
        encoding="utf-8",
    )
    (box,) = own(db).dress(find_template(str(tmp_path / "t.toml"))).boxes
    assert isinstance(box, TextBox)
    assert names(font_runs("bA鑫", box.font)) == [
        ("headline.ttf", "b"),
        ("mine.ttf", "A"),
        ("NotoSansSC-Bold.ttf", "鑫"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        (b"OTTO....", "PostScript outlines"),
        (b"no font", "is not a font"),
        (b"wOF2", "web font"),
    ],
)
def test_a_file_that_is_no_font_to_draw_with_is_refused_when_it_is_set(
    db: Database, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (shop_folder(db) / "mine.ttf").write_bytes(content)
    with pytest.raises(SettingError, match=f"font_large 'mine.ttf'.*{reason}.*do without"):
        change_setting(db, "font_large", "mine.ttf")
    assert load_settings(db).font_large == ""


def test_a_font_whose_maker_forbids_embedding_is_refused(db: Database) -> None:
    write_font(shop_folder(db) / "mine.ttf", "A", rights=2)
    with pytest.raises(SettingError, match="does not permit to be embedded"):
        change_setting(db, "font_regular", "mine.ttf")


def test_a_font_that_has_gone_is_told_before_anything_is_drawn(db: Database) -> None:
    settings = replace(load_settings(db), font_black="gone.ttf")
    with pytest.raises(SettingError, match="o2o setting set font_black ''"):
        OwnFonts.of(db, settings)
