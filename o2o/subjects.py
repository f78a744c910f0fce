"""What a mark stands for and the kinds of paper it is put on, in the words of the shop floor."""

from enum import StrEnum
from functools import cache


class Kind(StrEnum):
    """The kind of a subject: 人, 货, 场."""

    PERSON = "person"
    PRODUCT = "product"
    PLACE = "place"


class Carrier(StrEnum):
    """The physical kind of a place or print (物料)."""

    DOOR_SIGN = "door_sign"
    SCREEN = "screen"
    ENTRANCE = "entrance"
    ENDCAP = "endcap"
    SHELF_CARD = "shelf_card"
    SHELF_STRIP = "shelf_strip"
    HANG_TAG = "hang_tag"
    HANGING_FLAG = "hanging_flag"
    PILLAR = "pillar"
    WALL_POSTER = "wall_poster"
    LEAFLET = "leaflet"
    EXIT = "exit"
    TABLE = "table"
    CHECKOUT = "checkout"
    CART = "cart"
    BAG = "bag"
    MAGNET = "magnet"
    BADGE = "badge"
    SHELF_TAG = "shelf_tag"
    PACK_LABEL = "pack_label"
    PARCEL = "parcel"
    RECEIPT = "receipt"
    POST = "post"
    STAFF_CARD = "staff_card"


KIND_NAMES = {
    Kind.PERSON: ("人员", "person"),
    Kind.PRODUCT: ("商品", "product"),
    Kind.PLACE: ("点位", "place"),
}
"""Chinese and English name of each kind."""

CARRIER_NAMES = {
    Carrier.DOOR_SIGN: ("门头", "door sign"),
    Carrier.SCREEN: ("电子屏", "screen"),
    Carrier.ENTRANCE: ("入口", "entrance"),
    Carrier.ENDCAP: ("堆头", "end-cap"),
    Carrier.SHELF_CARD: ("跳跳卡", "shelf card"),
    Carrier.SHELF_STRIP: ("货架条", "shelf strip"),
    Carrier.HANG_TAG: ("吊牌", "hang tag"),
    Carrier.HANGING_FLAG: ("吊旗", "hanging flag"),
    Carrier.PILLAR: ("包柱", "pillar"),
    Carrier.WALL_POSTER: ("墙面海报", "wall poster"),
    Carrier.LEAFLET: ("单页", "leaflet"),
    Carrier.EXIT: ("出口", "exit"),
    Carrier.TABLE: ("桌码", "table"),
    Carrier.CHECKOUT: ("收银台", "checkout"),
    Carrier.CART: ("购物车", "cart"),
    Carrier.BAG: ("购物袋", "bag"),
    Carrier.MAGNET: ("冰箱贴", "magnet"),
    Carrier.BADGE: ("工牌", "badge"),
    Carrier.SHELF_TAG: ("价签", "shelf tag"),
    Carrier.PACK_LABEL: ("包装贴", "pack label"),
    Carrier.PARCEL: ("包裹卡", "parcel card"),
    Carrier.RECEIPT: ("小票", "receipt"),
    Carrier.POST: ("网络图", "post"),
    Carrier.STAFF_CARD: ("员工卡", "staff card"),
}
"""Chinese and English name of each carrier."""

CARRIER_ALIASES = {
    "门头招牌": Carrier.DOOR_SIGN,
    "招牌": Carrier.DOOR_SIGN,
    "门贴": Carrier.DOOR_SIGN,
    "屏幕": Carrier.SCREEN,
    "大屏": Carrier.SCREEN,
    "门口": Carrier.ENTRANCE,
    "进口": Carrier.ENTRANCE,
    "端架": Carrier.ENDCAP,
    "堆垛": Carrier.ENDCAP,
    "货架卡": Carrier.SHELF_CARD,
    "跳卡": Carrier.SHELF_CARD,
    "货架插条": Carrier.SHELF_STRIP,
    "吊卡": Carrier.HANG_TAG,
    "挂旗": Carrier.HANGING_FLAG,
    "柱子": Carrier.PILLAR,
    "海报": Carrier.WALL_POSTER,
    "poster": Carrier.WALL_POSTER,
    "传单": Carrier.LEAFLET,
    "宣传单": Carrier.LEAFLET,
    "DM单": Carrier.LEAFLET,
    "flyer": Carrier.LEAFLET,
    "桌牌": Carrier.TABLE,
    "桌贴": Carrier.TABLE,
    "台卡": Carrier.TABLE,
    "收银": Carrier.CHECKOUT,
    "till": Carrier.CHECKOUT,
    "推车": Carrier.CART,
    "手提袋": Carrier.BAG,
    "胸牌": Carrier.BADGE,
    "价格签": Carrier.SHELF_TAG,
    "价格牌": Carrier.SHELF_TAG,
    "price tag": Carrier.SHELF_TAG,
    "包装": Carrier.PACK_LABEL,
    "包裹": Carrier.PARCEL,
    "购物小票": Carrier.RECEIPT,
    "朋友圈图": Carrier.POST,
}
"""Other names that shops use for a carrier."""

DEFAULT_CARRIERS = {Kind.PERSON: Carrier.BADGE, Kind.PRODUCT: Carrier.SHELF_TAG}
"""The carrier of a touchpoint when none is asked for; a place has its own."""

KIND_TABLES = {
    Kind.PERSON: ("people", "person_id"),
    Kind.PRODUCT: ("products", "sku"),
    Kind.PLACE: ("places", "place_id"),
}
"""The table of each kind and the column of its merchant's id."""


def parse_carrier(text: str) -> Carrier:
    """Return the carrier of an English or Chinese name; else raise ValueError with the choices."""
    carrier = _carriers_by_name().get(_fold(text))
    if carrier is None:
        choices = ", ".join(f"{carrier} {chinese}" for carrier, (chinese, _) in CARRIER_NAMES.items())
        raise ValueError(f"not a carrier that we know; use one of {choices}")
    return carrier


@cache
def _carriers_by_name() -> dict[str, Carrier]:
    names = {name: carrier for carrier, pair in CARRIER_NAMES.items() for name in (carrier.value, *pair)}
    return {_fold(name): carrier for name, carrier in (CARRIER_ALIASES | names).items()}


def _fold(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
