"""Reports that are gone on with: what a run counted is kept, and a later one counts anew what late data touches."""

import json
import zlib
from contextlib import nullcontext
from dataclasses import astuple, dataclass, fields
from hashlib import blake2b

from o2o.attribution.crediting import find_rule
from o2o.attribution.engines import Engine
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.facts import Facts, NotedJourneys, Table, ToldJourneys, replace_facts
from o2o.attribution.journeys import gathered, make_journeys
from o2o.attribution.manifest import DataState, make_manifest, read_state
from o2o.attribution.question import Outcome, Question
from o2o.attribution.reopening import GROWING, TELLING, Marks, Reopening, Sight, read_marks
from o2o.attribution.report import AttributionReport, read_scans, read_sums, report_levels
from o2o.config import Settings
from o2o.db import Database, reading, writing

_ALL = 1 << 62
_MOST, _FEWEST = 0.05, 10_000
"""Where late data touches more of the file's rows, a full run costs hardly more."""
_KEPT = 20
_FORM = 5
"""Of the sums as they are kept; those of another form are not gone on with."""
_MARKS = tuple(field.name for field in fields(Marks))

FIRST = "no earlier run of this question, with these settings and programs, was kept"
TOO_MUCH = "late data touches too much of the file"
GONE = "rows that were counted are gone"
LEARNED = "a model learns from all journeys"


@dataclass(frozen=True, slots=True)
class Run:
    """How a kept report was made: in full, and ``why``, or gone on with since the run of ``since``.

    ``late`` rows were new, ``changed`` ones other than before, ``reopened`` ones belong to either.
    """

    since: int | None = None
    why: str = ""
    late: int = 0
    changed: int = 0
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report and how it was made."""

    report: AttributionReport
    run: Run


@dataclass(frozen=True, slots=True)
class _Kept:
    at: int
    marks: Marks
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Counted:
    """A report, the sums that it was made from, and how far the file was filled then; None: others wrote meanwhile."""

    report: AttributionReport
    run: Run
    facts: Facts
    marks: Marks | None


def attribute_kept(
    db: Database, settings: Settings, question: Question, *, now: int, engine: Engine | None = None
) -> KeptReport:
    """Answer a question as ``attribute`` does, from what an earlier run has counted, and keep what this one counts.

    Late scans, orders, redemptions and page views, and those that have changed, reopen what they touch; where that
    can't be told, all is counted anew by the engine. The result is the same either way.
    """
    key = _name_question(db, settings, question)
    with writing(db):
        _watch(db, key, now)
    counted = _Counting(db, settings, question, engine).count(_load(db, key))
    with writing(db):
        _keep(db, key, now, counted)
    return KeptReport(counted.report, counted.run)


def forget_runs(db: Database) -> int:
    """Drop all that was kept, so that changes of rows aren't logged any more, and return how many runs it was."""
    with writing(db):
        db.conn.execute("DELETE FROM row_changes")
        return db.conn.execute("DELETE FROM kept_reports").rowcount


