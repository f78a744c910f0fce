"""The answer in words at the top of the page: the whole, the best and the worst, what can join, what is not known."""

from dataclasses import dataclass

from o2o.attribution.question import Level, Outcome
from o2o.reports.blocks import draw_paragraph, draw_section
from o2o.reports.charts import Scale, draw_interval
from o2o.reports.markup import Markup, element
from o2o.reports.page import AttributionPage
from o2o.reports.phrases import say_conversions, say_model, say_name, say_number, say_share, say_whole, say_young
from o2o.reports.ranking import Candidate, Standing
from o2o.reports.remarks import say_what_next
from o2o.reports.touchpoints import THIN_VISITORS
from o2o.subjects import Kind


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate at its place in a standing."""

    kind: Kind
    place: str
    candidate: Candidate
    scale: Scale


def draw_answer(page: AttributionPage) -> Markup:
    """Return the answer in words: the whole, the best and the worst, what can join, what is not known."""
    words = page.words
    if page.is_empty:
        outcome = words(page.question.outcome).lower()
        none = words("lead_none", outcome=outcome, next=say_what_next(words, page.report))
        return draw_section(words("answer"), draw_paragraph(none, "lead"))
    kinds = (Kind.PLACE, Kind.PERSON, Kind.PRODUCT)
    rule = words(_measured(page, "rule"), minimum=THIN_VISITORS)
    return draw_section(
        words("answer"),
        draw_paragraph(_say_lead(page), "lead"),
        _draw_figures(page),
        element("div", *(_draw_kind(page, kind) for kind in kinds), class_="answers"),
        draw_paragraph(_say_joined(page), "lead"),
        draw_paragraph(_say_stitched(page), "lead"),
        draw_paragraph(words("cause"), "note"),
        draw_paragraph(say_young(words, page.question.outcome, page.report.maturity), "warn"),
        *(
            draw_paragraph(words.count(fault.fault, fault.refunds, example=fault.example), "warn")
            for fault in page.report.faults
        ),
        draw_paragraph(rule, "note"),
    )


def _say_lead(page: AttributionPage) -> str:
    totals, money = page.totals, page.settings.money
    conversions, model = say_conversions(page, totals.conversions), say_model(page.words, page.model)
    if page.question.outcome is Outcome.VISITS:
        return page.words("lead_visits", conversions=conversions, model=model)
    if not page.about_sales:
        return page.words(
            "lead_counted",
            conversions=conversions,
            model=model,
            credited=f"{totals.attributed_conversions:,}",
            share=say_share(totals.attributed_conversions, totals.conversions),
            rest=f"{totals.unattributed_conversions:,}",
        )
    return page.words(
        "lead_orders",
        conversions=conversions,
        model=model,
        revenue=money.format(totals.revenue),
        credited=money.format(totals.attributed_revenue),
        share=say_share(totals.attributed_revenue, totals.revenue),
        rest=money.format(totals.unattributed_revenue),
    )


def _say_joined(page: AttributionPage) -> str:
    join_ = page.report.joinability
    if not join_.conversions or page.question.outcome is Outcome.VISITS:
        return ""
    return page.words(
        "lead_joined" if page.about_sales else "lead_joined_once",
        conversions=say_conversions(page, join_.conversions),
        with_id=f"{join_.with_id:,}",
        share=say_share(join_.with_id, join_.conversions),
        joined=f"{join_.joined:,}",
        touched=f"{join_.touched:,}",
    )


def _say_stitched(page: AttributionPage) -> str:
    stitching = page.report.stitching
    if not stitching.visitors:
        return ""
    share = say_share(stitching.linked, stitching.visitors)
    visitors, linked = f"{stitching.visitors:,}", f"{stitching.linked:,}"
    return page.words("lead_stitched", visitors=visitors, linked=linked, share=share)


def _draw_figures(page: AttributionPage) -> Markup:
    words, totals, join_, fall = page.words, page.totals, page.report.joinability, page.report.waterfall
    whole, credited, rest = page.sides(totals)
    figures = [
        (words("figure_total"), say_whole(page, whole), say_conversions(page, totals.conversions)),
        (words("figure_credited"), say_whole(page, credited), say_share(credited, whole)),
        (words("figure_unattributed"), say_whole(page, rest), say_share(rest, whole)),
        (words("figure_scans"), f"{fall.counted:,}", words.count("of_hits", fall.hits)),
    ]
    if page.about_sales:
        figures[3:3] = [(words("figure_joinable"), f"{join_.with_id:,}", say_share(join_.with_id, join_.conversions))]
    return element("dl", *(_draw_figure(*figure) for figure in figures), class_="figures")


def _draw_figure(term: str, value: str, detail: str) -> Markup:
    return element("div", element("dt", term), element("dd", value), element("dd", detail, class_="small"))


def _draw_kind(page: AttributionPage, kind: Kind) -> Markup:
    standing = page.standing(kind)
    said = _draw_standing(page, kind, standing) if standing.judged else [_draw_thin(page, standing)]
    return element("section", element("h3", page.words(f"{kind}_answer")), *said, _draw_most(page, Level(kind)))


def _draw_standing(page: AttributionPage, kind: Kind, standing: Standing) -> list[Markup]:
    words, places = page.words, standing.places
    scale = Scale.of(candidate.interval()[1] for candidate in places.values())
    drawn = [_draw_judged(page, Judged(kind, place, candidate, scale)) for place, candidate in places.items()]
    if len(places) > 1:
        drawn.append(draw_paragraph(words("apart" if standing.apart else "not_apart")))
    if standing.thin:
        drawn.append(draw_paragraph(words.count(_measured(page, "thin"), len(standing.thin)), "aside"))
    return drawn


def _draw_most(page: AttributionPage, level: Level) -> Markup:
    leaders = page.rank(level, 1).leaders
    if not page.about_sales or not leaders:
        return Markup()
    most = leaders[0]
    share = say_share(most.revenue, page.totals.revenue)
    amount = page.words("most_amount", amount=page.settings.money.format(most.revenue), share=share)
    return element("p", _tag(page.words("most"), "most"), element("b", element("bdi", say_name(most))), amount)


def _draw_thin(page: AttributionPage, standing: Standing) -> Markup:
    words = page.words
    if not standing.thin:
        return element("p", _tag(words("no_scans"), "thin"))
    most = standing.thin[0]
    text = words("thin_most", scans=words.count("n_scans", most.scans))
    return element("p", _tag(text, "thin"), element("b", element("bdi", most.name)))


def _draw_judged(page: AttributionPage, judged: Judged) -> Markup:
    candidate, said = judged.candidate, _say_judged(page, judged.candidate)
    place = page.words(_measured(page, judged.place))
    name = element("b", element("bdi", candidate.name))
    strip = draw_interval(judged.scale, candidate.value, candidate.interval(), f"{candidate.name}: {said}")
    facts = element("small", element("bdi", _say_facts(page, judged)))
    return element("div", element("p", _tag(place, judged.place), name, said), strip, facts)


def _say_facts(page: AttributionPage, judged: Judged) -> str:
    candidate = judged.candidate
    credit = sum(row.revenue for row in page.keyed_rows(Level(judged.kind)) if row.key == candidate.key)
    amount = page.words("credited_amount", amount=page.settings.money.format(credit)) if page.about_sales else ""
    return " · ".join(filter(None, (candidate.key, page.store_names.get(candidate.store_id, ""), amount)))


def _measured(page: AttributionPage, key: str) -> str:
    return f"{key}_{'rate' if page.about_sales else 'count'}"


def _tag(text: str, tone: str) -> Markup:
    return element("span", text, class_=f"tag {tone}")


def _say_judged(page: AttributionPage, candidate: Candidate) -> str:
    low, high = candidate.interval()
    if candidate.successes is None:
        visits = page.words.count("n_visits", candidate.trials)
        return page.words("judged_count", visits=visits, low=say_number(low), high=say_number(high))
    return page.words(
        "judged_rate",
        trials=f"{candidate.trials:,}",
        successes=f"{candidate.successes:,}",
        rate=say_share(candidate.successes, candidate.trials),
        low=f"{low:.1%}",
        high=f"{high:.1%}",
    )
