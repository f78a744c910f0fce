"""Numbers touches by their bytes, many at once: a tree of words of eight bytes in one hash table of NumPy arrays.

Each node is compared with what was asked for, so touches whose hashes are the same are still told apart.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Numbers = NDArray[np.int32]
_Words = NDArray[np.uint64]
_T = TypeVar("_T", bound=np.generic)

WORD = 8
_ROOT = 0
_MIX, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_KEPT = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], np.uint64)


class Vocabulary:
    """The touches met so far: each is a node below the node of its first eight bytes, those below the root."""

    def __init__(self) -> None:
        self._count = 1
        self._slots = np.zeros(1 << 16, np.int32)
        self._words = np.zeros(1, np.uint64)
        self._parents = np.zeros(1, np.int32)

    def __len__(self) -> int:
        return self._count

    def find(self, text: Bytes, starts: Places, ends: Places) -> Numbers:
        """Return the node of each touch ``text[start:end]``; eight bytes have to follow the last of them."""
        words = np.ndarray((len(text) - WORD + 1,), "<u8", text, strides=(1,))
        lengths = ends - starts
        nodes = self._find(np.zeros(len(starts), np.int32), words[starts] & _KEPT[np.minimum(lengths, WORD)])
        longer = np.flatnonzero(lengths > WORD)
        while len(longer):
            starts, lengths = starts + WORD, lengths - WORD
            kept = _KEPT[np.minimum(lengths[longer], WORD)]
            nodes[longer] = self._find(nodes[longer], words[starts[longer]] & kept)
            longer = longer[lengths[longer] > WORD]
        return nodes

    def spell(self, node: int) -> str:
        """Return the touch of a node."""
        words = []
        while node != _ROOT:
            words.append(int(self._words[node]).to_bytes(WORD, "little"))
            node = int(self._parents[node])
        return b"".join(reversed(words)).rstrip(b"\0").decode(errors="surrogatepass")

    def _find(self, parents: Numbers, words: _Words) -> Numbers:
        self._make_room(len(words))
        slots = self._slots_of(parents, words)
        nodes = self._slots[slots]
        todo = self._others(nodes, parents, words)
        while len(todo):
            free = todo[nodes[todo] == _ROOT]
            if len(free):
                self._claim(free, slots, parents, words)
            else:
                slots[todo] = (slots[todo] + 1) & (len(self._slots) - 1)
            nodes[todo] = self._slots[slots[todo]]
            todo = todo[self._others(nodes[todo], parents[todo], words[todo])]
        return nodes

    def _others(self, nodes: Numbers, parents: Numbers, words: _Words) -> Places:
        """Return the places whose node isn't what they ask for; the root, in free slots, is nobody's."""
        others: Places = np.flatnonzero((self._words[nodes] != words) | (self._parents[nodes] != parents))
        return others

    def _slots_of(self, parents: Numbers, words: _Words) -> Places:
        mixed = (words ^ (parents.astype(np.uint64) * _SPREAD)) * _MIX
        return (mixed >> np.uint64(65 - len(self._slots).bit_length())).view(np.int64)

    def _claim(self, free: Places, slots: Places, parents: Numbers, words: _Words) -> None:
        """Make a node in each free slot, of one of the places that ask for it."""
        self._slots[slots[free]] = free
        first = free[self._slots[slots[free]] == free]
        end = self._count + len(first)
        self._slots[slots[first]] = np.arange(self._count, end)
        self._words[self._count : end], self._parents[self._count : end] = words[first], parents[first]
        self._count = end

    def _make_room(self, more: int) -> None:
        count = self._count + more
        if count > len(self._words):
            self._words, self._parents = _lengthen(self._words, 2 * count), _lengthen(self._parents, 2 * count)
        if 2 * count > len(self._slots):
            self._rebuild(1 << (4 * count).bit_length())

    def _rebuild(self, size: int) -> None:
        self._slots = np.zeros(size, np.int32)
        nodes = np.arange(1, self._count, dtype=np.int32)
        slots = self._slots_of(self._parents[nodes], self._words[nodes])
        while len(nodes):
            free = self._slots[slots] == _ROOT
            self._slots[slots[free]] = nodes[free]
            left = self._slots[slots] != nodes
            nodes, slots = nodes[left], (slots[left] + 1) & (size - 1)


def _lengthen(array: NDArray[_T], size: int) -> NDArray[_T]:
    longer = np.zeros(size, array.dtype)
    longer[: len(array)] = array
    return longer
