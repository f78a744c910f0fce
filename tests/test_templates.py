"""Every template that o2o ships prints: short and long values, in Chinese and English, with and without a product."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from o2o.codes.smallest import make_symbol
from o2o.config import change_setting
from o2o.db import Database
from o2o.printing.drawing.fonts import text_width
from o2o.printing.drawing.items import Panel, Stroke, Text
from o2o.printing.layout.composer import lay_out
from o2o.printing.template.boxes import Template
from o2o.printing.template.file import find_template, shipped_templates
from o2o.subjects import Carrier
from tests.prints import EAN, PICTURE, cells_of, fill_shop, page_sizes, read_codes

NAMES = [path.stem for path in shipped_templates()]
NAME_OF_60 = (
    "黑龙江五常核心产区当季新米稻花香二号有机认证家庭装真空锁鲜礼盒装"
    "大米东北珍珠米长粒香米（买一送一限时特惠装）全家共享两份"
)
LONG = {
    "zh": {
        "name": "三只松鼠每日坚果混合坚果仁大礼包（30日装）休闲零食",
        "person": "古丽娜尔·买买提江·阿不都热合曼",
        "store": "上海徐汇区肇嘉浜路店",
        "zone": "生鲜冷链区 B 通道",
        "role": "生鲜冷链主管",
        "origin": "黑龙江省哈尔滨市五常市",
    },
    "en": {
        "name": "Daily mixed nuts gift box for 30 days",
        "person": "Alexander Featherstonehaugh",
        "store": "Shanghai Zhaojiabang Road",
        "zone": "Fresh food, aisle B",
        "role": "Assistant store manager for fresh food",
        "origin": "Wuchang, Heilongjiang",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_store_has_signage_for_each_carrier_and_every_code_reads(
    db: Database, run: Callable[..., Result], tmp_path: Path, language: str
) -> None:
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    change_setting(db, "language", language)
    out = tmp_path / "signage.pdf"
    assert run("print", "signage", "--store", "S1", "--out", out).exit_code == 0
    cells = cells_of(db)
    assert {str(cell["template"]).replace("-", "_") for cell in cells} == set(Carrier)
    seen = read_codes(out, dpi=100)
    assert all(any(code.text == cell["url"] and code.lies_in(cell) for code in seen) for cell in cells)
    assert {(297, 420), (297, 210), (210, 297), (148, 210), (105, 148), (956, 538)} <= set(page_sizes(out))
    sides = Counter(cell["template"] for cell in cells)
    assert [name for name, count in sides.items() if count == 2] == ["hanging-flag", "leaflet"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_long_values_fit_and_stay_on_the_page(name: str, language: str) -> None:
    template = find_template(name)
    long = {
        **LONG[language], "id": "P-0000123456", "sku": "6901234567892", "spec": "30g×30", "unit": "盒",
        "price": "¥12,999.00", "member_price": "¥12,998.00", "ean": "6901234567892", "position": "A12-10-5",
    }  # fmt: skip
    if name == "badge":
        long["name"] = long["person"]
    url = "https://SCAN.SUPERMARKET-CHAIN.COM.CN/K7M2X9PQ"
    unit_price = {"zh": "12999.00元/100毫升", "en": "¥12,999.00/100 ml"}[language]
    promotion = {
        "promo_price": "¥11,998.00", "unit_price": unit_price, "lowest_price_30": "¥12,499.00", "grade": "特级",
        "promo_from": "2027-01-10", "promo_to": "2027-12-20",
    }  # fmt: skip
    for values in (
        long,
        {**long, "sku": "", "price": "", "member_price": "", "ean": ""},
        {**long, "unit_price": unit_price},
        {**long, "unit_price": unit_price, "member_price": ""},
        {**long, **promotion},
        {**long, **promotion, "member_price": ""},
        {**long, **promotion, "name": NAME_OF_60 if "price" in template.fields else long["name"]},
    ):
        shown = {**template.words[language], **values, "url": url}
        sides = [
            lay_out(template, shown, make_symbol(url), template.dpi, lambda: PICTURE, back=back)
            for back in sides_of(template)
        ]
        assert [trouble for layout in sides for trouble in layout.troubles] == []
        assert any(layout.codes for layout in sides)
        assert all(inside(template, item) for layout in sides for item in layout.items if isinstance(item, Text))


def sides_of(template: Template) -> tuple[bool, ...]:
    return (False, True) if template.back else (False,)


def inside(template: Template, text: Text) -> bool:
    return 0 <= text.x < template.width and text.y - text.size / 2 > 0 and text.y <= template.height


@pytest.mark.parametrize("promo_price", ["", "¥9.50"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_in_the_quiet_zone_of_a_code(name: str, promo_price: str) -> None:
    template = find_template(name)
    url = "https://S.SHOP.CN/K7M2X9PQ"
    for sku in ("", "007"):
        values = {
            "name": "鸡蛋", "sku": sku, "price": "¥9.90", "member_price": "¥8.80", "ean": EAN, "url": url,
            "promo_price": promo_price, "unit_price": "9.90元/千克",
        }  # fmt: skip
        shown = {**template.words["zh"], **values}
        layout = lay_out(template, shown, make_symbol(url), template.dpi, lambda: PICTURE)
        others = [item for item in layout.items if isinstance(item, Text | Panel) and item not in layout.codes]
        digits = {EAN[0], EAN[1:7], EAN[7:]}
        for code in layout.codes:
            near = [item for item in others if overlap(extent(item), extent(code)) and not around(item, code)]
            assert [item for item in near if not (isinstance(item, Text) and item.text in digits)] == []


def extent(item: Text | Panel) -> tuple[float, float, float, float]:
    if isinstance(item, Panel):
        return item.x, item.y, item.x + item.width, item.y + item.height
    return item.x, item.y - 0.74 * item.size, item.x + text_width(item.text, item.font, item.size), item.y


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def around(item: Text | Panel, code: Panel) -> bool:
    """Tell whether a panel is the ground on which a code lies, which keeps its own white."""
    left, top, right, bottom = extent(item)
    return isinstance(item, Panel) and (
        left <= code.x and top <= code.y and right >= code.x + code.width and bottom >= code.y + code.height
    )


@pytest.mark.parametrize("name", ["shelf-tag", "shelf-tag-roll"])
@pytest.mark.parametrize("member_price", ["", "¥8.80"])
def test_a_shelf_tag_shows_a_promotion_large_and_the_price_before_struck_out(name: str, member_price: str) -> None:
    template, url = find_template(name), "https://S.SHOP.CN/K7M2X9PQ"
    values = {"name": "鸡蛋", "price": "¥12.80", "promo_price": "¥9.90", "member_price": member_price, "url": url}
    layout = lay_out(template, template.words["zh"] | values, make_symbol(url), template.dpi)
    (large,) = [item for item in layout.items if isinstance(item, Text) and item.text == "9"]
    assert large.size == max(item.size for item in layout.items if isinstance(item, Text))
    (before,) = [item for item in layout.items if isinstance(item, Text) and item.text == "¥12.80"]
    (line,) = [item for item in layout.items if isinstance(item, Stroke)]
    width = text_width(before.text, before.font, before.size)
    assert (line.x, line.to_x) == pytest.approx((before.x, before.x + width))
    assert before.y - before.size * 0.74 < line.y == line.to_y < before.y


def test_a_shelf_tag_without_promotion_and_unit_price_is_as_it_was() -> None:
    template, url = find_template("shelf-tag"), "https://S.SHOP.CN/K7M2X9PQ"
    values = {"name": "鸡蛋", "price": "¥12.80", "unit": "盒", "sku": "7", "url": url}
    layout = lay_out(template, template.words["zh"] | values, make_symbol(url), template.dpi)
    assert layout.texts == ["鸡蛋", "¥", "12", ".80", "/盒", "扫码看详情", "7"]
