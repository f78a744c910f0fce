"""A tree of paths beside plain counting of them."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from o2o.analytics.path_tree import PathTree

PATHS = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=6), max_size=40)


def make_tree(paths: list[list[int]]) -> PathTree:
    codes = np.array([code for path in paths for code in path], np.int64)
    return PathTree.of(codes, np.cumsum([0, *map(len, paths)]))


def spell_all(tree: PathTree) -> list[tuple[int, ...]]:
    return [tuple(tree.spell(node))[::-1] for node in range(len(tree.codes))]


@given(PATHS)
def test_each_way_so_far_is_a_node_once(paths: list[list[int]]) -> None:
    tree = make_tree(paths)
    spelt = spell_all(tree)
    begun = {tuple(path[:length]) for path in paths for length in range(1, len(path) + 1)}
    assert len(spelt) == len(begun) and set(spelt) == begun
    assert [spelt[end] for end in tree.ends.tolist()] == [tuple(path) for path in paths]
    assert tree.depths.tolist() == [len(way) for way in spelt]


@given(PATHS)
def test_amounts_add_up_at_ends_and_on_the_way(paths: list[list[int]]) -> None:
    tree = make_tree(paths)
    ended = tree.add_up(np.arange(1, len(paths) + 1))
    passed: Counter[tuple[int, ...]] = Counter()
    for number, path in enumerate(paths, 1):
        passed.update({tuple(path[:length]): number for length in range(1, len(path) + 1)})
    assert tree.pass_through(ended).tolist() == [passed[way] for way in spell_all(tree)]


@given(PATHS)
def test_ranks_are_the_order_of_ways(paths: list[list[int]]) -> None:
    tree = make_tree(paths)
    spelt = spell_all(tree)
    assert [spelt[node] for node in np.argsort(tree.rank()).tolist()] == sorted(spelt)
