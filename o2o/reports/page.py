"""What the attribution page shows, gathered before anything is drawn."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from o2o.attribution.models import MODELS, Model
from o2o.attribution.question import Level, Question
from o2o.attribution.report import OTHER, UNATTRIBUTED, AttributionReport, CreditRow, Reader, Totals, attribute_levels
from o2o.config import Language, Settings
from o2o.db import Database, load_query, rows
from o2o.reports.incremental import find_incremental, list_incremental_cells
from o2o.reports.ranking import Candidate, RankedRows, Standing, rank_candidates, rank_rows
from o2o.reports.touchpoints import THIN_VISITORS, TouchpointRow, report_touchpoints
from o2o.reports.words import Words
from o2o.subjects import Kind

LEVELS_BESIDE = (Level.PERSON, Level.PRODUCT, Level.PLACE, Level.STORE, Level.CAMPAIGN)
"""The levels that each page shows, whatever it was asked by."""


@dataclass(frozen=True, slots=True)
class Section:
    """A further table at the end of the page: columns of words, then columns of numbers, which are aligned right."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    text_columns: int = 1


@dataclass(frozen=True, slots=True)
class AttributionPage:
    """All that one page says: a report of all models and the counted scans by each level, the touchpoints."""

    settings: Settings
    question: Question
    reports: Mapping[Level, AttributionReport]
    touchpoints: Sequence[TouchpointRow]
    scans: Mapping[Level, Mapping[str, int]]
    store_names: Mapping[str, str]
    made_at: int
    sections: Sequence[Section] = ()

    @property
    def words(self) -> Words:
        """The words of the file's language."""
        return Words(Language(self.settings.language))

    @property
    def report(self) -> AttributionReport:
        """The report of the level that was asked for."""
        return self.reports[self.question.by]

    @property
    def model(self) -> Model:
        """The model whose numbers lead: the one asked for, linear when all were."""
        return self.question.models[0] if len(self.question.models) == 1 else Model.LINEAR

    @property
    def models(self) -> tuple[Model, ...]:
        """The models that are compared: the usual ones and those asked for."""
        return _with_others(self.question.models)

    @property
    def totals(self) -> Totals:
        """The identity of the leading model."""
        return next(totals for totals in self.report.totals if totals.model == self.model)

    @property
    def is_empty(self) -> bool:
        """Whether the period has neither conversions nor money (refunds alone are money)."""
        return not self.totals.conversions and not self.totals.revenue

    @property
    def about_sales(self) -> bool:
        """Whether what was bought is counted, which is compared by its money."""
        return self.question.outcome.is_sale

    def value(self, row: CreditRow) -> float:
        """Return what a row is compared by: its money, or its conversions where they have none."""
        return row.revenue if self.about_sales else row.conversions

    def sides(self, totals: Totals) -> tuple[float, float, float]:
        """Return a model's total, what is attributed of it and what isn't, in what rows are compared by."""
        if self.about_sales:
            return totals.revenue, totals.attributed_revenue, totals.unattributed_revenue
        return totals.conversions, totals.attributed_conversions, totals.unattributed_conversions

    def scans_of(self, level: Level, keys: Iterable[str]) -> int:
        """Return how often these keys of a level were scanned within reach of the question."""
        return sum(self.scans[level].get(key, 0) for key in keys)

    def is_thin(self, level: Level, row: CreditRow) -> bool:
        """Whether a row has too few scans to be ranked."""
        return self.scans_of(level, [row.key]) < THIN_VISITORS

    def rows(self, level: Level) -> tuple[CreditRow, ...]:
        """Return a level's rows of the leading model."""
        return self.reports[level].rows_of(self.model)

    def keyed_rows(self, level: Level) -> tuple[CreditRow, ...]:
        """Return a level's rows of the leading model that belong to a key."""
        return tuple(row for row in self.rows(level) if row.key not in (OTHER, UNATTRIBUTED))

    def stores_of(self, level: Level, key: str) -> set[str]:
        """Return the stores in which a person or a place has its touchpoints."""
        if level not in (Level.PERSON, Level.PLACE):
            return set()
        return {t.store_id for t in self.touchpoints if t.kind == level and t.subject_id == key}

    def rank(self, level: Level, limit: int) -> RankedRows:
        """Return a level's rows of the leading model as a table lists them."""
        return rank_rows(self.rows(level), self.value, lambda row: self.is_thin(level, row), limit)

    def standing(self, kind: Kind) -> Standing:
        """Return who of a kind can be judged, and how."""
        return rank_candidates(_make_candidates(self.touchpoints, kind, by_orders=self.about_sales))


