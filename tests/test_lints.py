"""What of a template would print badly is found, with file and line; what o2o ships prints well."""

from dataclasses import replace
from pathlib import Path

import pytest

from o2o.printing.layout.lints import Level, Lint, check_template
from o2o.printing.template.examples import EXAMPLE_SHOP
from o2o.printing.template.file import shipped_templates
from o2o.printing.template.starters import start_template

NAMES = [path.stem for path in shipped_templates()]


def started(folder: Path) -> Path:
    path = folder / "tag.toml"
    start_template(path)
    return path


def check(path: Path, old: str = "", new: str = "") -> list[Lint]:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return check_template(str(path))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shipped_has_no_errors(name: str) -> None:
    assert [lint for lint in check_template(name) if lint.level is Level.ERROR] == []


SIGNS = [
    "sign-a4", "poster-a4", "board-a4", "endcap", "wall-poster", "wall-poster-60x90", "hanging-flag", "leaflet",
    "square", "card", "hang-tag", "bag", "shelf-strip", "table", "screen-landscape", "screen-portrait", "post",
]  # fmt: skip


@pytest.mark.parametrize("brand", ["#FFC72C", "#10243E"], ids=["light", "dark"])
@pytest.mark.parametrize("name", SIGNS)
def test_signs_read_well_in_any_brand_colour(name: str, brand: str) -> None:
    assert check_template(name, replace(EXAMPLE_SHOP, brand_colour=brand)) == []


def test_what_is_started_has_nothing_to_find(tmp_path: Path) -> None:
    assert check(started(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "level", "box", "reason"),
    [
        ("distance = 150", "distance = 400", "distance", "error", "qr", "too small to scan from 400 mm"),
        ("width = 22.7", "width = 9", "fit", "error", "qr", "its modules would be 0.25 mm, phones need 0.34"),
        ("width = 42\nheight = 7.5", "width = 30\nheight = 7.5", "fit", "error", "ean", "tills need 0.264"),
        ("y = 25.5", "y = 20", "overlap", "error", "call", "over the code or the quiet zone of box 'qr'"),
        ("safe = 1.5", "safe = 5", "safe-area", "error", "name", "ends 2.0 mm from the edge"),
        ("size = 7\nmin_size = 4.5", "size = 4", "unreadable", "error", "facts", "is printed at 4.0 pt"),
        ("min_size = 4.5", "min_size = 3", "small-text", "warning", "facts", "may shrink to 3 pt"),
        ('soft = "#595959"', 'soft = "#C8C8C8"', "contrast", "error", "facts", "a contrast of 1.7 to 1"),
        ('soft = "#595959"', 'soft = "#8A8A8A"', "contrast", "warning", "facts", "a contrast of 3.5 to 1"),
        ('call = "扫码看详情"', 'call = "扫码\U0001f603"', "missing-character", "error", "call", "which no font has"),
        ('text = "{spec} {origin}"', 'text = "产地 {origin}"', "language", "warning", "facts", "same in each language"),
        ("safe = 1.5", 'inks = ["black", "white"]', "inks", "warning", "price", "#C8102E is none of the inks"),
        ('kind = "ean13"\n', 'kind = "ean13"\nside = "back"\n', "duplex", "warning", "ean", "not how it is turned"),
        ('size = 11 ', 'sise = 11 ', "file", "error", "", "unknown key 'sise'"),
    ],
)  # fmt: skip
def test_what_would_print_badly_is_found_at_its_line(
    tmp_path: Path, old: str, new: str, rule: str, level: str, box: str, reason: str
) -> None:
    path = started(tmp_path)
    found = [lint for lint in check(path, old, new) if (lint.rule, lint.box) == (rule, box)]
    assert [(lint.level, lint.path) for lint in found] == [(level, path)]
    assert reason in found[0].reason
    line = path.read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert box in line or line.partition(" = ")[0] in ("width", "text", "size", "min_size", "colour", "sise")


def test_a_code_is_as_long_as_the_shops_address_makes_it(tmp_path: Path) -> None:
    path = started(tmp_path)
    shop = replace(EXAMPLE_SHOP, base_url="https://scan.supermarket-chain-of-the-north.com.cn")
    (lint,) = check_template(str(path), shop)
    assert (lint.rule, lint.box) == ("distance", "qr")


def test_a_turned_text_over_the_edge_is_found_where_it_lies(tmp_path: Path) -> None:
    path = started(tmp_path)
    place = "x = 53\ny = 14\nwidth = 30\nheight = 4\nsize = 8\nrotate = 90\n"
    found = check(path, "[box.call]", f"[box.side]\nkind = 'text'\nfield = 'sku'\n{place}\n[box.call]")
    assert ("safe-area", "side") in [(lint.rule, lint.box) for lint in found]


def test_art_that_can_not_be_placed_is_found(tmp_path: Path) -> None:
    path = started(tmp_path)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 4"><image href="http://x.cn/y.png"/></svg>'
    path.with_name("art.svg").write_text(drawing, encoding="utf-8")
    path.write_text('art = "art.svg"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    (lint,) = check_template(str(path))
    assert (lint.path.name, lint.rule) == ("art.svg", "file") and "refers to 'http://x.cn/y.png'" in lint.reason


def test_a_frame_around_a_code_is_no_overlap(tmp_path: Path) -> None:
    frame = "[box.frame]\nkind = 'rect'\nstroke = '#000000'\nx = 0.5\ny = 0.5\nwidth = 69\nheight = 36\n"
    path = started(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "\n" + frame, encoding="utf-8")
    assert check_template(str(path)) == []
