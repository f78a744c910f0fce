"""Who judges: the rules and the touchpoints of a file."""

from collections.abc import Sequence

from o2o.collect.verdicts.hit import Hit
from o2o.collect.verdicts.known_ids import KnownIds
from o2o.collect.verdicts.marks import Marks
from o2o.collect.verdicts.rules import Rules
from o2o.collect.verdicts.verdict import Judgement, judge_hit
from o2o.config import Settings
from o2o.db import Database
from o2o.subjects import Carrier

_REMEMBERED = 65_536


class Judge:
    """Judges by the settings of a file, and knows its touchpoints, its visitors and their user agents."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self.db = db
        self.rules = Rules.of(settings)
        self.marks = Marks(db)
        self.visitors = KnownIds(db, "visitors", "visitor")
        self.agents = KnownIds(db, "user_agents", "user_agent")
        self._timeless: dict[tuple[str, str | None, int], Judgement] = {}

    @property
    def near(self) -> int:
        """How far apart two scans of a visitor may be and still decide about each other."""
        rules = self.rules
        stores = self.db.conn.execute("SELECT EXISTS (SELECT 1 FROM stores LIMIT 1 OFFSET 1)").fetchone()[0]
        distant = rules.distant_span if rules.distant_km and stores else 0
        staff = rules.staff_span if self.has_cards else 0
        return max(rules.duplicate, rules.codes_span if rules.codes else 0, distant, staff)

    @property
    def has_cards(self) -> bool:
        """Whether there are cards by which staff are told."""
        query = "SELECT EXISTS (SELECT 1 FROM places WHERE carrier = ?)"
        return bool(self.db.conn.execute(query, [Carrier.STAFF_CARD]).fetchone()[0])

    def forget(self) -> None:
        """Look up all anew: a transaction in which it was learned was rolled back."""
        self.marks.forget()
        self.visitors.forget()
        self.agents.forget()

    def judge_hits(self, hits: Sequence[Hit]) -> tuple[list[int | None], list[Judgement]]:
        """Return the touchpoint of each hit and what the hit counts as by itself."""
        marks = self.marks.find({hit.code for hit in hits})
        found = [marks[hit.code] for hit in hits]
        known, judgements = self._timeless, []
        for hit, mark in zip(hits, found, strict=True):
            if mark and mark.timeless and not hit.region:
                # neither time nor place decides: all such hits of one agent count as the same
                traits = mark.carrier, hit.user_agent, hit.signals
                judgements.append(known.get(traits) or self._remember(traits, judge_hit(hit, mark, self.rules)))
            else:
                judgements.append(judge_hit(hit, mark, self.rules))
        return [mark and mark.id for mark in found], judgements

    def _remember(self, traits: tuple[str, str | None, int], judgement: Judgement) -> Judgement:
        if len(self._timeless) >= _REMEMBERED:
            self._timeless.clear()
        self._timeless[traits] = judgement
        return judgement
