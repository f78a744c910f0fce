"""Path strings become numbers and touches again, whatever the touches are called."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o2o.attribution.path_models import attribute_paths
from o2o.attribution.paths import PathError, Paths, split_paths
from o2o.attribution.vocabulary import Vocabulary

touch_names = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30
).filter(lambda name: name.strip(" ") == name and ">" not in name)
many_touches = st.lists(touch_names, min_size=1, max_size=8)


def join_again(touches, codes, starts):
    return [" > ".join(touches[code] for code in codes[start:end]) for start, end in pairwise(starts)]


@given(st.lists(many_touches, max_size=30))
@settings(deadline=None)
def test_paths_are_the_same_when_joined_again(paths) -> None:
    texts = [" > ".join(path) for path in paths]
    touches, codes, starts = split_paths(texts)
    assert join_again(touches, codes, starts) == texts
    assert list(touches) == sorted({touch for path in paths for touch in path})


def split_one_by_one(path):
    """Return the touches of a path, or None where it has an empty one, by looking at each character."""
    text, touches, start = f" {path} ", [], 0
    for place in (place for place, sign in enumerate(text) if sign == ">"):
        if text[place - 1] == " " == text[place + 1]:
            touches.append(text[start:place].strip(" "))
            start = place + 1
    touches.append(text[start:].strip(" "))
    return None if "\0" in path or not all(touches) else touches


@pytest.mark.parametrize("length", range(7))
def test_each_short_text_of_marks_blanks_and_letters_is_split_as_one_by_one(length) -> None:
    for path in map("".join, product(" >A\0" if length < 6 else " >A", repeat=length)):
        try:
            touches, codes, starts = split_paths(["X", path, "Y"])
        except PathError as error:
            assert (error.row, split_one_by_one(path)) == (1, None)
        else:
            assert [touches[code] for code in codes] == ["X", *split_one_by_one(path), "Y"]
            assert starts.tolist() == [0, 1, len(codes) - 1, len(codes)]


def test_a_hundred_thousand_touches_are_told_apart() -> None:
    texts = [f"货架卡 {number} > place-{number * 7919:020d} > p{number}" for number in range(40_000)]
    touches, codes, starts = split_paths(texts)
    assert len(touches) == 120_000
    assert join_again(touches, codes, starts) == texts


def test_two_threads_split_as_one(monkeypatch) -> None:
    texts = [f"T{number % 77} > 货架卡 {number % 901} > T{number % 5}" for number in range(20_001)]
    alone = split_paths(texts)
    monkeypatch.setattr("o2o.attribution.paths.WORTH_THREADS", 2)
    together = split_paths(texts)
    assert together[0] == alone[0]
    assert (together[1] == alone[1]).all()
    assert (together[2] == alone[2]).all()
    with pytest.raises(PathError, match=r"^path 15,001 "):
        split_paths([*texts[:15_000], "A > > B", *texts[15_000:], ""])


def test_long_paths_are_taken_apart_one_by_one(monkeypatch) -> None:
    monkeypatch.setattr("o2o.attribution.paths._LONG", 50)
    texts = ["A > B", "货架卡 > " * 100 + "A", "B", "A > B > " * 30 + "C", "C"] * 3
    assert join_again(*split_paths(texts)) == texts


@pytest.mark.parametrize("name", ["touch{:03d}", "{}", "SKU-69012345{:05d}", "货架卡{}", "{:08d}", "https://x.cn/{}"])
def test_touches_named_in_a_row_find_their_slots_at_once(name) -> None:
    vocabulary = Vocabulary()
    texts = [name.format(number).encode() for number in range(5_000)]
    text = np.frombuffer(b"".join(texts) + bytes(8), np.uint8)
    lengths = np.array([len(text) for text in texts])
    numbers = vocabulary.find(text, np.cumsum(lengths) - lengths, lengths)
    assert len(set(numbers.tolist())) == 5_000
    keys = vocabulary._known[1:]
    assert np.mean(vocabulary._slots_of(keys) != vocabulary._walk(keys)[0]) < 0.2


def test_touches_that_begin_alike_are_told_apart() -> None:
    names = ["a" * length for length in range(1, 600)]
    text = " > ".join(names)
    touches, codes, _ = split_paths([text, text])
    assert list(touches) == names
    assert codes.tolist() == [*range(599)] * 2


@pytest.mark.parametrize("mixed", [0, 256, 1 << 60])
def test_touches_with_the_same_hash_are_told_apart(monkeypatch, mixed) -> None:
    monkeypatch.setattr("o2o.attribution.vocabulary._mix", lambda keys, _: np.full_like(keys, mixed))
    texts = [
        f"touchpoint {number} > T{number} > 货架卡 {number % 7} > touchpoint {number}{number}" for number in range(900)
    ]
    assert join_again(*split_paths(texts)) == texts
    assert join_again(*split_paths([text for text in texts for _ in range(20)]))[::20] == texts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A > B", ["A", "B"]),
        ("A  >   B ", ["A", "B"]),
        (" A > B  C", ["A", "B  C"]),
        ("A>B", ["A>B"]),
        ("A -> B > C", ["A -> B", "C"]),
        ("首页 > 导购 小王", ["导购 小王", "首页"]),
    ],
)
def test_touches_are_joined_by_a_sign_with_a_blank_on_either_side(text, names) -> None:
    assert sorted(split_paths([text])[0]) == sorted(names)


@pytest.mark.parametrize(
    "bad",
    ["", " ", "A > ", "A >", "> A", ">", " > ", "A > > B", "A >  > B", "A\0 > B", "A > \0 > B", "A >\0 B", "A >\0"],
)
def test_a_path_with_an_empty_touch_is_refused_with_its_place(bad) -> None:
    with pytest.raises(PathError, match=r"^path 9,002 ") as refusal:
        split_paths(["A > B"] * 9_001 + [bad, ""])
    assert (refusal.value.row, refusal.value.path) == (9_001, bad)


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        (([1],), "2 paths, but 1 amounts"),
        (([1, -1],), "an amount isn't from 0"),
        (([1, 1], [1, float("nan")]), "an amount isn't from 0"),
        (([1, 1], None, [1, float("inf")]), "an amount isn't from 0"),
        (([1, 0], [1, 1]), "a path without conversions has a value"),
    ],
)
def test_amounts_are_one_a_path_and_can_be_true(amounts, message) -> None:
    with pytest.raises(ValueError, match=message):
        Paths.of(["A", "B"], *amounts)
    with pytest.raises(ValueError, match=message):
        Paths.from_codes(["A", "B"], [0, 1], [0, 1, 2], *amounts)


def test_paths_of_codes_are_those_of_their_texts() -> None:
    codes = Paths.from_codes(["B", "unused", "A"], [2, 0, 0, 2], [0, 2, 3, 4], [1, 0, 2], [5, 0, 2], [0, 1, 0])
    texts = Paths.of(["A > B", "B", "A"], [1, 0, 2], [5, 0, 2], [0, 1, 0])
    for model in ("linear", "markov", "shapley"):
        earned = [row for row in attribute_paths(codes, [model], order=2) if row.touch != "unused"]
        assert earned == attribute_paths(texts, [model], order=2)


@pytest.mark.parametrize(
    ("codes", "starts", "message"),
    [
        ([0, 1], [], "starts must rise from 0 to 2"),
        ([0, 1], [0], "starts must rise"),
        ([0, 1], [1, 2], "starts must rise"),
        ([0, 1], [0, 1, 1, 2], "starts must rise"),
        ([0, 2], [0, 2], "codes must be from 0 to 1"),
        ([0, -1], [0, 2], "codes must be from 0 to 1"),
    ],
)
def test_codes_that_cannot_be_paths_are_refused(codes, starts, message) -> None:
    with pytest.raises(ValueError, match=message):
        Paths.from_codes(["A", "B"], codes, starts, [1])


def test_no_paths_are_no_credit() -> None:
    for none in (Paths.from_codes([], [], [0], []), Paths.of([], [])):
        assert attribute_paths(none, ["linear", "markov", "shapley"], order=3) == []
