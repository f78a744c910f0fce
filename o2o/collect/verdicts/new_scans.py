"""Hits with what each counts as by itself, column by column: all that rows need but the ids of visitors and agents.

They are made without a lock, and by a process of its own where a log is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple

from o2o.collect.verdicts.agents import shorten_agent
from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.marks import Position
from o2o.collect.verdicts.near_visits import NearVisits, Spans
from o2o.collect.verdicts.series import Seen, compare_scans, see
from o2o.collect.verdicts.verdict import CARD, Judgement, Verdict

_HUMAN = Verdict.HUMAN.value
_FLOOD = int(Signal.FLOOD)
_by_time = attrgetter("scanned_at")
_PLAIN: dict[str, str] = {text: text.value for texts in (Source, Verdict) for text in texts}
"""Plain texts: SQLite binds them in a fraction of the time."""


class Columns(NamedTuple):
    """Hits and what they count as; ``user_agent`` is shortened, ``customer`` is no column of ``scans``."""

    scanned_at: Sequence[int] = ()
    code: Sequence[str] = ()
    visitor: Sequence[str | None] = ()
    user_agent: Sequence[str | None] = ()
    source: Sequence[str] = ()
    scan_id: Sequence[str | None] = ()
    import_key: Sequence[bytes | None] = ()
    signals: Sequence[int] = ()
    rule_id: Sequence[int | None] = ()
    region: Sequence[str] = ()
    customer: Sequence[str | None] = ()
    touchpoint_id: Sequence[int | None] = ()
    verdict: Sequence[str] = ()
    reason: Sequence[str] = ()
    note: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewScans:
    """Hits of one stream, judged at a position of the file by themselves.

    ``spans``: whose are to be compared with each other; ``compared``: whose are, and what those of them count as, by
    their places in the columns, that count as something else than by themselves.
    """

    columns: Columns
    position: Position
    spans: Spans
    compared: Spans = field(default_factory=dict)
    judgements: Mapping[int, Judgement] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many hits they are."""
        return len(self.columns.scanned_at)

    def hits(self) -> list[Hit]:
        """Return the hits as they were."""
        made = self.columns._replace(source=[Source(text) for text in self.columns.source])
        return list(map(Hit._make, zip(*made[: len(Hit._fields)], strict=True)))


class ScanMaker:
    """Makes new scans of the hits of one stream."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._position = judge.marks.refresh_position()
        self._near = NearVisits(judge.near)
        self._has_cards = judge.has_cards

    def make(self, hits: Sequence[Hit]) -> NewScans:
        """Judge hits by themselves, and find who has scans near each other, in these or in those before."""
        position = self._judge.marks.refresh_position()
        if position != self._position:
            self._position = position
            self._near = self._near.begin_anew(self._judge.near)
            self._has_cards = self._judge.has_cards
        if not hits:
            return NewScans(Columns(), position, {})
        told = Columns(*zip(*hits, strict=True))
        mark_ids, judgements = self._judge.judge_hits(hits)
        verdicts, reasons, notes = zip(*judgements, strict=True)
        columns = told._replace(
            user_agent=[agent and shorten_agent(agent) for agent in told.user_agent],
            source=[_PLAIN[source] for source in told.source],
            touchpoint_id=mark_ids,
            verdict=[_PLAIN[verdict] for verdict in verdicts],
            reason=reasons,
            note=notes,
        )
        within, across = self._near.find_near(_compared(columns))
        if self._has_cards:  # staff are told, and touchpoints placed, by rows alone
            return NewScans(columns, position, within | across)
        return NewScans(columns, position, across, within, dict(self._compare(hits, judgements, within)))

    def _compare(
        self, hits: Sequence[Hit], judgements: Sequence[Judgement], visitors: Spans
    ) -> Iterator[tuple[int, Judgement]]:
        """Yield what scans count as, by their places, of visitors who have none near them but among these."""
        rules = replace(self._judge.rules, staff_span=0)
        marks = self._judge.marks.find(set())
        series: dict[str | None, list[Seen]] = {visitor: [] for visitor in visitors}
        for place in [place for place, hit in enumerate(hits) if hit.visitor in series]:
            hit = hits[place]
            if not hit.signals & _FLOOD:
                series[hit.visitor].append(see(place, hit, marks[hit.code], judgements[place]))
        for seen in series.values():
            seen.sort(key=_by_time)
            for one, judgement in compare_scans(seen, seen[0].scanned_at, rules):
                if judgement is not one.own:
                    yield one.id, judgement


def _compared(columns: Columns) -> Sequence[tuple[int, str]]:
    return [
        (at, visitor)
        for at, visitor, verdict, reason in zip(
            columns.scanned_at, columns.visitor, columns.verdict, columns.reason, strict=True
        )
        if visitor and (verdict == _HUMAN or reason == CARD)
    ]
