"""``o2o template`` as its user types it."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from PIL import Image

from o2o.config import change_setting
from o2o.db import Database
from tests.prints import fill_shop

Run = Callable[..., Result]


def test_the_list_names_size_and_carrier(run: Run) -> None:
    listed = json.loads(run("template", "list", "--format", "json").stdout)
    (badge,) = [row for row in listed if row["name"] == "badge"]
    assert (badge["size"], badge["carrier"]) == ("85.6 x 54 mm", "badge")


def test_a_template_is_started_looked_at_and_checked(run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "eggs.toml", tmp_path / "eggs.png"
    assert "look at it with" in run("template", "new", path, "--extends", "shelf-tag").stdout
    assert run("template", "preview", path, "--set", "price=9.9", "--language", "en", "--out", out).exit_code == 0
    with Image.open(out) as picture:
        assert picture.format == "PNG"
    assert run("template", "check", path).exit_code == 0
    path = tmp_path / "small.toml"
    path.write_text('extends = "shelf-tag"\n[box.qr]\nwidth = 8\n', encoding="utf-8")
    result = run("template", "check", path, "--format", "json")
    assert result.exit_code == 1
    (lint,) = [lint for lint in json.loads(result.stdout) if lint["level"] == "error"]
    assert (lint["file"], lint["line"], lint["box"], lint["rule"]) == (str(path), 2, "qr", "fit")


def test_a_product_of_the_shop_is_previewed(run: Run, db: Database, tmp_path: Path) -> None:
    fill_shop(db)
    change_setting(db, "brand_colour", "#0B6B4B")
    out = tmp_path / "tag.png"
    run("template", "preview", "shelf-tag", "--store", "S1", "--sku", "007", "--out", out)
    with Image.open(out) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}
    assert (0x0B, 0x6B, 0x4B) in colours
    assert (0xC8, 0x10, 0x2E) not in colours


def test_a_column_that_the_shop_has_not_is_told_with_its_line(run: Run, db: Database, tmp_path: Path) -> None:
    fill_shop(db)
    db.table("products").update("007", {"extra": json.dumps({"taste": "甜"})})
    path = tmp_path / "own.toml"
    box = 'kind = "text"\nx = 2\ny = 33.5\nwidth = 20\nheight = 2.5\nsize = 6\n'
    path.write_text(f'extends = "shelf-tag"\n[box.own]\n{box}field = "tast"\n', encoding="utf-8")
    result = run("template", "check", path, "--format", "json")
    (lint,) = [lint for lint in json.loads(result.stdout) if lint["level"] == "error"]
    assert (lint["line"], lint["box"], lint["rule"]) == (2, "own", "field")
    assert lint["advice"] == "did you mean 'taste'?"
    path = tmp_path / "right.toml"
    path.write_text(f'extends = "shelf-tag"\n[box.own]\n{box}field = "taste"\n', encoding="utf-8")
    result = run("template", "check", path)
    assert result.exit_code == 0, result.output


def test_what_the_law_wants_is_checked_of_templates_and_of_a_store(run: Run, db: Database) -> None:
    fill_shop(db)
    result = run("template", "check", "badge", "--market", "cn", "--format", "json")
    assert [row["rule"] for row in json.loads(result.stdout)] == ["cn-price"]
    result = run("template", "check", "shelf-tag", "--market", "eu", "--store", "S1")
    assert result.exit_code == 1
    assert "unit-price" in result.stdout
    assert "008 有机纯牛奶" in result.stdout
    result = run("template", "check", "shelf-tag", "--market", "eu", "--store", "S1", "--format", "json")
    assert {row["sku"] for row in json.loads(result.stdout)} == {"007", "008"}
    assert run("template", "check", "shelf-tag", "--market", "cn", "--store", "S1").exit_code == 0


def test_wrong_use_is_told(run: Run) -> None:
    assert run("template", "check").exit_code == 2
    assert run("template", "check", "badge", "--all").exit_code == 2
    assert run("template", "check", "badge", "--store", "S1").exit_code == 2
    assert "there is no such template" in str(run("template", "check", "nosuch").exception)