def gather_page(
    db: Database,
    settings: Settings,
    question: Question,
    now: int,
    sections: Sequence[Section] = (),
    also: Reader | None = None,
) -> AttributionPage:
    """Ask the file all that the page says, under all models, whichever lead; ``also`` may read the journeys, too."""
    levels = dict.fromkeys((question.by, *LEVELS_BESIDE))
    asked = replace(question, models=_with_others(question.models))
    with _one_state(db):
        return AttributionPage(
            settings=settings,
            question=question,
            reports=attribute_levels(db, settings, asked, levels, also=also),
            touchpoints=report_touchpoints(db, settings, question),
            scans=_count_scans(db, question, levels),
            store_names={row["store_id"]: row["name"] for row in rows(db, "SELECT store_id, name FROM stores")},
            made_at=now,
            sections=(*sections, *_draw_incremental(db, settings, question)),
        )


def _draw_incremental(db: Database, settings: Settings, question: Question) -> Iterator[Section]:
    """Yield a table of what experiments showed of the level that was asked for, where there are any."""
    found = find_incremental(db, settings, question)
    if found:
        words = Words(Language(settings.language))
        header = (
            *(words(question.by), words("incremental_experiment"), words("incremental_days")),
            *(words("incremental_attributed"), words("incremental_incremental")),
        )
        cells = list_incremental_cells(found, settings, words)
        leads = ["incremental_lead", *(["incremental_versus"] if any(one.compared for one in found) else [])]
        yield Section(words("incremental_title"), header, cells, " ".join(map(words, leads)), 3)


def _with_others(models: tuple[Model, ...]) -> tuple[Model, ...]:
    return tuple(dict.fromkeys((*MODELS, *models)))


@contextmanager
def _one_state(db: Database) -> Iterator[None]:
    # all that is read within one transaction is of one state, whatever a server writes meanwhile
    db.conn.execute("SAVEPOINT page")
    try:
        yield
    finally:
        db.conn.execute("RELEASE page")


def _count_scans(db: Database, question: Question, levels: Iterable[Level]) -> dict[Level, dict[str, int]]:
    period = {"since": question.since, "until": question.until, "window": question.longest_window}
    counted = {level: Counter[str]() for level in levels}
    for row in rows(db, load_query("reports/page.scans"), **period):
        for level, counts in counted.items():
            counts[OTHER if row[level] is None else row[level]] += row["scans"]
    return {level: dict(counts) for level, counts in counted.items()}


def _make_candidates(touchpoints: Iterable[TouchpointRow], kind: Kind, *, by_orders: bool) -> list[Candidate]:
    # a subject's touchpoints are added up: a visitor who scanned two of them counts with each
    rows = sorted((t for t in touchpoints if t.kind == kind and t.scans), key=lambda t: t.subject_id)
    return [_make_candidate(list(group), by_orders=by_orders) for _, group in groupby(rows, key=lambda t: t.subject_id)]


def _make_candidate(group: Sequence[TouchpointRow], *, by_orders: bool) -> Candidate:
    first, stores = group[0], {t.store_id for t in group}
    return Candidate(
        key=first.subject_id,
        name=first.name,
        store_id=first.store_id if len(stores) == 1 else "",
        scans=sum(t.scans for t in group),
        trials=sum(t.order_rate.trials if by_orders else t.visits for t in group),
        successes=sum(t.order_rate.successes for t in group) if by_orders else None,
    )
