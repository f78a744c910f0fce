"""The tables of the catalogue as merchants exchange them: their columns, and what makes a row the same row."""

from enum import StrEnum


class CatalogKind(StrEnum):
    """The tables of the catalogue, each after those that it refers to."""

    STORES = "stores"
    CAMPAIGNS = "campaigns"
    PRODUCTS = "products"
    PEOPLE = "people"
    PLACES = "places"
    AISLES = "aisles"
    ASSORTMENT = "assortment"
    PRICES = "prices"
    LOTS = "lots"
    SHIFTS = "shifts"
    TRAFFIC = "traffic"
    COSTS = "costs"


COLUMNS: dict[CatalogKind, tuple[str, ...]] = {
    CatalogKind.STORES: ("store_id", "name", "city", "timezone", "gln", "latitude", "longitude", "hours"),
    CatalogKind.CAMPAIGNS: ("campaign_id", "name", "start", "end", "cost", "goal", "target", "gcn"),
    CatalogKind.PRODUCTS: (
        "sku", "name", "gtin", "spec", "unit", "origin", "category", "price", "member_price",
        "pack_quantity", "cost_price", "net_content", "net_unit",
    ),
    CatalogKind.PEOPLE: ("person_id", "store_id", "name", "role", "from", "to", "gsrn"),
    CatalogKind.PLACES: (
        "place_id", "store_id", "name", "carrier", "zone", "walk_order", "from", "to", "gln", "giai",
    ),
    CatalogKind.AISLES: ("store_id", "aisle", "walk_order", "name"),
    CatalogKind.ASSORTMENT: (
        "store_id", "sku", "price", "member_price", "aisle", "bay", "shelf", "valid_from", "position", "label",
        "to",
    ),
    CatalogKind.PRICES: ("sku", "store_id", "price", "member_price", "promo_price", "from", "to"),
    CatalogKind.LOTS: ("sku", "lot", "produced", "expires", "origin", "certificate_url"),
    CatalogKind.SHIFTS: ("person_id", "store_id", "start", "end"),
    CatalogKind.TRAFFIC: ("store_id", "at", "count"),
    CatalogKind.COSTS: ("kind", "key", "from", "to", "amount", "note"),
}  # fmt: skip
"""The columns of each table; those of a merchant's own come behind them."""

KEYS: dict[CatalogKind, tuple[str, ...]] = {
    CatalogKind.STORES: ("store_id",),
    CatalogKind.CAMPAIGNS: ("campaign_id",),
    CatalogKind.PRODUCTS: ("sku",),
    CatalogKind.PEOPLE: ("person_id",),
    CatalogKind.PLACES: ("place_id",),
    CatalogKind.AISLES: ("store_id", "aisle"),
    CatalogKind.ASSORTMENT: ("store_id", "sku", "label", "valid_from"),
    CatalogKind.PRICES: ("sku", "store_id", "from"),
    CatalogKind.LOTS: ("sku", "lot"),
    CatalogKind.SHIFTS: ("person_id", "start"),
    CatalogKind.TRAFFIC: ("store_id", "at"),
    CatalogKind.COSTS: ("kind", "key", "from", "note"),
}
"""The columns by which a row of each table is known again."""

CONFIDENTIAL = frozenset(("cost_price",))
"""Columns that are never printed, shown to customers, or exported unless asked for."""

WITH_EXTRA = frozenset(
    (CatalogKind.STORES, CatalogKind.CAMPAIGNS, CatalogKind.PRODUCTS, CatalogKind.PEOPLE, CatalogKind.PLACES,
     CatalogKind.LOTS)
)  # fmt: skip
"""The tables that keep columns of the merchant's own."""
