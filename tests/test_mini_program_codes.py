"""Mini-program codes of touchpoints: fetched once, brought by hand, and never mixed up."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from o2o.codes.wechat import MiniProgramClient, MiniProgramCode
from o2o.db import Database
from o2o.errors import InputFileError
from o2o.importers.mini_program_codes import import_pictures
from o2o.mini_program_codes import fetch_codes, find_picture
from o2o.subjects import Kind
from o2o.touchpoints import MintRequest, Touchpoint, mint_touchpoints
from tests import wechat_server
from tests.wechat_server import APP_ID, PICTURE, SECRET, Wechat, serving_wechat

NOW = 1_780_000_000_000
LOOK = MiniProgramCode("", "pages/scan/index")


@pytest.fixture
def touchpoints(db: Database) -> list[Touchpoint]:
    """Those of three products."""
    db.table("products").insert_all({"sku": f"000{number}", "name": "鸡蛋"} for number in range(3))
    return mint_touchpoints(db, MintRequest(Kind.PRODUCT), NOW)


@pytest.fixture
def wechat() -> Iterator[Wechat]:
    """WeChat, on loopback."""
    with serving_wechat() as server:
        yield server


@pytest.fixture
def client(wechat: Wechat) -> Iterator[MiniProgramClient]:
    """A client that doesn't wait."""
    with MiniProgramClient(APP_ID, SECRET, api=wechat.address, pause=lambda _: None) as client:
        yield client


def picture(shade: int = 0, size: tuple[int, int] = (430, 430)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, shade).save(out, "PNG")
    return out.getvalue()


def test_a_code_is_fetched_once_for_each_touchpoint_and_look(db, client, wechat: Wechat, touchpoints) -> None:
    first = fetch_codes(db, client, touchpoints, LOOK, NOW)
    assert (first.fetched, first.kept, first.failure) == (3, 0, None)
    assert [code["scene"] for code in wechat.codes] == [touchpoint.code for touchpoint in touchpoints]
    again = fetch_codes(db, client, touchpoints, LOOK, NOW)
    assert (again.fetched, again.kept) == (0, 3)
    other = fetch_codes(db, client, touchpoints[:1], MiniProgramCode("", "pages/scan/index", 1280), NOW + 1)
    assert (other.fetched, len(wechat.codes)) == (1, 4)
    assert find_picture(db, touchpoints[0].id) == PICTURE


def test_what_was_fetched_before_a_failure_is_kept_and_the_next_call_goes_on(db, client, wechat, touchpoints) -> None:
    fetch_codes(db, client, touchpoints[:1], LOOK, NOW)
    wechat.troubles = [41030]
    stopped = fetch_codes(db, client, touchpoints, LOOK, NOW)
    assert (stopped.fetched, stopped.kept) == (0, 1)
    assert "publish it first" in str(stopped.failure)
    assert fetch_codes(db, client, touchpoints, LOOK, NOW).fetched == 2


def test_the_command_fetches_with_the_secret_of_its_surroundings(run, wechat: Wechat, touchpoints, monkeypatch) -> None:
    monkeypatch.setenv("O2O_WECHAT_APP_ID", APP_ID)
    monkeypatch.setenv("O2O_WECHAT_SECRET", SECRET)
    result = run("wechat", "fetch", "--page", "pages/scan/index", "--kind", "product", "--api", wechat.address)
    assert result.stdout == "fetched 3, 0 were there already\n"
    assert {(code["page"], code["check_path"]) for code in wechat.codes} == {("pages/scan/index", True)}
    run("wechat", "fetch", "--page", "pages/new", "--no-check-page", "--api", wechat.address)
    assert wechat.codes[-1]["check_path"] is False


@pytest.mark.parametrize("packed", [False, True])
def test_pictures_named_by_their_codes_are_taken(db, run, touchpoints, tmp_path: Path, packed: bool) -> None:
    folder = tmp_path / "pictures"
    (folder / "inner").mkdir(parents=True)
    for shade, touchpoint in enumerate(touchpoints):
        name = touchpoint.code.lower() if shade else touchpoint.code
        (folder / "inner" / f"{name}.png").write_bytes(picture(shade))
    source = pack(folder, tmp_path / "pictures.zip") if packed else folder
    result = run("wechat", "import", source)
    assert result.stdout == "took 3 pictures, left out 0\n"
    assert [find_picture(db, touchpoint.id) for touchpoint in touchpoints] == [picture(shade) for shade in range(3)]


