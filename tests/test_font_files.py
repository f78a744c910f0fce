"""The fonts that are shipped: what they hold, how large they are, and what they are called."""

from pathlib import Path

import pytest

from o2o.printing.drawing.fonts import BLACK, BOLD, REGULAR, find_chain, font_runs, missing_characters, text_width
from o2o.resources import find_resource

FOLDER = find_resource("assets", "fonts")
CURRENCY_SIGNS = "¥￥$¢£฿" + "".join(map(chr, range(0x20A0, 0x20C1)))
ALPHABETS = (
    "AaĄąĆćĘęŁłŃńÓóŚśŹźŻż ČčĎďĚěŇňŘřŠšŤťŮůŽž ŐőŰű ȘșȚț ĞğİıŞş ẞß Ææ Øø Åå Ðð Þþ Ŵŵ ảắằẵậ ʼn"
    " Ελληνικά ΆάΈέΉή Привет Ёё Її Єє Ґґ Ўў Ћћ Ђђ Ққ Ғғ Ңң Үү Өө Һһ"
)


def traditional() -> str:
    rows = [(row, cell) for row in range(0xA4, 0xC6) for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF))]
    return "".join(bytes(pair).decode("big5") for pair in rows)


def kanji() -> str:
    pairs = [bytes((row, cell)) for row in range(0xB0, 0xD0) for cell in range(0xA1, 0xFF)]
    return "".join(pair.decode("euc_jp", "ignore") for pair in pairs)


@pytest.mark.parametrize("chain", [REGULAR, BOLD])
@pytest.mark.parametrize(
    "text",
    [traditional(), kanji(), ALPHABETS, CURRENCY_SIGNS, "𰻝㵘塩號記龍㎡㎏℃№™®©½", "\u00a0\u2009\u202f\u2212"],
    ids=["traditional", "kanji", "alphabets", "currency signs", "in names", "in amounts"],
)
def test_every_chain_holds(text: str, chain: str) -> None:
    assert missing_characters(text, chain) == []


@pytest.mark.parametrize(
    "text",
    [
        "0123456789.,-/%+",
        CURRENCY_SIGNS,
        "zł kr Kč Ft lei R$ CHF Łódź",
        "元角分斤千克公斤kg g ml L升毫升件个盒袋瓶包支双套台米cm起",
        "会员价特价折",
        "\u00a0\u202f\u2009\u2212",
    ],
)
def test_all_of_a_price_is_black(text: str) -> None:
    assert [path.name for path, _ in font_runs(text, BLACK)] == ["NotoSansSC-Black.ttf"]


def test_what_is_not_black_is_bold() -> None:
    assert [(path.name, text) for path, text in font_runs("9.9鑫", BLACK)] == [
        ("NotoSansSC-Black.ttf", "9.9"),
        ("NotoSansSC-Bold.ttf", "鑫"),
    ]


@pytest.mark.parametrize("chain", [REGULAR, BOLD, BLACK])
def test_digits_of_a_chain_have_one_width(chain: str) -> None:
    assert len({text_width(digit, chain, 10) for digit in "0123456789"}) == 1


def test_all_fonts_together_stay_below_nine_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 9_000_000


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ttf")), ids=lambda path: path.name)
def test_a_font_is_named_in_its_licence_and_in_the_list(path: Path) -> None:
    assert path.name in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert path.name in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_file_is_in_a_chain() -> None:
    assert {path for chain in (REGULAR, BOLD, BLACK) for path in find_chain(chain).files} == set(FOLDER.glob("*.ttf"))


@pytest.mark.parametrize("chain", [REGULAR, BOLD, BLACK])
def test_an_apostrophe_is_narrow_and_quotation_marks_as_wide_as_a_hanzi(chain: str) -> None:
    assert text_width("’", chain, 1) < 0.4
    assert text_width("“", chain, 1) == 1
