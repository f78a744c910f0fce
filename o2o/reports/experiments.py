"""Experiments in words: what was designed, the plan for staff, and what a reading shows."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from o2o.analytics.experiment_design import DesignedExperiment, Power, plan_rows
from o2o.analytics.experiment_reading import Note, Reading
from o2o.analytics.experiments import Deal, Design, Experiment, ExperimentTerms, KeptReading, Measure
from o2o.config import Language, Settings
from o2o.reports.blocks import Line, draw_paragraph, draw_section, draw_table
from o2o.reports.html import render_document
from o2o.reports.markup import Markup, element
from o2o.reports.tables import Table
from o2o.reports.words import Words
from o2o.statistics.estimates import Estimate
from o2o.times import format_at


def tabulate_experiments(experiments: Sequence[Experiment], settings: Settings) -> Table:
    """Return experiments as rows: what is asked, from when to when."""
    header = ("name", "design", "measure", "first_day", "last_day", "designed_at", "ended_at", "hypothesis")
    rows = [
        (
            *(one.terms.name, one.terms.design.value, one.terms.measure.value),
            *(
                one.terms.first_day.isoformat(),
                one.terms.last_day.isoformat(),
                format_at(one.designed_at, settings.zone),
            ),
            *("" if one.ended_at is None else format_at(one.ended_at, settings.zone), one.terms.hypothesis),
        )
        for one in experiments
    ]
    return Table(header, rows)


def tabulate_plan(deal: Deal, design: Design, names: dict[str, str]) -> Table:
    """Return which store has the change on which day, for staff and for spreadsheets."""
    group = {Design.SWITCHBACK: "block", Design.MATCHED: "pair", Design.STAGGERED: "wave"}[design]
    rows = [
        (store, names.get(store, ""), day.isoformat(), "on" if on else "off", block)
        for store, day, on, block in plan_rows(deal)
    ]
    return Table(("store_id", "store", "day", "state", group), rows)


def render_plan(experiment: Experiment, deal: Deal, names: dict[str, str], settings: Settings) -> str:
    """Return the plan as an HTML page to print: for each store its days, a box for those on which the sign hangs."""
    words = Words(Language(settings.language))
    terms = experiment.terms
    title = words("experiment_plan", name=terms.name)
    lead = element("p", words("experiment_plan_lead"))
    stores = [
        draw_section(names.get(store) or store, _draw_days(words, deal.days, deal.treated[place].tolist()))
        for place, store in enumerate(deal.stores)
    ]
    body = element("main", element("h1", title), element("p", terms.hypothesis), lead, *stores)
    return render_document(title, body, words.language)


def _draw_days(words: Words, days: Sequence[date], treated: Sequence[bool]) -> Markup:
    """Draw weeks as rows and weekdays as columns."""
    cells = [element("td")] * days[0].weekday()
    cells += [_draw_day(words, day, hangs=hangs) for day, hangs in zip(days, treated, strict=True)]
    cells += [element("td")] * (-len(cells) % 7)
    head = element("tr", *(element("th", name, scope="col") for name in words("experiment_weekdays").split()))
    weeks = (element("tr", *cells[first : first + 7]) for first in range(0, len(cells), 7))
    caption = element("caption", words("experiment_days"))
    return element("table", caption, element("thead", head), element("tbody", *weeks), class_="plan")


def _draw_day(words: Words, day: date, *, hangs: bool) -> Markup:
    told = f"{day.month}/{day.day} {words('experiment_on' if hangs else 'experiment_off')}"
    return element("td", element("b", told)) if hangs else element("td", told)


def describe_design(designed: DesignedExperiment, settings: Settings, words: Words) -> Iterator[str]:
    """Yield what was dealt and what it can find, a sentence each."""
    terms = designed.experiment.terms
    said = {"design": words(f"design_{terms.design}"), "measure": words(f"measure_{terms.measure}")}
    yield words("experiment_asked", first=terms.first_day, last=terms.last_day, n=terms.days, **said)
    if designed.deal is not None:
        on = int(designed.deal.treated.sum())
        yield words("experiment_dealt", stores=len(designed.deal.stores), on=on, all=designed.deal.treated.size)
    if designed.left_out:
        yield words("experiment_alone", stores=", ".join(designed.left_out))
    if designed.beside:
        yield words("experiment_beside", names=", ".join(designed.beside))
    yield from _say_power(terms, designed.power, settings, words)
    yield words("credit_is_not_cause")


def _say_power(terms: ExperimentTerms, power: Power | None, settings: Settings, words: Words) -> Iterator[str]:
    if power is None:
        yield words("power_unknown")
        return
    unit = words("per_visitor" if terms.design is Design.AB else "per_store_day")
    if not _of_creatives(terms):
        yield words("power_base", base=_say(terms, power.base, settings), unit=unit)
    relative = power.relative
    yield words(
        "power_detectable",
        detectable="" if _of_creatives(terms) else _say(terms, power.detectable, settings) + " ",
        relative="" if relative is None else f"({relative:.1%})",
    )
    yield words("power_chance", smallest=f"{terms.smallest:.1%}", chance=f"{power.chance:.0%}")
    if power.needed_days is not None and power.needed_days > terms.days:
        yield words("power_needed", n=f"{power.needed_days:,}", days=terms.days)


def tabulate_reading(reading: Reading, settings: Settings) -> Table:
    """Return the sides of an experiment for people."""
    terms = reading.experiment.terms
    header = ("side", "visitors" if terms.design is Design.AB else "store-days", terms.measure.value, "each")
    rows = [
        (arm.name, f"{arm.units:,}", _say_total(terms, arm.total, settings), _say(terms, arm.level, settings))
        for arm in reading.arms
    ]
    return Table(header, rows, header[1:])


def describe_reading(reading: Reading, settings: Settings, words: Words) -> Iterator[str]:
    """Yield what a reading shows, a sentence each, the verdict first."""
    terms = reading.experiment.terms
    yield words("finding", finding=words(f"finding_{reading.finding.name.lower()}"))
    if reading.effect is not None:
        kind = words("interval_whenever" if reading.whenever else "interval_fixed")
        yield words("effect", effect=_say_effect(reading, reading.effect, settings), interval=kind)
    if reading.extra is not None:
        yield words("extra", extra=_say_range(terms, reading.extra, settings, total=True))
    if reading.chance is not None:
        yield words("dealt_anew", chance=f"{reading.chance:.1%}")
    if reading.detectable is not None and reading.base:
        relative = reading.detectable if _of_creatives(terms) else reading.detectable / reading.base
        yield words("seen", detectable=f"{relative:.1%}")
    if reading.saved > 0.01:
        yield words("saved", saved=f"{reading.saved:.0%}")
    yield from (say_note(note, words) for note in reading.notes)
    yield words("credit_is_not_cause")


def say_note(note: Note, words: Words) -> str:
    """Return a note of a reading as a sentence."""
    return words(f"note_{note.key}", **{name: _say_fact(name, fact) for name, fact in note.facts})


def make_reading_data(reading: Reading, settings: Settings) -> dict[str, Any]:
    """Return a reading as plain values for JSON; money in minor units."""
    terms = reading.experiment.terms
    words = Words(Language.EN)
    return {
        "experiment": terms.name,
        "design": terms.design,
        "measure": terms.measure,
        "hypothesis": terms.hypothesis,
        "first_day": terms.first_day.isoformat(),
        "last_day": terms.last_day.isoformat(),
        "read_at": format_at(reading.read_at, settings.zone),
        "over": reading.over,
        "finding": reading.finding,
        "arms": [
            {"name": arm.name, "units": arm.units, "total": arm.total, "level": arm.level} for arm in reading.arms
        ],
        "effect": make_interval_data(reading.effect),
        "relative": make_interval_data(_relative(reading)),
        "incremental": make_interval_data(reading.extra),
        "always_valid": reading.whenever,
        "base": reading.base,
        "chance_if_dealt_anew": reading.chance,
        "detectable": reading.detectable,
        "variance_saved": reading.saved,
        "remarks": [*(say_note(note, words) for note in reading.notes), words("credit_is_not_cause")],
    }


def make_interval_data(estimate: Estimate | None) -> dict[str, float | None] | None:
    """Return an estimate as plain values; an endless side is null."""
    if estimate is None:
        return None
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: _finite(float(end)) for name, end in ends.items()} | {"level": estimate.level}


def tabulate_looks(readings: Sequence[KeptReading], settings: Settings) -> Table:
    """Return each look at an experiment."""
    header = (
        "read_at",
        "final",
        "finding",
        "effect",
        "low",
        "high",
        "incremental",
        "incremental_low",
        "incremental_high",
    )
    rows = [
        (
            *(format_at(one.read_at, settings.zone), int(one.final), one.verdict),
            *(
                None if end is None else round(end, 4)
                for end in (one.effect, one.low, one.high, one.extra, one.extra_low, one.extra_high)
            ),
        )
        for one in readings
    ]
    return Table(header, rows)


def render_reading(reading: Reading, settings: Settings) -> str:
    """Return a reading as one HTML page."""
    words = Words(Language(settings.language))
    terms = reading.experiment.terms
    sentences = list(describe_reading(reading, settings, words))
    table = tabulate_reading(reading, settings)
    header = (
        words("side"),
        words("visitors_of" if terms.design is Design.AB else "store_days_of"),
        words(f"measure_{terms.measure}"),
        words("each"),
    )
    lines = [Line([_side(row[0], words), *row[1:]]) for row in table.rows]
    asked = words(
        "experiment_asked",
        first=terms.first_day,
        last=terms.last_day,
        n=terms.days,
        design=words(f"design_{terms.design}"),
        measure=words(f"measure_{terms.measure}"),
    )
    body = element(
        "main",
        element("h1", words("experiment_title", name=terms.name)),
        element("p", terms.hypothesis, class_="asked"),
        element("p", element("strong", sentences[0])),
        draw_table(words("experiment_sides"), header, lines),
        *(draw_paragraph(sentence) for sentence in sentences[1:]),
        element("footer", asked),
    )
    return render_document(words("experiment_title", name=terms.name), body, words.language)


def _side(name: str, words: Words) -> str:
    return words(f"experiment_{name}") if name in ("on", "off") else name


def _of_creatives(terms: ExperimentTerms) -> bool:
    return terms.design is Design.AB and not terms.arms[0].by_rule


def _relative(reading: Reading) -> Estimate | None:
    if reading.effect is None or _of_creatives(reading.experiment.terms):
        return reading.effect
    return reading.effect.times(1 / reading.base) if reading.base > 0 else None


def _say_effect(reading: Reading, effect: Estimate, settings: Settings) -> str:
    terms, relative = reading.experiment.terms, _relative(reading)
    shares = "" if relative is None else _say_shares(relative)
    return (
        shares if _of_creatives(terms) else f"{_say_range(terms, effect, settings)}{f' ({shares})' if shares else ''}"
    )


def _say_shares(estimate: Estimate) -> str:
    return f"{float(estimate.value):+.1%}, {float(estimate.low):+.1%} … {float(estimate.high):+.1%}"


def _say_range(terms: ExperimentTerms, estimate: Estimate, settings: Settings, *, total: bool = False) -> str:
    say = _say_total if total else _say
    value, low, high = (float(end) for end in (estimate.value, estimate.low, estimate.high))
    return f"{say(terms, value, settings)}, {say(terms, low, settings)} … {say(terms, high, settings)}"


def _say(terms: ExperimentTerms, level: float, settings: Settings) -> str:
    if terms.measure is Measure.REVENUE:
        return settings.money.format(round(level)) if abs(level) < 1e15 else f"{level}"
    if terms.design is Design.AB and not _of_creatives(terms):
        return f"{level:.2%}"
    return f"{level:,.2f}"


def _say_total(terms: ExperimentTerms, total: float, settings: Settings) -> str:
    if terms.measure is Measure.REVENUE:
        return _say(terms, total, settings)
    return f"{total:,.0f}" if abs(total) >= 100 or total == round(total) else f"{total:,.1f}"


def _say_fact(name: str, fact: Any) -> Any:
    if isinstance(fact, list):
        return ", ".join(fact)
    if fact is None:
        return "–"
    if name == "chance":
        return f"{fact:.2g}"
    return f"{fact:.0%}" if isinstance(fact, float) else fact


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
