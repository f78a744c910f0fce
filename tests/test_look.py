"""How a code may look: every look still reads, and what would be hard to scan is refused."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from o2o.codes.degradations import PIXELS, TROUBLES, degrade
from o2o.codes.reader import read_codes
from o2o.codes.smallest import make_symbol
from o2o.codes.symbol import LEVELS, QUIET_ZONE
from o2o.errors import InputFileError, SettingError
from o2o.printing.drawing.look import Block, Logo, Look, Shape, Words, arrange
from o2o.printing.picture.code import PictureOrder, make_picture
from o2o.printing.picture.trial import PASSING_SCORE, UnreadableCodeError

URL = "https://S.EXAMPLE.COM/K7M2X9PQ"
SUFFIXES = (".png", ".svg", ".pdf")


@pytest.fixture(scope="module")
def logo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round red logo on a transparent ground."""
    image = Image.new("RGBA", (1200, 900), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((0, 0, 1199, 899), fill="#c8102e")
    path = tmp_path_factory.mktemp("logo") / "logo.png"
    image.save(path)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("dressed", [False, True], ids=["alone", "with logo and frame"])
def test_each_shape_reads_in_each_format(shape: Shape, suffix: str, dressed: bool, logo: Path) -> None:
    look = Look(shape, "#103a7a", "#fff8e8", logo, "扫码领券") if dressed else Look(shape)
    picture = make_picture(PictureOrder(URL, look=look), suffix)
    assert picture.score is None if look.is_plain else picture.score >= PASSING_SCORE


def test_a_picture_has_the_colours_of_its_look() -> None:
    order = PictureOrder(URL, look=Look(Shape.ROUNDED, "#103a7a", "#fff8e8"))
    with Image.open(io.BytesIO(make_picture(order, ".png").data)) as image:
        counted = image.convert("RGB").getcolors(100_000) or []
    most = [colour for _, colour in sorted(counted, reverse=True)[:2]]
    assert set(most) == {(0x10, 0x3A, 0x7A), (0xFF, 0xF8, 0xE8)}
    svg = make_picture(order, ".svg").data.decode()
    assert svg.count('fill="#103a7a"') == svg.count('fill="#fff8e8"') == 1


def test_a_frame_says_what_a_scan_brings() -> None:
    data = make_picture(PictureOrder(URL, look=Look(call="扫码领券")), ".pdf").data
    document = pypdfium2.PdfDocument(data)
    assert document[0].get_textpage().get_text_bounded().strip() == "扫码领券"
    document.close()
    assert b"<text" not in make_picture(PictureOrder(URL, look=Look(call="扫码领券")), ".svg").data


@pytest.mark.parametrize("version", [1, 2, 3, 4, 7])
def test_a_logo_lies_on_whole_modules_and_takes_no_more_than_a_quarter_of_the_side(version: int, logo: Path) -> None:
    text = "https://s.example.com/" + "x" * {1: 0, 2: 0, 3: 8, 4: 20, 7: 60}[version]
    symbol = make_symbol(text, level="H")
    [drawn] = [part for part in arrange(symbol, Look(logo=logo)).parts if isinstance(part, Logo)]
    pad = drawn.side + 1
    assert pad == int(pad) <= symbol.size / 4
    assert (drawn.x - 0.5 - QUIET_ZONE) * 2 + pad == symbol.size
    blocks = [part for part in arrange(symbol, Look(logo=logo)).parts[1:] if isinstance(part, Block)]
    for block in blocks:
        beside = block.x + block.width <= drawn.x or block.x >= drawn.x + drawn.side
        assert beside or block.y + 1 <= drawn.y or block.y >= drawn.y + drawn.side


def test_a_code_with_a_logo_is_at_level_h(logo: Path) -> None:
    plain, branded = (make_picture(PictureOrder(URL, look=look), ".svg") for look in (Look(), Look(logo=logo)))
    assert branded.module < plain.module
    assert branded.module == 30 / (make_symbol(URL, level="H").size + 2 * QUIET_ZONE)


def test_a_file_that_is_no_picture_is_no_logo(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("not a picture", encoding="utf-8")
    with pytest.raises(InputFileError, match="PNG or JPEG"):
        make_picture(PictureOrder(URL, look=Look(logo=tmp_path / "logo.png")), ".png")


@pytest.mark.parametrize(
    ("dark", "light", "reason"),
    [
        ("#ffffff", "#000000", "wrong way round"),
        ("#ffaa00", "#ffffff", "too much alike"),
        ("#000000", "#555555", "alike"),
    ],
)
def test_colours_that_a_reader_confuses_are_refused(dark: str, light: str, reason: str) -> None:
    with pytest.raises(SettingError, match=reason):
        make_picture(PictureOrder(URL, look=Look(dark=dark, light=light)), ".png")


def test_a_look_that_too_many_troubles_spoil_is_refused_with_those(logo: Path) -> None:
    look = Look(Shape.DOT, "#c43e00", "#e8e8e8", logo)
    order = PictureOrder("https://s.example.com/" + "x" * 100, 40, look=look)
    with pytest.raises(UnreadableCodeError, match=r"\d of 18 trials read, 15 are needed, lost when .*very grainy"):
        make_picture(order, ".png")


def test_words_that_no_font_has_are_refused() -> None:
    with pytest.raises(SettingError, match="no font of ours has '\U0001f600'"):
        make_picture(PictureOrder(URL, look=Look(call="scan \U0001f600")), ".png")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("text", [URL, "https://s.example.com/a/longer/path/0001?utm_source=poster"])
def test_a_plain_code_survives_all_eighteen_troubles(text: str, level: str) -> None:
    symbol = make_symbol(text, level=level)
    side = symbol.size + 2 * QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(symbol.rows, start=QUIET_ZONE):
        for x, dark in enumerate(row, start=QUIET_ZONE):
            image.putpixel((x, y), 255 * (not dark))
    held = image.resize((side * PIXELS, side * PIXELS), Image.Resampling.NEAREST)
    lost = [name for name, degraded in degrade(held) if [code.text for code in read_codes(degraded)] != [text]]
    assert lost == []
    assert len(TROUBLES) == 18


def test_a_long_call_is_written_smaller_and_one_too_long_refused() -> None:
    sizes = [
        part.size
        for call in ("扫码领券", "扫码关注门店领取满减券")
        for part in arrange(make_symbol(URL), Look(call=call)).parts
        if isinstance(part, Words)
    ]
    assert sizes[1] < sizes[0]
    with pytest.raises(SettingError, match="too long for the frame; use fewer words"):
        make_picture(PictureOrder(URL, look=Look(call="扫" * 30)), ".png")