class _Counting:
    """Counts one question, in full or from what is kept."""

    def __init__(self, db: Database, settings: Settings, question: Question, engine: Engine | None) -> None:
        self._db, self._settings, self._question = db, settings, question
        self._engine = engine

    def count(self, kept: _Kept | None) -> _Counted:
        """Count what is asked as the file is, from what is kept where that can be told."""
        with reading(self._db):
            marks = read_marks(self._db)
            why = self._why_full(kept, marks)
            if kept and not why:
                found = self._go_on(kept, marks)
                if found:
                    return found
                why = TOO_MUCH
        return self._count_all(why)

    def _why_full(self, kept: _Kept | None, marks: Marks) -> str:
        if not all(map(find_rule, self._question.models)):
            return LEARNED
        if kept is None:
            return FIRST
        if any(getattr(marks, name) < getattr(kept.marks, name) for name in GROWING):
            return GONE
        query = "SELECT name, before FROM row_changes WHERE name IN ('*', 'lines') AND id > ? ORDER BY name LIMIT 1"
        found = self._db.conn.execute(query, [kept.marks.change]).fetchone()
        ignored = found and found[0] == "lines" and self._question.outcome != "lines"
        return found[1] if found and not ignored else ""

    def _go_on(self, kept: _Kept, marks: Marks) -> _Counted | None:
        """Return the report with what late data touches counted anew; None where that is too much."""
        self._db.conn.execute("SAVEPOINT reopening")
        try:
            most = max(_FEWEST, int(_MOST * sum(getattr(marks, name) for name in TELLING)))
            reopening = Reopening(self._db, kept.marks, most, self._sight)
            facts, run = kept.facts, Run(kept.at, "", reopening.late, reopening.changed, reopening.rows)
            if run.reopened > most:
                return None
            if run.reopened:
                facts = self._bring_up(facts, reopening)
        finally:
            self._db.conn.execute("ROLLBACK TO reopening")
            self._db.conn.execute("RELEASE reopening")
        journeys = make_journeys(self._settings, self._question, SqliteEngine(self._db))
        return _Counted(self._report(ToldJourneys.of(journeys, facts), read_state(self._db)), run, facts, marks)

    @property
    def _sight(self) -> Sight | None:
        if self._question.outcome is Outcome.VISITS:
            return None
        given = make_journeys(self._settings, self._question, SqliteEngine(self._db)).parameters
        return Sight(given["since"] - given["window"], given["until"], given["window"])

    def _bring_up(self, facts: Facts, reopening: Reopening) -> Facts:
        """Return facts with what is reopened as it was taken out, and as it is put in."""
        reopening.show()
        after = self._count_shown()
        reopening.go_back()
        before = self._count_shown()
        reopening.show_new_scans()
        new = self._count_scans()
        reopening.show_former_scans()
        return replace_facts(facts, {**before, **self._count_scans()}, {**after, **new})

    def _count_shown(self) -> Facts:
        with gathered(SqliteEngine(self._db), self._settings, self._question) as journeys:
            noted = NotedJourneys.of(journeys, alone=True)
            read_sums(noted)
            return noted.facts

    def _count_scans(self) -> Facts:
        """Count what each scan tells by itself, of those that are shown."""
        noted = NotedJourneys.of(make_journeys(self._settings, self._question, SqliteEngine(self._db)), alone=True)
        with noted.engine.session():
            read_scans(noted)
            return noted.facts

    def _count_all(self, why: str) -> _Counted:
        engine = self._engine or choose_engine(self._db, self._settings.engine)
        ours = isinstance(engine, SqliteEngine)
        with reading(self._db) if ours else nullcontext():
            marks, state = read_marks(self._db), read_state(self._db)
            with gathered(engine, self._settings, self._question, with_hits=True) as journeys:
                noted = NotedJourneys.of(journeys)
                report = self._report(noted, state)
            # another engine may have read what came in meanwhile
            still = read_marks(self._db)
        return _Counted(report, Run(None, why), noted.facts, marks if marks == still else None)

    def _report(self, journeys: NotedJourneys | ToldJourneys, state: DataState) -> AttributionReport:
        return report_levels(journeys, state, self._settings, [self._question.by])[self._question.by]


def _name_question(db: Database, settings: Settings, question: Question) -> bytes:
    """Return what tells a question: all that a report was made from but data and engine."""
    manifest = make_manifest(read_state(db), settings, question, SqliteEngine(db))
    facts = (manifest.question, manifest.settings, manifest.schema, manifest.o2o, _FORM)
    return blake2b(json.dumps(facts, sort_keys=True, default=str).encode(), digest_size=16).digest()


def _watch(db: Database, key: bytes, now: int) -> None:
    """Have all changes logged while a run goes on: it may count rows that the last one hadn't."""
    marks = ", ".join(_MARKS)
    db.conn.execute(
        f"INSERT INTO kept_reports (question, kept_at, watched, {marks}) VALUES (?, ?, ?{', 0' * len(_MARKS)})"
        " ON CONFLICT (question) DO UPDATE SET watched = excluded.watched",
        (key, now, _ALL),
    )
    db.conn.execute(
        "DELETE FROM kept_reports WHERE question NOT IN (SELECT question FROM kept_reports WHERE question <> :key"
        " ORDER BY kept_at DESC LIMIT :others) AND question <> :key",
        {"key": key, "others": _KEPT - 1},
    )


def _load(db: Database, key: bytes) -> _Kept | None:
    query = f"SELECT kept_at, facts, {', '.join(_MARKS)} FROM kept_reports WHERE question = ? AND facts IS NOT NULL"
    found = db.conn.execute(query, [key]).fetchone()
    return _Kept(found[0], Marks(*found[2:]), _unpack(found[1])) if found else None


def _keep(db: Database, key: bytes, now: int, counted: _Counted) -> None:
    if counted.marks is None:
        db.conn.execute("DELETE FROM kept_reports WHERE question = ?", [key])
        return
    columns = ("kept_at", "watched", "facts", *_MARKS)
    values = (now, counted.marks.scans, _pack(counted.facts), *astuple(counted.marks))
    sets = ", ".join(f"{column} = ?" for column in columns)
    db.conn.execute(f"UPDATE kept_reports SET {sets} WHERE question = ?", (*values, key))
    db.conn.execute("DELETE FROM row_changes WHERE id <= (SELECT min(change) FROM kept_reports)")


def _pack(facts: Facts) -> bytes:
    return zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 1)


def _unpack(packed: bytes) -> Facts:
    tables = json.loads(zlib.decompress(packed))
    return {name: Table(columns, [tuple(row) for row in rows]) for name, (columns, rows) in tables.items()}
