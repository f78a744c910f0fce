"""What a hit counts as, and why: decided here alone, for served and imported hits alike.

The first that holds of orphan, preview, bot, staff_test, impossible, duplicate, human. The first four
are told from the hit itself, ``impossible`` and ``duplicate`` from what the same visitor did around it.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from o2o.codes.short import LENGTH, is_code
from o2o.collect.agents import find_bot, find_preview
from o2o.collect.hit import Hit, Signal
from o2o.times import SECOND

RETIRED = "retired"
"""The reason of a scan since its touchpoint was taken out of use."""


class Verdict(StrEnum):
    """What a hit counts as."""

    HUMAN = "human"
    PREVIEW = "preview"
    BOT = "bot"
    DUPLICATE = "duplicate"
    STAFF_TEST = "staff_test"
    IMPOSSIBLE = "impossible"
    ORPHAN = "orphan"


class Seen(NamedTuple):
    """A row of scans as the rules about a visitor's other scans need it."""

    id: int
    touchpoint_id: int
    visitor_id: int
    scanned_at: int
    verdict: str


class Mark(NamedTuple):
    """What of a touchpoint decides whether a hit counts."""

    id: int
    retired_at: int | None


def judge_hit(hit: Hit, mark: Mark | None) -> tuple[Verdict, str]:
    """Return the verdict and its reason as far as the hit itself tells them."""
    if mark is None:
        return Verdict.ORPHAN, explain_unknown(hit.code)
    if mark.retired_at is not None and hit.scanned_at >= mark.retired_at:
        return Verdict.ORPHAN, RETIRED
    if word := "prefetch" if hit.signals & Signal.PREFETCH else find_preview(hit.user_agent or ""):
        return Verdict.PREVIEW, word
    if hit.user_agent is not None and (word := find_bot(hit.user_agent)):
        return Verdict.BOT, word
    if hit.signals & Signal.STAFF:
        return Verdict.STAFF_TEST, "staff phone"
    return Verdict.HUMAN, ""


def explain_unknown(code: str) -> str:
    """Return why a text leads nowhere: ``misread`` when it is nearly a code, else ``unknown``."""
    return "misread" if len(code) == LENGTH and code.isalnum() and not is_code(code) else "unknown"


def find_duplicates(series: Sequence[Seen], since: int, window: int) -> Iterator[tuple[int, Verdict]]:
    """Yield (id, verdict) of the scans of one visitor at one code that change, from the time ``since`` on.

    ``series`` is in order of time, then id; what lies before ``since`` is taken as judged. A scan within
    ``window`` milliseconds (0: never) after the last counted one is a duplicate of it.
    """
    counted: int | None = None
    for scan in series:
        if scan.scanned_at < since:
            verdict = Verdict(scan.verdict)
        elif window and counted is not None and scan.scanned_at - counted <= window:
            verdict = Verdict.DUPLICATE
        else:
            verdict = Verdict.HUMAN
        if verdict is Verdict.HUMAN:
            counted = scan.scanned_at
        if verdict != scan.verdict:
            yield scan.id, verdict


def find_impossible(series: Iterable[Seen], codes: int, window: int) -> set[int]:
    """Return the ids of one visitor's scans that lie in a span of ``window`` ms with more than ``codes`` codes."""
    found: set[int] = set()
    span: deque[Seen] = deque()
    here: Counter[int] = Counter()
    for scan in series:
        span.append(scan)
        here[scan.touchpoint_id] += 1
        while scan.scanned_at - span[0].scanned_at > window:
            gone = span.popleft()
            here[gone.touchpoint_id] -= 1
            if not here[gone.touchpoint_id]:
                del here[gone.touchpoint_id]
        if len(here) > codes:
            found.update(seen.id for seen in span)
    return found


def duplicate_reason(window: int) -> str:
    """Return the reason of a duplicate."""
    return f"within {window // SECOND} s"


def impossible_reason(codes: int, window: int) -> str:
    """Return the reason of a scan that no person can have made."""
    return f"more than {codes} codes in {window // SECOND} s"
