"""Models are named by a text that says all of them, and what can't be is refused."""

import pytest

from o2o.attribution.models import MODELS, Model, parse_half_life, parse_kinds, parse_model, parse_models, parse_places
from o2o.errors import SettingError
from o2o.times import DAY, HOUR


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("first", "first", ""),
        ("last", "last", ""),
        ("last-non:till", "last-non", "till"),
        ("last-non:a:b", "last-non", "a:b"),
        ("linear", "linear", ""),
        ("position", "position", ""),
        ("position:30/5/30/5/30", "position", "30/5/30/5/30"),
        ("time-decay", "time-decay", ""),
        ("time-decay:3d", "time-decay", "3d"),
        ("by-kind:person=3/product=2/place=1", "by-kind", "person=3/product=2/place=1"),
        ("participation", "participation", ""),
        ("shapley", "shapley", ""),
    ],
)
def test_a_model_is_written_back_as_it_was_read(text, name, argument):
    model = parse_model(f" {text} ")
    assert (model, model.name, model.argument) == (text, name, argument)
    assert isinstance(model, Model)


@pytest.mark.parametrize(
    "text",
    [
        *("", "lineer", "LINEAR", "linear:3", "first:", "participation:x", "shapley:ordered"),
        *("last-non", "last-non:", "by-kind", "by-kind:", "by-kind:3/2/1", "by-kind:guide=1", "by-kind:person=-1"),
        *("by-kind:person=1/person=2", "by-kind:person=0/place=0", "by-kind:person=", "by-kind:person=1e9"),
        *("position:", "position:40/60", "position:1/2/3/4", "position:a/b/c", "position:0/0/0", "position:-1/1/1"),
        *("position:nan/1/1", "position:1e400/1/1", "position:99999/1/99998"),
        *("time-decay:", "time-decay:0d", "time-decay:week", "time-decay:-3d", "time-decay:90000d"),
    ],
)
def test_what_is_no_model_is_refused_with_advice(text):
    with pytest.raises(SettingError, match=r"; (write|there are) "):
        parse_model(text)


def test_a_comma_of_a_key_stands_behind_a_backslash() -> None:
    assert parse_models([r"last-non:East\, door, linear"]) == ("last-non:East, door", "linear")


def test_several_models_are_joined_by_commas_or_repeated_and_each_is_answered_once():
    assert parse_models(["last, time-decay:3d", "last", "linear"]) == ("last", "time-decay:3d", "linear")
    assert parse_models(["shapley,all"]) == ("shapley", *MODELS)
    with pytest.raises(SettingError, match="no model"):
        parse_models([" , "])


def test_weights_become_whole_numbers_in_the_same_proportion():
    assert parse_places("40/20/40") == parse_places("0.4/0.2/0.4") == parse_places("") == (2, 1, 2)
    assert parse_places("30/5/30/5/30") == (6, 1, 6, 1, 6)
    assert parse_places("33.3/33.3/33.4") == (333, 333, 334)
    assert parse_kinds("person=1.5/place=0.5") == {"person": 3, "product": 0, "place": 1}


def test_a_half_life_is_seven_days_where_none_is_given():
    assert (parse_half_life(""), parse_half_life("36h")) == (7 * DAY, 36 * HOUR)
