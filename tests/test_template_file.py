"""Templates as files: what they say, and each mistake with file and line."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from o2o.errors import InputFileError, SettingError
from o2o.printing.drawing.fonts import font_path
from o2o.printing.template.boxes import FIELDS, KINDS, QrBox, TextBox
from o2o.printing.template.draft import TOP_KEYS
from o2o.printing.template.expressions import read_wording
from o2o.printing.template.file import find_template, read_template
from o2o.printing.template.functions import FUNCTIONS
from o2o.resources import find_resource

GOOD = """\
size = [70, 37]

[colours]
brand = "#c8102e"

[words.zh]
call = "扫一扫"
[words.en]
call = "Scan me"

[box.name]
kind = "text"
field = ["name", "spec"]
x = 2
y = 2
width = 40
height = 8
size = 11
colour = "brand"

[box.qr]
kind = "qr"
x = 46
y = 8
width = 22
height = 22
when = "call"
"""


def write(folder: Path, content: str, name: str = "tag.toml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_boxes_words_and_colours_are_read_in_their_order(tmp_path: Path) -> None:
    template = find_template(str(write(tmp_path, GOOD)))
    assert (template.name, template.width, template.height, template.dpi) == ("tag", 70, 37, 300)
    name, code = template.boxes
    assert isinstance(name, TextBox)
    assert (name.field, name.colour, name.lines) == (("name", "spec"), "#C8102E", 1)
    assert isinstance(code, QrBox)
    assert template.words["en"] == {"call": "Scan me"}
    assert template.fields == {"name", "spec", "call"}


def test_the_keys_of_the_page_are_read(tmp_path: Path) -> None:
    (tmp_path / "art").mkdir()
    art = write(tmp_path / "art", "<svg/>", "ground.svg")
    page = """pixels = [800, 480]
