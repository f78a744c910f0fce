"""How many of those who scan go on to look, to register, to order and to come again, and where they are lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from o2o.analytics.funnel_stages import Acts, Stage
from o2o.analytics.people import gathered_people, key_of, load_names
from o2o.analytics.retention_days import Signs
from o2o.attribution.journeys import Journeys
from o2o.attribution.parts import read_columns
from o2o.attribution.question import Level
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.errors import SettingError
from o2o.times import DAY, parse_duration

IN_ALL = ""
"""The key of all together."""


class Step(StrEnum):
    """A step of the funnel, after the scene that shows the code."""

    SCAN = "scan"
    VISIT = "visit"
    LEAD = "lead"
    ORDER = "order"
    REPEAT = "repeat"


_ACTS = {
    Step.VISIT: ("view", "view"),
    Step.LEAD: ("registration", "redemption"),
    Step.ORDER: ("order", "order"),
    Step.REPEAT: ("order", "order"),
}
WINDOWS = {Step.VISIT: DAY, Step.LEAD: 30 * DAY, Step.ORDER: 30 * DAY, Step.REPEAT: 30 * DAY}
"""How long after the step before it a step counts, unless something else is asked for."""


@dataclass(frozen=True, slots=True)
class FunnelTerms:
    """Which scans begin (``since <= at < until``), by what they are told apart, and what counts as going on.

    ``is_ordered``: each step within its window after the one before; else all that is done in the period counts.
    ``is_strict``: who orders without a coupon or registration is lost there; else that step may be left out.
    """

    since: int | None
    until: int
    by: Level = Level.TOUCHPOINT
    windows: Mapping[Step, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = tuple(Step)
    is_ordered: bool = True
    is_strict: bool = False

    def window_of(self, step: Step) -> int:
        """Return how long after the step before it a step counts."""
        return self.windows.get(step, WINDOWS[step])

    def may_skip(self, step: Step) -> bool:
        """Whether one may go on without a step."""
        return step is Step.LEAD and not self.is_strict


@dataclass(frozen=True, slots=True)
class Reached:
    """How many reached a step, of how many at the step before it; ``took`` is the median time since then, in ms."""

    step: Step
    people: int
    before: int
    scanned: int
    took: float | None

    @property
    def lost(self) -> int:
        """How many of the step before didn't get here."""
        return self.before - self.people


