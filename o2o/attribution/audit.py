"""How stable credit is: under other assumptions than the question's, beside what chance alone does.

Journeys are read once, with the widest window, and told anew under each assumption. Chance is known from draws of
buckets of people, the same for the credit as asked and under an assumption: so the change itself has its doubt, and
one sees whether an assumption moves credit by more than chance does.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from math import isclose
from operator import itemgetter

import numpy as np

from o2o.attribution.agreement import correlate
from o2o.attribution.assumptions import Assumption, Teller, Theme, Told
from o2o.attribution.bucket_sums import Sums, check_model, learns, sum_credit
from o2o.attribution.engines import Engine
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import OTHER, gathered
from o2o.attribution.models import MODELS, Model
from o2o.attribution.parts import BUCKETS, Parts, deal_buckets, read_parts
from o2o.attribution.question import Question, Transform
from o2o.attribution.report import AttributionReport, Totals, attribute
from o2o.attribution.vocabulary import Places
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.distributions import gamma_quantile, t_spread
from o2o.statistics.estimates import LEVEL, Estimate, Numbers, divide
from o2o.statistics.resampling import poisson_weights
from o2o.times import DAY

AUDITED = (*MODELS, Model("markov"), Model("shapley"))
"""The models of an audit unless others are named."""

MUCH = 0.05
"""From so much of all credit on it matters that it changes hands, beyond what chance moves."""

_SURE, _CHANCE, _MANY_DRAWS = 0.95, 0.01, 100
_NOTHING = 0.001


@dataclass(frozen=True, slots=True)
class AuditTerms:
    """What an audit assumes otherwise: windows and half-lives in milliseconds, shares that are lost or doubled."""

    lookbacks: tuple[int, ...] = tuple(days * DAY for days in (1, 3, 7, 14, 30, 60))
    half_lives: tuple[int, ...] = (DAY, 7 * DAY // 2, 7 * DAY, 14 * DAY)
    identity_losses: tuple[float, ...] = (0.1, 0.25, 0.5)
    touch_losses: tuple[float, ...] = (0.1, 0.25, 0.5)
    duplicates: tuple[float, ...] = (0.1,)
    draws: int = 200
    seed: int = 1
    top: int = 10

    def list_assumptions(self) -> list[Assumption]:
        """Return each thing that is assumed otherwise."""
        amounts: dict[Theme, Sequence[float]] = {
            Theme.LOOKBACK: self.lookbacks,
            Theme.HALF_LIFE: self.half_lives,
            Theme.IDENTITY_LOSS: self.identity_losses,
            Theme.TOUCH_LOSS: self.touch_losses,
            Theme.DUPLICATES: self.duplicates,
        }
        return [Assumption(theme, amount) for theme, some in amounts.items() for amount in some]


@dataclass(frozen=True, slots=True)
class Standing:
    """The share of each key under one model as asked, with its interval, and how far chance moves shares.

    ``moved`` is how much credit changes hands in 95 % of draws at most, ``top_moved`` how many of the top keys have
    another rank in half of them.
    """

    model: Model
    share: Estimate
    moved: float
    top_moved: float


@dataclass(frozen=True, slots=True)
class Change:
    """What one assumption does to the credit of one model.

    ``moved`` is the share of all credit that changes hands, ``chance`` what would by chance alone, were the assumption
    none: in 99 % of cases, with all amounts and models of its theme, no more; ``spearman`` the rank correlation;
    ``mover`` the key whose share changes most; ``top_moved`` are keys of the top with another rank; ``leader`` earns
    most, ``is_sure`` where chance doesn't explain that it is another. ``lost`` is how much less of the total is
    attributed.
    """

    assumption: Assumption
    model: Model
    after: Numbers
    change: Estimate
    moved: float
    chance: float
    spearman: float | None
    mover: str
    top_moved: tuple[str, ...]
    leader: str
    is_sure: bool
    lost: float


class Verdict(StrEnum):
    """What an assumption decides."""

    LEADER = "leader"
    MUCH = "much"
    LITTLE = "little"
    CHANCE = "chance"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a theme, and the change that says it most clearly."""

    theme: Theme
    verdict: Verdict
    change: Change


@dataclass(frozen=True, slots=True)
class Check:
    """The same number in two places: what it is, and whether both are equal."""

    what: str
    one: float
    other: float

    @property
    def holds(self) -> bool:
        """Whether both are the same, but for the rounding of sums."""
        return isclose(self.one, self.other, rel_tol=1e-9, abs_tol=1e-6)


