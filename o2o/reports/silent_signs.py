"""The list of silent signs: a table, rows for programs, and a page to take along through the store."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from itertools import groupby
from operator import attrgetter

from o2o.analytics.silent_signs import SilentSign
from o2o.config import Language, Settings
from o2o.reports.html import render_document
from o2o.reports.markup import Markup, element
from o2o.reports.phrases import say_carrier, say_number
from o2o.reports.tables import Table
from o2o.reports.words import Words
from o2o.times import format_at

_COLUMNS = tuple(field.name for field in fields(SilentSign))
_HEADINGS = (
    *("silent_sign", "silent_zone", "silent_carrier", "silent_code"),
    *("silent_since", "silent_usual", "silent_dead", "silent_loss"),
)
_KINDS = (None, *("short",) * 3, *("number",) * 5)
_SMALLEST = 1e-6


def tabulate_silent_signs(signs: Sequence[SilentSign], settings: Settings) -> Table:
    """Return silent signs for programs: numbers as they are, money in minor units, times as ISO 8601."""
    rows = []
    for sign in signs:
        values = dict(zip(_COLUMNS, astuple(sign), strict=True))
        values["silent_since"] = "" if sign.silent_since is None else format_at(sign.silent_since, settings.zone)
        rows.append(tuple(values.values()))
    return Table(_COLUMNS, rows)


def present_silent_signs(signs: Sequence[SilentSign], settings: Settings) -> Table:
    """Return silent signs for people; the money that is lost only where it was said what a scan is worth."""
    paid = any(sign.loss for sign in signs)
    header = (
        "store",
        "zone",
        "place",
        "carrier",
        "code",
        "silent since",
        "scans a day",
        "chance",
        "dead",
        "lost a day",
    )
    rows = [
        (
            *(sign.store_name or sign.store_id, sign.zone, sign.name or sign.subject_id, sign.carrier, sign.code),
            *(_say_since(sign, settings) or "never scanned", f"{sign.scans_a_day:,.2f}", _say_chance(sign.chance)),
            *(f"{sign.dead:.0%}", settings.money.format(sign.loss) if paid else f"{sign.lost_scans:,.2f} scans"),
        )
        for sign in signs
    ]
    return Table(header, rows, ("scans a day", "chance", "dead", "lost a day"))


def render_silent_signs(signs: Sequence[SilentSign], settings: Settings, now: int) -> str:
    """Return an HTML document to print: a table for each store, with a box to tick for each sign.

    What is lost stands there only where it was said what a scan is worth.
    """
    words = Words(Language(settings.language))
    made = words("made", at=f"{_say_at(now, settings)} ({settings.timezone})")
    by_store = sorted(signs, key=attrgetter("store_id"))  # stable: within a store the order stays
    paid = any(sign.loss for sign in signs)
    stores = [
        _draw_store(words, settings, list(same), paid=paid) for _, same in groupby(by_store, attrgetter("store_id"))
    ]
    title, said = words("silent_signs"), words("silent_lead" if signs else "silent_none")
    body = element("main", element("h1", title), element("p", said), *stores, element("footer", made))
    return render_document(title, body, words.language)


def _draw_store(words: Words, settings: Settings, signs: Sequence[SilentSign], *, paid: bool) -> Markup:
    headings = [words(key) for key in _HEADINGS]
    header = (*(headings if paid else headings[:-1]), "☐")
    rows = [_draw_row("td", (*_say_sign(words, settings, sign, paid=paid), "☐")) for sign in signs]
    head = _draw_row("th", header)
    name = signs[0].store_name or signs[0].store_id or words("no_store")
    return element("section", element("h2", name), element("table", element("thead", head), element("tbody", *rows)))


def _draw_row(tag: str, cells: Sequence[str]) -> Markup:
    kinds = (*_KINDS[: len(cells) - 1], _KINDS[-1])
    return element("tr", *(element(tag, cell, class_=kind) for cell, kind in zip(cells, kinds, strict=True)))


def _say_sign(words: Words, settings: Settings, sign: SilentSign, *, paid: bool) -> Iterator[str]:
    yield sign.name or sign.subject_id
    yield sign.zone
    yield say_carrier(words, sign.carrier)
    yield sign.code
    yield _say_since(sign, settings) or words("never_scanned")
    yield say_number(sign.scans_a_day, 2)
    yield f"{sign.dead:.0%}"
    if paid:
        yield settings.money.format(sign.loss)


def _say_since(sign: SilentSign, settings: Settings) -> str:
    return "" if sign.silent_since is None else _say_at(sign.silent_since, settings)


def _say_at(at: int, settings: Settings) -> str:
    return format_at(at, settings.zone)[:16].replace("T", " ")


def _say_chance(chance: float) -> str:
    return f"< {_SMALLEST:.4%}" if chance < _SMALLEST else f"{chance:.2%}"
