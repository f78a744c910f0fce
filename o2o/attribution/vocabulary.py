"""Numbers touches by their bytes, many at once: words of eight bytes in one hash table of NumPy arrays.

A touch of one word is its own key. A longer one has a hash of its words for a key, and what was found is compared with
it word by word, so touches whose hashes are the same are still told apart.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Numbers = NDArray[np.int32]
_Keys = NDArray[np.uint64]
_Some = Places | slice

WORD = 8
_FREE = np.uint64(0)
_MIX, _FOLD, _HALF, _BYTE = np.uint64(0x9E3779B97F4A7C15), np.uint64(29), np.uint64(32), np.uint64(8)
_KEPT = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], np.uint64)
_LONGEST = 256
"""The few touches that are longer are looked up one by one."""
_SMALLEST, _ROOM = 1 << 12, 4


class Vocabulary:
    """The touches met so far, numbered from 1; none of them holds a null.

    ``names`` are their bytes. The lowest byte of a hash is 0, and of a touch of one word it never is.
    """

    def __init__(self) -> None:
        self.names = [b""]
        self._known = np.zeros(1, np.uint64)
        self._words = [self._known]
        self._lengths = np.zeros(1, np.int64)
        self._rare: dict[bytes, int] = {}
        self._resize(_SMALLEST)

    def find(self, text: Bytes, starts: Places, lengths: Places) -> Numbers:
        """Return the number of each touch that starts there; eight bytes have to follow the last of them."""
        is_long = lengths > _LONGEST
        if not is_long.any():
            return self._find_all(text, starts, lengths)
        numbers = np.empty(len(starts), np.int32)
        numbers[~is_long] = self._find_all(text, starts[~is_long], lengths[~is_long])
        numbers[is_long] = self._find_rare(_cut(text, starts[is_long], lengths[is_long]))
        return numbers

    def _find_all(self, text: Bytes, starts: Places, lengths: Places) -> Numbers:
        words = np.ndarray((len(text) - WORD + 1,), "<u8", text, strides=(1,))
        keys = words[starts] & _KEPT.take(lengths, mode="clip")
        if not (lengths > WORD).any():
            return self._find(keys, text, starts, lengths)
        some: _Some = slice(None)
        parts = [(some, keys.copy())]
        begins, left = starts, lengths
        while (on := left > WORD).any():
            if not on.all():
                some, begins, left = np.arange(len(keys))[some][on], begins[on], left[on]
            begins, left = begins + WORD, left - WORD
            parts.append((some, words[begins] & _KEPT.take(left, mode="clip")))
            keys[some] = _mix(keys[some], parts[-1][1])
        numbers = self._find(keys, text, starts, lengths)
        if len(wrong := self._compare(numbers, lengths, parts)):
            numbers[wrong] = self._find_rare(_cut(text, starts[wrong], lengths[wrong]))
        return numbers

    def _compare(self, numbers: Numbers, lengths: Places, parts: Sequence[tuple[_Some, _Keys]]) -> Places:
        """Return where the touch that was found is another one."""
        is_wrong = self._lengths.take(numbers) != lengths
        for known, (some, words) in zip(self._words, parts, strict=False):
            is_wrong[some] |= known.take(numbers[some]) != words
        return np.flatnonzero(is_wrong)

    def _find_rare(self, names: Sequence[bytes]) -> list[int]:
        for name in names:
            if name not in self._rare:
                number = self._rare[name] = len(self.names)
                self._add(np.array([number << 8], np.uint64), [name])
        return [self._rare[name] for name in names]

    def _find(self, keys: _Keys, text: Bytes, starts: Places, lengths: Places) -> Numbers:
        slots, strange = self._walk(keys)
        if len(strange):
            new, first = np.unique(keys[strange], return_index=True)
            places = strange[first]
            self._add(new, _cut(text, starts[places], lengths[places]))
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

    def _add(self, keys: _Keys, names: Sequence[bytes]) -> None:
        first = len(self.names)
        self.names += names
        self._known = np.concatenate((self._known, keys))
        self._lengths = np.concatenate((self._lengths, np.array(list(map(len, names)))))
        self._learn([name[:_LONGEST] for name in names], first)
        if _ROOM * len(self._known) > len(self._keys):
            self._resize(1 << (2 * _ROOM * len(self._known)).bit_length())
        else:
            self._put(np.arange(first, len(self._known)))

    def _learn(self, names: Sequence[bytes], first: int) -> None:
        """Keep the words of touches numbered from ``first``, those at the same place in a touch together."""
        longest = max(map(len, names))
        width = max(len(self._words), -(-longest // WORD))
        text = b"".join(name.ljust(WORD * width, b"\0") for name in names)
        words = np.frombuffer(text, "<u8").reshape(len(names), width)
        none = np.zeros(first, np.uint64)
        known = [*self._words, *[none] * (width - len(self._words))]
        self._words = [np.concatenate((old, new)) for old, new in zip(known, words.T, strict=True)]

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


def _mix(keys: _Keys, words: _Keys) -> _Keys:
    """Return keys of touches that go on with these words."""
    mixed = keys >> _FOLD
    mixed ^= keys
    mixed *= _MIX
    mixed += words
    mixed ^= mixed >> _HALF
    mixed <<= _BYTE
    return mixed


def _cut(text: Bytes, starts: Places, lengths: Places) -> list[bytes]:
    ends = (starts + lengths).tolist()
    return [text[start:end].tobytes() for start, end in zip(starts.tolist(), ends, strict=True)]