_Counts = Mapping[str, tuple[int, float | None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """How many touchpoints of a key were on show, and how many of them were scanned at all."""

    shown: int = 0
    scanned: int = 0


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps that the shop has data of, who reached them, by key and (``IN_ALL``) together.

    ``young`` is how many scanned so late that their next steps may still come; 0 where nothing is ordered by time.
    """

    steps: tuple[Step, ...]
    lacking: tuple[Step, ...]
    reached: Mapping[str, tuple[Reached, ...]]
    scenes: Mapping[str, Scene]
    names: Mapping[str, str]
    young: int

    @property
    def scene(self) -> Scene:
        """All touchpoints together."""
        return self.scenes.get(IN_ALL, Scene())


def parse_step_windows(texts: tuple[str, ...]) -> dict[Step, int]:
    """Return the windows of ``order=7d``, or of ``7d`` for all steps; raises SettingError for a bad one."""
    found: dict[Step, int] = {}
    for text in sorted(texts, key=lambda text: "=" in text):
        step, equals, duration = text.strip().rpartition("=")
        if equals and step not in set(WINDOWS):
            raise SettingError(
                "window", text, "not of a step", f"write 7d, or order=7d for one of {', '.join(WINDOWS)}"
            )
        found |= dict.fromkeys([Step(step)] if equals else WINDOWS, parse_duration(duration))
    return found


def measure_funnel(db: Database, settings: Settings, terms: FunnelTerms) -> Funnel:
    """Return how many people reached each step, in all and by each key of what they scanned."""
    with gathered_people(db, settings) as journeys:
        journeys.parameters.update(since=terms.since or 0, until=terms.until, by=terms.by)
        there = _find_there(journeys)
        steps = tuple(step for step in Step if step in terms.steps and step in there)
        scenes = _count_scenes(journeys, terms.by)
        keys, first = _begin(journeys, terms.by)
        counts = _walk(journeys, terms, steps, keys, first)
        young = _count_young(journeys, terms, steps, first) if terms.is_ordered else 0
        names = load_names(journeys, settings, terms.by)
    reached = {key: tuple(_follow(terms, counts, key)) for key in counts[Step.SCAN]}
    lacking = tuple(step for step in Step if step in terms.steps and step not in there)
    return Funnel(steps, lacking, reached, scenes, names, young)


def _find_there(journeys: Journeys) -> set[Step]:
    """Return the steps that the shop has data of."""
    present = journeys.row("analytics/people.present") | journeys.row("analytics/funnel.orders")
    leads = present["registrations"] + present["redemptions"]
    data = {Step.VISIT: present["views"], Step.LEAD: leads, Step.ORDER: present["orders"]}
    return {Step.SCAN} | {step for step in Step if data.get(Step.ORDER if step is Step.REPEAT else step)}


def _count_scenes(journeys: Journeys, level: Level) -> dict[str, Scene]:
    journeys.keep("scene_periods", "analytics/funnel.scenes")
    keyed = load_query(key_of(level), placed=journeys.kept["scene_periods"])
    rows = journeys.rows("analytics/funnel.on_show", {"scenes": keyed})
    scenes = {row["key"]: Scene(row["shown"], row["scanned"]) for row in rows}
    shown, scanned = (sum(getattr(one, name) for one in scenes.values()) for name in ("shown", "scanned"))
    return {IN_ALL: Scene(shown, scanned)} | scenes


def _walk(
    journeys: Journeys, terms: FunnelTerms, steps: tuple[Step, ...], keys: Sequence[str], before: Stage
) -> dict[Step, _Counts]:
    """Return who reached each step: it is looked for among those who reached the last one that can't be left out."""
    counts = {Step.SCAN: _count(keys, before, None)}
    for step in steps:
        if step is not Step.SCAN:
            reached = _go_on(journeys, terms, step, before)
            counts[step] = _count(keys, reached, before)
            before = before if terms.may_skip(step) else reached
    return counts


def _begin(journeys: Journeys, level: Level) -> tuple[Sequence[str], Stage]:
    """Return all scans by their key: with each of them the first step is reached."""
    signs = Signs.read(journeys, level)
    units, at, marks = read_columns(journeys, "analytics/funnel.entries", ("unit", "at", "mark"))
    return signs.keys, Stage.of(units, signs.find(marks, at), at)


def _go_on(journeys: Journeys, terms: FunnelTerms, step: Step, before: Stage) -> Stage:
    """Return who reached a step after the one before."""
    act, or_act = _ACTS[step]
    journeys.parameters.update(act=act, or_act=or_act)
    acts = Acts.of(*read_columns(journeys, "analytics/funnel.acts", ("unit", "at")))
    if terms.is_ordered:
        return before.follow(acts.once(), terms.window_of(step), int(step is Step.REPEAT))
    times = 2 if step is Step.REPEAT else 1
    return before.meet(acts.repeated(times, terms.since or 0, terms.until))


def _count(keys: Sequence[str], reached: Stage, before: Stage | None) -> _Counts:
    """Return by key how many reached a step and the median time since the step before it."""
    found: dict[str, tuple[int, float | None]] = {}
    pairs = ((keys, reached, before), ([IN_ALL], reached.in_all, before.in_all if before else None))
    for names, stage, earlier in pairs:
        counts = stage.count(len(names)).tolist()
        took = stage.medians_since(earlier, len(names)).tolist() if earlier else [None] * len(names)
        rows = zip(names, counts, took, strict=True)
        found |= {name: (count, median) for name, count, median in rows if count}
    return found


def _follow(terms: FunnelTerms, counts: Mapping[Step, _Counts], key: str) -> Iterator[Reached]:
    """Yield the steps of a key, also those that nobody reached."""
    scanned, _ = counts[Step.SCAN][key]
    before = scanned
    for step, found in counts.items():
        people, took = found.get(key, (0, None))
        yield Reached(step, people, before, scanned, took if terms.is_ordered else None)
        before = before if terms.may_skip(step) else people


def _count_young(journeys: Journeys, terms: FunnelTerms, steps: tuple[Step, ...], first: Stage) -> int:
    """Return how many scanned so late that their steps may still come."""
    window = sum(terms.window_of(step) for step in steps if step is not Step.SCAN and not terms.may_skip(step))
    latest = journeys.row("analytics/funnel.latest")["at"]
    return int((first.in_all.at > latest - window).sum())
