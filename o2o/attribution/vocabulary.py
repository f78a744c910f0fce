"""Numbers touches by their bytes, many at once: words of eight bytes in one hash table of NumPy arrays.

A longer touch is the pair of what precedes its last word and that word. Each key is compared with what was asked for,
so touches whose hashes are the same are still told apart.
"""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Numbers = NDArray[np.int32]
_Keys = NDArray[np.uint64]

WORD = 8
_FREE = np.uint64(0)
_MIX, _FOLD = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
_KEPT = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], np.uint64)
_PARENT, _WORD, _NUMBER = np.uint64(36), np.uint64(8), (1 << 28) - 1
"""A pair has its parent above this bit and its word above that; the lowest byte of a pair is 0, and of a word never."""
_SMALLEST, _ROOM = 1 << 12, 4


class Vocabulary:
    """The words and pairs met so far, numbered from 1; no touch holds a null."""

    def __init__(self) -> None:
        self._known = np.zeros(1, np.uint64)
        self._resize(_SMALLEST)

    def __len__(self) -> int:
        return len(self._known)

    def find(self, text: Bytes, starts: Places, lengths: Places) -> Numbers:
        """Return the number of each touch that starts there; eight bytes have to follow the last of them."""
        words = np.ndarray((len(text) - WORD + 1,), "<u8", text, strides=(1,))
        found = self._find(words[starts] & _KEPT.take(lengths, mode="clip"))
        longer = np.flatnonzero(lengths > WORD)
        starts, lengths = starts[longer], lengths[longer]
        while len(longer):
            starts, lengths = starts + WORD, lengths - WORD
            parts = self._find(words[starts] & _KEPT.take(lengths, mode="clip"))
            pairs = found[longer].astype(np.uint64) << _PARENT | parts.astype(np.uint64) << _WORD
            found[longer] = self._find(pairs)
            left = lengths > WORD
            longer, starts, lengths = longer[left], starts[left], lengths[left]
        return found

    def spell(self, number: int) -> str:
        """Return the touch of a number."""
        return self._spell(number).decode(errors="surrogatepass")

    def _spell(self, number: int) -> bytes:
        words = []
        while not (key := int(self._known[number])) & 0xFF:
            words.append(int(self._known[key >> int(_WORD) & _NUMBER]))
            number = key >> int(_PARENT)
        return b"".join(word.to_bytes(WORD, "little") for word in (key, *reversed(words))).rstrip(b"\0")

    def _find(self, keys: _Keys) -> Numbers:
        slots, strange = self._walk(keys)
        if len(strange):
            self._add(np.unique(keys[strange]))
            slots, _ = self._walk(keys)
        return self._numbers.take(slots)

    def _walk(self, keys: _Keys) -> tuple[Places, Places]:
        """Return the slot of each key, and which keys aren't there: their slot is a free one."""
        slots = self._slots_of(keys)
        todo = np.flatnonzero(self._keys.take(slots) != keys)
        strange = []
        while len(todo):
            held = self._keys[slots[todo]]
            strange.append(todo[held == _FREE])
            todo = todo[(held != _FREE) & (held != keys[todo])]
            slots[todo] = (slots[todo] + 1) & (len(self._keys) - 1)
        return slots, np.concatenate(strange) if strange else todo

    def _slots_of(self, keys: _Keys) -> Places:
        mixed = (keys ^ (keys >> _FOLD)) * _MIX
        return (mixed >> np.uint64(65 - len(self._keys).bit_length())).view(np.int64)

    def _add(self, keys: _Keys) -> None:
        first = len(self._known)
        self._known = np.concatenate((self._known, keys))
        if _ROOM * len(self._known) > len(self._keys):
            self._resize(1 << (2 * _ROOM * len(self._known)).bit_length())
        else:
            self._put(np.arange(first, len(self._known)))

    def _resize(self, size: int) -> None:
        self._keys, self._numbers = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        self._put(np.arange(1, len(self._known)))

    def _put(self, numbers: Places) -> None:
        """Give each of these known keys the first free slot from its own on."""
        slots = self._slots_of(self._known[numbers])
        while len(numbers):
            keys = self._known[numbers]
            free = self._keys[slots] == _FREE
            self._keys[slots[free]] = keys[free]
            mine = self._keys[slots] == keys
            self._numbers[slots[mine]] = numbers[mine]
            numbers, slots = numbers[~mine], (slots[~mine] + 1) & (len(self._keys) - 1)
