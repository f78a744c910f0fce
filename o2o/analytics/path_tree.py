"""Millions of paths told apart by how they begin: a tree whose nodes are the ways so far, each once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from o2o.statistics.distinct import tell_apart
from o2o.statistics.estimates import Numbers, Places

ROOT = -1
"""Before the first touch."""


@dataclass(frozen=True, slots=True)
class PathTree:
    """Nodes, those of fewer touches first: each ends with the touch of a code and follows its parent.

    ``levels`` are where nodes of one touch begin, of two, and so on; ``ends`` is the node at which each path ends.
    """

    parents: Places
    codes: Places
    levels: Places
    ends: Places

    @classmethod
    def of(cls, codes: Places, starts: Places) -> Self:
        """Tell apart the paths ``codes[starts[i] : starts[i + 1]]``."""
        lengths, many = np.diff(starts), int(codes.max(initial=0)) + 1
        ends, here, levels = np.full(len(lengths), ROOT), np.arange(len(lengths)), [ROOT, 0]
        nodes: list[tuple[Places, Places]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
        for step in range(int(lengths.max(initial=0))):
            here = here[lengths[here] > step]
            found, which = tell_apart((ends[here] - levels[-2]) * many + codes[starts[here] + step])
            nodes.append((found // many + levels[-2], found % many))
            ends[here] = which + levels[-1]
            levels.append(levels[-1] + len(found))
        parents, last = (np.concatenate(columns) for columns in zip(*nodes, strict=True))
        return cls(parents, last, np.array(levels[1:]), ends)

    @property
    def depths(self) -> Places:
        """How many touches each node has."""
        return np.repeat(np.arange(1, len(self.levels)), np.diff(self.levels))

    def add_up(self, amounts: Numbers | Places) -> Numbers:
        """Return what paths come to by the node at which they end."""
        return np.bincount(self.ends, amounts, len(self.codes)).astype(float)

    def pass_through(self, ended: Numbers) -> Numbers:
        """Return what ended at each node and beyond it."""
        passed = ended.copy()
        for first, end in reversed(list(pairwise(self.levels[1:].tolist()))):
            passed += np.bincount(self.parents[first:end], passed[first:end], len(passed))
        return passed

    def rank(self) -> Places:
        """Return the place of each node among all, in the order of their codes from the first touch on."""
        sizes = self.pass_through(np.ones(len(self.codes))).astype(np.int64)
        before = np.cumsum(sizes) - sizes
        rank = np.zeros(len(self.codes), np.int64)
        for number, (first, end) in enumerate(pairwise(self.levels.tolist())):
            place = before[first:end] - before[first]
            if number:
                parents = self.parents[first:end]
                siblings = np.append(True, parents[1:] != parents[:-1])
                place += rank[parents] + 1 - place[siblings][np.cumsum(siblings) - 1]
            rank[first:end] = place
        return rank

    def spell(self, node: int) -> Iterator[int]:
        """Yield the codes of a node, the last first."""
        while node != ROOT:
            yield int(self.codes[node])
            node = int(self.parents[node])
