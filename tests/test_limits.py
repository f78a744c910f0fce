from hypothesis import given
from hypothesis import strategies as st

from o2o.collect.serving.limits import Allowance


def test_a_minute_of_allowance_may_be_taken_at_once_and_grows_back():
    allowance = Allowance()
    assert [allowance.take("a", 0, 3) for _ in range(5)] == [True, True, True, False, False]
    assert allowance.take("b", 0, 3)
    assert (allowance.take("a", 19, 3), allowance.take("a", 20, 3), allowance.take("a", 20, 3)) == (False, True, False)


def test_no_limit_is_no_limit():
    assert all(Allowance().take("a", 0, 0) for _ in range(1_000))


def test_only_so_many_keys_are_kept():
    allowance = Allowance(most_keys=3)
    for key in "abcda":
        assert allowance.take(key, 0, 1)  # a was forgotten, and starts anew
    assert len(allowance._free_at) == 3


@given(st.lists(st.floats(0, 600), min_size=1), st.integers(1, 100))
def test_never_more_than_a_minutes_worth_beyond_the_rate(times, a_minute):
    allowance = Allowance()
    taken = [at for at in sorted(times) if allowance.take("a", at, a_minute)]
    assert len(taken) <= a_minute * (1 + (max(times) - min(times)) / 60) + 1
