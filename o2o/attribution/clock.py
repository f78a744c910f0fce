"""How far the local clocks of stores are ahead of UTC, as SQL: engines don't know the same time zones."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from o2o.times import DAY, SECOND

_STEP = 7 * DAY  # no zone changes its clocks twice within a week


def write_clock(zones: Iterable[tuple[str, ZoneInfo]], first: int, last: int) -> str:
    """Return a query of the shifts of named zones from the first instant to the last: zone, since, until, shift."""
    spans = [(name, *span) for name, zone in zones for span in _shifts(zone, first, last)]
    return "\nUNION ALL\n".join(
        f"SELECT '{name}' AS zone, {since} AS since, {until} AS until, {shift} AS shift"
        for name, since, until, shift in spans
    )


def write_shift(zone: ZoneInfo, at: str, first: int, last: int) -> str:
    """Return an expression of the shift of one zone at an instant, which lies from the first to the last."""
    *earlier, (_, _, shift) = _shifts(zone, first, last)
    cases = "".join(f"WHEN {at} < {until} THEN {before} " for _, until, before in earlier)
    return f"CASE {cases}ELSE {shift} END" if cases else str(shift)


def _shifts(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    since, shift = first, shift_at(zone, first)
    for at in range(first, last + _STEP, _STEP):
        if shift_at(zone, at + _STEP) != shift_at(zone, at):
            change = _find_change(zone, at, at + _STEP)
            yield since, change, shift
            since, shift = change, shift_at(zone, change)
    yield since, last + 2 * _STEP, shift


def _find_change(zone: ZoneInfo, before: int, after: int) -> int:
    old = shift_at(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if shift_at(zone, middle) == old else (before, middle)
    return after


def shift_at(zone: ZoneInfo, at: int) -> int:
    """Return by how many milliseconds the clock of a zone is ahead of UTC at an instant."""
    shift = datetime.fromtimestamp(at // SECOND, UTC).astimezone(zone).utcoffset()
    return round(shift.total_seconds()) * SECOND if shift else 0