@dataclass(frozen=True, slots=True)
class Audit:
    """How stable the credits of a question are; ``names`` are of the keys, in the order of all shares."""

    question: Question
    terms: AuditTerms
    keys: tuple[str, ...]
    names: tuple[str, ...]
    standings: tuple[Standing, ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    totals: tuple[Totals, ...]
    checks: tuple[Check, ...]


def audit(
    db: Database, settings: Settings, question: Question, terms: AuditTerms | None = None, engine: Engine | None = None
) -> Audit:
    """Tell how stable the credits of a question are (drain segments first); raises SettingError for other models."""
    terms = terms or AuditTerms()
    for model in question.models:
        check_model(model)
    engine = engine or choose_engine(db, settings.engine)
    rules = tuple(model for model in question.models if not learns(model)) or (Model.LINEAR,)
    report = attribute(db, settings, replace(question, models=rules, intervals=False), engine)
    auditor = Auditor.of(_read(engine, settings, question, terms), question, terms)
    changes = tuple(auditor.list_changes())
    return Audit(
        question,
        terms,
        auditor.keys,
        _name(report, auditor.keys),
        tuple(auditor.stand(model) for model in question.models),
        changes,
        tuple(judge(theme, changes) for theme in dict.fromkeys(one.assumption.theme for one in changes)),
        report.totals,
        tuple(_check(report, auditor)),
    )


def _read(engine: Engine, settings: Settings, question: Question, terms: AuditTerms) -> Parts:
    """Read the parts of journeys with the widest window of all; what a narrower one leaves is told from them."""
    widest = max(question.longest_window, *terms.lookbacks, 0)
    wide = replace(question, window=widest, kind_windows=(), transform=Transform())
    with gathered(engine, settings, wide) as journeys:
        journeys.key_by(question.by)
        return read_parts(journeys, idle=any(map(learns, question.models)))


@dataclass(frozen=True, slots=True)
class Auditor:
    """Compares the credit of a question with that under other assumptions, in the same draws of buckets."""

    teller: Teller
    question: Question
    terms: AuditTerms
    keyed: Places
    weights: Numbers
    total: float
    told: Told
    shares: dict[Model, Numbers]

    @classmethod
    def of(cls, parts: Parts, question: Question, terms: AuditTerms) -> "Auditor":
        """Find the credit as asked, in all draws."""
        buckets, scan_buckets = deal_buckets(parts.conversions.person), deal_buckets(parts.scans.person)
        teller = Teller(parts, question, buckets, scan_buckets)
        random = np.random.default_rng(terms.seed)
        drawn = poisson_weights(random, terms.draws, BUCKETS)
        weights = np.concatenate((np.ones((1, BUCKETS)), drawn))
        keyed = np.array([place for place, key in enumerate(parts.keys) if key != OTHER], np.int64)
        conversions = parts.conversions
        total = float((conversions.money if question.outcome.is_sale else conversions.delta).sum())
        told = teller.tell()
        auditor = cls(teller, question, terms, keyed, weights, total, told, {})
        for model in question.models:
            auditor.shares[model] = auditor.find_shares(told, model)
        return auditor

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that have shares."""
        return tuple(self.teller.parts.keys[place] for place in self.keyed)

    def sum_up(self, told: Told, model: Model, assumption: Assumption | None = None) -> Sums:
        """Sum up credit under a model: money of sales, else conversions."""
        return sum_credit(self.teller, told, model, assumption, money=self.question.outcome.is_sale)

    def find_shares(self, told: Told, model: Model, assumption: Assumption | None = None) -> Numbers:
        """Return the share of each key in what is credited to keys, as counted and in each draw."""
        credit = self.sum_up(told, model, assumption).credit(self.weights)[:, self.keyed]
        return divide(credit, credit.sum(1, keepdims=True))

    def stand(self, model: Model) -> Standing:
        """Return the shares of a model as asked, and what chance does to them."""
        counted, drawn = self.shares[model][0], self.shares[model][1:]
        top_moved = [len(_find_moved(counted, one, self.terms.top)) for one in drawn]
        moved = _quantile(_move(drawn - counted), 0.95)
        return Standing(model, _span(counted, drawn), moved, float(np.median(top_moved)) if top_moved else 0.0)

    def list_changes(self) -> Iterable[Change]:
        """Compare the credit under each assumption with the credit as asked."""
        assumptions = self.terms.list_assumptions() if len(self.keyed) else []
        asked = [(one, model) for one in assumptions for model in self.question.models
                 if one.changes(self.question, model)]  # fmt: skip
        counts = Counter(assumption.theme for assumption, _ in asked)
        for assumption, of in groupby(asked, key=itemgetter(0)):
            told = self.teller.tell(assumption)
            for _, model in of:
                yield self._compare(assumption, model, told, counts[assumption.theme])

    def _compare(self, assumption: Assumption, model: Model, told: Told, compared: int) -> Change:
        before = self.shares[model]
        after = before if self._is_as_asked(told, model, assumption) else self.find_shares(told, model, assumption)
        change = after - before
        leaders = int(before[0].argmax()), int(after[0].argmax())
        moved = float(_move(change[:1])[0])
        by_chance = _reach(_move(change[1:] - change[0]), _CHANCE / compared)
        return Change(
            assumption,
            model,
            after[0],
            _span(change[0], change[1:]),
            moved,
            by_chance,
            correlate(before[0].tolist(), after[0].tolist())[0],
            self.keys[int(abs(change[0]).argmax())],
            tuple(self.keys[place] for place in _find_moved(before[0], after[0], self.terms.top)),
            self.keys[leaders[1]],
            moved > by_chance and _leads(before[1:], *leaders) and _leads(after[1:], *leaders[::-1]),
            self._attributed(self.told) - self._attributed(told),
        )

    def _is_as_asked(self, told: Told, model: Model, assumption: Assumption) -> bool:
        """Tell whether an assumption surely changes nothing: a rule sees the touches of conversions alone."""
        sees_touches = assumption.theme is not Theme.HALF_LIFE and not learns(model)
        return sees_touches and np.array_equal(told.place, self.told.place)

    def _attributed(self, told: Told) -> float:
        paths = told.paths
        amounts = paths.values if self.question.outcome.is_sale else paths.conversions
        return float(amounts.sum()) / self.total if self.total else 0.0


def _move(changes: Numbers) -> Numbers:
    """Return how much credit changes hands: half of what shares change by (the total variation distance)."""
    return np.asarray(abs(changes).sum(1) / 2)


def _quantile(values: Numbers, level: float) -> float:
    return float(np.quantile(values, level)) if len(values) else 0.0


def _reach(noise: Numbers, chance: float) -> float:
    """Return what noise exceeds with a chance that may be smaller than one in the number of draws.

    What changes hands is a sum of sizes, and skew: its square is nearly a gamma variable of the same mean and variance
    (Satterthwaite 1946), exactly so of three keys that are alike.
    """
    squares = noise**2
    mean, variance = squares.mean(), squares.var(ddof=1)
    if not variance:
        return float(np.sqrt(mean))
    return float(np.sqrt(gamma_quantile(1 - chance, mean**2 / variance) * variance / mean))


def _span(counted: Numbers, drawn: Numbers) -> Estimate:
    """Return figures with the percentiles of their draws; of a few draws with their t interval."""
    if len(drawn) < _MANY_DRAWS:
        half = t_spread(LEVEL, max(len(drawn) - 1, 1)) * drawn.std(0, ddof=1)
        return Estimate(counted, counted - half, counted + half)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    return Estimate(counted, low, high)


def _leads(drawn: Numbers, one: int, other: int) -> bool:
    """Tell whether one key has more than another in nearly all draws."""
    return bool(np.mean(drawn[:, one] > drawn[:, other]) >= _SURE)


def _find_moved(before: Numbers, after: Numbers, top: int) -> list[int]:
    """Return the leading keys whose rank is another after; the order of equal ones says nothing."""
    leading = np.argsort(-before, kind="stable")[:top]
    ranks = [(values[leading, None] < values).sum(1) for values in (before, after)]
    return list(leading[ranks[0] != ranks[1]].tolist())


def judge(theme: Theme, changes: Sequence[Change]) -> Finding:
    """Judge a theme by the change that says most: another leader, else the most credit beyond chance.

    What is moved beyond chance has truly moved: distances add up to no less than that of the ends.
    """
    own = [change for change in changes if change.assumption.theme is theme]
    worst = max(own, key=lambda change: (change.is_sure, max(change.moved - change.chance, 0), change.moved))
    beyond = worst.moved - worst.chance
    if worst.is_sure:
        verdict = Verdict.LEADER
    elif worst.moved < _NOTHING:
        verdict = Verdict.NOTHING
    elif beyond <= 0:
        verdict = Verdict.CHANCE
    else:
        verdict = Verdict.MUCH if beyond >= MUCH else Verdict.LITTLE
    return Finding(theme, verdict, worst)


def _name(report: AttributionReport, keys: Sequence[str]) -> tuple[str, ...]:
    names = {row.key: row.name for row in report.rows}
    return tuple(names.get(key, key) for key in keys)


def _check(report: AttributionReport, auditor: Auditor) -> Iterable[Check]:
    """Compare the numbers of the report with each other and with those of the audit, which are counted apart."""
    conversions, told = auditor.teller.parts.conversions, auditor.told
    first = report.totals[0]
    yield Check(
        "counted scans: hits less those that don't count",
        report.waterfall.counted,
        report.waterfall.hits - sum(one.hits for one in report.waterfall.verdicts if one.verdict != "human"),
    )
    yield Check("conversions: report and audit", first.conversions, float(conversions.delta.sum()))
    yield Check("attributed conversions: report and audit", first.attributed_conversions, told.paths.conversions.sum())
    yield Check("attributed money: report and audit", first.attributed_revenue, told.paths.values.sum())
    inside = conversions.inside[told.conversion].sum()
    yield Check("conversions with a touch: joinability and audit", report.joinability.touched, float(inside))
    scans = np.unique(auditor.teller.parts.touches.scan[told.place])
    yield Check("scans with credit: hits and audit", report.waterfall.credited, len(scans))
    for totals in report.totals:
        if totals.model == "participation":  # it gives each key all of its conversions
            continue
        rows, what = report.rows_of(totals.model), f"{totals.model}: sum of rows and the till"
        yield Check(f"{what}, conversions", sum(row.conversions for row in rows), totals.conversions)
        yield Check(f"{what}, money", sum(row.revenue for row in rows), totals.revenue)
