"""Who judges: the rules and the touchpoints of a file."""

from collections.abc import Sequence

from o2o.collect.hit import Hit
from o2o.collect.marks import Marks
from o2o.collect.rules import Rules
from o2o.collect.verdict import Judgement, judge_hit
from o2o.config import Settings
from o2o.db import Database


class Judge:
    """Judges by the settings of a file, and knows its touchpoints."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self.db = db
        self.rules = Rules.of(settings)
        self.marks = Marks(db)

    def judge_hits(self, hits: Sequence[Hit]) -> list[tuple[int | None, Judgement]]:
        """Return the touchpoint of each hit and what the hit counts as by itself."""
        marks = self.marks.find({hit.code for hit in hits})
        found = [(marks[hit.code], hit) for hit in hits]
        return [(mark.id if mark else None, judge_hit(hit, mark, self.rules)) for mark, hit in found]
