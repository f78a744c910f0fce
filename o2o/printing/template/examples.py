"""A made-up product, person and place for previews and checks of templates, in Chinese and English."""

import io
from collections.abc import Iterator, Mapping
from functools import cache

from o2o.catalog.unit_prices import UnitPrice, format_unit_price
from o2o.codes.digital_link import DigitalLink
from o2o.config import Language, Settings, UrlForm
from o2o.links import PARAMETER
from o2o.printing.template.boxes import Template
from o2o.subjects import CARRIER_NAMES, Carrier
from o2o.touchpoints import cased, stem_of, touchpoint_url

EXAMPLE_SHOP = Settings("https://s.yourshop.com", "CNY", "Asia/Shanghai")
"""Where no shop is at hand; its codes are as long as most are."""

_PRODUCT = {
    "name": ("散养土鸡蛋", "Free-range eggs"), "spec": ("30枚装", "pack of 30"), "unit": ("盒", "box"),
    "origin": ("湖北恩施", "Enshi, Hubei"), "category": ("生鲜蛋品", "Fresh eggs"), "grade": ("特级", "AA"),
    "brand": ("土山坡", "Hillside"), "net_content": ("1.5千克", "1.5 kg"), "aisle_name": ("生鲜", "Fresh food"),
    "storage": ("阴凉干燥处，0–20℃", "Cool and dry, 0–20 ℃"),
    "feature_1": ("散养于林下", "Raised in the woods"), "feature_2": ("每日现捡", "Laid the same day"),
    "feature_3": ("无抗生素", "No antibiotics"), "feature_4": ("可追溯到农场", "Traced to the farm"),
    "feature_5": ("防震包装", "Packed against shocks"),
}  # fmt: skip
_PLACE = {
    "store": ("徐家汇店", "Xujiahui"), "city": ("上海", "Shanghai"), "campaign": ("开学季", "Back to school"),
    "zone": ("入口区", "Entrance"), "label": ("左侧", "left"), "role": ("导购", "Shop assistant"),
    "slogan": ("新鲜每一天", "Fresh every day"),
}  # fmt: skip
_PERSON_NAME, _PLACE_NAME = ("王小明", "Wang Xiaoming"), ("一号点位", "Place one")
_PLAIN = {
    "code": "K7M2X9PQ", "store_id": "S001", "campaign_id": "C1", "date": "2027-01-15",
    "sku": "100234", "gtin": "6901234567892", "ean": "6901234567892", "barcode": "6901234567892",
    "aisle": "A12", "bay": "3", "shelf": "2", "slot": "5", "position": "A12-3-2-5",
    "person_id": "E0042", "place_id": "P-017", "promo_from": "2027-01-10", "promo_to": "2027-01-20",
}  # fmt: skip
_AMOUNTS = {
    "price": 1280, "promo_price": 990, "member_price": 960, "lowest_price_7": 1180, "lowest_price_30": 1150,
}  # fmt: skip
_UNIT_PRICE = 660
_GREEN = "#07C160"
_OF_PROMOTIONS = ("promo_price", "promo_from", "promo_to", "lowest_price_7", "lowest_price_30")
_OF_PRODUCTS = ("sku", "gtin", "ean", "barcode", *_PRODUCT, *_AMOUNTS, "unit_price")


def example_values(template: Template, settings: Settings) -> dict[str, str]:
    """Return a value for each field that o2o knows, and the template's own words."""
    language, amounts = Language(settings.language), settings.amounts
    values = {name: language.of(texts) for name, texts in (_PRODUCT | _PLACE).items()} | _PLAIN
    values |= {name: amounts.format(amount) for name, amount in _AMOUNTS.items()}
    values["unit_price"] = format_unit_price(UnitPrice(_UNIT_PRICE, "kg"), amounts, language)
    values["url"] = _example_url(settings)
    if template.carrier:
        values["carrier"] = language.of(CARRIER_NAMES[Carrier(template.carrier)])
    is_of_person = "person_id" in template.fields or template.carrier == Carrier.BADGE
    if is_of_person or not template.fields & {"sku", "price", "ean", "unit_price"}:
        values["name"] = language.of(_PERSON_NAME if is_of_person else _PLACE_NAME)
    values |= {"id": values["person_id" if is_of_person else "sku"], "currency": settings.currency}
    slogan = {"slogan": settings.slogan} if settings.slogan else {}
    values |= {"language": language, "locale": settings.locale}
    return {**values, **slogan, **template.words[language]}


def example_cases(template: Template, settings: Settings) -> Iterator[Mapping[str, str]]:
    """Yield what the template has to cope with: with and without promotion, members' price and product."""
    full = example_values(template, settings)
    yield full
    without = (("member_price",), _OF_PROMOTIONS, ("member_price", *_OF_PROMOTIONS))
    for names in (*without, (*without[-1], "unit_price"), _OF_PRODUCTS + _OF_PROMOTIONS):
        if template.fields.intersection(names):
            yield full | dict.fromkeys(set(names) - {"name"}, "")


def _example_url(settings: Settings) -> str:
    if settings.url_form == UrlForm.SHORT:
        return touchpoint_url(settings, _PLAIN["code"])
    link = DigitalLink(stem_of(settings), ("01", _PLAIN["gtin"].zfill(14)), ())
    return f"{link.uri}?{PARAMETER}={cased(settings, _PLAIN['code'])}"


@cache
def made_up_picture() -> bytes:
    """Return a picture that stands for a mini-program code."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (1280, 1280), "white")
    draw = ImageDraw.Draw(image)
    for inset in (130, 260, 390):
        draw.ellipse((inset, inset, 1280 - inset, 1280 - inset), outline=_GREEN, width=60)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
