"""Questions as users write them."""

import pytest

from o2o.attribution.question import Question, Thinning, Transform, parse_windows
from o2o.errors import SettingError
from o2o.subjects import Kind
from o2o.times import DAY


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((), (30 * DAY, ())),
        (("7d",), (7 * DAY, ())),
        (("product=3d", "7d"), (7 * DAY, ((Kind.PRODUCT, 3 * DAY),))),
        (("product=3d", "person=90d"), (30 * DAY, ((Kind.PERSON, 90 * DAY), (Kind.PRODUCT, 3 * DAY)))),
    ],
)
def test_windows_hold_for_all_or_for_a_kind(texts, expected):
    assert parse_windows(texts) == expected


@pytest.mark.parametrize("texts", [("1d", "2d"), ("person=1d", "person=2d"), ("shelf=1d",), ("=1d",), ("person:1d",)])
def test_a_window_that_cannot_be_is_refused(texts):
    with pytest.raises(SettingError):
        parse_windows(texts)


def test_the_longest_window_is_that_of_a_kind_that_has_it():
    assert Question(window=DAY, kind_windows=((Kind.PLACE, 2 * DAY),)).longest_window == 2 * DAY
    assert Question(window=9 * DAY, kind_windows=tuple((kind, DAY) for kind in Kind)).longest_window == DAY


@pytest.mark.parametrize("text", ["unique", "exposure", "first", "drop-tail:checkout", "drop-all:a:b"])
def test_a_transform_is_written_as_it_is_read(text):
    assert str(Transform.parse(text)) == text


def test_a_key_may_hold_a_colon():
    assert Transform.parse("drop-all:a:b") == Transform(Thinning.DROP_ALL, "a:b")


@pytest.mark.parametrize("text", ["", "drop", "drop-all", "drop-all:", "unique:a"])
def test_a_transform_that_cannot_be_is_refused(text):
    with pytest.raises(SettingError):
        Transform.parse(text)
