"""The simulated shoppers: their planted influences are there to be found, and nothing else is."""

from collections.abc import Iterator
from random import Random

import pytest

from o2o.codes.short import is_code, make_code
from o2o.demo.chain import FLAGSHIP
from o2o.demo.shoppers import PLANTED, Influence, Market, Payment, Shopper, mistype, plan_machines, plan_shoppers
from o2o.statistics.rates import RateRatio, make_rate, make_rate_ratio
from o2o.subjects import Kind


def make_market(rng: Random) -> Market:
    def url() -> str:
        return f"https://S.EXAMPLE.COM/{make_code(rng.choice)}"

    plain = {store: {kind: tuple(url() for _ in range(20)) for kind in Kind} for store in (FLAGSHIP, "S002", "S003")}
    return Market(tuple((influence, url()) for influence in PLANTED), plain)


MARKET = make_market(Random(0))


def found_ratio(shoppers: list[Shopper], url: str) -> RateRatio:
    flagship = [s for s in shoppers if s.store_id == FLAGSHIP]
    rates = [
        make_rate(sum(s.payment not in (None, Payment.CASH) for s in group), len(group))
        for group in (
            [s for s in flagship if url in {r.url for r in s.client.requests}],
            [s for s in flagship if url not in {r.url for r in s.client.requests}],
        )
    ]
    ratio = make_rate_ratio(*rates)
    assert ratio
    return ratio


def trials(seeds: int) -> Iterator[tuple[Influence, RateRatio]]:
    for seed in range(seeds):
        shoppers = plan_shoppers(MARKET, 1500, Random(seed))
        yield from ((influence, found_ratio(shoppers, url)) for influence, url in MARKET.planted)


def test_the_planted_ratio_lies_in_95_of_100_intervals() -> None:
    found = list(trials(50))
    covered = sum(ratio.low <= influence.multiplier <= ratio.high for influence, ratio in found)
    assert 0.91 <= covered / len(found) <= 0.99


def test_the_same_seed_plans_the_same_shoppers() -> None:
    assert plan_shoppers(MARKET, 50, Random(3)) == plan_shoppers(MARKET, 50, Random(3))


def test_every_shopper_has_an_address_block_of_its_own() -> None:
    blocks = {shopper.client.address.rpartition(".")[0] for shopper in plan_shoppers(MARKET, 2000, Random(1))}
    assert len(blocks) == 2000


def test_every_shopper_scans_something_that_was_printed() -> None:
    printed = set(MARKET.urls)
    for shopper in plan_shoppers(MARKET, 500, Random(1)):
        assert printed & {request.url for request in shopper.client.requests if request.method == "GET"}


@pytest.mark.parametrize("seed", range(20))
def test_a_mistyped_code_is_no_code(seed: int) -> None:
    url = MARKET.planted[0][1]
    wrong = mistype(url, Random(seed))
    assert wrong != url
    assert not is_code(wrong.rpartition("/")[2])


def test_machines_say_what_they_are() -> None:
    agents = {client.user_agent for client in plan_machines(MARKET, 100, Random(1))}
    assert any("bot" in agent for agent in agents)
    assert any("WhatsApp" in agent for agent in agents)
