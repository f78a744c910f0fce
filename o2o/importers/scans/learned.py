"""What pieces of a log mean, each found out once."""

from collections.abc import Callable
from typing import TypeVar

_KNOWN = 100_000
_Meaning = TypeVar("_Meaning")


class Learned(dict[bytes, _Meaning]):
    """The meanings of pieces of a log, each found out as it is first asked for; many are forgotten all at once."""

    def __init__(self, learn: Callable[[bytes], _Meaning]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, piece: bytes) -> _Meaning:
        if len(self) >= _KNOWN:
            self.clear()
        meaning = self[piece] = self._learn(piece)
        return meaning