def test_a_list_says_which_picture_is_whose(db, touchpoints, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    (tmp_path / "wide.png").write_bytes(picture(1, (430, 300)))
    (tmp_path / "codes.csv").write_text(
        f"短码,文件\n{touchpoints[0].code},a.png\n{touchpoints[1].code},b.png\n{touchpoints[2].code},wide.png\n"
        "ZZZZZZZZ,a.png\n",
        encoding="utf-8",
    )
    result = import_pictures(db, tmp_path, list_path=tmp_path / "codes.csv", now=NOW)
    assert result.taken == 1
    assert [
        word in trouble
        for word, trouble in zip(("no such", "not square", "no touchpoint"), result.troubles, strict=True)
    ]
    assert find_picture(db, touchpoints[0].id) == picture(1)
    assert find_picture(db, touchpoints[1].id) is None


@pytest.mark.parametrize(
    ("content", "reason"), [(b"no picture", "not a picture"), (picture(0, (100, 100)), "too small")]
)
def test_what_can_not_be_printed_is_left_out(run, touchpoints, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / f"{touchpoints[0].code}.png").write_bytes(content)
    result = run("wechat", "import", tmp_path)
    assert result.exit_code == 1
    assert reason in result.stderr


def test_a_picture_that_came_back_broken_is_not_kept(db, client, wechat: Wechat, touchpoints, monkeypatch) -> None:
    monkeypatch.setattr(wechat_server, "PICTURE", PICTURE[:400])
    stopped = fetch_codes(db, client, touchpoints, LOOK, NOW)
    assert stopped.fetched == 0
    assert "what came back is not a picture" in str(stopped.failure)


def test_a_zip_of_macs_and_of_chinese_windows_is_taken(db, touchpoints, tmp_path: Path) -> None:
    path = tmp_path / "小程序码.zip"
    with ZipFile(path, "w") as package:
        for name in (f"__MACOSX/._{touchpoints[0].code}.png", f"a\\{touchpoints[0].code}.png", "店.png"):
            package.writestr(name, picture(7))
    inside = path.read_bytes().replace("店.png".encode(), b"\xb5\xea!.png")  # three bytes for three, in GBK and !
    path.write_bytes(inside.replace(b"\x00\x08", b"\x00\x00"))
    (tmp_path / "codes.csv").write_text(f"code,file\n{touchpoints[1].code},店!.png\n", encoding="utf-8")
    assert import_pictures(db, path, list_path=tmp_path / "codes.csv", now=NOW).troubles == ()
    named = import_pictures(db, path, now=NOW)
    assert (named.taken, len(named.troubles)) == (1, 1)
    assert [find_picture(db, touchpoint.id) for touchpoint in touchpoints[:2]] == [picture(7)] * 2


def make_png(width: int) -> bytes:
    """Return the head of a PNG that says how large it is, and no more."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + b"\0\0\1\0IDAT"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (make_png(50_000), "picture"),
        (make_png(9_000), r"too large \(9000 x 9000 pixels\)"),
        (make_png(430), "not a picture"),
        (picture()[:-60], "not a picture"),
        (b"GIF89a" + bytes(400), "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 430 430\n", "not a picture"),
        (b"<svg/>", "not a picture"),
        (b"", "not a picture"),
    ],
)
def test_a_picture_that_would_harm_is_left_out(db, touchpoints, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / f"{touchpoints[0].code}.png").write_bytes(content)
    (tmp_path / f"{touchpoints[1].code}.png").mkdir()
    result = import_pictures(db, tmp_path, now=NOW)
    assert result.taken == 0
    assert re.search(reason, result.troubles[0] + result.troubles[1])
    assert len(result.troubles) == 2


@pytest.mark.parametrize("change", ["password", "checksum"])
def test_a_zip_that_can_not_be_unpacked_is_left_out(db, touchpoints, tmp_path: Path, change: str) -> None:
    path = tmp_path / "x.zip"
    with ZipFile(path, "w") as package:
        package.writestr(f"{touchpoints[0].code}.png", picture())
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    if change == "password":
        data[6] |= 1
        data[directory + 8] |= 1
    else:
        data[60] ^= 1
    path.write_bytes(data)
    result = import_pictures(db, path, now=NOW)
    assert result.taken == 0
    assert "can't be unpacked" in result.troubles[0]


def test_a_folder_without_pictures_and_a_file_that_is_no_zip_are_told(db: Database, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no picture in it"):
        import_pictures(db, tmp_path, now=NOW)
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(InputFileError, match="neither a folder nor a zip"):
        import_pictures(db, tmp_path / "x.zip", now=NOW)


def pack(folder: Path, out: Path) -> Path:
    with ZipFile(out, "w") as package:
        for file in folder.rglob("*.png"):
            package.write(file, file.relative_to(folder))
    return out
