"""How a selection is to be printed."""

from dataclasses import dataclass, field
from pathlib import Path

from o2o.printing.jobs.manifest import Again
from o2o.printing.paper.imposition import Order
from o2o.printing.paper.pages import PaperTerms

MOST_COPIES = 1_000_000
"""Of one label."""


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """How a selection is printed: where to, on which paper, how often each, in which cells of the sheets.

    ``used`` are the cells of the first sheet that are used up, counted from 0; ``qr`` says whether codes are drawn as
    ``vector`` or ``image``. What is printed ``again`` must show the same.
    """

    out: Path
    command: str
    paper: PaperTerms = field(default_factory=PaperTerms)
    copies: int = 1
    used: tuple[int, ...] = ()
    turn: Order = Order.ROWS
    skip_problems: bool = field(default=False, kw_only=True)
    drop_missing: bool = field(default=False, kw_only=True)
    sample: bool = field(default=False, kw_only=True)
    qr: str = field(default="vector", kw_only=True)
    again: Again | None = field(default=None, kw_only=True)

    @property
    def is_whole_job(self) -> bool:
        """Whether all of a job is printed again, which makes no new job."""
        return self.again is not None and self.again.whole
