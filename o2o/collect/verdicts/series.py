"""What a visitor's scans tell about each other: staff after a card, what no person can have done, and duplicates."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.marks import Mark, Store
from o2o.collect.verdicts.remote import are_distant
from o2o.collect.verdicts.rules import Rules
from o2o.collect.verdicts.verdict import AFTER_CARD, CARD, COUNTED, Judgement, Verdict
from o2o.times import MINUTE, SECOND

_NAMED = int(Signal.NAMED)


class Seen(NamedTuple):
    """A scan of one visitor: where and when, what it tells itself (``own``), and what it counted as so far.

    ``named``: the visitor was named by whoever exported or reported the scan, and may well be a till or a robot arm.
    """

    id: int
    touchpoint_id: int
    scanned_at: int
    own: Judgement
    store: Store | None = None
    named: bool = False
    before: Judgement = COUNTED


def see(id_: int, hit: Hit, mark: Mark | None, own: Judgement, before: Judgement = COUNTED) -> Seen:
    """Return a hit as it is compared with others."""
    period = mark.period_at(hit.scanned_at) if mark else None
    return Seen(
        id_,
        mark.id if mark else 0,
        hit.scanned_at,
        own,
        period.store if period else None,
        hit.source is Source.CSV or bool(hit.signals & _NAMED),
        before,
    )


def compare_scans(series: Sequence[Seen], since: int, rules: Rules) -> Iterator[tuple[Seen, Judgement]]:
    """Yield what each scan from the time ``since`` on counts as; ``series`` is in order of time, then id.

    What lies before ``since`` is taken as it was judged.
    """
    staff = find_staff(series, rules.staff_span) if rules.staff_span else set()
    others = [seen for seen in series if _is_customer(seen, since) and seen.id not in staff]
    nameless = [seen for seen in others if not seen.named]
    # fewer scans than codes, as mostly, need not be looked at
    crowded = find_crowded(nameless, rules.codes, rules.codes_span) if 0 < rules.codes < len(nameless) else set()
    distant = find_distant(nameless, rules.distant_km, rules.distant_span) if rules.distant_km else set()
    people = [seen for seen in others if seen.id not in crowded and seen.id not in distant]
    found: dict[int, tuple[Verdict, str]] = {}
    if duplicates := find_duplicates(people, since, rules.duplicate):
        found |= dict.fromkeys(duplicates, (Verdict.DUPLICATE, _say_duplicate(rules)))
    if distant:
        found |= dict.fromkeys(distant, (Verdict.IMPOSSIBLE, _say_distant(rules)))
    if crowded:
        found |= dict.fromkeys(crowded, (Verdict.IMPOSSIBLE, _say_crowded(rules)))
    if staff:
        found |= dict.fromkeys(staff, (Verdict.STAFF_TEST, AFTER_CARD))
    for seen in series:
        if seen.scanned_at >= since:
            yield seen, Judgement(*found[seen.id], seen.own.note) if seen.id in found else seen.own


def find_staff(series: Iterable[Seen], span: int) -> set[int]:
    """Return the ids of scans by who scanned a staff card at most ``span`` ms before."""
    found: set[int] = set()
    until = -1
    for seen in series:
        if seen.own.reason == CARD:
            until = seen.scanned_at + span
        elif seen.scanned_at <= until and seen.own.verdict is Verdict.HUMAN:
            found.add(seen.id)
    return found


def find_crowded(series: Iterable[Seen], codes: int, span: int) -> set[int]:
    """Return the ids of one visitor's scans that lie in a span of ``span`` ms with more than ``codes`` codes."""
    found: set[int] = set()
    within: deque[Seen] = deque()
    unmarked: deque[int] = deque()
    here: Counter[int] = Counter()
    for seen in series:
        within.append(seen)
        unmarked.append(seen.id)
        here[seen.touchpoint_id] += 1
        while seen.scanned_at - within[0].scanned_at > span:
            gone = within.popleft()
            if unmarked and unmarked[0] == gone.id:
                unmarked.popleft()
            here[gone.touchpoint_id] -= 1
            if not here[gone.touchpoint_id]:
                del here[gone.touchpoint_id]
        if len(here) > codes:
            found.update(unmarked)
            unmarked.clear()
    return found


def find_distant(series: Sequence[Seen], kilometres: int, span: int) -> set[int]:
    """Return the ids of one visitor's scans within ``span`` ms of another in a store so far away."""
    found: set[int] = set()
    if len({seen.store for seen in series}) < 2:
        return found
    for ordered in (series, series[::-1]):
        last: dict[Store, int] = {}
        for seen in ordered:
            if seen.store is None:
                continue
            for store, at in last.items():
                if abs(seen.scanned_at - at) <= span and are_distant(store, seen.store, kilometres):
                    found.add(seen.id)
            last[seen.store] = seen.scanned_at
    return found


def find_duplicates(series: Iterable[Seen], since: int, window: int) -> set[int]:
    """Return the ids of scans from ``since`` on that come within ``window`` ms after the last counted one of the code.

    A window of 0 is none.
    """
    found: set[int] = set()
    counted: dict[int, int] = {}
    for seen in series:
        last = counted.get(seen.touchpoint_id)
        if seen.scanned_at < since:
            is_counted = seen.before.verdict is Verdict.HUMAN
        else:
            is_counted = not window or last is None or seen.scanned_at - last > window
            if not is_counted:
                found.add(seen.id)
        if is_counted:
            counted[seen.touchpoint_id] = seen.scanned_at
    return found


def _is_customer(seen: Seen, since: int) -> bool:
    is_staff = seen.scanned_at < since and seen.before.verdict is Verdict.STAFF_TEST
    return seen.own.verdict is Verdict.HUMAN and not is_staff


def _say_duplicate(rules: Rules) -> str:
    return f"within {rules.duplicate // SECOND} s"


def _say_crowded(rules: Rules) -> str:
    return f"more than {rules.codes} codes in {rules.codes_span // SECOND} s"


def _say_distant(rules: Rules) -> str:
    return f"stores {rules.distant_km} km apart, or in two cities, within {rules.distant_span // MINUTE} min"
