"""What the simulated tills export: amounts that add up, ids that join, refunds of real orders."""

from dataclasses import replace
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

from o2o.demo.chain import CURRENCY, make_chain
from o2o.demo.shoppers import Payment, Shopper
from o2o.demo.till import Sale, click_id, make_order_sheets, read_shelves, ring_up
from o2o.demo.traffic import Answer, Client, Request
from o2o.times import parse_at

ZONE = ZoneInfo("Asia/Shanghai")
SHELVES = read_shelves(make_chain(1, date(2026, 5, 17))[-1])
SCAN = Request("GET", "https://S.EXAMPLE.COM/K7M2X9PQ")
AT = 1_763_765_000_000


def answer(click: str, at: int = AT) -> Answer:
    return Answer(SCAN, 302, f"https://shop.example.com/item?sku=1&o2o_scan={click}", at)


def shopper(payment: Payment | None) -> Shopper:
    return Shopper(Client("10.0.0.2", "phone", (SCAN,)), "S001", payment)


def sales_of(payment: Payment | None, how_many: int = 1) -> list[Sale]:
    visits = [(shopper(payment), [answer("a"), answer("b", AT + 5)])] * how_many
    return ring_up(visits, SHELVES, Random(1))


def test_who_buys_nothing_is_not_in_the_till() -> None:
    assert sales_of(None) == []


def test_an_online_order_carries_the_last_click_id_and_comes_after_its_scan() -> None:
    (sale,) = sales_of(Payment.ONLINE)
    assert (sale.scan_id, sale.customer, sale.channel) == ("b", "", "online")
    assert sale.at > AT + 5


def test_a_member_buys_again_on_the_card_alone() -> None:
    first, second = sales_of(Payment.MEMBER)
    assert first.scan_id and first.customer
    assert (second.customer, second.scan_id) == (first.customer, "")
    assert second.at > first.at


def test_cash_carries_nothing() -> None:
    (sale,) = sales_of(Payment.CASH)
    assert (sale.scan_id, sale.customer) == ("", "")


def test_a_product_that_was_scanned_is_bought_now_and_then() -> None:
    sku, price = SHELVES["S001"][0]
    scan = replace(answer("a"), location=f"https://shop.example.com/product?sku={sku}&o2o_scan=a")
    sales = ring_up([(shopper(Payment.ONLINE), [scan])] * 300, SHELVES, Random(1))
    bought = [line for sale in sales if sale.scan_id for line in sale.lines if line.sku == sku]
    assert 0.3 < len(bought) / 300 < 0.5
    assert all(line.amount == line.quantity * price for line in bought)


def test_some_sales_are_of_people_who_scanned_nothing() -> None:
    sales = sales_of(Payment.ONLINE, 50)
    assert len([sale for sale in sales if not sale.scan_id]) == 5


def test_lines_add_up_to_each_order_and_refunds_are_of_real_orders() -> None:
    orders, lines = make_order_sheets(sales_of(Payment.ONLINE, 300), ZONE)
    amounts = {(row[2], row[0]): CURRENCY.parse(row[5]) for row in orders.rows}
    sums: dict[tuple[str, str], int] = dict.fromkeys(amounts, 0)
    for store, order, _, _, amount in lines.rows:
        sums[store, order] += CURRENCY.parse(amount)
    assert sums == amounts
    refunds = [row for row in orders.rows if row[6]]
    assert refunds
    assert all(amounts[row[2], row[0]] < 0 <= amounts[row[2], row[0]] + amounts[row[2], row[6]] for row in refunds)


def test_times_are_written_to_the_millisecond() -> None:
    orders, _ = make_order_sheets(sales_of(Payment.ONLINE), ZONE)
    assert parse_at(orders.rows[0][1], ZONE) == AT + 6


def test_a_redirect_without_click_id_gives_none() -> None:
    assert click_id([Answer(SCAN, 404, "", AT)]) == ""
