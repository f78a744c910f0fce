"""The attribution report as one self-contained HTML file, which needs no script and loads nothing."""

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files

from o2o import __version__
from o2o.attribution.question import Level, Question
from o2o.config import Language, Settings
from o2o.db import Database
from o2o.reports.answer import draw_answer
from o2o.reports.comparison import draw_comparison
from o2o.reports.credit import draw_beside, draw_level, draw_ranking
from o2o.reports.markup import Markup, element
from o2o.reports.page import AttributionPage, Section, gather_page
from o2o.reports.phrases import say_question
from o2o.reports.sources import draw_extra, draw_identity, draw_joining, draw_method, draw_stitching, draw_waterfall
from o2o.reports.tables import make_manifest_data
from o2o.times import format_at

__all__ = ["AttributionPage", "Section", "make_attribution_page", "render_page"]

_LANGUAGES = {Language.ZH: "zh-CN", Language.EN: "en"}


def make_attribution_page(
    db: Database, settings: Settings, question: Question, now: int, sections: Sequence[Section] = ()
) -> str:
    """Return the HTML that answers a question (drain the recorder's segments first), with further tables if given."""
    return render_page(gather_page(db, settings, question, now, sections))


def render_page(page: AttributionPage) -> str:
    """Return the HTML document of a page's values."""
    body = element("main", _draw_header(page), *_draw_sections(page), _draw_footer(page))
    return render_document(page.words("title"), body, page.words.language)


def render_document(title: str, body: Markup, language: Language) -> str:
    """Return an HTML document of a title and its main part in our style."""
    return f"<!doctype html>\n{element('html', _draw_head(title), element('body', body), lang=_LANGUAGES[language])}\n"


def _draw_head(title: str) -> Markup:
    css = Markup(files("o2o.reports").joinpath("report.css").read_text(encoding="utf-8"))
    digest = b64encode(sha256(css.encode()).digest()).decode()
    # nothing may load or run, even if an escape were forgotten
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    meta = Markup(
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f'<meta name="generator" content="o2o {__version__}">'
    )
    return element("head", meta, element("title", title), element("style", css))


def _draw_header(page: AttributionPage) -> Markup:
    return element("header", element("h1", page.words("title")), element("p", say_question(page), class_="asked"))


def _draw_sections(page: AttributionPage) -> list[Markup]:
    if page.is_empty:
        return [
            draw_answer(page),
            draw_waterfall(page),
            draw_joining(page),
            draw_stitching(page),
            *map(draw_extra, page.sections),
        ]
    return [
        draw_answer(page),
        draw_ranking(page),
        draw_comparison(page),
        draw_beside(page),
        *(draw_level(page, level) for level in (Level.STORE, Level.CAMPAIGN) if level is not page.question.by),
        *map(draw_extra, page.sections),
        draw_waterfall(page),
        draw_joining(page),
        draw_stitching(page),
        draw_identity(page),
        draw_method(page),
    ]


def _draw_footer(page: AttributionPage) -> Markup:
    at = format_at(page.made_at, page.settings.zone)[:16].replace("T", " ")
    made = page.words("made", at=f"{at} ({page.settings.timezone})")
    return element("footer", f"{made} · o2o {__version__}", _draw_manifest(page))


def _draw_manifest(page: AttributionPage) -> Markup:
    manifest = page.report.manifest
    if manifest is None:
        return Markup()
    said = page.words(
        "manifest",
        digest=manifest.digest[:12],
        engine=f"{manifest.engine} {manifest.engine_version}",
        batches=page.words.count("n_batches", manifest.chain.batches),
        scan=f"{manifest.newest['scans']:,}",
    )
    facts = json.dumps(make_manifest_data(manifest, page.made_at, page.settings.zone), ensure_ascii=False, indent=2)
    return element("details", element("summary", said), element("pre", facts), class_="manifest")
