"""Amounts, shares, periods and names as the pages say them."""

from collections.abc import Mapping
from dataclasses import asdict

from o2o.attribution.lags import Maturity
from o2o.attribution.models import Model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import CreditRow
from o2o.reports.page import AttributionPage
from o2o.reports.words import Words
from o2o.subjects import CARRIER_NAMES, KIND_NAMES, Carrier, Kind
from o2o.times import DAY, HOUR, MINUTE, SECOND, local_day


def say_number(value: float, decimals: int = 0) -> str:
    """Return a number for people, thousands apart."""
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # adding 0.0 takes the minus from a zero


def say_credit(conversions: float, model: Model) -> str:
    """Return credited conversions: whole ones where a model gives each to one touch, else with a decimal."""
    return say_number(conversions, 0 if model.name in ("first", "last", "last-non") else 1)


def say_share(part: float, whole: float) -> str:
    """Return a share in percent, a dash where there is no whole."""
    return f"{part / whole:.1%}" if whole else "–"


def say_value(page: AttributionPage, value: float, model: Model | None = None) -> str:
    """Return what the page compares by: money, or conversions as a model credits them."""
    return page.settings.money.format(round(value)) if page.about_sales else say_credit(value, model or page.model)


def say_measure(page: AttributionPage) -> str:
    """Return the name of what the page compares by."""
    return page.words("revenue" if page.about_sales else f"conversions_{page.question.outcome}")


def say_whole(page: AttributionPage, value: float) -> str:
    """Return a total of what the page compares by: money, or a whole number of conversions."""
    return page.settings.money.format(round(value)) if page.about_sales else say_number(value)


def say_conversions(page: AttributionPage, number: float) -> str:
    """Return a number of conversions with its word."""
    return page.words.count(f"n_{page.question.outcome}", round(number))


def say_model(words: Words, model: Model) -> str:
    """Return a model in words with its term: ``末次触点 (last)``."""
    return f"{words(model.name)} ({model})"


def say_means(words: Words, model: Model, orders: Mapping[Model, int]) -> str:
    """Return in words how a model shares credit out, with what it was given or, by ``orders``, what the data chose."""
    if model in orders:
        return words("markov_auto", order=orders[model])
    return words(f"{model.name}_{'given' if model.argument else 'means'}", argument=model.argument)


def say_period(page: AttributionPage) -> str:
    """Return the dates of the conversions, the last one included."""
    words, zone = page.words, page.settings.zone
    since, until = page.question.since, page.question.until
    first = None if since is None else local_day(since, zone).isoformat()
    last = None if until is None else local_day(until - 1, zone).isoformat()
    if first and last:
        return words("period_between", since=first, until=last)
    if first or last:
        return words("period_since", since=first) if first else words("period_until", until=last)
    return words("period_all")


def say_window(words: Words, question: Question) -> str:
    """Return the lookback, and those of the kinds that have their own: ``30 days (people 7 days)``."""
    whole = _say_duration(words, question.window)
    own = [words("window_of", kind=say_kind(words, kind), window=_say_duration(words, window))
           for kind, window in question.kind_windows]  # fmt: skip
    return words("windows", window=whole, own=words("and").join(own)) if own else whole


def _say_duration(words: Words, duration: int) -> str:
    units = {"n_days": DAY, "n_hours": HOUR, "n_minutes": MINUTE, "n_seconds": SECOND}
    key = next((key for key, unit in units.items() if duration % unit == 0), "n_seconds")
    return words.count(key, duration // units[key])


def say_journeys(words: Words, question: Question) -> str:
    """Return how journeys were made: overlap or stop, which touches were left out, ties."""
    transform = words(f"transform_{question.transform.thinning}", dropped=question.transform.key)
    return " ".join((words(f"reach_{question.reach}"), transform, words("ties")))


def say_young(words: Words, outcome: Outcome, maturity: Maturity | None) -> str:
    """Return how much recent scans have still to bring; nothing where they have brought nearly all."""
    if maturity is None or not maturity.young:
        return ""
    cohorts = (
        words(
            "young_cohort" if cohort.youngest else "young_last",
            days=cohort.oldest + 1,
            **asdict(cohort),
        )
        for cohort in maturity.young
    )
    horizon = maturity.horizon
    return words("young", outcome=words(outcome).lower(), horizon=horizon, cohorts=words("and_then").join(cohorts))


def say_details(page: AttributionPage, level: Level, row: CreditRow) -> str:
    """Return what tells a row from others of the same name: its id, its store, what it is and hangs on."""
    stores = {row.store_id} if row.store_id else page.stores_of(level, row.key)
    store = page.store_names.get(stores.pop(), "") if len(stores) == 1 else ""
    kind = say_kind(page.words, row.kind) if level is Level.TOUCHPOINT else ""
    carrier = say_carrier(page.words, row.carrier) if level is Level.TOUCHPOINT else ""
    shown = (row.key, kind, carrier, "" if level is Level.STORE else store)
    return " · ".join(part for part in shown if part and part != row.name)


def say_name(row: CreditRow) -> str:
    """Return the name of a row, its id where it has none."""
    return row.name or row.key


def say_kind(words: Words, kind: str) -> str:
    """Return the name of a kind."""
    return words.language.of(KIND_NAMES[Kind(kind)]) if kind in set(Kind) else kind


def say_carrier(words: Words, carrier: str) -> str:
    """Return the name of a carrier; one of the merchant's own is its own name."""
    return words.language.of(CARRIER_NAMES[Carrier(carrier)]) if carrier in set(Carrier) else carrier


def say_question(page: AttributionPage) -> str:
    """Return what was asked in one line: outcome, dates, lookback, model."""
    return page.words(
        "asked",
        outcome=page.words(page.question.outcome),
        period=say_period(page),
        window=say_window(page.words, page.question),
        model=say_model(page.words, page.model),
    )
