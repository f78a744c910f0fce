"""Who asks too often: an allowance for each key, in memory, for so many keys and no more."""

_MINUTE = 60.0


class Allowance:
    """So much a minute for each key, all of it at once when nothing was taken before."""

    def __init__(self, most_keys: int = 65_536) -> None:
        self._most_keys = most_keys
        self._free_at: dict[str, float] = {}  # when all that was taken is allowed again

    def take(self, key: str, at: float, a_minute: float) -> bool:
        """Take one of a key's allowance at a time in seconds; False when it is used up. 0 a minute is without limit."""
        if not a_minute:
            return True
        earlier = max(self._free_at.pop(key, 0.0), at)
        free_at = earlier + _MINUTE / a_minute
        allowed = free_at - at <= _MINUTE
        if len(self._free_at) >= self._most_keys:  # the key that was not seen for longest starts anew
            del self._free_at[next(iter(self._free_at))]
        self._free_at[key] = free_at if allowed else earlier
        return allowed
