"""What is wrong with a row, where, and what to do: a bad row never stops a file and never vanishes either."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from o2o.config import Language
from o2o.text_files import guard_formula, remove_file, write_csv

PROBLEM_COLUMNS = ("line", "column", "severity", "reason", "advice")
"""The columns of a list of problems behind those of its file."""


class Severity(StrEnum):
    """Whether a row was left out, or taken with a word of caution."""

    ERROR = "error"
    WARNING = "warning"


Words = tuple[str, str]
"""A text in Chinese and in English."""

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Message:
    """Why a cell can't be taken as it is and what to do, each in Chinese and English; facts stand in braces."""

    reason: Words
    advice: Words


@dataclass(frozen=True, slots=True)
class Finding:
    """A trouble in one row before it is said in a language: ``facts`` fill the braces of its message.

    ``strict``: a warning that ``--strict`` refuses.
    """

    line: int
    column: str
    value: str
    message: Message
    facts: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    strict: bool = False


def say(words: Words, facts: Mapping[str, object], language: Language) -> str:
    """Return a text in a language with its facts; a fact may be a pair of words itself."""
    said = {name: language.of(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}
    return language.of(words).format(**said)


@dataclass(frozen=True, slots=True)
class Problem:
    """One trouble in one row: ``line`` counts from 1 as an editor does, ``cells`` is the row as it came."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    advice: str
    severity: Severity = Severity.ERROR
    cells: tuple[str, ...] = ()
    sheet: str = ""

    def __str__(self) -> str:
        sheet = f", sheet {self.sheet!r}" if self.sheet else ""
        where = f"{self.file}{sheet}, line {self.line}" + (f", {self.column}" if self.column else "")
        value = f" {self.value!r}" if self.value else ""
        return f"{where}:{value} {self.reason}; {self.advice}"


@dataclass(frozen=True, slots=True)
class Origin:
    """The table that findings are of: its file, what it calls our columns, its language, its sheet of several."""

    file: str
    names: Mapping[str, str]
    language: Language
    sheet: str = ""

    def explain(self, finding: Finding, cells: Sequence[str] = ()) -> Problem:
        """Return a finding in the words of its table; ``cells`` is its row as it came."""
        name = self.names.get(finding.column, finding.column)
        column = name if name.casefold() == finding.column.casefold() else f"{name} ({finding.column})"
        value = finding.value if len(finding.value) <= _SHOWN else finding.value[:_SHOWN] + "…"
        reason = say(finding.message.reason, finding.facts, self.language)
        advice = say(finding.message.advice, finding.facts, self.language)
        return Problem(
            self.file, finding.line, column, value, reason, advice, finding.severity, tuple(cells), self.sheet
        )


def problems_path(path: Path) -> Path:
    """Return where the bad rows of a file are listed: ``FILE.problems.csv``."""
    return path.with_name(path.name + ".problems.csv")


def write_problems(path: Path, header: Sequence[str], problems: Sequence[Problem]) -> Path | None:
    """List problems beside ``path``: the row as it came, then line, column, reason and advice; mended, it imports.

    Without problems a list of an earlier run is removed and None returned. Raises OutputError when it can't.
    """
    width = len(header)
    rows = []
    for p in problems:
        cells = [guard_formula(cell) for cell in (*p.cells, *[""] * (width - len(p.cells)))]
        # cells beyond the header stand at the end, so that a row that is not mended is as wrong as before
        rows.append([*cells[:width], str(p.line), p.column, p.severity.value, p.reason, p.advice, *cells[width:]])
    return keep_list(path, [*header, *PROBLEM_COLUMNS], rows)


def keep_list(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path | None:
    """Write what is wrong with ``path`` beside it; without rows the list of an earlier run is removed.

    Raises OutputError when that can't be done.
    """
    out = problems_path(path)
    if not rows:
        remove_file(out)
        return None
    write_csv(out, header, rows)
    return out


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import of one file did: rows new, changed, the same as before, and those with a problem."""

    file: str
    new: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...] = ()
    problems_file: Path | None = None

    @property
    def rejected(self) -> int:
        """How many rows were left out."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)
