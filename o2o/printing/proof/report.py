"""What a proof is asked for, and what it reports."""

from collections import Counter
from dataclasses import dataclass, field

from o2o.printing.proof.dot_trials import DotTrial
from o2o.printing.proof.messages import Fault
from o2o.printing.proof.picture import Area
from o2o.printing.proof.scoring import CodeScore


@dataclass(frozen=True, slots=True)
class ProofTerms:
    """How thorough a proof is: every so many pages one is read in full; for which printers codes must do.

    ``jobs`` are the processes that read pages at the same time.
    """

    every: int = 25
    dpis: tuple[int, ...] = ()
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class ProofProblem:
    """What is wrong on a page of a file, or in one of its cells."""

    page: int
    cell: int | None
    code: str
    fault: Fault
    file: str = ""
    area: Area | None = None

    @property
    def reason(self) -> str:
        """What is wrong, in English."""
        return self.fault.reason()

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return self.fault.advice()


@dataclass(frozen=True, slots=True)
class PageCount:
    """How many codes of a page were read back, and how many problems it has."""

    file: str
    page: int
    codes: int
    problems: int


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What was compared, and all that differs; how well the codes will scan.

    ``scores`` counts codes by score, ``grades`` by grade; ``worst`` are a dozen with the lowest below 100.
    """

    job_id: int
    pages: int
    codes: int
    problems: tuple[ProofProblem, ...]
    counts: tuple[PageCount, ...] = ()
    scores: Counter[int] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    worst: tuple[CodeScore, ...] = ()
    trials: tuple[DotTrial, ...] = ()
