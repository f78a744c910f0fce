"""Where the numbers come from: hits, orders that join, the identity, and how it was counted."""

from collections.abc import Iterator, Mapping

from o2o.attribution.question import Outcome
from o2o.attribution.report import STITCHES, Totals, Waterfall
from o2o.reports.blocks import Line, draw_named, draw_paragraph, draw_section, draw_table
from o2o.reports.charts import Scale, draw_span
from o2o.reports.markup import Markup, element
from o2o.reports.page import AttributionPage, Section
from o2o.reports.phrases import say_journeys, say_model, say_number, say_window
from o2o.reports.words import Words

LISTED = 8

_VERDICTS = ("preview", "bot", "staff_test", "impossible", "duplicate")
_ORPHANS = {"orphan_misread": "misread", "orphan_retired": "retired"}


def draw_waterfall(page: AttributionPage) -> Markup:
    """Return the way from raw hits to the scans that share in a conversion."""
    words, fall = page.words, page.report.waterfall
    scale = Scale.of([fall.hits])
    lines = [_fall_line(words("hits"), scale, (0, fall.hits), "rest")]
    left = fall.hits
    for key, hits in _count_losses(fall):
        lines.append(_fall_line(words(key), scale, (left - hits, left), "minus"))
        left -= hits
    lines.append(_fall_line(words("counted"), scale, (0, fall.counted), "plus"))
    parts = {"followed": fall.followed, "anonymous": fall.anonymous, "remote": fall.remote}
    parts |= {"in_reach": fall.in_reach, "credited_scans": fall.credited}
    lines += [_fall_line(words(key), scale, (0, number), "pale") for key, number in parts.items()]
    table = draw_table(words("waterfall"), ["", words("count")], lines)
    regions = words("regions_on", day=fall.regions_on) if fall.regions_on else ""
    alike = words("alike", hits=say_number(fall.alike)) if fall.alike else ""
    notes = (draw_paragraph(text, "note") for text in (words("waterfall_note"), alike, regions))
    return draw_section(words("waterfall"), *notes, table)


def _count_losses(fall: Waterfall) -> Iterator[tuple[str, int]]:
    yield "orphan_unknown", _sum_hits(fall, "orphan") - sum(_sum_hits(fall, "orphan", one) for one in _ORPHANS.values())
    for key, reason in _ORPHANS.items():
        yield key, _sum_hits(fall, "orphan", reason)
    for verdict in _VERDICTS:
        yield verdict, _sum_hits(fall, verdict)


def _sum_hits(fall: Waterfall, verdict: str, reason: str = "") -> int:
    counts = (count for count in fall.verdicts if count.verdict == verdict)
    return sum(count.hits for count in counts if not reason or count.reason == reason)


def _fall_line(name: str, scale: Scale, ends: tuple[float, float], tone: str) -> Line:
    number = f"{'−' if tone == 'minus' and ends[0] != ends[1] else ''}{ends[1] - ends[0]:,}"
    return Line([draw_named(name, "", draw_span(scale, ends, f"{name}: {number}", tone)), number])


def draw_joining(page: AttributionPage) -> Markup:
    """Return how many conversions carry an id and how they led to scans; nothing without conversions."""
    words, join_ = page.words, page.report.joinability
    if not join_.conversions:
        return Markup()
    scale = Scale.of([join_.conversions])
    outcome = words(page.question.outcome)
    title = words("joining", outcome=outcome.lower())
    parts = {"by_scan": join_.by_scan, "by_customer": join_.by_customer, "by_visitor": join_.by_visitor}
    lines = [
        _fall_line(
            words("all_sales" if page.about_sales else "all_conversions", outcome=outcome),
            scale,
            (0, join_.conversions),
            "plus",
        ),
        _fall_line(words("with_id"), scale, (0, join_.with_id), "plus"),
        *(_fall_line(words(key), scale, (0, number), "pale") for key, number in parts.items()),
        _fall_line(words("touched"), scale, (0, join_.touched), "plus"),
    ]
    return draw_section(
        title,
        draw_paragraph(words("joining_note"), "note"),
        draw_table(title, ["", words("count")], lines),
        _draw_left_out(page, "busy", {one.customer: one.orders for one in page.report.busy_customers}),
    )


