"""A ranking that a few lucky scans can't lead."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from o2o.attribution.models import Model
from o2o.attribution.report import OTHER, UNATTRIBUTED, CreditRow
from o2o.reports.ranking import Candidate, count_interval, rank_candidates, rank_rows


def candidate(key: str, trials: int, successes: int | None) -> Candidate:
    return Candidate(key, key, "", trials, trials, successes)


def row(key: str, revenue: int, touches: int) -> CreditRow:
    return CreditRow(key, key, Model.LINEAR, 1.0, revenue, touches)


def test_a_sign_with_three_scans_and_three_orders_does_not_lead() -> None:
    standing = rank_candidates([candidate("lucky", 3, 3), candidate("good", 400, 120), candidate("poor", 400, 20)])
    assert (standing.best.key, standing.worst.key) == ("good", "poor")
    assert [c.key for c in standing.thin] == ["lucky"]


def test_among_those_with_enough_data_the_surer_one_leads() -> None:
    standing = rank_candidates([candidate("few", 30, 12), candidate("many", 3_000, 1_100)])
    assert standing.best.key == "many"


def test_one_with_enough_data_has_none_to_compare_with() -> None:
    standing = rank_candidates([candidate("a", 100, 3), candidate("b", 4, 4)])
    assert standing.places.keys() == {"only"} and not standing.apart


def test_nobody_is_best_where_all_have_too_little_data() -> None:
    standing = rank_candidates([candidate("a", 3, 1), candidate("b", 7, 0)])
    assert standing.places == {} and [c.key for c in standing.thin] == ["b", "a"]


def test_a_large_difference_is_said_to_be_one_and_a_small_one_is_not() -> None:
    assert rank_candidates([candidate("a", 500, 150), candidate("b", 500, 50)]).apart
    alike = rank_candidates([candidate("a", 500, 55), candidate("b", 500, 50)])
    assert not alike.apart and alike.places.keys() == {"high", "low"}


def test_sixty_equal_signs_are_seldom_said_to_differ() -> None:
    random = Random(3)

    def draw() -> bool:
        signs = [candidate(f"{n}", 200, sum(random.random() < 0.1 for _ in range(200))) for n in range(60)]
        return rank_candidates(signs).apart

    assert sum(draw() for _ in range(40)) <= 2


def test_without_successes_the_number_of_visits_is_compared() -> None:
    standing = rank_candidates([candidate("a", 40, None), candidate("b", 900, None)])
    assert standing.places == {"best": standing.judged[0], "worst": standing.judged[1]}


def test_who_has_just_enough_visits_is_not_the_worst_while_others_have_fewer() -> None:
    standing = rank_candidates([candidate("a", 31, None), candidate("b", 900, None), candidate("c", 3, None)])
    assert standing.best.key == "b" and standing.worst is None and standing.places.keys() == {"best"}


@given(st.integers(0, 10**6))
def test_the_interval_of_a_count_holds_the_count(count: int) -> None:
    low, high = count_interval(count)
    assert 0 <= low <= count <= high


def test_rows_with_few_scans_come_after_all_others_however_much_they_earned() -> None:
    ranked = rank_rows(
        [row("lucky", 9_999, 3), row("a", 50, 40), row("b", 70, 31)], lambda r: r.revenue, lambda r: r.touches < 30, 20
    )
    assert [r.key for r in ranked.leaders] == ["b", "a"]
    assert [r.key for r in ranked.thin] == ["lucky"]


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(0, 60)), max_size=60), st.integers(4, 20))
def test_every_row_with_a_key_is_listed_or_summed(values: list[tuple[int, int]], limit: int) -> None:
    rows = [row(f"k{n}", *pair) for n, pair in enumerate(values)]
    special = [row(OTHER, 5, 9), row(UNATTRIBUTED, 7, 0)]
    ranked = rank_rows([*rows, *special], lambda r: r.revenue, lambda r: r.touches < 30, limit)
    assert sorted(r.key for r in ranked.listed + ranked.rest) == sorted(r.key for r in rows)
    assert len(ranked.leaders) <= limit and len(ranked.listed) <= limit + limit // 4
