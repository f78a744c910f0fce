"""What a mark stands for and the kinds of paper it is put on, in the words of the shop floor."""

from enum import StrEnum


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
}
"""Chinese and English name of each carrier."""

DEFAULT_CARRIERS = {Kind.PERSON: Carrier.BADGE, Kind.PRODUCT: Carrier.SHELF_TAG}
"""The carrier of a touchpoint when none is asked for; a place has its own."""

KIND_TABLES = {
    Kind.PERSON: ("people", "person_id"),
    Kind.PRODUCT: ("products", "sku"),
    Kind.PLACE: ("places", "place_id"),
}
"""The table of each kind and the column of its merchant's id."""