def draw_stitching(page: AttributionPage) -> Markup:
    """Return how many visitors are known to be a customer, and by what; nothing without visitors."""
    words, stitching = page.words, page.report.stitching
    if not stitching.visitors:
        return Markup()
    scale = Scale.of([stitching.visitors])
    steps = {"scanning_visitors": stitching.visitors, "linked": stitching.linked}
    parts = {key: getattr(stitching, key) for key in STITCHES if getattr(stitching, key)}
    lines = [
        *(_fall_line(words(key), scale, (0, number), "plus") for key, number in steps.items()),
        *(_fall_line(words(key), scale, (0, number), "pale") for key, number in parts.items()),
    ]
    return draw_section(
        words("stitching"),
        draw_paragraph(words("stitching_note"), "note"),
        draw_table(words("stitching"), ["", words("count")], lines),
        _draw_left_out(page, "shared", {one.visitor: one.customers for one in page.report.shared_visitors}),
    )


def _draw_left_out(page: AttributionPage, key: str, found: Mapping[str, int]) -> Markup:
    words = page.words
    if not found:
        return Markup()
    listed = list(found.items())[:LISTED]
    names = ", ".join(words("shared_one", visitor=name, customers=number) for name, number in listed)
    more = "…" if len(found) > len(listed) else ""
    return element("p", words.count(key, len(found)), element("bdi", names + more), class_="note")


def draw_identity(page: AttributionPage) -> Markup:
    """Return attributed + unattributed = total of each model, in money and in conversions."""
    words, totals = page.words, page.report.totals
    money = [_draw_identity_table(words, words("money"), [_money_line(page, t) for t in totals])]
    counts = _draw_identity_table(words, words(page.question.outcome), [_count_line(page, t) for t in totals])
    note = draw_paragraph(words("identity_note"), "note")
    return draw_section(words("identity"), note, *(money if page.about_sales else []), counts)


def _draw_identity_table(words: Words, title: str, lines: list[Line]) -> Markup:
    header = [
        words("model"),
        words("attributed"),
        "+\N{NO-BREAK SPACE}" + words("unattributed_short"),
        "=\N{NO-BREAK SPACE}" + words("total"),
    ]
    return element("div", element("h3", title), draw_table(title, header, lines))


def _money_line(page: AttributionPage, totals: Totals) -> Line:
    parts = (totals.attributed_revenue, totals.unattributed_revenue, totals.revenue)
    return Line([say_model(page.words, totals.model), *map(page.settings.money.format, parts)])


def _count_line(page: AttributionPage, totals: Totals) -> Line:
    parts = (totals.attributed_conversions, totals.unattributed_conversions, totals.conversions)
    return Line([say_model(page.words, totals.model), *map(say_number, parts)])


def draw_extra(section: Section) -> Markup:
    """Return a further table that the caller gave."""
    lines = (Line([_say_cell(cell) for cell in row]) for row in section.rows)
    table = draw_table(section.title, section.header, lines, section.text_columns)
    return draw_section(section.title, draw_paragraph(section.note, "note"), table)


def _say_cell(cell: object) -> str:
    if isinstance(cell, int | float):
        return say_number(cell, 0 if isinstance(cell, int) else 2)
    return "" if cell is None else f"{cell}"


def draw_method(page: AttributionPage) -> Markup:
    """Return how it was counted: the question and what its words mean."""
    words = page.words
    is_visits = page.question.outcome is Outcome.VISITS
    visits = words("visit_meaning", minutes=page.settings.visit_gap_minutes) if is_visits else ""
    return draw_section(
        words("method"),
        draw_paragraph(words("window_meaning", window=say_window(words, page.question)), "note"),
        draw_paragraph(say_journeys(words, page.question), "note"),
        draw_paragraph(words.count("left_out", page.report.left_out) if page.report.left_out else "", "note"),
        draw_paragraph(words("scans_meaning", scans=words("scans")), "note"),
        draw_paragraph(visits, "note"),
    )
