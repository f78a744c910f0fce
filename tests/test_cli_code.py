"""``o2o code image`` as its user types it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image

from o2o.codes.reader import read_codes
from o2o.codes.short import MisreadCodeError, make_code
from o2o.config import change_setting
from o2o.db import Database
from o2o.errors import NotFoundError, SettingError
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, mint_touchpoints, retire_touchpoint

Run = Callable[..., Result]
NOW = 1_780_000_000_000


@pytest.fixture
def code(db: Database) -> str:
    """The code of one product of a shop on the open web."""
    change_setting(db, "base_url", "https://s.yourshop.com")
    db.table("products").insert({"sku": "0001", "name": "鸡蛋"})
    [touchpoint] = mint_touchpoints(db, MintRequest(Kind.PRODUCT), NOW)
    return touchpoint.code


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "PNG"])
def test_a_code_is_drawn_in_either_case(run: Run, code: str, tmp_path: Path, suffix: str) -> None:
    for spelling in (code, code.lower()):
        out = tmp_path / f"{spelling}.{suffix}"
        result = run("code", "image", spelling, "--out", out)
        assert result.exit_code == 0, result.exception
        assert f"https://S.YOURSHOP.COM/{code}" in result.stdout
        assert out.stat().st_size > 100


def test_the_picture_reads_as_the_url_and_has_the_size_it_tells(run: Run, code: str, tmp_path: Path) -> None:
    result = run("code", "image", code, "--out", tmp_path / "x.png", "--size", "25", "--dpi", "600", "--level", "Q")
    with Image.open(tmp_path / "x.png") as image:
        assert f"{image.width * 25.4 / 600:.2f} mm wide" in result.stdout
        assert [r.text for r in read_codes(image.convert("L"))] == [f"https://S.YOURSHOP.COM/{code}"]


def test_an_unknown_kind_of_file_is_a_usage_error(run: Run, code: str) -> None:
    result = run("code", "image", code, "--out", "x.jpg")
    assert result.exit_code == 2
    assert ".png, .svg, .pdf" in result.output


def test_an_address_no_phone_can_open_is_drawn_as_sample_only(
    run: Run, code: str, db: Database, tmp_path: Path
) -> None:
    change_setting(db, "base_url", "https://s.example.com")
    out = tmp_path / "x.png"
    refused = run("code", "image", code, "--out", out)
    assert isinstance(refused.exception, SettingError)
    assert "--sample" in str(refused.exception)
    assert not out.exists()
    assert run("code", "image", code, "--out", out, "--sample").exit_code == 0


def test_a_retired_unknown_or_mistyped_code_is_refused(run: Run, code: str, db: Database, tmp_path: Path) -> None:
    retire_touchpoint(db, code, NOW + 1)
    out = tmp_path / "x.png"
    assert "retired since" in str(run("code", "image", code, "--out", out).exception)
    assert isinstance(run("code", "image", make_code(), "--out", out).exception, NotFoundError)
    assert isinstance(run("code", "image", "K7M2X9PP", "--out", out).exception, MisreadCodeError)
    assert not out.exists()