about = "货架屏 · shelf screen"
carrier = "电子屏"
bleed = 3
safe = 4
distance = 1500
inks = ["black", "white", "red"]
duplex = "short-edge"
art = "art/ground.svg"
"""
    template = read_template(write(tmp_path, GOOD.replace("size = [70, 37]\n", page)))
    assert (template.pixels, template.dpi, template.width) == ((800, 480), 96, 800 / 96 * 25.4)
    assert (template.about, template.carrier) == ("货架屏 · shelf screen", "screen")
    assert (template.bleed, template.safe, template.distance) == (3, 4, 1500)
    assert (template.inks, template.duplex, template.art) == (("black", "white", "red"), "short-edge", art)


def test_boxes_know_their_side_their_turn_and_their_conditions(tmp_path: Path) -> None:
    more = 'side = "back"\nrotate = 180\npreprinted = true\nwhen = "price > 10 and not promo_price"\n'
    template = read_template(write(tmp_path, GOOD.replace("size = 11\n", "size = 11\n" + more)))
    assert [box.name for box in template.boxes] == ["qr"]
    (name,) = template.back
    assert (name.rotate, name.preprinted, name.when) == (180, True, ("price > 10 and not promo_price",))
    assert template.fields == {"name", "spec", "call", "price", "promo_price"}


def test_boxes_may_lie_over_the_edge_as_far_as_the_bleed(tmp_path: Path) -> None:
    ground = '[box.ground]\nkind = "rect"\nx = -3\ny = -3\nwidth = 76\nheight = 43\nfill = "cmyk(0 0 20 0)"\n'
    template = read_template(write(tmp_path, GOOD.replace("\n\n", "\nbleed = 3\n\n", 1) + ground))
    assert template.boxes[-1].x == -3
    with pytest.raises(InputFileError, match="begins at -3, -3 mm; the page is 70 x 37 mm"):
        read_template(write(tmp_path, GOOD + ground, "bare.toml"))


def test_a_brand_colour_of_the_settings_takes_the_place_of_the_templates(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('kind = "qr"', 'kind = "qr"\ncolour = "brand"'))
    assert find_template(str(path), "#0B6B4B").boxes[0].colour == "#0B6B4B"
    with pytest.raises(InputFileError, match=r"too much alike.* or another brand_colour in the settings"):
        find_template(str(path), "#FFDD00")


@pytest.mark.parametrize(
    ("brand", "letters"),
    [("", "#FFFFFF"), ("#0B6B4B", "#FFFFFF"), ("#E4570F", "#FFFFFF"), ("#FFC72C", "#000000"), ("#FFFFFF", "#000000")],
)
def test_letters_on_a_light_brand_colour_are_black(brand: str, letters: str) -> None:
    (headline,) = [box for box in find_template("door-sign", brand).boxes if box.name == "headline"]
    assert isinstance(headline, TextBox)
    assert headline.colour == letters


def test_a_template_brings_fonts_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine.ttf").write_bytes(find_resource("assets", "fonts/NotoSansSC-Bold.ttf").read_bytes())
    content = GOOD.replace("size = 11", 'size = 11\nfont = "headline"') + '[fonts]\nheadline = ["mine.ttf", "bold"]\n'
    path = write(tmp_path, content)
    (name, _) = read_template(path).boxes
    assert isinstance(name, TextBox)
    assert font_path(name.font) == tmp_path / "mine.ttf"
    for old, new, message in (
        ('font = "headline"', 'font = "title"', "line 19: 'title' is not a choice; use regular, bold, black, headline"),
        ('"mine.ttf"', '"other.ttf"', "line 30: there is no file 'other.ttf'"),
        ('"mine.ttf"', '"Arial"', "line 30: 'Arial' is no font"),
        ("headline =", "bold =", "line 30: 'bold' is a font of our own"),
    ):
        with pytest.raises(InputFileError, match=message):
            read_template(write(tmp_path, content.replace(old, new), "wrong.toml"))


@pytest.mark.parametrize(
    ("value", "column", "message"),
    [
        ('when = "price >"', 16, "it ends too early"),
        ('when = ["spec", "price | shout"]', 26, "there is no function 'shout'"),
        ('text = "今天 {price +}"', 20, "'}' is not expected"),
    ],
)
def test_a_mistake_in_an_expression_is_told_with_line_and_column(
    tmp_path: Path, value: str, column: int, message: str
) -> None:
    path = write(tmp_path, GOOD.replace('field = ["name", "spec"]', value))
    with pytest.raises(InputFileError, match=message) as caught:
        read_template(path)
    assert str(caught.value).startswith(f"{path}, line 13, column {column}: ")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("size = [70, 37]\n\n", "siez = [70, 37]\n\n", 1, "unknown key 'siez'"),
        ("size = [70, 37]\n\n", "size = [70]\n\n", 1, "[70] is not a size"),
        ("size = 11", "size = eleven", 18, "not TOML"),
        ("size = 11", "size = '11'", 18, "'11' is not a length or size"),
        ("size = 11", "size = 0", 18, "0 is too small"),
        ("width = 40", "width = -40", 16, "-40 is not a length"),
        ("size = 11", "sise = 11", 18, "unknown key 'sise' in text box 'name'"),
        ("size = 11\n", "", 11, "text box 'name' has no size"),
        (
            'kind = "qr"',
            'kind = "qrcode"',
            22,
            "kind = text, price, qr, mini_program, ean13, image, logo, rect, line",
        ),
        ('kind = "qr"\n', "", 21, "box 'qr' has no kind"),
        ('field = ["name", "spec"]', 'field = "shelf life"', 13, "'shelf life' in box 'name' is no name of a field"),
        ('field = ["name", "spec"]\n', "", 11, "box 'name' needs a field or a text"),
        ('colour = "brand"', 'colour = "brnd"', 19, "'brnd' is not a colour"),
        ('colour = "brand"', 'align = "middle"', 19, "use left, center, right"),
        ('colour = "brand"', "lines = 0", 19, "0 is not a whole number"),
        ("width = 22", "width = 32", 21, "box 'qr' ends at 78, 30 mm; the page is 70 x 37 mm"),
        ('[words.en]\ncall = "Scan me"\n', "", 7, "the word 'call' is missing in [words.en]"),
        ("[words.en]", "[words.fr]", 8, "unknown language 'fr'"),
        ('kind = "qr"', 'kind = "qr"\nshape = "round"', 23, "'round' is not a choice; use square, dot, rounded"),
        ('kind = "qr"', 'kind = "qr"\ncolour = "#FFAA00"', 23, "#FFAA00 on #FFFFFF, are too much alike: contrast 0.50"),
        ('kind = "qr"', 'kind = "qr"\nground = "#303030"', 23, "#000000 on #303030, are too much alike"),
        ('kind = "qr"', 'kind = "qr"\nground = ""', 23, "box 'qr' is a code without a colour"),
        ('kind = "qr"', 'kind = "ean13"\ncolour = "#DDDDDD"', 23, "#DDDDDD on #ffffff, are too much alike"),
        ('kind = "qr"', 'kind = "qr"\nrotate = 45', 23, "box 'qr' is a code turned by 45 degrees"),
        ("width = 40", "width = 40\nrotate = 90", 11, "box 'name' begins at 18, -14 mm"),
        ('kind = "qr"', 'kind = "qr"\nside = "left"', 23, "'left' is not a choice; use front, back"),
        ("size = [70, 37]\n\n", "size = [70, 37]\nart = '../a.svg'\n", 2, "'../a.svg' does not lie below"),
        ("size = [70, 37]\n\n", "size = [70, 37]\nart = 'a.svg'\n", 2, "there is no file 'a.svg'"),
        ("size = [70, 37]\n\n", "size = [70, 37]\nart = 'a.png'\n", 2, "'a.png' is no .svg or .pdf file"),
        ("size = [70, 37]\n\n", "size = [70, 37]\ninks = ['pink']\n", 2, "'pink' is no ink of an electronic label"),
        ("size = [70, 37]\n\n", "size = [70, 37]\npixels = [9, 9]\n", 2, "a size in pixels and in mm"),
        ("size = [70, 37]\n\n", "pixels = [9.5, 9]\n\n", 1, "[9.5, 9] is not a size in pixels"),
        ("size = [70, 37]\n\n", "size = [70, 37]\nduplex = 'long'\n", 2, "use long-edge, short-edge"),
        ("size = [70, 37]\n\n", "size = [70, 37]\ncarrier = 'kite'\n", 2, "not a carrier that we know"),
        ('kind = "qr"', 'kind = "mini_program"\noptional = 1', 23, "1 is neither yes nor no"),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(InputFileError) as caught:
        read_template(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["poster", "stocks", "../templates/badge"])
def test_an_unknown_template_lists_those_there_are(name: str) -> None:
    with pytest.raises(SettingError, match=r"badge, .*poster-a4"):
        find_template(name)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="no such file"):
        find_template(str(tmp_path / "none.toml"))


def test_the_template_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "docs" / "templates.md").read_text(encoding="utf-8")
    template = read_template(write(tmp_path, text.split("```toml\n")[1].split("```")[0]))
    assert template.boxes[-1].name == "logo"
    assert "call" not in [box.name for box in template.boxes]
    (tmp_path / "mine.ttf").write_bytes(find_resource("assets", "fonts/NotoSansSC-Bold.ttf").read_bytes())
    fonts = read_template(write(tmp_path, text.split("```toml\n")[2].split("```")[0], "fonts.toml"))
    assert list(fonts.fonts) == ["headline"]
    look = read_template(write(tmp_path, text.split("```toml\n")[3].split("```")[0], "look.toml"))
    assert look.level == "H"
    own = read_template(write(tmp_path, text.split("```toml\n")[4].split("```")[0], "own.toml"))
    assert {"brand", "name_en", "grade", "photo"} < own.fields


def test_the_documentation_names_every_field_kind_and_key() -> None:
    text = (Path(__file__).parent.parent / "docs" / "templates.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[\w-]+", text))
    keys = {field.name for kind in KINDS.values() for field in fields(kind)}
    assert {*FIELDS, *KINDS, *keys, *FUNCTIONS, *TOP_KEYS} - words == set()


def test_the_documentation_shows_expressions_with_what_they_give() -> None:
    text = (Path(__file__).parent.parent / "docs" / "templates.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `(\{.*\})` \| (.+?) \|", text, re.MULTILINE)
    fields = {
        "name": "散养土鸡蛋", "spec": "30枚", "price": "¥12.80", "promo_price": "¥9.90", "currency": "CNY",
        "sku": "6901234567892", "date": "2027-01-05", "brand": "Dove", "net_content": "1.5 l",
    }  # fmt: skip
    assert len(shown) > 8
    for wording, result in shown:
        assert read_wording(wording.replace("\\|", "|")).fill(fields) == result
